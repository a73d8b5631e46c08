"""The root key under a key of a security module (PKCS#11 v2.40): that key is made there and never leaves it.

    keyring.json keeps:  nonce (12 bytes) | AES-256-GCM of the root key (32 bytes) | tag (16 bytes)

Needs the extra `hsm`. Any module with CKM_AES_GCM will do; the tests use SoftHSM.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple

from sealane.keys.providers.contract import Root
from sealane.keys.sealing import KEY_BYTES, DataKey
from sealane.model.errors import Misconfigured

__all__ = ["Pkcs11Root", "Slot"]

_NONCE = 12
_PLACE = b"sealane root key"
_BITS = 256


class Slot(NamedTuple):
    """Which key of which token, behind which library."""

    module: str
    token: str
    pin: str
    label: str

    def __repr__(self) -> str:
        return f"Slot({self.module}, {self.token}, ***, {self.label})"


class Pkcs11Root(Root):
    """One AES-256 key of a token, found by its label and made on first use."""

    name = "pkcs11"

    def __init__(self, slot: Slot) -> None:
        self._slot = slot
        try:
            self._library: Any = import_module("pkcs11")
        except ImportError:
            raise Misconfigured(
                "The provider pkcs11 needs python-pkcs11.",
                remedy="Install it: make extra-hsm or pip install 'sealane[hsm]'",
            ) from None

    def find(self, kept: bytes) -> DataKey | None:
        """Return the root key that the token unwraps.

        Raises:
            Misconfigured: when module, token, PIN or key is wrong.
        """
        with self._session(is_writing=False) as session:
            return DataKey(self._key(session).decrypt(kept[_NONCE:], **self._gcm(kept[:_NONCE])))

    def make(self) -> tuple[DataKey, bytes]:
        """Make a root key and let the token wrap it.

        Raises:
            Misconfigured: when module, token or PIN is wrong, or the token cannot do AES-GCM.
        """
        secret, nonce = os.urandom(KEY_BYTES), os.urandom(_NONCE)
        with self._session(is_writing=True) as session:
            try:
                key = self._key(session)
            except self._library.NoSuchKey:
                attribute = self._library.Attribute
                template = {attribute.SENSITIVE: True, attribute.EXTRACTABLE: False}
                kind = self._library.KeyType.AES
                key = session.generate_key(kind, _BITS, label=self._slot.label, store=True, template=template)
            return DataKey(secret), nonce + key.encrypt(secret, **self._gcm(nonce))

    def _key(self, session: Any) -> Any:
        return session.get_key(
            object_class=self._library.ObjectClass.SECRET_KEY,
            key_type=self._library.KeyType.AES,
            label=self._slot.label,
        )

    def _gcm(self, nonce: bytes) -> dict[str, Any]:
        parameters = self._library.GCMParams(nonce, _PLACE, 128)
        return {"mechanism": self._library.Mechanism.AES_GCM, "mechanism_param": parameters}

    @contextmanager
    def _session(self, *, is_writing: bool) -> Iterator[Any]:
        slot = self._slot
        try:
            token = self._library.lib(slot.module).get_token(token_label=slot.token)
            with token.open(rw=is_writing, user_pin=slot.pin) as session:
                yield session
        # The library raises RuntimeError itself when the shared object cannot be loaded.
        except (self._library.PKCS11Error, RuntimeError) as error:
            raise Misconfigured(
                f"The security module refuses: {type(error).__name__}.",
                remedy="Check pkcs11_module, pkcs11_token, pkcs11_pin, pkcs11_key, and that the module is there.",
            ) from None

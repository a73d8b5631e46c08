"""The root key under a key of a cloud's key service, through Tink: AWS KMS or Google Cloud KMS.

    aws-kms://arn:aws:kms:eu-central-1:123456789012:key/1234abcd-...
    gcp-kms://projects/P/locations/L/keyRings/R/cryptoKeys/K

Needs the extra `kms` with Tink's client of that cloud.
"""

import os
from importlib import import_module
from typing import Any

from sealane.keys.providers.contract import Root
from sealane.keys.sealing import KEY_BYTES, DataKey
from sealane.model.errors import Misconfigured

__all__ = ["KmsRoot"]

_PLACE = b"sealane root key"
_CLIENTS = {
    "aws-kms://": ("tink.integration.awskms", "AwsKmsClient"),
    "gcp-kms://": ("tink.integration.gcpkms", "GcpKmsClient"),
    # Tink's own stand-in, which keeps the key in the address: for tests and for nothing else.
    "fake-kms://": ("tink.testing.fake_kms", "FakeKmsClient"),
}


class KmsRoot(Root):
    """A key of a key service, named by its address; `credentials` is a file, empty for those of the machine."""

    name = "kms"

    def __init__(self, uri: str, credentials: str = "") -> None:
        self._uri = uri
        self._credentials = credentials

    def find(self, kept: bytes) -> DataKey | None:
        """Return the root key that the service unwraps.

        Raises:
            Misconfigured: when Tink is missing, or the service refuses.
        """
        return DataKey(self._ask("decrypt", kept))

    def make(self) -> tuple[DataKey, bytes]:
        """Make a root key and let the service wrap it.

        Raises:
            Misconfigured: when Tink is missing, or the service refuses.
        """
        secret = os.urandom(KEY_BYTES)
        return DataKey(secret), self._ask("encrypt", secret)

    def _ask(self, verb: str, value: bytes) -> bytes:
        scheme = next((scheme for scheme in _CLIENTS if self._uri.startswith(scheme)), None)
        if scheme is None:
            raise Misconfigured(
                "kms_key is no address of a key.", remedy=f"Begin it with one of {', '.join(_CLIENTS)}."
            )
        module, name = _CLIENTS[scheme]
        try:
            tink: Any = import_module("tink")
            client = getattr(import_module(module), name)
            import_module("tink.aead").register()
        except ImportError:
            raise Misconfigured(
                f"The provider kms needs Tink with its client for {scheme}",
                remedy="Install it: pip install 'sealane[kms]' 'tink[awskms]' or 'tink[gcpkms]'",
            ) from None
        try:
            arguments = (self._uri, self._credentials) if self._credentials else (self._uri,)
            aead = client(*arguments).get_aead(self._uri)
            return bytes(getattr(aead, verb)(value, _PLACE))
        # Each cloud's client raises errors of its own besides Tink's; none may pass as anything but a refusal.
        except (tink.TinkError, ValueError, OSError, RuntimeError) as error:
            raise Misconfigured(
                f"The key service refuses to {verb} ({type(error).__name__}).",
                remedy="Check kms_key, kms_credentials and the permissions of that identity.",
            ) from None

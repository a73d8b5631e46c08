"""The root key under a key of OpenBao or HashiCorp Vault: the transit engine wraps it, over HTTP.

    POST /v1/transit/encrypt/sealane-root  {"plaintext": "<base64>"}     -> {"data": {"ciphertext": "vault:v1:..."}}
    POST /v1/transit/decrypt/sealane-root  {"ciphertext": "vault:v1:..."} -> {"data": {"plaintext": "<base64>"}}

The token goes in `X-Vault-Token`; the key must exist (`bao write -f transit/keys/sealane-root`).
"""

import base64
import binascii
import os
from typing import NamedTuple
from urllib.parse import quote

import httpx
import msgspec

from sealane.keys.providers.contract import Root
from sealane.keys.sealing import KEY_BYTES, DataKey
from sealane.model.errors import DependencyUnavailable, Misconfigured

__all__ = ["KeyServer", "TransitRoot"]

_SECONDS = 10.0


class KeyServer(NamedTuple):
    """Where the engine answers, with which token, and the name of its key."""

    url: str
    token: str
    key: str

    def __repr__(self) -> str:
        return f"KeyServer({self.url}, ***, {self.key})"


class _Data(msgspec.Struct):
    ciphertext: str = ""
    plaintext: str = ""


class _Answer(msgspec.Struct):
    data: _Data


class TransitRoot(Root):
    """A key of the transit engine, named `key`."""

    name = "transit"

    def __init__(self, server: KeyServer) -> None:
        self._server = server

    def find(self, kept: bytes) -> DataKey | None:
        """Return the root key that the server unwraps.

        Raises:
            Misconfigured: when the server refuses, or unwraps something else.
            DependencyUnavailable: when it does not answer.
        """
        try:
            secret = base64.b64decode(self._ask("decrypt", {"ciphertext": kept.decode()}).plaintext, validate=True)
        except (binascii.Error, UnicodeDecodeError):
            secret = b""
        if len(secret) != KEY_BYTES:
            raise Misconfigured("The key server unwraps no root key.", remedy="Name the right server and transit_key.")
        return DataKey(secret)

    def make(self) -> tuple[DataKey, bytes]:
        """Make a root key and let the server wrap it.

        Raises:
            Misconfigured: when the server refuses.
            DependencyUnavailable: when it does not answer.
        """
        secret = os.urandom(KEY_BYTES)
        wrapped = self._ask("encrypt", {"plaintext": base64.b64encode(secret).decode()}).ciphertext
        return DataKey(secret), wrapped.encode()

    def _ask(self, verb: str, body: dict[str, str]) -> _Data:
        server = self._server
        url = f"{server.url.rstrip('/')}/v1/transit/{verb}/{quote(server.key, safe='')}"
        try:
            # Neither a proxy of the environment nor a redirect may come between us and the keys.
            with httpx.Client(trust_env=False, follow_redirects=False, timeout=_SECONDS) as client:
                answer = client.post(url, json=body, headers={"X-Vault-Token": server.token})
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DependencyUnavailable(
                f"The key server at {server.url} does not answer ({type(error).__name__}).",
                remedy="Start it, or correct transit_url; Sealane starts once it can unwrap the root key.",
            ) from None
        if answer.status_code != httpx.codes.OK:
            raise Misconfigured(
                f"The key server refuses to {verb} ({answer.status_code}).",
                remedy="Check transit_token and its policy, and that the key named by transit_key exists.",
            )
        try:
            return msgspec.json.decode(answer.content, type=_Answer).data
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Misconfigured(f"{server.url} is no transit engine.", remedy="Correct transit_url.") from None

"""A party that signs its calls, with the cryptography package and nothing of Sealane's."""

import base64
import hashlib
import json
import secrets
import time
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from running import Server

__all__ = ["COVERED", "Signing"]

COVERED = ("@method", "@target-uri", "content-digest", "content-type")


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Signing:
    """A key pair and the calls it signs; every part of a call can be changed by name."""

    def __init__(self, kid: str | None = None) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.jwk: dict[str, Any] = {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": b64url(self.key.public_key().public_bytes_raw()),
        }
        self.thumbprint = b64url(
            hashlib.sha256(json.dumps(self.jwk, separators=(",", ":"), sort_keys=True).encode()).digest()
        )
        self.kid = kid or self.thumbprint
        if kid:
            self.jwk["kid"] = kid

    def headers(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        *,
        covered: tuple[str, ...] | None = None,
        parameters: dict[str, Any] | None = None,
        extra: dict[str, str] | None = None,
    ) -> dict[str, str]:
        """Return the headers of a signed call; a parameter set to None is left out."""
        fields = {name.lower(): value for name, value in (extra or {}).items()}
        if body:
            digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
            fields.setdefault("content-digest", f"sha-256=:{digest}:")
            fields.setdefault("content-type", "application/json")
        names = covered if covered is not None else ("@method", "@target-uri", *fields)
        told: dict[str, Any] = {
            "created": int(time.time()),
            "keyid": self.kid,
            "nonce": secrets.token_urlsafe(18),
            "tag": "sealane-exchange-v1",
            **(parameters or {}),
        }
        text = " ".join(f'"{name}"' for name in names)
        text = f"({text})" + "".join(
            f";{name}={value}" if isinstance(value, int) else f';{name}="{value}"'
            for name, value in told.items()
            if value is not None
        )
        values = {"@method": method, "@target-uri": target, **fields}
        base = "\n".join([*(f'"{name}": {values.get(name, "")}' for name in names), f'"@signature-params": {text}'])
        signature = base64.b64encode(self.key.sign(base.encode())).decode()
        return {**fields, "signature-input": f"sig1={text}", "signature": f"sig1=:{signature}:"}

    def call(self, server: Server, method: str, path: str, body: Any = None, **how: Any) -> httpx.Response:
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = self.headers(method, server.url + path, content, **how)
        return server.client.request(method, path, content=content, headers=headers)

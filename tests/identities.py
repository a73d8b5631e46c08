"""A small OpenID Connect provider for tests: on loopback, with keys of its own, checking what real ones check.

It signs people in who press its button, and lies on demand: `claims` go into the next token over the true ones, `forge`
makes the next token in another way.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

__all__ = ["CLIENT", "SECRET", "IdentityProvider"]

CLIENT = "sealane & sons"
SECRET = "s3cret/with:signs"
PAGE = '<!doctype html><title>Sign in</title><form method="post"><button>I am {name}</button></form>'


class IdentityProvider:
    """The provider while it runs; `person` is whoever sits before its page."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.person: dict[str, Any] = {"sub": "u-1", "name": "Mira Directory", "groups": ["fraud-team", "everyone"]}
        self.claims: dict[str, Any] = {}
        self.forge: Callable[[dict[str, Any]], str] | None = None
        self.codes: dict[str, dict[str, str]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, asked: dict[str, str]) -> str:
        """Return where the browser goes after somebody signed in."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Return the answer of the token endpoint; a code is good once."""
        asked = self.codes.pop(form.get("code", ""), None)
        pair = urlencode({"": CLIENT})[1:] + ":" + urlencode({"": SECRET})[1:]
        if authorization != "Basic " + base64.b64encode(pair.encode()).decode():
            return 401, {"error": "invalid_client"}
        if asked is None or asked["redirect_uri"] != form["redirect_uri"] or not _proves(form, asked):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {name: said for name, said in (claims | self.person | self.claims).items() if said is not None}
        token = self.forge(claims) if self.forge else self.sign(claims)
        return 200, {"access_token": "unused", "token_type": "Bearer", "id_token": token}

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)

    def document(self, path: str) -> dict[str, Any] | None:
        """Return what is published at a path."""
        if path == "/jwks":
            return {"keys": [self.key.as_dict(private=False)]}
        if path == "/.well-known/openid-configuration":
            ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks"}
            return {"issuer": self.issuer} | {name: self.issuer + end for name, end in ends.items()}
        return None


def _proves(form: dict[str, str], asked: dict[str, str]) -> bool:
    made = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
    return asked["code_challenge_method"] == "S256" and made == asked["code_challenge"]


def _handler(provider: IdentityProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path == "/authorize":
                self._send(200, PAGE.format(name=provider.person["name"]).encode(), "text/html")
                return
            document = provider.document(path)
            self._send(404 if document is None else 200, json.dumps(document).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"] or 0)).decode()
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                asked = {name: texts[0] for name, texts in parse_qs(parts.query).items()}
                self.send_response(303)
                self.send_header("location", provider.answer(asked))
                self.send_header("content-length", "0")
                self.end_headers()
                return
            form = {name: texts[0] for name, texts in parse_qs(body).items()}
            status, document = provider.token(form, self.headers.get("authorization", ""))
            self._send(status, json.dumps(document).encode())

        def _send(self, status: int, body: bytes, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler

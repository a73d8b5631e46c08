"""An OpenID Connect provider, spoken to as its client: authorization code with PKCE (RFC 7636), state and nonce.

    settings     oidc_issuer = "https://id.example"     oidc_roles = "fraud-team=analyst, it=engineer"
    discovery    https://id.example/.well-known/openid-configuration

The browser keeps one secret. State, nonce and PKCE verifier are digests of it under their own names, so that what
the provider sees tells nothing of the verifier, and what we store tells nothing at all.
"""

import hmac
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx

from sealane.flows.people.directory import Identity
from sealane.keys.jose.identity import Expected, read_identity
from sealane.keys.public import encode_base64url
from sealane.keys.secrets import digest
from sealane.model.decoding import read_json
from sealane.model.errors import DependencyUnavailable, InvalidInput, NotAuthenticated, SignatureInvalid
from sealane.web.people.terms import Terms, is_guarded

__all__ = ["Provider", "Trip"]

TIMEOUT_SECONDS = 5.0
_LARGEST = 512 * 1024
_DISCOVERY = "/.well-known/openid-configuration"
_BASIC = "client_secret_basic"
_AGAIN = "Begin again on the sign-in page."
_NAMES = ("name", "preferred_username", "email", "sub")


class Trip(NamedTuple):
    """One way to the provider and back: the secret that the browser keeps, and the address that it comes back to."""

    secret: str
    back: str

    def part(self, name: str) -> str:
        """Return the state, the nonce or the verifier of this trip: 43 characters of base64url."""
        return encode_base64url(digest(f"{name}:{self.secret}"))


class Provider:
    """The provider of this installation."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms

    @property
    def name(self) -> str:
        """What the sign-in page calls it."""
        return urlsplit(self.terms.issuer).hostname or self.terms.issuer

    def address(self, trip: Trip) -> str:
        """Return where the browser goes to sign in.

        Raises:
            DependencyUnavailable: when the provider does not answer, or as another one.
        """
        asked = {
            "response_type": "code",
            "client_id": self.terms.client,
            "redirect_uri": trip.back,
            "scope": self.terms.scopes,
            "state": trip.part("state"),
            "nonce": trip.part("nonce"),
            "code_challenge": encode_base64url(digest(trip.part("verifier"))),
            "code_challenge_method": "S256",
        }
        endpoint = self._endpoint(self._discover(), "authorization_endpoint")
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"

    def check_return(self, trip: Trip, answer: Mapping[str, str]) -> str:
        """Return the code that came back.

        Raises:
            NotAuthenticated: when the answer is to another trip or from another provider (RFC 9207), or is a refusal.
        """
        if not hmac.compare_digest(answer.get("state", "").encode(), trip.part("state").encode()):
            raise NotAuthenticated("This answer is to a sign-in that did not begin in this browser.", remedy=_AGAIN)
        if answer.get("iss", self.terms.issuer) != self.terms.issuer:
            raise NotAuthenticated("This answer comes from another provider.", remedy=_AGAIN)
        if "error" in answer or not answer.get("code"):
            raise NotAuthenticated(f"{self.name} did not sign you in.", remedy=_AGAIN)
        return answer["code"]

    def redeem(self, trip: Trip, code: str, now_us: int) -> Identity:
        """Spend the code and return who signed in.

        Raises:
            NotAuthenticated: when the provider refuses the code, or its token is not to be believed.
            DependencyUnavailable: when the provider does not answer.
        """
        found = self._discover()
        tokens = self._spend(found, trip, code)
        keys = self._ask("GET", self._endpoint(found, "jwks_uri"))
        expected = Expected(self.terms.issuer, self.terms.client, trip.part("nonce"))
        try:
            claims = read_identity(str(tokens.get("id_token", "")), keys, expected, now_us)
        except SignatureInvalid as refusal:
            raise NotAuthenticated(refusal.detail, remedy=_AGAIN) from None
        name = next(str(claims[name]) for name in _NAMES if claims.get(name))
        return Identity(self.terms.issuer, claims["sub"], name, self.terms.roles_of(claims))

    def _spend(self, found: Mapping[str, Any], trip: Trip, code: str) -> Mapping[str, Any]:
        terms, auth = self.terms, None
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": trip.back,
            "client_id": terms.client,
            "code_verifier": trip.part("verifier"),
        }
        if terms.secret and _BASIC in found.get("token_endpoint_auth_methods_supported", (_BASIC,)):
            auth = httpx.BasicAuth(quote_plus(terms.client), quote_plus(terms.secret))  # RFC 6749 section 2.3.1
        elif terms.secret:
            form["client_secret"] = terms.secret
        return self._ask("POST", self._endpoint(found, "token_endpoint"), form=form, auth=auth)

    def _discover(self) -> Mapping[str, Any]:
        """Return what the provider publishes about itself (OpenID Connect Discovery 1.0 section 4).

        Raises:
            DependencyUnavailable: when it does not answer, or calls itself otherwise.
        """
        found = self._ask("GET", self.terms.issuer.rstrip("/") + _DISCOVERY)
        if found.get("issuer") != self.terms.issuer:
            raise self._unavailable("calls itself otherwise than the setting `oidc_issuer`")
        return found

    def _endpoint(self, found: Mapping[str, Any], name: str) -> str:
        address = found.get(name)
        if not isinstance(address, str) or not is_guarded(address):
            raise self._unavailable(f"names no https address for `{name}`")
        return address

    def _ask(
        self, method: str, address: str, *, form: dict[str, str] | None = None, auth: httpx.Auth | None = None
    ) -> Mapping[str, Any]:
        body = bytearray()
        try:
            with (
                httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False) as client,
                client.stream(method, address, data=form, auth=auth) as answer,
            ):
                for piece in answer.iter_bytes():
                    body += piece
                    if len(body) > _LARGEST:
                        raise self._unavailable("answers more than anybody would read")
        except (httpx.HTTPError, httpx.InvalidURL):
            raise self._unavailable("does not answer") from None
        if form is not None and answer.is_client_error:
            raise NotAuthenticated(f"{self.name} does not accept this sign-in.", remedy=_AGAIN)
        try:
            document = read_json(bytes(body)) if answer.is_success else None
        except InvalidInput:
            document = None
        if not isinstance(document, dict):
            raise self._unavailable("does not answer as an OpenID Connect provider does")
        return document

    def _unavailable(self, what: str) -> DependencyUnavailable:
        return DependencyUnavailable(f"{self.name} {what}.", remedy="Try again soon, or ask an operator for a link.")

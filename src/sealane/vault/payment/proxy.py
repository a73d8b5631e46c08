r"""The card proxy: a call to a payment provider in which placeholders stand for what the vault holds.

    {"url": "https://api.psp.example/charges", "method": "POST", "headers": {"authorization": "Bearer ..."},
     "body": "{\\"number\\": \\"{{ct_01kan6....number}}\\", \\"cvc\\": \\"{{ct_01kan6....cvc}}\\"}"}

Placeholders: number, expiry_month, expiry_year, expiry_year_2 (two digits), expiry_month_2 (two digits), holder, cvc.
Values go in on the way out, and are replaced by their placeholders on the way back. Redirects are not followed,
compressed answers not asked for, and nothing of a call is logged but that it took place.
"""

import re
import ssl
from collections.abc import Callable, Mapping

import httpx
import msgspec

from sealane.model.errors import Conflict, DependencyUnavailable, FieldError, InvalidInput, Misconfigured
from sealane.vault.payment.codes import SecurityCodes
from sealane.vault.payment.destinations import Allowed, Target, resolve
from sealane.vault.payment.redaction import redact

__all__ = ["CardProxy", "ProxyAnswer", "ProxyRequest", "tokens_in"]

_PLACEHOLDER = re.compile(r"\{\{(ct_[0-9a-z]{26})\.([a-z_0-9]+)\}\}")
_SECONDS = 30.0
_LARGEST_ANSWER = 1 << 20
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_OURS = frozenset({"host", "content-length", "connection", "transfer-encoding", "accept-encoding", "te", "upgrade",
                   "proxy-authorization", "expect", "trailer"})  # fmt: skip
_RETURNED = frozenset({"content-type", "location", "request-id", "x-request-id", "idempotency-key", "retry-after"})
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")


class ProxyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A call as it would be made to the provider, with placeholders such as `{{ct_01kan6....number}}` for values."""

    url: str
    method: str = "POST"
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    body: str = ""


class ProxyAnswer(msgspec.Struct, frozen=True):
    """What the provider answered; `body` is null when it held a card number that could not be replaced."""

    status: int
    headers: dict[str, str]
    body: str | None
    log_entry: str


class CardProxy:
    """Calls payment providers with the values of cards; one for each installation."""

    def __init__(self, allowed: frozenset[Allowed], codes: SecurityCodes, authorities: str = "") -> None:
        """Trust the certificates in the file `authorities`, or the public ones when there is none.

        Raises:
            Misconfigured: when the file holds no certificates.
        """
        self._allowed = allowed
        self._codes = codes
        try:
            self._tls = ssl.create_default_context(cafile=authorities or None) if allowed else False
        except (OSError, ssl.SSLError):
            raise Misconfigured("proxy_ca names no file of certificates.", remedy="Name a file in PEM.") from None

    async def admit(self, request: ProxyRequest) -> Target:
        """Return where the call goes, before any card is opened for it.

        Raises:
            InvalidInput: when URL, method or a header is not valid.
            NotPermitted: when the host is not listed, or leads to an address that is not public.
            DependencyUnavailable: when its name cannot be looked up.
        """
        if request.method not in _METHODS:
            raise _refusal("/method", "not-allowed", f"The method is none of {', '.join(sorted(_METHODS))}.")
        for name, value in request.headers.items():
            if not _NAME.fullmatch(name) or name.lower() in _OURS or not value.isprintable() or not value.isascii():
                raise _refusal("/headers", "not-allowed", "A header is not valid, or not the caller's to set.")
        if _PLACEHOLDER.search(request.url):
            raise _refusal("/url", "not-allowed", "A placeholder may stand in headers and body; URLs end up in logs.")
        return await resolve(request.url, self._allowed)

    async def call(
        self, request: ProxyRequest, target: Target, cards: Mapping[str, Mapping[str, str]], log_entry: str
    ) -> ProxyAnswer:
        """Put the values in, make the call, and return the answer without them; `cards` holds the opened records.

        Raises:
            InvalidInput: when a placeholder names a value that the card does not have.
            Conflict: when a security code is asked for that was used already or never given.
            DependencyUnavailable: when the provider does not answer, or not in a way that can be redacted.
        """
        filling = _Filling(cards, self._codes)
        headers = {name: filling.fill(value, f"/headers/{name}") for name, value in request.headers.items()}
        body = filling.fill(request.body, "/body", is_json="json" in _type_of(request.headers))
        status, told, text = await self._send(target, request.method, headers, body.encode())
        kept = {name: safe for name, value in told.items() if (safe := redact(value, filling.secrets)) is not None}
        return ProxyAnswer(status, kept, redact(text, filling.secrets), log_entry)

    async def _send(
        self, target: Target, method: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], str]:
        sent = {**headers, "Host": target.authority, "Accept-Encoding": "identity"}
        extensions = {"sni_hostname": target.place.host}
        try:
            async with (
                httpx.AsyncClient(
                    verify=self._tls, trust_env=False, follow_redirects=False, timeout=_SECONDS
                ) as client,
                client.stream(method, target.url, headers=sent, content=body, extensions=extensions) as answer,
            ):
                if answer.headers.get("content-encoding", "identity") != "identity":
                    raise _unreadable("compressed")
                content = bytearray()
                async for chunk in answer.aiter_raw():
                    content += chunk
                    if len(content) > _LARGEST_ANSWER:
                        raise _unreadable("too large")
                told = {name: value for name, value in answer.headers.items() if name in _RETURNED}
                return answer.status_code, told, content.decode("utf-8")
        except UnicodeDecodeError:
            raise _unreadable("no text in UTF-8") from None
        # The cause may carry the request with its values, so it is cut off.
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            raise DependencyUnavailable(
                f"{target.place.host} did not answer ({type(error).__name__}).",
                remedy="Ask the provider whether the call took effect before you send it again.",
            ) from None


class _Filling:
    """The values that went into one call, and the placeholders they stood for."""

    def __init__(self, cards: Mapping[str, Mapping[str, str]], codes: SecurityCodes) -> None:
        self._cards = cards
        self._codes: dict[str, str | None] = {}
        self._take = codes.take
        self.secrets: dict[str, str] = {}

    def fill(self, text: str, pointer: str, *, is_json: bool = False) -> str:
        def put(match: "re.Match[str]") -> str:
            value = self._value(match[1], match[2], pointer)
            if match[2] in _SECRET:
                self.secrets[value] = match[0]
            return msgspec.json.encode(value).decode()[1:-1] if is_json else value

        return _PLACEHOLDER.sub(put, text)

    def _value(self, token: str, name: str, pointer: str) -> str:
        if name == "cvc":
            if token not in self._codes:
                self._codes[token] = self._take(token)
            code = self._codes[token]
            if code is None:
                raise Conflict(
                    "The security code of this card is used or was never given.",
                    remedy="Send the card with its `cvc` to POST /v1/cards again; it lives 10 minutes, for one call.",
                )
            return code
        view = _VIEWS.get(name)
        try:
            return view(self._cards[token]) if view else self._cards[token][f"/{name}"]
        except KeyError:
            raise _refusal(pointer, "unknown-placeholder", f"The card has no value named {name}.") from None


_SECRET = frozenset({"number", "cvc", "holder"})
_VIEWS: dict[str, Callable[[Mapping[str, str]], str]] = {
    "expiry_month_2": lambda card: card["/expiry_month"].zfill(2),
    "expiry_year_2": lambda card: card["/expiry_year"][-2:],
}


def tokens_in(request: ProxyRequest) -> tuple[str, ...]:
    """Return the tokens of the cards that a call needs, each once.

    Raises:
        InvalidInput: when no placeholder stands in it: such a call needs no proxy.
    """
    texts = (*request.headers.values(), request.body)
    found = tuple(dict.fromkeys(match[1] for text in texts for match in _PLACEHOLDER.finditer(text)))
    if not found:
        raise _refusal("/body", "no-placeholder", "Nothing in the call stands for a value of a card.")
    return found


def _type_of(headers: Mapping[str, str]) -> str:
    return next(
        (value for name, value in headers.items() if name.lower() == "content-type"), "application/json"
    ).lower()


def _unreadable(why: str) -> DependencyUnavailable:
    return DependencyUnavailable(
        f"The provider's answer cannot be redacted, as it is {why}; it is withheld.",
        remedy="Ask the provider whether the call took effect before you send it again.",
    )


def _refusal(pointer: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=(FieldError(pointer, code, detail),))

"""Vectors: each is a webhook and what a sound receiver does with it.

`accept` is answered 2xx, `refuse` 4xx. `weak` is a forgery that the source's own scheme cannot show: a receiver may
take it, and must then treat what it says as a claim until the source's API confirms it. Nothing may be answered 5xx.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any, Literal
from zlib import crc32

import msgspec
from msgspec.structs import replace

from sealane.interchange.conformance.sending import Outgoing, sign
from sealane.interchange.inbox.source import FOLDER, SOURCES, Source
from sealane.keys.jose.private import RsaSigner
from sealane.keys.secrets import digest, new_secret

__all__ = ["Expectation", "Vector", "fresh_secret", "vectors"]

Expectation = Literal["accept", "refuse", "weak"]
EXAMPLES = FOLDER / "examples"
_PAD = b"`" * 12
FAR_SECONDS = 86_400 * 30
_encode = msgspec.json.Encoder().encode


class Vector(msgspec.Struct, frozen=True):
    """One webhook: its name, what it attacks, what is expected of the receiver, and the bytes to send."""

    name: str
    attack: str
    expected: Expectation
    outgoing: Outgoing


def fresh_secret(source: Source) -> tuple[str, str]:
    """Return a new secret to sign with, and what the receiver is to be given."""
    shape = source.proof
    if shape.key_form == "jwk":
        signer, label = RsaSigner.generate(), {"webhook_id": "WH-CONFORMANCE"} if "label" in shape.message else {}
        private, public = ({**each, **label} for each in (signer.private_jwk(), signer.public_jwk()))
        return _encode(private).decode(), _encode(public).decode()
    if shape.key_form == "whsec":
        secret = f"whsec_{b64encode(digest(new_secret('k'))).decode()}"
    elif shape.key_form == "hex":
        secret = digest(new_secret("k")).hex().upper()
    else:
        secret = new_secret("conformance").replace("-", "A")
    return secret, secret


def vectors(name: str, secret: str, *, now_us: int, path: str) -> Iterator[Vector]:
    """Yield the vectors of a source: its good messages by kind of event, then the bad ones.

    Raises:
        InvalidInput: when the secret has not the form that this source signs with.
    """
    source, now = SOURCES[name], now_us // 1_000_000
    documents = examples(name)

    def made(document: Any, at: int = now, with_secret: str = secret) -> Outgoing:
        return sign(source, with_secret, document, at=at, path=path)

    for kind, document in documents:
        yield Vector(f"good: {kind}", "none", "accept", made(document))
    first = documents[0][1]
    good = made(first)
    yield from _unsigned(source, good)
    yield Vector("secret of somebody else", "forgery", "refuse", made(first, with_secret=fresh_secret(source)[0]))
    yield from _altered(source, good)
    if source.proof.past_seconds is not None:
        yield Vector("signed a month ago", "replay", "refuse", made(first, now - FAR_SECONDS))
        yield Vector("signed in the future", "replay", "refuse", made(first, now + FAR_SECONDS))
    special = _SPECIAL.get(name)
    if special is not None:
        yield from special(source, good, made)
    yield from _unreadable(good)


def examples(name: str) -> list[tuple[str, Any]]:
    """Return the example messages of a source: kind of event and document."""
    told = msgspec.json.decode((EXAMPLES / f"{name}.json").read_bytes())
    return [(each["kind"], each["body"]) for each in told["events"]]


def _unsigned(source: Source, good: Outgoing) -> Iterator[Vector]:
    kind, _, name = source.proof.signature.partition(":")
    if kind == "item":
        document = msgspec.json.decode(good.body)
        text = _encode(document).replace(b'"hmacSignature":"', b'"hmacSignature":"A')
        yield Vector("signature altered", "forgery", "refuse", replace(good, body=text))
        bare = _encode(_without(document, name.rpartition(".")[2]))
        yield Vector("no signature", "forgery", "refuse", replace(good, body=bare))
        return
    if kind == "query":
        yield Vector("no token", "forgery", "refuse", replace(good, query=""))
        yield Vector("empty token", "forgery", "refuse", replace(good, query=f"?{name}="))
        return
    headers = {key: value for key, value in good.headers.items() if key != name}
    yield Vector("no signature", "forgery", "refuse", replace(good, headers=headers))
    yield Vector("empty signature", "forgery", "refuse", good.with_header(name, ""))
    value = good.headers[name]
    flipped = value[:-6] + ("1" if value[-6] != "1" else "2") + value[-5:]
    yield Vector("signature altered", "forgery", "refuse", good.with_header(name, flipped))
    yield Vector("signature of garbage", "parser", "refuse", good.with_header(name, '=,;v1=t=,,{}"%00'))
    yield Vector("signature cut", "parser", "refuse", good.with_header(name, value[: len(value) // 2]))


def _altered(source: Source, good: Outgoing) -> Iterator[Vector]:
    """Change what the message says; where the scheme does not sign it, nobody can tell."""
    body = good.body.replace(b'"', b' "', 1) if b'"' in good.body else good.body + b" "
    is_signed = bool({"body", "crc32"} & set(source.proof.message)) or source.proof.scheme == "jws"
    expected: Expectation = "refuse" if is_signed else "weak"
    yield Vector("body altered by a blank", "tampering", expected, replace(good, body=body))
    other = _encode({**msgspec.json.decode(good.body), "conformance": "put in"})
    yield Vector("member put in", "tampering", expected, replace(good, body=other))
    for name in (source.proof.timestamp, source.proof.id):
        place = (name or "").partition(":")[2]
        if place in good.headers and place != _signature(source):
            yield Vector(f"{place} altered", "tampering", "refuse", good.with_header(place, good.headers[place] + "1"))


def _signature(source: Source) -> str:
    return source.proof.signature.partition(":")[2]


def _unreadable(good: Outgoing) -> Iterator[Vector]:
    yield Vector("no body", "parser", "refuse", replace(good, body=b""))
    yield Vector("body cut", "parser", "refuse", replace(good, body=good.body[: len(good.body) // 2]))
    yield Vector("body nested 10,000 deep", "parser", "refuse", replace(good, body=b"[" * 10_000 + b"]" * 10_000))
    yield Vector("body not UTF-8", "parser", "refuse", replace(good, body=b'{"a":"\xff\xfe"}'))


Made = Callable[..., Outgoing]


def _of_adyen(_: Source, good: Outgoing, __: Made) -> Iterator[Vector]:
    document = msgspec.json.decode(good.body)
    second = msgspec.json.decode(_encode(document["notificationItems"][0]))
    second["NotificationRequestItem"]["amount"]["value"] = 1
    both = {**document, "notificationItems": [*document["notificationItems"], second]}
    yield Vector("second item forged", "forgery", "refuse", Outgoing(_encode(both)))
    shifted = msgspec.json.decode(good.body)
    inner = shifted["notificationItems"][0]["NotificationRequestItem"]
    inner["merchantAccountCode"], inner["merchantReference"] = (
        f"{inner['merchantAccountCode']}:{inner['merchantReference']}",
        "",
    )
    yield Vector("colon shifts the fields", "forgery", "refuse", Outgoing(_encode(shifted)))
    reason = msgspec.json.decode(good.body)
    reason["notificationItems"][0]["NotificationRequestItem"]["reason"] = "changed"
    yield Vector("unsigned field changed", "tampering", "weak", Outgoing(_encode(reason)))


def _of_paypal(source: Source, good: Outgoing, _: Made) -> Iterator[Vector]:
    place = (source.proof.address or "").partition(":")[2]
    for name, url in (
        ("certificate of another host", "https://attacker.example/cert.pem"),
        ("certificate of a look-alike host", "https://api.paypal.com.attacker.example/cert.pem"),
        ("certificate inside the network", "http://169.254.169.254/latest/meta-data/"),
    ):
        yield Vector(name, "request forgery", "refuse", good.with_header(place, url))
    yield Vector("another algorithm", "forgery", "refuse", good.with_header("paypal-auth-algo", "none"))
    forged = _same_checksum(good.body, {**msgspec.json.decode(good.body), "id": "WH-FORGED"})
    yield Vector("another body with the same CRC-32", "tampering", "weak", replace(good, body=forged))


def _same_checksum(body: bytes, document: Any) -> bytes:
    """Return another document with the CRC-32 of a body, by four bytes that are solved for (the checksum is linear)."""
    head = _encode(document)[:-1] + b',"pad":"'
    tail = b'"}'
    target = crc32(body)
    # Twelve letters from ` to o have four free bits each: more than enough equations over GF(2) for 32 bits.
    zero = crc32(head + _PAD + tail)
    basis: dict[int, tuple[int, int]] = {}
    for number in range(48):
        pad = bytearray(_PAD)
        pad[number // 4] ^= 1 << (number % 4)
        value, mask = crc32(head + bytes(pad) + tail) ^ zero, 1 << number
        while value:
            top = value.bit_length()
            if top not in basis:
                basis[top] = (value, mask)
                break
            value, mask = value ^ basis[top][0], mask ^ basis[top][1]
    rest, chosen = target ^ zero, 0
    while rest and rest.bit_length() in basis:
        value, mask = basis[rest.bit_length()]
        rest, chosen = rest ^ value, chosen ^ mask
    pad = bytearray(_PAD)
    for number in range(48):
        if chosen >> number & 1:
            pad[number // 4] ^= 1 << (number % 4)
    return head + bytes(pad) + tail


def _of_trackingmore(_: Source, good: Outgoing, __: Made) -> Iterator[Vector]:
    document = msgspec.json.decode(good.body)
    document["data"]["delivery_status"] = "delivered"
    yield Vector("body of another parcel", "tampering", "weak", replace(good, body=_encode(document)))


def _of_standard(source: Source, good: Outgoing, _: Made) -> Iterator[Vector]:
    name = (source.proof.id or "").partition(":")[2]
    moment = (source.proof.timestamp or "").partition(":")[2]
    given = good.headers[_signature(source)]
    yield Vector("id with a dot", "confusion", "refuse", good.with_header(name, f"{good.headers[name]}.1"))
    yield Vector("time no number", "parser", "refuse", good.with_header(moment, "now"))
    yield Vector("time minus", "parser", "refuse", good.with_header(moment, f"-{good.headers[moment]}"))
    no_version = good.with_header(_signature(source), given.partition(",")[2])
    yield Vector("signature without a version", "parser", "refuse", no_version)
    yield Vector("unknown version", "downgrade", "refuse", good.with_header(_signature(source), f"v0{given[2:]}"))
    several = good.with_header(_signature(source), f"v1,AAAA {given}")
    yield Vector("good: one of two signatures", "none", "accept", several)


def _of_pairs(source: Source, good: Outgoing, _: Made) -> Iterator[Vector]:
    given = good.headers[_signature(source)]
    moment, _sep, rest = given.partition(",")
    later = f"{moment[:2]}{int(moment[2:]) + 1},{rest}"
    yield Vector("time altered", "tampering", "refuse", good.with_header(_signature(source), later))
    yield Vector("no time", "parser", "refuse", good.with_header(_signature(source), rest))
    yield Vector(
        "unknown version", "downgrade", "refuse", good.with_header(_signature(source), given.replace("v1", "v0"))
    )


_SPECIAL: dict[str, Callable[[Source, Outgoing, Made], Iterator[Vector]]] = {
    "adyen": _of_adyen,
    "paypal": _of_paypal,
    "trackingmore": _of_trackingmore,
    "standard-webhooks": _of_standard,
    "svix": _of_standard,
    "stripe": _of_pairs,
    "shippo": _of_pairs,
}


def _without(document: Any, name: str) -> Any:
    if isinstance(document, dict):
        return {key: _without(value, name) for key, value in document.items() if key != name}
    return [_without(each, name) for each in document] if isinstance(document, list) else document

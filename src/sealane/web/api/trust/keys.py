"""Keys: the page under which anybody finds the key that notices of this installation are checked with.

    GET /.well-known/sealane.json
    {"format": "sealane/keys@v1", "domain": "lane.example", "keys": [{"crv": "Ed25519", ...}],
     "log": {"key": "sealane.local/5f0c+...", "pins": [{"kid": "...", "salt": "...", "bundle": {...}}]}}

Each key that signed a notice comes with the proof that it stands on the log, so one that is exchanged later shows.
"""

import asyncio

import msgspec

from sealane.shield import Shield, as_jwk
from sealane.web.api.trust.notices import place_of
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import PUBLIC, Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "KeyDocument", "LogPins", "Pin"]


class Pin(msgspec.Struct, frozen=True):
    """The proof that a key stands on the log: the salt of its entry in hexadecimal, and the entry's bundle."""

    kid: str
    entry: str
    salt: str
    bundle: msgspec.Raw


class LogPins(msgspec.Struct, frozen=True):
    """The log's key line, and a pin for each key."""

    key: str
    pins: tuple[Pin, ...]


class KeyDocument(msgspec.Struct, frozen=True):
    """The keys of an installation, as `sealane shield keys` reads them."""

    format: str
    domain: str
    keys: tuple[dict[str, str], ...]
    log: LogPins


async def read_notice_keys(visit: Visit) -> Reply:
    """Answer the keys that notices are checked with."""
    return json_reply(await asyncio.to_thread(_document, visit))


def _document(visit: Visit) -> KeyDocument:
    rooms = visit.lane.rooms
    with rooms.database.reader() as connection:
        found = Shield.pins(connection)
    pins = tuple(
        Pin(kid, entry, rooms.log.salt(entry).hex(), msgspec.Raw(rooms.log.prove(entry)))
        for kid, (_, entry) in found.items()
    )
    used = [as_jwk(public_key) for public_key, _ in found.values()]
    keys = (*used, *(key for key in [rooms.shield.jwk()] if key not in used))
    return KeyDocument("sealane/keys@v1", place_of(visit).host, keys, LogPins(rooms.log.public_key(), pins))


ROUTES = (
    Route(
        method="GET",
        path="/.well-known/sealane.json",
        action=read_notice_keys,
        summary="Read the public keys that notices are checked with, each with its proof on the log",
        tag="shield",
        roles=PUBLIC,
        answers={200: KeyDocument},
    ),
)

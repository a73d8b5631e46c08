"""Settings, parties: who calls the API with how many keys, a new key for one, and its end."""

from datetime import datetime

import msgspec
from starlette.responses import Response

from sealane.keys.public import encode_base64url
from sealane.keys.secrets import digest, new_secret
from sealane.model.clock import from_micros
from sealane.model.errors import NotFound
from sealane.model.ids import is_id
from sealane.model.party import Party
from sealane.storage import parties
from sealane.storage.database import Transaction
from sealane.web.console import presentation
from sealane.web.console.forms import Sent, action, showing
from sealane.web.console.gate import Look, page
from sealane.web.console.people.entry import bytes_of

__all__ = ["KeyRow", "PartiesView", "PartyRow", "read", "routes"]

PATH = "/console/settings/parties"


class KeyRow(msgspec.Struct, frozen=True):
    """One API key by its digest (SHA-256); the key itself is nowhere."""

    digest: str
    made_at: datetime


class PartyRow(msgspec.Struct, frozen=True):
    """One party with its keys, the newest last."""

    party_id: str
    name: str
    roles: tuple[str, ...]
    country: str
    domains: tuple[str, ...]
    keys: tuple[KeyRow, ...]


class PartiesView(msgspec.Struct, frozen=True):
    """The page of parties."""

    items: tuple[PartyRow, ...]


def read(look: Look) -> PartiesView:
    """Return all registered parties with their keys."""
    keys = parties.secrets(look.conn)
    return PartiesView(tuple(_row(party, keys.get(party.party_id, ())) for party in parties.everyone(look.conn)))


async def _new_key(sent: Sent) -> Response:
    """Show a new API key once; the party's other keys stay good."""
    party_id, secret = _named(sent), new_secret("sk")

    def flow(tx: Transaction) -> None:
        parties.add_secret(tx, party_id, digest(secret))

    with sent.lane.rooms.database.reader() as conn:
        party = parties.by_id(conn, party_id)
    await sent.run(flow)
    return presentation.html(
        "people/shown-once.html",
        session=sent.session,
        path=PATH,
        title=f"New API key for {party.name}",
        told="It is shown once; only its digest is kept. End the old key below when the party uses the new one.",
        secret=secret,
        back=PATH,
    )


async def _end_key(sent: Sent) -> Response:
    party_id, stored = _named(sent), bytes_of(sent.fields, "digest")
    await sent.run(lambda tx: parties.end_secret(tx, party_id, stored))
    return sent.go(PATH)


def _named(sent: Sent) -> str:
    party_id: str = sent.request.path_params["party_id"]
    if not (is_id(party_id, "mer") or is_id(party_id, "pty")):
        raise NotFound("There is no party with this id.")
    return party_id


def _row(party: Party, keys: tuple[tuple[bytes, int], ...]) -> PartyRow:
    rows = tuple(KeyRow(encode_base64url(stored), from_micros(made_us)) for stored, made_us in keys)
    return PartyRow(party.party_id, party.name, party.roles, party.country, party.domains, rows)


_shown = showing("people/parties.html", read, PATH)
routes = [
    *page(PATH, "people/parties.html", read),
    action(f"{PATH}/{{party_id}}/keys", _new_key, _shown),
    action(f"{PATH}/{{party_id}}/keys/end", _end_key, _shown),
]

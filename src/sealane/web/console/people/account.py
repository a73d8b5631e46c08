"""My account: who I am here, what I may open and do, and the passkeys I sign in with."""

from datetime import datetime

import msgspec
from starlette.responses import Response

from sealane.flows.people import passkeys as ceremonies
from sealane.keys.passkeys import Site
from sealane.keys.public import encode_base64url
from sealane.model.clock import from_micros
from sealane.storage.people import identities, passkeys
from sealane.web.console import presentation
from sealane.web.console.forms import Sent, action, showing
from sealane.web.console.gate import Look, address_of, page
from sealane.web.console.people.entry import TIMEOUT_MS, bytes_of
from sealane.web.people.access import AREAS, TITLES, may_act, may_open

__all__ = ["PATH", "AccountView", "AreaRow", "PasskeyRow", "read", "routes"]

PATH = "/console/account"
_KINDS = ({"type": "public-key", "alg": -8}, {"type": "public-key", "alg": -7})


class PasskeyRow(msgspec.Struct, frozen=True):
    """One passkey; `credential` names it."""

    credential: str
    host: str
    made_at: datetime
    used_at: datetime | None


class AreaRow(msgspec.Struct, frozen=True):
    """One part of the console, and what the person may do there."""

    path: str
    opens: bool
    acts: bool


class AccountView(msgspec.Struct, frozen=True):
    """The page; `provider` is where people may sign in too, and `is_connected` whether it knows this person."""

    person_id: str
    name: str
    roles: tuple[str, ...]
    signed_in_at: datetime
    signed_out_at: datetime
    passkeys: tuple[PasskeyRow, ...]
    provider: str | None
    is_connected: bool
    areas: tuple[AreaRow, ...]


def read(look: Look) -> AccountView:
    """Return what the page shows to whoever is signed in."""
    session, person = look.session, look.session.person
    areas = [area.path for area in AREAS if area.path not in {PATH, "/console/live"}]
    return AccountView(
        person_id=person.person_id,
        name=person.name,
        roles=tuple(TITLES[role] for role in person.roles),
        signed_in_at=from_micros(session.created_us),
        signed_out_at=from_micros(session.expires_us),
        passkeys=tuple(_row(one) for one in passkeys.of_person(look.conn, person.person_id)),
        provider=look.provider,
        is_connected=person.person_id in identities.linked(look.conn),
        areas=tuple(AreaRow(path, may_open(person, path), may_act(person, path)) for path in areas),
    )


async def _ask(sent: Sent) -> Response:
    """Answer what the browser needs to make a passkey (W3C Web Authentication section 5.4)."""
    site, person = Site(address_of(sent.request)), sent.session.person
    fresh = await sent.run(lambda tx: ceremonies.challenge(tx, person.person_id))
    with sent.lane.rooms.database.reader() as conn:
        known = passkeys.of_person(conn, person.person_id)
    options = {
        "challenge": encode_base64url(fresh),
        "rp": {"id": site.host, "name": "Sealane"},
        "user": {"id": encode_base64url(person.person_id.encode()), "name": person.name, "displayName": person.name},
        "pubKeyCredParams": _KINDS,
        "excludeCredentials": [{"type": "public-key", "id": encode_base64url(one.credential)} for one in known],
        "authenticatorSelection": {"residentKey": "required", "userVerification": "required"},
        "attestation": "none",
        "timeout": TIMEOUT_MS,
    }
    return presentation.json({"publicKey": options})


async def _enrol(sent: Sent) -> Response:
    made = ceremonies.Enrolment(bytes_of(sent.fields, "client_data"), bytes_of(sent.fields, "attestation"))
    site, person_id, rooms = Site(address_of(sent.request)), sent.session.person.person_id, sent.lane.rooms
    await sent.run(lambda tx: ceremonies.enrol(rooms, site, person_id, made, tx))
    return sent.go(PATH)


async def _forget(sent: Sent) -> Response:
    credential, person_id = bytes_of(sent.fields, "credential"), sent.session.person.person_id
    rooms = sent.lane.rooms
    await sent.run(lambda tx: ceremonies.forget(rooms, person_id, credential, tx))
    return sent.go(PATH)


def _row(passkey: passkeys.Passkey) -> PasskeyRow:
    return PasskeyRow(
        encode_base64url(passkey.credential),
        passkey.host,
        from_micros(passkey.made_us),
        None if passkey.used_us is None else from_micros(passkey.used_us),
    )


_shown = showing("people/account.html", read, PATH)
routes = [
    *page(PATH, "people/account.html", read),
    action(f"{PATH}/passkeys/challenge", _ask, _shown),
    action(f"{PATH}/passkeys", _enrol, _shown),
    action(f"{PATH}/passkeys/forget", _forget, _shown),
]

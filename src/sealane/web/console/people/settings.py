"""Settings, people: who may sign in, in which roles; operators add them, change them, and make their sign-in links."""

from datetime import datetime

import msgspec
from starlette.responses import Response

from sealane.flows.people.appointing import appoint, change_roles, dismiss, read_roles
from sealane.model.clock import from_micros
from sealane.model.errors import Conflict, NotFound
from sealane.model.ids import is_id
from sealane.model.party import OPERATOR_ID, PersonRole
from sealane.storage.database import Transaction
from sealane.storage.people import identities, register
from sealane.web import sessions
from sealane.web.console import presentation
from sealane.web.console.forms import Sent, action, showing
from sealane.web.console.gate import SIGN_IN, Look, address_of, page
from sealane.web.people.access import TITLES

__all__ = ["PeopleView", "PersonRow", "read", "routes"]

PATH = "/console/settings"


class PersonRow(msgspec.Struct, frozen=True):
    """Somebody on record; `is_fixed` when their roles cannot be changed by whoever looks."""

    person_id: str
    name: str
    roles: tuple[PersonRole, ...]
    added_at: datetime | None
    added_by: str
    left_at: datetime | None
    is_fixed: bool
    is_connected: bool
    """Whether a provider knows them, whose word on their roles counts at each sign-in."""


class PeopleView(msgspec.Struct, frozen=True):
    """The page: everybody, and the roles there are."""

    people: tuple[PersonRow, ...]
    roles: dict[PersonRole, str]


def read(look: Look) -> PeopleView:
    """Return everybody on record, those who left last."""
    connected = identities.linked(look.conn)
    fixed = {OPERATOR_ID, look.session.person.person_id}
    names = {each.person.person_id: each.person.name for each in register.everyone(look.conn)}
    rows = tuple(
        PersonRow(
            person_id=each.person.person_id,
            name=each.person.name,
            roles=each.person.roles,
            added_at=from_micros(each.added_us) if each.added_us else None,
            added_by=names.get(each.added_by, each.added_by),
            left_at=None if each.left_us is None else from_micros(each.left_us),
            is_fixed=each.person.person_id in fixed,
            is_connected=each.person.person_id in connected,
        )
        for each in register.everyone(look.conn)
    )
    return PeopleView(rows, TITLES)


async def _add(sent: Sent) -> Response:
    name, roles, by, rooms = sent.text("name"), read_roles(sent.fields.getlist("roles")), sent.by, sent.lane.rooms
    await sent.run(lambda tx: appoint(rooms, name, roles, by, tx))
    return sent.go(PATH)


async def _change(sent: Sent) -> Response:
    person_id, by, rooms = _named(sent), sent.by, sent.lane.rooms
    roles = read_roles(sent.fields.getlist("roles"))
    await sent.run(lambda tx: change_roles(rooms, person_id, roles, by, tx))
    return sent.go(PATH)


async def _dismiss(sent: Sent) -> Response:
    person_id, by, rooms = _named(sent), sent.by, sent.lane.rooms
    await sent.run(lambda tx: dismiss(rooms, person_id, by, tx))
    return sent.go(PATH)


async def _link(sent: Sent) -> Response:
    """Show a sign-in link once; it is in no address, so no history and no log keeps it."""
    person_id = _named(sent)

    def flow(tx: Transaction) -> tuple[str, str]:
        registered = register.by_id(tx, person_id)
        if registered.left_us is not None:
            raise Conflict("This person has left.", remedy="Add them again as a new person.")
        return registered.person.name, sessions.issue_link(tx, person_id)

    name, secret = await sent.run(flow)
    link = f"{address_of(sent.request)}{SIGN_IN}?token={secret}"
    minutes = sessions.LINK_SECONDS // 60
    return presentation.html(
        "people/shown-once.html",
        session=sent.session,
        path=PATH,
        title=f"Sign-in link for {name}",
        told=f"Give it to them over a way you trust. It signs them in once, within {minutes} minutes.",
        secret=link,
        back=PATH,
    )


def _named(sent: Sent) -> str:
    person_id: str = sent.request.path_params["person_id"]
    if person_id != OPERATOR_ID and not is_id(person_id, "prs"):
        raise NotFound("There is no person with this id.")
    return person_id


_shown = showing("people/settings.html", read, PATH)
routes = [
    *page(PATH, "people/settings.html", read),
    action(f"{PATH}/people", _add, _shown),
    action(f"{PATH}/people/{{person_id}}/roles", _change, _shown),
    action(f"{PATH}/people/{{person_id}}/dismiss", _dismiss, _shown),
    action(f"{PATH}/people/{{person_id}}/link", _link, _shown),
]

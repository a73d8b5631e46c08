"""Posting a form: sign-in and token first, then the act; what is refused is shown on the page it came from.

    action("/console/review/{case_id}/note", note, showing("review/case.html", read))

An act that changes something answers with the page to go to, so that a reload repeats nothing. A refused one answers
with its own page again, with the reason on top and everything that was typed still in place.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sealane.model.decoding import refuse_leaks
from sealane.model.errors import FieldError, InvalidInput, NotAuthenticated, SealaneError
from sealane.storage.database import Transaction
from sealane.web import sessions
from sealane.web.console import presentation
from sealane.web.console.forms.reading import read_form
from sealane.web.console.gate import Look, Read, as_page, enter
from sealane.web.people.access import check_access

if TYPE_CHECKING:
    from sealane.app import Sealane

__all__ = ["Act", "Sent", "Shown", "action", "actor_of", "showing"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sent:
    """A form sent by somebody who is signed in."""

    lane: "Sealane"
    request: Request
    session: sessions.Session
    fields: QueryParams

    @property
    def by(self) -> str:
        """Who sent it, as acts name them."""
        return actor_of(self.session)

    def text(self, name: str) -> str:
        """Return one field without the white space around it, empty when it is not there."""
        return str(self.fields.get(name, "")).strip()

    def words(self, name: str, *, most: int = 4_000) -> str:
        """Return what somebody wrote in their own words.

        Raises:
            LeakDetected: when a card number stands in it.
            InvalidInput: when nothing is there, or too much.
        """
        text = self.text(name)
        refuse_leaks(text.encode(), {name: text})
        if not 0 < len(text) <= most:
            detail = f"Write 1 to {most:,} characters."
            raise InvalidInput(detail, errors=(FieldError(f"/{name}", "length", detail),))
        return text

    @contextmanager
    def look(self) -> Iterator[Look]:
        """Yield a look at the page that the form was sent to.

        Raises:
            NotAuthenticated: when the session ended meanwhile.
        """
        with enter(self.request) as look:
            yield look

    async def run(self, flow: Callable[[Transaction], T]) -> T:
        """Run a flow on the writer and return its result once it is durable."""
        return await self.lane.rooms.database.run_async(flow)

    def go(self, address: str) -> Response:
        """Return the way to another page of the console."""
        return RedirectResponse(address, 303, presentation.GUARDS)


Act = Callable[[Sent], Awaitable[Response]]
Shown = Callable[[Look, QueryParams, SealaneError], Response]


def actor_of(session: sessions.Session) -> str:
    """Return who acts in a session, as cases, rules and the log name them."""
    return session.person.person_id


def showing(template: str, read: Read, path: str) -> Shown:
    """Return what shows a page again after a refusal; the template gets `refusal` and the sent `fields`."""

    def shown(look: Look, fields: QueryParams, refusal: SealaneError) -> Response:
        return presentation.html(
            template,
            refusal.status,
            view=read(look),
            session=look.session,
            path=path,
            refusal=refusal,
            fields=fields,
        )

    return shown


def action(path: str, act: Act, shown: Shown) -> Route:
    """Return the route of a form."""

    async def endpoint(request: Request) -> Response:
        fields = QueryParams()
        try:
            fields = await read_form(request)
            session = await asyncio.to_thread(_signed_in, request)
            sessions.check_csrf(session.csrf, str(fields.get("csrf", "")))
            check_access(session.person, request.url.path, acts=True)
            return await act(Sent(request.app.state.lane, request, session, fields))
        except NotAuthenticated as refusal:
            return as_page(refusal, request)
        except SealaneError as refusal:
            return await asyncio.to_thread(_again, request, shown, fields, refusal)

    return Route(path, endpoint, methods=["POST"])


def _signed_in(request: Request) -> sessions.Session:
    with enter(request) as look:
        return look.session


def _again(request: Request, shown: Shown, fields: QueryParams, refusal: SealaneError) -> Response:
    try:
        with enter(request) as look:
            return shown(look, fields, refusal)
    except SealaneError as worse:
        return as_page(worse, request)

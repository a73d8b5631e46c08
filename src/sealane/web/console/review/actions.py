"""What people do on the review pages: take, decide, take back, note, hand over, reveal. No form needs a script.

After a verdict the next case of the same queue opens, claimed, and says how long the last one can be taken back.
"""

import asyncio
from functools import partial
from typing import Any, cast, get_args

import msgspec
from starlette.responses import Response

from sealane.flows.review.cases import close_case
from sealane.flows.review.reveal import SEALED, Revealing, ReviewPurpose, reveal
from sealane.model.errors import AlreadyDecided, CaseClaimed, FieldError, InvalidInput
from sealane.risk.cases import Case, Judgement, case_of
from sealane.risk.cases.case import Verdict
from sealane.risk.cases.queue import next_case
from sealane.storage.database import Transaction
from sealane.web.api.review.acting import Name
from sealane.web.console import presentation
from sealane.web.console.forms import Sent, action, showing
from sealane.web.console.review import case as case_page
from sealane.web.console.review import queue as queue_page
from sealane.web.console.review.filters import PATH, QueueFilters, address, read_filters

__all__ = ["routes"]

CASE = case_page.CASE
MOST_AT_ONCE = 200
REASON = 500
_name = msgspec.json.Decoder(Name)


async def _take_next(sent: Sent) -> Response:
    """Claim the first case that this person may take, and open it."""
    return sent.go(await _next(sent, _filters(sent)))


async def _next(sent: Sent, filters: QueueFilters, closed: str | None = None) -> str:
    """Return the address of the next case, claimed; of the queue when nothing waits."""
    lane = sent.lane

    def take(tx: Transaction) -> Case | None:
        with lane.rooms.database.reader() as conn:
            found = next_case(conn, filters.wanted(sent.by), sent.by, tx.now_us)
        return None if found is None else lane.rooms.risk.cases.claim(tx, found.case_id, sent.by)

    try:
        case = await sent.run(take) if filters.state == "open" else None
    except (CaseClaimed, AlreadyDecided):  # somebody was quicker: the queue shows what is left
        case = None
    return address(filters, PATH if case is None else f"{PATH}/{case.case_id}", closed=closed)


async def _claim(sent: Sent) -> Response:
    await sent.run(lambda tx: sent.lane.rooms.risk.cases.claim(tx, _case_id(sent), sent.by))
    return _back(sent)


async def _release(sent: Sent) -> Response:
    await sent.run(lambda tx: sent.lane.rooms.risk.cases.release(tx, _case_id(sent), sent.by))
    return sent.go(address(_filters(sent)))


async def _assign(sent: Sent) -> Response:
    """Hand the case to somebody; an empty name takes it off every list."""
    to = sent.text("to")
    if to:
        try:
            _name.decode(msgspec.json.encode(to))
        except msgspec.ValidationError:
            raise _wrong("/to", "A name is 1 to 64 letters, digits and any of . @ + - _") from None
    await sent.run(lambda tx: sent.lane.rooms.risk.cases.assign(tx, _case_id(sent), sent.by, to or None))
    return _back(sent)


async def _note(sent: Sent) -> Response:
    text = sent.words("reason")
    await sent.run(lambda tx: sent.lane.rooms.risk.cases.note(tx, _case_id(sent), sent.by, text))
    return _back(sent)


async def _close(sent: Sent) -> Response:
    """Give the verdict, and go on to the next case."""
    judgement = Judgement(sent.by, _verdict(sent), sent.words("reason", most=REASON))
    await sent.run(partial(close_case, sent.lane.rooms, _case_id(sent), judgement))
    sent.lane.settler.wake()
    return sent.go(await _next(sent, _filters(sent), _case_id(sent)))


async def _undo(sent: Sent) -> Response:
    await sent.run(lambda tx: sent.lane.rooms.risk.cases.undo(tx, _case_id(sent), sent.by))
    return _back(sent)


async def _close_many(sent: Sent) -> Response:
    """Give several cases one verdict; when one of them cannot be closed, none is."""
    named = list(dict.fromkeys(sent.fields.getlist("case")))
    if not 0 < len(named) <= MOST_AT_ONCE:
        raise _wrong("/case", f"Choose 1 to {MOST_AT_ONCE} cases.")
    judgement = Judgement(sent.by, _verdict(sent), sent.words("reason", most=REASON))

    def close(tx: Transaction) -> None:
        for case_id in named:
            close_case(sent.lane.rooms, case_id, judgement, tx)

    await sent.run(close)
    sent.lane.settler.wake()
    return sent.go(address(_filters(sent)))


async def _reveal(sent: Sent) -> Response:
    """Show one sealed field, on this answer only."""
    rooms, field, purpose = sent.lane.rooms, sent.text("field"), sent.text("purpose")
    if field not in SEALED:
        raise _wrong("/field", "Choose the field to reveal.")
    if purpose not in get_args(ReviewPurpose):
        raise _wrong("/purpose", "Say what you need it for.")
    case = await asyncio.to_thread(_case, sent)
    parcel = sent.text("consignment") or None
    asked = Revealing(case.case_id, case.order_id, parcel, field, cast("ReviewPurpose", purpose), sent.by)
    value = await sent.run(lambda tx: reveal(rooms, asked, tx))
    return await asyncio.to_thread(_revealed, sent, field, value)


def _revealed(sent: Sent, field: str, value: Any) -> Response:
    with sent.look() as look:
        view, shown = case_page.read(look), (field, _told(value))
        return presentation.html("case.html", view=view, session=sent.session, path=CASE, revealed=shown)


def _told(value: Any) -> str:
    """Return a revealed value as one line."""
    if isinstance(value, dict):
        return ", ".join(_told(part) for part in value.values() if part)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _case(sent: Sent) -> Case:
    with sent.lane.rooms.database.reader() as conn:
        return case_of(conn, _case_id(sent))


def _case_id(sent: Sent) -> str:
    return str(sent.request.path_params["case_id"])


def _filters(sent: Sent) -> QueueFilters:
    return read_filters(sent.request.query_params)


def _back(sent: Sent) -> Response:
    """Return the way to the case itself."""
    return sent.go(address(_filters(sent), f"{PATH}/{_case_id(sent)}"))


def _verdict(sent: Sent) -> Verdict:
    text = sent.text("verdict")
    if text not in get_args(Verdict):
        raise _wrong("/verdict", "Say whether it is genuine or fraud.")
    return cast("Verdict", text)


def _wrong(pointer: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=(FieldError(pointer, "not-allowed", detail),))


_on_case = showing("case.html", case_page.read, CASE)
_on_queue = showing("review.html", queue_page.read, PATH)

routes = [
    action(f"{PATH}/next", _take_next, _on_queue),
    action(f"{PATH}/bulk", _close_many, _on_queue),
    action(f"{CASE}/claim", _claim, _on_case),
    action(f"{CASE}/release", _release, _on_case),
    action(f"{CASE}/assign", _assign, _on_case),
    action(f"{CASE}/note", _note, _on_case),
    action(f"{CASE}/close", _close, _on_case),
    action(f"{CASE}/undo", _undo, _on_case),
    action(f"{CASE}/reveal", _reveal, _on_case),
]

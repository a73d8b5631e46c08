"""Notices: a sender says something to a shopper about one consignment, signed, on record and on the log."""

from secrets import token_urlsafe

import msgspec

from sealane.flows.rooms import Rooms
from sealane.model.clock import from_micros, to_micros
from sealane.model.errors import FieldError, InvalidInput
from sealane.model.party import Party
from sealane.shield import Ending, Notice, NoticeRequest, NoticeResult, check_link, notice_id, told
from sealane.shield.room import LIFETIMES, LONGEST_LIFE
from sealane.storage import orderbook
from sealane.storage.database import Transaction

__all__ = ["Place", "end_notice", "issue_notice"]

SECOND = 1_000_000
_encode = msgspec.json.Encoder(order="deterministic").encode
_LONGEST_NAME = 100


class Place(msgspec.Struct, frozen=True):
    """Where the notice's page is: `https://lane.example`, and the host of that."""

    address: str
    host: str


def issue_notice(rooms: Rooms, party: Party, request: NoticeRequest, place: Place, tx: Transaction) -> NoticeResult:
    """Sign a notice about a consignment of the party, record it, log it, and return it with its text.

    Raises:
        NotFound: when the party has no such consignment.
        InvalidInput: when a fee has no amount, the link is dangerous, or the time is past or too far off.
    """
    merchant_id = None if party.has("operator") else party.party_id
    order, consignment_id = orderbook.find(tx, merchant_id, consignment=request.consignment)
    consignment = order.consignments[order.position(str(consignment_id))]
    _check(request)
    notice = Notice(
        sender=(party.domains[0] if party.domains else party.name)[:_LONGEST_NAME],
        consignment_id=consignment.consignment_id,
        kind=request.kind,
        issued_seconds=tx.now_us // SECOND,
        expires_seconds=_expiry(request, tx.now_us),
        tracking_number=consignment.tracking_number,
        amount=request.amount,
        link=request.link,
        number=token_urlsafe(6),
        home=place.host or None,
    )
    _pin_key(rooms, tx)
    token = rooms.shield.issue(tx, notice, order.merchant_id)
    rooms.log.append(tx, "notice.issued", order_id=order.order_id, content=token.encode("ascii"))
    page = f"{place.address}/notices/{notice_id(token)}"
    text = told(notice, order.locale, page)
    return NoticeResult(token, text, notice_id(token), page, from_micros(notice.expires_seconds * SECOND))


def end_notice(rooms: Rooms, party: Party, name: str, how: Ending, tx: Transaction) -> str:
    """End a notice before its time, because it was withdrawn or what it asked for is done; return how it ended.

    Raises:
        NotFound: when the party handed out no such notice.
    """
    ended = rooms.shield.end(tx, name, how, None if party.has("operator") else party.party_id)
    rooms.log.append(tx, f"notice.{how}", order_id=None, content=name.encode("ascii"))
    return ended


def _pin_key(rooms: Rooms, tx: Transaction) -> None:
    """Put the key on the log before its first notice: a key shown later in its place has no such entry."""
    if not rooms.shield.has_key(tx):
        entry_id = rooms.log.append(tx, "notice_key.published", order_id=None, content=_encode(rooms.shield.jwk()))
        rooms.shield.add_key(tx, entry_id)


def _check(request: NoticeRequest) -> None:
    if request.kind == "fee" and request.amount is None:
        raise _wrong("/amount", "missing", "A notice of a fee names the amount.")
    if request.link is not None:
        verdict, reason = check_link(request.link)
        if verdict == "dangerous":
            raise _wrong("/link", "dangerous", f"No notice is signed for a link like this. {reason}")


def _expiry(request: NoticeRequest, now_us: int) -> int:
    if request.expires_at is None:
        return now_us // SECOND + int(LIFETIMES[request.kind].total_seconds())
    wanted = to_micros(request.expires_at)
    if not now_us < wanted <= now_us + int(LONGEST_LIFE.total_seconds()) * SECOND:
        raise _wrong("/expires_at", "out-of-range", f"It lies ahead, within {LONGEST_LIFE.days} days.")
    return -(-wanted // SECOND)


def _wrong(pointer: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=(FieldError(pointer, code, detail),))

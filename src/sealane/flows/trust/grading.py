"""Grading: look at a shop, judge it with what is known of its merchant, publish the grade on the log, and act on it."""

import sqlite3
from contextlib import suppress
from urllib.parse import urlsplit

import msgspec

from sealane.flows.rooms import Rooms
from sealane.flows.trust.merchantfacts import collect_own
from sealane.grading import (
    Act,
    Appeal,
    AppealRequest,
    Authorisation,
    Graded,
    Own,
    Profile,
    Published,
    Request,
    Scan,
    ScanRequest,
    ScriptRequest,
    Verdict,
    WatchTerms,
    host_of,
)
from sealane.model.clock import Clock, from_micros
from sealane.model.errors import FieldError, InvalidInput, NotFound, NotPermitted
from sealane.model.ids import new_id
from sealane.model.party import Party
from sealane.risk.rulebook import Entry
from sealane.storage.database import Transaction

__all__ = [
    "LISTS",
    "answer_appeal",
    "authorise_script",
    "describe_merchant",
    "ensure_may_take_cards",
    "forbid_script",
    "grade_now",
    "open_appeal",
    "preview",
    "publish_grade",
    "request_of",
    "stop_watching",
    "watch_page",
]

LISTS: dict[Act, str] = {"step_up": "merchants_to_step_up", "delay_payout": "merchants_to_hold_payouts_of"}
"""The lists that rules ask for, by what a grade leads to."""
_AUTHOR = "grading"
_encode = msgspec.json.Encoder(order="deterministic").encode


def request_of(rooms: Rooms, conn: sqlite3.Connection, party: Party, asked: ScanRequest) -> Request:
    """Return what to look at: pages of the party's own hosts, with the scripts that it authorised.

    Raises:
        InvalidInput: when the party has no domain and names no page.
    """
    if not party.domains:
        detail = "This party has no domain, so there is nothing that may be looked at."
        raise InvalidInput(detail, remedy="Register the party with its domains.")
    scripts = rooms.grading.scripts(conn, party.party_id)
    return Request(
        urls=asked.urls or (f"https://{party.domains[0]}/",),
        listed=party.domains,
        script_hosts=tuple(dict.fromkeys(filter(None, (host_of(one.name) for one in scripts)))),
        plain_port=asked.http_port,
        wants_rendering=asked.render,
    )


def grade_now(rooms: Rooms, party: Party, asked: ScanRequest, clock: Clock) -> Published:
    """Look at the party's shop and publish its grade; takes a second or two, outside any transaction.

    Raises:
        InvalidInput: when there is nothing to look at, or the addresses are wrong.
        NotPermitted: when a host is not listed, or leads to a private address.
        Unanswered: when nobody answers.
        Conflict: when the shop is being looked at already.
        RateLimited: when it was looked at too often.
    """
    with rooms.database.reader() as conn:
        request = request_of(rooms, conn, party, asked)
    scan = rooms.grading.look(request)
    with rooms.database.reader() as conn:
        own = collect_own(rooms, conn, party, clock())
    return rooms.database.run(lambda tx: publish_grade(rooms, party, scan, own, tx))


def preview(rooms: Rooms, conn: sqlite3.Connection, party: Party, now_us: int) -> Graded:
    """Return the grade that the own facts alone give, where no shop was looked at yet."""
    return rooms.grading.judge(None, collect_own(rooms, conn, party, now_us), now_us=now_us)


def publish_grade(rooms: Rooms, party: Party, scan: Scan, own: Own, tx: Transaction) -> Published:
    """Judge, log, store, and put the merchant on the lists that its grade leads to."""
    graded = rooms.grading.judge(scan, own, now_us=tx.now_us)
    published = Published(
        grade_id=new_id("grd"),
        party_id=party.party_id,
        host=scan.host,
        graded_us=tx.now_us,
        mode=scan.mode,
        mode_reason=scan.mode_reason,
        graded=graded,
    )
    fields = {"grade": graded.grade.encode(), "rubric": graded.rubric.encode()}
    content = _encode(published)
    entry_id = rooms.log.append(tx, "grade.published", order_id=None, content=content, fields=fields)
    published = msgspec.structs.replace(published, entry_id=entry_id)
    rooms.grading.publish(tx, published, scan)
    _act(rooms, party, graded.conduct, tx)
    return published


def ensure_may_take_cards(rooms: Rooms, party: Party, tx: Transaction) -> None:
    """Make sure that the merchant's grade does not block card entry.

    Raises:
        NotPermitted: when it does.
    """
    if party.has("merchant") and "block_cards" in rooms.grading.conduct(tx, party.party_id):
        raise NotPermitted(
            "Card numbers of this shop are refused because of its grade.",
            remedy="Put right what GET /v1/grades/{party_id} finds, and have it scanned again.",
        )


def authorise_script(rooms: Rooms, party: Party, by: str, request: ScriptRequest, tx: Transaction) -> Authorisation:
    """Let a script run on the payment page, with its justification on the log.

    Raises:
        InvalidInput: when the name is neither an address nor an inline script's.
    """
    if not request.name.startswith(("https://", "inline:")) or urlsplit(request.name).query:
        detail = "A script is named by its address without a query, or as inline:DIGEST."
        raise InvalidInput(detail, errors=(FieldError("/name", "not-a-script", detail),))
    about = {"party": party.party_id, "by": by, **msgspec.structs.asdict(request)}
    entry_id = rooms.log.append(tx, "script.authorised", order_id=None, content=_encode(about))
    one = Authorisation(request.name, request.digest, request.justification, by, from_micros(tx.now_us), entry_id)
    rooms.grading.authorise(tx, party.party_id, one)
    return one


def forbid_script(rooms: Rooms, party: Party, name: str, tx: Transaction) -> None:
    """End a script's authorisation.

    Raises:
        NotFound: when it has none.
    """
    rooms.grading.forbid(tx, party.party_id, name)
    content = _encode({"party": party.party_id, "name": name})
    rooms.log.append(tx, "script.forbidden", order_id=None, content=content)


def watch_page(rooms: Rooms, party: Party, terms: WatchTerms, tx: Transaction) -> None:
    """Watch the party's payment page from now on."""
    rooms.grading.watch(tx, party.party_id, terms)
    content = _encode({"party": party.party_id, "terms": terms})
    rooms.log.append(tx, "watch.started", order_id=None, content=content)


def stop_watching(rooms: Rooms, party: Party, tx: Transaction) -> None:
    """Watch the page no longer.

    Raises:
        NotFound: when it is not watched.
    """
    rooms.grading.unwatch(tx, party.party_id)
    rooms.log.append(tx, "watch.ended", order_id=None, content=_encode({"party": party.party_id}))


def open_appeal(rooms: Rooms, party: Party, request: AppealRequest, tx: Transaction) -> Appeal:
    """Take an appeal against a finding; the operator answers within a day.

    Raises:
        InvalidInput: when the rubric has no such check.
    """
    if request.check not in rooms.grading.rubric.checks:
        detail = "The rubric has no such check."
        raise InvalidInput(detail, errors=(FieldError("/check", "unknown-check", detail),))
    return _keep(rooms, rooms.grading.dispute(tx, party.party_id, request), "appeal.opened", tx)


def answer_appeal(rooms: Rooms, party: Party, appeal_id: str, verdict: Verdict, tx: Transaction) -> Appeal:
    """Answer an appeal; an upheld one sets the finding aside for 90 days, from the next grade on.

    Raises:
        NotFound: when the party made no such appeal.
        AlreadyDecided: when it was answered before.
    """
    answered = rooms.grading.answer(tx, party.party_id, appeal_id, verdict)
    return _keep(rooms, answered, "appeal.answered", tx)


def describe_merchant(rooms: Rooms, party: Party, profile: Profile, tx: Transaction) -> Profile:
    """Keep what people at the operator found out about a merchant."""
    rooms.grading.describe(tx, party.party_id, profile)
    content = _encode({"party": party.party_id, "profile": profile})
    rooms.log.append(tx, "merchant.described", order_id=None, content=content)
    return profile


def _keep(rooms: Rooms, appeal: Appeal, kind: str, tx: Transaction) -> Appeal:
    entry_id = rooms.log.append(tx, kind, order_id=None, content=_encode(appeal))
    kept = msgspec.structs.replace(appeal, log_entry=entry_id)
    rooms.grading.keep_appeal(tx, kept)
    return kept


def _act(rooms: Rooms, party: Party, conduct: tuple[Act, ...], tx: Transaction) -> None:
    """Bring the lists that decisions look at to what the grade leads to; a list is made when it is first needed."""
    book = rooms.risk.rulebook
    with rooms.database.reader() as conn:
        known = {one.name for one in book.lists(conn)}
    for act, name in LISTS.items():
        is_there = name in known or tx.recall(("list", name)) is not None
        if act in conduct:
            if not is_there:
                tx.remember(("list", name), book.add_list(tx, name, "merchant", _AUTHOR))
            book.add_entry(tx, name, Entry(party.party_id, _AUTHOR))
        elif is_there:
            with suppress(NotFound):
                book.drop_entry(tx, name, party.party_id)

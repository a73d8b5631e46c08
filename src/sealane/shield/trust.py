"""Trust: whose notices count, and what a notice is worth in the message that carries it.

A signature proves what was signed and nothing else. So the answer is `genuine` only when the key is known, the time is
right, the notice was not ended, and the message around it names no other link, parcel or amount. Looking twice is no
replay: a notice is replayed when it comes back after it was spent, for another parcel, or around another link.
"""

import re
from collections.abc import Callable, Mapping

import msgspec

from sealane.model.clock import from_micros
from sealane.model.errors import ProofInvalid, SignatureInvalid
from sealane.model.money import Money
from sealane.shield.links.address import parse
from sealane.shield.links.judgement import judge_link
from sealane.shield.messages.claims import Claims, read_claims
from sealane.shield.notices import LONGEST, Notice, find_notice, notice_id, sender_key, verify_notice
from sealane.shield.registry import Brand
from sealane.shield.store import Stored
from sealane.shield.verdict import Reason, Verdict

__all__ = ["NOBODY", "NoticeJudgement", "Trust", "carried", "judge_notice"]

_PLACE = re.compile(r"/notices/(?P<id>[A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])")
_CURRENCY = (
    r"(?:[€$£¥₹]|zł|EUR|USD|GBP|CHF|PLN|SEK|NOK|DKK|CZK|HUF|RON|BGN|TRY|JPY|CNY|HKD|TWD|KRW|INR|AUD|NZD|CAD|BRL|MXN|ZAR|"
    r"AED|SAR|SGD|THB)"
)
_SUM = re.compile(rf"{_CURRENCY}\s?(?P<before>\d[\d.,]{{0,15}})|(?<![\d.,])(?P<after>\d[\d.,]{{0,15}})\s?{_CURRENCY}")
_LONGEST_TEXT = 8000
_ENDED = {
    "spent": "The notice was genuine, but what it asked for is done. Whoever sends it again wants it twice: don't pay "
    "again.",
    "withdrawn": "The notice was genuine, but its sender has withdrawn it.",
}


def _nothing(_notice_id: str) -> Stored | None:
    return None


def _ungraded(_domain: str) -> str | None:
    return None


class Trust(msgspec.Struct, frozen=True):
    """Whose signatures count, by key id, the time of looking, and what is recorded here of notices."""

    keys: Mapping[str, bytes] = {}
    now_us: int = 0
    senders: Mapping[str, str] = {}
    """The only name a key may sign for, where one is told: the domain that published it."""
    own: frozenset[str] = frozenset()
    """Keys of this installation: what they signed has to be recorded here."""
    stored: Callable[[str], Stored | None] = _nothing
    consignment_id: str | None = None
    """The only consignment that a notice may be about, where one is known."""
    grade: Callable[[str], str | None] = _ungraded
    """The grade that a shop's domain has here, if it has one: A+ to F, T when its transport is not to be trusted."""


NOBODY = Trust()
"""Trust in no sender of notices."""


class NoticeJudgement(msgspec.Struct, frozen=True):
    """What a notice is worth; `notice` is there when it was rightly signed and in force."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    notice: Notice | None = None
    brand: Brand | None = None


def carried(text: str, trust: Trust) -> str | None:
    """Return the notice that a text carries, whole or by the address of its page; None when it carries none."""
    if len(text) > _LONGEST_TEXT:
        return None
    token = find_notice(text[: LONGEST + 500]) if len(text) <= LONGEST + 500 else None
    place = None if token else _PLACE.search(text)
    stored = trust.stored(place["id"]) if place else None
    return token or (stored.token if stored else None)


def judge_notice(token: str, text: str, trust: Trust) -> NoticeJudgement:
    """Return what a notice is worth in the text that carries it, which may be the notice alone."""
    claims = read_claims(text.replace(token, " ") if token in text else text)
    for link in map(judge_link, claims.links):
        if link.verdict == "dangerous":
            return NoticeJudgement("dangerous", link.reasons, brand=link.brand)
    if sender_key(token) not in trust.keys:
        return _no("notice_of_stranger", "It is a signed notice, but of a sender whose key is not known here.")
    try:
        notice = verify_notice(token, trust.keys, now_us=trust.now_us)
    except SignatureInvalid as refusal:
        return NoticeJudgement("dangerous", (Reason("notice_forged", f"The notice is forged: {refusal.detail}"),))
    except ProofInvalid as refusal:
        return _no("notice_not_in_force", refusal.detail)
    return _standing(token, notice, trust) or _around(notice, claims, text) or _good(notice)


def _standing(token: str, notice: Notice, trust: Trust) -> NoticeJudgement | None:
    """Return why a rightly signed notice does not count: another's name, not recorded, or ended."""
    kid = sender_key(token)
    if trust.senders.get(kid, notice.sender) != notice.sender:
        text = f"The key belongs to {trust.senders[kid]}, which may not sign for anybody else."
        return NoticeJudgement("dangerous", (Reason("notice_of_other_sender", text),))
    if trust.consignment_id not in {None, notice.consignment_id}:
        return _no("notice_of_other_parcel", "The notice itself is genuine, but it is about another consignment.")
    stored = trust.stored(notice_id(token))
    if stored is None and kid in trust.own:
        return _no("notice_not_recorded", "It bears our signature, but we have no record of handing it out.")
    if stored is not None and stored.ended is not None:
        return _no(f"notice_{stored.ended}", _ENDED[stored.ended])
    return None


def _around(notice: Notice, claims: Claims, text: str) -> NoticeJudgement | None:
    """Return what the message around a genuine notice says that the notice does not."""
    named = parse(notice.link) if notice.link else None
    own = {named.host if named else None, notice.home} - {None}
    for link in claims.links:
        if link.host not in own:
            told = f"The notice itself is genuine, but it does not name {link.host}, where this link leads."
            return _no("notice_elsewhere", told)
    numbers = [number for number in claims.numbers if number != _compact(notice.tracking_number)]
    if numbers:
        told = f"The notice itself is genuine, but it is about another parcel than {numbers[0]}."
        return _no("notice_of_other_parcel", told)
    sums = {re.sub(r"\D", "", found["before"] or found["after"]) for found in _SUM.finditer(text)}
    if sums - _spellings(notice.amount):
        return _no("notice_of_other_amount", "The notice itself is genuine, but the message names another amount.")
    return None


def _spellings(amount: Money | None) -> set[str]:
    """Return an amount's digits as people write it: with the minor unit, and without when there is none of it."""
    if amount is None:
        return set()
    whole = amount.to_decimal()
    exact = {str(amount.amount_minor), f"{whole:.2f}".replace(".", "")}
    return exact | {str(int(whole))} if whole == int(whole) else exact


def _good(notice: Notice) -> NoticeJudgement:
    return NoticeJudgement("genuine", (Reason("signed_notice", _told(notice)),), notice)


def _no(code: str, text: str) -> NoticeJudgement:
    return NoticeJudgement("unknown", (Reason(code, text),))


def _compact(number: str | None) -> str:
    return re.sub(r"[^0-9A-Z]", "", (number or "").upper())


def _told(notice: Notice) -> str:
    about = f"parcel {notice.tracking_number}" if notice.tracking_number else "a parcel"
    amount = f", amount {notice.amount}" if notice.amount else ""
    link = f", at {notice.link}" if notice.link else ""
    until = from_micros(notice.expires_seconds * 1_000_000)
    return f"{notice.sender} signed it: {notice.kind} of {about}{amount}{link}, good until {until:%Y-%m-%d %H:%M} UTC."

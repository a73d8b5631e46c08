"""Checking: one text of whatever kind in, one answer out.

check("https://dhl-parcel-fee.top/pay", nothing_known)
->  Answer(kind="link", verdict="dangerous", brand="dhl", ...)
"""

import re
import sqlite3
from collections.abc import Iterable

import msgspec

from sealane.model.clock import from_micros
from sealane.model.errors import ProofInvalid, SignatureInvalid
from sealane.shield.links.address import SCRIPTED, Address, has_known_ending, parse
from sealane.shield.links.judgement import judge_link
from sealane.shield.messages.claims import read_claims
from sealane.shield.messages.judgement import Ledger, judge_message
from sealane.shield.notices import Notice, find_notice, sender_key, verify_notice
from sealane.shield.numbers.reading import Candidate, compact, read_number
from sealane.shield.registry import Brand
from sealane.shield.store import is_known_number
from sealane.shield.verdict import Answer, Kind, Reason, Verdict

__all__ = ["NOBODY", "Ledger", "Tracking", "Trust", "check", "ledger_of", "nothing_known", "prepare", "track"]

_LONGEST_LINE = 2048
_LONGEST_NUMBER = 64
_SHARE_OF_DIGITS = 0.3
_SPACE = re.compile(r"\s")
_SEPARATED = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./-]{6,60}[A-Za-z0-9]")
_LONG_WORD = re.compile(r"[A-Za-z]{5,}")

_STEPS: dict[Verdict, tuple[str, ...]] = {
    "dangerous": (
        "Don't use the link and don't answer. Open the shop's or the carrier's own site yourself.",
        "If you already entered card data, call your bank now.",
        "Report it to the carrier it claims to come from, then delete it.",
    ),
    "unknown": (
        "We can't tell. Don't use the link in the message; open the shop's own order page yourself.",
        "Never give card data, codes or passwords because a message asks for them.",
    ),
    "official": (
        "The link leads to the brand's own site. Type the address yourself if you are in doubt.",
        "Pay only what your order page or the carrier's own tracking shows as well.",
    ),
    "genuine": ("This belongs to an order that is known here. You can follow it on the shop's own order page.",),
}
_NOTICE_STEPS = (
    "Compare the parcel and the amount with what the message says. Only what stands here was signed.",
    "Use the address that stands here and no other.",
)
_NUMBER_STEPS = (
    "We can't tell. Type the number into the tracking page of the shop or the carrier yourself.",
    "Never pay or give card data because a message shows a tracking number.",
)


class Tracking(msgspec.Struct, frozen=True):
    """What is known of a tracking number; only `known_order` proves that it stands for a parcel."""

    number: str
    candidates: tuple[Candidate, ...]
    known_order: bool


class Trust(msgspec.Struct, frozen=True):
    """Whose signatures count, by key id, and the time at which notices are looked at."""

    keys: dict[str, bytes] = {}
    now_us: int = 0


NOBODY = Trust()
"""Trust in no sender of notices."""


def prepare() -> None:
    """Load every list and pattern now, so that the first answer is as quick as the others."""
    check("DHL parcel RB123456785GB https://example.com/", nothing_known)


def nothing_known(_numbers: Iterable[str]) -> bool:
    """Answer as a ledger without orders."""
    return False


def ledger_of(conn: sqlite3.Connection) -> Ledger:
    """Return the ledger of an installation's order book."""
    return lambda numbers: is_known_number(conn, numbers)


def check(text: str, ledger: Ledger, trust: Trust = NOBODY) -> Answer:
    """Return whether a link, message, number, shop address or signed notice is genuine, as far as anybody can tell."""
    line = text.strip()
    address = _as_link(line)
    token = find_notice(line)
    if token is not None and _SPACE.search(line) is None:
        return _of_notice(token, None if line == token else address, trust)
    if address is not None:
        return _of_link(address)
    if _is_number(line, ledger):
        return _of_number(track(line, ledger))
    judged = judge_message(read_claims(text), ledger)
    return _answer("message", judged.verdict, judged.brand, judged.reasons)


def track(number: str, ledger: Ledger) -> Tracking:
    """Return every carrier whose rule a number fits, and whether an order known here bears it."""
    written = compact(number)
    shown = written or "".join(filter(_is_plain, number.strip()[:_LONGEST_NUMBER]))
    candidates = read_number(number)
    return Tracking(shown, candidates, bool(written) and ledger(_spellings(number)))


def _spellings(number: str) -> tuple[str, ...]:
    """Return a number in the ways an order may hold it: as given, and without what people put between its parts."""
    written = compact(number)
    return tuple(
        filter(None, dict.fromkeys((number.strip()[:_LONGEST_NUMBER], written, re.sub(r"[-./]", "", written))))
    )


def _is_plain(character: str) -> bool:
    return character.isascii() and character.isprintable()


def _as_link(line: str) -> Address | None:
    """Return the link that the whole text is; None for anything else."""
    scheme = line.partition(":")[0].lower()
    if scheme in SCRIPTED and ":" in line:
        return Address(scheme)
    if not line or len(line) > _LONGEST_LINE or _SPACE.search(line) or ("@" in line and "/" not in line):
        return None
    address = parse(line)
    if address is None or ("." not in address.host.strip("[]") and not address.has_scheme):
        return None
    is_real = address.has_scheme or (not address.is_ip and has_known_ending(address.host))
    return address if is_real else None


def _of_link(address: Address) -> Answer:
    judged = judge_link(address)
    is_site = not address.has_scheme and address.path in {"", "/"} and address.port is None and bool(address.host)
    return _answer("shop" if is_site else "link", judged.verdict, judged.brand, judged.reasons)


def _of_notice(token: str, carrier: Address | None, trust: Trust) -> Answer:
    """Return the answer about a signed notice; a link that carries it has to be the one that it names."""
    link = None if carrier is None else judge_link(carrier)
    if link is not None and link.verdict == "dangerous":
        return _answer("link", link.verdict, link.brand, link.reasons)
    if sender_key(token) not in trust.keys:
        text = "It is a signed notice, but of a sender whose key is not known here."
        return _answer("notice", "unknown", None, (Reason("notice_of_stranger", text),))
    try:
        notice = verify_notice(token, trust.keys, now_us=trust.now_us)
    except SignatureInvalid as refusal:
        return _answer(
            "notice", "dangerous", None, (Reason("notice_forged", f"The notice is forged: {refusal.detail}"),)
        )
    except ProofInvalid as refusal:
        return _answer("notice", "unknown", None, (Reason("notice_not_in_force", refusal.detail),))
    named = parse(notice.link) if notice.link else None
    if carrier is not None and (named is None or named.host != carrier.host):
        text = f"The notice itself is genuine, but it does not name {carrier.host}, where this link leads."
        return _answer("notice", "unknown", None, (Reason("notice_elsewhere", text),))
    return Answer("notice", "genuine", None, (Reason("signed_notice", _told(notice)),), _NOTICE_STEPS)


def _told(notice: Notice) -> str:
    about = f"parcel {notice.tracking_number}" if notice.tracking_number else "a parcel"
    amount = f", amount {notice.amount}" if notice.amount else ""
    link = f", at {notice.link}" if notice.link else ""
    until = from_micros(notice.expires_seconds * 1_000_000)
    return f"{notice.sender} signed it: {notice.kind} of {about}{amount}{link}, good until {until:%Y-%m-%d %H:%M} UTC."


def _is_number(line: str, ledger: Ledger) -> bool:
    """Tell whether the text is one tracking number and nothing else."""
    written = compact(line)
    if not written or _SEPARATED.fullmatch(line) is None:
        return bool(written) and _SPACE.search(line) is None and ledger((line,))
    digits = sum(character.isdigit() for character in written)
    is_like = digits >= _SHARE_OF_DIGITS * len(written) and _LONG_WORD.search(line) is None
    return (is_like and digits > 0) or bool(read_number(line)) or ledger(_spellings(line))


def _of_number(found: Tracking) -> Answer:
    fitting = tuple(candidate for candidate in found.candidates if candidate.checksum_ok)
    if found.known_order:
        reason = Reason("known_order", "The number belongs to an order that is known here.")
        return _answer("tracking_number", "genuine", None, (reason,))
    if fitting:
        names = ", ".join(dict.fromkeys(candidate.name for candidate in fitting[:4]))
        text = f"It has the form of: {names}. One made-up number in ten has a right form too, so this proves no parcel."
        reason = Reason("form_only", text)
    elif found.candidates:
        reason = Reason(
            "wrong_check_digit", "It looks like a tracking number, but its check digit is wrong: mistyped or made up."
        )
    else:
        reason = Reason("no_known_form", "No carrier that we know writes its numbers so.")
    return Answer("tracking_number", "unknown", None, (reason,), _NUMBER_STEPS)


def _answer(kind: Kind, verdict: Verdict, brand: Brand | None, reasons: tuple[Reason, ...]) -> Answer:
    return Answer(kind, verdict, brand.id if brand else None, reasons, _STEPS[verdict])

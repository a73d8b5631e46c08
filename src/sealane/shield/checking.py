"""Checking: one text of whatever kind in, one answer out.

check("https://dhl-parcel-fee.top/pay", nothing_known)
->  Answer(kind="link", verdict="dangerous", brand="dhl", ...)
"""

import re
import sqlite3
from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from sealane.shield.links.address import SCRIPTED, Address, has_known_ending, parse
from sealane.shield.links.judgement import judge_link
from sealane.shield.links.ranking import rank
from sealane.shield.messages.claims import read_claims
from sealane.shield.messages.judgement import Ledger, judge_message
from sealane.shield.numbers.reading import Candidate, compact, read_number
from sealane.shield.registry import Brand, default_registry
from sealane.shield.store import is_known_number
from sealane.shield.trust import NOBODY, Trust, carried, judge_notice
from sealane.shield.verdict import Answer, Kind, Reason, Verdict

__all__ = ["Ledger", "Tracking", "check", "check_link", "ledger_of", "nothing_known", "prepare", "title_of", "track"]

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
_WORST = frozenset({"F", "T"})
_EXPIRED = Reason("registry_expired", "Our list of official domains is out of date, so it proves nothing.")
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


def prepare() -> None:
    """Load every list and pattern now, so that the first answer is as quick as the others."""
    for text in ("DHL parcel RB123456785GB https://example.com/", "https://example.com/", "https://example.co.uk/"):
        check(text, nothing_known)


def nothing_known(_numbers: Iterable[str]) -> bool:
    """Answer as a ledger without orders."""
    return False


def ledger_of(conn: sqlite3.Connection) -> Ledger:
    """Return the ledger of an installation's order book."""
    return lambda numbers: is_known_number(conn, numbers)


def check(text: str, ledger: Ledger, trust: Trust = NOBODY) -> Answer:
    """Return whether a link, message, number, shop address or signed notice is genuine, as far as anybody can tell."""
    answer = _check(text, ledger, trust)
    rests_on_registry = answer.verdict == "official" or (answer.verdict == "genuine" and answer.kind == "message")
    if rests_on_registry and trust.now_us >= default_registry().expires_us:
        return _answer(answer.kind, "unknown", None, (_EXPIRED, *answer.reasons))
    return answer


def _check(text: str, ledger: Ledger, trust: Trust) -> Answer:
    line = text.strip()
    token = carried(line, trust)
    if token is not None:
        return _of_notice(token, line, trust)
    address = _as_link(line)
    if address is not None:
        return _of_link(address, trust)
    if _is_number(line, ledger):
        return _of_number(track(line, ledger))
    judged = judge_message(read_claims(text), ledger)
    return _answer("message", judged.verdict, judged.brand, judged.reasons)


def check_link(link: str) -> tuple[Verdict, str]:
    """Return the verdict about a link and its first reason, for who is about to sign for it."""
    address = parse(link)
    if address is None:
        return "dangerous", "It is no link."
    judged = judge_link(address)
    return judged.verdict, judged.reasons[0].text


def title_of(brand: str) -> str:
    """Return what people call the brand with this id."""
    known = default_registry().brands.get(brand)
    return known.title if known else brand


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


def _of_link(address: Address, trust: Trust) -> Answer:
    judged = judge_link(address)
    is_site = not address.has_scheme and address.path in {"", "/"} and address.port is None and bool(address.host)
    answer = _answer("shop" if is_site else "link", judged.verdict, judged.brand, judged.reasons)
    grade = trust.grade(address.domain) if is_site and address.domain and judged.verdict != "dangerous" else None
    if grade is not None:
        return _of_shop(answer, address.domain or "", grade)
    return replace(answer, rank=rank(address)) if judged.verdict == "unknown" else answer


def _of_shop(answer: Answer, domain: str, grade: str) -> Answer:
    """Return an answer with the grade that the shop has here; only the worst ones change the verdict."""
    reasons = (Reason("shop_grade", f"{domain} has the grade {grade} here."), *answer.reasons)
    if grade in _WORST:
        return _answer("shop", "dangerous", None, reasons)
    return replace(answer, reasons=reasons)


def _of_notice(token: str, text: str, trust: Trust) -> Answer:
    """Return the answer about a signed notice and the message or link that carries it."""
    judged = judge_notice(token, text, trust)
    if judged.verdict == "genuine":
        return Answer("notice", "genuine", None, judged.reasons, _NOTICE_STEPS)
    return _answer("notice", judged.verdict, judged.brand, judged.reasons)


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

"""Words of the console: what people read for stages, outcomes, events, times and shares.

Everything that callers send and the console repeats goes through `inert`, so that it cannot pose as our own text:
HTML is escaped by the templates, and characters that reorder or hide text are written out here.
"""

import re
import unicodedata
from datetime import datetime

from sealane.model.decision import Outcome, Stage

__all__ = [
    "EVENTS",
    "OUTCOMES",
    "STAGES",
    "age",
    "clock_time",
    "day",
    "figure",
    "inert",
    "law",
    "minute",
    "moment",
    "percent",
    "shorten",
    "signed",
    "tick",
]

OUTCOMES: dict[Outcome, str] = {
    "approve": "Approved",
    "challenge": "Challenged",
    "review": "Held for review",
    "decline": "Declined",
}
STAGES: dict[Stage, str] = {
    "checkout": "Checkout",
    "dispatch": "Dispatch",
    "reroute": "Reroute",
    "payout": "Payout",
    "claim": "Claim",
}
EVENTS: dict[str, str] = {
    "payment.authorized": "Authorized",
    "payment.failed_attempt": "Attempt failed",
    "payment.captured": "Captured",
    "payment.refunded": "Refunded",
    "payment.chargeback": "Chargeback",
    "consignment.label_created": "Label created",
    "consignment.handed_over": "Handed over",
    "consignment.export_departed": "Left export",
    "consignment.customs_held": "Held by customs",
    "consignment.customs_released": "Customs released",
    "consignment.arrived": "Arrived",
    "consignment.out_for_delivery": "Out for delivery",
    "consignment.delivery_attempted": "Delivery attempted",
    "consignment.delivered": "Delivered",
    "consignment.returned": "Returned",
    "consignment.lost": "Lost",
    "consignment.reroute_requested": "Reroute asked",
    "payout.requested": "Payout asked",
    "claim.opened": "Claim opened",
    "account.changed": "Account changed",
    "verdict.recorded": "Verdict",
    "match.found": "Mismatch",
    "match.cleared": "Mismatch over",
}
_LONGEST = 500
_ACRONYMS = frozenset({"app", "cnir", "dora", "gdpr", "nis2", "pipl", "sar", "uk", "us"})
_MINUTE = 60
_HOUR = 3600
_DAY = 86_400
_DIGITS = ((0.0995, 0), (0.00995, 1))
"""From which share on a percentage takes so many digits after its point; below, it takes two."""
_PRECISE = 100
_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u115f\u1160\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u3164\ufeff\U000e0000-\U000e0fff]"
)


def inert(text: str) -> str:
    """Return text with characters that hide, reorder or control spelled out: U+202E is shown as `[U+202E]`."""
    return _CONTROLS.sub(lambda found: f"[U+{ord(found[0]):04X}]", unicodedata.normalize("NFC", text))


def shorten(text: str) -> str:
    """Return what a caller wrote, at most 500 characters of it."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)"


def moment(at: datetime) -> str:
    """Return `22 Nov 2026, 09:30:05`, always UTC."""
    return f"{at.day} {at:%b %Y, %H:%M:%S}"


def minute(at: datetime) -> str:
    """Return `22 Nov 2026, 09:30`, always UTC."""
    return f"{at.day} {at:%b %Y, %H:%M}"


def day(at: datetime) -> str:
    """Return `22 Nov`, always UTC."""
    return f"{at.day} {at:%b}"


def clock_time(at: datetime) -> str:
    """Return `09:30`, always UTC."""
    return f"{at:%H:%M}"


def age(seconds: float) -> str:
    """Return a length of time with its two largest units: `45 s`, `18 min`, `3 h 5 min`, `2 d 4 h`."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min"
    if whole < _DAY:
        return _two(whole // _HOUR, "h", whole % _HOUR // _MINUTE, "min")
    return _two(whole // _DAY, "d", whole % _DAY // _HOUR, "h")


def percent(share: float) -> str:
    """Return a share from 0 to 1 in per cent with two telling digits: `0.13 %`, `4.1 %`, `37 %`."""
    digits = next((digits for least, digits in _DIGITS if share >= least), 2) if share else 0
    return f"{share * 100:.{digits}f} %"


def tick(share: float) -> str:
    """Return a share from 0 to 1 as an axis writes it, in as few digits as it takes: `5 %`, `0.5 %`."""
    return f"{share * 100:g} %"


def law(regime: str) -> str:
    """Return the name of a regime as people write it: `uk-gdpr` is `UK GDPR`, `china-express` is `China express`."""
    named = " ".join(word.upper() if word in _ACRONYMS else word for word in regime.split("-"))
    return named[:1].upper() + named[1:]


def figure(number: float) -> str:
    """Return a count or measure with thousands set apart: `12,990`; small ones keep one decimal."""
    return f"{number:,.0f}" if float(number).is_integer() or abs(number) >= _PRECISE else f"{number:,.1f}"


def signed(weight: float) -> str:
    """Return a weight in log-odds with its sign, plus or the true minus (U+2212), and two digits: `+0.41`."""
    sign = "\N{MINUS SIGN}" if weight < 0 else "+"
    return f"{sign}{abs(weight):.2f}"


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large} {large_unit} {small} {small_unit}" if small else f"{large} {large_unit}"

"""The words of the shield: what it answers, and why.

    Answer(kind="link", verdict="dangerous", brand="dhl", reasons=(Reason("brand_with_words", "..."),), advice=(...))

`genuine` is proven by a signature or by an order known here, `official` is a domain of the brand, `dangerous` says what
gives it away, and `unknown` means just that: it never stands for safe.
"""

from typing import Literal

import msgspec

__all__ = ["Answer", "Kind", "Reason", "Verdict"]

Kind = Literal["link", "message", "tracking_number", "shop", "notice"]
Verdict = Literal["genuine", "official", "dangerous", "unknown"]


class Reason(msgspec.Struct, frozen=True):
    """One coded ground of a verdict, and the same as a plain sentence."""

    code: str
    text: str


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to "is this genuine?": what was asked about, the verdict, whose name it bears, why, and what to do."""

    kind: Kind
    verdict: Verdict
    brand: str | None
    reasons: tuple[Reason, ...]
    advice: tuple[str, ...]
    rank: float | None = None
    """For unknown links only: a number by which reports can be put in an order; it says nothing about this one."""

"""The table: the rubric as data, read once and checked; its version and digest stand in every grade."""

import tomllib
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Literal, get_args

import msgspec

__all__ = [
    "GRADES",
    "Act",
    "Check",
    "Grade",
    "PillarName",
    "PillarTerms",
    "Rubric",
    "is_at_least",
    "shipped_rubric",
]

Grade = Literal["A+", "A", "B", "C", "D", "F", "T", "U"]
GRADES: tuple[Grade, ...] = get_args(Grade)
PillarName = Literal["transport", "hardening", "scripts", "fraud", "data", "logistics", "identity"]
Act = Literal["allow", "notice", "step_up", "delay_payout", "block_cards", "review"]


class PillarTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pillar's share of the whole, of 100."""

    title: str
    weight: int
    source: str


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that is checked; with positive points it is a bonus and no finding."""

    id: str
    pillar: PillarName
    text: str
    source: str
    fix: str = ""
    points: int = 0
    cap: Grade | None = None
    cap_after_days: int = 0
    cap_for_days: int | None = None

    @property
    def is_fault(self) -> bool:
        """Whether it is a finding when it speaks."""
        return self.points <= 0


class ChannelTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Points of each property of a payment channel; together 100."""

    strong_authentication: int
    exposure: int
    signed_api: int
    refund_right: int
    fraud: int
    licence: int
    outage: int
    irreversible_cap: Grade
    worst_fraud_share: float
    worst_outage_share: float
    integration: dict[str, int]


class _Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    least_coverage: int
    bands: dict[Grade, int]
    pillars: dict[PillarName, PillarTerms]
    conduct: dict[Grade, tuple[Act, ...]]
    advice: dict[Act, str]
    channel: ChannelTerms
    check: tuple[Check, ...]


class Rubric(msgspec.Struct, frozen=True):
    """The rubric in force."""

    version: str
    digest: str
    least_coverage: int
    bands: dict[Grade, int]
    pillars: dict[PillarName, PillarTerms]
    conduct: dict[Grade, tuple[Act, ...]]
    advice: dict[Act, str]
    channel: ChannelTerms
    checks: dict[str, Check]

    def band(self, score: float) -> Grade:
        """Return the grade of a score from 0 to 100, before caps."""
        return next(grade for grade, least in self.bands.items() if score >= least)


def is_at_least(grade: Grade, wanted: Grade) -> bool:
    """Tell whether a grade is as good as the wanted one; T is below F, U below everything."""
    return GRADES.index(grade) <= GRADES.index(wanted)


@cache
def shipped_rubric() -> Rubric:
    """Return the rubric that ships."""
    body = files("sealane.grading.rubric").joinpath("rubric.toml").read_bytes()
    text = msgspec.convert(tomllib.loads(body.decode("utf-8")), _Text)
    return Rubric(
        version=text.version,
        digest=sha256(body).hexdigest(),
        least_coverage=text.least_coverage,
        bands=text.bands,
        pillars=text.pillars,
        conduct=text.conduct,
        advice=text.advice,
        channel=text.channel,
        checks={check.id: check for check in text.check},
    )

"""A run: every control judged by the facts of one moment, each with its finding."""

from collections import Counter

import msgspec

from sealane.model.errors import NotFound
from sealane.supervision.controls import cards, duties, parcels, payments, privacy
from sealane.supervision.controls.catalogue import catalogue
from sealane.supervision.controls.facts import Facts
from sealane.supervision.controls.judging import Check, Finding, Scene

__all__ = ["CHECKS", "Assessment", "Result", "assess"]

CHECKS: dict[str, Check] = {
    **cards.CHECKS,
    **privacy.CHECKS,
    **payments.CHECKS,
    **duties.CHECKS,
    **parcels.CHECKS,
}
"""The check of each control, by the control's id."""


class Result(msgspec.Struct, frozen=True):
    """What a check found for its control."""

    control_id: str
    finding: Finding


class Assessment(msgspec.Struct, frozen=True):
    """One run, judged at `at_us` by the thresholds then in force."""

    at_us: int
    results: tuple[Result, ...]

    def counts(self) -> dict[str, int]:
        """Return how many controls have each verdict."""
        found = Counter(result.finding.verdict for result in self.results)
        return {
            "pass": found["pass"],
            "fail": found["fail"],
            "not_applicable": found["not_applicable"],
            "not_measurable": found["not_measurable"],
        }


def assess(facts: Facts, at_us: int, *, only: tuple[str, ...] = ()) -> Assessment:
    """Return the findings of all controls, or of those named, at a moment.

    Raises:
        NotFound: when a name is no control's.
    """
    unknown = sorted(set(only) - CHECKS.keys())
    if unknown:
        raise NotFound(f"there is no control {unknown[0]}", remedy="See all of them: sealane control list")
    scene = Scene(facts, at_us)
    results = []
    for one in catalogue():
        if only and one.id not in only:
            continue
        # Parts that nobody plays here bind nobody; when no part is told, every control is judged.
        if facts.roles and not set(facts.roles) & set(one.binds):
            told = f"Binds {', '.join(one.binds)}; nobody here is one."
            results.append(Result(one.id, Finding("not_applicable", told)))
        else:
            results.append(Result(one.id, CHECKS[one.id](scene)))
    return Assessment(at_us, tuple(results))

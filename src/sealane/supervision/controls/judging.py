"""How a check is built and what it answers: verdict, what was looked at, what is wrong, and which entries prove it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import msgspec

from sealane.supervision.controls.facts import Facts
from sealane.supervision.controls.security import Row
from sealane.supervision.rates.limits import limit

__all__ = [
    "DAY_US",
    "Check",
    "Finding",
    "Scene",
    "Verdict",
    "attested",
    "both",
    "every",
    "missing",
    "recent",
    "share",
    "told",
    "touching",
    "verdict_of",
]

Verdict = Literal["pass", "fail", "not_applicable", "not_measurable"]
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
SHOWN = 50
"""Rows that a finding names; it counts all of them."""


class Finding(msgspec.Struct, frozen=True):
    """The answer of one check; `faults` name rows by id, `entries` log entries, `missing` tables nobody collected."""

    verdict: Verdict
    detail: str
    examined: int = 0
    faults: tuple[str, ...] = ()
    fault_count: int = 0
    entries: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Scene(msgspec.Struct, frozen=True):
    """What a check sees: the facts, and the moment that they are judged at."""

    facts: Facts
    at_us: int

    def limit(self, name: str) -> int:
        """Return the threshold in force at the moment."""
        return limit(name, self.at_us).value

    def hours(self, name: str) -> int:
        """Return a threshold of hours in microseconds."""
        return self.limit(name) * HOUR_US

    def days(self, name: str) -> int:
        """Return a threshold of days in microseconds."""
        return self.limit(name) * DAY_US

    def rows(self, table: str) -> Sequence[Any] | None:
        """Return a table's rows, or None when nobody collected it."""
        rows: Sequence[Any] | None = getattr(self.facts, table)
        return rows


Check = Callable[[Scene], Finding]
Of = Callable[[Any], bool]
Holds = Callable[[Any, Scene], bool]


def missing(*tables: str) -> Finding:
    """Return the finding that says what nobody collected."""
    return Finding("not_measurable", f"Nobody collected: {', '.join(tables)}.", missing=tables)


def verdict_of(rows: Sequence[Row], bad: Sequence[Row], fault: str) -> Finding:
    """Return the finding over rows of which some are bad; the entries of bad rows come first."""
    if not rows:
        return Finding("not_applicable", "Nothing of this kind happened.")
    entries = tuple(row.entry for row in (*bad, *rows) if row.entry)[:SHOWN]
    unique = tuple(dict.fromkeys(entries))
    if not bad:
        return Finding("pass", f"{len(rows)} looked at, none at fault.", len(rows), entries=unique)
    named = tuple(row.id for row in bad[:SHOWN])
    return Finding("fail", f"{len(bad)} of {len(rows)}: {fault}.", len(rows), named, len(bad), unique)


def every(table: str, holds: Holds, fault: str, *, of: Of | None = None) -> Check:
    """Return a check that asks something of each row, or of each row `of` a kind."""

    def check(scene: Scene) -> Finding:
        rows = scene.rows(table)
        if rows is None:
            return missing(table)
        chosen = [row for row in rows if of is None or of(row)]
        return verdict_of(chosen, [row for row in chosen if not holds(row, scene)], fault)

    return check


def told(table: str, name: str, check: Check, *, of: Of) -> Check:
    """Return a check that needs something to be told of each row of a kind; where it is not, nothing can be said."""

    def judge(scene: Scene) -> Finding:
        is_open = any(of(row) and getattr(row, name) is None for row in scene.rows(table) or ())
        return missing(f"{table}: {name}") if is_open else check(scene)

    return judge


def recent(table: str, limit_name: str, fault: str, *, of: Of, when: str = "at_us", is_hours: bool = False) -> Check:
    """Return a check that the latest row of a kind is recent enough and went well."""

    def check(scene: Scene) -> Finding:
        rows = scene.rows(table)
        if rows is None:
            return missing(table)
        chosen = [row for row in rows if of(row) and getattr(row, when) <= scene.at_us]
        if not chosen:
            return Finding("not_measurable", f"Nobody told of one yet ({fault}).", missing=(f"{table}: {fault}",))
        last = max(chosen, key=lambda row: getattr(row, when))
        allowed = scene.hours(limit_name) if is_hours else scene.days(limit_name)
        is_late = scene.at_us - getattr(last, when) > allowed
        bad = [last] if is_late or not getattr(last, "is_ok", True) or getattr(last, "open_findings", 0) else []
        return verdict_of([last], bad, fault)

    return check


def share(table: str, holds: Holds, limit_name: str, fault: str, *, of: Of | None = None) -> Check:
    """Return a check that at least so many millionths of the rows hold something."""

    def check(scene: Scene) -> Finding:
        rows = scene.rows(table)
        if rows is None:
            return missing(table)
        chosen = [row for row in rows if of is None or of(row)]
        bad = [row for row in chosen if not holds(row, scene)]
        enough = (len(chosen) - len(bad)) * 1_000_000 >= scene.limit(limit_name) * len(chosen)
        return verdict_of(chosen, [] if enough else bad, fault)

    return check


def touching(countries: frozenset[str], of_them: Check) -> Check:
    """Return a check for goods that leave or reach one of the countries; where none does, there is nothing to judge."""

    def check(scene: Scene) -> Finding:
        found = scene.facts.countries
        if found is not None and not countries.intersection(found):
            return Finding("not_applicable", f"No goods leave or reach {', '.join(sorted(countries))}.")
        return of_them(scene)

    return check


def attested(control: str) -> Check:
    """Return a check that people signed a document for the control which is still in force."""

    def check(scene: Scene) -> Finding:
        rows = scene.rows("attestations")
        if rows is None:
            return missing("attestations")
        own = [row for row in rows if row.control == control and row.made_us <= scene.at_us]
        if not own:
            return Finding("not_measurable", "Nobody attested it yet.", missing=(f"attestation of {control}",))
        last = max(own, key=lambda row: row.made_us)
        is_over = last.expires_us <= scene.at_us or len(last.digest) != 64  # noqa: PLR2004 - SHA-256 in hexadecimal
        return verdict_of([last], [last] if is_over else [], "the attestation has expired or names no document")

    return check


_ORDER: tuple[Verdict, ...] = ("fail", "not_measurable", "pass", "not_applicable")


def both(*checks: Check) -> Check:
    """Return a check that fails when one of its parts does, and is not measurable when one of them is not."""

    def check(scene: Scene) -> Finding:
        found = [part(scene) for part in checks]
        worst = min((one.verdict for one in found), key=_ORDER.index)
        told = [one for one in found if one.verdict == worst]
        return Finding(
            worst,
            " ".join(dict.fromkeys(one.detail for one in told)),
            sum(one.examined for one in found),
            _joined(one.faults for one in found),
            sum(one.fault_count for one in found),
            _joined(one.entries for one in found),
            _joined(one.missing for one in found),
        )

    return check


def _joined(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for part in parts for one in part))[:SHOWN]

"""The scorecard: a published table from signal values to log-odds of fraud, used until a trained model beats it.

    [base]
    checkout = -4.6

    [[evidence]]
    signal = "cards_per_address_30d"
    [[evidence.bin]]
    at_least = 3
    points = 1.1
    code = "many_cards_at_address"
    text = "Three or more different cards paid for parcels to this address within 30 days."

Points are log-odds (natural logarithm) with at most three decimals, kept as integer thousandths, so contributions add
up exactly. In each evidence the first bin that fits counts; an unknown signal contributes nothing.
"""

import ast
import tomllib
from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any

import msgspec

from sealane.model.decision import Reason, Stage
from sealane.model.errors import Misconfigured
from sealane.risk.signals.catalogue import Catalogue
from sealane.risk.signals.declaration import Form, Kind, kind_of, micros
from sealane.risk.syntax import build, constant, name, statements, unpack

__all__ = ["THOUSANDTHS", "Bin", "Evidence", "Scorecard", "Scorer", "thousandths"]

THOUSANDTHS = 1000
MAX_POINTS = 20
Scorer = Callable[[tuple[Any, ...]], list[int]]
"""From a stage's signal values to the numbers of the bins that count."""


class Bin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One range or value of a signal and what it says; durations are written as `72h` or `30d`."""

    points: float
    code: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{1,60}$")]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    at_least: int | float | str | None = None
    below: int | float | str | None = None
    equals: bool | str | None = None
    among: tuple[str, ...] | None = None


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All bins of one signal, at all stages that read it unless some are named."""

    signal: str
    bin: tuple[Bin, ...]
    stages: tuple[Stage, ...] | None = None


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The TOML document."""

    version: str
    base: dict[Stage, float]
    evidence: tuple[Evidence, ...]


class Scorecard:
    """The checked table, the hash of its text, its reasons by number, and a scorer for each stage."""

    def __init__(self, text: str, catalogue: Catalogue) -> None:
        document = _read(text)
        self.text = text
        self.hash = sha256(text.encode()).hexdigest()[:32]
        self.version = document.version
        self.base: dict[Stage, int] = {stage: thousandths(base) for stage, base in document.base.items()}
        self.points: list[int] = []
        self.reasons: list[Reason] = []
        self.evidence = document.evidence
        self._scorers: dict[Stage, Scorer] = {}
        numbered = [(evidence, self._number(evidence, catalogue)) for evidence in document.evidence]
        _check_codes(self.reasons)
        for stage, signals in catalogue.by_stage.items():
            if stage not in self.base:
                raise Misconfigured(f"The scorecard has no base for the stage {stage}.")
            self._scorers[stage] = _build_scorer(stage, signals, numbered)

    def scorer(self, stage: Stage) -> Scorer:
        """Return the function that finds the bins that count at a stage."""
        return self._scorers[stage]

    def _number(self, evidence: Evidence, catalogue: Catalogue) -> int:
        """Give the evidence's bins their numbers and return the first."""
        signal = catalogue.by_name.get(evidence.signal)
        if signal is None:
            raise Misconfigured(f"The scorecard names `{evidence.signal}`, which is no signal.")
        first = len(self.reasons)
        for one in evidence.bin:
            points = thousandths(one.points)
            self.points.append(points)
            self.reasons.append(Reason(one.code, one.text, signal.side, points / THOUSANDTHS))
        return first


def thousandths(points: float) -> int:
    """Return log-odds as integer thousandths.

    Raises:
        Misconfigured: when they have more than three decimals or are out of all proportion.
    """
    if not -MAX_POINTS <= points <= MAX_POINTS or round(points, 3) != points:
        raise Misconfigured(
            f"Points have at most three decimals and lie between -{MAX_POINTS} and {MAX_POINTS}: {points}."
        )
    return round(points * THOUSANDTHS)


def _read(text: str) -> _Document:
    """Return the document of a scorecard's text.

    Raises:
        Misconfigured: when the text is no scorecard.
    """
    try:
        return msgspec.convert(tomllib.loads(text), _Document)
    except (ValueError, msgspec.ValidationError) as error:
        raise Misconfigured(f"The scorecard is not valid: {error}") from error


def _check_codes(reasons: list[Reason]) -> None:
    """Refuse a scorecard in which one code stands for two bins.

    Raises:
        Misconfigured: naming the code.
    """
    seen: set[str] = set()
    for reason in reasons:
        if reason.code in seen:
            raise Misconfigured(f"The scorecard uses the code `{reason.code}` twice.")
        seen.add(reason.code)


def _build_scorer(stage: Stage, signals: tuple[Form, ...], numbered: list[tuple[Evidence, int]]) -> Scorer:
    """Return the function for one stage, a chain of tests for each signal."""
    known = {signal.name: signal for signal in signals}
    chains: list[ast.stmt] = []
    read: set[str] = set()
    for evidence, first in numbered:
        signal = known.get(evidence.signal)
        if signal is None or (evidence.stages is not None and stage not in evidence.stages):
            continue
        read.add(evidence.signal)
        chain: list[ast.stmt] = []
        for offset in reversed(range(len(evidence.bin))):
            found = statements("found.append(NUMBER)", NUMBER=constant(first + offset))
            chain = [ast.If(_test(evidence.bin[offset], signal), found, chain)]
        chains += statements("if VALUE is not None:\n    CHAIN", VALUE=f"s_{signal.name}", CHAIN=chain)
    targets = [f"s_{signal.name}" if signal.name in read else "_" for signal in signals]
    body = [unpack(targets, name("values")), *statements("found = []"), *chains, *statements("return found")]
    return build("score", ("values",), body, {})


def _test(one: Bin, signal: Form) -> ast.expr:
    """Return a bin's test on its signal.

    Raises:
        Misconfigured: when the bin's bounds do not fit the signal's type.
    """
    value, kind = name(f"s_{signal.name}"), kind_of(signal.unit)
    tests: list[ast.expr] = []
    if one.at_least is not None:
        tests.append(ast.Compare(value, [ast.GtE()], [constant(_bound(one.at_least, kind, signal))]))
    if one.below is not None:
        tests.append(ast.Compare(value, [ast.Lt()], [constant(_bound(one.below, kind, signal))]))
    if one.equals is not None:
        if isinstance(one.equals, bool) != (kind == "bool") or kind not in {"bool", "string"}:
            raise Misconfigured(f"A bin of `{signal.name}` compares {kind} with {one.equals!r}.")
        operator: ast.cmpop = ast.Is() if kind == "bool" else ast.Eq()
        tests.append(ast.Compare(value, [operator], [constant(one.equals)]))
    if one.among is not None:
        if kind != "string":
            raise Misconfigured(f"A bin of `{signal.name}` compares {kind} with texts.")
        tests.append(ast.Compare(value, [ast.In()], [constant(one.among)]))
    if not tests:
        raise Misconfigured(f"The bin `{one.code}` of `{signal.name}` tests nothing.")
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests)


def _bound(bound: float | str, kind: Kind, signal: Form) -> float:
    """Return a bin's bound as the signal's type has it; durations become microseconds.

    Raises:
        Misconfigured: when the bound is of another type.
    """
    if kind == "duration" and isinstance(bound, str):
        try:
            return micros(bound)
        except (ValueError, KeyError, IndexError):
            raise Misconfigured(f"A bin of `{signal.name}` has the bound {bound!r}; write 24h or 30d.") from None
    if kind == "double" and not isinstance(bound, str):
        return float(bound)
    if kind == "int" and isinstance(bound, int):
        return bound
    raise Misconfigured(f"A bin of `{signal.name}` has the bound {bound!r}, which is no {kind}.")

"""Every duty of an incident: when its clock began, when it ends, what was sent, and what it waits for."""

from typing import Literal

import msgspec

from sealane.model.codes import EEA
from sealane.supervision.incidents.record import Incident, Kind, Regime
from sealane.supervision.incidents.regimes import REGIMES, RegimeRule, Span, StageRule, Waits

__all__ = ["Duty", "State", "clocks", "suggested"]

State = Literal["waiting", "running", "overdue", "sent", "sent_late"]
_BY_KIND: dict[Kind, frozenset[Regime]] = {
    "breach": frozenset({"gdpr", "uk-gdpr", "dora", "nis2", "cnir", "pipl", "china-express"}),
    "outage": frozenset({"dora", "nis2", "cnir"}),
    "flaw": frozenset({"network-data", "nis2"}),
    "suspicion": frozenset({"us-sar"}),
    "claim": frozenset({"uk-app"}),
    "card_compromise": frozenset({"card", "gdpr", "uk-gdpr", "dora", "pipl"}),
    "return": frozenset({"tax", "pci"}),
}
_CHINESE: frozenset[Regime] = frozenset({"cnir", "pipl", "china-express", "network-data"})
_EUROPEAN: frozenset[Regime] = frozenset({"gdpr", "dora", "nis2"})
_BRITISH: frozenset[Regime] = frozenset({"uk-gdpr", "uk-app"})


class Duty(msgspec.Struct, frozen=True):
    """One report that is due: to whom, from when, by when; times in microseconds, None where the clock waits."""

    regime: Regime
    stage: str
    to_whom: str
    state: State
    started_us: int | None
    due_us: int | None
    sent_us: int | None
    why: str
    waits_for: str
    source: str
    is_confirmed: bool


def clocks(incident: Incident, now_us: int) -> tuple[Duty, ...]:
    """Return all duties of the incident under its regimes, in the order of the regimes and their stages."""
    duties = []
    for name in incident.regimes:
        regime = REGIMES[name]
        for stage in regime.stages:
            span = stage.rule(incident)
            if span is None:
                continue
            duties.append(_duty(regime, stage, span, incident.first_sent(name, stage.name), now_us))
    return tuple(duties)


def _duty(regime: RegimeRule, stage: StageRule, span: Span | Waits, sent_us: int | None, now_us: int) -> Duty:
    clock = None if isinstance(span, Waits) else span
    return Duty(
        regime=regime.regime,
        stage=stage.name,
        to_whom=stage.to_whom,
        state=_state(clock.due_us if clock else None, sent_us, now_us),
        started_us=clock.started_us if clock else None,
        due_us=clock.due_us if clock else None,
        sent_us=sent_us,
        why=clock.why if clock else "",
        waits_for=span.on if isinstance(span, Waits) else "",
        source=regime.source,
        is_confirmed=regime.is_confirmed,
    )


def suggested(kind: Kind, country: str, roles: tuple[str, ...]) -> tuple[Regime, ...]:
    """Return the regimes that an incident of this kind probably falls under; a person decides.

    Firms of financial services follow DORA instead of NIS2.
    """
    found = []
    for name, regime in REGIMES.items():
        if name not in _BY_KIND[kind] or not _reaches(name, country):
            continue
        if roles and not set(roles) & {*regime.binds, "operator"}:
            continue
        if name == "nis2" and "psp" in roles:
            continue
        found.append(name)
    return tuple(found)


def _reaches(regime: Regime, country: str) -> bool:
    if regime in _CHINESE:
        return country == "CN"
    if regime in _EUROPEAN:
        return country in EEA
    if regime in _BRITISH:
        return country == "GB"
    return country == "US" if regime == "us-sar" else True


def _state(due_us: int | None, sent_us: int | None, now_us: int) -> State:
    if sent_us is not None:
        return "sent_late" if due_us is not None and sent_us > due_us else "sent"
    if due_us is None:
        return "waiting"
    return "overdue" if now_us > due_us else "running"

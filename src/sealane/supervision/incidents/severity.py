"""Help to classify: is it major, significant, reportable; each answer with the criteria that were met.

DORA's rule, as the text has it (RTS 2024/1772 articles 8 and 9): critical services are hit AND (there was successful
malicious access OR two or more of the other thresholds are met). Guides that ask for two primary criteria are wrong.
"""

import msgspec

from sealane.supervision.incidents.record import Impact, Incident

__all__ = ["Severity", "china_level", "dora_major", "severities"]


class Severity(msgspec.Struct, frozen=True):
    """A regime's class of the incident, and why."""

    regime: str
    level: str
    is_reportable: bool
    criteria: tuple[str, ...]


_CLIENTS = 100_000
_CLIENTS_SHARE = 0.10
_COUNTERPARTS_SHARE = 0.30
_TRANSACTIONS_SHARE = 0.10
_HOURS_LASTED = 24
_HOURS_DOWN = 2
_COST_EUR = 100_000
_TWO = 2
_PEOPLE_LEVELS = ((100_000_000, "extreme"), (10_000_000, "major"), (1_000_000, "relatively major"))
_LOSS_LEVELS = ((100_000_000, "extreme"), (20_000_000, "major"), (5_000_000, "relatively major"))


def dora_major(impact: Impact) -> Severity:
    """Return whether the incident is major, with the thresholds that it meets."""
    tests = (
        ("clients", impact.clients_share > _CLIENTS_SHARE or impact.clients > _CLIENTS),
        ("counterparts", impact.counterparts_share > _COUNTERPARTS_SHARE),
        ("transactions", max(impact.transactions_share, impact.value_share) > _TRANSACTIONS_SHARE),
        ("duration", impact.hours_lasted > _HOURS_LASTED or impact.hours_down > _HOURS_DOWN),
        ("geographical spread", len(set(impact.states)) >= _TWO),
        ("data losses", impact.has_data_loss),
        ("reputation", impact.has_reputation_impact),
        ("economic impact", impact.cost_eur > _COST_EUR),
    )
    met = tuple(name for name, is_met in tests if is_met)
    is_major = impact.hits_critical_service and (impact.has_malicious_access or len(met) >= _TWO)
    told = (
        *(("critical services",) if impact.hits_critical_service else ()),
        *(("malicious access",) if impact.has_malicious_access else ()),
        *met,
    )
    return Severity("dora", "major" if is_major else "not major", is_major, told)


def china_level(impact: Impact) -> Severity:
    """Return the level under the Chinese guide: people whose data leaked, or direct loss in yuan."""
    for (people, level), (loss, _) in zip(_PEOPLE_LEVELS, _LOSS_LEVELS, strict=True):
        met = [
            *(["people"] if (impact.people or 0) >= people else []),
            *(["loss"] if impact.loss_cny >= loss else []),
        ]
        if met:
            return Severity("cnir", level, True, tuple(met))  # noqa: FBT003 - reads by the record's field
    return Severity("cnir", "general", False, ())  # noqa: FBT003 - same


def severities(incident: Incident) -> tuple[Severity, ...]:
    """Return the class of the incident under each of its regimes that has classes."""
    impact = incident.impact
    found = []
    if "dora" in incident.regimes:
        found.append(dora_major(impact))
    if "cnir" in incident.regimes:
        found.append(china_level(impact))
    for regime in ("gdpr", "uk-gdpr"):
        if regime in incident.regimes:
            level = "high risk" if impact.is_high_risk else "unlikely risk" if impact.is_risk_unlikely else "risk"
            found.append(Severity(regime, level, not impact.is_risk_unlikely, impact.data))
    if "nis2" in incident.regimes:
        # Article 23(3): severe disruption or loss, or considerable damage to others; no act sets numbers for post.
        met = [
            *(["disruption"] if impact.hours_down > 0 or impact.hits_critical_service else []),
            *(["financial loss"] if impact.cost_eur else []),
            *(["damage to others"] if impact.people else []),
        ]
        found.append(Severity("nis2", "significant" if met else "not significant", bool(met), tuple(met)))
    return tuple(found)

"""DORA's reports, field by field: Implementing Regulation (EU) 2025/302 annex I, numbers 1.1 to 4.16.

A later report repeats the earlier ones as they stand then. Labels are ours. What only a person can judge, such as the
class of a root cause, is left to one; a field for `other` kinds is needed only where one is named.
"""

from sealane.supervision.incidents.filling import (
    Dossier,
    Field,
    description,
    impact,
    people,
    share,
    spread,
    time_of,
    yes,
)
from sealane.supervision.incidents.record import Kind
from sealane.supervision.incidents.severity import dora_major

__all__ = ["FINAL", "INITIAL", "INTERMEDIATE"]

_TYPES: dict[Kind, str] = {"breach": "cybersecurity-related", "card_compromise": "cybersecurity-related"}


def _criteria(dossier: Dossier) -> str:
    return ", ".join(dora_major(dossier.impact).criteria)


def _type(dossier: Dossier) -> str:
    if dossier.impact.from_third_party:
        return "external event"
    return "cybersecurity-related" if dossier.impact.is_malicious else _TYPES.get(dossier.incident.kind, "")


def _effect_abroad(dossier: Dossier) -> str:
    return dossier.impact.effects if dossier.impact.is_cross_border else "none known"


def _lost(dossier: Dossier) -> str:
    if not dossier.impact.has_data_loss:
        return "none known"
    return ", ".join((*dossier.impact.data, f"of {people(dossier)} people" if people(dossier) else "")).rstrip(", ")


def _elsewhere(dossier: Dossier) -> str:
    """Name the other regimes of the incident: their reports are on the same clocks."""
    return ", ".join(regime for regime in dossier.incident.regimes if regime != "dora") or "none"


_HEAD = (
    Field("1.1", "Type of submission", lambda d: d.stage),
    Field("1.2", "Entity that submits", lambda d: d.party.name),
    Field("1.3", "Its identification code"),
    Field("1.4", "Type of financial entity", lambda d: "payment institution" if d.party.has("psp") else ""),
    Field("1.5", "Entity affected", lambda d: d.party.name),
    Field("1.6", "Its LEI"),
    Field("1.7", "First contact: name"),
    Field("1.8", "First contact: e-mail"),
    Field("1.9", "First contact: telephone"),
    Field("1.10", "Second contact: name", is_needed=False),
    Field("1.11", "Second contact: e-mail", is_needed=False),
    Field("1.12", "Second contact: telephone", is_needed=False),
    Field("1.13", "Ultimate parent", is_needed=False),
    Field("1.14", "LEI of the ultimate parent", is_needed=False),
    Field("1.15", "Reporting currency", lambda _: "EUR"),
)
INITIAL = (
    *_HEAD,
    Field("2.1", "Own reference of the incident", lambda d: d.incident.incident_id),
    Field("2.2", "Time of detection", time_of("aware")),
    Field("2.3", "Time of classification as major", time_of("classified")),
    Field("2.4", "Description", description),
    Field("2.5", "Criteria that triggered the report", _criteria),
    Field("2.6", "Member states concerned", spread),
    Field("2.7", "How it was discovered", lambda _: "own detection"),
    Field("2.8", "From a third party or another entity", yes(lambda d: d.impact.from_third_party)),
    Field("2.9", "Continuity plan activated", yes(lambda d: d.impact.continuity_plan)),
    Field("2.10", "Other information", lambda d: d.impact.measures or "none so far"),
)
INTERMEDIATE = (
    *INITIAL,
    Field("3.1", "Reference given by the authority"),
    Field("3.2", "Time of occurrence", time_of("occurred")),
    Field("3.3", "Time of recovery", time_of("restored")),
    Field("3.4", "Clients affected", impact("clients")),
    Field("3.5", "Share of clients", share("clients_share")),
    Field("3.6", "Financial counterparts affected"),
    Field("3.7", "Share of counterparts", share("counterparts_share")),
    Field("3.8", "Relevant clients or counterparts affected"),
    Field("3.9", "Transactions affected"),
    Field("3.10", "Share of transactions by number", share("transactions_share")),
    Field("3.11", "Value of transactions affected"),
    Field("3.12", "Actual figures or estimates", lambda _: "estimates"),
    Field("3.13", "Impact on reputation", yes(lambda d: d.impact.has_reputation_impact)),
    Field("3.14", "About the impact on reputation", is_needed=False),
    Field("3.15", "Hours it lasted", impact("hours_lasted")),
    Field("3.16", "Hours of downtime", impact("hours_down")),
    Field("3.17", "Actual hours or estimates", lambda _: "estimates"),
    Field("3.18", "Impact in member states", spread),
    Field("3.19", "What it did in other member states", _effect_abroad),
    Field("3.20", "Data losses", yes(lambda d: d.impact.has_data_loss)),
    Field("3.21", "What data was lost", _lost),
    Field("3.22", "Critical services hit", yes(lambda d: d.impact.hits_critical_service)),
    Field("3.23", "Type of incident", _type),
    Field("3.24", "Other type of incident", is_needed=False),
    Field("3.25", "Threats and techniques used", is_needed=False),
    Field("3.26", "Other techniques", is_needed=False),
    Field("3.27", "Functions and business processes hit", impact("effects")),
    Field("3.28", "Infrastructure hit"),
    Field("3.29", "Which parts of the infrastructure", is_needed=False),
    Field("3.30", "Impact on clients' money"),
    Field("3.31", "Reports to other authorities", _elsewhere),
    Field("3.32", "Which other authorities", is_needed=False),
    Field("3.33", "Temporary measures taken or planned", yes(lambda d: bool(d.impact.measures))),
    Field("3.34", "The temporary measures", impact("measures")),
    Field("3.35", "Indicators of compromise", is_needed=False),
)
FINAL = (
    *INTERMEDIATE,
    Field("4.1", "Class of root cause"),
    Field("4.2", "Closer class of root cause"),
    Field("4.3", "Further class of root cause", is_needed=False),
    Field("4.4", "Other kind of root cause", is_needed=False),
    Field("4.5", "Root causes", impact("cause")),
    Field("4.6", "How it was resolved", impact("measures")),
    Field("4.7", "Time the root cause was put right", time_of("handled")),
    Field("4.8", "Time of resolution", time_of("handled")),
    Field("4.9", "Resolution later than planned", is_needed=False),
    Field("4.10", "Risk to critical functions", is_needed=False),
    Field("4.11", "For resolution authorities", is_needed=False),
    Field("4.12", "Economic impact over the threshold", yes(lambda d: "economic impact" in _criteria(d))),
    Field("4.13", "Gross costs and losses, EUR", impact("cost_eur")),
    Field("4.14", "Recovered, EUR"),
    Field("4.15", "Recurring incidents", is_needed=False),
    Field("4.16", "Times of recurring incidents", is_needed=False),
)

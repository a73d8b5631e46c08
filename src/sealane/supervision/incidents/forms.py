"""The fields of each report's form, by the form's own numbers where it has some, and what fills them.

DORA: Implementing Regulation (EU) 2025/302 annex I, fields 1.1 to 4.16. GDPR: article 33(3). NIS2: article 23(4).
CNIR: the Chinese incident reporting measures. A field that nothing here can know is left for a person.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sealane.model.clock import from_micros
from sealane.model.party import Party
from sealane.supervision.incidents.record import Incident, Moment
from sealane.supervision.incidents.severity import china_level, dora_major

__all__ = ["FORMS", "Dossier", "Field"]


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a draft may draw on: the incident, who reports, and at which stage."""

    incident: Incident
    party: Party
    stage: str
    now_us: int


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its number or name, its label in our words, and what fills it (None: a person)."""

    number: str
    label: str
    fill: Callable[[Dossier], str] | None = None
    is_needed: bool = True


def _time(moment: Moment) -> Callable[[Dossier], str]:
    def fill(dossier: Dossier) -> str:
        micros = dossier.incident.moments.get(moment)
        return "" if micros is None else from_micros(micros).isoformat().replace("+00:00", "Z")

    return fill


def _criteria(dossier: Dossier) -> str:
    return ", ".join(dora_major(dossier.incident.impact).criteria)


def _spread(dossier: Dossier) -> str:
    return ", ".join(sorted(set(dossier.incident.impact.states))) or "none known"


def _yes(claim: Callable[[Dossier], bool]) -> Callable[[Dossier], str]:
    return lambda dossier: "yes" if claim(dossier) else "no"


def _people(dossier: Dossier) -> str:
    count = dossier.incident.impact.people
    if count is None and dossier.incident.affected:
        count = len(dossier.incident.affected)
    return "" if count is None else str(count)


def _share(name: str) -> Callable[[Dossier], str]:
    return lambda dossier: f"{getattr(dossier.incident.impact, name) * 100:g} %"


def _impact(name: str) -> Callable[[Dossier], str]:
    def fill(dossier: Dossier) -> str:
        value = getattr(dossier.incident.impact, name)
        return ", ".join(value) if isinstance(value, tuple) else str(value)

    return fill


def _description(dossier: Dossier) -> str:
    return dossier.incident.description or dossier.incident.title


_DORA_HEAD = (
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
_DORA_INITIAL = (
    Field("2.1", "Own reference of the incident", lambda d: d.incident.incident_id),
    Field("2.2", "Time of detection", _time("aware")),
    Field("2.3", "Time of classification as major", _time("classified")),
    Field("2.4", "Description", _description),
    Field("2.5", "Criteria that triggered the report", _criteria),
    Field("2.6", "Member states concerned", _spread),
    Field("2.7", "How it was discovered", lambda _: "own detection"),
    Field("2.8", "From a third party or another entity", _yes(lambda d: d.incident.impact.from_third_party)),
    Field("2.9", "Continuity plan activated", _yes(lambda d: d.incident.impact.continuity_plan)),
    Field("2.10", "Other information", lambda d: d.incident.impact.measures or "none so far"),
)
_DORA_INTERMEDIATE = (
    Field("3.1", "Reference given by the authority"),
    Field("3.2", "Time of occurrence", _time("occurred")),
    Field("3.3", "Time of recovery", _time("restored")),
    Field("3.4", "Clients affected", _impact("clients")),
    Field("3.5", "Share of clients", _share("clients_share")),
    Field("3.7", "Share of counterparts", _share("counterparts_share")),
    Field("3.10", "Share of transactions by number", _share("transactions_share")),
    Field("3.11", "Share of transactions by value", _share("value_share")),
    Field("3.12", "Actual figures or estimates", lambda _: "estimates"),
    Field("3.13", "Impact on reputation", _yes(lambda d: d.incident.impact.has_reputation_impact)),
    Field("3.15", "Hours it lasted", _impact("hours_lasted")),
    Field("3.16", "Hours of downtime", _impact("hours_down")),
    Field("3.18", "Impact in member states", _spread),
    Field("3.20", "Data losses", _yes(lambda d: d.incident.impact.has_data_loss)),
    Field("3.21", "What data", _impact("data")),
    Field("3.22", "Critical services hit", _yes(lambda d: d.incident.impact.hits_critical_service)),
    Field("3.33", "Measures taken", _impact("measures")),
)
_DORA_FINAL = (
    Field("4.1", "Class of root cause"),
    Field("4.5", "Root causes", _impact("cause")),
    Field("4.6", "How it was resolved", _impact("measures")),
    Field("4.8", "Time of resolution", _time("handled")),
    Field("4.13", "Gross costs, EUR", _impact("cost_eur")),
)
_GDPR = (
    Field("33(3)(a)-nature", "Nature of the breach", _description),
    Field("33(3)(a)-categories", "Categories of data", _impact("data")),
    Field("33(3)(a)-people", "Number of people, about", _people),
    Field("33(3)(b)", "Contact point", lambda d: d.party.name),
    Field("33(3)(c)", "Likely consequences", _impact("effects")),
    Field("33(3)(d)", "Measures taken or proposed", _impact("measures")),
    Field("33(1)-aware", "Time of awareness", _time("aware")),
    Field("33(1)-late", "Reasons for a late notice", is_needed=False),
    Field("34", "High risk for people", _yes(lambda d: d.incident.impact.is_high_risk)),
)
_NIS2_WARNING = (
    Field("23(4)(a)-malice", "Unlawful or malicious acts suspected", _yes(lambda d: d.incident.impact.is_malicious)),
    Field("23(4)(a)-border", "Effect across borders", _yes(lambda d: d.incident.impact.is_cross_border)),
)
_NIS2_NOTICE = (
    *_NIS2_WARNING,
    Field("23(4)(b)-severity", "Severity and impact", lambda d: d.incident.impact.effects or _description(d)),
    Field("23(4)(b)-indicators", "Indicators of compromise", is_needed=False),
)
_NIS2_FINAL = (
    *_NIS2_NOTICE,
    Field("23(4)(d)-description", "Detailed description", _description),
    Field("23(4)(d)-cause", "Threat or root cause", _impact("cause")),
    Field("23(4)(d)-measures", "Mitigation", _impact("measures")),
)
_CNIR = (
    Field("operator", "Network operator", lambda d: d.party.name),
    Field("time", "Time of discovery", _time("aware")),
    Field("kind", "Kind of incident", lambda d: d.incident.kind),
    Field("level", "Level", lambda d: china_level(d.incident.impact).level),
    Field("people", "People whose data leaked", _people),
    Field("loss", "Direct loss, yuan", _impact("loss_cny")),
    Field("effects", "Effects so far", _impact("effects")),
    Field("measures", "Measures taken", _impact("measures")),
    Field("cause", "Cause, as far as known", _impact("cause"), is_needed=False),
)
_PLAIN = (
    Field("reporter", "Who reports", lambda d: d.party.name),
    Field("reference", "Own reference", lambda d: d.incident.incident_id),
    Field("what", "What happened", _description),
    Field("data", "What data", _impact("data")),
    Field("people", "How many people", _people),
    Field("measures", "Measures taken", _impact("measures")),
)

FORMS: dict[tuple[str, str], tuple[Field, ...]] = {
    ("gdpr", "authority"): _GDPR,
    ("gdpr", "controller"): _GDPR,
    ("uk-gdpr", "authority"): _GDPR,
    ("dora", "initial"): _DORA_HEAD + _DORA_INITIAL,
    ("dora", "intermediate"): _DORA_HEAD + _DORA_INITIAL + _DORA_INTERMEDIATE,
    ("dora", "final"): _DORA_HEAD + _DORA_INITIAL + _DORA_INTERMEDIATE + _DORA_FINAL,
    ("nis2", "warning"): _NIS2_WARNING,
    ("nis2", "notice"): _NIS2_NOTICE,
    ("nis2", "progress"): _NIS2_NOTICE,
    ("nis2", "final"): _NIS2_FINAL,
    ("cnir", "report"): _CNIR,
    ("cnir", "summary"): _CNIR,
    ("", ""): _PLAIN,
}
"""The form of each regime and stage; others use the plain one."""

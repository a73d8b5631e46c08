"""What fills the fields of a report: the incident, who reports, or a person."""

from collections.abc import Callable
from dataclasses import dataclass

from sealane.model.clock import from_micros
from sealane.model.party import Party
from sealane.supervision.incidents.record import Impact, Incident, Moment

__all__ = ["Dossier", "Field", "description", "impact", "people", "share", "spread", "time_of", "yes"]


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a draft may draw on: the incident, who reports, and at which stage."""

    incident: Incident
    party: Party
    stage: str
    now_us: int

    @property
    def impact(self) -> Impact:
        """Whom and what the incident hit."""
        return self.incident.impact


Fill = Callable[[Dossier], str]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its number or name, its label in our words, and what fills it (None: a person)."""

    number: str
    label: str
    fill: Fill | None = None
    is_needed: bool = True


def time_of(moment: Moment) -> Fill:
    """Return what fills in a moment, in UTC; nothing while it is unknown."""

    def fill(dossier: Dossier) -> str:
        micros = dossier.incident.moments.get(moment)
        return "" if micros is None else from_micros(micros).isoformat().replace("+00:00", "Z")

    return fill


def yes(claim: Callable[[Dossier], bool]) -> Fill:
    """Return what answers a claim with yes or no."""
    return lambda dossier: "yes" if claim(dossier) else "no"


def share(name: str) -> Fill:
    """Return what fills in a share of the impact, in per cent; nothing for none, which nobody may have told."""

    def fill(dossier: Dossier) -> str:
        value: float = getattr(dossier.impact, name)
        return f"{value * 100:g} %" if value else ""

    return fill


def impact(name: str) -> Fill:
    """Return what fills in one part of the impact; nothing for a zero, which nobody may have told."""

    def fill(dossier: Dossier) -> str:
        value = getattr(dossier.impact, name)
        if isinstance(value, tuple):
            return ", ".join(value)
        return f"{value:g}" if isinstance(value, float) and value else str(value or "")

    return fill


def spread(dossier: Dossier) -> str:
    """Return the states that the incident reached."""
    return ", ".join(sorted(set(dossier.impact.states))) or "none known"


def people(dossier: Dossier) -> str:
    """Return how many people it hit: as told, else as computed from the disclosures."""
    count = dossier.impact.people
    if count is None and dossier.incident.affected:
        count = len(dossier.incident.affected)
    return "" if count is None else str(count)


def description(dossier: Dossier) -> str:
    """Return what happened, or the title while nobody described it."""
    return dossier.incident.description or dossier.incident.title

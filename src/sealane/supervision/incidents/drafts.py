"""A draft of a report: the form's fields, filled where the facts are known, and what a person still has to write.

A draft is sent by people, never by this software, and is not legal advice; it says so itself.
"""

import msgspec

from sealane.model.errors import NotFound
from sealane.model.party import Party
from sealane.supervision.incidents.clocks import Duty, clocks
from sealane.supervision.incidents.filling import Dossier
from sealane.supervision.incidents.forms import FORMS
from sealane.supervision.incidents.record import Incident

__all__ = ["Draft", "DraftField", "draft", "text_of"]

ADVICE = "Draft only: check it, complete it and send it yourself. This is not legal advice, and nothing was submitted."


class DraftField(msgspec.Struct, frozen=True):
    """One field of the form; an empty value is for a person to write."""

    number: str
    label: str
    value: str
    is_needed: bool


class Draft(msgspec.Struct, frozen=True):
    """A report's draft with its duty; `filled_micro` is the share of needed fields that are filled, in millionths."""

    incident_id: str
    regime: str
    stage: str
    to_whom: str
    duty: Duty
    fields: tuple[DraftField, ...]
    to_write: tuple[str, ...]
    filled_micro: int
    advice: str = ADVICE


def draft(incident: Incident, party: Party, regime: str, stage: str, now_us: int) -> Draft:
    """Return the draft of one report.

    Raises:
        NotFound: when the incident has no such duty.
    """
    duties = [duty for duty in clocks(incident, now_us) if (duty.regime, duty.stage) == (regime, stage)]
    if not duties:
        due = ", ".join(f"{duty.regime}/{duty.stage}" for duty in clocks(incident, now_us))
        raise NotFound(f"The incident has no duty {regime}/{stage}.", remedy=f"It has: {due}.")
    form = FORMS[regime, stage]
    dossier = Dossier(incident, party, stage, now_us)
    fields = tuple(
        DraftField(field.number, field.label, field.fill(dossier) if field.fill else "", field.is_needed)
        for field in form
    )
    needed = [field for field in fields if field.is_needed]
    empty = tuple(f"{field.number} {field.label}" for field in needed if not field.value)
    filled = (len(needed) - len(empty)) * 1_000_000 // len(needed)
    return Draft(incident.incident_id, regime, stage, duties[0].to_whom, duties[0], fields, empty, filled)


def text_of(one: Draft) -> str:
    """Return the draft as readable text."""
    lines = [f"{one.regime} / {one.stage}, to: {one.to_whom}", one.advice, ""]
    lines += [f"{field.number:<24} {field.label}: {field.value or '____'}" for field in one.fields]
    return "\n".join(lines) + "\n"

"""A draft of a report: the form's fields, filled where the facts are known, and what a person still has to write.

A later report names what differs from the one that was sent before it. A draft is sent by people, never by this
software, and is not legal advice; it says so itself.
"""

from collections import Counter
from typing import Literal

import msgspec
from msgspec.structs import replace

from sealane.model.clock import from_micros
from sealane.model.errors import NotFound
from sealane.model.party import Party
from sealane.supervision.incidents.clocks import Duty, clocks
from sealane.supervision.incidents.filling import Dossier
from sealane.supervision.incidents.forms import FORMS
from sealane.supervision.incidents.record import Incident, Regime, Sending
from sealane.supervision.incidents.regimes import REGIMES

__all__ = ["Draft", "DraftField", "Since", "draft", "remark", "summary", "text_of"]

ADVICE = "Draft only: check it, complete it and send it yourself. This is not legal advice, and nothing was submitted."


class DraftField(msgspec.Struct, frozen=True):
    """One field of the form; an empty value is for a person to write.

    `change` is what became of it since the report that was sent before, and `before` what that one's draft had there.
    """

    number: str
    label: str
    value: str
    is_needed: bool
    change: Literal["added", "changed", "removed"] | None = None
    before: str = ""


class Since(msgspec.Struct, frozen=True):
    """The report that a draft is compared with, its time in microseconds since 1970, and how many fields differ."""

    stage: str
    at_us: int
    added: int
    changed: int
    removed: int


class Draft(msgspec.Struct, frozen=True):
    """A report's draft with its duty; `filled_micro` is the share of needed fields that are filled, in millionths.

    `since` is the report that was sent before to the same addressee, None when there is none to compare with.
    """

    incident_id: str
    regime: str
    stage: str
    to_whom: str
    duty: Duty
    fields: tuple[DraftField, ...]
    to_write: tuple[str, ...]
    filled_micro: int
    since: Since | None = None
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
    (duty,) = duties
    earlier = _sent_before(incident, duty.regime, stage)
    was = None if earlier is None else _values_then(incident, party, earlier)
    now = _values(Dossier(incident, party, stage, now_us), duty.regime)
    fields = tuple(
        _field(DraftField(field.number, field.label, now[field.number], field.is_needed), was)
        for field in FORMS[regime, stage]
    )
    needed = [field for field in fields if field.is_needed]
    empty = tuple(f"{field.number} {field.label}" for field in needed if not field.value)
    filled = (len(needed) - len(empty)) * 1_000_000 // len(needed)
    since = None if earlier is None else _since(earlier, fields)
    return Draft(incident.incident_id, regime, stage, duty.to_whom, duty, fields, empty, filled, since)


def _sent_before(incident: Incident, regime: Regime, stage: str) -> Sending | None:
    """Return the report of this or an earlier stage that the same addressee got last."""
    stages = REGIMES[regime].stages
    (at,) = [number for number, one in enumerate(stages) if one.name == stage]
    comparable = {one.name for one in stages[: at + 1] if one.to_whom == stages[at].to_whom}
    sent = [one for one in incident.sent if one.regime == regime and one.stage in comparable and one.known]
    return max(reversed(sent), key=lambda one: one.at_us, default=None)


def _values_then(incident: Incident, party: Party, sent: Sending) -> dict[str, str]:
    """Return what the draft of a report held when the report was noted as sent."""
    known = sent.known or incident.known()
    then = replace(incident, moments=known.moments, impact=known.impact, regimes=known.regimes, affected=(), sent=())
    return _values(Dossier(then, party, sent.stage, sent.at_us), sent.regime)


def _values(dossier: Dossier, regime: Regime) -> dict[str, str]:
    form = FORMS[regime, dossier.stage]
    return {field.number: field.fill(dossier) if field.fill else "" for field in form}


def _since(earlier: Sending, fields: tuple[DraftField, ...]) -> Since:
    count = Counter(field.change for field in fields)
    return Since(earlier.stage, earlier.at_us, count["added"], count["changed"], count["removed"])


def _field(field: DraftField, was: dict[str, str] | None) -> DraftField:
    """Return the field with what became of it since; as it is when nothing did, or nothing was sent before."""
    before = "" if was is None else was.get(field.number, "")
    if was is None or before == field.value:
        return field
    change: Literal["added", "changed", "removed"] = "changed"
    if not before or not field.value:
        change = "removed" if before else "added"
    return replace(field, change=change, before=before)


def summary(one: Draft) -> str:
    """Return in a sentence what differs from the report that was sent before; nothing when none was."""
    since = one.since
    if since is None:
        return ""
    counts = f"{since.added} fields added, {since.changed} changed, {since.removed} removed"
    return f"Since {one.regime}/{since.stage}, sent {from_micros(since.at_us):%Y-%m-%d %H:%M} UTC: {counts}."


def remark(field: DraftField) -> str:
    """Return what became of the field, for paper: `changed, was: none so far`; nothing when nothing did."""
    if field.change is None:
        return ""
    return f"{field.change}, was: {field.before}" if field.before else field.change


def text_of(one: Draft) -> str:
    """Return the draft as readable text."""
    lines = [f"{one.regime} / {one.stage}, to: {one.to_whom}", one.advice, *filter(None, [summary(one)]), ""]
    for field in one.fields:
        mark = f"  [{remark(field)}]" if field.change else ""
        lines.append(f"{field.number:<24} {field.label}: {field.value or '____'}{mark}")
    return "\n".join(lines) + "\n"

"""Checks of duties with a clock: reports of incidents, suspicion reports, and how incidents are recorded."""

from typing import Any

from sealane.supervision.controls.judging import Check, Finding, Scene, attested, both, every, missing
from sealane.supervision.incidents.clocks import clocks
from sealane.supervision.incidents.record import Regime

__all__ = ["CHECKS", "duties_met"]


def duties_met(regime: Regime, *stages: str) -> Check:
    """Return a check that no report of these stages, of any incident, is overdue or was sent late."""

    def check(scene: Scene) -> Finding:
        incidents = scene.facts.incidents
        if incidents is None:
            return missing("incidents")
        bound = [one for one in incidents if regime in one.regimes and one.opened_us <= scene.at_us]
        if not bound:
            return Finding("not_applicable", "No incident fell under it.")
        bad, examined, entries = [], 0, []
        for incident in bound:
            for duty in clocks(incident, scene.at_us):
                if duty.regime != regime or (stages and duty.stage not in stages):
                    continue
                examined += 1
                entries.append(incident.entry)
                if duty.state in {"overdue", "sent_late"}:
                    bad.append(f"{incident.incident_id} {duty.stage}")
        proven = tuple(dict.fromkeys(entry for entry in entries if entry))
        if bad:
            told = f"{len(bad)} of {examined} reports are late."
            return Finding("fail", told, examined, tuple(bad), len(bad), proven)
        if not examined:
            return Finding("not_applicable", "No report of this stage is due.")
        return Finding("pass", f"{examined} clocks, none late.", examined, entries=proven)

    return check


def _is_sent_soon(row: Any, scene: Scene) -> bool:
    sent = scene.at_us if row.sent_us is None else row.sent_us
    return bool(sent - row.event_us <= scene.hours("notice.people_hours"))


def _told(about: str, fault: str) -> Check:
    return every("notices", _is_sent_soon, fault, of=lambda row: row.about == about)


def _is_recorded(row: Any, scene: Scene) -> bool:
    return bool(row.recorded_us - row.detected_us <= scene.hours("dora.record_hours"))


def _is_classified(row: Any, scene: Scene) -> bool:
    classified = scene.at_us if row.classified_us is None else row.classified_us
    return bool(row.has_inputs and classified - row.detected_us <= scene.hours("dora.classify_hours"))


def _is_documented(row: Any, _: Scene) -> bool:
    return bool(row.is_documented and (row.is_notified or row.reason_not_notified))


def _is_filed(row: Any, scene: Scene) -> bool:
    allowed = scene.days("sar.days") if row.has_suspect else scene.days("sar.no_suspect_days")
    filed = scene.at_us if row.filed_us is None else row.filed_us
    return bool(filed - row.detected_us <= allowed)


CHECKS: dict[str, Check] = {
    "GDPR-33.1": duties_met("gdpr", "authority"),
    "GDPR-33.2": duties_met("gdpr", "controller"),
    "GDPR-33.5": every("handlings", _is_documented, "not documented, or silence without a reason"),
    "GDPR-34": both(duties_met("gdpr", "people"), _told("incident", "people were told late")),
    "PIPL-57": duties_met("pipl"),
    "NDR-24h": duties_met("network-data"),
    "CNIR-4h": duties_met("cnir", "report"),
    "CNIR-30d": duties_met("cnir", "summary"),
    "DORA-17": every("handlings", _is_recorded, "recorded too late"),
    "DORA-18": every("handlings", _is_classified, "not classified in time, or without its inputs"),
    "DORA-19a": duties_met("dora", "initial"),
    "DORA-19a24": duties_met("dora", "initial"),
    "DORA-19b": duties_met("dora", "intermediate"),
    "DORA-19c": duties_met("dora", "final"),
    "DORA-19.3": _told("money", "clients were told late"),
    "DORA-28": every(
        "providers",
        lambda r, s: not r.missing_columns and s.at_us - r.exported_us <= s.days("dora.register_days"),
        "columns are missing, or the register is old",
    ),
    "NIS2-20": attested("NIS2-20"),
    "NIS2-23a": duties_met("nis2", "warning"),
    "NIS2-23b": duties_met("nis2", "notice"),
    "NIS2-23d": duties_met("nis2", "progress", "final"),
    "NIS2-23.1": _told("threat", "users of the service were told late"),
    "UK-ICO": duties_met("uk-gdpr"),
    "SAR-30": every("suspicions", _is_filed, "filed too late"),
    "SAR-SEAL": every(
        "suspicions", lambda r, _: r.is_sealed and not r.seen_in, "not sealed, or visible in an open place"
    ),
    "SAR-5Y": every(
        "suspicions",
        lambda r, s: r.filed_us is None or r.kept_until_us >= r.filed_us + s.days("archive.sar_days"),
        "not held for five years",
    ),
    "AML-STR": every(
        "suspicions", lambda r, s: r.form_is_valid and r.is_sealed and _is_filed(r, s), "late, invalid or open"
    ),
}

"""Checks of data protection: GDPR, PIPL and the Chinese rules for data that leaves the country."""

from collections import defaultdict
from typing import Any

from sealane.model.clock import from_micros
from sealane.supervision.controls.judging import Check, Finding, Scene, attested, both, every, missing, recent, share

__all__ = ["CHECKS"]


def _is_answered(row: Any, scene: Scene) -> bool:
    due = row.received_us + scene.days("gdpr.request_days")
    if row.extension_told_us is not None and row.extension_told_us <= due:
        due = row.received_us + scene.days("gdpr.extended_days")
    return bool((scene.at_us if row.answered_us is None else row.answered_us) <= due)


def _is_withdrawable(row: Any, scene: Scene) -> bool:
    if not row.record:
        return False
    if row.withdrawn_us is None:
        return True
    stopped = scene.at_us if row.stopped_us is None else row.stopped_us
    return bool(stopped - row.withdrawn_us <= scene.hours("gdpr.withdrawal_hours"))


def _is_minimal(row: Any, _: Scene) -> bool:
    return set(row.fields) <= set(row.needed)


def _is_contestable(row: Any, scene: Scene) -> bool:
    if row.outcome == "decline" and not row.reasons:
        return False
    if row.review_asked_us is None:
        return True
    reviewed = scene.at_us if row.reviewed_us is None else row.reviewed_us
    return bool(reviewed - row.review_asked_us <= scene.days("gdpr.review_days"))


def _is_explained(row: Any, _: Scene) -> bool:
    return bool(row.outcome == "approve" or row.reasons)


def _has_ground(row: Any, _: Scene) -> bool:
    return bool(row.ground in {"contract", "law"} or (row.ground == "consent" and row.consent))


def _leaves_china(row: Any) -> bool:
    return bool(row.from_country == "CN" and row.to_country != "CN")


def _with_erasure_notice(row: Any, scene: Scene) -> bool:
    sent = scene.at_us if row.sent_us is None else row.sent_us
    return bool(sent - row.event_us <= scene.days("gdpr.notice_days"))


def _derogations(scene: Scene) -> Finding:
    rows = scene.rows("disclosures")
    if rows is None:
        return missing("disclosures")
    abroad = [row for row in rows if row.is_third_country]
    if not abroad:
        return Finding("not_applicable", "Nothing left for a third country.")
    used: dict[str, list[Any]] = defaultdict(list)
    for row in abroad:
        used[f"{row.from_country}-{row.to_country}"].append(row)
    bad = tuple(
        lane
        for lane, lane_rows in sorted(used.items())
        if sum(row.transfer_tool == "derogation" for row in lane_rows) * 1_000_000
        > scene.limit("gdpr.derogation_micro") * len(lane_rows)
    )
    told = (
        f"Derogation is routine on {len(bad)} of {len(used)} lanes."
        if bad
        else f"{len(abroad)} transfers, none routine."
    )
    return Finding("fail" if bad else "pass", told, len(abroad), bad, len(bad))


def _people_counted(scene: Scene) -> Finding:
    """Count distinct people whose data left China this calendar year; the set is exact, so there is no error margin."""
    rows = scene.rows("disclosures")
    if rows is None:
        return missing("disclosures")
    year = from_micros(scene.at_us).year
    abroad = [row for row in rows if _leaves_china(row) and from_micros(row.at_us).year == year]
    if not abroad:
        return Finding("not_applicable", "Nothing left China this year.")
    beyond_need = [row for row in abroad if not _is_minimal(row, scene)]
    people = len({row.subject for row in beyond_need})
    sensitive = len({row.subject for row in beyond_need if row.is_sensitive})
    filed = scene.facts.attestations or ()
    is_filed = any(one.control == "CBDT-8" and one.expires_us > scene.at_us for one in filed)
    if (people >= scene.limit("cbdt.free_people") or sensitive) and not is_filed:
        told = f"{people} people, {sensitive} of them with sensitive data, and no filing attested."
        return Finding("fail", told, len(abroad), ("filing",), 1)
    return Finding("pass", f"{people} people beyond what contracts need.", len(abroad))


_MINIMAL = every("disclosures", _is_minimal, "more fields than the purpose needs")
_ANSWERED = every("requests", _is_answered, "answered after the month, or not at all")

CHECKS: dict[str, Check] = {
    "GDPR-5.1b": every(
        "disclosures", lambda r, _: bool(r.purpose) and r.is_within_policy, "outside the policy of its purpose"
    ),
    "GDPR-5.1c": _MINIMAL,
    "GDPR-5.1e": every(
        "vault",
        lambda r, s: r.expires_us > s.at_us or not r.is_readable or bool(r.holds),
        "readable after its purpose ended",
    ),
    "GDPR-5.2": both(
        every("tree_heads", lambda r, _: r.is_consistent, "does not extend the one before"),
        every("disclosures", lambda r, _: r.has_receipt and bool(r.entry), "has no receipt or log entry"),
    ),
    "GDPR-7": every("consents", _is_withdrawable, "no record, or withdrawal did not work in time"),
    "GDPR-12.3": _ANSWERED,
    "GDPR-15": every(
        "requests",
        lambda r, s: r.names_recipients and _is_answered(r, s),
        "late, or without the recipients",
        of=lambda r: r.kind == "access",
    ),
    "GDPR-17": every(
        "requests",
        lambda r, s: r.is_key_destroyed and _is_answered(r, s),
        "late, or the key still opens",
        of=lambda r: r.kind == "erasure",
    ),
    "GDPR-19": both(
        every("notices", _with_erasure_notice, "recipients were not told", of=lambda r: r.about == "erasure"),
        share(
            "notices",
            lambda r, _: r.acknowledged_us is not None,
            "gdpr.acknowledged_micro",
            "too few recipients acknowledged",
            of=lambda r: r.about == "erasure",
        ),
    ),
    "GDPR-20": every(
        "requests",
        lambda r, s: r.is_machine_readable and _is_answered(r, s),
        "late, or not machine-readable",
        of=lambda r: r.kind == "export",
    ),
    "GDPR-22": every("decisions", _is_contestable, "declined without reasons, or a review is overdue"),
    "GDPR-25": _MINIMAL,
    "GDPR-28": attested("GDPR-28"),
    "GDPR-30": every(
        "disclosures",
        lambda r, _: all((r.party, r.purpose, r.leg, r.fields)),
        "recipient, purpose, leg or fields are missing",
    ),
    "GDPR-32": both(
        recent("runs", "gdpr.restore_drill_days", "no restore drill", of=lambda r: r.job == "restore-drill"),
        every("keys", lambda r, _: r.is_wrapped, "a key lies unwrapped"),
    ),
    "GDPR-35": attested("GDPR-35"),
    "GDPR-44-46": every(
        "disclosures",
        lambda r, _: bool(r.transfer_tool),
        "left for a third country without a tool",
        of=lambda r: r.is_third_country,
    ),
    "GDPR-49": _derogations,
    "PIPL-21": attested("PIPL-21"),
    "PIPL-23": every(
        "disclosures", _has_ground, "neither consent nor another ground", of=lambda r: r.from_country == "CN"
    ),
    "PIPL-24": every("decisions", _is_explained, "no reasons"),
    "PIPL-39": every(
        "disclosures",
        lambda r, _: bool(r.notice) and (r.ground != "consent" or bool(r.consent)),
        "sent abroad without notice",
        of=_leaves_china,
    ),
    "PIPL-45": every("requests", _is_answered, "answered late, or not at all", of=lambda r: r.law == "PIPL"),
    "PIPL-54": attested("PIPL-54"),
    "PIPL-56": attested("PIPL-56"),
    "CBDT-5": every("disclosures", _is_minimal, "more than the contract needs left China", of=_leaves_china),
    "CBDT-8": _people_counted,
}

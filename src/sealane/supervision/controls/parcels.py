"""Checks of parcels and platforms: labels, advance data, customs, sellers, and the wider security regimes."""

from typing import Any

from sealane.model.clock import from_micros
from sealane.model.codes import EEA
from sealane.supervision.controls.duties import duties_met
from sealane.supervision.controls.judging import Check, Scene, attested, both, every, recent, told, touching
from sealane.supervision.incidents.calendar import end_of_month

__all__ = ["CHECKS"]

_CHINA = frozenset({"CN"})
_ICS2 = (EEA - {"IS", "LI"}) | {"CH", "GB"}
"""The Union, Norway, Switzerland, and Northern Ireland, which an address of the United Kingdom may lie in."""

_AMERICA = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})


def _is_masked(row: Any, scene: Scene) -> bool:
    return bool(
        row.hidden_name >= scene.limit("cned.hidden_name")
        and row.hidden_phone >= scene.limit("cned.hidden_phone")
        and not row.shows_unit
    )


def _needs(regime: str) -> Any:
    return lambda row: regime in row.regimes


def _is_filed(row: Any, _: Scene) -> bool:
    return bool(row.filed_us is not None and row.filed_us <= row.loaded_us and not row.missing)


def _is_cleared(row: Any, scene: Scene) -> bool:
    return _is_filed(row, scene) and row.open_referrals == 0


def _is_complete(row: Any, scene: Scene) -> bool:
    return bool(not row.missing and row.description_quality >= scene.limit("ics2.description_quality"))


def _is_in_order(row: Any, scene: Scene) -> bool:
    drift = abs(row.weight_scanned - row.weight_declared) * 1_000_000
    is_odd = row.gaps > 0 or drift > scene.limit("ctpat.weight_micro") * max(row.weight_declared, 1)
    return not is_odd or bool(row.is_reported)


def _is_answered(row: Any, scene: Scene) -> bool:
    answered = scene.at_us if row.answered_us is None else row.answered_us
    in_time = answered - row.asked_us <= scene.hours("gacc.answer_hours")
    return bool(in_time and (row.answered_us is None or row.digest))


def _is_reported_seller(row: Any, scene: Scene) -> bool:
    """Tell whether last year's report was made, once 31 January has passed."""
    year = from_micros(scene.at_us).year
    reported = row.reported_us is not None and from_micros(row.reported_us).year == year
    january_over = end_of_month(scene.at_us, 0, "BE") if from_micros(scene.at_us).month == 1 else 0
    return bool(reported or scene.at_us < january_over)


def _is_big(row: Any) -> bool:
    return bool(row.sales >= 30 or row.value_eur_minor >= 200_000)  # noqa: PLR2004 - DAC7 annex V: goods sellers


def _is_verified(row: Any, scene: Scene) -> bool:
    verified = scene.at_us if row.verified_us is None else row.verified_us
    return bool(not row.is_selling or verified - row.high_volume_since_us <= scene.days("inform.days"))


CHECKS: dict[str, Check] = {
    "CNED-22": touching(_CHINA, every(
        "labels", lambda r, _: r.sender_verified and not r.shows_identity, "sender unchecked, or identity printed"
    )),
    "CNED-34": both(
        touching(_CHINA, every("labels", lambda r, _: r.is_destroyed_in_time, "a waybill outlived its time")),
        duties_met("china-express"),
    ),
    "CNED-LABEL": touching(_CHINA, every("labels", _is_masked, "name, phone or unit is readable")),
    "CNED-MKT": touching(_CHINA, every(
        "deliveries",
        lambda r, _: r.has_confirmation and (not r.is_unattended or r.has_consent),
        "left without consent, or without confirmation",
    )),
    "GACC-194": touching(_CHINA, every(
        "matches",
        lambda r, _: all((r.amount, r.payer, r.consignee, r.time)) or r.is_explained,
        "order, payment and waybill differ",
    )),
    "GACC-165": touching(
        _CHINA, every("authority_requests", _is_answered, "answered late, or without a digest")
    ),
    "ICS2-PLACI": touching(_ICS2, every(
        "manifests", _is_cleared, "not filed before loading, or a referral is open", of=_needs("ics2")
    )),
    "ICS2-ENS": touching(_ICS2, every(
        "manifests", _is_complete, "incomplete, or the goods are described badly", of=_needs("ics2")
    )),
    "UPU-EAD": every("manifests", _is_filed, "no advance data before dispatch", of=_needs("ead")),
    "US-STOP": touching(_AMERICA, every(
        "manifests", lambda r, s: _is_filed(r, s) or r.held, "data are missing and it was not held", of=_needs("stop")
    )),
    "US-ACAS": touching(_AMERICA, every(
        "manifests", lambda r, s: _is_cleared(r, s) or r.held, "loaded without screening", of=_needs("acas")
    )),
    "US-ACAS-E": touching(_AMERICA, every(
        "manifests", lambda r, s: _is_complete(r, s) and r.extra_outside_customs == 0,
        "fields are missing, or left the customs leg", of=_needs("acas-e"),
    )),
    "CTPAT-4": both(
        attested("CTPAT-4"), every("accounts", lambda r, _: not r.is_leaver, "still has access after leaving")
    ),
    "CTPAT-6": touching(
        _AMERICA, every("clearances", _is_in_order, "a gap or weight difference was not reported")
    ),
    "DAC7": told("sellers", "is_identified", every(
        "sellers", lambda r, s: r.is_identified and _is_reported_seller(r, s), "unknown, or not reported", of=_is_big
    ), of=_is_big),
    "DSA-30": told("sellers", "is_identified", every(
        "sellers", lambda r, _: r.is_identified or not r.is_selling, "sells without being identified"
    ), of=lambda r: r.is_selling),
    "INFORM": every(
        "sellers", _is_verified, "high volume and not verified in time",
        of=lambda r: r.country == "US" and r.high_volume_since_us is not None,
    ),
    "NIS2-21": both(
        recent("runs", "gdpr.restore_drill_days", "no restore drill", of=lambda r: r.job == "restore-drill"),
        recent("runs", "pci.drill_days", "no response drill", of=lambda r: r.job == "response-drill"),
        every("keys", lambda r, _: r.is_wrapped, "a key lies unwrapped"),
        every("accounts", lambda r, _: r.has_second_factor, "no second factor", of=lambda r: r.is_person),
    ),
}  # fmt: skip

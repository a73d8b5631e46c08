"""Checks of payment law: strong authentication, fraud rates, refunds, payee checks and returns."""

from typing import Any

from sealane.supervision.controls.cards import readings
from sealane.supervision.controls.judging import DAY_US, Check, Finding, Scene, attested, both, every
from sealane.supervision.incidents.calendar import end_of_month as month_end
from sealane.supervision.incidents.calendar import plus_days, plus_working_days
from sealane.supervision.rates.ledger import Reading

__all__ = ["CHECKS"]

_EXEMPTIONS = frozenset(
    {
        "tra",
        "low-value",
        "recurring",
        "trusted",
        "corporate",
        "mit",
        "moto",
        "contactless",
        "unattended",
        "own-accounts",
    }
)
_BANDS = ((10_000, 100), (25_000, 250), (50_000, 500))
_TRA_FACTORS = frozenset({"stolen_factors", "amount", "known_scenarios", "malware", "device"})


def _is_authenticated(row: Any, _: Scene) -> bool:
    return bool(
        row.authentication in {"sca", "out_of_scope"}
        or (row.authentication == "exempt" and row.exemption in _EXEMPTIONS)
    )


def _is_inside_band(row: Any, scene: Scene) -> bool:
    """Tell whether the rate at the time unlocked the amount's band."""
    kind = "transfer" if row.is_transfer else "card"
    for minor, band in _BANDS:
        if row.amount_eur_minor <= minor:
            rate = row.tra_rate_micro
            return rate is not None and rate <= scene.limit(f"tra.{kind}.{band}.ratio_micro")
    return False


def _is_refunded(row: Any, scene: Scene) -> bool:
    if row.is_suspected:
        return True
    due = plus_days(plus_working_days(row.claimed_us, 1, row.country), 1, row.country)
    return bool((scene.at_us if row.refunded_us is None else row.refunded_us) <= due)


def _is_reimbursed(row: Any, scene: Scene) -> bool:
    days = scene.limit("app.longest_days" if row.is_suspected else "app.business_days")
    due = plus_working_days(row.claimed_us, days, "GB")
    return bool((scene.at_us if row.refunded_us is None else row.refunded_us) <= due)


def _fits_lowest_band(reading: Reading, scene: Scene) -> bool:
    return bool(reading.ratio * 1_000_000 <= scene.limit(f"{reading.rate.replace('_', '.')}.100.ratio_micro"))


def _is_computed(reading: Reading, scene: Scene) -> bool:
    """Tell whether the reading covers 90 days that end not long before the moment."""
    return reading.to_us - reading.from_us == 90 * DAY_US and scene.at_us - reading.to_us <= 92 * DAY_US


def _is_reported_quarter(row: Any, scene: Scene) -> bool:
    due = month_end(row.quarter_end_us - DAY_US, 1, "BE")
    return bool((scene.at_us if row.reported_us is None else row.reported_us) <= due)


def _exceeds(row: Any) -> bool:
    return bool(row.payments > 25)  # noqa: PLR2004 - Directive 2006/112/EC article 243b(2): more than 25


def _is_kept(limit_name: str) -> Any:
    def holds(row: Any, scene: Scene) -> bool:
        needed = max(row.began_us, scene.at_us - scene.days(limit_name))
        return bool(row.is_held and row.oldest_us <= needed)

    return holds


_RATED = both(
    readings("tra_card", _fits_lowest_band, "the rate is above the reference"),
    readings("tra_transfer", _fits_lowest_band, "the rate is above the reference"),
)


def _stopped(scene: Scene) -> Finding:
    """Judge that nobody uses the exemption while the rate is above its reference."""
    finding = _RATED(scene)
    if finding.verdict != "fail":
        return finding
    used = [row for row in scene.facts.payments or () if row.exemption == "tra"]
    if scene.facts.payments is not None and not used:
        return Finding("pass", "The rate is above its reference and the exemption is not used.", finding.examined)
    return finding


CHECKS: dict[str, Check] = {
    "SCA-2": every(
        "decisions",
        lambda r, _: set(r.factors) >= _TRA_FACTORS,
        "not all five factors were looked at",
        of=lambda r: r.stage == "checkout",
    ),
    "SCA-97": every("payments", _is_authenticated, "neither authentication nor a known exemption"),
    "SCA-18": every("payments", _is_inside_band, "above the band of its rate", of=lambda r: r.exemption == "tra"),
    "SCA-19": both(
        readings("tra_card", _is_computed, "not computed over 90 days, or old"),
        readings("tra_transfer", _is_computed, "not computed over 90 days, or old"),
    ),
    "SCA-20": _stopped,
    "SCA-21": every("tables", lambda r, _: r.value == r.children, "differs from the sum of its parts"),
    "PSD2-73": every("refunds", _is_refunded, "refunded too late", of=lambda r: r.kind == "unauthorised"),
    "EBA-GL": every("tables", lambda r, _: r.value == r.children, "differs from the sum of its parts"),
    "IPR-VOP": every(
        "payee_checks",
        lambda r, _: r.result in {"match", "close", "none"},
        "paid without a name check",
        of=lambda r: r.currency == "EUR",
    ),
    "PSR-MON": attested("PSR-MON"),
    "UK-APP": every("refunds", _is_reimbursed, "reimbursed too late", of=lambda r: r.kind == "app"),
    "CESOP": every("payees", _is_reported_quarter, "not reported in time", of=_exceeds),
    "CESOP-3Y": every(
        "archives", _is_kept("archive.cesop_days"), "not kept for three years", of=lambda r: r.kind == "cesop"
    ),
    "CNEC-31": every(
        "archives", _is_kept("archive.cnec_days"), "not kept for three years", of=lambda r: r.kind == "orders"
    ),
}

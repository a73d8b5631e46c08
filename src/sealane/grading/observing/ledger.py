"""Ledger: what the installation's own facts say against a merchant; nothing is said where nothing is known."""

from collections.abc import Iterator

from sealane.grading.own import Own
from sealane.grading.sight import Observation

__all__ = ["observe_own"]

_FEWEST = 100
_HIGH_RATIO = 0.009
_DAY_US = 86_400_000_000
_WEEK_US = 7 * _DAY_US
_SLOW_DAYS = 30
_PROMPT_SHARE, _CLAIM_SHARE = 0.9, 0.02


def observe_own(own: Own, now_us: int) -> Iterator[Observation]:
    """Yield what the own facts hold against the merchant."""
    said = {
        **_payments(own),
        "parcels_implausible": own.tracked >= _FEWEST and own.implausible > _CLAIM_SHARE * own.tracked,
        "scans_late": own.tracked >= _FEWEST and own.prompt < _PROMPT_SHARE * own.tracked,
        "not_received": (own.settled or 0) >= _FEWEST and own.claims_not_received > _CLAIM_SHARE * (own.settled or 0),
        "leaks": bool(own.leaks),
        "surplus_fields": own.surplus > 0,
        "disclosures_overdue": bool(own.overdue_disclosures),
        "erasure_slow": (own.erasure_days or 0) > _SLOW_DAYS,
        "breach_open": own.has_open_breach is True,
        "card_in_logistics": own.card_in_logistics_us is not None and now_us - own.card_in_logistics_us < 30 * _DAY_US,
        "lookalike": own.is_lookalike is True,
        "sanctioned": own.profile.identity.get("not_sanctioned") is False,
        "watch_overdue": own.is_watched
        and (own.last_watched_us is None or now_us - own.last_watched_us > _WEEK_US),
    }  # fmt: skip
    yield from (Observation(check, "") for check, is_so in said.items() if is_so)
    for item, holds in own.profile.identity.items():
        if not holds and item != "not_sanctioned":
            yield Observation("identity_open", item)


def _payments(own: Own) -> dict[str, bool]:
    """Return which limits of the schemes are passed (Visa VAMP; Mastercard ECM, HECM, EFM)."""
    settled, disputed = own.settled or 0, own.disputed or 0
    vamp = own.month_events / own.month_settled if own.month_settled else 0.0
    charged = own.month_chargebacks / own.month_before_sales if own.month_before_sales else 0.0
    is_hecm = own.month_chargebacks >= 300 and charged >= 0.03  # noqa: PLR2004 - the limits as the scheme writes them
    is_ecm = own.month_chargebacks >= 100 and charged >= 0.015  # noqa: PLR2004 - the limits as the scheme writes them
    is_unsecured = own.secured_share is not None and own.secured_share < 0.5  # noqa: PLR2004 - as the scheme writes it
    return {
        "disputes_high": settled >= _FEWEST and disputed > _HIGH_RATIO * settled,
        "vamp_excessive": own.month_events >= 1500 and vamp >= 0.015,  # noqa: PLR2004 - as the scheme writes it
        "hecm": is_hecm,
        "ecm": is_ecm and not is_hecm,
        "efm": own.month_settled >= 1000 and (own.fraud_share_of_value or 0) >= 0.005 and is_unsecured,  # noqa: PLR2004 - as the scheme writes it
    }

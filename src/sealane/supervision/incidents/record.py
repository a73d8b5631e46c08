"""An incident as stored: what happened when, whom it hit, and what was sent to whom.

{"title": "Export file left open", "kind": "breach", "country": "PT", "regimes": ["gdpr", "nis2"],
"moments": {"occurred": "2026-11-20T08:00:00Z", "aware": "2026-11-22T09:30:00Z"},
"impact": {"people": 1200, "data": ["name", "email"], "is_high_risk": true}}
"""

from datetime import datetime
from typing import Annotated, Literal, get_args

import msgspec

from sealane.model.codes import Country

__all__ = [
    "REGIME_NAMES",
    "Aware",
    "Impact",
    "Incident",
    "IncidentRequest",
    "Kind",
    "Known",
    "Moment",
    "Regime",
    "Sending",
    "Step",
]

Aware = Annotated[datetime, msgspec.Meta(tz=True)]
Text = Annotated[str, msgspec.Meta(max_length=4000)]
Count = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Kind = Literal["breach", "outage", "flaw", "suspicion", "claim", "card_compromise", "return"]
Regime = Literal[
    "gdpr", "uk-gdpr", "dora", "nis2", "cnir", "pipl", "china-express", "network-data", "us-sar", "uk-app", "tax",
    "pci", "card",
]  # fmt: skip
REGIME_NAMES: tuple[Regime, ...] = get_args(Regime)
Moment = Literal[
    "occurred", "aware", "classified", "handled", "restored", "detected", "claimed", "suspected", "quarter_end",
    "year_end", "page_checked", "log_reviewed",
]  # fmt: skip


class Impact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Whom and what it hit, as far as it is known; shares are 0 to 1, money is in whole euro or yuan as named."""

    people: Count | None = None
    data: tuple[Annotated[str, msgspec.Meta(max_length=64)], ...] = ()
    effects: Text = ""
    measures: Text = ""
    cause: Text = ""
    is_high_risk: bool = False
    is_risk_unlikely: bool = False
    is_processor: bool = False
    is_malicious: bool = False
    is_cross_border: bool = False
    hits_critical_service: bool = False
    has_malicious_access: bool = False
    clients: Count = 0
    clients_share: Share = 0.0
    counterparts_share: Share = 0.0
    transactions_share: Share = 0.0
    value_share: Share = 0.0
    hours_lasted: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    hours_down: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    states: tuple[Country, ...] = ()
    has_data_loss: bool = False
    has_reputation_impact: bool = False
    cost_eur: Count = 0
    loss_cny: Count = 0
    is_critical_infrastructure: bool = False
    is_bank: bool = False
    is_nis2_entity: bool = False
    has_suspect: bool = True
    from_third_party: bool = False
    continuity_plan: bool = False


class Known(msgspec.Struct, frozen=True):
    """What was known of an incident at some time: all that a later draft may say differently."""

    moments: dict[Moment, int]
    impact: Impact
    regimes: tuple[Regime, ...]


class Sending(msgspec.Struct, frozen=True):
    """A report that people sent, as they told us: when, the log entry that says so, and what was known then."""

    regime: Regime
    stage: str
    at_us: int
    entry: str = ""
    known: Known | None = None
    """None for what earlier releases noted."""


class Incident(msgspec.Struct, frozen=True):
    """An incident; `moments` are microseconds since 1970, UTC."""

    incident_id: str
    party_id: str
    title: str
    kind: Kind
    country: Country
    regimes: tuple[Regime, ...]
    moments: dict[Moment, int]
    impact: Impact = Impact()
    sent: tuple[Sending, ...] = ()
    opened_us: int = 0
    description: str = ""
    affected: tuple[str, ...] = ()
    """Subjects who are affected, as computed from the disclosures; vault handles, no personal value."""
    entry: str | None = None

    def known(self) -> Known:
        """Return what is known now."""
        return Known(self.moments, self.impact, self.regimes)

    def last_sent(self, regime: Regime, stage: str) -> int | None:
        """Return when the latest report of this stage was sent, or None."""
        times = [one.at_us for one in self.sent if (one.regime, one.stage) == (regime, stage)]
        return max(times, default=None)

    def first_sent(self, regime: Regime, stage: str) -> int | None:
        """Return when the first report of this stage was sent, or None."""
        times = [one.at_us for one in self.sent if (one.regime, one.stage) == (regime, stage)]
        return min(times, default=None)


class IncidentRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /v1/incidents`; without `regimes`, those that the kind, country and roles suggest."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    kind: Kind
    country: Country
    moments: dict[Moment, Aware]
    regimes: tuple[Regime, ...] = ()
    impact: Impact = Impact()
    description: Text = ""


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The body of `POST /v1/incidents/{id}/steps`: new moments, a better view of the impact, or a report sent."""

    moments: dict[Moment, Aware] = {}
    impact: Impact | None = None
    sent_regime: Regime | None = None
    sent_stage: Annotated[str, msgspec.Meta(max_length=40)] = ""
    sent_at: Aware | None = None
    regimes: tuple[Regime, ...] = ()

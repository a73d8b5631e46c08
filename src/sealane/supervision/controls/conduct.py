"""Rows about conduct: what was released, decided, labelled, paid, filed and answered; times in microseconds, UTC."""

from sealane.supervision.controls.security import Row

__all__ = [
    "AuthorityRequest",
    "Clearance",
    "Consent",
    "Delivered",
    "Disclosed",
    "Handling",
    "Judged",
    "Label",
    "Manifest",
    "Match",
    "Notice",
    "Paid",
    "PayeeCheck",
    "PayeeQuarter",
    "Provider",
    "Refund",
    "RightsRequest",
    "Seller",
    "Suspicion",
    "TableSum",
]


class Disclosed(Row, frozen=True):
    """One release of fields to a party: purpose, leg, lane, and what the purpose needed."""

    party: str
    purpose: str
    leg: str
    at_us: int
    from_country: str
    to_country: str
    fields: tuple[str, ...]
    needed: tuple[str, ...]
    ground: str
    """The legal basis: `contract`, `consent`, `law`, `interest`."""
    is_within_policy: bool
    subject: str = ""
    transfer_tool: str | None = None
    """`adequacy`, `scc`, `bcr` or `derogation` where data leaves for a third country."""
    is_third_country: bool = False
    consent: str | None = None
    notice: str | None = None
    has_receipt: bool = True
    is_sensitive: bool = False


class Consent(Row, frozen=True):
    """A consent with its record, and how long its withdrawal took to work."""

    given_us: int
    record: str | None
    withdrawn_us: int | None = None
    stopped_us: int | None = None


class RightsRequest(Row, frozen=True):
    """A person's request: `access`, `erasure`, `export`; how it was answered."""

    law: str
    kind: str
    received_us: int
    extension_told_us: int | None = None
    answered_us: int | None = None
    names_recipients: bool = True
    is_machine_readable: bool = True
    is_key_destroyed: bool = True


class Notice(Row, frozen=True):
    """A notice about an erasure or an incident, to a recipient, client or shopper."""

    about: str
    """`erasure`, `incident`, `money`, `threat`."""
    event_us: int
    sent_us: int | None
    acknowledged_us: int | None = None


class Judged(Row, frozen=True):
    """A decision of the software: reasons, the factors it looked at, and whether people can contest it."""

    stage: str
    outcome: str
    reasons: int
    factors: tuple[str, ...] = ()
    review_asked_us: int | None = None
    reviewed_us: int | None = None


class Handling(Row, frozen=True):
    """How an incident was recorded and classified."""

    detected_us: int
    recorded_us: int
    classified_us: int | None
    has_inputs: bool
    is_documented: bool
    is_notified: bool
    reason_not_notified: str = ""


class Label(Row, frozen=True):
    """A rendered label, by what it leaves readable: hidden characters of name and phone, the unit, other data."""

    hidden_name: int
    hidden_phone: int
    shows_unit: bool
    shows_identity: bool
    sender_verified: bool = True
    is_destroyed_in_time: bool = True


class Delivered(Row, frozen=True):
    """A hand-over at the door or a locker."""

    is_unattended: bool
    has_consent: bool
    has_confirmation: bool


class Match(Row, frozen=True):
    """Order, payment and waybill compared: which parts agree."""

    amount: bool
    payer: bool
    consignee: bool
    time: bool
    is_explained: bool = False


class AuthorityRequest(Row, frozen=True):
    """A request of customs for original payment data."""

    asked_us: int
    answered_us: int | None
    digest: str | None


class Paid(Row, frozen=True):
    """A remote payment: how it was authenticated or by which exemption it was not."""

    authentication: str
    """`sca`, `exempt`, `out_of_scope` or empty when nothing is recorded."""
    exemption: str = ""
    amount_eur_minor: int = 0
    is_transfer: bool = False
    tra_rate_micro: int | None = None
    """The payer's PSP's fraud rate at the time, in millionths (13 bp is 1300)."""


class Refund(Row, frozen=True):
    """A claim for an unauthorised payment or a scam, and when it was paid back."""

    kind: str
    """`unauthorised` or `app`."""
    country: str
    claimed_us: int
    refunded_us: int | None
    is_suspected: bool = False


class TableSum(Row, frozen=True):
    """A cell of a statistical return and the sum of its children, in minor units or counts."""

    value: int
    children: int


class PayeeCheck(Row, frozen=True):
    """A payout account's name check; `result` is `match`, `close`, `none` or empty when it was not made."""

    currency: str
    result: str


class Provider(Row, frozen=True):
    """A supplier of information technology in the register."""

    missing_columns: tuple[str, ...]
    exported_us: int


class Manifest(Row, frozen=True):
    """Advance data of one consignment: what was filed, when, and when it was loaded."""

    regimes: tuple[str, ...]
    """Which filings it needs: `ics2`, `ead`, `stop`, `acas`, `acas-e`."""
    filed_us: int | None
    loaded_us: int
    missing: tuple[str, ...]
    open_referrals: int = 0
    held: bool = False
    description_quality: int = 100
    extra_outside_customs: int = 0


class Clearance(Row, frozen=True):
    """A consignment's way through scans: gaps in the chain, seal, and weight against what was declared."""

    gaps: int
    weight_declared: int
    weight_scanned: int
    is_reported: bool = False


class PayeeQuarter(Row, frozen=True):
    """A payee's cross-border payments in a calendar quarter."""

    quarter_end_us: int
    payments: int
    reported_us: int | None


class Seller(Row, frozen=True):
    """A seller on a platform: what was checked, and how much was sold this year."""

    country: str
    is_identified: bool | None
    """None where nobody told whether it was checked who they are."""
    is_selling: bool
    sales: int
    value_eur_minor: int
    reported_us: int | None = None
    high_volume_since_us: int | None = None
    verified_us: int | None = None


class Suspicion(Row, frozen=True):
    """A suspicion case: its clock, and every open place where it could be seen."""

    detected_us: int
    filed_us: int | None
    has_suspect: bool
    is_sealed: bool
    seen_in: tuple[str, ...] = ()
    kept_until_us: int = 0
    form_is_valid: bool = True

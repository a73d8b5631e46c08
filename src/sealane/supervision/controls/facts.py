"""Everything that controls are judged by: a table of plain rows for each thing that an installation can show.

    {"roles": ["merchant"], "keys": [{"id": "kek/pii 1", "made_us": 1790000000000000, "is_newest": true,
     "is_wrapped": true}]}

A table that is absent was not collected, and its controls are not measurable; an empty one says that nothing of the
kind happened.
"""

import msgspec

from sealane.supervision.controls.conduct import (
    AuthorityRequest,
    Clearance,
    Consent,
    Delivered,
    Disclosed,
    Handling,
    Judged,
    Label,
    Manifest,
    Match,
    Notice,
    Paid,
    PayeeCheck,
    PayeeQuarter,
    Provider,
    Refund,
    RightsRequest,
    Seller,
    Suspicion,
    TableSum,
)
from sealane.supervision.controls.security import (
    Account,
    Archive,
    Attestation,
    AuditLine,
    CardRow,
    Endpoint,
    Guard,
    Key,
    LeakScan,
    Release,
    Run,
    Script,
    SealedItem,
    Surface,
    TreeHead,
    VaultRow,
)
from sealane.supervision.incidents.record import Incident
from sealane.supervision.rates.ledger import Reading

__all__ = [
    "Facts",
]


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Everything collected for one run; `roles` are the parts that parties play here, `countries` where goods go."""

    roles: tuple[str, ...] = ()
    countries: tuple[str, ...] | None = None
    vault: tuple[VaultRow, ...] | None = None
    leak_scans: tuple[LeakScan, ...] | None = None
    queues: tuple[SealedItem, ...] | None = None
    surfaces: tuple[Surface, ...] | None = None
    cards: tuple[CardRow, ...] | None = None
    keys: tuple[Key, ...] | None = None
    endpoints: tuple[Endpoint, ...] | None = None
    releases: tuple[Release, ...] | None = None
    scripts: tuple[Script, ...] | None = None
    accounts: tuple[Account, ...] | None = None
    audit_lines: tuple[AuditLine, ...] | None = None
    tree_heads: tuple[TreeHead, ...] | None = None
    runs: tuple[Run, ...] | None = None
    archives: tuple[Archive, ...] | None = None
    guards: tuple[Guard, ...] | None = None
    attestations: tuple[Attestation, ...] | None = None
    disclosures: tuple[Disclosed, ...] | None = None
    consents: tuple[Consent, ...] | None = None
    requests: tuple[RightsRequest, ...] | None = None
    notices: tuple[Notice, ...] | None = None
    decisions: tuple[Judged, ...] | None = None
    handlings: tuple[Handling, ...] | None = None
    incidents: tuple[Incident, ...] | None = None
    labels: tuple[Label, ...] | None = None
    deliveries: tuple[Delivered, ...] | None = None
    matches: tuple[Match, ...] | None = None
    authority_requests: tuple[AuthorityRequest, ...] | None = None
    payments: tuple[Paid, ...] | None = None
    refunds: tuple[Refund, ...] | None = None
    tables: tuple[TableSum, ...] | None = None
    payee_checks: tuple[PayeeCheck, ...] | None = None
    providers: tuple[Provider, ...] | None = None
    manifests: tuple[Manifest, ...] | None = None
    clearances: tuple[Clearance, ...] | None = None
    payees: tuple[PayeeQuarter, ...] | None = None
    sellers: tuple[Seller, ...] | None = None
    suspicions: tuple[Suspicion, ...] | None = None
    rates: tuple[Reading, ...] | None = None

    def merged(self, other: "Facts") -> "Facts":
        """Return these facts with the tables of others laid over them."""
        given = {name: value for name in self.__struct_fields__ if (value := getattr(other, name))}
        return msgspec.structs.replace(self, **given)

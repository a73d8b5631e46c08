"""Rows about security: what is sealed, scanned, probed, kept and reviewed.

No row holds a personal value: ids, times, counts, countries and claims only. Times are microseconds since 1970, UTC.
`entry` names the log entry that proves a row.
"""

import msgspec

__all__ = [
    "Account",
    "Archive",
    "Attestation",
    "AuditLine",
    "CardRow",
    "Endpoint",
    "Guard",
    "Key",
    "LeakScan",
    "Release",
    "Row",
    "Run",
    "Script",
    "SealedItem",
    "Surface",
    "TreeHead",
    "VaultRow",
]


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing: its id, and the log entry that proves it where there is one."""

    id: str
    entry: str | None = None


class VaultRow(Row, frozen=True):
    """A sealed record and when its need ends; `holds` are the laws that keep it longer."""

    expires_us: int
    is_readable: bool
    holds: tuple[str, ...] = ()


class LeakScan(Row, frozen=True):
    """One search for card numbers and secrets in a place: `store`, `logs`, `messages` or `code`."""

    place: str
    at_us: int
    hits: int
    incident_opened_us: int | None = None


class SealedItem(Row, frozen=True):
    """Something that waits in a queue before authorisation."""

    is_encrypted: bool
    key_id: str | None = None


class Surface(Row, frozen=True):
    """A page or API field that can show a card number: how many leading and trailing digits it shows."""

    leading: int
    trailing: int
    has_recorded_need: bool = False


class CardRow(Row, frozen=True):
    """A stored card: whether its number is sealed, and what its look-up hash is made with."""

    is_sealed: bool
    hash_algorithm: str


class Key(Row, frozen=True):
    """A key of the ring; an older version opens only, it seals nothing new."""

    made_us: int
    is_newest: bool
    is_wrapped: bool
    is_periodic: bool = True
    """Whether it has a crypto-period; keys that give links their meaning stay as long as the links."""


class Endpoint(Row, frozen=True):
    """A network endpoint as probed: protocol, certificate, ciphers listed."""

    protocol: str
    certificate_expires_us: int
    is_trusted: bool
    is_inventoried: bool


class Release(Row, frozen=True):
    """An installed release: hash of its parts list (SBOM), and since when its oldest critical flaw is open."""

    sbom_hash: str | None
    oldest_critical_us: int | None = None
    is_screened: bool = True
    """Whether its parts were compared with published flaws."""


class Script(Row, frozen=True):
    """A script on a payment page."""

    is_authorised: bool
    has_integrity: bool
    justification: str


class Account(Row, frozen=True):
    """A person or program with access."""

    role: str
    is_person: bool
    reviewed_us: int
    last_used_us: int
    has_second_factor: bool
    is_leaver: bool = False


class AuditLine(Row, frozen=True):
    """A recorded action on card data or administration: who, what, when, from where, with what result."""

    who: str
    what: str
    at_us: int
    origin: str
    result: str


class TreeHead(Row, frozen=True):
    """A checkpoint of the log: whether it extends the one before, and how many witnesses signed it."""

    size: int
    at_us: int
    is_consistent: bool
    witnesses: int


class Run(Row, frozen=True):
    """One run of a recurring job: `log-review`, `page-check`, `restore-drill`, `response-drill`, `access-review`."""

    job: str
    at_us: int
    is_ok: bool
    open_findings: int = 0


class Archive(Row, frozen=True):
    """Records of a kind that must be kept: the oldest that can be read, and since when such records are made."""

    kind: str
    began_us: int
    oldest_us: int
    at_hand_us: int
    is_held: bool


class Guard(Row, frozen=True):
    """A security control's heartbeat, and its last failure: when it began and when somebody answered."""

    last_beat_us: int
    failed_us: int | None = None
    answered_us: int | None = None


class Attestation(Row, frozen=True):
    """A document that people signed for a control: what for, when, until when, and its SHA-256."""

    control: str
    made_us: int
    expires_us: int
    digest: str

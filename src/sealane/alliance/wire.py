"""What members, custodians and the register write to each other.

Elements, proofs, keys and tags are lower-case hexadecimal: 32, 64, 32 and 16 bytes.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from sealane.alliance.inputs import Kind

__all__ = [
    "BATCH",
    "MOST_ELEMENTS",
    "EvaluateRequest",
    "Evaluation",
    "Indicator",
    "IndicatorPage",
    "IndicatorReceipt",
    "IndicatorRequest",
    "KeyList",
    "PublishedKey",
    "Reason",
    "Severity",
    "key_content",
]

BATCH = 16
"""Every question is padded to a multiple of this, so that its size says little."""

MOST_ELEMENTS = 1024

Hex32 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Tag = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
Epoch = Annotated[str, msgspec.Meta(pattern="^[0-9]{4}Q[1-4]$")]
Purpose = Literal["checkout", "dispatch", "reroute", "payout", "claim", "onboarding", "report"]
Reason = Literal[
    "drop_address",
    "refund_abuse",
    "mule_account",
    "reroute_theft",
    "stolen_card",
    "scam_domain",
    "account_takeover",
    "cod_refusal",
]
Severity = Literal["watch", "strong"]


class EvaluateRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Blinded elements of one kind, padded, with why they are asked about."""

    kind: Kind
    epoch: Epoch
    purpose: Purpose
    case: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    elements: Annotated[tuple[Hex32, ...], msgspec.Meta(min_length=BATCH, max_length=MOST_ELEMENTS)]


class Evaluation(msgspec.Struct, frozen=True):
    """The elements under the custodian's half of the key, in order, with the proof (RFC 9497) and what is left."""

    epoch: str
    public_key: str
    elements: tuple[str, ...]
    proof: str
    left_today: int


class PublishedKey(msgspec.Struct, frozen=True):
    """A custodian's public key for one kind and epoch, and the log entry that pins it."""

    kind: Kind
    epoch: str
    public_key: str
    log_entry: str
    salt: str
    """16 bytes that, before the content, give the digest in the leaf of that entry."""

    @property
    def content(self) -> bytes:
        """The content of the log entry that pins the key."""
        return key_content(self.kind, self.epoch, self.public_key)


def key_content(kind: Kind, epoch: str, public_key: str) -> bytes:
    """Return what a log entry says about a key: `{"kind":"phone","epoch":"2026Q4","public_key":"c803..."}`."""
    return msgspec.json.encode({"kind": kind, "epoch": epoch, "public_key": public_key})


class KeyList(msgspec.Struct, frozen=True):
    """Every live key of a custodian."""

    keys: tuple[PublishedKey, ...]


class IndicatorRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tag that a member reports as bad; never the value."""

    kind: Kind
    epoch: Epoch
    tag: Tag
    reason: Reason
    severity: Severity
    expires_at: datetime
    """At most 180 days ahead."""


class IndicatorReceipt(msgspec.Struct, frozen=True):
    """The id under which the reporter may withdraw, and the log entry."""

    indicator_id: str
    log_entry: str


class Indicator(msgspec.Struct, frozen=True):
    """One tag as members see it: why, how many members say so, with which weight; not who."""

    number: int
    kind: Kind
    epoch: str
    tag: str
    reason: Reason
    severity: Severity
    members: int
    weight: float
    expires_at: datetime
    is_withdrawn: bool = False

    @property
    def is_confirmed(self) -> bool:
        """Whether at least two members say so."""
        return self.members > 1


class IndicatorPage(msgspec.Struct, frozen=True):
    """Changes of the register after a number, oldest first; ask again from `next_after` until it is None."""

    items: tuple[Indicator, ...]
    next_after: int | None

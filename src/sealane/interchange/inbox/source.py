"""Sources: what is known of each sender of webhooks, as data.

sources/stripe.toml   title, tier, evidence; [proof] how it signs, [events] where it says what, [pull] its API
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import msgspec

from sealane.model.event import AcceptedAs, EventKind

__all__ = ["SOURCES", "EventShape", "ProofShape", "PullShape", "Source", "Tier"]

Tier = Literal["A", "B", "C", "D", "E"]
FOLDER = Path(__file__).parents[1] / "sources"
CLAIMED_TIERS = frozenset({"D", "E"})


class ProofShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a message proves where it is from; places are `header:NAME`, `query:NAME` or `item:PATH`."""

    scheme: Literal["mac", "fields", "public", "suffix", "token", "jws"]
    signature: str
    alternatives: tuple[str, ...] = ()
    style: Literal["plain", "pairs", "versions"] = "plain"
    part: str = ""
    public_part: str = ""
    prefix: str = ""
    id: str | None = None
    timestamp: str | None = None
    timestamp_part: str = ""
    timestamp_unit: Literal["unix", "iso", "http"] = "unix"
    message: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    encoding: Literal["hex", "base64", "base64-or-hex"] = "hex"
    key_form: Literal["text", "hex", "whsec", "nfkd", "jwk"] = "text"
    past_seconds: int | None = None
    ahead_seconds: int | None = None
    expect: dict[str, str] = {}
    address: str | None = None
    """A header with an address that is compared with `address_prefix` and never opened."""
    address_prefix: str = ""


class EventShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a message says what happened, as paths into its body."""

    id: tuple[str, ...]
    selector: tuple[str, ...]
    kinds: dict[str, EventKind]
    items: str = ""
    time: str = ""
    time_unit: Literal["unix", "unix_ms", "iso"] = "iso"
    reference: tuple[str, ...] = ()
    tracking_number: tuple[str, ...] = ()
    amount_minor: tuple[str, ...] = ()
    amount_major: tuple[str, ...] = ()
    currency: str | tuple[str, ...] = ()
    country: str | None = None
    postcode: str | None = None
    reason_code: str | None = None
    carrier: str | None = None
    select_prefix: str = ""


class PullShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the source's own API is asked; places in braces are filled with escaped values and the credential."""

    url: str
    method: Literal["GET", "POST"] = "GET"
    headers: dict[str, str] = {}
    body: str = ""
    id: tuple[str, ...] | None = None
    selector: tuple[str, ...] | None = None
    select_prefix: str = ""
    tracking_number: tuple[str, ...] | None = None


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sender of webhooks."""

    title: str
    tier: Tier
    evidence: str
    proof: ProofShape
    events: EventShape
    pull: PullShape | None = None
    test_when: dict[str, str] = {}
    """Paths into a message and the texts that stand there when it is of the source's test mode."""
    name: str = ""

    @property
    def accepted_as(self) -> AcceptedAs:
        """What its word is worth at first: a claim or a confirmed fact."""
        return "claimed" if self.tier in CLAIMED_TIERS else "confirmed"


def _read(path: Path) -> Source:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return msgspec.convert({**content, "name": path.stem}, Source)


SOURCES: Mapping[str, Source] = MappingProxyType(
    {path.stem: _read(path) for path in sorted(FOLDER.glob("*.toml"), key=lambda path: path.stem)}
)
"""Every source by its name in `/v1/inbox/NAME`."""

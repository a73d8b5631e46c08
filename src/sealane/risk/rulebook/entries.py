"""The words of the rule book: what a list, an entry, a snooze and a version of the rules are."""

import msgspec

from sealane.risk.facts import Fact, Parcel, field_of

__all__ = ["LIST_FIELDS", "PLAIN_FIELDS", "Entry", "NamedList", "Published", "Snooze", "values_of"]

PLAIN_FIELDS = (
    "merchant", "bin", "card_country", "billing_country", "consignee_country", "shipper_country", "carrier",
)  # fmt: skip
"""Fields whose values identify nobody and are listed as they are."""

LIST_FIELDS = (
    *PLAIN_FIELDS,
    "account", "card", "email", "email_domain", "phone", "device", "ip", "network", "billing",
    "address", "building", "pickup_point", "consignee", "consignee_phone", "consignee_email", "shipper",
    "actor_device", "actor_ip", "actor_phone", "new_address", "new_pickup_point", "courier", "depot",
)  # fmt: skip
"""What a list may be about: fields of a fact; all but the plain ones are blinded links."""


class Published(msgspec.Struct, frozen=True):
    """One version of the rules; the newest that was published rules. Times in microseconds."""

    hash: str
    version: str
    author: str
    proposed_us: int
    approver: str | None = None
    published_us: int | None = None


class NamedList(msgspec.Struct, frozen=True):
    """A list that rules ask for by `on_lists.contains(",name,")`; all its values are of one field."""

    name: str
    field: str
    created_us: int
    author: str
    entries: int = 0


class Entry(msgspec.Struct, frozen=True):
    """One value on a list, until it expires; `value` is a blinded link, or text for plain fields."""

    value: bytes | str
    author: str
    added_us: int = 0
    expires_us: int | None = None
    note: str | None = None


class Snooze(msgspec.Struct, frozen=True):
    """One rule that does not count for facts with this value until a moment."""

    rule: str
    field: str
    value: bytes | str
    until_us: int
    author: str
    reason: str


def values_of(fact: Fact, field: str) -> list[bytes | str]:
    """Return the fact's own values of a field, one for each consignment that has one."""
    parcels = fact.parcels or (Parcel(),)
    found = (field_of(fact, parcel, field) for parcel in parcels)
    return list(dict.fromkeys(value for value in found if value is not None))

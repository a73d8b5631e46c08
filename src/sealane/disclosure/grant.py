"""A grant: a permission for one party, one purpose, one leg, some fields, a time and a number of uses."""

import msgspec

from sealane.disclosure.policy.compiled import Policy
from sealane.disclosure.policy.fields import Field, Leg, Purpose, names_in
from sealane.model.clock import from_micros
from sealane.model.errors import GrantExpired, GrantRevoked, GrantSpent, NotPermitted, PurposeNotGranted, SealaneError

__all__ = ["NEVER_US", "Grant", "Standing", "refusal_of", "standing_of"]

NEVER_US = 1 << 62
"""A moment that does not come: until its leg opens, a waiting grant begins then."""

Standing = str


class Grant(msgspec.Struct, frozen=True):
    """A grant as stored, in the order of its columns; `reference` names it where its secret id must not stand."""

    digest: bytes
    reference: str
    order_id: str
    consignment_id: str | None
    subject_id: str
    merchant_id: str
    party_id: str
    audience: str
    purpose: Purpose
    leg: Leg | None
    fields: int
    is_waiting: int
    not_before_us: int
    expires_us: int
    max_uses: int
    uses: int
    created_us: int
    revoked_us: int | None = None
    revoked_because: str | None = None

    @property
    def names(self) -> tuple[Field, ...]:
        """The fields it covers."""
        return names_in(self.fields)


def standing_of(grant: Grant, now_us: int) -> Standing:
    """Return the state of a grant in one word: open, waiting, early, spent, expired or revoked."""
    if grant.revoked_us is not None:
        return "revoked"
    if grant.uses >= grant.max_uses:
        return "spent"
    if grant.expires_us <= now_us:
        return "expired"
    if grant.not_before_us > now_us:
        return "waiting" if grant.is_waiting else "early"
    return "open"


def refusal_of(grant: Grant, party_id: str, policy: Policy, corridor: int, now_us: int) -> SealaneError | None:
    """Return why this party may not redeem the grant now; None when it may."""
    if grant.party_id != party_id:
        return NotPermitted("This grant is for another party.", remedy="Redeem it with the key of that party.")
    standing = standing_of(grant, now_us)
    if standing != "open":
        return _because(grant, standing)
    if not grant.fields:
        return PurposeNotGranted("The policy lets this grant cover no field.")
    audience = policy.audience(grant.audience)
    if audience is None or grant.fields & ~policy.mask(audience, corridor):
        return GrantRevoked("The policy no longer gives every field of this grant.")
    return None


def _because(grant: Grant, standing: Standing) -> SealaneError:
    if standing == "revoked":
        return GrantRevoked(f"The grant was revoked: {grant.revoked_because}.")
    if standing == "spent":
        return GrantSpent(f"The grant was redeemed {grant.uses} of {grant.max_uses} times.")
    if standing == "waiting":
        remedy = "Redeem it once the parcel's leg has begun."
        return GrantExpired("The grant opens when the consignment reaches this leg.", remedy=remedy)
    if standing == "early":
        return GrantExpired(f"The grant begins at {from_micros(grant.not_before_us).isoformat()}.")
    return GrantExpired(f"The grant ended at {from_micros(grant.expires_us).isoformat()}.")

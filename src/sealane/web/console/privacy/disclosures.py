"""The disclosures page: refused attempts first, then who may look and who looked, and what the policy exposes.

It shows which fields went to whom, never what they held.
"""

from datetime import datetime

import msgspec

from sealane.disclosure import Grant, exposure_of, standing_of
from sealane.model.clock import from_micros
from sealane.model.errors import NotFound
from sealane.storage import parties
from sealane.web.console.gate import Look, page

__all__ = ["AttemptRow", "DisclosuresView", "GrantRow", "read", "routes"]

PAGE = 100


class AttemptRow(msgspec.Struct, frozen=True):
    """Somebody who tried to redeem a grant and was refused."""

    attempted_at: datetime
    party: str
    order_id: str
    grant: str
    code: str


class GrantRow(msgspec.Struct, frozen=True):
    """A grant: who may see what, why, and until when."""

    reference: str
    order_id: str
    party: str
    purpose: str
    leg: str | None
    fields: tuple[str, ...]
    standing: str
    uses: int
    max_uses: int
    created_at: datetime
    expires_at: datetime


class DisclosuresView(msgspec.Struct, frozen=True):
    """The page; shares are of 1."""

    attempts: tuple[AttemptRow, ...]
    grants: tuple[GrantRow, ...]
    policy: str
    exposure: float
    clear: int
    pairs: int


def read(look: Look) -> DisclosuresView:
    """Return the refused attempts and the grants of last, and the exposure of the policy in force."""
    disclosure = look.lane.rooms.disclosure
    grants, attempts = disclosure.latest(look.conn, PAGE)
    policy = disclosure.policy(look.now_us)
    exposure = exposure_of(policy)
    return DisclosuresView(
        attempts=tuple(
            AttemptRow(
                from_micros(each.attempted_us), _name(look, each.party_id), each.order_id, each.reference, each.code
            )
            for each in attempts
        ),
        grants=tuple(_row(look, each) for each in grants),
        policy=policy.version,
        exposure=exposure.share,
        clear=exposure.clear,
        pairs=exposure.pairs,
    )


def _row(look: Look, grant: Grant) -> GrantRow:
    return GrantRow(
        reference=grant.reference,
        order_id=grant.order_id,
        party=_name(look, grant.party_id),
        purpose=grant.purpose,
        leg=grant.leg,
        fields=grant.names,
        standing=standing_of(grant, look.now_us),
        uses=grant.uses,
        max_uses=grant.max_uses,
        created_at=from_micros(grant.created_us),
        expires_at=from_micros(grant.expires_us),
    )


def _name(look: Look, party_id: str) -> str:
    try:
        return parties.by_id(look.conn, party_id).name
    except NotFound:
        return party_id


routes = page("/console/disclosures", "disclosures.html", read)

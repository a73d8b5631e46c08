"""Own facts: what this installation itself knows of a merchant, from orders, parcels, messages and people's word.

What nobody knows is None, and what is None is never held against anybody.
"""

from math import sqrt
from typing import Annotated, Literal, get_args

import msgspec

__all__ = [
    "IDENTITY_ITEMS",
    "Authorised",
    "Channel",
    "IdentityItem",
    "Own",
    "Profile",
    "upper_wilson",
]

IdentityItem = Literal[
    "registered", "owners_known", "not_sanctioned", "bank_account_matches", "domain_over_a_year", "complaints_answered"
]
"""What is checked of who a merchant is: each a claim that holds, does not, or is not known."""
IDENTITY_ITEMS: tuple[IdentityItem, ...] = get_args(IdentityItem)
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Z_90 = 1.2815515655446004
"""The normal quantile of 0.90: one in ten true rates lies above the upper bound."""


class Authorised(msgspec.Struct, frozen=True):
    """A script that somebody authorised with a written justification; `digest` pins its text, empty pins nothing."""

    name: str
    justification: str
    digest: str = ""


class Channel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to pay at a merchant, as its operator describes it; shares are 0 to 1, None is not known."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    integration: Literal["redirect", "hosted_field", "iframe", "direct_post", "none"] | None = None
    strong_authentication_share: Share | None = None
    is_signed_api: bool | None = None
    has_refund_right: bool | None = None
    fraud_share: Share | None = None
    has_valid_licence: bool | None = None
    outage_share: Share | None = None
    is_irreversible: bool = False
    """Wire, gift card, crypto, friends and family: what is paid so is gone."""


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people at the operator found out about a merchant."""

    identity: dict[IdentityItem, bool] = {}
    channels: Annotated[tuple[Channel, ...], msgspec.Meta(max_length=20)] = ()


class Own(msgspec.Struct, frozen=True):
    """The facts at the moment of grading; counts are of the last 90 days, months are the present calendar month."""

    settled: int | None = None
    disputed: int | None = None
    month_events: int = 0
    month_settled: int = 0
    month_chargebacks: int = 0
    month_before_sales: int = 0
    fraud_share_of_value: float | None = None
    secured_share: float | None = None
    tracked: int = 0
    prompt: int = 0
    implausible: int = 0
    """Of the prompt ones those that weighed far less than ordered, or ended in another country."""
    claims_not_received: int = 0
    messages: int = 0
    leaks: int | None = None
    surplus: int = 0
    card_in_logistics_us: int | None = None
    overdue_disclosures: int | None = None
    erasure_days: float | None = None
    has_open_breach: bool | None = None
    is_lookalike: bool | None = None
    authorised: tuple[Authorised, ...] = ()
    is_watched: bool = False
    last_watched_us: int | None = None
    unauthorised_since_us: int | None = None
    profile: Profile = Profile()
    set_aside: tuple[str, ...] = ()
    """Checks whose findings were disputed with success."""


def upper_wilson(hits: int, of: int) -> float:
    """Return the upper bound of the one-sided 90 % Wilson interval of a share: 22 of 4,000 is 0.0072."""
    if of == 0:
        return 1.0
    share, z2 = hits / of, _Z_90 * _Z_90
    middle = share + z2 / (2 * of)
    return (middle + _Z_90 * sqrt(share * (1 - share) / of + z2 / (4 * of * of))) / (1 + z2 / of)

"""Diligence: how carefully a shop is run; a seed deals it once, and it shows in all that the shop does from then on.

Thieves come where nobody looks. Careless shops let more of them through, hand parcels over late, make labels that they
never use, and leave complaints to the shopper's bank; their checkouts stay open, and their messages hold what they
should not. A marketplace stands in the middle: it has sellers of every kind.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from sealane.simulator.chance import Stream

__all__ = ["CHECKOUT_FAULTS", "Diligence", "deal_diligence"]

CHECKOUT_FAULTS: Final = (
    *("security_txt_missing", "referrer_open", "sniffing_missing", "script_no_integrity", "hsts_missing"),
    *("cipher_static_rsa", "csp_unsafe_inline", "resource_unreadable", "sharing_open", "cookie_session_readable"),
)
"""What is wrong at careless shops, by the names of grading's checks; what many shops forget comes first."""


class Diligence(msgspec.Struct, frozen=True):
    """A shop's diligence from 0 (careless) to 1 (careful), and what a look at its checkout and messages would find."""

    level: float
    checkout_faults: tuple[str, ...]
    leaks_a_10k: float

    @property
    def lure(self) -> float:
        """How likely a thief who has found this shop stays with it."""
        return float(0.02**self.level)

    @property
    def lets_pass(self) -> float:
        """Which share of the stolen cards that ordinary shops let through this shop lets through, too."""
        return min(1.0, 1.6 - 1.3 * self.level)

    @property
    def unanswered(self) -> float:
        """Which share of honest complaints it leaves to the shopper's bank."""
        return 0.005 + 0.36 * (1 - self.level) ** 2

    @property
    def handover_days(self) -> float:
        """Days, in the middle, from the label to the carrier."""
        return float(0.45 * 5.0 ** (1 - 2 * self.level))

    @property
    def unused_labels(self) -> float:
        """Which share of its labels nothing is ever sent with."""
        return 0.03 * (1 - self.level) ** 2


ORDINARY: Final = 0.5
"""The diligence of a marketplace, and of whoever sells there."""


def deal_diligence(stream: Stream, shops: Sequence[str], marketplaces: Sequence[str]) -> dict[str, Diligence]:
    """Return the diligence of all: shops evenly from one end to the other, in an order that the seed shuffles."""
    shuffled = list(shops)
    stream.shuffle(shuffled)
    levels = {shop: place / (len(shuffled) - 1) for place, shop in enumerate(shuffled)}
    return {key: _of(level, stream) for key, level in (levels | dict.fromkeys(marketplaces, ORDINARY)).items()}


def _of(level: float, stream: Stream) -> Diligence:
    faults = round((1 - level) * len(CHECKOUT_FAULTS) + stream.spread(-1.0, 1.0))
    return Diligence(
        level, CHECKOUT_FAULTS[: max(0, faults)], round(30.0 * (1 - level) ** 2 * stream.spread(0.7, 1.3), 1)
    )

"""The reckoning: keeps the world to its base rates while it runs.

The world before Sealane had its own controls: issuers refuse, merchants turn down, carriers call back. How many they
let through is known from statistics, so it is steered here: each sale earns its route a little credit, and a stolen
card gets through when the credit covers most of what it takes. Nothing of this can be seen in a single order.
"""

from sealane.simulator.chance import Stream
from sealane.simulator.facts import CAPTURE_BP, FIRST_PARTY_CHARGEBACKS, REJECTED

__all__ = ["Reckoning"]

_BASIS_POINT = 1e-4
_DEBT_EURO = 120.0
"""How far one payment may overdraw its route's credit, so that small worlds keep to the rates, too."""


class Reckoning:
    """Running totals and the decisions they steer."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._credit = dict.fromkeys(CAPTURE_BP, 0.0)
        self._rejections_due = 0.0
        self._disputes = 0
        self._false_disputes = 0

    def count(self, *, outcome: str, route: str, euro: float) -> None:
        """Take note of an order: its euro earn credit if they settle by card, its rejection uses up the due ones."""
        self._rejections_due += REJECTED - (outcome == "rejected")
        if outcome == "settled" and route:
            self._credit[route] += euro * CAPTURE_BP[route] * _BASIS_POINT

    def lets_through(self, route: str, euro: float) -> bool:
        """Tell whether a payment with a stolen card settles."""
        if not route:
            return True
        if self._credit[route] < euro - min(euro / 2, _DEBT_EURO):
            return False
        self._credit[route] -= euro
        return True

    def turns_down(self, *, is_unusual: bool) -> bool:
        """Tell whether an honest order is turned down; unusual ones are so four times as often."""
        return self._rejections_due >= 1 and self._stream.happens(0.16 if is_unusual else 0.04)

    def dispute(self) -> None:
        """Take note of a chargeback, of whatever kind."""
        self._disputes += 1

    def disputes_falsely(self) -> bool:
        """Tell whether a first-party abuser goes on to a chargeback."""
        if self._false_disputes + 1 > FIRST_PARTY_CHARGEBACKS * (self._disputes + 1):
            return False
        self._false_disputes += 1
        return True

"""The desk: where everything that happens is written down and told in the order it was learned of.

Orders are numbered when their moment comes, not when they are planned, so a number betrays nothing. What is planned
waits in one heap, as a ready body or as an intent; the heap holds what is on its way, never the whole world.
"""

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from typing import Any

import msgspec

from sealane.model.clock import from_micros
from sealane.simulator.chance import HOUR_US, MINUTE_US, SECOND_US, Stream
from sealane.simulator.realm.trade import Merchant

__all__ = ["FIRST_NUMBER", "Desk", "Happening", "Placed", "Timeline", "Truth"]

_encode = msgspec.json.Encoder().encode

Intent = Callable[[int], None]
FIRST_NUMBER = 10_000
_MEAN_LAG_US = {"payment": 4 * SECOND_US, "consignment": 6 * MINUTE_US}
_LATE_SCANS = 0.015
_ASKED_LIVE = frozenset({"consignment.reroute_requested", "consignment.label_created"})
"""What waits for a decision is reported at once, not scanned somewhere and sent later."""
_LETTERS = str.maketrans("0123456789", "ghjkmnpqrs")
"""Ids are written in letters alone: long runs of digits would now and then look like card numbers."""


class Truth(msgspec.Struct, frozen=True):
    """What only the world knows of an order.

    `typology` and `stage` are empty for an honest one. `story` names what makes it unusual (gift, forwarder, reroute
    ...), `outcome` what became of it: rejected, settled, stopped, unpaid. `route` and `euro` serve the base rates.
    """

    is_fraud: bool
    typology: str = ""
    stage: str = ""
    story: str = ""
    outcome: str = "settled"
    route: str = ""
    euro: float = 0.0


class Happening(msgspec.Struct, frozen=True):
    """One thing a system learns of: an order (with its truth) or a later event; `body` is JSON for the wire.

    `observed_us` is microseconds since 1970, UTC; `kind` is `order` or an event kind.
    """

    observed_us: int
    merchant: str
    order_key: str
    kind: str
    body: bytes
    truth: Truth | None = None


class Timeline(msgspec.Struct, frozen=True):
    """How world time is shown: as it is until `live_us`, and from there on `speed` times as fast."""

    live_us: int | None = None
    speed: int = 1

    def is_live(self, us: int) -> bool:
        """Tell whether this moment of the world lies in the live part."""
        return self.live_us is not None and us >= self.live_us

    def shown(self, us: int) -> int:
        """Return the moment that callers see for a moment of the world, both in microseconds."""
        if self.live_us is None or us < self.live_us:
            return us
        return self.live_us + (us - self.live_us) // self.speed


class Placed(msgspec.Struct, frozen=True):
    """An order that was placed, as later events refer to it."""

    desk: "Desk"
    key: str
    reference: str
    merchant: str
    observed_us: int

    def tell(self, kind: str, occurred_us: int, attributes: dict[str, Any]) -> None:
        """Report a later event of this order; it is observed a little after it occurred, rarely much later."""
        self.desk.write_event(self, kind, occurred_us, attributes)


class Desk:
    """Writes bodies, numbers orders, and hands everything out in time order."""

    def __init__(self, stream: Stream, timeline: Timeline, first_number: int = FIRST_NUMBER) -> None:
        self._stream, self._timeline = stream, timeline
        self._heap: list[tuple[int, int, Happening | Intent]] = []
        self._written = 0
        self._references: dict[str, int] = {}
        self._now_us, self._first_number = 0, first_number
        self._orders = 0

    def __len__(self) -> int:
        return len(self._heap)

    def plan(self, at_us: int, intent: Intent) -> None:
        """Let `intent` be called with this moment when it comes."""
        self._push(at_us, intent)

    def write_order(self, merchant: Merchant, placed_us: int, body: dict[str, Any], truth: Truth) -> Placed:
        """Place an order now; `body` gets its reference and its times here."""
        self._orders += 1
        number = self._references.get(merchant.key, self._first_number) + 1
        self._references[merchant.key] = number
        reference, key = f"{merchant.prefix}-{number}", f"o{self._orders}"
        timeline = self._timeline
        observed_us = placed_us + int(200_000 + 900_000 * self._stream.random())
        document = {"reference": reference, "placed_at": from_micros(timeline.shown(placed_us)), **body}
        if not timeline.is_live(observed_us):
            document["observed_at"] = from_micros(observed_us)
        created_us = body["shopper"]["account_created_at"]
        if created_us is not None:
            body["shopper"]["account_created_at"] = from_micros(timeline.shown(created_us))
        shown_us = timeline.shown(observed_us)
        self._push(observed_us, Happening(shown_us, merchant.key, key, "order", _encode(document), truth))
        return Placed(self, key, reference, merchant.key, observed_us)

    def write_event(self, placed: Placed, kind: str, occurred_us: int, attributes: dict[str, Any]) -> None:
        """Report an event; it is never observed before its order."""
        timeline = self._timeline
        observed_us = max(occurred_us + self._lag_us(kind), placed.observed_us + 1, self._now_us)
        document = {
            "id": f"{self._stream.getrandbits(72):018x}".translate(_LETTERS),
            "kind": kind,
            "occurred_at": from_micros(timeline.shown(occurred_us)),
            "reference": placed.reference,
            "attributes": attributes,
        }
        if not timeline.is_live(observed_us):
            document["observed_at"] = from_micros(observed_us)
        shown_us = timeline.shown(observed_us)
        self._push(observed_us, Happening(shown_us, placed.merchant, placed.key, kind, _encode(document)))

    def due(self, until_us: int | None = None) -> Iterator[Happening]:
        """Yield what was learned of before `until_us`, or all that is left, in time order."""
        heap = self._heap
        while heap and (until_us is None or heap[0][0] < until_us):
            at_us, _, payload = heappop(heap)
            self._now_us = at_us
            if isinstance(payload, Happening):
                yield payload
            else:
                payload(at_us)

    def _push(self, at_us: int, payload: Happening | Intent) -> None:
        self._written += 1
        heappush(self._heap, (at_us, self._written, payload))

    def _lag_us(self, kind: str) -> int:
        stream = self._stream
        mean = _MEAN_LAG_US.get(kind.partition(".")[0])
        if mean is None or kind in _ASKED_LIVE:
            return int(300_000 + 2_000_000 * stream.random())
        if mean > MINUTE_US and stream.happens(_LATE_SCANS):
            return stream.pause_us(14 * HOUR_US)
        return int(stream.expovariate(1.0) * mean)

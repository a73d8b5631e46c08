"""The overview: what came in, what was held, what slipped through, who waits longest, and the head of the log."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal
from urllib.parse import urlencode

import msgspec

from sealane.model.clock import from_micros
from sealane.model.decision import Outcome, Stage
from sealane.model.errors import FieldError, InvalidInput
from sealane.risk.cases.case import CaseStage
from sealane.risk.cases.queue import Waiting as Queue
from sealane.risk.cases.queue import waiting as queues
from sealane.storage import figures
from sealane.storage.orderbook import OrderLine
from sealane.web.console.charts import Share, share_of
from sealane.web.console.gate import Look, fragment, page
from sealane.web.console.home.lanemap import LaneMap, Stream, draw
from sealane.web.console.log import LogHead, WitnessRow, head_of, witnesses_of
from sealane.web.console.oversight.incidents import Deadline, deadlines
from sealane.web.console.wording import clock_time, day

__all__ = [
    "RANGES",
    "AxisTick",
    "Bucket",
    "LaneRow",
    "Overview",
    "QueueRow",
    "Waiting",
    "Window",
    "axis",
    "read",
    "routes",
    "window",
]

RANGES: tuple[tuple[str, str], ...] = (("1h", "1 h"), ("24h", "24 h"), ("7d", "7 d"), ("30d", "30 d"), ("all", "All"))
_STEPS = {
    "1h": (12, 300_000_000),
    "24h": (24, 3_600_000_000),
    "7d": (7, figures.DAY_US),
    "30d": (30, figures.DAY_US),
}
_TICKS = 6
_LANES = 8
_WAITING = 5
_DEADLINES = 4
_MOST_STEPS = 60
_ENOUGH = 20
_FEWEST_STEPS = 3
_CHECKOUT = "POST /v1/orders"


class Bucket(msgspec.Struct, frozen=True):
    """One step of time: `lost` of those let through are known as fraud by now, `stopped` are not known so."""

    start_at: datetime
    orders: int
    passed: int
    lost: int
    stopped: int


class LaneRow(msgspec.Struct, frozen=True):
    """One lane, from country to country."""

    origin: str | None
    destination: str | None
    orders: int
    declined: int
    held: Share

    @property
    def is_telling(self) -> bool:
        """Whether there are enough orders for a share to say something."""
        return self.orders >= _ENOUGH

    @property
    def name(self) -> str:
        """The lane as the orders' filter takes it: `CN-DE`, or `?-DE` when the origin is not known."""
        return f"{self.origin or '?'}-{self.destination or '?'}"


class Waiting(msgspec.Struct, frozen=True):
    """An order that waits for a person."""

    order_id: str
    reference: str
    stage: Stage
    origin: str | None
    destination: str | None
    waited_seconds: int


class QueueRow(msgspec.Struct, frozen=True):
    """The cases of one stage that wait; `left_seconds` to the first that falls due, negative when it is overdue."""

    stage: CaseStage
    cases: int
    overdue: int
    left_seconds: int | None


class AxisTick(msgspec.Struct, frozen=True):
    """A text under the chart at `x` per cent."""

    x: float
    text: str
    anchor: Literal["start", "middle", "end"]


class Overview(msgspec.Struct, frozen=True):
    """Everything the page shows, for one range of time; of `judged` orders the truth is known by now."""

    range: str
    first_at: datetime | None
    last_at: datetime | None
    orders: int
    approved: int
    held: int
    declined: Share | None
    median_ms: float | None
    judged: int
    buckets: tuple[Bucket, ...]
    lanes: tuple[LaneRow, ...]
    map: LaneMap
    waiting: tuple[Waiting, ...]
    queues: tuple[QueueRow, ...]
    deadlines: tuple[Deadline, ...]
    log: LogHead | None
    witnesses: tuple[WitnessRow, ...]

    @property
    def ranges(self) -> tuple[tuple[str, str], ...]:
        """The ranges to choose from."""
        return RANGES

    @property
    def link(self) -> str:
        """The query that lists the orders behind the numbers."""
        return self.link_of(None)

    def link_of(self, outcome: Outcome | None) -> str:
        """Return the query that lists the orders of this outcome behind a number."""
        asked = {"outcome": outcome, "from": _instant(self.first_at) if self.range != "all" else None}
        query = urlencode({name: text for name, text in asked.items() if text})
        return f"?{query}" if query else ""

    @property
    def has_curve(self) -> bool:
        """Whether there are enough steps with orders to draw a curve."""
        return sum(bucket.orders > 0 for bucket in self.buckets) >= _FEWEST_STEPS

    @property
    def loss(self) -> list[Share | None]:
        """Share of the orders let through that are known as fraud by now, for each step."""
        return [share_of(bucket.lost, bucket.passed) for bucket in self.buckets]

    @property
    def friction(self) -> list[Share | None]:
        """Share of orders that were stopped and are not known as fraud, for each step."""
        return [share_of(bucket.stopped, bucket.orders) for bucket in self.buckets]

    @property
    def widest(self) -> float:
        """The largest share the lanes' bars must hold."""
        return max((lane.held.high for lane in self.lanes if lane.is_telling), default=1.0)

    @property
    def ticks(self) -> list[AxisTick]:
        """The times under the chart."""
        return axis([bucket.start_at for bucket in self.buckets])


class Window(msgspec.Struct, frozen=True):
    """The stretch of time a range means, in equal steps aligned to the clock; microseconds since 1970, UTC."""

    first_us: int
    step_us: int
    count: int

    @property
    def last_us(self) -> int:
        """Where the last step ends."""
        return self.first_us + self.step_us * self.count


def read(look: Look) -> Overview:
    """Return the overview of the asked range; without one, of the last 24 hours, or of all if those hold too little.

    Raises:
        InvalidInput: when the range is none of ours.
    """
    name = look.query.get("range") or _default(look)
    if name not in dict(RANGES):
        detail = f"Use one of {', '.join(dict(RANGES))}."
        raise InvalidInput("There is no such range.", errors=(FieldError("/range", "not-allowed", detail),))
    span = window(name, look.now_us, figures.extent(look.conn))
    counts = figures.counts(look.conn, *_of(span))
    outcomes = Counter[str]()
    for count in counts:
        outcomes[count.outcome] += count.orders
    orders, lanes = outcomes.total(), _lanes(counts)
    return Overview(
        range=name,
        first_at=from_micros(span.first_us) if orders else None,
        last_at=from_micros(min(look.now_us, span.last_us)) if orders else None,
        orders=orders,
        approved=outcomes["approve"],
        held=outcomes["review"],
        declined=share_of(outcomes["decline"], orders),
        median_ms=_median_ms(look),
        judged=figures.truths(look.conn, span.first_us, span.last_us),
        buckets=_merged(_buckets(look, span, counts), orders),
        lanes=tuple(lanes[:_LANES]),
        map=draw(
            [_stream(row) for row in lanes if row.origin and row.destination], share_of(outcomes["review"], orders)
        ),
        waiting=tuple(_waiting(line, look.now_us) for line in figures.longest_held(look.conn, _WAITING)),
        queues=tuple(_queue(each, look.now_us) for each in queues(look.conn, look.now_us)),
        deadlines=deadlines(look)[:_DEADLINES],
        log=head_of(look),
        witnesses=witnesses_of(look),
    )


def _default(look: Look) -> str:
    """Return the range to begin with: 24 hours, unless today and yesterday together hold next to nothing."""
    today = look.now_us // figures.DAY_US
    first_us, last_us = (today - 1) * figures.DAY_US, (today + 1) * figures.DAY_US
    recent = sum(count.orders for count in figures.counts(look.conn, first_us, last_us, figures.DAY_US))
    return "24h" if recent >= _ENOUGH else "all"


def window(name: str, now_us: int, extent: tuple[int, int] | None) -> Window:
    """Return the stretch of time that a range means now; "all" takes in every order, in at most 60 steps."""
    if name in _STEPS:
        count, step_us = _STEPS[name]
        last_us = (now_us // step_us + 1) * step_us
        return Window(last_us - count * step_us, step_us, count)
    first_us, newest_us = extent or (now_us, now_us)
    first_day, last_day = first_us // figures.DAY_US, newest_us // figures.DAY_US + 1
    days = -(-(last_day - first_day) // _MOST_STEPS)
    return Window(first_day * figures.DAY_US, days * figures.DAY_US, -(-(last_day - first_day) // days))


def _of(span: Window) -> tuple[int, int, int]:
    return span.first_us, span.last_us, span.step_us


def _buckets(look: Look, span: Window, counts: Sequence[figures.Count]) -> tuple[Bucket, ...]:
    seen, known = Counter[tuple[int, str]](), Counter[tuple[int, str]]()
    for count in counts:
        seen[count.step, count.outcome] += count.orders
    for fraud in figures.frauds(look.conn, *_of(span)):
        known[fraud.step, fraud.outcome] += fraud.orders
    return tuple(_bucket(span, step, seen, known) for step in range(span.count))


def _bucket(span: Window, step: int, seen: Counter[tuple[int, str]], known: Counter[tuple[int, str]]) -> Bucket:
    passed = seen[step, "approve"] + seen[step, "challenge"]
    stopped = seen[step, "review"] + seen[step, "decline"]
    return Bucket(
        start_at=from_micros(span.first_us + step * span.step_us),
        orders=passed + stopped,
        passed=passed,
        lost=known[step, "approve"] + known[step, "challenge"],
        stopped=stopped - known[step, "review"] - known[step, "decline"],
    )


def _merged(buckets: tuple[Bucket, ...], orders: int) -> tuple[Bucket, ...]:
    """Return steps long enough to hold 20 orders on average; of fewer, a share says next to nothing."""
    length = max(1, -(-_ENOUGH * len(buckets) // max(1, orders)))
    first = len(buckets) % length
    starts = [0, *range(first, len(buckets), length)] if first else range(0, len(buckets), length)
    edges = [*starts, len(buckets)]
    return tuple(_sum(buckets[start:end]) for start, end in pairwise(edges))


def _sum(buckets: tuple[Bucket, ...]) -> Bucket:
    return Bucket(
        start_at=buckets[0].start_at,
        orders=sum(bucket.orders for bucket in buckets),
        passed=sum(bucket.passed for bucket in buckets),
        lost=sum(bucket.lost for bucket in buckets),
        stopped=sum(bucket.stopped for bucket in buckets),
    )


def _lanes(counts: Sequence[figures.Count]) -> list[LaneRow]:
    """Return the lanes with the largest share held, by the lower end of it; those with fewer than 20 orders last."""
    by_lane: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for count in counts:
        by_lane[count.from_country, count.to_country][count.outcome] += count.orders
    rows = [
        LaneRow(origin or None, destination or None, held.of, outcomes["decline"], held)
        for (origin, destination), outcomes in by_lane.items()
        if (held := share_of(outcomes["review"], outcomes.total()))
    ]
    rows.sort(key=lambda row: (not row.is_telling, -row.held.low, -row.orders, row.name))
    return rows


def _stream(row: LaneRow) -> Stream:
    return Stream(row.origin or "", row.destination or "", row.orders, row.held)


def _queue(queue: Queue, now_us: int) -> QueueRow:
    left_us = None if queue.next_due_us is None else queue.next_due_us - now_us
    return QueueRow(queue.stage, queue.cases, queue.overdue, None if left_us is None else left_us // 1_000_000)


def _waiting(line: OrderLine, now_us: int) -> Waiting:
    return Waiting(
        order_id=line.order_id,
        reference=line.reference,
        stage=line.stage,
        origin=line.from_country or None,
        destination=line.to_country or None,
        waited_seconds=max(0, now_us - line.decided_us) // 1_000_000,
    )


def _median_ms(look: Look) -> float | None:
    seconds = look.metrics.route(_CHECKOUT).quantile(0.5)
    return None if seconds is None else seconds * 1000


def axis(starts: Sequence[datetime]) -> list[AxisTick]:
    """Return about six times evenly over the axis: clock times within two days, dates beyond."""
    if not starts:
        return []
    last = len(starts) - 1
    word = day if starts[-1] - starts[0] > timedelta(days=2) else clock_time
    chosen = sorted({round(last * step / (_TICKS - 1)) for step in range(_TICKS)})
    return [
        AxisTick(
            x=round(100 * index / last, 2) if last else 0.0,
            text=word(starts[index]),
            anchor="start" if index == 0 else "end" if index == last else "middle",
        )
        for index in chosen
    ]


def _instant(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


routes = [*page("/console", "overview.html", read), fragment("/console/live", "parts/overview.html", read)]

"""Metrics: what the server did, as Prometheus reads it; labels come from closed sets, never from a request.

    sealane_web_requests_total{route="POST /v1/orders",status="201"} 1834.0
    sealane_risk_decisions_total{stage="checkout",outcome="approve"} 1790.0

A request costs two additions here; everything else is worked out when somebody asks for `/metrics`.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from sealane.model.decision import Outcome, Stage

__all__ = ["CONTENT_TYPE", "DecisionMeter", "Gauges", "Metrics", "RouteMeter"]

CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"

_BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
Gauges = Callable[[], Iterable[tuple[str, str, float]]]
"""Answers `(name, what it tells, value)` for what is measured at the moment of asking."""


class RouteMeter:
    """What one route did: replies by status, and how long they took."""

    __slots__ = ("buckets", "replies", "seconds")

    def __init__(self) -> None:
        self.replies: dict[int, int] = {}
        self.buckets = [0] * (len(_BOUNDS) + 1)
        self.seconds = 0.0

    def record(self, status: int, seconds: float) -> None:
        """Count one reply and its time in seconds."""
        self.replies[status] = self.replies.get(status, 0) + 1
        self.buckets[bisect_left(_BOUNDS, seconds)] += 1
        self.seconds += seconds

    def quantile(self, share: float) -> float | None:
        """Return in how many seconds this share of replies was sent, evenly spread in its bucket; None before any."""
        wanted, low = share * sum(self.buckets), 0.0
        for bound, count in zip((*_BOUNDS, _BOUNDS[-1]), self.buckets, strict=True):
            if count and wanted <= count:
                return low + (bound - low) * wanted / count
            wanted, low = wanted - count, bound
        return None


class DecisionMeter:
    """Decisions made by this process, by stage and outcome; replayed answers do not count twice."""

    __slots__ = ("made",)

    def __init__(self) -> None:
        self.made: dict[tuple[Stage, Outcome], int] = {}

    def record(self, stage: Stage, outcome: Outcome) -> None:
        """Count one decision."""
        self.made[stage, outcome] = self.made.get((stage, outcome), 0) + 1


class Metrics(Collector):
    """All meters of one server, in a registry of their own."""

    def __init__(self, gauges: Gauges) -> None:
        self.decisions = DecisionMeter()
        self._gauges = gauges
        self._routes: dict[str, RouteMeter] = {}
        self._refusals: dict[str, int] = {}
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def route(self, name: str) -> RouteMeter:
        """Return the meter of a route, such as `POST /v1/orders`, made on first use."""
        return self._routes.setdefault(name, RouteMeter())

    def refused(self, code: str) -> None:
        """Count one problem by its code."""
        self._refusals[code] = self._refusals.get(code, 0) + 1

    def exposition(self) -> bytes:
        """Return everything in the Prometheus text format 0.0.4."""
        return generate_latest(self._registry)

    def describe(self) -> Iterator[Metric]:
        """Name nothing ahead, so that registering does not already collect."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield the families; Prometheus' client calls this at each scrape."""
        replies = CounterMetricFamily("sealane_web_requests", "Replies sent.", labels=("route", "status"))
        times = HistogramMetricFamily("sealane_web_request_seconds", "Time to a reply.", labels=("route",))
        for name, meter in self._routes.items():
            for status, count in meter.replies.items():
                replies.add_metric((name, str(status)), count)
            bounds = [*map(str, _BOUNDS), "+Inf"]
            times.add_metric((name,), list(zip(bounds, accumulate(meter.buckets), strict=True)), meter.seconds)
        refusals = CounterMetricFamily("sealane_web_refusals", "Problems sent, by code.", labels=("code",))
        for code, count in self._refusals.items():
            refusals.add_metric((code,), count)
        decisions = CounterMetricFamily("sealane_risk_decisions", "Decisions made.", labels=("stage", "outcome"))
        for (stage, outcome), count in self.decisions.made.items():
            decisions.add_metric((stage, outcome), count)
        yield from (replies, times, refusals, decisions)
        for name, told, value in self._gauges():
            yield GaugeMetricFamily(name, told, value)

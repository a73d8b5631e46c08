"""Limits: how much one caller may ask of the door, so that a flood from one leaves the others alone."""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from math import ceil
from time import monotonic

from starlette.requests import Request

from sealane.model.errors import RateLimited

__all__ = ["Allowance", "Turnstile", "count_visit", "network_of"]

ROUNDING_SECONDS = 1e-6


class Allowance:
    """A token bucket for each caller: `rate` requests a second in the long run, `burst` at once after a pause.

    Kept as one number a caller, the time at which its bucket is full again (the generic cell rate algorithm). Full
    buckets are forgotten, so callers that went away cost nothing.
    """

    def __init__(
        self,
        rate: float,
        burst: float,
        *,
        callers: int = 20_000,
        clock: Callable[[], float] = monotonic,
        servers: Callable[[], int] = lambda: 1,
    ) -> None:
        """Give each caller its share of rate and burst: one of so many `servers` that calls are spread over."""
        self._interval = 1 / rate
        self._burst = burst
        self._servers = servers
        self._callers = callers
        self._clock = clock
        self._full_at: dict[str, float] = {}

    def take(self, caller: str) -> None:
        """Count one request of this caller.

        Raises:
            RateLimited: when its bucket is empty; says in how many seconds one request fits again.
        """
        now, servers = self._clock(), self._servers()
        full_at = max(self._full_at.get(caller, now), now)
        wait = full_at - now - max(self._burst - servers, 0) * self._interval
        if wait > ROUNDING_SECONDS:
            raise RateLimited(retry_after_seconds=ceil(wait))
        if len(self._full_at) >= self._callers and caller not in self._full_at:
            self._forget(now)
        self._full_at[caller] = full_at + self._interval * servers

    def _forget(self, now: float) -> None:
        """Drop full buckets; under an attack from more addresses than we track, the oldest half as well."""
        kept = {caller: full_at for caller, full_at in self._full_at.items() if full_at > now}
        if len(kept) >= self._callers:
            kept = dict(list(kept.items())[self._callers // 2 :])
        self._full_at = kept


class Turnstile:
    """At most so many requests of one caller at the same time, so that its queue never becomes everybody's."""

    def __init__(self, parallel: int) -> None:
        self._parallel = parallel
        self._inside: dict[str, int] = {}

    def enter(self, caller: str, places: int = 1) -> None:
        """Count the caller in; `leave` counts it out again.

        Raises:
            RateLimited: when too many of its requests are running.
        """
        taken = self._inside.get(caller, 0) + places
        if taken > self._parallel:
            raise RateLimited("Too many requests of your party are running at once.", retry_after_seconds=1)
        self._inside[caller] = taken

    def leave(self, caller: str, places: int = 1) -> None:
        """Give the places back."""
        left = self._inside[caller] - places
        if left:
            self._inside[caller] = left
        else:
            del self._inside[caller]


def network_of(address: str) -> str:
    """Return what one subscriber usually holds: an IPv4 address, or the first 64 bits of an IPv6 one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return address


def count_visit(request: Request, pages: str, burst_seconds: float) -> None:
    """Count one visit of this address to a group of public pages; each group has an allowance of its own.

    Raises:
        RateLimited: when the address comes too often.
    """
    state = request.app.state
    if not hasattr(state, "allowances"):
        state.allowances = {}
    rate = state.lane.settings.public_rate_per_second
    allowance: Allowance = state.allowances.setdefault(pages, Allowance(rate, rate * burst_seconds))
    allowance.take(network_of(request.client.host if request.client else ""))

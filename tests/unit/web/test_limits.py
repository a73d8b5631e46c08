import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.model.errors import RateLimited
from sealane.web.limits import Allowance, Turnstile, network_of


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_then_the_rate_holds() -> None:
    clock = Clock()
    allowance = Allowance(rate=2, burst=5, clock=clock)
    for _ in range(5):
        allowance.take("a")
    with pytest.raises(RateLimited) as refusal:
        allowance.take("a")
    assert refusal.value.retry_after_seconds == 1
    clock.now += 0.5
    allowance.take("a")
    with pytest.raises(RateLimited):
        allowance.take("a")


def test_one_caller_does_not_use_up_anothers_allowance() -> None:
    allowance = Allowance(rate=1, burst=1, clock=Clock())
    allowance.take("a")
    allowance.take("b")
    with pytest.raises(RateLimited):
        allowance.take("a")


@given(st.lists(st.floats(0, 3), max_size=200), st.integers(1, 20), st.integers(1, 20))
def test_no_more_than_burst_and_rate_ever_pass(pauses: list[float], rate: int, burst: int) -> None:
    clock = Clock()
    allowance = Allowance(rate=rate, burst=burst, clock=clock)
    passed = 0
    waits: list[int] = []
    for pause in pauses:
        clock.now += pause
        try:
            allowance.take("a")
            passed += 1
        except RateLimited as refusal:
            waits.append(refusal.retry_after_seconds or 0)
    assert all(wait >= 1 for wait in waits)
    assert passed <= burst + rate * (clock.now - Clock.now) + 1e-6


def test_waiting_as_told_is_enough() -> None:
    clock = Clock()
    allowance = Allowance(rate=0.3, burst=2, clock=clock)
    allowance.take("a")
    allowance.take("a")
    with pytest.raises(RateLimited) as refusal:
        allowance.take("a")
    assert refusal.value.retry_after_seconds is not None
    clock.now += refusal.value.retry_after_seconds
    allowance.take("a")


def test_memory_stays_bounded_under_many_callers() -> None:
    clock = Clock()
    allowance = Allowance(rate=0.001, burst=1, callers=100, clock=clock)
    for number in range(10_000):
        allowance.take(f"caller-{number}")
        assert len(allowance._full_at) <= 100
    with pytest.raises(RateLimited):
        allowance.take("caller-9999")


def test_full_buckets_are_forgotten_first() -> None:
    clock = Clock()
    allowance = Allowance(rate=1, burst=2, callers=3, clock=clock)
    allowance.take("old")
    clock.now += 10
    for caller in ("a", "b", "c"):
        allowance.take(caller)
    assert set(allowance._full_at) == {"a", "b", "c"}


def test_the_turnstile_holds_a_party_to_its_places() -> None:
    turnstile = Turnstile(3)
    turnstile.enter("a", 2)
    turnstile.enter("a")
    turnstile.enter("b")
    with pytest.raises(RateLimited):
        turnstile.enter("a")
    turnstile.leave("a", 2)
    turnstile.enter("a")
    turnstile.leave("a")
    turnstile.leave("a")
    turnstile.leave("b")
    assert not turnstile._inside


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", "::ffff:203.0.113.9"),
        ("somewhere", "somewhere"),
    ],
)
def test_an_address_stands_for_its_subscriber(address: str, network: str) -> None:
    assert network_of(address) == network


def test_servers_that_share_the_calls_share_the_limit() -> None:
    clock, servers = Clock(), [4]
    shares = [Allowance(rate=8, burst=40, clock=clock, servers=lambda: servers[0]) for _ in range(4)]

    def passed(allowance: Allowance) -> int:
        count = 0
        while True:
            try:
                allowance.take("a")
            except RateLimited:
                return count
            count += 1

    assert sum(map(passed, shares)) == 40
    clock.now += 10
    assert sum(map(passed, shares)) == 40
    servers[0] = 1
    clock.now += 1
    assert passed(shares[0]) >= 8

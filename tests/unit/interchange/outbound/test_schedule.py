from sealane.interchange.outbound.schedule import WAITS_SECONDS, next_attempt_us

HOUR = 3_600


def test_the_schedule_is_the_published_one() -> None:
    assert WAITS_SECONDS == (0, 5, 300, 1800, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
    waits = [next_attempt_us(n, 0, chance=lambda: 0.5) for n in range(1, 10)]
    assert waits == [round(seconds * 1_000_000) for seconds in WAITS_SECONDS[1:]]
    assert next_attempt_us(10, 0) is None


def test_jitter_spreads_a_pause_by_a_tenth_either_way() -> None:
    assert next_attempt_us(2, 0, chance=lambda: 0.0) == 270_000_000
    assert next_attempt_us(2, 0, chance=lambda: 1.0) == 330_000_000
    drawn = {next_attempt_us(2, 0) for _ in range(50)}
    assert len(drawn) > 40
    assert all(270_000_000 <= (each or 0) <= 330_000_000 for each in drawn)


def test_a_longer_pause_that_was_asked_for_is_kept_up_to_a_day() -> None:
    assert next_attempt_us(1, 7, asked_seconds=60, chance=lambda: 0.5) == 60_000_007
    assert next_attempt_us(1, 0, asked_seconds=1, chance=lambda: 0.5) == 5_000_000
    assert next_attempt_us(1, 0, asked_seconds=10**9, chance=lambda: 0.5) == 86_400_000_000

from sealane.interchange.inbox.breaker import FAILURES, REST_SECONDS, Breaker


def test_a_source_rests_after_failures_in_a_row_and_at_once_after_another() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    for _ in range(FAILURES - 1):
        breaker.failed("ups")
    assert breaker.resting() == frozenset()
    breaker.failed("ups")
    assert breaker.resting() == {"ups"}
    now[0] += REST_SECONDS
    assert breaker.resting() == frozenset()
    breaker.failed("ups")
    assert breaker.resting() == {"ups"}


def test_an_answer_in_between_starts_the_count_anew() -> None:
    breaker = Breaker(lambda: 0.0)
    for _ in range(FAILURES - 1):
        breaker.failed("ups")
    breaker.answered("ups")
    breaker.failed("ups")
    assert breaker.resting() == frozenset()

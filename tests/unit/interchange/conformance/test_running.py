import pytest

from receivers import Receiver
from sealane.interchange.conformance.running import run, summarise
from sealane.interchange.conformance.sending import Outgoing
from sealane.interchange.conformance.vectors import Vector
from sealane.model.errors import DependencyUnavailable

VECTORS = [
    Vector("good", "none", "accept", Outgoing(b"{}", {"webhook-id": "good"})),
    Vector("bad", "forgery", "refuse", Outgoing(b"{}", {"webhook-id": "bad"})),
    Vector("weak", "tampering", "weak", Outgoing(b"{}", {"webhook-id": "weak"})),
]


@pytest.mark.parametrize(
    ("statuses", "verdicts"),
    [
        ({"good": 200, "bad": 401, "weak": 200}, ["passed", "passed", "passed"]),
        ({"good": 200, "bad": 200, "weak": 422}, ["passed", "failed", "passed"]),
        ({"good": 400, "bad": 500, "weak": 500}, ["failed", "failed", "failed"]),
        ({"good": 302, "bad": 302, "weak": 302}, ["failed", "failed", "failed"]),
    ],
)
def test_answers_are_judged_by_their_status(statuses: dict[str, int], verdicts: list[str]) -> None:
    told: list[str] = []
    with Receiver(lambda headers, _: statuses[headers["webhook-id"]]) as receiver:
        results = run(receiver.url, VECTORS, lambda result: told.append(result.name))
    assert [each.verdict for each in results] == verdicts
    assert told == ["good", "bad", "weak"]
    summary = summarise("stripe", "B", results)
    assert (summary.passed, summary.failed) == (verdicts.count("passed"), verdicts.count("failed"))
    assert summary.claims == (statuses["weak"] == 200)


def test_nobody_at_the_address_is_no_result() -> None:
    with pytest.raises(DependencyUnavailable):
        run("http://127.0.0.1:9/", VECTORS)

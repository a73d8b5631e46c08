import msgspec
import pytest

from sealane.supervision.incidents.record import Incident, IncidentRequest, Sending

BODY = b"""{"title": "Export left open", "kind": "breach", "country": "PT", "regimes": ["gdpr", "nis2"],
 "moments": {"occurred": "2026-11-20T08:00:00Z", "aware": "2026-11-22T09:30:00Z"},
 "impact": {"people": 1200, "data": ["name", "email"], "is_high_risk": true}}"""


def test_the_example_of_the_docstring_is_read() -> None:
    request = msgspec.json.decode(BODY, type=IncidentRequest)
    assert (request.regimes, request.impact.people) == (("gdpr", "nis2"), 1200)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"breach"', b'"fire"'), (b'"PT"', b'"XX"'), (b"30:00Z", b"30:00"), (b"1200", b"-1"), (b'"gdpr"', b'"gdpr2"')],
)
def test_what_does_not_exist_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(BODY.replace(old, new), type=IncidentRequest)


def test_first_and_last_sending_are_told_apart() -> None:
    sent = (Sending("dora", "intermediate", 5), Sending("dora", "intermediate", 9), Sending("dora", "initial", 1))
    incident = Incident("inc_1", "pty_1", "t", "outage", "DE", ("dora",), {}, sent=sent)
    assert (incident.first_sent("dora", "intermediate"), incident.last_sent("dora", "intermediate")) == (5, 9)
    assert incident.last_sent("nis2", "notice") is None

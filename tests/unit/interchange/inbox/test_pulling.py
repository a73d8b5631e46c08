import pytest

from sealane.interchange.inbox.pulling import Puller
from sealane.interchange.inbox.source import SOURCES
from sealane.model.clock import from_micros
from sealane.model.errors import DependencyUnavailable, NotPermitted
from sealane.model.event import EventRequest


def claim(number: str) -> EventRequest:
    return EventRequest(id="e", kind="consignment.delivered", occurred_at=from_micros(1), tracking_number=number)


def test_a_source_without_an_api_cannot_be_asked() -> None:
    with pytest.raises(DependencyUnavailable):
        Puller().confirms(SOURCES["adyen"], claim("1"), "key")


def test_an_api_that_does_not_answer_is_not_a_no() -> None:
    puller = Puller("http://127.0.0.1:1")
    with pytest.raises(DependencyUnavailable):
        puller.confirms(SOURCES["ups"], claim("1"), "key")


def test_an_id_from_a_message_stays_one_part_of_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def refuse(host: str, port: int = 443) -> str:
        asked.append(host)
        raise NotPermitted

    monkeypatch.setattr("sealane.interchange.inbox.pulling.public_address", refuse)
    with pytest.raises(NotPermitted):
        Puller().confirms(SOURCES["ups"], claim("../../@evil.example/?x="), "key")
    assert asked == ["onlinetools.ups.com"]

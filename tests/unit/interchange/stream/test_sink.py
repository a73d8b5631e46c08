"""Notices reach the topic, each order's in its order; what is wrong or away is told."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from brokers import broker, records
from sealane.interchange.stream import sink
from sealane.interchange.stream.notice import SCHEMA, Streamed
from sealane.interchange.stream.sink import open_sink
from sealane.model.errors import DependencyUnavailable, Misconfigured

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def notices(count: int) -> list[Streamed]:
    return [
        Streamed(number, "event.recorded", f"ord_{number % 3}", NOW, msgspec.Raw(b'{"n":%d}' % number))
        for number in range(1, count + 1)
    ]


def test_each_order_keeps_its_order() -> None:
    with broker() as address:
        open_sink(f"kafka://{address}/lane", "").send(notices(30))
        found = records(address, "lane", 30)
    by_key: dict[bytes, list[int]] = {}
    places: dict[bytes, set[int]] = {}
    for partition, key, value, headers in found:
        by_key.setdefault(key, []).append(msgspec.json.decode(value)["number"])
        places.setdefault(key, set()).add(partition)
        assert headers["schema"] == SCHEMA.encode()
    assert sorted(by_key) == [b"ord_0", b"ord_1", b"ord_2"]
    assert all(numbers == sorted(numbers) for numbers in by_key.values())
    assert all(len(partitions) == 1 for partitions in places.values())


def test_brokers_that_are_away_take_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sink, "PATIENCE_SECONDS", 0.2)
    with pytest.raises(DependencyUnavailable, match="brokers"):
        open_sink("kafka://127.0.0.1:1/lane", "").send(notices(2))


@pytest.mark.parametrize("setting", ["one:9092/lane", "kafka://one:9092", "kafka:///lane", "http://one/lane"])
def test_what_names_no_topic_is_refused(setting: str) -> None:
    with pytest.raises(Misconfigured, match="topic"):
        open_sink(setting, "")


def test_further_settings_come_from_a_file(tmp_path: Path) -> None:
    options = tmp_path / "kafka.json"
    options.write_text('{"no.such.setting": 1}')
    with pytest.raises(Misconfigured, match=r"no\.such\.setting"):
        open_sink("kafka://one:9092/lane", str(options))
    options.write_text("[")
    with pytest.raises(Misconfigured, match="JSON"):
        open_sink("kafka://one:9092/lane", str(options))

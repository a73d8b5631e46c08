"""What becomes known reaches a Kafka topic: at least once, and after a stop from where it broke off."""

from pathlib import Path

import msgspec

from brokers import broker, records
from orders import event, order
from sealane.app import Sealane
from sealane.settings import load_settings


def test_every_notice_of_an_order_reaches_the_topic(tmp_path: Path) -> None:
    with broker() as address:
        flags = {"data_dir": str(tmp_path / "lane"), "stream": f"kafka://{address}/lane", "model": "scorecard"}
        settings, _ = load_settings(flags, environment={})
        with Sealane.open(settings) as lane:
            placed = lane.place(order(reference="SO-1"))
            lane.report(event("payment.captured", order=placed.order_id))
            found = [msgspec.json.decode(value) for _, _, value, _ in records(address, "lane", 2)]
        with Sealane.open(settings) as lane:
            later = lane.place(order(reference="SO-2"))
            again = [msgspec.json.decode(value) for _, _, value, _ in records(address, "lane", 3)]
    assert [each["kind"] for each in found] == ["order.decided", "event.recorded"]
    assert {each["order_id"] for each in found} == {placed.order_id}
    assert found[0]["body"] == msgspec.json.decode(msgspec.json.encode(placed.decision))
    assert len({each["number"] for each in again}) == len(again)
    assert later.order_id in {each["order_id"] for each in again}

"""Where things happened: kilometres from what carriers scanned, without anybody's door in the clear."""

import json
import struct
from pathlib import Path
from typing import Any

import sealane
from orders import event, order
from sealane.storage import orderbook

LISBON: dict[str, Any] = {"country": "PT", "postcode": "1100-053", "lat": 38.712345, "lon": -9.133456}
PORTO: dict[str, Any] = {"country": "PT", "postcode": "4050-036", "lat": 41.148765, "lon": -8.610987}
MOVED = {"lines": ["Rua do Almada 5"], "postcode": "4050-036", "city": "Porto", "country": "PT", "name": "Ana Silva"}


def told(lane: sealane.Sealane, kind: str, order_id: str, **attributes: Any) -> Any:
    return lane.report(json.dumps(event(kind, order=order_id, attributes=attributes)).encode())


def test_a_reroute_knows_how_far_it_goes_from_scans_of_other_parcels(tmp_path: Path) -> None:
    with sealane.open(tmp_path) as lane:
        for place in (LISBON, PORTO):
            other = lane.place(json.dumps(order()).encode())
            told(lane, "consignment.delivered", other.order_id, location=place)
        made = lane.place(json.dumps(order()).encode())
        decision = told(lane, "consignment.reroute_requested", made.order_id, new_address=MOVED).decision
        with lane.rooms.database.reader() as conn:
            known = {each.name: each for each in lane.rooms.risk.explanation(conn, decision.decision_id).signals}
            points = {each.point for each in orderbook.events(conn, other.order_id)}
        assert (known["new_place_km"].value, known["new_place_km"].unit) == (270, "km")
        assert points == {"41.1,-8.6"}
    stored = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"41.1,-8.6" in stored
    for place in (LISBON, PORTO):
        for exact in (place["lat"], place["lon"]):
            assert str(exact).encode() not in stored
            assert struct.pack(">d", exact) not in stored, "as MessagePack writes it"

from pathlib import Path

import pytest
from msgspec.structs import replace

from sealane.interchange.inbox.box import Box
from sealane.interchange.inbox.endpoints import Safe
from sealane.interchange.inbox.store import MessageRow
from sealane.keys.ring import KeyRing
from sealane.model.clock import from_micros
from sealane.model.errors import Conflict, EnvelopeInvalid, NotFound
from sealane.model.event import EventRequest
from sealane.storage.database import Database


def test_a_message_waits_sealed_until_it_counts(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "lane")
    try:
        box = Box(Safe(KeyRing.open(tmp_path / "lane", root_key="ab" * 32)))
        event = EventRequest(id="e1", kind="consignment.delivered", occurred_at=from_micros(1), tracking_number="TRK1")
        row = MessageRow("msg_1", "hook_1", "mer_1", "ups", "e1", "consignment.delivered", "claimed", None, "ord_1",
                         None, 0, 10, 5)  # fmt: skip
        sealed = box.hold(row, event)
        assert b"TRK1" not in (sealed.held or b"")
        assert box.held(sealed) == event
        for wrong in (row, replace(sealed, message_id="msg_2")):
            with pytest.raises(EnvelopeInvalid):
                box.held(wrong)
        database.run(lambda tx: box.add(tx, sealed))
        assert database.run(lambda tx: box.has_come(tx, "hook_1", "e1"))
        assert database.run(lambda tx: box.waiting(tx, "msg_1", "claimed")) == sealed
        with pytest.raises(Conflict):
            database.run(lambda tx: box.waiting(tx, "msg_1", "unmatched"))
        with pytest.raises(NotFound):
            database.run(lambda tx: box.find(tx, "msg_1", "mer_2"))
        with database.reader() as conn:
            assert box.due(conn, 10, 5) == box.page(conn, "mer_1", after=(9, ""), limit=5) == [sealed]
            assert box.due(conn, 10, 5, {"ups"}) == box.page(conn, "mer_2", after=(9, ""), limit=5) == []
        assert database.run(lambda tx: box.corroborate(tx, "ord_1", "consignment.delivered")) == 1
        database.run(lambda tx: box.change(tx, replace(row, state="confirmed")))
        assert database.run(lambda tx: box.find(tx, "msg_1")).state == "confirmed"
    finally:
        database.close()

from pathlib import Path

import pytest

from sealane.interchange import Interchange, MessageRow
from sealane.keys.ring import KeyRing
from sealane.model.clock import system_clock
from sealane.model.errors import NotFound
from sealane.storage.database import Database


def test_the_room_has_one_key_for_receipts_and_knows_closed_endpoints(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "lane")
    try:
        room = Interchange(database, KeyRing.open(tmp_path / "lane", root_key="ab" * 32), system_clock)
        assert room.receipts.jwk["kid"] == room.receipts.key_id
        gone = MessageRow("msg_1", "hook_1", "mer_1", "ups", "e", None, "claimed", None, None, b"", 0, None, 1)
        with pytest.raises(NotFound):
            room.endpoint_of(gone)
        room.wake()
    finally:
        database.close()

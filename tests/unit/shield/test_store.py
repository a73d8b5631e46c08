from pathlib import Path

from orders import order
from sealane.app import Sealane
from sealane.settings import Settings
from sealane.shield.store import Stored, add_key, add_notice, end_notice, find_notice, is_known_number, keys


def test_only_a_number_of_a_stored_consignment_is_known(tmp_path: Path) -> None:
    with Sealane.open(Settings(data_dir=str(tmp_path / "lane"))) as lane:
        lane.place(order(consignments__0__tracking_number="RB123456785GB"))
        with lane.rooms.database.reader() as conn:
            assert is_known_number(conn, ["nothing", "RB123456785GB"])
            assert not is_known_number(conn, ["RB123456785G", "", "%"])
            assert not is_known_number(conn, [])


def test_a_notice_and_a_key_are_found_again_inside_and_outside_a_flow(tmp_path: Path) -> None:
    with Sealane.open(Settings(data_dir=str(tmp_path / "lane"))) as lane:
        database = lane.rooms.database
        database.run(lambda tx: add_notice(tx, "n" * 22, "mer_1", "cns_1", ("a.b.c", 5)))
        database.run(lambda tx: add_key(tx, "kid", b"\x01" * 32, "ent_1"))
        assert database.run(lambda tx: find_notice(tx, "n" * 22)) == Stored("a.b.c", "mer_1", None)
        database.run(lambda tx: end_notice(tx, "n" * 22, "withdrawn"))
        database.run(lambda tx: end_notice(tx, "n" * 22, "spent"))
        with database.reader() as conn:
            assert find_notice(conn, "n" * 22) == Stored("a.b.c", "mer_1", "withdrawn")
            assert find_notice(conn, "other") is None
            assert keys(conn) == {"kid": (b"\x01" * 32, "ent_1")}

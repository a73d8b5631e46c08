from pathlib import Path

from orders import order
from sealane.app import Sealane
from sealane.settings import Settings
from sealane.shield.store import is_known_number


def test_only_a_number_of_a_stored_consignment_is_known(tmp_path: Path) -> None:
    with Sealane.open(Settings(data_dir=str(tmp_path / "lane"))) as lane:
        lane.place(order(consignments__0__tracking_number="RB123456785GB"))
        with lane.rooms.database.reader() as conn:
            assert is_known_number(conn, ["nothing", "RB123456785GB"])
            assert not is_known_number(conn, ["RB123456785G", "", "%"])
            assert not is_known_number(conn, [])

"""A folder that the release before wrote: this one opens it, keeps what is in it, and goes on."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from orders import order
from sealane.app import Sealane
from sealane.model.errors import Misconfigured
from sealane.settings import Settings
from sealane.storage.schema import shipped

LATER = {21: "risk_pending", 22: "stream_sent"}
"""The tables of migrations that the release before did not know."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with orders, its schema as the release before had it."""
    folder = tmp_path / "lane"
    with Sealane.open(Settings(data_dir=str(folder), model="scorecard")) as lane:
        lane.checkout(order("SO-before"))
    with closing(sqlite3.connect(folder / "sealane.db")) as connection, connection:
        for number, table in LATER.items():
            connection.execute(f"DROP TABLE {table}")
            connection.execute("DELETE FROM migrations WHERE number = ?", (number,))
    return folder


def test_what_the_release_before_wrote_is_brought_up_and_goes_on(folder: Path) -> None:
    with Sealane.open(Settings(data_dir=str(folder), model="scorecard")) as lane:
        again, fresh = lane.place(order("SO-before")), lane.place(order("SO-after"))
        with lane.rooms.database.reader() as conn:
            applied = [number for (number,) in conn.execute("SELECT number FROM migrations ORDER BY number")]
            stored = dict(conn.execute("SELECT reference, order_id FROM orders"))
        assert applied == [each.number for each in shipped()]
        assert stored == {"SO-before": again.order_id, "SO-after": fresh.order_id}


def test_the_release_before_refuses_what_this_one_wrote(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Sealane.open(Settings(data_dir=str(folder), model="scorecard")):
        pass
    former = tuple(each for each in shipped() if each.number not in LATER)
    monkeypatch.setattr("sealane.storage.database.shipped", lambda: former)
    with pytest.raises(Misconfigured, match="A newer Sealane wrote the database") as refusal:
        Sealane.open(Settings(data_dir=str(folder), model="scorecard"))
    assert "Install the release that wrote it" in refusal.value.advice

"""The rule book's rows: the newest published version rules."""

from sealane.risk.rulebook import store
from sealane.risk.rulebook.entries import Published
from sealane.storage.database import Database


def test_the_newest_published_version_is_live(database: Database) -> None:
    for number, named in enumerate(("aa", "bb")):
        database.run(lambda tx, named=named, at=number: store.propose(tx, Published(named, "1", "ana", at)))
    with database.reader() as conn:
        assert store.live_hash(conn) is None
    for at, named in enumerate(("bb", "aa"), 1):
        database.run(lambda tx, named=named, at=at: store.publish(tx, named, "rui", at))
        with database.reader() as conn:
            assert store.live_hash(conn) == named
            assert [one.hash for one in store.rulesets(conn)] == ["bb", "aa"]

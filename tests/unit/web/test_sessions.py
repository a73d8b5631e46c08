from collections.abc import Iterator
from pathlib import Path

import pytest

from sealane.model.errors import NotAuthenticated, NotPermitted
from sealane.storage.database import Database
from sealane.web import sessions

MINUTE_US = 60_000_000


class Clock:
    def __init__(self) -> None:
        self.now_us = 1_790_000_000_000_000

    def __call__(self) -> int:
        return self.now_us


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Iterator[Database]:
    database = Database.open(tmp_path / "lane", clock=clock)
    yield database
    database.close()


def test_a_link_opens_one_session(database: Database, clock: Clock) -> None:
    secret = database.run(sessions.issue_link)
    cookie = database.run(lambda tx: sessions.open_session(tx, secret))
    with database.reader() as conn:
        session = sessions.find(conn, cookie, clock.now_us)
    assert session is not None
    assert session.expires_us - session.created_us == sessions.SESSION_SECONDS * 1_000_000
    with pytest.raises(NotAuthenticated, match="used before"):
        database.run(lambda tx: sessions.open_session(tx, secret))


def test_a_link_is_over_after_fifteen_minutes(database: Database, clock: Clock) -> None:
    secret = database.run(sessions.issue_link)
    clock.now_us += 15 * MINUTE_US + 10
    with pytest.raises(NotAuthenticated):
        database.run(lambda tx: sessions.open_session(tx, secret))


def test_a_session_ends_by_itself_and_by_signing_out(database: Database, clock: Clock) -> None:
    first = database.run(lambda tx: sessions.open_session(tx, sessions.issue_link(tx)))
    second = database.run(lambda tx: sessions.open_session(tx, sessions.issue_link(tx)))
    database.run(lambda tx: sessions.close(tx, first))
    database.run(lambda tx: sessions.close(tx, first))
    with database.reader() as conn:
        assert sessions.find(conn, first, clock.now_us) is None
        assert sessions.find(conn, second, clock.now_us) is not None
        assert sessions.find(conn, second, clock.now_us + sessions.SESSION_SECONDS * 1_000_001) is None
        assert sessions.find(conn, "", clock.now_us) is None


def test_what_is_over_is_swept_out_with_the_next_link(database: Database, clock: Clock) -> None:
    database.run(lambda tx: sessions.open_session(tx, sessions.issue_link(tx)))
    database.run(sessions.issue_link)
    clock.now_us += sessions.SESSION_SECONDS * 1_000_001
    database.run(sessions.issue_link)
    with database.reader() as conn:
        assert conn.execute("SELECT count(*) FROM console_session").fetchone() == (0,)
        assert conn.execute("SELECT count(*) FROM console_link").fetchone() == (1,)


def test_no_secret_is_in_the_database(database: Database, tmp_path: Path) -> None:
    secret = database.run(sessions.issue_link)
    other = database.run(sessions.issue_link)
    cookie = database.run(lambda tx: sessions.open_session(tx, other))
    stored = b"".join(path.read_bytes() for path in (tmp_path / "lane").rglob("*") if path.is_file())
    for text in (secret, other, cookie):
        assert text.encode() not in stored
        assert text.partition("_")[2].encode() not in stored


def test_a_forged_form_is_refused() -> None:
    sessions.check_csrf("cf_1", "cf_1")
    for given in ("", "cf_2", "cf_\u00e9"):
        with pytest.raises(NotPermitted):
            sessions.check_csrf("cf_1", given)
    with pytest.raises(NotPermitted):
        sessions.check_csrf("", "")

import threading

import pytest

from sealane.model.errors import DependencyUnavailable, Misconfigured
from sealane.storage.postgres.keystore import connect_keys
from sealane.storage.postgres.session import Session


def test_a_text_is_kept_only_in_the_place_of_the_known_one(address: str) -> None:
    keys, other = connect_keys(address), connect_keys(address)
    assert keys.load() is None
    assert keys.save("first", None)
    assert not other.save("second", None)
    assert other.save("second", "first")
    assert not keys.save("third", "first")
    assert keys.load() == "second"
    keys.close()
    other.close()


def test_one_after_another_makes_what_is_missing(address: str) -> None:
    keys, other = connect_keys(address), connect_keys(address)
    reached = threading.Event()

    def wait() -> None:
        with other.alone():
            reached.set()

    with keys.alone():
        thread = threading.Thread(target=wait)
        thread.start()
        assert not reached.wait(0.2)
    assert reached.wait(5)
    thread.join()
    keys.close()
    other.close()


def test_a_connection_lost_between_two_transactions_is_made_anew(address: str) -> None:
    keys = connect_keys(address)
    keys.save("text", None)
    other = Session(address)
    other.execute("SELECT pg_terminate_backend(?)", (keys._connection.info.backend_pid,))
    other.close()
    assert keys.load() == "text"
    keys.execute("BEGIN IMMEDIATE")
    keys._connection.close()
    keys.execute("BEGIN IMMEDIATE")
    keys.execute("COMMIT")
    keys.close()


def test_a_server_that_is_away_is_named(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Misconfigured, match="does not answer") as refusal:
        connect_keys("postgresql://nobody@127.0.0.1:1/none")
    assert "keys_database" in refusal.value.advice
    keys = connect_keys(address)
    keys._connection.close()
    monkeypatch.setattr(keys, "_url", "postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(DependencyUnavailable, match="keys"):
        keys.load()

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sealane.keys.ring import KeyRing
from sealane.model.errors import DependencyUnavailable, EnvelopeInvalid, Erased, Misconfigured
from sealane.vault.datakeys import BLOCK, DataKeys
from vaults import ROOT_KEY


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.open(tmp_path, root_key=ROOT_KEY)


@pytest.fixture
def keys(tmp_path: Path, ring: KeyRing) -> Iterator[DataKeys]:
    opened = DataKeys.open(tmp_path, ring, used=0)
    yield opened
    opened.close()


def rows(folder: Path) -> int:
    connection = sqlite3.connect(folder / "vault-keys.db")
    try:
        return int(connection.execute("SELECT count(*) FROM data_key").fetchone()[0])
    finally:
        connection.close()


def change(folder: Path, sql: str, **values: int) -> None:
    connection = sqlite3.connect(folder / "vault-keys.db")
    with connection:
        connection.execute(sql, values)
    connection.close()


def test_numbers_are_given_out_once_and_keys_are_durable_before(tmp_path: Path, keys: DataKeys) -> None:
    taken = [keys.take("pii") for _ in range(3 * BLOCK)]
    assert len({number for number, _ in taken}) == 3 * BLOCK
    assert rows(tmp_path) >= 3 * BLOCK
    for number, key in taken[:: BLOCK // 2]:
        assert keys.find(number).open(key.seal(b"x", b""), b"") == b"x"


def test_two_kinds_share_no_number_and_no_wrapping_key(tmp_path: Path, keys: DataKeys) -> None:
    pii, card = keys.take("pii")[0], keys.take("card")[0]
    assert pii != card
    change(tmp_path, "UPDATE data_key SET kind = 'card' WHERE number = :pii", pii=pii)
    with pytest.raises(EnvelopeInvalid):
        keys.find(pii)


def test_the_next_block_is_made_before_the_last_is_used_up(keys: DataKeys) -> None:
    for _ in range(BLOCK // 2 + 2):
        keys.take("pii")
    deadline = time.monotonic() + 10
    while len(keys._ready["pii"]) < BLOCK and time.monotonic() < deadline:
        time.sleep(0.001)
    assert len(keys._ready["pii"]) > BLOCK
    assert "data-keys" in {thread.name for thread in keys._fillers.values()}


def test_a_restart_deletes_what_nobody_took_and_never_gives_a_number_again(tmp_path: Path, ring: KeyRing) -> None:
    seen: set[int] = set()
    for _ in range(3):
        keys = DataKeys.open(tmp_path, ring, used=max(seen, default=0))
        for _ in range(5):
            number, _key = keys.take("pii")
            assert number not in seen
            seen.add(number)
        keys.close()
        assert rows(tmp_path) == len(seen)


def test_a_crash_leaves_keys_behind_that_are_never_given_out(tmp_path: Path, ring: KeyRing) -> None:
    crashed = DataKeys.open(tmp_path, ring, used=0)
    number, _key = crashed.take("pii")
    after = DataKeys.open(tmp_path, ring, used=number)
    assert after.take("pii")[0] > BLOCK
    after.close()
    crashed.close()


def test_an_older_copy_of_either_file_gives_no_number_again(tmp_path: Path, ring: KeyRing) -> None:
    keys = DataKeys.open(tmp_path, ring, used=0)
    first, _key = keys.take("pii")
    keys.close()
    older_data = DataKeys.open(tmp_path, ring, used=0)
    assert older_data.take("pii")[0] > first
    older_data.close()
    older_keys = DataKeys.open(tmp_path, ring, used=1_000_000)
    assert older_keys.take("pii")[0] > 1_000_000
    older_keys.close()


def test_a_deleted_key_is_erased(tmp_path: Path, keys: DataKeys) -> None:
    number, _key = keys.take("pii")
    change(tmp_path, "DELETE FROM data_key WHERE number = :number", number=number)
    with pytest.raises(Erased):
        keys.find(number)


def test_exchanged_keys_do_not_open(tmp_path: Path, keys: DataKeys) -> None:
    first, second = keys.take("pii")[0], keys.take("pii")[0]
    change(
        tmp_path,
        "UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE number = :second) WHERE number = :first",
        first=first,
        second=second,
    )
    with pytest.raises(EnvelopeInvalid):
        keys.find(first)
    keys.find(second)


def test_keys_of_an_older_version_go_on_opening(keys: DataKeys, ring: KeyRing) -> None:
    number, key = keys.take("pii")
    ring.rotate("pii")
    assert keys.find(number).open(key.seal(b"x", b""), b"") == b"x"
    newer, newer_key = next(pair for pair in iter(lambda: keys.take("pii"), None) if pair[0] > BLOCK)
    assert keys.find(newer).open(newer_key.seal(b"y", b""), b"") == b"y"


def test_a_missing_file_is_refused_when_numbers_are_in_use(tmp_path: Path, ring: KeyRing) -> None:
    with pytest.raises(Misconfigured, match="missing although sealed data exist"):
        DataKeys.open(tmp_path, ring, used=7)
    assert not (tmp_path / "vault-keys.db").exists()


def test_a_full_disk_fails_the_caller_at_once_and_passes(tmp_path: Path, keys: DataKeys) -> None:
    keys.take("pii")
    pages = keys._keys.execute("PRAGMA page_count").fetchone()[0]
    keys._keys.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DependencyUnavailable, match="full"):
        keys.take("card")
    for _ in range(BLOCK - 1):
        keys.take("pii")
    with pytest.raises(DependencyUnavailable):
        keys.take("pii")
    keys._keys.execute("PRAGMA max_page_count = 1000000")
    keys.take("pii")


def test_closing_is_repeatable_and_final(keys: DataKeys) -> None:
    keys.take("pii")
    keys.close()
    keys.close()
    with pytest.raises(DependencyUnavailable, match="closed"):
        keys.take("pii")


def test_any_thread_may_look_while_keys_are_made(keys: DataKeys) -> None:
    number, key = keys.take("pii")
    sealed = key.seal(b"x", b"")
    opened: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: opened.extend(keys.find(number).open(sealed, b"") for _ in range(50)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for _ in range(2 * BLOCK):
        keys.take("pii")
    for thread in threads:
        thread.join()
    assert opened == [b"x"] * 200

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sealane.keys.ring import KeyRing
from sealane.keys.sealing import wrap
from sealane.model.errors import DependencyUnavailable, EnvelopeInvalid, Erased, Misconfigured
from sealane.vault import store
from sealane.vault.datakeys import FIRST_BLOCK, LARGEST_BLOCK, DataKeys
from vaults import MERCHANT, ROOT_KEY, Lane


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


def held(folder: Path) -> list[store.KeyRow]:
    with closing(sqlite3.connect(folder / "vault-keys.db")) as connection:
        rows = connection.execute("SELECT number, kind, kek_version, wrapped, tenant FROM data_key ORDER BY number")
        return [store.KeyRow(*row) for row in rows]


def change(folder: Path, sql: str, **values: int) -> None:
    connection = sqlite3.connect(folder / "vault-keys.db")
    with connection:
        connection.execute(sql, values)
    connection.close()


def test_numbers_are_given_out_once_and_keys_are_durable_before(tmp_path: Path, keys: DataKeys) -> None:
    taken = [keys.take("pii", MERCHANT) for _ in range(3 * LARGEST_BLOCK)]
    assert len({number for number, _ in taken}) == 3 * LARGEST_BLOCK
    assert rows(tmp_path) >= 3 * LARGEST_BLOCK
    for number, key in taken[:: LARGEST_BLOCK // 2]:
        assert keys.find(number).open(key.seal(b"x", b""), b"") == b"x"


def test_two_kinds_share_no_number_and_no_wrapping_key(tmp_path: Path, keys: DataKeys) -> None:
    pii, card = keys.take("pii", MERCHANT)[0], keys.take("card", MERCHANT)[0]
    assert pii != card
    change(tmp_path, "UPDATE data_key SET kind = 'card' WHERE number = :pii", pii=pii)
    with pytest.raises(EnvelopeInvalid):
        keys.find(pii)


def test_the_next_block_is_larger_and_made_before_the_last_is_used_up(keys: DataKeys) -> None:
    for _ in range(FIRST_BLOCK // 2 + 1):
        keys.take("pii", MERCHANT)
    pool = keys._pools["pii", MERCHANT]
    deadline = time.monotonic() + 10
    while len(pool.ready) < 2 * FIRST_BLOCK and time.monotonic() < deadline:
        time.sleep(0.001)
    assert len(pool.ready) == 2 * FIRST_BLOCK + FIRST_BLOCK // 2 - 1
    assert pool.block == 4 * FIRST_BLOCK


def test_each_tenant_has_a_wrapping_key_of_its_own(tmp_path: Path, keys: DataKeys, ring: KeyRing) -> None:
    number, key = keys.take("pii", "mer_1")
    other, _ = keys.take("pii", "mer_2")
    assert keys.find(number).open(key.seal(b"x", b""), b"") == b"x"
    (row,) = (each for each in held(tmp_path) if each.number == number)
    place = f"sealane data key pii mer_1 {number}".encode()
    for kek in (ring.kek("pii"), ring.kek("pii").derive(b"sealane tenant key mer_2")):
        with pytest.raises(EnvelopeInvalid):
            kek.open(row.wrapped, place)
    assert ring.kek("pii").derive(b"sealane tenant key mer_1").open(row.wrapped, place)
    change(tmp_path, "UPDATE data_key SET tenant = 'mer_1' WHERE number = :other", other=other)
    with pytest.raises(EnvelopeInvalid):
        keys.find(other)


def test_keys_of_an_earlier_release_open_and_come_under_their_tenant(lane: Lane) -> None:
    seal = lane.seal()
    keys, kek = lane.vault._keys, lane.ring.kek("pii")
    ((number,),) = lane.query("SELECT key_number FROM vault_subject")
    older = []
    for row in held(lane.folder):
        place = f"sealane data key pii {row.number}".encode()
        older.append(row._replace(tenant="", wrapped=wrap(kek, keys.find(row.number), place)))
    with store.writing(keys._keys):
        store.replace_keys(keys._keys, older)
    lane.vault._subjects._recent.clear()
    assert lane.reveal(seal.record_id, "/shopper/email") == {"/shopper/email": "ana@example.com"}
    lane.vault.rotation.begin(["pii"])
    lane.vault.rotation.upkeep.run()
    assert lane.reveal(seal.record_id, "/shopper/email") == {"/shopper/email": "ana@example.com"}
    after = {row.number: row for row in held(lane.folder)}
    assert {row.kek_version for row in after.values()} == {2}
    assert after.pop(number).tenant == MERCHANT
    assert {row.tenant for row in after.values()} == {""}, "nobody's, so nobody's tenant is known"


def test_a_restart_deletes_what_nobody_took_and_never_gives_a_number_again(tmp_path: Path, ring: KeyRing) -> None:
    seen: set[int] = set()
    for _ in range(3):
        keys = DataKeys.open(tmp_path, ring, used=max(seen, default=0))
        for _ in range(5):
            number, _key = keys.take("pii", MERCHANT)
            assert number not in seen
            seen.add(number)
        keys.close()
        assert rows(tmp_path) == len(seen)


def test_a_crash_leaves_keys_behind_that_are_never_given_out(tmp_path: Path, ring: KeyRing) -> None:
    crashed = DataKeys.open(tmp_path, ring, used=0)
    number, _key = crashed.take("pii", MERCHANT)
    after = DataKeys.open(tmp_path, ring, used=number)
    assert after.take("pii", MERCHANT)[0] > FIRST_BLOCK
    after.close()
    crashed.close()


def test_an_older_copy_of_either_file_gives_no_number_again(tmp_path: Path, ring: KeyRing) -> None:
    keys = DataKeys.open(tmp_path, ring, used=0)
    first, _key = keys.take("pii", MERCHANT)
    keys.close()
    older_data = DataKeys.open(tmp_path, ring, used=0)
    assert older_data.take("pii", MERCHANT)[0] > first
    older_data.close()
    older_keys = DataKeys.open(tmp_path, ring, used=1_000_000)
    assert older_keys.take("pii", MERCHANT)[0] > 1_000_000
    older_keys.close()


def test_a_deleted_key_is_erased(tmp_path: Path, keys: DataKeys) -> None:
    number, _key = keys.take("pii", MERCHANT)
    change(tmp_path, "DELETE FROM data_key WHERE number = :number", number=number)
    with pytest.raises(Erased):
        keys.find(number)


def test_exchanged_keys_do_not_open(tmp_path: Path, keys: DataKeys) -> None:
    first, second = keys.take("pii", MERCHANT)[0], keys.take("pii", MERCHANT)[0]
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
    number, key = keys.take("pii", MERCHANT)
    ring.rotate("pii")
    assert keys.find(number).open(key.seal(b"x", b""), b"") == b"x"
    newer, newer_key = next(pair for pair in iter(lambda: keys.take("pii", MERCHANT), None) if pair[0] > FIRST_BLOCK)
    assert keys.find(newer).open(newer_key.seal(b"y", b""), b"") == b"y"


def test_a_missing_file_is_refused_when_numbers_are_in_use(tmp_path: Path, ring: KeyRing) -> None:
    with pytest.raises(Misconfigured, match="missing although sealed data exist"):
        DataKeys.open(tmp_path, ring, used=7)
    assert not (tmp_path / "vault-keys.db").exists()


def test_a_full_disk_fails_the_caller_at_once_and_passes(tmp_path: Path, keys: DataKeys) -> None:
    keys.take("pii", MERCHANT)
    pages = keys._keys.execute("PRAGMA page_count").fetchone()[0]
    keys._keys.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DependencyUnavailable, match="full"):
        keys.take("card", MERCHANT)
    for _ in range(FIRST_BLOCK - 1):
        keys.take("pii", MERCHANT)
    with pytest.raises(DependencyUnavailable):
        keys.take("pii", MERCHANT)
    keys._keys.execute("PRAGMA max_page_count = 1000000")
    keys.take("pii", MERCHANT)


def test_closing_is_repeatable_and_final(keys: DataKeys) -> None:
    keys.take("pii", MERCHANT)
    keys.close()
    keys.close()
    with pytest.raises(DependencyUnavailable, match="closed"):
        keys.take("pii", MERCHANT)


def test_any_thread_may_look_while_keys_are_made(keys: DataKeys) -> None:
    number, key = keys.take("pii", MERCHANT)
    sealed = key.seal(b"x", b"")
    opened: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: opened.extend(keys.find(number).open(sealed, b"") for _ in range(50)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for _ in range(2 * LARGEST_BLOCK):
        keys.take("pii", MERCHANT)
    for thread in threads:
        thread.join()
    assert opened == [b"x"] * 200

"""The log as flows and doors use it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sealane.keys.signing import Signer
from sealane.model.errors import Erased, InvalidInput, Misconfigured, NotFound, ProofInvalid
from sealane.model.ids import new_id
from sealane.storage.database import Database, Transaction
from sealane.supervision import Log
from sealane.supervision.note import parse_vkey
from sealane.supervision.verify import verify_bundle, verify_content

Append = Callable[..., list[str]]
OpenLog = Callable[..., Log]


def test_an_entry_is_proven_with_key_and_bundle_alone(log: Log, append: Append, lane: Path) -> None:
    entry_id = append(log, 3)[1]
    proven = verify_bundle(log.prove(entry_id), (lane / "log" / "log.vkey").read_text().strip())
    assert (proven.entry.entry_id, proven.entry.kind, proven.index) == (entry_id, "order.decided", 1)
    assert proven.checkpoint == log.head().checkpoint
    assert log.checkpoint_text() == (lane / "log" / "checkpoint").read_bytes()
    assert log.public_key() == str(parse_vkey(log.public_key()))


def test_the_same_proof_has_the_same_bytes(log: Log, append: Append) -> None:
    entry_id = append(log, 5)[2]
    assert log.prove(entry_id) == log.prove(entry_id)


def test_time_order_and_kind_stand_in_the_leaf(log: Log, database: Database) -> None:
    order_id = new_id("ord")

    def flow(tx: Transaction) -> tuple[str, int]:
        return log.append(tx, "subject.erased", order_id=order_id, content=b""), tx.now_us

    entry_id, now_us = database.run(flow)
    entry = verify_bundle(log.prove(entry_id), log.public_key()).entry
    assert (entry.kind, entry.order_id) == ("subject.erased", order_id)
    assert entry.time.endswith(f"{now_us % 1_000_000:06}Z")


def test_an_entry_about_no_order_says_null(log: Log, database: Database) -> None:
    entry_id = database.run(lambda tx: log.append(tx, "key.rotated", order_id=None, content=b""))
    proven = verify_bundle(log.prove(entry_id), log.public_key())
    assert proven.entry.order_id is None
    assert json.loads(proven.leaf)["order"] is None


def test_the_content_shows_only_with_its_salt(log: Log, append: Append, database: Database, lane: Path) -> None:
    content = b'{"name":"Ana Silva","phone":"+351912345678"}'
    first, second = append(log, 2, content)
    entries = [verify_bundle(log.prove(entry_id), log.public_key()).entry for entry_id in (first, second)]
    assert entries[0].content != entries[1].content
    verify_content(entries[0], log.salt(first), content)
    with pytest.raises(ProofInvalid):
        verify_content(entries[0], log.salt(second), content)
    for path in (lane / "log").rglob("*"):
        assert path.is_dir() or b"Silva" not in path.read_bytes()
    database.run(lambda tx: tx.execute("DELETE FROM log_opening"))
    assert verify_bundle(log.prove(first), log.public_key()).entry == entries[0]
    with pytest.raises(Erased):
        log.salt(first)


def test_a_failing_flow_leaves_no_entry(log: Log, append: Append, database: Database) -> None:
    def flow(tx: Transaction) -> None:
        log.append(tx, "order.decided", order_id=None, content=b"")
        raise NotFound("no such order")

    with pytest.raises(NotFound):
        database.run(flow)
    with pytest.raises(InvalidInput):
        database.run(lambda tx: log.append(tx, "Not a kind", order_id=None, content=b""))
    entry_id = append(log, 1)[0]
    assert verify_bundle(log.prove(entry_id), log.public_key()).index == 0


def test_an_unknown_entry_is_not_found(log: Log) -> None:
    for ask in (log.prove, log.salt):
        with pytest.raises(NotFound):
            ask("ent_01kan6k3zw8t5q1r9v0m2c4d7e")


def test_close_publishes_the_rest_and_can_be_called_twice(log: Log, append: Append) -> None:
    log.start()
    append(log, 2)
    log.close()
    assert log.head().checkpoint.size == 2
    log.close()
    log.check()


def test_a_name_is_chosen_once_and_kept(open_log: OpenLog) -> None:
    name = open_log().head().checkpoint.origin
    assert name.startswith("sealane.local/")
    assert open_log().head().checkpoint.origin == name
    assert open_log(origin=name).public_key().startswith(f"{name}+")


def test_another_name_is_refused(open_log: OpenLog) -> None:
    open_log(origin="sealane.local/one")
    with pytest.raises(Misconfigured, match=r"called sealane\.local/one, not sealane\.local/two") as refusal:
        open_log(origin="sealane.local/two")
    assert refusal.value.advice == 'Set log_origin = "sealane.local/one", or leave it out.'


@pytest.mark.parametrize("origin", ["two words", "a+b", "a\nb"])
def test_an_impossible_name_is_refused_before_it_is_kept(open_log: OpenLog, origin: str) -> None:
    with pytest.raises(Misconfigured, match="no spaces and no plus signs"):
        open_log(origin=origin)
    assert open_log(origin="sealane.local/good").head().checkpoint.origin == "sealane.local/good"


def test_another_key_is_refused(open_log: OpenLog, lane: Path) -> None:
    open_log()
    with pytest.raises(Misconfigured, match=r"log\.vkey names the key"):
        open_log(signer=Signer.generate())
    (lane / "log" / "log.vkey").unlink()
    with pytest.raises(Misconfigured, match="not signed by the key"):
        open_log(signer=Signer.generate())


def damage_tile(folder: Path) -> None:
    path = folder / "tile" / "0" / "000"
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")


def damage_bundle(folder: Path) -> None:
    path = folder / "tile" / "entries" / "001.p" / "44"
    path.write_bytes(path.read_bytes().replace(b"decided", b"DECIDED", 1))


def damage_checkpoint(folder: Path) -> None:
    path = folder / "checkpoint"
    path.write_bytes(path.read_bytes().replace(b"\n300\n", b"\n299\n"))


def damage_key(folder: Path) -> None:
    (folder / "log.vkey").write_text("nothing\n")


def lose_tiles(folder: Path) -> None:
    shutil.rmtree(folder / "tile")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (damage_tile, "tile/0/000 differs at hash 255, level 0 of the tree: first entry under it 255"),
        (damage_bundle, r"tile/entries/001\.p/44 differs from the database at entry 256"),
        (damage_checkpoint, "the signature of .* does not fit"),
        (damage_key, "not a key line"),
        (lose_tiles, "tile/entries/000 is missing"),
    ],
)
def test_damaged_files_are_refused_at_the_start(
    log: Log, append: Append, open_log: OpenLog, lane: Path, damage: Callable[[Path], None], sentence: str
) -> None:
    append(log, 300)
    log.integrate()
    damage(lane / "log")
    with pytest.raises(Misconfigured, match=sentence) as refusal:
        open_log()
    assert refusal.value.advice


def test_a_changed_row_is_refused_at_the_start(log: Log, append: Append, open_log: OpenLog, database: Database) -> None:
    append(log, 300)
    log.integrate()
    database.run(lambda tx: tx.execute("UPDATE log_entry SET leaf = ? WHERE position = 5", (b"edited",)))
    with pytest.raises(Misconfigured, match="tile/entries/000 differs from the database at entry 4") as refusal:
        open_log()
    assert "backup" in refusal.value.advice


@pytest.mark.parametrize("change", ["CAST(leaf AS TEXT)", "5", "2.5"])
def test_a_leaf_turned_into_another_type_is_refused(
    log: Log, append: Append, open_log: OpenLog, database: Database, change: str
) -> None:
    append(log, 300)
    log.integrate()
    append(log, 1)
    edit = f"UPDATE log_entry SET leaf = {change} WHERE position = ?"  # noqa: S608 - the changes stand above
    database.run(lambda tx: tx.execute(edit, (301,)))
    with pytest.raises(ProofInvalid, match="entry 300 is no longer bytes"):
        log.integrate()
    database.run(lambda tx: tx.execute(edit, (5,)))
    with pytest.raises(Misconfigured, match="entry 4 is no longer bytes") as refusal:
        open_log()
    assert "backup" in refusal.value.advice


def test_a_folder_that_cannot_be_made_is_refused(database: Database, open_log: OpenLog, lane: Path) -> None:
    (lane / "log").write_bytes(b"a file in its place")
    with pytest.raises(Misconfigured, match="cannot be written"):
        open_log()

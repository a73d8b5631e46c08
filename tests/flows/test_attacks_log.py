"""Attacks on the log of a real server (rows 30 to 33 of the list) by whoever has its database, its key or its tiles."""

import hashlib
import random
import shutil
import sqlite3
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

import sealane
from orders import order
from running import Server
from sealane.model.errors import InvalidInput, Misconfigured, ProofInvalid
from sealane.supervision.audit import audit
from sealane.supervision.checkpoint import open_checkpoint
from sealane.supervision.commitment.fields import commit, commit_whole
from sealane.supervision.folder import LogFolder
from sealane.supervision.note import parse_vkey
from sealane.supervision.verify import verify_bundle
from witnessing import WitnessProcess, start_witness

ORDERS = 6
NAME, PHONE = "Ana Silva", "+351912345678"


class Scene:
    """A server with some orders, its proofs as they were before any attack, and a witness that never heard of it."""

    def __init__(self, server: Server, root: Path) -> None:
        self.server, self.root = server, root
        self.shop = server.party("merchant")["api_key"]
        self.answers = [server.post("/v1/orders", order(), self.shop).json() for _ in range(ORDERS)]
        self.bundles = [self.bundle(each["log_entry"]) for each in self.answers]
        self.key = (server.folder / "log" / "log.vkey").read_text("utf-8").strip()

    def bundle(self, entry: str) -> bytes:
        answer = self.server.get(f"/v1/log/entries/{entry}/proof", self.shop)
        assert answer.status_code == 200, answer.text
        return answer.content

    def size(self) -> int:
        return int(self.server.get("/log/checkpoint").text.split("\n")[1])

    def published(self, name: str) -> Path:
        """Return a copy of what is published, with the bytes that go over HTTP."""
        copy = shutil.copytree(self.server.folder / "log", self.root / name)
        size = int((copy / "checkpoint").read_text("utf-8").split("\n")[1])
        for path in (f"tile/0/000.p/{size}", f"tile/entries/000.p/{size}"):
            assert (copy / path).read_bytes() == self.server.get(f"/log/{path}").content
        return copy


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    root = tmp_path_factory.mktemp("log")
    with Server(root / "lane") as server:
        yield Scene(server, root)


def entries(bundle: bytes) -> list[bytes]:
    """Read a bundle of C2SP tlog-tiles: each entry after its length of two bytes."""
    found = []
    while bundle:
        (length,) = struct.unpack(">H", bundle[:2])
        found.append(bundle[2 : 2 + length])
        bundle = bundle[2 + length :]
    return found


def check(copy: Path, key: str) -> None:
    folder = LogFolder(copy)
    audit(folder, open_checkpoint(folder.checkpoint() or b"", parse_vkey(key)))


def edit(told: list[bytes]) -> None:
    told[2] = told[2].replace(b"order.decided", b"order.changed") + b" "


def delete(told: list[bytes]) -> None:
    del told[2]


def reorder(told: list[bytes]) -> None:
    told[2], told[3] = told[3], told[2]


def fork(told: list[bytes]) -> None:
    told[2] = told[2][:-1] + bytes([told[2][-1] ^ 1])


@pytest.mark.parametrize("attack", [edit, delete, reorder, fork])
def test_30_a_changed_entry_is_found_and_the_first_one_named(
    scene: Scene, attack: Callable[[list[bytes]], None]
) -> None:
    copy = scene.published(attack.__name__)
    check(copy, scene.key)
    (path,) = [each for each in copy.glob("tile/entries/000.p/*") if int(each.name) == scene.size()]
    told = entries(path.read_bytes())
    attack(told)
    path.write_bytes(b"".join(struct.pack(">H", len(each)) + each for each in told))
    with pytest.raises((ProofInvalid, InvalidInput), match=r"entry (under it )?2"):
        check(copy, scene.key)


def test_30_a_database_rolled_back_or_edited_is_not_served(tmp_path: Path) -> None:
    with Server(tmp_path / "lane") as server:
        shop = server.party("merchant")["api_key"]
        for _ in range(3):
            server.post("/v1/orders", order(), shop)
        wait(lambda: server.get("/log/checkpoint").text.split("\n")[1] == "3")
    backup = shutil.copytree(tmp_path / "lane", tmp_path / "backup")
    changes = (
        ("DELETE FROM log_entry WHERE position > 2", "the database has 2 entries, the published checkpoint 3"),
        (
            "UPDATE log_entry SET leaf = x'00' WHERE position = 2",
            "differs from the database at entry 1",
        ),
        ("UPDATE log_entry SET leaf = CAST(leaf AS TEXT) WHERE position = 2", "entry 1 is no longer bytes"),
    )
    for number, (change, said) in enumerate(changes):
        folder = shutil.copytree(backup, tmp_path / str(number))
        with closing(sqlite3.connect(folder / "sealane.db")) as connection, connection:
            assert connection.execute(change).rowcount == 1
        with pytest.raises(Misconfigured, match=said):
            sealane.open(folder)
    with pytest.raises(RuntimeError, match=f"the server ended with (?s:.*){said}"):
        Server(folder).start()


def test_31_of_two_checkpoints_of_one_size_the_witness_refuses_the_second_and_keeps_both(
    scene: Scene, tmp_path: Path
) -> None:
    wait(lambda: scene.size() >= ORDERS)
    fork_of = tmp_path / "fork"
    shutil.copytree(scene.server.folder, fork_of, ignore=shutil.ignore_patterns("lock", "server.json"))
    scene.server.post("/v1/orders", order(), scene.shop)
    with sealane.open(fork_of) as other:
        other.place(order(), merchant="Somebody")
        other.rooms.log.integrate()
        theirs = (fork_of / "log" / "checkpoint").read_bytes()
    size = int(theirs.split(b"\n")[1])
    wait(lambda: scene.size() >= size)
    ours = scene.server.get("/log/checkpoint").content
    assert ours.split(b"\n")[1] == theirs.split(b"\n")[1]
    assert ours.split(b"\n")[2] != theirs.split(b"\n")[2]
    witness = start_witness(tmp_path / "witness", scene.server.folder / "log" / "log.vkey", "w.example")
    try:
        assert add(witness, 0, ours) == 200
        assert add(witness, size, theirs) in {409, 422}
        assert add(witness, 0, theirs) in {409, 422}
        assert add(witness, size, ours) == 200
    finally:
        witness.stop()
    kept = b"".join(path.read_bytes() for path in (tmp_path / "witness").rglob("evidence/*.note"))
    assert ours in kept
    assert theirs in kept


def add(witness: WitnessProcess, old: int, note: bytes) -> int:
    return httpx.post(f"{witness.url}/add-checkpoint", content=b"old %d\n\n%b" % (old, note)).status_code


def test_32_a_proof_with_any_byte_changed_cut_off_or_added_is_rejected(scene: Scene) -> None:
    bundle = scene.bundles[2]
    right = verify_bundle(bundle, scene.key)
    wrong = [bundle[:at] + bytes([bundle[at] ^ 1]) + bundle[at + 1 :] for at in range(len(bundle))]
    wrong += [bundle[:at] for at in range(len(bundle))] + [bundle + b"}", bundle + bundle]
    wrong += [each for each in scene.bundles if each != bundle and verify_bundle(each, scene.key).index == right.index]
    for each in wrong:
        with pytest.raises((ProofInvalid, InvalidInput)):
            verify_bundle(each, scene.key)


def test_33_nothing_personal_can_be_guessed_from_a_leaf_and_proofs_outlive_erasure(scene: Scene) -> None:
    answer, bundle = scene.answers[0], scene.bundles[0]
    proven = verify_bundle(bundle, scene.key)
    published = scene.server.get(f"/log/tile/entries/000.p/{scene.size()}").content
    chance = random.Random(33)
    for guess in (NAME, NAME.lower(), PHONE, "ana@example.com", answer["decision"]["outcome"]):
        plain = guess.encode()
        shown = [plain, hashlib.sha256(plain).digest(), commit_whole(plain).digest, commit(b"", {"name": plain}).digest]
        shown += [hashlib.sha256(chance.randbytes(16) + plain).digest() for _ in range(2_000)]
        shown += [each.hex().encode() for each in shown[1:]]
        assert not [each for each in shown[1:] if each in published]
        assert guess == answer["decision"]["outcome"] or plain not in published
    erased = scene.server.post(f"/v1/subjects/{answer['subject_id']}/erasure", b"", scene.server.operator_key)
    assert erased.status_code in {200, 201, 202}, erased.text
    assert verify_bundle(bundle, scene.key) == proven
    assert verify_bundle(scene.bundle(answer["log_entry"]), scene.key).leaf == proven.leaf


def wait(is_so: Callable[[], Any], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)

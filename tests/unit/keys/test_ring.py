import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sealane.keys.ring import KeyRing
from sealane.model.errors import DependencyUnavailable, EnvelopeInvalid, Misconfigured

GIVEN = "ab" * 32


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "keyring.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_first_use_makes_two_files_for_the_owner_alone(tmp_path: Path) -> None:
    KeyRing.open(tmp_path, root_key=None)
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {
        "root.key": 0o600,
        "keyring.json": 0o600,
    }


def test_a_given_root_key_is_written_nowhere(tmp_path: Path) -> None:
    KeyRing.open(tmp_path, root_key=GIVEN)
    assert [path.name for path in tmp_path.iterdir()] == ["keyring.json"]
    assert GIVEN not in (tmp_path / "keyring.json").read_text(encoding="utf-8")
    KeyRing.open(tmp_path, root_key=GIVEN)


def test_the_same_keys_are_there_after_a_restart(tmp_path: Path) -> None:
    first = KeyRing.open(tmp_path, root_key=None)
    before = (tmp_path / "keyring.json").read_bytes()
    second = KeyRing.open(tmp_path, root_key=None)
    assert (tmp_path / "keyring.json").read_bytes() == before
    assert first.signer("log").public_key == second.signer("log").public_key
    assert first.blinder("links").link("name", "x") == second.blinder("links").link("name", "x")
    assert second.kek("pii").open(first.kek("pii").seal(b"x", b""), b"") == b"x"


def test_uses_do_not_share_a_key(tmp_path: Path) -> None:
    ring = KeyRing.open(tmp_path, root_key=None)
    assert len({ring.blinder(scope).link("name", "x") for scope in ("links", "subjects", "cards")}) == 3
    with pytest.raises(EnvelopeInvalid):
        ring.kek("card").open(ring.kek("pii").seal(b"x", b""), b"")


def test_rotation_adds_a_version_and_keeps_the_old(tmp_path: Path) -> None:
    ring = KeyRing.open(tmp_path, root_key=None)
    old = ring.kek("pii").seal(b"x", b"")
    assert ring.newest("pii") == 1
    assert ring.rotate("pii") == 2
    for each in (ring, KeyRing.open(tmp_path, root_key=None)):
        assert each.newest("pii") == 2
        assert each.newest("card") == 1
        assert each.kek("pii", 1).open(old, b"") == b"x"
        with pytest.raises(EnvelopeInvalid):
            each.kek("pii").open(old, b"")
        with pytest.raises(EnvelopeInvalid, match="no version 3"):
            each.kek("pii", 3)


def test_a_rotation_that_cannot_be_written_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = KeyRing.open(tmp_path, root_key=None)

    def no_space(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(Misconfigured):
        ring.rotate("pii")
    monkeypatch.undo()
    assert ring.newest("pii") == 1
    assert KeyRing.open(tmp_path, root_key=None).newest("pii") == 1


def test_a_missing_root_key_is_told_apart_from_first_use(tmp_path: Path) -> None:
    KeyRing.open(tmp_path, root_key=None)
    (tmp_path / "root.key").unlink()
    with pytest.raises(Misconfigured, match="root key is missing") as refusal:
        KeyRing.open(tmp_path, root_key=None)
    assert "SEALANE_ROOT_KEY" in refusal.value.advice
    assert not (tmp_path / "root.key").exists()


def test_a_missing_ring_is_not_replaced_while_sealed_data_exist(tmp_path: Path) -> None:
    KeyRing.open(tmp_path, root_key=None)
    (tmp_path / "keyring.json").unlink()
    (tmp_path / "vault-keys.db").touch()
    with pytest.raises(Misconfigured, match="missing although sealed data exist"):
        KeyRing.open(tmp_path, root_key=None)
    (tmp_path / "vault-keys.db").unlink()
    KeyRing.open(tmp_path, root_key=None)


def test_another_root_key_is_told_apart_from_an_altered_file(tmp_path: Path) -> None:
    KeyRing.open(tmp_path, root_key=None)
    with pytest.raises(Misconfigured, match="not the one that wrapped"):
        KeyRing.open(tmp_path, root_key=GIVEN)


@pytest.mark.parametrize("name", ["root.key", "keyring.json"])
def test_files_open_to_others_are_refused(tmp_path: Path, name: str) -> None:
    KeyRing.open(tmp_path, root_key=None)
    (tmp_path / name).chmod(0o644)
    with pytest.raises(Misconfigured, match="other users"):
        KeyRing.open(tmp_path, root_key=None)


@pytest.mark.parametrize(
    "change",
    [
        lambda ring: ring["keys"].pop(),
        lambda ring: ring["keys"].append(ring["keys"][0]),
        lambda ring: ring["keys"][0].update(version=2),
        lambda ring: ring["keys"][0].update(made_us=0),
        lambda ring: ring["keys"][0].update(wrapped=ring["keys"][1]["wrapped"]),
        lambda ring: ring["keys"][0].update(use="kek/card"),
        lambda ring: ring.update(format=2),
        lambda ring: ring.update(more=1),
        lambda ring: ring.pop("check"),
    ],
)
def test_an_altered_ring_is_refused(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    KeyRing.open(tmp_path, root_key=None)
    edit(tmp_path, change)
    with pytest.raises(Misconfigured, match="was altered"):
        KeyRing.open(tmp_path, root_key=None)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"format": 1'])
def test_a_malformed_ring_is_refused(tmp_path: Path, text: str) -> None:
    KeyRing.open(tmp_path, root_key=None)
    (tmp_path / "keyring.json").write_text(text, encoding="utf-8")
    with pytest.raises(Misconfigured, match="was altered"):
        KeyRing.open(tmp_path, root_key=None)


def test_a_key_for_a_new_use_joins_an_older_ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = KeyRing.open(tmp_path, root_key=None).signer("log").public_key
    monkeypatch.setattr("sealane.keys.ring._USES", ("sign/log", "sign/notices"))
    ring = KeyRing.open(tmp_path, root_key=None)
    assert ring.signer("log").public_key == before
    assert len(ring._secret("sign/notices")) == 32


def test_it_prints_nothing(tmp_path: Path) -> None:
    assert repr(KeyRing.open(tmp_path, root_key=None)) == "KeyRing(***)"


def test_the_key_that_opens_messages_stays_the_same(tmp_path: Path) -> None:
    first, second = (KeyRing.open(tmp_path, root_key="ab" * 32).opener("message") for _ in range(2))
    assert first.public_key == second.public_key


ROTATING = """
import sys
from pathlib import Path
from sealane.keys.ring import KeyRing
ring = KeyRing.open(Path(sys.argv[1]))
print("go", flush=True)
while True:
    ring.rotate_root()
    ring.rotate("index")
    ring.destroy("kek/index", below=ring.newest("index"))
"""


def test_a_root_rotation_survives_being_killed_at_any_moment(tmp_path: Path) -> None:
    envelope = KeyRing.open(tmp_path).kek("pii").seal(b"x", b"place")
    marks = set()
    for pause in (0.0, 0.01, 0.03, 0.055):
        started = [sys.executable, "-c", ROTATING, str(tmp_path)]
        with subprocess.Popen(started, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(pause)
            process.kill()
        ring = KeyRing.open(tmp_path)
        assert ring.kek("pii").open(envelope, b"place") == b"x"
        marks.add(ring._root.mark())
    assert len(marks) > 1


def test_a_failed_root_rotation_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = KeyRing.open(tmp_path)
    monkeypatch.setattr("sealane.keys.ring.write_secret", refuse)
    with pytest.raises(Misconfigured):
        ring.rotate_root()
    monkeypatch.undo()
    ring.rotate("pii")
    assert KeyRing.open(tmp_path).newest("pii") == 2
    ring.rotate_root()
    assert KeyRing.open(tmp_path).newest("pii") == 2


def test_a_ring_that_was_exchanged_meanwhile_is_not_wrapped_anew(tmp_path: Path) -> None:
    ring, other = KeyRing.open(tmp_path), KeyRing.open(tmp_path)
    other.rotate_root()
    with pytest.raises(Misconfigured, match="altered"):
        ring.rotate_root()
    KeyRing.open(tmp_path)


def test_keys_made_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    ring = KeyRing.open(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        versions = list(pool.map(lambda _: ring.rotate("pii"), range(8)))
    assert sorted(versions) == list(range(2, 10))
    assert KeyRing.open(tmp_path).newest("pii") == 9


def refuse(*_: object) -> None:
    raise Misconfigured("The disk is full.")


def test_what_lies_wrapped_is_read_from_the_file(tmp_path: Path) -> None:
    ring = KeyRing.open(tmp_path, root_key=None)
    every = {(key.use, key.version) for key in ring.versions()}
    assert ring.wrapped() == every
    edit(tmp_path, lambda file: file["keys"][0].update(wrapped=file["keys"][1]["wrapped"]))
    assert every - ring.wrapped() == {(ring.versions()[0].use, 1)}
    (tmp_path / "keyring.json").unlink()
    with pytest.raises(Misconfigured):
        ring.wrapped()


class Shelf:
    """A place that several rings share."""

    def __init__(self) -> None:
        self.text: str | None = None

    def load(self) -> str | None:
        return self.text

    def save(self, text: str, known: str | None) -> bool:
        if self.text != known:
            return False
        self.text = text
        return True

    def close(self) -> None:
        self.text = None


def test_servers_that_share_a_ring_keep_it_on_the_shelf_alone(tmp_path: Path) -> None:
    shelf = Shelf()
    one = KeyRing.open(tmp_path / "one", root_key=GIVEN, shelf=shelf)
    other = KeyRing.open(tmp_path / "other", root_key=GIVEN, shelf=shelf)
    assert not list(tmp_path.rglob("keyring.json"))
    sealed = one.kek("pii").seal(b"x", b"")
    assert other.kek("pii").open(sealed, b"") == b"x"
    assert not other.refresh()
    one.rotate("pii")
    newer = one.kek("pii").seal(b"y", b"")
    assert other.kek("pii", 2).open(newer, b"") == b"y"
    assert other.newest("pii") == 2
    one.check()


def test_of_two_changes_at_the_same_moment_one_is_refused(tmp_path: Path) -> None:
    shelf = Shelf()
    one = KeyRing.open(tmp_path / "one", root_key=GIVEN, shelf=shelf)
    other = KeyRing.open(tmp_path / "other", root_key=GIVEN, shelf=shelf)
    one.rotate("card")
    with pytest.raises(Misconfigured, match="same moment"):
        other.rotate("card")
    assert other.newest("card") == 1
    assert other.refresh()
    assert other.rotate("card") == 3


def test_a_shelf_that_was_emptied_is_told(tmp_path: Path) -> None:
    shelf = Shelf()
    ring = KeyRing.open(tmp_path, root_key=GIVEN, shelf=shelf)
    shelf.text = None
    with pytest.raises(DependencyUnavailable, match="missing"):
        ring.check()

from pathlib import Path

import pytest

from sealane.keys.providers.file import FileRoot
from sealane.model.errors import Conflict


def test_a_given_text_wins_over_the_file_and_makes_none(tmp_path: Path) -> None:
    key, kept = FileRoot(tmp_path, "7a" * 32).make()
    assert kept == b""
    assert key._secret == b"\x7a" * 32
    assert not (tmp_path / "root.key").exists()


def test_without_anything_there_is_no_key_until_one_is_made(tmp_path: Path) -> None:
    assert FileRoot(tmp_path).find(b"") is None
    made, _ = FileRoot(tmp_path).make()
    found = FileRoot(tmp_path).find(b"")
    assert found is not None
    assert found._secret == made._secret
    assert FileRoot(tmp_path).make()[0]._secret == made._secret, "a file that is there is never replaced"


def test_while_it_is_replaced_both_keys_are_found_and_then_the_new_one(tmp_path: Path) -> None:
    root = FileRoot(tmp_path)
    first, kept_first = root.make()
    second, kept_second = root.renew()
    assert (root.find(kept_first), root.find(kept_second)) != (None, None)
    assert root.find(kept_first)._secret == first._secret  # type: ignore[union-attr]
    assert root.find(kept_second)._secret == second._secret  # type: ignore[union-attr]
    root.settle(kept_first)
    assert (tmp_path / "root.key.next").exists(), "another process may be about to need it"
    for _ in range(2):
        root.settle(kept_second)
    assert [path.name for path in tmp_path.iterdir()] == ["root.key"]
    assert root.find(b"")._secret == second._secret  # type: ignore[union-attr]
    assert (tmp_path / "root.key").stat().st_mode & 0o777 == 0o600


def test_a_text_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="only you can change"):
        FileRoot(tmp_path, "7a" * 32).renew()
    assert not list(tmp_path.iterdir())

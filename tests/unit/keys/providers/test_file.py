from pathlib import Path

from sealane.keys.providers.file import FileRoot


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

import os
from pathlib import Path

import pytest

from sealane.keys.files import read_secret, write_secret
from sealane.model.errors import Misconfigured


def test_what_was_written_is_read_and_belongs_to_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "secret"
    os.umask(0)
    try:
        write_secret(path, "one")
        write_secret(path, "two\n")
    finally:
        os.umask(0o022)
    assert read_secret(path) == "two\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["secret"]


def test_no_file_is_no_secret(tmp_path: Path) -> None:
    assert read_secret(tmp_path / "none") is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_open_to_others_is_refused_with_the_command_to_run(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secret"
    path.write_text("s3cret", encoding="utf-8")
    path.chmod(mode)
    with pytest.raises(Misconfigured) as refusal:
        read_secret(path)
    assert f"chmod 600 {path}" in refusal.value.advice
    assert "s3cret" not in str(refusal.value)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"\xff\xfe")
    path.chmod(0o600)
    with pytest.raises(Misconfigured, match="cannot be read"):
        read_secret(path)


def test_a_crash_between_writing_and_renaming_leaves_the_old_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret"
    write_secret(path, "old")

    def no_space(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(Misconfigured, match="No space left"):
        write_secret(path, "new")
    monkeypatch.undo()
    assert read_secret(path) == "old"
    write_secret(path, "new")
    assert read_secret(path) == "new"


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Misconfigured, match="cannot be written"):
        write_secret(tmp_path / "file" / "secret", "x")

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sealane.model.errors import Misconfigured
from sealane.storage.folder import FolderLock

HOLD = """
import sys, time
from pathlib import Path
from sealane.storage.folder import FolderLock
lock = FolderLock(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "lane")], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.fixture
def nobody() -> Iterator[Path]:
    """A folder that this process may read but not write, also when the tests run as root."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "lane"
        folder.mkdir()
        os.chmod(name, 0o755)  # noqa: PTH101, S103  # the other user has to reach the folder
        folder.chmod(0o555)
        was = os.geteuid()
        if was == 0:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            os.seteuid(was)
            folder.chmod(0o755)


def test_the_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path / "deep" / "lane")
    assert stat.S_IMODE((tmp_path / "deep" / "lane").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "deep" / "lane" / "lock").stat().st_mode) == 0o600
    assert (tmp_path / "deep" / "lane" / "lock").read_text().startswith(f"{os.getpid()} ")
    lock.release()


def test_a_second_process_is_told_which_one_holds_the_folder(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(Misconfigured) as refusal:
        FolderLock(tmp_path / "lane")
    assert f"process {holder.pid}" in refusal.value.detail
    assert f"Stop process {holder.pid}" in refusal.value.advice
    assert "--data-dir" in refusal.value.advice


def test_the_folder_is_free_after_its_holder_was_killed(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    FolderLock(tmp_path / "lane").release()


def test_release_can_be_repeated_and_frees_the_folder(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    with pytest.raises(Misconfigured):
        FolderLock(tmp_path)
    lock.release()
    lock.release()
    FolderLock(tmp_path).release()


def test_an_unsigned_lock_still_refuses(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    (tmp_path / "lock").write_text("")
    with pytest.raises(Misconfigured, match="another process"):
        FolderLock(tmp_path)
    lock.release()


def test_a_folder_that_cannot_be_written_is_refused_with_the_reason(nobody: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be written: Permission denied") as refusal:
        FolderLock(nobody)
    assert "--data-dir" in refusal.value.advice


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lane").write_text("not a folder")
    with pytest.raises(Misconfigured, match="cannot be written"):
        FolderLock(tmp_path / "lane")

"""`sealane serve` as a process: it says where, leaves its note, and ends in order."""

import json
import re
import signal
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from running import SEALANE


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_server_says_where_and_ends_in_order(tmp_path: Path, how: signal.Signals) -> None:
    folder = tmp_path / "lane"
    command = [SEALANE, "serve", "--data-dir", str(folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        console, page, api = (process.stdout.readline() for _ in range(3))
        url = api.split()[-1].removesuffix("/v1")
        assert re.fullmatch(r"Console +http://127\.0\.0\.1:\d+/console/signin\?token=si_\S+\n", console)
        assert page.split()[-1] == f"{url}/"
        wait_until_up(url)
        note = json.loads((folder / "server.json").read_text(encoding="utf-8"))
        assert (note["pid"], note["url"]) == (process.pid, url)
        assert (folder / "admin.key").stat().st_mode & 0o777 == 0o600
        process.send_signal(how)
        assert process.wait(30) == 0
        assert process.stderr is not None
        told = process.stderr.read()
    assert "Stopped" in told
    assert "Traceback" not in told
    assert not (folder / "server.json").exists()
    assert not Path(note["commands"]).exists()


def wait_until_up(url: str) -> None:
    for _ in range(200):
        try:
            if httpx.get(f"{url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail("the server did not become ready")


def test_a_second_server_on_the_folder_or_the_port_is_misconfigured(tmp_path: Path) -> None:
    folder = tmp_path / "lane"
    command = [SEALANE, "serve", "--data-dir", str(folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        port = [process.stdout.readline() for _ in range(3)][-1].rsplit(":", 1)[-1].split("/")[0]
        same_folder = subprocess.run(command, check=False, capture_output=True)
        other = [SEALANE, "serve", "--data-dir", str(tmp_path / "other"), "--port", port]
        same_port = subprocess.run(other, check=False, capture_output=True)
        process.terminate()
        process.wait(30)
    assert (same_folder.returncode, same_port.returncode) == (78, 78)
    assert b"in use by process" in same_folder.stderr
    assert b"--port" in same_port.stderr
    assert b"Traceback" not in same_folder.stderr + same_port.stderr

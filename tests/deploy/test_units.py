"""The systemd units: known to systemd, tight, and not too tight for the server."""

import configparser
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orders import order

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
ANALYZE = shutil.which("systemd-analyze")
GUARDED = """
import ctypes, json, sys
PR_SET_MDWE, REFUSE_EXEC_GAIN = 65, 1
if ctypes.CDLL(None).prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0) != 0:
    sys.exit(77)
import sealane, sealane.web.server
with sealane.open(sys.argv[1]) as lane:
    print(lane.checkout(json.loads(sys.argv[2])).outcome)
"""


def section(unit: str, name: str) -> dict[str, str]:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign,assignment]  # names of settings keep their capitals
    parser.read(UNITS / unit, encoding="utf-8")
    return dict(parser[name])


def test_the_server_is_walled_in() -> None:
    service = section("sealane.service", "Service")
    assert service["NoNewPrivileges"] == service["PrivateTmp"] == service["ProtectHome"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert service["RestartPreventExitStatus"] == "78"
    assert float(service["TimeoutStopSec"]) > 10  # what the server gives its callers to finish


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("unit", sorted(path.name for path in UNITS.iterdir()))
def test_systemd_knows_every_setting(unit: str, tmp_path: Path) -> None:
    for path in UNITS.iterdir():
        text = path.read_text(encoding="utf-8").replace("/opt/sealane/.venv/bin/sealane", "/bin/true")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [str(ANALYZE), "verify", "--man=no", str(tmp_path / unit)], capture_output=True, text=True, check=False
    )
    complaints = [line for line in done.stderr.splitlines() if unit in line]
    assert complaints == []


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
def test_the_exposure_of_the_server_is_low() -> None:
    done = subprocess.run(
        [str(ANALYZE), "security", "--offline=true", "--json=short", "--threshold=20", str(UNITS / "sealane.service")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if not done.stdout.startswith("["):
        pytest.skip("this systemd cannot judge units that are not installed")
    assert done.returncode == 0
    assert all(finding["set"] for finding in json.loads(done.stdout) if "NoNewPrivileges" in finding["name"])


def test_memory_that_is_never_both_written_and_run_is_enough(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", GUARDED, str(tmp_path / "lane"), json.dumps(order())],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    if done.returncode == 77:
        pytest.skip("this kernel has no memory-deny-write-execute")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() in {"approve", "challenge", "review", "decline"}

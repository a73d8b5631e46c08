import socket
from pathlib import Path
from typing import get_args

import pytest

from sealane.cli.terminal.checkup import Check, run_checks
from sealane.keys.ring import KekKind, KeyRing
from sealane.model.clock import system_clock
from sealane.settings import Settings

DAY_US = 86_400_000_000


def checks(folder: Path, **settings: object) -> dict[str, Check]:
    made = Settings(data_dir=str(folder), **{"port": 0, **settings})  # type: ignore[arg-type]  # as the cases need it
    return {check.name: check for check in run_checks(made)}


def test_a_fresh_machine_is_well(tmp_path: Path) -> None:
    found = checks(tmp_path / "lane")
    assert all(check.is_well for check in found.values()), found
    assert list(found) == [
        *("python", "sqlite", "time zones", "data folder", "disk", "fsync", "database", "permissions", "keys", "port"),
        "alliance",
    ]
    assert not (tmp_path / "lane").exists(), "looking makes nothing"


def test_a_key_that_others_can_read_is_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "lane"
    folder.mkdir(mode=0o700)
    KeyRing.open(folder, root_key=None)
    assert checks(folder)["keys"].is_well
    (folder / "root.key").chmod(0o644)
    found = checks(folder)
    assert not found["permissions"].is_well
    assert "chmod 600" in found["permissions"].remedy


def test_keys_that_are_too_old_are_named_with_what_to_do(tmp_path: Path) -> None:
    folder = tmp_path / "lane"
    folder.mkdir(mode=0o700)
    ring = KeyRing.open(folder, root_key=None, clock=lambda: system_clock() - 91 * DAY_US - 1)
    assert "next new ones" not in checks(folder)["keys"].found
    assert checks(folder, key_rotation_days=0)["keys"].is_well
    found = checks(folder)["keys"]
    assert not found.is_well
    assert found.remedy.endswith("sealane key rotate pii card index grant log inbox")
    ring._clock = system_clock
    for kind in get_args(KekKind):
        ring.rotate(kind)
    assert checks(folder)["keys"].remedy.endswith("sealane key rotate index grant")
    for scope in ("subjects", "grants"):
        ring.rotate_blinder(scope)
    assert "next new ones" in checks(folder)["keys"].found
    assert checks(folder)["keys"].is_well


def test_a_folder_that_others_can_enter_is_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "lane"
    folder.mkdir()
    folder.chmod(0o755)
    assert "chmod 700" in checks(folder)["permissions"].remedy


def test_a_root_key_that_does_not_fit_is_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "lane"
    folder.mkdir(mode=0o700)
    KeyRing.open(folder, root_key=None)
    assert not checks(folder, root_key="ab" * 32)["keys"].is_well


def test_a_database_without_its_key_ring_is_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "lane"
    folder.mkdir(mode=0o700)
    (folder / "sealane.db").write_bytes(b"not a database at all, whatever it is called")
    found = checks(folder)
    assert not found["keys"].is_well
    assert not found["database"].is_well
    assert not (folder / "keyring.json").exists(), "looking makes nothing"


@pytest.mark.parametrize("host", ["127.0.0.1", "203.0.113.1"])
def test_a_port_that_cannot_be_had_is_wrong(tmp_path: Path, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        check = checks(tmp_path, host=host, port=port)["port"]
    assert not check.is_well
    assert "--port" in check.remedy

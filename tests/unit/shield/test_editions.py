"""Editions: only what the release's key signed, only newer, only in time; whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sealane.keys.signing import Signer
from sealane.model.errors import Conflict, InvalidInput, ProofInvalid, SignatureInvalid
from sealane.shield import editions
from sealane.shield.checking import check, nothing_known
from sealane.shield.editions import edition_in, read_edition, release_key, sign_edition, update_registry
from sealane.shield.registry import RELEASED, default_registry, midnight_us, put_in_force
from sealane.shield.trust import Trust

SIGNER = Signer.from_seed(b"\x06" * 32)
DAY_US = 86_400 * 1_000_000
TEXT = """version = {version}
issued = 2026-12-01
expires = 2027-12-01
[[brands]]
id = "zebra"
title = "Zebra Parcels"
kind = "carrier"
country = "DE"
names = ["zebraparcels"]
listed = ["zebraparcels.example"]
evidence = "the test's own"
checked = 2026-12-01
"""


@pytest.fixture(autouse=True)
def restored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the test's own key stand for that of the release, over a release signed by it."""
    before = default_registry()
    key, released = tmp_path / "registry.pub", tmp_path / "released.toml"
    key.write_text(SIGNER.public_key.hex())
    released.write_bytes(sign_edition(RELEASED.read_bytes(), SIGNER))
    monkeypatch.setattr(editions, "KEY", key)
    monkeypatch.setattr(editions, "RELEASED", released)
    yield
    put_in_force(before)


def made(version: int = 2027010101, signer: Signer = SIGNER) -> bytes:
    return sign_edition(TEXT.format(version=version).encode(), signer)


NOW_US = midnight_us(default_registry().brands["dhl"].checked) + 60 * DAY_US


def test_a_newer_edition_is_put_in_force_and_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "lane"
    edition = update_registry(folder, made(), NOW_US)
    assert (edition.version, edition.brands, edition.domains) == (2027010101, 1, 1)
    assert check("https://zebraparcels.example/", nothing_known).verdict == "official"
    assert check("https://zebra-parcels-fee.top/", nothing_known).brand == "zebra"
    assert check("https://dhl-fee.top/", nothing_known).verdict == "unknown"
    assert edition_in(folder) == edition
    with pytest.raises(Conflict):
        update_registry(folder, made(2027010100), NOW_US)


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.format(version=1).encode(),
        made().replace(b"zebra", b"zebre"),
        made(signer=Signer.generate()),
        made() + b"x",
        made()[:-5],
        b"",
        b"# signature: ",
    ],
)
def test_what_the_key_did_not_sign_is_refused(tmp_path: Path, raw: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        update_registry(tmp_path / "lane", raw, NOW_US)
    assert not (tmp_path / "lane").exists()


def test_an_edition_outside_its_time_is_refused(tmp_path: Path) -> None:
    for now_us in (NOW_US - 100 * DAY_US, NOW_US + 1000 * DAY_US):
        with pytest.raises(ProofInvalid):
            update_registry(tmp_path, made(), now_us)


def test_what_is_signed_but_no_registry_is_refused(tmp_path: Path) -> None:
    for body in (b"version = 1\n", b"[[\n", b"\xff\n"):
        with pytest.raises(InvalidInput):
            update_registry(tmp_path, sign_edition(body, SIGNER), NOW_US)


def test_an_altered_edition_in_the_folder_stops_the_start(tmp_path: Path) -> None:
    update_registry(tmp_path, made(), NOW_US)
    path = tmp_path / editions.FILE
    path.write_bytes(path.read_bytes().replace(b"Zebra", b"Zebru"))
    with pytest.raises(SignatureInvalid):
        edition_in(tmp_path)


def test_an_expired_edition_proves_nothing_and_still_warns() -> None:
    late = Trust(now_us=default_registry().expires_us)
    answer = check("https://www.dhl.com/", nothing_known, late)
    assert (answer.verdict, answer.reasons[0].code) == ("unknown", "registry_expired")
    assert check("https://dhl-fee.top/", nothing_known, late).verdict == "dangerous"


def test_the_release_is_signed_by_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    edition, _ = read_edition(RELEASED.read_bytes(), release_key(), "release")
    assert edition.brands > 100

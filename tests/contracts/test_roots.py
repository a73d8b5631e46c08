"""One suite over every provider of the root key.

SoftHSM is a real PKCS#11 token; the key server is a stand-in that speaks the transit protocol over real HTTP, and the
cloud is Tink's own fake key service: neither OpenBao nor a cloud is reached from here.
"""

import base64
import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from keyserver import KeyServerStandIn
from sealane.keys.providers.choice import root_of
from sealane.keys.providers.contract import Root
from sealane.keys.ring import KeyRing
from sealane.keys.sealing import DataKey
from sealane.model.errors import Conflict, EnvelopeInvalid, Misconfigured
from sealane.settings import Settings

SOFTHSM = next((path for path in map(Path, (
    "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so",
)) if path.exists()), None)  # fmt: skip
Maker = Callable[[Path], Root]


def softhsm(folder: Path) -> dict[str, str]:
    tool = shutil.which("softhsm2-util")
    if tool is None or SOFTHSM is None:
        pytest.skip("SoftHSM is not installed (Debian: apt-get install softhsm2)")
    # The library reads its configuration once a process, so all tests of a run share one folder of tokens.
    home = Path(os.environ.setdefault("SOFTHSM_HOME_OF_TESTS", str(folder / "tokens")))
    if not home.exists():
        home.mkdir()
        (home / "softhsm2.conf").write_text(f"directories.tokendir = {home}\nobjectstore.backend = file\n")
        os.environ["SOFTHSM2_CONF"] = str(home / "softhsm2.conf")
        made = [tool, "--init-token", "--free", "--label", "lane", "--pin", "1234", "--so-pin", "5678"]
        subprocess.run(made, check=True, capture_output=True, env=os.environ)
    return {"pkcs11_module": str(SOFTHSM), "pkcs11_token": "lane", "pkcs11_pin": "1234", "pkcs11_key": folder.name}


@pytest.fixture(scope="module")
def key_server() -> Iterator[KeyServerStandIn]:
    with KeyServerStandIn() as server:
        yield server


@pytest.fixture(params=["file", "text", "shamir", "pkcs11", "transit", "kms"])
def settings(request: pytest.FixtureRequest, tmp_path: Path, key_server: KeyServerStandIn) -> Settings:
    place, chosen = str(tmp_path / "lane"), request.param
    if chosen == "text":
        return Settings(data_dir=place, root_key="7a" * 32)
    more: dict[str, str] = {}
    if chosen == "shamir":
        more = {"root_shares": ",".join(str(tmp_path / f"medium-{number}" / "share") for number in range(3))}
    if chosen == "pkcs11":
        more = softhsm(tmp_path)
    if chosen == "transit":
        more = {"transit_url": key_server.url, "transit_token": key_server.token}
    if chosen == "kms":
        if importlib.util.find_spec("tink") is None:
            pytest.skip("Tink is not installed (the extra kms)")
        more = {"kms_key": fake_key()}
    return Settings(data_dir=place, root_provider=chosen, **more)


def fake_key() -> str:
    """Return an address of Tink's fake key service: the key itself is in it."""
    tink = pytest.importorskip("tink")
    from tink import aead, cleartext_keyset_handle  # noqa: PLC0415 - only where the extra is installed

    aead.register()
    handle = tink.new_keyset_handle(aead.aead_key_templates.AES128_GCM)
    import io  # noqa: PLC0415 - as above

    sink = io.BytesIO()
    cleartext_keyset_handle.write(tink.BinaryKeysetWriter(sink), handle)
    return "fake-kms://" + base64.urlsafe_b64encode(sink.getvalue()).decode().rstrip("=")


def same(one: DataKey, other: DataKey | None) -> bool:
    assert other is not None
    return one.open(other.seal(b"x", b"place"), b"place") == b"x"


def test_what_was_made_is_found_again_by_another_start(settings: Settings) -> None:
    key, kept = root_of(settings).make()
    assert same(key, root_of(settings).find(kept))


def test_what_is_kept_does_not_hold_the_key(settings: Settings) -> None:
    key, kept = root_of(settings).make()
    assert key._secret not in kept
    assert key._secret.hex().encode() not in kept


def test_a_ring_opens_again_and_remembers_its_provider(settings: Settings) -> None:
    folder = Path(settings.data_dir)
    ring = KeyRing.open(folder, root=root_of(settings))
    envelope = ring.kek("pii").seal(b"x", b"place")
    assert KeyRing.open(folder, root=root_of(settings)).kek("pii").open(envelope, b"place") == b"x"
    document = json.loads((folder / "keyring.json").read_text())
    assert document.get("provider", "file") == root_of(settings).name


def opened(settings: Settings, folder: Path | None = None) -> KeyRing:
    return KeyRing.open(folder or Path(settings.data_dir), root=root_of(settings))


def test_the_root_key_is_replaced_and_the_one_before_opens_nothing(settings: Settings) -> None:
    if settings.root_key:
        with pytest.raises(Conflict, match="given as a setting"):
            opened(settings).rotate_root()
        return
    ring = opened(settings)
    before, envelope = ring._root, ring.kek("pii").seal(b"x", b"place")
    for _ in range(2):
        ring.rotate_root()
    assert opened(settings).kek("pii").open(envelope, b"place") == b"x"
    document = json.loads((Path(settings.data_dir) / "keyring.json").read_text())
    with pytest.raises(EnvelopeInvalid):
        before.open(base64.b64decode(document["check"]), b"sealane root key")


@pytest.mark.parametrize("broken", ["before the ring is written", "before the new key is in its place"])
def test_a_crash_while_the_root_key_is_replaced_leaves_a_ring_that_opens(
    settings: Settings, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if settings.root_key:
        pytest.skip("a root key given as text is not replaced from here")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    ring = opened(settings)
    envelope = ring.kek("pii").seal(b"x", b"place")
    named = (ring, "_save") if broken.endswith("written") else (ring._provider, "settle")
    monkeypatch.setattr(*named, crash)
    with pytest.raises(KeyboardInterrupt):
        ring.rotate_root()
    again = opened(settings)
    assert again.kek("pii").open(envelope, b"place") == b"x"
    again.rotate_root()
    assert opened(settings).kek("pii").open(envelope, b"place") == b"x"
    assert not list(Path(settings.data_dir).parent.rglob("*.next")), "nothing is left of a key that is not in use"


def test_an_altered_keepsake_is_refused(settings: Settings) -> None:
    if settings.root_provider == "file":
        pytest.skip("a file keeps nothing beside the ring")
    _, kept = root_of(settings).make()
    for at in (0, len(kept) // 2, len(kept) - 1):
        altered = kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :]
        with pytest.raises(Misconfigured):
            root_of(settings).find(altered)


def test_another_provider_is_named_in_the_refusal(settings: Settings, tmp_path: Path) -> None:
    folder = Path(settings.data_dir)
    KeyRing.open(folder, root=root_of(settings))
    other = Settings(data_dir=str(folder), root_provider="transit", transit_url="http://127.0.0.1:1")
    if settings.root_provider == "transit":
        other = Settings(data_dir=str(folder), root_key="7a" * 32)
    with pytest.raises(Misconfigured, match="not with") as refusal:
        KeyRing.open(folder, root=root_of(other))
    assert settings.root_provider in refusal.value.advice


def test_it_prints_no_secret(settings: Settings) -> None:
    shown = repr(root_of(settings)) + repr(vars(root_of(settings)))
    for secret in filter(None, (settings.pkcs11_pin, settings.transit_token)):
        assert secret not in shown

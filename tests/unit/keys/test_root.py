import base64
from pathlib import Path

import pytest

from sealane.keys.root import find_root, make_root, parse_root
from sealane.model.errors import Misconfigured

SECRET = bytes(range(200, 232))
SPELLINGS = [
    SECRET.hex(),
    SECRET.hex().upper(),
    f"  {SECRET.hex()}\n",
    base64.b64encode(SECRET).decode(),
    base64.urlsafe_b64encode(SECRET).decode(),
    base64.b64encode(SECRET).decode().rstrip("="),
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_all_spellings_are_one_key(text: str) -> None:
    sealed = parse_root(SECRET.hex(), "here").seal(b"x", b"")
    assert parse_root(text, "here").open(sealed, b"") == b"x"


@pytest.mark.parametrize(
    "text", ["", "short", SECRET.hex()[:-1], SECRET.hex() + "0", "ä" * 43, "correct horse battery"]
)
def test_anything_else_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(Misconfigured) as refusal:
        parse_root(text, "SEALANE_ROOT_KEY")
    assert "SEALANE_ROOT_KEY is not a root key" in str(refusal.value)
    assert not text or text not in str(refusal.value) + refusal.value.advice


def test_a_made_key_is_found_again_and_a_given_one_goes_before_it(tmp_path: Path) -> None:
    assert find_root(tmp_path, None) is None
    made = make_root(tmp_path)
    assert (tmp_path / "root.key").stat().st_mode & 0o777 == 0o600
    found = find_root(tmp_path, None)
    assert found is not None
    assert found.open(made.seal(b"x", b""), b"") == b"x"
    given = find_root(tmp_path, SECRET.hex())
    assert given is not None
    assert given.open(parse_root(SECRET.hex(), "").seal(b"y", b""), b"") == b"y"


def test_a_malformed_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "root.key"
    path.write_text("oops", encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(Misconfigured, match=r"root\.key is not a root key"):
        find_root(tmp_path, None)

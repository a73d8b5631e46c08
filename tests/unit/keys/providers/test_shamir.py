import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sealane.keys.providers.shamir import ShamirRoot, Share, combine, split
from sealane.model.errors import Conflict, Misconfigured


@settings(max_examples=30)
@given(st.binary(min_size=1, max_size=40), st.integers(2, 5), st.integers(0, 3))
def test_any_threshold_of_shares_gives_the_secret(secret: bytes, threshold: int, more: int) -> None:
    shares = split(secret, threshold, threshold + more)
    for chosen in itertools.islice(itertools.combinations(shares, threshold), 6):
        assert combine(chosen) == secret


def test_fewer_shares_fit_every_secret_equally_well() -> None:
    share = split(b"\x2a", 2, 2)[0]
    possible = {combine([share, Share(2, bytes([other]), 2)]) for other in range(256)}
    assert possible == {bytes([value]) for value in range(256)}


@pytest.mark.parametrize(("threshold", "total"), [(1, 3), (4, 3), (2, 256)])
def test_senseless_numbers_are_refused(threshold: int, total: int) -> None:
    with pytest.raises(ValueError, match="threshold"):
        split(b"x", threshold, total)


def places(folder: Path, count: int = 3) -> list[Path]:
    return [folder / f"medium-{number}" / "share" for number in range(count)]


def test_two_of_three_are_enough_and_one_is_not(tmp_path: Path) -> None:
    paths = places(tmp_path)
    key, kept = ShamirRoot(paths, 2).make()
    paths[1].unlink()
    found = ShamirRoot(paths, 2).find(kept)
    assert found is not None
    assert found._secret == key._secret
    paths[2].unlink()
    with pytest.raises(Misconfigured, match="1 of the 2 shares"):
        ShamirRoot(paths, 2).find(kept)


def test_a_damaged_or_foreign_share_is_named(tmp_path: Path) -> None:
    paths = places(tmp_path)
    _, kept = ShamirRoot(paths, 2).make()
    text = paths[0].read_text()
    paths[0].write_text(text.replace(text[60], "0" if text[60] != "0" else "1", 1))
    with pytest.raises(Misconfigured, match="damaged"):
        ShamirRoot(paths, 2).find(kept)
    others = places(tmp_path / "other")
    ShamirRoot(others, 2).make()
    paths[0].write_text(others[0].read_text())
    with pytest.raises(Misconfigured, match="another root key"):
        ShamirRoot(paths, 2).find(kept)


def test_a_share_is_never_overwritten(tmp_path: Path) -> None:
    paths = places(tmp_path)
    ShamirRoot(paths, 2).make()
    with pytest.raises(Misconfigured, match="exists already"):
        ShamirRoot(paths, 2).make()
    with pytest.raises(Misconfigured, match="threshold"):
        ShamirRoot(paths[:1], 2).make()


def test_every_medium_gets_a_new_share_and_the_old_set_is_gone(tmp_path: Path) -> None:
    paths = places(tmp_path)
    root = ShamirRoot(paths, 2)
    first, kept_first = root.make()
    second, kept_second = root.renew()
    for key, kept in ((first, kept_first), (second, kept_second)):
        found = root.find(kept)
        assert found is not None
        assert found._secret == key._secret
    late = paths[2].with_name("share.next").read_text()
    paths[2].with_name("share.next").unlink()
    root.settle(kept_second)
    paths[2].with_name("share.next").write_text(late)
    paths[2].with_name("share.next").chmod(0o600)
    assert root.find(kept_second)._secret == second._secret, "a medium that was away is caught up with"  # type: ignore[union-attr]
    root.settle(kept_second)
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"share"}
    with pytest.raises(Misconfigured, match="another root key"):
        root.find(kept_first)


def test_a_missing_medium_is_named_before_anything_is_written(tmp_path: Path) -> None:
    paths = places(tmp_path)
    root = ShamirRoot(paths, 2)
    root.make()
    paths[1].unlink()
    with pytest.raises(Conflict, match="medium-1"):
        root.renew()
    assert not list(tmp_path.rglob("*.next"))

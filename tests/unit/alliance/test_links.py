from pathlib import Path

import pytest

from sealane.alliance.links import FILE, Link, Links, Pin, read_links, write_links
from sealane.model.errors import Misconfigured

FIRST = Link("psp", "https://a.example", "sk_1", "a+b+c", keeps_register=True, pins=(Pin("phone", "2026Q4", "c8"),))
SECOND = Link("carrier", "https://b.example", "sk_2", "d+e+f")


def test_links_are_kept_for_the_owner_only(tmp_path: Path) -> None:
    assert read_links(tmp_path) == Links()
    write_links(tmp_path, Links((FIRST, SECOND)))
    assert read_links(tmp_path) == Links((FIRST, SECOND))
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    (tmp_path / FILE).chmod(0o644)
    with pytest.raises(Misconfigured):
        read_links(tmp_path)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{")
    (tmp_path / FILE).chmod(0o600)
    with pytest.raises(Misconfigured):
        read_links(tmp_path)


@pytest.mark.parametrize("links", [Links(), Links((FIRST,)), Links((SECOND, SECOND)), Links((FIRST, FIRST))])
def test_an_alliance_has_two_custodians_and_one_register(links: Links) -> None:
    with pytest.raises(Misconfigured):
        _ = links.register


def test_a_whole_alliance_knows_its_register() -> None:
    assert Links((SECOND, FIRST)).register == FIRST


def test_a_link_prints_no_key() -> None:
    assert "sk_1" not in repr(FIRST)

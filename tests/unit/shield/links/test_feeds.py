"""Feeds: the forms blocklists are written in, and what being on a list means."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sealane.model.errors import Misconfigured
from sealane.shield.checking import check, nothing_known
from sealane.shield.links.address import parse
from sealane.shield.links.feeds import NO_FEEDS, Feeds, read_feeds, read_list, use_feeds

LINES = """# a comment
! another
evil.top
0.0.0.0 sink.example
||block.example^
*.star.example
https://drive.example.com/d/1x/?a=b
not a host
http://
""".splitlines()


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    yield
    use_feeds(NO_FEEDS)


@pytest.mark.parametrize(
    ("link", "is_bad"),
    [
        ("https://evil.top/a", True),
        ("https://www.evil.top", True),
        ("https://notevil.top", False),
        ("http://sink.example/x", True),
        ("a.block.example", True),
        ("star.example", True),
        ("https://drive.example.com/d/1x", True),
        ("https://drive.example.com/d/2", False),
        ("https://drive.example.com/", False),
    ],
)
def test_every_form_is_read(link: str, is_bad: bool) -> None:
    address = parse(link)
    assert address is not None
    assert Feeds(bad=read_list(LINES)).has_bad(address) is is_bad


def test_a_known_bad_site_is_dangerous_and_a_known_good_one_only_quiet(tmp_path: Path) -> None:
    (tmp_path / "bad").write_text("ordinary-shop.example\n")
    (tmp_path / "good").write_text("royalmail-fans.com\n")
    assert check("https://royalmail-fans.com/", nothing_known).verdict == "dangerous"
    use_feeds(read_feeds(str(tmp_path / "bad"), str(tmp_path / "good")))
    assert check("https://ordinary-shop.example/", nothing_known).reasons[0].code == "known_bad"
    answer = check("https://royalmail-fans.com/", nothing_known)
    assert (answer.verdict, answer.reasons[0].code) == ("unknown", "known_good")


def test_a_missing_file_is_told_at_the_start(tmp_path: Path) -> None:
    assert read_feeds("", "") == NO_FEEDS
    with pytest.raises(Misconfigured, match="known_bad"):
        read_feeds(str(tmp_path / "none"), "")

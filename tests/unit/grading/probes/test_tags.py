import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.grading.probes.tags import Tag, read_tags


@pytest.mark.parametrize(
    ("html", "tags"),
    [
        ("<a>x<b/>", [("a", {}, ""), ("b", {}, "")]),
        ("<A HREF=/x Href=/y checked>", [("a", {"href": "/x", "checked": ""}, "")]),
        ("""<a b = "1>2" c='&amp;'d=3>""", [("a", {"b": "1>2", "c": "&", "d": "3"}, "")]),
        ("<svg/onload=x()>", [("svg", {"onload": "x()"}, "")]),
        ("<script>a<b></SCRIPT ><p>", [("script", {}, "a<b>"), ("p", {}, "")]),
        ("<script>a</scripts>b</script>", [("script", {}, "a</scripts>b")]),
        ("<script>never ends", [("script", {}, "never ends")]),
        ("<textarea><script>x</script></textarea><i>", [("textarea", {}, "<script>x</script>"), ("i", {}, "")]),
        ("<!-- <a> --><b><!--><i><!-- x --!><u>", [("b", {}, ""), ("i", {}, ""), ("u", {}, "")]),
        ("<!doctype html><?php ?></x><p>", [("p", {}, "")]),
        ("1 < 2 <<p>", [("p", {}, "")]),
        ("<!-- open <a>", []),
        ("<a href='open><b>", []),
        ("<a", []),
        ("<a =b=c>", [("a", {"=b": "c"}, "")]),
    ],
)
def test_tags_are_read_as_browsers_do(html: str, tags: list[tuple[str, dict[str, str], str]]) -> None:
    assert list(read_tags(html)) == [Tag(*tag) for tag in tags]


@given(st.text(alphabet="<>/='\"!- ab\n", max_size=200))
def test_any_text_is_read(html: str) -> None:
    for tag in read_tags(html):
        assert tag.name


def test_hostile_markup_takes_as_long_as_it_is() -> None:
    pieces = (
        "<!--",
        "<![",
        "<a b=",
        "<script>",
        "</",
        "<p onx=1",
        "<a '",
        "<a b='",
        "<!-",
        "<?",
        "<a ",
        "<a/",
        "=",
        "</script",
    )
    began = time.perf_counter()
    for piece in pieces:
        list(read_tags(piece * (200_000 // len(piece))))
        list(read_tags("<script>" + piece * (200_000 // len(piece))))
    assert time.perf_counter() - began < 10

from typing import Any

import pytest

from sealane.interchange.inbox.letter import Letter, find, find_all, text_at

DOCUMENT: dict[str, Any] = {"a": [{"b": 1}, {"b": True}], "c": {"d": "x"}, "n": None}


@pytest.mark.parametrize(
    ("path", "value"),
    [("a.0.b", 1), ("a.-1.b", True), ("a.2.b", None), ("a.x", None), ("c.d", "x"), ("c.d.e", None), ("n", None),
     ("a.9999", None), ("", DOCUMENT)],
)  # fmt: skip
def test_find(path: str, value: object) -> None:
    assert find(DOCUMENT, path) == value


def test_find_all_and_text() -> None:
    assert list(find_all(DOCUMENT, "a.*.b")) == [1, True]
    assert list(find_all(DOCUMENT, "c.*.b")) == []
    assert [text_at(DOCUMENT, path) for path in ("a.0.b", "a.1.b", "c", "n")] == ["1", "true", None, None]


def test_places_of_the_head() -> None:
    letter = Letter(b"", None, {"x": "1"}, {"token": "2"})
    assert [letter.at(place) for place in ("header:x", "query:token", "header:y", "")] == ["1", "2", "", ""]

from typing import Any

import pytest

from sealane.interchange.signatures.message import Message, UnknownComponentError, fields_of, signature_base
from sealane.model.errors import CoverageMissing

REQUEST = Message({"host": "a.example", "x": 'a="1", b;q=2'}, b"", "GET", "https://a.example/p/q?x=1&y=2")


@pytest.mark.parametrize(
    ("name", "parameters", "value"),
    [
        ("@method", {}, "GET"), ("@target-uri", {}, "https://a.example/p/q?x=1&y=2"), ("@authority", {}, "a.example"),
        ("@scheme", {}, "https"), ("@path", {}, "/p/q"), ("@query", {}, "?x=1&y=2"), ("host", {}, "a.example"),
        ("@request-target", {}, "/p/q?x=1&y=2"), ("x", {"key": "a"}, '"1"'), ("x", {"key": "b"}, "?1;q=2"),
    ],
)  # fmt: skip
def test_components(name: str, parameters: dict[str, Any], value: str) -> None:
    assert REQUEST.value(name, parameters) == value
    reply = Message({}, status=200, request=REQUEST)
    assert reply.value(name, {**parameters, "req": True}) == value
    assert reply.value("@status", {}) == "200"


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("@status", {}), ("@other", {}), ("y", {}), ("x", {"key": "z"}), ("@method", {"req": True})],
)
def test_what_is_not_there_cannot_be_covered(name: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(CoverageMissing):
        REQUEST.value(name, parameters)


@pytest.mark.parametrize(
    ("name", "parameters"), [("x", {"sf": True}), ("x", {"bs": True}), ("@query-param", {"name": "x"})]
)
def test_what_the_library_reads(name: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(UnknownComponentError):
        REQUEST.value(name, parameters)


def test_lines_of_one_name_are_joined_and_nothing_is_covered_twice() -> None:
    assert fields_of([(b"A", b" 1 "), (b"a", b"2")]) == {"a": "1, 2"}
    with pytest.raises(CoverageMissing):
        signature_base(REQUEST, [("@method", {}), ("@method", {})], "()")

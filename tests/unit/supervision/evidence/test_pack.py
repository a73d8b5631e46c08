"""The file of a pack: lines of JSON, written in parts."""

from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from typing import Any

from sealane.storage.database import Database
from sealane.supervision import Log, store
from sealane.supervision.entry import parse_entry
from sealane.supervision.evidence import pack
from sealane.supervision.evidence.pack import assemble, entries_about, seal


def body_of(head: dict[str, Any], *claims: dict[str, Any]) -> tuple[BytesIO, bytes]:
    body = BytesIO()
    return body, assemble(body, head, claims)


def test_a_pack_is_lines_of_json_with_the_seal_on_top_and_the_checksum_below() -> None:
    body, digest = body_of({"about": {}}, {"rate": {"b": 1, "a": 2}})
    assert body.getvalue() == b'{"about":{}}\n{"rate":{"a":2,"b":1}}\n'
    assert digest == sha256(body.getvalue()).digest()
    whole = b"".join(seal(body, b'{"x":1}'))
    first, *_, last, end = whole.split(b"\n")
    assert first == b'{"format":"sealane/evidence@v1","opening":{"x":1}}'
    assert last == b'{"sha256":"%s"}' % sha256(whole.removesuffix(last + b"\n")).hexdigest().encode()
    assert end == b""


def test_equal_claims_give_equal_digests() -> None:
    assert body_of({"a": 1, "b": 2})[1] == body_of({"b": 2, "a": 1})[1]


def test_entries_are_looked_up_page_by_page(log: Log, database: Database, append: Callable[..., list[str]]) -> None:
    """What belongs is asked for a page of entries at a time, so that no list of all orders is needed."""
    append(log, 2 * pack.PAGE + 10)
    asked: list[int] = []

    def belonging(orders: set[str]) -> set[str]:
        asked.append(len(orders))
        return {min(orders)}

    with database.reader() as connection:
        size = 2 * pack.PAGE + 5
        found = list(entries_about(connection, belonging, size, ("2000", "2100")))
        assert list(entries_about(connection, belonging, size, ("2000", "2001"))) == []
        assert all(leaf == next(store.entries_from(connection, index, 1))[1] for index, leaf in found)
    assert asked[:3] == [pack.PAGE, pack.PAGE, 5]
    assert [index // pack.PAGE for index, _ in found] == [0, 1, 2]
    assert all(parse_entry(leaf).order_id for _, leaf in found)

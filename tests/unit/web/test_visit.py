from typing import Any

import msgspec
import pytest

from sealane.model.errors import InvalidInput, NotFound
from sealane.web.problems import MalformedHead
from sealane.web.visit import Visit


class Query(msgspec.Struct, forbid_unknown_fields=True):
    limit: int = 50
    name: str | None = None


DECODER = msgspec.json.Decoder(Query)


def visit(*headers: tuple[bytes, bytes], query: bytes = b"", **path: str) -> Visit:
    scope: dict[str, Any] = {"headers": list(headers), "query_string": query, "path_params": path}
    return Visit(None, None, scope, None)  # type: ignore[arg-type]


def test_headers_of_weight_may_not_be_there_twice() -> None:
    visit((b"accept", b"a"), (b"accept", b"b"), (b"content-type", b"x")).check_head()
    for name in (b"authorization", b"content-type", b"idempotency-key", b"content-length"):
        with pytest.raises(MalformedHead, match=name.decode()):
            visit((name, b"a"), (b"accept", b"x"), (name, b"a")).check_head()


def test_an_idempotency_key_is_short_and_printable() -> None:
    assert visit().idempotency_key is None
    assert visit((b"idempotency-key", b"a" * 255)).idempotency_key == "a" * 255
    for key in (b"", b"a" * 256, b"\xff", b"a\tb", b"a\x7f"):
        with pytest.raises(MalformedHead):
            _ = visit((b"idempotency-key", key)).idempotency_key


def test_only_an_id_of_the_right_kind_is_looked_for() -> None:
    order_id = "ord_01kan6k3zw8t5q1r9v0m2c4d7e"
    assert visit(order_id=order_id).named("order_id", "ord") == order_id
    for text in ("", "ord_", order_id.upper(), order_id + "0", "dec" + order_id[3:], "ord_01kan6k3zw8t5q1r9v0m2c4d7u"):
        with pytest.raises(NotFound):
            visit(order_id=text).named("order_id", "ord")


def test_a_query_becomes_a_record() -> None:
    assert visit().query(DECODER) == Query()
    assert visit(query=b"limit=7&name=a%20b").query(DECODER) == Query(7, "a b")
    assert visit(query=b"name=").query(DECODER) == Query(name="")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (b"limit=x", "wrong-type"),
        (b"limit=-1", "wrong-type"),
        (b"limit=1.0", "wrong-type"),
        (b"limit=1&limit=2", "duplicate"),
        (b"limit=1&limit=1", "duplicate"),
        (b"unknown=1", "unknown-field"),
    ],
)
def test_a_query_is_read_strictly(query: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        visit(query=query).query(DECODER)
    assert refusal.value.errors[0].code == code
    assert refusal.value.errors[0].pointer.startswith("/")


@pytest.mark.parametrize(
    "query", [b"limit", b"&&", b"name=%ff", b"name=\xff", b"&".join(b"p%d=1" % n for n in range(100))]
)
def test_an_unreadable_query_is_refused(query: bytes) -> None:
    with pytest.raises(InvalidInput):
        visit(query=query).query(DECODER)

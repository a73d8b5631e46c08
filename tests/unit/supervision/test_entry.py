"""The leaf: canonical, small, and silent about the content."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.model.errors import InvalidInput, ProofInvalid
from sealane.model.ids import new_id
from sealane.supervision.entry import WITH_CONTENT, Entry, Shown, parse_entry, write_entry

ENTRY_ID = "ent_01kan6k3zw8t5q1r9v0m2c4d7e"
ORDER_ID = "ord_01kan6k3zvhw4m8s2f6g0j1k3n"
DIGEST = hashlib.sha256(bytes(16) + b"content").digest()
SHOWN = Shown(WITH_CONTENT, DIGEST)
LEAF = write_entry(ENTRY_ID, "order.decided", ORDER_ID, 1795339800000123, SHOWN)


def test_it_looks_like_the_example() -> None:
    assert (
        b'{"content":"' + DIGEST.hex().encode() + b'",'
        b'"id":"ent_01kan6k3zw8t5q1r9v0m2c4d7e","kind":"order.decided","order":"ord_01kan6k3zvhw4m8s2f6g0j1k3n",'
        b'"time":"2026-11-22T09:30:00.000123Z","v":1}'
    ) == LEAF
    assert parse_entry(LEAF) == Entry(ENTRY_ID, "order.decided", ORDER_ID, "2026-11-22T09:30:00.000123Z", DIGEST.hex())


@given(
    st.from_regex(r"[a-z_]{1,30}\.[a-z_]{1,30}", fullmatch=True),
    st.booleans(),
    st.integers(0, 4_000_000_000_000_000),
    st.builds(Shown, st.sampled_from([1, 2]), st.binary(min_size=32, max_size=32)),
)
def test_every_leaf_is_small_canonical_json_and_reads_back(
    kind: str, is_about_order: bool, now_us: int, shown: Shown
) -> None:
    order_id = new_id("ord") if is_about_order else None
    leaf = write_entry(new_id("ent"), kind, order_id, now_us, shown)
    assert len(leaf) < 1024
    assert json.dumps(json.loads(leaf), sort_keys=True, separators=(",", ":")).encode() == leaf
    entry = parse_entry(leaf)
    assert (entry.kind, entry.order_id, entry.version) == (kind, order_id, shown.version)
    assert entry.content == shown.digest.hex()


@pytest.mark.parametrize(
    "kind", ["", "order", "order.", ".decided", 'order.de"cided', "order.decided\n", "Order.decided"]
)
def test_a_kind_without_form_is_refused(kind: str) -> None:
    with pytest.raises(InvalidInput):
        write_entry(ENTRY_ID, kind, None, 0, SHOWN)


@pytest.mark.parametrize("order_id", ["", "ord_1", ORDER_ID[:-1] + '"', ENTRY_ID])
def test_an_order_id_without_form_is_refused(order_id: str) -> None:
    with pytest.raises(InvalidInput):
        write_entry(ENTRY_ID, "order.decided", order_id, 0, SHOWN)


def test_other_bytes_are_no_leaf() -> None:
    spaced, newer = LEAF.replace(b",", b", "), LEAF.replace(b'"v":1', b'"v":3')
    for leaf in (b"", b"{}", b"\xff", LEAF[:-1], LEAF + b"\n", spaced, newer):
        with pytest.raises(ProofInvalid):
            parse_entry(leaf)

import time

from sealane.model.ids import PREFIXES, is_id, new_id


def test_ids_differ_and_sort_by_their_millisecond() -> None:
    first = new_id("ord")
    time.sleep(0.002)
    later = [new_id("ord") for _ in range(10_000)]
    assert len(set(later)) == 10_000
    assert all(first < other for other in later)


def test_an_id_has_its_shape() -> None:
    for prefix in PREFIXES:
        assert is_id(new_id(prefix), prefix)
    assert not is_id(new_id("ord"), "cns")
    assert not is_id("ord_short", "ord")
    assert not is_id("ord_01kan6k3zw8t5q1r9v0m2c4d7U", "ord"), "u and capitals are no digits of Crockford base 32"

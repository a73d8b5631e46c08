import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from sealane.keys.blinding import Blinder

KEY = bytes(range(32))


@given(st.sampled_from(["email", "phone", "name"]), st.text())
def test_a_link_is_the_truncated_hmac_of_kind_and_value(kind: str, value: str) -> None:
    value = value.encode("utf-8", "ignore").decode()
    expected = hmac.digest(KEY, kind.encode() + b"\0" + value.encode(), hashlib.sha256)[:16]
    blinder = Blinder(KEY)
    assert blinder.link(kind, value) == expected
    assert blinder.link(kind, value) == expected, "the shared state of a kind is not used up"


def test_kinds_and_keys_part_equal_values() -> None:
    links = {Blinder(key).link(kind, "x") for key in (KEY, KEY[::-1]) for kind in ("email", "name")}
    assert len(links) == 4


def test_nothing_has_no_link() -> None:
    assert Blinder(KEY).link("email", None) is None


def test_it_prints_nothing() -> None:
    assert repr(Blinder(KEY)) == "Blinder(***)"

"""Fields as bits: what goes in comes out."""

from hypothesis import given
from hypothesis import strategies as st

from sealane.disclosure.policy.fields import FIELDS, mask_of, names_in


@given(st.sets(st.sampled_from(FIELDS)))
def test_a_mask_holds_its_fields(names: set[str]) -> None:
    assert set(names_in(mask_of(names))) == names  # type: ignore[arg-type]


def test_all_fields_have_a_bit_of_their_own() -> None:
    assert mask_of(FIELDS) == (1 << len(FIELDS)) - 1
    assert names_in(-1) == FIELDS

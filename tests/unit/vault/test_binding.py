from hypothesis import given
from hypothesis import strategies as st

from sealane.vault.binding import field_end, record_start

parts = st.tuples(st.text(), st.text(), st.text(), st.text())


def bind(tenant: str, subject: str, record: str, field: str) -> bytes:
    return record_start(tenant, subject, record) + field_end(field)


def test_the_documented_bytes() -> None:
    assert bind("mer_1", "sub_2", "rec_3", "/shopper/email") == b"2:v1,5:mer_1,5:sub_2,5:rec_3,14:/shopper/email,2:s1,"


@given(parts, parts)
def test_two_places_never_spell_the_same_bytes(
    first: tuple[str, str, str, str], second: tuple[str, str, str, str]
) -> None:
    assert (bind(*first) == bind(*second)) == (first == second)


@given(st.text("0123456789:,", max_size=12), st.text("0123456789:,", max_size=12))
def test_a_part_cannot_pretend_to_be_two(tenant: str, subject: str) -> None:
    assert record_start(tenant, subject, "") != record_start("", tenant + subject, "") or not tenant

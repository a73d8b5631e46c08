import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.interchange.signatures.fields import FieldSyntaxError, parse_dictionary, parse_item, parse_list


def test_the_example_of_the_module() -> None:
    text = 'sig1=("@method" "@target-uri");created=1795340000;keyid="k1"'
    assert parse_dictionary(text) == {
        "sig1": ([("@method", {}), ("@target-uri", {})], {"created": 1795340000, "keyid": "k1"})
    }


def test_a_key_that_is_there_twice_is_refused_where_it_matters() -> None:
    assert parse_dictionary("a=1, a=2") == {"a": (2, {})}
    with pytest.raises(FieldSyntaxError):
        parse_dictionary("a=1, a=2", unique=True)


@given(st.text(max_size=60))
def test_nothing_but_a_syntax_error_comes_of_any_text(text: str) -> None:
    for parse in (parse_item, parse_list, parse_dictionary):
        try:
            parse(text)
        except FieldSyntaxError:
            continue

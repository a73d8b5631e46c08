import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.interchange.signatures.reading import read_signatures
from sealane.model.errors import SignatureInvalid

INPUT, SIGNATURE = 'sig1=("@method" "x");created=1;keyid="k"', "sig1=:AAAA:"


def fields(given: str = INPUT, signature: str = SIGNATURE) -> dict[str, str]:
    return {"signature-input": given, "signature": signature}


def test_both_readers_agree_on_the_usual_form() -> None:
    (fast,) = read_signatures(fields())
    (slow,) = read_signatures(fields(given=INPUT.replace('" "', '"  "')))
    assert (fast.covered, fast.parameters, fast.signature) == (slow.covered, slow.parameters, slow.signature)
    assert slow.text == fast.text


@pytest.mark.parametrize(
    ("given", "signature"),
    [
        ("", ""), ("x", "y"), (INPUT, "sig2=:AAAA:"), (f"{INPUT}, {INPUT}", SIGNATURE), (INPUT, "sig1=AAAA"),
        (INPUT + ";other=1", SIGNATURE), (INPUT + ";nonce=1", SIGNATURE), (INPUT + ';expires="1"', SIGNATURE),
        ('sig1=("@METHOD")', SIGNATURE), ("sig1=1", SIGNATURE), (INPUT, "sig1=:AAAB=:"),
        (INPUT + ";created=2", SIGNATURE),
        (", ".join(f'{INPUT.replace("sig1", f"s{n}")}' for n in range(5)), ", ".join(f"s{n}=:AAAA:" for n in range(5))),
        ("sig1=(1)", SIGNATURE),
    ],
)  # fmt: skip
def test_what_cannot_be_read_one_way_is_refused(given: str, signature: str) -> None:
    with pytest.raises(SignatureInvalid):
        read_signatures(fields(given, signature))


@given(st.text(max_size=80), st.text(max_size=40))
def test_nothing_else_comes_of_any_text(text: str, signature: str) -> None:
    try:
        read_signatures(fields(text, signature))
    except SignatureInvalid:
        return

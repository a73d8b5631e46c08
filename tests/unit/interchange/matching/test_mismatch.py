from sealane.interchange.matching.mismatch import CODES, Mismatch, amount_text


def test_amounts_read_as_people_write_them() -> None:
    assert amount_text(12_990, "EUR") == "129.90 EUR"
    assert amount_text(1_299_000, "JPY") == "1,299,000 JPY"


def test_every_code_says_what_it_means() -> None:
    assert all(Mismatch(code, "payment", ("order",), "a", "b").text == text for code, text in CODES.items())
    assert all(text.endswith(".") for text in CODES.values())

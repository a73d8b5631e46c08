import pytest

from sealane.shield.messages.phrases import branch, normalise, topics


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Your parcel could not be delivered, pay the fee", {"parcel", "held", "pay"}),
        ("Ihr Paket wird zur\u00fcckgehalten, zahlen Sie 1,99", {"parcel", "held", "pay"}),
        ("Votre colis est en attente, r\u00e9glez les frais de douane", {"parcel", "held", "pay", "customs"}),
        ("Su paquete est\u00e1 retenido en aduanas, pague la tasa", {"parcel", "held", "pay", "customs"}),
        ("Il suo pacco \u00e8 in giacenza, paghi le spese doganali", {"parcel", "held", "pay", "customs"}),
        ("A sua encomenda aguarda o pagamento da taxa", {"parcel", "held", "pay"}),
        ("Uw pakket wordt vastgehouden, betaal de kosten", {"parcel", "held", "pay"}),
        ("Twoja paczka zosta\u0142a wstrzymana, op\u0142a\u0107 nale\u017cno\u015b\u0107", {"parcel", "held", "pay"}),
        ("\u304a\u8377\u7269\u306f\u6301\u3061\u5e30\u308a\u307e\u3057\u305f", {"parcel", "held"}),
        ("See you at seven", set()),
    ],
)
def test_the_same_is_understood_in_many_languages(text: str, about: set[str]) -> None:
    assert about <= topics(normalise(text))


def test_letters_in_disguise_are_read_through() -> None:
    assert "parcel" in topics(normalise("Your p\u0430r\u0441el"))
    assert "parcel" in topics(normalise("pa\u200brcel"))


def test_a_branch_matches_what_a_plain_alternation_does() -> None:
    assert branch({"ab", "ac", "b"}) == "(?:a(?:b|c)|b)"
    assert branch({"a", "ab"}) == "a"
    assert branch({"a", "ab"}, end="$") == "a(?:b$|$)"

from sealane.interchange.gate.surplus import surplus_of
from webhooks import examples


def test_personal_members_are_told_by_kind() -> None:
    document = {"shipping": {"name": "Ana", "address": {"line1": "Rua", "postal_code": "1"}}, "shopperEmail": "x",
                "list": [{"dateOfBirth": "2000"}, {"phone": ""}], "shopperIP": "1", "iban": "PT50"}  # fmt: skip
    assert surplus_of(document) == ("address", "birth", "card", "email", "ip", "name")


def test_a_bare_event_holds_none() -> None:
    assert surplus_of(examples("ups")[0]["body"]) == ("address",)
    assert surplus_of(examples("checkout-com")[0]["body"]) == ()
    assert surplus_of([[[]]]) == surplus_of(None) == ()

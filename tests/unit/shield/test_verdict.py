import msgspec

from sealane.shield.verdict import Answer, Reason


def test_an_answer_is_what_the_wire_says() -> None:
    answer = Answer("link", "dangerous", "dhl", (Reason("misspelt", "It is."),), ("Stop.",))
    assert msgspec.to_builtins(answer) == {
        "kind": "link",
        "verdict": "dangerous",
        "brand": "dhl",
        "reasons": ({"code": "misspelt", "text": "It is."},),
        "advice": ("Stop.",),
    }

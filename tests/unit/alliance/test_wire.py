import msgspec
import pytest

from sealane.alliance.wire import EvaluateRequest, Indicator, key_content

ELEMENT = "ab" * 32


def question(**changes: object) -> bytes:
    whole = {"kind": "phone", "epoch": "2026Q4", "purpose": "checkout", "case": "SO-1", "elements": [ELEMENT] * 16}
    return msgspec.json.encode({**whole, **changes})


def test_a_question_is_read() -> None:
    assert msgspec.json.decode(question(), type=EvaluateRequest).elements[0] == ELEMENT


@pytest.mark.parametrize(
    "changes",
    [
        {"elements": [ELEMENT] * 15},
        {"elements": [ELEMENT] * 1025},
        {"elements": [ELEMENT.upper()] * 16},
        {"epoch": "2026Q5"},
        {"purpose": "curiosity"},
        {"case": ""},
        {"kind": "name"},
        {"value": "+351912345678"},
    ],
)
def test_a_wrong_question_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(question(**changes), type=EvaluateRequest)


def test_what_the_log_says_about_a_key_does_not_change() -> None:
    assert key_content("phone", "2026Q4", "c8") == b'{"kind":"phone","epoch":"2026Q4","public_key":"c8"}'


def test_two_members_confirm() -> None:
    line = {"number": 1, "kind": "phone", "epoch": "2026Q4", "tag": "ab" * 16, "reason": "drop_address"}
    rest = {"severity": "watch", "weight": 1.0, "expires_at": "2026-12-31T00:00:00Z"}
    one, two = (msgspec.convert({**line, **rest, "members": n}, Indicator, strict=False) for n in (1, 2))
    assert not one.is_confirmed
    assert two.is_confirmed

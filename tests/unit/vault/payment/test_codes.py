from sealane.vault.payment.codes import LIFE_SECONDS, SecurityCodes


def test_a_code_is_taken_once() -> None:
    codes = SecurityCodes()
    codes.keep("ct_1", "123")
    assert codes.take("ct_1") == "123"
    assert codes.take("ct_1") is None


def test_a_code_lives_ten_minutes_at_most() -> None:
    now = [0.0]
    codes = SecurityCodes(clock=lambda: now[0])
    codes.keep("ct_1", "123")
    now[0] = LIFE_SECONDS - 1
    codes.keep("ct_2", "456")
    now[0] = LIFE_SECONDS
    assert codes.take("ct_1") is None
    assert "ct_1" not in codes._codes
    assert codes.take("ct_2") == "456"


def test_a_newer_code_replaces_the_older_and_one_may_be_dropped() -> None:
    codes = SecurityCodes()
    codes.keep("ct_1", "123")
    codes.keep("ct_1", "456")
    assert codes.take("ct_1") == "456"
    codes.keep("ct_1", "789")
    codes.drop("ct_1")
    assert codes.take("ct_1") is None


def test_it_prints_nothing() -> None:
    codes = SecurityCodes()
    codes.keep("ct_1", "123")
    assert repr(codes) == "SecurityCodes(***)"

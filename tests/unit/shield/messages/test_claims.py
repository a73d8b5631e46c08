"""What a message says: brands, links however written, numbers, addresses."""

import pytest

from sealane.shield.messages.claims import read_claims


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("Track at https://www.dhl.com/a.", ["www.dhl.com"]),
        ("pay:http://a.top/x)", ["a.top"]),
        ("go to dhl-fee.top/pay now", ["dhl-fee.top"]),
        ("go to dhl[.]com or hxxps://evil.com", ["evil.com", "dhl.com"]),
        ("\u8bf7\u70b9\u51fbhttp://a.cn/x\u67e5\u770b", ["a.cn"]),
        ("\u8bf7\u70b9\u51fbdhl-fee.top\u67e5\u770b", ["dhl-fee.top"]),
        ("Delivered today.It was left. Version 1.2.3 cost 2.99", []),
        ("mail me@dhl.com", []),
        ("twice http://a.com http://a.com", ["a.com"]),
    ],
)
def test_links_are_found_however_they_stand(text: str, hosts: list[str]) -> None:
    assert [address.host for address in read_claims(text).links] == hosts


def test_brands_numbers_and_senders_are_found() -> None:
    claims = read_claims("From: DHL <info@dhl-mail.top>. Royal Mail 1Z5R89390357567127, code 123456")
    assert [brand.id for brand in claims.brands] == ["dhl", "royal-mail"]
    assert claims.numbers == ("1Z5R89390357567127",)
    assert claims.mail_hosts == ("dhl-mail.top",)


def test_a_word_is_no_brand() -> None:
    assert read_claims("I wish you a square deal, bring the stripes").brands == ()


def test_too_much_is_said_to_be_too_much() -> None:
    assert read_claims("hello").is_whole
    assert not read_claims("hello " * 5000).is_whole
    assert not read_claims(" ".join(f"a{number}.com" for number in range(100))).is_whole

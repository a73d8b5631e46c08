"""One text in, one answer out: which kind it is, what is said, and that hostile texts cost next to nothing."""

import random
import time
from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.keys.signing import Signer
from sealane.shield.checking import check, nothing_known, prepare, track
from sealane.shield.notices import Notice, issue, key_id
from sealane.shield.trust import Trust

KNOWN = "RB123456785GB"
DANGER = "Your DHL parcel is held. Pay the customs fee: https://dhl-fee.top/x"


def one_known(numbers: Iterable[str]) -> bool:
    return KNOWN in numbers


@pytest.fixture(autouse=True, scope="module")
def prepared() -> None:
    prepare()


@pytest.mark.parametrize(
    ("text", "kind", "verdict", "brand"),
    [
        ("https://www.dhl.com/track?n=1", "link", "official", "dhl"),
        ("dhl.com", "shop", "official", "dhl"),
        ("www.some-lamp-shop.com", "shop", "unknown", None),
        ("http://example.org/a", "link", "unknown", None),
        ("https://royalmail-redelivery.com/", "link", "dangerous", "royal-mail"),
        (" javascript:alert(1) ", "link", "dangerous", None),
        ("data:text/html;base64,PHNjcmlwdD4=", "link", "dangerous", None),
        ("1Z 5R89 3903 5756 7127", "tracking_number", "unknown", None),
        ("1Z5R89390357567128", "tracking_number", "unknown", None),
        ("ZZZ99999999999999", "tracking_number", "unknown", None),
        ("RB 123 456 785 GB", "tracking_number", "genuine", None),
        (DANGER, "message", "dangerous", "dhl"),
        ("See you at seven?", "message", "unknown", None),
        ("someone@dhl.com", "message", "unknown", "dhl"),
        ("", "message", "unknown", None),
    ],
)
def test_the_kind_is_found_out(text: str, kind: str, verdict: str, brand: str | None) -> None:
    answer = check(text, one_known)
    assert (answer.kind, answer.verdict) == (kind, verdict)
    if kind != "message" or verdict == "dangerous":
        assert answer.brand == brand
    assert answer.reasons
    assert 1 <= len(answer.advice) <= 3


def test_unknown_never_looks_like_safe() -> None:
    for text in ("http://example.org/a", "hello", "1Z5R89390357567127"):
        answer = check(text, nothing_known)
        assert answer.verdict == "unknown"
        assert answer.advice[0].startswith("We can't tell.")


def test_a_number_is_genuine_only_when_an_order_bears_it() -> None:
    chance = random.Random(7)
    for _ in range(500):
        number = "".join(chance.choices("0123456789", k=chance.choice((12, 20))))
        assert check(number, nothing_known).verdict == "unknown"
    assert track(KNOWN, one_known).known_order
    assert not track(KNOWN, nothing_known).known_order
    assert track("rb-123456785-gb", one_known).known_order


def test_an_official_link_with_a_known_number_is_genuine() -> None:
    text = f"Royal Mail: {KNOWN} arrives tomorrow. https://www.royalmail.com/track"
    assert check(text, one_known).verdict == "genuine"
    assert check(text, nothing_known).verdict == "official"


class TestNotices:
    signer = Signer.from_seed(b"\x01" * 32)
    trust = Trust({key_id(signer.public_key): signer.public_key}, 1_000 * 1_000_000)
    token = issue(signer, Notice("lamps.example", "cns_1", "fee", 900, 2_000, link="https://lamps.example/pay"))

    def test_a_notice_of_a_trusted_sender_is_genuine(self) -> None:
        answer = check(self.token, nothing_known, self.trust)
        assert (answer.kind, answer.verdict, answer.reasons[0].code) == ("notice", "genuine", "signed_notice")
        assert "lamps.example" in answer.reasons[0].text

    @pytest.mark.parametrize(
        ("wrap", "kind", "verdict", "code"),
        [
            ("https://lamps.example/pay#{}", "notice", "genuine", "signed_notice"),
            ("https://other.example/pay#{}", "notice", "unknown", "notice_elsewhere"),
            ("https://dhl-fee.top/#{}", "notice", "dangerous", "brand_with_words"),
        ],
    )
    def test_a_link_that_carries_it_has_to_be_its_own(self, wrap: str, kind: str, verdict: str, code: str) -> None:
        answer = check(wrap.format(self.token), nothing_known, self.trust)
        assert (answer.kind, answer.verdict, answer.reasons[0].code) == (kind, verdict, code)

    def test_others_are_not(self) -> None:
        assert check(self.token, nothing_known).reasons[0].code == "notice_of_stranger"
        altered = self.token[:-3] + ("A" if self.token[-3] != "A" else "B") + self.token[-2:]
        assert check(altered, nothing_known, self.trust).verdict == "dangerous"
        late = Trust(self.trust.keys, 3_000 * 1_000_000)
        assert check(self.token, nothing_known, late).reasons[0].code == "notice_not_in_force"


HOSTILE = {
    "one megabyte": "a" * 1_000_000,
    "dots": "a." * 500_000,
    "words": "parcel pay dhl " * 70_000,
    "ten thousand links": " ".join(f"https://s{number}.example.com/a" for number in range(10_000)),
    "ten thousand hosts": " ".join(f"s{number}.example.com" for number in range(10_000)),
    "right to left": "\u202e" * 100_000 + "lecrap",
    "binary": random.Random(1).randbytes(200_000).decode("latin-1"),
    "ligatures": "\ufdfa" * 100_000,
    "marks": "a" + "\u0301" * 100_000,
    "mixed letters": "\u0430a" * 100_000,
    "script": "javascript:" + "a" * 1_000_000,
    "dashes": "-" * 1_000_000,
    "at signs": "a@" * 500_000,
    "long link": "http://a.com/" + "a" * 1_000_000,
    "links in links": "http://a.com/?" + "u=http://b.com&" * 50_000,
    "credentials": "https://user:password@" * 40_000 + "a.com",
    "numbers": "1234567890 " * 90_000,
    "percent": "http://" + "%61" * 300_000,
    "nothing": "\x00" * 1_000_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_are_answered_at_once_and_never_called_good(text: str) -> None:
    spent = []
    for _ in range(3):
        began = time.thread_time()
        answer = check(text, nothing_known)
        spent.append(time.thread_time() - began)
    assert min(spent) < 0.05
    assert answer.verdict in {"unknown", "dangerous"}
    assert all(len(reason.text) < 500 for reason in answer.reasons)


def test_a_danger_is_found_before_a_long_tail_and_padding_never_makes_a_message_official() -> None:
    assert check(DANGER + " x" * 100_000, nothing_known).verdict == "dangerous"
    assert check("https://www.dhl.com/ " + "x " * 100_000 + DANGER, nothing_known).verdict == "unknown"


@pytest.mark.parametrize(
    "text",
    ["\udcff", "http://\udcff.com", "DHL \ud800 http://a\udfff.top", "1Z\udcff5R89390357567127", "xn--\udcff.com"],
)
def test_bytes_that_are_no_text_are_answered_too(text: str) -> None:
    answer = check(text, nothing_known)
    assert answer.verdict in {"unknown", "dangerous"}
    assert msgspec.json.encode((answer, track(text, nothing_known)))


@given(st.text(max_size=300))
def test_whatever_comes_there_is_an_answer(text: str) -> None:
    answer = check(text, nothing_known)
    assert answer.verdict != "genuine"
    assert track(text, nothing_known).known_order is False


@pytest.mark.parametrize(
    "text", ["https://<script>alert(1)</script>.top", "\u202ehttps://dhl.com\u202c", 'https://a.com/"><b>']
)
def test_reasons_repeat_no_markup_and_no_hidden_characters(text: str) -> None:
    told = " ".join(reason.text for reason in check(text, nothing_known).reasons)
    assert "<" not in told
    assert "\u202e" not in told


@pytest.mark.parametrize(
    ("grade", "verdict"), [("A", "unknown"), ("F", "dangerous"), ("T", "dangerous"), (None, "unknown")]
)
def test_a_shop_shows_its_grade_where_it_has_one(grade: str | None, verdict: str) -> None:
    trust = Trust(grade=lambda domain: grade if domain == "some-lamp-shop.com" else None)
    answer = check("www.some-lamp-shop.com", nothing_known, trust)
    assert (answer.kind, answer.verdict) == ("shop", verdict)
    assert (answer.reasons[0].code == "shop_grade") is (grade is not None)
    assert check("https://some-lamp-shop.com/a", nothing_known, trust).reasons[0].code == "not_known"

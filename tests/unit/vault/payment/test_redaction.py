import base64
import html
import json
import random
import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

import msgspec
import pytest

from sealane.vault.payment.redaction import redact

PANS = ["4111111111111111", "5555555555554444", "378282246310005", "30569309025904", "6011111111111117"]
HOLDER = "Ana Silva"


def writings(pan: str) -> Iterator[str]:
    yield from (pan, pan[::-1], quote(pan), pan.encode().hex(), "".join(f"%{ord(d):02X}" for d in pan))
    for joint in (" ", "-", ".", "\u00a0", "/", "  ", "_", "+", "%20", "\u2013", "\u200b"):
        yield joint.join(pan[at : at + 4] for at in range(0, len(pan), 4))
        yield joint.join(pan)
    for zero in ("\uff10", "\u0660", "\u0966", "\U0001d7ce"):
        yield "".join(chr(ord(zero) + int(digit)) for digit in pan)
    yield "".join(f"&#{ord(digit)};" for digit in pan)
    yield "".join(f"&#x{ord(digit):x};" for digit in pan)
    yield "".join(f"\\u{ord(digit):04x}" for digit in pan)
    for before in ("", "a", "ab"):
        yield base64.b64encode(f"{before}{pan}".encode()).decode()
        yield base64.urlsafe_b64encode(f"{before}{pan};x".encode()).decode().rstrip("=")


def frames(text: str) -> Iterator[str]:
    yield text
    yield json.dumps({"error": {"message": f"Card {text} declined", "n": 1}})
    yield f"<error><pan>{text}</pan></error>"
    yield f"status=declined&card={text}&code=51"


CORPUS = [(pan, frame) for pan in PANS for writing in writings(pan) for frame in frames(writing)]


def everything(text: str) -> str:
    """Return the text with all that a reader could undo undone, digits of all scripts in ASCII."""
    seen = [text, html.unescape(text), unquote(text), re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text)]
    for word in re.findall(r"[A-Za-z0-9+/_-]{16,}", text):
        for start in range(4):
            part = word[start:].replace("-", "+").replace("_", "/")
            part = part[: len(part) // 4 * 4]
            seen.append(base64.b64decode(part).decode("latin-1"))
        if re.fullmatch("[0-9a-fA-F]+", word):
            seen.append(bytes.fromhex(word[: len(word) // 2 * 2]).decode("latin-1"))
    digits = "|".join(re.sub(r"\D", "", each) for each in seen)
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in digits)


def test_the_corpus_is_large_enough() -> None:
    assert len(CORPUS) >= 500


def test_no_answer_of_the_corpus_gives_a_number_back() -> None:
    for pan, answer in CORPUS:
        safe = redact(answer, {pan: "{{ct_1.number}}"})
        left = everything(safe or "")
        assert pan not in left, answer
        assert pan[::-1] not in left, answer


def test_another_card_number_withholds_the_answer() -> None:
    assert redact('{"other": "4242424242424242"}', {PANS[0]: "{{ct_1.number}}"}) is None


def test_the_placeholder_stands_where_the_value_stood() -> None:
    secrets = {PANS[0]: "{{ct_1.number}}", "917": "{{ct_1.cvc}}", HOLDER: "{{ct_1.holder}}"}
    answer = f'{{"card": "{PANS[0]}", "cvc": "917", "name": "ANA SILVA", "amount": 91700, "id": "ch_917x"}}'
    told = redact(answer, secrets)
    assert told is not None
    assert msgspec.json.decode(told) == {
        "card": "{{ct_1.number}}",
        "cvc": "{{ct_1.cvc}}",
        "name": "{{ct_1.holder}}",
        "amount": 91700,
        "id": "ch_917x",
    }


def test_an_honest_answer_comes_through_as_it_is() -> None:
    answer = json.dumps(
        {"id": "ch_3Nx", "status": "succeeded", "last4": "1111", "created": 1763803800, "amount": 12990}
    )
    assert redact(answer, {PANS[0]: "{{ct_1.number}}"}) == answer


@pytest.mark.timeout(20)
def test_any_split_over_fields_is_found() -> None:
    rng = random.Random(3)
    for _ in range(200):
        cuts = sorted(rng.sample(range(1, 16), rng.randint(1, 3)))
        parts = [PANS[0][a:b] for a, b in zip([0, *cuts], [*cuts, 16], strict=True)]
        assert redact(json.dumps({"parts": parts}), {PANS[0]: "{{ct_1.number}}"}) is None


def test_no_value_stays_behind_in_a_compiled_expression() -> None:
    """The `re` module keeps what it compiled, a security code as well as any other text."""
    secrets = {"4111111111111111": "{{n}}", "917": "{{c}}", "Ana Silva": "{{h}}"}
    assert redact("ANA SILVA 917 4111-1111-1111-1111", secrets) == "{{h}} {{c}} {{n}}"
    kept = repr(list(re._cache)) + repr(list(getattr(re, "_cache2", ())))  # type: ignore[attr-defined]  # to look into
    assert "917" not in kept
    assert "4111" not in kept
    assert "Ana" not in kept


def test_letters_that_grow_when_folded_move_nothing() -> None:
    assert redact("\u0130\u0130 ANA SILVA \u00df", {"Ana Silva": "{{h}}"}) == "\u0130\u0130 {{h}} \u00df"
    assert redact("JOS\u00c9 STRAU\u00df", {"Jos\u00e9 Strau\u00df": "{{h}}"}) == "{{h}}"


def test_a_name_of_one_letter_is_replaced_as_well() -> None:
    assert redact("X for X", {"X": "{{h}}"}) == "{{h}} for {{h}}"

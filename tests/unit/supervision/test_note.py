"""Notes: what is signed opens, what was touched does not, whatever it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.keys.signing import Signer
from sealane.model.errors import InvalidInput, ProofInvalid
from sealane.supervision.note import NoteKey, open_note, parse_vkey, read_base64, sign_note

NAME = "sealane.local/test"
SIGNER = Signer.from_seed(bytes(32))
KEY = NoteKey(NAME, SIGNER.public_key)
TEXT = "first\n\nsecond, dernière\n"
NOTE = sign_note(TEXT, NAME, SIGNER)

LINES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30)


@given(st.lists(LINES, min_size=1, max_size=5).map(lambda lines: "\n".join(lines) + "\n"))
def test_every_text_opens_again(text: str) -> None:
    assert open_note(sign_note(text, NAME, SIGNER), KEY) == text


def test_every_changed_byte_is_found() -> None:
    for at in range(len(NOTE)):
        for flip in (1, 32, 128):
            changed = NOTE[:at] + bytes([NOTE[at] ^ flip]) + NOTE[at + 1 :]
            with pytest.raises(ProofInvalid):
                open_note(changed, KEY)
    for changed in (NOTE[:-1], NOTE + b"\n", NOTE + b"x", b"\n" + NOTE):
        with pytest.raises(ProofInvalid):
            open_note(changed, KEY)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_parser(note: bytes) -> None:
    with pytest.raises(ProofInvalid):
        open_note(note, KEY)


def test_a_note_of_another_key_is_refused() -> None:
    with pytest.raises(ProofInvalid, match=r"not signed by the key sealane\.local/test"):
        open_note(NOTE, NoteKey(NAME, Signer.from_seed(b"\x01" * 32).public_key))
    with pytest.raises(ProofInvalid, match="not signed by"):
        open_note(NOTE, NoteKey("sealane.local/other", SIGNER.public_key))


def test_unknown_signatures_beside_ours_are_skipped() -> None:
    witness = sign_note(TEXT, "witness.example", Signer.from_seed(b"\x02" * 32)).rpartition(b"\n\n")[2]
    assert open_note(NOTE + witness, KEY) == TEXT


def test_one_bad_signature_of_ours_spoils_the_note() -> None:
    bad = sign_note("other\n", NAME, SIGNER).rpartition(b"\n\n")[2]
    with pytest.raises(ProofInvalid, match="does not fit"):
        open_note(NOTE + bad, KEY)


@given(st.text(max_size=90))
def test_no_text_breaks_the_key_parser(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_vkey(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\nb", "a\x00b", "a\ud800b"])
def test_impossible_names_are_refused(name: str) -> None:
    line = str(KEY).replace(NAME, name)
    with pytest.raises(InvalidInput):
        parse_vkey(line)


def test_base64_has_one_form() -> None:
    assert read_base64("AAE=", 2) == b"\x00\x01"
    for text in ("AAF=", "AAE", "AAE=\n", " AAE=", "AA==", "AAEC", "ÄAE="):
        with pytest.raises(ProofInvalid):
            read_base64(text, 2)

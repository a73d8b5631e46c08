"""Checkpoints: one text for each tree head, and none for anything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.keys.signing import Signer
from sealane.model.errors import ProofInvalid
from sealane.supervision.checkpoint import (
    Checkpoint,
    open_checkpoint,
    parse_checkpoint,
    read_number,
    sign_checkpoint,
)
from sealane.supervision.note import NoteKey, sign_note

SIGNER = Signer.from_seed(bytes(32))
KEY = NoteKey("sealane.local/test", SIGNER.public_key)
ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
TEXT = f"sealane.local/test\n20852163\n{ROOT}\n"

LINE = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20)


@given(LINE, st.integers(0, (1 << 63) - 1), st.binary(min_size=32, max_size=32), st.lists(LINE, max_size=2))
def test_every_checkpoint_reads_back(origin: str, size: int, root: bytes, extensions: list[str]) -> None:
    checkpoint = Checkpoint(origin, size, root, tuple(extensions))
    assert parse_checkpoint(str(checkpoint)) == checkpoint


@given(st.text(max_size=80))
def test_a_text_is_parsed_only_if_it_prints_back(text: str) -> None:
    try:
        checkpoint = parse_checkpoint(text)
    except ProofInvalid:
        return
    assert str(checkpoint) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT[:-1],
        f"\n1\n{ROOT}\n",
        f"origin\n01\n{ROOT}\n",
        f"origin\n-1\n{ROOT}\n",
        f"origin\n+1\n{ROOT}\n",
        f"origin\n1 \n{ROOT}\n",
        f"origin\n٣\n{ROOT}\n",
        f"origin\n9223372036854775808\n{ROOT}\n",
        f"origin\n1\n{ROOT[:-1]}\n",
        f"origin\n1\n{ROOT}\n\n",
        f"origin\n1\n{ROOT}\n\nextension\n",
        "origin\n1\n",
    ],
)
def test_other_texts_are_malformed(text: str) -> None:
    with pytest.raises(ProofInvalid):
        parse_checkpoint(text)


def test_it_looks_like_the_example() -> None:
    checkpoint = parse_checkpoint(TEXT)
    assert (checkpoint.origin, checkpoint.size, len(checkpoint.root)) == ("sealane.local/test", 20852163, 32)
    assert str(checkpoint) == TEXT


def test_a_signed_one_opens_under_its_own_key_only() -> None:
    checkpoint = parse_checkpoint(TEXT)
    note = sign_checkpoint(checkpoint, SIGNER)
    assert open_checkpoint(note, KEY) == checkpoint
    with pytest.raises(ProofInvalid):
        open_checkpoint(note, NoteKey(KEY.name, Signer.from_seed(b"\x01" * 32).public_key))


def test_a_key_of_one_log_does_not_speak_for_another() -> None:
    foreign = sign_note(TEXT.replace("/test", "/other"), KEY.name, SIGNER)
    with pytest.raises(ProofInvalid, match=r"of the log sealane\.local/other, the key belongs to sealane\.local/test"):
        open_checkpoint(foreign, KEY)


def test_numbers_have_one_form() -> None:
    assert [read_number(text) for text in ("0", "7", "9223372036854775807")] == [0, 7, (1 << 63) - 1]

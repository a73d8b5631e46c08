"""Cosignatures: the format of the specification, and a quorum that cannot be counted up."""

import pytest

from sealane.keys.signing import Signer
from sealane.model.errors import InvalidInput, ProofInvalid
from sealane.supervision.note import COSIGNING, NoteKey, sign_note
from sealane.supervision.witness.cosignature import cosign, parse_cosigner, read_cosignatures, verify_quorum

TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
SIGNERS = [Signer.from_seed(bytes([number] * 32)) for number in range(1, 4)]
KEYS = [NoteKey(f"w{number}.example", signer.public_key, COSIGNING) for number, signer in enumerate(SIGNERS)]
NOTE = sign_note(TEXT, "example.com/behind-the-sofa", Signer.from_seed(bytes(32)))
LINES = [str(cosign(TEXT, key.name, signer, 1679315147)) for key, signer in zip(KEYS, SIGNERS, strict=True)]


def note(*lines: str) -> bytes:
    return NOTE + "".join(lines).encode()


def test_a_cosignature_is_read_with_its_time() -> None:
    found = read_cosignatures(note(LINES[0]), KEYS)
    assert [(one.key, one.time_seconds) for one in found] == [(KEYS[0], 1679315147)]
    assert str(found[0].line) == LINES[0]


def test_the_example_of_the_specification_is_read() -> None:
    line = (
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0"
        "xUe+mbIUBkBIfZ+qnA==\n"
    )
    # The specification publishes no key for it, so the line is skipped as one of a witness that is not trusted.
    assert read_cosignatures(note(line), KEYS) == []


def test_a_key_line_of_a_witness_reads_back_and_one_of_a_log_is_refused() -> None:
    assert parse_cosigner(str(KEYS[0])) == KEYS[0]
    with pytest.raises(InvalidInput, match="key line of a witness"):
        parse_cosigner(str(NoteKey("w0.example", SIGNERS[0].public_key)))


@pytest.mark.parametrize(("lines", "quorum"), [((), 0), (LINES[:2], 2), (LINES, 3), (LINES, 1)])
def test_a_quorum_is_reached(lines: list[str], quorum: int) -> None:
    assert len(verify_quorum(note(*lines), KEYS, quorum)) == len(lines)


def test_a_quorum_is_missed() -> None:
    for lines, quorum in (((), 1), (LINES[:1], 2), ((LINES[0], LINES[0]), 2)):
        with pytest.raises(ProofInvalid, match="must have cosigned"):
            verify_quorum(note(*lines), KEYS, quorum)


def test_one_key_under_two_names_counts_once() -> None:
    twin = NoteKey("twin.example", SIGNERS[0].public_key, COSIGNING)
    line = str(cosign(TEXT, twin.name, SIGNERS[0], 1))
    with pytest.raises(ProofInvalid):
        verify_quorum(note(LINES[0], line), [KEYS[0], twin, KEYS[1]], 2)


def test_more_than_there_are_cannot_be_asked_for() -> None:
    for quorum in (-1, 4):
        with pytest.raises(InvalidInput):
            verify_quorum(note(*LINES), KEYS, quorum)


def test_every_changed_byte_of_a_cosignature_or_the_text_is_found() -> None:
    whole = note(LINES[0])
    for at in range(len(whole)):
        changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        try:
            found = verify_quorum(changed, KEYS, 1)
        except ProofInvalid:
            continue
        # What is left is the line of the log itself, which a quorum says nothing about.
        assert at in range(len(TEXT) + 1, len(NOTE)), (at, found)


def test_a_cosignature_does_not_move_to_another_checkpoint_or_time() -> None:
    other = sign_note(TEXT.replace("20852163", "20852164"), "example.com/behind-the-sofa", Signer.from_seed(bytes(32)))
    with pytest.raises(ProofInvalid, match="does not fit"):
        read_cosignatures(other + LINES[0].encode(), KEYS)

"""Notes and keys of other programs: the example of C2SP signed-note, and Go's sumdb/note with all its manglings."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sealane.model.errors import InvalidInput, ProofInvalid
from sealane.supervision.checkpoint import parse_checkpoint
from sealane.supervision.note import open_note, parse_secret_key, parse_vkey, sign_note


@pytest.fixture(scope="module")
def c2sp(shared_data: Path) -> dict[str, Any]:
    return dict(json.loads((shared_data / "vectors" / "c2sp" / "spec-examples.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def sumdb(shared_data: Path) -> dict[str, Any]:
    return dict(json.loads((shared_data / "vectors" / "sumdb" / "note-vectors.json").read_text(encoding="utf-8")))


def manglings(text: str) -> Iterator[str]:
    """Every proper part of a key line, and the line with each byte increased by one."""
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            if end - start < len(text):
                yield text[start:end]
    for at, letter in enumerate(text):
        yield text[:at] + chr(ord(letter) + 1) + text[at + 1 :]


@pytest.mark.parametrize(("kind", "parse", "count"), [("vkey", parse_vkey, 2276), ("skey", parse_secret_key, 3158)])
def test_every_mangled_key_is_refused(
    sumdb: dict[str, Any], kind: str, parse: Callable[[str], object], count: int
) -> None:
    line = sumdb["keys"]["PeterNeumann"][kind]
    parse(line)
    mangled = list(manglings(line))
    assert len(mangled) == count
    for one in mangled:
        with pytest.raises(InvalidInput):
            parse(one)


def test_every_key_prints_back(sumdb: dict[str, Any], c2sp: dict[str, Any]) -> None:
    for line in [*(keys["vkey"] for keys in sumdb["keys"].values()), c2sp["signed_note"]["vkey"]]:
        assert str(parse_vkey(line)) == line


def test_keys_of_other_algorithms_and_lengths_are_refused(sumdb: dict[str, Any]) -> None:
    for line in sumdb["bad_vkeys"]:
        with pytest.raises(InvalidInput):
            parse_vkey(line)


def test_the_example_of_the_specification_opens(c2sp: dict[str, Any]) -> None:
    example = c2sp["signed_note"]
    assert open_note(example["note"].encode(), parse_vkey(example["vkey"])) == "This is an example message.\n"


def test_signing_gives_the_published_bytes(sumdb: dict[str, Any]) -> None:
    name, signer = parse_secret_key(sumdb["keys"]["PeterNeumann"]["skey"])
    note = f"{sumdb['text']}\n{sumdb['signature_lines']['PeterNeumann']}"
    assert sign_note(sumdb["text"], name, signer) == note.encode()


def test_a_note_of_two_signers_opens_for_each(sumdb: dict[str, Any]) -> None:
    note = f"{sumdb['text']}\n{''.join(sumdb['signature_lines'].values())}".encode()
    for keys in sumdb["keys"].values():
        assert open_note(note, parse_vkey(keys["vkey"])) == sumdb["text"]


def test_malformed_notes_are_refused(sumdb: dict[str, Any]) -> None:
    key = parse_vkey(sumdb["keys"]["PeterNeumann"]["vkey"])
    text, line = sumdb["text"].encode(), sumdb["signature_lines"]["PeterNeumann"].encode()
    good = text + b"\n" + line
    assert open_note(good, key) == sumdb["text"]
    name, encoded = line.decode().split(" ")[1:]
    bad = {
        "no newline at the end": good[:-1],
        "control character": b"\x01" + good,
        "not UTF-8": b"\xff" + good,
        "space in a name": good.replace(b"PeterNeumann ", b"Peter Neumann "),
        "no name": good.replace(b"PeterNeumann ", b" "),
        "line after the signatures": good + b"Unexpected line.\n",
        "text only": text,
        "no signature": text + b"\n",
        "no empty line": text + line,
        "101 signatures": text + b"\n" + line * 101,
        "bytes in the signature": text + f"\n— {name} {encoded[:20]}ABCD{encoded[20:]}".encode(),
        "signature without bytes": text + f"\n— {name} x08goQ==\n".encode(),
        "other text": b"If not: " + good,
    }
    for what, note in bad.items():
        with pytest.raises(ProofInvalid):
            pytest.fail(f"{what}: {open_note(note, key)!r}")


def test_a_cosigned_checkpoint_is_read(c2sp: dict[str, Any]) -> None:
    text = c2sp["cosigned_checkpoint"]["note"].split("\n\n")[0] + "\n"
    checkpoint = parse_checkpoint(text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert str(checkpoint) == text

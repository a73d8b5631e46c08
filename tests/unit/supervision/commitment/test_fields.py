"""Commitments: one field opens alone, nothing else is told, and without the salts nothing can be guessed."""

import hashlib
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.model.errors import InvalidInput, NotFound, ProofInvalid
from sealane.supervision.commitment.fields import (
    CONTENT,
    commit,
    commit_whole,
    content_field,
    verify_field,
    verify_whole,
)

GUESSES = 20_000
FIELDS = {"outcome": b"approve", "score": b"0.0132", "stage": b"checkout"}
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=16).filter(lambda name: name != CONTENT)


@given(st.binary(max_size=300), st.dictionaries(NAMES, st.binary(max_size=50), min_size=1, max_size=12))
def test_each_field_opens_alone(content: bytes, fields: dict[str, bytes]) -> None:
    shown, material = commit(content, fields)
    for name, value in {**fields, CONTENT: content}.items():
        field = material.open(name, content if name == CONTENT else None)
        verify_field(field, shown)
        assert field.value == value
        assert material.secret not in b"".join([field.salt, *field.commitments])


def test_every_changed_part_is_found() -> None:
    shown, material = commit(b"content", FIELDS)
    field = material.open("outcome")
    spoiled = [
        field._replace(name="outcomf"), field._replace(name=""), field._replace(value=b"decline"),
        field._replace(salt=bytes(16)), field._replace(salt=field.salt + b"a"), field._replace(commitments=()),
        field._replace(commitments=field.commitments[:-1]), field._replace(commitments=field.commitments[::-1]),
        field._replace(commitments=(*field.commitments, bytes(32))), material.open("stage")._replace(value=b"approve"),
        # A name may not take bytes from its value, nor the value from the name.
        field._replace(name="outcom", value=b"e" + field.value),
    ]  # fmt: skip
    for one in spoiled:
        with pytest.raises(ProofInvalid):
            verify_field(one, shown)
    with pytest.raises(ProofInvalid):
        verify_field(field, commit(b"content", FIELDS).digest)


def test_the_content_opens_for_whoever_has_it() -> None:
    shown, material = commit(b"content", FIELDS)
    verify_field(material.open(CONTENT, b"content"), shown)
    with pytest.raises(InvalidInput):
        material.open(CONTENT)
    with pytest.raises(ProofInvalid, match="another content"):
        material.open(CONTENT, b"other")
    with pytest.raises(NotFound, match="content, outcome, score, stage"):
        material.open("name")


def test_a_content_alone_is_one_salted_digest() -> None:
    shown, material = commit_whole(b"content")
    assert shown == hashlib.sha256(material.secret + b"content").digest()
    verify_whole(material.open(CONTENT, b"content"), shown)
    for salt, content in ((material.secret, b"other"), (bytes(16), b"content"), (material.secret[:15], b"")):
        with pytest.raises(ProofInvalid):
            verify_whole(content_field(salt, content), shown)


@pytest.mark.parametrize("fields", [{CONTENT: b""}, {"": b""}, {"n" * 65: b""}, {str(n): b"" for n in range(32)}])
def test_fields_without_form_are_refused(fields: dict[str, bytes]) -> None:
    with pytest.raises(InvalidInput):
        commit(b"", fields)


def guesses(count: int) -> list[bytes]:
    """Return names and phone numbers as somebody with a dictionary would try them, the right ones among them."""
    first = ("Ana", "Rui", "Inês", "João", "Maria", "Li", "Wei", "Anna", "Jan", "Eva")
    last = ("Silva", "Santos", "Costa", "Wang", "Zhang", "Nowak", "Kovács", "Rossi", "Müller", "Novak")
    names = [f"{one} {other}".encode() for one, other in product(first, last)]
    return names + [f"+3519{number:08}".encode() for number in range(12345678 - count + len(names), 12345678 + 1)]


def search(tried: list[bytes], monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Return how often a guess gives what an entry shows: with real salts, and with those that everybody knows."""
    private, private_whole = commit(b"content", {"name": b"Ana Silva"}).digest, commit_whole(b"+351912345678").digest
    monkeypatch.setattr("os.urandom", bytes)
    known, known_whole = commit(b"content", {"name": b"Ana Silva"}).digest, commit_whole(b"+351912345678").digest
    found = {private: 0, private_whole: 0, known: 0, known_whole: 0}
    for guess in tried:
        for shown in (commit(b"content", {"name": guess}).digest, commit_whole(guess).digest):
            if shown in found:
                found[shown] += 1
    return found[private] + found[private_whole], found[known] + found[known_whole]


def test_no_dictionary_finds_a_name_or_a_phone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert search(guesses(GUESSES), monkeypatch) == (0, 2), "the search finds both where the salts are known"


@pytest.mark.soak
def test_no_million_guesses_find_a_name_or_a_phone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert search(guesses(1_000_000), monkeypatch) == (0, 2)

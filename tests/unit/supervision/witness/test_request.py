"""The body of `add-checkpoint`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.model.errors import ProofInvalid
from sealane.supervision.witness.request import AddCheckpoint, parse_request

HASHES = st.binary(min_size=32, max_size=32)


@given(st.integers(0, 2**63 - 1), st.lists(HASHES, max_size=63), st.binary(max_size=200))
def test_a_request_reads_back(old: int, proof: list[bytes], note: bytes) -> None:
    request = AddCheckpoint(old, tuple(proof), note)
    assert parse_request(bytes(request)) == request


def test_the_example_of_the_specification_is_read() -> None:
    body = (
        b"old 20852014\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\njrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
        b"\nexample.com/behind-the-sofa\n20852163\n"
    )
    request = parse_request(body)
    assert (request.old_size, len(request.proof)) == (20852014, 2)
    assert request.note.startswith(b"example.com/")


@pytest.mark.parametrize(
    "body",
    [b"", b"old 1\n", b"old 01\n\nx", b"old -1\n\nx", b"old\n\nx", b"new 1\n\nx", b"old 1\nAA==\n\nx", b"\n\n",
     b"old 9223372036854775808\n\nx", b"old 1\n" + b"PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n" * 64 + b"\nx"],
)  # fmt: skip
def test_other_bodies_are_refused(body: bytes) -> None:
    with pytest.raises(ProofInvalid):
        parse_request(body)

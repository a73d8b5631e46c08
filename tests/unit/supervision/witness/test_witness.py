"""The witness: each answer of C2SP tlog-witness, and no cosignature for what was not only extended."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sealane.keys.signing import Signer
from sealane.model.errors import DependencyUnavailable
from sealane.supervision.checkpoint import Checkpoint, sign_checkpoint
from sealane.supervision.merkle import EMPTY_ROOT
from sealane.supervision.note import sign_note
from sealane.supervision.witness.cosignature import verify_quorum
from sealane.supervision.witness.request import AddCheckpoint
from sealane.supervision.witness.witness import SIZE_MEDIA, Witness
from witnessing import ORIGIN, GrowingLog

Make = Callable[[str], Witness]


def test_growth_is_cosigned_step_by_step(grown: GrowingLog, make_witness: Make) -> None:
    witness, old = make_witness("w"), 0
    for new in (0, 1, 2, 7, 7, 8, 33):
        answer = witness.add_checkpoint(grown.request(old, new))
        assert answer.status == 200, answer.body
        assert len(verify_quorum(grown.note(new) + answer.body, [witness.key], 1)) == 1
        old = new


def test_a_size_that_is_not_the_last_one_is_told_the_last_one(grown: GrowingLog, make_witness: Make) -> None:
    witness = make_witness("w")
    assert witness.add_checkpoint(grown.request(0, 9)).status == 200
    for old, new in ((0, 9), (3, 9), (0, 0), (8, 12)):
        assert tuple(witness.add_checkpoint(grown.request(old, new))) == (409, SIZE_MEDIA, b"9\n")
    assert make_witness("w").add_checkpoint(grown.request(0, 9)).body == b"9\n", "it remembers over a restart"


def test_unknown_logs_and_signers_are_told_apart(grown: GrowingLog, make_witness: Make) -> None:
    witness, stranger = make_witness("w"), Signer.generate()
    elsewhere = Checkpoint("elsewhere.example", 1, grown.checkpoint(1).root)
    assert witness.add_checkpoint(bytes(AddCheckpoint(0, (), sign_checkpoint(elsewhere, grown.signer)))).status == 404
    forged = sign_checkpoint(grown.checkpoint(1), stranger)
    assert witness.add_checkpoint(bytes(AddCheckpoint(0, (), forged))).status == 403
    assert witness.add_checkpoint(grown.request(0, 1)).status == 200


def test_bodies_that_are_no_request_are_bad(grown: GrowingLog, make_witness: Make) -> None:
    witness = make_witness("w")
    no_checkpoint = sign_note("one line\n", ORIGIN, grown.signer)
    for body in (b"", b"old 0\n\n", b"old 0\n\nnot a note", bytes(AddCheckpoint(0, (), no_checkpoint)),
                 bytes(AddCheckpoint(5, (), grown.note(4)))):  # fmt: skip
        assert witness.add_checkpoint(body).status == 400, body


def test_what_is_not_proven_is_refused(
    grown: GrowingLog, forked: GrowingLog, make_witness: Make, tmp_path: Path
) -> None:
    witness = make_witness("w")
    first = bytes(AddCheckpoint(0, grown.proof(3, 5), grown.note(5)))
    assert witness.add_checkpoint(first).status == 422, "from nothing there is nothing to prove"
    assert witness.add_checkpoint(grown.request(0, 5)).status == 200
    for proof in ((), grown.proof(5, 9)[:-1], (*grown.proof(5, 9), bytes(32)), forked.proof(5, 9)):
        assert witness.add_checkpoint(bytes(AddCheckpoint(5, proof, grown.note(9)))).status == 422
    assert witness.add_checkpoint(bytes(AddCheckpoint(5, (bytes(32),), grown.note(5)))).status == 422
    assert witness.add_checkpoint(grown.request(5, 9)).status == 200, "nothing of it was remembered"
    assert list((tmp_path / "witnesses").rglob("evidence/*.note"))


def test_three_of_three_witnesses_refuse_a_split_view(
    grown: GrowingLog, forked: GrowingLog, make_witness: Make, tmp_path: Path
) -> None:
    for name in ("a", "b", "c"):
        witness = make_witness(name)
        assert witness.add_checkpoint(grown.request(0, 9)).status == 200
        assert witness.add_checkpoint(forked.request(9, 9)).status == 409, "the same size with another root"
        assert witness.add_checkpoint(forked.request(9, 12)).status == 422, "a larger tree that began differently"
        kept = [path.read_bytes() for path in (tmp_path / "witnesses" / name / "evidence").iterdir()]
        assert len(kept) == 2
        for both, size in zip(sorted(kept, key=len), (9, 12), strict=True):
            assert grown.note(9) in both
            assert forked.note(size) in both


def test_an_empty_tree_with_a_root_is_refused(grown: GrowingLog, make_witness: Make) -> None:
    witness = make_witness("w")
    odd = sign_checkpoint(Checkpoint(ORIGIN, 0, bytes(32)), grown.signer)
    assert witness.add_checkpoint(bytes(AddCheckpoint(0, (), odd))).status == 409
    empty = sign_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT), grown.signer)
    assert witness.add_checkpoint(bytes(AddCheckpoint(0, (), empty))).status == 200


def test_of_two_requests_at_once_one_is_cosigned(grown: GrowingLog, forked: GrowingLog, make_witness: Make) -> None:
    witness = make_witness("w")
    bodies = [log.request(0, size) for log in (grown, forked) for size in range(4, 12)]
    with ThreadPoolExecutor(8) as pool:
        statuses = [answer.status for answer in pool.map(witness.add_checkpoint, bodies)]
    assert sorted(statuses) == [200] + [409] * 15


def test_without_its_disk_it_cosigns_nothing(grown: GrowingLog, make_witness: Make, tmp_path: Path) -> None:
    witness = make_witness("w")
    heads = tmp_path / "witnesses" / "w" / "heads"
    heads.write_text("in the way")
    with pytest.raises(DependencyUnavailable):
        witness.add_checkpoint(grown.request(0, 5))
    heads.unlink()
    assert witness.add_checkpoint(grown.request(0, 4)).status == 200, "the head of 5 was not remembered"

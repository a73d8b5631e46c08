from pathlib import Path

import msgspec
import pytest

from sealane.alliance.custodian import Custodian, evaluate
from sealane.alliance.epochs import live_epochs
from sealane.alliance.wire import EvaluateRequest
from sealane.keys.oprf import EvaluationKey, blind, verify_evaluation
from sealane.keys.ring import KeyRing
from sealane.model.errors import InvalidInput, ProofInvalid
from sealane.storage.database import Database, Transaction


def keep(custodian: Custodian, tx: Transaction, epoch: str) -> EvaluationKey:
    key, sealed = custodian.make_key("phone", epoch)
    custodian.keep_key(tx, "phone", epoch, msgspec.structs.replace(sealed, entry_id="ent_1"))
    return key


def question(elements: list[bytes]) -> EvaluateRequest:
    return EvaluateRequest("phone", "2026Q4", "checkout", "SO-1", tuple(element.hex() for element in elements))


def test_a_key_is_made_once_and_found_again_by_another_process(
    database: Database, ring: KeyRing, tmp_path: Path
) -> None:
    custodian = Custodian(ring, quota_per_day=100)

    def make(tx: Transaction) -> EvaluationKey:
        epoch = live_epochs(tx.now_us)[0]
        assert custodian.key(tx, "phone", epoch) is None
        return keep(custodian, tx, epoch)

    made = database.run(make)
    again = Custodian(KeyRing.open(tmp_path), quota_per_day=100)
    found = database.run(lambda tx: again.key(tx, "phone", live_epochs(tx.now_us)[0]))
    assert found is not None
    assert (found[0].secret, found[1]) == (made.secret, "ent_1")
    assert made.secret not in (tmp_path / "sealane.db-wal").read_bytes()


@pytest.mark.parametrize("epoch", ["2020Q1", "2099Q4"])
def test_an_epoch_that_is_not_live_has_no_key(database: Database, ring: KeyRing, epoch: str) -> None:
    with pytest.raises(InvalidInput):
        database.run(lambda tx: Custodian(ring, quota_per_day=1).key(tx, "phone", epoch))


def test_a_quota_is_counted_for_each_member_and_what_goes_past_it_is_not(database: Database, ring: KeyRing) -> None:
    custodian = Custodian(ring, quota_per_day=40)

    def ask(party: str, count: int) -> tuple[bool, int]:
        admission = database.run(lambda tx: custodian.admit(tx, party, count))
        assert 0 < admission.seconds_left <= 86_401
        return admission.is_admitted, admission.left_today

    assert ask("mer_1", 16) == (True, 24)
    assert ask("mer_1", 32) == (False, 24)
    assert ask("mer_1", 16) == (True, 8)
    assert ask("mer_1", 16) == (False, 8)
    assert ask("mer_2", 32) == (True, 8)


def test_work_begins_early_for_a_key_that_is_open_but_not_for_who_went_past_the_quota(
    database: Database, ring: KeyRing
) -> None:
    custodian = Custodian(ring, quota_per_day=16)

    def prepare(tx: Transaction) -> str:
        epoch = live_epochs(tx.now_us)[0]
        keep(custodian, tx, epoch)
        custodian.key(tx, "phone", epoch)
        return epoch

    epoch = database.run(prepare)
    assert custodian.key_at_hand("mer_1", "email", epoch) is None
    assert custodian.key_at_hand("mer_1", "phone", epoch) is not None
    database.run(lambda tx: custodian.admit(tx, "mer_1", 32))
    assert custodian.key_at_hand("mer_1", "phone", epoch) is None
    database.run(lambda tx: custodian.admit(tx, "mer_1", 16))
    assert custodian.key_at_hand("mer_1", "phone", epoch) is not None


def test_an_evaluation_carries_its_proof() -> None:
    key = EvaluationKey.generate()
    elements = [blind(bytes([number]))[1] for number in range(16)]
    answer = evaluate(key, question(elements))
    evaluated = [bytes.fromhex(element) for element in answer.elements]
    verify_evaluation(key.public_key, elements, evaluated, bytes.fromhex(answer.proof))


def test_a_question_that_is_not_padded_is_refused() -> None:
    elements = [blind(bytes([number]))[1] for number in range(17)]
    with pytest.raises(InvalidInput) as refusal:
        evaluate(EvaluationKey.generate(), question(elements))
    assert refusal.value.errors[0].code == "not-padded"


def test_a_question_with_what_is_no_element_is_refused() -> None:
    with pytest.raises(ProofInvalid):
        evaluate(EvaluationKey.generate(), question([bytes(32)] * 16))

from typing import Any

import msgspec
import pytest

from sealane.model.clock import from_micros
from sealane.risk.assess import Question, Signals, assess
from sealane.risk.policy import RiskPolicy
from sealane.risk.record import DecisionRecord, decide_again, decision_of, encode, read, write

QUESTION = Question("checkout", "ord_1", "dec_1", "case_1", from_micros(1_790_000_000_000_000))


def make(policy: RiskPolicy, **values: Any) -> tuple[DecisionRecord, Any]:
    row = tuple(values.get(signal.name) for signal in policy.catalogue.by_stage["checkout"])
    signals = Signals("checkout", row, 7)
    decision = assess(QUESTION, signals, policy)
    return write(QUESTION, signals, decision, policy, b"salt" * 4), decision


def test_a_record_survives_its_bytes_and_gives_the_decision_back(policy: RiskPolicy) -> None:
    record, decision = make(policy, cards_per_address_30d=4, names_per_address_30d=4, avs="N")
    assert read(encode(record)) == record
    assert decision_of(record, policy) == decision


def test_a_record_names_the_rules_that_could_not_be_judged(policy: RiskPolicy) -> None:
    record, _ = make(policy)
    assert "drop_address" in record.unjudged
    record, _ = make(policy, cards_per_address_30d=0)
    assert "drop_address" not in record.unjudged


def test_deciding_again_gives_the_same_bytes(policy: RiskPolicy) -> None:
    record, _ = make(policy, cards_per_address_30d=4, names_per_address_30d=4)
    assert encode(decide_again(record, policy)) == encode(record)
    forged = msgspec.structs.replace(record, score=0.001)
    assert encode(decide_again(forged, policy)) != encode(forged)


def test_a_record_holds_hashes_and_salt(policy: RiskPolicy) -> None:
    record, _ = make(policy)
    assert record.hashes == policy.hashes
    assert record.salt == b"salt" * 4
    assert encode(record).startswith(b"\xde\x00\x10\xa6format\xb2sealane-decision-1")


def test_bytes_that_are_no_record_are_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        read(b"\x90")

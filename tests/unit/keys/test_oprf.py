import os
from collections.abc import Callable

import pytest
import rbcl
from hypothesis import given, settings
from hypothesis import strategies as st
from voprf import ristretto

from sealane.keys.oprf import ELEMENT_BYTES, EvaluationKey, blind, combine, fill, finalize, verify_evaluation
from sealane.model.errors import ProofInvalid

ORDER = 2**252 + 27742317777372353535851937790883648493


@given(st.binary(min_size=1, max_size=200))
@settings(max_examples=25, deadline=None)
def test_a_second_implementation_gives_the_same_output(text: bytes) -> None:
    seed = os.urandom(32)
    key, other = EvaluationKey.derive(seed, b"info"), ristretto.Evaluator.from_seed(seed, b"info")
    secret, element = blind(text)
    [evaluated], proof = key.evaluate([element])
    verify_evaluation(key.public_key, [element], [evaluated], proof)
    client, question = ristretto.Client.blind(text)
    assert finalize(text, secret, evaluated) == client.finalize(other.evaluate(question), other.public_key)
    assert finalize(text, secret, evaluated) == other.evaluate_known_input(text)


def test_two_halves_give_what_the_whole_key_gives() -> None:
    first, second = EvaluationKey.generate(), EvaluationKey.generate()
    whole = EvaluationKey(rbcl.crypto_core_ristretto255_scalar_add(first.secret, second.secret))
    secret, element = blind(b"phone|1|+351912345678")
    halves = [key.evaluate([element])[0][0] for key in (first, second)]
    assert finalize(b"x", secret, combine(halves)) == finalize(b"x", secret, whole.evaluate([element])[0][0])
    assert combine(halves) not in halves


def test_one_input_gives_one_output_whatever_the_blind() -> None:
    key = EvaluationKey.generate()
    outputs = set()
    for _ in range(3):
        secret, element = blind(b"same")
        outputs.add(finalize(b"same", secret, key.evaluate([element])[0][0]))
    assert len(outputs) == 1


def exchange() -> tuple[EvaluationKey, list[bytes], list[bytes], bytes]:
    key = EvaluationKey.generate()
    elements = [blind(bytes([number]))[1] for number in range(4)]
    evaluated, proof = key.evaluate(elements)
    return key, elements, evaluated, proof


@pytest.mark.parametrize("byte", range(64))
def test_an_altered_proof_is_refused(byte: int) -> None:
    key, elements, evaluated, proof = exchange()
    altered = bytearray(proof)
    altered[byte] ^= 1
    with pytest.raises(ProofInvalid):
        verify_evaluation(key.public_key, elements, evaluated, bytes(altered))


def test_another_key_order_or_element_is_refused() -> None:
    key, elements, evaluated, proof = exchange()
    other = EvaluationKey.generate()
    for wrong in (
        (other.public_key, elements, evaluated, proof),
        (key.public_key, elements[::-1], evaluated, proof),
        (key.public_key, elements, evaluated[::-1], proof),
        (key.public_key, elements, other.evaluate(elements)[0], proof),
        (key.public_key, elements[:3], evaluated, proof),
        (key.public_key, elements[:3], evaluated[:3], proof),
        (key.public_key, elements, evaluated, proof[:-1]),
    ):
        with pytest.raises(ProofInvalid):
            verify_evaluation(*wrong)


def test_a_second_spelling_of_a_proof_is_refused() -> None:
    key, elements, evaluated, proof = exchange()
    share = int.from_bytes(proof[32:], "little") + ORDER
    with pytest.raises(ProofInvalid):
        verify_evaluation(key.public_key, elements, evaluated, proof[:32] + share.to_bytes(32, "little"))


@pytest.mark.parametrize("element", [bytes(ELEMENT_BYTES), b"\xff" * 32, b"\x01" + bytes(31), b"", b"\x02" * 31])
def test_what_is_no_element_of_the_group_is_refused(element: bytes) -> None:
    key, elements, evaluated, proof = exchange()
    with pytest.raises(ProofInvalid):
        key.evaluate([element])
    with pytest.raises(ProofInvalid):
        verify_evaluation(key.public_key, [element, *elements[1:]], evaluated, proof)
    with pytest.raises(ProofInvalid):
        verify_evaluation(element, elements, evaluated, proof)


def test_a_key_prints_no_secret() -> None:
    key = EvaluationKey.generate()
    assert repr(key) == "EvaluationKey(***)"


def filled() -> tuple[EvaluationKey, list[bytes], list[bytes], bytes, list[tuple[bytes, bytes]]]:
    key = EvaluationKey.generate()
    fillings = fill(3, [EvaluationKey.generate().public_key, key.public_key])
    elements = [blind(b"asked")[1], *(filling.element for filling in fillings)]
    evaluated, proof = key.evaluate(elements)
    return key, elements, evaluated, proof, [(each.scalar, each.answers[1]) for each in fillings]


def test_known_answers_are_checked_as_all_others_are() -> None:
    key, elements, evaluated, proof, known = filled()
    verify_evaluation(key.public_key, elements, evaluated, proof, known)
    verify_evaluation(key.public_key, elements, evaluated, proof)
    other = EvaluationKey.generate()
    for place in range(len(elements)):
        wrong = [*evaluated]
        wrong[place] = other.evaluate([elements[place]])[0][0]
        with pytest.raises(ProofInvalid):
            verify_evaluation(key.public_key, elements, wrong, proof, known)


def test_a_proof_that_was_made_anew_for_one_wrong_answer_is_refused() -> None:
    """Who answers a filling wrongly would otherwise learn from a shrug which elements are fillings."""
    _, elements, _, _, known = filled()
    other = EvaluationKey.generate()
    evaluated, proof = other.evaluate(elements)
    with pytest.raises(ProofInvalid):
        verify_evaluation(other.public_key, elements, evaluated, proof, known)


@pytest.mark.parametrize("byte", range(0, 64, 7))
def test_an_altered_proof_over_known_answers_is_refused(byte: int) -> None:
    key, elements, evaluated, proof, known = filled()
    altered = bytearray(proof)
    altered[byte] ^= 1
    with pytest.raises(ProofInvalid):
        verify_evaluation(key.public_key, elements, evaluated, bytes(altered), known)


@pytest.mark.parametrize(
    "other", [lambda: blind(b"phone|1|+351912345679")[1], lambda: fill(1, [])[0].element], ids=["value", "filling"]
)
def test_a_classifier_learns_nothing_from_elements(other: Callable[[], bytes]) -> None:
    """Nearest mean over the bits; chance alone stays within five standard deviations of a half."""
    sides = (lambda: blind(b"phone|1|+351912345678")[1], other)
    seen = [(number & 1, int.from_bytes(sides[number & 1]())) for number in range(4000)]
    known, asked = seen[:2000], seen[2000:]
    weights = [sum((1 if side else -1) * (text >> bit & 1) for side, text in known) for bit in range(256)]
    scores = [(side, sum(w for bit, w in enumerate(weights) if text >> bit & 1)) for side, text in asked]
    middle = sorted(score for _, score in scores)[len(scores) // 2]
    assert sum((score > middle) == bool(side) for side, score in scores) / len(scores) < 0.56

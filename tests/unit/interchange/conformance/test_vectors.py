from zlib import crc32

import pytest

from sealane.interchange.conformance.vectors import examples, fresh_secret, vectors
from sealane.interchange.inbox.letter import Letter
from sealane.interchange.inbox.proving import check_secret, verify_source
from sealane.interchange.inbox.source import SOURCES
from sealane.model.decoding import read_json
from sealane.model.errors import SealaneError

NOW_US = 1_795_340_000_000_000
PATH = "/v1/inbox/x/hook_1"


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_the_verifier_judges_every_vector_as_expected(name: str) -> None:
    source = SOURCES[name]
    own, given = fresh_secret(source)
    check_secret(source, given)
    made = list(vectors(name, own, now_us=NOW_US, path=PATH))
    assert len({vector.name for vector in made}) == len(made)
    assert sum(vector.expected == "accept" for vector in made) >= len(examples(name))
    for vector in made:
        outgoing = vector.outgoing
        query = dict([outgoing.query.lstrip("?").split("=", 1)]) if outgoing.query else {}
        is_taken = True
        try:
            letter = Letter(outgoing.body, read_json(outgoing.body), outgoing.headers, query, "POST", PATH)
            verify_source(source, (given,), letter, now_us=NOW_US)
        except SealaneError:
            is_taken = False
        if vector.expected != "weak":
            assert is_taken == (vector.expected == "accept"), vector.name


def test_the_forged_paypal_body_has_the_checksum_of_the_good_one() -> None:
    own, _ = fresh_secret(SOURCES["paypal"])
    made = {vector.name: vector.outgoing for vector in vectors("paypal", own, now_us=NOW_US, path=PATH)}
    forged = made["another body with the same CRC-32"].body
    good = next(outgoing.body for name, outgoing in made.items() if name.startswith("good"))
    assert crc32(forged) == crc32(good)
    assert forged != good
    assert b"WH-FORGED" in forged

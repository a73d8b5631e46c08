"""The setting that names witnesses and their quorum."""

import pytest

from sealane.keys.signing import Signer
from sealane.model.errors import Misconfigured
from sealane.supervision.note import COSIGNING, NoteKey
from sealane.supervision.witness.policy import NO_WITNESSES, parse_policy

KEYS = [str(NoteKey(f"w{number}", Signer.from_seed(bytes([number] * 32)).public_key, COSIGNING)) for number in (1, 2)]
TEXT = f"https://one.example {KEYS[0]},\n http://127.0.0.1:8788/two/ {KEYS[1]}\n"


def test_addresses_and_keys_are_read() -> None:
    policy = parse_policy(TEXT, 1)
    assert [witness.url for witness in policy.witnesses] == ["https://one.example", "http://127.0.0.1:8788/two"]
    assert [str(key) for key in policy.keys] == KEYS
    assert policy.quorum == 1


def test_no_quorum_means_all_and_no_witness_none() -> None:
    assert parse_policy(TEXT, 0).quorum == 2
    assert parse_policy(" \n", 0) == NO_WITNESSES


@pytest.mark.parametrize(
    ("text", "quorum"),
    [("https://one.example", 0), (KEYS[0], 0), (f"ftp://one.example {KEYS[0]}", 0), ("https://one.example key", 0),
     (TEXT, 3), ("", 1), (f"https://a.example {KEYS[0]},https://b.example {KEYS[0]}", 0)],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_at_the_start(text: str, quorum: int) -> None:
    with pytest.raises(Misconfigured):
        parse_policy(text, quorum)

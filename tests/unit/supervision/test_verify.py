"""The offline check: one frozen bundle, and every way to spoil one."""

import hashlib
import json
import random
import subprocess
import sys

import pytest

from sealane.keys.signing import Signer
from sealane.model.errors import InvalidInput, ProofInvalid
from sealane.supervision.checkpoint import Checkpoint, sign_checkpoint
from sealane.supervision.entry import WITH_CONTENT, Shown, write_entry
from sealane.supervision.merkle import inclusion_ranges, leaf_hash, root_of
from sealane.supervision.note import NoteKey
from sealane.supervision.proof import Proof, encode_bundle
from sealane.supervision.verify import ProvenEntry, verify_bundle, verify_content

FLIPS = 5_000
SIGNER = Signer.from_seed(bytes(range(32)))
KEY = str(NoteKey("sealane.local/frozen", SIGNER.public_key))
SALT = bytes(range(16))
CONTENT = b"what the entry is about"
SHOWN = Shown(WITH_CONTENT, hashlib.sha256(SALT + CONTENT).digest())
INDEX = 5


def leaf(number: int) -> bytes:
    entry_id = f"ent_{number:026}"
    return write_entry(entry_id, "order.decided", f"ord_{number:026}", 1795339800000000 + number, SHOWN)


def make_bundle(origin: str = "sealane.local/frozen", signer: Signer = SIGNER) -> bytes:
    hashes = [leaf_hash(leaf(number)) for number in range(11)]
    note = sign_checkpoint(Checkpoint(origin, 11, root_of(hashes)), signer)
    proof = tuple(root_of(hashes[low:high]) for low, high in inclusion_ranges(INDEX, 11))
    return encode_bundle(leaf(INDEX), Proof(INDEX, proof, note))


BUNDLE = make_bundle()


def test_the_format_is_frozen() -> None:
    assert KEY == "sealane.local/frozen+214a8d64+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    assert hashlib.sha256(BUNDLE).hexdigest() == "026271acadd545abcc0cdaf89fe715d745cec85d27b13a4490435bfe6ad970db"


def test_a_bundle_proves_its_entry() -> None:
    proven = verify_bundle(BUNDLE, KEY)
    assert isinstance(proven, ProvenEntry)
    assert (proven.index, proven.entry.entry_id, proven.leaf) == (INDEX, f"ent_{INDEX:026}", leaf(INDEX))
    assert (proven.checkpoint.origin, proven.checkpoint.size) == ("sealane.local/frozen", 11)
    verify_content(proven.entry, SALT, CONTENT)


def test_the_content_must_be_the_one_that_was_logged() -> None:
    entry = verify_bundle(BUNDLE, KEY).entry
    for salt, content in ((SALT, CONTENT + b"."), (bytes(16), CONTENT), (SALT[:15], SALT[15:] + CONTENT), (b"", b"")):
        with pytest.raises(ProofInvalid, match="does not give the digest"):
            verify_content(entry, salt, content)


def test_every_flipped_byte_is_found() -> None:
    chance = random.Random(20261122)
    for _ in range(FLIPS):
        at, flip = chance.randrange(len(BUNDLE)), chance.randrange(1, 256)
        with pytest.raises(ProofInvalid):
            verify_bundle(BUNDLE[:at] + bytes([BUNDLE[at] ^ flip]) + BUNDLE[at + 1 :], KEY)


def test_every_truncation_is_found() -> None:
    for length in range(len(BUNDLE)):
        with pytest.raises(ProofInvalid):
            verify_bundle(BUNDLE[:length], KEY)


def spoiled(change: str) -> bytes:
    document = json.loads(BUNDLE)
    lines = document["proof"].split("\n")
    if change == "index":
        lines[1] = "index 4"
    elif change == "lost hash":
        del lines[2]
    elif change == "added hash":
        lines.insert(2, lines[2])
    elif change == "swapped hashes":
        lines[2], lines[3] = lines[3], lines[2]
    elif change == "other leaf":
        document["leaf"] = leaf(4).decode()
    document["proof"] = "\n".join(lines)
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("index", "the root at level 4 of leaves 0 to 10 differs"),
        ("lost hash", "the proof lacks the hash at level 2 of leaves 8 to 10"),
        ("added hash", "the proof has 5 hashes, the tree has room for 4"),
        ("swapped hashes", "the root at level 4 of leaves 0 to 10 differs"),
        ("other leaf", "the root at level 4 of leaves 0 to 10 differs"),
    ],
)
def test_the_refusal_says_what_is_wrong(change: str, sentence: str) -> None:
    with pytest.raises(ProofInvalid, match=sentence):
        verify_bundle(spoiled(change), KEY)


def test_an_unchanged_bundle_passes_the_spoiler() -> None:
    assert verify_bundle(spoiled("nothing"), KEY).index == INDEX


def test_another_log_or_key_is_refused() -> None:
    with pytest.raises(ProofInvalid, match="not signed by"):
        verify_bundle(make_bundle(origin="sealane.local/other"), KEY)
    with pytest.raises(ProofInvalid, match="not signed by"):
        verify_bundle(make_bundle(signer=Signer.from_seed(bytes(32))), KEY)
    with pytest.raises(InvalidInput):
        verify_bundle(BUNDLE, KEY[:-1])


def test_a_leaf_that_is_no_entry_is_refused() -> None:
    foreign = b"a leaf of another program"
    note = sign_checkpoint(Checkpoint("sealane.local/frozen", 1, leaf_hash(foreign)), SIGNER)
    with pytest.raises(ProofInvalid, match="not an entry"):
        verify_bundle(encode_bundle(foreign, Proof(0, (), note)), KEY)


def test_the_verifier_loads_no_database_and_no_network() -> None:
    program = "import sys, sealane.supervision.verify; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {name for name in loaded if name.startswith("sealane.supervision.")} == {
        f"sealane.supervision.{name}"
        for name in ("checkpoint", "commitment", "commitment.fields", "commitment.opening", "entry", "merkle", "note",
                     "proof", "verify", "witness", "witness.cosignature")
    }  # fmt: skip
    assert not loaded & {"sealane.storage", "sqlite3", "socket"}

"""Other people's tools read our log: Go's sumdb/note and sumdb/tlog, sigstore-python, and pymerkle."""

import json
import os
import shutil
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from sealane.keys.signing import Signer
from sealane.model.errors import ProofInvalid
from sealane.supervision.checkpoint import Checkpoint, sign_checkpoint
from sealane.supervision.folder import LogFolder
from sealane.supervision.merkle import leaf_hash, root_of
from sealane.supervision.note import COSIGNING, NoteKey
from sealane.supervision.proof import parse_bundle
from sealane.supervision.reading import PublishedTree, prove_index
from sealane.supervision.tiles import Edge
from sealane.supervision.witness.cosignature import cosign

ORIGIN = "sealane.local/others"
SIZE, OLD, INDEX = 700, 300, 513
LEAVES = [f"entry {number}".encode() for number in range(SIZE)]
GO = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
PROGRAM = Path(__file__).parent / "gotool"


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer.from_seed(bytes(range(32)))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, signer: Signer) -> tuple[LogFolder, Checkpoint, bytes]:
    """A log in a folder, with a witness's cosignature under its checkpoint."""
    folder, edge = LogFolder(tmp_path_factory.mktemp("others")), Edge()
    full = edge.append(LEAVES)
    checkpoint = Checkpoint(ORIGIN, SIZE, edge.root())
    witness = Signer.generate()
    line = cosign(str(checkpoint), NoteKey("w.example", witness.public_key, COSIGNING).name, witness, 1795339800)
    note = sign_checkpoint(checkpoint, signer) + str(line).encode()
    folder.publish_key(NoteKey(ORIGIN, signer.public_key))
    folder.publish(full + edge.partial(), note)
    return folder, checkpoint, note


@pytest.fixture(scope="module")
def gotool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, built; where Go is present only a module proxy out of reach is a reason to skip."""
    if GO is None:
        pytest.skip("Go is not installed")
    source, out = tmp_path_factory.mktemp("gotool"), tmp_path_factory.mktemp("bin") / "gotool"
    shutil.copytree(PROGRAM, source, dirs_exist_ok=True)
    environment = {**os.environ, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
    fetched = subprocess.run([GO, "mod", "download"], cwd=source, env=environment, capture_output=True, check=False)
    if fetched.returncode:
        pytest.skip(f"golang.org/x/mod is not here and cannot be fetched: {fetched.stderr.decode()[-200:]}")
    subprocess.run([GO, "build", "-o", str(out), "."], cwd=source, env=environment, check=True)
    return out


def run_go(gotool: Path, folder: LogFolder, place: Path, old_root: bytes) -> subprocess.CompletedProcess[str]:
    note = folder.checkpoint() or b""
    leaf, proof = parse_bundle(prove_index(folder, INDEX, note, Checkpoint(ORIGIN, SIZE, root_of(_hashes()))))
    (place / "entry.tlog-proof").write_bytes(bytes(proof))
    (place / "leaf").write_bytes(leaf)
    command = [gotool, folder.path, str(folder.key()), str(OLD), b64encode(old_root).decode()]
    return subprocess.run(
        [*command, place / "entry.tlog-proof", place / "leaf"], capture_output=True, text=True, check=False
    )


def _hashes(size: int = SIZE) -> list[bytes]:
    return [leaf_hash(leaf) for leaf in LEAVES[:size]]


def test_go_accepts_note_tiles_proofs_and_growth(
    gotool: Path, published: tuple[LogFolder, Checkpoint, bytes], tmp_path: Path
) -> None:
    folder = published[0]
    good = run_go(gotool, folder, tmp_path, root_of(_hashes(OLD)))
    assert (good.returncode, good.stdout) == (0, f"verified {SIZE}\n"), good.stderr
    bad = run_go(gotool, folder, tmp_path, bytes(32))
    assert (bad.returncode, bad.stdout.split()[0]) == (1, "growth"), "it says no as well"


def test_sigstore_accepts_the_checkpoint(published: tuple[LogFolder, Checkpoint, bytes], signer: Signer) -> None:
    """In a process of its own: what sigstore-python imports warns on its way."""
    if subprocess.run([sys.executable, "-c", "import sigstore"], capture_output=True, check=False).returncode:
        pytest.skip("sigstore is not installed")
    program = """
import json, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sigstore._internal.rekor.checkpoint import SignedCheckpoint
from sigstore._internal.trust import KeyID, Keyring, RekorKeyring
from sigstore.errors import VerificationError
from sigstore_models.common import v1

given = json.load(sys.stdin)
key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(given["key"]))
raw = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
import base64
public = v1.PublicKey(raw_bytes=base64.b64encode(raw), key_details=v1.PublicKeyDetails.PKIX_ED25519)
ring = RekorKeyring(Keyring([public]))
signed = SignedCheckpoint.from_text(given["note"])
signed.signed_note.verify(ring, KeyID(bytes.fromhex(given["key_id"])))
changed = SignedCheckpoint.from_text(given["note"].replace("\\n700\\n", "\\n701\\n"))
try:
    changed.signed_note.verify(ring, KeyID(bytes.fromhex(given["key_id"])))
    refuses = False
except VerificationError:
    refuses = True
head = signed.checkpoint
print(json.dumps([head.origin, head.log_size, head.log_hash, len(signed.signed_note.signatures), refuses]))
"""
    folder, checkpoint, note = published
    key = folder.key()
    assert key is not None
    given = {"note": note.decode(), "key": signer.public_key.hex(), "key_id": key.key_id.hex()}
    answer = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(given), capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == [ORIGIN, SIZE, checkpoint.root.hex(), 2, True]


@pytest.mark.parametrize("size", [1, 2, 5, 255, 256, 257, SIZE])
def test_pymerkle_computes_the_same_root(size: int) -> None:
    pymerkle = pytest.importorskip("pymerkle")
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for leaf in LEAVES[:size]:
        tree.append_entry(leaf)
    assert tree.get_root() == root_of(_hashes(size))


def test_pymerkle_proves_what_our_tiles_prove(published: tuple[LogFolder, Checkpoint, bytes]) -> None:
    pymerkle = pytest.importorskip("pymerkle")
    folder, checkpoint, _ = published
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for leaf in LEAVES:
        tree.append_entry(leaf)
    theirs = tree.prove_inclusion(INDEX + 1)
    pymerkle.verify_inclusion(leaf_hash(LEAVES[INDEX]), checkpoint.root, theirs)
    ours = PublishedTree(folder, SIZE).inclusion(INDEX)
    assert set(ours) == set(theirs.path) - {leaf_hash(LEAVES[INDEX])}
    with pytest.raises(ProofInvalid):
        prove_index(folder, INDEX, b"", checkpoint._replace(root=bytes(32)))

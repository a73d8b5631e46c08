"""A pack of a real log verifies; with any byte altered it does not."""

import random
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from itertools import chain
from pathlib import Path

import pytest

from sealane.model.errors import ProofInvalid
from sealane.storage.database import Database
from sealane.supervision import Log
from sealane.supervision.entry import parse_entry
from sealane.supervision.evidence import verification
from sealane.supervision.evidence.pack import DIGEST_FIELD, assemble, entries_about, entry_lines, seal
from sealane.supervision.evidence.verification import verify_pack
from sealane.supervision.folder import LogFolder

FLIPS = 2_000
ALWAYS = ("2000", "2100")


@pytest.fixture
def pack(log: Log, database: Database, lane: Path, append: Callable[..., list[str]]) -> bytes:
    append(log, 40)
    head = log.integrate()
    with database.reader() as connection:
        orders = {parse_entry(leaf).order_id or "" for _, leaf in entries_about_all(log, connection, head.size)}
        chosen = set(sorted(orders)[:25])
        about = entries_about(connection, chosen.__and__, head.size, ALWAYS)
        body = BytesIO()
        start = {"about": {"party": "mer_1"}, "checkpoint": log.checkpoint_text().decode()}
        assemble(body, start, chain(entry_lines(LogFolder(lane / "log"), head.size, about), [{"rate": {}}]))
    return sealed(log, database, body.getvalue())


def entries_about_all(log: Log, connection: object, size: int) -> list[tuple[int, bytes]]:
    from sealane.supervision import store  # noqa: PLC0415 - only this helper reads the room's own shelf

    return list(store.entries_from(connection, 0, size))  # type: ignore[arg-type]


def sealed(log: Log, database: Database, body: bytes) -> bytes:
    fields = {DIGEST_FIELD: sha256(body).digest()}
    entry_id = database.run(lambda tx: log.append(tx, "evidence.built", order_id=None, content=b"", fields=fields))
    return b"".join(seal(BytesIO(body), log.open_field(entry_id, DIGEST_FIELD)))


def with_checksum(whole: bytes) -> bytes:
    """Return the pack as a forger would leave it, its checksum made right again."""
    covered = whole.rstrip(b"\n").rpartition(b"\n")[0] + b"\n"
    return covered + b'{"sha256":"%s"}\n' % sha256(covered).hexdigest().encode()


def test_a_pack_says_what_it_proves(pack: bytes, log: Log) -> None:
    checked = verify_pack(BytesIO(pack), log.public_key())
    assert (checked.about, checked.claims) == ({"party": "mer_1"}, {"entry": 25, "rate": 1})
    assert checked.log_size == 40


def test_one_altered_byte_is_always_found(pack: bytes, log: Log) -> None:
    draw, key = random.Random(5), log.public_key()
    for _ in range(FLIPS):
        at = draw.randrange(len(pack))
        altered = bytearray(pack)
        altered[at] ^= 1 << draw.randrange(8)
        with pytest.raises(ProofInvalid):
            verify_pack(BytesIO(altered), key)


def test_a_forger_who_mends_the_checksum_is_found(pack: bytes, log: Log) -> None:
    lines = pack.split(b"\n")
    without = b"\n".join([*lines[:5], *lines[6:]])
    for forged in (without, pack.replace(b'"mer_1"', b'"mer_2"'), pack.replace(b'{"rate":{}}', b'{"rate":{"x":1}}')):
        with pytest.raises(ProofInvalid, match="another pack"):
            verify_pack(BytesIO(with_checksum(forged)), log.public_key())


@pytest.mark.parametrize("cut", [0, 1, 100, -1])
def test_a_pack_that_was_cut_off_is_found(pack: bytes, log: Log, cut: int) -> None:
    with pytest.raises(ProofInvalid):
        verify_pack(BytesIO(pack[:cut]), log.public_key())


def test_a_line_without_an_end_is_not_read_whole(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "MAX_LINE_BYTES", 100)
    endless = BytesIO(b"{" + b" " * 1000)
    with pytest.raises(ProofInvalid, match="too long"):
        verify_pack(endless, log.public_key())
    assert endless.tell() == 100


def test_an_entry_that_is_not_in_the_log_is_named_by_its_line(pack: bytes, log: Log, database: Database) -> None:
    body = b"\n".join(pack.split(b"\n")[1:-2]) + b"\n"
    forged = body.replace(b"order.decided", b"order.refused", 1)
    with pytest.raises(ProofInvalid, match="line 3"):
        verify_pack(BytesIO(sealed(log, database, forged)), log.public_key())


def test_another_logs_key_does_not_open_it(pack: bytes) -> None:
    from sealane.keys.signing import Signer  # noqa: PLC0415 - this one test makes a stranger's key
    from sealane.supervision.note import NoteKey  # noqa: PLC0415 - same

    with pytest.raises(ProofInvalid):
        verify_pack(BytesIO(pack), str(NoteKey("sealane.local/other", Signer.generate().public_key)))

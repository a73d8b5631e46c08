"""Sealed entries: the log shows that there is one, the authority alone what it says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sealane.keys.hpke import OpeningKey
from sealane.model.errors import EnvelopeInvalid, InvalidInput, NotFound, ProofInvalid
from sealane.storage.database import Database
from sealane.supervision import Log
from sealane.supervision.sealed.envelope import Recipient, public_jwk, recipient_of, unseal

REPORT = b'{"about":{"order":"ord_1"},"kind":"suspicion","text":"layering"}'


@pytest.fixture
def authority() -> OpeningKey:
    return OpeningKey.generate()


@pytest.fixture
def recipient(authority: OpeningKey) -> Recipient:
    return recipient_of("pty_fiu", (public_jwk(authority),))


def test_the_authority_opens_it_offline(
    log: Log, database: Database, authority: OpeningKey, recipient: Recipient, lane: Path
) -> None:
    entry_id = database.run(lambda tx: log.append_sealed(tx, recipient, REPORT))
    proven, document = unseal(log.open_sealed(entry_id, "pty_fiu"), log.public_key(), authority)
    assert document == REPORT
    assert (proven.entry.kind, proven.entry.order_id) == ("entry.sealed", None)
    for path in lane.rglob("*"):
        assert path.is_dir() or b"layering" not in path.read_bytes()


def test_nobody_else_gets_or_opens_it(log: Log, database: Database, recipient: Recipient) -> None:
    entry_id = database.run(lambda tx: log.append_sealed(tx, recipient, REPORT))
    for other in ("", "pty_other"):
        with pytest.raises(NotFound):
            log.open_sealed(entry_id, other)
    with pytest.raises(EnvelopeInvalid):
        unseal(log.open_sealed(entry_id, "pty_fiu"), log.public_key(), OpeningKey.generate())
    assert log.sealed_for("pty_fiu", "", 10) == [entry_id]
    assert log.sealed_for("pty_other", "", 10) == []


def test_an_ordinary_entry_is_not_taken_for_a_sealed_one(
    log: Log, append: Callable[..., list[str]], authority: OpeningKey
) -> None:
    entry_id = append(log, 1, b"content")[0]
    with pytest.raises(ProofInvalid, match="not a sealed one"):
        unseal(log.open_field(entry_id, "content", b"content"), log.public_key(), authority)


@pytest.mark.parametrize(
    "key",
    [{"kty": "OKP", "crv": "Ed25519", "x": "A" * 43}, {"kty": "OKP", "crv": "X25519"}, {"kty": "EC"},
     {"kty": "OKP", "crv": "X25519", "x": "AA"}, {"kty": "OKP", "crv": "X25519", "x": "!"}],
)  # fmt: skip
def test_a_key_that_cannot_be_sealed_to_is_passed_over(key: dict[str, str], authority: OpeningKey) -> None:
    with pytest.raises(InvalidInput, match="registered no key"):
        recipient_of("pty_fiu", (key,))
    assert recipient_of("pty_fiu", (key, public_jwk(authority))).public_key == authority.public_key

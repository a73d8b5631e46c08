"""What other vaults were found to do wrong: one test each that shows that ours does not."""

import hashlib
import hmac
import itertools
import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sealane.keys.sealing import OVERHEAD
from sealane.model.cards.number import passes_luhn
from sealane.model.errors import EnvelopeInvalid, InvalidInput, NotFound
from vaults import MERCHANT, Lane, card, request

PAN = "4111111111111111"
OTHER = "mer_01kan6k3zw8t5q1r9v0m2c4d7f"


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Lane]:
    made = Lane(tmp_path / "lane")
    yield made
    made.close()


def candidates(known_from: str, known_to: str, limit: int) -> Iterator[str]:
    """Yield card numbers that fit what a dump tells: BIN and last four."""
    middles = itertools.chain([PAN[6:12]], (f"{number:06}" for number in range(limit)))
    yield from (pan for middle in middles if passes_luhn(pan := known_from + middle + known_to))


def dump(folder: Path) -> bytes:
    """Return everything that a thief of the folder has, except for the root key, which is not in it."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_stolen_dump_gives_no_card_number_by_guessing(lane: Lane) -> None:
    """card-vault deduplicates by an unkeyed SHA-512 of the number: 1 s on one core with BIN and last four known."""
    token = lane.add_card(card(PAN))
    stolen = dump(lane.folder)
    columns = {value for row in lane.query("SELECT * FROM vault_card") for value in row if isinstance(value, bytes)}
    columns |= {value for (value,) in lane.query("SELECT identity FROM vault_subject")}
    columns |= {bytes.fromhex(token.fingerprint)}
    algorithms = ("md5", "sha1", "sha256", "sha512", "blake2b")
    guesses = 0
    for guess in candidates("411111", "1111", 3_000):
        for text in (guess, f'"{guess}"', f"{MERCHANT} {guess}", f"card\0{guess}", f"fingerprint\0{MERCHANT} {guess}"):
            for name in algorithms:
                made = hashlib.new(name, text.encode()).digest()
                guesses += 1
                assert not any(made.startswith(column) for column in columns if column)
                assert made not in stolen
            assert hmac.digest(b"", text.encode(), "sha256")[:16] not in columns
    assert guesses > 5_000
    assert PAN.encode() not in stolen


def test_the_fingerprint_is_in_no_file_at_all(lane: Lane) -> None:
    token = lane.add_card(card(PAN))
    stolen = dump(lane.folder)
    assert bytes.fromhex(token.fingerprint) not in stolen
    assert token.fingerprint.encode() not in stolen


def test_two_merchants_cannot_compare_their_cards(lane: Lane) -> None:
    one, other = lane.add_card(card(PAN)), lane.add_card(card(PAN), OTHER)
    assert one.fingerprint != other.fingerprint
    assert one.token != other.token


def test_envelopes_cannot_be_swapped_between_rows_fields_or_tenants(lane: Lane) -> None:
    """card-vault seals with empty associated data, one key per merchant: rows can be exchanged unnoticed."""
    mine = lane.seal(request(shopper__account="a-1"))
    same = lane.seal(request(shopper__account="a-1", shopper__name="Another"))
    theirs = lane.seal(request(shopper__account="a-1"), OTHER)
    bodies = dict(lane.query("SELECT record_id, body FROM vault_record"))
    opened = {name: msgspec.msgpack.decode(body) for name, body in bodies.items()}
    for source in (same.record_id, theirs.record_id):
        lane.change("UPDATE vault_record SET body = ? WHERE record_id = ?", bodies[source], mine.record_id)
        with pytest.raises(EnvelopeInvalid):
            lane.reveal(mine.record_id, "/shopper/name")
    exchanged = opened[mine.record_id] | {"/shopper/name": opened[mine.record_id]["/shopper/email"]}
    lane.change(
        "UPDATE vault_record SET body = ? WHERE record_id = ?", msgspec.msgpack.encode(exchanged), mine.record_id
    )
    with pytest.raises(EnvelopeInvalid):
        lane.reveal(mine.record_id, "/shopper/name")


def test_no_nonce_is_ever_used_twice(lane: Lane) -> None:
    """databunker seals whole tables under one constant nonce."""
    for number in range(40):
        lane.seal(request(shopper__account=f"a-{number % 4}"))
    envelopes = [
        envelope
        for (body,) in lane.query("SELECT body FROM vault_record")
        for envelope in msgspec.msgpack.decode(body).values()
    ]
    assert len(envelopes) > 400
    assert len({envelope[:13] for envelope in envelopes}) == len(envelopes)
    assert len({envelope[13:29] for envelope in envelopes}) == len(envelopes), "equal values do not look equal"


def test_every_subject_has_a_key_of_256_random_bits(lane: Lane) -> None:
    """databunker's record keys share 192 of 256 bits."""
    keys = [lane.vault._keys.take("pii", MERCHANT)[1]._secret for _ in range(64)]
    assert all(len(key) == 32 for key in keys)
    for at in range(32):
        assert len({key[at] for key in keys}) > 32, f"byte {at} hardly varies"


def test_what_is_looked_up_is_hashed_with_a_key_that_can_be_replaced(lane: Lane) -> None:
    """databunker's lookup index is a plain SHA-256 with the hash of a master key that has no rotation."""
    lane.seal(request(shopper__account="a-1"))
    first = lane.query("SELECT identity FROM vault_subject")
    lane.vault.rotation.begin(["index"])
    lane.vault.rotation.upkeep.run()
    assert lane.query("SELECT identity FROM vault_subject") != first
    assert {each.version for each in lane.ring.versions() if each.use == "blind/subjects"} == {2}


def test_fields_and_purpose_have_to_be_named(lane: Lane) -> None:
    """databunker reveals the whole profile when no field is named."""
    seal = lane.seal()
    assert lane.reveal(seal.record_id) == {}
    with pytest.raises(InvalidInput), lane.database.reader() as conn:
        lane.vault.reveal(conn, seal.record_id, ["/shopper/email"], purpose="any")  # type: ignore[arg-type]


def test_what_is_revealed_reaches_neither_log_nor_output(lane: Lane, capfd: pytest.CaptureFixture[str]) -> None:
    """databunker writes the decrypted record to the log of its process."""
    seal = lane.seal()
    assert lane.reveal(seal.record_id, "/shopper/email") == {"/shopper/email": "ana@example.com"}
    told = "".join(capfd.readouterr())
    assert "ana@example.com" not in told


def test_an_erasure_matches_what_it_has_to_delete(lane: Lane) -> None:
    """databunker deletes audit rows by a value that the column does not hold, so none is deleted."""
    seals = [lane.seal(request(shopper__account="a-1")) for _ in range(3)]
    lane.database.run(
        lambda tx: lane.vault.eraser.finish(tx, lane.vault.eraser.begin(tx, seals[0].subject_id), "ent_1")
    )
    assert lane.query("SELECT count(*) FROM vault_record WHERE length(body) > 0") == [(0,)]


def test_a_token_is_no_card_number(lane: Lane) -> None:
    """VGS's format-preserving tokens pass Luhn, so a leak scanner cannot tell them from numbers."""
    for _ in range(20):
        token = lane.add_card(card(PAN, card16=True))
        assert token.card16 is not None
        assert not passes_luhn(token.card16)


def tampered(lane: Lane, rounds: int) -> int:
    """Change one thing at random, each round anew, and count the changes that were not refused."""
    rng = random.Random(11)
    seals = [lane.seal(request(shopper__account=f"a-{number}"), (MERCHANT, OTHER)[number % 2]) for number in range(8)]
    rows = dict(lane.query("SELECT record_id, body FROM vault_record"))
    bodies = {name: msgspec.msgpack.decode(body) for name, body in rows.items()}
    with lane.database.reader() as conn:
        found = {seal.record_id: conn.execute(
            "SELECT subject_id, merchant_id, key_number FROM vault_subject WHERE subject_id = ?", (seal.subject_id,)
        ).fetchone() for seal in seals}  # fmt: skip
    from sealane.vault.records import Subject, open_fields  # noqa: PLC0415 - below the room's door, for this proof alone

    accepted = 0
    for _ in range(rounds):
        record = rng.choice(seals).record_id
        subject_id, merchant_id, number = found[record]
        field = rng.choice(sorted(bodies[record]))
        body = dict(bodies[record])
        kind = rng.choice(("bit", "row", "field", "tenant", "key", "cut"))
        if kind == "bit":
            envelope = bytearray(body[field])
            envelope[rng.randrange(len(envelope))] ^= 1 << rng.randrange(8)
            body[field] = bytes(envelope)
        elif kind == "row":
            other = rng.choice([each for each in bodies if each != record])
            body[field] = bodies[other].get(field, next(iter(bodies[other].values())))
        elif kind == "field":
            body[field] = body[rng.choice([each for each in sorted(body) if each != field])]
        elif kind == "tenant":
            merchant_id = OTHER if merchant_id == MERCHANT else MERCHANT
        elif kind == "key":
            number = rng.choice([row[2] for row in found.values() if row[2] != number])
        else:
            body[field] = body[field][: rng.randrange(len(body[field]))]
        subject = Subject(subject_id, merchant_id, lane.vault._keys.find(number))
        try:
            open_fields(subject, record, msgspec.msgpack.encode(body), [field])
            accepted += 1
        except EnvelopeInvalid:
            continue
    return accepted


def test_a_thousand_tampered_records_are_all_refused(lane: Lane) -> None:
    assert tampered(lane, 1_000) == 0


@pytest.mark.soak
def test_ten_thousand_tampered_records_are_all_refused(lane: Lane) -> None:
    assert tampered(lane, 10_000) == 0


def test_a_rolled_back_card_does_not_open_under_its_new_record(lane: Lane) -> None:
    lane.add_card(card(PAN, expiry_year=2030))
    (before,) = lane.query("SELECT record_id, body FROM vault_record")
    lane.add_card(card(PAN, expiry_year=2035))
    (after,) = lane.query("SELECT record_id, body FROM vault_record")
    assert after[0] != before[0]
    lane.change("UPDATE vault_record SET body = ? WHERE record_id = ?", before[1], after[0])
    with pytest.raises(EnvelopeInvalid):
        lane.reveal(after[0], "/expiry_year")
    with pytest.raises(NotFound):
        lane.reveal(before[0], "/expiry_year")


def test_data_and_backups_without_the_root_key_open_nothing(lane: Lane, tmp_path: Path) -> None:
    seal = lane.seal()
    copy = tmp_path / "stolen"
    lane.close()
    shutil.copytree(lane.folder, copy)
    lane.open()
    assert not (copy / "root.key").exists()
    wrapped = sqlite3.connect(copy / "vault-keys.db").execute("SELECT wrapped FROM data_key").fetchall()
    assert all(len(row[0]) == OVERHEAD + 32 for row in wrapped)
    assert b"ana@example.com" not in dump(copy)
    assert lane.reveal(seal.record_id, "/shopper/email")

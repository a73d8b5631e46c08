import base64
import logging
import random
import sqlite3
from pathlib import Path

import pytest

from sealane.keys.ring import KeyRing
from sealane.model.errors import EnvelopeInvalid, Erased, InvalidInput, Misconfigured, NotFound
from sealane.storage.database import Database
from sealane.vault import ATTRIBUTES, Vault
from vaults import MERCHANT, Lane, attributes, card, request, stored

FIELDS = {
    "/shopper/email": "ana@example.com",
    "/payment/billing_address/city": "Lisboa",
    "/consignments/0/consignee/lines/1": "3 Dto",
}


def test_asked_fields_open_and_no_other(lane: Lane) -> None:
    seal = lane.seal()
    assert lane.reveal(seal.record_id, *FIELDS) == FIELDS
    assert set(FIELDS) < set(lane.fields(seal.record_id))
    lane.reopen()
    assert lane.reveal(seal.record_id, *FIELDS) == FIELDS


def test_unknown_records_fields_and_purposes_are_refused(lane: Lane) -> None:
    seal = lane.seal()
    with pytest.raises(InvalidInput) as refusal:
        lane.reveal(seal.record_id, "/shopper/email", "/shopper/tax_id")
    assert [error.pointer for error in refusal.value.errors] == ["/shopper/tax_id"]
    with pytest.raises(NotFound):
        lane.reveal("rec_none", "/shopper/email")
    with pytest.raises(NotFound):
        lane.fields("rec_none")
    with lane.database.reader() as conn, pytest.raises(InvalidInput, match="purpose"):
        lane.vault.reveal(conn, seal.record_id, [], purpose="curiosity")  # type: ignore[arg-type] # the point of the test


def test_an_event_keeps_every_attribute_sealed_as_it_came(lane: Lane) -> None:
    asked = request()
    raw = '{"new_address": {"country": "PT", "city": "Évora"}, "favourite_colour": "grün"}'.encode()
    event = lane.seal_event(stored(asked, lane.seal(asked)), raw)
    assert lane.reveal(event.record_id, ATTRIBUTES) == {ATTRIBUTES: raw.decode()}


def test_a_shopper_whose_key_is_gone_is_erased_and_the_others_are_not(lane: Lane) -> None:
    gone, kept = lane.seal(), lane.seal(request(shopper__account="a-78"))
    ((number,),) = lane.query("SELECT key_number FROM vault_subject WHERE subject_id = ?", gone.subject_id)
    keys = sqlite3.connect(lane.folder / "vault-keys.db")
    with keys:
        keys.execute("DELETE FROM data_key WHERE number = ?", (number,))
    keys.close()
    with pytest.raises(Erased):
        lane.reveal(gone.record_id, "/shopper/email")
    assert lane.reveal(kept.record_id, "/shopper/email")


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE vault_record SET body = (SELECT body FROM vault_record WHERE record_id = :y) WHERE record_id = :x",
        "UPDATE vault_record SET subject_id = :z WHERE record_id = :x",
        "UPDATE vault_subject SET merchant_id = 'mer_thief' WHERE subject_id = :subject",
        "UPDATE vault_record SET record_id = 'rec_new' WHERE record_id = :x",
        "UPDATE vault_subject SET subject_id = 'sub_new' WHERE subject_id = :subject",
    ],
)
def test_rows_moved_in_the_database_do_not_open(lane: Lane, attack: str) -> None:
    seal, other = lane.seal(), lane.seal(request(shopper__account="a-78"))
    values = {"x": seal.record_id, "y": other.record_id, "subject": seal.subject_id, "z": other.subject_id}

    def run(tx: object) -> None:
        tx.execute(attack, values)  # type: ignore[attr-defined] # any mapping binds by name
        if "sub_new" in attack:
            tx.execute("UPDATE vault_record SET subject_id = 'sub_new' WHERE record_id = :x", values)  # type: ignore[attr-defined]

    lane.database.run(run)
    record_id = "rec_new" if "rec_new" in attack else seal.record_id
    with pytest.raises(EnvelopeInvalid):
        lane.reveal(record_id, "/shopper/email")


def test_another_keys_file_opens_nothing(lane: Lane) -> None:
    seal = lane.seal()
    keys = sqlite3.connect(lane.folder / "vault-keys.db")
    with keys:
        ((first,), (second,)) = keys.execute("SELECT wrapped FROM data_key ORDER BY number LIMIT 2").fetchall()
        keys.execute("UPDATE data_key SET wrapped = ? WHERE wrapped = ?", (second, first))
    keys.close()
    with pytest.raises(EnvelopeInvalid):
        lane.reveal(seal.record_id, "/shopper/email")


def test_a_lost_keys_file_is_noticed_at_the_start(lane: Lane) -> None:
    lane.seal()
    lane.close()
    (lane.folder / "vault-keys.db").unlink()
    database = Database.open(lane.folder)
    with pytest.raises(Misconfigured, match="missing although sealed data exist"):
        Vault.open(database, lane.ring, lane.folder)
    database.close()
    (lane.folder / "vault-keys.db").touch()


def luhn(body: str) -> str:
    digits = [int(digit) for digit in reversed(body)]
    return body + str(-sum(d if at % 2 else sum(divmod(2 * d, 10)) for at, d in enumerate(digits)) % 10)


def canaries(number: int, rng: random.Random) -> dict[str, str]:
    word = "".join(rng.choices("bcdfghjklmnpqrstvwxz", k=9))
    return {
        "name": f"Canary{word} Quill{number}",
        "street": f"Hidden{word}street {number}",
        "city": f"Town{word}",
        "postcode": f"QX{number:05}Z",
        "email": f"{word}.{number}@canary-{word}.example",
        "phone": f"+3519{rng.randrange(10**8):08}",
        "account": f"acct-{word}-{number}",
        "device": f"dev-{word}-{number}",
        "ip": f"198.51.{rng.randrange(256)}.{rng.randrange(100, 255)}",
        "pan": luhn(f"411111{rng.randrange(10**9):09}"),
        "holder": f"Holder{word}",
    }


def fly(lane: Lane, values: dict[str, str]) -> None:
    token = lane.add_card(card(values["pan"], holder=values["holder"])).token
    address = {
        "name": values["name"], "lines": [values["street"]], "city": values["city"], "postcode": values["postcode"],
        "country": "PT", "phone": values["phone"], "email": values["email"],
    }  # fmt: skip
    asked = request(
        shopper={key: values[key] for key in ("name", "email", "phone", "account", "device", "ip")},
        payment__card={"token": token},
        payment__billing_address=address,
        consignments__0__consignee=address,
        consignments__0__shipper=address,
        consignments__0__pickup_point={"id": values["device"], "name": values["name"], "country": "PT"},
    )
    raw = f'{{"new_address": {{"country": "PT", "name": "{values["name"]}"}}, "courier": "{values["holder"]}"}}'
    lane.seal_event(stored(asked, lane.seal(asked)), raw.encode())


def spellings(value: str) -> set[bytes]:
    plain = {value, value.lower(), value.upper()}
    return {each.encode() for each in plain} | {
        coded for each in plain for coded in (base64.b64encode(each.encode())[:-4], each.encode().hex().encode())
    }


def test_no_personal_value_is_in_any_file_of_the_folder(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    rng = random.Random(20261122)
    flown = [canaries(number, rng) for number in range(30)]
    lane = Lane(tmp_path / "lane")
    for values in flown:
        fly(lane, values)

    def found() -> list[str]:
        files = {path.name: path.read_bytes() for path in lane.folder.rglob("*") if path.is_file()}
        assert {"sealane.db", "vault-keys.db", "keyring.json"} <= set(files)
        files["log"] = caplog.text.encode()
        return [
            f"{key} in {name}"
            for values in flown
            for key, value in values.items()
            for name, content in files.items()
            if any(spelling in content for spelling in spellings(value))
        ]

    assert not found(), "while open, with write-ahead logs"
    lane.close()
    assert not found(), "after closing"


def test_a_stolen_dump_without_the_root_key_gives_nothing(lane: Lane, tmp_path: Path) -> None:
    values = canaries(1, random.Random(1))
    fly(lane, values)
    seal = lane.seal()
    lane.close()
    thief = tmp_path / "thief"
    thief.mkdir(mode=0o700)
    for name in ("sealane.db", "vault-keys.db", "keyring.json"):
        (thief / name).write_bytes((lane.folder / name).read_bytes())
        (thief / name).chmod(0o600)
    for guess in (None, "00" * 32):
        with pytest.raises(Misconfigured):
            KeyRing.open(thief, root_key=guess)
    (thief / "keyring.json").unlink()
    with pytest.raises(Misconfigured):
        KeyRing.open(thief, root_key=None)
    (tmp_path / "own").mkdir()
    database = Database.open(thief)
    vault = Vault.open(database, KeyRing.open(tmp_path / "own", root_key=None), thief)
    with database.reader() as conn, pytest.raises(EnvelopeInvalid):
        vault.reveal(conn, seal.record_id, ["/shopper/email"], purpose="supervise")
    vault.close()
    database.close()


def test_links_of_guessed_values_are_of_no_use_under_another_key(lane: Lane, tmp_path: Path) -> None:
    thief = Lane(tmp_path / "thief")
    asked = request()
    ours = lane.seal(asked)
    # The same code and the same values with keys of one's own: everything a thief of the dump can compute.
    thief.ring = KeyRing.open(tmp_path / "keys", root_key=None)
    guessed = Vault.open(thief.database, thief.ring, thief.folder)
    theirs = thief.database.run(lambda tx: guessed.seal_order(tx, MERCHANT, asked))
    for name in ours.links.__struct_fields__:
        assert getattr(ours.links, name) != getattr(theirs.links, name)
    guessed.close()
    thief.close()


def test_sealing_survives_a_crash_of_the_process(lane: Lane) -> None:
    """What was acknowledged opens from a copy of the files as they are on disk, without closing anything."""
    asked = request()
    seal = lane.seal(asked)
    copy = lane.folder.with_name("copy")
    copy.mkdir()
    for path in lane.folder.iterdir():
        if path.name != "lock":
            (copy / path.name).write_bytes(path.read_bytes())
            (copy / path.name).chmod(0o600)
    crashed = Lane(copy)
    assert crashed.reveal(seal.record_id, *FIELDS) == FIELDS
    assert crashed.seal(asked).subject_id == seal.subject_id
    crashed.close()


def test_attributes_are_decoded_without_printing_them() -> None:
    assert "Ana" not in repr(attributes(b'{"new_address": {"country": "PT", "name": "Ana"}}'))


def test_a_record_that_was_read_names_and_opens_its_fields_without_another_look(lane: Lane) -> None:
    seal = lane.seal()
    asked: list[str] = []
    with lane.database.reader() as conn:
        record = lane.vault.record(conn, seal.record_id)
        conn.set_trace_callback(asked.append)
        assert "/shopper/email" in record.names
        assert record.reveal(["/shopper/email"], purpose="deliver") == {"/shopper/email": "ana@example.com"}
        with pytest.raises(InvalidInput):
            record.reveal([], purpose="curiosity")  # type: ignore[arg-type]  # the point of the test
        conn.set_trace_callback(None)
    assert not asked

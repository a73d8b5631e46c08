import pytest

from sealane.model.errors import EnvelopeInvalid
from sealane.vault.rotation import store
from sealane.vault.rotation.resealing import Resealing
from vaults import Lane, card, request


def work(lane: Lane, kind: str) -> Resealing:
    return Resealing(lane.database, lane.vault._keys, lane.vault._subjects, kind)  # type: ignore[arg-type]


def begin(lane: Lane, kind: str) -> None:
    lane.database.run(lambda tx: store.begin_task(tx, f"reseal/{kind}"))


def test_every_record_is_sealed_anew_under_a_new_data_key(lane: Lane) -> None:
    seals = [lane.seal(request(shopper__account=f"a-{number}")) for number in range(70)]
    before = dict(lane.query("SELECT record_id, body FROM vault_record"))
    numbers = {number for (number,) in lane.query("SELECT key_number FROM vault_subject")}
    begin(lane, "pii")
    going = work(lane, "pii")
    while going.step():
        assert lane.reveal(seals[0].record_id, "/shopper/email")
    after = dict(lane.query("SELECT record_id, body FROM vault_record"))
    assert after.keys() == before.keys()
    assert all(after[name] != before[name] for name in before)
    assert numbers.isdisjoint({number for (number,) in lane.query("SELECT key_number FROM vault_subject")})
    assert all(lane.reveal(seal.record_id, "/shopper/email") for seal in seals)


def test_the_old_data_keys_open_nothing_any_more_because_they_are_gone(lane: Lane) -> None:
    lane.seal()
    number = lane.query("SELECT key_number FROM vault_subject")[0][0]
    begin(lane, "pii")
    going = work(lane, "pii")
    while going.step():
        pass
    with pytest.raises(Exception, match="erased"):
        lane.vault._keys.find(number)
    assert lane.query("SELECT * FROM vault_task") == []


def test_a_shopper_in_memory_goes_on_under_the_new_key(lane: Lane) -> None:
    lane.seal(request(shopper__account="a-1"))
    begin(lane, "pii")
    going = work(lane, "pii")
    while going.step():
        pass
    again = lane.seal(request(shopper__account="a-1"))
    assert lane.reveal(again.record_id, "/shopper/account") == {"/shopper/account": "a-1"}


def test_work_that_was_broken_off_goes_on(lane: Lane) -> None:
    tokens = [lane.add_card(card("4111111111111111")), lane.add_card(card("5555555555554444"))]
    begin(lane, "card")
    lane.reopen()
    going = work(lane, "card")
    assert going.total > 0
    while going.step():
        pass
    assert {token for (token,) in lane.query("SELECT token FROM vault_card")} == {each.token for each in tokens}
    assert lane.query("SELECT * FROM vault_task") == []


def test_an_altered_record_stops_the_work_and_stays_as_it_is(lane: Lane) -> None:
    seal = lane.seal()
    body = bytearray(lane.query("SELECT body FROM vault_record")[0][0])
    body[-1] ^= 1
    lane.change("UPDATE vault_record SET body = ?", bytes(body))
    begin(lane, "pii")
    with pytest.raises(EnvelopeInvalid):
        work(lane, "pii").step()
    assert lane.query("SELECT record_id FROM vault_record") == [(seal.record_id,)]

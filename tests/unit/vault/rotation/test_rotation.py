from datetime import datetime
from types import SimpleNamespace

from sealane.vault import VaultOptions
from sealane.vault.datakeys import FIRST_BLOCK
from sealane.vault.rotation.rotation import INDEX_DAYS
from sealane.vault.vault import KEY_DAYS
from vaults import Lane, request

DAY_US = 86_400_000_000


def test_the_report_counts_what_is_under_each_version(lane: Lane) -> None:
    lane.seal()
    report = lane.vault.rotation.report()
    by_use = {(key.use, key.version): key for key in report.keys}
    assert by_use["kek/pii", 1].sealed == FIRST_BLOCK
    assert by_use["sign/log", 1].sealed is None
    assert by_use["kek/pii", 1].is_newest
    lane.vault.rotation.begin(["pii", "card", "log"])
    lane.vault.rotation.upkeep.run()
    after = {(key.use, key.version): key for key in lane.vault.rotation.report().keys}
    assert after["kek/pii", 2].sealed == FIRST_BLOCK
    assert ("kek/pii", 1) not in after
    assert not after["kek/log", 1].is_newest, "what is sealed under it is not counted, so it goes on opening"


def test_an_emergency_seals_anew(lane: Lane) -> None:
    seal = lane.seal()
    before = lane.query("SELECT body FROM vault_record")
    lane.vault.rotation.begin(["pii"], emergency=True)
    lane.vault.rotation.upkeep.run()
    assert lane.query("SELECT body FROM vault_record") != before
    assert lane.reveal(seal.record_id, "/shopper/email")


def test_an_erasure_brings_a_new_index_key_in_time(lane: Lane) -> None:
    seal = lane.seal(request(shopper__account="a-1"))
    lane.database.run(lambda tx: lane.vault.eraser.finish(tx, lane.vault.eraser.begin(tx, seal.subject_id), "ent_1"))
    lane.vault.rotation.upkeep.run()
    assert lane.ring.blinder_versions("subjects") == (1,), "erasures of one day share one new key"
    now = lane.ring._clock
    lane.ring._clock = lambda: now() + int(INDEX_DAYS * DAY_US)
    lane.vault.rotation.upkeep.run()
    assert lane.ring.blinder_versions("subjects") == (2,)
    lane.vault.rotation.upkeep.run()
    assert lane.ring.blinder_versions("subjects") == (2,), "one new key is enough"


def later(lane: Lane, days: float) -> None:
    """Move the clock that dates the keys."""
    now = lane.ring._clock
    lane.ring._clock = lambda: now() + int(days * DAY_US)


def newest(lane: Lane) -> dict[str, int]:
    return {key.use: key.version for key in lane.vault.rotation.views() if key.is_newest}


def test_a_key_that_is_too_old_is_replaced_by_itself(lane: Lane) -> None:
    seal = lane.seal(request(shopper__account="a-1"))
    later(lane, KEY_DAYS - 0.01)
    lane.vault.rotation.upkeep.run()
    assert set(newest(lane).values()) == {1}
    lane.vault.rotation.begin(["card"])
    later(lane, 0.02)
    told: list[tuple[str, ...]] = []
    lane.vault.rotation.replace = lambda kinds: (told.append(kinds), lane.vault.rotation.begin(kinds))[1]
    lane.vault.rotation.upkeep.run()
    assert told == [("pii", "index", "grant", "log", "inbox")], "the card key was replaced before its time"
    found = newest(lane)
    assert {use for use, version in found.items() if version == 2} == {
        *("kek/pii", "kek/card", "kek/index", "kek/log", "kek/inbox", "blind/subjects", "blind/grants"),
    }
    assert ("kek/pii", 1) not in {(key.use, key.version) for key in lane.vault.rotation.views()}, "all came under it"
    assert lane.reveal(seal.record_id, "/shopper/email")
    assert lane.seal(request(shopper__account="a-1")).subject_id == seal.subject_id
    lane.vault.rotation.upkeep.run()
    assert newest(lane) == found, "once is enough"


def test_a_key_says_when_it_is_replaced(lane: Lane) -> None:
    lane.vault.rotation.begin(["grant"])
    due = {(key.use, key.version): (key.made_at, key.due_at) for key in lane.vault.rotation.views()}
    made_at, due_at = due["blind/grants", 2]
    assert due_at is not None
    assert (datetime.fromisoformat(due_at) - datetime.fromisoformat(made_at)).days == KEY_DAYS
    assert due["blind/grants", 1][1] is None
    assert due["sign/log", 1][1] is None


def test_only_the_server_that_leads_replaces_keys(lane: Lane) -> None:
    later(lane, KEY_DAYS)
    lane.vault.rotation.lead = SimpleNamespace(is_held=False)  # type: ignore[assignment]  # a server that does not lead
    lane.vault.rotation.upkeep.run()
    assert set(newest(lane).values()) == {1}


def test_without_a_limit_no_key_is_replaced_by_itself(lane: Lane) -> None:
    lane.close()
    lane.open(VaultOptions(key_days=0))
    later(lane, 10 * KEY_DAYS)
    lane.vault.rotation.upkeep.run()
    assert set(newest(lane).values()) == {1}
    assert {key.due_at for key in lane.vault.rotation.views()} == {None}

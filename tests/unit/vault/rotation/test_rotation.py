from sealane.vault.datakeys import FIRST_BLOCK
from sealane.vault.rotation.rotation import INDEX_DAYS
from vaults import Lane, request

DAY_US = 86_400_000_000


def test_the_report_counts_what_is_under_each_version(lane: Lane) -> None:
    lane.seal()
    report = lane.vault.rotation.report()
    by_use = {(key.use, key.version): key for key in report.keys}
    assert by_use["kek/pii", 1].sealed == FIRST_BLOCK
    assert by_use["sign/log", 1].sealed is None
    assert by_use["kek/pii", 1].is_newest
    lane.vault.rotation.begin(["pii", "card", "grant"])
    lane.vault.rotation.upkeep.run()
    after = {(key.use, key.version): key for key in lane.vault.rotation.report().keys}
    assert after["kek/pii", 2].sealed == FIRST_BLOCK
    assert ("kek/pii", 1) not in after
    assert not after["kek/grant", 1].is_newest, "what is sealed under it is not counted, so it goes on opening"


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

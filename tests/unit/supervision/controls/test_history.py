import pytest

from oversight import AT, DAY, clean
from sealane.model.errors import NotFound
from sealane.model.ids import new_id
from sealane.storage.database import Database
from sealane.supervision.controls import history
from sealane.supervision.controls.assessment import assess
from sealane.supervision.controls.security import Attestation


def test_runs_are_kept_whole_and_the_latest_comes_first(database: Database) -> None:
    ids = [new_id("run"), new_id("run")]
    for run_id, only in zip(ids, (("PCI-3.7",), ("GDPR-25", "SCA-97")), strict=True):
        assessment = assess(clean(), AT, only=only)
        database.run(lambda tx, run_id=run_id, kept=assessment: history.add_run(tx, run_id, kept, "ent_1"))
    with database.reader() as connection:
        assert [one.run_id for one in history.runs(connection, 10)] == ids[::-1]
        assert history.run(connection).assessment == assess(clean(), AT, only=("GDPR-25", "SCA-97"))
        assert history.run(connection, ids[0]).assessment.counts()["pass"] == 1
        with pytest.raises(NotFound):
            history.run(connection, new_id("run"))


def test_what_people_signed_is_kept_under_an_id(database: Database) -> None:
    signed = Attestation(id="", control="GDPR-35", made_us=AT, expires_us=AT + DAY, digest="a" * 64)
    name = database.run(lambda tx: history.add_attestation(tx, signed))
    with database.reader() as connection:
        [kept] = history.attestations(connection)
    assert (kept.id, kept.control) == (name, "GDPR-35")

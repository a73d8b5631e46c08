import pytest

from sealane.model.errors import Conflict
from sealane.storage.database import Database
from sealane.supervision.market.publication import RHO_A_RELEASE_MICRO, Release
from sealane.supervision.market.releases import add_release, check_budget, releases


def spend(database: Database, period: str) -> None:
    release = Release(period, RHO_A_RELEASE_MICRO, 17.89, 4.47, 0, ())

    def flow(tx: object) -> None:
        check_budget(tx, period, release.rho_micro)  # type: ignore[arg-type]
        add_release(tx, release, "ent_1")  # type: ignore[arg-type]

    database.run(flow)


def test_a_year_has_four_releases_and_a_period_one(database: Database) -> None:
    for number in range(1, 5):
        spend(database, f"2026-Q{number}")
    with pytest.raises(Conflict, match="released already"):
        spend(database, "2026-Q1")
    with pytest.raises(Conflict, match="budget of 2026"):
        spend(database, "2026-Q5")
    spend(database, "2027-Q1")
    with database.reader() as connection:
        assert [release.period for release, _ in releases(connection)][:2] == ["2027-Q1", "2026-Q4"]

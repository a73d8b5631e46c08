"""The roles of `deploy/postgres/roles.sql` on a real PostgreSQL server: enough to work with, and no more."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from orders import event, order
from running import SEALANE, Server
from servers import fresh_database, postgres

ROLES = (Path(__file__).parents[2] / "deploy" / "postgres" / "roles.sql").read_bytes()
LOGINS = b"""
    CREATE ROLE lane_migrations LOGIN IN ROLE sealane_owner;
    ALTER ROLE lane_migrations SET role = sealane_owner;
    CREATE ROLE lane_server LOGIN IN ROLE sealane_writer;
    CREATE ROLE lane_dashboard LOGIN IN ROLE sealane_reader;
    CREATE ROLE lane_shop LOGIN IN ROLE sealane_tenant;
    CREATE ROLE lane_nobody LOGIN IN ROLE sealane_tenant;
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A database with the roles, its tables made by the owner."""
    with postgres() as server:
        url = fresh_database(server)
        run(url, ROLES + LOGINS)
        made = subprocess.run(
            [SEALANE, "migrate", "--to", of("lane_migrations", url), "--schema-only"],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        run(url, ROLES)
        yield url


def run(url: str, script: bytes) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(script)


def of(user: str, url: str) -> str:
    return url.replace("//postgres:@", f"//{user}@").replace("//postgres@", f"//{user}@")


def refused(url: str, sql: bytes) -> bool:
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            connection.execute(sql)
        except psycopg.errors.InsufficientPrivilege:
            return True
        return False


def test_the_writer_serves_an_order_and_erases_its_shopper(url: str, tmp_path: Path) -> None:
    lane = tmp_path / "lane"
    with Server(lane, "--database", of("lane_server", url), environment=dict(os.environ)) as server:
        key = server.party("merchant")["api_key"]
        placed = server.post("/v1/orders", order(reference="SO-1"), key)
        assert placed.status_code == 201, placed.text
        told = event("consignment.label_created", reference="SO-1")
        assert server.post("/v1/events", told, key).json()["decision"]["stage"] == "dispatch"
        erased = server.post(f"/v1/subjects/{placed.json()['subject_id']}/erasure", {}, key)
        assert erased.status_code in {200, 201, 202, 409}, erased.text


@pytest.mark.parametrize(
    "sql",
    [
        b"UPDATE log_entry SET leaf = ''",
        b"DELETE FROM log_entry",
        b"UPDATE risk_decision SET body = ''",
        b"DELETE FROM risk_fact",
        b"DELETE FROM vault_tombstone",
        b"TRUNCATE orders",
        b"ALTER TABLE orders ADD COLUMN x TEXT",
        b"DROP TABLE orders",
        b"CREATE TABLE mine (x TEXT)",
        b"CREATE SCHEMA mine",
        b"DELETE FROM migrations",
    ],
)
def test_the_writer_may_not(url: str, sql: bytes) -> None:
    assert refused(of("lane_server", url), sql)


def test_the_reader_counts_and_sees_no_more(url: str) -> None:
    dashboard = of("lane_dashboard", url)
    assert not refused(dashboard, b"SELECT sum(orders) FROM order_totals")
    assert not refused(dashboard, b"SELECT count(*) FROM log_entry")
    secret = (b"vault_record", b"api_keys", b"console_session", b"orders", b"events", b"log_opening", b"idempotency")
    assert all(refused(dashboard, b"SELECT * FROM " + table) for table in secret)
    assert refused(dashboard, b"INSERT INTO lane_totals VALUES (1, 'CN', 'PT', 'approve', 1)")


def test_a_tenant_sees_its_own_rows_and_cannot_become_another(url: str) -> None:
    with psycopg.connect(of("lane_server", url), autocommit=True) as connection:
        for merchant in ("mer_one", "mer_other"):
            connection.execute("INSERT INTO order_totals VALUES (20000, %s, 'checkout', 'approve', 1)", (merchant,))
    run(url, b"INSERT INTO sealane_access.tenant_login VALUES ('lane_shop', 'mer_one')")

    def seen(user: str) -> set[str]:
        with psycopg.connect(of(user, url), autocommit=True) as connection:
            connection.execute("SET sealane.tenant = 'mer_other'")
            return {merchant for (merchant,) in connection.execute("SELECT merchant_id FROM order_totals")}

    assert seen("lane_shop") == {"mer_one"}
    assert seen("lane_nobody") == set()
    assert {"mer_one", "mer_other"} <= seen("lane_dashboard")
    shop = of("lane_shop", url)
    for sql in (b"SELECT * FROM orders", b"UPDATE order_totals SET orders = 2", b"SET ROLE sealane_writer"):
        assert refused(shop, sql)
    assert refused(shop, b"SELECT * FROM sealane_access.tenant_login")


def test_every_table_that_says_whose_a_row_is_has_row_level_security(url: str) -> None:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            """SELECT relname, relrowsecurity FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
               WHERE attname = 'merchant_id' AND relkind = 'r' AND relnamespace = 'sealane'::regnamespace"""
        ).fetchall()
    assert len(rows) > 10
    assert all(is_guarded for _, is_guarded in rows)


def test_nobody_else_comes_in(url: str) -> None:
    run(url, b"CREATE ROLE stranger LOGIN")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(of("stranger", url))

"""What the alliance knows of an order reaches its later decisions: two real custodians, three members, one shop."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sealane
from orders import event, order
from running import Server, all_running
from sealane.alliance import Input, Member, canonical
from sealane.alliance.links import Link, Links, write_links
from sealane.alliance.matching import Copy
from sealane.cli.terminal.checkup import run_checks
from sealane.flows.trust.alliance import check_pin
from sealane.model.decision import Decision
from sealane.model.order import OrderResult
from sealane.settings import Settings

PATIENCE_SECONDS = 20.0
ROLE = {"SEALANE_ALLIANCE_CUSTODIAN": "true", "SEALANE_ALLIANCE_QUOTA_PER_DAY": "100000"}
KNOWN = "+351913000111"
ONCE = "+351913000222"
DROP = {
    "lines": ["Rua das Flores 40"],
    "postcode": "1200-194",
    "city": "Lisboa",
    "country": "PT",
    "name": "Rui Drop",
}


@pytest.fixture(scope="module")
def custodians(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    root = tmp_path_factory.mktemp("custodians")
    keeper = Server(root / "keeper", environment={**ROLE, "SEALANE_ALLIANCE_REGISTER": "true"})
    other = Server(root / "other", environment=ROLE)
    with all_running(keeper, other):
        yield keeper, other


def links(custodians: tuple[Server, Server], name: str) -> Links:
    keeper, other = custodians
    keys = [server.party("merchant", name=name)["api_key"] for server in custodians]
    return Links(
        (
            Link("keeper", keeper.url, keys[0], vkey(keeper), keeps_register=True),
            Link("other", other.url, keys[1], vkey(other)),
        )
    )


def vkey(server: Server) -> str:
    return (server.folder / "log" / "log.vkey").read_text(encoding="utf-8").strip()


@pytest.fixture(scope="module")
def reported(custodians: tuple[Server, Server], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Two members report a phone number and a drop address; one of them another phone number."""
    address = "; ".join((DROP["country"], DROP["postcode"], DROP["lines"][0], DROP["name"]))  # type: ignore[arg-type]
    twice = [canonical("phone", KNOWN), canonical("address", address)]
    for number, things in enumerate(([*twice, canonical("phone", ONCE)], twice)):
        report(custodians, tmp_path_factory.mktemp("member"), f"member {number}", things)


def report(custodians: tuple[Server, Server], folder: Path, name: str, things: list[Input]) -> None:
    copy = Copy.open(folder)
    with Member(links(custodians, name), copy, check_pin, keep=lambda _: None) as member:
        for thing in things:
            member.publish(thing, "reroute_theft", severity="strong", days=30, case="INC-1")
    copy.close()


@pytest.fixture
def folder(custodians: tuple[Server, Server], reported: None, tmp_path: Path) -> Path:
    with sealane.open(tmp_path):
        pass
    write_links(tmp_path, links(custodians, "shop"))
    return tmp_path


def placed(lane: sealane.Sealane, **changes: Any) -> OrderResult:
    return lane.place(json.dumps(order(**changes)).encode())


def happens(lane: sealane.Sealane, made: OrderResult, kind: str, **attributes: Any) -> Decision:
    told = event(kind, order=made.order_id, attributes=attributes)
    decision = lane.report(json.dumps(told).encode()).decision
    assert decision is not None
    return decision


def members_of(lane: sealane.Sealane, made: OrderResult) -> int | None:
    with lane.rooms.database.reader() as conn:
        sql = "SELECT members FROM risk_report WHERE order_id = ?"
        row = conn.execute(sql, (made.order_id,)).fetchone()
    return None if row is None else int(row[0])


def wait_for(lane: sealane.Sealane, made: OrderResult, members: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while members_of(lane, made) != members:
        assert time.monotonic() < deadline, (members_of(lane, made), lane.asker.fault)
        time.sleep(0.05)


def signal(lane: sealane.Sealane, decision: Decision) -> Any:
    with lane.rooms.database.reader() as conn:
        whole = lane.rooms.risk.explanation(conn, decision.decision_id)
    return {each.name: each.value for each in whole.signals}.get("alliance_members_reporting")


def test_what_two_members_report_holds_the_parcel_and_the_decision_replays(folder: Path) -> None:
    with sealane.open(folder) as lane:
        bad = placed(lane, shopper__phone=KNOWN, reference="BAD")
        doubtful = placed(lane, shopper__phone=ONCE, reference="DOUBTFUL")
        good = placed(lane, reference="GOOD")
        assert "alliance_confirmed" not in bad.decision.rules
        wait_for(lane, bad, 2)
        wait_for(lane, doubtful, 1)
        wait_for(lane, good, 0)
        decisions = [happens(lane, each, "consignment.label_created") for each in (bad, doubtful, good)]
        assert [signal(lane, each) for each in decisions] == [2, 1, 0]
        assert ["alliance_confirmed" in each.rules for each in decisions] == [True, False, False]
        assert decisions[0].outcome in {"review", "decline"}
        assert any(reason.code == "alliance_confirmed" for reason in decisions[0].reasons)
        with lane.rooms.database.reader() as conn:
            lane.rooms.risk.replay(conn, decisions[0].decision_id)
            told = conn.execute("SELECT leaf FROM log_entry").fetchall()
        assert sum(b"alliance.matched" in leaf for (leaf,) in told) == 2


def test_a_reroute_to_a_drop_address_counts_in_the_next_decision(folder: Path) -> None:
    with sealane.open(folder) as lane:
        made = placed(lane, reference="MOVED")
        wait_for(lane, made, 0)
        happens(lane, made, "consignment.reroute_requested", new_address=DROP, requested_by={"device": "fp_5d1c"})
        wait_for(lane, made, 2)
        assert "alliance_confirmed" in happens(lane, made, "payout.requested").rules


def test_without_a_custodian_decisions_go_on_and_what_waits_is_asked_later(
    folder: Path, custodians: tuple[Server, Server]
) -> None:
    whole = links(custodians, "late shop")
    gone = Link("other", "http://127.0.0.1:9", "sk_none", whole.custodians[1].log_key)
    write_links(folder, Links((whole.custodians[0], gone)))
    with sealane.open(folder) as lane:
        made = placed(lane, shopper__phone=KNOWN, reference="LATER")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while lane.asker.fault is None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert "other" in lane.asker.fault
        decision = happens(lane, made, "consignment.label_created")
        assert signal(lane, decision) is None
        assert "alliance_confirmed" not in decision.rules
    checks = {each.name: each for each in run_checks(Settings(data_dir=str(folder)))}
    assert not checks["alliance"].is_well
    assert "other" in checks["alliance"].found
    with Server(folder) as running:
        while running.get("/readyz").json()["alliance"] != "unreachable":
            assert time.monotonic() < deadline + PATIENCE_SECONDS
            time.sleep(0.1)
        assert running.get("/readyz").status_code == 200
    write_links(folder, whole)
    with sealane.open(folder) as lane:
        wait_for(lane, made, 2)
        assert lane.asker.fault is None
        assert [each.is_well for each in run_checks(lane.settings) if each.name == "alliance"] == [True]


def test_without_an_alliance_nothing_is_asked(tmp_path: Path) -> None:
    with sealane.open(tmp_path) as lane:
        made = placed(lane, reference="ALONE")
        assert not lane.asker.is_asking
        assert signal(lane, happens(lane, made, "consignment.label_created")) is None
        assert members_of(lane, made) is None


def test_orders_from_before_the_alliance_are_not_asked_about(tmp_path: Path, custodians: tuple[Server, Server]) -> None:
    with sealane.open(tmp_path) as lane:
        old = placed(lane, reference="OLD")
    write_links(tmp_path, links(custodians, "new shop"))
    with sealane.open(tmp_path) as lane:
        wait_for(lane, placed(lane, reference="NEW", shopper__device="fp_0123456789abc"), 0)
        assert members_of(lane, old) is None

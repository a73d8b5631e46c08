"""One order through the whole house, over HTTP: from checkout to claim, proven offline, after a restart too."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from orders import event, order
from running import SEALANE, Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("story") / "lane") as running:
        yield running


@pytest.fixture(scope="module")
def shop(server: Server) -> dict[str, str]:
    return server.party("merchant", name="Lamps of Lisbon")


@pytest.fixture(scope="module")
def carrier(server: Server) -> dict[str, str]:
    return server.party("carrier", name="Fast Wings", country="DE")


@pytest.fixture(scope="module")
def placed(server: Server, shop: dict[str, str]) -> dict[str, object]:
    answer = server.post("/v1/orders", order("STORY-1"), shop["api_key"])
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_the_answer_has_the_pinned_shape(placed: dict[str, object]) -> None:
    assert set(placed) >= {"order_id", "consignment_ids", "subject_id", "decision", "log_entry"}
    decision = placed["decision"]
    assert isinstance(decision, dict)
    assert set(decision) >= {
        *("decision_id", "order_id", "stage", "outcome", "score", "reasons", "rules", "model", "ruleset"),
        *("case_id", "decided_at"),
    }
    assert decision["stage"] == "checkout"
    assert decision["outcome"] in {"approve", "challenge", "review", "decline"}
    assert 0 <= decision["score"] <= 1
    for reason in decision["reasons"]:
        assert set(reason) == {"code", "text", "side", "weight"}
        assert reason["side"] in {"payment", "consignment", "joint"}


def test_each_later_stage_gets_its_decision(
    server: Server, shop: dict[str, str], carrier: dict[str, str], placed: dict[str, object]
) -> None:
    number = "JD014600006281230701"
    steps = [
        ("payment.captured", shop, {"amount": {"amount_minor": 12990, "currency": "EUR"}}, None),
        ("consignment.label_created", shop, {"tracking_number": number}, "dispatch"),
        ("consignment.handed_over", carrier, {"location": {"country": "CN"}}, None),
        (
            "consignment.reroute_requested",
            carrier,
            {"new_address": {"country": "ES", "lines": ["Calle Mayor 1"]}},
            "reroute",
        ),
        ("consignment.delivered", carrier, {"location": {"country": "PT"}, "signature": "x"}, None),
        ("payout.requested", shop, {}, "payout"),
        ("claim.opened", shop, {"claim": "not_received"}, "claim"),
        ("payment.chargeback", shop, {"reason_code": "13.1"}, None),
        ("account.changed", shop, {"field": "email"}, None),
        ("verdict.recorded", shop, {"verdict": "fraud"}, None),
    ]
    for minute, (kind, who, attributes, stage) in enumerate(steps):
        at = f"2026-11-22T11:{minute:02}:00Z"
        by_number = who is carrier
        locator = {"tracking_number": number} if by_number else {"reference": "STORY-1"}
        answer = server.post("/v1/events", event(kind, at=at, attributes=attributes, **locator), who["api_key"])
        assert answer.status_code == 201, (kind, answer.text)
        decision = answer.json()["decision"]
        assert (decision and decision["stage"]) == stage, kind
        assert answer.json()["accepted_as"] == "confirmed"
    timeline = server.get(f"/v1/orders/{placed['order_id']}/timeline", shop["api_key"])
    assert timeline.status_code == 200
    text = timeline.text
    assert all(kind in text for kind, *_ in steps)


def test_a_proof_verifies_offline_and_a_changed_one_does_not(
    server: Server, shop: dict[str, str], placed: dict[str, object], tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle.json"
    answer = server.get(f"/v1/log/entries/{placed['log_entry']}/proof", shop["api_key"])
    assert answer.status_code == 200, answer.text
    bundle.write_bytes(answer.content)
    key = server.folder / "log" / "log.vkey"
    assert subprocess.run([SEALANE, "log", "verify", bundle, "--key", key], check=False).returncode == 0
    bundle.write_bytes(answer.content.replace(b"order.decided", b"order.denied!"))
    broken = subprocess.run([SEALANE, "log", "verify", bundle, "--key", key], check=False, capture_output=True)
    assert broken.returncode == 1


def test_everything_is_still_there_after_a_power_cut(
    server: Server, shop: dict[str, str], placed: dict[str, object]
) -> None:
    before = server.get(f"/v1/orders/{placed['order_id']}", shop["api_key"]).json()
    server.kill()
    server.start()
    assert server.get(f"/v1/orders/{placed['order_id']}", shop["api_key"]).json() == before
    again = server.post("/v1/orders", order("STORY-1"), shop["api_key"])
    assert again.json()["order_id"] == placed["order_id"], "the same request gets the same answer"


def test_a_stored_decision_replays_to_the_same_bytes(server: Server, placed: dict[str, object]) -> None:
    command = [
        SEALANE,
        "order",
        "explain",
        str(placed["order_id"]),
        "--replay",
        "--json",
        "--data-dir",
        str(server.folder),
    ]
    run = subprocess.run(command, check=False, capture_output=True)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)


def test_another_merchant_sees_nothing_of_it(server: Server, placed: dict[str, object]) -> None:
    other = server.party("merchant", name="Other")
    for path in (f"/v1/orders/{placed['order_id']}", f"/v1/orders/{placed['order_id']}/timeline"):
        assert server.get(path, other["api_key"]).status_code == 404
    foreign = event("payment.captured", order=str(placed["order_id"]))
    assert server.post("/v1/events", foreign, other["api_key"]).status_code == 404

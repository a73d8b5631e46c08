"""Review through HTTP: rules published by two people, cases worked to their verdict, chargebacks contested."""

import json
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from orders import order as order_body
from running import SEALANE, Server

RULES = """
version = "test.1"
[[rule]]
code = "look_at_dear_ones"
against = "stolen_card_intercept"
side = "payment"
stages = ["checkout"]
when = '''amount >= 5000'''
floor = "review"
weight = 0.25
reason = "The order is a dear one."
[[rule]]
code = "on_blocked_list"
against = "reshipping_mule"
side = "joint"
stages = ["checkout"]
when = '''on_lists.contains(",blocked,")'''
floor = "decline"
weight = 1.0
reason = "Something of this order is on the list of blocked addresses."
[[rule]]
code = "whispering"
against = "card_testing"
side = "payment"
stages = ["checkout"]
when = '''amount >= 1'''
floor = "decline"
weight = 2.0
mode = "shadow"
reason = "A rule in the shadow."
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("review") / "lane"
    settings = {"SEALANE_REVIEW_UNDO_SECONDS": "0.4", "SEALANE_REVIEW_FOUR_EYES_EUR": "500"}
    with Server(folder, environment=settings) as server:
        yield server


@pytest.fixture(scope="module")
def shop(server: Server) -> str:
    return server.party("merchant")["api_key"]


@pytest.fixture(scope="module")
def before_rules(server: Server, shop: str) -> dict[str, Any]:
    return place(server, shop, reference="before-rules")


@pytest.fixture(scope="module")
def published(server: Server, before_rules: dict[str, Any]) -> str:
    del before_rules
    operator = server.operator_key
    proposed = server.post("/v1/rulesets", {"text": RULES, "by": "ana"}, operator)
    assert proposed.status_code == 201, proposed.text
    named = str(proposed.json()["hash"])
    refused = server.post(f"/v1/rulesets/{named}/publish", {"by": "ana"}, operator)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-permitted")
    answer = server.post(f"/v1/rulesets/{named}/publish", {"by": "rui"}, operator)
    assert answer.json()["is_live"]
    return named


def place(
    server: Server, key: str, reference: str, *, who: str = "", amount: int = 12_990, placed_at: datetime | None = None
) -> dict[str, Any]:
    """Place an order of somebody of their own (or of `who`), who differs in account, card, device and contacts."""
    who = who or reference
    body = order_body(reference)
    body["placed_at"] = (placed_at or datetime.now(UTC)).isoformat()
    money = {"amount_minor": amount, "currency": "EUR"}
    body["payment"] |= {"amount": money, "card": body["payment"]["card"] | {"fingerprint": f"card-{who}"}}
    contact = {"email": f"{who}@example.com", "phone": f"+35191{crc32(who.encode()) % 10_000_000:07}"}
    body["shopper"] |= {"account": who, "device": f"fp-{who}", **contact}
    consignment = body["consignments"][0]
    lines = [f"Rua {who.replace('-', ' ')} 10"]
    consignment["consignee"] |= {"lines": lines, **contact}
    body["payment"]["billing_address"] = body["payment"]["billing_address"] | {"lines": lines}
    consignment |= {"declared_value": money, "items": [consignment["items"][0] | {"unit_price": money}]}
    answer = server.post("/v1/orders", body, key)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def case_of(server: Server, key: str, **changes: Any) -> tuple[dict[str, Any], str]:
    order = place(server, key, **changes)
    assert order["decision"]["outcome"] == "review", order["decision"]
    return order, str(order["decision"]["case_id"])


def kinds(server: Server, order_id: str) -> list[str]:
    moments = server.get(f"/v1/orders/{order_id}/timeline", server.operator_key).json()["items"]
    return [moment["kind"] for moment in moments]


def until(server: Server, order_id: str, kind: str) -> None:
    deadline = time.monotonic() + 10
    while kind not in kinds(server, order_id):
        assert time.monotonic() < deadline, kinds(server, order_id)
        time.sleep(0.1)


def test_published_rules_rule_at_once_and_old_decisions_still_replay(
    server: Server, shop: str, before_rules: dict[str, Any], published: str
) -> None:
    order, _ = case_of(server, shop, reference="after-rules")
    assert order["decision"]["rules"] == ["look_at_dear_ones"]
    assert order["decision"]["ruleset"].endswith(published[:8])
    whole = server.get(f"/v1/decisions/{order['decision']['decision_id']}", shop).json()
    assert {rule["code"]: rule["verdict"] for rule in whole["rules"]}["whispering"] == "shadow"
    assert any("would be approved" in each["sentence"] for each in whole["counterfactuals"])
    for each in (before_rules, order):
        command = [SEALANE, "order", "explain", each["order_id"], "--replay", "--data-dir", str(server.folder)]
        assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    assert before_rules["decision"]["ruleset"] != order["decision"]["ruleset"]


def test_a_case_is_claimed_closed_undone_and_its_verdict_recorded(server: Server, shop: str, published: str) -> None:
    del published
    order, case_id = case_of(server, shop, reference="to-close")
    path, operator = f"/v1/cases/{case_id}", server.operator_key
    assert case_id in {case["case_id"] for case in server.get("/v1/cases?limit=200", shop).json()["items"]}
    claimed = server.post(f"{path}/claim", {"by": "ana"}, operator).json()
    assert claimed["held_by"] == "ana"
    refused = server.post(f"{path}/close", {"by": "rui", "verdict": "fraud"}, operator)
    assert (refused.status_code, refused.json()["code"]) == (409, "case-claimed")
    server.post(f"{path}/note", {"by": "rui", "text": "Phoned the payer."}, operator)
    closed = server.post(f"{path}/close", {"by": "ana", "verdict": "fraud", "note": "drop"}, operator).json()
    assert (closed["state"], closed["can_be_undone"]) == ("closed", True)
    assert server.post(f"{path}/undo", {"by": "ana"}, operator).json()["state"] == "open"
    server.post(f"{path}/close", {"by": "ana", "verdict": "genuine"}, operator)
    until(server, order["order_id"], "verdict.recorded")
    assert server.post(f"{path}/undo", {"by": "ana"}, operator).json()["code"] == "already-decided"
    acts = [act["act"] for act in server.get(path, operator).json()["acts"]]
    assert acts == ["opened", "claimed", "noted", "closed", "undone", "closed", "settled"]
    lines = server.get("/v1/orders?outcome=approve&limit=200", operator).json()["items"]
    assert order["order_id"] in {line["order_id"] for line in lines}


def test_a_dear_case_needs_two_people(server: Server, shop: str, published: str) -> None:
    del published
    _, case_id = case_of(server, shop, reference="dear", amount=60_000)
    path, operator = f"/v1/cases/{case_id}/close", server.operator_key
    assert server.post(path, {"by": "ana", "verdict": "fraud"}, operator).json()["state"] == "proposed"
    assert server.post(path, {"by": "ana", "verdict": "fraud"}, operator).status_code == 409
    assert server.post(path, {"by": "rui", "verdict": "fraud"}, operator).json()["state"] == "closed"


def test_many_cases_close_in_bulk_and_each_answers_for_itself(server: Server, shop: str, published: str) -> None:
    del published
    cases = [case_of(server, shop, reference=f"bulk-{number}")[1] for number in range(2)]
    unknown = "case_" + "0" * 26
    body = {"cases": [*cases, unknown], "verdict": "fraud", "by": "ana"}
    lines = server.post("/v1/cases/bulk", body, server.operator_key).json()["items"]
    assert [line["status"] for line in lines] == [200, 200, 404]


def test_a_case_is_nobody_elses(server: Server, shop: str, published: str) -> None:
    del published
    _, case_id = case_of(server, shop, reference="mine")
    other = server.party("merchant", name="Other")["api_key"]
    assert server.get(f"/v1/cases/{case_id}", other).status_code == 404
    assert server.post(f"/v1/cases/{case_id}/claim", {}, other).status_code == 404
    assert server.get("/v1/cases", other).json()["items"] == []


def test_the_document_shows_both_sides_and_what_is_linked(server: Server, shop: str, published: str) -> None:
    del published
    first, _ = case_of(server, shop, reference="linked-1", who="linked")
    _, case_id = case_of(server, shop, reference="linked-2", who="linked")
    document = server.get(f"/v1/cases/{case_id}", shop).json()
    assert document["title"].startswith("Accept this order?")
    assert first["order_id"] in {order["order_id"] for order in document["linked"]["orders"]}
    assert {"value", "billing country", "name"} <= {line["topic"] for line in document["comparisons"]}
    assert all(document["plain"].values())
    assert "Ana" not in json.dumps(document)


def test_a_chargeback_is_contested_with_what_came_before(server: Server, shop: str, published: str) -> None:
    del published
    now = datetime.now(UTC)
    ago = {"old-1": 300, "old-2": 200, "disputed": 20}
    orders = {name: place(server, shop, f"ce3-{name}", who="ce3", placed_at=now - timedelta(days=days))
              for name, days in ago.items()}  # fmt: skip
    order_id = orders["disputed"]["order_id"]
    event = {"id": "cb-1", "kind": "payment.chargeback", "occurred_at": now.isoformat(), "order": order_id,
             "attributes": {"reason_code": "10.4"}}  # fmt: skip
    assert server.post("/v1/events", event, shop).status_code == 201
    (case,) = server.get(f"/v1/cases?stage=chargeback&order={order_id}", shop).json()["items"]
    pack = server.get(f"/v1/cases/{case['case_id']}/representment", shop).json()
    assert pack["meets_ce3"]
    assert {prior["reference"] for prior in pack["priors"] if prior["counts"]} >= {"ce3-old-1", "ce3-old-2"}
    pdf = server.get(f"/v1/cases/{case['case_id']}/representment.pdf", shop)
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")


def test_lists_and_snoozes_change_what_is_decided(server: Server, shop: str, published: str) -> None:
    del published
    operator = server.operator_key
    order, _ = case_of(server, shop, reference="listed-before", who="listed")
    assert server.post("/v1/lists", {"name": "blocked", "field": "address"}, operator).status_code == 201
    added = server.post("/v1/lists/blocked/entries", {"order": order["order_id"]}, operator)
    assert added.status_code == 201, added.text
    stopped = place(server, shop, reference="listed-after", who="listed")
    assert stopped["decision"]["outcome"] == "decline"
    soon = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    snooze = {"rule": "on_blocked_list", "field": "card", "order": order["order_id"], "until": soon, "reason": "known"}
    assert server.post("/v1/snoozes", snooze, operator).status_code == 201
    assert place(server, shop, reference="snoozed", who="listed")["decision"]["outcome"] == "review"
    entry = server.get("/v1/lists/blocked", operator).json()["items"][0]["value"]
    gone = server.client.delete(f"/v1/lists/blocked/entries/{entry}", headers={"Authorization": f"Bearer {operator}"})
    assert gone.status_code == 200
    refused = server.post("/v1/lists/blocked/entries", {"value": "Rua Augusta 10"}, operator)
    assert refused.status_code == 422


def test_a_rule_set_is_checked_and_said_back(server: Server, shop: str) -> None:
    del shop
    found = server.post("/v1/rulesets/check", {"text": RULES}, server.operator_key).json()
    assert found["is_valid"]
    assert "is at least 5000" in found["rules"][0]["words"]
    assert "In the shadow" in found["rules"][2]["words"]
    wrong = server.post(
        "/v1/rulesets/check", {"text": RULES.replace("amount >= 1'", "amuont >= 1'")}, server.operator_key
    )
    assert wrong.json()["faults"][0]["message"].endswith("did you mean `amount`?")


def test_the_command_line_works_beside_the_server(server: Server, shop: str, published: str, tmp_path: Path) -> None:
    del published
    _, case_id = case_of(server, shop, reference="by-hand")
    at = ["--data-dir", str(server.folder)]

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([SEALANE, *words, *at], check=False, capture_output=True, text=True)

    assert case_id in run("case", "list").stdout
    assert "Accept this order?" in run("case", "show", case_id).stdout
    assert run("case", "claim", case_id, "--by", "ana").returncode == 0
    assert run("case", "claim", case_id, "--by", "rui").returncode == 1
    file = tmp_path / "rules.toml"
    file.write_text(RULES.replace("test.1", "test.2"), "utf-8")
    assert "proposed" in run("rules", "publish", str(file), "--by", "ana").stderr
    assert run("rules", "publish", str(file), "--by", "ana").returncode == 4
    assert "rules from now on" in run("rules", "publish", str(file), "--by", "rui").stderr
    assert json.loads(run("rules", "list", "--json").stdout)["ruleset"].startswith("test.2")

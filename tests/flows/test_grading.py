"""Grading through HTTP: a shop is scanned, watched, graded down, acted upon, disputed; nobody scans another's."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import commands
from orders import order
from receivers import Receiver
from running import Server
from sealane.flows.trust.evidence import PageEvidence
from sealane.supervision.verify import verify_bundle
from shops import CHECKOUT, Authority, Shop

CARD = {"number": "4242424242424242", "expiry_month": 12, "expiry_year": 2030, "holder": "Ana Silva"}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def server(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    allowed = {
        "SEALANE_OUTBOUND_LOOPBACK": "true",
        "SEALANE_GRADING_ALLOW_PRIVATE": "true",
        "SEALANE_GRADING_CA": str(authority.file),
    }
    with Server(tmp_path_factory.mktemp("lanes") / "lane", environment=allowed) as server:
        yield server


@pytest.fixture
def shop(authority: Authority) -> Iterator[Shop]:
    with Shop(authority.certificate()) as shop:
        yield shop


class Merchant:
    """A merchant with the shop on loopback, speaking to the server."""

    def __init__(self, server: Server, shop: Shop) -> None:
        self.server, self.shop = server, shop
        body = {"name": "Lamps", "roles": ["merchant"], "country": "PT", "domains": [f"localhost:{shop.port}"]}
        made = server.post("/v1/parties", body, server.operator_key).json()
        self.party_id, self.key = made["party_id"], made["api_key"]
        self.path = f"/v1/grades/{self.party_id}"
        self.page = f"{shop.origin}/checkout"

    def scan(self, **asked: Any) -> dict[str, Any]:
        answer = self.server.post(f"{self.path}/scan", {"urls": [self.page], **asked}, self.key)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def get(self, what: str = "") -> dict[str, Any]:
        answer = self.server.get(f"{self.path}{what}", self.key)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def put(self, what: str, body: Any, key: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {key or self.key}"}
        return self.server.client.put(f"{self.path}{what}", json=body, headers=headers)

    def until(self, holds: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            if found := holds():
                return found
            time.sleep(0.05)
        raise AssertionError("it did not come true in time")


@pytest.fixture
def merchant(server: Server, shop: Shop) -> Merchant:
    return Merchant(server, shop)


def test_an_unscanned_merchant_is_unrated(merchant: Merchant) -> None:
    grade = merchant.get()
    assert (grade["grade"], grade["graded_at"]) == ("U", None)
    assert grade["conduct"] == ["review"]


def test_a_scan_is_published_on_the_log_and_shown(merchant: Merchant, server: Server) -> None:
    grade = merchant.scan()
    assert {"grade", "score", "coverage", "pillars", "findings", "caps"} <= grade.keys()
    assert (grade["grade"], grade["observed"], grade["mode"]) == ("U", "A+", "static")
    assert merchant.get() == grade
    bundle = merchant.until(
        lambda: (
            (answer := server.get(f"/v1/log/entries/{grade['log_entry']}/proof", server.operator_key)).status_code
            == 200
            and answer.content
        )
    )
    vkey = (server.folder / "log" / "log.vkey").read_text().strip()
    assert verify_bundle(bundle, vkey).entry.kind == "grade.published"
    page = server.get(f"/shops/localhost:{merchant.shop.port}")
    assert page.status_code == 200
    assert "tell" in page.text
    assert "<script" not in page.text
    assert grade["log_entry"] in page.text


def test_an_unknown_shop_is_said_to_be_unknown(server: Server) -> None:
    answer = server.get("/shops/nobody.example")
    assert answer.status_code == 404
    assert "neither good nor bad" in answer.text


def test_a_broken_certificate_blocks_cards_and_holds_payouts_until_it_is_put_right(
    merchant: Merchant, authority: Authority, server: Server
) -> None:
    merchant.scan()
    assert server.post("/v1/cards", CARD, merchant.key).status_code == 201
    merchant.shop.use(authority.certificate(signs_itself=True))
    grade = merchant.scan()
    assert grade["grade"] == "T"
    assert grade["conduct"] == ["notice", "step_up", "delay_payout", "block_cards"]
    assert grade["fixes"][0].startswith("The server vouches for its certificate itself")
    refused = server.post("/v1/cards", CARD, merchant.key)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-permitted")
    decision = server.post("/v1/orders", order(reference="T-1"), merchant.key).json()["decision"]
    assert "shop_to_step_up" in decision["rules"]
    assert decision["outcome"] != "approve"
    event = {"id": "p1", "kind": "payout.requested", "occurred_at": "2026-11-22T10:00:00Z", "reference": "T-1"}
    payout = server.post("/v1/events", event, merchant.key).json()["decision"]
    assert "shop_to_hold_payouts_of" in payout["rules"]
    assert payout["outcome"] in {"review", "decline"}
    changes = merchant.get("/changes")
    assert "certificate_self_signed" in {finding["check"] for finding in changes["new_findings"]}
    merchant.shop.use(authority.certificate())
    merchant.scan()
    assert server.post("/v1/cards", CARD, merchant.key).status_code == 201
    later = server.post("/v1/orders", order(reference="T-2"), merchant.key).json()["decision"]
    assert "shop_to_step_up" not in later["rules"]
    assert len(merchant.get("/history")["items"]) == 3


def test_a_watched_page_tells_of_a_changed_script_with_evidence(merchant: Merchant, server: Server) -> None:
    terms = {"urls": [merchant.page], "every_seconds": 60}
    assert merchant.put("/watch", terms).status_code == 200
    merchant.until(lambda: merchant.get("/watch")["looked_at"])
    assert merchant.get("/watch")["unauthorised_since"]
    script = f"{merchant.shop.origin}/pay.js"
    said = {"name": script, "justification": "Takes the payment"}
    assert server.post(f"{merchant.path}/scripts", said, merchant.key).status_code == 201
    merchant.shop.pages["/pay.js"] = (200, {"Content-Type": "text/javascript"}, b"alert(2)\n")
    merchant.shop.change(
        headers={"Strict-Transport-Security": None}, body=CHECKOUT + "<script src=//new.example/x></script>"
    )
    with Receiver() as receiver:
        hook = {"url": receiver.url, "kinds": ["page.changed"]}
        for key in (merchant.key, server.party("merchant")["api_key"]):
            assert server.post("/v1/endpoints", hook, key).status_code == 201
        assert merchant.put("/watch", terms).status_code == 200
        alerts = merchant.until(lambda: merchant.get("/alerts")["items"])
        receiver.wait(lambda: len(receiver.letters) >= len(alerts))
        told = [each.document["data"] for each in receiver.letters]
    assert {each["party_id"] for each in told} == {merchant.party_id}
    assert sorted(each["log_entry"] for each in told) == sorted(each["log_entry"] for each in alerts)
    assert "order_id" not in told[0]
    kinds = {each["change"]["kind"] for each in alerts}
    assert {"script_altered", "script_added", "host_added", "header_removed"} <= kinds
    evidence = PageEvidence(**merchant.get("/evidence"))
    assert [row["name"] for row in evidence.authorised] == [script]
    assert len(evidence.looks) == 2
    assert len(evidence.changes) == len(alerts)
    unauthorised = [row["name"] for row in evidence.inventory if row["authorisation"] is None]
    assert unauthorised == ["https://new.example/x"]
    assert_the_command_tells_the_same(merchant, server)
    end = server.client.delete(f"{merchant.path}/watch", headers={"Authorization": f"Bearer {merchant.key}"})
    assert end.status_code == 204


def assert_the_command_tells_the_same(merchant: Merchant, server: Server) -> None:
    def page(verb: str, *more: str, ends: int = 0) -> str:
        ended = commands.run("page", verb, merchant.party_id, *more, "--data-dir", str(server.folder))
        assert ended.returncode == ends, ended.stderr
        return ended.stdout

    assert json.loads(page("alerts", "--json", ends=1)) == merchant.get("/alerts")
    file = server.folder.parent / "evidence.json"
    page("evidence", "--out", str(file))
    assert json.loads(file.read_text())["changes"] == merchant.get("/evidence")["changes"]


def test_an_upheld_appeal_sets_a_finding_aside(merchant: Merchant, server: Server) -> None:
    merchant.shop.change(headers={"Referrer-Policy": "unsafe-url"})
    assert "referrer_open" in {finding["check"] for finding in merchant.scan()["findings"]}
    asked = {"check": "referrer_open", "reason": "The page's address holds nothing"}
    appeal = server.post(f"{merchant.path}/appeals", asked, merchant.key).json()
    path = f"{merchant.path}/appeals/{appeal['appeal_id']}/answer"
    verdict = {"outcome": "upheld", "reason": "True, it holds nothing"}
    assert server.post(path, verdict, merchant.key).status_code == 403
    assert server.post(path, verdict, server.operator_key).json()["outcome"] == "upheld"
    assert server.post(path, verdict, server.operator_key).status_code == 409
    assert merchant.scan()["findings"] == []
    assert merchant.get("/appeals")["items"][0]["outcome"] == "upheld"


def test_what_people_found_out_counts(merchant: Merchant, server: Server) -> None:
    profile = {
        "identity": {"registered": True, "not_sanctioned": False},
        "channels": [
            {"name": "Cards", "integration": "redirect", "strong_authentication_share": 1.0, "is_signed_api": True,
             "has_refund_right": True, "fraud_share": 0.0},
            {"name": "Gift cards", "is_irreversible": True},
        ],
    }  # fmt: skip
    assert merchant.put("/profile", profile).status_code == 403
    assert merchant.put("/profile", profile, server.operator_key).status_code == 200
    grade = merchant.scan()
    assert (grade["grade"], grade["caps"][0]["check"]) == ("F", "sanctioned")
    assert [(each["name"], each["grade"]) for each in grade["channels"]] == [("Cards", "A+"), ("Gift cards", "D")]


def test_card_numbers_in_messages_count_against_their_sender(merchant: Merchant, server: Server) -> None:
    assert server.post("/v1/orders", order(), merchant.key).status_code == 201
    assert not {"leaks", "card_in_logistics"} & {finding["check"] for finding in merchant.get()["findings"]}
    leaking = order("SO-LEAK", shopper__name=CARD["number"])
    assert server.post("/v1/orders", leaking, merchant.key).status_code == 422
    assert "leaks" in {finding["check"] for finding in merchant.get()["findings"]}
    carrier = server.party("carrier")["party_id"]
    message = {"to": carrier, "order": "SO-1", "leg": "last-mile", "purpose": "deliver", "kind": "note"}
    said = server.post("/v1/messages", {**message, "fields": {"name": CARD["number"]}}, merchant.key)
    assert said.json()["code"] == "leak-detected", said.text
    graded = merchant.get()
    assert [cap["check"] for cap in graded["caps"]] == ["card_in_logistics"]
    assert graded["observed"] == "F"
    parts = next(pillar["parts"] for pillar in graded["pillars"] if pillar["name"] == "data")
    assert {part["name"]: part["is_known"] for part in parts}["erasure"] is False


def test_an_erasure_in_time_counts_for_the_merchant(merchant: Merchant, server: Server) -> None:
    subject = server.post("/v1/orders", order(), merchant.key).json()["subject_id"]
    assert server.post(f"/v1/subjects/{subject}/erasure", {}, server.operator_key).status_code in {200, 201}
    parts = next(pillar["parts"] for pillar in merchant.get()["pillars"] if pillar["name"] == "data")
    assert next(part for part in parts if part["name"] == "erasure") == {
        "name": "erasure", "earned": 15.0, "possible": 15.0, "is_known": True
    }  # fmt: skip


def test_only_listed_hosts_are_looked_at_and_only_by_their_party(merchant: Merchant, server: Server) -> None:
    for url in ("https://example.com/", f"https://127.0.0.1:{merchant.shop.port}/", "http://169.254.169.254/latest"):
        answer = server.post(f"{merchant.path}/scan", {"urls": [url]}, merchant.key)
        assert answer.status_code == 403, url
    other = server.party("merchant")
    assert server.post(f"{merchant.path}/scan", {}, other["api_key"]).status_code == 404
    assert server.get(f"{merchant.path}/evidence", other["api_key"]).status_code == 404
    assert server.get(merchant.path, other["api_key"]).status_code == 200
    for wrong in (
        {"urls": ["ftp://localhost/"]},
        {"urls": ["nonsense!"]},
        {"urls": [merchant.page, "https://b.example/"]},
    ):
        answer = server.post(f"{merchant.path}/scan", wrong, merchant.key)
        assert answer.status_code == 422, json.dumps(wrong)


def test_private_addresses_are_refused_unless_allowed(shop: Shop, tmp_path: Path) -> None:
    with Server(tmp_path / "strict") as strict:
        body = {"name": "Lamps", "roles": ["merchant"], "country": "PT", "domains": [f"localhost:{shop.port}"]}
        party = strict.post("/v1/parties", body, strict.operator_key).json()
        path = f"/v1/grades/{party['party_id']}/scan"
        answer = strict.post(path, {"urls": [f"{shop.origin}/checkout"]}, party["api_key"])
        assert answer.status_code == 403
        assert "public internet" in answer.json()["detail"]


def test_people_who_are_not_told_of_a_breach_in_time_cost_points_until_they_are(
    merchant: Merchant, server: Server
) -> None:
    def overdue() -> bool:
        return "disclosures_overdue" in {each["check"] for each in merchant.get()["findings"]}

    aware = (datetime.now(UTC) - timedelta(days=5)).isoformat()
    opened = {
        "title": "Export left open", "kind": "breach", "country": "PT", "moments": {"aware": aware},
        "regimes": ["gdpr"], "impact": {"people": 12, "data": ["name"], "is_high_risk": True},
    }  # fmt: skip
    assert not overdue()
    incident = server.post("/v1/incidents", opened, merchant.key).json()["incident_id"]
    assert overdue()
    sent = {"sent_regime": "gdpr", "sent_stage": "people"}
    assert server.post(f"/v1/incidents/{incident}/steps", sent, merchant.key).status_code < 300
    assert not overdue()

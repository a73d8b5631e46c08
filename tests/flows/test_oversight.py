"""Oversight through HTTP: controls, incidents, rates, the market and evidence, as their callers see them."""

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from orders import event, order
from running import SEALANE, Server

NOW = datetime.now(UTC)


def wire(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("oversight") / "lane") as running:
        yield running


@pytest.fixture(scope="module")
def shop(server: Server) -> dict[str, str]:
    """A shop with ten orders, one of which was charged back as fraud."""
    shop = server.party("merchant")
    answers = [
        server.post("/v1/orders", order(placed_at=wire(NOW - timedelta(hours=1))), shop["api_key"]) for _ in range(10)
    ]
    assert {answer.status_code for answer in answers} == {201}
    back = event("payment.chargeback", order=answers[0].json()["order_id"], attributes={"reason_code": "10.4"})
    assert server.post("/v1/events", back, shop["api_key"]).status_code == 201
    return shop


def ask(server: Server, method: str, path: str, body: Any = None, key: str = "") -> Any:
    key = key or server.operator_key
    answer = server.get(path, key) if method == "GET" else server.post(path, body, key)
    assert answer.status_code < 300, answer.text
    return answer.json()


def test_a_run_of_the_controls_is_kept_proven_and_told_over_time(server: Server, shop: dict[str, str]) -> None:
    run = ask(server, "POST", "/v1/controls/runs", {})
    assert sum(run["counts"].values()) == len(run["results"]) == 115
    by_id = {one["control"]["id"]: one["finding"] for one in run["results"]}
    assert by_id["PCI-3.7"]["verdict"] == "pass", "the key ring is new and wrapped"
    assert by_id["GDPR-22"]["examined"] >= 10
    assert by_id["PCI-3.3.1"]["verdict"] != "fail", "no number of ours is taken for a card"
    assert by_id["PCI-6.3.3"]["missing"] == ["releases: screening for flaws"]
    assert by_id["CNED-LABEL"]["verdict"] == "not_applicable", "nobody has labelled anything yet"
    assert server.get(f"/v1/log/entries/{run['log_entry']}/proof", shop["api_key"]).status_code == 200
    again = ask(server, "POST", "/v1/controls/runs", {"only": ["PCI-3.7"]})
    trend = ask(server, "GET", "/v1/controls/runs")["items"]
    assert [one["run_id"] for one in trend[:2]] == [again["run_id"], run["run_id"]]
    assert ask(server, "GET", f"/v1/controls/runs/{run['run_id']}") == run


def test_facts_from_elsewhere_join_the_run_and_wrong_ones_are_named(server: Server) -> None:
    label = {"id": "l1", "hidden_name": 0, "hidden_phone": 6, "shows_unit": False, "shows_identity": False}
    run = ask(
        server, "POST", "/v1/controls/runs", {"only": ["CNED-LABEL"], "facts": {"labels": [label]}, "is_kept": False}
    )
    assert run["results"][0]["finding"]["verdict"] == "fail"
    assert run["run_id"] is None
    wrong = server.post("/v1/controls/runs", {"facts": {"labels": [{"id": "l1"}]}}, server.operator_key)
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["pointer"].startswith("/facts/labels")


def test_a_run_judges_the_past_and_not_the_future(server: Server) -> None:
    rate = {
        "rate": "vamp_merchant",
        "scope": "m",
        "from_us": 0,
        "to_us": 1,
        "numerator": 1800,
        "denominator": 100_000,
        "unit": "count",
    }
    body = {"only": ["VAMP-M"], "facts": {"rates": [rate]}, "is_kept": False}
    for at, verdict in (("2026-03-15T00:00:00Z", "pass"), ("2026-04-15T00:00:00Z", "fail")):
        run = ask(server, "POST", "/v1/controls/runs", {**body, "at": at})
        assert run["results"][0]["finding"]["verdict"] == verdict
    ahead = server.post("/v1/controls/runs", {**body, "at": wire(NOW + timedelta(days=2))}, server.operator_key)
    assert (ahead.status_code, ahead.json()["errors"][0]["pointer"]) == (422, "/at")


def test_people_attest_what_software_cannot_answer(server: Server) -> None:
    body = {"control": "GDPR-35", "digest": "a" * 64, "expires_at": wire(NOW + timedelta(days=300))}
    ask(server, "POST", "/v1/controls/attestations", body)
    run = ask(server, "POST", "/v1/controls/runs", {"only": ["GDPR-35"], "is_kept": False})
    assert run["results"][0]["finding"]["verdict"] == "pass"
    assert run["results"][0]["finding"]["entries"]


def test_a_run_leaves_in_the_formats_of_others(server: Server) -> None:
    ask(server, "POST", "/v1/controls/runs", {})

    def export(form: str) -> bytes:
        answer = server.get(f"/v1/controls/export?format={form}", server.operator_key)
        assert answer.status_code == 200, answer.text
        return answer.content

    assert "assessment-results" in json.loads(export("oscal-results"))
    assert "catalog" in json.loads(export("oscal-catalog"))
    assert yaml.safe_load(export("ciso-assistant"))["objects"]
    assert len(json.loads(export("probo"))["controls"]) == 115
    assert export("csv").startswith(b"control,")
    assert export("xlsx").startswith(b"PK")


def test_an_incident_runs_its_clocks_and_nothing_is_sent_for_you(server: Server, shop: dict[str, str]) -> None:
    key = shop["api_key"]
    aware = NOW - timedelta(hours=2)
    opened = ask(server, "POST", "/v1/incidents", {
        "title": "Export left open", "kind": "breach", "country": "PT", "moments": {"aware": wire(aware)},
        "impact": {"people": 1200, "data": ["name"], "effects": "Misuse.", "measures": "Closed."},
        "description": "A file of orders was readable.",
    }, key)  # fmt: skip
    [clock] = opened["clocks"]
    assert (clock["regime"], clock["stage"], clock["state"]) == ("gdpr", "authority", "running")
    assert datetime.fromisoformat(clock["due_at"]) == aware + timedelta(hours=72)
    name = opened["incident_id"]
    draft = ask(server, "GET", f"/v1/incidents/{name}/report?regime=gdpr&stage=authority", key=key)
    assert draft["to_write"] == []
    assert "nothing was submitted" in draft["advice"]
    paper = server.get(f"/v1/incidents/{name}/report?regime=gdpr&stage=authority&format=pdf", key)
    assert (paper.headers["content-type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    stepped = ask(
        server, "POST", f"/v1/incidents/{name}/steps", {"sent_regime": "gdpr", "sent_stage": "authority"}, key
    )
    assert stepped["clocks"][0]["state"] == "sent"
    impact = {"people": 1300, "data": ["name"], "effects": "Misuse.", "measures": "Closed."}
    ask(server, "POST", f"/v1/incidents/{name}/steps", {"impact": impact}, key)
    again = ask(server, "GET", f"/v1/incidents/{name}/report?regime=gdpr&stage=authority", key=key)
    assert (again["since"]["stage"], again["since"]["changed"]) == ("authority", 1)
    (field,) = [field for field in again["fields"] if field["change"]]
    assert (field["number"], field["before"], field["value"]) == ("33(3)(a)-people", "1200", "1300")
    lines = [one["what"] for one in ask(server, "GET", f"/v1/incidents/{name}/timeline", key=key)["items"]]
    assert lines == ["aware", "opened", "gdpr/authority sent", "gdpr/authority due"]
    stranger = server.party("carrier")["api_key"]
    assert server.get(f"/v1/incidents/{name}", stranger).status_code == 404
    assert ask(server, "GET", "/v1/incidents", key=stranger)["items"] == []
    assert name in {one["incident_id"] for one in ask(server, "GET", "/v1/incidents")["items"]}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"moments": {"aware": "2031-01-01T00:00:00Z"}}, "/moments/aware"),
        ({"country": "XX"}, "/country"),
        ({"kind": "fire"}, "/kind"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_wrong_incident_is_refused_by_field(server: Server, shop: dict[str, str], change: Any, pointer: str) -> None:
    body = {"title": "t", "kind": "breach", "country": "PT", "moments": {}, **change}
    answer = server.post("/v1/incidents", body, shop["api_key"])
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_an_incident_repeated_under_its_key_is_one(server: Server, shop: dict[str, str]) -> None:
    body = {"title": "t", "kind": "outage", "country": "PT", "moments": {}}
    first, second = (server.post("/v1/incidents", body, shop["api_key"], Idempotency_Key="i-1") for _ in range(2))
    assert first.json()["incident_id"] == second.json()["incident_id"]


def test_rates_count_what_was_paid_and_lost(server: Server, shop: dict[str, str]) -> None:
    rates = {(one["rate"], one["scope"]): one for one in ask(server, "GET", "/v1/rates")["items"]}
    visa = rates["vamp_merchant", shop["party_id"]]
    assert (visa["numerator"], visa["denominator"]) == (2, 10), "the chargeback is a dispute and a fraud report"
    own = ask(server, "GET", "/v1/rates", key=shop["api_key"])["items"]
    assert {one["scope"] for one in own} == {shop["party_id"]}
    table = server.get("/v1/rates/statistics?entity=stripe", server.operator_key)
    assert table.text.splitlines()[0].startswith("row,")


def test_the_market_is_for_supervisors(server: Server, shop: dict[str, str]) -> None:
    authority = server.party("authority")["api_key"]
    cells = ask(server, "GET", "/v1/market", key=authority)["items"]
    assert sum(cell["orders"] for cell in cells if shop["party_id"] in cell["firms"]) == 10
    assert server.get("/v1/market", shop["api_key"]).status_code == 403


def test_a_quarter_is_published_once_and_within_its_budget(server: Server) -> None:
    pytest.importorskip("opendp")
    body = {"period": "2026-Q1", "corridors": ["CN-PT", "CN-DE"]}
    release = ask(server, "POST", "/v1/market/releases", body)["release"]
    assert [cell["corridor"] for cell in release["cells"]] == ["CN-PT", "CN-DE"]
    assert server.post("/v1/market/releases", body, server.operator_key).status_code == 409
    assert server.get("/v1/market/releases").json()["items"][0]["release"] == release
    for period in ("2099-Q4", "0000-Q1"):
        never = server.post("/v1/market/releases", {**body, "period": period}, server.operator_key)
        assert never.json()["errors"][0]["pointer"] == "/period"


def test_evidence_is_built_over_http_and_checked_with_the_key_alone(
    server: Server, shop: dict[str, str], tmp_path: Path
) -> None:
    body = {"since": wire(NOW - timedelta(days=1)), "until": wire(NOW + timedelta(days=1))}
    answer = server.post("/v1/evidence", body, shop["api_key"])
    assert answer.status_code == 200, answer.text
    pack = tmp_path / "q.evidence"
    pack.write_bytes(answer.content)
    command = [SEALANE, "evidence", "verify", str(pack), "--key", str(server.folder / "log" / "log.vkey"), "--json"]
    checked = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert checked["verified"]
    assert checked["pack"]["about"]["party"] == shop["party_id"]
    assert checked["pack"]["claims"]["entry"] >= 11
    pack.write_bytes(answer.content.replace(b"order.decided", b"order.deleted", 1))
    assert subprocess.run(command, check=False, capture_output=True).returncode == 1


def test_the_command_line_asks_the_running_server(server: Server, shop: dict[str, str], tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([SEALANE, *words, "--data-dir", str(server.folder)], check=False, capture_output=True)

    ran = run("control", "run", "--only", "PCI-3.7", "--json")
    assert (ran.returncode, json.loads(ran.stdout)["counts"]["pass"]) == (0, 1)
    opened = json.loads(run("incident", "open", "Leak", "--country", "CN", "--regime", "cnir", "--json").stdout)
    assert opened["clocks"][0]["stage"] == "report"
    assert run("incident", "report", opened["incident_id"], "cnir/report").stdout.startswith(b"operator")
    pdf = tmp_path / "draft.pdf"
    assert run("incident", "report", opened["incident_id"], "cnir/report", "--out", str(pdf)).returncode == 0
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert run("control", "run", "--only", "NOPE").returncode == 1
    out = tmp_path / "c.csv"
    assert run("control", "export", "--format", "csv", "--out", str(out)).returncode == 0
    assert out.read_bytes().startswith(b"control,")

"""Placing, repeating, reading and listing orders."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from orders import event, order
from running import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("orders") / "lane") as running:
        yield running


@pytest.fixture(scope="module")
def shop(server: Server) -> dict[str, str]:
    return server.party("merchant")


def test_the_same_key_and_body_get_the_stored_answer(server: Server, shop: dict[str, str]) -> None:
    body = order()
    first, second = (server.post("/v1/orders", body, shop["api_key"], Idempotency_Key="K-1") for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    other = server.post("/v1/orders", order(), shop["api_key"], Idempotency_Key="K-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-mismatch")


def test_another_partys_key_is_another_key(server: Server, shop: dict[str, str]) -> None:
    body = order("SHARED")
    second_shop = server.party("merchant")
    answers = [server.post("/v1/orders", body, who["api_key"], Idempotency_Key="K-2") for who in (shop, second_shop)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["order_id"] != answers[1].json()["order_id"]


def test_without_a_key_the_reference_names_the_order(server: Server, shop: dict[str, str]) -> None:
    first, second = (server.post("/v1/orders", order("NATURAL"), shop["api_key"]) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second.headers["idempotency-replayed"] == "true"
    other = server.post("/v1/orders", order("NATURAL", channel="phone"), shop["api_key"])
    assert (other.status_code, other.json()["code"]) == (409, "conflict")


def test_a_failure_is_not_stored(server: Server, shop: dict[str, str]) -> None:
    broken = order("LATER", placed_at="9999-01-01T00:00:00Z")
    assert server.post("/v1/orders", broken, shop["api_key"], Idempotency_Key="K-3").status_code == 422
    assert server.post("/v1/orders", order("LATER"), shop["api_key"], Idempotency_Key="K-3").status_code == 201


@pytest.mark.parametrize("key", [None, "K-PARALLEL"])
def test_fifty_times_the_same_at_once_is_one_order(server: Server, shop: dict[str, str], key: str | None) -> None:
    body = order()
    start = threading.Barrier(50)
    head = {"Authorization": f"Bearer {shop['api_key']}"} | ({"Idempotency-Key": key} if key else {})

    def send(_: int) -> httpx.Response:
        with httpx.Client(base_url=server.url, timeout=30) as client:
            start.wait(30)
            return client.post("/v1/orders", json=body, headers=head)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(send, range(50)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["order_id"] for answer in answers}) == 1
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert [line["reference"] for line in every_line(server, shop["api_key"])].count(body["reference"]) == 1


def test_a_party_is_registered_once_under_one_key_and_its_secret_is_shown_once(server: Server) -> None:
    body = {"name": "Twice", "roles": ["carrier"], "country": "DE"}
    first, second = (
        server.post("/v1/parties", body, server.operator_key, Idempotency_Key="P-1").json() for _ in range(2)
    )
    assert first["party_id"] == second["party_id"]
    assert first["api_key"].startswith("sk_")
    assert second["api_key"] is None
    assert first["api_key"].encode() not in (server.folder / "sealane.db").read_bytes()
    assert first["api_key"].encode() not in (server.folder / "sealane.db-wal").read_bytes()


def test_a_card_becomes_a_token_that_pays(server: Server, shop: dict[str, str]) -> None:
    card = {"number": "4242 4242 4242 4242", "expiry_month": 12, "expiry_year": 2031, "holder": "Ana Silva"}
    answers = [server.post("/v1/cards", card, shop["api_key"]) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    token = answers[0].json()
    assert {"token", "bin", "last4", "brand", "fingerprint"} <= set(token)
    assert (token["bin"][:6], token["last4"], token["brand"]) == ("424242", "4242", "visa")
    assert answers[1].json()["token"] == token["token"], "the same number gets the same token"
    paid = server.post("/v1/orders", order(payment__card={"token": token["token"]}), shop["api_key"])
    assert paid.status_code == 201
    stranger = server.party("merchant")
    stolen = server.post("/v1/orders", order(payment__card={"token": token["token"]}), stranger["api_key"])
    assert stolen.status_code == 422


def test_an_order_is_read_back_without_personal_values(server: Server, shop: dict[str, str]) -> None:
    placed = server.post("/v1/orders", order("READ"), shop["api_key"]).json()
    answer = server.get(f"/v1/orders/{placed['order_id']}", shop["api_key"])
    read = answer.json()
    assert answer.status_code == 200
    assert (read["order_id"], read["reference"], read["subject_id"]) == (
        placed["order_id"],
        "READ",
        placed["subject_id"],
    )
    assert read["placed_at"] == "2026-11-22T09:30:00Z"
    assert read["payment"]["amount"] == {"amount_minor": 12990, "currency": "EUR"}
    assert read["decisions"] == [placed["decision"]]
    for value in ("Ana", "Augusta", "1100-053", "912345678", "203.0.113.9", "fp_5d1c", "a-77"):
        assert value not in answer.text


def test_a_decision_is_read_with_what_made_it(server: Server, shop: dict[str, str]) -> None:
    placed = server.post("/v1/orders", order(), shop["api_key"]).json()
    decision_id = placed["decision"]["decision_id"]
    answer = server.get(f"/v1/decisions/{decision_id}", shop["api_key"])
    assert answer.status_code == 200
    read = answer.json()
    assert read["decision"] == placed["decision"]
    assert len(read["signals"]) >= 60
    assert read["contributions"]
    assert server.get(f"/v1/decisions/{decision_id}", server.operator_key).status_code == 200
    stranger = server.party("merchant")
    assert server.get(f"/v1/decisions/{decision_id}", stranger["api_key"]).status_code == 404
    assert server.get("/v1/decisions/dec_01kan6k3zw8t5q1r9v0m2c4d7e", shop["api_key"]).status_code == 404


def every_line(server: Server, key: str, query: str = "") -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    address = f"/v1/orders?limit=7{query}"
    while address:
        answer = server.get(address, key)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) <= 7
        lines += page["items"]
        address = answer.links["next"]["url"] if "next" in answer.links else ""
        assert bool(address) == bool(page["next_cursor"])
    return lines


def test_a_list_is_paged_filtered_and_ones_own(server: Server) -> None:
    shop, other = server.party("merchant"), server.party("merchant")
    key = shop["api_key"]
    placed = [server.post("/v1/orders", order(), key).json() for _ in range(23)]
    server.post("/v1/orders", order(), other["api_key"])
    lines = every_line(server, key)
    assert [line["order_id"] for line in lines] == [each["order_id"] for each in reversed(placed)]
    assert {line["merchant_id"] for line in lines} == {shop["party_id"]}
    assert every_line(server, key, f"&merchant={shop['party_id']}") == lines
    assert every_line(server, key, f"&merchant={other['party_id']}") == [], "a party lists its own orders only"
    assert len(every_line(server, server.operator_key, f"&merchant={other['party_id']}")) == 1
    assert len(every_line(server, server.operator_key)) > 23
    middle = lines[10]["observed_at"]
    older, newer = every_line(server, key, f"&to={middle}"), every_line(server, key, f"&from={middle}")
    assert [*newer, *older] == lines
    outcomes = {line["outcome"] for line in lines}
    assert sum(len(every_line(server, key, f"&outcome={outcome}")) for outcome in outcomes) == 23
    assert len(every_line(server, key, "&stage=checkout")) == 23
    assert every_line(server, key, "&stage=claim") == []


def test_a_list_shows_the_latest_decision(server: Server, shop: dict[str, str]) -> None:
    placed = server.post("/v1/orders", order(), shop["api_key"]).json()
    said = event("claim.opened", order=placed["order_id"], attributes={"claim": "not_received"})
    decision = server.post("/v1/events", said, shop["api_key"]).json()["decision"]
    (line,) = [
        each for each in every_line(server, shop["api_key"], "&stage=claim") if each["order_id"] == placed["order_id"]
    ]
    assert (line["outcome"], line["score"], line["decided_at"]) == (
        decision["outcome"],
        decision["score"],
        decision["decided_at"],
    )

"""Grants and what is redeemed with them, over HTTP: who may, who may not, and what the shopper sees of it."""

import asyncio
import base64
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from orders import event, order
from running import Server
from sealane.disclosure import verify_receipt
from sealane.keys.hpke import OpeningKey
from sealane.supervision.verify import verify_bundle

RACERS = 150
"""Over HTTP; a thousand race in test_disclosure_race.py, without the cost of a client each."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("disclosure") / "lane") as running:
        yield running


@pytest.fixture(scope="module")
def shop(server: Server) -> dict[str, str]:
    return server.party("merchant", name="Lamps of Lisbon")


@pytest.fixture(scope="module")
def carrier(server: Server) -> dict[str, str]:
    return server.party("carrier", name="Fast Wings", country="PT")


@pytest.fixture
def placed(server: Server, shop: dict[str, str]) -> dict[str, Any]:
    answer = server.post("/v1/orders", order(), shop["api_key"])
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def granted(server: Server, shop: dict[str, str], placed: dict[str, Any], party: dict[str, str], **terms: Any) -> Any:
    body = {
        "consignment": placed["consignment_ids"][0],
        "party_id": party["party_id"],
        "purpose": "deliver",
        "leg": "last-mile",
        **terms,
    }
    answer = server.post("/v1/grants", body, shop["api_key"])
    assert answer.status_code == 201, answer.text
    return answer.json()


def redeem(server: Server, grant: Any, party: dict[str, str], **headers: str) -> httpx.Response:
    return server.post(f"/v1/grants/{grant['grant_id']}/redeem", b"", party["api_key"], **headers)


def test_the_last_mile_gets_the_address_once_and_the_phone_as_a_handle(
    server: Server, shop: dict[str, str], carrier: dict[str, str], placed: dict[str, Any]
) -> None:
    grant = granted(server, shop, placed, carrier, fields=["name", "street", "unit", "phone", "card_last4", "tax_id"])
    assert grant["fields"] == ["name", "street", "unit", "phone"]
    refused = {each["field"]: each for each in grant["refused"]}
    assert set(refused) == {"card_last4", "tax_id"}
    assert refused["card_last4"]["cell"] == "last-mile / card_last4"
    assert "last-mile / card_last4" in refused["card_last4"]["reason"]
    answer = redeem(server, grant, carrier)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["fields"]["name"] == "Ana Silva"
    assert told["fields"]["street"] == "Rua Augusta 10"
    assert told["fields"]["unit"] == "3 Dto"
    assert told["fields"]["phone"].startswith("rly_")
    assert told["disclosure_id"].startswith("dsc_")
    again = redeem(server, grant, carrier)
    assert (again.status_code, again.json()["code"]) == (409, "grant-spent")


def test_the_release_is_on_the_log_in_the_list_and_in_a_receipt_that_verifies(
    server: Server, shop: dict[str, str], carrier: dict[str, str], placed: dict[str, Any]
) -> None:
    told = redeem(server, granted(server, shop, placed, carrier), carrier).json()
    assert server.get(f"/v1/log/entries/{told['log_entry']}/proof", shop["api_key"]).status_code == 200
    link = urlsplit(placed["shopper_link"]).path
    bundle = server.get(f"{link}/proofs/{told['log_entry']}").content
    assert (
        verify_bundle(bundle, server.get(f"{link}/receipts.json").json()["log_key"]).entry.kind == "disclosure.released"
    )
    assert server.get(f"{link}/proofs/{placed['log_entry']}").status_code == 404
    listed = server.get(f"/v1/subjects/{placed['subject_id']}/disclosures?limit=1", shop["api_key"]).json()
    assert [each["disclosure_id"] for each in listed["items"]] == [told["disclosure_id"]]
    key = server.get("/v1/receipts/key").json()
    receipt = verify_receipt(told["receipt"], base64.urlsafe_b64decode(key["x"] + "="))
    assert receipt.log_entry == told["log_entry"]
    assert receipt.statement.party_id == carrier["party_id"]
    assert "Ana" not in told["receipt"] + listed["items"][0]["receipt"]
    assert "Ana" not in base64.urlsafe_b64decode(told["receipt"].split(".")[1] + "==").decode()


def test_a_grant_is_worth_nothing_in_other_hands(
    server: Server, shop: dict[str, str], carrier: dict[str, str], placed: dict[str, Any]
) -> None:
    grant = granted(server, shop, placed, carrier)
    thief = server.party("carrier", name="Other Wings")
    assert redeem(server, grant, thief).status_code == 403
    assert redeem(server, grant, shop).status_code == 403
    assert redeem(server, {"grant_id": grant["reference"]}, carrier).status_code == 404
    assert redeem(server, {"grant_id": "gnt_" + "A" * 43}, carrier).status_code == 404
    assert server.post(f"/v1/grants/{grant['grant_id']}/redeem", b"").status_code == 401
    assert redeem(server, grant, carrier).status_code == 200


def test_only_the_owner_of_an_order_grants_and_revokes(
    server: Server, shop: dict[str, str], carrier: dict[str, str], placed: dict[str, Any]
) -> None:
    rival = server.party("merchant", name="Rival")
    body = {"order": placed["order_id"], "party_id": carrier["party_id"], "purpose": "deliver", "leg": "last-mile"}
    assert server.post("/v1/grants", body, rival["api_key"]).status_code == 404
    assert server.post("/v1/grants", body, carrier["api_key"]).status_code == 403
    grant = granted(server, shop, placed, carrier)
    path = f"/v1/grants/{grant['grant_id']}"
    head = {"Authorization": f"Bearer {rival['api_key']}"}
    assert server.client.delete(path, headers=head).status_code == 404
    assert server.client.delete(path, headers={"Authorization": f"Bearer {shop['api_key']}"}).status_code == 200
    refused = redeem(server, grant, carrier)
    assert (refused.status_code, refused.json()["code"]) == (410, "grant-revoked")
    subject = f"/v1/subjects/{placed['subject_id']}"
    assert server.get(f"{subject}/disclosures", rival["api_key"]).status_code == 404
    assert server.get(f"{subject}/export", rival["api_key"]).status_code == 404
    assert server.get(f"{subject}/disclosures", carrier["api_key"]).status_code == 403


def test_time_is_kept(server: Server, shop: dict[str, str], carrier: dict[str, str], placed: dict[str, Any]) -> None:
    late = granted(server, shop, placed, carrier, not_before="2020-01-01T00:00:00Z", expires_at="2020-01-02T00:00:00Z")
    early = granted(server, shop, placed, carrier, not_before="2027-01-01T00:00:00Z")
    for grant in (late, early):
        refused = redeem(server, grant, carrier)
        assert (refused.status_code, refused.json()["code"]) == (403, "grant-expired")
    body = {"consignment": placed["consignment_ids"][0], "party_id": carrier["party_id"], "purpose": "deliver",
            "leg": "last-mile", "not_before": "2026-12-02T00:00:00Z", "expires_at": "2026-12-01T00:00:00Z"}  # fmt: skip
    refused = server.post("/v1/grants", body, shop["api_key"])
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/expires_at"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"purpose": "curiosity"}, "/purpose"),
        ({"leg": "moon"}, "/leg"),
        ({"fields": ["shoe_size"]}, "/fields"),
        ({"fields": []}, "/fields"),
        ({"max_uses": 0}, "/max_uses"),
        ({"not_before": "2026-11-22"}, "/not_before"),
        ({"colour": "red"}, "/colour"),
        ({"consignment": None}, "/order"),
    ],
)
def test_a_wrong_request_is_refused_by_name(
    server: Server, shop: dict[str, str], carrier: dict[str, str], placed: dict[str, Any], change: Any, pointer: str
) -> None:
    body = {
        "consignment": placed["consignment_ids"][0],
        "party_id": carrier["party_id"],
        "purpose": "deliver",
        "leg": "last-mile",
        **change,
    }
    refused = server.post("/v1/grants", body, shop["api_key"])
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["pointer"].startswith(pointer)


def test_the_wrong_role_purpose_or_leg_gets_nothing(
    server: Server, shop: dict[str, str], carrier: dict[str, str], placed: dict[str, Any]
) -> None:
    broker = server.party("broker", name="Clear")
    for party, terms in (
        (broker, {}),
        (carrier, {"purpose": "pay", "leg": None}),
        (carrier, {"purpose": "deliver", "leg": "linehaul"}),
        (carrier, {"purpose": "customs", "leg": "customs"}),
    ):
        grant = granted(server, shop, placed, party, fields=["name", "phone"], **terms)
        assert grant["fields"] == []
        assert {each["code"] for each in grant["refused"]} == {"no-such-part"}
        refused = redeem(server, grant, party)
        assert (refused.status_code, refused.json()["code"]) == (403, "purpose-not-granted")


def test_the_regime_of_the_corridor_opens_a_cell(server: Server, shop: dict[str, str]) -> None:
    broker = server.party("authority", name="Customs")
    asked = {"purpose": "customs", "leg": "customs", "fields": ["phone", "email"]}
    found = {}
    for country in ("PT", "AU"):
        answer = server.post("/v1/orders", order(consignments__0__consignee__country=country), shop["api_key"]).json()
        found[country] = granted(server, shop, answer, broker, **asked)
    assert found["PT"]["fields"] == ["phone"]
    assert found["AU"]["fields"] == []
    assert {each["code"] for each in found["AU"]["refused"]} == {"regime-does-not-apply"}
    assert redeem(server, found["PT"], broker).json()["fields"] == {"phone": "+351912345678"}


def test_a_tax_number_goes_to_the_broker_where_a_regime_asks_for_it(server: Server, shop: dict[str, str]) -> None:
    broker = server.party("broker", name="Clear & Co")
    asked = {"purpose": "customs", "leg": "customs", "fields": ["name", "tax_id"]}
    told = {}
    for country in ("KR", "PT"):
        sent = order(consignments__0__consignee__country=country, consignments__0__consignee__tax_id="P123456789012")
        placed = server.post("/v1/orders", sent, shop["api_key"]).json()
        assert "P123456789012" not in server.get(f"/v1/orders/{placed['order_id']}", shop["api_key"]).text
        told[country] = redeem(server, granted(server, shop, placed, broker, **asked), broker).json()["fields"]
    assert told == {"KR": {"name": "Ana Silva", "tax_id": "P123456789012"}, "PT": {"name": "Ana Silva"}}


def test_a_door_code_is_given_on_the_day_of_delivery_only(
    server: Server, shop: dict[str, str], carrier: dict[str, str]
) -> None:
    placed = server.post("/v1/orders", order(consignments__0__instructions="Door 4711"), shop["api_key"]).json()
    grant = granted(server, shop, placed, carrier, fields=["name", "instructions"], max_uses=5)
    assert grant["fields"] == ["name", "instructions"]

    def out_for_delivery(hours_ago: int, party: dict[str, str]) -> None:
        at = (datetime.now(UTC) - timedelta(hours=hours_ago)).isoformat()
        told = event("consignment.out_for_delivery", consignment=placed["consignment_ids"][0], at=at)
        assert server.post("/v1/events", told, party["api_key"]).status_code == 201

    for hours_ago, party in ((None, None), (25, carrier), (0, shop)):
        if hours_ago is not None and party is not None:
            out_for_delivery(hours_ago, party)
        early = redeem(server, grant, carrier).json()
        assert early["fields"] == {"name": "Ana Silva"}
        (withheld,) = early["withheld"]
        assert (withheld["field"], withheld["code"]) == ("instructions", "not-now")
        assert withheld["cell"] == "last-mile / instructions"
    out_for_delivery(0, carrier)
    told = redeem(server, grant, carrier).json()
    assert told["fields"] == {"name": "Ana Silva", "instructions": "Door 4711"}
    assert "withheld" not in told
    seen = server.get(f"/v1/subjects/{placed['subject_id']}/disclosures?limit=2", shop["api_key"]).json()["items"]
    assert [len(each["fields"]) for each in seen] == [2, 1]


def test_the_payment_provider_gets_forms_and_no_address(
    server: Server, shop: dict[str, str], placed: dict[str, Any]
) -> None:
    psp = server.party("psp", name="Pay")
    told = redeem(server, granted(server, shop, placed, psp, purpose="pay", leg=None), psp).json()
    fields = told["fields"]
    assert fields["name"] == "A. S."
    assert fields["billing_address"] == {"numbers": "10", "postcode": "1100-053"}
    assert fields["ip"] == "203.0.113.0/24"
    assert fields["card_last4"] == {"bin": "424242", "last4": "4242", "brand": "visa"}
    assert fields["email"].startswith("fp_")
    assert "street" not in fields


def test_delivery_closes_the_last_mile_and_arrival_opens_what_waits(
    server: Server, shop: dict[str, str], carrier: dict[str, str], placed: dict[str, Any]
) -> None:
    waiting = granted(server, shop, placed, carrier, wait_for_leg=True, max_uses=3)
    assert (waiting["standing"], waiting["not_before"]) == ("waiting", None)
    assert redeem(server, waiting, carrier).status_code == 403
    consignment = placed["consignment_ids"][0]

    def scan(kind: str, party: dict[str, str], country: str) -> None:
        told = event(f"consignment.{kind}", attributes={"location": {"country": country}}, consignment=consignment)
        assert server.post("/v1/events", told, party["api_key"]).status_code == 201

    scan("arrived", carrier, "DE")
    assert redeem(server, waiting, carrier).status_code == 403
    scan("arrived", shop, "PT")  # a shop only claims to know this
    assert redeem(server, waiting, carrier).status_code == 403
    scan("arrived", carrier, "PT")
    assert redeem(server, waiting, carrier).status_code == 200
    scan("delivered", carrier, "PT")
    refused = redeem(server, waiting, carrier)
    assert (refused.status_code, refused.json()["code"]) == (410, "grant-revoked")
    over = granted(server, shop, placed, carrier, fields=["name"])
    assert over["refused"][0]["code"] == "leg-over"
    claim = granted(server, shop, placed, carrier, purpose="claim", fields=["name", "street", "proof_of_delivery"])
    assert claim["fields"] == ["name", "proof_of_delivery"]
    assert redeem(server, claim, carrier).json()["fields"]["name"] == "A. S."


def test_of_many_at_once_exactly_one_wins(
    server: Server, shop: dict[str, str], carrier: dict[str, str], placed: dict[str, Any]
) -> None:
    grant = granted(server, shop, placed, carrier, fields=["name"])

    async def race() -> list[int]:
        head = {"Authorization": f"Bearer {carrier['api_key']}"}
        limits = httpx.Limits(max_connections=50)
        async with httpx.AsyncClient(base_url=server.url, headers=head, limits=limits, timeout=60) as client:
            path = f"/v1/grants/{grant['grant_id']}/redeem"
            answers = await asyncio.gather(*(client.post(path) for _ in range(RACERS)))
            return [answer.status_code for answer in answers]

    codes = asyncio.run(race())
    assert codes.count(200) == 1
    assert codes.count(409) == RACERS - 1


def test_a_lost_answer_can_be_fetched_again_and_a_lost_grant_too(
    server: Server, shop: dict[str, str], carrier: dict[str, str], placed: dict[str, Any]
) -> None:
    body = {"order": placed["order_id"], "party_id": carrier["party_id"], "purpose": "deliver", "leg": "last-mile"}
    grants = [server.post("/v1/grants", body, shop["api_key"], Idempotency_Key="g-1").json() for _ in range(2)]
    assert grants[0] == grants[1]
    answers = [redeem(server, grants[0], carrier, Idempotency_Key="r-1") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert redeem(server, grants[0], carrier).status_code == 409


def test_the_answer_is_sealed_to_a_party_that_wants_it_so(
    server: Server, shop: dict[str, str], placed: dict[str, Any], carrier: dict[str, str]
) -> None:
    key = OpeningKey.generate()
    jwk = {
        "kty": "OKP",
        "crv": "X25519",
        "x": base64.urlsafe_b64encode(key.public_key).decode().rstrip("="),
        "kid": "1",
    }
    request = {"name": "Sealed Wings", "roles": ["carrier"], "country": "PT", "public_keys": [jwk]}
    party = server.post("/v1/parties", request, server.operator_key).json()
    grant = granted(server, shop, placed, party, fields=["name"])
    answer = server.post(f"/v1/grants/{grant['grant_id']}/redeem?sealed=true", b"", party["api_key"]).json()
    assert answer["fields"] == {}
    sealed = base64.urlsafe_b64decode(answer["sealed"]["ciphertext"] + "==")
    assert key.open(sealed, answer["disclosure_id"].encode()) == b'{"name":"Ana Silva"}'
    keyless = granted(server, shop, placed, carrier, fields=["name"])
    refused = server.post(f"/v1/grants/{keyless['grant_id']}/redeem?sealed=true", b"", carrier["api_key"])
    assert refused.status_code == 422
    assert redeem(server, keyless, carrier).status_code == 200


def test_the_shopper_sees_who_looked_and_can_stop_who_may(
    server: Server, shop: dict[str, str], carrier: dict[str, str], placed: dict[str, Any]
) -> None:
    link = urlsplit(placed["shopper_link"]).path
    assert server.get(link).status_code == 200
    assert "Nobody has seen your data yet" in server.get(f"{link}/seen").text
    used, kept = (granted(server, shop, placed, carrier, fields=["name", "phone"]) for _ in range(2))
    began = time.monotonic()
    told = redeem(server, used, carrier).json()
    page = server.get(f"{link}/seen").text
    assert time.monotonic() - began < 5
    assert all(words in page for words in ("Fast Wings", "your name", "nobody sees the number", told["log_entry"]))
    assert "Ana" not in page
    assert kept["reference"] in page
    assert kept["grant_id"] not in page
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    stopped = server.client.post(f"{link}/seen", content=f"grant={kept['reference']}", headers=form)
    assert stopped.status_code == 303
    assert redeem(server, kept, carrier).status_code == 410
    receipts = server.get(f"{link}/receipts.json").json()
    assert receipts["receipts"] == [told["receipt"]]
    other = server.post("/v1/orders", order(), shop["api_key"]).json()
    foreign = granted(server, shop, other, carrier)
    assert server.client.post(f"{link}/seen", content=f"grant={foreign['reference']}", headers=form).status_code == 404
    forged = link[:-1] + ("A" if link[-1] != "A" else "B")
    for wrong in (forged, "/p/x", f"/p/{placed['order_id'][4:]}"):
        assert server.get(wrong).status_code == 404
        assert server.get(f"{wrong}/seen").status_code == 404


def test_the_link_is_stored_nowhere(server: Server, placed: dict[str, Any]) -> None:
    token = placed["shopper_link"].rpartition("/")[2]
    for file in server.folder.glob("sealane.db*"):
        assert token.encode() not in file.read_bytes()


def test_the_export_tells_everything_and_is_itself_told(
    server: Server, shop: dict[str, str], carrier: dict[str, str], placed: dict[str, Any]
) -> None:
    redeem(server, granted(server, shop, placed, carrier, fields=["name"]), carrier)
    path = f"/v1/subjects/{placed['subject_id']}/export"
    package = server.get(path, shop["api_key"]).json()
    # The same account has ordered before, so the package holds several orders of one shopper.
    mine = next(each for each in package["orders"] if each["order_id"] == placed["order_id"])
    assert mine["values"]["/consignments/0/consignee/name"] == "Ana Silva"
    assert any(each["party_name"] == "Fast Wings" for each in package["disclosures"])
    assert package["signature"].count(".") == 2
    again = server.get(path, shop["api_key"]).json()
    assert any(each["purpose"] == "access" for each in again["disclosures"])


def test_a_canary_raises_an_incident(server: Server, shop: dict[str, str], carrier: dict[str, str]) -> None:
    placed = server.post("/v1/orders", order(shopper__account="a-canary"), shop["api_key"]).json()
    path = f"/v1/subjects/{placed['subject_id']}/canary"
    assert server.post(path, b"", shop["api_key"]).status_code == 403
    assert server.post(path, b"", server.operator_key).status_code == 200
    assert redeem(server, granted(server, shop, placed, carrier), carrier).status_code == 200
    kinds = [line for line in server.folder.glob("sealane.db*") if b"canary-revealed" in line.read_bytes()]
    assert kinds


def test_a_waybill_has_no_address_until_the_hub(
    server: Server, shop: dict[str, str], carrier: dict[str, str], placed: dict[str, Any]
) -> None:
    consignment = placed["consignment_ids"][0]
    body = {"consignment": consignment, "party_id": carrier["party_id"]}
    answer = server.post("/v1/waybills", body, shop["api_key"])
    assert answer.status_code == 201, answer.text
    waybill = answer.json()
    assert waybill["sort_code"] == "PT-11"
    svg = server.get(waybill["label_svg"], shop["api_key"])
    assert svg.headers["content-type"] == "image/svg+xml"
    assert all(value not in svg.text for value in ("Ana", "Augusta", "1100", "912345678"))
    assert server.get(waybill["label_pdf"], shop["api_key"]).content.startswith(b"%PDF")
    assert server.get(waybill["label_svg"], server.party("merchant")["api_key"]).status_code == 404
    reveal = f"/v1/waybills/{waybill['pseudonym']}/reveal"
    assert server.post(reveal, b"", carrier["api_key"]).status_code == 403
    scan = event("consignment.arrived", attributes={"location": {"country": "PT"}}, consignment=consignment)
    assert server.post("/v1/events", scan, carrier["api_key"]).status_code == 201
    told = server.post(reveal, b"", carrier["api_key"])
    assert told.status_code == 200, told.text
    assert told.json()["fields"]["street"] == "Rua Augusta 10"
    assert server.post(reveal, b"", server.party("carrier")["api_key"]).status_code == 403


def test_no_value_reaches_the_process_log(server: Server, shop: dict[str, str], carrier: dict[str, str]) -> None:
    """Databunker writes what a shared record holds to its log (privacy weakness 5.5); here nothing is printed."""
    placed = server.post("/v1/orders", order(shopper__account="a-log"), shop["api_key"]).json()
    assert redeem(server, granted(server, shop, placed, carrier), carrier).status_code == 200
    written = server.output.read_bytes()
    assert b"Ana" not in written
    assert b"Augusta" not in written


def test_without_fields_a_grant_gives_the_leg_what_it_needs_and_not_the_whole(
    server: Server, shop: dict[str, str], carrier: dict[str, str], placed: dict[str, Any]
) -> None:
    grant = granted(server, shop, placed, carrier, purpose="linehaul", leg="linehaul", fields=None)
    assert redeem(server, grant, carrier).json()["fields"] == {"postcode": "11", "country": "PT", "weight": 800}


def test_after_erasure_nothing_is_given_and_the_shopper_is_told(
    server: Server, shop: dict[str, str], carrier: dict[str, str]
) -> None:
    placed = server.post("/v1/orders", order(shopper__account="a-erased"), shop["api_key"]).json()
    grant = granted(server, shop, placed, carrier, max_uses=2)
    assert redeem(server, grant, carrier).status_code == 200
    erased = server.post(f"/v1/subjects/{placed['subject_id']}/erasure", b"", shop["api_key"])
    assert erased.status_code in {200, 201}, erased.text
    refused = redeem(server, grant, carrier)
    assert (refused.status_code, refused.json()["code"]) in {(410, "erased"), (410, "grant-revoked")}
    link = urlsplit(placed["shopper_link"]).path
    page = server.get(f"{link}/seen").text
    assert "Your data was erased" in page
    assert "Fast Wings" in page
    package = server.get(f"/v1/subjects/{placed['subject_id']}/export", shop["api_key"]).json()
    assert package["is_erased"] is True

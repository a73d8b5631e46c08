"""A signed notice from the shop to the shopper and back: issued, looked up, replayed, withdrawn, and never forged."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orders import order
from running import SEALANE, Server
from sealane.shield.discovery import read_page
from sealane.shield.notices import notice_id, sender_key

NUMBER = "RB123456785GB"
FEE = {"kind": "fee", "amount": {"amount_minor": 199, "currency": "EUR"}, "link": "https://lamps.example/pay"}


def run(*arguments: str, folder: Path) -> tuple[int, str]:
    command = [SEALANE, *arguments, "--data-dir", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    return done.returncode, done.stdout


class Shop:
    """A merchant with one order of one consignment."""

    def __init__(self, server: Server) -> None:
        self.server = server
        body = {"name": "Lamps", "roles": ["merchant"], "country": "PT", "domains": ["lamps.example"]}
        self.key = server.post("/v1/parties", body, server.operator_key).json()["api_key"]
        placed = server.post("/v1/orders", order(consignments__0__tracking_number=NUMBER), self.key)
        self.consignment = placed.json()["consignment_ids"][0]

    def issue(self, **body: Any) -> dict[str, Any]:
        answer = self.server.post("/v1/notices", {"consignment": self.consignment, **FEE, **body}, self.key)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def check(self, text: str) -> tuple[str, str, str]:
        answer = self.server.post("/v1/check", {"text": text}).json()
        return answer["kind"], answer["verdict"], answer["reasons"][0]["code"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    limits = {"SEALANE_PUBLIC_RATE_PER_SECOND": "1000"}
    with Server(tmp_path_factory.mktemp("notices") / "lane", environment=limits) as running:
        yield Shop(running)


GOOD = ("notice", "genuine", "signed_notice")


def test_a_notice_is_genuine_by_itself_in_its_text_and_on_its_page(shop: Shop) -> None:
    made = shop.issue()
    assert shop.check(made["notice"]) == GOOD
    assert shop.check(made["text"]) == GOOD
    assert shop.check(f"{made['page']}#{made['notice']}") == GOOD
    assert shop.server.get(f"/v1/notices/{made['notice_id']}").json()["verdict"] == "genuine"
    assert made["notice_id"] == notice_id(made["notice"])
    for path in (made["notice_id"], made["notice"]):
        page = shop.server.get(f"/notices/{path}")
        assert page.status_code == 200
        for said in ("Genuine", "lamps.example", NUMBER, "1.99 EUR", "https://lamps.example/pay"):
            assert said in page.text


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("1.99 EUR", "9.99 EUR"), "notice_of_other_amount"),
        ((NUMBER, "RB473124829GB"), "notice_of_other_parcel"),
        ((NUMBER, "1Z5R89390357567127"), "notice_of_other_parcel"),
        (("https://lamps.example/pay", "https://lamps-pay.example/x"), "notice_elsewhere"),
    ],
)
def test_a_message_that_says_more_than_its_notice_is_not_genuine(
    shop: Shop, change: tuple[str, str], code: str
) -> None:
    text = shop.issue()["text"]
    assert change[0] in text
    assert shop.check(text.replace(*change))[2] == code


def test_forged_altered_expired_and_replayed_notices_are_refused(shop: Shop) -> None:
    token = shop.issue()["notice"]
    altered = token[:-10] + ("A" if token[-10] != "A" else "B") + token[-9:]
    assert shop.check(altered) == ("notice", "dangerous", "notice_forged")
    assert shop.server.get(f"/notices/{altered}").status_code == 200
    made = shop.issue()
    for _ in range(2):
        ended = shop.server.post(f"/v1/notices/{made['notice_id']}/spent", {}, shop.key)
        assert ended.json() == {"notice_id": made["notice_id"], "standing": "spent"}
    assert shop.check(made["notice"]) == ("notice", "unknown", "notice_spent")
    assert "We can" in shop.server.get(f"/notices/{made['notice_id']}").text
    made = shop.issue(kind="delivery", amount=None, link=None)
    withdrawn = shop.server.client.delete(f"/v1/notices/{made['notice_id']}", headers=bearer(shop.key))
    assert withdrawn.json()["standing"] == "withdrawn"
    assert shop.check(made["notice"])[2] == "notice_withdrawn"


def test_what_would_sign_for_a_danger_is_refused(shop: Shop) -> None:
    for body in (
        {"link": "https://dhl-parcel-fee.top/pay"},
        {"link": "http://lamps.example/pay"},
        {"amount": None},
        {"kind": "prize"},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "2099-01-01T00:00:00Z"},
    ):
        answer = shop.server.post("/v1/notices", {"consignment": shop.consignment, **FEE, **body}, shop.key)
        assert answer.status_code == 422, body


def test_nobody_signs_for_a_parcel_of_others(shop: Shop) -> None:
    other = shop.server.party("merchant")["api_key"]
    body = {"consignment": shop.consignment, **FEE}
    assert shop.server.post("/v1/notices", body, other).status_code == 404
    assert shop.server.post("/v1/notices", body).status_code == 401
    made = shop.issue()["notice_id"]
    assert shop.server.post(f"/v1/notices/{made}/spent", {}, other).status_code == 404
    assert shop.server.get("/v1/notices/" + "A" * 22).status_code == 404
    assert shop.server.get("/notices/" + "A" * 22).status_code == 404
    assert shop.server.get("/notices/%3Cscript%3E").status_code == 404


def test_the_same_key_and_body_get_the_same_notice(shop: Shop) -> None:
    body = {"consignment": shop.consignment, **FEE}
    first, again = (
        shop.server.post("/v1/notices", body, shop.key, Idempotency_Key="n-1").json()["notice"] for _ in range(2)
    )
    assert first == again


def test_the_key_is_found_at_the_domain_and_stands_on_the_log(shop: Shop, tmp_path: Path) -> None:
    token = shop.issue()["notice"]
    page = shop.server.get("/.well-known/sealane.json")
    assert sender_key(token) in read_page(page.content, "127.0.0.1")
    file = tmp_path / "sealane.json"
    file.write_bytes(page.content)
    code, output = keys_of(file)
    found = json.loads(output)
    assert (code, found["keys"][0]["on_log"]) == (0, True)
    key = tmp_path / "notice.key"
    key.write_text(found["keys"][0]["public_key"])
    assert run("check", token, "--key", str(key), folder=tmp_path / "none")[1].startswith("Genuine\n")
    assert run("check", token, folder=shop.server.folder)[1].startswith("Genuine\n")
    assert json.loads(run("check", token, "--json", folder=tmp_path / "none")[1])["verdict"] == "unknown"


def test_a_page_whose_key_is_not_the_one_on_the_log_is_refused(shop: Shop, tmp_path: Path) -> None:
    shop.issue()
    document = shop.server.get("/.well-known/sealane.json").json()
    document["log"]["pins"][0]["salt"] = "00" * 16
    file = tmp_path / "sealane.json"
    file.write_text(json.dumps(document))
    assert keys_of(file)[0] == 1


def test_a_notice_as_a_code_to_scan_leads_to_its_page(shop: Shop) -> None:
    made = shop.issue()
    code = shop.server.get(f"/notices/{made['notice_id']}/code.svg")
    assert code.headers["content-type"] == "image/svg+xml"
    assert code.text.startswith("<svg") or "<svg" in code.text


def keys_of(file: Path) -> tuple[int, str]:
    command = [SEALANE, "shield", "keys", str(file), "--domain", "127.0.0.1", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    return done.returncode, done.stdout


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}

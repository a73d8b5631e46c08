"""A thousand orders with unique personal values: none of them is in any file, metric, error or tile afterwards."""

import base64
import contextlib
import random
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from orders import event, order
from running import Server

ORDERS = 1_000


def luhn(body: str) -> str:
    digits = [int(d) for d in reversed(body)]
    total = sum(d if i % 2 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits))
    return body + str(-total % 10)


def canaries(number: int, rng: random.Random) -> dict[str, str]:
    word = "".join(rng.choices("bcdfghjklmnpqrstvwxz", k=9))
    return {
        "name": f"Canary{word} Quill{number}",
        "street": f"Hidden{word}street {number}",
        "city": f"Town{word}",
        "postcode": f"QX{number:05}Z",
        "email": f"{word}.{number}@canary-{word}.example",
        "phone": f"+3519{rng.randrange(10**8):08}",
        "account": f"acct-{word}-{number}",
        "device": f"dev-{word}-{number}",
        "ip": f"198.51.{rng.randrange(256)}.{rng.randrange(1, 255)}",
        "pan": luhn(f"411111{rng.randrange(10**9):09}"),
        "holder": f"Holder{word}",
    }


def canary_order(values: dict[str, str], number: int, token: str) -> dict[str, Any]:
    address = {
        "name": values["name"],
        "lines": [values["street"]],
        "city": values["city"],
        "postcode": values["postcode"],
        "country": "PT",
    }
    shopper = {key: values[key] for key in ("name", "email", "phone", "account", "device", "ip")}
    made = order(f"CANARY-{number}", shopper=shopper, payment__billing_address=address, payment__card={"token": token})
    made["consignments"][0]["consignee"] = {**address, "phone": values["phone"], "email": values["email"]}
    made["consignments"][0]["shipper"] = {**address, "name": f"Shipper{values['name']}"}
    return made


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, list[dict[str, str]], dict[str, str]]]:
    rng = random.Random(20261122)
    flown = [canaries(number, rng) for number in range(ORDERS)]
    with Server(tmp_path_factory.mktemp("canaries") / "lane") as server:
        shop = server.party("merchant")
        orders = []
        for number, values in enumerate(flown):
            card = {"number": values["pan"], "expiry_month": 12, "expiry_year": 2031, "holder": values["holder"]}
            answer = server.post("/v1/cards", card, shop["api_key"])
            assert answer.status_code == 201, answer.text
            orders.append(canary_order(values, number, answer.json()["token"]))
        for made in orders:
            answer = server.post("/v1/orders", made, shop["api_key"])
            assert answer.status_code == 201, answer.text
        for number, values in enumerate(flown[:100]):
            asked = {
                "new_address": {"name": values["name"], "lines": [values["street"]], "country": "PT"},
                "requested_by": {"ip": values["ip"], "phone": values["phone"], "note": values["holder"]},
                "courier": values["holder"],
            }
            moved = event("consignment.reroute_requested", reference=f"CANARY-{number}", attributes=asked)
            assert server.post("/v1/events", moved, shop["api_key"]).status_code == 201
        yield server, flown, shop


WINDOW = 8


def forms(value: str) -> set[bytes]:
    """The value as it could lie in a file: plain, in hexadecimal, and in base64 at each of the three offsets."""
    plain = value.encode()
    shifted = {base64.b64encode(b"x" * shift + plain)[4:-4] for shift in range(3)} if len(plain) > 14 else set()
    return {plain, plain.hex().encode(), *shifted}


def index_of(flown: list[dict[str, str]]) -> dict[bytes, list[tuple[bytes, str]]]:
    """All forms of all values by their first bytes, so that a file is read once for all of them."""
    index: dict[bytes, list[tuple[bytes, str]]] = {}
    for values in flown:
        for field, value in values.items():
            for form in forms(value):
                index.setdefault(form[:WINDOW], []).append((form, field))
    return index


def assert_clean(data: bytes, flown: list[dict[str, str]], where: str) -> None:
    index = index_of(flown)
    assert all(len(start) == WINDOW for start in index)
    for at in range(len(data) - WINDOW + 1):
        for form, field in index.get(data[at : at + WINDOW], ()):
            assert not data.startswith(form, at), f"a canary ({field}) is in {where}"


def test_the_search_itself_finds_what_is_there() -> None:
    values = canaries(1, random.Random(1))
    for value in values.values():
        plain = value.encode()
        hiding = [plain, plain.hex().encode(), *([base64.b64encode(b"12" + plain * 2)] if len(plain) > 14 else [])]
        for hidden in hiding:
            with pytest.raises(AssertionError, match="a canary"):
                assert_clean(b"..." + hidden + b"...", [values], "here")


def test_no_file_of_the_data_folder_holds_a_canary(run: tuple[Server, list[dict[str, str]], dict[str, str]]) -> None:
    server, flown, _ = run
    files = [path for path in server.folder.rglob("*") if path.is_file()]
    assert any(path.name.endswith("-wal") for path in files), "the write-ahead log is looked at too"
    for path in [*files, server.output]:
        with contextlib.suppress(FileNotFoundError):  # The log replaces its partial tiles while we read.
            assert_clean(path.read_bytes(), flown, path.name)


def test_metrics_errors_and_pages_hold_none(run: tuple[Server, list[dict[str, str]], dict[str, str]]) -> None:
    server, flown, shop = run
    values = flown[0]
    broken = canary_order(values, 1, "ct_unknown")
    broken["shopper"]["name"] = [values["name"]]
    answers = [
        server.get("/metrics", server.operator_key),
        server.post("/v1/orders", broken, shop["api_key"]),
        server.post("/v1/orders", canary_order(values, 0, "ct_unknown"), shop["api_key"]),
        server.post("/v1/orders", canary_order(values, 5_000, values["pan"]), shop["api_key"]),
        server.get("/v1/orders?limit=100", shop["api_key"]),
    ]
    listed = answers[-1].json()["items"]
    for line in listed[:20]:
        answers.append(server.get(f"/v1/orders/{line['order_id']}", shop["api_key"]))
        answers.append(server.get(f"/v1/orders/{line['order_id']}/timeline", shop["api_key"]))
    for answer in answers:
        assert_clean(answer.content, flown, str(answer.request.url.path))


def signed_in(server: Server) -> httpx.Client:
    """A browser that has followed the one-time link which `serve` printed."""
    (link,) = re.findall(r"http\S+/console/signin\?token=\S+", server.output.read_text(encoding="utf-8"))
    client = httpx.Client(follow_redirects=True, timeout=30)
    form = client.get(link).text
    fields = dict(re.findall(r'name="(csrf|next|token)" value="([^"]*)"', form))
    assert client.post(f"{server.url}/console/signin", data=fields).status_code == 200
    return client


def test_the_console_shows_none_unless_asked(run: tuple[Server, list[dict[str, str]], dict[str, str]]) -> None:
    server, flown, shop = run
    listed = server.get("/v1/orders?limit=20", shop["api_key"]).json()["items"]
    paths = ["", "/orders", "/log", *(f"/orders/{line['order_id']}" for line in listed)]
    with contextlib.closing(signed_in(server)) as browser:
        for path in paths:
            for twin in ("", ".json"):
                answer = browser.get(f"{server.url}/console{path}{twin}")
                assert answer.status_code == 200, answer.url
                assert_clean(answer.content, flown, str(answer.url.path))

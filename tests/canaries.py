"""Canaries: made-up personal values that occur nowhere else, orders that carry them, and the search for them."""

import base64
import http.client
import json
import random
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import numpy as np

from orders import event, order
from running import Server

__all__ = ["Canary", "Flight", "Search", "canaries", "canary_order", "fly"]

Canary = dict[str, str]
AT_ONCE = 8
SINGLE_EVERY = 10
"""One order in so many goes through a call of its own, the others in a batch."""
REROUTES = 100
WINDOW = 8
_TABLE_BITS = 22
_MIX = np.uint64(0x9E3779B97F4A7C15)


class Flight(NamedTuple):
    """A server that took the orders of all canaries, from one merchant."""

    server: Server
    shop: dict[str, str]
    flown: list[Canary]


def canaries(many: int) -> list[Canary]:
    """Return the values of many shoppers, the same ones every time."""
    rng = random.Random(20261122)
    return [_canary(number, rng) for number in range(many)]


def canary_order(values: Canary, number: int, token: str) -> dict[str, Any]:
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


def fly(server: Server, flown: list[Canary]) -> Flight:
    """Have a merchant store each canary's card, place its order, and ask for some of the parcels to be moved."""
    shop = server.party("merchant")
    cards = [
        {"number": values["pan"], "expiry_month": 12, "expiry_year": 2031, "holder": values["holder"]}
        for values in flown
    ]
    tokens = [card["token"] for card in _post_all(server, "/v1/cards", cards, shop["api_key"])]
    orders = [canary_order(values, number, tokens[number]) for number, values in enumerate(flown)]
    _post_all(server, "/v1/orders", orders[::SINGLE_EVERY], shop["api_key"])
    lines = [json.dumps(made).encode() for number, made in enumerate(orders) if number % SINGLE_EVERY]
    answer = server.post("/v1/orders/batch", b"\n".join(lines), shop["api_key"], Content_Type="application/x-ndjson")
    assert [json.loads(line)["status"] for line in answer.content.splitlines()] == [201] * len(lines)
    moves = [_move(values, number) for number, values in enumerate(flown[:REROUTES])]
    _post_all(server, "/v1/events", moves, shop["api_key"])
    return Flight(server, shop, flown)


class Search:
    """Finds any form of any value: plain, in hexadecimal, and in base64 at each of the three offsets."""

    def __init__(self, flown: Iterable[Canary]) -> None:
        self._forms: dict[bytes, list[tuple[bytes, str]]] = {}
        for values in flown:
            for field, value in values.items():
                for form in _forms(value):
                    self._forms.setdefault(form[:WINDOW], []).append((form, field))
        assert all(len(start) == WINDOW for start in self._forms)
        # Of all places in a file, a table of hashed beginnings leaves the few where a form may begin.
        self._table = np.zeros(1 << _TABLE_BITS, dtype=bool)
        self._table[_slots(np.frombuffer(b"".join(self._forms), dtype="<u8"))] = True

    def assert_clean(self, data: bytes, where: str) -> None:
        """Make sure that none of the values is in the data."""
        for at in self._places(data):
            for form, field in self._forms.get(data[at : at + WINDOW], ()):
                assert not data.startswith(form, at), f"a canary ({field}) is in {where}"

    def _places(self, data: bytes) -> Iterator[int]:
        for shift in range(WINDOW):
            count = (len(data) - shift) // WINDOW
            if count > 0:
                windows = np.frombuffer(data, dtype="<u8", count=count, offset=shift)
                yield from (WINDOW * int(at) + shift for at in np.flatnonzero(self._table[_slots(windows)]))


def _slots(windows: Any) -> Any:
    return (windows * _MIX) >> np.uint64(64 - _TABLE_BITS)


def _forms(value: str) -> set[bytes]:
    plain = value.encode()
    shifted = {base64.b64encode(b"x" * shift + plain)[4:-4] for shift in range(3)} if len(plain) > 14 else set()
    return {plain, plain.hex().encode(), *shifted}


def _canary(number: int, rng: random.Random) -> Canary:
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
        "pan": _luhn(f"411111{rng.randrange(10**9):09}"),
        "holder": f"Holder{word}",
    }


def _luhn(body: str) -> str:
    digits = [int(digit) for digit in reversed(body)]
    total = sum(digit if at % 2 else sum(divmod(2 * digit, 10)) for at, digit in enumerate(digits))
    return body + str(-total % 10)


def _move(values: Canary, number: int) -> dict[str, Any]:
    asked = {
        "new_address": {"name": values["name"], "lines": [values["street"]], "country": "PT"},
        "requested_by": {"ip": values["ip"], "phone": values["phone"], "note": values["holder"]},
        "courier": values["holder"],
    }
    return event("consignment.reroute_requested", reference=f"CANARY-{number}", attributes=asked)


def _post_all(server: Server, path: str, bodies: list[Any], key: str) -> list[Any]:
    """Send each body in a call of its own, some at once, and return the answers in the same order."""
    head = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}

    def send(share: list[Any]) -> list[Any]:
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
        answers = []
        for body in share:
            connection.request("POST", path, json.dumps(body), head)
            answer = connection.getresponse()
            content = answer.read()
            assert answer.status == 201, content
            answers.append(json.loads(content))
        connection.close()
        return answers

    with ThreadPoolExecutor(AT_ONCE) as pool:
        shares = list(pool.map(send, [bodies[start::AT_ONCE] for start in range(AT_ONCE)]))
    return [shares[number % AT_ONCE][number // AT_ONCE] for number in range(len(bodies))]

"""Attacks on the exchange as a whole, over the real server: each test names the row of the list it stands for."""

import base64
import json
import re
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwe
from joserfc.jwk import OKPKey

from orders import order
from running import Server
from sealane.app import Sealane
from sealane.interchange import SOURCES, Letter, Message, verify_call, verify_source
from sealane.keys.public import read_jwk
from sealane.keys.secrets import digest, new_secret
from sealane.model.errors import NotAuthenticated
from sealane.model.party import PartyRequest
from sealane.settings import Settings
from sealane.storage import parties
from signing import Signing
from webhooks import SECRETS, examples, send

PATH = "/v1/orders"
JSON = {"Content-Type": "application/json"}
JOSE = {"Content-Type": "application/jose"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    limits = {"SEALANE_RATE_PER_SECOND": "50", "SEALANE_RATE_BURST": "300", "SEALANE_PUBLIC_RATE_PER_SECOND": "5000"}
    with Server(tmp_path_factory.mktemp("exchange") / "lane", environment=limits) as running:
        yield running


def placed(server: Server, key: str) -> str:
    answer = server.post(PATH, order(), key)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["order_id"])


def told(answer: httpx.Response) -> tuple[int, dict[str, Any]]:
    return answer.status_code, {name: value for name, value in answer.json().items() if name != "request_id"}


def test_24_a_message_of_a_sources_test_mode_is_refused_where_live_ones_are_expected(server: Server) -> None:
    shop = server.party("merchant")
    document = examples("stripe")[0]["body"]
    for mode, is_live, status in (("live", True, 200), ("live", False, 403), ("test", False, 200), ("test", True, 403)):
        opened = {"source": "stripe", "secret": SECRETS["stripe"], "mode": mode}
        made = server.post("/v1/inbox-endpoints", opened, shop["api_key"]).json()
        assert made["mode"] == mode
        body, headers, _ = send("stripe", {**document, "id": f"evt_{mode}_{is_live}", "livemode": is_live})
        answer = server.client.post(made["path"], content=body, headers=JSON | headers)
        assert answer.status_code == status, answer.text
        if mode == "test" and status == 200:
            assert answer.json()["events"][0]["state"] == "ignored"


def test_24_a_key_of_another_installation_and_a_version_that_is_no_more_are_refused(
    server: Server, tmp_path: Path
) -> None:
    with Sealane.open(Settings(data_dir=str(tmp_path / "sandbox"))) as sandbox:
        key, shop = new_secret("sk"), PartyRequest(name="Shop", roles=("merchant",), country="PT")
        sandbox.rooms.database.run(lambda tx: parties.add(tx, shop, digest(key)))
    assert server.get(PATH, key).status_code == 401
    for path in ("/v0/orders", "/v2/orders", "/orders", "/v1/Orders", "/v1//orders"):
        assert server.post(path, order(), server.party("merchant")["api_key"]).status_code == 404


def test_24_the_inventory_lists_every_live_route(server: Server) -> None:
    listed = server.get("/openapi.json").json()["paths"]
    shapes = {re.compile(re.sub("{[^}]*}", "[^/]+", path)): set(found) for path, found in listed.items()}
    for path in (path for path in listed if not path.startswith("/log/")):
        target = re.sub("[{}]", "", path)
        known = {each.upper() for shape, methods in shapes.items() if shape.fullmatch(target) for each in methods}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - known:
            assert server.client.request(method, target).status_code == 405, f"{method} {path} is live and not listed"


def test_26_a_flood_by_one_party_leaves_the_others_their_pace(server: Server) -> None:
    flooder, other = (server.party("merchant")["api_key"] for _ in range(2))
    paces = {name: [] for name in ("alone", "beside")}  # type: dict[str, list[float]]

    def measure(name: str, count: int) -> None:
        with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {other}"}, timeout=30) as client:
            for _ in range(count):
                began = time.perf_counter()
                assert client.get(PATH).status_code == 200
                paces[name].append(time.perf_counter() - began)

    seen: list[int] = []
    over = threading.Event()

    def flood() -> None:
        with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {flooder}"}, timeout=30) as client:
            while not over.is_set():
                seen.append(client.get(PATH).status_code)

    measure("alone", 100)
    threads = [threading.Thread(target=flood) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        while 429 not in seen:
            time.sleep(0.01)
        measure("beside", 100)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert seen.count(429) > 50
    assert statistics.median(paces["beside"]) < 0.1 + 10 * statistics.median(paces["alone"])


def test_26_what_is_anothers_and_what_is_not_there_look_the_same(server: Server) -> None:
    owner, curious = server.party("merchant"), server.party("merchant")
    order_id = placed(server, owner["api_key"])
    unknown = order_id[:-4] + "0000"
    message = {"to": owner["party_id"], "leg": "linehaul", "purpose": "linehaul", "kind": "x", "fields": {}}
    asking: tuple[Callable[[str], httpx.Response], ...] = (
        lambda name: server.get(f"{PATH}/{name}", curious["api_key"]),
        lambda name: server.get(f"{PATH}/{name}/timeline", curious["api_key"]),
        lambda name: server.get(f"{PATH}/{name}/epcis", curious["api_key"]),
        lambda name: server.post("/v1/messages", {**message, "order": name}, curious["api_key"]),
    )
    for ask in asking:
        there, nowhere = told(ask(order_id)), told(ask(unknown))
        assert there == nowhere
        assert there[0] == 404
    numbers = [f"TRK{at:017}" for at in range(20)]
    answers = {len(server.post("/v1/check", {"text": number}).content) for number in numbers}
    assert len(answers) == 1


def encryption_key(server: Server) -> dict[str, str]:
    (key,) = (each for each in server.get("/v1/exchange/keys").json()["keys"] if each["use"] == "enc")
    return {name: key[name] for name in ("kty", "crv", "x", "kid")}


def sealed(jwk: dict[str, str], plain: bytes) -> bytes:
    header = {"alg": "ECDH-ES", "enc": "A256GCM"}
    return jwe.encrypt_compact(header, plain, OKPKey.import_key(jwk)).encode()


def renamed(token: bytes, **changes: Any) -> bytes:
    head, rest = token.split(b".", 1)
    header = json.loads(base64.urlsafe_b64decode(head + b"=="))
    return base64.urlsafe_b64encode(json.dumps({**header, **changes}).encode()).rstrip(b"=") + b"." + rest


def test_28_an_encrypted_body_opens_for_its_recipient_only(server: Server) -> None:
    shop, broker = server.party("merchant"), server.party("broker")
    message = {"to": broker["party_id"], "order": placed(server, shop["api_key"]), "leg": "linehaul",
               "purpose": "linehaul", "kind": "x", "fields": {"weight": 800}}  # fmt: skip
    plain, key = json.dumps(message).encode(), encryption_key(server)
    head = JOSE | {"Authorization": f"Bearer {shop['api_key']}"}
    good = sealed(key, plain)
    assert server.client.post("/v1/messages", content=good, headers=head).status_code == 201
    other = {name: OKPKey.generate_key("X25519").as_dict(private=False)[name] for name in ("kty", "crv", "x")}
    parts = good.split(b".")
    for wrong in (
        sealed(other, plain),
        b".".join([*parts[:4], b"A" * 22]),
        renamed(good, alg="PBES2-HS256+A128KW", p2c=2**31 - 1, p2s="AAAA"),
        renamed(good, zip="DEF"),
        renamed(good, enc="A128CBC-HS256"),
        renamed(good, jku="https://evil.example/keys"),
        renamed(good, pad="x" * 700_000),
        b"a" * 1_000_000,
        plain,
    ):
        began = time.perf_counter()
        answer = server.client.post("/v1/messages", content=wrong, headers=head)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed-body")
        assert time.perf_counter() - began < 5
    leak = sealed(key, plain.replace(b"800", b'"4111111111111111"'))
    assert server.client.post("/v1/messages", content=leak, headers=head).json()["code"] == "leak-detected"
    assert server.client.post(PATH, content=good, headers=head).status_code == 415
    assert len(server.get("/v1/messages", broker["api_key"]).json()["items"]) == 1


class Held:
    party_id = "pty_a"

    def __init__(self, jwk: dict[str, Any]) -> None:
        self.key = read_jwk(jwk)


def pace(*works: Callable[[], None], rounds: int = 400) -> list[float]:
    """Return the median time of each, measured by turns, so that whatever else runs here slows all alike."""
    spent: list[list[int]] = [[] for _ in works]
    for _ in range(rounds):
        for taken, work in zip(spent, works, strict=True):
            began = time.perf_counter_ns()
            with pytest.raises(NotAuthenticated):
                work()
            taken.append(time.perf_counter_ns() - began)
    return [statistics.median(taken) for taken in spent]


def test_35_an_unknown_key_takes_as_long_as_a_wrong_signature() -> None:
    pair, target, body = Signing(), "http://127.0.0.1/v1/orders", b'{"a":1}'
    held, now_us = [Held(pair.jwk)], time.time_ns() // 1000
    forged = pair.headers("POST", target, body)
    stranger = Signing()
    stranger.kid = pair.kid
    forged = stranger.headers("POST", target, body)
    message = Message(forged, body, "POST", target)
    known, unknown = pace(
        lambda: verify_call(message, lambda _: held, now_us=now_us),  # type: ignore[arg-type, return-value]
        lambda: verify_call(message, lambda _: [], now_us=now_us),  # type: ignore[arg-type, return-value]
    )
    assert 0.8 < known / unknown < 1.25


@pytest.mark.parametrize("source", ["stripe", "easypost", "adyen", "seventeen-track", "ups"])
def test_35_how_much_of_a_signature_is_right_does_not_show(source: str) -> None:
    """A comparison that stops at the first difference would take longer the later it comes."""
    body, headers, _ = send(source, examples(source)[0]["body"])
    name, right = next(iter({"adyen": {"": "x"}}.get(source, headers).items()))
    now_us = time.time_ns() // 1000

    def letter(at: int) -> Letter:
        if source == "adyen":
            document = json.loads(body)
            told = document["notificationItems"][0]["NotificationRequestItem"]["additionalData"]
            told["hmacSignature"] = flipped(told["hmacSignature"], at)
            return Letter(body, document, {}, {})
        return Letter(body, json.loads(body), {name.lower(): flipped(right, at)}, {})

    early, late, nobody = letter(-20), letter(-2), letter(-10)
    shape, secret = SOURCES[source], SECRETS[source]
    paces = pace(
        lambda: verify_source(shape, [secret], early, now_us=now_us),
        lambda: verify_source(shape, [secret], late, now_us=now_us),
        lambda: verify_source(shape, [secret[::-1] if source == "adyen" else secret + "x"], nobody, now_us=now_us),
    )
    assert max(paces) < 1.25 * min(paces)


def flipped(text: str, at: int) -> str:
    digit = "1" if text[at] == "0" else "0"
    at %= len(text)
    return text[:at] + digit + text[at + 1 :]

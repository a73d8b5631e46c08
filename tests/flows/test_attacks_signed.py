"""Attacks on signed calls and bound keys, over the real server: each test names the row of the list it stands for."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import http_sf
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from http_message_signatures import MappingKeyResolver
from requests_http_signature import HTTPSignatureAuth, algorithms

from orders import event, order
from running import Server
from signing import COVERED, Signing, b64url

PATH = "/v1/orders"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    environment = {"SEALANE_TRUSTED_PROXIES": "127.0.0.1", "SEALANE_PUBLIC_RATE_PER_SECOND": "5000"}
    with Server(tmp_path_factory.mktemp("signed") / "lane", environment=environment) as running:
        yield running


class Merchant(Signing):
    """A merchant that signs its calls."""

    def __init__(self, server: Server, kid: str | None = None) -> None:
        super().__init__(kid)
        party = {"name": "Lamps", "roles": ["merchant"], "country": "PT", "public_keys": [self.jwk]}
        answer = server.post("/v1/parties", party, server.operator_key)
        assert answer.status_code == 201, answer.text
        self.party_id, self.api_key = answer.json()["party_id"], answer.json()["api_key"]


@pytest.fixture
def merchant(server: Server) -> Merchant:
    return Merchant(server)


def count(server: Server, merchant: Merchant) -> int:
    return len(server.get("/v1/orders?limit=200", merchant.api_key).json()["items"])


def refusal(answer: Any) -> dict[str, Any]:
    return {name: value for name, value in answer.json().items() if name != "request_id"}


def test_a_signature_replaces_the_key_and_the_answer_is_a_receipt(server: Server, merchant: Merchant) -> None:
    body = json.dumps(order()).encode()
    headers = merchant.headers("POST", server.url + PATH, body)
    answer = server.client.post(PATH, content=body, headers=headers)
    assert answer.status_code == 201, answer.text
    digest = base64.b64encode(hashlib.sha256(answer.content).digest()).decode()
    assert answer.headers["content-digest"] == f"sha-256=:{digest}:"
    (key,) = (each for each in server.get("/v1/exchange/keys").json()["keys"] if each["use"] == "sig")
    text = answer.headers["signature-input"].removeprefix("receipt=")
    assert key["kid"] in text
    base = "\n".join(
        [
            '"@status": 201',
            f'"content-digest": {answer.headers["content-digest"]}',
            f'"signature";req;key="sig1": {headers["signature"].removeprefix("sig1=")}',
            f'"content-digest";req: {headers["content-digest"]}',
            f'"@signature-params": {text}',
        ]
    )
    signature = http_sf.parse(answer.headers["signature"].encode(), tltype="dictionary")["receipt"][0]
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "="))
    public.verify(signature, base.encode())


def test_the_signing_client_of_requests_speaks_with_it_both_ways(server: Server, merchant: Merchant) -> None:
    """`requests-http-signature` signs a live call; the answer is a receipt that it verifies with the published key."""
    components = ("@method", "@target-uri", "content-digest", "content-type")
    pem = merchant.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    signer = HTTPSignatureAuth(
        signature_algorithm=algorithms.ED25519, key=pem, key_id=merchant.kid, covered_component_ids=components,
        tag="sealane-exchange-v1", use_nonce=True, label="sig1",
    )  # fmt: skip
    with requests.Session() as session:
        call = requests.Request("POST", server.url + PATH, json=order(), auth=signer)
        prepared = session.prepare_request(call)
        answer = session.send(prepared, stream=True)
        assert answer.status_code == 201, answer.text
        (jwk,) = (each for each in server.get("/v1/exchange/keys").json()["keys"] if each["use"] == "sig")
        public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(jwk["x"] + "="))
        receipt = HTTPSignatureAuth.verify(
            answer,
            signature_algorithm=algorithms.ED25519,
            key_resolver=MappingKeyResolver(private_keys={}, public_keys={jwk["kid"]: public}),
            require_components=("@status", "content-digest", '"signature";req;key="sig1"', '"content-digest";req'),
        )
        assert json.loads(receipt.body or b"")["order_id"] == answer.json()["order_id"]
        assert session.send(prepared).status_code == 409, "the same call again is a replay"
        prepared = session.prepare_request(call)
        prepared.body = (prepared.body or b"").replace(b"PT", b"ES")
        assert session.send(prepared).status_code == 401
    assert count(server, merchant) == 1


def test_01_and_02_nothing_empty_unknown_and_revoked_look_the_same(server: Server, merchant: Merchant) -> None:
    body = json.dumps(order()).encode()
    bare = server.client.post(PATH, content=body, headers={"Content-Type": "application/json"})
    empty = merchant.headers("POST", server.url + PATH, body) | {"signature": ""}
    unknown = Signing().headers("POST", server.url + PATH, body)
    gone = Merchant(server)
    path = f"/v1/parties/{gone.party_id}/keys/{gone.thumbprint}"
    assert server.client.delete(path, headers={"Authorization": f"Bearer {gone.api_key}"}).status_code == 200
    revoked = gone.headers("POST", server.url + PATH, body)
    later = Signing()
    upcoming = {"public_key": later.jwk, "not_before": "2099-01-01T00:00:00Z"}
    assert server.post(f"/v1/parties/{gone.party_id}/keys", upcoming, gone.api_key).status_code == 201
    early = later.headers("POST", server.url + PATH, body)
    for headers in (empty, unknown, revoked, early):
        answer = server.client.post(PATH, content=body, headers=headers)
        assert answer.status_code == 401
        assert refusal(answer) == refusal(bare)
    assert count(server, merchant) == count(server, gone) == 0


def test_03_a_flipped_bit_anywhere_is_refused(server: Server, merchant: Merchant) -> None:
    body = json.dumps(order()).encode()
    headers = merchant.headers("POST", server.url + PATH, body, extra={"idempotency-key": "k-1"})

    def sent(path: str = PATH, content: bytes = body, method: str = "POST", **changed: str) -> int:
        changes = {name.replace("_", "-"): value for name, value in changed.items()}
        return server.client.request(method, path, content=content, headers=headers | changes).status_code

    assert sent(content=body.replace(b"lamp", b"lump")) == 401
    assert sent(path=f"{PATH}?x=1") == 401
    assert sent(path="/v1/events") == 401
    assert sent(method="PUT") == 405
    assert sent(host="127.0.0.1:1") == 401
    assert sent(idempotency_key="k-2") == 401
    assert sent(content_type="application/json; charset=utf-8") == 401
    assert sent(content_digest=f"sha-256=:{'A' * 43}=:") == 401
    flipped = headers["signature"].replace("a", "b", 1)
    assert flipped == headers["signature"] or sent(signature=flipped) == 401
    assert count(server, merchant) == 0


@pytest.mark.parametrize("missing", [*COVERED, "idempotency-key", "everything"])
def test_04_a_signature_that_covers_too_little_is_refused(server: Server, merchant: Merchant, missing: str) -> None:
    covered = tuple(name for name in (*COVERED, "idempotency-key") if missing not in {name, "everything"})
    answer = merchant.call(server, "POST", PATH, order(), covered=covered, extra={"idempotency-key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (401, "coverage")


@pytest.mark.parametrize(
    "parameters",
    [
        {"created": None},
        {"created": int(time.time()) - 310},
        {"created": int(time.time()) + 4000},
        {"created": int(time.time()) - 100, "expires": int(time.time()) - 90},
        {"expires": int(time.time()) + 10**6},
    ],
)
def test_05_a_signature_of_another_time_is_refused(
    server: Server, merchant: Merchant, parameters: dict[str, Any]
) -> None:
    answer = merchant.call(server, "POST", PATH, order(), parameters=parameters)
    assert (answer.status_code, answer.json()["code"]) == (401, "stale")


def test_06_a_replay_has_one_effect_also_fifty_in_parallel(server: Server, merchant: Merchant) -> None:
    body = json.dumps(order()).encode()
    headers = merchant.headers("POST", server.url + PATH, body)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: server.client.post(PATH, content=body, headers=headers), range(50)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201] + [409] * 49
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"replayed"}
    assert count(server, merchant) == 1
    reading = merchant.headers("GET", server.url + PATH)
    assert [server.client.get(PATH, headers=reading).status_code for _ in range(3)] == [200, 409, 409]


def test_06_a_replay_after_a_power_cut_is_still_one(tmp_path_factory: pytest.TempPathFactory) -> None:
    with Server(tmp_path_factory.mktemp("cut") / "lane") as server:
        merchant = Merchant(server)
        body = json.dumps(order()).encode()
        headers = merchant.headers("POST", server.url + PATH, body)
        assert server.client.post(PATH, content=body, headers=headers).status_code == 201
        server.kill()
        server.start()
        assert server.client.post(PATH, content=body, headers=headers).status_code == 409
        assert count(server, merchant) == 1


def test_07_the_same_key_with_another_body_is_refused(server: Server, merchant: Merchant) -> None:
    first, second = order(), order()
    extra = {"idempotency-key": "pay-1"}
    assert merchant.call(server, "POST", PATH, first, extra=extra).status_code == 201
    assert merchant.call(server, "POST", PATH, first, extra=extra).headers["idempotency-replayed"] == "true"
    assert merchant.call(server, "POST", PATH, second, extra=extra).status_code == 422
    assert count(server, merchant) == 1


def test_08_many_with_one_key_at_once_have_one_effect(server: Server, merchant: Merchant) -> None:
    body, extra = order(), {"idempotency-key": "pay-2"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: merchant.call(server, "POST", PATH, body, extra=extra), range(16)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert count(server, merchant) == 1


def test_09_a_message_for_another_is_refused(server: Server, merchant: Merchant) -> None:
    body = json.dumps(order()).encode()
    for target in ("https://other.example" + PATH, server.url + "/v1/events", server.url.replace("127", "128") + PATH):
        headers = merchant.headers("POST", target, body)
        assert server.client.post(PATH, content=body, headers=headers).status_code == 401
    other = Merchant(server)
    headers = merchant.headers("POST", server.url + PATH, body, extra={"authorization": f"Bearer {other.api_key}"})
    assert server.client.post(PATH, content=body, headers=headers).status_code == 401


@pytest.mark.parametrize("algorithm", ["hmac-sha256", "none", "rsa-pss-sha512", "ecdsa-p256-sha256", "ED25519"])
def test_10_the_message_does_not_choose_the_algorithm(server: Server, merchant: Merchant, algorithm: str) -> None:
    answer = merchant.call(server, "POST", PATH, order(), parameters={"alg": algorithm})
    assert answer.status_code == 401
    assert merchant.call(server, "POST", PATH, order(), parameters={"alg": "ed25519"}).status_code == 201


def test_11_one_good_signature_is_not_enough(server: Server, merchant: Merchant) -> None:
    body = json.dumps(order()).encode()
    good, bad = (merchant.headers("POST", server.url + PATH, body) for _ in range(2))
    for label in ("sig1", "sig2"):
        second = {name: bad[name].replace("sig1", label, 1) for name in ("signature", "signature-input")}
        both = good | {name: f"{good[name]}, {second[name]}" for name in second}
        assert server.client.post(PATH, content=body, headers=both).status_code == 401
        lines = [(name, value) for name, value in good.items()] + list(second.items())
        assert server.client.post(PATH, content=body, headers=lines).status_code in {400, 401}
    assert count(server, merchant) == 0


def test_17_another_partys_keys_and_the_operators_routes_are_out_of_reach(server: Server, merchant: Merchant) -> None:
    other = Merchant(server)
    path = f"/v1/parties/{other.party_id}/keys"
    assert merchant.call(server, "GET", path).status_code == 404
    assert merchant.call(server, "POST", path, {"public_key": Signing().jwk}).status_code == 404
    assert merchant.call(server, "DELETE", f"{path}/{other.thumbprint}").status_code == 404
    party = {"name": "X", "roles": ["merchant"], "country": "PT"}
    assert merchant.call(server, "POST", "/v1/parties", party).status_code == 403


def test_22_what_a_client_says_about_itself_is_ignored_or_refused(server: Server, merchant: Merchant) -> None:
    said = {"x-forwarded-host": "other.example", "x-forwarded-proto": "https", "x-forwarded-for": "10.0.0.1"}
    body = json.dumps(order()).encode()
    headers = merchant.headers("POST", server.url + PATH, body)
    assert server.client.post(PATH, content=body, headers=headers | said).status_code == 201
    with Server(server.folder.parent / "untrusting") as plain:
        party = plain.party("merchant")
        thumbprint = b64url(hashlib.sha256(b"certificate").digest())
        bound = plain.post(
            f"/v1/parties/{party['party_id']}/tokens",
            {"kind": "certificate", "thumbprint": thumbprint},
            party["api_key"],
        ).json()["api_key"]
        shown = {"Authorization": f"Bearer {bound}", "Client-Cert": f":{base64.b64encode(b'certificate').decode()}:"}
        assert plain.client.get(PATH, headers=shown).status_code == 401


class Dpop(Signing):
    """A key pair that proves each call (RFC 9449)."""

    def proof(self, method: str, target: str, token: str, **changes: Any) -> str:
        header = {"typ": "dpop+jwt", "alg": "EdDSA", "jwk": self.jwk} | changes.pop("header", {})
        claims = {
            "jti": b64url(hashlib.sha256(str(time.perf_counter_ns()).encode()).digest()),
            "htm": method,
            "htu": target,
            "iat": int(time.time()),
            "ath": b64url(hashlib.sha256(token.encode()).digest()),
        } | changes
        signed = f"{b64url(json.dumps(header).encode())}.{b64url(json.dumps(claims).encode())}"
        return f"{signed}.{b64url(self.key.sign(signed.encode()))}"


def test_23_a_dpop_proof_counts_for_one_call_only(server: Server, merchant: Merchant) -> None:
    pair, target = Dpop(), server.url + PATH
    binding = {"kind": "dpop", "thumbprint": pair.thumbprint}
    token = server.post(f"/v1/parties/{merchant.party_id}/tokens", binding, merchant.api_key).json()["api_key"]

    def sent(proof: str | None, scheme: str = "DPoP", key: str = token) -> int:
        headers = {"Authorization": f"{scheme} {key}"} | ({"DPoP": proof} if proof is not None else {})
        return server.client.get(PATH, headers=headers).status_code

    good = pair.proof("GET", target, token)
    assert sent(good) == 200
    assert sent(good) == 409
    assert sent(None) == sent("") == sent("a.b.c") == 401
    assert sent(pair.proof("GET", target, token), scheme="Bearer") == 401
    assert sent(pair.proof("GET", target, merchant.api_key), key=merchant.api_key) == 401
    assert sent(pair.proof("POST", target, token)) == 401
    assert sent(pair.proof("GET", target + "/x", token)) == 401
    assert sent(pair.proof("GET", target, "another")) == 401
    assert sent(pair.proof("GET", target, token, iat=int(time.time()) - 400)) == 401
    assert sent(pair.proof("GET", target, token, jti=None)) == 401
    assert sent(pair.proof("GET", target, token, jti="\ud800")) == 401
    assert sent(pair.proof("GET", target, token, header={"alg": "none"})) == 401
    assert sent(pair.proof("GET", target, token, header={"alg": "HS256"})) == 401
    assert sent(pair.proof("GET", target, token, header={"typ": "JWT"})) == 401
    assert sent(Dpop().proof("GET", target, token)) == 401


def test_23_a_key_bound_to_a_certificate_needs_it(server: Server, merchant: Merchant) -> None:
    thumbprint = b64url(hashlib.sha256(b"certificate").digest())
    binding = {"kind": "certificate", "thumbprint": thumbprint}
    token = server.post(f"/v1/parties/{merchant.party_id}/tokens", binding, merchant.api_key).json()["api_key"]
    right, wrong = (f":{base64.b64encode(each).decode()}:" for each in (b"certificate", b"other"))
    for told, status in ((right, 200), (wrong, 401), ("", 401), (":%:", 401), (None, 401)):
        headers = {"Authorization": f"Bearer {token}"} | ({"Client-Cert": told} if told is not None else {})
        assert server.client.get(PATH, headers=headers).status_code == status


def test_26_a_flood_of_guesses_costs_the_guesser_only(tmp_path_factory: pytest.TempPathFactory) -> None:
    with Server(tmp_path_factory.mktemp("flood") / "lane") as server:
        merchant = Merchant(server)
        guesser = Signing()
        statuses = {guesser.call(server, "GET", PATH).status_code for _ in range(300)}
        assert statuses == {401, 429}
        assert merchant.call(server, "POST", PATH, order()).status_code == 201


def test_27_late_and_early_events_are_taken_and_ordered(server: Server, merchant: Merchant) -> None:
    placed = merchant.call(server, "POST", PATH, order()).json()
    for kind, at in (
        ("consignment.delivered", "2026-11-23T10:00:00Z"),
        ("consignment.handed_over", "2026-11-22T10:00:00Z"),
    ):
        told = event(kind=kind, order=placed["order_id"], occurred_at=at)
        assert merchant.call(server, "POST", "/v1/events", told).status_code == 201
    timeline = merchant.call(server, "GET", f"/v1/orders/{placed['order_id']}/timeline").json()["items"]
    kinds = [item["kind"] for item in timeline if item["kind"].startswith("consignment.")]
    assert kinds == ["consignment.handed_over", "consignment.delivered"]


def test_29_two_keys_overlap_and_the_old_one_ends(server: Server) -> None:
    merchant, successor = Merchant(server, "key-2026"), Signing("key-2027")
    base = f"/v1/parties/{merchant.party_id}/keys"
    assert merchant.call(server, "POST", base, {"public_key": successor.jwk}).status_code == 201
    assert merchant.call(server, "GET", PATH).status_code == successor.call(server, "GET", PATH).status_code == 200
    ended = {"expires_at": "2026-01-01T00:00:00Z"}
    assert successor.call(server, "POST", f"{base}/{merchant.thumbprint}/end", ended).status_code == 200
    assert merchant.call(server, "GET", PATH).status_code == 401
    assert successor.call(server, "DELETE", f"{base}/{successor.thumbprint}").status_code == 200
    assert successor.call(server, "GET", PATH).status_code == 401
    states = {key["kid"]: key["state"] for key in server.get(base, merchant.api_key).json()["items"]}
    assert states == {"key-2026": "ended", "key-2027": "revoked"}


def test_two_parties_may_choose_the_same_kid(server: Server) -> None:
    first, second = Merchant(server, "main"), Merchant(server, "main")
    for merchant in (first, second):
        for name in ("main", merchant.thumbprint, f"{merchant.party_id}/main"):
            answer = merchant.call(server, "GET", f"/v1/parties/{merchant.party_id}/keys", parameters={"keyid": name})
            assert answer.status_code == 200

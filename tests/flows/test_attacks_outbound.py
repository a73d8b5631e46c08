"""Attacks on what goes out, over the real server; named by the rows of the list of attacks."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from orders import order
from receivers import Receiver
from running import Server

LOOPBACK = {"SEALANE_OUTBOUND_LOOPBACK": "true"}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server as it comes: nothing on this machine may be called."""
    with Server(tmp_path_factory.mktemp("guarded") / "lane") as running:
        yield running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("outbound") / "lane", environment=LOOPBACK) as running:
        yield running


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.7/hook",
        "https://172.16.3.4/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://[::1]/",
        "https://[::]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.0.1./",
        "https://user:pass@hooks.example.com/",
        "https://hooks.example.com@127.0.0.1/",
        "https://hooks.example.com\\@127.0.0.1/",
        "https://hooks.example.com/#fragment",
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "https:///nohost",
        "https://hooks.example.com:0/",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com/\r\nX-Injected: 1",
        "https://hooks.example.com/ space",
        "https://" + "a" * 2100,
    ],
)
def test_21_an_address_inside_is_refused_at_registration(guarded: Server, url: str) -> None:
    key = guarded.party("merchant")["api_key"]
    answer = guarded.post("/v1/endpoints", {"url": url}, key)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == "/url"
    assert guarded.get("/v1/endpoints", key).json()["items"] == []
    peer = {"url": url, "name": "Peer", "roles": ["carrier"], "country": "PT"}
    assert guarded.post("/v1/peers", peer, guarded.operator_key).status_code == 422


def test_21_loopback_is_open_by_setting_and_nothing_else_is(server: Server) -> None:
    key = server.party("merchant")["api_key"]
    for url in ("https://10.0.0.7/", "http://192.168.1.1/", "https://169.254.169.254/", "http://93.184.216.34/"):
        assert server.post("/v1/endpoints", {"url": url}, key).status_code == 422
    assert server.post("/v1/endpoints", {"url": "http://127.0.0.1:9/"}, key).status_code == 201


def test_21_redirects_are_not_followed(server: Server) -> None:
    key = server.party("merchant")["api_key"]
    with Receiver() as inside, Receiver(lambda _headers, _times: 302) as receiver:
        added = server.post("/v1/endpoints", {"url": receiver.url}, key).json()
        told = server.post(f"/v1/endpoints/{added['endpoint_id']}/test", {}, key).json()
        assert (told["is_taken"], told["status"]) == (False, 302)
        assert not inside.letters


class Malicious(BaseHTTPRequestHandler):
    """A receiver, or a peer, that answers with whatever may hurt."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/endless":
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(10_000):
                    self.wfile.write(b"x" * 65_536)
            except OSError:
                return
        elif self.path == "/garbage":
            self.wfile.write(b"\x00\xff not http at all\r\n\r\n")
        elif self.path == "/slow":
            self.send_response(200)
            self.end_headers()
            for _ in range(100):
                try:
                    self.wfile.write(b".")
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(0.5)
        else:
            self.answer_discovery()

    def answer_discovery(self) -> None:
        bodies = {
            "/huge": b'{"format": "' + b"x" * 200_000 + b'"}',
            "/nan": b'{"format": NaN}',
            "/twice": b'{"format": "a", "format": "b"}',
        }
        body = bodies.get(self.server.kind, b"[1, 2")  # type: ignore[attr-defined] # set by the test
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815 - the name is http.server's

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def malicious() -> Iterator[ThreadingHTTPServer]:
    door = ThreadingHTTPServer(("127.0.0.1", 0), Malicious)
    door.daemon_threads = True
    threading.Thread(target=door.serve_forever, daemon=True).start()
    yield door
    door.shutdown()
    door.server_close()


def test_25_an_endless_or_garbled_answer_is_bounded(server: Server, malicious: ThreadingHTTPServer) -> None:
    key = server.party("merchant")["api_key"]
    expected = {"endless": 200, "garbage": None}
    for path, status in expected.items():
        url = f"http://127.0.0.1:{malicious.server_port}/{path}"
        added = server.post("/v1/endpoints", {"url": url}, key).json()
        began = time.monotonic()
        told = server.post(f"/v1/endpoints/{added['endpoint_id']}/test", {}, key).json()
        assert told["status"] == status
        assert time.monotonic() - began < 10


@pytest.mark.soak  # it waits for the 15 seconds that a receiver is given; the unit test of the sender has a short form
def test_25_a_slow_answer_ends_in_time_and_holds_up_no_order(server: Server, malicious: ThreadingHTTPServer) -> None:
    key = server.party("merchant")["api_key"]
    added = server.post("/v1/endpoints", {"url": f"http://127.0.0.1:{malicious.server_port}/slow"}, key).json()
    fired = threading.Thread(target=server.post, args=(f"/v1/endpoints/{added['endpoint_id']}/test", {}, key))
    began = time.monotonic()
    fired.start()
    assert server.post("/v1/orders", order(), key).status_code == 201
    assert time.monotonic() - began < 5
    fired.join(30)
    assert 10 < time.monotonic() - began < 20


@pytest.mark.parametrize("kind", ["/huge", "/nan", "/twice", "/cut"])
def test_25_a_malformed_discovery_document_makes_no_peer(
    server: Server, malicious: ThreadingHTTPServer, kind: str
) -> None:
    malicious.kind = kind  # type: ignore[attr-defined] # read by the door
    peer = {"url": f"http://127.0.0.1:{malicious.server_port}", "name": "P", "roles": ["carrier"], "country": "PT"}
    answer = server.post("/v1/peers", peer, server.operator_key)
    assert answer.status_code in {400, 422, 503}, answer.text
    assert server.get("/v1/peers", server.operator_key).json()["items"] == []


def test_26_one_party_cannot_fill_the_courier(server: Server) -> None:
    key = server.party("merchant")["api_key"]
    answers = [server.post("/v1/endpoints", {"url": "http://127.0.0.1:9/"}, key).status_code for _ in range(51)]
    assert answers[:50] == [201] * 50
    assert answers[50] == 409


def test_12_and_13_an_endpoint_is_read_strictly(server: Server) -> None:
    key = server.party("merchant")["api_key"]
    unknown = server.post("/v1/endpoints", {"url": "https://hooks.example.com/", "admin": True}, key)
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/admin")
    kinds = server.post("/v1/endpoints", {"url": "https://hooks.example.com/", "kinds": ["x"]}, key)
    assert (kinds.status_code, kinds.json()["errors"][0]["pointer"]) == (422, "/kinds/0")
    body = json.dumps({"url": "https://hooks.example.com/"}).encode()[:-1] + b', "url": "https://b.example/"}'
    assert server.post("/v1/endpoints", body, key).status_code == 400

"""One contract for every source whose API is asked: against a stand-in of that API on loopback, not the real one.

The stand-in answers at the very paths that the source's data name, in the shape that its vendor documents; what it
cannot show is that the vendor still answers so today.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from sealane.interchange.inbox.breaker import FAILURES
from sealane.interchange.inbox.mapping import MappedEvent, map_document
from sealane.interchange.inbox.pulling import MOST_BYTES, Puller
from sealane.interchange.inbox.source import SOURCES
from sealane.model.clock import from_micros
from sealane.model.errors import DependencyUnavailable
from sealane.model.event import EventRequest
from webhooks import examples

SECONDS = 0.4
CREDENTIAL = "credential-of-the-merchant"
PULLED = sorted(name for name, source in SOURCES.items() if source.pull is not None)
Answer = tuple[int, bytes, float]
"""Status, body, and seconds between its bytes."""


def same(body: Any) -> Any:
    """The API answers what the webhook says."""
    return body


def by_ups(body: Any) -> Any:
    package = {"trackingNumber": body["trackingNumber"], "activity": [{"status": body["activityStatus"]}]}
    return {"trackResponse": {"shipment": [{"package": [package]}]}}


def by_seventeen(body: Any) -> Any:
    return {"code": 0, "data": {"accepted": [body["data"]], "rejected": []}}


def by_trackingmore(body: Any) -> Any:
    return {"meta": {"code": 200}, "data": [body["data"]]}


ANSWERS: dict[str, Callable[[Any], Any]] = {
    "stripe": same, "paypal": same, "easypost": same, "easypost-v2": same, "dhl": same, "usps": same,
    "shippo": lambda body: body["data"], "shippo-token": lambda body: body["data"],
    "ups": by_ups, "seventeen-track": by_seventeen, "trackingmore": by_trackingmore,
}  # fmt: skip


class StandIn(BaseHTTPRequestHandler):
    """Gives one answer to whatever is asked, and remembers the question."""

    answer: Answer = (404, b"{}", 0)
    asked: list[tuple[str, str, dict[str, str], bytes]] = []  # noqa: RUF012 - tests read and clear it

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.asked.append((self.command, self.path, dict(self.headers), body))
        status, content, pause = self.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Location", f"http://{self.headers['host']}/elsewhere")
        try:
            self.end_headers()
            for byte in content if pause else ():
                self.wfile.write(bytes([byte]))
                time.sleep(pause)
            self.wfile.write(b"" if pause else content)
        except OSError:
            self.close_connection = True

    do_POST = do_GET  # noqa: N815 - the name is http.server's

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    api = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    threading.Thread(target=api.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{api.server_port}"
    api.shutdown()
    api.server_close()


@pytest.fixture
def puller(origin: str) -> Puller:
    StandIn.asked.clear()
    return Puller(origin, seconds=SECONDS)


def bodies(source: str) -> list[Any]:
    """Return two examples that say different things: what is claimed, and something else."""
    found = {example["kind"]: example["body"] for example in examples(source)}
    claimed = next(kind for kind in ("payment.captured", "consignment.delivered") if kind in found)
    return [found.pop(claimed), next(iter(found.values()))]


def claim_of(source: str, body: Any) -> EventRequest:
    event: MappedEvent = map_document(SOURCES[source].events, body)[0]
    assert event.kind is not None
    return EventRequest(
        id=event.id,
        kind=event.kind,
        occurred_at=from_micros(1),
        reference=None if event.tracking_number else event.reference,
        tracking_number=event.tracking_number,
        attributes=msgspec.Raw(msgspec.json.encode(event.attributes)),
    )


def answer(document: Any, status: int = 200, pause: float = 0) -> None:
    StandIn.answer = status, document if isinstance(document, bytes) else json.dumps(document).encode(), pause


def test_every_source_that_is_asked_is_in_the_contract() -> None:
    assert set(ANSWERS) == set(PULLED)


@pytest.mark.parametrize("source", PULLED)
def test_a_genuine_claim_is_confirmed_where_the_data_says(puller: Puller, source: str) -> None:
    body, _ = bodies(source)
    claim, shape = claim_of(source, body), SOURCES[source].pull
    assert shape is not None
    answer(ANSWERS[source](body))
    assert puller.confirms(SOURCES[source], claim, CREDENTIAL)
    ((method, path, headers, sent),) = StandIn.asked
    assert method == shape.method
    assert path.startswith(urlsplit(shape.url).path.partition("{")[0])
    assert (claim.id if "{id}" in shape.url else claim.tracking_number or "") in path + sent.decode()
    assert any(CREDENTIAL in value for value in headers.values())
    assert CREDENTIAL not in path


@pytest.mark.parametrize("source", PULLED)
def test_a_forged_claim_is_refuted(puller: Puller, source: str) -> None:
    claimed, told = bodies(source)
    claim, tell = claim_of(source, claimed), ANSWERS[source]
    answer(tell(told))
    assert not puller.confirms(SOURCES[source], claim, CREDENTIAL), "the API tells another kind"
    name = claim.tracking_number or claim.reference or ""
    answer(json.dumps(tell(claimed)).replace(name, "SOMETHING-ELSE").encode())
    assert not puller.confirms(SOURCES[source], claim, CREDENTIAL), "the API tells of another parcel or payment"
    for status in (404, 410):
        answer({}, status)
        assert not puller.confirms(SOURCES[source], claim, CREDENTIAL), "the API knows nothing of it"
    if claim.kind.startswith("payment."):
        answer(json.dumps(tell(claimed)).replace("12990", "12991").replace("129.90", "129.91").encode())
        assert not puller.confirms(SOURCES[source], claim, CREDENTIAL), "the API tells another amount"


BAD: dict[str, Answer] = {
    "no JSON": (200, b"<html>", 0),
    "cut": (200, b'{"data":', 0),
    "two meanings": (200, b'{"id":"a","id":"b"}', 0),
    "deep": (200, b"[" * 5000 + b"]" * 5000, 0),
    "oversized": (200, b" " * (MOST_BYTES + 1), 0),
    "empty": (200, b"", 0),
    "redirecting": (302, b"{}", 0),
    "failing": (500, b"{}", 0),
    "refusing": (401, b"{}", 0),
    "dripping": (200, b" " * 10_000, SECONDS / 20),
}


@pytest.mark.parametrize("how", BAD)
@pytest.mark.parametrize("source", ["stripe", "seventeen-track"])
def test_a_bad_answer_is_neither_a_yes_nor_a_no_and_comes_soon(puller: Puller, source: str, how: str) -> None:
    StandIn.answer = BAD[how]
    began = time.monotonic()
    with pytest.raises(DependencyUnavailable) as refusal:
        puller.confirms(SOURCES[source], claim_of(source, bodies(source)[0]), CREDENTIAL)
    assert time.monotonic() - began < SECONDS + 3
    assert CREDENTIAL not in refusal.value.detail
    assert len(StandIn.asked) == 1, "no redirect is followed and nothing is asked twice"


@pytest.mark.parametrize("source", PULLED)
def test_an_api_that_keeps_failing_rests_and_the_others_do_not(puller: Puller, source: str) -> None:
    claim = claim_of(source, bodies(source)[0])
    answer({}, 503)
    for count in range(FAILURES):
        assert puller.resting() == frozenset(), count
        with pytest.raises(DependencyUnavailable):
            puller.confirms(SOURCES[source], claim, CREDENTIAL)
    assert puller.resting() == {source}
    answer(ANSWERS[source](bodies(source)[0]))
    assert puller.confirms(SOURCES[source], claim, CREDENTIAL)
    assert puller.resting() == frozenset()

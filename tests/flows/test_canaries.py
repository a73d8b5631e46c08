"""Orders with unique personal values: none of them is in any file, trace, metric, error, page or memory afterwards.

A thousand in every run, ten thousand in `make soak`.
"""

import base64
import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from canaries import Flight, Search, canaries, canary_order, fly
from receivers import Receiver
from running import Server


@pytest.fixture(scope="module")
def collector() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module", params=[1_000, pytest.param(10_000, marks=pytest.mark.soak)])
def flight(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, collector: Receiver
) -> Iterator[Flight]:
    traced = {"SEALANE_TRACES": collector.url.removesuffix("/hook")}
    with Server(tmp_path_factory.mktemp("canaries") / "lane", environment=traced) as server:
        yield fly(server, canaries(request.param))


@pytest.fixture(scope="module")
def search(flight: Flight) -> Search:
    return Search(flight.flown)


def test_the_search_itself_finds_what_is_there() -> None:
    (values,) = canaries(1)
    search = Search([values])
    search.assert_clean(b"." * 5_000, "there")
    for value in values.values():
        plain = value.encode()
        hiding = [plain, plain.hex().encode(), *([base64.b64encode(b"12" + plain * 2)] if len(plain) > 14 else [])]
        for hidden in hiding:
            for shift in range(8):
                with pytest.raises(AssertionError, match="a canary"):
                    search.assert_clean(b"." * shift + hidden + b"...", "here")
            with pytest.raises(AssertionError, match="a canary"):
                search.assert_clean(b"at the end " + hidden, "here")


def test_no_file_of_the_data_folder_holds_a_canary(flight: Flight, search: Search) -> None:
    files = [path for path in flight.server.folder.rglob("*") if path.is_file()]
    assert any(path.name.endswith("-wal") for path in files), "the write-ahead log is looked at too"
    for path in [*files, flight.server.output]:
        with contextlib.suppress(FileNotFoundError):  # The log replaces its partial tiles while we read.
            search.assert_clean(path.read_bytes(), path.name)


def test_metrics_errors_and_pages_hold_none(flight: Flight, search: Search) -> None:
    server, key, values = flight.server, flight.shop["api_key"], flight.flown[0]
    broken = canary_order(values, 1, "ct_unknown")
    broken["shopper"]["name"] = [values["name"]]
    answers = [
        server.get("/metrics", server.operator_key),
        server.post("/v1/orders", broken, key),
        server.post("/v1/orders", canary_order(values, 0, "ct_unknown"), key),
        server.post("/v1/orders", canary_order(values, 50_000, values["pan"]), key),
        server.get("/v1/orders?limit=100", key),
    ]
    assert [answer.status_code for answer in answers] == [200, 422, 409, 422, 200]
    listed = answers[-1].json()["items"]
    for line in listed[:20]:
        answers.append(server.get(f"/v1/orders/{line['order_id']}", key))
        answers.append(server.get(f"/v1/orders/{line['order_id']}/timeline", key))
    for answer in answers:
        search.assert_clean(answer.content, str(answer.request.url.path))


def test_no_trace_holds_one(flight: Flight, search: Search, collector: Receiver) -> None:
    def spans() -> bytes:
        return b"".join(letter.body for letter in collector.letters)

    # They are not packed, so they can be searched; the events were sent last.
    collector.wait(lambda: b"/v1/events" in spans() and b"/v1/orders" in spans())
    search.assert_clean(spans(), "a trace")


BACK_OFFICE = """
import sys, httpx
url, key = sys.stdin.readline().split()
with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
    kept, cursor = [], ""
    while cursor is not None:
        page = client.get("/v1/orders", params={"limit": 100, **({"cursor": cursor} if cursor else {})}).json()
        kept += page["items"]
        cursor = page["next_cursor"]
    for line in kept[:30]:
        order = client.get(f"/v1/orders/{line['order_id']}").json()
        kept += [order, client.get(f"/v1/orders/{line['order_id']}/timeline").json()]
        kept.append(client.get(f"/v1/decisions/{order['decisions'][0]['decision_id']}").json())
print(len(kept), flush=True)
sys.stdin.read()
"""
"""What a merchant's systems behind the checkout do: they work with all that the API tells of the orders."""


def memory_of(process: int) -> Iterator[bytes]:
    """Yield every part of a process's memory that it can write to."""
    with Path(f"/proc/{process}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{process}/maps").read_text().splitlines():
            span, rights = line.split()[:2]
            start, end = (int(bound, 16) for bound in span.split("-"))
            if rights.startswith("rw"):
                memory.seek(start)
                yield memory.read(end - start)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not lend the memory of a process as a file")
def test_the_memory_of_a_merchant_that_works_with_orders_holds_none(flight: Flight, search: Search) -> None:
    command = [sys.executable, "-c", BACK_OFFICE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as merchant:
        assert merchant.stdin is not None
        assert merchant.stdout is not None
        print(flight.server.url, flight.shop["api_key"], file=merchant.stdin, flush=True)
        assert int(merchant.stdout.readline()) == len(flight.flown) + 90
        held = b"".join(memory_of(merchant.pid))
        merchant.stdin.close()
    assert b"CANARY-17" in held, "what it works with is in there"
    search.assert_clean(held, "the memory of a merchant")


def signed_in(server: Server) -> httpx.Client:
    """A browser that has followed the one-time link which `serve` printed."""
    (link,) = re.findall(r"http\S+/console/signin\?token=\S+", server.output.read_text(encoding="utf-8"))
    client = httpx.Client(follow_redirects=True, timeout=30)
    form = client.get(link).text
    fields = dict(re.findall(r'name="(csrf|next|token)" value="([^"]*)"', form))
    assert client.post(f"{server.url}/console/signin", data=fields).status_code == 200
    return client


def test_the_console_shows_none_unless_asked(flight: Flight, search: Search) -> None:
    server = flight.server
    listed = server.get("/v1/orders?limit=20", flight.shop["api_key"]).json()["items"]
    paths = ["", "/orders", "/log", *(f"/orders/{line['order_id']}" for line in listed)]
    with contextlib.closing(signed_in(server)) as browser:
        for path in paths:
            for twin in ("", ".json"):
                answer = browser.get(f"{server.url}/console{path}{twin}")
                assert answer.status_code == 200, answer.url
                search.assert_clean(answer.content, str(answer.url.path))

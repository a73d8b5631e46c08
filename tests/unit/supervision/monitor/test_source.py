"""Where a watched log is read from."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from sealane.model.errors import DependencyUnavailable, InvalidInput, NotFound, ProofInvalid
from sealane.supervision.audit import audit
from sealane.supervision.checkpoint import Checkpoint
from sealane.supervision.folder import LogFolder
from sealane.supervision.monitor.source import LogAddress, open_source
from sealane.supervision.tiles import Tile

Publish = Callable[..., tuple[LogFolder, Checkpoint]]


def client_of(folder: LogFolder) -> httpx.Client:
    def answer(request: httpx.Request) -> httpx.Response:
        try:
            return httpx.Response(200, content=folder.public(request.url.path.removeprefix("/log/")))
        except NotFound:
            return httpx.Response(404)

    return httpx.Client(transport=httpx.MockTransport(answer))


def test_an_address_is_read_like_a_folder(publish: Publish) -> None:
    folder, checkpoint = publish([f"leaf {number}".encode() for number in range(600)])
    source = LogAddress("https://lane.example/", client_of(folder))
    assert source.url == "https://lane.example/log"
    assert source.checkpoint() == folder.checkpoint()
    assert audit(source, checkpoint).root() == checkpoint.root
    assert source.tile(Tile(0, 0, 7)) == folder.tile(Tile(0, 0, 7)), "cut from the full one"
    with pytest.raises(NotFound):
        source.tile(Tile(0, 9))


def test_what_an_address_answers_wrongly_is_told_apart() -> None:
    def client(response: httpx.Response) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(lambda _: response))

    assert LogAddress("https://a.example/x", client(httpx.Response(404))).checkpoint() is None
    with pytest.raises(DependencyUnavailable, match="status 500"):
        LogAddress("https://a.example/x", client(httpx.Response(500))).checkpoint()
    with pytest.raises(ProofInvalid, match="has 3 bytes"):
        LogAddress("https://a.example/x", client(httpx.Response(200, content=b"abc"))).tile(Tile(0, 0))
    with pytest.raises(DependencyUnavailable, match="cannot be reached"):
        LogAddress("http://127.0.0.1:9").checkpoint()


def test_whoever_is_told_to_wait_waits_and_asks_again() -> None:
    answers = [httpx.Response(429, headers={"retry-after": told}) for told in ("3", "0", "3600", "soon")]
    left = [*answers, httpx.Response(200, content=b"head")]
    pauses: list[float] = []
    client = httpx.Client(transport=httpx.MockTransport(lambda _: left.pop(0)))
    assert LogAddress("https://a.example/x", client, pauses.append).checkpoint() == b"head"
    assert pauses == [3, 1, 10, 1]
    busy = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(429)))
    with pytest.raises(DependencyUnavailable, match="status 429"):
        LogAddress("https://a.example/x", busy, pauses.append).checkpoint()


def test_a_place_is_an_address_or_a_folder(publish: Publish, tmp_path: Path) -> None:
    folder, _ = publish([b"one"], "log")
    for place in (folder.path, folder.path.parent):
        source = open_source(str(place))
        assert isinstance(source, LogFolder)
        assert source.path == folder.path
    assert isinstance(open_source("http://lane.example"), LogAddress)
    with pytest.raises(InvalidInput):
        open_source(str(tmp_path / "nowhere"))

"""The API from the command line: asked of the server that holds the folder or, when none runs, of the folder itself.

Both ways take the same routes, so that a command means the same beside a server and without one.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec

from sealane.app import Sealane
from sealane.cli.terminal.folder import settings_of
from sealane.cli.terminal.server import find_server
from sealane.model.errors import DependencyUnavailable, FieldError, SealaneError
from sealane.web.app import build
from sealane.web.auth import operator_key
from sealane.web.problems import Problem

__all__ = ["Reached", "reach"]

SECONDS = 60.0
LOCAL = "http://folder"
_problem = msgspec.json.Decoder(Problem)


class Reached:
    """The operator's way to the API; refusals are raised as the errors they tell of."""

    def __init__(self, send: Callable[[httpx.Request], httpx.Response], url: str, key: str) -> None:
        self._send = send
        self._url = url
        self._head = {"authorization": f"Bearer {key}"}

    def get(self, path: str, **query: str | int | None) -> Any:
        """Return the JSON answer of a reading route."""
        asked = {name: str(value) for name, value in query.items() if value not in {None, ""}}
        return self._ask(httpx.Request("GET", f"{self._url}{path}", params=asked, headers=self._head)).json()

    def download(self, path: str) -> bytes:
        """Return the bytes of a route that answers a file."""
        return self._ask(httpx.Request("GET", f"{self._url}{path}", headers=self._head)).content

    def post(self, path: str, **body: Any) -> Any:
        """Return the JSON answer of an acting route; members that are None are left out."""
        told = {name: value for name, value in body.items() if value is not None}
        return self._ask(httpx.Request("POST", f"{self._url}{path}", json=told, headers=self._head)).json()

    def _ask(self, request: httpx.Request) -> httpx.Response:
        """Return a good answer.

        Raises:
            SealaneError: the refusal, of its own class.
            DependencyUnavailable: when the server goes away.
        """
        try:
            answer = self._send(request)
        except httpx.TransportError:
            raise DependencyUnavailable(
                "The server of this folder went away.", remedy="Start it and try again."
            ) from None
        if answer.is_success:
            return answer
        problem = _problem.decode(answer.content)
        errors = tuple(FieldError(each.pointer, each.code, each.detail) for each in problem.errors)
        raise _class_of(problem.code)(problem.detail, remedy=problem.remedy, errors=errors)


@contextmanager
def reach(data_dir: str | None) -> Iterator[Reached]:
    """Lend the API of a data folder for the length of a `with` block.

    Raises:
        Misconfigured: when the folder cannot be used.
        DependencyUnavailable: when its server does not answer.
    """
    settings = settings_of(data_dir)
    server = find_server(Path(settings.data_dir))
    if server is not None:
        with httpx.Client(timeout=SECONDS) as client:
            yield Reached(client.send, server.url, operator_key(Path(settings.data_dir)))
        return
    with Sealane.open(settings) as lane:
        transport = httpx.ASGITransport(build(lane))
        yield Reached(lambda request: asyncio.run(_send(transport, request)), LOCAL, operator_key(lane.folder))


async def _send(transport: httpx.ASGITransport, request: httpx.Request) -> httpx.Response:
    async with httpx.AsyncClient(transport=transport) as client:
        return await client.send(request)


def _class_of(code: str) -> type[SealaneError]:
    """Return the class of errors that has this code."""
    waiting: list[type[SealaneError]] = [SealaneError]
    while waiting:
        one = waiting.pop()
        if one.__dict__.get("code") == code:
            return one
        waiting += one.__subclasses__()
    return SealaneError

"""Asking the API of a data folder as its operator: through the server that holds the folder, else in this process.

Either way the same routes answer, so a verb works the same beside a running server and without one.
"""

import asyncio
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import httpx
import msgspec

from sealane.cli.terminal.folder import settings_of
from sealane.cli.terminal.server import find_server
from sealane.keys.files import read_secret
from sealane.model.errors import (
    Conflict,
    DependencyUnavailable,
    FieldError,
    InvalidInput,
    NotFound,
    NotPermitted,
    SealaneError,
)
from sealane.settings import Settings

__all__ = ["ask", "ask_into", "ask_json"]

SECONDS = 600.0
OPERATOR_FILE = "admin.key"
_BAD = 400


def ask_json(data_dir: str | None, method: str, path: str, body: Any = None, **query: str) -> Any:
    """Return the JSON that the API answers.

    Raises:
        SealaneError: as the API's problem says.
        DependencyUnavailable: when the server of the folder does not answer.
    """
    return msgspec.json.decode(ask(data_dir, method, path, body, **query))


def ask(data_dir: str | None, method: str, path: str, body: Any = None, **query: str) -> bytes:
    """Return the body that the API answers.

    Raises:
        SealaneError: as the API's problem says.
        DependencyUnavailable: when the server of the folder does not answer.
    """
    answer = BytesIO()
    ask_into(answer, data_dir, method, path, body, **query)
    return answer.getvalue()


def ask_into(file: BinaryIO, data_dir: str | None, method: str, path: str, body: Any = None, **query: str) -> None:
    """Write the body that the API answers into a file, as it arrives.

    Raises:
        SealaneError: as the API's problem says.
        DependencyUnavailable: when the server of the folder does not answer.
    """
    settings = settings_of(data_dir)
    request = httpx.Request(
        method,
        f"http://127.0.0.1{path}",
        params={name: text for name, text in query.items() if text},
        content=None if body is None else msgspec.json.encode(body),
        headers={"Content-Type": "application/json"} if body is not None else {},
    )
    server = find_server(Path(settings.data_dir))
    if server is not None:
        asyncio.run(_send(request, file, _key(Path(settings.data_dir)), server.url))
    else:
        _ask_here(request, file, settings)


def _ask_here(request: httpx.Request, file: BinaryIO, settings: Settings) -> None:
    # Beside a running server none of this is needed, and loading it takes longer than the call.
    from sealane.app import Sealane  # noqa: PLC0415 - the reason is in the line above
    from sealane.web.app import build  # noqa: PLC0415 - same
    from sealane.web.auth import operator_key  # noqa: PLC0415 - same

    with Sealane.open(settings) as lane:
        transport = httpx.ASGITransport(build(lane))
        asyncio.run(_send(request, file, operator_key(lane.folder), "http://127.0.0.1", transport))


def _key(folder: Path) -> str:
    """Return the operator's key, which a server writes before its port opens."""
    return (read_secret(folder / OPERATOR_FILE) or "").strip()


async def _send(
    request: httpx.Request, file: BinaryIO, key: str, url: str, transport: httpx.AsyncBaseTransport | None = None
) -> None:
    request.url = httpx.URL(url).copy_with(raw_path=request.url.raw_path)
    request.headers["Host"] = request.url.netloc.decode("ascii")
    request.headers["Authorization"] = f"Bearer {key}"
    try:
        async with httpx.AsyncClient(transport=transport, timeout=SECONDS) as client:
            answer = await client.send(request, stream=True)
            if answer.status_code >= _BAD:
                await answer.aread()
                raise _refusal(answer)
            async for part in answer.aiter_bytes():
                file.write(part)
    except httpx.TransportError as error:
        raise DependencyUnavailable("The server of this folder does not answer.") from error


def _refusal(answer: httpx.Response) -> SealaneError:
    """Return the API's problem as the error it was."""
    problem = answer.json()
    kind = _KINDS.get(answer.status_code, InvalidInput)
    errors = tuple(msgspec.convert(one, FieldError) for one in problem.get("errors") or ())
    return kind(problem.get("detail", ""), remedy=problem.get("remedy"), errors=errors)


_KINDS: dict[int, type[SealaneError]] = {
    401: NotPermitted,
    403: NotPermitted,
    404: NotFound,
    409: Conflict,
    503: DependencyUnavailable,
}

"""Where a watched log is read from: its folder, or its address (C2SP tlog-tiles)."""

import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import httpx

from sealane.model.errors import DependencyUnavailable, InvalidInput, NotFound, ProofInvalid
from sealane.supervision.folder import LogFolder, cut
from sealane.supervision.merkle import HASH_BYTES
from sealane.supervision.tiles import ENTRIES, Tile, TileSource

__all__ = ["LogAddress", "LogSource", "open_source"]

_TIMEOUT_SECONDS = 15.0
_MOST_ASKED = 10
_LONGEST_PAUSE_SECONDS = 10


class LogSource(TileSource, Protocol):
    """A log to read: its tiles and its checkpoint."""

    def checkpoint(self) -> bytes | None:
        """Return the signed checkpoint, or None when there is none yet.

        Raises:
            DependencyUnavailable: when the log cannot be read.
        """

    def cosigned(self) -> bytes | None:
        """Return the newest checkpoint that enough witnesses cosigned, or None when the log keeps none apart.

        Raises:
            DependencyUnavailable: when the log cannot be read.
        """


class LogAddress:
    """A log at an address; `https://lane.example` means `https://lane.example/log`, where Sealane serves it.

    A log of many tiles outruns what its server answers in a second: whoever is told to wait (429) waits and asks again.
    """

    def __init__(
        self, url: str, client: httpx.Client | None = None, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self.url = url.rstrip("/") if urlsplit(url).path.strip("/") else f"{url.rstrip('/')}/log"
        self._client = client or httpx.Client(timeout=_TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)
        self._pause = pause

    def checkpoint(self) -> bytes | None:
        """Return the signed checkpoint, or None when there is none yet.

        Raises:
            DependencyUnavailable: when the log cannot be read.
        """
        return self._get("checkpoint")

    def cosigned(self) -> bytes | None:
        """Return the newest checkpoint that enough witnesses cosigned, or None when the log keeps none apart.

        Raises:
            DependencyUnavailable: when the log cannot be read.
        """
        return self._get("checkpoint.cosigned")

    def tile(self, tile: Tile) -> bytes:
        """Return the bytes of a tile or bundle; a partial one is cut from the full one where that replaced it.

        Raises:
            NotFound: when the log has no such tile.
            ProofInvalid: when it has another length than a tile of its width.
            DependencyUnavailable: when the log cannot be read.
        """
        data = self._get(tile.path)
        if data is None and not tile.is_full:
            whole = self._get(Tile(tile.level, tile.number).path)
            data = None if whole is None else cut(whole, tile)
        if data is None:
            raise NotFound(f"the log has no {tile.path}")
        if tile.level != ENTRIES and len(data) != tile.width * HASH_BYTES:
            raise ProofInvalid(f"{tile.path} has {len(data)} bytes, not {tile.width * HASH_BYTES}")
        return data

    def _get(self, path: str) -> bytes | None:
        answer = self._ask(path)
        for _ in range(_MOST_ASKED):
            if answer.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                break
            told = answer.headers.get("retry-after", "")
            self._pause(min(max(int(told), 1), _LONGEST_PAUSE_SECONDS) if told.isdecimal() else 1)
            answer = self._ask(path)
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return None
        if answer.status_code != HTTPStatus.OK:
            raise DependencyUnavailable(f"the log at {self.url} answered {path} with status {answer.status_code}")
        return answer.content

    def _ask(self, path: str) -> httpx.Response:
        try:
            return self._client.get(f"{self.url}/{path}")
        except httpx.HTTPError as error:
            raise DependencyUnavailable(
                f"the log at {self.url} cannot be reached: {type(error).__name__}",
                remedy="Check the address and the network, and look again; nothing was lost.",
            ) from error


def open_source(place: str) -> LogSource:
    """Return the log at an address, in its folder, or in the data folder of an installation.

    Raises:
        InvalidInput: when the place is none of these.
    """
    if urlsplit(place).scheme in {"http", "https"}:
        return LogAddress(place)
    path = Path(place)
    if (path / "log").is_dir():
        return LogFolder(path / "log")
    if path.is_dir():
        return LogFolder(path)
    raise InvalidInput(
        f"{place} is neither an address nor a folder", remedy="Give https://HOST, or the folder of the log."
    )

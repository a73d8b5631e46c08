"""Sending: one POST to an address that was looked up and checked just now, within limits of time and size.

Redirects are not followed, no proxy of the environment is used, and certificates are checked for the host that is
meant, although it is its address that is connected to.
"""

import asyncio
import ssl
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import httpx
import msgspec

from sealane.interchange.outbound.guard import Guard, Route
from sealane.interchange.signatures.message import Message, fields_of
from sealane.model.errors import DependencyUnavailable

__all__ = ["Reply", "Sender"]

SECONDS = 15.0
MOST_BYTES = 1 << 16
LOOK_UPS = 64
"""Names that may be looked up at once: a slow name server holds up only those who ask it."""

_GOOD = range(200, 300)


class Reply(msgspec.Struct, frozen=True):
    """What a receiver answered."""

    status: int
    fields: dict[str, str]
    body: bytes
    seconds: float

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has the message now."""
        return self.status in _GOOD

    @property
    def retry_after(self) -> int | None:
        """The pause in seconds that the receiver asked for, if it did so in seconds."""
        text = self.fields.get("retry-after", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None  # noqa: PLR2004 - a number of seconds


class Sender:
    """Sends from one event loop; connections are kept by scheme, host and port."""

    def __init__(self, guard: Guard, *, context: ssl.SSLContext | None = None, seconds: float = SECONDS) -> None:
        self._guard = guard
        self._context = context
        self._seconds = seconds
        self._clients: dict[tuple[str, str, int], httpx.AsyncClient] = {}
        self._lookers = ThreadPoolExecutor(LOOK_UPS, thread_name_prefix="sealane-lookup")

    async def send(self, call: Message) -> Reply:
        """Make a call and return the answer, whatever its status.

        Raises:
            NotPermitted: when messages may not be sent there.
            DependencyUnavailable: when the receiver cannot be reached, or does not answer in time.
        """
        began = perf_counter()
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds):
                route = await loop.run_in_executor(self._lookers, self._guard.route, call.target)
                status, fields, body = await self._exchange(route, call)
        except TimeoutError:
            raise DependencyUnavailable(f"The receiver did not answer within {self._seconds:g} seconds.") from None
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            raise DependencyUnavailable(f"The receiver cannot be reached ({type(error).__name__}).") from None
        return Reply(status, fields, body, perf_counter() - began)

    async def close(self) -> None:
        """Let go of all connections."""
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()
        self._lookers.shutdown(wait=False, cancel_futures=True)

    async def _exchange(self, route: Route, call: Message) -> tuple[int, dict[str, str], bytes]:
        headers = {**call.fields, "host": route.authority}
        content = call.body if call.method != "GET" else None
        extensions = {"sni_hostname": route.host}
        client = self._client(route)
        async with client.stream(
            call.method, route.url, headers=headers, content=content, extensions=extensions
        ) as reply:
            body = bytearray()
            async for chunk in reply.aiter_raw():
                body += chunk
                if len(body) > MOST_BYTES:
                    break
            return reply.status_code, fields_of(reply.headers.raw), bytes(body[:MOST_BYTES])

    def _client(self, route: Route) -> httpx.AsyncClient:
        """Return the client of a host; a connection is never shared by hosts, its certificate is for one."""
        client = self._clients.get(route.origin)
        if client is None:
            self._context = self._context or ssl.create_default_context()
            client = self._clients[route.origin] = httpx.AsyncClient(
                verify=self._context,
                follow_redirects=False,
                trust_env=False,
                timeout=self._seconds,
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=32),
            )
        return client

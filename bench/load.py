"""A small HTTP/1.1 load generator: N keep-alive connections, each sending its next request when answered."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import uvloop

__all__ = ["Run", "cpu_seconds", "resident_bytes", "send"]


@dataclass(frozen=True, slots=True)
class Run:
    """One round of load: requests a second and latencies in seconds."""

    requests: int
    seconds: float
    latencies: tuple[float, ...]
    refused: int

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def median(self) -> float:
        return statistics.median(self.latencies)


class _Connection(asyncio.Protocol):
    def __init__(self, requests: "asyncio.Queue[bytes]", latencies: list[float], refused: list[int]) -> None:
        self.requests, self.latencies, self.refused = requests, latencies, refused
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer = b""
        self.sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._next()

    def _next(self) -> None:
        if self.requests.empty():
            self.transport.close()
            if not self.done.done():
                self.done.set_result(None)
            return
        self.sent = time.perf_counter()
        self.transport.write(self.requests.get_nowait())

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        lower = head.lower()
        at = lower.index(b"content-length:") + 15
        end = lower.find(b"\r\n", at)
        if len(rest) < int(lower[at : end if end > 0 else None]):
            return
        self.latencies.append(time.perf_counter() - self.sent)
        if not head.startswith(b"HTTP/1.1 2"):
            self.refused.append(int(head[9:12]))
        self.buffer = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server hung up"))


def send(port: int, path: str, bodies: Sequence[bytes], *, connections: int, key: str = "") -> Run:
    """Send every body once over so many connections and return what was measured."""
    latencies: list[float] = []
    refused: list[int] = []

    async def run() -> float:
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        for body in bodies:
            head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            queue.put_nowait(head.encode() + body)
        loop = asyncio.get_running_loop()
        start = time.perf_counter()
        made = [
            await loop.create_connection(lambda: _Connection(queue, latencies, refused), "127.0.0.1", port)
            for _ in range(connections)
        ]
        await asyncio.gather(*(protocol.done for _, protocol in made))
        return time.perf_counter() - start

    seconds = uvloop.run(run())
    return Run(len(latencies), seconds, tuple(latencies), len(refused))


def cpu_seconds(pid: int) -> float:
    """Return the user and system seconds a process has used so far (proc(5), clock ticks of 10 ms)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def resident_bytes(pid: int) -> int:
    """Return the resident memory of a process in bytes (proc(5))."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0

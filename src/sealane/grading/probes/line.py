"""Lines: connections with a deadline for all that comes, so that a server that drips bytes holds nobody up."""

import io
import socket
import ssl
import time
from typing import Self

from sealane.grading.target import Guard
from sealane.model.errors import DependencyUnavailable

__all__ = ["Deadline", "Line", "Unanswered", "connect", "reason_of", "wrap"]


class Unanswered(DependencyUnavailable):
    """The shop's server did not answer in time, or not in the way of its protocol."""

    code = "shop-unanswered"
    title = "The shop's server did not answer"
    remedy = "Open the page in a browser; when it works there, scan again."


class Deadline:
    """A moment after which nothing is waited for."""

    __slots__ = ("_ends",)

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left.

        Raises:
            TimeoutError: when there are none.
        """
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time is over")
        return left

    def within(self, seconds: float) -> "Deadline":
        """Return a deadline so many seconds ahead, no later than this one."""
        return Deadline(min(seconds, max(0.0, self._ends - time.monotonic())))


class Line(io.RawIOBase):
    """A socket that reads and writes until its deadline; it passes for a file, and for a socket that makes one."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self.sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        """Say that it reads."""
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # a reader lends its own buffer
        """Fill the buffer with what came and return how much.

        Raises:
            TimeoutError: when the deadline passes first.
            OSError: when the connection breaks.
        """
        self.sock.settimeout(self._deadline.left())
        return self.sock.recv_into(buffer)

    def send(self, content: bytes) -> None:
        """Send all of it.

        Raises:
            TimeoutError: when the deadline passes first.
            OSError: when the connection breaks.
        """
        self.sock.settimeout(self._deadline.left())
        self.sock.sendall(content)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return itself, buffered, the way `http.client` asks a socket for a file."""
        return io.BufferedReader(self)

    def close(self) -> None:
        """Hang up."""
        self.sock.close()
        super().close()

    def __enter__(self) -> Self:
        return self


def connect(guard: Guard, host: str, port: int, deadline: Deadline) -> socket.socket:
    """Open a TCP connection to the address that the host is pinned to.

    Raises:
        NotPermitted: when the host may not be looked at.
        Unanswered: when nobody answers.
    """
    address = guard.address(host, port)
    try:
        return socket.create_connection((address, port), deadline.left())
    except OSError as fault:
        raise Unanswered(f"{host}:{port} does not answer: {reason_of(fault)}.") from None


def wrap(sock: socket.socket, context: ssl.SSLContext, host: str, deadline: Deadline) -> ssl.SSLSocket:
    """Begin TLS on a connection; it is closed when that fails.

    Raises:
        ssl.SSLCertVerificationError: when the context asks for trust and there is none.
        Unanswered: when the other side does not speak TLS, or stops.
    """
    try:
        sock.settimeout(deadline.left())
        return context.wrap_socket(sock, server_hostname=host)
    except ssl.SSLCertVerificationError:
        sock.close()
        raise
    except (OSError, ValueError) as fault:
        sock.close()
        raise Unanswered(f"{host} does not finish a TLS handshake: {reason_of(fault)}.") from None


def reason_of(fault: Exception) -> str:
    """Return a fault in few words."""
    if isinstance(fault, TimeoutError):
        return "it took too long"
    if isinstance(fault, ssl.SSLError):
        return (fault.reason or "TLS failed").lower().replace("_", " ")
    return (getattr(fault, "strerror", None) or "the connection broke").lower()

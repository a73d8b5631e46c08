"""Reading: one page over HTTP/1.1, within its time and size; other hosts are named, never followed to.

GET /checkout HTTP/1.1
host: shop.example
user-agent: Sealane-Grader
"""

import http.client
import ssl
import zlib
from typing import NamedTuple
from urllib.parse import urljoin

from sealane.grading.probes.handshakes import lenient_context
from sealane.grading.probes.line import Deadline, Line, connect, reason_of, wrap
from sealane.grading.target import Guard, Target, parse_target
from sealane.model.errors import InvalidInput, SealaneError

__all__ = ["AGENT", "Reader", "Response"]

AGENT = "Sealane-Grader"
_MOST_HOPS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Response(NamedTuple):
    """What came back; `fault` says in few words why nothing did, `left_to` which other address it leads away to."""

    url: str
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    left_to: str = ""
    fault: str = ""


class Reader:
    """Reads the pages of one scan."""

    def __init__(self, guard: Guard, deadline: Deadline, seconds: float) -> None:
        self._guard = guard
        self._deadline = deadline
        self._seconds = seconds
        self._context: ssl.SSLContext = lenient_context()

    def get(self, target: Target, most: int) -> Response:
        """Return the page at the end of at most three redirects on the same host; a fault is told, not raised."""
        response = self.get_once(target, most)
        for _ in range(_MOST_HOPS):
            location = dict(response.headers).get("location", "")
            if response.status not in _REDIRECTS or not location:
                return response
            try:
                following = parse_target(urljoin(target.url, location))
            except (InvalidInput, ValueError):
                return response._replace(fault="it redirects to no address of a page")
            if following.host != target.host:
                return response._replace(left_to=following.origin)
            target = following
            response = self.get_once(target, most)
        return response._replace(fault="it redirects too often") if response.status in _REDIRECTS else response

    def get_once(self, target: Target, most: int) -> Response:
        """Return what one address answers."""
        deadline = self._deadline.within(self._seconds)
        try:
            sock = connect(self._guard, target.host, target.port, deadline)
            if target.scheme == "https":
                sock = wrap(sock, self._context, target.host, deadline)
            with Line(sock, deadline) as line:
                return _exchange(line, target, most)
        except SealaneError as refusal:
            return Response(target.url, fault=refusal.detail)
        except http.client.HTTPException:
            return Response(target.url, fault="it does not answer in HTTP")
        except (OSError, ValueError, zlib.error) as fault:
            return Response(target.url, fault=reason_of(fault))


def _exchange(line: Line, target: Target, most: int) -> Response:
    host = target.origin.partition("://")[2]
    head = f"GET {target.path} HTTP/1.1\r\nhost: {host}\r\nuser-agent: {AGENT}\r\naccept: */*\r\n"
    line.send(f"{head}accept-encoding: identity\r\nconnection: close\r\n\r\n".encode("ascii"))
    answer = http.client.HTTPResponse(line, method="GET")  # type: ignore[arg-type]  # it asks only for a file
    answer.begin()
    headers = tuple((name.lower(), value) for name, value in answer.getheaders())
    if answer.status in _REDIRECTS:
        return Response(target.url, answer.status, headers)
    body = answer.read(most + 1)
    if answer.getheader("content-encoding", "").lower() in {"gzip", "x-gzip"}:
        body = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, most + 1)
    if answer.length and len(body) <= most:
        return Response(target.url, answer.status, headers, fault="it ends too early")
    if len(body) > most:
        return Response(target.url, answer.status, headers, fault=f"it is larger than {most} bytes")
    return Response(target.url, answer.status, headers, body)

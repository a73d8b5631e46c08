"""HTTP/1.1 as uvicorn speaks it, with limits on what it leaves open: the size and the time of request heads.

A head over 16 KiB is answered 431; one that does not end within 10 seconds 408, and a connection that never begins one
is closed. A caller that goes on sending a body after its refusal may send 64 MiB more, then it is cut off.
"""

from asyncio import BaseTransport, TimerHandle
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sealane.model.errors import SealaneError
from sealane.model.ids import new_id
from sealane.web.body import Receive
from sealane.web.problems import HeadTooLarge, MalformedHead, SlowBody, refuse
from sealane.web.replies import Send, headers_of, send_reply

__all__ = ["CERTIFICATE", "GuardedProtocol"]

CERTIFICATE = "certificate"
"""Under this name the state of a call has its caller's certificate (DER), where TLS checked one."""

HEAD_BYTES = 16 * 1024
HEAD_SECONDS = 10.0
SURPLUS_BYTES = 64 * 1024 * 1024


async def _refuse_head(_scope: Any, _receive: Receive, send: Send) -> None:
    request_id = new_id("req")
    await send_reply(refuse(_too_large(), request_id), send, request_id)


def _too_large() -> HeadTooLarge:
    return HeadTooLarge(f"Request line and headers are over the limit of {HEAD_BYTES} bytes.")


class GuardedProtocol(HttpToolsProtocol):
    """One connection; uvicorn makes one of these for each."""

    _in_head = False
    _head_bytes = 0
    _chunk_bytes = 0
    _surplus = 0
    _head_timer: TimerHandle | None = None
    _is_tls = False
    _certificate: bytes | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """Start the clock: something has to arrive."""
        super().connection_made(transport)  # type: ignore[arg-type]  # asyncio hands over a plain transport
        session = transport.get_extra_info("ssl_object")
        if session is not None:
            self._is_tls, self._certificate = True, session.getpeercert(binary_form=True)
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._on_head_timeout)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser; a head that stays incomplete is measured and timed."""
        self._chunk_bytes = len(data)
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and not self.transport.is_closing():
            if self._head_bytes > HEAD_BYTES:
                self._refuse(_too_large())
            elif self._head_timer is None:
                self._head_timer = self.loop.call_later(HEAD_SECONDS, self._on_head_timeout)

    def on_message_begin(self) -> None:
        """Note that a head is coming in."""
        super().on_message_begin()
        self._in_head, self._head_bytes, self._surplus = True, 0, 0
        if self._certificate is not None:
            self.scope["state"][CERTIFICATE] = self._certificate

    def on_headers_complete(self) -> None:
        """Start the application, or in its place the refusal of a head that came whole but is too large."""
        self._in_head = False
        self._stop_timer()
        may_be_large = self._head_bytes or self._chunk_bytes > HEAD_BYTES
        if may_be_large and self._exact_head_bytes() > HEAD_BYTES:
            self.url = b"/"  # an address of 64 KiB and more would be called malformed before it is called too long
            application, self.app = self.app, _refuse_head
            super().on_headers_complete()
            self.app = application
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass the body on; after the answer it is only counted, so that nobody can send for ever."""
        if self.cycle.response_complete:
            self._surplus += len(body)
            if self._surplus > SURPLUS_BYTES:
                self.transport.close()
            return
        super().on_body(body)

    def shutdown(self) -> None:
        """End the connection with the server; an idle caller over TLS is not waited for to say goodbye."""
        if self._is_tls and (self.cycle is None or self.cycle.response_complete):
            self.transport.abort()
        else:
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP with a problem and close the connection."""
        self._refuse(MalformedHead(msg))

    def _exact_head_bytes(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _on_head_timeout(self) -> None:
        self._head_timer = None
        if self._in_head:
            self._refuse(SlowBody(f"The headers did not end within {HEAD_SECONDS:g} seconds."))
        else:
            self.transport.close()

    def _refuse(self, refusal: SealaneError) -> None:
        """Answer in the application's place, unless an answer is already on its way, and close."""
        cycle = self.cycle
        is_silent = cycle is None or cycle.response_complete or not cycle.response_started
        if is_silent and not self.pipeline and not self.transport.is_closing():
            request_id = new_id("req")
            reply = refuse(refusal, request_id)
            lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}".encode(), b"connection: close"]
            lines += [b"%s: %s" % header for header in headers_of(reply, request_id) if header[0] != b"connection"]
            self.transport.write(b"\r\n".join([*lines, b"", reply.body]))
        self.transport.close()

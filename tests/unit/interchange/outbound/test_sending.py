import asyncio
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from receivers import Receiver
from sealane.interchange.outbound.guard import Guard, Route
from sealane.interchange.outbound.sending import Reply, Sender
from sealane.interchange.signatures.message import Message
from sealane.model.errors import DependencyUnavailable, NotPermitted


def send(sender: Sender, url: str) -> Reply:
    async def work() -> Reply:
        try:
            return await sender.send(Message({"x-a": "b"}, b"{}", "POST", url))
        finally:
            await sender.close()

    return asyncio.run(work())


def test_an_answer_is_told_with_its_status_and_a_redirect_is_one() -> None:
    guard = Guard(allows_loopback=True)
    for status in (200, 302, 503):
        with Receiver(lambda _headers, _times, status=status: status) as receiver:
            reply = send(Sender(guard), receiver.url)
        assert (reply.status, reply.is_taken) == (status, status == 200)
        assert receiver.letters[0].headers["x-a"] == "b"
        assert len(receiver.letters) == 1


def test_a_pause_that_is_asked_for_is_read_in_seconds_only() -> None:
    asked = {"7": 7, "": None, "Wed, 21 Oct 2026 07:28:00 GMT": None, "9" * 12: None}
    for text, seconds in asked.items():
        assert Reply(503, {"retry-after": text}, b"", 0.0).retry_after == seconds


def test_25_a_receiver_that_is_slow_or_not_there_is_unavailable() -> None:
    guard = Guard(allows_loopback=True)
    with Receiver(pause=2.0) as receiver, pytest.raises(DependencyUnavailable, match="within"):
        send(Sender(guard, seconds=0.3), receiver.url)
    with pytest.raises(DependencyUnavailable, match="cannot be reached"):
        send(Sender(guard), "http://127.0.0.1:9/")


def test_21_the_address_is_checked_at_the_connection() -> None:
    with pytest.raises(NotPermitted):
        send(Sender(Guard()), "https://127.0.0.1/")


class Pinned(Guard):
    """A guard that leads every name to a server of the test."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    def route(self, url: str) -> Route:
        host = url.split("/")[2]
        return Route("https", "127.0.0.1", host, self._port, "/")


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[int, ssl.SSLContext, list[str]]]:
    """A TLS server with a certificate for hooks.example.com, and a context that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hooks.example.com")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example.com")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "cert.pem").write_bytes(private + pem)
    hosts: list[str] = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            hosts.append(self.headers["host"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, ssl.create_default_context(cadata=pem.decode()), hosts
    server.shutdown()
    server.server_close()


def test_a_certificate_is_checked_for_the_host_although_its_address_is_called(
    secure: tuple[int, ssl.SSLContext, list[str]],
) -> None:
    port, trusting, hosts = secure
    assert send(Sender(Pinned(port), context=trusting), "https://hooks.example.com/").status == 204
    assert hosts == [f"hooks.example.com:{port}"]
    with pytest.raises(DependencyUnavailable):
        send(Sender(Pinned(port), context=trusting), "https://other.example.com/")
    with pytest.raises(DependencyUnavailable):
        send(Sender(Pinned(port)), "https://hooks.example.com/")
    assert len(hosts) == 1

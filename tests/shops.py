"""A shop for tests: a real TLS server on loopback, with a certificate made on the spot and faults to choose from."""

import datetime as dt
import ssl
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

__all__ = ["CHECKOUT", "GOOD_HEADERS", "SECURITY_TEXT", "Authority", "Shop"]

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)
GOOD_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Set-Cookie": "__Host-session=1; Secure; HttpOnly; SameSite=Lax; Path=/",
}
CHECKOUT = """<!doctype html><html><head><title>Checkout</title>
<script src="/pay.js" integrity="sha384-Li9vy3DqF8tnTXuiaAJuML3ky+er10rcgNR/VqsVpcw"></script></head>
<body><form method="post" action="/pay"><label>Amount <input name="amount"></label></form></body></html>"""
SECURITY_TEXT = f"Contact: mailto:security@shop.example\nExpires: {(NOW + 300 * DAY).isoformat()}\n"


class Authority:
    """A root that signs certificates for loopback; its files lie in the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test root")])
        key = self._key.public_key()
        root = (
            x509.CertificateBuilder().subject_name(self._name).issuer_name(self._name).public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - 30 * DAY).not_valid_after(NOW + 900 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
        ).sign(self._key, hashes.SHA256())  # fmt: skip
        self.file = self.folder / "root.pem"
        self.file.write_bytes(root.public_bytes(serialization.Encoding.PEM))

    def certificate(
        self,
        *,
        names: tuple[str, ...] = ("localhost", "127.0.0.1"),
        days: tuple[int, int] = (-10, 200),
        rsa_bits: int = 0,
        signs_itself: bool = False,
    ) -> Path:
        """Write a certificate with its key and return the file."""
        key: Any = rsa.generate_private_key(65537, rsa_bits) if rsa_bits else ec.generate_private_key(ec.SECP384R1())
        public = key.public_key()
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        shown = [x509.IPAddress(ip_address(n)) if n[0].isdigit() else x509.DNSName(n) for n in names]
        signer = key if signs_itself else self._key
        made = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(subject if signs_itself else self._name)
            .public_key(public).serial_number(x509.random_serial_number())
            .not_valid_before(NOW + days[0] * DAY).not_valid_after(NOW + days[1] * DAY)
            .add_extension(x509.SubjectAlternativeName(shown), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        ).sign(signer, hashes.SHA256())  # fmt: skip
        path = Path(tempfile.mkstemp(dir=self.folder, suffix=".pem")[1])
        path.write_bytes(
            made.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return path


class Shop:
    """A shop that answers pages from a table: path -> (status, headers, body)."""

    def __init__(self, certificate: Path | None, tune: Any = None) -> None:
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.reset()
        shop = self

        class Answering(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, headers, body = shop.pages.get(self.path.partition("?")[0], (404, {}, b""))
                self.send_response_only(status)
                for name, value in headers.items():
                    for each in value.split("\n"):
                        self.send_header(name, each)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Keep quiet."""

        class Serving(ThreadingHTTPServer):
            request_queue_size = 64

            def finish_request(self, request: Any, client_address: Any) -> None:
                try:
                    if shop.context is not None:
                        request.settimeout(5)
                        request = shop.context.wrap_socket(request, server_side=True)
                    super().finish_request(request, client_address)
                    if shop.context is not None:
                        request.close()
                except OSError:
                    """The other side only wanted to see our hello."""

        self.context: ssl.SSLContext | None = None
        if certificate is not None:
            self.use(certificate, tune)
        self._server = Serving(("127.0.0.1", 0), Answering)
        self.port = int(self._server.server_address[1])
        self.host = "localhost"
        self.origin = f"{'https' if certificate else 'http'}://localhost:{self.port}"

    def use(self, certificate: Path, tune: Any = None) -> None:
        """Show this certificate from the next connection on; `tune` may change the context."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("ALL:@SECLEVEL=0")  # also certificates that a careful server would not load
        context.load_cert_chain(certificate)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
        if tune is not None:
            tune(context)
        self.context = context

    def reset(self) -> None:
        """Put the good pages back."""
        self.pages = {
            "/": (200, dict(GOOD_HEADERS), CHECKOUT.encode()),
            "/checkout": (200, dict(GOOD_HEADERS), CHECKOUT.encode()),
            "/pay.js": (200, {"Content-Type": "text/javascript"}, b"alert(1)\n"),
            "/.well-known/security.txt": (200, {"Content-Type": "text/plain"}, SECURITY_TEXT.encode()),
        }

    def change(self, path: str = "/checkout", *, headers: dict[str, str | None] | None = None, body: str = "") -> None:
        """Change a page: a header that is None goes."""
        status, old, content = self.pages[path]
        merged = {**old, **(headers or {})}
        kept = {name: value for name, value in merged.items() if value is not None}
        self.pages[path] = (status, kept, body.encode() if body else content)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

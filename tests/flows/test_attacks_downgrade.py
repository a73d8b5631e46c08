"""Downgrade attacks (row 24 of the list): old TLS, an API version after its sunset; and certificates of callers."""

import contextlib
import socket
import ssl
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from orders import order
from running import Server
from sealane.interchange import thumbprint_of
from shops import Authority
from signing import Signing

PATH = "/v1/orders"


class TlsServer(Server):
    """A server that speaks TLS itself, with a client that trusts the test root."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        certificate, root = str(authority.certificate()), str(authority.file)
        settings = {"TLS_CERTIFICATE": certificate, "TLS_CLIENT_CA": root, "API_SUNSET": "2099-12-31"}
        super().__init__(folder, environment={f"SEALANE_{name}": value for name, value in settings.items()})
        self.authority = authority
        self.url = f"https://127.0.0.1:{self.port}"
        self.client = self.caller(None)

    def caller(self, certificate: Path | None) -> httpx.Client:
        context = ssl.create_default_context(cafile=str(self.authority.file))
        if certificate is not None:
            context.load_cert_chain(certificate)
        return httpx.Client(base_url=self.url, verify=context, timeout=30)

    def shake(self, version: ssl.TLSVersion) -> str | None:
        """Return the version that a client gets that speaks this one and no other."""
        context = speaking(version, ssl.create_default_context(cafile=str(self.authority.file)))
        with (
            socket.create_connection(("127.0.0.1", self.port), 10) as plain,
            context.wrap_socket(plain, server_hostname="127.0.0.1") as shaken,
        ):
            return shaken.version()


def speaking(version: ssl.TLSVersion, context: ssl.SSLContext) -> ssl.SSLContext:
    """Let a context speak this version alone, whatever this machine thinks of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def can_speak(version: ssl.TLSVersion, authority: Authority) -> bool:
    """Tell whether the client's library could speak this version, had the server wanted to."""
    ours = speaking(version, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    ours.load_cert_chain(authority.certificate())
    theirs = speaking(version, ssl.create_default_context(cafile=str(authority.file)))
    to, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client, server = theirs.wrap_bio(back, to, server_hostname="127.0.0.1"), ours.wrap_bio(to, back, server_side=True)
    for side in (client, server) * 3:
        with contextlib.suppress(ssl.SSLWantReadError):
            side.do_handshake()
    return client.version() == server.version() is not None


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsServer]:
    root = tmp_path_factory.mktemp("downgrade")
    with TlsServer(root / "lane", Authority(root)) as running:
        yield running


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_24_tls_older_than_1_2_is_refused(server: TlsServer, version: ssl.TLSVersion) -> None:
    assert can_speak(version, server.authority)
    with pytest.raises(ssl.SSLError):
        server.shake(version)
    assert {server.shake(each) for each in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)} == {"TLSv1.2", "TLSv1.3"}


def test_24_a_call_in_the_clear_is_not_answered(server: TlsServer) -> None:
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://127.0.0.1:{server.port}{PATH}")


def test_24_a_version_of_the_api_names_its_sunset_and_is_refused_from_then_on(
    server: TlsServer, tmp_path: Path
) -> None:
    answer = server.get(PATH, server.party("merchant")["api_key"])
    assert (answer.status_code, answer.headers["sunset"]) == (200, "Thu, 31 Dec 2099 00:00:00 GMT")
    assert "sunset" not in server.get("/healthz").headers
    with Server(tmp_path / "lane", environment={"SEALANE_API_SUNSET": "2026-01-01"}) as over:
        key = over.operator_key
        calls = (over.get(PATH, key), over.get(PATH), over.post(PATH, order(), key), over.post("/v1/inbox/stripe", {}))
        for each in calls:
            assert (each.status_code, each.json()["code"]) == (410, "version-over")
            assert each.headers["sunset"] == "Thu, 01 Jan 2026 00:00:00 GMT"
        assert over.get("/healthz").status_code == 200
        assert over.get("/log/checkpoint").status_code in {200, 404}


def test_23_the_certificate_of_the_connection_itself_opens_a_key_that_is_bound_to_it(server: TlsServer) -> None:
    own, other = server.authority.certificate(), server.authority.certificate()
    binding = {"kind": "certificate", "thumbprint": thumbprint_of(der(own))}
    token = server.post(f"/v1/parties/{server.party('merchant')['party_id']}/tokens", binding, server.operator_key)
    head = {"Authorization": f"Bearer {token.json()['api_key']}"}
    told = {"Client-Cert": f":{ssl.PEM_cert_to_DER_cert(pem(own)).hex()}:"}
    for certificate, extra, status in ((own, {}, 200), (other, {}, 401), (other, told, 401), (None, told, 401)):
        with server.caller(certificate) as client:
            assert client.get(PATH, headers=head | extra).status_code == status
    with server.caller(server.authority.certificate(signs_itself=True)) as client, pytest.raises(httpx.TransportError):
        client.get(PATH, headers=head)


def test_a_call_signed_for_the_address_in_the_clear_is_for_another_target(server: TlsServer) -> None:
    pair = Signing()
    party: dict[str, Any] = {"name": "Shop", "roles": ["merchant"], "country": "PT", "public_keys": [pair.jwk]}
    assert server.post("/v1/parties", party, server.operator_key).status_code == 201
    for origin, status in ((server.url, 200), (server.url.replace("https", "http"), 401)):
        headers = pair.headers("GET", f"{origin}{PATH}", b"")
        assert server.client.get(PATH, headers=headers).status_code == status


def pem(path: Path) -> str:
    return path.read_text("ascii").partition("-----BEGIN PRIVATE")[0]


def der(path: Path) -> bytes:
    return ssl.PEM_cert_to_DER_cert(pem(path))

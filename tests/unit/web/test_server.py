import socket
import ssl
from pathlib import Path

import pytest

from sealane.model.errors import Misconfigured
from sealane.settings import Settings
from sealane.web.server import address_of, listen, tls_of
from shops import Authority


def test_port_zero_takes_a_free_one_and_says_which() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert address_of(listener) == f"http://127.0.0.1:{port}"
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass


def test_an_ipv6_address_is_written_in_brackets() -> None:
    try:
        listener = listen("::1", 0)
    except Misconfigured:
        pytest.skip("this machine has no IPv6")
    with listener:
        assert address_of(listener).startswith("http://[::1]:")


def test_an_address_that_cannot_be_used_is_a_wrong_setting() -> None:
    with listen("127.0.0.1", 0) as listener, pytest.raises(Misconfigured, match="Cannot listen on 127"):
        listen("127.0.0.1", listener.getsockname()[1])
    with pytest.raises(Misconfigured):
        listen("203.0.113.1", 0)
    with pytest.raises(Misconfigured):
        listen("no such host", 0)


def test_tls_is_spoken_from_1_2_on_and_asks_for_certificates_of_known_issuers(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    both = str(authority.certificate())
    assert tls_of(Settings()) is None
    plain, asking = (tls_of(Settings(tls_certificate=both, tls_client_ca=root)) for root in ("", str(authority.file)))
    assert plain is not None
    assert asking is not None
    assert plain.minimum_version == asking.minimum_version == ssl.TLSVersion.TLSv1_2
    assert (plain.verify_mode, asking.verify_mode) == (ssl.CERT_NONE, ssl.CERT_OPTIONAL)


@pytest.mark.parametrize("setting", ["tls_certificate", "tls_key", "tls_client_ca"])
@pytest.mark.parametrize("text", [None, "no certificate"])
def test_a_file_that_is_missing_or_no_pem_is_a_wrong_setting(tmp_path: Path, setting: str, text: str | None) -> None:
    wrong = tmp_path / "wrong.pem"
    if text is not None:
        wrong.write_text(text, encoding="ascii")
    settings = {"tls_certificate": str(Authority(tmp_path).certificate()), setting: str(wrong)}
    with pytest.raises(Misconfigured, match="TLS cannot be set up"):
        tls_of(Settings(**settings))

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sealane.keys.certificates import read_certificate
from sealane.model.clock import to_micros
from sealane.model.errors import InvalidInput
from shops import DAY, NOW, Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def der_of(pem: bytes) -> bytes:
    return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)


def test_a_certificate_says_its_key_hash_and_time(authority: Authority) -> None:
    found = read_certificate(der_of(authority.certificate(days=(-10, 200)).read_bytes()))
    assert (found.key, found.bits, found.signature) == ("EC", 384, "sha256")
    assert abs(found.until_us - to_micros(NOW + 200 * DAY)) < 1_000_000
    assert found.from_us < found.until_us


def test_a_short_key_is_read_too(authority: Authority) -> None:
    found = read_certificate(der_of(authority.certificate(rsa_bits=1024).read_bytes()))
    assert (found.key, found.bits) == ("RSA", 1024)


def test_no_certificate_is_refused() -> None:
    for der in (b"", b"0", b"\x30\x03\x02\x01\x01"):
        with pytest.raises(InvalidInput):
            read_certificate(der)

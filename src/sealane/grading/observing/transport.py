"""Transport: what is wrong with a server's TLS, its certificate and its unencrypted door."""

from collections.abc import Iterator

from sealane.grading.sight import Observation, Plain, Scan, SecurityText, Tls
from sealane.grading.target import host_of

__all__ = ["observe_transport"]

_DAY_US = 86_400_000_000
_SOON_US = 20 * _DAY_US
_OLD = {"SSLv3": "tls_sslv3", "TLSv1.0": "tls_1_0", "TLSv1.1": "tls_1_1"}
_MODERN = {"TLSv1.2", "TLSv1.3"}
_SMALLEST = {"RSA": 2048, "DSA": 4096, "EC": 224, "other": 0}
_WEAK_HASHES = {"md5", "sha1"}
_WEAKEST_EXCHANGE = 2048
_REDIRECTS = {301, 302, 303, 307, 308}
_OK = 200


def observe_transport(scan: Scan) -> Iterator[Observation]:
    """Yield what is wrong with how a checkout is reached."""
    if not scan.is_https:
        yield Observation("no_https", scan.host)
    if scan.tls is not None:
        yield from _offered(scan.tls, scan.host)
        yield from _certificate(scan.tls, scan)
    if scan.plain is not None:
        yield from _plain(scan.plain, scan.host)
    if scan.security_text is not None:
        yield from _security_text(scan.security_text, scan)


def _offered(tls: Tls, host: str) -> Iterator[Observation]:
    for version in tls.versions:
        if version in _OLD:
            yield Observation(_OLD[version], host)
    if not _MODERN & set(tls.versions):
        yield Observation("tls_only_old", host)
    elif "TLSv1.3" not in tls.versions:
        yield Observation("tls_no_1_3", host)
    for family in tls.weak_families:
        yield Observation(f"cipher_{family}", host)
    if 0 < tls.exchange_bits < _WEAKEST_EXCHANGE:
        yield Observation("key_exchange_short", host)


def _certificate(tls: Tls, scan: Scan) -> Iterator[Observation]:
    if tls.trust_fault is not None:
        yield Observation(f"certificate_{tls.trust_fault}", scan.host)
    if 0 < tls.key_bits < _SMALLEST.get(tls.key, 0):
        yield Observation("certificate_short_key", scan.host)
    if tls.signature in _WEAK_HASHES:
        yield Observation("certificate_weak_signature", scan.host)
    if tls.until_us is not None and 0 < tls.until_us - scan.scanned_us < _SOON_US:
        yield Observation("certificate_ends_soon", scan.host)


def _plain(plain: Plain, host: str) -> Iterator[Observation]:
    if plain.status in _REDIRECTS:
        if host_of(plain.location) != host:
            yield Observation("redirect_off_host", host_of(plain.location) or host)
        elif not plain.location.startswith("https://"):
            yield Observation("redirect_stays_plain", host)
    elif plain.status:
        yield Observation("redirect_missing", host)


def _security_text(text: SecurityText, scan: Scan) -> Iterator[Observation]:
    if text.status != _OK:
        yield Observation("security_txt_missing", scan.host)
    elif not text.has_contact:
        yield Observation("security_txt_no_contact", scan.host)
    elif text.expires_us is None or text.expires_us < scan.scanned_us:
        yield Observation("security_txt_expired", scan.host)

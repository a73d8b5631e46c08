import pytest

from sealane.grading.observing.transport import observe_transport
from sealane.grading.sight import Plain, Scan, SecurityText, Tls

DAY = 86_400_000_000
NOW = 1000 * DAY
GOOD = Tls(("TLSv1.2", "TLSv1.3"), (), 128, 256, 3072, is_post_quantum=False, trust_fault=None, key="EC", key_bits=256,
           signature="sha256", until_us=NOW + 90 * DAY)  # fmt: skip


def checks(**seen: object) -> set[str]:
    scan = Scan("a.example", NOW, "static", "", (), (), **{"tls": GOOD, **seen})  # type: ignore[arg-type]
    return {each.check for each in observe_transport(scan)}


def changed(**fields: object) -> Tls:
    return Tls(**{**{name: getattr(GOOD, name) for name in Tls.__struct_fields__}, **fields})  # type: ignore[arg-type]


def test_a_good_server_has_no_fault() -> None:
    assert checks() == set()


@pytest.mark.parametrize(
    ("fields", "check"),
    [
        ({"versions": ("SSLv3", "TLSv1.2", "TLSv1.3")}, "tls_sslv3"),
        ({"weak_families": ("rc4",)}, "cipher_rc4"),
        ({"weak_families": ("3des",)}, "cipher_3des"),
        ({"weak_families": ("export",)}, "cipher_export"),
        ({"exchange_bits": 1024}, "key_exchange_short"),
        ({"signature": "sha1"}, "certificate_weak_signature"),
        ({"until_us": NOW + 3 * DAY}, "certificate_ends_soon"),
        ({"trust_fault": "untrusted"}, "certificate_untrusted"),
    ],
)
def test_each_fault_is_named(fields: dict[str, object], check: str) -> None:
    assert check in checks(tls=changed(**fields))


def test_the_unencrypted_door_leads_to_the_encrypted_one() -> None:
    assert checks(plain=Plain(301, "https://a.example/")) == set()
    assert checks(plain=Plain(0)) == set()
    assert checks(plain=Plain(200)) == {"redirect_missing"}
    assert checks(tls=None, is_https=False) == {"no_https"}


def test_a_security_text_has_a_contact_and_an_end_ahead() -> None:
    assert checks(security_text=SecurityText(200, has_contact=True, expires_us=NOW + DAY)) == set()
    assert checks(security_text=SecurityText(404)) == {"security_txt_missing"}
    assert checks(security_text=SecurityText(200, has_contact=True)) == {"security_txt_expired"}

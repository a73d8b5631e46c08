import pytest

from sealane.grading.probes.handshakes import lenient_context, look_at_tls, strict_context
from sealane.grading.probes.line import Deadline, Unanswered
from sealane.grading.target import Guard, any_address, parse_target
from sealane.model.errors import InvalidInput
from shops import Authority, Shop


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def test_a_server_shows_versions_suites_and_its_certificate(authority: Authority) -> None:
    guard = Guard(("localhost",), any_address, allows_any_port=True)
    with Shop(authority.certificate()) as shop:
        tls = look_at_tls(guard, parse_target(shop.origin), str(authority.file), Deadline(10))
    assert tls.versions == ("TLSv1.2", "TLSv1.3")
    assert tls.weak_families == ()
    assert (tls.weakest_bits, tls.strongest_bits, tls.exchange_bits) == (128, 256, 3072)
    assert (tls.trust_fault, tls.key, tls.key_bits) == (None, "EC", 384)


def test_a_server_without_tls_is_unanswered() -> None:
    guard = Guard(("localhost",), any_address, allows_any_port=True)
    with Shop(None) as shop, pytest.raises(Unanswered):
        look_at_tls(guard, parse_target(shop.origin.replace("http:", "https:")), "", Deadline(5))


def test_contexts_are_what_they_say(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert strict_context().check_hostname
    assert not lenient_context().check_hostname
    empty = tmp_path_factory.mktemp("trust") / "none.pem"
    empty.write_text("nothing")
    with pytest.raises(InvalidInput):
        strict_context(str(empty))

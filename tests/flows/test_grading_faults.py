"""Forty faults seeded into a real TLS shop on loopback, each found; and the same shop always gets the same grade."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sealane.grading import Graded, Own, Request, Scan, Scanner, Terms, any_address, judge, shipped_rubric
from sealane.model.clock import system_clock
from shopfaults import FAULTS, TLS_FAULTS
from shops import Authority, Shop


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def plain() -> Iterator[Shop]:
    with Shop(None) as shop:
        yield shop


@pytest.fixture(scope="module")
def shop(authority: Authority) -> Iterator[Shop]:
    with Shop(authority.certificate()) as shop:
        yield shop


@pytest.fixture
def look(authority: Authority, shop: Shop, plain: Shop) -> Callable[[], tuple[Scan, Graded]]:
    """Put the good shop back and return a function that grades it."""
    shop.reset()
    shop.use(authority.certificate())
    plain.pages = {"/checkout": (301, {"Location": f"{shop.origin}/checkout"}, b"")}
    scanner = Scanner(Terms(trusted=str(authority.file), allows_private=True), any_address, system_clock)

    def graded() -> tuple[Scan, Graded]:
        request = Request((f"{shop.origin}/checkout",), ("localhost",), plain_port=plain.port)
        scan = scanner.look(request)
        return scan, judge(shipped_rubric(), scan, Own(), now_us=scan.scanned_us)

    return graded


@pytest.mark.parametrize("check", FAULTS)
def test_a_fault_of_the_pages_is_found(check: str, shop: Shop, look: Callable[[], tuple[Scan, Graded]]) -> None:
    FAULTS[check](shop)
    scan, graded = look()
    found = {finding.check for finding in graded.findings}
    assert check in found
    cap = shipped_rubric().checks[check].cap
    assert cap is None or cap in {each.grade for each in graded.caps}
    assert scan.mode == "static"


@pytest.mark.parametrize("check", TLS_FAULTS)
def test_a_fault_of_the_encryption_is_found(
    check: str, shop: Shop, authority: Authority, look: Callable[[], tuple[Scan, Graded]]
) -> None:
    made, tune = TLS_FAULTS[check]
    shop.use(authority.certificate(**made), tune)
    _, graded = look()
    assert check in {finding.check for finding in graded.findings}
    assert graded.observed != "A+"
    if check.startswith("certificate_") and shipped_rubric().checks[check].cap == "T":
        assert graded.grade == "T"


def test_an_unknown_authority_is_not_trusted(
    tmp_path: Path, shop: Shop, look: Callable[[], tuple[Scan, Graded]]
) -> None:
    shop.use(Authority(tmp_path).certificate())
    _, graded = look()
    assert graded.grade == "T"
    assert {"certificate_untrusted"} == {cap.check for cap in graded.caps}


@pytest.mark.parametrize(
    ("location", "check"),
    [
        ("http://localhost/", "redirect_stays_plain"),
        ("https://elsewhere.example/", "redirect_off_host"),
        ("", "redirect_missing"),
    ],
)
def test_a_fault_of_the_redirect_is_found(
    location: str, check: str, plain: Shop, look: Callable[[], tuple[Scan, Graded]]
) -> None:
    plain.pages = {"/checkout": (302, {"Location": location}, b"") if location else (200, {}, b"hello")}
    _, graded = look()
    assert check in {finding.check for finding in graded.findings}


def test_a_good_shop_has_no_finding_and_the_same_sight_gives_the_same_grade(
    look: Callable[[], tuple[Scan, Graded]],
) -> None:
    scan, graded = look()
    assert graded.findings == ()
    assert (graded.grade, graded.observed) == ("U", "A+")
    assert 0.3 < graded.coverage < 0.6
    again = judge(shipped_rubric(), scan, Own(), now_us=scan.scanned_us)
    assert again == graded
    _, second = look()
    assert second == graded


def test_there_are_at_least_forty_faults() -> None:
    assert len(FAULTS) + len(TLS_FAULTS) + 4 >= 40

import pytest

from sealane.grading.probes.line import Unanswered
from sealane.grading.scanning import Request, Scanner, Terms
from sealane.grading.target import Bounds, any_address
from sealane.model.clock import system_clock
from sealane.model.errors import InvalidInput, NotPermitted
from shops import Authority, Shop


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def scanner(authority: Authority, **terms: object) -> Scanner:
    made = Terms(trusted=str(authority.file), allows_private=True, **terms)  # type: ignore[arg-type]
    return Scanner(made, any_address, system_clock)


def test_every_page_named_is_read_and_progress_told(authority: Authority) -> None:
    steps: list[tuple[str, int, int]] = []
    with Shop(authority.certificate()) as shop:
        urls = (f"{shop.origin}/", f"{shop.origin}/checkout", f"{shop.origin}/missing")
        request = Request(urls, ("localhost",), wants_rendering=True)
        scan = scanner(authority, browser="none").look(request, lambda *step: steps.append(step))
    assert [page.status for page in scan.pages] == [200, 200, 404]
    assert (scan.mode, scan.mode_reason) == ("static", "rendering is switched off")
    assert scan.pages[0].scripts[0].digest == scan.pages[1].scripts[0].digest != ""
    assert scan.security_text is not None
    assert scan.security_text.has_contact
    assert scan.plain is None
    assert steps[-1][1] == steps[-1][2]
    assert [done for _, done, _ in steps] == sorted(done for _, done, _ in steps)


def test_a_page_without_encryption_is_looked_at_too(authority: Authority) -> None:
    with Shop(None) as shop:
        scan = scanner(authority).look(Request((f"{shop.origin}/checkout",), ("localhost",)))
    assert not scan.is_https
    assert scan.tls is None
    assert scan.pages[0].status == 200


@pytest.mark.parametrize("urls", [(), ("https://localhost/",) * 21, ("https://localhost/", "https://b.example/")])
def test_wrong_addresses_are_refused(authority: Authority, urls: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput):
        scanner(authority).look(Request(urls, ("localhost", "b.example")))


def test_an_unlisted_host_is_never_called(authority: Authority) -> None:
    with Shop(authority.certificate()) as shop, pytest.raises(NotPermitted):
        scanner(authority).look(Request((f"{shop.origin}/",), ("shop.example",)))


def test_a_dead_shop_is_unanswered(authority: Authority) -> None:
    with pytest.raises(Unanswered):
        scanner(authority, bounds=Bounds(answer_seconds=1.0)).look(Request(("https://127.0.0.1:1/",), ("127.0.0.1",)))

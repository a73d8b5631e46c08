import threading
from collections.abc import Iterator

import pytest

from sealane.grading import Grading, Request, Terms
from sealane.grading.target import any_address
from sealane.model.clock import system_clock
from sealane.model.errors import NotPermitted, RateLimited
from shops import Authority, Shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    with Shop(authority.certificate()) as shop:
        yield shop


def room(*, allows_private: bool = True) -> Grading:
    def refuse(host: str, port: int) -> str:
        raise NotPermitted(f"{host}:{port} is private.")

    return Grading(Terms(allows_private=allows_private), refuse, system_clock)


def test_looks_at_one_host_wait_for_each_other(shop: Shop) -> None:
    grading, request = room(), Request((f"{shop.origin}/",), ("localhost",))
    seen: list[str] = []
    threads = [threading.Thread(target=lambda: seen.append(grading.look(request).host)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == ["localhost"] * 4


def test_private_addresses_are_refused_unless_allowed(shop: Shop) -> None:
    with pytest.raises(NotPermitted, match="private"):
        room(allows_private=False).look(Request((f"{shop.origin}/",), (f"localhost:{shop.port}",)))
    assert any_address("localhost", 1)


def test_too_many_looks_are_refused_with_the_time_to_wait() -> None:
    grading, request = room(), Request(("https://unlisted.example/",), ("shop.example",))
    for _ in range(120):
        with pytest.raises(NotPermitted):
            grading.look(request)
    with pytest.raises(RateLimited) as refusal:
        grading.look(request)
    assert 3500 < (refusal.value.retry_after_seconds or 0) <= 3601

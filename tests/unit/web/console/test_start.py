from collections.abc import Callable

import httpx

from sealane.app import Sealane
from sealane.web.app import Door
from sealane.web.console import presentation


def test_the_start_page_is_open_and_names_the_log(
    asking: Callable[..., httpx.Response], site: Door, lane: Sealane
) -> None:
    page = asking(site, "GET", "/")
    assert page.status_code == 200
    assert lane.rooms.log.public_key() in page.text.replace("&#43;", "+")
    assert page.headers["content-security-policy"] == presentation.GUARDS["content-security-policy"]

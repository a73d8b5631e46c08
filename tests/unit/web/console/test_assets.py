import base64
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from sealane.web.console import assets

CSS = sorted((assets.ROOT / "css").glob("*.css"))
OWN = [*CSS, *sorted((assets.ROOT / "js").glob("*.js"))]


Get = Callable[[str], httpx.Response]


@pytest.fixture
def get(asking: Callable[..., httpx.Response]) -> Get:
    return lambda path: asking(Starlette(routes=assets.routes), "GET", path)


def test_an_address_changes_with_its_file_and_may_be_kept_for_good(get: Get) -> None:
    answer = get(assets.address("css/base.css"))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert get("/static/css/base.css").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/none.css",
        "/static/../templates/order.html",
        "/static/%2e%2e/templates/order.html",
        "/static/css/%2e%2e/%2e%2e/app.py",
        "/static//etc/passwd",
        "/static/vendor/vendor.lock",
        "/static/vendor/htmx-4.0.1/LICENSE",
    ],
)
def test_nothing_but_listed_files_is_served(get: Get, path: str) -> None:
    assert get(path).status_code == 404


def test_vendored_files_are_the_locked_ones_and_bring_their_licences() -> None:
    folder = assets.ROOT / "vendor"
    lock = json.loads((folder / "vendor.lock").read_text())
    present = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {"vendor.lock"}
    assert present == set(lock["hashes"])
    for name, expected in lock["hashes"].items():
        digest = base64.b64encode(hashlib.sha384((folder / name).read_bytes()).digest()).decode()
        assert f"sha384-{digest}" == expected, name
    for package in lock["packages"]:
        assert any(Path(target).name == "LICENSE" for target in package["files"].values()), package["name"]


def test_style_sheets_stay_small_and_layered() -> None:
    assert sum(path.read_text().count("\n") for path in CSS) <= 1_100
    for path in CSS:
        assert re.search(r"@layer (tokens|base|layout|parts)", path.read_text())


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_own_files_reach_for_nothing_outside_and_evaluate_nothing(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"https?://|//[a-z]+\.", text)
    assert not re.search(r"\beval\b|new Function|innerHTML|document\.write|@import", text)


def test_own_scripts_are_small() -> None:
    assert sum(path.stat().st_size for path in OWN if path.suffix == ".js") <= 12_000


# The design's pairs: text needs 4.5:1, marks and edges 3:1 (WCAG 2.2, 1.4.3 and 1.4.11).
TEXT = ("ink", "quiet", "accent", "good", "caution", "bad")
MARKS = ("edge", "series-1", "series-2", "series-3")


def tokens() -> dict[str, tuple[str, str]]:
    text = (assets.ROOT / "css/tokens.css").read_text()
    pairs = re.findall(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", text)
    single = re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", text)
    return {name: (light, dark) for name, light, dark in pairs} | {name: (one, one) for name, one in single}


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "raised"])
def test_every_pair_of_colours_can_be_read(scheme: int, ground: str) -> None:
    known = tokens()
    for name in TEXT:
        assert contrast(known[name][scheme], known[ground][scheme]) >= 4.5, name
    for name in MARKS:
        assert contrast(known[name][scheme], known["ground"][scheme]) >= 3, name


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_on_buttons_and_chosen_entries_can_be_read(scheme: int) -> None:
    known = tokens()
    assert contrast(known["on-accent"][scheme], known["accent"][scheme]) >= 4.5
    css = (assets.ROOT / "css/parts.css").read_text()
    for pair in set(re.findall(r"background: light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", css)):
        ink = "on-accent" if contrast(pair[scheme], known["ground"][scheme]) > 4 else "ink"
        assert contrast(known[ink][scheme], pair[scheme]) >= 4.5, pair

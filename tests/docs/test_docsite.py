"""The documentation site: built whole, every link alive, nothing from elsewhere and nothing that runs."""

import importlib.util
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def docsite() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docsite", ROOT / "tools" / "docsite.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["docsite"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def site(docsite: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("docs") / "site"
    assert docsite.build(out) == []
    return out


class Links(HTMLParser):
    """What a page points to, and what could run on it."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.running: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.running += [tag] if tag in {"script", "style", "iframe", "object"} else []
        for name, value in attrs:
            if name in {"href", "src"}:
                self.addresses.append(value or "")
            self.running += [name] if name == "style" or name.startswith("on") else []


def test_every_page_of_the_docs_is_on_the_site(site: Path) -> None:
    pages = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}
    assert pages <= {path.relative_to(site) for path in site.rglob("*.html")}


def test_every_link_is_alive_and_nothing_runs(site: Path) -> None:
    for path in site.rglob("*.html"):
        links = Links()
        links.feed(path.read_text("utf-8"))
        assert not links.running, path.name
        for address in links.addresses:
            if not re.match(r"[a-z]+:", address) and not address.startswith("#"):
                assert (path.parent / address.partition("#")[0]).resolve().exists(), f"{path.name}: {address}"


def test_style_sheets_load_what_is_there(site: Path) -> None:
    for sheet in site.rglob("*.css"):
        for address in re.findall(r'url\("([^"]+)"\)', sheet.read_text("utf-8")):
            assert (sheet.parent / address).resolve().exists(), address


def test_a_dead_link_is_told(docsite: ModuleType, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "images").mkdir(parents=True)
    (docs / "index.md").write_text("# Start\n\n[a](gone.md) [b](#start) [c](#nowhere) [d](https://example.com)\n")
    faults = docsite.build(tmp_path / "site", docs)
    assert faults == ["docs/index.md: gone.md leads nowhere", "docs/index.md: #nowhere leads nowhere"]


def test_anchors_are_those_of_github(docsite: ModuleType) -> None:
    assert docsite.slug("Keys & doors: what_if?") == "keys--doors-what_if"

"""What the pages tell readers to type exists: commands with their options, calls of the API, settings."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer._click.exceptions import MissingParameter, UsageError

from sealane.cli.root import app
from sealane.settings import Settings
from sealane.web.api import ROUTES

ROOT = Path(__file__).parents[2]
WRITTEN = [page for page in (ROOT / "docs").rglob("*.md") if page.parent.name not in {"reference", "decisions"}]
PAGES = {page.name: page.read_text(encoding="utf-8") for page in [ROOT / "README.md", *sorted(WRITTEN)]}

TYPED = re.compile(r"^ *(?:SEALANE_\w+=\S+ )?(?:\.venv/bin/)?sealane ([a-z].*)", re.MULTILINE)
NAMED = re.compile(r"`sealane ([a-z][^`]*)`")
COMMAND_END = re.compile(r"\s[#|><&]|\s{3,}")

CALL = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE) (/[\w/.{}$-]+)")
ADDRESS = re.compile(r"(?:https?://[\w.:-]+|\$URL|`)(/v1/[\w/.{}$-]+)")
ROUTE_PATHS = {route.name: re.compile(re.sub(r"\{[^}]*\}", "[^/]+", route.path)) for route in ROUTES}

SETTINGS = frozenset(Settings.__struct_fields__)
NO_SETTINGS = {"DEBUG", "NAME"}
VARIABLE = re.compile(r"\bSEALANE_([A-Z0-9_]+)")
TABLE = re.compile(r"```toml\n(.*?)```", re.DOTALL)


def _commands() -> Iterator[tuple[str, str, bool]]:
    """Yield page, command line without `sealane`, and whether it is a whole one that somebody would type."""
    for name, text in PAGES.items():
        joined = text.replace("\\\n", " ")
        for pattern in (TYPED, NAMED):
            for found in pattern.findall(joined):
                yield name, COMMAND_END.split(found, maxsplit=1)[0].strip(), pattern is TYPED


@pytest.fixture(scope="module")
def root() -> Any:
    return typer.main.get_command(app)


def _fault(command: Any, words: list[str], is_whole: bool) -> str:
    """Return what the command line says against the words; empty when that is only what a page leaves out."""
    try:
        command.make_context("sealane", words)
    except UsageError as refusal:
        is_cut_short = isinstance(refusal, MissingParameter) or "requires an argument" in refusal.message
        is_expected = (is_cut_short and not is_whole) or "does not exist" in refusal.message
        return "" if is_expected else refusal.message
    return ""


@pytest.mark.parametrize(("page", "line", "is_whole"), sorted(set(_commands())))
def test_every_command_is_taken(root: Any, page: str, line: str, is_whole: bool) -> None:
    noun, *words = shlex.split(line)
    deferred = root.get_command(typer.Context(root), noun)
    assert deferred is not None, page
    command = deferred.load()
    if words and hasattr(command, "commands"):
        assert words[0] in command.commands, page
        command = command.commands[words.pop(0)]
    assert not _fault(command, words, is_whole), page


def _routes(path: str) -> set[str]:
    """Return the methods that the API has on a path as a page tells it, with names or ids where its parameters are."""
    told = path.rstrip(".")
    return {name.split(" ")[0] for name, pattern in ROUTE_PATHS.items() if pattern.fullmatch(told)}


@pytest.mark.parametrize("page", PAGES)
def test_every_call_has_its_route(page: str) -> None:
    assert [call for call in CALL.findall(PAGES[page]) if call[0] not in _routes(call[1])] == []
    assert [path for path in ADDRESS.findall(PAGES[page]) if not _routes(path)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_is_one(page: str) -> None:
    variables = {name for name in VARIABLE.findall(PAGES[page]) if name not in NO_SETTINGS}
    assert {name.lower() for name in variables} <= SETTINGS
    for table in TABLE.findall(PAGES[page]):
        keys = set(tomllib.loads(table))
        assert not keys & SETTINGS or keys <= SETTINGS

"""The reference pages are what the code says today, and name everything that a reader may look up."""

import importlib
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

import pytest

from sealane.model.event import EVENT_KINDS
from sealane.risk import default_policy
from sealane.risk.signals import ALL
from sealane.settings import Settings
from sealane.web.api import ROUTES

Missing = Callable[[str, Iterable[str]], list[str]]


@pytest.fixture
def tool(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    monkeypatch.syspath_prepend(repository / "tools")
    return importlib.import_module


@pytest.fixture
def missing(repository: Path) -> Missing:
    """Tells which words do not stand in code type on a page."""

    def find(name: str, words: Iterable[str]) -> list[str]:
        text = (repository / "docs" / "reference" / f"{name}.md").read_text(encoding="utf-8")
        listed = list(words)
        assert listed
        return [word for word in listed if f"`{word}`" not in text]

    return find


def test_every_page_is_current(tool: Callable[[str], ModuleType], capsys: pytest.CaptureFixture[str]) -> None:
    assert tool("reference").main(["--check"]) == 0, capsys.readouterr().err


def test_a_stale_page_is_named(
    tool: Callable[[str], ModuleType], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reference = tool("reference")
    assert reference.main([], tmp_path) == 0
    (tmp_path / "rules.md").write_text("old", encoding="utf-8")
    assert reference.main(["--check"], tmp_path) == 1
    assert capsys.readouterr().err == "rules.md is stale; run `make docs`.\n"


def test_every_route_is_there(missing: Missing) -> None:
    assert not missing("api", (route.name.replace(":path}", "}") for route in ROUTES))


def test_every_setting_is_there(missing: Missing) -> None:
    assert not missing("settings", Settings.__struct_fields__)


def test_every_signal_is_there(missing: Missing) -> None:
    assert not missing("signals", ALL.by_name)


def test_every_rule_and_bin_is_there(missing: Missing) -> None:
    policy = default_policy()
    assert not missing("rules", policy.codes)
    assert not missing("rules", (reason.code for reason in policy.scorecard.reasons))
    assert not missing("rules", policy.stages)


def test_every_event_kind_is_there(missing: Missing) -> None:
    assert not missing("events", EVENT_KINDS)


def test_every_problem_is_there(tool: Callable[[str], ModuleType], missing: Missing) -> None:
    codes = [kind.code for kind in tool("pages.problems").problems()]
    assert len(codes) == len(set(codes))
    assert not missing("problems", codes)


def test_every_verb_is_there(tool: Callable[[str], ModuleType], missing: Missing) -> None:
    assert not missing("commands", (name for name, _ in tool("pages.commands").verbs()))


def test_every_metric_is_there(tool: Callable[[str], ModuleType], missing: Missing) -> None:
    families = tool("pages.metrics").families()
    names = (f"{one.name}_total" if one.type == "counter" else one.name for one in families)
    assert not missing("metrics", names)

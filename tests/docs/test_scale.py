"""The plan to internet scale quotes what its model and its simulation really print."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "scale.md").read_text(encoding="utf-8")


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bench_{name}", ROOT / "bench" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


queueing = load("queueing")
sizing = load("sizing")


def test_the_sizes_are_those_of_the_model() -> None:
    for line in sizing.rows():
        assert line in PAGE


def test_the_means_are_those_of_the_formula() -> None:
    for commit in queueing.COMMITS:
        for load_of_core in queueing.LOADS:
            told = queueing.formula(load_of_core / queueing.WORK, queueing.WORK, commit)
            begin = f"| {commit * 1000:.2f} | {load_of_core:.0%} | "
            (line,) = [line for line in PAGE.splitlines() if line.startswith(begin)]
            assert f"| {told.batch:.1f} | {told.mean * 1000:.2f} |" in line


@pytest.mark.parametrize(("load_of_core", "commit"), [(0.05, 0.004), (0.3, 0.00026), (0.6, 0.004)])
def test_the_simulation_agrees_with_the_formula(
    load_of_core: float, commit: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queueing, "CALLS", 60_000)
    rate = load_of_core / queueing.WORK
    told, seen = queueing.formula(rate, queueing.WORK, commit), queueing.simulate(rate, queueing.WORK, commit)
    assert seen.mean == pytest.approx(told.mean, rel=0.02)
    assert seen.batch == pytest.approx(told.batch, rel=0.02)


def test_the_limit_of_a_batch_is_that_of_the_writer() -> None:
    from sealane.storage.writer import MOST_FLOWS  # noqa: PLC0415 - the model runs without Sealane

    assert queueing.MOST_FLOWS == MOST_FLOWS


@pytest.mark.soak
def test_the_whole_table_is_the_one_printed() -> None:
    for line, _, _ in queueing.rows():
        assert line in PAGE
    assert queueing.main() == 0


def test_what_it_says_was_measured_is_on_the_page_of_measurements() -> None:
    measured = (ROOT / "docs" / "explanation" / "performance.md").read_text(encoding="utf-8")
    assert "11 kB" in measured
    assert "40 kB" in measured

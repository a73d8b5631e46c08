"""A small seeded world as files, and what is learned of it: made once for all tests that need one."""

import tempfile
from functools import cache
from pathlib import Path
from unittest.mock import patch

from sealane.flows.history.files import HistoryFiles
from sealane.flows.history.replay import replay_rows
from sealane.risk import Learned, Replay
from sealane.risk.facts import Fact
from sealane.risk.learning import training
from sealane.risk.learning.costs import default_costs
from sealane.risk.learning.model import Document, save_model
from sealane.risk.learning.table import Table, tabulate
from sealane.risk.signals import ALL
from sealane.simulator import World, write_world

__all__ = ["learned", "small_document", "small_model", "small_table", "small_world"]

_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []


@cache
def small_world(seed: int = 3, orders: int = 1200) -> Path:
    """Return the folder of the world's three files."""
    folder = tempfile.TemporaryDirectory()
    _FOLDERS.append(folder)
    write_world(World(seed, orders), Path(folder.name))
    return Path(folder.name)


@cache
def learned(seed: int = 3, orders: int = 1200) -> tuple[list[Learned], list[Fact]]:
    """Return what was learned of the world, and its facts."""
    replay = Replay(keeps_facts=True)
    return list(replay_rows(HistoryFiles(small_world(seed, orders)).rows(), replay)), replay.facts


@cache
def small_table(seed: int = 3) -> Table:
    """Return the world's table."""
    return tabulate(learned(seed)[0], Table(ALL))


@cache
def small_document(seed: int = 3) -> Document:
    """Return a model of the world: two forests of few trees at stages with enough frauds, else one."""
    few = {"rounds": 8}
    with patch.object(training, "OWN_FRAUDS", 5), patch.dict(training.POOLED, few), patch.dict(training.OWN, few):
        return training.train([small_table(seed)], training.Recipe(default_costs()))


@cache
def small_model(seed: int = 3) -> Path:
    """Return the model's file."""
    folder = tempfile.TemporaryDirectory()
    _FOLDERS.append(folder)
    path = Path(folder.name, "model")
    save_model(small_document(seed), path)
    return path

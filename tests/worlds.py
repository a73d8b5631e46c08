"""A small seeded world as files, and what is learned of it: made once for all tests that need one."""

import tempfile
from functools import cache
from pathlib import Path

from sealane.flows.history.files import HistoryFiles
from sealane.flows.history.replay import replay_rows
from sealane.risk import Learned, Replay
from sealane.risk.facts import Fact
from sealane.risk.learning.table import Table, tabulate
from sealane.risk.signals import ALL
from sealane.simulator import World, write_world

__all__ = ["learned", "small_table", "small_world"]

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

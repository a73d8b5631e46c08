"""Turns: how several servers share one database without a second way of writing.

Each server has its one writer. A batch begins by waiting for its turn, takes in what the others committed meanwhile,
runs its flows and commits; so all flows of all servers run one after another, as those of one server do.
"""

from typing import Protocol

__all__ = ["Turns"]


class Turns(Protocol):
    """A session that waits at each BEGIN until it is the only one in a transaction."""

    mark: str
    """The row of `meta` that only this server stamps; after a lost answer it tells whether the commit happened."""

    def standing(self) -> tuple[int, int]:
        """Return, as of this turn, the time stamps of the newest commit and of the newest announced change."""
        ...

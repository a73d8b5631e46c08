"""Calls of the library on the shards: what is asked, what is added, and the mark that says a shard holds everything."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import msgspec

from sealane.model.errors import DependencyUnavailable
from sealane.risk.shared.cluster import TIMEOUT_SECONDS, Call, Cluster, Shard
from sealane.risk.shared.library import Library
from sealane.risk.shared.members import Entity
from sealane.risk.shared.reading import Answer, Question

__all__ = ["SharedCells"]

_decode = msgspec.msgpack.Decoder(list[Any]).decode
_LEASE_MILLISECONDS = 15_000


class SharedCells:
    """One installation's cells on one cluster. Keys begin with the installation's name and the library's version."""

    def __init__(self, cluster: Cluster, library: Library, namespace: str) -> None:
        self._cluster = cluster
        self._prefix = f"sealane:{namespace}:{library.version}:"
        self._read, self._add, self._claim = (f"sealane_{verb}_{library.version}" for verb in ("read", "add", "claim"))
        self._marks = [self._mark_of(number) for number in range(len(cluster.shards))]

    @classmethod
    def connect(
        cls, urls: Sequence[str], library: Library, namespace: str, *, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> Self:
        """Connect to all shards and make sure that each has the library; each call waits so long for its answer.

        Raises:
            DependencyUnavailable: when a shard is away or refuses.
        """
        cluster = Cluster.connect(urls, timeout_seconds)
        try:
            for shard in cluster.shards:
                if not shard.ask("FUNCTION", "LIST", "LIBRARYNAME", f"sealane_{library.version}"):
                    shard.ask("FUNCTION", "LOAD", "REPLACE", library.text)
        except DependencyUnavailable:
            cluster.close()
            raise
        return cls(cluster, library, namespace)

    def ask(self, questions: Sequence[tuple[Question, int, Sequence[bytes]]]) -> list[Answer]:
        """Return the answers to questions as of a moment, each with what pending facts add to its key.

        Raises:
            DependencyUnavailable: when a shard is away or refuses.
        """
        calls: list[Call] = []
        for question, now_us, more in questions:
            key = self._key(question.entity)
            calls.append((key, ("FCALL_RO", self._read, 1, key, question.plan, now_us, *question.own, *more)))
        return [_decode(answer) for answer in self._cluster.ask(calls)]

    def add(self, additions: Mapping[Entity, Sequence[bytes]], only: frozenset[int] | None = None) -> None:
        """Add members to cells; on `only` these shards when given.

        Raises:
            DependencyUnavailable: when a shard is away or refuses.
        """
        calls: list[Call] = []
        for entity, members in additions.items():
            key = self._key(entity)
            if only is None or self._cluster.shard_of(key) in only:
                calls.append((key, ("FCALL", self._add, 1, key, entity[0], *members)))
        if calls:
            self._cluster.ask(calls)

    def claim(self, owner: str) -> dict[int, str]:
        """Return for each shard whether it holds everything (`whole`) or who is to bring it (`mine`, `busy`).

        Raises:
            DependencyUnavailable: when a shard is away or refuses.
        """
        found: dict[int, str] = {}
        for number, (shard, mark) in enumerate(zip(self._cluster.shards, self._marks, strict=True)):
            command = ("FCALL", self._claim, 1, mark, shard.run, owner, _LEASE_MILLISECONDS)
            found[number] = shard.ask(*command).decode()
        return found

    def finish(self, shards: frozenset[int]) -> None:
        """Mark shards as holding everything, for as long as their servers run.

        Raises:
            DependencyUnavailable: when a shard is away or refuses.
        """
        for number in shards:
            shard = self._cluster.shards[number]
            shard.ask("SET", self._marks[number], f"whole {shard.run}")

    def unmark(self) -> None:
        """Let no shard count as holding everything.

        Raises:
            DependencyUnavailable: when a shard is away or refuses.
        """
        for shard, mark in zip(self._cluster.shards, self._marks, strict=True):
            shard.ask("DEL", mark)

    def is_whole(self) -> bool:
        """Tell whether every shard still holds everything.

        Raises:
            DependencyUnavailable: when a shard is away or refuses.
        """
        return all(_is_whole(shard, mark) for shard, mark in zip(self._cluster.shards, self._marks, strict=True))

    def close(self) -> None:
        """Close all connections."""
        self._cluster.close()

    def _key(self, entity: Entity) -> bytes:
        title, key = entity
        return f"{self._prefix}{title}:".encode() + (key if isinstance(key, bytes) else str(key).encode())

    def _mark_of(self, number: int) -> bytes:
        """Return a key that lies on this shard."""
        attempt = 0
        while True:
            mark = f"{self._prefix}mark:{attempt}".encode()
            if self._cluster.shard_of(mark) == number:
                return mark
            attempt += 1


def _is_whole(shard: Shard, mark: bytes) -> bool:
    told: bytes | None = shard.ask("GET", mark)
    return told == f"whole {shard.run}".encode()

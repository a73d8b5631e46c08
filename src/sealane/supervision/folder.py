"""The published log: a folder that can be served as it is (C2SP tlog-tiles), read and written.

    log.vkey                    the key line that everything here is checked with
    checkpoint                  the signed size and root, with the cosignatures that came so far
    checkpoint.cosigned         the newest checkpoint that enough witnesses cosigned, where a log has witnesses
    tile/0/000, tile/0/001.p/7  hashes
    tile/entries/000, ...       leaves

A file appears whole or not at all, and nothing but the checkpoints ever changes. A checkpoint is written only after all
it covers is on the disk, so a power cut leaves at worst files that no checkpoint names yet.
"""

import os
import shutil
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from sealane.model.errors import DependencyUnavailable, NotFound, ProofInvalid
from sealane.supervision.merkle import HASH_BYTES
from sealane.supervision.note import NoteKey, parse_vkey
from sealane.supervision.tiles import ENTRIES, Tile, decode_bundle, encode_bundle, parse_path

__all__ = ["LogFolder", "cut", "write_whole"]

_CHECKPOINT = "checkpoint"
_COSIGNED = "checkpoint.cosigned"
_KEY = "log.vkey"


class LogFolder:
    """One log's files; reading needs no lock and works beside the one process that writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._unsettled: set[Path] = set()

    def key(self) -> NoteKey | None:
        """Return the log's key, or None before the log first started.

        Raises:
            InvalidInput: when the file is not a key line.
        """
        line = self._read(_KEY)
        return parse_vkey(line.decode("utf-8", "replace").removesuffix("\n")) if line is not None else None

    def checkpoint(self) -> bytes | None:
        """Return the signed note of the checkpoint, or None before the first one."""
        return self._read(_CHECKPOINT)

    def cosigned(self) -> bytes | None:
        """Return the newest checkpoint that enough witnesses cosigned, or None when there is none."""
        return self._read(_COSIGNED)

    def tile(self, tile: Tile) -> bytes:
        """Return the bytes of a tile or bundle; a partial one is cut from the full one that replaced it.

        Raises:
            NotFound: when the log has no such tile.
            ProofInvalid: when the file has another length than a tile of its width.
        """
        data = self._read(tile.path)
        if data is None and not tile.is_full:
            whole = self._read(Tile(tile.level, tile.number).path)
            data = None if whole is None else cut(whole, tile)
        if data is None:
            raise NotFound(f"the log has no {tile.path}")
        if tile.level != ENTRIES and len(data) != tile.width * HASH_BYTES:
            raise ProofInvalid(f"{tile.path} has {len(data)} bytes, not {tile.width * HASH_BYTES}")
        return data

    def public(self, path: str) -> bytes:
        """Return what the log serves at a path below its address: the checkpoint, a tile or a bundle.

        Raises:
            NotFound: when it serves nothing there.
        """
        if path not in {_CHECKPOINT, _COSIGNED}:
            return self.tile(parse_path(path))
        note = self._read(path)
        if note is None:
            raise NotFound(f"the log has no {path} yet")
        return note

    def publish_key(self, key: NoteKey) -> None:
        """Write the key line.

        Raises:
            DependencyUnavailable: when the folder cannot be written.
        """
        self._write({_KEY: f"{key}\n".encode()})

    def publish_cosigned(self, checkpoint: bytes) -> None:
        """Write the newest checkpoint that enough witnesses cosigned.

        Raises:
            DependencyUnavailable: when the folder cannot be written.
        """
        self._write({_COSIGNED: checkpoint})

    def keep(self, tiles: Sequence[tuple[Tile, bytes]]) -> None:
        """Write tiles that no checkpoint covers yet.

        Raises:
            DependencyUnavailable: when the folder cannot be written.
        """
        self._write({tile.path: data for tile, data in tiles})

    def publish(self, tiles: Sequence[tuple[Tile, bytes]], checkpoint: bytes) -> None:
        """Write tiles, force them to the disk, write the checkpoint, and drop partial tiles that became full.

        Raises:
            DependencyUnavailable: when the folder cannot be written; the old checkpoint then still holds.
        """
        self._write({tile.path: data for tile, data in tiles})
        self._write({_CHECKPOINT: checkpoint})
        for tile, _ in tiles:
            if tile.is_full:
                shutil.rmtree(self.path / f"{tile.path}.p", ignore_errors=True)

    def _read(self, name: str) -> bytes | None:
        try:
            return (self.path / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise DependencyUnavailable(f"the log's file {name} cannot be read: {error.strerror}") from error

    def _write(self, files: dict[str, bytes]) -> None:
        try:
            for name, data in files.items():
                self._place(self.path / name, data)
            for directory in self._unsettled:
                _force(directory)
        except OSError as error:
            raise DependencyUnavailable(
                f"the log's folder {self.path} cannot be written: {error.strerror}",
                remedy="Free space on its disk and make it writable; entries are kept in the database meanwhile.",
            ) from error
        self._unsettled.clear()

    def _place(self, target: Path, data: bytes) -> None:
        self._make(target.parent)
        _replace(target, data)
        self._unsettled.add(target.parent)

    def _make(self, directory: Path) -> None:
        if not directory.is_dir():
            self._make(directory.parent)
            directory.mkdir(exist_ok=True)
            self._unsettled.add(directory.parent)


def cut(whole: bytes, tile: Tile) -> bytes:
    """Return the part of a full tile or bundle that the partial one of this width held."""
    if tile.level == ENTRIES:
        return encode_bundle(list(islice(decode_bundle(whole), tile.width)))
    return whole[: tile.width * HASH_BYTES]


def write_whole(target: Path, data: bytes) -> None:
    """Put a file in its place, for the owner's eyes only, durably and never in part.

    Raises:
        DependencyUnavailable: when it cannot be written; what was there before then still is.
    """
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(target, data)
        _force(target.parent)
    except OSError as error:
        raise DependencyUnavailable(
            f"{target} cannot be written: {error.strerror}", remedy="Make its folder writable, and free space there."
        ) from error


def _replace(target: Path, data: bytes) -> None:
    draft = target.with_name(f"{target.name}.tmp")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)


def _force(directory: Path) -> None:
    """Force a folder's list of names to the disk."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

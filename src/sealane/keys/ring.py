"""The key ring: every long-lived secret of an installation, in DIR/keyring.json, wrapped under the root key.

    {"format": 1, "check": "AXk...", "whole": "AQm...",
     "keys": [{"use": "kek/pii", "version": 1, "made_us": 1795..., "wrapped": "AfQ..."}, ...]}

`wrapped` is an AES-256-GCM envelope in base64, bound to its use and version, so entries cannot be exchanged. `check`
is an envelope of a constant: it tells a wrong root key from an altered file. `whole` is an empty envelope bound to
all entries: none can be added or taken away. Where another provider than a file holds the root key, `provider` is its
name; `root` is what a provider needs to give the key again, worth nothing without it, or what tells the key from the
one before. Replacing the root key wraps the ring anew in one step: a crash leaves it under the old key or the new one,
and the provider has both until the new one is in its place.
"""

import os
import threading
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, get_args

import msgspec

from sealane.keys.blinding import Blinder
from sealane.keys.files import read_secret, write_secret
from sealane.keys.hpke import OpeningKey
from sealane.keys.providers.contract import Root
from sealane.keys.providers.file import FileRoot
from sealane.keys.root import FILE as ROOT_FILE
from sealane.keys.sealing import KEY_BYTES, DataKey
from sealane.keys.signing import Signer
from sealane.model.clock import Clock, system_clock
from sealane.model.errors import Conflict, DependencyUnavailable, EnvelopeInvalid, Misconfigured, SealaneError

__all__ = ["FILE", "KekKind", "KeyRing", "KeyVersion", "Opening", "Purpose", "Scope", "Shelf"]

FILE = "keyring.json"
KekKind = Literal["pii", "card", "index", "log", "inbox"]
Scope = Literal["links", "subjects", "cards", "requests", "shoppers", "grants", "standins"]
Purpose = Literal["log", "notice", "receipt", "message"]
Opening = Literal["message"]

_FORMAT = 1
_CHECK = b"sealane root key"
_USES = (
    *(f"kek/{kind}" for kind in get_args(KekKind)),
    *(f"blind/{scope}" for scope in get_args(Scope)),
    *(f"sign/{purpose}" for purpose in get_args(Purpose)),
    *(f"open/{purpose}" for purpose in get_args(Opening)),
)
# Data keys live in this file of the vault; where it exists, a lost key ring must not be replaced by an empty one.
_DEPENDENT = "vault-keys.db"


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    use: str
    version: int
    made_us: int
    wrapped: bytes


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    format: int
    check: bytes
    whole: bytes
    keys: tuple[_Entry, ...]
    provider: str = FileRoot.name
    root: bytes = b""


class Shelf(Protocol):
    """Where several servers keep one ring; without one, it is the file."""

    def load(self) -> str | None:
        """Return the ring's text, None when there is none yet."""

    def save(self, text: str, known: str | None) -> bool:
        """Keep the text in the place of the known one; tells whether that was still there."""

    def close(self) -> None:
        """Let go of whatever keeps it."""


class KeyVersion(NamedTuple):
    """One key of the ring: what it is for (`kek/pii`, `blind/subjects`, `sign/log`), which version, since when."""

    use: str
    version: int
    made_us: int


class KeyRing:
    """The opened key ring; holds secrets in memory and prints as nothing but its kind."""

    def __init__(
        self, folder: Path, provider: Root, opened: tuple[DataKey, bytes], *, clock: Clock, shelf: Shelf | None = None
    ) -> None:
        self._path = folder / FILE
        self._shelf = shelf
        self._known: str | None = None
        self._changing = threading.Lock()
        self._provider = provider
        self._root, self._kept = opened
        self._clock = clock
        self._entries: list[_Entry] = []
        self._secrets: dict[str, dict[int, bytes]] = {}

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        root_key: str | None = None,
        root: Root | None = None,
        clock: Clock = system_clock,
        shelf: Shelf | None = None,
    ) -> "KeyRing":
        """Read the key ring of a data folder, or of the shelf that several servers share, or make it on first use.

        The root key comes from its provider, which makes it on first use; without a provider it is the given text,
        else that of DIR/root.key.

        Raises:
            Misconfigured: when a key file is missing although data exist, malformed, altered or readable by others,
                when the root key is another one, or when the folder cannot be written.
            DependencyUnavailable: when the provider does not answer.
        """
        root = root or FileRoot(folder, root_key)
        text = _text(folder / FILE, shelf)
        if text is None:
            if shelf is None and (folder / _DEPENDENT).exists():
                raise Misconfigured(
                    f"{folder / FILE} is missing although sealed data exist.",
                    remedy=f"Restore {FILE} from the backup that belongs to this folder.",
                )
            ring = cls(folder, root, root.make(), clock=clock, shelf=shelf)
        else:
            file = _parse(text, folder / FILE)
            opened = _find(root, file, folder / FILE), file.root
            ring = cls(folder, root, opened, clock=clock, shelf=shelf)
            ring._load(file)
            ring._known = text
            root.settle(file.root)
        ring._complete()
        return ring

    def kek(self, kind: KekKind, version: int | None = None) -> DataKey:
        """Return the key-encryption key of a kind: the newest, or that of a version.

        Raises:
            EnvelopeInvalid: when the ring has no such version.
        """
        return DataKey(self._secret(f"kek/{kind}", version))

    def newest(self, kind: KekKind) -> int:
        """Return the newest version of a kind's key-encryption key, counted from 1."""
        return max(self._secrets[f"kek/{kind}"])

    def versions(self) -> tuple[KeyVersion, ...]:
        """Return every key of the ring without its secret, in the order they were made."""
        return tuple(KeyVersion(entry.use, entry.version, entry.made_us) for entry in self._entries)

    def wrapped(self) -> frozenset[tuple[str, int]]:
        """Return use and version of each key that the ring's file, read anew, holds wrapped and not in the clear.

        Raises:
            Misconfigured: when the file is malformed, missing or readable by others.
        """
        text = _text(self._path, self._shelf)
        if text is None:
            raise _altered(self._path)
        found = set()
        for entry in _parse(text, self._path).keys:
            secret = self._secrets[entry.use].get(entry.version)
            try:
                opened = self._root.open(entry.wrapped, _place(entry.use, entry.version))
            except EnvelopeInvalid:
                continue
            if secret is not None and opened == secret and secret not in entry.wrapped:
                found.add((entry.use, entry.version))
        return frozenset(found)

    def check(self) -> None:
        """Make sure that the ring is kept where the next start looks for it.

        Raises:
            DependencyUnavailable: when it is not.
        """
        if _text(self._path, self._shelf) is None:
            raise DependencyUnavailable(
                "The key ring is missing; without it no restart can open what is sealed.",
                remedy=f"Restore {FILE} from its backup before you restart.",
            )

    def close(self) -> None:
        """Let go of the shelf, if there is one; what was opened stays usable."""
        if self._shelf is not None:
            self._shelf.close()

    def refresh(self) -> bool:
        """Read the ring again when another server changed it; tells whether one did.

        Raises:
            Misconfigured: when it was altered.
            DependencyUnavailable: when it cannot be read.
        """
        text = None if self._shelf is None else self._shelf.load()
        if text is None or text == self._known:
            return False
        file = _parse(text, self._path)
        if file.root != self._kept:
            self._root, self._kept = _find(self._provider, file, self._path), file.root
        self._load(file)
        self._known = text
        return True

    def now_us(self) -> int:
        """Return the time by the clock that dates the keys."""
        return self._clock()

    def rotate(self, kind: KekKind) -> int:
        """Add a new key-encryption key to a kind and return its version; older versions go on opening.

        Raises:
            Misconfigured: when the ring's file cannot be written; the ring is then unchanged.
        """
        return self._rotate(f"kek/{kind}")

    def rotate_blinder(self, scope: Scope) -> int:
        """Add a new blinding key to a scope and return its version; hashes under older versions can still be made.

        Raises:
            Misconfigured: when the ring's file cannot be written; the ring is then unchanged.
        """
        return self._rotate(f"blind/{scope}")

    def rotate_root(self) -> None:
        """Put a new root key in the place of the present one and wrap the ring under it.

        Raises:
            Conflict: when the root key cannot be replaced from here, as things are.
            Misconfigured: when the ring's file cannot be written; the ring is then unchanged.
            DependencyUnavailable: when the provider does not answer.
        """
        if self._shelf is not None and self._provider.is_local:
            raise Conflict(
                "Several servers share this key ring, and each has the root key in a place of its own.",
                remedy="Use a provider that all of them reach (transit, pkcs11 or kms) to have it replaced.",
            )
        with self._changing:
            before = self._root, self._kept
            text = _text(self._path, self._shelf)
            if text is None or _parse(text, self._path).root != self._kept:
                # The provider has room for two keys; a third would take the place of one that is still needed.
                raise _altered(self._path, "Start again, so that the root key it is under is the one in use.")
            self._root, self._kept = self._provider.renew()
            try:
                self._save([self._wrap(each, self._secrets[each.use][each.version]) for each in self._entries])
            except SealaneError:
                self._root, self._kept = before
                raise
            self._provider.settle(self._kept)

    def destroy(self, use: str, *, below: int) -> None:
        """Forget the versions of a use that are older than `below`, for good; the newest always stays.

        Raises:
            Misconfigured: when the ring's file cannot be written; the ring is then unchanged.
        """
        with self._changing:
            versions = self._secrets[use]
            gone = {version for version in versions if version < min(below, max(versions))}
            if gone:
                self._save([entry for entry in self._entries if entry.use != use or entry.version not in gone])
                self._secrets[use] = {version: secret for version, secret in versions.items() if version not in gone}

    def blinder(self, scope: Scope, version: int | None = None) -> Blinder:
        """Return a scope's blinder: `links` for signals, `subjects` for shoppers, `cards`, `requests` for bodies.

        Raises:
            EnvelopeInvalid: when the ring has no such version.
        """
        return Blinder(self._secret(f"blind/{scope}", version))

    def blinder_versions(self, scope: Scope) -> tuple[int, ...]:
        """Return the versions of a scope's key, the newest first."""
        return tuple(sorted(self._secrets[f"blind/{scope}"], reverse=True))

    def signer(self, purpose: Purpose) -> Signer:
        """Return a purpose's key: `log` signs checkpoints, `notice`, `receipt`, `message` what parties are handed."""
        return Signer.from_seed(self._secret(f"sign/{purpose}"))

    def opener(self, purpose: Opening) -> OpeningKey:
        """Return the key that opens what others encrypt to this installation: `message` for bodies of calls."""
        return OpeningKey.from_secret(self._secret(f"open/{purpose}"))

    def _secret(self, use: str, version: int | None = None) -> bytes:
        versions = self._secrets[use]
        if version is not None and version not in versions and self.refresh():
            versions = self._secrets[use]
        try:
            return versions[max(versions) if version is None else version]
        except KeyError:
            raise EnvelopeInvalid(f"The key ring has no version {version} of {use}.") from None

    def _rotate(self, use: str) -> int:
        with self._changing:
            version = max(self._secrets[use]) + 1
            entry, secret = self._make(use, version)
            self._save([*self._entries, entry])
            self._secrets[use] = {**self._secrets[use], version: secret}
        return version

    def _load(self, file: _File) -> None:
        try:
            self._root.open(file.check, _CHECK)
        except EnvelopeInvalid:
            raise Misconfigured(
                f"This root key is not the one that wrapped {self._path}.",
                remedy=f"Restore {ROOT_FILE} (or SEALANE_ROOT_KEY) from the backup that belongs to this folder.",
            ) from None
        try:
            self._root.open(file.whole, msgspec.json.encode(file.keys))
            secrets: dict[str, dict[int, bytes]] = {}
            for entry in file.keys:
                secret = self._root.open(entry.wrapped, _place(entry.use, entry.version))
                secrets.setdefault(entry.use, {})[entry.version] = secret
        except EnvelopeInvalid:
            raise _altered(self._path) from None
        self._secrets = secrets
        self._entries = list(file.keys)

    def _complete(self) -> None:
        made = [(use, *self._make(use, 1)) for use in _USES if use not in self._secrets]
        if made:
            self._save([*self._entries, *(entry for _, entry, _ in made)])
            self._secrets.update({use: {1: secret} for use, _, secret in made})

    def _make(self, use: str, version: int) -> tuple[_Entry, bytes]:
        secret = os.urandom(KEY_BYTES)
        return self._wrap(_Entry(use, version, self._clock(), b""), secret), secret

    def _wrap(self, entry: _Entry, secret: bytes) -> _Entry:
        wrapped = self._root.seal(secret, _place(entry.use, entry.version))
        return _Entry(entry.use, entry.version, entry.made_us, wrapped)

    def _save(self, entries: list[_Entry]) -> None:
        keys = tuple(entries)
        whole = self._root.seal(b"", msgspec.json.encode(keys))
        file = _File(_FORMAT, self._root.seal(_CHECK, _CHECK), whole, keys, self._provider.name, self._kept)
        text = msgspec.json.format(msgspec.json.encode(file), indent=1).decode() + "\n"
        if self._shelf is None:
            write_secret(self._path, text)
        elif not self._shelf.save(text, self._known):
            raise Misconfigured("Another server changed the key ring at the same moment.", remedy="Try again.")
        self._entries, self._known = entries, text

    def __repr__(self) -> str:
        return "KeyRing(***)"


def _text(path: Path, shelf: Shelf | None) -> str | None:
    return read_secret(path) if shelf is None else shelf.load()


def _parse(text: str, path: Path) -> _File:
    try:
        file = msgspec.json.decode(text, type=_File)
    except (msgspec.DecodeError, ValueError):
        raise _altered(path) from None
    if file.format != _FORMAT:
        raise _altered(path, "Start the Sealane release that wrote it, or a newer one.")
    return file


def _altered(path: Path, remedy: str = f"Restore {FILE} from its backup.") -> Misconfigured:
    return Misconfigured(f"{path} is not a key ring of this version, or was altered.", remedy=remedy)


def _find(root: Root, file: _File, path: Path) -> DataKey:
    if root.name != file.provider:
        raise Misconfigured(
            f"The root key of {path} is with the provider {file.provider}, not with {root.name}.",
            remedy=f'Set root_provider = "{file.provider}".',
        )
    found = root.find(file.root)
    if found is None:
        raise Misconfigured(
            f"The root key is missing although {path} holds keys.",
            remedy=f"Restore {path.parent / ROOT_FILE} from its backup or set SEALANE_ROOT_KEY; "
            "a new root key cannot open old data.",
        )
    return found


def _place(use: str, version: int) -> bytes:
    return f"sealane key ring {_FORMAT} {use} {version}".encode()

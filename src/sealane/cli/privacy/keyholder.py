"""Whoever holds the folder's keys: its running server, reached as the operator, or the folder opened here."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import httpx
import msgspec

from sealane.app import Sealane
from sealane.cli.terminal.server import RunningServer, find_server
from sealane.flows.erase import erase
from sealane.flows.privacy.rotating import rotate
from sealane.model.decoding import decode
from sealane.model.errors import DependencyUnavailable, NotAuthenticated, SealaneError
from sealane.settings import Settings
from sealane.storage.database import Transaction
from sealane.vault.erasure.holds import hold_decoder, lift_hold, set_hold
from sealane.vault.rotation.rotation import KeyReport, Rotatable
from sealane.web.auth import OPERATOR_FILE, operator_key

__all__ = ["Keyholder", "keyholder"]

_SECONDS = 60.0


class Keyholder(Protocol):
    """What the commands about keys and subjects need."""

    def report(self) -> KeyReport:
        """Return the keys and how far the work on them is."""
        ...

    def rotate(self, kinds: tuple[str, ...], *, emergency: bool) -> None:
        """Make new keys and begin to bring everything under them."""
        ...

    def erase(self, subject_id: str) -> bytes:
        """Erase a subject and return the receipt as JSON."""
        ...

    def hold(self, subject_id: str, asked: dict[str, str]) -> str:
        """Forbid to erase a subject and return the id of the hold; `asked` is the body of the API's call."""
        ...

    def lift(self, hold_id: str) -> None:
        """Lift a hold."""
        ...


class _Here:
    """The folder, opened by this process."""

    def __init__(self, lane: Sealane) -> None:
        self._rooms = lane.rooms

    def report(self) -> KeyReport:
        return self._rooms.vault.rotation.report()

    def rotate(self, kinds: tuple[str, ...], *, emergency: bool) -> None:
        rotate(self._rooms, msgspec.convert(kinds, tuple[Rotatable, ...]), emergency=emergency)

    def erase(self, subject_id: str) -> bytes:
        rooms = self._rooms

        def flow(tx: Transaction) -> bytes:
            with rooms.database.reader() as connection:
                known = rooms.vault.receipt(connection, subject_id)
            return known or msgspec.json.encode(erase(rooms, subject_id, tx))

        return rooms.database.run(flow)

    def hold(self, subject_id: str, asked: dict[str, str]) -> str:
        request = decode(hold_decoder, msgspec.json.encode(asked))
        return self._rooms.database.run(lambda tx: set_hold(tx, subject_id, request)).hold_id

    def lift(self, hold_id: str) -> None:
        self._rooms.database.run(lambda tx: lift_hold(tx, hold_id))


class _There:
    """The server that holds the folder."""

    def __init__(self, server: RunningServer, key: str) -> None:
        self._url = server.url
        self._head = {"Authorization": f"Bearer {key}"}

    def report(self) -> KeyReport:
        return msgspec.json.decode(self._ask("GET", "/v1/keys"), type=KeyReport)

    def rotate(self, kinds: tuple[str, ...], *, emergency: bool) -> None:
        self._ask("POST", "/v1/keys/rotation", {"kinds": kinds, "emergency": emergency})

    def erase(self, subject_id: str) -> bytes:
        return self._ask("POST", f"/v1/subjects/{subject_id}/erasure")

    def hold(self, subject_id: str, asked: dict[str, str]) -> str:
        return str(msgspec.json.decode(self._ask("POST", f"/v1/subjects/{subject_id}/holds", asked))["hold_id"])

    def lift(self, hold_id: str) -> None:
        self._ask("DELETE", f"/v1/holds/{hold_id}")

    def _ask(self, method: str, path: str, body: Any = None) -> bytes:
        try:
            # Nothing of the environment, such as a proxy, may come between the command and its server.
            with httpx.Client(base_url=self._url, headers=self._head, timeout=_SECONDS, trust_env=False) as client:
                answer = client.request(method, path, json=body)
        except httpx.HTTPError:
            raise DependencyUnavailable("The server of this folder does not answer.") from None
        if answer.is_success:
            return answer.content
        raise _refusal(answer)


@contextmanager
def keyholder(settings: Settings) -> Iterator[Keyholder]:
    """Lend whoever holds the keys for the length of a `with` block.

    Raises:
        Misconfigured: when the folder cannot be used as it is.
        DependencyUnavailable: when its server is there and does not answer.
    """
    folder = Path(settings.data_dir)
    server = find_server(folder)
    if server is None:
        with Sealane.open(settings) as lane:
            yield _Here(lane)
        return
    if not (folder / OPERATOR_FILE).exists():
        raise NotAuthenticated(
            f"{folder / OPERATOR_FILE} is missing.", remedy="Restart the server; it makes a new key."
        )
    yield _There(server, operator_key(folder))


def _refusal(answer: httpx.Response) -> SealaneError:
    problem = answer.json()
    kinds = {kind.code: kind for kind in _all_kinds(SealaneError)}
    made = kinds.get(problem["code"], SealaneError)(problem["detail"])
    made.advice = problem["remedy"]
    return made


def _all_kinds(kind: type[SealaneError]) -> Iterator[type[SealaneError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _all_kinds(below)

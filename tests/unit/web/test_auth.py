import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sealane.keys.secrets import digest, new_secret
from sealane.model.errors import Misconfigured, NotAuthenticated, NotPermitted, RateLimited
from sealane.model.party import OPERATOR, Party, PartyRequest
from sealane.settings import Settings
from sealane.storage import parties
from sealane.storage.database import Database
from sealane.storage.sharing import ALONE
from sealane.web.auth import REMEMBERED_SECONDS, Gate, KeyBook, operator_key
from sealane.web.routes import PUBLIC, Route
from sealane.web.visit import NOBODY, Visit


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Lane:
    """What the gate needs of an installation: settings, folder and database."""

    settings: Settings
    folder: Path
    rooms: Any


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Any]:
    database = Database.open(tmp_path)
    settings = Settings(rate_per_second=1.0, rate_burst=20.0, public_rate_per_second=1.0)
    rooms = SimpleNamespace(database=database, interchange=SimpleNamespace(bindings={}), lead=ALONE)
    yield Lane(settings, tmp_path, rooms)
    database.close()


def register(lane: Any, *roles: Any) -> tuple[Party, str]:
    key = new_secret("sk")
    request = PartyRequest(name="Shop", roles=roles, country="PT")
    return lane.rooms.database.run(lambda tx: parties.add(tx, request, digest(key))), key


def visit(*headers: tuple[bytes, bytes], client: str = "203.0.113.9") -> Visit:
    scope = {"headers": list(headers), "client": (client, 1)}
    return Visit(None, None, scope, None)  # type: ignore[arg-type]


def bearing(key: str, scheme: str = "Bearer", client: str = "203.0.113.9") -> Visit:
    return visit((b"authorization", f"{scheme} {key}".encode()), client=client)


def route(*roles: Any, places: int = 1) -> Route:
    return Route(method="GET", path="/x", action=None, summary="", roles=roles, answers={}, tag="", places=places)  # type: ignore[arg-type]


def test_the_operators_key_is_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    key = operator_key(tmp_path)
    assert key.startswith("sk_")
    assert operator_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "admin.key").stat().st_mode) == 0o600
    (tmp_path / "admin.key").chmod(0o640)
    with pytest.raises(Misconfigured):
        operator_key(tmp_path)


def test_a_key_names_its_party(lane: Any) -> None:
    shop, key = register(lane, "merchant")
    book = KeyBook(lane)
    assert book.holder(key) == shop
    assert book.holder(operator_key(lane.folder)) == OPERATOR
    for wrong in ("", "sk_", key[:-1], key + "x", new_secret("sk")):
        assert book.holder(wrong) is None


def test_a_revoked_key_is_dead_within_a_second(lane: Any) -> None:
    shop, key = register(lane, "merchant")
    clock = Clock()
    book = KeyBook(lane, clock=clock)
    assert book.holder(key) == shop
    lane.rooms.database.run(lambda tx: tx.execute("DELETE FROM api_keys"))
    clock.now += REMEMBERED_SECONDS + 0.001
    assert book.holder(key) is None


def test_a_fresh_key_works_at_once(lane: Any) -> None:
    book = KeyBook(lane)
    shop, key = register(lane, "merchant")
    assert book.holder(key) == shop


def test_the_gate_lets_the_right_role_in(lane: Any) -> None:
    shop, key = register(lane, "carrier", "merchant")
    gate = Gate(lane, KeyBook(lane))
    for scheme in ("Bearer", "bearer", "BEARER"):
        caller = bearing(key, scheme)
        gate.admit(caller, route("merchant"))
        assert caller.party == shop
        gate.release(caller)
    gate.admit(bearing(key), route())


def test_the_gate_refuses_other_roles_and_unknown_keys(lane: Any) -> None:
    _, key = register(lane, "carrier")
    gate = Gate(lane, KeyBook(lane))
    with pytest.raises(NotPermitted, match="merchant, psp"):
        gate.admit(bearing(key), route("merchant", "psp"))
    for caller in (visit(), bearing("sk_wrong"), bearing(key, "Basic"), visit((b"authorization", b"\xff\xfe"))):
        with pytest.raises(NotAuthenticated):
            gate.admit(caller, route())
        assert caller.party == NOBODY
        gate.release(caller)


def test_anyone_may_use_public_routes_so_much(lane: Any) -> None:
    gate = Gate(lane, KeyBook(lane))
    public = Route(method="GET", path="/x", action=None, summary="", roles=PUBLIC, answers={}, tag="")  # type: ignore[arg-type]
    for _ in range(10):
        gate.admit(visit(), public)
    with pytest.raises(RateLimited):
        gate.admit(visit(), public)
    gate.admit(visit(client="203.0.113.10"), public)


def test_guessing_keys_uses_up_the_guessers_allowance(lane: Any) -> None:
    _, key = register(lane, "merchant")
    gate = Gate(lane, KeyBook(lane))
    for number in range(10):
        with pytest.raises(NotAuthenticated):
            gate.admit(bearing(f"sk_guess{number}"), route())
    with pytest.raises(RateLimited):
        gate.admit(bearing("sk_guess"), route())
    gate.admit(bearing(key), route())


def test_a_flood_from_one_party_leaves_the_others_alone(lane: Any) -> None:
    _, noisy = register(lane, "merchant")
    _, quiet = register(lane, "merchant")
    gate = Gate(lane, KeyBook(lane))
    for _ in range(20):
        gate.admit(bearing(noisy), route())
    with pytest.raises(RateLimited) as refusal:
        gate.admit(bearing(noisy), route())
    assert refusal.value.retry_after_seconds == 1
    gate.admit(bearing(quiet), route())


def test_a_party_runs_few_batches_at_once(lane: Any) -> None:
    _, key = register(lane, "merchant")
    gate = Gate(lane, KeyBook(lane))
    callers = [bearing(key) for _ in range(5)]
    for caller in callers[:4]:
        gate.admit(caller, route(places=128))
    with pytest.raises(RateLimited):
        gate.admit(callers[4], route(places=128))
    gate.release(callers[0])
    gate.admit(callers[4], route(places=128))
    for caller in callers[1:]:
        gate.release(caller)
    assert not gate._turnstile._inside


def test_a_given_operators_key_is_the_same_on_every_server(tmp_path: Path) -> None:
    given = "sk_" + "0123456789abcdef" * 3
    assert operator_key(tmp_path, given) == given
    assert operator_key(tmp_path) == given
    assert (tmp_path / "admin.key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(Misconfigured, match="characters"):
        operator_key(tmp_path, "short")

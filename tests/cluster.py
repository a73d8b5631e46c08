"""Several servers of one installation over real parts, for tests that kill them: everything on loopback.

with Cluster(tmp_path, servers=3) as cluster:
    with cluster.load(threads=6) as load:
        outage = cluster.strike("server 0", load)   # kill -9, start again; how long until every order is taken again
    cluster.verify(load)

Each part that can die is one entry of `parts`: its name, how to kill it, how to bring it back.
"""

import itertools
import os
import random
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

import httpx
import msgspec
import psycopg

from orders import order
from running import Server
from sealane.risk import default_policy, facts, record
from sealane.risk.windows.state import State
from servers import fresh_database, postgres_server, power_cut
from shards import valkey_cluster

__all__ = ["PATIENCE_SECONDS", "Cluster", "Judged", "Load", "Outage", "Part"]

SECRETS = ("root.key", "admin.key")
"""What an operator gives to every server of an installation."""

RECOVERED = 10
"""Orders in a row that must be taken until a part counts as replaced."""

PATIENCE_SECONDS = 120

_loads = itertools.count(1)


class Part(NamedTuple):
    """Something that can die."""

    kill: Callable[[], None]
    restore: Callable[[], object]


class Outage(NamedTuple):
    """What the death of a part cost: the longest time in seconds without an order taken, and until all is whole."""

    pause: float
    whole: float


class Judged(NamedTuple):
    """Decisions that saw other windows than a single server would have, and those made without history, which say so.

    The latter are no part of the former.
    """

    differing: int
    degraded: int


class Load:
    """Merchants that send orders to any server and try again, elsewhere, until each is acknowledged."""

    def __init__(self, cluster: "Cluster", threads: int, pause_seconds: float = 0.0) -> None:
        self.acknowledged: dict[str, str] = {}
        self.entries: dict[str, str] = {}
        self.degraded: set[str] = set()
        self.refused: list[str] = []
        self.last_taken = time.monotonic()
        self._cluster = cluster
        self._name = next(_loads)
        self._pause_seconds = pause_seconds
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(number,)) for number in range(threads)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _send(self, sender: int) -> None:
        chance = random.Random(sender)
        number = 0
        with httpx.Client(timeout=30) as client:
            while not self._stopped.wait(self._pause_seconds):
                number += 1
                self._place(client, chance, f"SO-{self._name}-{sender}-{number}")

    def _place(self, client: httpx.Client, chance: random.Random, reference: str) -> None:
        body = order(reference=reference, shopper={"account": f"a-{chance.randrange(5)}"})
        headers = {"Authorization": f"Bearer {self._cluster.merchant_key}", "Idempotency-Key": reference}
        while True:
            server = chance.choice(self._cluster.servers)
            try:
                answer = client.post(f"{server.url}/v1/orders", json=body, headers=headers)
            except httpx.TransportError as error:
                self.refused.append(type(error).__name__)
                time.sleep(0.02)
                continue
            if answer.status_code == 201:
                told = answer.json()
                self.acknowledged[reference] = told["order_id"]
                self.entries[reference] = told["log_entry"]
                if told["decision"]["degraded"]:
                    self.degraded.add(reference)
                self.last_taken = time.monotonic()
                return
            self.refused.append(f"{answer.status_code} {answer.json().get('code')}")
            time.sleep(0.05)


class Cluster:
    """Servers on one PostgreSQL server and three shards of signals, and what is needed to kill and to judge them."""

    def __init__(self, folder: Path, *, servers: int = 3) -> None:
        self.folder = folder
        self.servers: list[Server] = []
        self.parts: dict[str, Part] = {}
        self._count = servers
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.postgres: Any = self._stack.enter_context(postgres_server())
        self.database = fresh_database(self.postgres.get_uri())
        self.keys = fresh_database(self.postgres.get_uri())
        try:
            self.shards = self._stack.enter_context(valkey_cluster())
            self._add(0)
            self._start(self.servers)
            for number in range(1, self._count):
                self._add(number)
            self._start(self.servers[1:])
        except BaseException:
            self._stack.close()
            raise
        self.merchant_key = self.servers[0].party("merchant")["api_key"]
        self.parts["postgres"] = Part(lambda: power_cut(self.postgres), lambda: None)
        for number, shard in enumerate(self.shards.primaries):
            self.parts[f"shard {number}"] = Part(shard.kill, shard.start)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @contextmanager
    def load(self, threads: int = 4, *, pause_seconds: float = 0.0) -> Iterator[Load]:
        load = Load(self, threads, pause_seconds)
        load.start()
        try:
            yield load
        finally:
            load.stop()

    def leader(self) -> str:
        """Return the name of the part that leads now, the sequencer of the log, once it is not a killed one."""
        processes = {server.process.pid: f"server {number}" for number, server in enumerate(self.servers)}
        for _ in range(200):
            with psycopg.connect(self.database) as connection:
                sql = """SELECT holder FROM lead WHERE until_us > extract(epoch FROM clock_timestamp()) * 1000000"""
                row = connection.execute(sql).fetchone()
            number = int(str(row[0]).rpartition(":")[2]) if row is not None else 0
            if number in processes:
                return processes[number]
            time.sleep(0.05)
        raise AssertionError("nobody leads")

    def strike(self, name: str, load: Load, meanwhile: Callable[[], None] = lambda: None) -> Outage:
        """Kill a part under load, bring it back once orders are taken without it, and wait until all is whole again."""
        part = self.parts[name]
        began = time.monotonic()
        longest = Pause(load)
        part.kill()
        self._await(load, RECOVERED)
        meanwhile()
        part.restore()
        self._await(load, RECOVERED)
        pause = longest.stop()
        for server in self.servers:
            while server.get("/readyz").status_code != 200:
                assert time.monotonic() < began + PATIENCE_SECONDS, f"{name} is not whole again"
                time.sleep(0.02)
        return Outage(pause, time.monotonic() - began)

    def _await(self, load: Load, orders: int) -> None:
        """Wait until so many more orders were taken."""
        wanted = len(load.acknowledged) + orders
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(load.acknowledged) < wanted:
            assert time.monotonic() < deadline, f"no more orders are taken: {load.refused[-5:]}"
            time.sleep(0.01)

    def verify(self, load: Load) -> None:
        """Check that everything acknowledged is there once, on every server, and that the log holds together."""
        with psycopg.connect(self.database) as connection:
            rows = connection.execute("SELECT reference, order_id FROM orders").fetchall()
            bodies = connection.execute("SELECT body FROM risk_decision").fetchall()
            gaps = connection.execute("SELECT max(position), count(*) FROM log_entry").fetchone()
            leaves = connection.execute("SELECT count(*), count(DISTINCT entry_id) FROM log_entry").fetchone()
        assert len(rows) == len({reference for reference, _ in rows})
        stored: dict[str, str] = dict(rows)
        assert {reference: stored.get(reference) for reference in load.acknowledged} == load.acknowledged
        decided = Counter(made.order_id for (body,) in bodies if (made := record.read(body)).stage == "checkout")
        assert decided == Counter(stored.values())
        assert gaps is not None
        assert gaps[0] == gaps[1]
        assert leaves is not None
        assert leaves[0] == leaves[1]
        assert self.judged().differing == 0
        self._verify_log(load)

    def judged(self) -> Judged:
        """Make every decision's windows again as a single server would have, facts taken in order, and compare."""
        state = State(default_policy(None).catalogue)
        with psycopg.connect(self.database) as connection:
            stored = connection.execute("SELECT seq, body FROM risk_fact ORDER BY seq").fetchall()
            bodies = connection.execute("SELECT body FROM risk_decision").fetchall()
        made = {each.seq: each for each in (record.read(body) for (body,) in bodies)}
        differing = degraded = 0
        for seq, body in stored:
            fact = facts.decode(body)
            values, _ = state.observe(fact)
            state.register(seq, fact)
            if seq not in made:
                continue
            if made[seq].is_degraded:
                degraded += 1
            else:
                differing += msgspec.msgpack.encode(values) != msgspec.msgpack.encode(made[seq].signals)
        return Judged(differing, degraded)

    def _verify_log(self, load: Load) -> None:
        reference = next(reversed(load.entries))
        key = self.merchant_key
        for server in self.servers:
            proof = server.get(f"/v1/log/entries/{load.entries[reference]}/proof", key)
            assert proof.status_code == 200, proof.text
        tops = {server.get("/log/checkpoint").text for server in self._settled()}
        assert len(tops) == 1, tops

    def _settled(self) -> list[Server]:
        for _ in range(100):
            if len({server.get("/log/checkpoint").text for server in self.servers}) == 1:
                break
            time.sleep(0.1)
        return self.servers

    def _start(self, servers: list[Server]) -> None:
        """Start servers at the same time, and have them stopped at the end."""
        with ThreadPoolExecutor(len(servers)) as pool:
            for server in pool.map(Server.start, servers):
                self._stack.callback(server.__exit__, None, None, None)

    def _add(self, number: int) -> None:
        folder = self.folder / f"server-{number}"
        folder.mkdir(mode=0o700)
        if self.servers:
            for name in SECRETS:
                shutil.copy(self.servers[0].folder / name, folder / name)
        environment = {
            "SEALANE_RATE_PER_SECOND": "100000",
            "SEALANE_RATE_BURST": "100000",
            "SEALANE_MODEL": "scorecard",
            "SEALANE_OUTBOUND_LOOPBACK": "true",
        }
        flags = ("--database", self.database, "--keys-database", self.keys, "--features", self.shards.url)
        server = Server(folder, *flags, environment={**os.environ, **environment})
        self.servers.append(server)
        self.parts[f"server {number}"] = Part(server.kill, server.start)


class Pause:
    """Watches for the longest time in which no order was taken."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._longest = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> float:
        self._stopped.set()
        self._thread.join()
        return self._longest

    def _watch(self) -> None:
        while not self._stopped.wait(0.005):
            self._longest = max(self._longest, time.monotonic() - self._load.last_taken)

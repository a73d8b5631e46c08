"""The log's side: cosigned in the background, nothing waits, and a witness that knows better stops the start."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sealane.model.errors import Misconfigured
from sealane.storage.database import Database
from sealane.supervision import Log
from sealane.supervision.verify import Quorum, verify_bundle
from sealane.supervision.witness.policy import Policy, WitnessAddress

OpenLog = Callable[..., Log]
Append = Callable[..., list[str]]
ORIGIN = "sealane.local/test"
_FORGE = "UPDATE log_entry SET leaf = CAST(replace(leaf, 'decided', 'changed') AS BLOB)"


def wait(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_proof_comes_with_the_cosignatures(open_log: OpenLog, append: Append, policy: Policy, lane: Path) -> None:
    log = open_log(origin=ORIGIN, witnesses=policy)
    log.start()
    quorum = Quorum([str(key) for key in policy.keys], 2)
    for _ in range(3):
        entry_id = append(log, 3)[-1]
        assert len(verify_bundle(log.prove(entry_id), log.public_key(), quorum).cosignatures) >= 2
    wait(lambda: all(state.size == 9 and not state.trouble for state in log.witnesses().states))
    log.close()
    assert (lane / "log" / "checkpoint").read_bytes() == (lane / "log" / "checkpoint.cosigned").read_bytes()


def test_a_witness_that_is_away_delays_nothing_and_catches_up(
    open_log: OpenLog, append: Append, policy: Policy
) -> None:
    away = WitnessAddress("http://127.0.0.1:9", policy.keys[0])
    log = open_log(origin=ORIGIN, witnesses=Policy((away, *policy.witnesses[1:]), 2))
    log.start()
    entry_id = append(log, 5)[-1]
    verify_bundle(log.prove(entry_id), log.public_key(), Quorum([str(key) for key in policy.keys], 2))
    assert "cannot be reached" in log.witnesses().states[0].trouble
    log.close()
    log = open_log(witnesses=policy)
    assert [state.size for state in log.witnesses().states] == [5, 5, 5]


def test_a_rolled_back_database_does_not_start(
    open_log: OpenLog, append: Append, policy: Policy, database: Database, lane: Path
) -> None:
    log = open_log(origin=ORIGIN, witnesses=policy)
    append(log, 7)
    log.integrate()
    log.close()
    open_log(witnesses=policy).close()
    database.run(lambda tx: tx.execute("DELETE FROM log_entry WHERE position > 4"))
    shutil.rmtree(lane / "log")
    with pytest.raises(Misconfigured, match="cosigned 7 entries, here are 4") as refusal:
        open_log(witnesses=policy)
    assert "newest backup" in refusal.value.advice
    assert not (lane / "log" / "checkpoint").exists(), "nothing smaller was signed"


def test_a_rewritten_log_does_not_start(
    open_log: OpenLog, append: Append, policy: Policy, database: Database, lane: Path
) -> None:
    log = open_log(origin=ORIGIN, witnesses=policy)
    append(log, 7)
    log.integrate()
    log.close()
    open_log(witnesses=policy).close()
    for grown in (0, 3):
        database.run(lambda tx: tx.execute(_FORGE))
        shutil.rmtree(lane / "log")
        with pytest.raises(Misconfigured, match=r"cosigned another root|not only extended"):
            open_log(witnesses=policy)
        append(log, grown)


def test_without_witnesses_nobody_is_asked(open_log: OpenLog, append: Append) -> None:
    log = open_log(origin=ORIGIN)
    log.start()
    entry_id = append(log, 1)[0]
    assert verify_bundle(log.prove(entry_id), log.public_key()).cosignatures == ()

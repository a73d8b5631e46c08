"""What a blinded look-up costs against the bare group operations, and what a custodian learns from it.

Goals: round trip on loopback p50 below 5 ms and p99 below 20 ms; 1,000 look-ups a second in batches; a classifier over
transcripts guesses the value in at most 51 of 100 cases.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import rbcl

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from running import Server
from sealane.alliance import Member, canonical, epoch_of
from sealane.alliance.links import Link, Links
from sealane.alliance.matching import Copy
from sealane.flows.trust.alliance import check_pin
from sealane.keys.oprf import EvaluationKey, blind, finalize, verify_evaluation
from sealane.model.clock import system_clock

ROUNDS = int(os.environ.get("ROUNDS", "5"))
TRANSCRIPTS = int(os.environ.get("TRANSCRIPTS", "40000"))


def micros(work: Callable[[], object], count: int) -> float:
    begin = time.process_time()
    for _ in range(count):
        work()
    return (time.process_time() - begin) / count * 1e6


def costs(size: int) -> dict[str, float]:
    """Return what each step costs for one element of a batch, in scalar multiplications of the same moment."""
    key = EvaluationKey.generate()
    scalar, point = rbcl.crypto_core_ristretto255_scalar_random(), blind(b"probe")[1]
    elements = [blind(b"%d" % number)[1] for number in range(size)]
    evaluated, proof = key.evaluate(elements)
    times = max(1, 64 // size)
    probe = micros(lambda: rbcl.crypto_scalarmult_ristretto255(scalar, point), 200)
    return {
        "evaluate with proof": micros(lambda: key.evaluate(elements), times) / size / probe,
        "verify": micros(lambda: verify_evaluation(key.public_key, elements, evaluated, proof), times) / size / probe,
        "blind and finalize": micros(lambda: finalize(b"x", blind(b"x")[0], evaluated[0]), 32) / probe,
    }


def operations() -> None:
    for size in (1, 16, 1000):
        rounds = [costs(size) for _ in range(ROUNDS)]
        told = ", ".join(f"{name} {statistics.median(each[name] for each in rounds):.1f}" for name in rounds[0])
        print(f"batch of {size:>4}: {told} (scalar multiplications an element)")


@contextmanager
def members() -> Iterator[Member]:
    root = Path(tempfile.mkdtemp(prefix="sealane-alliance-"))
    quota = {"SEALANE_ALLIANCE_QUOTA_PER_DAY": "10000000", "SEALANE_ALLIANCE_CUSTODIAN": "true"}
    first = Server(root / "first", environment={**os.environ, **quota, "SEALANE_ALLIANCE_REGISTER": "true"})
    second = Server(root / "second", environment={**os.environ, **quota})
    with first, second:
        links = tuple(
            Link(
                str(server.port),
                server.url,
                server.party("merchant")["api_key"],
                (server.folder / "log" / "log.vkey").read_text().strip(),
                keeps_register=server is first,
            )
            for server in (first, second)
        )
        with Member(Links(links), Copy.open(root), check_pin, keep=lambda _: None) as member:
            yield member


def bare_ms() -> float:
    """Return the wall time of one scalar multiplication now, in milliseconds: the median of 500."""
    scalar, point = rbcl.crypto_core_ristretto255_scalar_random(), blind(b"probe")[1]
    spent = []
    for _ in range(500):
        begin = time.perf_counter()
        rbcl.crypto_scalarmult_ristretto255(scalar, point)
        spent.append((time.perf_counter() - begin) * 1e3)
    return statistics.median(spent)


def round_trips() -> None:
    with members() as member:
        epoch = epoch_of(system_clock())
        one = [canonical("phone", "+351912345678")]
        many = [canonical("email", f"shopper{number}@example.com") for number in range(1000)]
        for inputs in (one, many):
            member.tags(inputs, epoch, purpose="checkout", case="warm")
        spent = []
        for _ in range(200):
            begin = time.perf_counter()
            member.tags(one, epoch, purpose="checkout", case="bench")
            spent.append((time.perf_counter() - begin) * 1e3)
        spent.sort()
        bare = bare_ms()
        print(
            f"one value (padded to 16), both custodians: p50 {spent[100]:.1f} ms, p99 {spent[197]:.1f} ms; "
            f"that is {spent[100] / bare:.0f} and {spent[197] / bare:.0f} scalar multiplications"
        )
        rates = []
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            member.tags(many, epoch, purpose="checkout", case="bench")
            rates.append(len(many) / (time.perf_counter() - begin))
        print(
            f"batches of 1,000: {statistics.median(rates):.0f} values a second, member and custodians on this machine; "
            f"one costs {1e3 / statistics.median(rates) / bare_ms():.0f} scalar multiplications of wall time"
        )


def transcripts() -> None:
    """Train on half of the transcripts of two values, guess on the rest: nearest mean over bits of the element."""
    values = (b"phone|1|+351912345678", b"phone|1|+351912345679")
    seen = [(number & 1, int.from_bytes(blind(values[number & 1])[1])) for number in range(TRANSCRIPTS)]
    half = len(seen) // 2
    weights = []
    for bit in range(256):
        rate = [statistics.mean(text >> bit & 1 for label, text in seen[:half] if label == side) for side in (0, 1)]
        weights.append(rate[1] - rate[0])
    scores = [(label, sum(w for bit, w in enumerate(weights) if text >> bit & 1)) for label, text in seen[half:]]
    middle = statistics.median(score for _, score in scores)
    right = sum((score > middle) == bool(label) for label, score in scores)
    print(f"a classifier guesses {right / len(scores):.1%} of {len(scores):,} transcripts (chance 50 %)")


if __name__ == "__main__":
    operations()
    round_trips()
    transcripts()

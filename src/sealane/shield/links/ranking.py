"""Ranking: how much an unknown host looks like those of known phishing, for putting reports in an order.

    rank(parse("http://secure-login.verify-account.xyz/update"))  ->  0.97

A logistic regression over runs of two to four letters of the host. `data/ranking.json` holds its coefficients, what it
learned from, and how it did on links of another source. It is too weak to warn anybody, so no verdict depends on it.
Paths are left out: in every public collection they tell the collection and not the fraud.
"""

import math
from base64 import b64decode
from functools import cache
from pathlib import Path
from zlib import crc32

import msgspec

from sealane.shield.links.address import Address

__all__ = ["BUCKETS", "FILE", "Ranking", "buckets_of", "rank"]

FILE = Path(__file__).resolve().parent.parent / "data" / "ranking.json"
BUCKETS = 8192
_LENGTHS = (2, 3, 4)
_LONGEST = 80
_MOST = 30.0


class Ranking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The model as it is shipped; `weights` has one signed byte a bucket, in base64, in units of `unit`."""

    source: str
    learned: int
    intercept: float
    unit: float
    weights: str
    measured: dict[str, float]


def rank(address: Address) -> float:
    """Return a number between 0 and 1, for comparing links with each other; it is no probability of harm."""
    model, weights = _model()
    found = buckets_of(address)
    total = model.intercept + model.unit * sum(weights[bucket] for bucket in found) / math.sqrt(len(found) or 1)
    return round(1 / (1 + math.exp(-max(-_MOST, min(_MOST, total)))), 3)


def buckets_of(address: Address) -> tuple[int, ...]:
    """Return the bucket of each run of letters in the host, each bucket once."""
    text = f"^{address.host.removeprefix('www.')[-_LONGEST:]}$".encode()
    runs = {text[start : start + length] for length in _LENGTHS for start in range(len(text) - length + 1)}
    return tuple({crc32(run) % BUCKETS for run in runs})


@cache
def _model() -> tuple[Ranking, tuple[int, ...]]:
    model = msgspec.json.decode(FILE.read_bytes(), type=Ranking)
    return model, tuple(memoryview(b64decode(model.weights)).cast("b"))

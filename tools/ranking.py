"""Learn the coefficients of the ranking of links, and write them with what they were learned from and how they did.

    .venv/bin/python tools/ranking.py SHARED_DATA

Learns from half of the registrable domains of `urls/data_*.json` (the files hold no dates, so there is no split by
time) and is measured on the other half and on a source it never saw: the random domains of OpenDNS, all taken as
ordinary. Needs the extra `learning`.
"""

import json
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import msgspec
import numpy as np

from sealane.shield.links.address import Address, parse
from sealane.shield.links.ranking import BUCKETS, FILE, Ranking, buckets_of

ROUNDS = 300
RATE = 40.0
PENALTY = 2e-5
BASE_RATE = 0.0005
LARGEST = 127


class Table:
    """Hosts as rows of buckets, each row of length one."""

    def __init__(self, links: list[Address]) -> None:
        rows = [buckets_of(address) for address in links]
        sizes = np.array([len(row) for row in rows])
        self.row = np.repeat(np.arange(len(rows)), sizes)
        self.bucket = np.fromiter((bucket for row in rows for bucket in row), int)
        self.value = np.repeat(1 / np.sqrt(sizes), sizes)
        self.size = len(rows)

    def scores(self, weight: np.ndarray, intercept: float) -> np.ndarray:
        """Return what the model says of each row, before the logistic curve."""
        told = np.bincount(self.row, weight[self.bucket] * self.value, self.size)
        return np.asarray(told + intercept)

    def pull(self, slip: np.ndarray) -> np.ndarray:
        """Return the gradient of the weights for the slip of each row."""
        return np.bincount(self.bucket, slip[self.row] * self.value, BUCKETS)


def by_domain(links: list[str]) -> dict[str, Address]:
    """Return one address for each registrable domain."""
    found: dict[str, Address] = {}
    for address in map(parse, links):
        if address is not None and address.domain:
            found.setdefault(address.domain, address)
    return found


def half(links: dict[str, Address], *, learned: bool) -> list[Address]:
    """Return the half of the domains that is learned from, or the other one, by a digest of the domain."""
    return [each for domain, each in links.items() if (sha256(domain.encode()).digest()[0] < LARGEST + 1) is learned]


def area(bad: np.ndarray, good: np.ndarray) -> float:
    """Return the area under the ROC curve, ties counted half."""
    order = np.sort(good)
    below = np.searchsorted(order, bad, "left") + np.searchsorted(order, bad, "right")
    return float(below.mean() / (2 * len(good)))


def fit(bad: list[Address], good: list[Address]) -> tuple[np.ndarray, float]:
    """Return weights and intercept by gradient descent, both classes counting the same."""
    table = Table(bad + good)
    truth = np.r_[np.ones(len(bad)), np.zeros(len(good))]
    share = np.where(truth == 1, 0.5 / len(bad), 0.5 / len(good))
    weight, intercept = np.zeros(BUCKETS), 0.0
    for _ in range(ROUNDS):
        slip = share * (1 / (1 + np.exp(-table.scores(weight, intercept))) - truth)
        weight -= RATE * (table.pull(slip) + PENALTY * weight)
        intercept -= float(slip.sum())
    return weight, intercept


def measure(bad: np.ndarray, good: np.ndarray, other: np.ndarray) -> dict[str, float]:
    """Return how well known and unknown sources are told from phishing."""
    limit = np.quantile(good, 0.99)
    recall, alarms = float((bad > limit).mean()), 0.01
    return {
        "auc_same_source": area(bad, good),
        "auc_other_source": area(bad, other),
        "recall_at_1_percent_alarms": recall,
        "alarms_on_other_source": float((other > limit).mean()),
        "precision_at_base_rate_0_05_percent": recall * BASE_RATE / (recall * BASE_RATE + alarms * (1 - BASE_RATE)),
    }


def main(data: Path) -> None:
    """Learn, measure what is shipped, and write it."""
    files = [data / "urls" / name for name in ("data_phishing_37175.json", "data_legitimate_36400.json")]
    bad, good = (by_domain(json.loads(path.read_text(encoding="utf-8"))) for path in files)
    other = by_domain((data / "urls" / "opendns-random-domains.txt").read_text().split())
    learned = half(bad, learned=True), half(good, learned=True)
    exact, intercept = fit(*learned)
    unit = float(np.abs(exact).max()) / LARGEST
    weight = np.round(exact / unit)
    held = (half(bad, learned=False), half(good, learned=False), list(other.values()))
    measured = measure(*(Table(each).scores(weight * unit, intercept) for each in held))
    model = Ranking(
        source=f"sha256:{sha256(b''.join(path.read_bytes() for path in files)).hexdigest()}",
        learned=sum(map(len, learned)),
        intercept=round(intercept, 6),
        unit=unit,
        weights=b64encode(weight.astype(np.int8).tobytes()).decode(),
        measured={name: round(value, 4) for name, value in measured.items()},
    )
    FILE.write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=1) + b"\n")
    print("\n".join(f"{name}: {value:.4f}" for name, value in measured.items()))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "shared" / "data")

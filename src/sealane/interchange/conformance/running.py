"""Running vectors against a receiver: each is sent as it is, and its answer judged by its status."""

from collections.abc import Callable, Iterable
from typing import Literal

import httpx
import msgspec

from sealane.interchange.conformance.vectors import Expectation, Vector
from sealane.model.errors import DependencyUnavailable

__all__ = ["Result", "Summary", "run", "summarise"]

SECONDS = 15.0
Verdict = Literal["passed", "failed"]
_TAKEN = range(200, 300)
_REFUSED = range(400, 500)
_NOT_OK = {
    "accept": "a genuine webhook was not taken",
    "refuse": "a forged webhook was not refused",
    "weak": "the receiver broke",
}


class Result(msgspec.Struct, frozen=True):
    """What a receiver did with one vector; `note` says what follows from it."""

    name: str
    attack: str
    expected: Expectation
    status: int | None
    verdict: Verdict
    note: str


class Summary(msgspec.Struct, frozen=True):
    """A whole run; `claims` counts forgeries that the source's scheme cannot show and the receiver took."""

    source: str
    tier: str
    passed: int
    failed: int
    claims: int
    results: tuple[Result, ...]


def run(url: str, vectors: Iterable[Vector], tell: Callable[[Result], None] = lambda _: None) -> tuple[Result, ...]:
    """Send each vector to an address and judge the answers; `tell` hears of each at once.

    Raises:
        DependencyUnavailable: when nobody answers there at all.
    """
    results = []
    with httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
        for vector in vectors:
            result = _judge(vector, _send(client, url, vector))
            tell(result)
            results.append(result)
    if results and all(each.status is None for each in results):
        raise DependencyUnavailable("Nobody answers at this address.", remedy="Start the receiver, or check --url.")
    return tuple(results)


def summarise(source: str, tier: str, results: tuple[Result, ...]) -> Summary:
    """Return the counts of a run with its results."""
    passed = sum(each.verdict == "passed" for each in results)
    claims = sum(each.expected == "weak" and each.status in _TAKEN for each in results)
    return Summary(source, tier, passed, len(results) - passed, claims, results)


def _send(client: httpx.Client, url: str, vector: Vector) -> int | None:
    outgoing = vector.outgoing
    headers = {"content-type": "application/json", **outgoing.headers}
    try:
        return client.post(url + outgoing.query, content=outgoing.body, headers=headers).status_code
    except httpx.HTTPError:
        return None


def _judge(vector: Vector, status: int | None) -> Result:
    is_right = {
        "accept": status in _TAKEN,
        "refuse": status in _REFUSED,
        "weak": status in _TAKEN or status in _REFUSED,
    }[vector.expected]
    note = "" if is_right else _NOT_OK[vector.expected]
    if is_right and vector.expected == "weak" and status in _TAKEN:
        note = "its scheme cannot show this: treat what it says as a claim"
    return Result(vector.name, vector.attack, vector.expected, status, "passed" if is_right else "failed", note)

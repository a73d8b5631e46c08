"""The policy over time: one compiled policy for each stretch of days between two changes of law."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

from sealane.disclosure.policy.compiled import Policy
from sealane.disclosure.policy.matrix import Matrix, read_matrix
from sealane.model.clock import from_micros
from sealane.model.errors import Misconfigured

__all__ = ["PolicyBook", "read_policy", "shipped_policy"]

DEFAULT_FILE = "default.toml"
REGIMES_FILE = "regimes.toml"
_DAY_US = 86_400_000_000


class PolicyBook:
    """A matrix with its effective dates; `at` finds the policy of a moment."""

    def __init__(self, matrix: Matrix) -> None:
        self.matrix = matrix
        changes = {
            day for regime in matrix.regimes for each in regime.opens for day in (each.valid_from, each.valid_to)
        }
        self._policies = tuple(Policy(matrix, day) for day in _sorted_days({date.min, *changes}))
        self._starts = [policy.day.toordinal() for policy in self._policies]

    def at(self, now_us: int) -> Policy:
        """Return the policy in force at a moment in microseconds since 1970; days are those of UTC."""
        return self._policies[bisect_right(self._starts, _ORDINAL_1970 + now_us // _DAY_US) - 1]

    def on(self, day: date) -> Policy:
        """Return the policy in force on a day."""
        return self._policies[bisect_right(self._starts, day.toordinal()) - 1]


_ORDINAL_1970 = from_micros(0).date().toordinal()


def _sorted_days(days: Iterable[date | None]) -> list[date]:
    return sorted(day for day in days if day is not None)


def read_policy(folder: Path) -> PolicyBook:
    """Return the policy that DIR/default.toml and DIR/regimes.toml hold.

    Raises:
        Misconfigured: when a file is missing or has a mistake; says where.
    """
    try:
        texts = [(folder / name).read_text(encoding="utf-8") for name in (DEFAULT_FILE, REGIMES_FILE)]
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(
            f"The policy in {folder} cannot be read: {error}.",
            remedy=f"Name a folder that holds {DEFAULT_FILE} and {REGIMES_FILE}.",
        ) from None
    return PolicyBook(read_matrix(*texts))


@cache
def shipped_policy() -> PolicyBook:
    """Return the policy that comes with this release.

    Raises:
        Misconfigured: when its files were damaged.
    """
    data = files("sealane.disclosure.policy") / "data"
    texts = ((data / name).read_text(encoding="utf-8") for name in (DEFAULT_FILE, REGIMES_FILE))
    return PolicyBook(read_matrix(*texts))

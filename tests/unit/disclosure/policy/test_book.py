"""The policy over time: laws begin and end on their day, at midnight UTC."""

from datetime import date
from pathlib import Path

import pytest

from sealane.disclosure.policy.book import PolicyBook, read_policy, shipped_policy
from sealane.disclosure.policy.fields import mask_of
from sealane.disclosure.policy.matrix import read_matrix
from sealane.model.errors import Misconfigured

MIDNIGHT_US = 1_763_683_200_000_000  # 2025-11-21T00:00:00Z, when 90 FR 52796 takes effect


def test_a_law_holds_from_its_first_microsecond() -> None:
    book = shipped_policy()
    for moment, phone in ((MIDNIGHT_US - 1, 0), (MIDNIGHT_US, mask_of(["phone"]))):
        policy = book.at(moment)
        audience = policy.audience("authority")
        assert audience is not None
        assert policy.mask(audience, policy.corridor("CN", "US")) & mask_of(["phone"]) == phone
        assert policy is book.at(moment)


def test_a_law_ends_on_its_day() -> None:
    texts = [(Path(_folder()) / name).read_text(encoding="utf-8") for name in ("default.toml", "regimes.toml")]
    texts[1] = texts[1].replace("valid_from = 2023-03-01\n", "valid_from = 2023-03-01\nvalid_to = 2024-01-01\n")
    book = PolicyBook(read_matrix(*texts))
    for day, is_open in ((date(2023, 2, 28), False), (date(2023, 12, 31), True), (date(2024, 1, 1), False)):
        policy = book.on(day)
        audience = policy.audience("authority")
        assert audience is not None
        assert bool(policy.mask(audience, policy.corridor("CN", "PT")) & mask_of(["phone"])) is is_open


def test_a_folder_is_a_policy_too(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be read"):
        read_policy(tmp_path)
    assert read_policy(_folder()).matrix == shipped_policy().matrix


def _folder() -> Path:
    return Path(__file__).parents[4] / "src" / "sealane" / "disclosure" / "policy" / "data"

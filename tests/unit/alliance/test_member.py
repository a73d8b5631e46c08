from pathlib import Path

import pytest

from sealane.alliance.inputs import canonical
from sealane.alliance.links import Link, Links
from sealane.alliance.matching import Copy
from sealane.alliance.member import Member
from sealane.alliance.wire import PublishedKey
from sealane.model.errors import DependencyUnavailable, Misconfigured

PHONE = canonical("phone", "+351912345678")
NOWHERE = "http://127.0.0.1:1"


def never(_bundle: bytes, _vkey: str, _key: PublishedKey) -> None:
    raise AssertionError("nothing is to be pinned")


def member(folder: Path, *links: Link) -> Member:
    return Member(Links(links), Copy.open(folder), never, keep=lambda _: None)


def test_a_member_without_an_alliance_says_so_before_it_sends_anything(tmp_path: Path) -> None:
    with member(tmp_path) as alone, pytest.raises(Misconfigured):
        alone.tags([PHONE], "2026Q4", purpose="checkout", case="SO-1")


def test_a_custodian_that_does_not_answer_is_named_and_the_value_is_not(tmp_path: Path) -> None:
    links = (Link("psp", NOWHERE, "sk_1", "k", keeps_register=True), Link("carrier", NOWHERE, "sk_2", "k"))
    with member(tmp_path, *links) as asking, pytest.raises(DependencyUnavailable) as refusal:
        asking.look_up([PHONE], purpose="checkout", case="SO-1")
    assert "psp" in refusal.value.detail
    assert "912345678" not in str(refusal.value)

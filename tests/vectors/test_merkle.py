"""The 518 published cases of transparency-dev/merkle: RFC 6962 proofs, right ones and every kind of wrong one."""

import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sealane.model.errors import ProofInvalid
from sealane.supervision.merkle import (
    verify_consistency,
    verify_inclusion,
    verify_subtree_consistency,
    verify_subtree_inclusion,
)

Case = dict[str, Any]


def inclusion(case: Case) -> None:
    verify_inclusion(case["leafIdx"], case["treeSize"], *hashes(case, "leafHash", "root"), proof(case))


def consistency(case: Case) -> None:
    verify_consistency(case["size1"], case["size2"], *hashes(case, "root1", "root2"), proof(case))


def subtree_inclusion(case: Case) -> None:
    subtree = case["start"], case["end"]
    verify_subtree_inclusion(case["leafIdx"], subtree, *hashes(case, "leafHash", "root"), proof(case))


def subtree_consistency(case: Case) -> None:
    subtree = case["start"], case["end"]
    verify_subtree_consistency(subtree, case["size"], *hashes(case, "root1", "root2"), proof(case))


def hashes(case: Case, *names: str) -> list[bytes]:
    return [b64decode(case[name]) for name in names]


def proof(case: Case) -> list[bytes]:
    return [b64decode(one) for one in case["proof"] or ()]


@pytest.mark.parametrize(
    ("folder", "check", "count"),
    [
        ("inclusion", inclusion, 98),
        ("consistency", consistency, 98),
        ("subtreeinclusion", subtree_inclusion, 204),
        ("subtreeconsistency", subtree_consistency, 118),
    ],
)
def test_every_case_is_judged_as_published(
    shared_data: Path, folder: str, check: Callable[[Case], None], count: int
) -> None:
    files = sorted((shared_data / "vectors" / "transparency-dev-merkle" / "testdata" / folder).rglob("*.json"))
    assert len(files) == count
    for file in files:
        case = json.loads(file.read_text(encoding="utf-8"))
        try:
            check(case)
        except ProofInvalid:
            assert case["wantErr"], file
        else:
            assert not case["wantErr"], file

"""Shared by all tests: where the optional data folder is, and what under CI may not be missing."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data and published vectors; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("SEALANE_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the optional data folder is absent (set SEALANE_SHARED_DATA)")
    return folder


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name bytes by their length: some are random, and both halves of a run must call a test the same."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None

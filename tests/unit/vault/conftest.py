"""An open vault in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from vaults import Lane


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Lane]:
    made = Lane(tmp_path / "lane")
    yield made
    made.close()

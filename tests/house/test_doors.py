"""What a room shows at its door: records, functions and classes, never a module of its inside such as its store."""

import importlib
from types import ModuleType

import pytest

ROOMS = ("vault", "disclosure", "risk", "interchange", "grading", "supervision", "shield", "alliance")


@pytest.mark.parametrize("room", ROOMS)
def test_no_module_is_shown_at_a_door(room: str) -> None:
    door = importlib.import_module(f"sealane.{room}")
    assert [name for name in door.__all__ if isinstance(getattr(door, name), ModuleType)] == []

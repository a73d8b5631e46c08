"""Every suppression of a rule names the rule and says why."""

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "sealane"
BARE = re.compile(r"# noqa(: [A-Z]+\d+(, [A-Z]+\d+)*)?\s*$")


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_suppression_says_why(path: Path) -> None:
    bare = [line for line in path.read_text(encoding="utf-8").splitlines() if BARE.search(line)]
    assert not bare

"""Every module of a room or foundation has its test file at the mirrored path."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "sealane"
TESTS = ROOT / "tests" / "unit"
MIRRORED = (
    "model", "keys", "storage", "vault", "disclosure", "risk", "interchange", "grading", "supervision", "shield",
    "alliance",
)  # fmt: skip
# Pure lists of codes and records have no behaviour of their own to test.
WORDS = {"model/codes.py", "model/party.py", "model/payment.py", "model/consignment.py", "model/sealed.py",
         "model/decision.py", "model/event.py"}  # fmt: skip


def test_each_module_has_its_test() -> None:
    missing = []
    for room in MIRRORED:
        for path in (SOURCE / room).rglob("*.py"):
            name = path.relative_to(SOURCE)
            if path.name == "__init__.py" or str(name) in WORDS:
                continue
            if not (TESTS / name.parent / f"test_{path.name}").exists():
                missing.append(str(name))
    assert not missing


def test_each_unit_test_has_its_module() -> None:
    orphans = [
        str(path.relative_to(TESTS))
        for room in MIRRORED
        for path in (TESTS / room).rglob("test_*.py")
        if not (SOURCE / path.relative_to(TESTS).parent / path.name.removeprefix("test_")).exists()
    ]
    assert not orphans

"""The size limits of the house: past them, the design is telling us something."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "sealane"
MODULES = sorted(SOURCE.rglob("*.py"))

MODULE_LINES = 400
FUNCTION_LINES = 50
FOLDER_MODULES = 14
DEPTH = 3
DOOR_LINES = 150
BANNED = {"utils", "helpers", "common", "misc", "base", "core", "manager", "service", "handler", "processor", "engine"}


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_module_is_small_named_well_and_says_what_it_exports(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert text.count("\n") <= MODULE_LINES
    assert not BANNED & set(path.relative_to(SOURCE).with_suffix("").parts)
    assert ast.get_docstring(tree), "a module opens with what it is for"
    assert len(path.relative_to(SOURCE).parts) <= DEPTH + 1
    for function in functions(tree):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        assert length <= FUNCTION_LINES, f"{function.name} has {length} lines"
        keywords = [a for a in function.args.args if a.arg not in {"self", "cls"}]
        assert len(keywords) + len(function.args.kwonlyargs) <= 6 or function.name == "command", function.name
    names = {t.id for n in tree.body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)}
    defines = any(isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for n in tree.body)
    assert "__all__" in names or not defines, "a module lists what it exports"


@pytest.mark.parametrize("folder", sorted({p.parent for p in MODULES}), ids=lambda p: p.name)
def test_folder_is_not_crowded(folder: Path) -> None:
    modules = [p for p in folder.glob("*.py") if p.name != "__init__.py"]
    assert len(modules) <= FOLDER_MODULES


def test_doors_stay_thin() -> None:
    others = {SOURCE / "cli" / "imports", SOURCE / "cli" / "terminal"}
    for path in (SOURCE / "cli").rglob("*.py"):
        if others & set(path.parents):
            continue
        assert path.read_text(encoding="utf-8").count("\n") <= DOOR_LINES, path.name


def test_every_class_name_avoids_the_empty_words() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                words = {word.lower() for word in re.findall(r"[A-Z][a-z]+", node.name)}
                assert not words & BANNED, f"{path.name}: {node.name}"

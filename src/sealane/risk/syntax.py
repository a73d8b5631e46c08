"""Python functions built as syntax trees, so that what is declared once runs as straight-line code.

Templates are constants of this package; declared names and numbers enter a tree only as `ast.Name` and `ast.Constant`
nodes. No text from outside is ever parsed as Python.
"""

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Any

__all__ = ["Part", "assign", "build", "constant", "expression", "name", "statements", "unpack"]

_BUILTINS = {"iter": iter, "len": len, "list": list, "next": next, "reversed": reversed}

Part = ast.expr | list[ast.stmt] | str
"""What fills a template's name: an expression, a run of statements, or another identifier."""


def name(identifier: str) -> ast.expr:
    """Return the reading of a variable."""
    return ast.Name(identifier, ast.Load())


def constant(value: Any) -> ast.expr:
    """Return a literal: a number, a text, a flag, None, or a tuple of such."""
    return ast.Constant(value)


def assign(targets: Iterable[str], value: ast.expr) -> list[ast.stmt]:
    """Return `a = b = value`, or nothing without targets."""
    stores: list[ast.expr] = [ast.Name(target, ast.Store()) for target in targets]
    return [ast.Assign(stores, value)] if stores else []


def unpack(targets: Iterable[str], value: ast.expr) -> ast.stmt:
    """Return `(a, b) = value`."""
    stores: list[ast.expr] = [ast.Name(target, ast.Store()) for target in targets]
    return ast.Assign([ast.Tuple(stores, ast.Store())], value)


def statements(template: str, **parts: Part) -> list[ast.stmt]:
    """Return the template's statements with its capitalised names replaced by the parts.

    A name alone on a line takes a run of statements; anywhere else it takes an expression or another identifier.
    """
    filled = _Filling(parts).visit(ast.parse(template))
    return list(filled.body)


def expression(template: str, **parts: ast.expr | str) -> ast.expr:
    """Return the template's one expression with its names replaced by the parts."""
    filled = _Filling(parts).visit(ast.parse(template, mode="eval"))
    body: ast.expr = filled.body
    return body


def build(
    title: str, parameters: tuple[str, ...], body: list[ast.stmt], namespace: Mapping[str, Any]
) -> Callable[..., Any]:
    """Return the function with this body; the namespace holds all that it can see."""
    arguments = ast.arguments(
        posonlyargs=[ast.arg(parameter) for parameter in parameters],
        args=[],
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[],
    )
    function = ast.FunctionDef(name=title, args=arguments, body=body or [ast.Pass()], decorator_list=[])
    module = ast.fix_missing_locations(ast.Module([function], []))
    scope = dict(namespace) | {"__builtins__": _BUILTINS}
    exec(compile(module, f"<generated {title}>", "exec"), scope)  # noqa: S102 - a tree of our own nodes, see above
    made: Callable[..., Any] = scope[title]
    return made


class _Filling(ast.NodeTransformer):
    """Puts parts in the place of names."""

    def __init__(self, parts: Mapping[str, Part]) -> None:
        self._parts = parts

    def visit_Expr(self, node: ast.Expr) -> Any:
        """Replace a name alone on a line by its statements."""
        if isinstance(node.value, ast.Name):
            part = self._parts.get(node.value.id)
            if isinstance(part, list):
                return part or ast.Pass()
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> Any:
        """Replace a name by its expression or its other identifier."""
        part = self._parts.get(node.id)
        if isinstance(part, str):
            return ast.Name(part, node.ctx)
        if isinstance(part, ast.Name):
            return ast.Name(part.id, node.ctx)
        return node if part is None else part

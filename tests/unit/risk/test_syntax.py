import ast

import pytest

from sealane.risk.syntax import assign, build, constant, expression, name, statements, unpack


def test_a_template_takes_expressions_names_and_runs_of_statements() -> None:
    body = statements("OUT = LEFT + RIGHT\nMORE\nreturn OUT", OUT="total", LEFT=name("a"), RIGHT=constant(5), MORE=[])
    assert build("add", ("a",), body, {})(2) == 7


def test_a_run_of_statements_stands_where_its_name_stood() -> None:
    body = statements("MORE\nreturn b", MORE=statements("b = a\nb = b + 1"))
    assert build("next_one", ("a",), body, {})(2) == 3


def test_text_from_outside_stays_a_constant() -> None:
    text = "__import__('os').system('true')"
    body = statements("return TEXT", TEXT=constant(text))
    assert build("tell", (), body, {})() == text


def test_generated_code_sees_its_namespace_and_nothing_else() -> None:
    assert build("tell", (), statements("return x"), {"x": 1})() == 1
    with pytest.raises(NameError):
        build("leak", (), statements("return open"), {})()


def test_assigning_to_nothing_is_nothing() -> None:
    assert assign([], constant(None)) == []
    assert ast.unparse(ast.fix_missing_locations(ast.Module(assign(["a", "b"], constant(0)), []))) == "a = b = 0"
    assert ast.unparse(ast.fix_missing_locations(ast.Module([unpack(["a", "b"], name("c"))], []))) == "a, b = c"
    assert ast.unparse(expression("A < B", A=name("x"), B="y")) == "x < y"


def test_an_empty_body_is_a_function_all_the_same() -> None:
    assert build("nothing", (), [], {})() is None

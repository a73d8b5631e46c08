import re

import pytest

from sealane.cli.imports.rows.sheet import Row
from sealane.cli.imports.shape.cells import CellRefused
from sealane.cli.imports.shape.mapping import Condition, Source
from sealane.cli.imports.shape.template import Branch, Findings, Leaf, PerRow, Series, holds

ROW = Row(2, {"first": " Ana ", "last": "Silva", "empty": " ", "zip": "'1100-053", "weight": "See DN-3", "type": "CC"})


def leaf(**source: object) -> Leaf:
    made = Source(**source)  # type: ignore[arg-type]  # as the cases below write it
    values = {text.casefold(): value for text, value in made.values.items()}
    return Leaf("/place", made, re.compile("See .*"), values, lambda text, _head: text)


def build(node: Leaf | Branch, row: Row = ROW) -> tuple[object, Findings]:
    findings = Findings()
    return node.build(row, [row], findings), findings


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ({"column": "first"}, "Ana"),
        ({"column": "empty"}, None),
        ({"column": "not there"}, None),
        ({"column": ("empty", "last", "first")}, "Silva"),
        ({"column": ("first", "empty", "last"), "join": " "}, "Ana Silva"),
        ({"column": "zip", "strip": "'"}, "1100-053"),
        ({"column": "last", "limit": 2}, "Si"),
        ({"constant": 7}, "7"),
        ({"column": "type", "values": {"cc": "card"}}, "card"),
        ({"column": "last", "values": {"cc": "card"}, "otherwise": "wallet"}, "wallet"),
        ({"column": "empty", "values": {"cc": "card"}, "otherwise": "wallet"}, "wallet"),
        ({"column": "empty", "values": {"cc": "card"}}, None),
    ],
)
def test_where_a_value_comes_from(source: dict[str, object], value: object) -> None:
    built, findings = build(leaf(**source))
    assert built == value
    assert not findings.faults


def test_a_cell_that_says_not_known_is_counted_and_left_empty() -> None:
    built, findings = build(leaf(column="weight"))
    assert built is None
    assert findings.absent == {("/place", "weight"): 1}


def test_a_fault_names_the_field_and_the_column_but_not_the_value() -> None:
    def refuse(text: str, _head: Row) -> str:
        raise CellRefused("not-a-time", "This is no time.")

    node = Leaf("/placed_at", Source(column="last"), None, {}, refuse)
    built, findings = build(node)
    assert built is None
    (fault,) = findings.faults
    assert (fault.pointer, fault.code, fault.detail) == ("/placed_at", "not-a-time", "column last: This is no time.")
    _, findings = build(leaf(column="last", values={"cc": "card"}))
    assert findings.faults[0].code == "unknown-value"
    assert "Silva" not in findings.faults[0].detail


def test_an_optional_object_that_only_constants_fill_is_left_out() -> None:
    members = (("country", leaf(constant="PT")), ("name", leaf(column="empty")))
    assert build(Branch(members, is_optional=True))[0] is None
    assert build(Branch(members))[0] == {"country": "PT"}
    filled = (("country", leaf(constant="PT")), ("name", leaf(column="last")))
    assert build(Branch(filled, is_optional=True))[0] == {"country": "PT", "name": "Silva"}


def test_a_condition_keeps_an_object_out_of_its_list() -> None:
    node = Branch((("name", leaf(column="last")),), when=Condition("empty"))
    assert Series((node, leaf(column="first"))).build(ROW, [ROW], Findings()) == ["Ana"]
    assert holds(Condition("type", ("CC",)), ROW)
    assert not holds(Condition("type", ("XX",)), ROW)


def test_goods_are_read_from_every_row_of_the_order() -> None:
    rows = [Row(2, {"sku": "A"}), Row(3, {"sku": ""}), Row(4, {"sku": "B"})]
    node = PerRow(Branch((("sku", leaf(column="sku")),)))
    assert node.build(rows[0], rows, Findings()) == [{"sku": "A"}, {"sku": "B"}]

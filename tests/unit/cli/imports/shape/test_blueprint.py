import pytest

from sealane.cli.imports.rows.sheet import Row
from sealane.cli.imports.shape.blueprint import compile_mapping
from sealane.cli.imports.shape.mapping import read_mapping
from sealane.cli.imports.shape.template import Findings
from sealane.model.errors import Misconfigured
from sealane.model.money import Money

MINIMAL = """
[reading]
currency = "EUR"
[order]
reference = "id"
placed_at = "at"
shopper = {}
payment = { method = { constant = "card" }, amount = "total" }
consignments = []
"""


def compiled(text: str) -> object:
    return compile_mapping(read_mapping(text, "m.toml"), "m.toml")


def test_the_wire_says_what_each_value_is() -> None:
    blueprint = compile_mapping(read_mapping(MINIMAL, "m.toml"), "m.toml")
    row = Row(2, {"id": "A-1", "at": "2026-11-22T09:30:00Z", "total": "129.90"})
    findings = Findings()
    built = blueprint.order.build(row, [row], findings)
    assert not findings.faults
    assert built["payment"] == {"method": "card", "amount": Money(12990, "EUR")}
    assert built["placed_at"].isoformat() == "2026-11-22T09:30:00+00:00"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("amount =", "ammount =", "did you mean amount"),
        ('placed_at = "at"', "", "placed_at is required"),
        ('reference = "id"', 'reference = { column = "id", constant = "x" }', "either a column or a constant"),
        ('reference = "id"', "reference = {}", "either a column or a constant"),
        ('reference = "id"', "reference = { colum = 'id' }", "colum"),
        ("consignments = []", "consignments = {}", "must be a list"),
        ("shopper = {}", "shopper = 'x'", "must be a table"),
        ('placed_at = "at"', 'placed_at = "at"\nobserved_at = "x"', "no field of the wire"),
        ('currency = "EUR"', 'currency = "EUR"\nzone = "Atlantis"', "no time zone"),
        (
            "consignments = []",
            'consignments = [{ consignee.country = "c", items = [{ sku = "a" }, { sku = "b" }] }]',
            "takes one entry",
        ),
        (
            "consignments = []",
            'consignments = [{ consignee.country = "c", weight_grams = { column = "w", scale = "kilo" } }]',
            "no number",
        ),
    ],
)
def test_a_mapping_that_does_not_fit_the_wire_is_refused_by_place(old: str, new: str, told: str) -> None:
    assert old in MINIMAL
    with pytest.raises(Misconfigured, match=told):
        compiled(MINIMAL.replace(old, new))


def test_a_column_that_is_not_there_is_named_with_the_nearest() -> None:
    blueprint = compile_mapping(read_mapping(MINIMAL, "m.toml"), "m.toml")
    with pytest.raises(Misconfigured, match="'total'") as refusal:
        blueprint.check_columns(frozenset({"id", "at", "Total"}), "orders.csv")
    assert "'Total'" in refusal.value.advice
    blueprint.check_columns(frozenset({"id", "at", "total", "more"}), "orders.csv")

import pytest

from sealane.supervision.market.tables import MarketRow, is_dominated, tabulate


def row(firm: str, carrier: str = "dhl", *, is_fraud: bool = False) -> MarketRow:
    return MarketRow(firm, "sub", "CN", "DE", "A", carrier, 100, is_stopped=is_fraud, is_fraud=is_fraud)


def test_cells_count_by_corridor_grade_and_carrier() -> None:
    [big, small] = tabulate([row("a"), row("b"), row("c", is_fraud=True), row("a", "ups")])
    assert (big.corridor, big.grade, big.carrier) == ("CN-DE", "A", "dhl")
    assert (big.orders, big.value_minor, big.stopped, big.frauds) == (3, 300, 1, 1)
    assert (big.is_publishable, small.is_publishable) == (True, False)


@pytest.mark.parametrize(
    ("firms", "dominated"),
    [
        ({"a": 1, "b": 1}, True),
        ({"a": 1, "b": 1, "c": 1}, False),
        ({"a": 70, "b": 20, "c": 10}, False),
        ({"a": 71, "b": 19, "c": 10}, True),
    ],
)
def test_a_cell_tells_about_no_single_firm(firms: dict[str, int], dominated: bool) -> None:
    assert is_dominated(firms) == dominated

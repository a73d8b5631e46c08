import csv
import io
import random

from msgspec.structs import replace

from sealane.supervision.rates.eba import csv_of, faults, tabulate
from sealane.supervision.rates.ledger import Ledger, Loss, Payment, Period

PERIOD = Period(0, 1000)


def made(count: int) -> Ledger:
    draw = random.Random(1)
    payments = tuple(
        Payment(
            f"p{n}",
            draw.randrange(1200),
            draw.randrange(1, 10**6),
            draw.choice(("a", "b")),
            "m",
            draw.choice(("card", "transfer")),
            is_remote=draw.random() < 0.8,
            authentication=draw.choice(("sca", "exempt", "none")),
            exemption=draw.choice(("", "tra", "low-value")),
            geography=draw.choice(("domestic", "intra-eea", "extra-eea")),
        )
        for n in range(count)
    )
    losses = tuple(
        Loss(
            f"l{n}",
            f"p{draw.randrange(count)}",
            "fraud",
            draw.randrange(1200),
            draw.randrange(1, 10**6),
            type=draw.choice(("issuance", "manipulation")),
            bearer=draw.choice(("psp", "user", "other")),
        )
        for n in range(count // 50)
    )
    return Ledger(payments, losses)


def test_parents_are_the_sums_of_their_children_to_the_cent() -> None:
    ledger = made(20_000)
    table = tabulate(ledger, "a", PERIOD)
    assert list(faults(table)) == []
    inside = [one for one in ledger.payments if one.entity == "a" and one.executed_us < 1000]
    assert table.cells["total", "total", "value"] == sum(one.value for one in inside)
    assert table.cells["card/remote/exempt/tra", "intra-eea", "count"] == sum(
        (one.instrument, one.is_remote, one.authentication, one.exemption, one.geography)
        == ("card", True, "exempt", "tra", "intra-eea")
        for one in inside
    )


def test_a_cell_that_does_not_add_up_is_named() -> None:
    table = tabulate(made(500), "a", PERIOD)
    cell = ("card", "domestic", "value")
    wrong = replace(table, cells={**table.cells, cell: table.cells[cell] + 1})
    assert cell in {found for found, _, _ in faults(wrong)}


def test_two_reports_of_one_fraud_count_once() -> None:
    ledger = Ledger(
        (Payment("p", 1, 100, "a", "m"),), (Loss("x", "p", "fraud", 2, 100), Loss("y", "p", "fraud", 3, 100))
    )
    assert tabulate(ledger, "a", PERIOD).cells["total", "total", "fraud_count"] == 1


def test_csv_has_a_row_a_path_and_a_column_a_measure() -> None:
    table = tabulate(made(500), "a", PERIOD)
    rows = {row["row"]: row for row in csv.DictReader(io.StringIO(csv_of(table)))}
    assert int(rows["total"]["total:value"]) == table.cells["total", "total", "value"]
    assert "card/remote/sca" in rows

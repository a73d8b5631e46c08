from typing import Any

from sealane.cli.imports.plan import Item, Plan, Refusal
from sealane.cli.imports.presentation import report_lines
from sealane.cli.imports.tally import Report, Sent, Tally, summarise

BODY = b'{"payment":{"amount":{"amount_minor":12990,"currency":"EUR"}}}'


def test_the_report_tells_counts_sums_outcomes_and_reasons() -> None:
    plan = Plan(rows=5, orders=4)
    plan.refusals = {line: Refusal(line, "missing", "/placed_at", "No time is given.") for line in range(3, 5)}
    plan.absent["/consignments/0/weight_grams", "Weight"] = 1
    plan.skipped["not paid"] = 1
    tally = Tally()
    order, captured = (Item(0, is_event=flag, line=2, name="A", body=BODY) for flag in (False, True))
    tally.add(order, Sent("taken", outcome="approve"))
    tally.add(order, Sent("known", outcome="review"))
    tally.add(captured, Sent("taken"))
    tally.add(captured, Sent("refused", refusal=Refusal(2, "not-found", "", "There is no such order.")))
    counts = summarise(plan, tally)
    told: dict[str, Any] = {"file": "orders.csv", "format": "csv", "merchant": "Shop"}
    report = Report(**told, **counts, resumed_at=512, seconds=2, orders_per_second=1)
    assert list(report_lines(report)) == [
        "orders.csv as Shop: 5 rows, 4 orders",
        "Orders: 1 decided, 1 known before, 2 refused",
        "Events: 1 recorded, 1 refused",
        "Sum of the orders: 259.80 EUR",
        "Outcomes: approve 1, review 1",
        "Passed over, not paid: 1",
        "Refused 2, /placed_at [missing]: No time is given. (line 3, 4)",
        "Left empty 1, /consignments/0/weight_grams: column Weight says that it is not known",
        "Went on after item 512.",
        "2.0 s, 1 orders/s",
    ]

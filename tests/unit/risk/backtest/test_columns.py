from pathlib import Path

from pyarrow import parquet

from sealane.risk.backtest.columns import NUMBERS, number_column, text_column, write_facts
from sealane.risk.facts import FIELD_GROUPS, NOWHERE, field_of
from worlds import learned


def test_every_consignment_of_every_fact_is_a_row(tmp_path: Path) -> None:
    facts = learned()[1][:200]
    write_facts(facts, {"card", "amount_eur", "address"}, tmp_path / "f.parquet")
    rows = parquet.read_table(tmp_path / "f.parquet").to_pylist()
    assert len(rows) == sum(len(fact.parcels) or 1 for fact in facts)
    for row in rows:
        fact = facts[row["row"]]
        parcel = (fact.parcels or (NOWHERE,))[row["parcel"]]
        address = field_of(fact, parcel, "address")
        assert row[text_column("address")] == (None if address is None else address.hex())
        assert row[number_column("amount_eur")] == fact.payer.amount_eur
        assert row["t"] == fact.observed_us


def test_numbers_are_fields() -> None:
    assert set(FIELD_GROUPS) >= NUMBERS

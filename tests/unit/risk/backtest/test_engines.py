"""The engines against serving: the same values, bit for bit, late facts and ties of the source's clock included."""

import shutil
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sealane.model.errors import Misconfigured
from sealane.risk.backtest.engines import groups_of, read_signals
from sealane.risk.facts import Fact
from sealane.risk.learning.replay import Replay, Sighting
from sealane.risk.signals import ALL
from sealane.risk.signals.catalogue import Catalogue
from sealane.risk.signals.declaration import Keyed, Ratio
from worlds import learned

TOLD = ("order_events_365d", "account_orders_24h", "account_spend_24h", "account_mean_amount", "amount_to_account_mean",
        "cards_per_address_30d", "other_cards_at_address_365d", "device_new_to_account", "account_seen_for",
        "merchant_frauds_90d", "delivery_signed", "is_delivered", "since_label", "amount", "uses_pickup_point",
        "card_country_differs_consignee", "since_order")  # fmt: skip

# Ibis still calls DuckDB by the older name.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")


def _some() -> Catalogue:
    """One signal of each form and take, so that an engine that is slow to start need not read them all."""
    return Catalogue(tuple(ALL.by_name[name] for name in TOLD))


def _differing(catalogue: Catalogue, facts: Sequence[Fact], engine: str) -> list[tuple[str, object, object]]:
    replay = Replay(catalogue, keeps_facts=True)
    served = [each for fact in facts for each in replay.fact(fact) if isinstance(each, Sighting)]
    made = list(read_signals(replay.facts, catalogue, engine))  # type: ignore[arg-type]
    assert [(each.order_id, each.stage) for each in made] == [(each.order_id, each.stage) for each in served]
    return [
        (signal.name, left, right)
        for one, other in zip(served, made, strict=True)
        for signal, left, right in zip(catalogue.by_stage[one.stage], one.values, other.values, strict=True)
        if left != right or type(left) is not type(right)
    ]


def test_duckdb_reads_as_serving_does() -> None:
    assert _differing(_some(), learned()[1][:1000], "local") == []


@pytest.mark.soak
def test_duckdb_reads_every_signal_as_serving_does() -> None:
    assert _differing(ALL, learned()[1], "local") == []


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 3)), min_size=5, max_size=60, unique_by=lambda e: e[0]))
def test_any_stream_reads_alike_with_ties_and_late_facts(picked: list[tuple[int, int]]) -> None:
    """Facts of a world, some left out, several observed in one microsecond."""
    source = learned()[1]
    now, facts = 0, []
    for place, step in sorted(picked):
        now += step
        fact = source[place]
        kept = Fact(fact.kind, fact.event_id, fact.order_id, fact.occurred_us, source[0].observed_us + now, fact.failed,
                    fact.payer, fact.parcels, fact.act)  # fmt: skip
        facts.append(kept)
    assert _differing(_some(), facts, "local") == []


def test_progress_is_told_for_each_group() -> None:
    told: list[int] = []
    list(read_signals(learned()[1][:30], _some(), "local", lambda: told.append(1)))
    assert len(told) == groups_of(_some())
    assert any(isinstance(signal, Ratio) for signal in _some().signals)
    assert any(isinstance(signal, Keyed) for signal in _some().signals)


needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java; tools/need-java.sh installs it")
quiet = pytest.mark.filterwarnings(
    "ignore::ResourceWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
    "ignore::DeprecationWarning",
)


@needs_java
@quiet
def test_spark_reads_as_serving_does() -> None:
    names = ("order_events_365d", "account_mean_amount", "cards_per_address_30d", "device_new_to_account")
    few = Catalogue(tuple(ALL.by_name[name] for name in names))
    assert _differing(few, learned()[1][:300], "spark") == []
    with pytest.raises(Misconfigured, match="Spark does not start with the master nowhere"):
        list(read_signals(learned()[1][:30], few, "spark", master="nowhere"))


@pytest.mark.soak
@needs_java
@quiet
def test_spark_reads_every_form_as_serving_does() -> None:
    assert _differing(_some(), learned()[1][:3000], "spark") == []

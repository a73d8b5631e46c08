"""Random streams of facts: ties, late ones, several consignments, all kinds."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from sealane.model.decision import STAGES
from sealane.model.event import EVENT_KINDS
from sealane.risk.facts import Fact

__all__ = ["DAY", "HOUR", "START_US", "facts_of", "moments"]

START_US = 1_790_000_000_000_000
HOUR = 3_600_000_000
DAY = 24 * HOUR
STEPS = st.sampled_from(
    [0, 0, 1, 7, HOUR - 1, HOUR, HOUR + 1, DAY, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY - 1, 365 * DAY]
)

links = st.sampled_from([None, *(letter * 16 for letter in (b"a", b"b", b"c"))])
flags = st.sampled_from([None, True, False])
amounts = st.sampled_from([None, 0, 300, 499, 500, 12_990, 10**12])
countries = st.sampled_from([None, "PT", "CN"])
orders = st.sampled_from(["ord_1", "ord_2", "ord_3"])

payers = st.fixed_dictionaries(
    {"merchant": st.sampled_from(["mer_1", "mer_2"]), "method": st.sampled_from(["card", "cash_on_delivery"])},
    optional={
        **dict.fromkeys(["account", "card", "payer_name", "email", "phone", "device", "ip", "network"], links),
        "bin": st.sampled_from([None, "424242"]),
        "amount_eur": amounts,
        "declared_total_eur": amounts,
        "card_country": countries,
        "billing_country": countries,
        "account_created_us": st.sampled_from([None, START_US - DAY]),
    },
)
parcels = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(["address", "consignee", "consignee_phone", "pickup_point", "postcode"], links),
        "consignment": st.sampled_from([None, "cns_1", "cns_2"]),
        "waybill": st.sampled_from([None, "JD01", "JD02"]),
        "weight_grams": st.sampled_from([None, 0, 50, 800]),
        "declared_eur": amounts,
        "consignee_country": countries,
        "has_suite_code": flags,
        "name_matches_payer": flags,
    },
)
acts = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(
            ["actor_device", "actor_network", "actor_phone", "new_address", "new_pickup_point", "new_postcode"], links
        ),
        **dict.fromkeys(["courier", "depot"], links),
        "event_weight_grams": st.sampled_from([None, 0, 100]),
        "event_eur": amounts,
        "verdict": st.sampled_from([None, "fraud", "genuine"]),
        "claim": st.sampled_from([None, "not_received", "return"]),
        "is_signed": flags,
        "event_point": st.sampled_from([None, "38.7,-9.1", "38.8,-9.2", "22.5,114.1"]),
    },
)
moments = st.tuples(
    st.sampled_from(["order", "order", "order", *EVENT_KINDS]), STEPS, orders, st.sampled_from([0, 0, 1, 3]), STEPS,
    payers, st.lists(parcels, max_size=3), acts, st.sampled_from(STAGES), st.integers(0, 9),
)  # fmt: skip


def facts_of(stream: list[Any], make_fact: Callable[..., Fact]) -> list[Fact]:
    now, made = START_US, []
    for kind, step, order_id, failed, late, payer, some, act, _, _ in stream:
        now += step
        rest = {} if kind == "order" else act
        head = {"order_id": order_id, "failed": failed, "occurred_us": now - late}
        made.append(make_fact(kind, now, parcels=some, **head, **payer, **rest))
    return made

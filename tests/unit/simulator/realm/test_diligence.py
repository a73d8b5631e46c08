from sealane.grading import shipped_rubric
from sealane.simulator import World
from sealane.simulator.chance import Stream
from sealane.simulator.realm.diligence import CHECKOUT_FAULTS, Diligence, deal_diligence

SHOPS = [f"shop-{number}" for number in range(11)]


def dealt(seed: int) -> dict[str, Diligence]:
    return deal_diligence(Stream(f"{seed}"), SHOPS, ["market"])


def test_a_seed_deals_every_degree_of_diligence_and_always_the_same() -> None:
    assert sorted(each.level for key, each in dealt(1).items() if key != "market") == [n / 10 for n in range(11)]
    assert dealt(1) == dealt(1)
    assert [dealt(1)[shop].level for shop in SHOPS] != [dealt(2)[shop].level for shop in SHOPS]
    assert dealt(1)["market"].level == dealt(2)["market"].level == 0.5


def test_the_careless_are_worse_in_everything() -> None:
    by_level = sorted(dealt(3).values(), key=lambda each: each.level)
    worst, best = by_level[0], by_level[-1]
    for trait in ("lure", "lets_pass", "unanswered", "handover_days", "unused_labels", "leaks_a_10k"):
        assert getattr(worst, trait) > getattr(best, trait), trait
    assert set(best.checkout_faults) < set(worst.checkout_faults)


def test_faults_are_named_as_grading_names_them() -> None:
    assert set(CHECKOUT_FAULTS) <= set(shipped_rubric().checks)


def test_a_world_has_the_diligence_of_its_seed() -> None:
    keys = {merchant.key for merchant in World.merchants()}
    assert World(5, 100).diligence() == World(5, 9_000).diligence()
    assert set(World(5, 100).diligence()) == keys
    assert World(5, 100).diligence() != World(6, 100).diligence()

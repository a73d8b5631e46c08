from sealane.simulator.chance import HOUR_US
from sealane.simulator.crime.crew import Crew
from sealane.simulator.scene import Scene
from sealane.simulator.world import START_US


class Lone(Crew):
    """A crew that just buys, to look at the tools all crews share."""

    typology, sizes, days = "drop_address", (3, 3), 10.0

    def strike(self, at_us: int) -> None:
        purchase = self.scene.prepare(self.persona("DE", at_us), self.resale("DE"))
        self.dress(purchase, self.stolen_card("DE"))
        self.try_checkout(purchase, at_us)


def test_the_careless_use_their_tools_again_and_the_careful_less_so(scene: Scene) -> None:
    crew = Lone(scene)
    crew.care = 0.0
    careless = {crew.device() for _ in range(40)}
    crew.care = 1.0
    careful = {crew.device() for _ in range(40)}
    assert len(careless) <= 3 < len(careful)


def test_stolen_cards_last_for_a_few_orders(scene: Scene) -> None:
    crew = Lone(scene)
    crew.care = 0.0
    cards = [crew.stolen_card("FR").fingerprint for _ in range(200)]
    assert 100 < len(set(cards)) < 195
    assert max(map(cards.count, set(cards))) <= Crew.CARD_USES


def test_being_stopped_makes_a_crew_change_its_tools(scene: Scene) -> None:
    crew = Lone(scene)
    tools = (tuple(crew._devices), tuple(crew._ips))
    for number in range(20):
        crew.strike(START_US + number * HOUR_US)
    assert (tuple(crew._devices), tuple(crew._ips)) != tools


def test_most_attempts_are_stopped(scene: Scene) -> None:
    crew = Lone(scene)
    for number in range(30):
        crew.strike(START_US + number * HOUR_US)
    truths = [happening.truth for happening in scene.desk.due() if happening.truth]
    assert len(truths) == 30
    assert all(truth.is_fraud for truth in truths)
    assert sum(truth.outcome == "rejected" for truth in truths) >= 28

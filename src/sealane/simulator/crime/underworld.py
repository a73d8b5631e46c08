"""The underworld: for each kind of fraud, as many crews at a time as its share of the orders feeds."""

from sealane.simulator.crime.claims import CourierDiversion, EmptyReturn, NotReceivedAbuse
from sealane.simulator.crime.crew import Crew
from sealane.simulator.crime.drops import DropAddress, ForwarderAbuse, Triangulation
from sealane.simulator.crime.petty import CardTesting, CodRefusal, FeePhishing
from sealane.simulator.crime.sellers import Brushing, Collusion, FakeTracking, Undervaluation
from sealane.simulator.crime.takeover import Interception, Takeover
from sealane.simulator.facts import TYPOLOGIES
from sealane.simulator.scene import Scene

__all__ = ["CREWS", "Underworld"]

CREWS: dict[str, type[Crew]] = {
    crew.typology: crew
    for crew in (
        Takeover,
        Interception,
        DropAddress,
        ForwarderAbuse,
        Triangulation,
        FakeTracking,
        NotReceivedAbuse,
        Brushing,
        CardTesting,
        CodRefusal,
        Undervaluation,
        EmptyReturn,
        Collusion,
        CourierDiversion,
        FeePhishing,
    )
}


class Underworld:
    """Sends out crews, and replaces those that have had enough."""

    def __init__(self, scene: Scene, orders_a_day: float) -> None:
        self._scene = scene
        self._crews: dict[str, list[Crew]] = {}
        self._at_a_time = {name: _crews_at_a_time(crew, orders_a_day) for name, crew in CREWS.items()}

    def act(self, typology: str, at_us: int) -> None:
        """Let a crew of this kind make one order, now or soon."""
        crews = self._crews.setdefault(typology, [])
        if len(crews) < self._at_a_time[typology]:
            crews.append(CREWS[typology](self._scene))
        place = int(len(crews) * self._scene.stream.random())
        crew = crews[place]
        crew.strike(at_us)
        crew.left -= 1
        if crew.left <= 0:
            del crews[place]

    def finish(self, at_us: int) -> None:
        """End the time of all crews; what was saved up happens at once."""
        for crews in self._crews.values():
            for crew in crews:
                crew.finish(at_us)


def _crews_at_a_time(crew: type[Crew], orders_a_day: float) -> int:
    """Return how many crews share this fraud's orders so that each keeps its own pace."""
    low, high = crew.sizes
    strikes_a_day = TYPOLOGIES[crew.typology].share * orders_a_day
    return max(1, round(strikes_a_day * crew.days / ((low + high) / 2)))

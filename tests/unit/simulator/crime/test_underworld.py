from sealane.simulator.chance import HOUR_US
from sealane.simulator.crime.underworld import CREWS, Underworld
from sealane.simulator.facts import TYPOLOGIES
from sealane.simulator.scene import Scene
from sealane.simulator.world import START_US


def test_every_typology_has_its_crew() -> None:
    assert set(CREWS) == set(TYPOLOGIES)
    assert all(crew.typology == name for name, crew in CREWS.items())


def test_one_strike_is_one_order(busy_scene: Scene) -> None:
    underworld = Underworld(busy_scene, 300.0)
    at_us, seen = START_US + 400 * HOUR_US, []
    for name in TYPOLOGIES:
        for number in range(25):
            underworld.act(name, at_us + number * HOUR_US)
    underworld.finish(at_us + 30 * HOUR_US)
    seen = [happening.truth.typology for happening in busy_scene.desk.due() if happening.truth]
    assert {name: seen.count(name) for name in TYPOLOGIES} == dict.fromkeys(TYPOLOGIES, 25)


def test_a_denser_world_has_more_crews_at_a_time(scene: Scene) -> None:
    small, large = Underworld(scene, 50.0), Underworld(scene, 5_000.0)
    assert all(small._at_a_time[name] <= large._at_a_time[name] for name in TYPOLOGIES)
    assert large._at_a_time["drop_address"] > 20

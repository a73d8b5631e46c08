from itertools import pairwise
from statistics import median

import pytest

from sealane.simulator.chance import DAY_US, HOUR_US
from sealane.simulator.journey import Trip, locate, plan
from sealane.simulator.realm.carriers import Carriage
from sealane.simulator.scene import Scene
from sealane.simulator.world import START_US


def trips(scene: Scene, origin: str, country: str, service: str, *, stall_days: float = 0.0) -> list[Trip]:
    planned = []
    for _ in range(200):
        buyer = scene.people.new(country, START_US)
        purchase = scene.prepare(buyer, scene.trade.open_seller(origin))
        parcel = purchase.parcels[0]
        parcel.carriage = Carriage("dhl-express", service, parcel.carriage.mode)
        planned.append(plan(parcel, START_US, scene.carriers, scene.road, stall_days=stall_days))
    return planned


def days(planned: list[Trip]) -> float:
    return median((trip.delivered_us - trip.handed_us) / DAY_US for trip in planned)


def test_far_takes_longer_and_express_is_quicker(scene: Scene) -> None:
    near, far = trips(scene, "DE", "DE", "standard"), trips(scene, "CN", "DE", "standard")
    assert days(near) < days(far)
    assert days(trips(scene, "CN", "DE", "express")) < days(far) / 2


@pytest.mark.parametrize("stall_days", [0.0, 8.0])
def test_every_step_follows_the_one_before(scene: Scene, stall_days: float) -> None:
    for trip in trips(scene, "CN", "PT", "standard", stall_days=stall_days):
        first_out_us = trip.out_us if trip.attempt_us is None else trip.attempt_us - 7 * HOUR_US
        steps = [START_US, trip.label_us, trip.handed_us, *(scan.at_us for scan in trip.scans)]
        assert steps == sorted(steps)
        assert steps[-1] < max(first_out_us, trip.out_us) < trip.delivered_us


def test_an_ordinary_parcel_is_never_long_unseen_but_a_stalled_one_is(scene: Scene) -> None:
    def longest(trip: Trip) -> float:
        held = {scan.at_us for scan in trip.scans if scan.kind == "consignment.customs_held"}
        seen = [trip.handed_us, *(scan.at_us for scan in trip.scans), trip.out_us]
        return max(later - earlier for earlier, later in pairwise(seen) if earlier not in held) / DAY_US

    assert max(map(longest, trips(scene, "CN", "DE", "standard"))) < 6
    assert min(map(longest, trips(scene, "CN", "DE", "standard", stall_days=7.0))) > 5


def test_customs_only_where_a_border_is(scene: Scene) -> None:
    kinds = {scan.kind for trip in trips(scene, "CN", "DE", "standard") for scan in trip.scans}
    assert "consignment.customs_held" in kinds
    inside = {scan.kind for trip in trips(scene, "DE", "FR", "standard") for scan in trip.scans}
    assert "consignment.customs_held" not in inside
    assert "consignment.export_departed" in inside


def test_a_hand_over_is_located_near_its_address(scene: Scene) -> None:
    spot = scene.places.new("GB")
    exact = [told for told in (locate(spot, scene.road) for _ in range(100)) if "lat" in told]
    assert 50 < len(exact) < 95
    assert all(abs(told["lat"] - spot.lat) < 0.002 for told in exact)

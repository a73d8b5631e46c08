"""The journey: when a parcel is labelled, handed over, scanned, held and delivered, and by whom."""

from typing import Any, NamedTuple

import msgspec

from sealane.simulator.chance import DAY_US, HOUR_US, Stream, Weighted
from sealane.simulator.desk import Placed
from sealane.simulator.facts import DELIVERY_HOURS, LATE_AIR, LATE_ROAD
from sealane.simulator.purchase import Parcel
from sealane.simulator.realm.atlas import LANDS
from sealane.simulator.realm.carriers import Carriers, Round
from sealane.simulator.realm.places import Spot

__all__ = ["Scan", "Trip", "locate", "plan", "tell_doorstep", "tell_road"]

_HOURS = Weighted(dict(enumerate(DELIVERY_HOURS)))
_PACE = {
    "road standard": (4.0, 280.0),
    "road express": (1.0, 1800.0),
    "air standard": (9.9, 1000.0),
    "air express": (1.7, 3800.0),
}
"""Median days on the road: so many, and one more for each so many kilometres."""
_SIGMA = 0.5
_SCAN_EVERY_DAYS = 3.4
_HELD = 0.045
_HOLD_REASONS = ("documents_missing", "valuation_check", "random_inspection", "duty_unpaid", "restricted_goods_check")
_ATTEMPTED = 0.065
_SUNDAY = 3
"""1970-01-01 was a Thursday, so day numbers of Sundays leave 3 when divided by 7."""


class Scan(NamedTuple):
    """One scan between hand-over and the last round."""

    kind: str
    at_us: int
    attributes: dict[str, Any]


class Trip(msgspec.Struct):
    """One parcel's journey; times in microseconds."""

    label_us: int
    handed_us: int
    scans: list[Scan]
    attempt_us: int | None
    out_us: int
    delivered_us: int
    round: Round


def locate(spot: Spot, stream: Stream, *, metres: float = 25.0) -> dict[str, Any]:
    """Return where a hand-over was scanned: exact where the courier's device knows, else the postcode."""
    told: dict[str, Any] = {"country": spot.country, "postcode": spot.postcode}
    if stream.happens(0.72):
        degrees = metres / 111_000
        told["lat"] = round(spot.lat + stream.gauss(0.0, degrees), 5)
        told["lon"] = round(spot.lon + stream.gauss(0.0, 1.4 * degrees), 5)
    return told


def plan(parcel: Parcel, ready_us: int, carriers: Carriers, stream: Stream, *, stall_days: float = 0.0) -> Trip:
    """Return the journey of a parcel whose payment is settled at `ready_us`; it rests for `stall_days` underway."""
    label_us = ready_us + stream.pause_us(0.75 * parcel.seller.prompt * DAY_US, 0.8)
    handed_us = label_us + stream.pause_us(parcel.seller.diligence.handover_days * DAY_US, 0.6)
    days = _transit_days(parcel, stream)
    destination = parcel.pickup.spot if parcel.pickup else parcel.spot
    origin, country = parcel.seller.spot.country, destination.country
    hold_us, stall_us = 0, int(stall_days * DAY_US)
    if origin != country and not (LANDS[origin].is_eea and LANDS[country].is_eea) and stream.happens(_HELD):
        hold_us = stream.pause_us(2.1 * DAY_US, 0.6)
    moving_us = int(days * DAY_US)
    delivered_us = _at_the_door(handed_us + moving_us + stall_us + hold_us, handed_us, country, stream)
    out_us = delivered_us - int(stream.spread(0.4, 6.5) * HOUR_US)
    attempt_us = None
    if stream.happens(_ATTEMPTED):
        attempt_us, moved_us = delivered_us, DAY_US * stream.between(1, 2)
        out_us, delivered_us = out_us + moved_us, delivered_us + moved_us
    first_out_us = out_us if attempt_us is None else min(out_us, attempt_us)
    round_ = carriers.round(destination)
    scans = _scans(parcel, (handed_us, first_out_us - hold_us - stall_us), round_, stream)
    if stall_us:
        _rest(scans, stream.between(0, len(scans) - 1), stall_us)
    if hold_us:
        _hold(scans, country, hold_us, stream)
    return Trip(label_us, handed_us, scans, attempt_us, out_us, delivered_us, round_)


def _transit_days(parcel: Parcel, stream: Stream) -> float:
    start, a_day = _PACE[f"{parcel.carriage.mode} {parcel.carriage.service}"]
    days = stream.lognormal(start + parcel.km / a_day, _SIGMA)
    if stream.happens(LATE_AIR if parcel.carriage.mode == "air" else LATE_ROAD):
        days += min(4.0, stream.lognormal(1.4, 0.5))
    return days


def _at_the_door(raw_us: int, handed_us: int, country: str, stream: Stream) -> int:
    """Return the delivery's moment on the day of `raw_us`, at an hour couriers come; seldom on a Sunday."""
    offset_us = LANDS[country].utc_hours * HOUR_US
    day = (raw_us + offset_us) // DAY_US
    if day % 7 == _SUNDAY and not stream.happens(0.12):
        day += 1
    at_us = int(day * DAY_US - offset_us + (_HOURS.pick(stream) + stream.random()) * HOUR_US)
    return at_us if at_us > handed_us + 9 * HOUR_US else at_us + DAY_US


def _scans(parcel: Parcel, span: tuple[int, int], round_: Round, stream: Stream) -> list[Scan]:
    """Return departure and arrivals, spread over the span so that an ordinary parcel is never long unseen."""
    handed_us, end_us = span
    origin, country = parcel.seller.spot.country, parcel.spot.country
    stops = 1 + int((end_us - handed_us) / (_SCAN_EVERY_DAYS * DAY_US))
    if origin == country:
        kinds = [("consignment.arrived", country)] * stops
    else:
        home = max(1, stops // 2)
        kinds = [("consignment.arrived", origin)] * (home - 1) + [("consignment.export_departed", origin)]
        kinds += [("consignment.arrived", country)] * max(1, stops + 1 - home)
    scans = []
    width = (end_us - handed_us) / (len(kinds) + 0.6)
    for place, (kind, where) in enumerate(kinds):
        at_us = handed_us + int(width * (place + stream.spread(0.5, 1.1)))
        attributes: dict[str, Any] = {"location": {"country": where}}
        if place == len(kinds) - 1:
            attributes["depot"] = round_.depot
        scans.append(Scan(kind, at_us, attributes))
    return scans


def _hold(scans: list[Scan], country: str, hold_us: int, stream: Stream) -> None:
    """Put a customs hold right after the first arrival in the country and move what follows."""
    place = 1 + next(
        number for number, scan in enumerate(scans)
        if scan.kind == "consignment.arrived" and scan.attributes["location"]["country"] == country
    )  # fmt: skip
    border_us = scans[place - 1].at_us
    _rest(scans, place, hold_us)
    where: dict[str, Any] = {"location": {"country": country}}
    held_us = border_us + int(hold_us * 0.05)
    held = Scan("consignment.customs_held", held_us, {**where, "reason_code": stream.one_of(_HOLD_REASONS)})
    released = Scan("consignment.customs_released", border_us + int(hold_us * stream.spread(0.7, 0.95)), where)
    scans[place:place] = [held, released]


def _rest(scans: list[Scan], place: int, rest_us: int) -> None:
    """Let the parcel rest before this scan: it and all later ones move by `rest_us`."""
    scans[place:] = [scan._replace(at_us=scan.at_us + rest_us) for scan in scans[place:]]


def tell_road(placed: Placed, parcel: Parcel, trip: Trip, stream: Stream, *, until_us: int | None = None) -> None:
    """Report label, hand-over and scans, up to `until_us` where the journey breaks off."""
    end_us = trip.out_us if until_us is None else until_us
    numbered = {"tracking_number": parcel.number} if parcel.is_numbered else {}
    placed.tell(
        "consignment.label_created",
        trip.label_us,
        {"tracking_number": parcel.number, "weight_grams": parcel.grams},
    )
    if trip.handed_us < end_us:
        weight = max(20, int(parcel.grams * stream.gauss(1.0, 0.015)))
        origin = parcel.seller.spot
        where = {"country": origin.country, "postcode": origin.postcode}
        attributes = {"location": where, "weight_grams": weight, **numbered}
        placed.tell("consignment.handed_over", trip.handed_us, attributes)
    for kind, at_us, attributes in trip.scans:
        if at_us < end_us:
            placed.tell(kind, at_us, {**attributes, **numbered} if numbered else attributes)


def tell_doorstep(placed: Placed, parcel: Parcel, trip: Trip, where: dict[str, Any], proof: dict[str, Any]) -> None:
    """Report the last round: out, perhaps a failed attempt, delivered at `where` with this proof."""
    who: dict[str, Any] = {"courier": trip.round.courier, "depot": trip.round.depot}
    if parcel.is_numbered:
        who["tracking_number"] = parcel.number
    if trip.attempt_us is not None:
        placed.tell("consignment.out_for_delivery", trip.out_us - (trip.delivered_us - trip.attempt_us), who)
        failed = {**who, "reason_code": "nobody_home"}
        placed.tell("consignment.delivery_attempted", trip.attempt_us, failed)
    placed.tell("consignment.out_for_delivery", trip.out_us, who)
    placed.tell("consignment.delivered", trip.delivered_us, {**who, "location": where, **proof})

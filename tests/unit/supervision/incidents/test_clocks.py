"""Every clock of 200 made incidents under 13 regimes equals a table that was written apart, to the minute."""

import random
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest

from sealane.model.clock import from_micros, to_micros
from sealane.supervision.incidents.clocks import clocks, suggested
from sealane.supervision.incidents.record import REGIME_NAMES, Impact, Incident, Sending

ZONES = {
    "PT": "Europe/Lisbon",
    "DE": "Europe/Berlin",
    "FR": "Europe/Paris",
    "IE": "Europe/Dublin",
    "GB": "Europe/London",
    "US": "America/New_York",
    "CN": "Asia/Shanghai",
    "PL": "Europe/Warsaw",
}
LONG_AFTER = to_micros(datetime(2040, 1, 1, tzinfo=UTC))


# The independent table: it walks the calendar a day at a time on naive wall clocks, and shares no code with the clocks.


def to_wall(moment: datetime, country: str) -> datetime:
    return moment.astimezone(ZoneInfo(ZONES[country])).replace(tzinfo=None, fold=0)


def from_wall(wall: datetime, country: str) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(ZONES[country])).astimezone(UTC)


def works(day: date, country: str) -> bool:
    return day.strftime("%a") not in {"Sat", "Sun"} and day not in free_days(country, day.year)


@cache
def free_days(country: str, year: int) -> frozenset[date]:
    region = "ENG" if country == "GB" else None
    return frozenset(holidays.country_holidays(country, subdiv=region, years=year))


def month_later(moment: datetime, country: str) -> datetime:
    wall = to_wall(moment, country)
    last_of_month = wall.replace(day=1) + timedelta(days=monthrange(wall.year, wall.month)[1])
    day = min(wall.day, monthrange(last_of_month.year, last_of_month.month)[1])
    return from_wall(last_of_month.replace(day=day), country)


def days_later(moment: datetime, days: int, country: str) -> datetime:
    wall = to_wall(moment, country)
    for _ in range(days):
        wall += timedelta(days=1)
    return from_wall(wall, country)


def business_days_later(moment: datetime, days: int) -> datetime:
    wall, left = to_wall(moment, "GB"), days
    while left > 0:
        wall += timedelta(days=1)
        left -= 1 if works(wall.date(), "GB") else 0
    return from_wall(wall, "GB")


def noon_rule(due: datetime, country: str, *, is_denied: bool) -> datetime:
    wall = to_wall(due, country)
    if is_denied or works(wall.date(), country):
        return due
    day = wall.date()
    while not works(day, country):
        day = date.fromordinal(day.toordinal() + 1)
    return from_wall(datetime.combine(day, time(12)), country)


def end_of_next_month(period_end: date, country: str) -> datetime:
    year, month = (
        (period_end.year, period_end.month + 2)
        if period_end.month < 11
        else (period_end.year + 1, period_end.month - 10)
    )
    return from_wall(datetime(year, month, 1), country)  # noqa: DTZ001 - a wall clock


def expected(facts: dict[str, Any]) -> dict[tuple[str, str], datetime | None]:
    at, country = facts["at"], facts["country"]
    hour = timedelta(hours=1)
    denied = facts["is_bank"] or facts["is_nis2_entity"]
    table: dict[tuple[str, str], datetime | None] = {
        ("gdpr", "authority"): at["aware"] + 72 * hour,
        ("uk-gdpr", "authority"): at["aware"] + 72 * hour,
        ("nis2", "warning"): at["aware"] + 24 * hour,
        ("nis2", "notice"): at["aware"] + 72 * hour,
        ("cnir", "report"): at["aware"] + (1 if facts["is_critical_infrastructure"] else 4) * hour,
        ("pipl", "authority"): at["occurred"] + 4 * hour,
        ("pipl", "people"): at["occurred"] + 4 * hour,
        ("china-express", "authority"): at["aware"] + 4 * hour,
        ("network-data", "report"): at["aware"] + 24 * hour,
        ("us-sar", "report"): days_later(
            at["detected"], 60 if facts["is_bank"] and not facts["has_suspect"] else 30, country
        ),
        ("us-sar", "review"): days_later(facts["sent"]["us-sar", "report"], 90, country),
        ("uk-app", "reimburse"): business_days_later(at["claimed"], 5),
        ("uk-app", "longest"): business_days_later(at["claimed"], 35),
        ("tax", "cesop"): end_of_next_month(facts["quarter"], country),
        ("tax", "dac7"): end_of_next_month(facts["year"], country),
        ("pci", "page-check"): at["page_checked"] + 168 * hour,
        ("pci", "log-review"): at["log_reviewed"] + 24 * hour,
        ("card", "acquirer"): at["suspected"] + 4 * hour,
        ("card", "report"): at["suspected"] + 72 * hour,
    }
    if facts["is_high_risk"]:
        table["gdpr", "people"] = at["aware"] + 72 * hour
    if facts["is_processor"]:
        table["gdpr", "controller"] = at["aware"] + 24 * hour
    late = "classified" in at and at["classified"] > at["aware"] + 24 * hour
    if "classified" not in at:
        initial = at["aware"] + 24 * hour
    elif late:
        initial = at["classified"] + 4 * hour
    else:
        initial = min(at["classified"] + 4 * hour, at["aware"] + 24 * hour)
    table["dora", "initial"] = noon_rule(initial, country, is_denied=denied)
    table["dora", "intermediate"] = noon_rule(facts["sent"]["dora", "initial"] + 72 * hour, country, is_denied=denied)
    table["dora", "final"] = noon_rule(
        month_later(facts["sent"]["dora", "intermediate"], country), country, is_denied=False
    )
    month = month_later(facts["sent"]["nis2", "notice"], country)
    if "handled" not in at:
        table["nis2", "progress"], table["nis2", "final"], table["cnir", "summary"] = month, None, None
    else:
        table["cnir", "summary"] = days_later(at["handled"], 30, country)
        if at["handled"] <= month:
            table["nis2", "final"] = month
        else:
            table["nis2", "progress"], table["nis2", "final"] = month, month_later(at["handled"], country)
    return table


def made(seed: int) -> dict[str, Any]:
    """Return a made incident; months' ends, changes of the clocks and holidays are drawn more often than by chance."""
    draw = random.Random(seed)
    country = draw.choice(sorted(ZONES))
    days = [
        date(2026, 1, 31),
        date(2026, 3, 28),
        date(2026, 10, 24),
        date(2026, 12, 23),
        date(2028, 1, 30),
        date(2026, 4, 2),
        date(2025, 5, 31),
        date(2026, 10, 31),
        date(2027, 2, 26),
    ]
    day = draw.choice(days) if draw.random() < 0.5 else date(2025, 1, 1) + timedelta(days=draw.randrange(1400))
    aware = datetime.combine(day, time(draw.randrange(3, 24), draw.randrange(60)), UTC)
    at = {
        name: aware + timedelta(hours=draw.randrange(-40, 40), minutes=draw.randrange(60))
        for name in ("occurred", "detected", "claimed", "suspected", "page_checked", "log_reviewed")
    }
    at["aware"] = aware
    if draw.random() < 0.8:
        at["classified"] = aware + timedelta(hours=draw.choice((1, 19, 20, 21, 30, 80)), minutes=draw.randrange(60))
    if draw.random() < 0.7:
        at["handled"] = aware + timedelta(days=draw.randrange(1, 90), minutes=draw.randrange(60))
    quarter = draw.choice((date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)))
    sent = {
        key: aware + timedelta(days=draw.randrange(1, 40), hours=draw.randrange(24), minutes=draw.randrange(60))
        for key in (("dora", "initial"), ("dora", "intermediate"), ("nis2", "notice"), ("us-sar", "report"))
    }
    flags = {
        name: draw.random() < 0.4
        for name in (
            "is_bank",
            "is_nis2_entity",
            "is_critical_infrastructure",
            "has_suspect",
            "is_high_risk",
            "is_processor",
        )
    }
    return {"country": country, "at": at, "quarter": quarter, "year": date(2026, 12, 31), "sent": sent, **flags}


def incident_of(facts: dict[str, Any]) -> Incident:
    moments: Any = {name: to_micros(moment) for name, moment in facts["at"].items()}
    for name in ("quarter", "year"):
        moments[f"{name}_end"] = to_micros(from_wall(datetime.combine(facts[name], time(23, 59)), facts["country"]))
    flags = {name: facts[name] for name in facts if name.startswith(("is_", "has_"))}
    return Incident(
        incident_id="inc_1",
        party_id="pty_1",
        title="t",
        kind="breach",
        country=facts["country"],
        regimes=REGIME_NAMES,
        moments=moments,
        impact=Impact(**flags),
        sent=tuple(Sending(regime, stage, to_micros(moment)) for (regime, stage), moment in facts["sent"].items()),
    )


@pytest.mark.parametrize("seed", range(200))
def test_every_clock_equals_the_table(seed: int) -> None:
    facts = made(seed)
    duties = clocks(incident_of(facts), LONG_AFTER)
    found = {(one.regime, one.stage): None if one.due_us is None else from_micros(one.due_us) for one in duties}
    assert found == expected(facts)
    assert {one.regime for one in duties} == set(REGIME_NAMES)


def test_a_clock_says_where_it_stands() -> None:
    aware = to_micros(datetime(2026, 11, 18, 9, tzinfo=UTC))
    hour = 3_600_000_000
    base = Incident("inc_1", "pty_1", "t", "breach", "PT", ("gdpr", "dora"), {"aware": aware})
    states = {one.stage: one.state for one in clocks(base, aware + hour)}
    assert states == {"authority": "running", "initial": "running", "intermediate": "waiting", "final": "waiting"}
    assert {one.state for one in clocks(base, aware + 73 * hour) if one.due_us} == {"overdue"}
    sent = Incident(
        "inc_1",
        "pty_1",
        "t",
        "breach",
        "PT",
        ("gdpr",),
        {"aware": aware},
        sent=(Sending("gdpr", "authority", aware + 73 * hour),),
    )
    assert clocks(sent, aware + 80 * hour)[0].state == "sent_late"


def test_regimes_are_suggested_by_kind_country_and_role() -> None:
    assert suggested("breach", "PT", ("merchant",)) == ("gdpr",)
    assert suggested("breach", "DE", ("psp",)) == ("gdpr", "dora"), "firms of finance follow DORA instead of NIS2"
    assert suggested("breach", "CN", ("carrier",)) == ("cnir", "pipl", "china-express")
    assert suggested("outage", "FR", ("carrier",)) == ("nis2",)
    assert suggested("claim", "GB", ("psp",)) == ("uk-app",)

"""The calendar arithmetic of deadlines: hours on the clock, days, months and working days on a country's wall clock.

    plus_months(to_micros(datetime(2026, 1, 31, 9, tzinfo=UTC)), 1, "PT")    28 February 2026, 09:00 in Lisbon

Hours are exact. Days, months and working days keep the wall-clock time of the country, so a change to or from summer
time does not move them; a day that a month does not have becomes its last day (Regulation (EEC) 1182/71 article 3).
Where a law lets a period run to the end of its last day, this is never later than that.
"""

from calendar import monthrange
from collections.abc import Container
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sealane.model.clock import from_micros, to_micros

__all__ = [
    "HOUR_US",
    "end_of_month",
    "is_working_day",
    "local",
    "noon_of_next_working_day",
    "plus_days",
    "plus_hours",
    "plus_months",
    "plus_working_days",
    "zone_of",
]

HOUR_US = 3_600_000_000
_SATURDAY = 5
_MONTHS = 12

# The zone of the seat of government; a firm elsewhere in a country of several zones meets its deadlines earlier or
# later by that difference.
_ZONES = {
    "AT": "Europe/Vienna", "AU": "Australia/Sydney", "BE": "Europe/Brussels", "BG": "Europe/Sofia",
    "BR": "America/Sao_Paulo", "CA": "America/Toronto", "CH": "Europe/Zurich", "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia", "CZ": "Europe/Prague", "DE": "Europe/Berlin", "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn", "ES": "Europe/Madrid", "FI": "Europe/Helsinki", "FR": "Europe/Paris",
    "GB": "Europe/London", "GR": "Europe/Athens", "HK": "Asia/Hong_Kong", "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest", "IE": "Europe/Dublin", "IN": "Asia/Kolkata", "IS": "Atlantic/Reykjavik",
    "IT": "Europe/Rome", "JP": "Asia/Tokyo", "KR": "Asia/Seoul", "LI": "Europe/Vaduz", "LT": "Europe/Vilnius",
    "LU": "Europe/Luxembourg", "LV": "Europe/Riga", "MT": "Europe/Malta", "MX": "America/Mexico_City",
    "NL": "Europe/Amsterdam", "NO": "Europe/Oslo", "NZ": "Pacific/Auckland", "PL": "Europe/Warsaw",
    "PT": "Europe/Lisbon", "RO": "Europe/Bucharest", "SE": "Europe/Stockholm", "SG": "Asia/Singapore",
    "SI": "Europe/Ljubljana", "SK": "Europe/Bratislava", "TR": "Europe/Istanbul", "US": "America/New_York",
    "ZA": "Africa/Johannesburg",
}  # fmt: skip


def zone_of(country: str) -> ZoneInfo:
    """Return the zone whose wall clock counts in a country; UTC where we know none."""
    return ZoneInfo(_ZONES.get(country, "UTC"))


def local(micros: int, country: str) -> datetime:
    """Return a moment on the country's wall clock."""
    return from_micros(micros).astimezone(zone_of(country))


def plus_hours(micros: int, hours: int) -> int:
    """Return the moment so many hours later, each of 60 minutes."""
    return micros + hours * HOUR_US


def plus_days(micros: int, days: int, country: str) -> int:
    """Return the same wall-clock time so many days later."""
    moment = local(micros, country)
    return _at(moment, moment.date() + timedelta(days=days), country)


def plus_months(micros: int, months: int, country: str) -> int:
    """Return the same wall-clock time so many months later, on the last day where the month has no such day."""
    moment = local(micros, country)
    years, month = divmod(moment.month - 1 + months, _MONTHS)
    year = moment.year + years
    day = min(moment.day, monthrange(year, month + 1)[1])
    return _at(moment, date(year, month + 1, day), country)


def plus_working_days(micros: int, days: int, country: str) -> int:
    """Return the same wall-clock time on the n-th working day after the day of the moment."""
    moment = local(micros, country)
    day = moment.date()
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day, country)
    return _at(moment, day, country)


def noon_of_next_working_day(micros: int, country: str) -> int:
    """Return noon of the next working day when the moment lies on a weekend or holiday, else the moment itself."""
    moment = local(micros, country)
    day = moment.date()
    if is_working_day(day, country):
        return micros
    while not is_working_day(day, country):
        day += timedelta(days=1)
    return _at(moment.replace(hour=12, minute=0, second=0, microsecond=0), day, country)


def end_of_month(micros: int, months: int, country: str) -> int:
    """Return when the last day of the month so many months after the moment ends."""
    first = local(micros, country).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return plus_months(to_micros(first.astimezone(UTC)), months + 1, country)


def is_working_day(day: date, country: str) -> bool:
    """Tell whether it is neither Saturday, Sunday nor a public holiday of the whole country."""
    return day.weekday() < _SATURDAY and day not in _holidays(country)


@lru_cache(maxsize=64)
def _holidays(country: str) -> Container[date]:
    import holidays  # noqa: PLC0415 - takes 0.2 s to load, and few processes count working days

    # England is where the payment regulator of the United Kingdom counts its days.
    return holidays.country_holidays(country, subdiv="ENG" if country == "GB" else None)


def _at(moment: datetime, day: date, country: str) -> int:
    """Return the wall-clock time of a moment on another day; one that summer time skips is the hour after."""
    wall = datetime.combine(day, moment.time().replace(fold=0), zone_of(country))
    return to_micros(wall.astimezone(UTC))

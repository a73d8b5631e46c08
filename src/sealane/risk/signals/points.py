"""Points: places to a tenth of a degree, as text such as `38.7,-9.1`, and how far two of them are apart."""

from math import asin, cos, radians, sin, sqrt

__all__ = ["km_between"]

EARTH_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""


def km_between(left: str | None, right: str | None) -> int | None:
    """Return the great-circle distance in whole kilometres (haversine); unknown when either point is."""
    if left is None or right is None:
        return None
    (lat, lon), (other_lat, other_lon) = (map(float, point.split(",")) for point in (left, right))
    north, south = radians(lat), radians(other_lat)
    half = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(radians(other_lon - lon) / 2) ** 2
    return round(2 * EARTH_KM * asin(min(1.0, sqrt(half))))

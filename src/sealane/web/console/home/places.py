"""Where countries stand on the schematic map: one point each, near where most of their parcels start or end.

Whole degrees, longitude then latitude, set by hand; a country without a point is in the table of lanes only.
"""

from typing import NamedTuple

__all__ = ["PLACES", "Place", "place_of"]


class Place(NamedTuple):
    """A point on the map, both from 0 to 1: `x` from the left edge (170 W), `y` from the top (77.5 N)."""

    x: float
    y: float


_DEGREES = """
    AD 2 43 AE 55 25 AF 69 34 AL 20 41 AM 45 40 AO 14 -9 AR -59 -34 AT 15 48 AU 150 -33 AZ 49 40 BA 18 44 BB -60
    13 BD 90 24 BE 4 51 BF -2 12 BG 24 43 BH 51 26 BI 29 -3 BJ 2 7 BN 115 5 BO -66 -17 BR -47 -23 BS -77 25 BT 90
    27 BW 25 -23 BY 28 54 BZ -88 17 CA -79 44 CD 15 -4 CF 19 4 CG 15 -4 CH 8 47 CI -4 5 CL -71 -33 CM 11 4 CN 114
    30 CO -74 5 CR -84 10 CU -82 23 CY 33 35 CZ 14 50 DE 10 51 DJ 43 12 DK 11 56 DO -70 19 DZ 3 36 EC -79 -1 EE 25
    59 EG 31 30 ER 39 15 ES -4 40 ET 39 9 FI 25 61 FJ 178 -18 FR 2 48 GA 10 0 GB -1 52 GE 44 42 GH 0 6 GM -16 13
    GN -13 10 GQ 9 3 GR 23 38 GT -90 15 GW -15 12 GY -58 7 HK 114 22 HN -87 14 HR 16 46 HT -72 19 HU 19 47 ID 107
    -6 IE -7 53 IL 35 32 IN 77 22 IQ 44 33 IR 52 35 IS -21 64 IT 11 44 JM -77 18 JO 36 32 JP 138 36 KE 37 -1 KG 74
    43 KH 105 12 KP 126 39 KR 127 37 KW 48 29 KZ 72 48 LA 103 18 LB 36 34 LK 80 7 LR -10 7 LS 28 -29 LT 24 55 LU 6
    50 LV 24 57 LY 13 32 MA -7 33 MC 7 44 MD 29 47 ME 19 42 MG 47 -19 MK 21 42 ML -8 13 MM 96 17 MN 107 48 MO 113
    22 MR -16 18 MT 14 36 MU 57 -20 MV 73 4 MW 34 -14 MX -99 20 MY 102 3 MZ 33 -26 NA 17 -22 NE 2 14 NG 4 7 NI -86
    12 NL 5 52 NO 10 60 NP 85 28 NZ 174 -38 OM 58 23 PA -80 9 PE -77 -12 PG 147 -8 PH 121 14 PK 71 31 PL 20 52 PR
    -66 18 PT -9 39 PY -58 -25 QA 51 25 RO 26 45 RS 20 44 RU 38 56 RW 30 -2 SA 46 24 SC 55 -5 SD 32 16 SE 17 59 SG
    104 1 SI 15 46 SK 18 48 SL -13 8 SN -17 15 SO 45 2 SR -55 5 SV -89 14 SY 37 34 SZ 31 -26 TD 15 12 TG 1 6 TH
    101 14 TJ 69 38 TM 58 38 TN 10 36 TR 30 40 TT -61 10 TW 121 25 TZ 38 -6 UA 31 50 UG 33 0 US -90 39 UY -56 -34
    UZ 68 41 VE -67 10 VN 106 16 YE 45 15 ZA 28 -28 ZM 28 -15 ZW 31 -18
"""


def _placed() -> dict[str, Place]:
    words = _DEGREES.split()
    rows = zip(words[::3], words[1::3], words[2::3], strict=True)
    return {code: Place(((float(lon) + 170) % 360) / 360, (77.5 - float(lat)) / 132.5) for code, lon, lat in rows}


PLACES = _placed()


def place_of(country: str | None) -> Place | None:
    """Return where a country (ISO 3166-1 alpha-2) stands, or None when it has no point."""
    return PLACES.get(country or "")

"""Write the dotted land of the lane map, src/sealane/web/static/land.svg, from outlines of our own making.

python tools/land.py [--check]

The outlines are drawn by hand in whole degrees (longitude latitude), so the map is a schematic: good enough to tell
China from Chile, and no place to look for a border. One dot is 2.5 degrees wide.
"""

import sys
from itertools import groupby
from pathlib import Path

__all__ = ["OUTLINES", "TARGET", "draw", "main"]

TARGET = Path(__file__).parents[1] / "src/sealane/web/static/land.svg"
STEP = 2.5
WEST, NORTH, SOUTH = -170.0, 77.5, -55.0
"""The map's edges; what lies beyond 170 W in the east is drawn at the left, as on every wall."""

SQUEEZE = 0.85
"""Width of a degree of longitude in degrees of latitude: that of 32 degrees north, where most lanes run."""

DATE_LINE = 180
COLUMNS = int(360 / STEP)
PITCH = STEP * SQUEEZE
HAIR = 0.01
"""A run of dots is a dashed line, drawn a hair longer than to its last dot, so that this one is drawn as well."""

Point = tuple[float, float]

OUTLINES = {
    "North America": """
        -168 66 -161 70 -156 71 -141 70 -128 70 -115 69 -108 68 -95 69 -94 72 -86 70 -82 69 -86 66 -94 61 -94 58
        -88 57 -82 55 -79 52 -78 57 -77 62 -70 61 -64 59 -60 55 -56 52 -60 50 -65 50 -65 48 -60 46 -66 44 -70 43
        -70 41 -74 40 -76 36 -81 32 -80 26 -82 28 -84 30 -90 29 -97 28 -97 22 -94 18 -90 19 -87 21 -88 16 -83 15
        -83 10 -79 9 -77 8 -80 7 -85 10 -88 13 -94 16 -102 18 -106 21 -109 26 -113 31 -115 31 -110 23 -115 29
        -117 32 -121 35 -124 40 -124 48 -130 54 -138 59 -147 61 -153 58 -162 55 -158 58 -165 61 -162 64""",
    "South America": """
        -77 8 -72 12 -62 10 -52 5 -50 0 -44 -2 -35 -6 -37 -12 -40 -20 -48 -26 -54 -34 -58 -35 -57 -38 -62 -39
        -65 -43 -67 -48 -69 -52 -68 -55 -74 -52 -75 -46 -73 -38 -71 -30 -70 -18 -76 -14 -81 -5 -80 1 -78 4""",
    "Greenland": "-73 78 -60 82 -20 80 -22 71 -32 68 -42 62 -44 60 -50 62 -54 67 -56 73",
    "Baffin": "-90 73 -80 74 -68 68 -64 63 -72 64 -78 66 -73 69",
    "Victoria": "-117 73 -105 73 -102 69 -115 69",
    "Ellesmere": "-90 78 -78 79 -80 76 -95 75",
    "Newfoundland": "-59 48 -56 51 -53 47",
    "Cuba": "-85 22 -80 23 -74 20 -78 20",
    "Hispaniola": "-74 20 -69 19 -72 18",
    "Iceland": "-24 65 -22 66 -15 66 -14 64 -20 63",
    "Great Britain": "-6 58 -3 59 -2 57 1 53 1 51 -5 50 -3 52 -5 54 -5 56",
    "Ireland": "-10 52 -10 54 -6 55 -6 52",
    "Eurasia": """
        -9 43 -2 43 -1 46 -5 48 2 50 8 54 8 57 11 57 11 54 19 54 21 57 28 60 22 60 22 63 25 65 17 62 17 60 13 55
        11 59 6 58 5 62 12 66 19 70 28 71 40 67 41 64 45 67 54 69 68 68 67 72 73 72 74 68 82 72 100 77 113 74
        130 72 140 73 160 70 170 70 180 69 180 65 177 63 170 60 163 58 161 54 157 51 155 58 162 62 150 59 142 59
        136 54 141 52 137 46 131 43 128 40 129 36 126 34 126 38 122 39 121 41 118 39 122 37 120 35 122 31 119 25
        114 22 108 21 106 19 109 13 107 10 105 9 103 11 100 13 100 8 104 2 101 3 98 8 98 16 94 16 92 22 87 21 80
        15 80 11 77 8 74 15 73 20 70 21 67 25 57 26 51 30 48 30 51 25 55 25 56 26 60 22 55 17 45 13 43 16 39 21
        35 28 35 32 36 37 30 36 27 37 26 40 29 41 35 42 41 41 38 46 33 46 30 46 28 43 26 41 23 40 24 38 22 37 19
        41 14 45 12 44 18 40 16 38 15 40 10 44 3 43 0 40 -2 37 -6 36 -9 37""",
    "Africa": """
        -6 36 10 37 11 34 20 31 25 32 33 31 35 28 37 21 43 12 51 12 48 5 40 -3 40 -11 35 -20 35 -24 31 -29 27
        -34 19 -35 15 -27 12 -18 13 -9 9 -1 9 4 4 6 -8 4 -13 8 -17 14 -16 21 -13 28 -9 32""",
    "Madagascar": "44 -17 50 -15 47 -25 44 -24",
    "Sri Lanka": "80 9 82 7 80 6",
    "Hainan and Taiwan": "120 23 122 25 121 22",
    "Kyushu and Honshu": "130 32 131 34 136 36 140 41 142 40 141 36 137 34 133 33",
    "Hokkaido": "140 42 142 45 145 43 142 42",
    "Sakhalin": "142 46 143 54 144 49",
    "Luzon": "120 16 122 18 122 14 124 13",
    "Mindanao": "122 8 125 10 126 7 123 7",
    "Sumatra": "95 5 100 2 106 -4 104 -6 98 1",
    "Java": "105 -6 114 -7 114 -9 106 -8",
    "Borneo": "109 2 117 7 119 1 116 -4 110 -3",
    "Sulawesi": "119 -5 120 1 125 2 121 0 123 -5 121 -3",
    "New Guinea": "131 -1 138 -2 147 -6 150 -10 144 -8 138 -8 133 -4",
    "Australia": """
        114 -22 122 -17 129 -15 132 -11 136 -12 137 -16 140 -17 142 -11 146 -19 153 -26 150 -37 145 -39 139 -36
        131 -31 124 -33 116 -35 115 -31""",
    "Tasmania": "145 -41 148 -41 147 -44",
    "North Island": "173 -35 178 -38 175 -41",
    "South Island": "173 -41 171 -44 167 -46 170 -46",
    "Svalbard": "13 79 24 80 17 77",
    "Novaya Zemlya": "52 71 60 76 68 77 56 73",
}


def draw() -> str:
    """Return the land as an SVG symbol: one path of round dots, each run of them a dashed line."""
    outlines = [_points(text) for text in OUTLINES.values()]
    runs = []
    for row in range(int((NORTH - SOUTH) / STEP) + 1):
        lat = NORTH - row * STEP
        marks = [any(_is_inside(_longitude(column), lat, each) for each in outlines) for column in range(COLUMNS)]
        start = 0
        for is_land, run in groupby(marks):
            length = len(list(run))
            if is_land:
                runs.append(f"M{start * PITCH:g} {row * STEP:g}h{(length - 1) * PITCH + HAIR:g}")
            start += length
    box = f"0 0 {360 * SQUEEZE:g} {NORTH - SOUTH:g}"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg">\n'
        f'<symbol id="land" viewBox="{box}"><path stroke-linecap="round" stroke-dasharray="0 {PITCH:g}" '
        f'd="{"".join(runs)}"/></symbol>\n</svg>\n'
    )


def main(arguments: list[str]) -> int:
    """Write the drawing, or with --check only compare; return the exit code."""
    text = draw()
    if "--check" in arguments:
        return int(not TARGET.exists() or TARGET.read_text("utf-8") != text)
    TARGET.write_text(text, encoding="utf-8")
    return 0


def _points(text: str) -> list[Point]:
    numbers = [float(word) for word in text.split()]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _longitude(column: int) -> float:
    lon = WEST + column * STEP
    return lon - 360 if lon > DATE_LINE else lon


def _is_inside(lon: float, lat: float, outline: list[Point]) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

from xml.etree import ElementTree as ET

from sealane.risk.learning.drawing import bars, reliability_plot


def test_bars_are_as_long_as_their_values_and_names_are_escaped() -> None:
    drawing = ET.fromstring(bars([("a<b", 2.0), ("c", 1.0), ("none", 0.0)], "Title & more"))  # noqa: S314
    widths = [float(each.get("width", 0)) for each in drawing.iter("{http://www.w3.org/2000/svg}rect")]
    assert widths[0] == 2 * widths[1]
    assert widths[2] == 0


def test_a_perfect_bin_lies_on_the_line() -> None:
    drawing = ET.fromstring(reliability_plot([(0.0, 0.0, 3), (0.4, 0.4, 3)]))  # noqa: S314
    circles = list(drawing.iter("{http://www.w3.org/2000/svg}circle"))
    assert (circles[1].get("cx"), circles[1].get("cy")) == ("280.0", "40.0")

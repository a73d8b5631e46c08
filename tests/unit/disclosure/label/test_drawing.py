"""The label: to scale, readable by a machine, and silent about the shopper."""

import re
from xml.etree import ElementTree as ET

from sealane.disclosure.label import Label, draw_pdf, draw_svg, lint, new_pseudonym, shipped_rules, texts_of

LABEL = Label("4Z7KQ2MV9T0RB8XEWJ3D", "PT-11", 800)


def test_pseudonyms_are_100_random_bits() -> None:
    made = {new_pseudonym() for _ in range(1_000)}
    assert len(made) == 1_000
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{20}", each) for each in made)


def test_the_svg_is_well_formed_to_scale_and_says_what_it_must() -> None:
    root = ET.fromstring(draw_svg(LABEL))  # noqa: S314 - our own drawing
    assert (root.attrib["width"], root.attrib["height"]) == ("100mm", "150mm")
    texts = texts_of(draw_svg(LABEL).encode())
    assert texts[:3] == ["PT-11", "4Z7K Q2MV 9T0R B8XE WJ3D", "0.80 kg"]
    assert len(texts_of(draw_svg(Label("4Z7K", "PT")).encode())) == len(texts) - 1


def test_all_that_is_drawn_lies_on_the_label() -> None:
    corners = re.findall(r"M([0-9.]+) ([0-9.]+)h([0-9.]+)", draw_svg(LABEL))
    assert len(corners) > 200
    assert all(float(x) >= 0 and float(x) + float(side) <= 100 for x, _, side in corners)
    assert all(float(y) >= 0 and float(y) + float(side) <= 150 for _, y, side in corners)


def test_a_hostile_code_cannot_break_out() -> None:
    assert "<script" not in draw_svg(Label("4Z7K", "<script>"))


def test_the_pdf_is_one_page_of_that_size() -> None:
    document = draw_pdf(LABEL)
    assert document.startswith(b"%PDF")
    assert document.count(b"/Type /Page\n") == 1
    assert re.search(rb"/MediaBox \[0 0 283\.4\d 425\.\d+\]", document)


def test_our_own_label_passes_the_linter() -> None:
    assert lint(texts_of(draw_svg(LABEL).encode()), shipped_rules()) == []

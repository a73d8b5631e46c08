from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from sealane.model.errors import InvalidInput
from sealane.risk.learning.calibration import Calibration
from sealane.risk.learning.card import card_html, card_markdown, write_card
from sealane.risk.learning.costs import Cutoffs
from sealane.risk.learning.model import Document, StageModel

STAGE = StageModel(
    None, Calibration(), Cutoffs(0.1, 0.2, 0.3), 1000, 12, {"auc_roc": 0.9, "brier": 0.01}, ((0.1, 0.2, 5),), {},
    {"amount": 3.0, "card_orders_24h": 1.0},
)  # fmt: skip
CARD = Document(
    "sealane-model-1", "gbm-1", "joint", {"amount": "0"}, {}, "", {"checkout": STAGE}, 0, 86_400_000_000,
    ("Few <frauds>.",)
)  # fmt: skip


def test_the_card_says_what_it_learned_from_and_where_it_stops() -> None:
    text = card_markdown(CARD)
    assert "1970-01-01 to 1970-01-02" in text
    assert "| checkout | 1,000 | 12 | pooled | - | 0.900 |" in text
    assert "`amount`" in text
    assert "Few <frauds>." in text


def test_the_page_needs_nothing_from_outside() -> None:
    page = card_html(CARD)
    assert "Few &lt;frauds&gt;." in page
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    drawing = page[page.index("<svg") : page.index("</svg>") + 6]
    assert ET.fromstring(drawing).tag.endswith("svg")  # noqa: S314 - our own drawing


def test_a_card_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    write_card(CARD, tmp_path / "m")
    assert {each.name for each in tmp_path.iterdir()} == {"m.md", "m.html"}
    with pytest.raises(InvalidInput, match="cannot be written"):
        write_card(CARD, tmp_path / "none" / "m")

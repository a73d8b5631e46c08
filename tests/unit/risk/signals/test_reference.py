from sealane.risk.signals import ALL
from sealane.risk.signals.reference import reference_markdown


def test_every_signal_has_its_line() -> None:
    page = reference_markdown()
    for signal in ALL.signals:
        (line,) = [line for line in page.split("\n") if line.startswith(f"| `{signal.name}` |")]
        assert signal.text in line
        assert line.count("|") == 6


def test_a_window_says_what_it_counts_by_what_and_how_long() -> None:
    page = reference_markdown()
    assert "distinct `card` of orders placed by `address`, 30d" in page
    assert "sum of `failed` of declined payment attempts by `ip`, 1h" in page
    assert "asked at `new_address`" in page
    assert "| `since_label` | Time since the label was made | duration |" in page

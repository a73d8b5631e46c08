import json

import pytest

from sealane.cli.terminal.output import percent, print_json, print_table, progress, talk
from sealane.model.money import Money


def test_data_goes_to_stdout_and_talk_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"total": Money(12990, "EUR")})
    talk("hello")
    told = capsys.readouterr()
    assert json.loads(told.out) == {"total": {"amount_minor": 12990, "currency": "EUR"}}
    assert told.err == "hello\n"


def test_off_a_terminal_a_table_is_tabs_and_a_bar_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("name", "count"), [("a", "1"), ("[bold]b[/bold]", "2")])
    with progress() as bar:
        bar.add_task("Reading", total=3)
    told = capsys.readouterr()
    assert told.out == "name\tcount\na\t1\n[bold]b[/bold]\t2\n"
    assert told.err == ""


def test_a_share_is_read_as_percent() -> None:
    assert percent(0.0132) == "1.3 %"

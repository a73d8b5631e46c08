import sys
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from sealane.cli import config
from sealane.cli.root import app, main
from sealane.cli.terminal.nouns import NOUNS, Deferred
from sealane.model.errors import DependencyUnavailable, SealaneError


def test_the_version_is_told() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert result.exit_code == 0
    assert result.output.startswith("sealane ")


def test_the_help_names_every_noun() -> None:
    result = CliRunner().invoke(app, ["--help"])
    assert result.exit_code == 0
    assert all(noun in result.output for noun in NOUNS)


@pytest.mark.parametrize("noun", NOUNS)
def test_every_command_has_a_help_of_its_own_and_refuses_unknown_options(noun: str) -> None:
    for words in commands_of([noun], Deferred(noun).load()):
        told = CliRunner().invoke(app, [*words, "--help"])
        assert told.exit_code == 0, words
        assert f"sealane {' '.join(words)}" in told.output.replace("root", "sealane")
        assert not {"Raises:", "Returns:", "Args:"} & set(told.output.split()), words
        refused = CliRunner().invoke(app, [*words, "--no-such-option"])
        assert refused.exit_code == 2, words
        assert "--no-such-option" in refused.output


def commands_of(words: list[str], command: Any) -> Iterator[list[str]]:
    yield words
    for name, verb in getattr(command, "commands", {}).items():
        yield from commands_of([*words, name], verb)


def test_a_word_that_is_no_noun_is_wrong_usage() -> None:
    assert CliRunner().invoke(app, ["ordr"]).exit_code == 2


@pytest.mark.parametrize(
    ("error", "code"), [(DependencyUnavailable("The disk is gone."), 3), (RuntimeError("Ana Silva"), 1)]
)
def test_an_error_ends_as_a_sentence_and_an_exit_code(
    error: Exception, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(config, "load_settings", fail)
    monkeypatch.setattr(sys, "argv", ["sealane", "config", "explain"])
    monkeypatch.delenv("SEALANE_DEBUG", raising=False)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == code
    told = capsys.readouterr()
    assert told.out == ""
    assert "Next: " in told.err
    assert "Traceback" not in told.err
    assert "Ana Silva" not in told.err
    if isinstance(error, SealaneError):
        assert told.err.startswith("The disk is gone.\n")

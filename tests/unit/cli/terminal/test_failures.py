import pytest

from sealane.cli.terminal.failures import exit_code, explain, explain_unexpected
from sealane.model.errors import (
    Conflict,
    DependencyUnavailable,
    FieldError,
    InvalidInput,
    Misconfigured,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    SealaneError,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound(), 1),
        (Conflict(), 1),
        (InvalidInput(), 2),
        (DependencyUnavailable(), 3),
        (NotPermitted(), 4),
        (NotAuthenticated(), 4),
        (Misconfigured(), 78),
    ],
)
def test_a_script_can_read_what_kind_of_no_it_was(error: SealaneError, code: int) -> None:
    assert exit_code(error) == code


def test_a_person_reads_what_why_and_what_next(capsys: pytest.CaptureFixture[str]) -> None:
    explain(InvalidInput("Two fields are wrong.", errors=(FieldError("/a", "missing", "Give it."),), remedy="Do this."))
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "Two fields are wrong.",
        "  /a: Give it. [missing]",
        "Next: Do this.",
    ]


def test_the_unexpected_shows_its_place_and_no_text_unless_asked(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise KeyError("Ana Silva")

    try:
        fail()
    except KeyError as error:
        explain_unexpected(error, debug=False)
        told = capsys.readouterr().err
        assert "KeyError in fail" in told
        assert "Ana Silva" not in told
        assert "Traceback" not in told
        explain_unexpected(error, debug=True)
        assert "Traceback" in capsys.readouterr().err

"""How a command fails: what happened, why, and the next thing to do, on stderr, with an exit code a script can read."""

import traceback

from sealane.cli.terminal.output import talk
from sealane.model.errors import (
    DependencyUnavailable,
    InvalidInput,
    Misconfigured,
    NotAuthenticated,
    NotPermitted,
    SealaneError,
)

__all__ = [
    "EXIT_MISCONFIGURED",
    "EXIT_NO",
    "EXIT_NOT_PERMITTED",
    "EXIT_NOT_REACHABLE",
    "EXIT_USAGE",
    "exit_code",
    "explain",
    "explain_unexpected",
]

EXIT_NO = 1
EXIT_USAGE = 2
EXIT_NOT_REACHABLE = 3
EXIT_NOT_PERMITTED = 4
EXIT_MISCONFIGURED = 78
"""EX_CONFIG of sysexits."""

SHOWN_FIELDS = 10


def exit_code(error: SealaneError) -> int:
    """Return the exit code that says what kind of no this is."""
    if isinstance(error, Misconfigured):
        return EXIT_MISCONFIGURED
    if isinstance(error, DependencyUnavailable):
        return EXIT_NOT_REACHABLE
    if isinstance(error, NotAuthenticated | NotPermitted):
        return EXIT_NOT_PERMITTED
    return EXIT_USAGE if isinstance(error, InvalidInput) else EXIT_NO


def explain(error: SealaneError) -> None:
    """Say what happened, which fields are at fault, and what to do next."""
    talk(error.detail if error.detail != error.title else f"{error.title}.")
    for field in error.errors[:SHOWN_FIELDS]:
        if field.detail not in error.detail:
            talk(f"  {field.pointer or '(whole)'}: {field.detail} [{field.code}]")
    talk(f"Next: {error.advice}")


def explain_unexpected(error: Exception, *, debug: bool) -> None:
    """Say that this should not have happened, without what the error's text may hold; with `debug` show all of it."""
    if debug:
        talk("".join(traceback.format_exception(error)))
        return
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{frame.name} ({frame.filename}:{frame.lineno})"
    talk(f"Sealane failed in a way it should not: {type(error).__name__} in {place}.")
    talk("Next: set SEALANE_DEBUG=1, run the same command, and report what it prints without personal values.")

"""The command line in this process: what `sealane ...` does, without starting Python and loading everything anew."""

import sys
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from typing import NamedTuple
from unittest.mock import patch

from sealane.cli.root import main

__all__ = ["Ran", "run"]


class Ran(NamedTuple):
    """How a command ended: its exit code, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str) -> Ran:
    """Run a command to its end, through the same entry as the installed program."""
    out, err = (TextIOWrapper(BytesIO(), "utf-8", write_through=True) for _ in range(2))
    code = 0
    with patch.object(sys, "argv", ["sealane", *arguments]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Ran(code, _text(out), _text(err))


def _text(stream: TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()

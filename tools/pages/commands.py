"""The command line's page: every verb with its arguments, options and example, and the exit codes."""

import re
from collections.abc import Iterator
from typing import Any

import typer

from pages.markdown import code, page, table
from sealane.cli.order import INTERRUPTED
from sealane.cli.root import app
from sealane.cli.terminal import failures

__all__ = ["commands_page", "verbs"]

_HEAD = """\
# Commands

Data goes to stdout, talk to stderr, and `--json` gives one JSON document. Verbs that need a store take `--data-dir DIR`
(or `SEALANE_DATA_DIR`; default `./sealane-data`) and work beside a running server. `sealane VERB --help` says the same
in the terminal; `sealane --version` prints the version."""
_EXITS = {
    "0": "done, or the answer is yes",
    str(failures.EXIT_NO): "the answer is no, or nothing could be done",
    str(failures.EXIT_USAGE): "wrong usage or wrong input",
    str(failures.EXIT_NOT_REACHABLE): "a part or a server is not reachable",
    str(failures.EXIT_NOT_PERMITTED): "not permitted",
    str(failures.EXIT_MISCONFIGURED): "misconfigured (EX_CONFIG of sysexits)",
    str(INTERRUPTED): "ended by Ctrl-C in the middle of an import; the same command goes on",
}
_EXAMPLE = re.compile(r"Example: (.+)")


def commands_page() -> str:
    """Return the page."""
    found = list(verbs())
    parts = [_HEAD, table(("command", "what it does"), [(code(name), _text(verb)[0]) for name, verb in found])]
    for name, verb in found:
        parts += [f"## {name}", *_section(name, verb)]
    return page(*parts, "## Exit codes", table(("code", "meaning"), _EXITS.items()))


def verbs() -> Iterator[tuple[str, Any]]:
    """Yield every verb by its full name, such as `sealane order show`."""
    root: Any = typer.main.get_command(app)
    context = typer.Context(root)
    for noun in root.list_commands(context):
        whole = root.get_command(context, noun).load()
        for name, verb in getattr(whole, "commands", {"": whole}).items():
            yield f"sealane {noun} {name}".rstrip(), verb


def _section(name: str, verb: Any) -> list[str]:
    summary, more, example = _text(verb)
    context = typer.Context(verb, info_name=name)
    records = [(param, *param.get_help_record(context)) for param in verb.params if not param.hidden]
    needed = [_bare(told) for param, told, _ in records if param.required]
    usage = " ".join([name, *needed, "[OPTIONS]"])
    rows = [(code(_bare(told)), " ".join(text.split())) for _, told, text in records]
    parts = [summary, more, f"```sh\n{usage}\n```", table(("argument or option", "meaning"), rows)]
    return [part for part in (*parts, f"Example: {code(example)}" if example else "") if part]


def _bare(told: str) -> str:
    """Return `FILE` for an argument told as `FILE <file>`; an option keeps its kind of value."""
    return told if told.startswith("-") else told.split(maxsplit=1)[0]


def _text(verb: Any) -> tuple[str, str, str]:
    """Return a verb's summary, what else it says, and its example."""
    text = f"{verb.help}\n\n{verb.epilog or ''}"
    example = _EXAMPLE.search(text)
    summary, _, more = _EXAMPLE.sub("", text).partition("\n\n")
    return " ".join(summary.split()), more.partition("Raises:")[0].strip(), example[1].strip("`") if example else ""

"""`sealane config`: every setting, its value, and where it came from."""

from typing import Any

import msgspec
import typer

from sealane.cli.terminal.folder import DataDir
from sealane.cli.terminal.output import AsJson, print_json, print_table
from sealane.settings import SECRET_SETTINGS, Settings, load_settings

__all__ = ["app"]

app = typer.Typer(help="Settings in force and where each came from.", rich_markup_mode="markdown", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Settings in force and where each came from."""


@app.command(epilog="Example: SEALANE_PORT=9000 sealane config explain")
def explain(data_dir: DataDir = None, *, as_json: AsJson = False) -> None:
    """Print each setting with its value and its origin: flag, environment, file or default; secrets are hidden."""
    settings, origin = load_settings({"data_dir": data_dir})
    rows = [{"setting": name, "value": _shown(settings, name), "origin": origin[name]} for name in origin]
    if as_json:
        print_json({"settings": rows})
    else:
        print_table(("setting", "value", "from"), [(row["setting"], str(row["value"]), row["origin"]) for row in rows])


def _shown(settings: Settings, name: str) -> Any:
    value = msgspec.to_builtins(getattr(settings, name))
    return "***" if value and name in SECRET_SETTINGS else value

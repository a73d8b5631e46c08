"""`sealane doctor`: is this machine and this folder fit to run Sealane."""

import typer

from sealane.cli.terminal.checkup import run_checks
from sealane.cli.terminal.failures import EXIT_NO
from sealane.cli.terminal.folder import DataDir, settings_of
from sealane.cli.terminal.output import AsJson, print_json, print_table, talk

__all__ = ["command"]


def command(data_dir: DataDir = None, port: int | None = None, *, as_json: AsJson = False) -> None:
    """Check Python, SQLite, disk, keys, permissions and port; ends with 1 when something is wrong.

    Example: `sealane doctor --data-dir /var/lib/sealane`
    """
    checks = list(run_checks(settings_of(data_dir, port=port)))
    is_well = all(check.is_well for check in checks)
    if as_json:
        print_json({"is_well": is_well, "checks": checks})
    else:
        print_table(("check", "", "found"), [(c.name, "ok" if c.is_well else "WRONG", c.found) for c in checks])
        for check in checks:
            if check.remedy:
                talk(f"{check.name}: {check.remedy}")
    if not is_well:
        raise typer.Exit(EXIT_NO)

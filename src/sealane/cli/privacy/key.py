"""`sealane key`: list the keys, replace them, and say which ciphers are in use."""

import time
from datetime import UTC, datetime
from typing import Annotated, Any, get_args

import typer

from sealane.cli.privacy.keyholder import Keyholder, keyholder
from sealane.cli.terminal.failures import EXIT_NO
from sealane.cli.terminal.folder import DataDir, settings_of
from sealane.cli.terminal.output import AsJson, print_json, print_table, progress, talk
from sealane.keys.ciphers import CIPHERS, outgoing_tls
from sealane.vault.rotation.rotation import KeyReport, Rotatable

__all__ = ["app"]

app = typer.Typer(help="Keys: list, rotate, ciphers.", rich_markup_mode="markdown", no_args_is_help=True)

KINDS = get_args(Rotatable)
USUAL = tuple(kind for kind in KINDS if kind != "root")
POLL_SECONDS = 0.2
Kinds = Annotated[
    list[str] | None, typer.Argument(metavar="[KIND]...", help=f"Of {', '.join(KINDS)}; default: all but root.")
]


@app.command("list", epilog="Example: sealane key list --json")
def list_keys(data_dir: DataDir = None, *, as_json: AsJson = False) -> None:
    """Print every version of every key: since when it exists, what it wraps, and when it is replaced by itself."""
    with keyholder(settings_of(data_dir)) as holder:
        report = holder.report()
    if as_json:
        print_json(report)
        return
    print_table(
        ("key", "version", "made", "wraps", "state", "replaced"),
        [
            (
                key.use,
                str(key.version),
                _moment(key.made_at),
                "-" if key.sealed is None else str(key.sealed),
                "in use" if key.is_newest else "opens only",
                _due(key.due_at),
            )
            for key in report.keys
        ],
    )
    if report.progress is not None:
        talk(f"Under way: {report.progress.name}, {report.progress.done} of {report.progress.total}.")


@app.command(epilog="Example: sealane key rotate pii card")
def rotate(
    kinds: Kinds = None,
    data_dir: DataDir = None,
    *,
    emergency: Annotated[
        bool, typer.Option("--emergency", help="Re-encrypt the data as well: data keys may have leaked.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make new keys and bring everything under them; all stays readable, and a killed run goes on by itself."""
    chosen = tuple(dict.fromkeys(kinds or USUAL))
    wrong = [kind for kind in chosen if kind not in KINDS]
    if wrong:
        raise typer.BadParameter(f"{wrong[0]!r} is none of {', '.join(KINDS)}.", param_hint="KIND")
    began = time.monotonic()
    with keyholder(settings_of(data_dir)) as holder:
        holder.rotate(chosen, emergency=emergency)
        report = _watch(holder)
    seconds = round(time.monotonic() - began, 2)
    if as_json:
        print_json({"kinds": chosen, "emergency": emergency, "seconds": seconds, "failure": report.failure})
    if report.failure:
        talk(f"The keys are new, but bringing the data under them failed: {report.failure}. It is tried again.")
        raise typer.Exit(EXIT_NO)
    talk(f"Rotated {', '.join(chosen)} in {seconds} s.")
    if "root" in chosen:
        talk("Back the new root key up, apart. Backups of the keys made before need the one that was, until they end.")
    if emergency:
        talk("Older backups of the data open no more. Make a new one: sealane backup --out DIR")


@app.command(epilog="Example: sealane key ciphers --json")
def ciphers(*, as_json: AsJson = False) -> None:
    """Print the inventory of algorithms and key lengths in use (PCI DSS 12.3.3); with --json TLS as well."""
    if as_json:
        print_json({"ciphers": CIPHERS, "outgoing_tls": outgoing_tls()})
        return
    print_table(
        ("algorithm", "bits", "standard", "used for"),
        [(each.name, str(each.bits), each.standard, each.purpose) for each in CIPHERS],
    )


def _moment(text: str) -> str:
    return text[:19].replace("T", " ")


def _due(text: str | None) -> str:
    """Tell when a key is replaced by itself: `now` where the server that does it has yet to come round, or to start."""
    if text is None:
        return "-"
    return "now" if datetime.fromisoformat(text) <= datetime.now(UTC) else _moment(text)


def _watch(holder: Keyholder) -> KeyReport:
    with progress() as bar:
        tasks: dict[str, Any] = {}
        while True:
            report = holder.report()
            now = report.progress
            if now is not None:
                task = tasks.setdefault(now.name, None) or bar.add_task(now.name, total=now.total)
                tasks[now.name] = task
                bar.update(task, completed=now.done, total=now.total)
            if report.is_idle:
                return report
            time.sleep(POLL_SECONDS)

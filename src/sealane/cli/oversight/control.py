"""`sealane control`: run the controls, see their trend, export a run, attest what software cannot answer."""

from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from sealane.cli.oversight.files import write_whole
from sealane.cli.oversight.reach import ask, ask_json
from sealane.cli.terminal.failures import EXIT_NO
from sealane.cli.terminal.folder import DataDir
from sealane.cli.terminal.output import AsJson, print_json, print_table, talk
from sealane.model.errors import InvalidInput
from sealane.supervision.controls.catalogue import catalogue

__all__ = ["app"]

app = typer.Typer(help="Controls: run, list, history, export, attest.", no_args_is_help=True)

At = Annotated[str, typer.Option("--at", help="Judge as of this moment: 2026-03-15 or 2026-03-15T12:00:00Z.")]
_SIGNS = {"pass": "pass", "fail": "FAIL", "not_applicable": "n/a", "not_measurable": "unknown"}


@app.command(epilog="Example: sealane control run --at 2026-03-15 --only VAMP-M")
def run(
    at: At = "",
    only: Annotated[list[str] | None, typer.Option("--only", help="Only this control; may be repeated.")] = None,
    facts: Annotated[
        Path | None, typer.Option("--facts", exists=True, dir_okay=False, help="Facts from elsewhere (JSON).")
    ] = None,
    data_dir: DataDir = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Judge every control by the facts of this installation and keep the run; ends with 1 when one fails."""
    body: dict[str, Any] = {"only": only or []}
    if at:
        body["at"] = moment(at)
    if facts:
        body["facts"] = _read(facts)
    found = ask_json(data_dir, "POST", "/v1/controls/runs", body)
    if as_json:
        print_json(found)
    else:
        rows = [
            (one["control"]["id"], _SIGNS[one["finding"]["verdict"]], one["finding"]["detail"])
            for one in found["results"]
        ]
        print_table(("control", "verdict", "found"), rows)
        talk(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in found["counts"].items()))
        talk(f"Kept as {found['run_id']}, proven by log entry {found['log_entry']}. This is not legal advice.")
    if found["counts"]["fail"]:
        raise typer.Exit(EXIT_NO)


@app.command("list", epilog="Example: sealane control list --json")
def list_controls(*, as_json: AsJson = False) -> None:
    """Print the controls: what each asks and where it stands."""
    if as_json:
        print_json({"items": catalogue()})
        return
    rows = [(one.id, one.source, one.article, one.duty) for one in catalogue()]
    print_table(("control", "source", "article", "duty"), rows)


@app.command(epilog="Example: sealane control history")
def history(data_dir: DataDir = None, *, as_json: AsJson = False) -> None:
    """Print the latest runs, newest first."""
    found = ask_json(data_dir, "GET", "/v1/controls/runs")
    if as_json:
        print_json(found)
        return
    rows = [
        (one["run_id"], one["ran_at"], one["at"], *(str(count) for count in one["counts"].values()))
        for one in found["items"]
    ]
    print_table(("run", "ran", "as of", "pass", "fail", "n/a", "unknown"), rows)


@app.command(epilog="Example: sealane control export --format xlsx --out controls.xlsx")
def export(
    out: Annotated[Path, typer.Option("--out", help="Write to this file.", dir_okay=False)],
    form: Annotated[
        str, typer.Option("--format", help="oscal-catalog, oscal-results, ciso-assistant, probo, csv or xlsx.")
    ] = "oscal-results",
    run_id: Annotated[str, typer.Option("--run", help="Id of a run (default: the latest).")] = "",
    data_dir: DataDir = None,
) -> None:
    """Write the controls, or a run, in a format that other tools read."""
    write_whole(out, ask(data_dir, "GET", "/v1/controls/export", format=form, run=run_id))
    talk(f"Wrote {out}.")


@app.command(epilog="Example: sealane control attest GDPR-35 impact-assessment.pdf --until 2027-11-22")
def attest(
    control: Annotated[str, typer.Argument(metavar="CONTROL")],
    document: Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="DOCUMENT")],
    until: Annotated[str, typer.Option("--until", help="Until when the document holds.")],
    data_dir: DataDir = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Say that a document answers a control; its SHA-256 goes on the log, the document stays with you."""
    body = {"control": control, "digest": sha256(document.read_bytes()).hexdigest(), "expires_at": moment(until)}
    found = ask_json(data_dir, "POST", "/v1/controls/attestations", body)
    if as_json:
        print_json(found)
    else:
        talk(f"Attested; log entry {found['log_entry']}.")


def moment(text: str) -> str:
    """Return a moment as the API takes it; a day alone begins at midnight UTC."""
    return text if "T" in text else f"{text}T00:00:00Z"


def _read(path: Path) -> Any:
    try:
        return msgspec.json.decode(path.read_bytes())
    except msgspec.DecodeError:
        raise InvalidInput(f"{path} is not JSON.", remedy="See docs/how-to/run-controls.md for the tables.") from None

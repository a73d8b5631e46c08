"""`sealane incident`: open one, see every legal clock, note what happened, draft the reports. Nothing is submitted."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from sealane.cli.oversight.control import moment
from sealane.cli.oversight.files import write_whole
from sealane.cli.oversight.reach import ask, ask_json
from sealane.cli.terminal.folder import DataDir
from sealane.cli.terminal.output import AsJson, print_json, print_lines, print_table, talk
from sealane.model.errors import InvalidInput

__all__ = ["app"]

app = typer.Typer(help="Incidents: open, list, show, step, report.", no_args_is_help=True)

_PAPERS = {".pdf": "pdf", ".txt": "text"}
IncidentId = Annotated[str, typer.Argument(metavar="INCIDENT", help="Id of the incident.")]
Moments = Annotated[
    list[str] | None,
    typer.Option("--moment", help="When something happened: aware=2026-11-22T09:30:00Z; may be repeated."),
]


@app.command("open", epilog="Example: sealane incident open 'Export left open' --kind breach --country PT")
def command(  # noqa: PLR0913 - each argument is an option of the command
    title: Annotated[str, typer.Argument(metavar="TITLE")],
    kind: Annotated[
        str, typer.Option("--kind", help="breach, outage, flaw, suspicion, claim, card_compromise or return.")
    ] = "breach",
    country: Annotated[str, typer.Option("--country", help="Whose calendar and authorities count: PT.")] = "",
    regime: Annotated[
        list[str] | None, typer.Option("--regime", help="A regime that applies; may be repeated.")
    ] = None,
    moments: Moments = None,
    data_dir: DataDir = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Open an incident and start its clocks; without --moment you became aware of it now."""
    given = _moments(moments) or {"aware": datetime.now(UTC).isoformat().replace("+00:00", "Z")}
    body = {"title": title, "kind": kind, "country": country, "regimes": regime or [], "moments": given}
    _show(ask_json(data_dir, "POST", "/v1/incidents", body), as_json=as_json)


@app.command("list", epilog="Example: sealane incident list")
def list_incidents(data_dir: DataDir = None, *, as_json: AsJson = False) -> None:
    """Print the incidents with the clock that ends first."""
    found = ask_json(data_dir, "GET", "/v1/incidents")
    if as_json:
        print_json(found)
        return
    rows = []
    for one in found["items"]:
        open_clocks = sorted(
            (clock for clock in one["clocks"] if clock["due_at"] and not clock["sent_at"]),
            key=lambda clock: clock["due_at"],
        )
        first = open_clocks[0] if open_clocks else None
        due = f"{first['regime']}/{first['stage']} {first['due_at']} {first['state']}" if first else "nothing due"
        rows.append((one["incident_id"], one["kind"], one["title"], due))
    print_table(("incident", "kind", "title", "next"), rows)


@app.command(epilog="Example: sealane incident show inc_01kan6k3zw8t5q1r9v0m2c4d7e")
def show(incident: IncidentId, data_dir: DataDir = None, *, as_json: AsJson = False) -> None:
    """Print an incident with all its clocks."""
    _show(ask_json(data_dir, "GET", f"/v1/incidents/{incident}"), as_json=as_json)


@app.command(epilog="Example: sealane incident step inc_... --sent dora/initial")
def step(
    incident: IncidentId,
    moments: Moments = None,
    sent: Annotated[str, typer.Option("--sent", help="A report that you sent: dora/initial.")] = "",
    sent_at: Annotated[str, typer.Option("--sent-at", help="When you sent it (default: now).")] = "",
    data_dir: DataDir = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Note what became known, or that you sent a report; later clocks start from it."""
    body: dict[str, Any] = {"moments": _moments(moments)}
    if sent:
        regime, _, stage = sent.partition("/")
        body |= {"sent_regime": regime, "sent_stage": stage}
    if sent_at:
        body["sent_at"] = moment(sent_at)
    _show(ask_json(data_dir, "POST", f"/v1/incidents/{incident}/steps", body), as_json=as_json)


@app.command(epilog="Example: sealane incident report inc_... gdpr/authority")
def report(
    incident: IncidentId,
    duty: Annotated[str, typer.Argument(metavar="REGIME/STAGE", help="Which report: gdpr/authority.")],
    out: Annotated[Path | None, typer.Option("--out", help="Write JSON, or .pdf or .txt.", dir_okay=False)] = None,
    data_dir: DataDir = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print the draft of a report; you complete it and send it, this program never does."""
    regime, _, stage = duty.partition("/")
    found = ask_json(data_dir, "GET", f"/v1/incidents/{incident}/report", regime=regime, stage=stage)
    if out and out.suffix in _PAPERS:
        path, form = f"/v1/incidents/{incident}/report", _PAPERS[out.suffix]
        write_whole(out, ask(data_dir, "GET", path, regime=regime, stage=stage, format=form))
    elif out:
        write_whole(out, msgspec.json.format(msgspec.json.encode(found), indent=2))
    if as_json:
        print_json(found)
        return
    print_lines(map(_field, found["fields"]))
    if since := found["since"]:
        counts = ", ".join(f"{since[change]} {change}" for change in ("added", "changed", "removed"))
        talk(f"Fields since {regime}/{since['stage']} was sent: {counts}.")
    talk(f"To: {found['to_whom']}. {len(found['to_write'])} fields are yours to write.")
    talk(found["advice"])


def _field(one: dict[str, Any]) -> str:
    was = f", was: {one['before']}" if one["before"] else ""
    change = f"  [{one['change']}{was}]" if one["change"] else ""
    return f"{one['number']:<24} {one['label']}: {one['value'] or '____'}{change}"


def _moments(given: list[str] | None) -> dict[str, str]:
    moments = {}
    for one in given or ():
        name, equals, text = one.partition("=")
        if not equals:
            raise InvalidInput(f"--moment {one} has no time.", remedy="Write it as aware=2026-11-22T09:30:00Z.")
        moments[name] = moment(text)
    return moments


def _show(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    print_lines([f"{found['incident_id']}\t{found['kind']}\t{found['title']}"])
    rows = [
        (f"{one['regime']}/{one['stage']}", one["state"], one["due_at"] or f"waits for {one['waits_for']}", one["why"])
        for one in found["clocks"]
    ]
    print_table(("duty", "state", "due", "why"), rows)
    talk(found["advice"])

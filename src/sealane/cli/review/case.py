"""`sealane case`: the review queue on the command line: list, show, claim, note, close, undo, represent."""

import getpass
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from sealane.cli.review.reaching import reach
from sealane.cli.terminal.folder import DataDir
from sealane.cli.terminal.output import AsJson, percent, print_json, print_lines, print_table, talk

__all__ = ["app"]

app = typer.Typer(help="Cases: the review queue.", rich_markup_mode="markdown", no_args_is_help=True)

CaseId = Annotated[str, typer.Argument(metavar="CASE", help="Id of the case.")]
By = Annotated[str, typer.Option("--by", help="Who acts (default: your login).", default_factory=getpass.getuser)]
Note = Annotated[str | None, typer.Option("--note", help="Why; kept with the case.")]
COLUMNS = ("case", "stage", "due in", "at risk", "score", "state", "held by")
MINUTE, HOUR, DAY = 60, 3_600, 86_400


@app.command("list", epilog="Example: sealane case list --stage reroute --sort risk")
def list_cases(
    stage: Annotated[str, typer.Option("--stage", help="Only this stage, or `chargeback`.")] = "",
    sort: Annotated[str, typer.Option("--sort", help="due, risk or opened.")] = "due",
    limit: Annotated[int, typer.Option("--limit", min=1, max=200)] = 50,
    data_dir: DataDir = None,
    *,
    closed: Annotated[bool, typer.Option("--closed", help="Closed cases instead of open ones.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the queue: soonest due first, or most money at risk first."""
    with reach(data_dir) as api:
        page = api.get("/v1/cases", stage=stage, sort=sort, limit=limit, state="closed" if closed else "open")
    if as_json:
        print_json(page)
    else:
        print_table(COLUMNS, [_row(case) for case in page["items"]])


@app.command(epilog="Example: sealane case show case_01kan6k3zw8t5q1r9v0m2c4d7e")
def show(case_id: CaseId, data_dir: DataDir = None, *, as_json: AsJson = False) -> None:
    """Print a case: the question, why, payment beside parcel, what is linked, and what was done."""
    with reach(data_dir) as api:
        document = api.get(f"/v1/cases/{case_id}")
    if as_json:
        print_json(document)
    else:
        print_lines(_lines(document))


@app.command()
def claim(case_id: CaseId, by: By, data_dir: DataDir = None) -> None:
    """Keep a case for yourself until it lapses."""
    _act(data_dir, case_id, "claim", by=by)


@app.command()
def release(case_id: CaseId, by: By, data_dir: DataDir = None) -> None:
    """Give a case back to the queue."""
    _act(data_dir, case_id, "release", by=by)


@app.command()
def note(case_id: CaseId, text: Annotated[str, typer.Argument()], by: By, data_dir: DataDir = None) -> None:
    """Add a note to a case."""
    _act(data_dir, case_id, "note", by=by, text=text)


@app.command(epilog="Example: sealane case close case_01kan6k3zw8t5q1r9v0m2c4d7e fraud --by ana --note 'mule address'")
def close(
    case_id: CaseId,
    verdict: Annotated[str, typer.Argument(help="fraud or genuine.")],
    by: By,
    note: Note = None,
    data_dir: DataDir = None,
) -> None:
    """Close a case with a verdict; dear ones need a second person to say the same."""
    _act(data_dir, case_id, "close", by=by, verdict=verdict, note=note)


@app.command()
def undo(case_id: CaseId, by: By, data_dir: DataDir = None) -> None:
    """Take back a proposal, or a closing of the last seconds."""
    _act(data_dir, case_id, "undo", by=by)


@app.command(epilog="Example: sealane case represent case_01kan6k3zw8t5q1r9v0m2c4d7e --pdf evidence.pdf")
def represent(
    case_id: CaseId,
    pdf: Annotated[Path | None, typer.Option("--pdf", dir_okay=False, help="Write the evidence here as a PDF.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Print the evidence against a chargeback as JSON, and write it as a PDF if asked."""
    with reach(data_dir) as api:
        print_json(api.get(f"/v1/cases/{case_id}/representment"))
        if pdf is not None:
            pdf.write_bytes(api.download(f"/v1/cases/{case_id}/representment.pdf"))
            talk(f"The evidence is in {pdf}.")


def _act(data_dir: str | None, case_id: str, verb: str, **body: Any) -> None:
    with reach(data_dir) as api:
        case = api.post(f"/v1/cases/{case_id}/{verb}", **body)
    held = f", held by {case['held_by']} until {case['held_until']}" if case["held_by"] else ""
    verdict = f", {case['verdict']}" if case["verdict"] else ""
    talk(f"{case['case_id']} is {case['state']}{verdict}{held}.")
    if case["state"] == "proposed":
        talk("A second person has to close it with the same verdict.")


def _row(case: dict[str, Any]) -> tuple[str, ...]:
    due = _span(abs(case["seconds_left"])) + (" ago" if case["seconds_left"] < 0 else "")
    money = f"{case['at_risk']['amount_minor'] / 100:.2f} EUR"
    return case["case_id"], case["stage"], due, money, percent(case["score"]), case["state"], case["held_by"] or ""


def _span(seconds: int) -> str:
    """Return a length of time in the largest unit that it has two of: 5,400 is `90 min`, 12,783,091 is `147 d`."""
    for unit, length in (("d", DAY), ("h", HOUR)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds // MINUTE} min"


def _lines(document: dict[str, Any]) -> Iterator[str]:
    """Yield the case as text."""
    case = document["case"]
    yield document["title"]
    yield "  ".join(_row(case))
    for each in (document["explanation"] or {"contributions": ()})["contributions"]:
        yield f"  {each['weight']:+7.3f}  {each['text']}"
    for each in (document["explanation"] or {"counterfactuals": ()})["counterfactuals"]:
        yield f"  {each['sentence']}"
    for each in document["comparisons"]:
        mark = {True: "differs", False: "same", None: "unknown"}[each["differs"]]
        yield f"  {mark:<8} {each['topic']}: {each['payment']} | {each['consignment']}"
    for each in document["linked"]["orders"]:
        yield f"  linked   {each['order_id']}  {each['truth'] or each['outcome']}  by {', '.join(each['entities'])}"
    for each in document["acts"]:
        yield f"  {each['at']}  {each['actor']}  {each['act']}  {each['body'] or ''}".rstrip()

"""`sealane policy`: what the need-to-know policy exposes, each cell with its law, and what a change of it changes."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from sealane.cli.terminal.output import AsJson, percent, print_json, print_lines, print_table, talk
from sealane.disclosure import FIELDS, Policy, PolicyBook, cedar_text, compare, exposure_of, read_policy, shipped_policy
from sealane.model.errors import InvalidInput

__all__ = ["app"]

app = typer.Typer(help="Need-to-know policy: report, show, diff.", no_args_is_help=True)

On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="Day of the law, YYYY-MM-DD (default: today).")]
Of = Annotated[
    Path | None,
    typer.Option("--policy", metavar="DIR", help="A policy of your own: default.toml and regimes.toml.", exists=True),
]


@app.command(epilog="Example: sealane policy report --from CN --to US")
def report(
    origin: Annotated[str | None, typer.Option("--from", metavar="CC", help="Country the goods leave.")] = None,
    destination: Annotated[str | None, typer.Option("--to", metavar="CC", help="Country they go to.")] = None,
    on: On = None,
    policy: Of = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print how many of the pairs of personal data and parties are in clear: in this corridor, and at the worst."""
    found = _policy(policy, on)
    corridor = found.corridor(origin, destination)
    here, worst = exposure_of(found, corridor), exposure_of(found, (1 << len(found.matrix.regimes)) - 1)
    codes = [each.code for each in found.regimes(corridor)]
    if as_json:
        print_json(
            {"policy": found.version, "regimes": codes, "exposure": here, "worst_case": worst, "pass_through": 1.0}
        )
        return
    parties = [each for each in found.matrix.audiences if each.is_counted]
    print_table(
        ("field", *(each.code for each in parties)),
        [(row, *("clear" if (row, each.code) in here.cells else "" for each in parties)) for row in found.matrix.rows],
    )
    talk(f"Policy {found.version}, regimes: {', '.join(codes) or 'none beyond the default'}")
    print_lines(
        [
            f"exposure\t{percent(here.share)}\t{here.clear} of {here.pairs} pairs in clear",
            f"field-hours\t{here.hours:,.0f}\tat most, over all parties; every grant ends",
            f"worst case\t{percent(worst.share)}\t{worst.clear} of {worst.pairs} pairs, under every regime at once",
            f"pass-through\t{percent(1)}\tthe order handed on whole",
        ]
    )


@app.command(epilog="Example: sealane policy show last-mile --to PT")
def show(
    audience: Annotated[str | None, typer.Argument(help="Only this row of the policy, such as last-mile.")] = None,
    origin: Annotated[str | None, typer.Option("--from", metavar="CC", help="Country the goods leave.")] = None,
    destination: Annotated[str | None, typer.Option("--to", metavar="CC", help="Country they go to.")] = None,
    on: On = None,
    *,
    cedar: Annotated[bool, typer.Option("--cedar", help="Print the policy as Cedar text.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print every cell: who may see which field, in which form, by which law or need."""
    found = _policy(None, on)
    if cedar:
        typer.echo(cedar_text(found.matrix, found.day))
        return
    if audience is not None and found.audience(audience) is None:
        known = ", ".join(each.code for each in found.matrix.audiences)
        raise InvalidInput(f"The policy has no row {audience}.", remedy=f"Name one of {known}.")
    corridor = found.corridor(origin, destination)
    cells = [
        (each.code, field, each.tell(field, cell), cell.basis)
        for each in found.matrix.audiences
        for field in FIELDS
        if audience in {None, each.code} and (cell := found.cell(each, field, corridor)) is not None
    ]
    if as_json:
        names = ("audience", "field", "given", "basis")
        print_json({"policy": found.version, "cells": [dict(zip(names, row, strict=True)) for row in cells]})
    else:
        print_table(("audience", "field", "given", "basis"), cells)


@app.command(epilog="Example: sealane policy diff 2025-11-20 2025-11-21")
def diff(
    old: Annotated[str, typer.Argument(help="A day (YYYY-MM-DD) of the shipped policy, or a folder with a policy.")],
    new: Annotated[str | None, typer.Argument(help="The same; today's shipped policy when left out.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print who gains or loses which field between two policies, and what that does to the exposure."""
    before, after = _named(old), _named(new)
    changes = compare(before, after)
    shares = exposure_of(before).share, exposure_of(after).share
    if as_json:
        rows = [each._asdict() | {"verb": each.verb} for each in changes]
        print_json({"old": before.version, "new": after.version, "changes": rows, "exposure": shares})
        return
    print_lines(
        f"{each.audience} {each.verb} {each.field}: {each.before} -> {each.after}"
        + (f" (under {each.regime})" if each.regime else "")
        for each in changes
    )
    talk(f"{len(changes)} cells differ; exposure {percent(shares[0])} -> {percent(shares[1])}")


def _named(name: str | None) -> Policy:
    if name is not None and Path(name).is_dir():
        return _policy(Path(name), None)
    return _policy(None, name)


def _policy(folder: Path | None, on: str | None) -> Policy:
    book: PolicyBook = shipped_policy() if folder is None else read_policy(folder)
    try:
        day = datetime.now(UTC).date() if on is None else date.fromisoformat(on)
    except ValueError:
        raise InvalidInput(f"{on} is neither a day nor a folder.", remedy="Write it as 2026-11-22.") from None
    return book.on(day)

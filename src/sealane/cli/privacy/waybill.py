"""`sealane waybill`: a label without an address, and a linter for anybody's labels."""

from pathlib import Path
from typing import Annotated

import typer

from sealane.cli.terminal.failures import EXIT_NO
from sealane.cli.terminal.output import AsJson, print_json, print_lines
from sealane.disclosure.label import Label, draw_pdf, draw_svg, lint, read_rules, shipped_rules, texts_of
from sealane.model.errors import InvalidInput

__all__ = ["app"]

app = typer.Typer(help="Waybills: draw a label, lint a label.", no_args_is_help=True)


@app.command("lint", epilog="Example: sealane waybill lint label.svg")
def lint_labels(
    labels: Annotated[list[Path], typer.Argument(help="Rendered labels, SVG or text.", exists=True, dir_okay=False)],
    rules: Annotated[Path | None, typer.Option("--rules", help="Rules of your own, TOML.", exists=True)] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Say what a printed label shows that it should hide (GB/T 41833-2022); ends with 1 when it does."""
    standard = shipped_rules() if rules is None else read_rules(rules.read_text(encoding="utf-8"))
    found = {str(path): lint(texts_of(path.read_bytes()), standard) for path in labels}
    if as_json:
        told = [fault._asdict() | {"label": name} for name, faults in found.items() for fault in faults]
        print_json({"rules": standard.name, "is_clean": not told, "faults": told})
    else:
        for name, faults in found.items():
            print_lines(f"{name}:{each.line}: shows {each.what} [{each.code}]" for each in faults)
            if not faults:
                print_lines([f"{name}: nothing shows that {standard.name} hides."])
    if any(found.values()):
        raise typer.Exit(EXIT_NO)


@app.command(epilog="Example: sealane waybill draw 4Z7KQ2MV9T0RB8XEWJ3D --sort PT-11 --out label.pdf")
def draw(
    pseudonym: Annotated[str, typer.Argument(help="The waybill's number, from POST /v1/waybills.")],
    sort: Annotated[str, typer.Option("--sort", help="The sort code, from the same answer.")],
    out: Annotated[Path, typer.Option("--out", help="label.svg or label.pdf.", dir_okay=False)],
    grams: Annotated[int | None, typer.Option("--grams", help="Weight.", min=0)] = None,
) -> None:
    """Draw the label of a waybill, 100 by 150 mm, without any data folder."""
    label = Label(pseudonym, sort, grams)
    if out.suffix not in {".svg", ".pdf"}:
        raise InvalidInput(f"{out.name} is neither .svg nor .pdf.", remedy="Name the file label.svg or label.pdf.")
    document = draw_pdf(label) if out.suffix == ".pdf" else draw_svg(label).encode()
    beside = out.with_name(f"{out.name}.new")
    try:
        beside.write_bytes(document)
        beside.replace(out)
    except OSError as error:
        raise InvalidInput(f"{out} cannot be written: {error.strerror}.", remedy="Choose another --out.") from None

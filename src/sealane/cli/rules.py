"""`sealane rules`: the rules in force, and whether a file of rules may be used."""

from pathlib import Path
from typing import Annotated

import typer

from sealane.cli.terminal.failures import EXIT_NO
from sealane.cli.terminal.output import AsJson, print_json, print_lines, print_table
from sealane.model.errors import InvalidInput
from sealane.risk import Rule, check_rules, default_policy

__all__ = ["app"]

app = typer.Typer(help="Rules: list, check.", rich_markup_mode="markdown", no_args_is_help=True)


@app.command("list", epilog="Example: sealane rules list --stage dispatch")
def list_rules(
    stage: Annotated[str | None, typer.Option("--stage", help="Only the rules of this stage.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print the rules in force: what each is against, when it hits, and the mildest outcome it allows."""
    policy = default_policy()
    rules = [rule for rule in policy.ruleset.rules if stage is None or stage in rule.stages]
    if as_json:
        print_json({"ruleset": policy.version, "rules": rules})
        return
    print_table(("rule", "side", "stages", "floor", "weight", "when"), [_row(rule) for rule in rules])


def _row(rule: Rule) -> tuple[str, ...]:
    when = " ".join(rule.when.split())
    return rule.code, rule.side, ",".join(rule.stages), rule.floor, f"{rule.weight:+.2f}", when


@app.command(epilog="Example: sealane rules check mine.toml")
def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, metavar="FILE")],
    *,
    as_json: AsJson = False,
) -> None:
    """Check a file of rules; ends with 1 and names line, column and remedy of each mistake."""
    try:
        faults = check_rules(file.read_text(encoding="utf-8"), default_policy().catalogue)
    except UnicodeDecodeError:
        raise InvalidInput(f"{file.name} is not UTF-8.", remedy="Save the file as UTF-8.") from None
    if as_json:
        print_json({"is_valid": not faults, "faults": faults})
    else:
        print_lines(f"{file.name}:{fault.line}:{fault.column}: {fault.message} [{fault.code}]" for fault in faults)
        if not faults:
            print_lines([f"{file.name}: the rules may be used."])
    if faults:
        raise typer.Exit(EXIT_NO)

"""`sealane rules`: the rules in force, whether a file of rules may be used, and how it comes to rule."""

import getpass
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from sealane.cli.review.reaching import reach
from sealane.cli.terminal.failures import EXIT_NO
from sealane.cli.terminal.folder import DataDir, folder_of
from sealane.cli.terminal.output import AsJson, print_json, print_lines, print_table, talk
from sealane.model.errors import InvalidInput
from sealane.risk import RiskPolicy, Rule, check_rules, default_policy, policy_in_force
from sealane.risk.rulebook import echo_rules
from sealane.storage.database import DATABASE_FILE, open_readers

__all__ = ["app"]

app = typer.Typer(help="Rules: list, check, publish.", rich_markup_mode="markdown", no_args_is_help=True)


@app.command("list", epilog="Example: sealane rules list --stage dispatch")
def list_rules(
    stage: Annotated[str | None, typer.Option("--stage", help="Only the rules of this stage.")] = None,
    data_dir: DataDir = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print the rules in force: what each is against, when it hits, and the mildest outcome it allows."""
    policy = _in_force(folder_of(data_dir))
    rules = [rule for rule in policy.ruleset.rules if stage is None or stage in rule.stages]
    if as_json:
        print_json({"ruleset": policy.version, "rules": rules})
        return
    print_table(("rule", "side", "stages", "floor", "weight", "when"), [_row(rule) for rule in rules])


def _in_force(folder: Path) -> RiskPolicy:
    """Return the policy that a folder's next decision is made under; without a folder, what ships."""
    if not (folder / DATABASE_FILE).exists():
        return default_policy()
    readers = open_readers(folder)
    try:
        with readers.borrow() as connection:
            return policy_in_force(connection, default_policy())
    finally:
        readers.close()


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
    text = _text(file)
    faults = check_rules(text, default_policy().catalogue)
    if as_json:
        print_json({"is_valid": not faults, "faults": faults})
    else:
        print_lines(f"{file.name}:{fault.line}:{fault.column}: {fault.message} [{fault.code}]" for fault in faults)
        if not faults:
            echoes = echo_rules(RiskPolicy(replace(default_policy().texts, rules=text), default_policy().catalogue))
            print_lines(f"{each.code} (cost {each.cost} of {each.max_cost}): {each.words}" for each in echoes)
            print_lines([f"{file.name}: the rules may be used."])
    if faults:
        raise typer.Exit(EXIT_NO)


@app.command(epilog="Example: sealane rules publish mine.toml --by ana, then --by rui")
def publish(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, metavar="FILE")],
    by: Annotated[str, typer.Option("--by", help="Who acts (default: your login).", default_factory=getpass.getuser)],
    data_dir: DataDir = None,
) -> None:
    """Propose a file of rules or, when somebody else proposed the very same text, let it rule from now on."""
    text = _text(file)
    named = sha256(text.encode()).hexdigest()[:32]
    with reach(data_dir) as api:
        known = {one["hash"]: one for one in api.get("/v1/rulesets")["items"]}
        if named not in known:
            proposed = api.post("/v1/rulesets", text=text, by=by)
            talk(f"Version {proposed['version']} ({named}) is proposed. A second person publishes it:")
            talk(f"  sealane rules publish {file} --by SOMEBODY-ELSE")
            return
        published = api.post(f"/v1/rulesets/{named}/publish", by=by)
    talk(f"Version {published['version']} by {published['author']} rules from now on, published by {by}.")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InvalidInput(f"{file.name} is not UTF-8.", remedy="Save the file as UTF-8.") from None

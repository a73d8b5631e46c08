"""`sealane alliance`: ask the other members about a thing, tell them of one, without naming it to anybody."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, get_args

import msgspec
import typer

from sealane.alliance import Member, canonical
from sealane.alliance.inputs import KINDS, Kind
from sealane.alliance.links import Link, Links, read_links, write_links
from sealane.alliance.matching import Copy
from sealane.alliance.wire import Indicator, Purpose, Reason, Severity
from sealane.cli.terminal.failures import EXIT_NO
from sealane.cli.terminal.folder import DataDir, folder_of
from sealane.cli.terminal.output import AsJson, print_json, print_table, talk
from sealane.flows.trust.alliance import check_pin
from sealane.model.errors import InvalidInput

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Share fraud knowledge without sharing people.")

KindOf = Annotated[str, typer.Option("--kind", metavar="KIND", help=f"One of {', '.join(KINDS)}.")]
Case = Annotated[str, typer.Option("--case", help="The case or order this is about; the custodians log it.")]
DAYS = 90
REASONS = ", ".join(get_args(Reason))
PURPOSES = ", ".join(get_args(Purpose))


@app.command()
def join(
    url: Annotated[str, typer.Argument(metavar="URL", help="Address of the custodian's Sealane.")],
    name: Annotated[str, typer.Option("--name", help="What you call this custodian.")],
    api_key_file: Annotated[Path, typer.Option("--api-key-file", help="File with the key it gave to your party.")],
    log_key_file: Annotated[Path, typer.Option("--log-key-file", help="File with its log's key line (vkey).")],
    *,
    register: Annotated[bool, typer.Option("--register", help="It also keeps the register.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Add a custodian to your alliance; two are needed, and one of them keeps the register.

    Example: `sealane alliance join https://a.example --name psp --api-key-file a.key --log-key-file a.vkey --register`
    """
    folder = folder_of(data_dir)
    key, vkey = (file.read_text(encoding="utf-8").strip() for file in (api_key_file, log_key_file))
    link = Link(name, url.rstrip("/"), key, vkey, keeps_register=register)
    others = tuple(each for each in read_links(folder).custodians if each.name != name)
    write_links(folder, Links((*others, link)))
    talk(f"{name} is a custodian of your alliance; {len(others) + 1} of 2 are named.")


@app.command()
def members(data_dir: DataDir = None, *, as_json: AsJson = False) -> None:
    """Show the custodians of your alliance and how many of their keys are pinned."""
    links = read_links(folder_of(data_dir)).custodians
    if as_json:
        print_json([{"name": e.name, "url": e.url, "register": e.keeps_register, "pins": e.pins} for e in links])
        return
    rows = ((e.name, e.url, "yes" if e.keeps_register else "no", str(len(e.pins))) for e in links)
    print_table(("custodian", "address", "register", "pinned keys"), rows)


@app.command()
def lookup(
    value: Annotated[str, typer.Argument(metavar="VALUE", help="What to ask about; it does not leave this machine.")],
    kind: KindOf,
    case: Case,
    purpose: Annotated[str, typer.Option("--purpose", metavar="PURPOSE", help=f"One of {PURPOSES}.")] = "checkout",
    data_dir: DataDir = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Say whether members reported a thing; ends with 1 when two or more did.

    Example: `sealane alliance lookup +351912345678 --kind phone --case SO-10023`
    """
    asked = canonical(_known(kind, Kind, "--kind"), value)
    with _member(data_dir) as member:
        [match] = member.look_up([asked], purpose=_known(purpose, Purpose, "--purpose"), case=case)
    found = match.indicator
    if as_json:
        print_json(match)
    elif found is None:
        talk("No member reported it. That does not make it good.")
    else:
        print_table(("reason", "members", "weight", "until"), [_row(found)])
        talk("It is confirmed." if found.is_confirmed else "One member reported it.")
    if found is not None and found.is_confirmed:
        raise typer.Exit(EXIT_NO)


@app.command()
def publish(
    value: Annotated[str, typer.Argument(metavar="VALUE", help="What to report; only its tag leaves this machine.")],
    kind: KindOf,
    reason: Annotated[str, typer.Option("--reason", metavar="REASON", help=f"One of {REASONS}.")],
    case: Case,
    severity: Annotated[str, typer.Option("--severity", help="`strong` when you are sure, else `watch`.")] = "watch",
    data_dir: DataDir = None,
) -> None:
    """Report a thing as bad for 90 days, and print the id under which the report can be withdrawn.

    Example: `sealane alliance publish "PT; 1100-053; Rua Augusta 10; Ana Silva" --kind address --reason drop_address`
    """
    asked = canonical(_known(kind, Kind, "--kind"), value)
    with _member(data_dir) as member:
        why, weight = _known(reason, Reason, "--reason"), _known(severity, Severity, "--severity")
        made = member.publish(asked, why, severity=weight, days=DAYS, case=case)
    print_json(made)


@app.command()
def withdraw(
    indicator_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `publish` printed.")],
    data_dir: DataDir = None,
) -> None:
    """Take back a report of yours."""
    with _member(data_dir) as member:
        member.withdraw(indicator_id)
    talk("Withdrawn; members hear of it when they next refresh.")


def _row(found: Indicator) -> tuple[str, ...]:
    return found.reason, str(found.members), f"{found.weight:.2f}", f"{found.expires_at:%Y-%m-%d}"


def _known(text: str, choices: Any, option: str) -> Any:
    """Return the text when it is one of a Literal's.

    Raises:
        InvalidInput: naming the option and what it may be.
    """
    try:
        return msgspec.convert(text, choices)
    except msgspec.ValidationError:
        raise InvalidInput(f"{option} is one of {', '.join(get_args(choices))}.") from None


@contextmanager
def _member(data_dir: str | None) -> Iterator[Member]:
    folder = folder_of(data_dir)
    links, copy = read_links(folder), Copy.open(folder)
    try:
        with Member(links, copy, check_pin, keep=lambda richer: write_links(folder, richer)) as member:
            yield member
    finally:
        copy.close()

"""`sealane check`: is this link, message, tracking number or shop genuine? Offline, with the orders of the folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from sealane.cli.terminal.failures import EXIT_NO
from sealane.cli.terminal.folder import DataDir, folder_of, reading, settings_of
from sealane.cli.terminal.output import AsJson, print_json, print_lines
from sealane.model.clock import system_clock
from sealane.model.errors import InvalidInput
from sealane.shield import (
    Ledger,
    Trust,
    check,
    edition_in,
    key_id,
    ledger_of,
    nothing_known,
    read_feeds,
    trust_of,
    use_feeds,
)
from sealane.storage.database import DATABASE_FILE

__all__ = ["command", "known_orders"]

KEY_BYTES = 32
_WORDS = {
    "genuine": "Genuine",
    "official": "Official site",
    "dangerous": "Dangerous",
    "unknown": "We can't tell",
}


def command(
    text: Annotated[
        str,
        typer.Argument(metavar="TEXT", help="A link, a message, a tracking number or a shop address; - reads stdin."),
    ],
    data_dir: DataDir = None,
    key: Annotated[
        list[Path] | None,
        typer.Option("--key", help="Public key of a sender of notices, in hexadecimal.", exists=True, dir_okay=False),
    ] = None,
    consignment: Annotated[
        str | None, typer.Option("--consignment", help="The consignment that a notice has to be about.", metavar="ID")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Say whether a link, message, number, shop or signed notice is genuine; ends with 1 when it is dangerous.

    Example: `sealane check https://dhl-parcel-fee.top/pay`
    """
    asked = typer.get_binary_stream("stdin").read().decode("utf-8", "replace") if text == "-" else text
    settings = settings_of(data_dir)
    edition_in(Path(settings.data_dir))
    use_feeds(read_feeds(settings.known_bad, settings.known_good))
    with known_orders(data_dir) as (ledger, trust):
        answer = check(
            asked, ledger, replace(trust, keys={**trust.keys, **_keys(key or [])}, consignment_id=consignment)
        )
    if as_json:
        print_json(answer)
    else:
        print_lines([_WORDS[answer.verdict], *(f"  {reason.text} [{reason.code}]" for reason in answer.reasons)])
        print_lines(f"{number}. {step}" for number, step in enumerate(answer.advice, 1))
    if answer.verdict == "dangerous":
        raise typer.Exit(EXIT_NO)


def _keys(files: list[Path]) -> dict[str, bytes]:
    """Return the public keys in these files by their ids.

    Raises:
        InvalidInput: when a file holds no key of 32 bytes.
    """
    keys = {}
    for path in files:
        try:
            public_key = bytes.fromhex(path.read_text(encoding="ascii"))
        except ValueError:
            public_key = b""
        if len(public_key) != KEY_BYTES:
            raise InvalidInput(f"{path.name} holds no Ed25519 key.", remedy="Give a file with 64 hexadecimal digits.")
        keys[key_id(public_key)] = public_key
    return keys


@contextmanager
def known_orders(data_dir: str | None) -> Iterator[tuple[Ledger, Trust]]:
    """Lend the ledger of the data folder and the trust in its own notices; without a database there is neither.

    Raises:
        Misconfigured: when the database is of another release.
    """
    if not (folder_of(data_dir) / DATABASE_FILE).exists():
        yield nothing_known, Trust(now_us=system_clock())
        return
    with reading(data_dir) as connection:
        yield ledger_of(connection), trust_of(connection, system_clock())

"""`sealane log report-suspicion`, `unseal` and `authority-key`: entries that only an authority can open."""

from pathlib import Path
from typing import Annotated

import typer

from sealane.cli.logbook.checking import entry_document
from sealane.cli.logbook.keys import Key, NeededWitnesses, Witnesses, key_line, quorum_of
from sealane.cli.terminal.folder import DataDir, settings_of
from sealane.cli.terminal.output import AsJson, print_json, talk
from sealane.model.errors import InvalidInput

__all__ = ["authority_key", "report_suspicion", "unseal_entry"]


def report_suspicion(
    report: Annotated[Path, typer.Argument(help="Text file with what is suspected.", exists=True, dir_okay=False)],
    order: Annotated[str, typer.Option("--order", help="Id of the order it is about.")],
    authority: Annotated[str, typer.Option("--authority", help="Id of the authority that may open it.")],
    data_dir: DataDir = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Seal a report for an authority and put it on the log; nothing of it reaches the shopper or the order."""
    from sealane.cli.logbook.reporting import send_report  # noqa: PLC0415 - checking a proof need not load an installation

    result = send_report(settings_of(data_dir), order, authority, report.read_bytes())
    if as_json:
        print_json(result)
    else:
        typer.echo(result.log_entry)
    talk("Sealed. Only the authority can open it; do not tell the person it is about.")


def unseal_entry(
    sealed: Annotated[Path, typer.Argument(help="What GET /v1/suspicions/ENTRY answered.", exists=True)],
    key: Key,
    secret: Annotated[Path, typer.Option("--secret", help="The authority's private key.", exists=True, dir_okay=False)],
    witness: Witnesses = None,
    quorum: NeededWitnesses = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Open a sealed entry as the authority, offline, and check that the log holds exactly this."""
    from sealane.keys.files import read_secret  # noqa: PLC0415 - checking a proof needs none of these
    from sealane.keys.hpke import OpeningKey  # noqa: PLC0415 - loaded when it is needed
    from sealane.supervision.sealed.envelope import unseal  # noqa: PLC0415 - loaded when it is needed

    try:
        private = OpeningKey.from_secret(bytes.fromhex((read_secret(secret) or "").strip()))
    except ValueError:
        raise InvalidInput(
            f"{secret} holds no private key of an authority", remedy="Give the file that authority-key made."
        ) from None
    proven, document = unseal(sealed.read_bytes(), key_line(key), private, quorum_of(witness, quorum))
    if as_json:
        print_json({"verified": True, **entry_document(proven), "document": document.decode()})
    else:
        typer.echo(document)
    talk(f"The proof holds: entry {proven.index} of {proven.checkpoint.size} in the log {proven.checkpoint.origin}.")


def authority_key(
    out: Annotated[Path, typer.Option("--out", help="Where the private key goes; keep it secret.", dir_okay=False)],
) -> None:
    """Make an authority's key pair: the private key goes to a file, the public one is printed to be registered."""
    from sealane.keys.files import write_secret  # noqa: PLC0415 - checking a proof needs none of these
    from sealane.keys.hpke import OpeningKey  # noqa: PLC0415 - loaded when it is needed
    from sealane.supervision.sealed.envelope import public_jwk  # noqa: PLC0415 - loaded when it is needed

    if out.exists():
        raise InvalidInput(f"{out} exists", remedy="Choose another file; what is sealed to a lost key stays closed.")
    private = OpeningKey.generate()
    write_secret(out, private.secret.hex() + "\n")
    print_json(public_jwk(private))
    talk("Register it: POST /v1/parties with roles [authority] and this in public_keys.")

"""`sealane conformance`: vectors of webhook security for PSPs and carriers, against any receiver."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from sealane.cli.terminal.failures import EXIT_NO
from sealane.cli.terminal.output import AsJson, print_json, print_lines, print_table, progress, talk
from sealane.interchange import SOURCES, source_named
from sealane.interchange.conformance.running import run as run_vectors
from sealane.interchange.conformance.running import summarise
from sealane.interchange.conformance.vectors import Vector, fresh_secret, vectors
from sealane.keys.files import read_secret, write_secret
from sealane.model.clock import system_clock
from sealane.model.errors import InvalidInput, NotFound

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Vectors of webhook security, run against any receiver.")

SourceName = Annotated[str, typer.Option("--source", help="Whose webhooks: see `sealane conformance list`.")]
SecretFile = Annotated[
    Path, typer.Option("--secret-file", help="File with the secret to sign with, readable by you only.")
]


@app.command("list")
def list_sources(*, as_json: AsJson = False) -> None:
    """List the sources that there are vectors for, with their tiers.

    Example: `sealane conformance list`
    """
    if as_json:
        print_json(
            {"items": [{"source": each.name, "title": each.title, "tier": each.tier} for each in SOURCES.values()]}
        )
        return
    print_table(("source", "tier", "title"), [(each.name, each.tier, each.title) for each in SOURCES.values()])


@app.command()
def secret(source: SourceName, secret_file: SecretFile) -> None:
    """Make a secret for a run: keep the file, and print what the receiver is to be given.

    Example: `sealane conformance secret --source stripe --secret-file stripe.secret`
    """
    own, given = fresh_secret(source_named(source))
    if secret_file.exists():
        raise InvalidInput(f"{secret_file} exists already.", remedy="Name another file, or remove this one first.")
    write_secret(secret_file, own + "\n")
    print_lines((given,))


@app.command()
def run(
    url: Annotated[str, typer.Option("--url", help="Address of the receiver.")],
    source: SourceName,
    secret_file: SecretFile,
    *,
    as_json: AsJson = False,
) -> None:
    """Send the good and the bad webhooks of a source and judge the answers; exits with 1 when one was wrong.

    Example: `sealane conformance run --url http://127.0.0.1:9000/hook --source stripe --secret-file stripe.secret`
    """
    made = _vectors(source, secret_file, url)
    with progress() as bar:
        task = bar.add_task(f"{source} at {url}", total=len(made))
        results = run_vectors(url, made, lambda _: bar.advance(task))
    summary = summarise(source, source_named(source).tier, results)
    if as_json:
        print_json(summary)
    else:
        rows = [
            (each.verdict, each.expected, str(each.status or "no answer"), each.attack, each.name, each.note)
            for each in results
        ]
        print_table(("verdict", "expected", "status", "attack", "vector", "note"), rows)
        talk(
            f"{summary.passed} passed, {summary.failed} failed; tier {summary.tier}, {summary.claims} taken as claims."
        )
    if summary.failed:
        raise typer.Exit(EXIT_NO)


@app.command()
def export(
    source: SourceName,
    secret_file: SecretFile,
    out: Annotated[Path, typer.Option("--out", help="File to write the vectors to, as JSON.")],
    path: Annotated[str, typer.Option("--path", help="Path that the receiver listens on; some sources sign it.")] = "/",
) -> None:
    """Write the vectors with their bytes to a file, for a harness of your own; they are of this moment.

    Example: `sealane conformance export --source stripe --secret-file stripe.secret --out stripe.json`
    """
    made = _vectors(source, secret_file, f"http://receiver{path}")
    waiting = out.with_name(f".{out.name}.part")
    waiting.write_bytes(msgspec.json.format(msgspec.json.encode({"source": source, "vectors": made}), indent=1))
    waiting.replace(out)
    talk(f"Wrote {len(made)} vectors to {out}.")


def _vectors(source: str, secret_file: Path, url: str) -> list[Vector]:
    source_named(source)
    found = read_secret(secret_file)
    if found is None:
        remedy = f"Make one: sealane conformance secret --source {source} --secret-file {secret_file}"
        raise NotFound(f"There is no file {secret_file}.", remedy=remedy)
    path = "/" + url.partition("://")[2].partition("/")[2]
    return list(vectors(source, found.strip(), now_us=system_clock(), path=path.partition("?")[0]))

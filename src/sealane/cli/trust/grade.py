"""`sealane grade`: look at a shop's checkout, grade it from A+ to F, and say what to put right."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, get_args

import typer

from sealane.cli.terminal.failures import EXIT_NO
from sealane.cli.terminal.folder import DataDir, settings_of
from sealane.cli.terminal.output import AsJson, percent, print_json, print_lines, progress
from sealane.flows.trust.telling import GradeDocument, tell
from sealane.grading import (
    Grade,
    Graded,
    Own,
    Published,
    Request,
    Scan,
    Scanner,
    Terms,
    any_address,
    is_at_least,
    judge,
    parse_target,
    shipped_rubric,
)
from sealane.interchange.gate.addresses import public_address
from sealane.model.clock import system_clock
from sealane.model.errors import InvalidInput, NotPermitted

__all__ = ["command"]

_WORDS = {
    "T": "not trustworthy: its certificate is not valid",
    "U": "unrated: too little is known",
}


def command(  # noqa: PLR0913 - each argument is an option of the command
    urls: Annotated[list[str], typer.Argument(metavar="URL...", help="Pages of one shop's checkout.")],
    least: Annotated[
        str | None, typer.Option("--min", metavar="GRADE", help="End with 1 when what was seen is worse than this.")
    ] = None,
    ca: Annotated[
        Path | None, typer.Option("--ca", help="Certificates (PEM) to trust in place of the public ones.", exists=True)
    ] = None,
    http_port: Annotated[
        int | None, typer.Option("--http-port", min=1, max=65535, help="Port without encryption, when it is not 80.")
    ] = None,
    data_dir: DataDir = None,
    *,
    render: Annotated[bool, typer.Option("--render", help="Read pages as headless Chromium builds them.")] = False,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Look at private and loopback addresses too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Grade a checkout that you may test: by naming its address you list its host. Nothing is published.

    `--min` judges what was seen (`observed`): the whole grade stays U until payments and parcels are known too.

    Example: `sealane grade https://shop.example/checkout --min B`
    """
    wanted = _grade(least)
    settings = settings_of(data_dir)
    terms = Terms(
        trusted=str(ca) if ca else settings.grading_ca,
        browser=settings.grading_browser,
        is_sandboxed=settings.grading_browser_sandbox,
        allows_private=allow_private or settings.grading_allow_private,
    )
    named = [parse_target(url) for url in urls]
    listed = tuple(dict.fromkeys(name for each in named for name in (each.host, f"{each.host}:{each.port}")))
    request = Request(tuple(urls), listed, (), http_port, render)
    scan = _look(terms, request)
    graded = judge(shipped_rubric(), scan, Own(), now_us=scan.scanned_us)
    document = _document(scan, graded)
    if as_json:
        print_json(document)
    else:
        print_lines(_lines(document))
    if wanted is not None and (graded.observed == "U" or not is_at_least(graded.observed, wanted)):
        raise typer.Exit(EXIT_NO)


def _look(terms: Terms, request: Request) -> Scan:
    """Return what there is to see, with a bar on the terminal.

    Raises:
        NotPermitted: when the address is private, saying how to allow that.
    """
    scanner = Scanner(terms, any_address if terms.allows_private else public_address, system_clock)
    try:
        with progress() as bar:
            task = bar.add_task("looking", total=None)
            return scanner.look(
                request, lambda what, done, total: bar.update(task, description=what, completed=done, total=total)
            )
    except NotPermitted as refusal:
        advice = "For a shop on your own machine or network, add --allow-private or set grading_allow_private."
        raise NotPermitted(refusal.detail, remedy=f"{refusal.advice} {advice}") from None


def _grade(text: str | None) -> Grade | None:
    """Return the grade that an option names.

    Raises:
        InvalidInput: when there is no such grade.
    """
    known: list[Grade] = [grade for grade in get_args(Grade) if grade not in {"T", "U"}]
    if text is None:
        return None
    for grade in known:
        if grade == text.upper():
            return grade
    raise InvalidInput(f"--min is one of {', '.join(known)}.")


def _document(scan: Scan, graded: Graded) -> GradeDocument:
    seen = Published("", "", scan.host, scan.scanned_us, scan.mode, scan.mode_reason, graded)
    return tell("", graded, seen)


def _lines(document: GradeDocument) -> Iterator[str]:
    """Yield the grade, its pillars and what to put right."""
    known = percent(document.coverage)
    yield f"{document.host}: {document.grade}  {_WORDS.get(document.grade, '')}".rstrip()
    yield f"Of what is known ({known} of the rubric): {document.observed}, {document.score} of 100."
    yield f"Pages were {document.mode}{f': {document.mode_reason}' if document.mode_reason else ''}."
    yield from (f"  at best {cap.grade}: {cap.reason} [{cap.check}]" for cap in document.caps)
    for pillar in document.pillars:
        if pillar.score is not None:
            yield f"  {pillar.score:5.1f}  {pillar.title} (weighs {pillar.known_weight:g} of {pillar.weight})"
    yield from _fixes(document.fixes)


def _fixes(fixes: Sequence[str]) -> Iterator[str]:
    yield "What to put right, first things first:" if fixes else "Nothing to put right was found."
    yield from (f"{number}. {fix}" for number, fix in enumerate(fixes, 1))

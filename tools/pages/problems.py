"""The problems' page: every code of a refusal with its status, its exit code and the way out."""

from collections.abc import Iterator

from pages.markdown import code, page, summary, table
from sealane.cli.terminal.failures import exit_code
from sealane.model.errors import Misconfigured, SealaneError
from sealane.web.problems import problem_of

__all__ = ["problems", "problems_page"]

_HEAD = """\
# Problems

Every refusal is an `application/problem+json` document (RFC 9457), the record [Problem](api.md#problem) of the API.
`code` is for programs and never changes; `detail` is for people and holds no personal value. On the command line the
same refusal is a sentence and an exit code. `type` is TYPE."""


def problems_page() -> str:
    """Return the page."""
    head = ("code", "status", "exit", "title", "when", "what to do")
    kind = problem_of(SealaneError(), "").type.replace(SealaneError.code, "CODE")
    return page(_HEAD.replace("TYPE", code(kind)), table(head, [_row(kind) for kind in problems()]))


def problems(kind: type[SealaneError] = SealaneError) -> Iterator[type[SealaneError]]:
    """Yield every kind of refusal that has a code of its own, a kind before those it is divided into."""
    for child in kind.__subclasses__():
        if child.__module__.startswith("sealane."):
            yield child
            yield from problems(child)


def _row(kind: type[SealaneError]) -> tuple[str, ...]:
    status = "at start only" if kind is Misconfigured else str(kind.status)
    return code(kind.code), status, str(exit_code(kind())), kind.title, summary(kind), kind.remedy

"""The page of the rubric: pillars, bands, what each grade leads to, and every check with its source and its fix."""

from pages.markdown import code, page, table
from sealane.grading import Rubric, shipped_rubric

__all__ = ["rubric_page"]

_HEAD = """\
# The rubric

What grades are made of, version {version}. A grade is the sum of its pillars by their known weight, of 100; unknown
parts count neither way, and below {least} known it is U. See [how to grade a shop](../how-to/grade-a-shop.md)."""


def rubric_page() -> str:
    """Return the page."""
    rubric = shipped_rubric()
    pillars = [(each.title, str(each.weight), each.source) for each in rubric.pillars.values()]
    bands = [
        (grade, str(rubric.bands.get(grade, "")), ", ".join(code(act) for act in acts))
        for grade, acts in rubric.conduct.items()
    ]
    return page(
        _HEAD.format(version=rubric.version, least=f"{rubric.least_coverage} %"),
        "## Pillars",
        table(("pillar", "weight", "source"), pillars),
        "## Grades",
        table(("grade", "from", "leads to"), bands),
        "## Checks",
        table(("check", "pillar", "points", "at best", "what and how to put it right", "source"), _checks(rubric)),
    )


def _checks(rubric: Rubric) -> list[tuple[str, ...]]:
    return [
        (
            code(each.id),
            each.pillar,
            str(each.points or ""),
            each.cap or "",
            f"{each.text} {each.fix}".strip(),
            each.source,
        )
        for each in rubric.checks.values()
    ]

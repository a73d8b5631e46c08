"""One import as the user asked for it: which file, in which format, through which mapping."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from msgspec.structs import replace

from sealane.cli.imports.formats import FORMATS, built_in, recognise
from sealane.cli.imports.lines import plan_lines
from sealane.cli.imports.plan import Plan, Refusal
from sealane.cli.imports.rejects import reject_lines, reject_rows
from sealane.cli.imports.rows.sheet import open_sheet
from sealane.cli.imports.rows.textfile import read_lines
from sealane.cli.imports.shape.mapping import Mapping, load_mapping
from sealane.cli.imports.tabular import plan_table
from sealane.model.errors import InvalidInput

__all__ = ["FORMAT_NAMES", "ImportTask"]

FORMAT_NAMES = ("auto", "ndjson", *FORMATS, "csv")


@dataclass(frozen=True, slots=True)
class ImportTask:
    """A file with its format settled; `mapping` is None for NDJSON."""

    path: Path
    format: str
    mapping: Mapping | None = None
    mapping_name: str = ""
    events: Path | None = None

    @classmethod
    def of(
        cls, path: Path, *, form: str = "auto", mapping: Path | None = None, events: Path | None = None, zone: str = ""
    ) -> Self:
        """Settle the format: as given, or as the mapping, the first character and the header tell.

        Raises:
            InvalidInput: when the file is not UTF-8.
            Misconfigured: when the mapping is wrong.
            InvalidInput: when nothing tells what the columns mean.
        """
        if form == "auto":
            form = "csv" if mapping else _recognised(path)
        if form == "ndjson":
            return cls(path, form, events=events)
        if mapping is not None:
            found, name = load_mapping(mapping), mapping.name
        elif form == "csv":
            raise InvalidInput(
                f"Nothing tells what the columns of {path.name} mean.",
                remedy="Give --mapping FILE; docs/how-to/import-orders.md shows how to write one.",
            )
        else:
            found, name = built_in(form), form
        if zone:
            found = replace(found, reading=replace(found.reading, zone=zone))
        return cls(path, form, found, name)

    def in_currency(self, currency: str) -> Self:
        """Return the task with the currency of amounts for which the file tells none."""
        if self.mapping is None:
            return self
        mapping = replace(self.mapping, reading=replace(self.mapping.reading, currency=currency))
        return type(self)(self.path, self.format, mapping, self.mapping_name, self.events)

    @property
    def sources(self) -> list[Path]:
        """The files that are read."""
        joined = self.mapping.joins.values() if self.mapping else ()
        found = [self.path, *([self.events] if self.events else []), *[self.path.parent / join.file for join in joined]]
        return [path for path in found if path.is_file()]

    def plan(self, *, tick: Callable[[int], None] = lambda _line: None) -> Plan:
        """Read and check everything; `tick` is told the line reached.

        Raises:
            InvalidInput: when a file cannot be read to its end.
            Misconfigured: when the mapping does not fit the wire or the file.
        """
        if self.mapping is None:
            return plan_lines(self.path, self.events, tick=tick)
        return plan_table(self.path, self.mapping, self.mapping_name, tick=tick)

    def write_rejects(self, refusals: dict[int, Refusal], target: Path) -> None:
        """Write the refused rows with their reasons, readable by the owner only."""
        if self.mapping is None:
            reject_lines(self.path, refusals, target)
        else:
            reject_rows(self.path, self.mapping, refusals, target)


def _recognised(path: Path) -> str:
    first = next((line for line in read_lines(path) if line.strip()), "")
    if first.lstrip().startswith("{"):
        return "ndjson"
    return recognise(open_sheet(path).columns) or "csv"

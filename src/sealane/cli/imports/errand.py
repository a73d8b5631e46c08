"""One import from file to report: plan it, find whoever takes it, send it, give back what was refused."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress

from sealane.app import Sealane
from sealane.cli.imports.channel import ChannelSender
from sealane.cli.imports.delivery import FolderSender, Sender, deliver
from sealane.cli.imports.journal import Journal
from sealane.cli.imports.plan import Item, Plan
from sealane.cli.imports.tally import Report, Sent, Tally, summarise
from sealane.cli.imports.task import ImportTask
from sealane.cli.terminal.output import progress
from sealane.cli.terminal.server import find_server
from sealane.settings import Settings

__all__ = ["Errand"]


@dataclass(frozen=True, slots=True)
class Errand:
    """An import into a data folder, as one merchant."""

    task: ImportTask
    merchant: str
    settings: Settings
    rejects: Path | None = None
    heed: Callable[[Item, Sent], None] = lambda _item, _sent: None
    is_rehearsal: bool = False

    def run(self) -> Report:
        """Do it, with a bar on a terminal.

        Raises:
            InvalidInput: when a file cannot be read to its end; nothing is stored then.
            Misconfigured: when the mapping does not fit, or the folder cannot be used.
            DependencyUnavailable: when the store or the server goes away; the position is kept.
        """
        with progress() as bar:
            plan = self._plan(bar)
            begun = time.perf_counter()
            tally, resumed_at = asyncio.run(self._deliver(plan, bar))
        seconds = time.perf_counter() - begun
        refused = plan.refusals | tally.refused
        if self.rejects is not None and refused:
            self.task.write_rejects(refused, self.rejects)
        sent = sum(not item.is_event for item in plan.items[resumed_at:])
        return Report(
            file=self.task.path.name,
            format=self.task.format,
            merchant=self.merchant,
            **summarise(plan, tally),
            resumed_at=resumed_at,
            seconds=round(seconds, 3),
            orders_per_second=round(sent / seconds, 1) if seconds else 0.0,
            rejects=str(self.rejects) if self.rejects and refused else None,
        )

    def _plan(self, bar: Progress) -> Plan:
        reading = bar.add_task("Reading", total=None)
        plan = self.task.plan(tick=lambda line: bar.update(reading, completed=line))
        bar.update(reading, total=plan.rows, completed=plan.rows)
        return plan

    async def _deliver(self, plan: Plan, bar: Progress) -> tuple[Tally, int]:
        folder = Path(self.settings.data_dir)
        async with self._sender() as sender:
            journal = Journal(folder, self.task.sources, self.merchant, repr(self.task.mapping))
            resumed_at = journal.load().position
            deciding = bar.add_task("Deciding", total=len(plan.items), completed=resumed_at)
            tally = await deliver(
                plan,
                sender,
                journal,
                heed=self.heed,
                tick=lambda tally: bar.update(deciding, completed=tally.position),
            )
        return tally, resumed_at

    @asynccontextmanager
    async def _sender(self) -> AsyncIterator[Sender]:
        """Lend whoever takes the items: the folder's server if one runs, else the folder opened here."""
        server = find_server(Path(self.settings.data_dir))
        if server is not None:
            channel = ChannelSender(server.commands, self.merchant)
            try:
                yield channel
            finally:
                await channel.close()
            return
        with Sealane.open(self.settings, is_rehearsal=self.is_rehearsal) as lane:
            yield FolderSender(lane, lane.merchant(self.merchant))

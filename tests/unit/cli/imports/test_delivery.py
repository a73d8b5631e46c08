import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from orders import event, order
from sealane.app import Sealane
from sealane.cli.imports.delivery import PART, FolderSender, deliver
from sealane.cli.imports.journal import Journal
from sealane.cli.imports.lines import plan_lines
from sealane.cli.imports.plan import Item, Plan
from sealane.cli.imports.tally import Sent, Tally
from sealane.model.errors import DependencyUnavailable
from sealane.settings import Settings


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Sealane]:
    with Sealane.open(Settings(data_dir=str(tmp_path / "lane"))) as lane:
        yield lane


def ignore(*_: object) -> None:
    """Heed nothing."""


def planned(tmp_path: Path, count: int) -> tuple[Plan, Path]:
    path = tmp_path / "orders.ndjson"
    path.write_text("".join(json.dumps(order(f"SO-{n}")) + "\n" for n in range(count)), encoding="utf-8")
    return plan_lines(path), path


def item(document: dict[str, object], *, is_event: bool) -> Item:
    return Item(0, is_event=is_event, line=7, name=str(document.get("id")), body=json.dumps(document).encode())


def test_a_folder_takes_items_in_their_order_and_tells_new_from_known(lane: Sealane) -> None:
    sender = FolderSender(lane, lane.merchant("Shop"))
    captured = event("payment.captured", reference="SO-1")
    items = [
        item(order("SO-1"), is_event=False),
        item(captured, is_event=True),
        item(order("SO-1"), is_event=False),
        item(order("SO-1", channel="app"), is_event=False),
        item(event("payment.captured", reference="NONE"), is_event=True),
        item(captured, is_event=True),
    ]
    sent = asyncio.run(sender.send(items))
    assert [each.status for each in sent] == ["taken", "taken", "known", "refused", "refused", "known"]
    assert (sent[0].stage, sent[0].outcome) == ("checkout", sent[2].outcome)
    assert sent[3].refusal is not None
    assert (sent[3].refusal.line, sent[3].refusal.code) == (7, "conflict")
    assert sent[4].refusal is not None
    assert sent[4].refusal.code == "not-found"


class Flaky:
    """Takes one part, then is gone."""

    def __init__(self) -> None:
        self.names: list[str] = []

    async def send(self, items: Sequence[Item]) -> list[Sent]:
        if len(self.names) == PART:
            raise DependencyUnavailable
        self.names += [item.name for item in items]
        return [Sent("taken", outcome="approve") for _ in items]


def test_a_delivery_that_broke_off_goes_on_after_the_last_part(tmp_path: Path) -> None:
    plan, path = planned(tmp_path, PART + 30)
    journal = Journal(tmp_path, [path], "Shop")
    seen: list[Tally] = []
    with pytest.raises(DependencyUnavailable):
        asyncio.run(deliver(plan, Flaky(), journal, heed=ignore, tick=seen.append))
    assert journal.load().position == PART
    sender = Flaky()
    tally = asyncio.run(deliver(plan, sender, journal, heed=ignore, tick=ignore))
    assert sender.names == [f"SO-{n}" for n in range(PART, PART + 30)]
    assert (tally.decided, tally.outcomes) == (PART + 30, {"approve": PART + 30})
    assert tally.totals == {"EUR": (PART + 30) * 12990}
    assert journal.load() == Tally(), "a complete import leaves no position"


def test_what_was_decided_is_heeded_item_by_item(tmp_path: Path, lane: Sealane) -> None:
    plan, path = planned(tmp_path, 3)
    heard: list[tuple[str, str]] = []
    sender = FolderSender(lane, lane.merchant("Shop"))
    journal = Journal(tmp_path, [path], "Shop")
    asyncio.run(
        deliver(plan, sender, journal, heed=lambda item, sent: heard.append((item.name, sent.status)), tick=ignore)
    )
    assert heard == [("SO-0", "taken"), ("SO-1", "taken"), ("SO-2", "taken")]

import asyncio
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from orders import order
from sealane.app import Sealane
from sealane.cli.imports.channel import ChannelSender, open_channel
from sealane.cli.imports.plan import Item
from sealane.cli.imports.tally import Sent
from sealane.model.errors import DependencyUnavailable
from sealane.settings import Settings


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Sealane]:
    with Sealane.open(Settings(data_dir=str(tmp_path / "lane"))) as lane:
        yield lane


def items(*references: str) -> list[Item]:
    bodies = [json.dumps(order(reference)).encode() for reference in references]
    return [Item(0, is_event=False, line=1, name="x", body=body) for body in bodies]


async def hand_over(path: str, *parts: list[Item], merchant: str = "Shop") -> list[Sent]:
    sender = ChannelSender(path, merchant)
    try:
        return [sent for part in parts for sent in await sender.send(part)]
    finally:
        await sender.close()


def test_items_reach_the_flows_of_the_server(lane: Sealane) -> None:
    with open_channel(lane) as path:
        sent = asyncio.run(hand_over(path, items("A", "B"), items("C", "A")))
    assert [each.status for each in sent] == ["taken", "taken", "taken", "known"]
    assert sent[0].outcome == sent[3].outcome


def test_two_commands_at_once_speak_for_their_own_merchants(lane: Sealane) -> None:
    async def both(path: str) -> list[list[Sent]]:
        first = hand_over(path, items("A", "B"), merchant="One")
        return list(await asyncio.gather(first, hand_over(path, items("A", "B"), merchant="Two")))

    with open_channel(lane) as path:
        sent = asyncio.run(both(path))
    assert [each.status for part in sent for each in part] == ["taken"] * 4


def test_only_the_owner_reaches_the_socket_and_it_goes_away(lane: Sealane) -> None:
    with open_channel(lane) as path:
        assert stat.S_ISSOCK(Path(path).stat().st_mode)
        assert Path(path).parent.stat().st_mode & 0o777 == 0o700
    assert not Path(path).parent.exists()


def test_a_server_that_is_gone_is_told_with_what_to_do(lane: Sealane) -> None:
    async def hang_on(path: str) -> ChannelSender:
        sender = ChannelSender(path, "Shop")
        await sender.send(items("A"))
        return sender

    async def outlive() -> None:
        with open_channel(lane) as path:
            sender = await hang_on(path)
        with pytest.raises(DependencyUnavailable, match="went away") as refusal:
            await sender.send(items("B"))
        assert "same command again" in refusal.value.advice
        await sender.close()

    asyncio.run(outlive())
    with pytest.raises(DependencyUnavailable, match="went away"):
        asyncio.run(hand_over("/nowhere/commands", items("A")))


def test_a_store_that_fails_is_told_and_nothing_hangs(lane: Sealane) -> None:
    with open_channel(lane) as path:
        lane.rooms.database.close()
        with pytest.raises(DependencyUnavailable):
            asyncio.run(hand_over(path, items("A")))

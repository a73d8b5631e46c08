import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from sealane.app import Sealane
from sealane.model.ids import new_id
from sealane.supervision.folder import LogFolder
from sealane.supervision.reading import PublishedTree
from sealane.supervision.verify import verify_bundle
from sealane.web.app import Door
from sealane.web.console.log import find_decision

Ask = Callable[..., httpx.Response]
Entry = tuple[str, str, int]
"""Entry id, order id, and the time of its flow in microseconds."""


@pytest.fixture
def entries(lane: Sealane) -> list[Entry]:
    """Sixty decisions, each with an event in the same flow, published."""

    def log_one() -> Entry:
        order_id = new_id("ord")

        def flow(tx: object) -> Entry:
            log = lane.rooms.log
            log.append(tx, "event.recorded", order_id=order_id, content=b"event")  # type: ignore[arg-type]
            entry_id = log.append(tx, "order.decided", order_id=order_id, content=b"decision")  # type: ignore[arg-type]
            return entry_id, order_id, tx.now_us  # type: ignore[attr-defined]  # the database hands a Transaction

        return lane.rooms.database.run(flow)

    made = [log_one() for _ in range(60)]
    lane.rooms.log.integrate()
    return made


def test_a_decision_is_found_by_its_time(lane: Sealane, entries: list[Entry]) -> None:
    size = lane.rooms.log.head().checkpoint.size
    tree = PublishedTree(LogFolder(lane.folder / "log"), size), size
    for entry_id, order_id, at_us in entries:
        assert find_decision(tree, order_id, at_us) == entry_id
        assert find_decision(tree, new_id("ord"), at_us) is None
        assert find_decision(tree, order_id, at_us + 1) is None


def test_an_empty_log_finds_nothing(lane: Sealane) -> None:
    assert find_decision((PublishedTree(LogFolder(lane.folder / "log"), 0), 0), "ord_1", 1) is None


def test_the_page_walks_the_whole_log_newest_first(
    asking: Ask, site: Door, cookie: dict[str, str], entries: list[Entry]
) -> None:
    seen: list[int] = []
    path: str | None = "/console/log"
    while path:
        view = asking(site, "GET", path.replace("/log", "/log.json", 1), cookies=cookie).json()
        seen += [item["index"] for item in view["items"]]
        path = view["next_page"]
    assert seen == list(range(2 * len(entries) - 1, -1, -1))


def test_one_entry_can_be_asked_for(asking: Ask, site: Door, cookie: dict[str, str], entries: list[Entry]) -> None:
    entry_id, order_id, _ = entries[7]
    view = asking(site, "GET", f"/console/log.json?entry={entry_id}", cookies=cookie).json()
    assert [(item["entry_id"], item["order_id"], item["index"]) for item in view["items"]] == [(entry_id, order_id, 15)]
    assert asking(site, "GET", f"/console/log?entry={new_id('ent')}", cookies=cookie).status_code == 404
    assert asking(site, "GET", "/console/log?entry=../../etc/passwd", cookies=cookie).status_code == 404
    assert asking(site, "GET", "/console/log?before=minus-one", cookies=cookie).status_code == 422


def test_a_downloaded_bundle_verifies_with_the_key_on_the_page(
    asking: Ask, site: Door, cookie: dict[str, str], entries: list[Entry]
) -> None:
    entry_id = entries[3][0]
    file = asking(site, "GET", f"/console/log/entries/{entry_id}/bundle", cookies=cookie)
    assert file.headers["content-disposition"] == f'attachment; filename="{entry_id}.json"'
    key = asking(site, "GET", "/console/log.json", cookies=cookie).json()["public_key"]
    assert verify_bundle(file.content, key).entry.entry_id == entry_id


def test_the_three_commands_work_as_they_are_printed(
    asking: Ask, site: Door, cookie: dict[str, str], entries: list[Entry], tmp_path: Path
) -> None:
    view = asking(site, "GET", f"/console/log.json?entry={entries[0][0]}", cookies=cookie).json()
    keep, prove, verify = view["commands"]
    words = shlex.split(keep)
    assert (words[0], words[2:]) == ("echo", [">", "log.vkey"])
    (tmp_path / "log.vkey").write_text(words[1] + "\n")
    for command in (prove, verify):
        program, *arguments = shlex.split(command)
        assert program == "sealane"
        code = "import sys; from sealane.cli.root import main; sys.exit(main())"
        done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "entry.json").read_bytes())["format"] == "sealane/log-bundle@v1"

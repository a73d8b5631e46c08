"""Three members and two custodians: each custodian a server of its own, each member a folder of its own."""

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

import commands
from running import Server, all_running
from sealane.alliance import Member, canonical, epoch_of
from sealane.alliance.links import Link, Links, Pin, read_links, write_links
from sealane.alliance.matching import Copy
from sealane.flows.trust.alliance import check_pin
from sealane.keys.oprf import EvaluationKey, blind
from sealane.model.clock import system_clock
from sealane.model.errors import DependencyUnavailable, InvalidInput, NotFound, ProofInvalid, RateLimited

PHONE = canonical("phone", "+351912345678")
ROLES = {"merchant": "merchant", "psp": "psp", "carrier": "carrier"}


@dataclass
class Alliance:
    keeper: Server
    other: Server
    keys: dict[str, tuple[str, str]]
    root: Path

    def links(self, name: str) -> Links:
        mine = self.keys[name]
        return Links(
            (
                Link("keeper", self.keeper.url, mine[0], vkey(self.keeper), keeps_register=True),
                Link("other", self.other.url, mine[1], vkey(self.other)),
            )
        )

    def member(self, name: str) -> Member:
        folder = self.root / name
        folder.mkdir(exist_ok=True)
        links = read_links(folder)
        if not links.custodians:
            links = self.links(name)
            write_links(folder, links)
        return Member(links, Copy.open(folder), check_pin, keep=lambda richer: write_links(folder, richer))


def vkey(server: Server) -> str:
    return (server.folder / "log" / "log.vkey").read_text(encoding="utf-8").strip()


@pytest.fixture(scope="module")
def alliance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alliance]:
    root = tmp_path_factory.mktemp("alliance")
    role = {"SEALANE_ALLIANCE_CUSTODIAN": "true", "SEALANE_ALLIANCE_QUOTA_PER_DAY": "320"}
    keeper = Server(root / "keeper", environment={**role, "SEALANE_ALLIANCE_REGISTER": "true"})
    other = Server(root / "other", environment=role)
    with all_running(keeper, other):
        keys = {
            name: (keeper.party(one, name=name)["api_key"], other.party(one, name=name)["api_key"])
            for name, one in {**ROLES, "curious": "merchant", "broke": "platform"}.items()
        }
        yield Alliance(keeper, other, keys, root)


def wait_for_entries(server: Server, kind: str, count: int) -> None:
    """Wait until the published log has so many entries of a kind."""
    deadline = time.monotonic() + 10
    found = -1
    while found != count:
        assert time.monotonic() < deadline, f"{found} entries of {kind}"
        time.sleep(0.1)
        bundles = [path for path in (server.folder / "log" / "tile" / "entries").rglob("*") if path.is_file()]
        fullest = max(bundles, key=lambda path: path.stat().st_size)
        found = fullest.read_bytes().count(f'"kind":"{kind}"'.encode())


def test_a_report_of_one_member_reaches_the_others_by_its_tag_only(alliance: Alliance) -> None:
    with alliance.member("carrier") as carrier:
        made = carrier.publish(PHONE, "reroute_theft", severity="strong", days=30, case="INC-7")
    with alliance.member("merchant") as merchant:
        [match] = merchant.look_up([PHONE], purpose="reroute", case="SO-1")
        assert match.indicator is not None
        assert (match.indicator.reason, match.indicator.members) == ("reroute_theft", 1)
        with pytest.raises(NotFound):
            merchant.withdraw(made.indicator_id)
        merchant.publish(PHONE, "reroute_theft", severity="watch", days=30, case="SO-1")
    with alliance.member("psp") as psp:
        asked = [canonical("email", "ana@example.com"), canonical("phone", "+351 912-345-678")]
        nothing, confirmed = psp.look_up(asked, purpose="checkout", case="pi_1")
        assert nothing.indicator is None
        assert confirmed.indicator is not None
        assert confirmed.indicator.is_confirmed
    for server in (alliance.keeper, alliance.other):
        for path in server.folder.rglob("*"):
            if path.is_file():
                assert b"912345678" not in path.read_bytes()
    with alliance.member("carrier") as carrier:
        carrier.withdraw(made.indicator_id)
    with alliance.member("psp") as psp:
        [again] = psp.look_up([PHONE], purpose="checkout", case="pi_2")
        assert again.indicator is not None
        assert again.indicator.members == 1


def test_a_key_that_the_log_does_not_show_is_refused(alliance: Alliance, tmp_path: Path) -> None:
    links = alliance.links("merchant")
    swapped = msgspec.structs.replace(links.custodians[1], log_key=vkey(alliance.keeper))
    copy = Copy.open(tmp_path)
    asking = Member(Links((links.custodians[0], swapped)), copy, check_pin, keep=lambda _: None)
    with asking as member, pytest.raises(ProofInvalid):
        member.look_up([PHONE], purpose="checkout", case="SO-1")


def test_a_custodian_that_changes_its_key_is_refused(alliance: Alliance, tmp_path: Path) -> None:
    links = alliance.links("merchant")
    wrong = Pin("phone", epoch_of(system_clock()), EvaluationKey.generate().public_key.hex())
    pinned = msgspec.structs.replace(links.custodians[0], pins=(wrong,))
    asking = Member(Links((pinned, links.custodians[1])), Copy.open(tmp_path), check_pin, keep=lambda _: None)
    with asking as member, pytest.raises(ProofInvalid):
        member.look_up([PHONE], purpose="checkout", case="SO-1")


def ask(server: Server, key: str | None, **changes: Any) -> httpx.Response:
    elements = [blind(secrets.token_bytes(8))[1].hex() for _ in range(16)]
    whole = {"kind": "phone", "epoch": epoch_of(system_clock()), "purpose": "checkout", "case": "SO-1"}
    return server.post("/v1/alliance/evaluate", {**whole, "elements": elements, **changes}, key)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"elements": ["00" * 32] * 16}, 422, "proof-invalid"),
        ({"elements": ["ff" * 32] * 16}, 422, "proof-invalid"),
        ({"elements": ["ab" * 32] * 15}, 422, "invalid-input"),
        ({"epoch": "2020Q1"}, 422, "invalid-input"),
        ({"purpose": "curiosity"}, 422, "invalid-input"),
        ({"value": "+351912345678"}, 422, "invalid-input"),
    ],
)
def test_a_wrong_question_is_refused(alliance: Alliance, changes: dict[str, Any], status: int, code: str) -> None:
    answer = ask(alliance.other, alliance.keys["psp"][1], **changes)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_nobody_asks_without_a_key_and_the_other_custodian_keeps_no_register(alliance: Alliance) -> None:
    assert ask(alliance.other, None).status_code == 401
    assert alliance.other.get("/v1/alliance/indicators", alliance.keys["psp"][1]).status_code == 404


def test_past_the_quota_nothing_is_answered_and_the_log_tells(alliance: Alliance) -> None:
    key = alliance.keys["curious"][0]
    answers = [ask(alliance.keeper, key) for _ in range(25)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 5
    assert all("elements" not in answer.json() for answer in answers[20:])
    assert int(answers[-1].headers["retry-after"]) > 0
    assert ask(alliance.keeper, alliance.keys["psp"][0]).status_code == 200
    wait_for_entries(alliance.keeper, "alliance.quota_exceeded", 5)
    with alliance.member("curious") as curious, pytest.raises(RateLimited):
        curious.look_up([PHONE], purpose="checkout", case="SO-1")


def test_who_reports_a_canary_is_told_on_the_log_and_notices_nothing(alliance: Alliance) -> None:
    made = alliance.keeper.post(
        "/v1/alliance/canaries", {"kind": "phone", "reason": "drop_address"}, alliance.keeper.operator_key
    )
    report = {
        "kind": "phone",
        "epoch": epoch_of(system_clock()),
        "tag": made.json()["tag"],
        "reason": "drop_address",
        "severity": "watch",
        "expires_at": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
    }
    key = alliance.keys["psp"][0]
    assert alliance.keeper.post("/v1/alliance/indicators", report, key).status_code == 201
    assert (
        alliance.keeper.post("/v1/alliance/canaries", {"kind": "phone", "reason": "drop_address"}, key).status_code
        == 403
    )
    wait_for_entries(alliance.keeper, "alliance.canary_touched", 1)


def test_the_command_line_joins_publishes_and_looks_up(alliance: Alliance, tmp_path: Path) -> None:
    folder = ["--data-dir", str(tmp_path / "cli")]
    (tmp_path / "cli").mkdir()

    def run(*words: str, code: int = 0) -> str:
        done = commands.run("alliance", *words, *folder)
        assert done.returncode == code, done.stderr
        return done.stdout

    for number, server in enumerate((alliance.keeper, alliance.other)):
        (tmp_path / "key").write_text(alliance.keys["broke"][number], encoding="utf-8")
        flags = ["--register"] if number == 0 else []
        where = ["--api-key-file", str(tmp_path / "key"), "--log-key-file", str(server.folder / "log" / "log.vkey")]
        run("join", server.url, "--name", f"c{number}", *where, *flags)
    iban = "DE89 3704 0044 0532 0130 00"
    asked = ["lookup", iban, "--kind", "iban", "--case", "C-1", "--json"]
    assert json.loads(run(*asked))["indicator"] is None
    made = json.loads(run("publish", iban, "--kind", "iban", "--reason", "mule_account", "--case", "C-1"))
    assert json.loads(run(*asked))["indicator"]["members"] == 1
    assert all(len(each["pins"]) == 1 for each in json.loads(run("members", "--json")))
    run("withdraw", made["indicator_id"])
    assert json.loads(run(*asked))["indicator"] is None
    run("lookup", "12", "--kind", "phone", "--case", "C-1", code=2)


def test_without_a_custodian_there_is_a_clear_error_and_then_an_answer_again(alliance: Alliance) -> None:
    alliance.other.kill()
    with alliance.member("merchant") as merchant, pytest.raises(DependencyUnavailable) as refusal:
        merchant.look_up([PHONE], purpose="checkout", case="SO-9")
    assert "other" in refusal.value.detail
    alliance.other.start()
    with alliance.member("merchant") as merchant:
        assert len(merchant.look_up([PHONE], purpose="checkout", case="SO-9")) == 1


def test_a_value_that_can_be_guessed_is_not_asked_about() -> None:
    with pytest.raises(InvalidInput):
        canonical("phone", "12")

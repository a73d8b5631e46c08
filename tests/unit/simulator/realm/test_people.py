from collections import Counter
from pathlib import Path

import pytest

from sealane.simulator.chance import DAY_US, Stream
from sealane.simulator.facts import COD_LANDS
from sealane.simulator.realm.atlas import BUYERS, LANDS
from sealane.simulator.realm.internet import Internet
from sealane.simulator.realm.people import Names, People
from sealane.simulator.realm.places import Places

NOW_US = 1_741_000_000_000_000


@pytest.fixture
def people() -> People:
    return People(Stream("1"), Places(Stream("2")), Internet(Stream("3")))


def test_people_come_back_and_bring_others(people: People) -> None:
    seen = Counter(people.come("DE", NOW_US).contact.email for _ in range(600))
    assert 0.3 < len(seen) / 600 < 0.5
    assert max(seen.values()) > 3
    shopper = people.known("DE")
    assert shopper is not None
    assert shopper.contact.email in seen
    assert people.known("FR") is None


def test_no_more_are_remembered_than_there_is_room_for(people: People) -> None:
    room = int(People.CAPACITY * LANDS["PL"].share)
    for _ in range(4 * room):
        people.come("PL", NOW_US)
    assert len(people._known["PL"]) == room


def test_households_and_offices_are_shared(people: People) -> None:
    shoppers = [people.come("GB", NOW_US) for _ in range(500)]
    unique = {id(shopper): shopper for shopper in shoppers}.values()
    homes = Counter(shopper.home for shopper in unique)
    offices = Counter(shopper.office for shopper in unique if shopper.office)
    assert max(homes.values()) > 1
    assert max(offices.values()) > 3


def test_accounts_are_older_than_now(people: People) -> None:
    ages = [NOW_US - s.account_us for s in (people.new("FR", NOW_US) for _ in range(300)) if s.account_us is not None]
    assert min(ages) > 0
    assert sum(age > 30 * DAY_US for age in ages) > 100
    assert sum(age < DAY_US for age in ages) > 50


def test_cash_is_for_lands_that_know_it(people: People) -> None:
    methods = Counter((land.code, people.new(land.code, NOW_US).method) for land in BUYERS for _ in range(200))
    lands = {code for code, method in methods if method == "cash_on_delivery"}
    assert lands == COD_LANDS


@pytest.mark.parametrize("country", [land.code for land in BUYERS])
def test_telephone_numbers_do_not_repeat_soon(country: str) -> None:
    names = Names(Stream("1"))
    numbers = [names.phone(country) for _ in range(1_000)]
    assert len(set(numbers)) == 1_000
    assert all(number[1:].isdigit() and 10 <= len(number) <= 15 for number in numbers)


def test_real_free_mail_domains_hold_made_up_local_parts_only(shared_data: Path) -> None:
    folder = shared_data / "email_domains"
    free = set((folder / "freemail_free.txt").read_text().split())
    disposable = set((folder / "freemail_disposable.txt").read_text().split())
    names = Names(Stream("1"))
    kinds: Counter[str] = Counter()
    for _ in range(3_000):
        local, _, domain = names.email("Ana", "De Luca", "IT", throwaway=0.1).partition("@")
        kind = "disposable" if domain in disposable else "free" if domain in free else "reserved"
        kinds[kind] += 1
        assert kind == "reserved" or "-sim" in local
        assert kind != "reserved" or domain.endswith((".example", "example.com", "example.org", "example.net"))
    assert kinds["reserved"] > kinds["free"] > kinds["disposable"] > 200

import msgspec

from oversight import AT, DAY, HOUR, clean
from sealane.supervision.controls.facts import Facts
from sealane.supervision.controls.judging import Scene, attested, both, every, recent, share, touching
from sealane.supervision.controls.security import Attestation, Guard, Run


def guards(*names: str) -> Facts:
    return Facts(guards=tuple(Guard(id=name, last_beat_us=AT, entry=f"ent_{name}") for name in names))


IS_A = every("guards", lambda row, _: row.id == "a", "is not a")


def test_every_row_counts_and_the_bad_ones_are_named() -> None:
    found = IS_A(Scene(guards("a", "b", "c"), AT))
    assert (found.verdict, found.examined, found.faults, found.fault_count) == ("fail", 3, ("b", "c"), 2)
    assert found.detail == "2 of 3: is not a."
    assert found.entries == ("ent_b", "ent_c", "ent_a")


def test_nothing_happened_and_nobody_looked_are_not_the_same() -> None:
    assert IS_A(Scene(Facts(guards=()), AT)).verdict == "not_applicable"
    missing = IS_A(Scene(Facts(), AT))
    assert (missing.verdict, missing.missing) == ("not_measurable", ("guards",))


def test_many_faults_are_counted_and_few_named() -> None:
    found = IS_A(Scene(guards(*(f"b{number}" for number in range(200))), AT))
    assert (found.fault_count, len(found.faults)) == (200, 50)


def test_the_latest_row_counts_and_the_future_does_not() -> None:
    check = recent("runs", "pci.log_review_hours", "no review", of=lambda row: row.job == "j", is_hours=True)

    def at(*hours: int) -> str:
        rows = tuple(Run(id=str(hour), job="j", at_us=AT - hour * HOUR, is_ok=True) for hour in hours)
        return check(Scene(Facts(runs=rows), AT)).verdict

    assert (at(24), at(25), at(25, 3), at(25, -1)) == ("pass", "fail", "pass", "fail")
    assert at() == "not_measurable"


def test_a_share_is_exact_at_its_limit() -> None:
    check = share("guards", lambda row, _: row.id.startswith("a"), "gdpr.acknowledged_micro", "too few")
    nine_of_ten = guards(*(f"a{number}" for number in range(9)), "b")
    eight_of_nine = guards(*(f"a{number}" for number in range(8)), "b")
    assert check(Scene(nine_of_ten, AT)).verdict == "pass"
    assert check(Scene(eight_of_nine, AT)).verdict == "fail"


def test_an_attestation_counts_from_its_day_until_its_end() -> None:
    signed = Attestation(id="a", control="X", made_us=AT - DAY, expires_us=AT + DAY, digest="a" * 64)
    facts = Facts(attestations=(signed,))
    verdicts = [attested("X")(Scene(facts, at_us)).verdict for at_us in (AT - 2 * DAY, AT, AT + DAY)]
    assert verdicts == ["not_measurable", "pass", "fail"]


def test_one_broken_part_breaks_the_whole() -> None:
    scene = Scene(clean(), AT)
    holds, breaks = every("cards", lambda *_: True, "x"), every("cards", lambda *_: False, "broken")
    unknown = every("guards", lambda *_: True, "x")
    assert both(holds, breaks)(scene).verdict == "fail"
    assert both(holds, unknown)(Scene(Facts(cards=clean().cards), AT)).missing == ("guards",)
    assert both(holds, holds)(scene).examined == 2


def test_a_law_of_one_country_is_judged_where_goods_touch_it() -> None:
    check = touching(frozenset({"CN"}), IS_A)
    found = {
        countries: check(Scene(msgspec.structs.replace(guards("a"), countries=countries), AT)).verdict
        for countries in (None, (), ("DE", "PT"), ("CN", "PT"))
    }
    assert found == {None: "pass", (): "not_applicable", ("DE", "PT"): "not_applicable", ("CN", "PT"): "pass"}

from sealane.grading.own import Authorised, Own, Profile
from sealane.grading.rubric.pillars import PILLARS, Case
from sealane.grading.rubric.table import shipped_rubric
from sealane.grading.sight import Observation, Page, Scan, Script, Tls

DAY = 86_400_000_000
TLS = Tls(("TLSv1.2", "TLSv1.3"), (), 256, 256, 4096, is_post_quantum=True, trust_fault=None)


def case(own: Own | None = None, scan: Scan | None = None, *seen: str) -> Case:
    return Case(shipped_rubric(), scan, own or Own(), tuple(Observation(check, "") for check in seen), 1000 * DAY)


def share(name: str, of: Case) -> float | None:
    parts = [part for part in PILLARS[name](of) if part.known]  # type: ignore[index]
    return sum(part.earned for part in parts) / sum(part.possible for part in parts) if parts else None


def scanned(*scripts: Script, tls: Tls | None = TLS) -> Scan:
    page = Page("https://a.example/", 200, (("server", "x"),), scripts=scripts)
    return Scan("a.example", 0, "static", "", (page,), ("a.example",), tls=tls)


def test_nothing_known_is_nothing_scored() -> None:
    assert [share(name, case()) for name in PILLARS] == [None] * 7


def test_transport_follows_the_formula() -> None:
    assert share("transport", case(scan=scanned())) == 1.0
    old = Tls(("TLSv1.0", "TLSv1.3"), (), 128, 256, 3072, is_post_quantum=False, trust_fault=None)
    assert share("transport", case(scan=scanned(tls=old))) == (0.3 * 95 + 0.3 * 90 + 0.4 * 90) / 100
    broken = Tls(("TLSv1.3",), (), 256, 256, 4096, is_post_quantum=False, trust_fault="expired")
    assert share("transport", case(scan=scanned(tls=broken))) == 0


def test_a_bonus_counts_only_near_the_top() -> None:
    assert share("hardening", case(None, scanned(), "csp_closed", "sniffing_missing")) == 1.0
    assert share("hardening", case(None, scanned(), "csp_closed", "hsts_missing")) == 0.8


def test_disputes_are_scored_by_their_upper_bound() -> None:
    scores = [share("fraud", case(Own(settled=4000, disputed=n))) for n in (0, 10, 22, 40, 70, 100)]
    assert scores == sorted(scores, reverse=True)  # type: ignore[type-var]
    assert scores[0] == 1.0
    assert 0.65 < scores[2] < 0.72  # type: ignore[operator]
    assert scores[-1] == 0.0
    assert share("fraud", case(Own(settled=99, disputed=0))) is None


def test_scripts_add_up() -> None:
    script = Script("https://a.example/x.js", "a.example", digest="aa")
    watched = Own(is_watched=True, authorised=(Authorised(script.name, "ours", "aa"),))
    assert share("scripts", case(watched, scanned(script))) == 1.0
    assert share("scripts", case(Own(is_watched=True), scanned(script))) == 35 / 100
    assert share("scripts", case(watched, scanned(script), "watch_overdue")) == 0.8
    assert share("scripts", case(None, scanned(script))) == 15 / 40


def test_data_delivery_and_identity() -> None:
    assert share("data", case(Own(messages=10_000, leaks=10))) == 45 / 55
    assert share("logistics", case(Own(tracked=200, prompt=180, settled=200, claims_not_received=4))) == 0.88
    assert share("logistics", case(Own(tracked=200, prompt=180, implausible=20))) == 0.8
    assert share("identity", case(Own(profile=Profile({"registered": True, "owners_known": False})))) == 0.5

"""One link, one judgement: official by exact domain only, dangerous by a trick, unknown otherwise."""

from pathlib import Path

import pytest

from sealane.shield.links.address import parse
from sealane.shield.links.judgement import LinkJudgement, judge_link
from sealane.shield.registry import default_registry


def judged(link: str) -> LinkJudgement:
    address = parse(link)
    assert address is not None
    return judge_link(address)


@pytest.mark.parametrize(
    ("link", "verdict", "code"),
    [
        ("https://www.dhl.com/", "official", "official_domain"),
        ("https://royalmail.com/", "official", "official_domain_listed"),
        ("https://amazon.de/", "unknown", "known_domain_unconfirmed"),
        ("https://haypost.am/", "unknown", "known_domain_unconfirmed"),
        ("https://dhl.com:9999/", "unknown", "official_domain"),
        ("https://me@dhl.com/", "unknown", "official_domain"),
        ("https://dhl.com@evil.top/", "dangerous", "hidden_host"),
        ("https://dhl@evil.top/", "dangerous", "hidden_host"),
        ("javascript:alert(1)", "dangerous", "script_link"),
        ("http://8.8.8.8/dhl", "dangerous", "ip_address"),
        ("http://192.168.1.1/", "unknown", "private_address"),
        ("https://bit.ly/x", "unknown", "shortener"),
        ("https://track.aftership.com/x", "unknown", "shared_tool"),
        ("https://dhl.de/r?u=https://dhl-fee.top", "dangerous", "redirects"),
        ("https://dhl.de/r?u=https://example.org", "unknown", "redirects"),
        ("https://dhl.de/r?u=https://www.dhl.com/a", "official", "official_domain"),
        ("https://dhl.de/r?u=https://www.dhl.de/a", "official", "official_domain"),
        ("https://example.org/?u=https://dhl.de", "unknown", "not_known"),
        ("https://example.org/", "unknown", "not_known"),
        ("https://dhl-parcel-fee.top/", "dangerous", "brand_with_words"),
    ],
)
def test_a_link_is_judged_with_a_reason(link: str, verdict: str, code: str) -> None:
    judgement = judged(link)
    assert (judgement.verdict, judgement.reasons[0].code) == (verdict, code)
    assert all(reason.text.endswith(".") for reason in judgement.reasons)


def test_what_is_unknown_is_not_called_safe() -> None:
    assert "does not make it safe" in judged("https://example.org").reasons[0].text


@pytest.mark.parametrize("name", ["opendns-top-domains.txt", "opendns-random-domains.txt"])
def test_ordinary_domains_raise_hardly_an_alarm(shared_data: Path, name: str) -> None:
    domains = (shared_data / "urls" / name).read_text(encoding="utf-8").split()
    addresses = [address for address in map(parse, domains) if address is not None]
    alarms = [address.host for address in addresses if judge_link(address).verdict == "dangerous"]
    assert len(addresses) > 9_900
    assert len(alarms) <= 0.0005 * len(addresses), alarms


def test_every_listed_domain_is_official_and_every_unconfirmed_one_is_at_least_no_danger() -> None:
    for brand in default_registry().brands.values():
        for domain in (*brand.verified, *brand.listed):
            assert judged(f"https://www.{domain}/track?id=1").verdict == "official", domain
        for domain in brand.unconfirmed:
            assert judged(f"https://{domain}/").verdict == "unknown", domain

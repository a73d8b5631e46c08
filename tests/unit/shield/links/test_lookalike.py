"""Imitations: every trick found with the brand it is played on, and ordinary sites left alone."""

from datetime import date
from pathlib import Path

import pytest

from sealane.shield.links.address import parse
from sealane.shield.links.judgement import judge_link
from sealane.shield.links.lookalike import Imitators, imitators
from sealane.shield.registry import Brand, Registry


def found(host: str) -> tuple[str | None, str] | None:
    address = parse(host)
    assert address is not None
    imitation = imitators().find(address)
    return imitation and (imitation.brand.id if imitation.brand else None, imitation.trick)


@pytest.mark.parametrize(
    ("host", "brand", "trick"),
    [
        ("royal-mail-redelivery.top", "royal-mail", "brand_with_words"),
        ("dhl-track.com", "dhl", "brand_with_words"),
        ("mydhlparcel.com", "dhl", "brand_with_words"),
        ("usps-xkq.top", "usps", "brand_with_words"),
        ("paypal.secure-login.xyz", "paypal", "brand_with_words"),
        ("dhl.com.parcel.top", "dhl", "domain_as_prefix"),
        ("d-hl.com", "dhl", "joined_up"),
        ("fe.dex.com", "fedex", "joined_up"),
        ("usps.pages.dev", "usps", "other_ending"),
        ("royalmail.cc", "royal-mail", "other_ending"),
        ("fedexx.com", "fedex", "misspelt"),
        ("fedx-tracking.com", "fedex", "misspelt"),
        ("arnazon.com", "amazon", "misspelt"),
        ("correos-aduana.com", "correos", "word_with_lure"),
        ("\u0440\u0430\u0443\u0440\u0430l.com", "paypal", "foreign_letters"),
        ("\u0501\u04bb\u04cf.com", "dhl", "foreign_letters"),
        ("xn--80ak6aa92e.com", None, "foreign_letters"),
        ("p\u043ere.com", None, "mixed_scripts"),
    ],
)
def test_a_trick_is_found(host: str, brand: str | None, trick: str) -> None:
    imitation = found(host)
    assert imitation is not None
    if brand == "correos":
        assert str(imitation[0]).startswith("correos")
    elif trick != "mixed_scripts":
        assert imitation[0] == brand
    assert imitation[1] in {trick, "foreign_letters"}


@pytest.mark.parametrize(
    "host",
    [
        "example.org", "amazonia.com", "ups-systems.com", "contract.com", "delta.com", "postaonline.com", "dhl.gr",
        "delivery.com", "usgs.gov", "square-dance.org", "wishlist.com", "bring-and-buy.org", "poste.dz", "8.8.8.8",
        "xn--80a1acny.xn--p1ai", "gls-systems.net", "hermes-trismegistus.org", "pages.dev", "stripes.com",
    ],
)  # fmt: skip
def test_ordinary_sites_are_left_alone(host: str) -> None:
    assert found(host) is None


def test_any_registry_will_do() -> None:
    brand = Brand(
        "zebra",
        "Zebra Parcels",
        "carrier",
        "DE",
        "told",
        date(2026, 11, 22),
        names=("zebraparcels",),
        verified=("zebraparcels.com",),
    )
    address = parse("zebra-parcels-fee.com")
    assert address is not None
    imitation = Imitators(Registry([brand])).find(address)
    assert imitation is not None
    assert imitation.brand is brand


@pytest.mark.parametrize(
    ("host", "brand"),
    [
        ("p0stnl.nl", "postnl"),
        ("canaclapost.ca", "canada-post"),
        ("corréps.es", "correos"),
        ("ausposst.com", "australia-post"),
        ("inposr.pl", "inpost"),
        ("paypal.com.co", "paypal"),
    ],
)
def test_letters_that_pass_for_others_and_slips_in_a_tail(host: str, brand: str) -> None:
    address = parse(host)
    assert address is not None
    found = imitators().find(address)
    assert found is not None
    assert found.brand is not None
    assert found.brand.id.startswith(brand)


@pytest.mark.parametrize(
    "host",
    ["shell.com", "evil.com", "klara.com", "paypay.ne.jp", "swissport.com", "signups.com", "ups.com.tr", "inport.com",
     "boost.com", "postal.com"],
)  # fmt: skip
def test_ordinary_words_a_slip_away_are_nobodys_imitation(host: str) -> None:
    address = parse(host)
    assert address is not None
    assert imitators().find(address) is None


def corpus(name: str) -> list[str]:
    return (Path(__file__).parents[1] / "corpus" / name).read_text(encoding="utf-8").split()


def is_alarming(host: str) -> bool:
    address = parse(host)
    assert address is not None, host
    return judge_link(address).verdict == "dangerous"


def test_genuine_domains_raise_next_to_no_alarm() -> None:
    hosts = corpus("genuine_domains.txt")
    alarms = list(filter(is_alarming, hosts))
    assert len(alarms) <= len(hosts) // 200, alarms


def test_hosts_as_swindlers_choose_them_are_found_for_brands_of_the_whole_world() -> None:
    hosts = corpus("scam_hosts.txt")
    missed = [host for host in hosts if not is_alarming(host)]
    assert len(missed) <= len(hosts) // 20, missed


@pytest.mark.parametrize(
    ("host", "brand"),
    [
        ("mahabaliexpress.com", None),
        ("track-aliexpress.com", "aliexpress"),
        ("yunsexpress.com", None),
        ("yunnexpress.com", "yunexpress"),
        ("tckexpress.com", None),
        ("aliexpres-pay.com", "aliexpress"),
        ("myusps.cc", "usps"),
        ("correios-br-taxa.com", "correios"),
        ("banjarmasinpost.co.id", None),
        ("usps.uk.com", "usps"),
    ],
)
def test_what_little_is_a_names_own_has_to_stand_whole(host: str, brand: str | None) -> None:
    imitation = found(host)
    assert (imitation and imitation[0]) == brand


@pytest.mark.parametrize(
    ("host", "brand", "trick"),
    [
        ("nnondlalrclay.fr", "mondial-relay", "misspelt"),
        ("hermcsworlb.com", "hermes", "misspelt"),
        ("correols.es", "correos", "misspelt"),
        ("bposti.be", "bpost", "misspelt"),
        ("dhl24.de", "dhl", "brand_with_words"),
    ],
)
def test_the_shape_of_a_name_and_a_slip_under_its_own_ending(host: str, brand: str, trick: str) -> None:
    assert found(host) == (brand, trick)


@pytest.mark.parametrize(
    "host",
    [
        *(
            "stripes.com",
            "bing.com",
            "safexpress.com",
            "glsl.com",
            "dpdk.org",
            "usgs.gov",
            "183c.com",
            "strike.com",
            "gels.es",
        ),
        *("klarnagroup.com", "royalmailchat.co.uk", "canadapostcodes.net", "bposti.fr"),
    ],
)
def test_other_words_other_endings_and_firms_are_left_alone(host: str) -> None:
    assert found(host) is None


@pytest.mark.parametrize("host", ["klarnagroup.top", "klarnagroup-login.com", "royalmail-group.pages.dev"])
def test_a_firm_s_word_is_no_excuse_where_something_else_is_wrong(host: str) -> None:
    assert found(host) is not None

"""The registry: exact domains and nothing looser, every row with its evidence."""

from datetime import date

import pytest

from sealane.shield.links.address import registrable
from sealane.shield.registry import Brand, Registry, default_registry


@pytest.mark.parametrize(
    ("host", "brand", "standing"),
    [
        ("dhl.com", "dhl", "verified"),
        ("www.track.dhl.com", "dhl", "verified"),
        ("royalmail.com", "royal-mail", "listed"),
        ("amazon.de", "amazon", "unconfirmed"),
        ("pay.google.com", "google-pay", "listed"),
    ],
)
def test_a_host_is_under_its_domain(host: str, brand: str, standing: str) -> None:
    owned = default_registry().owner(host)
    assert owned is not None
    assert owned.brand is not None
    assert (owned.brand.id, owned.standing) == (brand, standing)


@pytest.mark.parametrize(
    "host", ["notdhl.com", "dhl.com.evil.top", "dhl-com.top", "google.com", "com", "", "paypal.com.co"]
)
def test_nothing_looser_counts(host: str) -> None:
    assert default_registry().owner(host) is None


def test_posts_of_the_world_are_nobodys_imitation() -> None:
    owned = default_registry().owner("kyrgyzpost.kg")
    assert owned is not None
    assert (owned.brand, owned.standing) == (None, "unconfirmed")


def test_every_row_says_where_it_is_told_and_names_domains_that_can_be_registered() -> None:
    registry = default_registry()
    assert len(registry.brands) > 100
    for brand in registry.brands.values():
        assert brand.evidence
        assert brand.verified or brand.listed or brand.unconfirmed
        for domain in (*brand.verified, *brand.listed, *brand.unconfirmed):
            assert domain == domain.lower()
            assert registrable(domain)[0] is not None, domain


def test_the_strongest_standing_of_a_domain_counts() -> None:
    brand = Brand(
        "x", "X", "carrier", "DE", "told", date(2026, 11, 22), verified=("x.example",), unconfirmed=("x.example",)
    )
    owned = Registry([brand]).owner("a.x.example")
    assert owned is not None
    assert owned.standing == "verified"

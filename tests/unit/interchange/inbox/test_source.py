import pytest

from sealane.interchange.inbox.source import SOURCES

NAMES = {
    "stripe", "adyen", "adyen-banking", "paypal", "checkout-com", "standard-webhooks", "svix", "shippo", "easypost",
    "easypost-v2", "shipengine", "fedex", "aftership", "sendcloud", "shiphero", "seventeen-track", "trackingmore",
    "ups", "dhl", "usps", "mojaloop", "shippo-token",
}  # fmt: skip


def test_all_sources_are_there() -> None:
    assert set(SOURCES) == NAMES


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_weak_source_only_claims(source: object) -> None:
    known = SOURCES[getattr(source, "name", "")]
    assert (known.accepted_as == "claimed") == (known.tier in {"D", "E"})
    assert known.evidence
    assert known.pull is None or known.pull.url.startswith("https://")


def test_most_weak_sources_can_be_asked() -> None:
    assert {source.name for source in SOURCES.values() if source.tier in {"D", "E"} and source.pull is None} == {
        "adyen"
    }

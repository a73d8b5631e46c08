"""The ranking: it orders, it is the same everywhere, and it never warns by itself."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sealane.shield.checking import check, nothing_known
from sealane.shield.links.address import parse
from sealane.shield.links.ranking import BUCKETS, FILE, Ranking, buckets_of, rank


def ranked(link: str) -> float:
    address = parse(link)
    assert address is not None
    return rank(address)


def test_it_orders_links() -> None:
    assert ranked("http://secure-login-verify-account.info/") > 0.8
    assert ranked("https://www.cornwall-gardens.org/") < ranked("https://verify-secured-account-update.com/")
    assert ranked("https://WWW.example.org/a?b") == ranked("example.org")


def test_the_highest_rank_is_no_warning_and_proven_links_have_none() -> None:
    answer = check("http://secure-login-verify-account.info/", nothing_known)
    assert answer.rank is not None
    assert answer.verdict == "unknown"
    assert check("https://www.dhl.com/", nothing_known).rank is None
    assert check("https://dhl-fee.top/", nothing_known).rank is None


def test_the_model_says_what_it_learned_from_and_how_it_does_elsewhere() -> None:
    model = msgspec.json.decode(FILE.read_bytes(), type=Ranking)
    assert model.source.startswith("sha256:")
    assert 0.5 < model.measured["auc_other_source"] < model.measured["auc_same_source"] < 1
    assert model.measured["precision_at_base_rate_0_05_percent"] < 0.1


@given(st.text(max_size=60))
def test_whatever_has_a_host_has_a_rank(text: str) -> None:
    address = parse(f"https://{text}")
    if address is not None:
        assert 0 <= rank(address) <= 1
        assert all(0 <= bucket < BUCKETS for bucket in buckets_of(address))

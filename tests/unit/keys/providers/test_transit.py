from collections.abc import Iterator

import pytest

from keyserver import KeyServerStandIn
from sealane.keys.providers.transit import KeyServer, TransitRoot
from sealane.model.errors import DependencyUnavailable, Misconfigured


@pytest.fixture
def stand_in() -> Iterator[KeyServerStandIn]:
    with KeyServerStandIn() as server:
        yield server


def root(stand_in: KeyServerStandIn, **changes: str) -> TransitRoot:
    return TransitRoot(KeyServer(stand_in.url, stand_in.token, "sealane-root")._replace(**changes))


def test_what_is_kept_is_what_the_server_gave(stand_in: KeyServerStandIn) -> None:
    key, kept = root(stand_in).make()
    assert kept.startswith(b"vault:v1:")
    found = root(stand_in).find(kept)
    assert found is not None
    assert found._secret == key._secret


@pytest.mark.parametrize("changes", [{"token": "hvs.wrong"}, {"key": "other"}])
def test_a_refusal_of_the_server_is_a_wrong_setting(stand_in: KeyServerStandIn, changes: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match="refuses to encrypt") as refusal:
        root(stand_in, **changes).make()
    assert "hvs." not in str(refusal.value)


def test_a_server_that_is_away_is_told_apart(stand_in: KeyServerStandIn) -> None:
    with pytest.raises(DependencyUnavailable, match="does not answer"):
        root(stand_in, url="http://127.0.0.1:1").make()


@pytest.mark.parametrize("garbled", [b"<html>", b"{}", b"[]", b'{"data": 1}', b"\xff"])
def test_an_answer_of_something_else_is_refused(stand_in: KeyServerStandIn, garbled: bytes) -> None:
    stand_in.garbled = garbled
    with pytest.raises(Misconfigured):
        root(stand_in).make()


def test_a_redirect_is_not_followed(stand_in: KeyServerStandIn) -> None:
    stand_in.status = 302
    with pytest.raises(Misconfigured, match="302"):
        root(stand_in).make()


def test_a_key_of_another_length_is_none(stand_in: KeyServerStandIn) -> None:
    stand_in.status = 200
    stand_in.garbled = b'{"data": {"plaintext": "c2hvcnQ="}}'
    with pytest.raises(Misconfigured, match="unwraps no root key"):
        root(stand_in).find(b"vault:v1:AAAA")

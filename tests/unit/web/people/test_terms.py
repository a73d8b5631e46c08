from pathlib import Path

import pytest
from msgspec.structs import replace

from sealane.model.errors import Misconfigured
from sealane.settings import Settings
from sealane.web.people.terms import is_guarded, terms_of

SET = Settings(oidc_issuer="https://id.example", oidc_client="sealane", oidc_roles="it=engineer, cn=x=operator")


def test_without_an_issuer_there_is_no_provider() -> None:
    assert terms_of(Settings(oidc_client="left over")) is None


def test_groups_become_roles_each_once_and_in_the_usual_order() -> None:
    terms = terms_of(SET)
    assert terms is not None
    assert terms.roles_of({"groups": ["cn=x", "it", "it", 7]}) == ("engineer", "operator")
    assert terms.roles_of({"groups": "it"}) == ("engineer",)
    for told in (None, [], "", "IT", {"it": 1}, [["it"]], True):
        assert terms.roles_of({"groups": told}) == ()
    assert terms.roles_of({}) == ()


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ("oidc_issuer", "http://id.example"),
        ("oidc_client", ""),
        ("oidc_roles", ""),
        ("oidc_roles", "it"),
        ("oidc_roles", "it=emperor"),
        ("oidc_roles", "=analyst"),
        ("oidc_secret_file", "/nowhere/secret"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(setting: str, text: str) -> None:
    with pytest.raises(Misconfigured, match=setting):
        terms_of(replace(SET, **{setting: text}))


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    secret.chmod(0o644)
    with pytest.raises(Misconfigured):
        terms_of(replace(SET, oidc_secret_file=str(secret)))
    secret.chmod(0o600)
    terms = terms_of(replace(SET, oidc_secret_file=str(secret)))
    assert terms is not None
    assert terms.secret == "s3cret"


def test_plain_http_is_for_this_machine_only() -> None:
    assert is_guarded("https://id.example")
    assert is_guarded("http://localhost:8080/x")
    for address in ("http://id.example", "http://localhost.evil.example", "ftp://localhost", "//localhost", ""):
        assert not is_guarded(address)

"""People sign in at an OpenID Connect provider that really signs; whatever of it is not so lets nobody in."""

import base64
import hmac
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from identities import CLIENT, SECRET, IdentityProvider
from running import Server

Forge = Callable[[IdentityProvider, dict[str, Any]], str]
PEOPLE = "/console/settings.json"
ROLES = "fraud-team=analyst, it=engineer, it=operator"


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with IdentityProvider() as running:
        yield running


@pytest.fixture(scope="module")
def server(provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("provider")
    secret = folder / "secret"
    secret.touch(mode=0o600)
    secret.write_text(f"{SECRET}\n")
    environment = {
        "SEALANE_OIDC_ISSUER": provider.issuer,
        "SEALANE_OIDC_CLIENT": CLIENT,
        "SEALANE_OIDC_SECRET_FILE": str(secret),
        "SEALANE_OIDC_ROLES": ROLES,
    }
    with Server(folder / "lane", environment=environment) as running:
        yield running


@pytest.fixture(autouse=True)
def honest(provider: IdentityProvider) -> None:
    """Let each test begin with a provider that says what is so."""
    provider.person = {"sub": "u-1", "name": "Mira Directory", "groups": ["fraud-team", "everyone"]}
    provider.claims = {}
    provider.forge = None


def browser(server: Server) -> httpx.Client:
    return httpx.Client(base_url=server.url, timeout=30)


def gone(client: httpx.Client, wanted: str = "/console/orders") -> dict[str, str]:
    """Begin on the sign-in page; return what the browser asks the provider."""
    assert "Sign in with 127.0.0.1" in client.get("/console/signin").text
    answer = client.get("/console/signin/provider", params={"next": wanted})
    assert answer.status_code == 303
    return {name: texts[0] for name, texts in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def came_back(server: Server, provider: IdentityProvider) -> httpx.Response:
    """Go there and back in a fresh browser."""
    with browser(server) as client:
        return client.get(provider.answer(gone(client)))


def refused(answer: httpx.Response) -> str:
    """Make sure that nobody was let in; return what they were told."""
    assert answer.status_code >= 400
    assert "sealane_session" not in answer.cookies
    found = re.search(r'role="alert">([^<]+)<', answer.text)
    assert found is not None
    return found[1]


@contextmanager
def operator(server: Server) -> Iterator[httpx.Client]:
    with browser(server) as client:
        bearer = {"authorization": f"Bearer {server.operator_key}"}
        token = client.post("/console/links", headers=bearer).json()["link"].partition("token=")[2]
        form = {"csrf": csrf(client, f"/console/signin?token={token}"), "token": token}
        assert client.post("/console/signin", data=form).status_code == 303
        yield client


def csrf(client: httpx.Client, path: str) -> str:
    return client.get(path).text.partition('name="csrf" value="')[2].partition('"')[0]


def people(server: Server) -> dict[str, Any]:
    with operator(server) as client:
        return {one["name"]: one for one in client.get(PEOPLE).json()["people"]}


def test_who_signed_in_there_is_in_here_with_the_roles_of_their_groups(
    server: Server, provider: IdentityProvider
) -> None:
    with browser(server) as client:
        asked = gone(client)
        assert asked["scope"] == "openid profile"
        answer = client.get(provider.answer(asked))
        assert answer.status_code == 200
        assert 'content="0; url=/console/orders"' in answer.text
        assert client.get("/console/orders").status_code == 200
        assert client.get("/console/settings").status_code == 403
        assert not {"code_verifier", "client_secret"} & set(asked)
    known = people(server)["Mira Directory"]
    assert (known["roles"], known["added_by"], known["is_connected"]) == (["analyst"], "directory", True)


def test_the_provider_tells_the_roles_anew_each_time(server: Server, provider: IdentityProvider) -> None:
    came_back(server, provider)
    first = people(server)["Mira Directory"]["person_id"]
    provider.person["groups"] = ["it"]
    assert came_back(server, provider).status_code == 200
    known = people(server)["Mira Directory"]
    assert (known["person_id"], known["roles"]) == (first, ["engineer", "operator"])


@pytest.mark.parametrize("groups", [None, [], "everyone", ["Fraud-Team"], {"fraud-team": True}, [["fraud-team"]], 7])
def test_without_a_group_that_has_a_role_nobody_gets_in(
    server: Server, provider: IdentityProvider, groups: object
) -> None:
    provider.person |= {"sub": "u-none", "name": "Nobody", "groups": groups}
    assert "none of its groups has a role" in refused(came_back(server, provider))
    assert "Nobody" not in people(server)


def unsigned(_: IdentityProvider, claims: dict[str, Any], alg: str = "none") -> str:
    parts = ({"alg": alg, "kid": "one"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in parts) + "."


def signed_by_another(_: IdentityProvider, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048))


def keyed_by_the_public_key(provider: IdentityProvider, claims: dict[str, Any]) -> str:
    """The old confusion: the public key, taken for a shared secret. No library writes it, so it is done by hand."""
    text = unsigned(provider, claims, alg="HS256").removesuffix(".")
    mark = hmac.digest(provider.key.as_pem(private=False), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def changed_after(provider: IdentityProvider, claims: dict[str, Any]) -> str:
    head, _, signature = provider.sign(claims).split(".")
    other = base64.urlsafe_b64encode(json.dumps(claims | {"sub": "u-9"}).encode()).rstrip(b"=").decode()
    return f"{head}.{other}.{signature}"


@pytest.mark.parametrize("forge", [unsigned, signed_by_another, keyed_by_the_public_key, changed_after])
def test_a_forged_token_lets_nobody_in(server: Server, provider: IdentityProvider, forge: Forge) -> None:
    provider.forge = lambda claims: forge(provider, claims)
    assert "not to be believed" in refused(came_back(server, provider))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"aud": "somebody else"},
        {"aud": [CLIENT, "somebody else"]},
        {"azp": "somebody else"},
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"exp": int(time.time()) - 120},
        {"exp": None},
        {"iat": int(time.time()) + 3600},
        {"sub": None},
        {"sub": ""},
    ],
)
def test_a_token_that_is_not_for_this_sign_in_lets_nobody_in(
    server: Server, provider: IdentityProvider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    refused(came_back(server, provider))


def test_an_answer_counts_in_the_browser_that_asked_and_once(server: Server, provider: IdentityProvider) -> None:
    with browser(server) as client, browser(server) as other:
        back = provider.answer(gone(client))
        assert "did not begin in this browser" in refused(other.get(back))
        gone(other)
        assert "did not begin in this browser" in refused(other.get(back))
        trip = client.cookies.get("sealane_trip")
        assert client.get(back).status_code == 200
        client.cookies.set("sealane_trip", str(trip), domain="127.0.0.1", path="/console/signin/provider")
        assert "came back before" in refused(client.get(back))


def test_a_code_of_another_sign_in_and_a_spent_one_are_worth_nothing(
    server: Server, provider: IdentityProvider
) -> None:
    with browser(server) as client, browser(server) as thief:
        stolen = parse_qs(urlsplit(provider.answer(gone(client))).query)["code"][0]
        own = gone(thief)
        answer = thief.get("/console/signin/provider/return", params={"code": stolen, "state": own["state"]})
        assert "does not accept this sign-in" in refused(answer)


@pytest.mark.parametrize("change", [{"iss": "https://mixed.up"}, {"error": "access_denied"}, {"code": ""}])
def test_an_answer_of_another_provider_and_a_refusal_let_nobody_in(
    server: Server, provider: IdentityProvider, change: dict[str, str]
) -> None:
    with browser(server) as client:
        state = gone(client)["state"]
        refused(client.get("/console/signin/provider/return", params={"code": "x", "state": state} | change))


def test_who_was_dismissed_stays_out(server: Server, provider: IdentityProvider) -> None:
    provider.person |= {"sub": "u-gone", "name": "Gone"}
    came_back(server, provider)
    with operator(server) as client:
        person_id = {one["name"]: one for one in client.get(PEOPLE).json()["people"]}["Gone"]["person_id"]
        form = {"csrf": csrf(client, "/console/settings")}
        assert client.post(f"/console/settings/people/{person_id}/dismiss", data=form).status_code == 303
    assert "dismissed" in refused(came_back(server, provider))


def test_somebody_on_record_connects_and_stays_one_person(server: Server, provider: IdentityProvider) -> None:
    provider.person |= {"sub": "u-operator", "name": "The Operator"}
    with operator(server) as client:
        token = csrf(client, "/console/account")
        assert client.post("/console/account/provider", data={"csrf": "cf_x"}).status_code == 403
        sent = client.post("/console/account/provider", data={"csrf": token})
        onward = sent.text.partition("url=")[2].partition('"')[0].replace("&amp;", "&")
        asked = {name: texts[0] for name, texts in parse_qs(urlsplit(onward).query).items()}
        assert client.get(provider.answer(asked)).status_code == 200
        assert client.get("/console/account.json").json()["is_connected"]
    known = people(server)
    assert "The Operator" not in known
    assert known["Operator"]["roles"] == ["analyst", "operator"]
    with browser(server) as client:
        client.get(provider.answer(gone(client)))
        assert client.get("/console/account.json").json()["person_id"] == "operator"


def test_a_provider_that_is_away_is_told_on_the_page(server: Server, provider: IdentityProvider) -> None:
    issuer, provider.issuer = provider.issuer, "http://127.0.0.1:1"
    try:
        with browser(server) as client:
            assert "calls itself otherwise" in refused(client.get("/console/signin/provider"))
    finally:
        provider.issuer = issuer

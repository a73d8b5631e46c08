import asyncio
import gzip
from collections.abc import Iterator
from typing import Any

import pytest

from psp import PspStandIn
from sealane.model.errors import Conflict, DependencyUnavailable, InvalidInput, Misconfigured, NotPermitted
from sealane.vault.payment.codes import SecurityCodes
from sealane.vault.payment.destinations import parse_hosts
from sealane.vault.payment.proxy import CardProxy, ProxyAnswer, ProxyRequest, tokens_in

TOKEN = "ct_01kan6k3zw8t5q1r9v0m2c4d7e"
CARD = {"/number": "4111111111111111", "/expiry_month": "7", "/expiry_year": "2030", "/holder": 'Ana "A" Silva'}
BODY = f'{{"number": "{{{{{TOKEN}.number}}}}", "cvc": "{{{{{TOKEN}.cvc}}}}", "name": "{{{{{TOKEN}.holder}}}}"}}'


@pytest.fixture(scope="module")
def provider() -> Iterator[PspStandIn]:
    with PspStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def psp(provider: PspStandIn) -> PspStandIn:
    provider.answer, provider.status, provider.headers = None, 200, {}
    provider.seen.clear()
    return provider


def send(psp: PspStandIn, codes: SecurityCodes | None = None, **asked: Any) -> ProxyAnswer:
    if codes is None:
        codes = SecurityCodes()
        codes.keep(TOKEN, "917")
    proxy = CardProxy(parse_hosts(psp.host), codes)
    request = ProxyRequest(**({"url": f"{psp.host}/charges", "body": BODY} | asked))

    async def run() -> ProxyAnswer:
        return await proxy.call(request, await proxy.admit(request), {TOKEN: CARD}, "ent_1")

    return asyncio.run(run())


def test_values_go_out_and_placeholders_come_back(psp: PspStandIn) -> None:
    answer = send(psp, headers={"Authorization": "Bearer psp-key", "Content-Type": "application/json"})
    path, headers, body = psp.seen[0]
    assert path == "/charges"
    assert body == b'{"number": "4111111111111111", "cvc": "917", "name": "Ana \\"A\\" Silva"}'
    assert headers["Authorization"] == "Bearer psp-key"
    assert headers["Accept-Encoding"] == "identity"
    assert answer.status == 200
    assert answer.body is None or "4111" not in answer.body
    assert answer.body is None or "917" not in answer.body
    assert answer.log_entry == "ent_1"


def test_a_plain_holder_is_replaced_as_well(psp: PspStandIn) -> None:
    codes = SecurityCodes()
    codes.keep(TOKEN, "917")
    proxy = CardProxy(parse_hosts(psp.host), codes)
    request = ProxyRequest(url=psp.host, body=BODY)

    async def run() -> ProxyAnswer:
        return await proxy.call(request, await proxy.admit(request), {TOKEN: CARD | {"/holder": "Ana Silva"}}, "ent_1")

    assert asyncio.run(run()).body == BODY


def test_expiry_comes_in_the_forms_that_providers_want(psp: PspStandIn) -> None:
    names = ("expiry_month", "expiry_month_2", "expiry_year", "expiry_year_2")
    body = "|".join(f"{{{{{TOKEN}.{name}}}}}" for name in names)
    send(psp, body=body)
    assert psp.seen[0][2] == b"7|07|2030|30"


def test_a_security_code_serves_one_call(psp: PspStandIn) -> None:
    codes = SecurityCodes()
    codes.keep(TOKEN, "917")
    send(psp, codes)
    with pytest.raises(Conflict, match="used or was never given"):
        send(psp, codes)
    assert len(psp.seen) == 1


def test_an_answer_with_another_card_number_is_withheld(psp: PspStandIn) -> None:
    psp.answer = b'{"network_token": "4242424242424242"}'
    assert send(psp).body is None


def test_headers_that_repeat_a_number_are_left_out(psp: PspStandIn) -> None:
    psp.headers = {"Location": "/cards/4242424242424242", "X-Request-Id": "req-1", "X-Other": "4111111111111111"}
    headers = send(psp).headers
    assert "location" not in headers
    assert "x-other" not in headers
    assert headers["x-request-id"] == "req-1"


def test_a_redirect_is_answered_and_not_followed(psp: PspStandIn) -> None:
    psp.status, psp.headers = 307, {"Location": f"{psp.host}/elsewhere"}
    assert send(psp).status == 307
    assert len(psp.seen) == 1


def test_what_cannot_be_redacted_is_withheld(psp: PspStandIn) -> None:
    for answer, headers in ((gzip.compress(b"4111111111111111"), {"Content-Encoding": "gzip"}), (b"\xff\xfe4", {}),
                            (b"x" * ((1 << 20) + 1), {})):  # fmt: skip
        psp.answer, psp.headers = answer, headers
        with pytest.raises(DependencyUnavailable, match="withheld") as refusal:
            send(psp)
        assert refusal.value.__cause__ is None


def test_a_provider_that_is_away_gives_no_value_away(psp: PspStandIn) -> None:
    proxy = CardProxy(parse_hosts("http://127.0.0.1:1"), SecurityCodes())
    request = ProxyRequest(url="http://127.0.0.1:1/", body=f"{{{{{TOKEN}.number}}}}")

    async def run() -> None:
        await proxy.call(request, await proxy.admit(request), {TOKEN: CARD}, "ent_1")

    with pytest.raises(DependencyUnavailable) as refusal:
        asyncio.run(run())
    assert "4111" not in str(refusal.value)
    assert refusal.value.__suppress_context__


@pytest.mark.parametrize(
    "asked",
    [{"method": "CONNECT"}, {"headers": {"Host": "evil.example"}}, {"headers": {"Content-Length": "1"}},
     {"headers": {"X": "a\r\nHost: evil"}}, {"headers": {"X Y": "a"}}, {"url": f"http://127.0.0.1/{{{{{TOKEN}.number}}}}"}],
)  # fmt: skip
def test_what_could_bend_the_call_is_refused(psp: PspStandIn, asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        send(psp, **asked)
    assert not psp.seen


def test_a_host_that_is_not_listed_is_refused_before_a_code_is_used(psp: PspStandIn) -> None:
    codes = SecurityCodes()
    codes.keep(TOKEN, "917")
    with pytest.raises(NotPermitted):
        send(psp, codes, url="https://evil.example/")
    assert codes.take(TOKEN) == "917"


def test_tokens_are_found_once_each_and_a_call_without_any_is_refused() -> None:
    assert tokens_in(ProxyRequest(url="x", body=BODY, headers={"X": f"{{{{{TOKEN}.number}}}}"})) == (TOKEN,)
    with pytest.raises(InvalidInput):
        tokens_in(ProxyRequest(url="x", body="{}"))


def test_an_unknown_value_is_named_by_its_field(psp: PspStandIn) -> None:
    with pytest.raises(InvalidInput) as refusal:
        send(psp, body=f"{{{{{TOKEN}.pin}}}}")
    assert refusal.value.errors[0].pointer == "/body"


def test_a_file_that_holds_no_certificates_is_a_wrong_setting(tmp_path: Any) -> None:
    with pytest.raises(Misconfigured):
        CardProxy(parse_hosts("api.psp.example"), SecurityCodes(), str(tmp_path / "none.pem"))

import json
import time
from typing import Any
from urllib.parse import parse_qsl

import pytest

from sealane.interchange.inbox.letter import Letter
from sealane.interchange.inbox.proving import check_secret, verify_source
from sealane.interchange.inbox.source import SOURCES
from sealane.model.errors import InvalidInput, NotAuthenticated, Stale
from webhooks import SECRETS, SENDERS, Sent, examples, send

PATH = "/v1/inbox/x"


def letter(sent: Sent, **changes: Any) -> Letter:
    body, headers, query = sent
    body = changes.get("body", body)
    fields = {name.lower(): value for name, value in headers.items()} | changes.get("fields", {})
    return Letter(body, json.loads(body), fields, dict(parse_qsl(query[1:])) | changes.get("query", {}), "POST", PATH)


def now_us() -> int:
    return time.time_ns() // 1000


def test_there_is_a_sender_for_every_source() -> None:
    assert set(SENDERS) == set(SOURCES)


@pytest.mark.parametrize("source", SOURCES)
def test_what_the_sender_sends_is_taken(source: str) -> None:
    for example in examples(source):
        came = letter(send(source, example["body"], path=PATH))
        verify_source(SOURCES[source], ["another-secret", SECRETS[source]], came, now_us=now_us())


@pytest.mark.parametrize("source", SOURCES)
def test_without_a_secret_or_with_another_nothing_is_taken(source: str) -> None:
    came = letter(send(source, examples(source)[0]["body"], path=PATH))
    for secrets in ([], ["not-the-secret-at-all"], ["{}"]):
        with pytest.raises(NotAuthenticated):
            verify_source(SOURCES[source], secrets, came, now_us=now_us())


@pytest.mark.parametrize("source", [name for name, source in SOURCES.items() if source.tier in {"A", "B", "C"}])
def test_a_changed_body_is_refused_where_the_tier_says_so(source: str) -> None:
    sent = send(source, examples(source)[0]["body"], path=PATH)
    with pytest.raises(NotAuthenticated):
        verify_source(SOURCES[source], [SECRETS[source]], letter(sent, body=sent[0] + b" "), now_us=now_us())


@pytest.mark.parametrize("source", [name for name, source in SOURCES.items() if source.proof.past_seconds])
@pytest.mark.parametrize("direction", [-1, 1])
def test_an_old_message_and_one_from_the_future_are_refused(source: str, direction: int) -> None:
    shape = SOURCES[source].proof
    limit = (shape.past_seconds or 0) if direction < 0 else (shape.ahead_seconds or 0)
    at = int(time.time()) + direction * (limit + 5)
    came = letter(send(source, examples(source)[0]["body"], at=at, path=PATH))
    with pytest.raises(Stale):
        verify_source(SOURCES[source], [SECRETS[source]], came, now_us=now_us())


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("garbage", ["", "x", "t=,v1=", "v1,", "v1,%%", "\u00e9", "{}", "[]", "1" * 5000, "v1 v1,a,b"])
def test_garbage_in_the_headers_is_refused_and_never_more(source: str, garbage: str) -> None:
    body, headers, _ = send(source, examples(source)[0]["body"], path=PATH)
    document = json.loads(body)
    if source == "adyen":
        document["notificationItems"][0]["NotificationRequestItem"]["additionalData"]["hmacSignature"] = garbage
    came = Letter(body, document, {name.lower(): garbage for name in headers}, {"token": garbage}, "POST", PATH)
    with pytest.raises(NotAuthenticated):
        verify_source(SOURCES[source], [SECRETS[source]], came, now_us=now_us())


def test_one_forged_item_of_two_refuses_them_all() -> None:
    document = examples("adyen")[2]["body"]
    body, _, _ = send("adyen", document)
    signed = json.loads(body)
    forged = json.loads(body)["notificationItems"][0]
    forged["NotificationRequestItem"]["amount"]["value"] = 1
    signed["notificationItems"].append(forged)
    with pytest.raises(NotAuthenticated):
        verify_source(
            SOURCES["adyen"], [SECRETS["adyen"]], letter((json.dumps(signed).encode(), {}, "")), now_us=now_us()
        )


def test_a_colon_that_shifts_fields_is_refused() -> None:
    document = examples("adyen")[2]["body"]
    inner = document["notificationItems"][0]["NotificationRequestItem"]
    inner["merchantAccountCode"], inner["merchantReference"] = "A:B", "C"
    sent = send("adyen", document)
    with pytest.raises(NotAuthenticated):
        verify_source(SOURCES["adyen"], [SECRETS["adyen"]], letter(sent), now_us=now_us())


def test_an_id_with_a_dot_is_refused() -> None:
    sent = send("standard-webhooks", examples("standard-webhooks")[0]["body"])
    came = letter(sent, fields={"webhook-id": "msg.1"})
    with pytest.raises(NotAuthenticated):
        verify_source(SOURCES["standard-webhooks"], [SECRETS["standard-webhooks"]], came, now_us=now_us())


def test_an_address_elsewhere_is_refused_and_never_opened() -> None:
    sent = send("paypal", examples("paypal")[0]["body"])
    came = letter(sent, fields={"paypal-cert-url": "https://api.paypal.com.evil.example/cert"})
    with pytest.raises(NotAuthenticated):
        verify_source(SOURCES["paypal"], [SECRETS["paypal"]], came, now_us=now_us())


@pytest.mark.parametrize(
    ("source", "secret"),
    [("stripe", "short"), ("adyen", "no hex"), ("svix", "whsec_AAAA"), ("svix", "whpk_AAAA"), ("shipengine", "{}")],
)
def test_a_secret_of_another_form_is_refused(source: str, secret: str) -> None:
    with pytest.raises(InvalidInput):
        check_secret(SOURCES[source], secret)


@pytest.mark.parametrize("source", SOURCES)
def test_the_secrets_of_the_senders_have_the_right_form(source: str) -> None:
    check_secret(SOURCES[source], SECRETS[source])

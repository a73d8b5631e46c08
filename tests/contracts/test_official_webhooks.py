"""The official packages on both sides: what they sign we take, and what they refuse we refuse too."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
import stripe
import svix
from Adyen.util import is_valid_hmac_notification, is_valid_hmac_payload
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from easypost.errors import SignatureVerificationError
from easypost.util import validate_webhook
from standardwebhooks import Webhook, WebhookVerificationError

from sealane.interchange import SOURCES, Letter, verify_source
from sealane.model.errors import NotAuthenticated
from webhooks import SECRETS, Sent, examples, send


def by_stripe(sent: Sent) -> None:
    stripe.WebhookSignature.verify_header(sent[0].decode(), sent[1]["Stripe-Signature"], SECRETS["stripe"], 300)


def by_adyen(sent: Sent) -> None:
    for item in json.loads(sent[0])["notificationItems"]:
        if not is_valid_hmac_notification(item["NotificationRequestItem"], SECRETS["adyen"]):
            raise NotAuthenticated


def by_banking(sent: Sent) -> None:
    if not is_valid_hmac_payload(sent[1]["HmacSignature"], SECRETS["adyen-banking"], sent[0]):
        raise NotAuthenticated


OFFICIAL: dict[str, tuple[Callable[[Sent], Any], type[Exception]]] = {
    "stripe": (by_stripe, stripe.SignatureVerificationError),
    "adyen": (by_adyen, NotAuthenticated),
    "adyen-banking": (by_banking, NotAuthenticated),
    "easypost": (lambda sent: validate_webhook(sent[0], sent[1], SECRETS["easypost"]), SignatureVerificationError),
    "standard-webhooks": (
        lambda sent: Webhook(SECRETS["standard-webhooks"]).verify(sent[0], sent[1]),
        WebhookVerificationError,
    ),
    "svix": (lambda sent: svix.Webhook(SECRETS["svix"]).verify(sent[0], sent[1]), svix.WebhookVerificationError),
}


def by_us(source: str, sent: Sent, secret: str = "") -> None:
    fields = {name.lower(): value for name, value in sent[1].items()}
    letter = Letter(sent[0], json.loads(sent[0]), fields, {}, "POST", "")
    verify_source(SOURCES[source], [secret or SECRETS[source]], letter, now_us=time.time_ns() // 1000)


@pytest.mark.parametrize("source", OFFICIAL)
def test_both_take_every_genuine_example(source: str) -> None:
    for example in examples(source):
        sent = send(source, example["body"])
        OFFICIAL[source][0](sent)
        by_us(source, sent)


@pytest.mark.parametrize("source", OFFICIAL)
def test_both_refuse_what_was_changed(source: str) -> None:
    verify, refusal = OFFICIAL[source]
    body, headers, query = send(source, examples(source)[0]["body"])
    other = json.dumps(json.loads(body)).replace("12990", "12991").replace("TRKEX000001", "TRKEX000002").encode()
    with pytest.raises(refusal):
        verify((other, headers, query))
    with pytest.raises(NotAuthenticated):
        by_us(source, (other, headers, query))


@pytest.mark.parametrize("source", ["standard-webhooks", "svix"])
def test_v1a_signatures_are_those_of_the_specification(source: str) -> None:
    """The packages sign `v1` only, so the message is theirs and the Ed25519 signature of it is made beside them."""
    key = Ed25519PrivateKey.generate()
    public = "whpk_" + base64.b64encode(key.public_key().public_bytes_raw()).decode()
    body, headers, query = send(source, examples(source)[0]["body"])
    prefix = "webhook" if source == "standard-webhooks" else "svix"
    signed = f"{headers[f'{prefix}-id']}.{headers[f'{prefix}-timestamp']}.".encode() + body
    symmetric = headers[f"{prefix}-signature"]
    asymmetric = "v1a," + base64.b64encode(key.sign(signed)).decode()
    for told in (asymmetric, f"{symmetric} {asymmetric}"):
        by_us(source, (body, {**headers, f"{prefix}-signature": told}, query), public)
    OFFICIAL[source][0]((body, {**headers, f"{prefix}-signature": f"{asymmetric} {symmetric}"}, query))
    stranger = "v1a," + base64.b64encode(Ed25519PrivateKey.generate().sign(signed)).decode()
    for wrong in (symmetric, stranger, asymmetric.replace("v1a,", "v1,"), asymmetric[:-8]):
        with pytest.raises(NotAuthenticated):
            by_us(source, (body, {**headers, f"{prefix}-signature": wrong}, query), public)
    with pytest.raises(NotAuthenticated):
        by_us(source, (body + b" ", {**headers, f"{prefix}-signature": asymmetric}, query), public)

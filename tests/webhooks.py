"""Senders of native webhooks for tests: the official packages where there are any, else the documented scheme."""

import base64
import hashlib
import hmac
import json
import time
import unicodedata
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import stripe
import svix
from Adyen.util import generate_notification_sig, generate_payload_sig
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from standardwebhooks import Webhook

__all__ = ["EXAMPLES", "RSA_JWK", "SECRETS", "Sent", "examples", "send"]

EXAMPLES = Path(__file__).parents[1] / "src" / "sealane" / "interchange" / "sources" / "examples"
Sent = tuple[bytes, dict[str, str], str]
"""Body, headers and query of a webhook."""

_RSA = rsa.generate_private_key(65537, 2048)


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int) -> str:
    return b64url(value.to_bytes((value.bit_length() + 7) // 8))


_NUMBERS = _RSA.public_key().public_numbers()
RSA_JWK = {"kty": "RSA", "n": number(_NUMBERS.n), "e": number(_NUMBERS.e)}
TEXT = "a-shared-secret-of-the-merchant"
STANDARD = "whsec_" + base64.b64encode(bytes(range(32))).decode()
SECRETS: dict[str, str] = {
    "adyen": "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056",
    "adyen-banking": "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056",
    "standard-webhooks": STANDARD,
    "svix": STANDARD,
    "paypal": json.dumps({**RSA_JWK, "webhook_id": "WH-1"}),
    "shipengine": json.dumps(RSA_JWK),
    "mojaloop": json.dumps(RSA_JWK),
    "easypost": "secr\u00e9t-of-easypost",
    "easypost-v2": "secr\u00e9t-of-easypost",
}


def examples(source: str) -> list[dict[str, Any]]:
    return list(json.loads((EXAMPLES / f"{source}.json").read_text(encoding="utf-8"))["events"])


def send(source: str, document: Any, *, at: int | None = None, path: str = "") -> Sent:
    """Return the webhook as its sender would send it now, or at a time."""
    return SENDERS[source](json.loads(json.dumps(document)), at or int(time.time()), path)


def mac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def compact(document: Any) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def by_stripe(document: Any, at: int, _: str) -> Sent:
    body = json.dumps(document)
    return body.encode(), {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body, TEXT, at)}, ""


def by_adyen(document: Any, _: int, __: str) -> Sent:
    for item in document["notificationItems"]:
        inner = item["NotificationRequestItem"]
        signature = generate_notification_sig(
            {k: v for k, v in inner.items() if k != "additionalData"}, SECRETS["adyen"]
        )
        inner["additionalData"]["hmacSignature"] = signature.decode()
    return compact(document), {}, ""


def by_banking(document: Any, _: int, __: str) -> Sent:
    body = compact(document)
    return body, {"HmacSignature": generate_payload_sig(body, SECRETS["adyen-banking"]).decode()}, ""


def by_paypal(document: Any, at: int, _: str) -> Sent:
    body, moment = compact(document), datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
    message = f"tr-1|{moment}|WH-1|{zlib.crc32(body)}".encode()
    headers = {
        "PAYPAL-TRANSMISSION-ID": "tr-1",
        "PAYPAL-TRANSMISSION-TIME": moment,
        "PAYPAL-TRANSMISSION-SIG": base64.b64encode(_RSA.sign(message, padding.PKCS1v15(), hashes.SHA256())).decode(),
        "PAYPAL-CERT-URL": "https://api.paypal.com/v1/notifications/certs/CERT-1",
        "PAYPAL-AUTH-ALGO": "SHA256withRSA",
    }
    return body, headers, ""


def by_standard(document: Any, at: int, _: str) -> Sent:
    body = json.dumps(document)
    name = f"msg_{hashlib.sha256(body.encode()).hexdigest()[:20]}"
    signature = Webhook(STANDARD).sign(name, datetime.fromtimestamp(at, UTC), body)
    return body.encode(), {"webhook-id": name, "webhook-timestamp": str(at), "webhook-signature": signature}, ""


def by_svix(document: Any, at: int, _: str) -> Sent:
    body = json.dumps(document)
    name = f"msg_{hashlib.sha256(body.encode()).hexdigest()[:20]}"
    signature = svix.Webhook(STANDARD).sign(name, datetime.fromtimestamp(at, UTC), body)
    return body.encode(), {"svix-id": name, "svix-timestamp": str(at), "svix-signature": signature}, ""


def by_shippo(document: Any, at: int, _: str) -> Sent:
    body = compact(document)
    signature = mac(TEXT.encode(), f"{at}.".encode() + body).hex()
    return body, {"Shippo-Auth-Signature": f"t={at},v1={signature}"}, ""


def by_easypost(document: Any, _: int, __: str) -> Sent:
    body = compact(document)
    key = unicodedata.normalize("NFKD", SECRETS["easypost"]).encode()
    return body, {"X-Hmac-Signature": f"hmac-sha256-hex={mac(key, body).hex()}"}, ""


def by_easypost_v2(document: Any, at: int, path: str) -> Sent:
    body, moment = compact(document), format_datetime(datetime.fromtimestamp(at, UTC))
    key = unicodedata.normalize("NFKD", SECRETS["easypost-v2"]).encode()
    signature = mac(key, f"{moment}POST{path}".encode() + body).hex()
    headers = {"X-Hmac-Signature-V2": f"hmac-sha256-hex={signature}", "X-Timestamp": moment, "X-Path": path}
    return body, headers, ""


def by_shipengine(document: Any, at: int, _: str) -> Sent:
    body, moment = compact(document), datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
    signature = _RSA.sign(f"{moment}.".encode() + body, padding.PKCS1v15(), hashes.SHA256())
    headers = {
        "x-shipengine-rsa-sha256-signature": base64.b64encode(signature).decode(),
        "x-shipengine-rsa-sha256-key-id": "k1",
        "x-shipengine-timestamp": moment,
    }
    return body, headers, ""


def by_body(header: str, encode: Callable[[bytes], str]) -> Callable[[Any, int, str], Sent]:
    def by(document: Any, _: int, __: str) -> Sent:
        body = compact(document)
        return body, {header: encode(mac(TEXT.encode(), body))}, ""

    return by


def as_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def by_seventeen(document: Any, _: int, __: str) -> Sent:
    body = compact(document)
    return body, {"sign": hashlib.sha256(body + b"/" + TEXT.encode()).hexdigest()}, ""


def by_trackingmore(document: Any, at: int, _: str) -> Sent:
    signature = mac(TEXT.encode(), str(at).encode()).hex()
    return compact(document), {"timestamp": str(at), "signature": signature}, ""


def by_header(document: Any, _: int, __: str) -> Sent:
    return compact(document), {"credential": TEXT}, ""


def by_query(document: Any, _: int, __: str) -> Sent:
    return compact(document), {}, f"?token={TEXT}"


def by_mojaloop(document: Any, at: int, path: str) -> Sent:
    body, moment = compact(document), format_datetime(datetime.fromtimestamp(at, UTC), usegmt=True)
    header = {
        "alg": "RS256",
        "FSPIOP-URI": path,
        "FSPIOP-HTTP-Method": "POST",
        "FSPIOP-Source": "payerfsp",
        "Date": moment,
    }
    protected = b64url(compact(header))
    signature = _RSA.sign(f"{protected}.{b64url(body)}".encode(), padding.PKCS1v15(), hashes.SHA256())
    told = {"protectedHeader": protected, "signature": b64url(signature)}
    return body, {"FSPIOP-Signature": json.dumps(told), "FSPIOP-Source": "payerfsp", "Date": moment}, ""


SENDERS: dict[str, Callable[[Any, int, str], Sent]] = {
    "stripe": by_stripe,
    "adyen": by_adyen,
    "adyen-banking": by_banking,
    "paypal": by_paypal,
    "checkout-com": by_body("Cko-Signature", bytes.hex),
    "standard-webhooks": by_standard,
    "svix": by_svix,
    "shippo": by_shippo,
    "shippo-token": by_query,
    "easypost": by_easypost,
    "easypost-v2": by_easypost_v2,
    "shipengine": by_shipengine,
    "fedex": by_body("fdx-signature", as_base64),
    "aftership": by_body("aftership-hmac-sha256", as_base64),
    "sendcloud": by_body("Sendcloud-Signature", bytes.hex),
    "shiphero": by_body("x-shiphero-hmac-sha256", as_base64),
    "usps": by_body("X-HMAC", as_base64),
    "seventeen-track": by_seventeen,
    "trackingmore": by_trackingmore,
    "ups": by_header,
    "dhl": by_query,
    "mojaloop": by_mojaloop,
}
for _source in SENDERS:
    SECRETS.setdefault(_source, TEXT)

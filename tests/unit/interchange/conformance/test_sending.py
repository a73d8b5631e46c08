import base64
import json
from datetime import UTC, datetime

import pytest
import stripe
from Adyen.util import is_valid_hmac_notification
from standardwebhooks import Webhook

from sealane.interchange.conformance.sending import sign
from sealane.interchange.conformance.vectors import examples
from sealane.interchange.inbox.source import SOURCES
from sealane.model.errors import InvalidInput

NOW = 1_795_340_000
STANDARD = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def test_the_official_packages_take_what_is_signed_here() -> None:
    document = examples("stripe")[0][1]
    made = sign(SOURCES["stripe"], "a-shared-secret", document, at=NOW, path="/")
    stripe.WebhookSignature.verify_header(made.body.decode(), made.headers["stripe-signature"], "a-shared-secret", None)
    made = sign(SOURCES["adyen"], "44" * 32, examples("adyen")[0][1], at=NOW, path="/")
    item = json.loads(made.body)["notificationItems"][0]["NotificationRequestItem"]
    assert is_valid_hmac_notification(item, "44" * 32)


def test_a_webhook_of_the_standard_is_signed_like_the_package_signs_it() -> None:
    made = sign(SOURCES["standard-webhooks"], STANDARD, {"type": "x"}, at=NOW, path="/")
    expected = Webhook(STANDARD).sign(made.headers["webhook-id"], datetime.fromtimestamp(NOW, UTC), made.body.decode())
    assert made.headers["webhook-signature"] == expected
    assert made.with_header("webhook-id", "b").headers["webhook-id"] == "b"


@pytest.mark.parametrize("source", ["adyen", "paypal", "standard-webhooks", "mojaloop"])
def test_a_secret_of_another_form_is_refused(source: str) -> None:
    with pytest.raises(InvalidInput):
        sign(SOURCES[source], "no secret of this source!", examples(source)[0][1], at=NOW, path="/")

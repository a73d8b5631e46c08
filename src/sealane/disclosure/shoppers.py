"""The shopper's key to their own parcel page: a token in a link, made from the order and kept nowhere.

    01kan6k3zw8t5q1r9v0m2c4d7e  yZ0c3mT8Jw1nQe5b2LrXgA        the order's ULID, then 128 bits of HMAC-SHA256

Nothing is stored, so nothing can be stolen from the database; without the key of this installation nobody can make
one, and comparing takes the same time whatever part is right.
"""

import base64
import hmac

from sealane.keys.blinding import Blinder
from sealane.model.errors import NotFound
from sealane.model.ids import is_id

__all__ = ["order_of", "token_of"]

_ULID = 26
_UNKNOWN = "This link leads to no parcel."
_REMEDY = "Open the link from the shop's message again, whole; a shop can send a new one."


def token_of(blinder: Blinder, order_id: str) -> str:
    """Return the token of an order, 48 characters of base64url."""
    return order_id.removeprefix("ord_") + _mac(blinder, order_id)


def order_of(blinder: Blinder, token: str) -> str:
    """Return the order that a token opens.

    Raises:
        NotFound: when this installation did not make the token.
    """
    order_id = f"ord_{token[:_ULID]}"
    if not is_id(order_id, "ord") or not hmac.compare_digest(token[_ULID:].encode(), _mac(blinder, order_id).encode()):
        raise NotFound(_UNKNOWN, remedy=_REMEDY)
    return order_id


def _mac(blinder: Blinder, order_id: str) -> str:
    return base64.urlsafe_b64encode(blinder.link("shopper", order_id)).rstrip(b"=").decode()

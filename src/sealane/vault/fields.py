"""The personal fields of an order, each under its JSON pointer (RFC 6901) into the request.

/shopper/email                        ana@example.com
/consignments/0/consignee/lines/1     3 Dto
"""

from functools import lru_cache
from operator import attrgetter

from sealane.model.order import OrderRequest
from sealane.model.personal import Address, PickupPoint, Text

__all__ = ["collect"]

_POINTERS = 1_024

_SHOPPER = ("account", "name", "email", "phone", "ip", "device")
_ADDRESS = ("name", "city", "region", "postcode", "phone", "email", "tax_id")
_PICKUP = ("id", "name", "postcode")

_shopper_values = attrgetter(*_SHOPPER)
_address_values = attrgetter(*_ADDRESS)
_pickup_values = attrgetter(*_PICKUP)


def collect(request: OrderRequest) -> dict[str, str]:
    """Return every personal value of the order, opened for sealing."""
    found: dict[str, str] = {}
    _add(found, _pointers("/shopper", _SHOPPER), _shopper_values(request.shopper))
    _add_address(found, "/payment/billing_address", request.payment.billing_address)
    for index, consignment in enumerate(request.consignments):
        at = f"/consignments/{index}"
        _add_address(found, f"{at}/consignee", consignment.consignee)
        _add_address(found, f"{at}/shipper", consignment.shipper)
        _add_pickup_point(found, f"{at}/pickup_point", consignment.pickup_point)
        if consignment.instructions is not None:
            found[f"{at}/instructions"] = consignment.instructions.open_for_sealing()
    return found


def _add_address(found: dict[str, str], at: str, address: Address | None) -> None:
    if address is None:
        return
    _add(found, _pointers(at, _ADDRESS), _address_values(address))
    if address.lines:
        _add(found, _line_pointers(at, len(address.lines)), address.lines)


def _add_pickup_point(found: dict[str, str], at: str, point: PickupPoint | None) -> None:
    if point is not None:
        _add(found, _pointers(at, _PICKUP), _pickup_values(point))


def _add(found: dict[str, str], pointers: tuple[str, ...], values: tuple[Text | None, ...]) -> None:
    for pointer, value in zip(pointers, values, strict=True):
        if value is not None:
            found[pointer] = value.open_for_sealing()


@lru_cache(_POINTERS)
def _pointers(at: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{at}/{name}" for name in names)


@lru_cache(_POINTERS)
def _line_pointers(at: str, count: int) -> tuple[str, ...]:
    return tuple(f"{at}/lines/{number}" for number in range(count))

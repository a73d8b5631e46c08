"""Personal values, wrapped so that they cannot slip out by accident.

`Sensitive` prints as `***`, refuses to be formatted, pickled, hashed or encoded, and opens only by `reveal_with`,
which names the reason in the code that calls it. Only the vault opens it.
"""

import hmac
from typing import Any, Generic, NoReturn, TypeVar

import msgspec

from sealane.model.codes import Country
from sealane.model.errors import SealaneError

__all__ = ["Address", "PickupPoint", "Sensitive", "Text", "decode_hook"]

T = TypeVar("T")

MAX_TEXT = 500


class Sensitive(Generic[T]):
    """A personal value in transit to the vault."""

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value = value

    def open_for_sealing(self) -> T:
        """Return the value; the vault's alone to call, on the way into or out of an envelope."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sensitive):
            return NotImplemented
        mine, theirs = self._value, other._value
        if isinstance(mine, str) and isinstance(theirs, str):
            return hmac.compare_digest(mine.encode(), theirs.encode())
        return bool(mine == theirs)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> NoReturn:
        raise SealaneError("A personal value cannot be pickled or copied out of the process.")


Text = Sensitive[str]


def decode_hook(wanted: type, value: Any) -> Any:
    """Build a `Sensitive` text for msgspec; at most 500 characters, no NUL.

    Raises:
        ValueError: when the value is not such a text (msgspec adds the path).
        NotImplementedError: when msgspec asks for any other type.
    """
    if wanted is not Text and getattr(wanted, "__origin__", wanted) is not Sensitive:
        raise NotImplementedError(wanted)
    if type(value) is not str:
        raise ValueError(f"Expected `str`, got `{type(value).__name__}`")
    if len(value) > MAX_TEXT:
        raise ValueError(f"Expected `str` of length <= {MAX_TEXT}")
    if "\0" in value:
        raise ValueError("Expected `str` without NUL characters")
    return Sensitive(value)


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A postal address as it comes in: personal but for the country (ISO 3166-1 alpha-2).

    `tax_id` is the number by which customs know whoever lives there: CPF, PCCC, identity number, VAT or EORI number.
    """

    country: Country
    name: Text | None = None
    lines: tuple[Text, ...] = ()
    city: Text | None = None
    region: Text | None = None
    postcode: Text | None = None
    phone: Text | None = None
    email: Text | None = None
    tax_id: Text | None = None


class PickupPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A locker, shop or depot where the consignee collects; tells where a person goes, so it is sealed."""

    id: Text
    country: Country
    name: Text | None = None
    postcode: Text | None = None
    kind: str | None = None

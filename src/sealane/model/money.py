"""Money: integer minor units and an ISO 4217 currency; floats never touch it."""

from decimal import Decimal
from typing import Annotated

import msgspec

from sealane.model.codes import Currency, exponent
from sealane.model.errors import InvalidInput

__all__ = ["MAX_MINOR", "Money", "parse_decimal"]

MAX_MINOR = 10**15
"""The largest amount taken, in minor units; sums over millions of orders stay inside 64 bits."""


class Money(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount: `{"amount_minor": 12990, "currency": "EUR"}` is 129.90 euro."""

    amount_minor: Annotated[int, msgspec.Meta(ge=0, le=MAX_MINOR)]
    currency: Currency

    def plus(self, other: "Money") -> "Money":
        """Return the sum of two amounts of one currency.

        Raises:
            InvalidInput: when the currencies differ; Sealane never converts money in silence.
        """
        if self.currency != other.currency:
            raise InvalidInput(f"Cannot add {other.currency} to {self.currency}.")
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def to_decimal(self) -> Decimal:
        """Return the amount in major units, exact: 12990 EUR minor is Decimal('129.90')."""
        return Decimal(self.amount_minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        return f"{self.to_decimal():,f} {self.currency}"


def parse_decimal(text: str, currency: Currency) -> Money:
    """Return money from a decimal text in major units, as exports print it: `("99.33", "BRL")` is 9933 minor.

    Raises:
        InvalidInput: when the text is no plain decimal number, is negative, too large, or finer than the minor unit.
    """
    try:
        scaled = Decimal(text.strip()).scaleb(exponent(currency))
    except ArithmeticError:
        raise InvalidInput("The amount is not a decimal number.") from None
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise InvalidInput(f"The amount has more decimals than {currency} has minor units.")
    if not 0 <= scaled <= MAX_MINOR:
        raise InvalidInput("The amount is negative or too large.")
    return Money(int(scaled), currency)

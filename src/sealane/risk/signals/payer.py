"""Who pays and how: what the merchant and the PSP tell, what is new about it, and how the amount compares."""

from sealane.model.decision import Stage
from sealane.risk.signals.declaration import Differs, Form, Gap, Latest, Novel, Ratio, Since, Unit, Value, Window
from sealane.risk.signals.velocity import ON_GOODS

__all__ = ["PAYER"]

CHECKOUT: tuple[Stage, ...] = ("checkout",)


def _told(name: str, unit: Unit, text: str, stages: tuple[Stage, ...] = ON_GOODS) -> Form:
    """Return a field as the merchant or the PSP told it."""
    return Value(name=name, side="payment", unit=unit, stages=stages, text=text, field=name, worst="first")


def _new(field: str, text: str) -> Form:
    """Return whether a value is new to an account that has history."""
    return Novel(
        name=f"{field}_new_to_account",
        side="payment",
        unit="flag",
        stages=ON_GOODS,
        text=text,
        of="orders",
        by=("account",),
        field=field,
        width="365d",
    )


def _seen(key: str, text: str) -> Form:
    """Return how long ago a key was first seen."""
    return Since(
        name=f"{key}_seen_for",
        side="payment",
        unit="duration",
        stages=ON_GOODS,
        text=text,
        worst="low",
        of="orders",
        by=(key,),
        take="first",
    )


# fmt: off
_TOLD = (
    _told("method", "code", "How the order is paid"),
    _told("avs", "code", "Issuer's address check: Y full match, Z postcode only, A street only, N none, U unavailable"),
    _told("cvc", "code", "Issuer's card code check: M match, N no match, P or U not checked"),
    _told("three_ds", "code", "3-D Secure: authenticated, attempted, failed or not_used"),
    _told("eci", "code", "Electronic commerce indicator of the card scheme"),
    _told("card_funding", "code", "Whether the card is credit, debit or prepaid"),
    _told("email_kind", "code", "Kind of e-mail domain: free, disposable or other"),
    _told("email_resembles_name", "flag", "The e-mail address resembles the payer's name"),
    _told("billing_name_matches", "flag", "The billing name is the payer's name"),
    _told("failed_attempts", "attempts", "Declined attempts that the merchant reports for this order", CHECKOUT),
    _told("channel", "code", "Where the order was placed", CHECKOUT),
    Differs(name="card_country_differs_billing", side="payment", unit="flag", stages=ON_GOODS,
            text="The card was issued in another country than the billing address",
            left="card_country", right="billing_country"),
    Differs(name="phone_country_differs_billing", side="payment", unit="flag", stages=ON_GOODS,
            text="The payer's phone number belongs to another country than the billing address",
            left="phone_country", right="billing_country"),
)

_NEW = (
    Latest(name="bin_country", side="payment", unit="code", stages=CHECKOUT, field="card_country",
           text="Country of the last card of this issuer range whose country was told", of="issued", by=("bin",)),
    Since(name="since_account_change", side="payment", unit="duration", stages=("checkout", "reroute"), worst="low",
          text="Time since this account's e-mail, phone, password, address or device changed last",
          of="changes", by=("account",), take="last"),
    _seen("account", "Time since this account's first order here"),
    _seen("card", "Time since the first order with this card"),
    _seen("device", "Time since the first order from this device"),
    _seen("email", "Time since the first order with this e-mail address"),
    _new("device", "This account ordered within a year, and never from this device"),
    _new("card", "This account ordered within a year, and never with this card"),
    _new("network", "This account ordered within a year, and never from this network"),
    _new("phone", "This account ordered within a year, and never gave this phone number"),
    Gap(name="account_age", side="payment", unit="duration", stages=ON_GOODS, worst="low",
        text="Age of the merchant's account when the order was placed", start="account_created_us", end="placed_us"),
    Window(name="account_changes_72h", side="payment", unit="events", stages=ON_GOODS,
           text="Changes of this account's e-mail, phone, password, address or device in the last 72 hours",
           take="count", of="changes", by=("account",), width="72h"),
)

_AMOUNT = (
    Value(name="amount", side="payment", unit="EUR cents", field="amount_eur",
          text="Value of the order at reference rates"),
    Window(name="account_mean_amount", side="payment", unit="mean EUR cents", stages=CHECKOUT,
           text="Mean value of this account's orders in 365 days",
           take="mean", of="valued_orders", by=("account",), field="amount_eur", width="365d"),
    Window(name="merchant_mean_amount", side="payment", unit="mean EUR cents", stages=CHECKOUT,
           text="Mean value of the merchant's orders in 30 days",
           take="mean", of="valued_orders", by=("merchant",), field="amount_eur", width="30d"),
    Ratio(name="amount_to_account_mean", side="payment", unit="ratio", stages=CHECKOUT,
          text="This order's value over the account's mean", over="amount_eur", under="account_mean_amount"),
    Ratio(name="amount_to_merchant_mean", side="payment", unit="ratio", stages=CHECKOUT,
          text="This order's value over the merchant's mean", over="amount_eur", under="merchant_mean_amount"),
)
# fmt: on

PAYER: tuple[Form, ...] = (*_TOLD, *_NEW, *_AMOUNT)

"""How fast and how widely a payer's means are used: orders, declined attempts, spending, sharing."""

from sealane.model.decision import Stage
from sealane.risk.signals.declaration import Form, Unit, Window

__all__ = ["ON_GOODS", "ORDERED", "VELOCITY", "span"]

CHECKOUT: tuple[Stage, ...] = ("checkout",)
ON_GOODS: tuple[Stage, ...] = ("checkout", "dispatch", "reroute", "claim")
ORDERED = {
    "account": "by this account",
    "card": "with this card",
    "email": "with this e-mail address",
    "phone": "with this phone number",
    "device": "from this device",
    "ip": "from this connection",
    "network": "from this network",
    "bin": "with cards of this issuer range",
}
"""How an order is tied to each kind of key, in words."""


def span(width: str) -> str:
    """Return a width in words: `24h` is "the last 24 hours"."""
    number, letter = int(width[:-1]), width[-1]
    unit = {"h": "hour", "d": "day"}[letter]
    return f"the last {unit}" if number == 1 else f"the last {number} {unit}s"


def _orders(key: str, *widths: str, stages: tuple[Stage, ...] = CHECKOUT) -> tuple[Form, ...]:
    """Return how many orders a key placed, for several widths."""
    return tuple(
        Window(
            name=f"{key}_orders_{width}",
            side="payment",
            unit="orders",
            stages=stages,
            text=f"Orders placed {ORDERED[key]} in {span(width)}",
            take="count",
            of="orders",
            by=(key,),
            width=width,
        )
        for width in widths
    )


def _attempts(key: str, *widths: str) -> tuple[Form, ...]:
    """Return how many payment attempts of a key were declined, for several widths."""
    return tuple(
        Window(
            name=f"{key}_failed_{width}",
            side="payment",
            unit="attempts",
            stages=CHECKOUT,
            text=f"Declined payment attempts {ORDERED[key]} in {span(width)}",
            take="sum",
            of="attempts",
            field="failed",
            by=(key,),
            width=width,
        )
        for width in widths
    )


def _tried(key: str, width: str) -> Form:
    """Return how many different cards were declined."""
    return Window(
        name=f"cards_declined_per_{key}_{width}",
        side="payment",
        unit="cards",
        stages=CHECKOUT,
        text=f"Different cards behind the declined payment attempts {ORDERED[key]} in {span(width)}",
        take="distinct",
        of="attempts",
        by=(key,),
        field="card",
        width=width,
    )


def _spend(key: str) -> Form:
    """Return what a key spent in a day."""
    return Window(
        name=f"{key}_spend_24h",
        side="payment",
        unit="EUR cents",
        stages=CHECKOUT,
        text=f"Value of the orders placed {ORDERED[key]} in the last 24 hours",
        take="sum",
        of="valued_orders",
        by=(key,),
        field="amount_eur",
        width="24h",
    )


def _shared(unit: Unit, key: str, width: str, field: str | None = None) -> Form:
    """Return how many different values stood with a key."""
    return Window(
        name=f"{unit}_per_{key}_{width}",
        side="payment",
        unit=unit,
        stages=CHECKOUT,
        text=f"Different {unit} behind the orders placed {ORDERED[key]} in {span(width)}",
        take="distinct",
        of="orders",
        by=(key,),
        field=field or unit.removesuffix("s"),
        width=width,
    )


VELOCITY: tuple[Form, ...] = (
    *_orders("account", "24h", "30d"),
    *_orders("account", "365d", stages=ON_GOODS),
    *_orders("card", "1h", "24h"),
    *_orders("card", "365d", stages=ON_GOODS),
    *_orders("email", "24h"),
    *_orders("email", "365d", stages=ON_GOODS),
    *_orders("phone", "24h"),
    *_orders("device", "1h", "24h"),
    *_orders("ip", "1h", "24h"),
    *_orders("network", "1h"),
    *_orders("bin", "1h"),
    *_attempts("account", "24h"),
    *_attempts("card", "24h"),
    *_attempts("device", "1h", "24h"),
    *_attempts("ip", "1h", "24h"),
    *_attempts("network", "1h"),
    *_attempts("bin", "1h"),
    Window(
        name="device_small_orders_24h",
        side="payment",
        unit="orders",
        stages=CHECKOUT,
        text="Orders under 5 euro placed from this device in the last 24 hours",
        take="count",
        of="small_orders",
        by=("device",),
        width="24h",
    ),
    _tried("device", "24h"),
    _tried("ip", "1h"),
    _spend("account"),
    _spend("card"),
    _shared("cards", "account", "30d"),
    _shared("devices", "account", "30d"),
    _shared("shoppers", "card", "30d"),
    _shared("names", "card", "90d", "payer_name"),
    _shared("cards", "device", "7d"),
    _shared("shoppers", "device", "30d"),
    _shared("cards", "ip", "24h"),
    _shared("shoppers", "ip", "24h"),
    _shared("cards", "email", "30d"),
    _shared("shoppers", "phone", "30d"),
)

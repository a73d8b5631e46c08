"""Cards as a PSP tells of them: fingerprint, test BIN, last four, and the answers of AVS, CVC and 3-D Secure.

The BINs are those of published test cards, so no real card can ever match. No card number exists in this world.
"""

from typing import Any

import msgspec

from sealane.simulator.chance import Stream, Weighted
from sealane.simulator.realm.atlas import BUYERS, LANDS

__all__ = ["Card", "Checks", "check_honest", "check_stolen", "issue"]

_VISA = (
    "411111", "424242", "400005", "401288", "422222", "401200", "491761", "446203", "498843", "416667",
    "400360", "444433", "400002", "454347",
)  # fmt: skip
_MASTERCARD = (
    "555555", "510510", "520082", "545454", "222300", "222100", "557755", "520474", "550000", "510029",
    "534259", "542418", "535110", "513329",
)  # fmt: skip
_AMEX = (
    "378282", "371449", "370000", "374251",
)  # fmt: skip
_AVS_LANDS = frozenset({"US", "GB"})


class Card(msgspec.Struct, frozen=True):
    """One card."""

    fingerprint: str
    bin: str
    last4: str
    brand: str
    country: str
    funding: str

    def told(self) -> dict[str, Any]:
        """Return the card as the wire wants it."""
        return {
            "fingerprint": self.fingerprint,
            "bin": self.bin,
            "last4": self.last4,
            "brand": self.brand,
            "country": self.country,
            "funding": self.funding,
        }


class Checks(msgspec.Struct, frozen=True):
    """What issuer and scheme answered; ECI as Visa (05, 06, 07) or Mastercard (02, 01, 00) write it."""

    avs: str | None
    cvc: str | None
    three_ds: str
    eci: str


_PLACE = {land.code: number for number, land in enumerate(BUYERS)}
_BRAND = Weighted({"visa": 0.55, "mastercard": 0.40, "amex": 0.05})
_FUNDING_EEA = Weighted({"debit": 0.62, "credit": 0.32, "prepaid": 0.06})
_FUNDING_OUT = Weighted({"debit": 0.34, "credit": 0.62, "prepaid": 0.04})
_BINS = {"visa": _VISA, "mastercard": _MASTERCARD, "amex": _AMEX}
_ISSUERS = 3

_AVS_HONEST = Weighted({"Y": 0.88, "Z": 0.06, "A": 0.03, "N": 0.02, "U": 0.01})
_AVS_ABROAD = Weighted({"Y": 0.44, "U": 0.46, "Z": 0.05, "A": 0.03, "N": 0.02})
_CVC_HONEST = Weighted({"M": 0.955, "N": 0.01, "P": 0.02, "U": 0.015})
_CVC_STOLEN = Weighted({"M": 0.84, "N": 0.08, "P": 0.05, "U": 0.03})
_SECURE_EEA = Weighted({"authenticated": 0.62, "not_used": 0.29, "attempted": 0.075, "failed": 0.015})
_SECURE_OUT = Weighted({"authenticated": 0.17, "not_used": 0.73, "attempted": 0.09, "failed": 0.01})
_SECURE_STOLEN = Weighted({"authenticated": 0.10, "not_used": 0.62, "attempted": 0.23, "failed": 0.05})
_AVS_STOLEN = Weighted({"Y": 0.48, "Z": 0.12, "A": 0.06, "N": 0.24, "U": 0.10})
_ECI = {
    "visa": {"authenticated": "05", "attempted": "06", "not_used": "07", "failed": "07"},
    "mastercard": {"authenticated": "02", "attempted": "01", "not_used": "00", "failed": "00"},
}


def issue(country: str, stream: Stream) -> Card:
    """Return a new card of a bank in this country; each land has a few issuers, so BINs tell the land."""
    brand = _BRAND.pick(stream)
    bins = _BINS[brand]
    number = bins[(_PLACE[country] + 5 * int(_ISSUERS * stream.random())) % len(bins)]
    funding = (_FUNDING_EEA if LANDS[country].is_eea else _FUNDING_OUT).pick(stream)
    return Card(f"card_{stream.code(16)}", number, stream.digits(4), brand, country, funding)


def check_honest(card: Card, stream: Stream) -> Checks:
    """Return what the checks say when the holder pays."""
    three_ds = (_SECURE_EEA if LANDS[card.country].is_eea else _SECURE_OUT).pick(stream)
    avs = (_AVS_HONEST if card.country in _AVS_LANDS else _AVS_ABROAD).pick(stream)
    return Checks(avs, _CVC_HONEST.pick(stream), three_ds, _eci(card, three_ds))


def check_stolen(card: Card, stream: Stream, *, knows_address: bool = False) -> Checks:
    """Return what the checks say when a thief pays; who knows the holder's address passes AVS as the holder does."""
    three_ds = _SECURE_STOLEN.pick(stream)
    if knows_address:
        avs = (_AVS_HONEST if card.country in _AVS_LANDS else _AVS_ABROAD).pick(stream)
    else:
        avs = _AVS_STOLEN.pick(stream)
    return Checks(avs, _CVC_STOLEN.pick(stream), three_ds, _eci(card, three_ds))


def _eci(card: Card, three_ds: str) -> str:
    return _ECI.get(card.brand, _ECI["visa"])[three_ds]

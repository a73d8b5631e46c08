"""Amounts of different currencies made comparable, for signals only.

Signals compare an amount with a card's other amounts or with a declared value that may be in another currency. For
that alone a small fixed table of reference rates turns money into euro cents. The table is of November 2026 and never
fetched, so the same order gives the same signal for ever; nobody is charged, paid or shown an amount from it.
"""

from decimal import Decimal

from sealane.model.codes import exponent
from sealane.model.money import Money

__all__ = ["euro_cents"]

CEILING = 10**12
"""Amounts are cut here (10 billion euro), so that sums over millions of orders stay inside 64 bits."""

_UNITS_PER_EURO = """
    AED 4.26 AFN 76 ALL 97 AMD 445 AOA 1060 ARS 1650 AUD 1.77 AWG 2.08 AZN 1.97 BAM 1.956 BBD 2.32 BDT 141 BHD 0.437
    BIF 3430 BMD 1.16 BND 1.51 BOB 8.0 BRL 6.25 BSD 1.16 BTN 103 BWP 15.6 BYN 3.45 BZD 2.33 CAD 1.63 CDF 2600 CHF 0.93
    CLP 1090 CNY 8.25 COP 4400 CRC 582 CUP 27.8 CVE 110.3 CZK 24.2 DJF 206 DKK 7.46 DOP 74 DZD 151 EGP 55 ERN 17.4
    ETB 178 EUR 1 FJD 2.64 FKP 0.88 GBP 0.88 GEL 3.14 GHS 12.7 GIP 0.88 GMD 85 GNF 10080 GTQ 8.9 GYD 243 HKD 9.03
    HNL 30.5 HTG 152 HUF 383 IDR 19400 ILS 3.78 INR 103 IQD 1520 IRR 48800 ISK 147 JMD 186 JOD 0.82 JPY 180 KES 150
    KGS 101.5 KHR 4660 KMF 492 KPW 1044 KRW 1700 KWD 0.356 KYD 0.967 KZT 605 LAK 25200 LBP 103900 LKR 357 LRD 209
    LSL 19.9 LYD 6.33 MAD 10.75 MDL 19.7 MGA 5200 MKD 61.6 MMK 2436 MNT 4130 MOP 9.3 MRU 46.1 MUR 53.4 MVR 17.9
    MWK 2012 MXN 21.3 MYR 4.8 MZN 74.1 NAD 19.9 NGN 1680 NIO 42.7 NOK 11.8 NPR 164.5 NZD 2.05 OMR 0.446 PAB 1.16
    PEN 3.92 PGK 4.91 PHP 68.3 PKR 326 PLN 4.24 PYG 8150 QAR 4.22 RON 5.09 RSD 117.2 RUB 92 RWF 1686 SAR 4.35 SBD 9.55
    SCR 16 SDG 697 SEK 11.0 SGD 1.51 SHP 0.88 SLE 27 SOS 662 SRD 44.6 SSP 5400 STN 24.5 SVC 10.15 SYP 12800 SZL 19.9
    THB 37.6 TJS 10.7 TMT 4.06 TND 3.41 TOP 2.8 TRY 49.2 TTD 7.86 TWD 36.3 TZS 2850 UAH 48.8 UGX 4200 USD 1.16
    UYU 46.1 UZS 13850 VED 280 VES 280 VND 30550 VUV 141 WST 3.24 XAF 655.957 XCD 3.13 XCG 2.08 XOF 655.957 XPF 119.33
    YER 277 ZAR 19.9 ZMW 26.3 ZWG 31
"""
_SCALE = 10**6


def _factors() -> dict[str, int]:
    """Return millionths of a euro cent per minor unit of each currency."""
    words = _UNITS_PER_EURO.split()
    return {
        currency: round(100 * _SCALE / Decimal(units) / 10 ** exponent(currency))
        for currency, units in zip(words[::2], words[1::2], strict=True)
    }


_FACTORS = _factors()


def euro_cents(money: Money | None) -> int | None:
    """Return the amount in euro cents at the reference rates, or None when it or its currency's rate is unknown."""
    if money is None:
        return None
    factor = _FACTORS.get(money.currency)
    if factor is None:
        return None
    return min(money.amount_minor * factor // _SCALE, CEILING)

"""Stand-ins of 16 digits for forms that take nothing else: first six and last four kept, the rest random.

    4111111111111111   is answered as   411111 073925 1111   which fails the Luhn check (ISO/IEC 7812-1 annex B)

So leak scanners let it pass and payment providers refuse it, as they should. One (BIN, last four) has 900,000 of them;
a draw that hits only taken ones says that most are in use, and then the opaque token has to do.
"""

import secrets

from sealane.model.cards.number import passes_luhn
from sealane.storage.database import Transaction
from sealane.vault import store

__all__ = ["DIGITS", "stand_in"]

DIGITS = 16
_RANDOM = 6
_DRAWS = 8
"""With half of the numbers in use, 8 draws in a row hit taken ones in 1 of 256 cases."""


def stand_in(tx: Transaction, card: store.CardRow) -> str | None:
    """Return the 16 digits that stand for a card, drawing them on first use; None when most are taken."""
    known = store.find_card16(tx, card)
    if known is not None:
        return known
    for _ in range(_DRAWS):
        digits = f"{card.bin}{secrets.randbelow(10**_RANDOM):0{_RANDOM}}{card.last4}"
        if not passes_luhn(digits) and store.add_card16(tx, card, digits):
            return digits
    return None

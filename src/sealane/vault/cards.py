"""Cards: the number goes in once and is sealed under a key of its own; a token stands for it ever after.

The fingerprint is a keyed hash (PCI DSS 3.5.1.1) for one merchant, so two merchants cannot compare their cards. The
link is another, equal for all merchants, and never leaves the installation.
"""

from sealane.keys.blinding import Blinder
from sealane.model.cards.number import CardNumberRequest, CardToken, brand_of, passes_luhn
from sealane.model.clock import from_micros
from sealane.model.errors import FieldError, InvalidInput
from sealane.model.payment import Card, PaymentRequest
from sealane.model.sealed import Link
from sealane.storage.database import Transaction
from sealane.vault import store
from sealane.vault.links import Linker
from sealane.vault.payment.card16 import DIGITS, stand_in
from sealane.vault.recent import Recent
from sealane.vault.records import seal_record
from sealane.vault.subjects import Subjects

__all__ = ["Cards"]

NUMBER = "/number"
_SHORTEST = 12
_LONGEST = 19
_BIN = 6
_LAST = 4
_REMEMBERED = 8_192
_GROUPING = str.maketrans(dict.fromkeys(" -", ""))


class Cards:
    """Takes card numbers in and knows the cards of orders; belongs to the writer thread."""

    def __init__(self, subjects: Subjects, blinder: Blinder, linker: Linker) -> None:
        self._subjects = subjects
        self._blind = blinder.link
        self._linker = linker
        self._recent: Recent[store.CardRow] = Recent(_REMEMBERED)

    def add(self, tx: Transaction, merchant_id: str, request: CardNumberRequest) -> CardToken:
        """Seal a card and return its token: the same one whenever this merchant sends the same number.

        Raises:
            InvalidInput: when the number is no card number or the card has expired.
            Erased: when the card is known and its key is gone.
        """
        digits = _check(request, tx.now_us)
        known = self._subjects.of_identity(tx, merchant_id, NUMBER, digits)
        card = None if known is None else store.find_card(tx, known.subject_id)
        if known is None or card is None:
            card = self._add_new(tx, merchant_id, digits, request)
        else:
            # A renewed card keeps its number and changes its expiry, so the details are sealed anew.
            store.move_card(tx, card, seal_record(tx, known, _details(digits, request)))
        card16 = stand_in(tx, card) if request.card16 else None
        # The fingerprint is stored nowhere: a hash in a backup could be tested against guesses for years.
        fingerprint = self._blind("fingerprint", f"{merchant_id} {digits}")
        return CardToken(card.token, card.bin, card.last4, card.brand, fingerprint.hex(), card16)

    def of_order(self, tx: Transaction, merchant_id: str, payment: PaymentRequest) -> tuple[Card | None, Link | None]:
        """Return what may be known about the card that pays, and its link.

        Raises:
            InvalidInput: when the token is none of this merchant's.
        """
        given = payment.card
        if given is None:
            return None, None
        if given.token is None:
            card = Card(None, given.bin, given.last4, given.brand, given.country, given.funding)
            return card, self._linker.card(payment)
        token = given.token
        if len(token) == DIGITS and token.isdigit():
            token = store.token_of_card16(tx, merchant_id, token) or token
        row = self._find(tx, token)
        if row is None or row.merchant_id != merchant_id or not row.link:
            raise _refusal("/payment/card/token", "unknown-token", "There is no card of yours with this token.")
        return Card(row.token, row.bin, row.last4, row.brand, given.country, given.funding), row.link

    def forget(self, tx: Transaction, token: str) -> None:
        """Let go of a card at once; it is read again when it is asked for."""
        tx.on_success(lambda: self._recent.drop(token))
        tx.after_commit(lambda: self._recent.drop(token))

    def clear(self) -> None:
        """Let go of everything that is kept in memory."""
        self._recent.clear()

    def _find(self, tx: Transaction, token: str) -> store.CardRow | None:
        card = self._recent.get(token)
        if card is None:
            card = store.find_card(tx, token)
            if card is not None:
                self._remember(tx, card)
        return card

    def _remember(self, tx: Transaction, card: store.CardRow) -> None:
        tx.after_commit(lambda: self._recent.keep(card.token, card))

    def _add_new(self, tx: Transaction, merchant_id: str, digits: str, request: CardNumberRequest) -> store.CardRow:
        subject = self._subjects.add(tx, "ct", merchant_id, "card", (NUMBER, digits))
        record_id = seal_record(tx, subject, _details(digits, request))
        card = store.CardRow(
            token=subject.subject_id,
            merchant_id=merchant_id,
            record_id=record_id,
            link=self._linker.card_number(digits),
            bin=digits[:_BIN],
            last4=digits[-_LAST:],
            brand=brand_of(digits) or "other",
        )
        store.add_card(tx, card)
        self._remember(tx, card)
        return card


def _check(request: CardNumberRequest, now_us: int) -> str:
    """Return the digits of a card that may be taken; no refusal repeats one of them."""
    digits = request.number.open_for_sealing().translate(_GROUPING)
    if not (digits.isascii() and digits.isdigit() and _SHORTEST <= len(digits) <= _LONGEST and passes_luhn(digits)):
        raise _refusal("/number", "not-a-card-number", "The number is not that of a card; check for a mistyped digit.")
    now = from_micros(now_us)
    if (request.expiry_year, request.expiry_month) < (now.year, now.month):
        raise _refusal("/expiry_year", "expired", "The card has expired.")
    return digits


def _details(digits: str, request: CardNumberRequest) -> dict[str, str]:
    details = {
        NUMBER: digits,
        "/expiry_month": str(request.expiry_month),
        "/expiry_year": str(request.expiry_year),
    }
    if request.holder is not None:
        details["/holder"] = request.holder.open_for_sealing()
    return details


def _refusal(pointer: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=(FieldError(pointer, code, detail),))

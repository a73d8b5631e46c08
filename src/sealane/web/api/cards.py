"""Cards: the one route that takes a card number; what comes back may be kept anywhere."""

from sealane.flows.trust.grading import ensure_may_take_cards
from sealane.model.cards.number import CardNumberRequest, CardToken, card_decoder
from sealane.model.decoding import decode, read_json, refuse_leaks
from sealane.storage.database import Transaction
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES"]


async def add_card(visit: Visit) -> Reply:
    """Take a card number and answer its token; the number may stand in `number` only."""
    body = await visit.body()
    document = read_json(body)
    if isinstance(document, dict):
        document.pop("number", None)
    refuse_leaks(body, document)
    request = decode(card_decoder, body)
    vault, merchant_id = visit.lane.rooms.vault, visit.party.party_id
    database = visit.lane.rooms.database

    def flow(tx: Transaction) -> CardToken:
        ensure_may_take_cards(visit.lane.rooms, visit.party, tx)
        return vault.add_card(tx, merchant_id, request)

    return json_reply(await database.run_async(flow), 201)


ROUTES = (
    Route(
        method="POST",
        path="/v1/cards",
        action=add_card,
        summary="Put a card number into the vault and get a token for it",
        tag="cards",
        roles=("merchant", "psp", "platform"),
        request=CardNumberRequest,
        answers={201: CardToken},
    ),
)

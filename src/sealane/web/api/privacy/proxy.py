"""The card proxy: calls to payment providers in which tokens stand for what the vault holds."""

import msgspec

from sealane.flows.pay import record_release
from sealane.model.decoding import decode, read_json, refuse_leaks
from sealane.model.errors import Conflict, DependencyUnavailable, Erased, NotPermitted
from sealane.vault.payment.proxy import ProxyAnswer, ProxyRequest, tokens_in
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES"]

_decoder = msgspec.json.Decoder(ProxyRequest)


async def call_provider(visit: Visit) -> Reply:
    """Make a call to a listed host with the values of cards put in, and answer it with them taken out."""
    body = await visit.body()
    refuse_leaks(body, read_json(body))
    request = decode(_decoder, body)
    rooms, party_id = visit.lane.rooms, visit.party.party_id
    tokens, target = tokens_in(request), await rooms.vault.proxy.admit(request)
    with rooms.database.reader() as connection:
        cards = {token: rooms.vault.open_card(connection, party_id, token) for token in tokens}
    log_entry = await rooms.database.run_async(
        lambda tx: record_release(rooms, party_id, target.place.host, tokens, tx)
    )
    return json_reply(await rooms.vault.proxy.call(request, target, cards, log_entry))


ROUTES = (
    Route(
        method="POST",
        path="/v1/proxy",
        action=call_provider,
        summary="Call a payment provider with the values of cards in place of their tokens",
        tag="cards",
        roles=("merchant", "psp", "platform"),
        request=ProxyRequest,
        answers={200: ProxyAnswer},
        refusals=(NotPermitted, Conflict, Erased, DependencyUnavailable),
    ),
)

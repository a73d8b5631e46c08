"""The page `/shops/{domain}`: how safe it is to pay at a shop, why, when that was looked at, and what it leads to."""

import re
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from sealane.grading import Grade, Published
from sealane.model.clock import from_micros
from sealane.model.errors import NotFound
from sealane.model.party import Party
from sealane.storage import parties
from sealane.web.public.check import admit
from sealane.web.public.page import public, show

if TYPE_CHECKING:
    from sealane.app import Sealane

__all__ = ["MEANINGS", "routes", "shop_of"]

_DOMAIN = re.compile(r"[a-z0-9.-]{1,253}(?::[0-9]{1,5})?")
_TONES: dict[Grade, str] = {"A+": "good", "A": "good", "B": "good", "F": "bad", "T": "bad"}
MEANINGS: dict[Grade, str] = {
    "A+": "This shop does everything we look for",
    "A": "This shop is careful",
    "B": "This shop is mostly careful",
    "C": "This shop could be more careful",
    "D": "This shop is careless",
    "F": "Paying here is not safe",
    "T": "This shop cannot be told from an imitation",
    "U": "We can\u2019t tell",
}


def _show(request: Request) -> Response:
    lane: Sealane = request.app.state.lane
    admit(request)
    domain = request.path_params["domain"].lower().rstrip(".")
    party = shop_of(lane, domain)
    with lane.rooms.database.reader() as conn:
        published = lane.rooms.grading.latest(conn, party.party_id)
    return _page(request, domain, party, published)


def shop_of(lane: "Sealane", domain: str) -> Party:
    """Return the merchant that lists a domain.

    Raises:
        NotFound: when nobody lists it.
    """
    if _DOMAIN.fullmatch(domain):
        with lane.rooms.database.reader() as conn:
            for party in parties.everyone(conn):
                if domain in (each.lower() for each in party.domains) and party.has("merchant"):
                    return party
    raise NotFound("We don't know this shop.", remedy="That says nothing about it, neither good nor bad.")


def _page(request: Request, domain: str, party: Party, published: Published | None) -> Response:
    lane: Sealane = request.app.state.lane
    rubric = lane.rooms.grading.rubric
    grade: Grade = published.graded.grade if published else "U"
    return show(
        request,
        "shop.html",
        domain=domain,
        party=party,
        grade=grade,
        tone=_TONES.get(grade, "caution"),
        meaning=MEANINGS[grade],
        graded=published.graded if published else None,
        at=from_micros(published.graded_us) if published else None,
        log_entry=published.entry_id if published else None,
        advice=[rubric.advice[act] for act in rubric.conduct[grade]],
    )


routes = [public("/shops/{domain}", _show)]

"""Who calls, and whether they may: API keys, roles, and how much each caller may ask.

    Authorization: Bearer sk_q3JvRkVYd0Jc...

A key is looked up by its SHA-256 digest, so the answer takes the same time whatever part of a wrong key is right. What
was found is remembered for a second: a revoked key is dead within that time.
"""

from collections.abc import Callable
from pathlib import Path
from time import monotonic

from sealane.app import Sealane
from sealane.keys import secrets
from sealane.keys.files import read_secret, write_secret
from sealane.model.errors import Misconfigured, NotAuthenticated, NotPermitted
from sealane.model.party import OPERATOR, Party
from sealane.storage import parties
from sealane.web.exchange.bound import verify_binding
from sealane.web.limits import Allowance, Turnstile, network_of
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["OPERATOR_FILE", "Gate", "KeyBook", "operator_key"]

OPERATOR_FILE = "admin.key"
SHORTEST_KEY = 32
"""Characters of an operator's key at least; a fresh one has 46."""

PARALLEL = 512
"""Calls of one party that may run at once."""

PUBLIC_BURST_SECONDS = 10
"""Seconds of its allowance that an address may use at once."""

REMEMBERED_SECONDS = 1.0
REMEMBERED_KEYS = 10_000
_SCHEMES = frozenset({"bearer", "dpop"})


def operator_key(folder: Path, given: str = "") -> str:
    """Return the operator's API key from DIR/admin.key, readable by its owner only: the given one, or a fresh one.

    Raises:
        Misconfigured: when others may read the file, it cannot be written, or what is given can be guessed.
    """
    path = folder / OPERATOR_FILE
    key = read_secret(path)
    if given and len(given) < SHORTEST_KEY:
        raise Misconfigured(
            f"The setting `operator_key` has fewer than {SHORTEST_KEY} characters.",
            remedy="Take a random one: echo sk_$(openssl rand -hex 32)",
        )
    if key is None or (given and key.strip() != given):
        key = given or secrets.new_secret("sk")
        write_secret(path, f"{key}\n")
    return key.strip()


class KeyBook:
    """Which party holds which key: the operator's from its file, the others' from the database, by digest."""

    def __init__(self, lane: Sealane, *, clock: Callable[[], float] = monotonic) -> None:
        self._database = lane.rooms.database
        self._operator = secrets.digest(operator_key(lane.folder, lane.settings.operator_key))
        self._clock = clock
        self._known: dict[bytes, tuple[float, Party | None]] = {}

    def holder(self, key: str) -> Party | None:
        """Return the party that holds this key, or None."""
        digest = secrets.digest(key)
        now = self._clock()
        until, party = self._known.get(digest, (0.0, None))
        if until < now:
            party = OPERATOR if secrets.matches(key, self._operator) else self._look_up(digest)
            if len(self._known) >= REMEMBERED_KEYS:
                self._known.clear()
            self._known[digest] = now + REMEMBERED_SECONDS, party
        return party

    def _look_up(self, digest: bytes) -> Party | None:
        with self._database.reader() as connection:
            return parties.by_secret(connection, digest)


class Gate:
    """Lets callers in by the row of their route, and counts them in and out."""

    def __init__(self, lane: Sealane, keys: KeyBook) -> None:
        settings = lane.settings
        self._keys = keys
        self._bindings = lane.rooms.interchange.bindings
        lead = lane.rooms.lead
        rate, burst, public = settings.rate_per_second, settings.rate_burst, settings.public_rate_per_second
        self._parties = Allowance(rate, burst, servers=lambda: lead.servers)
        self._addresses = Allowance(public, public * PUBLIC_BURST_SECONDS, servers=lambda: lead.servers)
        self._senders = Allowance(rate, burst, servers=lambda: lead.servers)
        self._turnstile = Turnstile(PARALLEL)

    def admit(self, visit: Visit, route: Route, signer: Party | None = None) -> None:
        """Let the caller in and name them in `visit.party`; a signer needs no key, and may show none but their own.

        Raises:
            NotAuthenticated: when the route needs a key and none that is valid came.
            NotPermitted: when the route is for other roles.
            RateLimited: when the caller asks too much.
        """
        if route.roles is None:
            (self._senders if route.is_native else self._addresses).take(_network(visit))
            return
        party = signer or self._identify(visit)
        if signer is not None and b"authorization" in visit.headers and self._identify(visit) != signer:
            raise NotAuthenticated
        self._parties.take(party.party_id)
        if route.roles and not any(role in route.roles for role in party.roles):
            raise NotPermitted(f"This call is for: {', '.join(route.roles)}.")
        self._turnstile.enter(party.party_id, route.places)
        visit.party = party
        visit.places = route.places

    def release(self, visit: Visit) -> None:
        """Count the caller out, if it was let in."""
        if visit.places:
            self._turnstile.leave(visit.party.party_id, visit.places)

    def blame(self, visit: Visit) -> None:
        """Let a guess cost the guesser's address its allowance of public calls.

        Raises:
            RateLimited: when nothing of it is left.
        """
        self._addresses.take(_network(visit))

    def _identify(self, visit: Visit) -> Party:
        scheme, _, key = visit.headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        scheme, key = scheme.lower(), key.strip()
        party = self._keys.holder(key) if scheme in _SCHEMES else None
        if party is None:
            self.blame(visit)
            raise NotAuthenticated
        try:
            binding = self._bindings.of(secrets.digest(key)) if self._bindings else None
            verify_binding(visit, scheme, key, party, binding)
        except NotAuthenticated:
            self.blame(visit)
            raise
        return party


def _network(visit: Visit) -> str:
    client = visit.scope.get("client")
    return network_of(client[0]) if client else ""

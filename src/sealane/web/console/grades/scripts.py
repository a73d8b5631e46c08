"""The scripts of a merchant's watched payment page: which ran when it was last read, and which may (PCI DSS 6.4.3)."""

import msgspec

from sealane.flows.trust.grading import authorise_script, forbid_script
from sealane.grading import Authorisation, ScriptRequest
from sealane.model.decoding import decode
from sealane.model.party import Party
from sealane.storage import parties
from sealane.web.console.forms import Sent
from sealane.web.console.gate import Look

__all__ = ["ScriptRow", "authorise", "forbid", "read_scripts"]

_MOST = 2000
_script = msgspec.json.Decoder(ScriptRequest)
_encode = msgspec.json.Encoder().encode


class ScriptRow(msgspec.Struct, frozen=True, kw_only=True):
    """A script by its name; `digest` is SHA-256 of its text as the page was last read, empty where it was not read."""

    name: str
    digest: str = ""
    is_seen: bool
    allowed: Authorisation | None

    @property
    def is_plain(self) -> bool:
        """Whether it comes unencrypted, which nobody can authorise."""
        return self.name.startswith("http:")

    @property
    def is_altered(self) -> bool:
        """Whether another text runs than the one that was authorised."""
        pinned = self.allowed.digest if self.allowed else ""
        return bool(pinned and self.digest and pinned != self.digest)


def read_scripts(look: Look, party_id: str) -> tuple[ScriptRow, ...] | None:
    """Return the scripts that run or may run, those that nobody authorised first; None while no page is watched."""
    grading = look.lane.rooms.grading
    if grading.watched(look.conn, party_id) is None:
        return None
    seen = grading.baseline(look.conn, party_id)
    allowed = {one.name: one for one in grading.scripts(look.conn, party_id)}
    running = {script.name: script.digest for page in (seen.pages if seen else ()) for script in page.scripts}
    rows = [
        ScriptRow(name=name, digest=running.get(name, ""), is_seen=name in running, allowed=allowed.get(name))
        for name in running | allowed
    ]
    return tuple(sorted(rows, key=lambda row: (row.allowed is not None and not row.is_altered, row.name)))


async def authorise(sent: Sent) -> None:
    """Let a script run, with the reason that was written.

    Raises:
        InvalidInput: when no script is named, or no reason is given.
    """
    said = sent.words("justification", most=_MOST)
    asked = decode(_script, _encode({"name": sent.text("name"), "justification": said, "digest": sent.text("digest")}))
    party = _party(sent)
    await sent.run(lambda tx: authorise_script(sent.lane.rooms, party, sent.by, asked, tx))


async def forbid(sent: Sent) -> None:
    """Let a script run no longer.

    Raises:
        NotFound: when it was not authorised.
    """
    party, name = _party(sent), sent.text("name")
    await sent.run(lambda tx: forbid_script(sent.lane.rooms, party, name, tx))


def _party(sent: Sent) -> Party:
    with sent.look() as look:
        return parties.by_id(look.conn, look.path["party_id"])

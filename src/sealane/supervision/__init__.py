"""Room `supervision`: what anyone can check without trusting us.

So far, the transparency log: every decision leaves an entry without personal data in an append-only Merkle tree
(RFC 6962), published as C2SP tiles and signed checkpoints, and provable offline.

    log.append(tx, kind, order_id=..., content=...)   inside a flow: one more row of its transaction
    log.prove(entry_id)                               a bundle for whoever wants to check
    verify.verify_bundle(bundle, vkey)                the check, with no server and no database
    audit.audit(folder, checkpoint)                   the whole log, compared byte by byte
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sealane.supervision.log import Log

__all__ = ["Log"]


def __getattr__(name: str) -> Any:
    """Load the log when it is asked for, so that `verify` alone loads no database."""
    if name == "Log":
        from sealane.supervision.log import Log  # noqa: PLC0415  # the reason is in the first line

        return Log
    raise AttributeError(name)

"""Lead: which of the servers of one installation does what only one may do at a time.

A server on a database of its own always leads. Of several, one holds a lease; `confirm` makes a flow of a server that
lost it meanwhile fail before it is committed.
"""

from sealane.storage.transaction import Transaction

__all__ = ["ALONE", "Lead"]


class Lead:
    """The lead of a server that is alone."""

    is_held: bool = True
    """Whether this server leads now, as far as it knows."""

    epoch: int = 0
    """How many leaders there were before this one."""

    servers: int = 1
    """How many servers of this installation were seen lately."""

    def confirm(self, tx: Transaction) -> None:
        """Make sure that no other server took the lead.

        Raises:
            DependencyUnavailable: when one did; nothing of the flow is stored.
        """

    def close(self) -> None:
        """Let go of the lead, so that another server need not wait."""


ALONE = Lead()
"""The lead of every server on a database of its own."""

"""The vault: a shopper's values enter once, are sealed at once, and from then on every room works with what is left.

    seal = vault.seal_order(tx, merchant_id, request)          # subject, record, blinded links, harmless traits
    seal = vault.seal_event(tx, order, attributes, raw)
    card = vault.add_card(tx, merchant_id, request)            # ct_...
    vault.reveal(conn, seal.record_id, ["/shopper/email"], purpose="deliver")

Every value has its own envelope, under a key made for its field from a random one of its subject, and is bound to
tenant, subject, record and field. Keys live in a file of their own, so that deleting one erases its subject from every
backup of the data.
"""

from sealane.vault.links import Linker
from sealane.vault.vault import ATTRIBUTES, Purpose, Record, Vault, VaultOptions

__all__ = ["ATTRIBUTES", "Linker", "Purpose", "Record", "Vault", "VaultOptions"]

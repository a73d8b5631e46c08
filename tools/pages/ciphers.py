"""The page of ciphers: the inventory of PCI DSS 12.3.3, from the table that the code is tested against."""

from pages.markdown import code, page, table
from sealane.keys.ciphers import CIPHERS

__all__ = ["ciphers_page"]

_HEAD = """\
# Ciphers

Every algorithm in use, with its key length, standard and purpose (PCI DSS 12.3.3). A test compares the list with what
the code imports. `sealane key ciphers --json` prints it, with the TLS suites that the machine offers for calls out."""


def ciphers_page() -> str:
    """Return the page."""
    rows = [
        (each.name, str(each.bits), each.standard, each.purpose, ", ".join(code(name) for name in each.modules))
        for each in CIPHERS
    ]
    return page(_HEAD, table(("algorithm", "bits", "standard", "used for", "modules of keys"), rows))

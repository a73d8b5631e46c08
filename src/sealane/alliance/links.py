"""Links: the two custodians that a member asks, in DIR/alliance.json (mode 0600, as it holds the member's keys).

    {"custodians": [{"name": "psp", "url": "https://a.example", "api_key": "sk_...", "log_key": "...+...+...",
                     "keeps_register": true, "pins": [{"kind": "phone", "epoch": "2026Q4", "public_key": "c803..."}]}]}

A custodian's key is pinned once it was seen on the custodian's log; from then on no other one is accepted for that
kind and epoch.
"""

from pathlib import Path
from typing import Annotated

import msgspec

from sealane.alliance.inputs import Kind
from sealane.keys.files import read_secret, write_secret
from sealane.model.errors import Misconfigured

__all__ = ["CUSTODIANS", "FILE", "Link", "Links", "Pin", "read_links", "write_links"]

FILE = "alliance.json"
CUSTODIANS = 2


class Pin(msgspec.Struct, frozen=True):
    """A custodian's public key for a kind and epoch, as its log has it."""

    kind: Kind
    epoch: str
    public_key: str


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A custodian as a member knows it."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    url: str
    api_key: str
    log_key: str
    keeps_register: bool = False
    pins: tuple[Pin, ...] = ()

    def __repr__(self) -> str:
        return f"Link({self.name}, {self.url}, ***)"


class Links(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that a member knows of its alliance."""

    custodians: tuple[Link, ...] = ()

    def ensure_whole(self) -> None:
        """Make sure that the alliance has two custodians, of which one keeps the register.

        Raises:
            Misconfigured: when it has not.
        """
        if len(self.custodians) != CUSTODIANS or sum(link.keeps_register for link in self.custodians) != 1:
            raise Misconfigured(
                "An alliance needs two custodians, of which one keeps the register.",
                remedy="Name both: `sealane alliance join URL --register` and `sealane alliance join URL`.",
            )

    @property
    def register(self) -> Link:
        """The custodian that keeps the register.

        Raises:
            Misconfigured: when the alliance is not whole.
        """
        self.ensure_whole()
        return next(link for link in self.custodians if link.keeps_register)


def read_links(folder: Path) -> Links:
    """Return the alliance of a data folder; without a file it has no custodians.

    Raises:
        Misconfigured: when others may read the file, or it is not one.
    """
    text = read_secret(folder / FILE)
    if text is None:
        return Links()
    try:
        return msgspec.json.decode(text, type=Links)
    except msgspec.DecodeError:
        raise Misconfigured(
            f"{folder / FILE} cannot be read as the links of an alliance.", remedy="Remove it and join again."
        ) from None


def write_links(folder: Path, links: Links) -> None:
    """Replace the alliance of a data folder in one step.

    Raises:
        Misconfigured: when the folder cannot be written.
    """
    write_secret(folder / FILE, msgspec.json.format(msgspec.json.encode(links), indent=1).decode() + "\n")

"""Sign the registry of official domains; run it after every change of the list.

    .venv/bin/python tools/registry.py sign [--key .registry.key]

Who signs holds the key file, which never goes into the repository. Without one, a new pair is made and the public half
replaces `registry.pub`: installations that have an older release then refuse the new editions.
"""

import argparse
from pathlib import Path

from sealane.keys.files import read_secret, write_secret
from sealane.keys.signing import Signer
from sealane.shield.editions import KEY, read_edition, sign_edition
from sealane.shield.registry import RELEASED


def signer_in(path: Path) -> Signer:
    """Return the key in a file, making both on first use."""
    text = read_secret(path)
    if text is not None:
        return Signer.from_seed(bytes.fromhex(text))
    signer = Signer.generate()
    write_secret(path, signer.seed.hex() + "\n")
    return signer


def main() -> None:
    """Sign, check what was signed, and write both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=["sign"])
    parser.add_argument("--key", type=Path, default=Path(".registry.key"))
    signer = signer_in(parser.parse_args().key)
    signed = sign_edition(RELEASED.read_bytes(), signer)
    edition, _ = read_edition(signed, signer.public_key, "release")
    RELEASED.write_bytes(signed)
    KEY.write_text(signer.public_key.hex() + "\n", encoding="ascii")
    print(f"edition {edition.version}: {edition.brands} brands, {edition.domains} domains, key {edition.key_id}")


if __name__ == "__main__":
    main()

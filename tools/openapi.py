"""Write schemas/openapi.json from the route table; a test fails while the two differ.

python tools/openapi.py
"""

import json
from importlib.metadata import version
from pathlib import Path

from sealane.web.api import ROUTES
from sealane.web.openapi import document

TARGET = Path(__file__).parents[1] / "schemas" / "openapi.json"


def main() -> None:
    """Write the file."""
    TARGET.parent.mkdir(exist_ok=True)
    text = json.dumps(document(ROUTES, version=version("sealane")), indent=1, ensure_ascii=False)
    TARGET.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()

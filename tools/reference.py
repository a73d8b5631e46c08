"""Write docs/reference/*.md from the code; with --check only compare, and end with 1 naming each stale page.

python tools/reference.py [--check]
"""

import sys
from pathlib import Path

from pages import PAGES

__all__ = ["FOLDER", "main"]

FOLDER = Path(__file__).parents[1] / "docs" / "reference"


def main(arguments: list[str], folder: Path = FOLDER) -> int:
    """Write the pages, or compare them; return the exit code."""
    texts = {folder / f"{name}.md": write() for name, write in PAGES.items()}
    if "--check" in arguments:
        stale = [path.name for path, text in texts.items() if not path.exists() or path.read_text("utf-8") != text]
        sys.stderr.writelines(f"{name} is stale; run `make docs`.\n" for name in stale)
        return int(bool(stale))
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Build the documentation site: docs/*.md becomes site/*.html, with navigation and nothing from elsewhere.

    python tools/docsite.py [OUT]      default OUT: site/

The pages need no script and no server, carry a policy that allows nothing but their own style, fonts and images, and
read well on a phone and on paper. Every link between pages is checked while building; a dead one ends the run with 1.
"""

import html
import re
import shutil
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token

__all__ = ["Page", "build", "main", "read_pages", "slug"]

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
STATIC = ROOT / "src/sealane/web/static"
STYLE = Path(__file__).parent / "docsite.css"
FONTS = ("inter-5.3.0", "jetbrains-mono-5.3.0")
SECTIONS = (
    ("tutorial", "Tutorial"),
    ("how-to", "How to"),
    ("reference", "Reference"),
    ("explanation", "Explanation"),
    ("decisions", "Decisions"),
)
POLICY = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its path below docs/ (`how-to/erase-a-shopper.md`), its title, its blocks, and its anchors."""

    path: PurePosixPath
    title: str
    tokens: list[Token]
    anchors: frozenset[str]

    @property
    def target(self) -> PurePosixPath:
        """Where it is written, below the site's folder."""
        return self.path.with_suffix(".html")


def slug(text: str) -> str:
    """Return the anchor of a heading as GitHub makes it: `Keys & doors` becomes `keys--doors`."""
    kept = "".join(sign for sign in text.lower() if sign in " -_" or unicodedata.category(sign)[0] in "LN")
    return kept.replace(" ", "-")


def read_pages(docs: Path = DOCS) -> dict[PurePosixPath, Page]:
    """Return every page of the documentation by its path; a folder without an index gets one that lists its pages."""
    reader = MarkdownIt("commonmark").enable("table")
    texts = {PurePosixPath(path.relative_to(docs)): path.read_text("utf-8") for path in sorted(docs.rglob("*.md"))}
    for folder, title in SECTIONS:
        inside = [path for path in texts if path.parent == PurePosixPath(folder)]
        texts.setdefault(PurePosixPath(folder, "index.md"), _listing(title, {path: texts[path] for path in inside}))
    return {path: _page(path, reader.parse(text)) for path, text in texts.items()}


def build(out: Path, docs: Path = DOCS) -> list[str]:
    """Write the site; return a line for each dead link, none when all is well."""
    pages = read_pages(docs)
    faults: list[str] = []
    if out.exists():
        shutil.rmtree(out)
    for page in pages.values():
        faults += _relink(page, pages, docs)
        path = out / page.target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_document(page, pages), encoding="utf-8")
    _copy_assets(out, docs)
    return faults


def main(arguments: list[str]) -> int:
    """Build the site; 0 when it is whole, 1 when a link in it is dead."""
    out = Path(arguments[0]) if arguments else ROOT / "site"
    faults = build(out)
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    sys.stdout.write(f"{out}/index.html\n")
    return int(bool(faults))


def _page(path: PurePosixPath, tokens: list[Token]) -> Page:
    title, anchors = "", set()
    for at, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        words = _words(tokens[at + 1])
        anchor = slug(words)
        title = title or words
        token.attrSet("id", anchor)
        anchors.add(anchor)
    return Page(path, title or path.stem, tokens, frozenset(anchors))


def _words(inline: Token) -> str:
    return "".join(child.content for child in inline.children or () if child.type in {"text", "code_inline"})


def _listing(title: str, inside: dict[PurePosixPath, str]) -> str:
    rows = [f"- [{_first_heading(text) or path.stem}]({path.name})" for path, text in sorted(inside.items())]
    return "\n".join([f"# {title}", "", *rows, ""])


def _first_heading(text: str) -> str:
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    return found[1].strip() if found else ""


def _relink(page: Page, pages: dict[PurePosixPath, Page], docs: Path) -> list[str]:
    """Point links at the built pages; return a line for each that leads nowhere."""
    faults = []
    for token in page.tokens:
        for child in token.children or ():
            name = {"link_open": "href", "image": "src"}.get(child.type)
            if name is None:
                continue
            address = str(child.attrGet(name) or "")
            moved = _moved(page, address, pages, docs)
            if moved is None:
                faults.append(f"docs/{page.path}: {address} leads nowhere")
            elif moved:
                child.attrSet(name, moved)
            else:  # a file of the repository, which the site does not hold
                child.attrs.pop(name)
    return faults


def _moved(page: Page, address: str, pages: dict[PurePosixPath, Page], docs: Path) -> str | None:
    """Return the address on the site; the empty text for a file outside the docs, None for a dead link."""
    path, _, anchor = address.partition("#")
    if re.match(r"[a-z]+:", address):
        return address
    if not path:
        return address if anchor in page.anchors else None
    wanted = PurePosixPath(*_folded(page.path.parent / path))
    if wanted.parts[0] == "..":
        return "" if (docs / wanted).exists() else None
    if (docs / wanted).is_dir():
        wanted = wanted / "index.md"
    found = pages.get(wanted)
    if found is None:
        return address if (docs / wanted).is_file() else None
    if anchor and anchor not in found.anchors:
        return None
    return _between(page.target, found.target) + (f"#{anchor}" if anchor else "")


def _folded(path: PurePosixPath) -> list[str]:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return parts


def _between(source: PurePosixPath, target: PurePosixPath) -> str:
    return "../" * (len(source.parts) - 1) + str(target)


def _document(page: Page, pages: dict[PurePosixPath, Page]) -> str:
    up = "../" * (len(page.path.parts) - 1)
    body = MarkdownIt("commonmark").enable("table").renderer.render(page.tokens, MarkdownIt().options, {})
    body = re.sub(r"<table>.*?</table>", r'<div class="scroll" tabindex="0">\g<0></div>', body, flags=re.DOTALL)
    body = body.replace("<pre>", '<pre tabindex="0">')
    title = html.escape(page.title)
    return f"""<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="{POLICY}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{title} · Sealane</title>
  <link rel="icon" href="{up}assets/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="{up}assets/css/tokens.css">
  <link rel="stylesheet" href="{up}assets/css/site.css">
</head>
<body>
  <a class="skip" href="#main">Skip to the content</a>
  <header><a class="brand" href="{up}index.html">Sealane</a></header>
  <nav aria-label="Documentation">{_navigation(page, pages)}</nav>
  <main id="main" tabindex="-1">
{body}  </main>
</body>
</html>
"""


def _navigation(page: Page, pages: dict[PurePosixPath, Page]) -> str:
    parts = []
    for folder, title in SECTIONS:
        rows = [each for path, each in sorted(pages.items()) if path.parts[0] == folder and path.name != "index.md"]
        items = "".join(_entry(page, each) for each in rows)
        is_open = (
            " open" if page.path.parts[0] == folder or (folder == "tutorial" and len(page.path.parts) == 1) else ""
        )
        parts.append(f"<details{is_open}><summary>{title}</summary><ul>{items}</ul></details>")
    glossary = pages.get(PurePosixPath("glossary.md"))
    return "".join(parts) + (f"<ul>{_entry(page, glossary)}</ul>" if glossary else "")


def _entry(page: Page, other: Page) -> str:
    here = ' aria-current="page"' if other.path == page.path else ""
    name = re.sub(r"^How to ", "", other.title)
    return (
        f'<li><a href="{_between(page.target, other.target)}"{here}>{html.escape(name[:1].upper() + name[1:])}</a></li>'
    )


def _copy_assets(out: Path, docs: Path) -> None:
    assets = out / "assets"
    (assets / "css").mkdir(parents=True)
    shutil.copy(STATIC / "icon.svg", assets)
    shutil.copy(STATIC / "css" / "tokens.css", assets / "css")
    shutil.copy(STYLE, assets / "css" / "site.css")
    for font in FONTS:
        shutil.copytree(STATIC / "vendor" / font, assets / "vendor" / font)
    shutil.copytree(docs / "images", out / "images", dirs_exist_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

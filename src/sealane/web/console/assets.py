"""Assets: our style sheets and scripts and the vendored files, served from this installation and from nowhere else.

An address carries the hash of its file (`/static/css/base.css?v=3f2a91bc`), so browsers may keep it for good.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

__all__ = ["ROOT", "address", "routes"]

ROOT = Path(__file__).resolve().parent.parent / "static"
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_KEPT = "public, max-age=31536000, immutable"
_ASKED_AGAIN = "no-cache"
_CSP = "default-src 'none'; frame-ancestors 'none'"


@cache
def address(name: str) -> str:
    """Return the address of an asset, `css/base.css`, with the hash of what it holds now."""
    return f"/static/{name}?v={sha256((ROOT / name).read_bytes()).hexdigest()[:12]}"


@cache
def _names() -> frozenset[str]:
    """Every file that may be served: a closed list, so that no path leads out of the folder."""
    files = (path for path in ROOT.rglob("*") if path.suffix in _KINDS)
    return frozenset(str(path.relative_to(ROOT)) for path in files)


def _serve(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _names():
        return PlainTextResponse("There is no such file.\n", 404)
    headers = {
        "cache-control": _KEPT if "v" in request.query_params or name.startswith("vendor/") else _ASKED_AGAIN,
        "content-security-policy": _CSP,
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
    }
    return FileResponse(ROOT / name, headers=headers, media_type=_KINDS[Path(name).suffix])


routes = [Route("/static/{name:path}", _serve, methods=["GET"])]

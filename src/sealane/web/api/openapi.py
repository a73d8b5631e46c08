"""The API's description of itself."""

from functools import cache
from importlib.metadata import version

import msgspec

from sealane.web.openapi import document
from sealane.web.replies import Reply
from sealane.web.routes import PUBLIC, Route
from sealane.web.visit import Visit

__all__ = ["described"]

_CACHE = b"public, max-age=300"


def described(routes: tuple[Route, ...]) -> tuple[Route, ...]:
    """Return the table with one more row, which answers the description of all of them."""

    async def read_openapi(_visit: Visit) -> Reply:
        return Reply(200, body(), cache=_CACHE)

    @cache
    def body() -> bytes:
        return msgspec.json.encode(document((*routes, row), version=version("sealane")))

    row = Route(
        method="GET",
        path="/openapi.json",
        action=read_openapi,
        summary="Read this description (OpenAPI 3.1)",
        tag="server",
        roles=PUBLIC,
        answers={200: None},
    )
    return (*routes, row)

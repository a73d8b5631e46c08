"""A public page: in the visitor's language, and so is a refusal, which leads a shopper nowhere near the console."""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any, cast
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sealane.model.errors import SealaneError
from sealane.web.console import presentation
from sealane.web.public.language import LANGUAGES, of_request

__all__ = ["View", "public", "show"]

View = Callable[[Request], Response] | Callable[[Request], Awaitable[Response]]
"""What answers a request; a plain function runs on a thread."""


def public(path: str, view: View, method: str = "GET") -> Route:
    """Return the route of a page whose refusals are pages too."""

    async def answer(request: Request) -> Response:
        try:
            if iscoroutinefunction(view):
                response: Response = await view(request)
                return response
            return await run_in_threadpool(cast("Callable[[Request], Response]", view), request)
        except SealaneError as refusal:
            return _refuse(request, refusal)

    return Route(path, answer, methods=[method])


def show(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """Return a page made from a template, in the language of the request and with ways to the others."""
    asked = dict(request.query_params)
    others = [(each, "?" + urlencode({**asked, "lang": each.tag})) for each in LANGUAGES]
    context |= {"language": of_request(request), "others": others}
    return presentation.html(template, status, headers={"vary": "accept-language"}, **context)


def _refuse(request: Request, refusal: SealaneError) -> Response:
    response = show(request, "sorry.html", refusal.status, refusal=refusal, request_id=request.state.request_id)
    if refusal.retry_after_seconds is not None:
        response.headers["retry-after"] = str(refusal.retry_after_seconds)
    return response

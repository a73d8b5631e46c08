"""Reading a form: only from our own pages, never longer than a page's form can be.

csrf=cf_9b1e...&verdict=fraud&note=mule
"""

from urllib.parse import parse_qsl

from starlette.datastructures import QueryParams
from starlette.requests import Request

from sealane.model.errors import InvalidInput, NotPermitted, TooLarge

__all__ = ["LARGEST", "read_form"]

LARGEST = 1_500_000
"""Bytes: a rule set of 500,000 characters, most of them written as `%0A` and the like."""

_MOST_FIELDS = 256


async def read_form(request: Request) -> QueryParams:
    """Return the fields of a form, each with all its values.

    Raises:
        NotPermitted: when the browser says that another site sent it.
        TooLarge: when it is longer than any form of the console.
        InvalidInput: when it is not UTF-8, or has too many fields.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise NotPermitted("This form was sent by another site.", remedy="Open the console and send it from there.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise TooLarge("The form is longer than any form of the console.")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise InvalidInput("The form is not readable.", remedy="Open the page again.") from None
    # Browsers end lines of a form with CR LF; everything stored here ends them with LF.
    return QueryParams([(name, text.replace("\r\n", "\n")) for name, text in pairs])

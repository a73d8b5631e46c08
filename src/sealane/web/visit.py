"""One request at the door, with everything its action may ask of it."""

import re
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from sealane.model.decoding import decode
from sealane.model.errors import FieldError, InvalidInput, NotFound
from sealane.model.ids import Prefix, is_id, new_id
from sealane.model.party import Party
from sealane.web.body import Receive, check_media, read_body
from sealane.web.problems import MalformedHead
from sealane.web.replies import JSON

if TYPE_CHECKING:
    from sealane.app import Sealane
    from sealane.interchange import ClaimingDatabase
    from sealane.web.metrics import Metrics

__all__ = ["NOBODY", "Visit"]

T = TypeVar("T")

NOBODY = Party("pty_nobody", "Nobody", (), "ZZ")
"""Who calls a public route."""

_SINGLE = frozenset(
    {
        *(b"authorization", b"content-type", b"content-encoding", b"content-length", b"idempotency-key"),
        *(b"host", b"dpop", b"client-cert", b"content-digest", b"signature", b"signature-input"),
    }
)
_COUNT = re.compile("[0-9]{1,9}")
_MAX_KEY = 255
_MAX_PARAMETERS = 32
_encode = msgspec.json.Encoder().encode


class Visit:
    """A request; `party` is set once the caller has been admitted."""

    __slots__ = ("claiming", "headers", "lane", "metrics", "party", "places", "receive", "request_id", "scope")

    def __init__(self, lane: "Sealane", metrics: "Metrics", scope: Any, receive: Receive) -> None:
        self.lane = lane
        self.metrics = metrics
        self.scope = scope
        self.receive = receive
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.request_id = new_id("req")
        self.party = NOBODY
        self.places = 0
        self.claiming: ClaimingDatabase | None = None

    def check_head(self) -> None:
        """Make sure that no header of weight was sent twice: two readers could believe different ones.

        Raises:
            MalformedHead: naming the header.
        """
        if len(self.headers) == len(self.scope["headers"]):
            return
        seen = set()
        for name, _ in self.scope["headers"]:
            if name in _SINGLE and name in seen:
                raise MalformedHead(f"The header {name.decode()} is there twice.")
            seen.add(name)

    async def body(self) -> bytes:
        """Return the whole JSON body.

        Raises:
            UnsupportedMedia: when it is not plain JSON.
            TooLarge: when it is over the limit.
            SlowBody: when it does not arrive in time.
        """
        check_media(self.headers, JSON)
        settings = self.lane.settings
        limit, seconds = settings.max_body_bytes, settings.body_timeout_seconds
        return await read_body(self.receive, self.headers, limit=limit, seconds=seconds)

    @property
    def idempotency_key(self) -> str | None:
        """The `Idempotency-Key` of the caller, if any.

        Raises:
            MalformedHead: when it is not 1 to 255 printable ASCII characters.
        """
        key = self.headers.get(b"idempotency-key")
        if key is None:
            return None
        if not (0 < len(key) <= _MAX_KEY and key.isascii() and key.decode().isprintable()):
            raise MalformedHead(f"The Idempotency-Key must be 1 to {_MAX_KEY} printable ASCII characters.")
        return key.decode()

    def named(self, parameter: str, prefix: Prefix) -> str:
        """Return the id in the path.

        Raises:
            NotFound: when it has not the shape of such an id.
        """
        text: str = self.scope["path_params"][parameter]
        if not is_id(text, prefix):
            raise NotFound
        return text

    def query(self, decoder: "msgspec.json.Decoder[T]") -> T:
        """Return the query parameters as a record.

        Raises:
            InvalidInput: for an unknown, repeated or wrong parameter.
        """
        try:
            pairs = parse_qsl(
                self.scope["query_string"].decode("ascii"),
                keep_blank_values=True,
                strict_parsing=bool(self.scope["query_string"]),
                errors="strict",
                max_num_fields=_MAX_PARAMETERS,
            )
        except ValueError:
            raise InvalidInput("The query string cannot be read, or has too many parameters.") from None
        parameters: dict[str, str | int] = {}
        for name, text in pairs:
            if name in parameters:
                detail = "A query parameter is there twice."
                raise InvalidInput(detail, errors=(FieldError(f"/{name[:100]}", "duplicate", detail),))
            parameters[name] = int(text) if name == "limit" and _COUNT.fullmatch(text) else text
        return decode(decoder, _encode(parameters))

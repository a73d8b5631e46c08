"""How a report of suspicion reaches the log: through the server of the folder when there is one."""

from http import HTTPStatus
from pathlib import Path

import httpx
import msgspec

from sealane.app import Sealane
from sealane.cli.terminal.server import find_server
from sealane.flows.confidential.suspicion import SuspicionRequest, SuspicionResult, recipient_for, report_suspicion
from sealane.model.decoding import decode, read_json, refuse_leaks
from sealane.model.errors import DependencyUnavailable, InvalidInput, NotFound
from sealane.model.party import OPERATOR
from sealane.settings import Settings
from sealane.web.auth import operator_key

__all__ = ["send_report"]

_decoder = msgspec.json.Decoder(SuspicionRequest)
_result = msgspec.json.Decoder(SuspicionResult)


def send_report(settings: Settings, order: str, authority: str, text: bytes) -> SuspicionResult:
    """Seal a report in the operator's name and return its entry.

    Raises:
        InvalidInput: when the report is no text, too long, holds a card number, or names no authority.
        NotFound: when there is no such order.
        DependencyUnavailable: when the server refuses or does not answer.
    """
    body = msgspec.json.encode({"order": order, "authority": authority, "text": text.decode("utf-8", "replace")})
    refuse_leaks(body, read_json(body))
    request = decode(_decoder, body)
    folder = Path(settings.data_dir)
    server = find_server(folder)
    if server is not None:
        return _post(server.url, operator_key(folder), body)
    with Sealane.open(settings) as lane:
        recipient = recipient_for(lane.rooms, request.authority)
        return lane.rooms.database.run(lambda tx: report_suspicion(lane.rooms, OPERATOR, recipient, request, tx))


def _post(url: str, key: str, body: bytes) -> SuspicionResult:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    try:
        answer = httpx.post(f"{url}/v1/suspicions", content=body, headers=headers, trust_env=False)
    except httpx.HTTPError as error:
        raise DependencyUnavailable(f"The server at {url} does not answer: {type(error).__name__}.") from error
    if answer.status_code == HTTPStatus.CREATED:
        return _result.decode(answer.content)
    detail = str(answer.json().get("detail", answer.status_code))
    if answer.status_code == HTTPStatus.NOT_FOUND:
        raise NotFound(detail)
    if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
        raise InvalidInput(detail)
    raise DependencyUnavailable(detail)

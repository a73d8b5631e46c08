"""The probe: the same order decoded by the same records and answered at once, with nothing behind it."""

import sys
from typing import Any

import msgspec
import uvicorn

from sealane.model.order import OrderRequest, order_decoder

__all__ = ["app"]

_encode = msgspec.json.Encoder().encode
_ANSWER = {
    "order_id": "ord_01m81r1gw8dbdn2stdeq6fsrmy",
    "consignment_ids": ["cns_01m81r1gw8dbdn2stdeq6fsrmz"],
    "decision": {"outcome": "approve", "score": 0.0132, "reasons": [], "rules": [], "case_id": None},
    "log_entry": "ent_01m81r1gw8dbdn2stdeq6fsrn0",
}


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    order: OrderRequest = order_decoder.decode(body)
    answer = _encode({**_ANSWER, "reference": order.reference})
    length = (b"content-length", str(len(answer)).encode())
    head = [(b"content-type", b"application/json"), length]
    await send({"type": "http.response.start", "status": 201, "headers": head})
    await send({"type": "http.response.body", "body": answer})


if __name__ == "__main__" and len(sys.argv) > 1:
    uvicorn.run(app, port=int(sys.argv[1]), loop="uvloop", http="httptools", log_level="error", access_log=False)
elif __name__ == "__main__":
    print("the probe of decisions.py: measured there")

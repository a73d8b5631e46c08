"""The OpenAPI 3.1 document, written from the route table and the records that routes take and give."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec

from sealane.model.errors import (
    DependencyUnavailable,
    IdempotencyMismatch,
    InvalidInput,
    LeakDetected,
    MalformedBody,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    RateLimited,
    SealaneError,
    TooLarge,
)
from sealane.model.personal import MAX_TEXT, Sensitive
from sealane.web.problems import HeadTooLarge, MalformedHead, Problem, SlowBody, Unexpected, UnsupportedMedia
from sealane.web.replies import JSON, NDJSON, NO_CONTENT
from sealane.web.routes import Route

__all__ = ["document"]

REFERENCE = "#/components/schemas/{name}"
_PARAMETER = re.compile(r"{(\w+)(?::path)?}")
_ID_PREFIXES = {
    "order_id": "ord",
    "decision_id": "dec",
    "entry_id": "ent",
    "subject_id": "sub",
    "hold_id": "hld",
    "incident_id": "inc",
    "run_id": "run",
}
ID_DIGITS = "[0-9a-hjkmnp-tv-z]{26}"
_ALWAYS: tuple[type[SealaneError], ...] = (MalformedHead, HeadTooLarge, RateLimited, Unexpected, DependencyUnavailable)
_WITH_KEY: tuple[type[SealaneError], ...] = (NotAuthenticated, NotPermitted)
_WITH_BODY: tuple[type[SealaneError], ...] = (
    MalformedBody,
    SlowBody,
    TooLarge,
    UnsupportedMedia,
    InvalidInput,
    LeakDetected,
)
_TEXT = {"type": "string"}


def document(routes: Sequence[Route], *, version: str) -> dict[str, Any]:
    """Return the document as plain dicts, ready to be encoded; equal tables give equal documents."""
    records = [Problem]
    for route in routes:
        records += [kind for kind in (route.request, route.query, *route.answers.values()) if kind is not None]
    unique = list(dict.fromkeys(records))
    references, schemas = msgspec.json.schema_components(unique, schema_hook=_describe, ref_template=REFERENCE)
    schema_of = dict(zip(unique, references, strict=True))
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for route in routes:
        paths[_PARAMETER.sub(r"{\1}", route.path)][route.method.lower()] = _operation(route, schema_of, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sealane",
            "version": version,
            "summary": "The trust layer between electronic payment and international express delivery.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"key": []}],
        "paths": dict(paths),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "A party's API key."}},
        },
    }


def _describe(kind: Any) -> dict[str, Any]:
    """Return the schema of a type that msgspec does not know: personal texts.

    Raises:
        NotImplementedError: for any other type.
    """
    if kind is Sensitive:
        return {"type": "string", "maxLength": MAX_TEXT}
    raise NotImplementedError(kind)


def _operation(route: Route, schema_of: dict[Any, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    who = "anyone, without a key" if route.roles is None else ", ".join(route.roles) or "any party"
    operation: dict[str, Any] = {
        "operationId": route.action.__name__,
        "summary": route.summary,
        "description": f"For: {who}.",
        "tags": [route.tag],
        "parameters": _parameters(route, schemas),
        "responses": _responses(route, schema_of),
    }
    if route.roles is None:
        operation["security"] = []
    if route.request is not None:
        operation["requestBody"] = {"required": True, "content": _content(route.takes, schema_of[route.request])}
        if route.takes == NDJSON:
            operation["requestBody"]["description"] = "NDJSON: one document of this schema a line, and so the answers."
    return operation


def _content(media: bytes, schema: dict[str, Any]) -> dict[str, Any]:
    return {media.decode(): {"schema": schema}}


def _parameters(route: Route, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name in _PARAMETER.findall(route.path):
        prefix = _ID_PREFIXES.get(name)
        shape = {"type": "string", "pattern": f"^{prefix}_{ID_DIGITS}$"} if prefix else _TEXT
        found.append({"name": name, "in": "path", "required": True, "schema": shape})
    if route.query is not None:
        members = schemas[route.query.__name__]["properties"]
        found += [{"name": name, "in": "query", "schema": schema} for name, schema in members.items()]
    if route.is_repeatable:
        schema: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"}
        told = "The same key and body get the stored answer; the same key with another body is refused."
        found.append({"name": "Idempotency-Key", "in": "header", "description": told, "schema": schema})
    return found


def _responses(route: Route, schema_of: dict[Any, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, record in route.answers.items():
        answer: dict[str, Any] = {"description": route.summary}
        plain = {"type": "object"} if route.gives == JSON else _TEXT
        if status != NO_CONTENT:
            answer["content"] = _content(route.gives, plain if record is None else schema_of[record])
            for media in route.may_give:
                answer["content"] |= _content(media, _TEXT)
        if route.is_repeatable:
            answer["headers"] = {"Idempotency-Replayed": {"description": "`true` on a stored answer.", "schema": _TEXT}}
        responses[str(status)] = answer
    by_status: dict[int, list[type[SealaneError]]] = defaultdict(list)
    for refusal in _refusals(route):
        by_status[refusal.status].append(refusal)
    problem = {"application/problem+json": {"schema": schema_of[Problem]}}
    for status, refusals in sorted(by_status.items()):
        told = "; ".join(f"`{refusal.code}`: {refusal.title}" for refusal in refusals)
        responses.setdefault(str(status), {"description": told, "content": problem})
    return responses


def _refusals(route: Route) -> dict[type[SealaneError], None]:
    """Return every refusal this route may answer, each once, in a fixed order."""
    refusals = [*route.refusals, *_ALWAYS]
    if route.roles is not None:
        refusals += _WITH_KEY
    if route.request is not None:
        refusals += _WITH_BODY
    if route.query is not None:
        refusals.append(InvalidInput)
    if "{" in route.path:
        refusals.append(NotFound)
    if route.is_repeatable:
        refusals.append(IdempotencyMismatch)
    return dict.fromkeys(refusals)

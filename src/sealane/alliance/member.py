"""Member: asks both custodians, checks their proofs, adds the halves, and matches at its own desk.

    tag = first 16 bytes of Finalize(input, blind, evaluated by custodian 1 + evaluated by custodian 2)

Questions are padded with random elements to a multiple of 16, so that a custodian sees neither values nor how many.
When a custodian does not answer, or answers wrongly, there is no result; whoever asked decides without it.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final, Self

import httpx
import msgspec

from sealane.alliance.epochs import epoch_of
from sealane.alliance.inputs import Input, Kind
from sealane.alliance.links import Link, Links, Pin
from sealane.alliance.matching import Copy
from sealane.alliance.wire import (
    BATCH,
    MOST_ELEMENTS,
    EvaluateRequest,
    Evaluation,
    Indicator,
    IndicatorPage,
    IndicatorReceipt,
    IndicatorRequest,
    KeyList,
    PublishedKey,
    Purpose,
    Reason,
    Severity,
)
from sealane.keys.oprf import blind, combine, finalize, verify_evaluation
from sealane.model.clock import Clock, from_micros, system_clock
from sealane.model.errors import DependencyUnavailable, FieldError, InvalidInput, NotFound, ProofInvalid, RateLimited

__all__ = ["CheckPin", "Match", "Member"]

TAG_BYTES: Final = 16
_PATIENCE_SECONDS: Final = 5.0
_DAY_US: Final = 86_400_000_000
_FILLING: Final = 32

CheckPin = Callable[[bytes, str, PublishedKey], None]
"""Checks that a proof bundle, under a log's key line, shows the entry that pins a key; raises ProofInvalid if not."""


class Match(msgspec.Struct, frozen=True):
    """What the alliance says about one input; `indicator` is None when it says nothing."""

    kind: Kind
    indicator: Indicator | None


class Member:
    """One member's side of an alliance."""

    def __init__(
        self,
        links: Links,
        copy: Copy,
        check_pin: CheckPin,
        *,
        keep: Callable[[Links], None],
        clock: Clock = system_clock,
    ) -> None:
        self._links = links
        self._copy = copy
        self._check_pin = check_pin
        self._keep = keep
        self._clock = clock
        self._client = httpx.Client(timeout=_PATIENCE_SECONDS, follow_redirects=False, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def look_up(self, inputs: Sequence[Input], *, purpose: Purpose, case: str) -> list[Match]:
        """Return what the alliance says about each input, in order; refreshes the member's copy first.

        Raises:
            DependencyUnavailable: when a custodian does not answer; the register itself may lag instead.
            ProofInvalid: when a custodian did not use the key that its log pins.
            RateLimited: when a custodian's quota is used up.
        """
        self.refresh()
        epoch, now_us = epoch_of(self._clock()), self._clock()
        tags = self.tags(inputs, epoch, purpose=purpose, case=case)
        found = (self._copy.find(each.kind, epoch, tag, now_us) for each, tag in zip(inputs, tags, strict=True))
        return [Match(each.kind, indicator) for each, indicator in zip(inputs, found, strict=True)]

    def publish(self, each: Input, reason: Reason, *, severity: Severity, days: int, case: str) -> IndicatorReceipt:
        """Report one input as bad for some days; the register gets its tag only.

        Raises:
            DependencyUnavailable: when a custodian does not answer.
            Conflict: when it was reported before.
        """
        epoch = epoch_of(self._clock())
        [tag] = self.tags([each], epoch, purpose="report", case=case)
        expires_at: datetime = from_micros(self._clock() + days * _DAY_US)
        request = IndicatorRequest(each.kind, epoch, tag.hex(), reason, severity, expires_at)
        body = self._call(self._links.register, "POST", "/v1/alliance/indicators", request)
        return msgspec.json.decode(body, type=IndicatorReceipt)

    def withdraw(self, indicator_id: str) -> None:
        """Take back an own report.

        Raises:
            NotFound: when it is none of the member's own, or was ended.
        """
        self._call(self._links.register, "DELETE", f"/v1/alliance/indicators/{indicator_id}")

    def refresh(self) -> int:
        """Bring the member's copy up to the register and return how many tags changed."""
        changed = 0
        while True:
            body = self._call(self._links.register, "GET", f"/v1/alliance/indicators?after={self._copy.until}")
            page = msgspec.json.decode(body, type=IndicatorPage)
            self._copy.apply(page)
            changed += len(page.items)
            if page.next_after is None:
                return changed

    def tags(self, inputs: Sequence[Input], epoch: str, *, purpose: Purpose, case: str) -> list[bytes]:
        """Return the 16-byte tag of each input under both custodians' keys, in order."""
        made: dict[int, bytes] = {}
        for kind in sorted({each.kind for each in inputs}):
            numbers = [number for number, each in enumerate(inputs) if each.kind == kind]
            for start in range(0, len(numbers), MOST_ELEMENTS):
                part = numbers[start : start + MOST_ELEMENTS]
                question = EvaluateRequest(kind, epoch, purpose, case, ())
                made.update(zip(part, self._ask([inputs[number] for number in part], question), strict=True))
        return [made[number] for number in range(len(inputs))]

    def _ask(self, inputs: Sequence[Input], question: EvaluateRequest) -> list[bytes]:
        blinded = [blind(each.text) for each in inputs]
        filling = [blind(os.urandom(_FILLING)) for _ in range(-len(inputs) % BATCH)]
        elements = [element for _, element in (*blinded, *filling)]
        request = msgspec.structs.replace(question, elements=tuple(element.hex() for element in elements))
        self._links.register  # noqa: B018  # Fails before anything is sent when the alliance is not whole.
        for link in self._links.custodians:
            self._pinned(link.name, request.kind, request.epoch)
        with ThreadPoolExecutor(len(self._links.custodians)) as both:
            halves = list(both.map(lambda link: self._evaluated(link, request, elements), self._links.custodians))
        points = [combine(pair) for pair in zip(*halves, strict=True)]
        return [
            finalize(each.text, secret, point)[:TAG_BYTES]
            for each, (secret, _), point in zip(inputs, blinded, points, strict=False)
        ]

    def _evaluated(self, link: Link, request: EvaluateRequest, elements: Sequence[bytes]) -> list[bytes]:
        body = self._call(link, "POST", "/v1/alliance/evaluate", request)
        try:
            answer = msgspec.json.decode(body, type=Evaluation)
            evaluated, proof = [bytes.fromhex(each) for each in answer.elements], bytes.fromhex(answer.proof)
        except (msgspec.DecodeError, ValueError):
            raise ProofInvalid(f"The custodian {link.name} did not answer with an evaluation.") from None
        verify_evaluation(self._pinned(link.name, request.kind, request.epoch), elements, evaluated, proof)
        return evaluated

    def _pinned(self, name: str, kind: Kind, epoch: str) -> bytes:
        """Return a custodian's public key, which is pinned when its log shows it."""
        link = next(link for link in self._links.custodians if link.name == name)
        for pin in link.pins:
            if (pin.kind, pin.epoch) == (kind, epoch):
                return bytes.fromhex(pin.public_key)
        published = msgspec.json.decode(self._call(link, "GET", "/v1/alliance/keys"), type=KeyList)
        for key in published.keys:
            if (key.kind, key.epoch) == (kind, epoch):
                bundle = self._call(link, "GET", f"/v1/log/entries/{key.log_entry}/proof")
                self._check_pin(bundle, link.log_key, key)
                self._pin(link, Pin(kind, epoch, key.public_key))
                return bytes.fromhex(key.public_key)
        raise ProofInvalid(f"The custodian {name} publishes no key for {kind} in {epoch}.")

    def _pin(self, link: Link, pin: Pin) -> None:
        richer = msgspec.structs.replace(link, pins=(*link.pins, pin))
        custodians = tuple(richer if each.name == link.name else each for each in self._links.custodians)
        self._links = Links(custodians)
        self._keep(self._links)

    def _call(self, link: Link, method: str, path: str, body: msgspec.Struct | None = None) -> bytes:
        headers = {"authorization": f"Bearer {link.api_key}", "content-type": "application/json"}
        content = None if body is None else msgspec.json.encode(body)
        try:
            answer = self._client.request(method, link.url + path, content=content, headers=headers)
        except httpx.HTTPError as error:
            raise DependencyUnavailable(
                f"The custodian {link.name} does not answer ({type(error).__name__}).",
                remedy="Decide without the alliance, and ask again later.",
            ) from None
        if answer.is_success:
            return answer.content
        raise _refusal(link, answer)


class _Problem(msgspec.Struct):
    detail: str = ""
    retry_after_seconds: float | None = None
    errors: tuple[FieldError, ...] = ()


def _refusal(link: Link, answer: httpx.Response) -> Exception:
    """Return what a custodian's refusal means here."""
    try:
        problem = msgspec.json.decode(answer.content, type=_Problem)
    except msgspec.DecodeError:
        problem = _Problem()
    told = f"The custodian {link.name} says: {problem.detail or answer.status_code}"
    match answer.status_code:
        case httpx.codes.TOO_MANY_REQUESTS:
            return RateLimited(told, retry_after_seconds=int(problem.retry_after_seconds or 1))
        case httpx.codes.NOT_FOUND:
            return NotFound(told)
        case httpx.codes.UNPROCESSABLE_ENTITY | httpx.codes.CONFLICT:
            return InvalidInput(told, errors=problem.errors)
        case _:
            return DependencyUnavailable(told, remedy="Decide without the alliance, and ask the custodian's operator.")

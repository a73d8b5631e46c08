"""Member: asks both custodians, checks their proofs, adds the halves, and matches at its own desk.

    tag = first 16 bytes of Finalize(input, blind, evaluated by custodian 1 + evaluated by custodian 2)

Questions are padded with random elements to a multiple of 16, so that a custodian sees neither values nor how many.
When a custodian does not answer, or answers wrongly, there is no result; whoever asked decides without it.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final, Self

import httpx
import msgspec

from sealane.alliance.epochs import epoch_of
from sealane.alliance.fillings import Fillings
from sealane.alliance.inputs import Input, Kind
from sealane.alliance.links import CUSTODIANS, Link, Links, Pin
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
        self._fillings = Fillings()
        self._both = ThreadPoolExecutor(CUSTODIANS, thread_name_prefix="sealane-custodian")
        self._later = ThreadPoolExecutor(1, thread_name_prefix="sealane-fillings")
        self._client = httpx.Client(timeout=_PATIENCE_SECONDS, follow_redirects=False, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections to the custodians."""
        self._both.shutdown()
        self._later.shutdown()
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
        self._links.ensure_whole()
        keys = [self._pinned(link.name, question.kind, question.epoch) for link in self._links.custodians]
        blinded = [blind(each.text) for each in inputs]
        fillings = self._fillings.take(-len(inputs) % BATCH, keys)
        elements = [*(element for _, element in blinded), *(filling.element for filling in fillings)]
        request = msgspec.structs.replace(question, elements=tuple(element.hex() for element in elements))
        asked = [
            self._both.submit(
                self._half, link, request, key, [(filling.scalar, filling.answers[place]) for filling in fillings]
            )
            for place, (link, key) in enumerate(zip(self._links.custodians, keys, strict=True))
        ]
        halves = [each.result() for each in asked]
        # Only now, when neither custodian is at work any more: on a small machine they would share its processors.
        self._later.submit(self._fillings.prepare, keys)
        return [
            finalize(each.text, secret, combine(pair))[:TAG_BYTES]
            for each, (secret, _), pair in zip(inputs, blinded, zip(*halves, strict=True), strict=False)
        ]

    def _half(
        self, link: Link, request: EvaluateRequest, public_key: bytes, known: Sequence[tuple[bytes, bytes]]
    ) -> list[bytes]:
        """Return the elements under one custodian's half of the key, its proof checked."""
        body = self._call(link, "POST", "/v1/alliance/evaluate", request)
        try:
            answer = msgspec.json.decode(body, type=Evaluation)
            evaluated, proof = [bytes.fromhex(each) for each in answer.elements], bytes.fromhex(answer.proof)
        except (msgspec.DecodeError, ValueError):
            raise ProofInvalid(f"The custodian {link.name} did not answer with an evaluation.") from None
        verify_evaluation(public_key, [bytes.fromhex(each) for each in request.elements], evaluated, proof, known)
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

"""Handshakes: versions, suites, key exchange and certificate of a server, from about fifteen short connections."""

import ssl
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial

from sealane.grading.probes.hello import PQ_GROUP, VERSIONS, Answer, Question, ask
from sealane.grading.probes.line import Deadline, Unanswered, connect, wrap
from sealane.grading.probes.suites import ALL, BITS, FAMILIES, FORWARD, MODERN
from sealane.grading.sight import Tls, TrustFault
from sealane.grading.target import Guard, Target
from sealane.keys.certificates import CertificateFacts, read_certificate
from sealane.model.errors import InvalidInput

__all__ = ["lenient_context", "look_at_tls", "strict_context"]

_AT_ONCE = 4
_ANY = "ALL:@SECLEVEL=0"
_NOTHING_SECRET = {"anonymous", "null"}
# Codes of OpenSSL's X509_verify_cert (openssl-verification-options(1)).
_FAULTS: dict[int, TrustFault] = {9: "not_yet_valid", 10: "expired", 18: "self_signed", 62: "mismatch", 64: "mismatch"}


def strict_context(trusted: str = "") -> ssl.SSLContext:
    """Return a context that trusts what this machine trusts, or only the certificates in a file (PEM).

    Raises:
        InvalidInput: when the file holds no certificates.
    """
    try:
        return ssl.create_default_context(cafile=trusted or None)
    except (OSError, ssl.SSLError):
        raise InvalidInput("The file of trusted certificates cannot be read.", remedy="Give a PEM file.") from None


def lenient_context() -> ssl.SSLContext:
    """Return a context that speaks with anybody: what is said through it is looked at, never believed or obeyed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers(_ANY)
    return context


def look_at_tls(guard: Guard, target: Target, trusted: str, deadline: Deadline) -> Tls:
    """Return what a server offers under TLS.

    Raises:
        NotPermitted: when the host may not be looked at.
        Unanswered: when nobody answers, or not with TLS.
    """
    hear = partial(_hear, guard, target, deadline)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        trust = pool.submit(_trust, guard, target, strict_context(trusted), deadline)
        versions = _taken(pool.map(hear, _of_versions()), VERSIONS)
        if not versions:
            raise Unanswered(f"{target.host} does not speak TLS on port {target.port}.")
        oldest = next((VERSIONS[name] for name in reversed(VERSIONS) if name in versions and name != "TLSv1.3"), None)
        weak = _taken(pool.map(hear, _of_families(oldest)), FAMILIES) if oldest else {}
        answers = [*versions.values(), *weak.values(), *filter(None, pool.map(hear, _of_strengths(versions, oldest)))]
        best = VERSIONS["TLSv1.3"]
        is_pq = "TLSv1.3" in versions and hear(Question(best, tuple(MODERN), (PQ_GROUP,))) is not None
        fault, der = trust.result()
    bits = [BITS[answer.suite] for answer in answers]
    shown = _certificate(der)
    return Tls(
        versions=tuple(versions),
        weak_families=tuple(weak),
        weakest_bits=min(bits),
        strongest_bits=max(bits),
        exchange_bits=_exchange_bits(versions.values(), weak),
        is_post_quantum=is_pq,
        trust_fault=fault,
        key=shown.key,
        key_bits=shown.bits,
        signature=shown.signature,
        until_us=shown.until_us or None,
    )


def _hear(guard: Guard, target: Target, deadline: Deadline, question: Question) -> Answer | None:
    return ask(guard, target.host, target.port, question, deadline)


def _of_versions() -> list[Question]:
    """Return one question for each version, in the order of `VERSIONS`."""
    newest = VERSIONS["TLSv1.3"]
    return [Question(version, tuple(MODERN if version == newest else ALL)) for version in VERSIONS.values()]


def _of_families(version: int) -> list[Question]:
    return [Question(version, tuple(suites)) for suites in FAMILIES.values()]


def _of_strengths(versions: Iterable[str], older: int | None) -> list[Question]:
    """Return questions that offer only strong or only shorter keys, to learn both ends of what is taken."""
    asked: list[Question] = []
    for version, suites in ((VERSIONS["TLSv1.3"], MODERN), (older, FORWARD)):
        if version is None or (suites is MODERN and "TLSv1.3" not in versions):
            continue
        by_bits = (tuple(code for code, each in suites.items() if each == bits) for bits in (128, 256))
        asked += [Question(version, codes) for codes in by_bits]
    return asked


def _taken(answers: Iterable[Answer | None], names: Iterable[str]) -> dict[str, Answer]:
    return {name: answer for name, answer in zip(names, answers, strict=True) if answer is not None}


def _exchange_bits(answers: Iterable[Answer], weak: Iterable[str]) -> int:
    """Return the RSA-like strength of the weakest key exchange: a curve counts twelve times its bits, as usual."""
    if _NOTHING_SECRET & set(weak):
        return 0
    curve_below = 1000
    found = [answer.exchange_bits for answer in answers if answer.exchange_bits]
    return min((bits * 12 if bits < curve_below else bits for bits in found), default=0)


def _trust(
    guard: Guard, target: Target, strict: ssl.SSLContext, deadline: Deadline
) -> tuple[TrustFault | None, bytes | None]:
    """Return what is wrong with the chain, if anything, and the server's own certificate (DER)."""
    fault: TrustFault | None = None
    # Old versions and short keys are faults of their own: the strict context asks about trust alone.
    strict.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    strict.set_ciphers(_ANY)
    try:
        with closing(wrap(connect(guard, target.host, target.port, deadline), strict, target.host, deadline)) as line:
            return None, line.getpeercert(binary_form=True)
    except ssl.SSLCertVerificationError as refusal:
        fault = _FAULTS.get(refusal.verify_code, "untrusted")
    except Unanswered:
        return None, None
    sock = connect(guard, target.host, target.port, deadline)
    with closing(wrap(sock, lenient_context(), target.host, deadline)) as line:
        return fault, line.getpeercert(binary_form=True)


def _certificate(der: bytes | None) -> CertificateFacts:
    try:
        return read_certificate(der or b"")
    except InvalidInput:
        return CertificateFacts("", 0, "", 0, 0)

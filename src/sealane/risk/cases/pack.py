"""The representment pack on paper: the evidence as a PDF of a few pages, in the order in which an issuer reads it."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sealane.risk.cases.representment import Representment

__all__ = ["print_pack"]


def print_pack(pack: Representment) -> bytes:
    """Return the pack as PDF bytes (`%PDF-1.4...`); the same pack gives the same bytes."""
    from sealane.risk.cases.paper import Paper  # noqa: PLC0415 - loads the PDF library, which few processes need

    paper = Paper(f"Evidence for {pack.order_id}", pack.disputed_at.astimezone(UTC))
    paper.heading("Evidence against a chargeback", f"Order {pack.reference} ({pack.order_id})")
    paper.rows("Dispute", _dispute(pack))
    paper.rows("Payment", _payment(pack))
    paper.grid("What payment and parcel went through", ("time (UTC)", "event", "source", "proof"), _scans(pack))
    verdict = "The conditions are met." if pack.meets_ce3 else "The conditions are not met."
    paper.grid(
        f"Earlier undisputed orders on the same card (Visa Compelling Evidence 3.0). {verdict}",
        ("order", "placed (UTC)", "days before", "shared"),
        _priors(pack),
    )
    paper.lines("Why the order was accepted", _reasons(pack))
    paper.lines("What would make this stronger", pack.missing or ("Nothing is missing.",))
    return bytes(paper.output())


def _dispute(pack: Representment) -> Iterable[tuple[str, str]]:
    yield "Disputed on", _time(pack.disputed_at)
    yield "Reason code", pack.reason_code or "not given"
    yield "Order placed", _time(pack.placed_at)
    yield "Amount", str(pack.payment.amount)
    yield "Case", pack.case_id


def _payment(pack: Representment) -> Iterable[tuple[str, str]]:
    payment = pack.payment
    card = payment.card
    yield "Method", payment.method
    if card is not None:
        yield (
            "Card",
            f"{card.brand or 'card'} {card.bin or ''}...{card.last4 or ''}, issued in {card.country or 'unknown'}",
        )
    yield "Reference at the PSP", payment.psp_reference or "not given"
    yield "3-D Secure", f"{payment.three_ds or 'not told'}, ECI {payment.eci or 'not told'}"
    yield "Address check (AVS)", payment.avs or "not told"
    yield "Card code check (CVC)", payment.cvc or "not told"


def _scans(pack: Representment) -> Iterable[tuple[str, ...]]:
    for scan in pack.scans:
        proof = [name for name, is_there in (("signature", scan.has_signature), ("photo", scan.has_photo)) if is_there]
        what = f"{scan.kind} {scan.country or ''} {scan.tracking_number or ''}".rstrip()
        yield _time(scan.at), what, scan.accepted_as, ", ".join(proof) or "-"


def _priors(pack: Representment) -> Iterable[tuple[str, ...]]:
    for prior in pack.priors:
        shared = ", ".join(prior.shared) or "card only"
        yield prior.reference, _time(prior.placed_at), str(prior.days_before_dispute), shared


def _reasons(pack: Representment) -> Iterable[str]:
    for decision in pack.decisions:
        likely = f"fraud held {decision.score:.1%} likely at {_time(decision.decided_at)}"
        yield f"{decision.stage}: {decision.outcome}, {likely}"


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"

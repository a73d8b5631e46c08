"""Facts of an installation where every control holds, and one change for each control that breaks it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from sealane.model.clock import to_micros
from sealane.supervision.controls import conduct as c
from sealane.supervision.controls import security as s
from sealane.supervision.controls.catalogue import catalogue
from sealane.supervision.controls.facts import Facts
from sealane.supervision.incidents.record import Impact, Incident, Sending
from sealane.supervision.rates.ledger import Reading

__all__ = ["AT", "BREAKS", "DAY", "HOUR", "change", "clean", "drop"]

HOUR = 3_600_000_000
DAY = 24 * HOUR
AT = to_micros(datetime(2026, 11, 20, 12, tzinfo=UTC))
DIGEST = "a" * 64
_ATTESTED = [one.id for one in catalogue() if one.kind == "manual"]
_EVERY_ATTESTED = [*_ATTESTED, "PCI-12.3.3", "PCI-12.5.2", "CTPAT-4"]


def incident(name: str, regimes: tuple[Any, ...], **impact: Any) -> Incident:
    """Return an incident of which every report was sent an hour after its clock began."""
    aware = AT - 50 * DAY
    moments: Any = {
        "aware": aware,
        "occurred": aware,
        "classified": aware + HOUR,
        "suspected": aware,
        "handled": aware + DAY,
    }
    stages = {
        "gdpr": ("authority", "controller", "people"),
        "uk-gdpr": ("authority",),
        "dora": ("initial", "intermediate", "final"),
        "nis2": ("warning", "notice", "final"),
        "cnir": ("report", "summary"),
        "pipl": ("authority", "people"),
        "china-express": ("authority",),
        "network-data": ("report",),
        "card": ("acquirer", "report"),
    }
    sent = tuple(Sending(regime, stage, aware + HOUR) for regime in regimes for stage in stages[regime])
    return Incident(
        incident_id=name,
        party_id="pty_x",
        title="t",
        kind="breach",
        country="DE",
        regimes=regimes,
        moments=moments,
        impact=Impact(is_high_risk=True, is_processor=True, **impact),
        sent=sent,
        opened_us=aware,
        entry=f"ent_{name}",
    )


def reading(rate: str, numerator: int, denominator: int, **extras: int) -> Reading:
    return Reading(rate, "firm", AT - 91 * DAY, AT - DAY, numerator, denominator, "count", extras=extras)


def clean() -> Facts:
    """Return facts under which all 115 controls pass."""
    year = 365 * DAY
    return Facts(
        vault=(
            s.VaultRow(id="v1", expires_us=AT + DAY, is_readable=True),
            s.VaultRow(id="v2", expires_us=AT - DAY, is_readable=True, holds=("BSA",)),
        ),
        leak_scans=tuple(
            s.LeakScan(id=place, place=place, at_us=AT - HOUR, hits=0)
            for place in ("store", "logs", "messages", "code")
        ),
        queues=(s.SealedItem(id="q1", is_encrypted=True, key_id="kek/card 1"),),
        surfaces=(
            s.Surface(id="GET /v1/orders", leading=6, trailing=4),
            s.Surface(id="reveal", leading=16, trailing=0, has_recorded_need=True),
        ),
        cards=(s.CardRow(id="ct_1", is_sealed=True, hash_algorithm="HMAC-SHA256"),),
        keys=(
            s.Key(id="kek/pii 1", made_us=AT - 30 * DAY, is_newest=True, is_wrapped=True),
            s.Key(id="old", made_us=AT - 900 * DAY, is_newest=False, is_wrapped=True),
        ),
        endpoints=(
            s.Endpoint(
                id="api", protocol="TLSv1.3", certificate_expires_us=AT + 60 * DAY, is_trusted=True, is_inventoried=True
            ),
        ),
        releases=(s.Release(id="1.0", sbom_hash=DIGEST, oldest_critical_us=AT - 3 * DAY),),
        scripts=(s.Script(id="pay.js", is_authorised=True, has_integrity=True, justification="takes the card"),),
        accounts=(
            s.Account(
                id="u1",
                role="analyst",
                is_person=True,
                reviewed_us=AT - 10 * DAY,
                last_used_us=AT - DAY,
                has_second_factor=True,
            ),
        ),
        audit_lines=(
            s.AuditLine(
                id="a1", who="u1", what="reveal", at_us=AT - HOUR, origin="203.0.113.9", result="ok", entry="ent_a"
            ),
        ),
        tree_heads=(s.TreeHead(id="h1", size=8, at_us=AT - HOUR, is_consistent=True, witnesses=2),),
        runs=tuple(
            s.Run(id=job, job=job, at_us=AT - HOUR, is_ok=True)
            for job in ("log-review", "page-check", "restore-drill", "response-drill")
        ),
        archives=tuple(
            s.Archive(
                id=kind, kind=kind, began_us=AT - 4 * year, oldest_us=AT - 4 * year, at_hand_us=AT - year, is_held=True
            )
            for kind in ("log", "orders", "cesop")
        ),
        guards=(
            s.Guard(id="scanner", last_beat_us=AT - HOUR // 2, failed_us=AT - 9 * DAY, answered_us=AT - 9 * DAY + HOUR),
        ),
        attestations=tuple(
            s.Attestation(id=name, control=name, made_us=AT - DAY, expires_us=AT + year, digest=DIGEST)
            for name in _EVERY_ATTESTED
        ),
        disclosures=(
            c.Disclosed(
                id="d1",
                entry="ent_d1",
                party="p1",
                purpose="deliver",
                leg="last-mile",
                at_us=AT - DAY,
                from_country="CN",
                to_country="DE",
                fields=("name", "city"),
                needed=("name", "city", "street"),
                ground="contract",
                is_within_policy=True,
                subject="sub_1",
                transfer_tool="scc",
                is_third_country=True,
                notice="n1",
            ),
            c.Disclosed(
                id="d2",
                entry="ent_d2",
                party="p1",
                purpose="customs",
                leg="customs",
                at_us=AT - DAY,
                from_country="DE",
                to_country="US",
                fields=("name",),
                needed=("name",),
                ground="contract",
                is_within_policy=True,
                subject="sub_2",
                transfer_tool="adequacy",
                is_third_country=True,
            ),
        ),
        consents=(
            c.Consent(
                id="k1", given_us=AT - 9 * DAY, record="r1", withdrawn_us=AT - 2 * DAY, stopped_us=AT - 2 * DAY + HOUR
            ),
        ),
        requests=tuple(
            c.RightsRequest(id=f"{law}{kind}", law=law, kind=kind, received_us=AT - 40 * DAY, answered_us=AT - 20 * DAY)
            for law in ("GDPR", "PIPL")
            for kind in ("access", "erasure", "export")
        ),
        notices=tuple(
            c.Notice(id=about, about=about, event_us=AT - 5 * DAY, sent_us=AT - 4 * DAY, acknowledged_us=AT - 3 * DAY)
            for about in ("erasure", "incident", "money", "threat")
        ),
        decisions=(
            c.Judged(
                id="dec_1",
                stage="checkout",
                outcome="decline",
                reasons=2,
                factors=("stolen_factors", "amount", "known_scenarios", "malware", "device"),
                review_asked_us=AT - 9 * DAY,
                reviewed_us=AT - 8 * DAY,
            ),
        ),
        handlings=(
            c.Handling(
                id="inc_1",
                detected_us=AT - 50 * DAY,
                recorded_us=AT - 50 * DAY + HOUR,
                classified_us=AT - 50 * DAY + 2 * HOUR,
                has_inputs=True,
                is_documented=True,
                is_notified=True,
            ),
        ),
        incidents=(
            incident(
                "inc_1", ("gdpr", "uk-gdpr", "dora", "nis2", "cnir", "pipl", "china-express", "network-data", "card")
            ),
        ),
        labels=(c.Label(id="l1", hidden_name=1, hidden_phone=6, shows_unit=False, shows_identity=False),),
        deliveries=(c.Delivered(id="x1", is_unattended=True, has_consent=True, has_confirmation=True),),
        matches=(c.Match(id="m1", amount=True, payer=True, consignee=True, time=True),),
        authority_requests=(
            c.AuthorityRequest(id="g1", asked_us=AT - 5 * DAY, answered_us=AT - 4 * DAY, digest=DIGEST),
        ),
        payments=(
            c.Paid(id="p1", authentication="sca", amount_eur_minor=9000),
            c.Paid(id="p2", authentication="exempt", exemption="tra", amount_eur_minor=24_000, tra_rate_micro=500),
        ),
        refunds=(
            c.Refund(id="f1", kind="unauthorised", country="DE", claimed_us=AT - 9 * DAY, refunded_us=AT - 8 * DAY),
            c.Refund(id="f2", kind="app", country="GB", claimed_us=AT - 30 * DAY, refunded_us=AT - 28 * DAY),
        ),
        tables=(c.TableSum(id="t1", value=100, children=100),),
        payee_checks=(c.PayeeCheck(id="y1", currency="EUR", result="match"),),
        providers=(c.Provider(id="host", missing_columns=(), exported_us=AT - 100 * DAY),),
        manifests=(
            c.Manifest(
                id="z1",
                regimes=("ics2", "ead", "stop", "acas", "acas-e"),
                filed_us=AT - 3 * DAY,
                loaded_us=AT - 2 * DAY,
                missing=(),
                description_quality=80,
            ),
        ),
        clearances=(c.Clearance(id="w1", gaps=0, weight_declared=800, weight_scanned=810),),
        payees=(
            c.PayeeQuarter(
                id="e1",
                quarter_end_us=to_micros(datetime(2026, 10, 1, tzinfo=UTC)),
                payments=30,
                reported_us=to_micros(datetime(2026, 10, 20, tzinfo=UTC)),
            ),
        ),
        sellers=(
            c.Seller(
                id="s1",
                country="US",
                is_identified=True,
                is_selling=True,
                sales=90,
                value_eur_minor=900_000,
                reported_us=to_micros(datetime(2026, 1, 20, tzinfo=UTC)),
                high_volume_since_us=AT - 90 * DAY,
                verified_us=AT - 85 * DAY,
            ),
        ),
        suspicions=(
            c.Suspicion(
                id="u1",
                detected_us=AT - 40 * DAY,
                filed_us=AT - 20 * DAY,
                has_suspect=True,
                is_sealed=True,
                kept_until_us=AT + 6 * year,
            ),
        ),
        rates=(
            reading("tra_card", 500, 1_000_000),
            reading("tra_transfer", 50, 1_000_000),
            reading("vamp_merchant", 20, 10_000),
            reading("vamp_acquirer", 20, 10_000),
            reading("vamp_enumeration", 10, 10_000),
            reading("mastercard_ecm", 50, 10_000),
            reading("mastercard_efm", 100, 10_000_000, sales=2000, secured_micro=400_000),
        ),
    )


def change(table: str, row: int = 0, **values: Any) -> Callable[[Facts], Facts]:
    """Return what changes one row of a table."""

    def apply(facts: Facts) -> Facts:
        rows = list(getattr(facts, table))
        rows[row] = replace(rows[row], **values)
        return replace(facts, **{table: tuple(rows)})

    return apply


def drop(regime: str, *stages: str) -> Callable[[Facts], Facts]:
    """Return what forgets that reports were sent, so that their clocks run out."""

    def apply(facts: Facts) -> Facts:
        assert facts.incidents
        kept = tuple(one for one in facts.incidents[0].sent if one.regime != regime or one.stage not in stages)
        return replace(facts, incidents=(replace(facts.incidents[0], sent=kept),))

    return apply


def _expired(control: str) -> Callable[[Facts], Facts]:
    return change("attestations", _EVERY_ATTESTED.index(control), expires_us=AT - DAY)


def _rate(rate: str, numerator: int, denominator: int, **extras: int) -> Callable[[Facts], Facts]:
    def apply(facts: Facts) -> Facts:
        others = tuple(one for one in facts.rates or () if one.rate != rate)
        return replace(facts, rates=(*others, reading(rate, numerator, denominator, **extras)))

    return apply


_RUN = {"log-review": 0, "page-check": 1, "restore-drill": 2, "response-drill": 3}
_LONG_AGO = AT - 400 * DAY

BREAKS: dict[str, Callable[[Facts], Facts]] = {
    **{name: _expired(name) for name in _EVERY_ATTESTED},
    "PCI-3.2.1": change("vault", expires_us=AT - DAY),
    "PCI-3.3.1": change("leak_scans", 1, hits=1),
    "PCI-3.3.2": change("queues", is_encrypted=False),
    "PCI-3.4.1": change("surfaces", trailing=6),
    "PCI-3.5.1": change("cards", hash_algorithm="SHA256"),
    "PCI-3.7": change("keys", made_us=_LONG_AGO),
    "PCI-4.2.1": change("endpoints", certificate_expires_us=AT - DAY),
    "PCI-6.3.2": change("releases", sbom_hash=None),
    "PCI-6.3.3": change("releases", oldest_critical_us=AT - 31 * DAY),
    "PCI-6.4.3": change("scripts", has_integrity=False),
    "PCI-7.2.4": change("accounts", reviewed_us=_LONG_AGO),
    "PCI-8.4.2": change("accounts", has_second_factor=False),
    "PCI-10.2.1": change("audit_lines", origin=""),
    "PCI-10.3.4": change("tree_heads", is_consistent=False),
    "PCI-10.4.1.1": change("runs", _RUN["log-review"], at_us=AT - 25 * HOUR),
    "PCI-10.5.1": change("archives", 0, oldest_us=AT - 300 * DAY),
    "PCI-10.7.2": change("guards", last_beat_us=AT - 2 * HOUR),
    "PCI-11.6.1": change("runs", _RUN["page-check"], at_us=AT - 169 * HOUR),
    "PCI-12.10.7": change("leak_scans", 0, hits=2),
    "GDPR-5.1b": change("disclosures", is_within_policy=False),
    "GDPR-5.1c": change("disclosures", fields=("name", "email")),
    "GDPR-5.1e": change("vault", expires_us=AT - DAY),
    "GDPR-5.2": change("disclosures", has_receipt=False),
    "GDPR-7": change("consents", stopped_us=AT),
    "GDPR-12.3": change("requests", 0, answered_us=None),
    "GDPR-15": change("requests", 0, names_recipients=False),
    "GDPR-17": change("requests", 1, is_key_destroyed=False),
    "GDPR-19": change("notices", 0, acknowledged_us=None),
    "GDPR-20": change("requests", 2, is_machine_readable=False),
    "GDPR-22": change("decisions", reasons=0),
    "GDPR-25": change("disclosures", 1, fields=("name", "phone")),
    "GDPR-30": change("disclosures", leg=""),
    "GDPR-32": change("runs", _RUN["restore-drill"], at_us=_LONG_AGO),
    "GDPR-33.1": drop("gdpr", "authority"),
    "GDPR-33.2": drop("gdpr", "controller"),
    "GDPR-33.5": change("handlings", is_documented=False),
    "GDPR-34": drop("gdpr", "people"),
    "GDPR-44-46": change("disclosures", transfer_tool=None),
    "GDPR-49": change("disclosures", transfer_tool="derogation"),
    "PIPL-23": change("disclosures", ground="interest"),
    "PIPL-24": change("decisions", reasons=0),
    "PIPL-39": change("disclosures", notice=None),
    "PIPL-45": change("requests", 3, answered_us=None),
    "PIPL-57": drop("pipl", "authority"),
    "CBDT-5": change("disclosures", fields=("name", "email")),
    "CBDT-8": change("disclosures", fields=("name", "tax_id"), is_sensitive=True),
    "NDR-24h": drop("network-data", "report"),
    "CNIR-4h": drop("cnir", "report"),
    "CNIR-30d": drop("cnir", "summary"),
    "CNED-22": change("labels", shows_identity=True),
    "CNED-34": drop("china-express", "authority"),
    "CNED-LABEL": change("labels", hidden_phone=5),
    "CNED-MKT": change("deliveries", has_consent=False),
    "CNEC-31": change("archives", 1, oldest_us=AT - 900 * DAY),
    "GACC-194": change("matches", consignee=False),
    "GACC-165": change("authority_requests", answered_us=None),
    "SCA-2": change("decisions", factors=("amount", "device")),
    "SCA-97": change("payments", authentication=""),
    "SCA-18": change("payments", 1, tra_rate_micro=700),
    "SCA-19": lambda facts: replace(
        facts, rates=tuple(replace(one, from_us=one.to_us - 30 * DAY) for one in facts.rates or ())
    ),
    "SCA-20": _rate("tra_card", 1400, 1_000_000),
    "SCA-21": change("tables", children=99),
    "PSD2-73": change("refunds", refunded_us=None),
    "EBA-GL": change("tables", children=101),
    "IPR-VOP": change("payee_checks", result=""),
    "DORA-17": change("handlings", recorded_us=AT - 48 * DAY),
    "DORA-18": change("handlings", classified_us=None),
    "DORA-19a": drop("dora", "initial"),
    "DORA-19a24": drop("dora", "initial"),
    "DORA-19b": drop("dora", "intermediate"),
    "DORA-19c": drop("dora", "final"),
    "DORA-19.3": change("notices", 2, sent_us=None),
    "DORA-28": change("providers", missing_columns=("LEI",)),
    "NIS2-21": change("accounts", has_second_factor=False),
    "NIS2-23a": drop("nis2", "warning"),
    "NIS2-23b": drop("nis2", "notice"),
    "NIS2-23d": drop("nis2", "final"),
    "NIS2-23.1": change("notices", 3, sent_us=None),
    "ICS2-PLACI": change("manifests", open_referrals=1),
    "ICS2-ENS": change("manifests", description_quality=20),
    "UPU-EAD": change("manifests", filed_us=None),
    "US-STOP": change("manifests", missing=("sender",)),
    "US-ACAS": change("manifests", filed_us=AT - DAY),
    "US-ACAS-E": change("manifests", extra_outside_customs=1),
    "CTPAT-6": change("clearances", weight_scanned=1200),
    "CESOP": change("payees", reported_us=None),
    "CESOP-3Y": change("archives", 2, is_held=False),
    "DAC7": change("sellers", reported_us=None),
    "DSA-30": change("sellers", is_identified=False),
    "INFORM": change("sellers", verified_us=None),
    "VAMP-M": _rate("vamp_merchant", 2000, 100_000),
    "VAMP-A": _rate("vamp_acquirer", 60, 10_000),
    "VAMP-E": _rate("vamp_enumeration", 3000, 10_000),
    "MC-ECM": _rate("mastercard_ecm", 200, 10_000),
    "MC-HECM": _rate("mastercard_ecm", 400, 10_000),
    "MC-EFM": _rate("mastercard_efm", 9_000_000, 1_000_000_000, sales=2000, secured_micro=50_000),
    "SAR-30": change("suspicions", filed_us=None),
    "SAR-SEAL": change("suspicions", seen_in=("access package",)),
    "SAR-5Y": change("suspicions", kept_until_us=AT),
    "AML-STR": change("suspicions", form_is_valid=False),
    "UK-APP": change("refunds", 1, refunded_us=None),
    "UK-ICO": drop("uk-gdpr", "authority"),
    "VISA-WTDIC": drop("card", "report"),
}
"""For each control, the change that makes it fail."""

"""Checks of PCI DSS 4.0.1 and of the schemes: card data, keys, logs, reviews, and the monitored ratios."""

from typing import Any

from sealane.supervision.controls.duties import duties_met
from sealane.supervision.controls.judging import Check, Finding, Scene, attested, both, every, missing, recent
from sealane.supervision.rates.ledger import Reading

__all__ = ["CHECKS", "rated", "readings"]

_KEYED = frozenset({"HMAC-SHA256", "HMAC-SHA512"})
_GOOD_TLS = frozenset({"TLSv1.2", "TLSv1.3"})


def _is_expired_and_open(row: Any, scene: Scene) -> bool:
    return bool(row.expires_us <= scene.at_us and row.is_readable and not row.holds)


def _is_shown_safely(row: Any, scene: Scene) -> bool:
    is_masked = row.leading <= scene.limit("pci.shown_leading") and row.trailing <= scene.limit("pci.shown_trailing")
    return bool(is_masked or row.has_recorded_need)


def _is_young(row: Any, scene: Scene) -> bool:
    if not row.is_wrapped:
        return False
    return not (row.is_newest and row.is_periodic) or scene.at_us - row.made_us <= scene.days("pci.key_age_days")


def _is_reviewed(row: Any, scene: Scene) -> bool:
    is_used = scene.at_us - row.last_used_us <= scene.days("pci.unused_account_days")
    return bool(scene.at_us - row.reviewed_us <= scene.days("pci.access_review_days") and is_used)


def _is_kept(row: Any, scene: Scene) -> bool:
    """Tell whether history reaches back as far as it must, or to when the records began."""
    needed = max(row.began_us, scene.at_us - scene.days("pci.log_months_days"))
    at_hand = max(row.began_us, scene.at_us - scene.days("pci.log_at_hand_days"))
    return bool(row.is_held and row.oldest_us <= needed and row.at_hand_us <= at_hand)


def _is_guarded(row: Any, scene: Scene) -> bool:
    if scene.at_us - row.last_beat_us > scene.hours("pci.guard_beat_hours"):
        return False
    if row.failed_us is None:
        return True
    answered = scene.at_us if row.answered_us is None else row.answered_us
    return bool(answered - row.failed_us <= scene.hours("pci.guard_answer_hours"))


def _found_cards(scene: Scene) -> Finding:
    rows = scene.rows("leak_scans")
    if rows is None:
        return missing("leak_scans")
    hits = [row for row in rows if row.hits]
    limit_us = scene.hours("pci.pan_incident_hours")
    bad = [row for row in hits if row.incident_opened_us is None or row.incident_opened_us - row.at_us > limit_us]
    if bad:
        named = tuple(row.id for row in bad)
        return Finding("fail", "A card number was found and no incident opened in time.", len(rows), named, len(bad))
    return Finding("pass", f"{len(hits)} finds, each with an incident.", len(rows))


def _scanned(place: str) -> Check:
    fault = f"no scan of {place} in time"
    return recent("leak_scans", "pci.leak_scan_hours", fault, of=lambda row: row.place == place, is_hours=True)


def _clean(*places: str) -> Check:
    scans = [_scanned(place) for place in places]
    found = every("leak_scans", lambda row, _: row.hits == 0, "card data or a secret was found",
                  of=lambda row: row.place in places)  # fmt: skip
    return both(*scans, found)


_OPEN_FLAWS = every(
    "releases",
    lambda r, s: r.oldest_critical_us is None or s.at_us - r.oldest_critical_us <= s.days("pci.patch_days"),
    "a critical flaw is open too long",
)


def _patched(scene: Scene) -> Finding:
    """Judge the age of open flaws; parts that nobody compared with published flaws say nothing."""
    unscreened = tuple(row.id for row in scene.rows("releases") or () if not row.is_screened)
    if unscreened:
        told = "Nobody compared the parts with published flaws."
        return Finding("not_measurable", told, len(unscreened), missing=("releases: screening for flaws",))
    return _OPEN_FLAWS(scene)


def rated(rate: str, bound: str, *, floor: str = "") -> Check:
    """Return a check that a rate's readings stay under a limit, or under the count from which the scheme acts."""

    def holds(reading: Reading, scene: Scene) -> bool:
        is_many = not floor or reading.numerator >= scene.limit(floor)
        return not (is_many and reading.ratio * 1_000_000 >= scene.limit(bound))

    return readings(rate, holds, f"{rate} reaches its limit")


def readings(rate: str, holds: Any, fault: str) -> Check:
    """Return a check over the readings of a rate."""

    def check(scene: Scene) -> Finding:
        found = scene.facts.rates
        if found is None:
            return missing("rates")
        own = [reading for reading in found if reading.rate == rate and reading.denominator]
        if not own:
            return Finding("not_applicable", "Nothing of this kind was paid in the period.")
        bad = tuple(reading.scope for reading in own if not holds(reading, scene))
        told = f"{len(bad)} of {len(own)}: {fault}." if bad else f"{len(own)} readings, all under the limit."
        return Finding("fail" if bad else "pass", told, len(own), bad, len(bad))

    return check


def _is_no_excessive_fraud(reading: Reading, scene: Scene) -> bool:
    """All four at once make excessive fraud."""
    return not (
        reading.extras.get("sales", 0) >= scene.limit("mastercard.efm.sales")
        and reading.numerator >= scene.limit("mastercard.efm.value_minor")
        and reading.ratio * 1_000_000 >= scene.limit("mastercard.efm.ratio_micro")
        and reading.extras.get("secured_micro", 0) < scene.limit("mastercard.efm.secured_micro")
    )


CHECKS: dict[str, Check] = {
    "PCI-3.2.1": every("vault", lambda r, s: not _is_expired_and_open(r, s), "kept past its need"),
    "PCI-3.3.1": _clean("store", "logs", "messages"),
    "PCI-3.3.2": every("queues", lambda r, _: r.is_encrypted and bool(r.key_id), "waits unencrypted"),
    "PCI-3.4.1": every("surfaces", _is_shown_safely, "shows more than BIN and last four"),
    "PCI-3.5.1": every("cards", lambda r, _: r.is_sealed and r.hash_algorithm in _KEYED, "readable or hashed unkeyed"),
    "PCI-3.7": every("keys", _is_young, "unwrapped or past its crypto-period"),
    "PCI-4.2.1": every(
        "endpoints",
        lambda r, s: (
            r.protocol in _GOOD_TLS and r.is_trusted and r.is_inventoried and r.certificate_expires_us > s.at_us
        ),
        "weak, untrusted, expired or not in the inventory",
    ),
    "PCI-6.3.2": every("releases", lambda r, _: bool(r.sbom_hash), "has no parts list"),
    "PCI-6.3.3": _patched,
    "PCI-6.4.3": every(
        "scripts",
        lambda r, _: r.is_authorised and r.has_integrity and bool(r.justification),
        "not authorised or unchecked",
    ),
    "PCI-7.2.4": every("accounts", _is_reviewed, "not reviewed in six months, or unused for 90 days"),
    "PCI-8.4.2": both(
        every("accounts", lambda r, _: r.has_second_factor, "no second factor", of=lambda r: r.is_person),
        _clean("code"),
    ),
    "PCI-10.2.1": every(
        "audit_lines",
        lambda r, _: all((r.who, r.what, r.at_us, r.origin, r.result)),
        "who, what, when, where or result is missing",
    ),
    "PCI-10.3.4": both(
        every(
            "tree_heads",
            lambda r, s: r.is_consistent and r.witnesses >= s.limit("log.witnesses"),
            "does not extend the one before, or has no witness",
        ),
        recent("tree_heads", "log.head_age_hours", "no checkpoint in time", of=lambda _: True, is_hours=True),
    ),
    "PCI-10.4.1.1": recent(
        "runs", "pci.log_review_hours", "no daily log review", of=lambda r: r.job == "log-review", is_hours=True
    ),
    "PCI-10.5.1": every("archives", _is_kept, "does not reach back far enough", of=lambda r: r.kind == "log"),
    "PCI-10.7.2": every("guards", _is_guarded, "silent, or its failure was not answered"),
    "PCI-11.3.2": attested("PCI-11.3.2"),
    "PCI-11.6.1": recent(
        "runs", "pci.page_check_hours", "no weekly page check", of=lambda r: r.job == "page-check", is_hours=True
    ),
    "PCI-12.3.3": both(
        every("endpoints", lambda r, _: r.is_inventoried, "not in the inventory of ciphers"), attested("PCI-12.3.3")
    ),
    "PCI-12.5.2": attested("PCI-12.5.2"),
    "PCI-12.8.5": attested("PCI-12.8.5"),
    "PCI-12.10.7": both(
        _found_cards, recent("runs", "pci.drill_days", "no response drill", of=lambda r: r.job == "response-drill")
    ),
    "VAMP-M": rated("vamp_merchant", "vamp.merchant.ratio_micro", floor="vamp.merchant.count"),
    "VAMP-A": rated("vamp_acquirer", "vamp.acquirer.ratio_micro"),
    "VAMP-E": readings(
        "vamp_enumeration",
        lambda r, s: (
            r.numerator < s.limit("vamp.enumeration.count")
            and r.ratio * 1_000_000 < s.limit("vamp.enumeration.ratio_micro")
        ),
        "too much card testing",
    ),
    "MC-ECM": rated("mastercard_ecm", "mastercard.ecm.ratio_micro", floor="mastercard.ecm.count"),
    "MC-HECM": rated("mastercard_ecm", "mastercard.hecm.ratio_micro", floor="mastercard.hecm.count"),
    "MC-EFM": readings("mastercard_efm", _is_no_excessive_fraud, "all four limits are reached"),
    "VISA-WTDIC": duties_met("card"),
}

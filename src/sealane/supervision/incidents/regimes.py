"""The thirteen regimes: whom each binds, from which event each of its clocks runs, and how long.

A rule looks at an incident and answers when the clock began and when it ends, or which moment it still waits for.
Most clocks do not start at detection: DORA's later reports run from the submission of the one before, the summary of a
Chinese network incident from the end of handling.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sealane.supervision.incidents.calendar import (
    HOUR_US,
    end_of_month,
    noon_of_next_working_day,
    plus_days,
    plus_hours,
    plus_months,
    plus_working_days,
)
from sealane.supervision.incidents.record import Incident, Moment, Regime

__all__ = ["REGIMES", "RegimeRule", "Span", "StageRule", "Waits"]

DAY_US = 24 * HOUR_US
AT_ONCE_HOURS = 4
"""Our own limit where the law says at once."""


@dataclass(frozen=True, slots=True)
class Span:
    """A clock: when it began and when it ends, in microseconds UTC, and the words that say why."""

    started_us: int
    due_us: int
    why: str


@dataclass(frozen=True, slots=True)
class Waits:
    """A clock that has not begun: what it waits for."""

    on: str


Rule = Callable[[Incident], Span | Waits | None]
"""None: this stage does not apply to the incident."""


@dataclass(frozen=True, slots=True)
class StageRule:
    """One report of a regime."""

    name: str
    to_whom: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class RegimeRule:
    """One regime: `is_confirmed` is false where the text itself was not read, so that a person confirms it."""

    regime: Regime
    title: str
    binds: tuple[str, ...]
    source: str
    is_confirmed: bool
    stages: tuple[StageRule, ...]


def _hours(moment: Moment, hours: int, why: str) -> Rule:
    def rule(incident: Incident) -> Span | Waits:
        start = incident.moments.get(moment)
        return Waits(moment) if start is None else Span(start, plus_hours(start, hours), why)

    return rule


def _people(incident: Incident) -> Span | Waits | None:
    if not incident.impact.is_high_risk:
        return None
    return _hours("aware", 72, "without undue delay; our own limit is 72 h from awareness")(incident)


def _controller(incident: Incident) -> Span | Waits | None:
    if not incident.impact.is_processor:
        return None
    return _hours("aware", 24, "without undue delay; our own limit is 24 h from awareness")(incident)


def _authority(incident: Incident) -> Span | Waits | None:
    if incident.impact.is_risk_unlikely:
        return None
    return _hours("aware", 72, "72 h from awareness")(incident)


def _dora_initial(incident: Incident) -> Span | Waits:
    aware, classified = incident.moments.get("aware"), incident.moments.get("classified")
    if aware is None:
        return Waits("aware")
    backstop = plus_hours(aware, 24)
    if classified is None:
        span = Span(aware, backstop, "24 h from awareness; 4 h from classification once it is major")
    elif classified > backstop:
        span = Span(classified, plus_hours(classified, 4), "classified late: 4 h from classification")
    elif plus_hours(classified, 4) < backstop:
        span = Span(classified, plus_hours(classified, 4), "4 h from classification as major")
    else:
        span = Span(aware, backstop, "24 h from awareness, earlier than 4 h from classification")
    return _with_noon_rule(incident, span, is_final=False)


def _dora_intermediate(incident: Incident) -> Span | Waits:
    sent = incident.first_sent("dora", "initial")
    if sent is None:
        return Waits("dora/initial sent")
    return _with_noon_rule(incident, Span(sent, plus_hours(sent, 72), "72 h from the initial report"), is_final=False)


def _dora_final(incident: Incident) -> Span | Waits:
    sent = incident.last_sent("dora", "intermediate")
    if sent is None:
        return Waits("dora/intermediate sent")
    due = plus_months(sent, 1, incident.country)
    return _with_noon_rule(incident, Span(sent, due, "one month from the latest intermediate report"), is_final=True)


def _with_noon_rule(incident: Incident, span: Span, *, is_final: bool) -> Span:
    """Move a due time on a weekend or holiday to noon of the next working day, where article 5(4) and (5) allow it."""
    impact = incident.impact
    if not is_final and (impact.is_bank or impact.is_nis2_entity):
        return span
    due = noon_of_next_working_day(span.due_us, incident.country)
    moved = "; moved to noon of the next working day" if due != span.due_us else ""
    return Span(span.started_us, due, span.why + moved)


def _nis2_progress(incident: Incident) -> Span | Waits | None:
    sent = incident.first_sent("nis2", "notice")
    if sent is None:
        return Waits("nis2/notice sent")
    due = plus_months(sent, 1, incident.country)
    handled = incident.moments.get("handled")
    if handled is not None and handled <= due:
        return None
    return Span(sent, due, "one month from the notice while the incident goes on")


def _nis2_final(incident: Incident) -> Span | Waits:
    sent, handled = incident.first_sent("nis2", "notice"), incident.moments.get("handled")
    if sent is None:
        return Waits("nis2/notice sent")
    if handled is None:
        return Waits("handled")
    due = plus_months(sent, 1, incident.country)
    if handled <= due:
        return Span(sent, due, "one month from the notice")
    return Span(handled, plus_months(handled, 1, incident.country), "one month from the end of handling")


def _cnir_report(incident: Incident) -> Span | Waits:
    if incident.impact.is_critical_infrastructure:
        return _hours("aware", 1, "1 h from discovery: critical infrastructure")(incident) or Waits("aware")
    return _hours("aware", 4, "4 h from discovery")(incident) or Waits("aware")


def _cnir_summary(incident: Incident) -> Span | Waits:
    handled = incident.moments.get("handled")
    if handled is None:
        return Waits("handled")
    return Span(handled, plus_days(handled, 30, incident.country), "30 days from the end of handling")


def _sar_report(incident: Incident) -> Span | Waits:
    detected = incident.moments.get("detected")
    if detected is None:
        return Waits("detected")
    impact = incident.impact
    is_searching = impact.is_bank and not impact.has_suspect
    days = 60 if is_searching else 30
    why = f"{days} days from the detection of facts" + (" (bank, no suspect)" if is_searching else "")
    return Span(detected, plus_days(detected, days, incident.country), why)


def _sar_review(incident: Incident) -> Span | Waits:
    sent = incident.last_sent("us-sar", "report")
    if sent is None:
        return Waits("us-sar/report sent")
    return Span(sent, plus_days(sent, 90, incident.country), "review 90 days after the latest report")


def _app(days: int) -> Rule:
    def rule(incident: Incident) -> Span | Waits:
        claimed = incident.moments.get("claimed")
        if claimed is None:
            return Waits("claimed")
        return Span(claimed, plus_working_days(claimed, days, "GB"), f"{days} business days from the claim")

    return rule


def _month_end(moment: Moment, why: str) -> Rule:
    def rule(incident: Incident) -> Span | Waits:
        start = incident.moments.get(moment)
        # The period's end may be told as its last moment or as the first of the next one, in any zone.
        return Waits(moment) if start is None else Span(start, end_of_month(start - DAY_US, 1, incident.country), why)

    return rule


_EVERYBODY = ("merchant", "psp", "carrier", "platform", "broker")
_AT_ONCE = f"at once; our own limit is {AT_ONCE_HOURS} h"

REGIMES: dict[Regime, RegimeRule] = {
    rule.regime: rule
    for rule in (
        RegimeRule(
            "gdpr",
            "GDPR personal-data breach",
            _EVERYBODY,
            "Regulation (EU) 2016/679 articles 33 and 34",
            is_confirmed=True,
            stages=(
                StageRule("authority", "supervisory authority", _authority),
                StageRule("controller", "controller", _controller),
                StageRule("people", "affected people", _people),
            ),
        ),
        RegimeRule(
            "uk-gdpr",
            "UK GDPR personal-data breach",
            _EVERYBODY,
            "UK GDPR article 33",
            is_confirmed=True,
            stages=(StageRule("authority", "ICO", _authority),),
        ),
        RegimeRule(
            "dora",
            "DORA major ICT incident",
            ("psp",),
            "Regulation (EU) 2022/2554 article 19; 2025/301 article 5",
            is_confirmed=True,
            stages=(
                StageRule("initial", "competent authority", _dora_initial),
                StageRule("intermediate", "competent authority", _dora_intermediate),
                StageRule("final", "competent authority", _dora_final),
            ),
        ),
        RegimeRule(
            "nis2",
            "NIS2 significant incident",
            ("carrier", "platform"),
            "Directive (EU) 2022/2555 article 23",
            is_confirmed=False,
            stages=(
                StageRule("warning", "CSIRT", _hours("aware", 24, "24 h from awareness")),
                StageRule("notice", "CSIRT", _hours("aware", 72, "72 h from awareness")),
                StageRule("progress", "CSIRT", _nis2_progress),
                StageRule("final", "CSIRT", _nis2_final),
            ),
        ),
        RegimeRule(
            "cnir",
            "China network incident",
            _EVERYBODY,
            "CAC incident reporting measures, in force 2025-11-01",
            is_confirmed=False,
            stages=(
                StageRule("report", "cyberspace administration", _cnir_report),
                StageRule("summary", "cyberspace administration", _cnir_summary),
            ),
        ),
        RegimeRule(
            "pipl",
            "China personal information",
            _EVERYBODY,
            "Personal Information Protection Law article 57",
            is_confirmed=False,
            stages=(
                StageRule("authority", "authority", _hours("occurred", AT_ONCE_HOURS, _AT_ONCE)),
                StageRule("people", "affected people", _hours("occurred", AT_ONCE_HOURS, _AT_ONCE)),
            ),
        ),
        RegimeRule(
            "china-express",
            "China express leak",
            ("carrier",),
            "Interim Regulations on Express Delivery article 34",
            is_confirmed=False,
            stages=(StageRule("authority", "local postal authority", _hours("aware", AT_ONCE_HOURS, _AT_ONCE)),),
        ),
        RegimeRule(
            "network-data",
            "China network product flaw",
            ("platform", "psp", "merchant", "carrier"),
            "Network data security regulations 2025 article 10 (number to be confirmed)",
            is_confirmed=False,
            stages=(
                StageRule("report", "cyberspace administration", _hours("aware", 24, "24 h from seeing the risk")),
            ),
        ),
        RegimeRule(
            "us-sar",
            "US suspicious activity",
            ("psp",),
            "31 CFR 1022.320 and 1020.320",
            is_confirmed=False,
            stages=(StageRule("report", "FinCEN", _sar_report), StageRule("review", "own file", _sar_review)),
        ),
        RegimeRule(
            "uk-app",
            "UK APP scam claim",
            ("psp",),
            "PSR Faster Payments reimbursement requirement",
            is_confirmed=False,
            stages=(
                StageRule("reimburse", "claimant", _app(5)),
                StageRule("longest", "claimant", _app(35)),
            ),
        ),
        RegimeRule(
            "tax",
            "CESOP and DAC7 returns",
            ("psp", "platform"),
            "Directive 2006/112/EC 243b; (EU) 2021/514",
            is_confirmed=False,
            stages=(
                StageRule("cesop", "tax authority", _month_end("quarter_end", "end of the month after the quarter")),
                StageRule("dac7", "tax authority", _month_end("year_end", "31 January after the year")),
            ),
        ),
        RegimeRule(
            "pci",
            "PCI recurring checks",
            ("merchant",),
            "PCI DSS 4.0.1 11.6.1 and 10.4.1.1",
            is_confirmed=True,
            stages=(
                StageRule("page-check", "own file", _hours("page_checked", 7 * 24, "7 days from the last run")),
                StageRule("log-review", "own file", _hours("log_reviewed", 24, "1 day from the last run")),
            ),
        ),
        RegimeRule(
            "card",
            "Card data compromise",
            ("merchant", "psp"),
            "Scheme rules; confirm with your acquirer",
            is_confirmed=False,
            stages=(
                StageRule("acquirer", "acquirer", _hours("suspected", AT_ONCE_HOURS, _AT_ONCE)),
                StageRule("report", "acquirer", _hours("suspected", 72, "about three days; ask your acquirer")),
            ),
        ),
    )
}

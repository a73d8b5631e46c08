"""The form of each report that an incident can ask for; DORA's, the longest, are in `dora`.

GDPR articles 33(3) and 34(2), NIS2 article 23(4), the Chinese incident reporting measures, PIPL article 57, FinCEN's
report, the PSR's reimbursement, the returns for tax, PCI DSS and the card schemes. Numbers are a form's own where it
has some. A field that nothing here can know is left for a person.
"""

from sealane.model.clock import from_micros
from sealane.supervision.incidents import dora
from sealane.supervision.incidents.filling import Dossier, Field, description, impact, people, time_of, yes
from sealane.supervision.incidents.record import Moment
from sealane.supervision.incidents.severity import china_level

__all__ = ["FORMS"]


def _severity(dossier: Dossier) -> str:
    return dossier.impact.effects or description(dossier)


def _until_now(moment: Moment) -> Field:
    return Field(f"time-{moment}", f"Time: {moment.replace('_', ' ')}", time_of(moment))


def _sent_at(dossier: Dossier) -> str:
    sent = dossier.incident.last_sent("us-sar", "report")
    return "" if sent is None else from_micros(sent).isoformat().replace("+00:00", "Z")


_REPORTER = Field("reporter", "Who reports", lambda d: d.party.name)
_REFERENCE = Field("reference", "Own reference", lambda d: d.incident.incident_id)
_WHAT = Field("what", "What happened", description)
_DATA = Field("data", "What data", impact("data"))
_PEOPLE = Field("people", "How many people", people)
_EFFECTS = Field("effects", "Likely harm", impact("effects"))
_MEASURES = Field("measures", "Measures taken", impact("measures"))
_CONTACT = Field("contact", "Who answers questions")

_GDPR = (
    Field("33(3)(a)-nature", "Nature of the breach", description),
    Field("33(3)(a)-categories", "Categories of data", impact("data")),
    Field("33(3)(a)-people", "Number of people, about", people),
    Field("33(3)(b)", "Contact point", lambda d: d.party.name),
    Field("33(3)(c)", "Likely consequences", impact("effects")),
    Field("33(3)(d)", "Measures taken or proposed", impact("measures")),
    Field("33(1)-aware", "Time of awareness", time_of("aware")),
    Field("33(1)-late", "Reasons for a late notice", is_needed=False),
    Field("34", "High risk for people", yes(lambda d: d.impact.is_high_risk)),
)
_GDPR_PEOPLE = (
    Field("34(2)-nature", "What happened, in plain words", description),
    Field("34(2)-contact", "Contact point", lambda d: d.party.name),
    Field("34(2)-consequences", "What may come of it", impact("effects")),
    Field("34(2)-measures", "What was done, and what they can do", impact("measures")),
    Field("34(3)", "Why a public notice instead", is_needed=False),
)
_NIS2_WARNING = (
    Field("23(4)(a)-malice", "Unlawful or malicious acts suspected", yes(lambda d: d.impact.is_malicious)),
    Field("23(4)(a)-border", "Effect across borders", yes(lambda d: d.impact.is_cross_border)),
)
_NIS2_NOTICE = (
    *_NIS2_WARNING,
    Field("23(4)(b)-severity", "Severity and impact", _severity),
    Field("23(4)(b)-indicators", "Indicators of compromise", is_needed=False),
)
_NIS2_PROGRESS = (
    *_NIS2_NOTICE,
    Field("23(4)(c)-status", "Where the handling stands", impact("measures")),
    Field("23(4)(e)-open", "Why it goes on"),
)
_NIS2_FINAL = (
    *_NIS2_NOTICE,
    Field("23(4)(d)(i)", "Detailed description with severity and impact", description),
    Field("23(4)(d)(ii)", "Threat or root cause", impact("cause")),
    Field("23(4)(d)(iii)", "Mitigation done and going on", impact("measures")),
    Field("23(4)(d)(iv)", "Effect across borders", lambda d: d.impact.effects if d.impact.is_cross_border else "none"),
    Field("handled", "End of handling", time_of("handled")),
)
_CNIR = (
    Field("operator", "Network operator", lambda d: d.party.name),
    Field("time", "Time of discovery", time_of("aware")),
    Field("kind", "Kind of incident", lambda d: d.incident.kind),
    Field("level", "Level", lambda d: china_level(d.impact).level),
    Field("people", "People whose data leaked", people),
    Field("loss", "Direct loss, yuan", impact("loss_cny")),
    Field("effects", "Effects so far", impact("effects")),
    Field("measures", "Measures taken", impact("measures")),
    Field("cause", "Cause, as far as known", impact("cause"), is_needed=False),
)
_CNIR_SUMMARY = (
    *(field for field in _CNIR if field.number != "cause"),
    Field("cause", "Cause", impact("cause")),
    Field("handled", "End of handling", time_of("handled")),
    Field("responsibility", "Who was responsible"),
    Field("lessons", "What changes because of it"),
)
_PIPL = (
    Field("57(1)-data", "Kinds of data", impact("data")),
    Field("57(1)-cause", "Cause", impact("cause")),
    Field("57(1)-harm", "Possible harm", impact("effects")),
    Field("57(2)", "Measures taken, and what people can do", impact("measures")),
    Field("57(3)", "Contact", lambda d: d.party.name),
    Field("people", "How many people", people),
)
_EXPRESS = (_REPORTER, _REFERENCE, _until_now("aware"), _WHAT, _DATA, _PEOPLE, _EFFECTS, _MEASURES)
_FLAW = (
    Field("provider", "Product provider", lambda d: d.party.name),
    Field("time", "Time the risk was seen", time_of("aware")),
    Field("product", "Product and versions"),
    Field("risk", "The flaw or risk", description),
    Field("harm", "Danger to national security or public interest", impact("effects")),
    Field("measures", "Remedy", impact("measures")),
)
_SAR = (
    Field("institution", "Filing institution", lambda d: d.party.name),
    Field("detected", "Time of detection", time_of("detected")),
    Field("subject", "Subject known", yes(lambda d: d.impact.has_suspect)),
    Field("subject-details", "Who the subject is"),
    Field("activity", "Kind of suspicious activity"),
    Field("amount", "Amount involved, US dollars"),
    Field("narrative", "What makes it suspicious", description),
    Field("confidential", "Told to nobody it is about (31 USC 5318(g)(2))", lambda _: "yes"),
)
_SAR_REVIEW = (
    _REFERENCE,
    Field("goes-on", "Whether the activity goes on"),
    Field("filed", "Time of the latest report", _sent_at),
    Field("next", "Continuing report to file", is_needed=False),
)
_APP = (
    _REFERENCE,
    Field("claimed", "Time of the claim", time_of("claimed")),
    Field("story", "What the claimant says", description),
    Field("amount", "Amount claimed, pounds"),
    Field("vulnerable", "Whether the claimant is vulnerable"),
    Field("decision", "Reimbursed, refused or more information needed"),
    Field("reason", "Reason of a refusal or pause", is_needed=False),
)
_TAX = (
    Field("reporter", "Reporting provider or platform", lambda d: d.party.name),
    Field("country", "To which state", lambda d: d.incident.country),
    Field("file", "The return, as the portal takes it"),
    Field("checked", "Who checked it"),
)
_PCI = (
    _REFERENCE,
    Field("run", "What ran, and its result", description),
    Field("alerts", "Alerts, and how each was settled"),
    Field("reviewer", "Who reviewed it"),
)
_CARD = (
    _REPORTER,
    _REFERENCE,
    _until_now("suspected"),
    _WHAT,
    Field("accounts", "Card numbers at risk, about", people),
    Field("contained", "How it was contained", impact("measures")),
    Field("investigator", "Forensic investigator (PFI)", is_needed=False),
    _CONTACT,
)


FORMS: dict[tuple[str, str], tuple[Field, ...]] = {
    ("gdpr", "authority"): _GDPR,
    ("gdpr", "controller"): _GDPR,
    ("gdpr", "people"): _GDPR_PEOPLE,
    ("uk-gdpr", "authority"): _GDPR,
    ("dora", "initial"): dora.INITIAL,
    ("dora", "intermediate"): dora.INTERMEDIATE,
    ("dora", "final"): dora.FINAL,
    ("nis2", "warning"): _NIS2_WARNING,
    ("nis2", "notice"): _NIS2_NOTICE,
    ("nis2", "progress"): _NIS2_PROGRESS,
    ("nis2", "final"): _NIS2_FINAL,
    ("cnir", "report"): _CNIR,
    ("cnir", "summary"): _CNIR_SUMMARY,
    ("pipl", "authority"): _PIPL,
    ("pipl", "people"): _PIPL,
    ("china-express", "authority"): _EXPRESS,
    ("network-data", "report"): _FLAW,
    ("us-sar", "report"): _SAR,
    ("us-sar", "review"): _SAR_REVIEW,
    ("uk-app", "reimburse"): _APP,
    ("uk-app", "longest"): _APP,
    ("tax", "cesop"): _TAX,
    ("tax", "dac7"): _TAX,
    ("pci", "page-check"): _PCI,
    ("pci", "log-review"): _PCI,
    ("card", "acquirer"): _CARD,
    ("card", "report"): _CARD,
}
"""The form of each regime and stage."""

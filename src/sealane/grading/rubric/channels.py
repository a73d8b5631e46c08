"""Channels: how safe each way to pay at a merchant is, from 0 to 100; irreversible and unprotected ones are capped."""

import msgspec

from sealane.grading.own import Channel
from sealane.grading.rubric.table import Grade, Rubric, is_at_least

__all__ = ["ChannelGrade", "grade_channel"]


class ChannelGrade(msgspec.Struct, frozen=True):
    """One way to pay; `known` says out of how many of 100 points the score was made, None where nothing is known."""

    name: str
    grade: Grade
    score: float | None
    known: int
    points: dict[str, float]


def grade_channel(channel: Channel, rubric: Rubric) -> ChannelGrade:
    """Return the grade of one way to pay."""
    terms = rubric.channel
    frauds, outages = channel.fraud_share, channel.outage_share
    exposure = None if channel.integration is None else terms.integration[channel.integration] / terms.exposure
    shares = {
        "strong_authentication": (channel.strong_authentication_share, terms.strong_authentication),
        "exposure": (exposure, terms.exposure),
        "signed_api": (_claim(channel.is_signed_api), terms.signed_api),
        "refund_right": (_claim(channel.has_refund_right), terms.refund_right),
        "fraud": (None if frauds is None else max(0.0, 1 - frauds / terms.worst_fraud_share), terms.fraud),
        "licence": (_claim(channel.has_valid_licence), terms.licence),
        "outage": (None if outages is None else max(0.0, 1 - outages / terms.worst_outage_share), terms.outage),
    }
    points = {name: round(share * most, 1) for name, (share, most) in shares.items() if share is not None}
    known = sum(shares[name][1] for name in points)
    score = round(100 * sum(points.values()) / known, 1) if known else None
    enough = score is not None and known >= rubric.least_coverage
    grade: Grade = rubric.band(score) if enough and score is not None else "U"
    is_capped = channel.is_irreversible and not channel.has_refund_right
    if is_capped and (grade == "U" or is_at_least(grade, terms.irreversible_cap)):
        grade = terms.irreversible_cap
    return ChannelGrade(channel.name, grade, score, known, points)


def _claim(holds: bool | None) -> float | None:  # noqa: FBT001 - a claim that holds, does not, or is not known
    return None if holds is None else float(holds)

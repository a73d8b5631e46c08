"""Judgement of a message: its links first, then whether it asks what its brand never asks, or at a foreign place."""

from collections.abc import Callable, Iterable

import msgspec

from sealane.shield.links.address import parse
from sealane.shield.links.judgement import LinkJudgement, judge_link
from sealane.shield.messages.claims import Claims
from sealane.shield.registry import Brand
from sealane.shield.verdict import Reason, Verdict

__all__ = ["Ledger", "MessageJudgement", "judge_message"]

Ledger = Callable[[Iterable[str]], bool]
"""Tells whether one of these tracking numbers belongs to an order known here."""

_PRESSURE = frozenset({"held", "pay", "customs", "address", "urge", "account"})
_STRONG = frozenset({"held", "customs", "urge"})
"""What honest notices of shops rarely say together with a wish."""
_FREE_MAIL = frozenset(
    {"gmail", "yahoo", "hotmail", "outlook", "live", "icloud", "aol", "gmx", "protonmail", "yandex", "qq"}
)
_MOST_LINK_REASONS = 3


class MessageJudgement(msgspec.Struct, frozen=True):
    """What is known of a message."""

    verdict: Verdict
    brand: Brand | None
    reasons: tuple[Reason, ...]


def judge_message(claims: Claims, ledger: Ledger) -> MessageJudgement:
    """Return what is known of a message; `unknown` wherever nothing is proven."""
    links = tuple(map(judge_link, claims.links))
    brand = next(iter(claims.brands), None) or next((link.brand for link in links if link.brand), None)
    is_known = bool(claims.numbers) and ledger(claims.numbers)
    grounds = [reason for link in links if link.verdict == "dangerous" for reason in link.reasons][:_MOST_LINK_REASONS]
    grounds += filter(None, (test(claims, links, brand) for test in _DANGERS))
    told = _told(claims, links, is_known=is_known)
    if grounds:
        lured = next((link.brand for link in links if link.verdict == "dangerous" and link.brand), brand)
        return MessageJudgement("dangerous", lured, (*grounds, *told))
    broken = tuple(filter(None, (test(claims, links, brand) for test in _RULES)))
    standing = tuple(reason for link in links for reason in link.reasons)[: 2 * _MOST_LINK_REASONS]
    is_official = bool(links) and all(link.verdict == "official" for link in links) and claims.is_whole
    is_official = is_official and not broken and _agree(claims, links)
    if is_official:
        return MessageJudgement("genuine" if is_known else "official", brand, (*told, *standing))
    return MessageJudgement("unknown", brand, (*broken, *told, *standing) or (_NOTHING,))


_NOTHING = Reason("nothing_to_check", "The message has no link, number or sender that we could check.")


def _agree(claims: Claims, links: tuple[LinkJudgement, ...]) -> bool:
    """Tell whether a brand that the message names is one that its links lead to."""
    linked = {link.brand.id for link in links if link.brand}
    return not claims.brands or any(brand.id in linked for brand in claims.brands)


def _told(claims: Claims, links: tuple[LinkJudgement, ...], *, is_known: bool) -> list[Reason]:
    reasons = []
    if is_known:
        reasons.append(Reason("known_order", "A tracking number in it belongs to an order that is known here."))
    elif claims.numbers:
        text = (
            "A tracking number in it has the right form, but belongs to no order known here. Forms are easy to make up."
        )
        reasons.append(Reason("number_not_known", text))
    if not claims.is_whole:
        reasons.append(Reason("too_long", "The message is longer than any real notice; only its beginning was read."))
    if len({link.domain for link in links}) > _MOST_LINK_REASONS:
        reasons.append(Reason("many_sites", "The message leads to many different sites."))
    return reasons


def _asks_at_a_foreign_place(claims: Claims, links: tuple[LinkJudgement, ...], brand: Brand | None) -> Reason | None:
    """Find a message in a brand's name that wants something done where the brand is not at home."""
    foreign = next((link for link in links if _is_foreign(link, brand)), None)
    if foreign is None:
        return None
    pressure = claims.topics & _PRESSURE
    is_lent = foreign.is_doubtful and foreign.reasons[0].code != "shortener"
    if claims.sender and (pressure or is_lent):
        title = claims.sender.title
        text = f"The message speaks for {title}, but its link leads to {foreign.domain}, which is not {title}'s."
        return Reason("link_not_of_brand", text)
    is_about = claims.brands or claims.topics & {"parcel", "customs"}
    if (
        is_about
        and pressure
        and len(pressure) + foreign.is_doubtful > 1
        and (pressure & _STRONG or foreign.is_doubtful)
    ):
        text = f"It presses you about a parcel and leads to {foreign.domain}, which no carrier is known to use."
        return Reason("pressing_unknown_link", text)
    return None


def _is_foreign(link: LinkJudgement, brand: Brand | None) -> bool:
    return link.verdict == "unknown" and not link.is_tracker and (link.brand is None or link.brand is not brand)


def _asks_secrets(claims: Claims, links: tuple[LinkJudgement, ...], _brand: Brand | None) -> Reason | None:
    is_about = claims.brands or "parcel" in claims.topics
    is_official = bool(links) and all(link.verdict == "official" for link in links)
    if "secret" in claims.topics and is_about and not is_official and claims.topics & _PRESSURE:
        return Reason(
            "asks_secrets", "It asks for card data, a code or a password; carriers never ask that in a message."
        )
    return None


def _asks_to_reply(claims: Claims, links: tuple[LinkJudgement, ...], _brand: Brand | None) -> Reason | None:
    if "reply" in claims.topics and links and "parcel" in claims.topics:
        return Reason(
            "asks_to_reply", "It asks you to answer or to copy the link so that your phone stops guarding you."
        )
    return None


def _promises(claims: Claims, links: tuple[LinkJudgement, ...], _brand: Brand | None) -> Reason | None:
    if "prize" in claims.topics and (claims.brands or "parcel" in claims.topics) and any(
        link.verdict == "unknown" for link in links
    ):  # fmt: skip
        return Reason("promises_prize", "It promises a prize or a gift in the name of a carrier or a shop.")
    return None


def _asks_elsewhere(claims: Claims, links: tuple[LinkJudgement, ...], _brand: Brand | None) -> Reason | None:
    is_official = any(link.verdict == "official" for link in links)
    if "elsewhere" in claims.topics and "pay" in claims.topics and not is_official and (
        claims.brands or "parcel" in claims.topics
    ):  # fmt: skip
        return Reason(
            "asks_elsewhere", "It wants money through a call, a chat or a gift card instead of the carrier's site."
        )
    return None


def _writes_from_elsewhere(claims: Claims, _links: tuple[LinkJudgement, ...], brand: Brand | None) -> Reason | None:
    for host in claims.mail_hosts:
        address = parse(host)
        judged = judge_link(address) if address is not None else None
        if judged is not None and judged.verdict == "dangerous":
            return Reason("sender_lookalike", f"The e-mail address is at {judged.domain}: {judged.reasons[0].text}")
        if brand is not None and host.partition(".")[0] in _FREE_MAIL:
            return Reason("sender_free_mail", f"{brand.title} does not write from a free mailbox.")
    return None


def _never_asks_money(claims: Claims, _links: tuple[LinkJudgement, ...], brand: Brand | None) -> Reason | None:
    if brand is None or "pay" not in claims.topics:
        return None
    if brand.payment == "never":
        return Reason("never_asks_money", f"{brand.title} says that it never asks for money in a message.")
    if brand.payment == "customs" and "customs" not in claims.topics:
        return Reason(
            "asks_money_for_customs_only", f"{brand.title} asks for money in a message for customs duty only."
        )
    if brand.cites_number and not claims.numbers:
        return Reason(
            "number_missing", f"When {brand.title} asks for money it names the tracking number; this does not."
        )
    return None


def _secrets_at_home(claims: Claims, _links: tuple[LinkJudgement, ...], _brand: Brand | None) -> Reason | None:
    if claims.topics & {"secret", "reply", "elsewhere", "prize"}:
        return Reason("unusual_request", "It asks for something that genuine notices do not ask for.")
    return None


def _other_brand(claims: Claims, links: tuple[LinkJudgement, ...], _brand: Brand | None) -> Reason | None:
    if any(link.verdict == "official" for link in links) and not _agree(claims, links):
        return Reason("link_of_other_brand", f"It names {claims.brands[0].title}, but its link leads to somebody else.")
    return None


_Test = Callable[[Claims, tuple[LinkJudgement, ...], Brand | None], Reason | None]
_DANGERS: tuple[_Test, ...] = (
    _asks_at_a_foreign_place,
    _asks_secrets,
    _asks_to_reply,
    _promises,
    _asks_elsewhere,
    _writes_from_elsewhere,
)
_RULES: tuple[_Test, ...] = (_never_asks_money, _secrets_at_home, _other_brand)

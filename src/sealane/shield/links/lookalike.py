"""Lookalikes: which brand a host imitates, and by what trick. The host is read; no permutations are made.

    imitators().find(parse("royal-mail-redelivery.top"))
    ->  Imitation(brand=royal-mail, trick="brand_with_words")

An ordinary word that is also a brand (posta, square) needs an alluring word beside it; a name of three letters needs
one too, or an ending that costs next to nothing. What belongs to a listed brand is asked before, in `judgement`.
"""

import re
from collections import defaultdict
from functools import lru_cache
from itertools import pairwise
from string import digits
from typing import Literal

import msgspec

from sealane.shield.links.address import Address, is_lent, parse
from sealane.shield.links.distance import Neighbours, slips_of
from sealane.shield.links.segments import Remainder, split
from sealane.shield.links.skeleton import is_mixed, skeleton
from sealane.shield.links.vocabulary import fold, vocabulary
from sealane.shield.registry import Brand, Registry, default_registry

__all__ = ["Imitation", "Imitators", "Trick", "imitators"]

Trick = Literal[
    "foreign_letters",
    "mixed_scripts",
    "domain_as_prefix",
    "other_ending",
    "brand_with_words",
    "joined_up",
    "misspelt",
    "word_with_lure",
]

_SHORT = 4
"""Names up to this length are found by chance, so they need a lure beside them."""
_LONG = 9
"""Names from this length on are not found by chance, so anything may stand beside them."""
_COUNTRY = 2
_SHAPES = (
    *(("e", "c"), ("cl", "d"), ("dl", "d"), ("d", "b"), ("lb", "b"), ("bl", "b"), ("m", "n"), ("r", "n"), ("nn", "n")),
    *(("lc", "k"), ("lk", "k"), ("v", "u"), ("uu", "w"), ("ll", "l"), ("lh", "h")),
)
"""Folded letters that have one shape in a small typeface: `nn` and `rr` pass for `m`, `dl` for `d`, `c` for `e`."""
_SHAPED_FROM = 7
"""Letters of a name from which its shape alone tells it, under any ending."""
_TAILS = tuple(
    map(
        fold,
        ("express", "post", "posta", "global", "online", "logistics", "mail", "world", "cargo", "kargo", "courier"),
    )
)
"""What many honest names end in."""
_NEAR_TAILS = frozenset(
    map(fold, ("port", "host", "most", "cost", "lost", "past", "pest", "pot", "pos", "posts", "poet"))
)
"""Words a slip away from a tail, as in `inport`."""
_CROWDED = frozenset(_TAILS) - frozenset(map(fold, ("post", "posta")))
"""Tails behind which hundreds of carriers put two or three letters of their own."""
_TELLING_WORD = 7
"""Letters from which an ordinary word, as in `correos`, is still recognised behind foreign letters."""
_SPLIT = re.compile(r"[-_.]+")
_JOINED = str.maketrans("", "", "-_.")


class Imitation(msgspec.Struct, frozen=True):
    """Whom a host imitates and how; no brand where the trick alone gives it away."""

    brand: Brand | None
    trick: Trick


class _Seen(msgspec.Struct, frozen=True):
    """A host as read: its own part, without the public suffix, as written, as it reads, and joined up."""

    tokens: tuple[str, ...]
    joined: str
    written: str
    main: str
    is_cheap: bool
    is_open: bool
    is_hosted: bool
    is_foreign: bool
    is_other_script: bool
    suffix: str


class Imitators:
    """Everything that imitates the brands of one registry."""

    def __init__(self, registry: Registry) -> None:
        named = [(name, brand) for brand in registry.brands.values() for name in brand.names]
        # Folding shortens some names; a slip may also be seen against the name as it is written.
        self._names = dict(named) | {fold(name): brand for name, brand in named}
        self._words = {fold(word): brand for brand in registry.brands.values() for word in brand.words}
        self._shapes = {_shape(name): name for name in sorted(self._names, key=len) if len(_shape(name)) > _SHORT}
        self._homes = {
            (fold(name), ending): brand
            for brand in registry.brands.values()
            for name in (*brand.names, *brand.words)
            for ending in _endings(brand)
        }
        self._domains = {domain for domain in registry.domains() if "." in domain}
        self._starts: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._names, key=len, reverse=True):
            self._starts[name[:3]].append(name)
        self._near = Neighbours({name: slips_of(_own_part(name)) for name in self._names if _is_telling(name)})
        self._tailed = Neighbours(
            {name: 1 for name in self._names if not _is_telling(name) and 1 < len(_own_part(name)) < len(name)}
        )
        # Under the very ending that the brand itself has, a slip means the brand even where its name is less telling.
        self._near_home = {
            ending: Neighbours({name: 1 for name, own in self._homes if own == ending and self._is_spared(name, own)})
            for _, ending in self._homes
        }
        known = {**self._names, **{word: brand for word, brand in self._words.items() if len(word) >= _TELLING_WORD}}
        self._near_foreign = Neighbours({name: 1 for name in known if len(name) > _SHORT})
        self._written = {name for name, _ in named}
        self._known = known
        self._registry = registry

    def find(self, address: Address) -> Imitation | None:
        """Return the first trick by which the host imitates a brand, the plainest trick first."""
        if address.domain is None or address.domain in vocabulary().honest:
            return None
        prefixed = self._domain_as_prefix(address)
        if prefixed is not None:
            return prefixed
        seen = _read(address)
        looks = (
            *(self._same_name, self._shaped, self._beside_words, self._inside),
            *(self._misspelt, self._tail, self._at_home, self._word),
        )
        for look in looks:
            found = look(seen)
            if found is not None:
                return Imitation(found.brand, "foreign_letters") if seen.is_foreign else found
        if any(is_mixed(label) for label in address.labels):
            return Imitation(None, "mixed_scripts")
        return Imitation(None, "foreign_letters") if seen.is_foreign and seen.is_other_script else None

    def _domain_as_prefix(self, address: Address) -> Imitation | None:
        """Find `dhl.com` in `dhl.com.parcel-fee.top`, or written with dashes: `dhl-com.top`."""
        labels = address.host.split(".")
        # `dhl.com.pl` may be the brand's own: what belongs to a country's ending is no prefix.
        last = len(labels) if _is_anybodys(address) else len(labels) - (address.suffix or "").count(".")
        for start in range(last - 2):
            for end in range(start + 2, last):
                domain = ".".join(labels[start:end])
                if domain in self._domains:
                    owner = self._registry.owner(domain)
                    return Imitation(owner.brand if owner else None, "domain_as_prefix")
        return None

    def _same_name(self, seen: _Seen) -> Imitation | None:
        """Find the brand's very name, as all there is, under an ending that is not the brand's."""
        brand = self._names.get(seen.joined)
        if brand is None and seen.is_foreign:
            brand = self._words.get(seen.joined)
        if brand is None and seen.is_foreign:
            near = self._near_foreign.find(seen.joined)
            brand = self._known[near[0]] if near else None
        if brand is None:
            return None
        if seen.written not in self._written and seen.joined in self._names and len(seen.joined) > _SHORT:
            return Imitation(brand, "misspelt")
        if seen.is_foreign or seen.is_cheap or seen.is_hosted:
            return Imitation(brand, "other_ending")
        if len(seen.joined) < _SHORT and seen.main == seen.joined:
            return None
        if seen.main != seen.joined:
            return Imitation(brand, "joined_up")
        return Imitation(brand, "other_ending") if seen.is_open else None

    def _shaped(self, seen: _Seen) -> Imitation | None:
        """Find a name in letters of the same shape, as `nnondlalrelay` has that of `mondialrelay`."""
        name = self._shapes.get(_shape(seen.joined))
        if name is None or seen.joined == name or seen.joined in vocabulary().ordinary:
            return None
        is_clear = len(name) >= _SHAPED_FROM or seen.is_foreign or seen.is_cheap or self._at_home_of(name, seen)
        return Imitation(self._names[name], "misspelt") if is_clear else None

    def _is_spared(self, name: str, ending: str) -> bool:
        """Tell whether a slip in a name says something under the brand's own ending and nothing under others."""
        if name in self._words:
            return len(name) >= _TELLING_WORD and len(ending.rpartition(".")[2]) == _COUNTRY
        return len(name) > _SHORT and not _is_telling(name)

    def _at_home_of(self, name: str, seen: _Seen) -> Brand | None:
        """Return the brand with this name that has a domain of its own under the host's ending."""
        return None if seen.suffix in vocabulary().closed_endings else self._homes.get((fold(name), seen.suffix))

    def _beside_words(self, seen: _Seen) -> Imitation | None:
        """Find a brand's name as a token of its own, and words or nonsense in the other tokens."""
        for position, token in enumerate(seen.tokens):
            brand = self._names.get(token)
            if brand is None or len(seen.tokens) == 1:
                continue
            beside = _beside(seen, position)
            if len(token) > _SHORT or beside.lures or seen.is_cheap or seen.is_hosted:
                return Imitation(brand, "brand_with_words")
        return None

    def _inside(self, seen: _Seen) -> Imitation | None:
        """Find a brand's name run together with words, or cut in two by a dash."""
        for text in dict.fromkeys((*seen.tokens, seen.joined)):
            if text in vocabulary().ordinary:
                continue
            for start in range(len(text) - 2):
                for name in self._starts.get(text[start : start + 3], ()):
                    if text.startswith(name, start) and text != name and self._alarms(text, start, name, seen):
                        return Imitation(self._names[name], "brand_with_words")
        return None

    @staticmethod
    def _alarms(text: str, start: int, name: str, seen: _Seen) -> bool:
        words, rest = vocabulary(), text[start + len(name) :]
        if any(name.endswith(tail) and (tail + rest).startswith(tuple(words.compounds)) for tail in _TAILS):
            return False
        if not text[:start] and rest in words.company and not (seen.is_cheap or seen.is_hosted):
            return False
        # `mahabaliexpress` ends like `aliexpress` by chance; `track-aliexpress` does not.
        if len(name) >= _LONG and (not text[:start] or _is_telling(name)):
            return True
        parts = tuple(filter(None, (text[:start], rest)))
        if len(name) <= _SHORT:
            beside = split(parts, spare=0)
            return beside.is_known and (beside.lures or seen.is_hosted or (seen.is_cheap and len(name) == _SHORT))
        return seen.is_cheap or seen.is_hosted or (split(parts).is_known and (seen.is_open or split(parts).lures))

    def _misspelt(self, seen: _Seen) -> Imitation | None:
        """Find a name with a slip in it: alone where the name is long enough, otherwise beside a lure."""
        for text in dict.fromkeys((seen.joined, *seen.tokens)):
            is_read = (len(text) >= _SHORT or seen.is_foreign) and text not in vocabulary().lures
            near = self._near.find(text) if is_read else None
            alone = text == seen.joined
            if near is None or (alone and not seen.is_foreign and text in vocabulary().ordinary):
                continue
            name = near[0]
            lured = split(_others(seen, text)).lures or (len(name) > _SHORT and (seen.is_cheap or seen.is_hosted))
            is_clear = len(name) > _SHORT or seen.is_foreign or (seen.is_open and _is_one_of(text, name))
            if (alone and is_clear) or (lured and text[0] == name[0]):
                return Imitation(self._names[name], "misspelt")
        return None

    def _tail(self, seen: _Seen) -> Imitation | None:
        """Find a name of few letters of its own, such as `auspost`, with these whole and a slip in the rest."""
        for text in dict.fromkeys((seen.joined, *seen.tokens)):
            near = self._tailed.find(text)
            if near is None or text in vocabulary().ordinary:
                continue
            is_whole = _begins_like(text, near[0]) and text[len(_own_part(near[0])) :] not in _NEAR_TAILS
            if is_whole and (text == seen.joined or split(_others(seen, text)).lures):
                return Imitation(self._names[near[0]], "misspelt")
        return None

    def _at_home(self, seen: _Seen) -> Imitation | None:
        """Find a slip in a less telling name, or digits around a name, under the brand's own ending."""
        text = seen.joined
        bare = seen.written.strip(digits)
        numbered = self._at_home_of(bare, seen) if bare in self._names and bare != seen.written else None
        if numbered is not None:
            return Imitation(numbered, "brand_with_words")
        words = vocabulary()
        if len(seen.tokens) > 1 or text in words.ordinary or text in words.lures or text in self._known:
            return None
        neighbours = self._near_home.get(seen.suffix)
        near = neighbours.find(text) if neighbours else None
        brand = self._at_home_of(near[0], seen) if near else None
        if near is None or brand is None:
            return None
        name, own = near[0], _own_part(near[0])
        # `safexpress` is not `sfexpress`: what little is a name's own stands whole at its beginning.
        is_little = len(own) < _SHORT - 1 or (len(own) < _SHORT and name.removeprefix(own) in _CROWDED)
        is_clear = text[0] == name[0] and text != f"{name}s" and (not is_little or _begins_like(text, name))
        return Imitation(brand, "misspelt") if is_clear else None

    def _word(self, seen: _Seen) -> Imitation | None:
        """Find an ordinary word that is a brand, with a lure beside it and nothing else."""
        for position, token in enumerate(seen.tokens):
            brand = self._words.get(token)
            if brand is None:
                continue
            beside = _beside(seen, position)
            if beside.lures and beside.is_known:
                return Imitation(brand, "word_with_lure")
        return None


def imitators() -> Imitators:
    """Return the imitators of the registry in force."""
    return _imitators_of(default_registry())


@lru_cache(maxsize=2)
def _imitators_of(registry: Registry) -> Imitators:
    return Imitators(registry)


def _read(address: Address) -> _Seen:
    """Return the host as somebody in a hurry reads it."""
    words = vocabulary()
    suffix = address.suffix or ""
    own = address.labels[: len(address.labels) - suffix.count(".") - 1] if suffix else address.labels
    shown = [fold(skeleton(label).lower()) for label in own if label != "www"]
    ending = suffix.rpartition(".")[2]
    is_country = not _is_anybodys(address)
    tokens = tuple(filter(None, _SPLIT.split("-".join(shown))))
    return _Seen(
        tokens=tokens,
        joined="".join(shown).translate(_JOINED),
        written="".join(label for label in own if label != "www").translate(_JOINED),
        main=shown[-1] if shown else "",
        is_cheap=ending in words.cheap_endings,
        is_open=not is_country,
        is_hosted=is_lent(suffix),
        is_foreign=any(not label.isascii() and skeleton(label).isascii() for label in own),
        suffix=suffix,
        is_other_script=suffix.isascii() and not is_country and not any(c.isascii() and c.isalpha() for c in own[-1]),
    )


def _is_anybodys(address: Address) -> bool:
    """Tell whether anybody may register under the host's ending, in any country."""
    words, ending = vocabulary(), (address.suffix or "").rpartition(".")[2]
    is_country = len(ending) == _COUNTRY and ending not in words.open_endings | words.cheap_endings
    return not is_country and ending not in words.closed_endings


def _others(seen: _Seen, text: str) -> tuple[str, ...]:
    """Return the tokens beside one, or all of them beside what is no token."""
    return tuple(token for token in seen.tokens if token != text)


def _beside(seen: _Seen, position: int) -> Remainder:
    """Return what the tokens beside one say; two letters between dashes are a country, as in `posta-rs-paket`."""
    others = seen.tokens[:position] + seen.tokens[position + 1 :]
    return split(tuple(token for token in others if len(token) != _COUNTRY))


def _shape(text: str) -> str:
    """Return a folded text with letters of one shape made one."""
    for written, read in _SHAPES:
        text = text.replace(written, read)
    return text


def _endings(brand: Brand) -> frozenset[str]:
    """Return the public suffixes under which a brand has domains."""
    own = (parse(f"https://{domain}/") for domain in (*brand.verified, *brand.listed, *brand.unconfirmed))
    return frozenset(address.suffix for address in own if address is not None and address.suffix)


def _is_one_of(text: str, name: str) -> bool:
    """Tell whether a text so near to a short name means it: it begins like it, or only doubles one of three letters."""
    if len(name) < _SHORT:
        return len(text) > len(name) and any(one == next_one for one, next_one in pairwise(text))
    return text[0] == name[0]


def _is_telling(name: str) -> bool:
    """Tell whether enough of a name is its own, so that a slip in it still points to the brand: `nzpost` does not.

    Three letters are enough where they are no part of any word, as in `dhl`.
    """
    if len(name) < _SHORT:
        return name.isalpha() and not set(name) & set("aeou")
    return len(_own_part(name)) >= _SHORT


def _begins_like(text: str, name: str) -> bool:
    """Tell whether a text a slip away from a name has the name's own part whole: `sfexpres` has, `yunsexpress` not.

    A letter more between own part and tail makes another firm's name, unless it only doubles its neighbour.
    """
    own = _own_part(name)
    rest, tail = text[len(own) :], name[len(own) :]
    is_longer = rest[1:] == tail and rest[0] not in {own[-1], tail[0]}
    return text.startswith(own) and not is_longer


def _own_part(name: str) -> str:
    """Return a name without what many honest names end in."""
    return next((name.removesuffix(tail) for tail in _TAILS if name.endswith(tail)), name)

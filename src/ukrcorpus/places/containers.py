"""What stands beside a name and says what its place lies in: "Kursk, Russia", "Texas towns", "the Iraqi city of X"."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from ukrcorpus.packaged import read_text
from ukrcorpus.places.gazetteer import Names, Place, Sense
from ukrcorpus.places.spotting import Mention

# What a place gains, in decimal logarithms of population: by a container behind a comma or in brackets, and by one that
# other words, or other names of a list, stand between.
CONTAINED, SHARED = 5.0, 3.5
LONG = 60  # characters between two names from which on they are not beside each other
_HOLDERS = frozenset({"country", "admin1", "region"})
FAR = 1.0  # degrees from the middle of a second-order region within which a place is taken to be in it

_KIND = "city|town|village|region|province|state|oblast|district|county|area|settlement|suburb|port|capital|island"
_ENDS = tuple(f" {kind}{of}" for kind in _KIND.split("|") for of in ("", " of"))
_KIND = f"(?:{_KIND})"
_SIDE = rf"(?:(?:(?:far |mid-?)?(?:north|south|east|west|central|upper|lower|coastal|rural)\S* |the |{_KIND} of )*)"
_PART = r"(?:[A-Z]\S+ (?:County|Parish|District), )?"
_BETWEEN = (
    rf"(?:{_KIND} of |(?:{_KIND})?(?: ?(?:located|situated|based) in |, an? (?:[\w-]+ ){{1,4}}(?:in|of) |,? in ))"
)
_OTHERS = r"(?:(?:,|,? and) [A-Z][\w'-]+(?: [A-Z][\w'-]+)?){0,3}"  # names of a list that the index does not have
_WITHIN = re.compile(rf"{_OTHERS}(?:, (?:in )?| \(| ?{_BETWEEN}){_PART}{_SIDE}")
_LISTED = re.compile(r",? (?:and|or|&) (?:the )?|, (?:the )?")
_OWNER = re.compile(rf"'s? {_SIDE}(?:{_KIND} (?:of )?)?| {_KIND} of ")
_PEOPLE = re.compile(rf"([A-Z]\w+)(?: [a-z-]+){{0,2}} {_KIND}(?: of)? $")
_SHORT = re.compile(r",? \(?((?:[A-Z][A-Za-z]*\.?){1,3})")


def listed(plain: str, start: int, end: int) -> bool:
    """Whether nothing but what parts the names of a list stands between two of them."""
    return _LISTED.fullmatch(plain, start, end) is not None


def contained(plain: str, mentions: Sequence[Mention], names: Names) -> list[dict[int, float]]:
    """What the senses of each mention, by their number, gain by the containers beside it, and by what they contain.

    In a list ("Springfield, Decatur and Peoria, Illinois") the container counts for all names, for the last one most.
    """
    people = _peoples(names.senses)
    gains: list[dict[int, float]] = [{} for _ in mentions]
    holding: list[dict[int, float]] = [{} for _ in mentions]

    def hold(inner: int, outers: Sequence[Sense], gain: float, outer: int | None = None, in_list: bool = False) -> None:
        pairs = [
            (number, other)
            for other, holder in enumerate(outers)
            if holder.place.label in _HOLDERS
            for number, sense in enumerate(mentions[inner].senses)
            if _holds(holder.place, sense.place)
        ]
        if pairs and (outer is None or outer < inner or _can_hold(plain, mentions[inner], mentions[outer], in_list)):
            for number, other in pairs:
                gains[inner][number] = max(gain, gains[inner].get(number, 0.0))
                if outer is not None:
                    holding[outer][other] = max(gain, holding[outer].get(other, 0.0))

    gaps = [(one.end, other.start if other.start - one.end < LONG else -1) for one, other in pairwise(mentions)]
    in_list = [listed(plain, *gap) for gap in gaps] + [False]
    for i, mention in enumerate(mentions):
        for j in range(i + 1, min(i + 6, len(mentions))):
            if _WITHIN.fullmatch(plain, *gaps[j - 1]):
                close = j == i + 1 and plain[mention.end : mentions[j].start] in (", ", " (")
                a_list = in_list[j] or (i > 0 and in_list[i - 1])
                hold(i, mentions[j].senses, CONTAINED if close else SHARED, j, a_list)
            elif not in_list[j - 1]:
                break
        if i and _OWNER.fullmatch(plain, *gaps[i - 1]):
            hold(i, mentions[i - 1].senses, SHARED, i - 1)
        if len(mention.senses) > 1:
            short = _SHORT.match(plain, mention.end)
            hold(i, names.senses(f"{short[1]},") if short else (), CONTAINED)
            if plain.endswith(_ENDS, 0, max(0, mention.start - 1)):
                adjective = _PEOPLE.search(plain, max(0, mention.start - LONG), mention.start)
                code = people.get(adjective[1]) if adjective else None
                gains[i] |= {n: CONTAINED for n, s in enumerate(mention.senses) if code and s.place.country == code}
    return [
        {number: within.get(number, 0.0) + around.get(number, 0.0) for number in within | around}
        for within, around in zip(gains, holding, strict=True)
    ]


def _can_hold(plain: str, one: Mention, other: Mention, in_list: bool) -> bool:
    """Whether a name and one behind it can be part and whole, and are no countries or regions in a list."""
    if one.name == other.name:
        return plain[one.end : other.start] == ", "
    if {sense.place for sense in one.senses} & {sense.place for sense in other.senses}:
        return False  # "Kharkov (Kharkiv)"
    kinds = [
        {
            (s.place.label, s.place.country if s.place.label == "admin1" else "")
            for s in m.senses
            if in_list or not s.stem
        }
        for m in (one, other)
    ]
    return not any(label == "country" or (label == "admin1" and in_list) for label, _ in kinds[0] & kinds[1])


def _holds(outer: Place, inner: Place) -> bool:
    """Whether a country, a first-order or a second-order region holds a place."""
    if outer.country is None or outer.country != inner.country or inner.label in ("country", outer.label):
        return False
    if outer.label == "region":
        return inner.label in ("city", "facility") and abs(outer.lat - inner.lat) + abs(outer.lon - inner.lon) < FAR
    return outer.label == "country" or (outer.label == "admin1" and inner.admin1 == outer.name)


@lru_cache(4)
def _peoples(senses: Callable[[str], tuple[Sense, ...]]) -> Mapping[str, str]:
    """The country of a people by its name in English, singular and plural, from the table of entities."""
    rows = [line.split(",") for line in read_text("entities.csv").splitlines() if ",NORP," in line and line[0] != "#"]
    found: dict[str, str] = {}
    for _, _, name, _, aliases, country, *_ in rows:
        words = country.removesuffix("-country").replace("-", " ").title()
        known = senses(words.replace(" And ", " and ").replace(" Of The ", " of the "))
        codes = [sense.place.country for sense in known if sense.place.label == "country" and sense.place.country]
        forms = [form for form in (name, *aliases.split(";")) if form.isascii() and "@" not in form]
        found |= dict.fromkeys(forms if codes else (), codes[0] if codes else "")
    return found

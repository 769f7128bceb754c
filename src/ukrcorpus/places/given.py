"""Names of places at spans that were found elsewhere: what each can mean, also where the index lacks the whole name."""

import re
from collections.abc import Collection, Iterator, Sequence

from ukrcorpus.places.gazetteer import Names, Place, Sense
from ukrcorpus.places.geodesy import distance_km
from ukrcorpus.places.resolving import Choice
from ukrcorpus.places.spotting import Mention

_CITY = (
    r"(?:[Cc]ity|[Tt]own|[Vv]illage|[Mm]unicipality|[Bb]orough|[Tt]ownship|[Dd]istrict|[Pp]rovince|[Rr]egion|[Ss]tate)"
)
_AREA = (
    rf"(?:{_CITY}|[Cc]ounty|[Ss]hire|[Oo]blast|[Kk]rai|[Rr]aion|[Pp]refecture|[Gg]overnorate|[Dd]epartment|[Tt]erritory"
    r"|[Pp]arish|[Dd]ivision|[Cc]ommunity|[Hh]romada|[Aa]reas?|[Ii]slands?|[Pp]eninsula|[Ll]ake|[Bb]ay|[Rr]iver|[Cc]reek"
    r"|[Vv]alley|[Rr]idge|[Hh]ills?|[Mm]ountains?|[Pp]ond|[Rr]eservoir|[Bb]each|[Pp]oint|[Cc]oast|[Hh]arbou?r|[Cc]anyon"
    r"|[Ff]orest(?:ry)?|[Pp]ark|[Bb]ridge|[Dd]am|[Hh]ighway|[Ss]tation|[Pp]lant|[Nn]uclear|[Gg]enerating|[Pp]ower"
    r"|[Ii]nternational|[Aa]irport|[Aa]ir|[Bb]ase|[Uu]niversity|[Hh]ospital|[Ss]tadium|[Cc]ent(?:er|re)|[Ss]chool)s?"
)
_SIDE = r"(?:[Nn]orth|[Ss]outh|[Ee]ast|[Ww]est|[Cc]entral|[Mm]id)[\w-]*|[Gg]reater|[Uu]pper|[Ll]ower|[Oo]ld|[Dd]owntown"
# What may stand before and behind a name and not change by much where it lies.
_BEFORE = re.compile(rf"(?:[Tt]he|{_CITY} of(?: the)?|{_SIDE}|Lake|River|Mount|Mt\.?|Isle of|Gulf of|Bay of) (?=\S)")
_BEHIND = re.compile(rf"(?<=\w)(?:'s?| {_AREA})$")
_GENERAL = re.compile(
    rf"(?:(?:{_AREA}|{_SIDE}|Mount|Fort|Port|Cape|Saint|Republic|Union|Square|Street|Road|New|The)(?: |$))+"
)
_WORD = re.compile(r"[\w'-]+\.?")
_REGION_OF = re.compile(r"(?i)\b(?:oblast|region|province|territory|state) of $")
# Kilometres from which on two places of an article are far from each other. How many characters further from a name a
# place may stand than a city and yet be the better estimate, by what it is (`_nearest`).
_FAR = 200
_COARSE = {"city": 0, "facility": 0, "region": 100, "water": 100, "admin1": 300, "country": 2000}
# Weight of a place from which on it is so well known that it may be far from all others of the article.
_KNOWN = 4.5
_FEW = 8
_VILLAGE_OF = re.compile(r"(?i)\b(?:village|hamlet) of $")
_VILLAGE = 100_000  # no village has so many people
_REGION = re.compile(r"(?i) (?:oblast|region|province|krai|territory|state)\b")


def given_mentions(
    plain: str, spans: Collection[tuple[int, int]], spotted: Collection[Mention], names: Names
) -> list[Mention]:
    """What is named at spans (start, end): as spotting reads it, else as the index knows it or a part of it.

    A span of which the index knows no part has no mention.
    """
    by_start = {mention.start: mention for mention in spotted}
    given = (_given(plain, start, end, by_start.get(start), names) for start, end in spans)
    return [mention for mention in given if mention]


def _given(plain: str, start: int, end: int, spotted: Mention | None, names: Names) -> Mention | None:
    """The name at a span; the word for a region right behind it counts, too. None where the index has nothing."""
    small = _VILLAGE_OF.search(plain, max(0, start - 20), start)
    is_region = _REGION.match(plain, end) is not None or _REGION_OF.search(plain, max(0, start - 20), start) is not None
    fits = spotted and (spotted.end == end or (spotted.end > end and spotted.area and plain[end] == " "))
    if spotted and fits and (spotted.area or not (is_region or small)):
        return spotted._replace(end=end)
    for name, senses, exact in _readings(plain[start:end], names):
        senses = tuple(s for s in senses if s.place.population < _VILLAGE) if small else senses
        regions = tuple(s for s in senses if is_region and s.place.label in ("admin1", "region"))
        if senses:
            return Mention(start, end, name, regions or senses, bool(regions), exact)
    return None


def _readings(surface: str, names: Names) -> Iterator[tuple[str, tuple[Sense, ...], bool]]:
    """What a surface can be the name of, likeliest first: name, what it means, whether it is the whole surface."""
    for name in _forms(surface):
        yield name, names.senses(name), True
    shorter = surface
    while (cut := _BEHIND.sub("", _BEFORE.sub("", shorter, count=1))) != shorter:
        shorter = cut
        for name in _forms(shorter):
            yield name, names.senses(name), False
    yield surface, names.sounding(surface) if " " not in surface else (), False
    words = [found.span() for found in _WORD.finditer(surface)]
    parts = {surface[a:b] for number, (a, _) in enumerate(words) for _, b in words[number:] if surface[a].isupper()}
    for name in sorted(parts, key=lambda part: (-len(part), part)):
        own = tuple(sense for sense in names.senses(name) if sense.primary and not _GENERAL.fullmatch(name))
        yield name, own if len(name) > 3 else (), False


def _forms(surface: str) -> Iterator[str]:
    """The ways in which the index may write a name: with other hyphens and capitals, as an abbreviation."""
    yield surface
    if surface.isupper() and len(surface) > 3:
        yield surface.title()
    yield surface.replace("-", " ")
    yield surface.replace(" ", "-")
    yield surface.replace(".", "")
    for short in (surface, f"{surface}.", surface.replace(".", "")):
        yield f"{short},"


def estimates(
    spans: Collection[tuple[int, int]], chosen: Sequence[tuple[Mention, Choice]]
) -> dict[tuple[int, int], Place]:
    """The place of the article that one lies near, by span, for spans whose place the index lacks.

    It lacks one with no reading, and one whose reading is far from all other places of the article, where these are
    near each other, unless it is well known or stands beside a container.
    """
    sure = [(mention, choice.sense.place) for mention, choice in chosen if choice.score > 0.5 and mention.exact]
    held = [sum(_agree(place, other) for other in {other for _, other in sure}) for _, place in sure]
    of = {(mention.start, mention.end): (mention, choice) for mention, choice in chosen}
    found: dict[tuple[int, int], Place] = {}
    for start, end in spans:
        mention, choice = of.get((start, end), (None, None))
        others = [(m, place, n) for (m, place), n in zip(sure, held, strict=True) if not mention or m.name != mention.name]
        if mention and choice:
            place = choice.sense.place
            known = choice.why == "container" or place.curated or place.weight > _KNOWN
            if mention.exact and (known or place.admin1 in {p.admin1 for _, p, _ in others if p.country == place.country}):
                continue
            agreeing = {other for _, other, _ in others if _agree(place, other)}
            if len(agreeing) * _FEW >= max((n for *_, n in others), default=0):
                continue
        if others:
            found[start, end] = min(
                others,
                key=lambda other: (not other[2], max(start - other[0].end, other[0].start - end) + _COARSE[other[1].label]),
            )[1]
    return found


def _agree(one: Place, other: Place) -> bool:
    """Whether two places are different ones and near each other, or one is a country or region that holds the other."""
    for inner, outer in ((one, other), (other, one)):
        if inner.country == outer.country and inner.label != outer.label:
            if outer.label == "country" or (outer.label == "admin1" and inner.admin1 == outer.name):
                return True
    areas = {one.label, other.label} & {"country", "admin1"}
    return one != other and not areas and distance_km(one.lat, one.lon, other.lat, other.lon) < _FAR

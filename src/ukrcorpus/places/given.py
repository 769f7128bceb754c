"""Names of places at spans that were found elsewhere: what each can mean, also where the index lacks the whole name."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from ukrcorpus.places.gazetteer import Names, Place, Sense
from ukrcorpus.places.geodesy import distance_km
from ukrcorpus.places.resolving import Choice
from ukrcorpus.places.spotting import Mention

_CITY = "(?i:city|town|village|municipality|borough|township|district|province|region|state)"
_AREA = (
    rf"(?:{_CITY}|(?i:county|shire|oblast|krai|raion|prefecture|governorate|department|territory|parish|division|area"
    "|community|hromada|island|peninsula|lake|bay|river|creek|valley|ridge|hill|mountain|pond|reservoir|beach|point"
    "|coast|harbou?r|canyon|forest|forestry|park|bridge|dam|highway|station|plant|nuclear|generating|power|airport|air"
    "|international|base|university|hospital|stadium|cent(?:er|re)|school))s?"
)
_SIDE = "(?i:(?:north|south|east|west|central|mid)[a-z-]*|greater|upper|lower|old|downtown)"
# What may stand before and behind a name and not change by much where it lies; what is no name of its own.
_BEFORE = re.compile(rf"(?:[Tt]he|{_CITY} of(?: the)?|{_SIDE}|Lake|River|Mount|Mt\.?|Isle of|Gulf of|Bay of) (?=\S)")
_BEHIND = re.compile(rf"(?<=\w)(?:'s?| {_AREA})$")
_ALONE = "Mount|Fort|Port|Cape|Saint|Republic|Union|Square|Street|Road|New|The"
_GENERAL = re.compile(rf"(?:(?:{_AREA}|{_SIDE}|{_ALONE})(?: |$))+")
# Between a name and what tells its place from others of that name: no part of "Sutton on Sea" means the same place.
_APART = re.compile(r"\w[ -](?:on|upon|sur|am|an der|by|le|under|cum)[ -]")
_WORD = re.compile(r"[\w'-]+\.?")
_REGION_OF = re.compile(r"(?i)\b(?:oblast|region|province|territory|state) of $")
_REGION = re.compile(r"(?i) (?:oblast|region|province|krai|territory|state)\b")
_VILLAGE_OF, _VILLAGE = re.compile(r"(?i)\b(?:village|hamlet) of $"), 100_000  # no village has so many people
# Kilometres from which on places of an article are far from each other; weight of a place that may be far from all; how
# many times fewer others must speak for a reading than for another place; characters that an estimate may stand further
# from a name than a city and yet be better.
_FAR, _KNOWN, _FEW = 200, 4.5, 4
_COARSE = {"city": 0, "facility": 0, "region": 100, "water": 100, "admin1": 300, "country": 2000}


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
    words = [] if _APART.search(surface) else [found.span() for found in _WORD.finditer(surface)]
    parts = {surface[a:b] for number, (a, _) in enumerate(words) for _, b in words[number:] if surface[a].isupper()}
    for name in sorted(parts, key=lambda part: (-len(part), part)):
        own = tuple(sense for sense in names.senses(name) if sense.primary and not _GENERAL.fullmatch(name))
        yield name, own if len(name) > 3 else (), False


def _forms(surface: str) -> tuple[str, ...]:
    """The ways in which the index may write a name: with other hyphens and capitals, as an abbreviation."""
    title = surface.title() if surface.isupper() and len(surface) > 3 else surface
    bare = surface.replace(".", "")
    hyphens = surface.replace("-", " "), surface.replace(" ", "-")
    return surface, title, *hyphens, bare, f"{surface},", f"{surface}.,", f"{bare},"


def estimates(
    spans: Collection[tuple[int, int]], chosen: Sequence[tuple[Mention, Choice]]
) -> dict[tuple[int, int], Place]:
    """The place of the article that one lies near, by span, for spans whose place the index lacks.

    It lacks one with no reading, and one whose reading is far from all other places of the article, where these are
    near each other, unless it is well known or stands beside a container.
    """
    sure = [(mention, choice.sense.place) for mention, choice in chosen if choice.score > 0.5 and mention.exact]
    once = dict.fromkeys(place for _, place in sure)
    support = {place: sum(_agree(place, other) for other in once) for place in once}
    of = {(mention.start, mention.end): (mention, choice) for mention, choice in chosen}
    found: dict[tuple[int, int], Place] = {}
    for start, end in spans:
        mention, choice = of.get((start, end), (None, None))
        others = [(m, place) for m, place in sure if not mention or m.name != mention.name]
        if mention and choice and not _is_astray(mention, choice, dict.fromkeys(place for _, place in others), support):
            continue
        far = [
            (not support[place], max(start - m.end, m.start - end) + _COARSE[place.label], n)
            for n, (m, place) in enumerate(others)
        ]
        if far:
            found[start, end] = others[min(far)[2]][1]
    return found


def _is_astray(mention: Mention, choice: Choice, others: Collection[Place], support: Mapping[Place, int]) -> bool:
    """Whether a place that hardly anything speaks for is far from the others, which support each other."""
    place = choice.sense.place
    if mention.exact and (choice.why == "container" or place.curated or place.weight > _KNOWN):
        return False
    if mention.exact and place.admin1 in {other.admin1 for other in others if other.country == place.country}:
        return False
    near = sum(_agree(place, other) for other in others)
    return near * _FEW < max((support[other] for other in others), default=0)


def _agree(one: Place, other: Place) -> bool:
    """Whether two places are different ones and near each other, or one is a country or region that holds the other."""
    for inner, outer in ((one, other), (other, one)):
        if inner.country == outer.country and inner.label != outer.label and outer.label in ("country", "admin1"):
            return outer.label == "country" or inner.admin1 == outer.name
    wide = one == other or "country" in (one.label, other.label) or "admin1" in (one.label, other.label)
    return not wide and abs(one.lat - other.lat) < 2 and distance_km(one.lat, one.lon, other.lat, other.lon) < _FAR

"""Places in Ukrainian and Russian texts: their names in whatever case they stand."""

import re
from bisect import bisect_right
from collections import defaultdict
from functools import cache, lru_cache, partial
from importlib import resources

from translitua import RussianInternationalPassport, UkrainianKMU, translit

from ukrcorpus.entities.cyrillic import _FULL_NAME, _declension, _given_names, decline
from ukrcorpus.packaged import read_rows
from ukrcorpus.places.gazetteer import IN_FULL, LEAST, WHOLE, Names, Place, Sense, _index, same_length
from ukrcorpus.places.rules import Rules, read_rules
from ukrcorpus.places.spotting import Mention

# Decimal logarithm of the population from which a city needs no cue: in the countries in full, elsewhere, with the name
# of a person, where it begins a sentence.
LARGE, WORLD, SURE, INITIAL = 4.8, 5.3, 5.8, 6.0
_BEFORE = ("settlement", "locative", "honorific", "initial", "governed", "stuck_before")
_AFTER = ("stuck_after", "next_name", "contained", "feminine", "noun")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_AREA = re.compile(r"(\S+) ([окр])(?:бласть|рай|айон)")

_Senses = tuple[Sense, ...]
_Known = tuple[dict[str, _Senses], frozenset[str], dict[tuple[str, str], _Senses], re.Pattern[str]]

cyrillic_rules = partial(read_rules, str(resources.files("ukrcorpus") / "data" / "place_rules_cyrillic.toml"))


def is_cyrillic(text: str) -> bool:
    """Whether a text is written in Cyrillic letters, by the two commonest vowels."""
    return sum(map(text.count, "аоАО")) > sum(map(text.count, "aoAO"))


def spot_cyrillic(plain: str, spans: list[tuple[int, int, str]], names: Names, rules: Rules) -> list[Mention]:
    """Names of places that begin within the spans (sorted) of a text; one that had a cue once needs none."""
    starts, ends = [start for start, *_ in spans], [0, *(end for _, end, _ in spans)]
    full = (found.groups() for found in _FULL_NAME.finditer(plain))
    surnames = {base for given, _, surname in full if given in _given_names() for base in bases(surname)}
    read: list[tuple[Mention, bool]] = []
    for word in _known(names)[3].finditer(plain):
        start = word.start()
        if start < ends[bisect_right(starts, start)] and not (read and start < read[-1][0].end):
            mention = _mention(plain, start, names, rules)
            sure = _is_sure(plain, mention, names, rules) if mention.senses else None
            if sure is not None:
                read.append((mention, sure > 1 or (sure > 0 and surnames.isdisjoint(bases(word[0])))))
    seen = {sense.place for mention, sure in read if sure for sense in mention.senses}
    return [mention for mention, _ in read if any(sense.place in seen for sense in mention.senses)]


@lru_cache(50_000)
def bases(word: str) -> tuple[str, ...]:
    """The nominatives that a word may be a form of by data/declension.csv, itself first; more than there are."""
    word, kind = word.replace("ё", "е"), "capital" if word[0].isupper() else "small"
    cuts = [(word[:at], _endings().get((kind, word[at:]), ())) for at in range(len(word), max(len(word) - 6, 1), -1)]
    found = {stem + end: None for stem, ends in cuts for end in ends if end or stem[-1] not in "аеєиіїоуюяыэёйь"}
    quiet = bases(word.capitalize()) if word.isupper() and len(word) > 3 else ()
    return word, *(base for base in found if len(base) > 2), *quiet


@cache
def _endings() -> dict[tuple[str, str], list[str]]:
    """The endings of the nominative by kind of word and those of the other cases."""
    found = defaultdict(list)
    for kind, ending, form in ((kind, ending, form) for (kind, ending), of in _declension().items() for form in of):
        found[kind, form].append(ending)
    return dict(found)


@lru_cache(2)
def _known(names: Names) -> _Known:
    """Names of data/places_cyrillic.csv with е for ё; what longer ones begin with; adjectives of areas; first words."""
    own: dict[str, dict[Sense, None]] = defaultdict(dict)
    for name, kind, *columns, _ in read_rows("places_cyrillic.csv").to_numpy().tolist():
        plain = same_length(name)
        places = {s.place: None for stem in (plain, plain.rpartition(" ")[0]) for s in names.senses(stem)}
        for place in [place for place in places if place[:2] == (name, kind)]:
            for custom, listed in zip((None, None, "Soviet-era"), columns, strict=True):
                for form in filter(None, listed.replace("ё", "е").split(";")):
                    own[form][Sense(place, custom)] = None
    known = {name: tuple(senses) for name, senses in own.items()}
    begun = frozenset(name[: word.end()] for name in own for word in _WORD.finditer(name) if word.end() < len(name))
    areas = {(match[1], match[2]): known[name] for name in own if (match := _AREA.fullmatch(name))}
    small = {form for name in own if name[0].islower() for form in decline(_WORD.findall(name)[0])}
    return known, begun, areas, re.compile(rf"\b(?:[А-ЯЁЄІЇҐ][^\W\d_]*|(?:{'|'.join(sorted(small))})\b)")


@lru_cache(50_000)
def _read(names: Names, begun: tuple[str, ...], word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that a word, in any case, is behind their beginnings, and the beginnings of longer ones."""
    (own, longer, *_), index = _known(names), _index()[0]
    read = [start + base for start in begun for base in bases(word)]
    begun = tuple(n for n in read if n in longer or any(next(index.iterkeys(n + b), None) for b in " -"))
    return tuple(name for name in read if name in own or name in index), begun


@lru_cache(50_000)
def _senses(names: Names, read: tuple[str, ...]) -> tuple[str, _Senses]:
    """What names can mean that a spotter looks for, each place once, and the name of the heaviest."""
    found: dict[Place, tuple[Sense, str]] = {}
    for name, sense in ((n, s) for n in read for s in (*_known(names)[0].get(n, ()), *names.senses(n))):
        latin, place = name.isascii(), sense.place
        if place.curated or (not latin and (place.country in WHOLE or place.population >= LEAST)):
            custom = None if latin else sense.spelling
            found.setdefault(place, (sense._replace(primary=True, spelling=custom), name))
    heaviest = max(found, key=lambda of: (of.weight + 1.5 * (of.country in IN_FULL), found[of][1]), default=None)
    return found[heaviest][1] if heaviest else "", tuple(sense for sense, _ in found.values())


@lru_cache(20_000)
def _romanised(word: str) -> tuple[str, ...]:
    return tuple(translit(base, of) for base in bases(word) for of in (UkrainianKMU, RussianInternationalPassport))


def _mention(plain: str, start: int, names: Names, rules: Rules) -> Mention:
    """The longest name that begins at a place of a text, or the word there, and what it can mean."""
    begun: tuple[str, ...] = ("",)
    end, at, read = 0, start, tuple[str, ...]()
    while begun and (part := _WORD.match(plain, at)):
        found, begun = _read(names, begun, part[0])
        end, read = (part.end(), found) if found or not end else (end, read)
        between, at = plain[part.end() : part.end() + 1], part.end() + 1
        begun = tuple(name + between for name in begun if between in (" ", "-"))
    before, word = plain[max(0, start - 60) : start], plain[start:end]
    noun = rules.patterns["area_noun"].match(plain, end)
    areas = [s for base in bases(word) for s in _known(names)[2].get((base, noun[1][0]), ())] if noun else []
    if noun and areas:
        last = noun.end() if noun[0] == f" {noun[1]}" else end
        return Mention(start, last, areas[0].place.name, tuple(areas), area=True)
    cues = {cue for cue in ("settlement", "locative", "water") if rules.patterns[cue].search(before)}
    name, senses = _senses(names, read if read or not cues or len(word) < 5 else _romanised(word))
    for cue, label in (("settlement", "city"), ("water", "water")):
        senses = tuple(sense for sense in senses if cue in cues and sense.place.label == label) or senses
    return Mention(start, end, name, senses)


def _is_sure(plain: str, mention: Mention, names: Names, rules: Rules) -> int | None:
    """Whether a name is a place: 2 by a noun beside it, 1, 0 where it is one only if it is elsewhere, None if none."""
    start, end, name = mention[:3]
    before, surface, after = plain[max(0, start - 60) : start], plain[start:end], plain[end : end + 40]
    cue = {of for of in _BEFORE if rules.patterns[of].search(before)}
    cue |= {of for of in _AFTER if rules.patterns[of].match(after)}
    weight = max(sense.place.weight for sense in mention.senses)
    near = any(sense.place.country in IN_FULL for sense in mention.senses)
    follows, locative, initial = "next_name" in cue and weight < LARGE, "locative" in cue, "initial" in cue
    given = surface in _given_names() or name in _given_names()
    adjective = surface.endswith("ська") and ("feminine" in cue or "governed" not in cue)
    if "stuck_before" in cue or "stuck_after" in cue:
        return None
    if mention.area or "contained" in cue or ("settlement" in cue and not follows):
        return 2
    person = "honorific" in cue or before.rpartition(" ")[0].rpartition(" ")[2] in _given_names()
    if person or (given and "next_name" in cue) or adjective:
        return None
    common = surface.lower() in rules.words["also_common"]
    if name in _known(names)[0] and (locative or not (common and initial)):
        return 1
    if common or re.search(rf"(?<![\w-]){re.escape(surface.lower())}(?![\w-])", plain):
        return None
    foreign = not near and surface != name and name[-1] in "оеєиіїую"  # such names take no endings
    if foreign or (weight < WORLD and "noun" in cue and rules.patterns["adjective"].search(surface)):
        return 0
    if follows or (weight < SURE and (given or rules.patterns["surname"].search(name))):
        return locative and weight >= LARGE and not (before[-2:].lower() == "у " and surface[-1] in "ая")
    if initial:
        curated = surface == name and any(sense.place.curated for sense in mention.senses)
        return curated or (weight > INITIAL - near and (near or len(name) > 4))
    return weight >= (LARGE if near else WORLD) or (locative and (near or weight >= LARGE))

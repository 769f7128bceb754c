"""Where in a text a name of a place stands, and what speaks against its being one."""

import re
from bisect import bisect_right
from typing import NamedTuple

from ukrcorpus.places.gazetteer import IN_FULL, Names, Sense
from ukrcorpus.places.rules import Rules

# Weight (decimal logarithm of the population) from which a city of the index needs no cue.
WELL_KNOWN = 5.3
_SIGNED = re.compile(r"[A-Z]\w+(?:'[a-rt-z]\w*)*")


class Mention(NamedTuple):
    """A name found in a text, with the places it can mean; `area` where a word for a region belongs to it."""

    start: int
    end: int
    name: str
    senses: tuple[Sense, ...]
    area: bool = False
    exact: bool = True


def spot(plain: str, spans: list[tuple[int, int, str]], names: Names, rules: Rules) -> list[Mention]:
    """Names of places that begin within the spans (sorted) of a text, left to right, none overlapping."""
    starts, ends = [start for start, *_ in spans], [0, *(end for _, end, _ in spans)]
    people = frozenset(rules.patterns["titled"].findall(plain))
    mentions: list[Mention] = []
    done = 0
    for word in names.begins.finditer(plain):
        start = word.start()
        if start < done:
            continue
        mention = _known(plain, start, word[0], names) or _by_sound(plain, start, word.end(), names)
        if mention and start < ends[bisect_right(starts, start)]:
            mention = _with_area(plain, mention, names, rules)
            if _is_place(plain, mention, people, rules):
                mentions.append(mention)
                done = mention.end
    return mentions


def _known(plain: str, start: int, word: str, names: Names) -> Mention | None:
    """The longest name that begins with a word and ends where a word does; also in capitals."""
    loud = word.isupper() and len(word) > 3
    for name in names.by_word.get(word, ()) or (loud and names.by_word.get(word.title())) or ():
        end = start + len(name)
        written = plain.startswith(name, start) or (loud and plain.startswith(name.upper(), start))
        senses = names.senses(name) if written and not plain[end : end + 1].isalnum() else ()
        if senses:
            return Mention(start, end, name, senses)
    return None


def _by_sound(plain: str, start: int, end: int, names: Names) -> Mention | None:
    """A name in another romanisation than those that the table knows; soft signs may stand in it."""
    signed = _SIGNED.match(plain, start) if plain[end : end + 1] == "'" else None
    end = signed.end() if signed else end
    name = plain[start:end]
    senses = names.sounding(name) if len(name) > 5 and name[0].isupper() else ()
    return Mention(start, end, name, senses, exact=False) if senses else None


def _with_area(plain: str, mention: Mention, names: Names, rules: Rules) -> Mention:
    """A name with the word beside it for a region or a city: "Kursk region", "the Kursk and Belgorod regions"."""
    if not any(sense.area for sense in mention.senses):
        return mention
    before, patterns = plain[max(0, mention.start - 80) : mention.start], rules.patterns
    if patterns["republics_after"].match(plain, mention.end):
        full = f"{mention.name} People's Republic"
        return mention._replace(name=full, senses=names.senses(full) or mention.senses)
    if patterns["city_before"].search(before):
        cities = tuple(sense for sense in mention.senses if sense.place.label == "city")
        return mention._replace(senses=cities or mention.senses)
    after = patterns["area_after"].match(plain, mention.end)
    if after or patterns["areas_after"].match(plain, mention.end) or patterns["areas_before"].search(before):
        senses = tuple(sense for sense in mention.senses if sense.place.label in ("admin1", "region", "water"))
        return mention._replace(end=after.end() if after else mention.end, senses=senses, area=True)
    return mention


def _is_place(plain: str, mention: Mention, people: frozenset[str], rules: Rules) -> bool:
    """Whether nothing beside a name says that it is a person's, a common word or part of a longer one."""
    before = plain[max(0, mention.start - 40) : mention.start]
    following = plain[mention.end : mention.end + 30]
    if rules.patterns["stuck_before"].search(before) or rules.patterns["stuck_after"].match(following):
        return False
    curated = mention.area or any(sense.place.curated and not sense.stem for sense in mention.senses)
    if curated and mention.name.lower() not in rules.words["also_person"]:
        return True
    if mention.name.rsplit(" ", 1)[-1] in people or _is_named_person(before, following, rules):
        return False
    return curated or _is_likely(mention, before, following, plain, rules)


def _is_named_person(before: str, following: str, rules: Rules) -> bool:
    """Whether a first name, an initial or a title stands before a name, or a surname after it."""
    first = rules.patterns["first_name"].search(before)
    word = first[1].rstrip(".").lower() if first else ""
    if word in rules.words["honorific"]:
        return True
    if word and word not in rules.words["no_first_name"] and not rules.patterns["demonym"].search(word):
        return True
    after = rules.patterns["next_name"].match(following)
    return after is not None and after[1].lower() not in rules.words["no_name"]


def _is_likely(mention: Mention, before: str, following: str, plain: str, rules: Rules) -> bool:
    """Whether a city of the index is large, near the war or introduced as a place, and no common word."""
    name, patterns = mention.name.lower(), rules.patterns
    as_word = rf"(?<![\w-]){re.escape(name)}(?![\w-])"
    if name in rules.words["common"] or (" " not in name and name in plain and re.search(as_word, plain)):
        return False
    heaviest = max(sense.place.weight for sense in mention.senses)
    near = any(sense.place.country in IN_FULL for sense in mention.senses)
    introduced = patterns["introduced"].search(before) is not None
    contained = patterns["container_after"].match(following) is not None
    if heaviest < WELL_KNOWN and patterns["next_name"].match(following):
        return False
    if not mention.exact or (len(name) < 4 and heaviest < WELL_KNOWN + 0.7):
        return near and (introduced or contained)
    if not near and heaviest < WELL_KNOWN:
        return introduced and (contained or heaviest > 4.5)
    return introduced or contained or (heaviest > 4 and not patterns["initial"].search(before))

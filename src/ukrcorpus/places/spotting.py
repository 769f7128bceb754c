"""Where in a text a name of a place stands, and what speaks for and against its being one."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ukrcorpus.places.gazetteer import IN_FULL, Names, Sense
from ukrcorpus.places.rules import Rules

_SIGNED = re.compile(r"[A-Z]\w+(?:'[a-rt-z]\w*)*")
# What ends the word before a name, and what stands between; the ending, the marks and the word after a name.
_TOKEN = re.compile(r"[^\w.'&-]")
_AFTER = re.compile(r"('s?(?!\w))?((?:(?!-\w)[^\w']){0,8})([\w.&'-]{0,30})")
_BETWEEN = ' ,;:!?()[]"/—…“”„«»'
_MARKS = {",": "comma", "(": "bracket", '"': "quote", **dict.fromkeys(".;:!?", "stop")}
# A district called by the adjective of its centre: "Borisovsky district", "Kupianskyi raion".
_DISTRICT = re.compile(
    r"\b([A-Z][a-z']{2,}(?:-[A-Z][a-z']+)?s'?k(?:yi|yy|iy|ii|yj|ij|y|i|a|aya|oe))(?: (?:urban|municipal|city|rural))?"
    r" (?:[Dd]istrict|[Rr]a[iy]on|[Mm]unicipality|[Oo]krug|[Hh]romada|[Cc]ommunity)\b"
)
_ADJECTIVE = re.compile(r"s'?k[a-z]+$")
_CENTRES = ("", "o", "e", "a", "y", "i", "ka", "ki", "ky", "ko", "sk", "s'k", "ske", "ets", "oye", "aya")
_ENGLISH = frozenset(["US", "GB", "CA", "AU", "NZ", "IE"])


class Mention(NamedTuple):
    """A name found in a text, with the places it can mean; `area` where a word for a region belongs to it.

    It is refused where `score` is not above 0; `why` are its cues, if it needed any (data/place_weights.csv).
    """

    start: int
    end: int
    name: str
    senses: tuple[Sense, ...]
    area: bool = False
    exact: bool = True
    score: float = 1.0
    why: str = ""


def spot(
    plain: str, spans: list[tuple[int, int, str]], names: Names, rules: Rules, *, refused: bool = False
) -> list[Mention]:
    """Names of places that begin within the spans (sorted) of a text, left to right, none overlapping.

    A name of the project's table is taken for a place, unless it is a person's too; for any other the weights of its
    cues are added (a linear classifier over what the gazetteer knows of it, the words beside it and the same name
    elsewhere in the article). With `refused`, those that were not taken are given, too.
    """
    found = list(_candidates(plain, spans, names, rules))
    doubtful = [mention for mention in found if not _is_sure(mention, rules)]
    if not doubtful:
        return found
    doubts = rules.words["doubtful"]
    likely = [mention for mention in found if mention.name.lower() not in doubts or _is_firm(mention)]
    ends, starts = {mention.end: mention for mention in likely}, {mention.start: mention for mention in likely}
    beside = {m.start: [_before(plain, m, ends, rules), *_after(plain, m, starts, rules)] for m in doubtful}
    elsewhere: dict[str, Counter[str]] = {}
    known: dict[str, list[str]] = {}
    for mention in doubtful:
        elsewhere.setdefault(mention.name.rpartition(" ")[2], Counter()).update(beside[mention.start])
        known[mention.name] = known.get(mention.name) or _known_of(plain, mention, rules)
    judged = []
    for mention in found:
        cues = beside.get(mention.start)
        if cues:
            others = elsewhere[mention.name.rpartition(" ")[2]]
            if others.total() > len(cues):  # the name stands elsewhere, too
                again = {kind for cue, kind in rules.again.items() if others[cue] > cues.count(cue)}
                cues = [*cues, *sorted(again)]
            cues = [*known[mention.name], *cues]
            noun = rules.patterns["noun_after"].match(plain, mention.end)
            end, score = noun.end() if noun else mention.end, sum(rules.weights.get(cue, 0.0) for cue in cues)
            mention = mention._replace(end=end, score=score, why="; ".join(cues))
        if refused or mention.score > 0:
            judged.append(mention)
    return judged


def _candidates(plain: str, spans: list[tuple[int, int, str]], names: Names, rules: Rules) -> Iterator[Mention]:
    """The longest names that the gazetteer has, apart from points of the compass and parts of addresses."""
    starts, ends = [start for start, *_ in spans], [0, *(end for _, end, _ in spans)]
    done, districts = 0, {found.start(): found for found in _DISTRICT.finditer(plain)}
    for word in names.begins.finditer(plain):
        start = word.start()
        if start < done or not (start in districts or names.begun(word[0]) or plain.startswith("'", word.end())):
            continue
        if start >= ends[bisect_right(starts, start)]:
            continue
        mention = _district(districts[start], names) if start in districts else None
        mention = mention or _known(plain, start, word[0], names) or _by_sound(plain, start, word.end(), names)
        if mention and mention.name.lower() not in rules.words["never"]:
            if _is_stuck(plain, start, mention.end, rules):
                continue
            yield (mention := _with_area(plain, mention, names, rules))
            noun = rules.patterns["noun_after"].match(plain, mention.end)
            done = noun.end() if noun else mention.end
            code = rules.patterns["code_after"].match(plain, done)
            states = names.senses(f"{code[1]},") if code else ()
            if code and states:
                yield Mention(code.start(1), done := code.end(1), code[1], states, area=True)


def _is_stuck(plain: str, start: int, end: int, rules: Rules) -> bool:
    """Whether what looks like a name is part of an address, a handle or a word."""
    alone = start == 0 or plain[start - 1].isspace()
    if not alone and rules.patterns["stuck_before"].search(plain[max(0, start - 2) : start]):
        return True
    return rules.patterns["stuck_after"].match(plain, end) is not None


def _known(plain: str, start: int, word: str, names: Names) -> Mention | None:
    """The longest name that begins with a word and ends where a word does; also in capitals."""
    found = names.longest(plain, start, word)
    if found is None:
        return None
    end, name = found
    signless = names.senses(name.replace("'", "")) if "'" in name else ()  # Luhans'k
    return Mention(start, end, name, signless or names.senses(name))


def _by_sound(plain: str, start: int, end: int, names: Names) -> Mention | None:
    """A name in another romanisation than those that the table knows; soft signs may stand in it."""
    signed = _SIGNED.match(plain, start) if plain[end : end + 1] == "'" else None
    end = signed.end() if signed else end
    name = plain[start:end]
    senses = names.sounding(name) if len(name) > 5 and name[0].isupper() else ()
    return Mention(start, end, name, senses, exact=False) if senses else None


def _district(found: re.Match[str], names: Names) -> Mention | None:
    """A district of Ukraine, Russia, Belarus or Moldova by its own name or by the town whose adjective it is called by.

    The town is found by its stem ("Shebekin-o", "Sudzh-a"); the district lies there, but has not its id.
    """
    adjective = found[1]
    stem = _ADJECTIVE.sub("", adjective)
    stems = [stem, *(stem.removesuffix(more) for more in ("an", "yan", "yn", "in", "en") if stem.endswith(more))]
    if any(s.primary and s.place.label != "region" for s in names.senses(adjective)):
        return None  # "Alaska community", "Sovietsky district"
    known = [s for name in (adjective, f"{stem}skiy", f"{stem}skyi", f"{stem}sk") for s in names.senses(name)]
    regions = [s._replace(stem=False) for s in known if s.place.label == "region" and s.place.country in IN_FULL]
    towns = [s for first in stems if len(first) > 2 for last in _CENTRES for s in names.senses(f"{first}{last}")]
    around = {(s.place.country, s.place.admin1) for s in regions}
    senses = regions + [
        Sense(s.place._replace(label="region", geoname_id=None, seat=None, curated=False), None, primary=s.primary)
        for s in towns
        if s.place.label == "city" and s.place.country in IN_FULL and (s.place.country, s.place.admin1) not in around
    ]
    name = f"{adjective} district or its centre"
    return Mention(*found.span(), name, tuple(dict.fromkeys(senses)), area=True, exact=False) if senses else None


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
        first = tuple(sense for sense in mention.senses if sense.place.label == "admin1")
        senses = first or tuple(sense for sense in mention.senses if sense.place.label in ("region", "water"))
        if senses:
            return mention._replace(end=after.end() if after else mention.end, senses=senses, area=True)
    return mention


def _is_firm(mention: Mention) -> bool:
    """Whether a name can mean a place of the project's table or a first-order region."""
    return mention.area or _facts(mention.senses).firm


def _is_sure(mention: Mention, rules: Rules) -> bool:
    """Whether a name needs no cue: the project's table has it, and it is nobody's name."""
    curated = mention.area or _facts(mention.senses).sure
    return curated and mention.name.lower() not in rules.words["also_person"]


class _Facts(NamedTuple):
    """What the gazetteer says of a name: whether it is of the table, and its cues; of those the last if exact."""

    sure: bool
    firm: bool
    cues: tuple[str, ...]
    near: bool


@lru_cache(20_000)
def _facts(senses: tuple[Sense, ...]) -> _Facts:
    """What is the same for a name in each article; sizes are decimal logarithms."""
    places, own = [sense.place for sense in senses], [sense.place for sense in senses if sense.primary]
    curated = any(place.curated for place in own)
    weight, other = (max((place.weight for place in of), default=0.0) for of in (own, places))
    english = any(place.country in _ENGLISH for place in places)
    number = len(senses)
    cues = ["always", f"{'English' if english else 'abroad'} {1 if number == 1 else 2 if number < 4 else 4}"]
    if curated:
        cues.append("kind table")
    else:
        cues.append("kind region" if any(place.label != "city" for place in own) else "kind city")
        cues.append(f"notable {min(int(2 * max(place.notable for place in places)) / 2, 2.0)}")
        cues.append(f"size {min(int(2 * weight) / 2, 6.5)}" if weight else f"other size {min(int(other), 6)}")
    sure = any(sense.place.curated and sense.primary and not sense.stem for sense in senses)
    firm = curated or any(place.label == "admin1" for place in places)
    return _Facts(sure, firm, tuple(cues), all(place.country in IN_FULL for place in places))


def _known_of(plain: str, mention: Mention, rules: Rules) -> list[str]:
    """Cues from the gazetteer and from the form of a name."""
    name, small, facts = mention.name, mention.name.lower(), _facts(mention.senses)
    cues = [*facts.cues]
    cues.append(f"words {min(sum(map(name.count, ' -'), 1), 3)}")
    cues += [kind for kind in ("common word", "given name", "surname", "also_person") if small in rules.words[kind]]
    if " " not in name and "common word" not in cues and _stands(small, plain):
        cues.append("small elsewhere")
    if len(name) < 5 and (len(name) < 4 or name.isupper()):
        cues.append("short capitals" if name.isupper() else "short")
    return cues + (["near"] if facts.near else []) if mention.exact else [*cues, "by sound"]


def _stands(word: str, plain: str) -> bool:
    """Whether a word stands in a text, in just these letters."""
    start = plain.find(word)
    while start >= 0:
        around = f"{plain[start - 1 : start]}{plain[start + len(word) : start + len(word) + 1]}"
        if not any(character.isalnum() or character in "_-" for character in around):
            return True
        start = plain.find(word, start + 1)
    return False


def _before(plain: str, mention: Mention, ends: dict[int, Mention], rules: Rules) -> str:
    """The cue from what stands before a name."""
    before = plain[max(0, mention.start - 30) : mention.start]
    gap = before[len(before.rstrip(_BETWEEN)) :]
    word = _TOKEN.split(before[: len(before) - len(gap)])[-1]
    small, mark = word.lower().rstrip("."), gap.strip()
    behind_place = mention.start - len(gap) in ends
    if mark:
        kind = _MARKS.get(mark[-1], "mark")
        return f"after {'place,' if kind == 'comma' and behind_place else 'start' if kind == 'stop' else kind}"
    if not gap:
        return "after hyphen" if word else "after start"
    kind = rules.before.get(small, "")
    if small == "of":
        head = plain[max(0, mention.start - 40) : mention.start - 3].rsplit(None, 1)
        of = rules.of.get(head[-1].lower().strip("\"'(") if head else "")
        return f"after {of} of" if of else "after locative"
    if len(word) == 2 and word[0].isupper() and word[1] == ".":
        return "after initial"
    if word.endswith(".") and kind != "honorific":
        return "after start"
    if kind and (kind != "first name" or word[0].isupper()):
        return f"after {kind}"
    if behind_place:
        return "after place"
    if word[:1].isupper():
        return "after Name, a person's" if mention.name.lower() in rules.words["person"] else "after Name"
    return "after number" if word[:1].isdigit() else "after small word"


def _after(plain: str, mention: Mention, starts: dict[int, Mention], rules: Rules) -> list[str]:
    """The cue from what stands after a name, and whether it opens a report ("BREST, July 8 (Reuters) -")."""
    found = _AFTER.match(plain, mention.end)
    owned, gap, word = (found[1], found[2], found[3]) if found else ("", "", "")
    small, mark = word.lower().strip("-.'").removesuffix("'s"), gap.strip()[:1]
    following = starts.get(mention.end + len(owned or "") + len(gap))
    kind = rules.after.get(small, "")
    if owned:
        kind = "'s"
    elif mark == "," and following:
        kind = "container" if _holds(following, mention) else "comma place"
    elif mark == ",":
        kind = "comma Name" if word[:1].isupper() else "comma number" if word[:1].isdigit() else "comma"
    elif mark:
        kind = _MARKS.get(mark, "mark")
    elif word.startswith("-"):
        kind = f"-{kind or 'word'}"
    elif not gap:
        kind = "stuck" if small else "stop"
    elif kind:
        kind = f"small {kind}" if kind in ("noun", "organisation", "street") and word[0].islower() else kind
    else:
        kind = (
            "place" if following else "Name" if word[:1].isupper() else "number" if word[:1].isdigit() else "small word"
        )
        if kind in ("place", "Name") and not (following and _is_firm(following)):
            kind = "Name, a person's" if mention.name.lower() in rules.words["person"] else kind
    text = plain[mention.start : mention.end]
    cues = [f"before {kind}"] + (["loud"] if text.isupper() and text != mention.name else [])
    return [*cues, "dateline"] if rules.patterns["dateline_after"].match(plain, mention.end) else cues


def _holds(outer: Mention, inner: Mention) -> bool:
    """Whether a country or a first-order region can hold a place."""
    within = {(s.place.country, n) for s in inner.senses if s.place.label != "country" for n in (None, s.place.admin1)}
    labels = {"country": None, "admin1": "name"}
    return any(
        (s.place.country, s.place.name if labels[s.place.label] else None) in within
        for s in outer.senses
        if s.place.label in labels
    )

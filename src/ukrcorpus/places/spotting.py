"""Where in a text a name of a place stands, and what speaks against its being one."""

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from ukrcorpus.places.gazetteer import AREA_WORDS, IN_FULL, Names, Sense, loose, same_length

WELL_KNOWN = 5.3
"""Weight (decimal logarithm of the population) from which a city of the index needs no cue."""

_LOCATIVE = re.compile(
    r"\b(?:in|at|near|from|to|of|outside|around|between|towards?|through|inside|into|for) (?:the )?$"
)
_INITIAL = re.compile(r"(?:^|[.!?:;] ?|[\"“”„»«(\[—–] ?| - |  )[\"'“(\[]?$")
_NAME_BEFORE = re.compile(r"(?:^|[^\w'-])((?:[A-Z]\.|[A-Z][\w'-]*[\w])) $")
_NAME_AFTER = re.compile(r" ([A-Z][\w'-]*)")
_PLURAL_AREAS = re.compile(
    r"(?:(?:, (?:the )?[A-Z][\w'-]+)*,? and (?:the )?[A-Z][\w'-]+)?"
    r" (?P<what>regions|oblasts|provinces|People's Republics)\b"
)
_AFTER_PLURAL = re.compile(
    r"\b(?:regions|oblasts|provinces)(?: of|,|:| such as| including| like) "
    r"(?:[A-Z][\w'-]+, )*(?:[A-Z][\w'-]+,? and )?$"
)


_DEMONYM = re.compile(r"(?:an|ish|ese|ic|i|'s)$")
_SIGNED = re.compile(r"[A-Z]\w+(?:'[a-rt-z]\w*)*")
_AREA_AFTER = re.compile(rf" (?:{'|'.join(AREA_WORDS)})\b")


class Mention(NamedTuple):
    """A name found in a text, with the places it can mean."""

    start: int
    end: int
    name: str
    senses: tuple[Sense, ...]
    area: bool
    exact: bool


@cache
def cues() -> dict[str, tuple[str, ...]]:
    """Cue words by class, from `data/place_cues.csv`."""
    text = (files("ukrcorpus") / "data" / "place_cues.csv").read_text(encoding="utf-8")
    listed: dict[str, list[str]] = {}
    for line in text.splitlines():
        if not line.startswith("#") and "," in line:
            kind, cue = line.split(",", 1)
            listed.setdefault(kind, []).append(cue)
    return {kind: tuple(words) for kind, words in listed.items()}


@cache
def _words(kind: str) -> frozenset[str]:
    """The cues of a class, as a set."""
    return frozenset(cues()[kind])


@cache
def cue_pattern(kind: str) -> str:
    """Alternation of the cues of a class; "*" stands for the rest of a word."""
    ordered = sorted(cues()[kind], key=lambda cue: (-len(cue), cue))
    return "|".join(re.escape(cue).replace(r"\*", r"\w*") for cue in ordered)


def spot(text: str, names: Names) -> list[Mention]:
    """Names of places in a text, left to right, none overlapping."""
    plain = same_length(text)
    people = _people(plain)
    mentions = []
    done = 0
    for word in names.begins.finditer(plain):
        if word.start() < done:
            continue
        found = _longest(plain, word, names) or _by_sound(plain, word, names)
        if found and _is_place(plain, found, people):
            mentions.append(found)
            done = found.end
    return mentions


def _longest(plain: str, word: re.Match[str], names: Names) -> Mention | None:
    """The longest name that begins with a word and ends where a word does."""
    start = word.start()
    for first in (word.group(), word.group().title() if word.group().isupper() and len(word.group()) > 3 else None):
        for name, senses in names.by_word.get(first or "", ()):
            end = start + len(name)
            written = plain[start:end]
            same = written == name or (first != word.group() and written == name.upper())
            if same and not plain[end : end + 1].isalnum():
                area = name.rsplit(" ", 1)[-1] in AREA_WORDS
                return _in_context(plain, Mention(start, end, name, senses, area, exact=True), names)
    return None


def _in_context(plain: str, mention: Mention, names: Names) -> Mention:
    """Read a name with the plural behind it: "the Kursk and Belgorod regions"."""
    if not any(sense.stem for sense in mention.senses):
        return mention
    before = plain[max(0, mention.start - 80) : mention.start]
    of_area = re.search(rf"\b(?:{cue_pattern('area_before')}) (?:the )?$", before)
    after = _PLURAL_AREAS.match(plain, mention.end)
    if after and after["what"] == "People's Republics":
        full = f"{mention.name} People's Republic"
        senses = dict(names.by_word.get(mention.name.split(" ", 1)[0], ())).get(full)
        return mention._replace(name=full, senses=senses) if senses else mention
    if of_area or after or _AFTER_PLURAL.search(before):
        return mention._replace(area=True)
    return mention


def _by_sound(plain: str, word: re.Match[str], names: Names) -> Mention | None:
    """A name in another romanisation than those that the table knows; soft signs may stand in it."""
    signed = _SIGNED.match(plain, word.start())
    if signed is None or len(signed.group()) < 6:
        return None
    senses = names.by_sound.get(loose(signed.group()))
    if not senses:
        return None
    after = _AREA_AFTER.match(plain, signed.end())
    end = after.end() if after else signed.end()
    return Mention(word.start(), end, signed.group(), senses, after is not None, exact=False)


def _is_place(plain: str, mention: Mention, people: frozenset[str]) -> bool:
    """Whether nothing beside a name says that it is a person's, a common word or part of a longer one."""
    before = plain[max(0, mention.start - 40) : mention.start]
    if before[-1:].isalnum() or before[-1:] in ("_", "@", "#") or before.endswith("//"):
        return False
    following = plain[mention.end : mention.end + 30]
    if following[:1] in (".", "@", "_") and following[1:2].isalpha() and following[1:2].islower():
        return False
    curated = mention.area or any(sense.place.curated and not sense.stem for sense in mention.senses)
    if curated and mention.name.lower() not in _words("also_person"):
        return True
    if mention.name.rsplit(" ", 1)[-1] in people or _is_named_person(before, following):
        return False
    return curated or _is_likely(plain, mention, before, following)


def _is_named_person(before: str, following: str) -> bool:
    """Whether a first name, an initial or a title stands before a name, or a surname after it."""
    named = _NAME_BEFORE.search(before)
    if named:
        word = named.group(1).rstrip(".").lower()
        if word in _words("honorific") or not (word in _words("no_first_name") or _DEMONYM.search(word)):
            return True
    after = _NAME_AFTER.match(following)
    known = _words("organisation_after") | _words("honorific") | _words("title_after")
    return after is not None and after.group(1).lower() not in known


def _is_likely(plain: str, mention: Mention, before: str, following: str) -> bool:
    """Whether a city of the index is large, near the war or introduced as a place, and no common word."""
    heaviest = max(sense.place.weight for sense in mention.senses)
    near = any(sense.place.country in IN_FULL for sense in mention.senses)
    introduced = _LOCATIVE.search(before) is not None
    contained = re.match(r", [A-Z]", following) is not None
    if mention.name.lower() in _common_words():
        return False
    if " " not in mention.name and re.search(rf"(?<![\w-]){re.escape(mention.name.lower())}(?![\w-])", plain):
        return False
    if heaviest < WELL_KNOWN and following.startswith(" ") and following[1:2].isupper():
        return False
    if not mention.exact or (len(mention.name) < 4 and heaviest < WELL_KNOWN + 0.7):
        return near and (introduced or contained)
    if heaviest >= WELL_KNOWN:
        return introduced or contained or not _INITIAL.search(before)
    if near:
        return introduced or contained or (heaviest > 4 and not _INITIAL.search(before))
    return introduced and (contained or heaviest > 4.5)


@cache
def _common_words() -> frozenset[str]:
    """Words of the cues that a small town somewhere is called, too: University, Central, Council."""
    kinds = ("organisation_after", "organisation_before", "honorific", "no_first_name", "title_after")
    return frozenset().union(*(_words(kind) for kind in kinds))


def _people(plain: str) -> frozenset[str]:
    """Surnames that the text itself gives away: words after a title or an initial."""
    return frozenset(match.group(1) for match in _titled().finditer(plain))


@cache
def _titled() -> re.Pattern[str]:
    """A title or an initial, perhaps a first name, and a surname."""
    titles = "|".join(word.title() for word in cues()["honorific"])
    return re.compile(rf"\b(?:(?:{titles})\.?|[A-Z]\.) (?:[A-Z][\w'-]+ )?([A-Z][\w'-]+\w)")

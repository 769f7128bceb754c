"""Names that no table knows, found by the words around them."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import takewhile
from typing import NamedTuple

from ukrcorpus.entities.table import given_names, is_loud

Span = tuple[int, int, str]
"""Start, end, label of a name that the table knows."""


class Candidate(NamedTuple):
    """A span that is probably a name."""

    start: int
    end: int
    label: str
    rule: str
    score: float


class _Token(NamedTuple):
    start: int
    end: int
    word: str
    known: str  # label of the known name that covers it, or ""


_UPPER = "".join(re.escape(chr(c)) for c in range(0x530) if chr(c).isupper())
_PEOPLES = r"People's(?= (?:Republic|Party|Front|Army|Court|Council|Assembly|Militia)\b)"
_INNER = rf"-(?=[{_UPPER}\d])\w+|'(?!(?:s|t|re|ve|ll|d|m)\b)\w+"
_ABBREVIATED = r"(?:Gen|Lt|Maj|Col|Capt|Sgt|Adm|Mr|Mrs|Ms|Dr|Prof|Sen|Rep|St|Jr|Sr|Corp|Inc|Ltd)\.|[A-Z]\.(?:[A-Z]\.)*"
_WORD = rf"(?:{_ABBREVIATED}|{_PEOPLES}|[{_UPPER}]\w*(?:{_INNER})*)"
_PARTICLE = r"(?:de|von|van|der|den|bin|ibn|al|el|da|di|du|la|le|ter)[ ]"
_RUN = re.compile(rf"(?<!\w)(?:\d{{1,3}}(?:st|nd|rd|th)[ ])?{_WORD}(?:'?[ ](?:{_PARTICLE})?{_WORD})*")
_TOKEN = re.compile(r"[^ ]+")
_LINE = re.compile(r"[^\n]+")

_OF = re.compile(r"[ ](?:of|for|on|against)[ ](?:the[ ])?")
_AND_OF = re.compile(r"[ ](and|of|for)[ ](?:the[ ])?")
_NEXT_WORD = re.compile(r"[ ](\w+)")
_PLACE_BEFORE = re.compile(r"(?<!\w)(?:in|near|at|from|to|of|around|outside|towards?|into|between) $")
_RELATIVE = re.compile(r",? (?:who|whose|whom)\b")
_OPENS_SENTENCE = re.compile(r"(?:^|[.!?:\n][\"'() ]*)$")
_SURNAME = re.compile(r"(?:[oe]va?|[iy]na?|sk[iy]y?|skyi|skaya|ska|enko|chuk|[yi]uk|yan|shvili|dze|v[iy]ch)$")

_TITLED = re.compile(rf'"([{_UPPER}0-9][^"\n]{{2,90}}?)[.,;:!?]?"')
_PATTERNS = (
    (re.compile(r"(?<![\w-])[A-Z][A-Za-z]{0,3}-\d{1,4}[A-Z0-9]{0,3}(?=s?(?!\w))"), "PRODUCT", "designation", 0.6),
    (re.compile(r"(?<=[Tt]he )[A-Z]{3,6}(?![\w-])"), "ORG", "acronym", 0.4),
    (re.compile(rf"(?<=[a-z,] )[{_UPPER}][a-z]{{3,}}ists?(?!\w)"), "NORP", "suffix", 0.6),
)


@lru_cache(maxsize=1)
def cues() -> dict[str, dict[str, str]]:
    """The cue words of data/name_cues.csv: for each kind of cue its words with their labels."""
    lines = (files("ukrcorpus") / "data" / "name_cues.csv").read_text(encoding="utf-8").splitlines()
    rows = [line.split(",") for line in lines if line and not line.startswith("#")][1:]
    found: dict[str, dict[str, str]] = {}
    for cue, kind, label in rows:
        found.setdefault(kind, {})[cue] = label
    return found


@cache
def _words(*kinds: str) -> frozenset[str]:
    """The cue words of some kinds together."""
    return frozenset(word for kind in kinds for word in cues()[kind])


@lru_cache(maxsize=1)
def _settlements() -> frozenset[str]:
    """Names of settlements: all of Ukraine, Russia, Belarus and Moldova; elsewhere of 200,000 people and more."""
    lines = (files("ukrcorpus") / "data" / "cities.csv").read_text(encoding="utf-8").splitlines()
    rows = [line.split(",") for line in lines if not line.startswith("#")]
    name, country, people = (rows[0].index(column) for column in ("name", "country", "population"))
    others = [rows[0].index(column) for column in ("variants", "russian")]
    names: set[str] = set()
    for row in rows[1:]:
        if len(row) == len(rows[0]) and (row[country] in ("UA", "RU", "BY", "MD") or int(row[people]) >= 200_000):
            names.update([row[name], *(form for column in others for form in row[column].split(";"))])
    return frozenset(form for form in names if len(form) > 3 and form[0].isupper())


@lru_cache(maxsize=1)
def _contexts() -> dict[str, re.Pattern[str]]:
    words = {kind: "|".join(sorted(map(re.escape, found), key=len, reverse=True)) for kind, found in cues().items()}
    return {
        "apposition": re.compile(rf", (?:the|an?|his|her|its|their|one of|former|then|\w+'s)? ?(?:[\w'-]+ ){{0,4}}?"
                                 rf"(?:{words['role']})\b"),
        "role": re.compile(rf"(?<!\w)(?:{words['role']}) $"),
        "speech": re.compile(rf",? (?:{words['speech']})\b"),
        "spoken": re.compile(rf"(?<!\w)(?:{words['speech']}|according to) $"),
        "settlement": re.compile(rf"(?<!\w)(?:{words['place']}) of $"),
        "work": re.compile(rf"(?<!\w)(?:{words['work']}),? $"),
    }  # fmt: skip


def find_candidates(text: str, known: list[Span]) -> Iterator[Candidate]:
    """Yield the probable names of a text (already made `even`), given the known ones, sorted and disjoint."""
    quiet = [line.span() for line in _LINE.finditer(text) if is_loud(line[0]) or _is_headline(line[0])]
    starts = [start for start, *_ in known]
    runs: list[list[_Token]] = []
    for run in _RUN.finditer(text):
        if not (quiet and any(start <= run.start() < end for start, end in quiet)):
            runs.append(_tokens(text, run.start(), run.end(), known, starts))
    for tokens, following in zip(runs, [*runs, []][1:], strict=True):
        if not tokens:
            continue
        yield from _regions(text, tokens)
        yield from _bodies(text, tokens, following)
        if all(token.known for token in tokens):
            continue
        yield from _persons(text, tokens)
        yield from _settled(text, tokens)
    for found in _TITLED.finditer(text):
        if _contexts()["work"].search(text, max(0, found.start() - 30), found.start()):
            yield Candidate(found.start(1), found.end(1), "WORK", "title-in-quotes", 0.8)
    for pattern, label, rule, score in _PATTERNS:
        for found in pattern.finditer(text):
            if found[0] not in cues()["not"]:
                yield Candidate(found.start(), found.end(), label, rule, score)


def _tokens(text: str, start: int, end: int, known: list[Span], starts: list[int]) -> list[_Token]:
    """The words of a run of capitalised words, from the first one that can belong to a name."""
    first, last = bisect_left(starts, start), bisect_left(starts, end)
    names = known[max(0, first - 1) : last]
    tokens: list[_Token] = []
    for found in _TOKEN.finditer(text, start, end):
        begin, word = found.start(), found[0].removesuffix("'")
        label = next((name[2] for name in names if name[0] < found.end() and name[1] > begin), "") if names else ""
        if tokens or label or word not in _words("common", "not"):
            tokens.append(_Token(begin, begin + len(word), word, label))
    return tokens


def _is_headline(line: str) -> bool:
    """Whether nearly all long words of a line are capitalised, so that capitals say nothing in it."""
    words = [word for word in line.split() if len(word) > 3 and word[0].isalpha()]
    capitalised = sum(word[0].isupper() for word in words)
    return len(words) > 3 and capitalised > 0.8 * len(words) and not line.rstrip().endswith((".", '"'))


def _bodies(text: str, tokens: list[_Token], following: list[_Token]) -> Iterator[Candidate]:
    """Bodies, buildings, wars, laws by the first or last word of their names."""
    first, last, state = cues()["first"], cues()["last"], cues()["state"]
    final = tokens[-1]
    if final.word in first and following and _OF.fullmatch(text, final.end, following[0].start):
        named = _without_demonym(tokens)
        rest = list(takewhile(lambda t: t.word not in cues()["title"] and t.known != "PERSON", following))
        if rest:
            yield Candidate((named or tokens)[0].start, rest[-1].end, first[final.word], "head-first", 0.75)
    if final.word in _words("last", "state") and not all(token.known for token in tokens):
        named = _without_demonym(tokens) if final.word in state else tokens
        label = last.get(final.word) or state[final.word]
        if len(named) > 1 and not any(token.word in cues()["title"] for token in named[:-1]):
            yield Candidate(named[0].start, final.end, label, "head-last", 0.7)
    for number, token in enumerate(tokens[:-1]):
        if token.word in cues()["before"] and not token.known:
            yield Candidate(token.start, final.end, cues()["before"][tokens[number].word], "head-before", 0.7)
            return


def _without_demonym(tokens: list[_Token]) -> list[_Token]:
    at = next((n for n, token in enumerate(tokens) if token.known not in ("NORP", "GPE")), len(tokens))
    return tokens[at:]


def _regions(text: str, tokens: list[_Token]) -> Iterator[Candidate]:
    """Regions with the word for region, and summits by their place."""
    after = _NEXT_WORD.match(text, tokens[-1].end)
    named = _trailing(tokens, stop=("NORP", "LOC", "ORG", "PERSON", "EVENT", "FAC"))
    if not named:
        return
    if after and after[1] in cues()["region"]:
        yield Candidate(named[0].start, after.end(), "GPE", "region-cue", 0.75)
    elif len(named) > 1 and named[-1].word in cues()["region"] and not named[-1].known:
        yield Candidate(named[0].start, named[-1].end, "GPE", "region-cue", 0.75)
    elif after and after[1].lower() == "summit" and named[-1].known == "GPE":
        yield Candidate(named[-1].start, after.end(), "EVENT", "summit", 0.7)


def _trailing(tokens: list[_Token], *, stop: tuple[str, ...]) -> list[_Token]:
    """The words at the end of a run after the last title, common word, or known name of a kind to stop at."""
    at = len(tokens)
    while at and tokens[at - 1].known not in stop and tokens[at - 1].word not in _words("title", "common", "not"):
        at -= 1
    return tokens[at:]


def _persons(text: str, tokens: list[_Token]) -> Iterator[Candidate]:
    """Persons by title, given name, what stands beside the name, or the ending of the surname."""
    named = _trailing(tokens, stop=("NORP", "LOC", "ORG", "GPE", "EVENT", "FAC", "LAW", "WORK", "PRODUCT"))
    bodies = _words("last", "state", "first", "region")
    if not named or len(named) > 4 or any(token.word in bodies for token in named):
        return
    before = tokens[-len(named) - 1].word if len(tokens) > len(named) else ""
    start, end = named[0].start, named[-1].end
    known = [token.known for token in named]
    if any(known[:-1]) or (known[-1] and len(named) == 1):
        return
    rule = _person_rule(text, named, titled=before in cues()["title"] or _follows_title(text, start))
    if rule and not (known[-1] and rule[0] == "surname-ending"):
        yield Candidate(start, end, "PERSON", *rule)


def _follows_title(text: str, start: int) -> bool:
    word = text[max(0, start - 16) : start].rstrip(" ").rsplit(" ", 1)[-1]
    return text[start - 1 : start] == " " and word in cues()["title"]


def _person_rule(text: str, named: list[_Token], *, titled: bool) -> tuple[str, float] | None:
    start, end = named[0].start, named[-1].end
    full = len(named) > 1 and len(named[-1].word) > 2
    contexts = _contexts()
    if titled:
        return "title-cue", 0.8 if full else 0.6
    if not full or any(any(c.isdigit() for c in token.word) or token.word.isupper() for token in named[1:]):
        return None
    if named[0].word.lower() in given_names():
        return "given-name", 0.75
    opening = text[max(0, start - 40) : start]
    opens = bool(_OPENS_SENTENCE.search(opening))
    if named[-1].known and not opens:
        return "before-surname", 0.6
    if contexts["role"].search(opening):
        return "role-cue", 0.65
    if contexts["apposition"].match(text, end) or _RELATIVE.match(text, end):
        return "apposition", 0.6
    if contexts["speech"].match(text, end) or contexts["spoken"].search(opening):
        return "speech-cue", 0.5
    if not opens and _SURNAME.search(named[-1].word):
        return "surname-ending", 0.5
    return None


def _settled(text: str, tokens: list[_Token]) -> Iterator[Candidate]:
    """Settlements after "the village of", or in a gazetteer and after a preposition of place."""
    if len(tokens) > 3 or any(token.known for token in tokens):
        return
    start, end = tokens[0].start, tokens[-1].end
    opening = text[max(0, start - 30) : start]
    if _contexts()["settlement"].search(opening):
        yield Candidate(start, end, "GPE", "settlement-cue", 0.75)
    elif _PLACE_BEFORE.search(opening) and text[start:end] in _settlements():
        yield Candidate(start, end, "GPE", "gazetteer", 0.65)

"""Names that no table knows, found by the words around them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple

from ukrcorpus.entities.table import DATA, given_names, is_loud, read_data


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


CUES: dict[str, dict[str, str]] = {
    str(kind): dict(zip(rows["cue"], rows["label"], strict=True))
    for kind, rows in read_data(DATA / "name_cues.csv").groupby("kind")
}
"""The cue words of data/name_cues.csv: for each kind of cue its words with the label that they show."""

NO_NAME = {**CUES["common"], **CUES["not"]}
"""Capitalised words that are no part of a name."""

NO_GIVEN_NAME = frozenset(word for words in CUES.values() for word in words)
"""Words that may stand capitalised before a surname and are no given name."""

_BEFORE_PERSON = {**CUES["title"], **NO_NAME}
_HEADS = {**CUES["last"], **CUES["state"]}
_BODIES = {**_HEADS, **CUES["first"], **CUES["region"]}

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
_NEXT_WORD = re.compile(r"[ ](\w+)")


def _any(kind: str) -> str:
    return "|".join(sorted(map(re.escape, CUES[kind]), key=len, reverse=True))


OPENS_SENTENCE = re.compile(r"(?:^|[.!?:\n][\"'() ]*)$")
_PLACE_BEFORE = re.compile(r"(?<!\w)(?:in|near|at|from|to|of|around|outside|towards?|into|between) $")
_SETTLEMENT_BEFORE = re.compile(rf"(?<!\w)(?:{_any('place')}) of $")
_SURNAME = re.compile(r"(?:[oe]va?|[iy]na?|sk[iy]y?|skyi|skaya|ska|enko|chuk|[yi]uk|yan|shvili|dze|v[iy]ch)$")
_BESIDE_PERSON = (  # rule, score, what stands before and what stands after: one of them
    ("role-cue", 0.65, rf"(?<!\w)(?:{_any('role')}) $", "(?!)"),
    ("apposition", 0.6, "(?!)", r",? (?:who|whose|whom)\b|, (?:the|an?|his|her|its|their|one of|former|then|\w+'s)? ?"
                                rf"(?:[\w'-]+ ){{0,4}}?(?:{_any('role')})\b"),
    ("speech-cue", 0.5, rf"(?<!\w)(?:{_any('speech')}|according to) $", rf",? (?:{_any('speech')})\b"),
)  # fmt: skip
_PERSON_RULES = [(rule, score, re.compile(before), re.compile(after)) for rule, score, before, after in _BESIDE_PERSON]
_TITLED = re.compile(rf'(?<= )"([{_UPPER}0-9][^"\n]{{2,90}}?)[.,;:!?]?"')
_LAST_WORD = re.compile(r"(\w+[.,]?) $")
_SHAPES = (  # what stands before a word, the word, and what it then names
    (re.compile(""), re.compile(r"([A-Z][A-Za-z]{0,3}-\d{1,4}[A-Z0-9]{0,3})s?"), "PRODUCT", "designation", 0.6),
    (re.compile(r"\b[Tt]he $"), re.compile(r"([A-Z]{3,6})"), "ORG", "acronym", 0.4),
    (re.compile(r"[a-z,] $"), re.compile(rf"([{_UPPER}][a-z]{{3,}}ists?)"), "NORP", "suffix", 0.6),
)


@lru_cache(maxsize=1)
def _settlements() -> frozenset[str]:
    """Names of settlements: all of Ukraine, Russia, Belarus and Moldova; elsewhere of 200,000 people and more."""
    cities = read_data(DATA / "cities.csv")
    cities = cities[cities["country"].isin(["UA", "RU", "BY", "MD"]) | cities["population"].astype("int64").ge(200_000)]
    forms = (cities["name"] + ";" + cities["variants"] + ";" + cities["russian"]).str.split(";").explode()
    return frozenset(form for form in forms if len(form) > 3 and form[0].isupper())


def find_candidates(text: str, known: list[tuple[int, int, str]]) -> Iterator[Candidate]:
    """Yield the probable names of a text (already made `even`), given start, end, label of the known ones, sorted."""
    runs = [tokens for tokens in _runs(text, known) if tokens]
    for tokens, following in pairwise([*runs, []]):
        yield from _bodies(text, tokens, following)
        yield from _regions(text, tokens)
        if not all(token.known for token in tokens):
            yield from _persons(text, tokens)
            yield from _settlement(text, tokens)
            yield from _shapes(text, tokens)
    for found in _TITLED.finditer(text):
        if _word_before(text, found.start()).removesuffix(",") in CUES["work"]:
            yield Candidate(*found.span(1), "WORK", "title-in-quotes", 0.8)


def _word_before(text: str, at: int) -> str:
    found = _LAST_WORD.search(text, max(0, at - 24), at)
    return found[1] if found else ""


def _runs(text: str, known: list[tuple[int, int, str]]) -> Iterator[list[_Token]]:
    """The runs of capitalised words, each from the first word that can belong to a name."""
    quiet = quiet_lines(text)
    names = iter([*known, (len(text), len(text), "")])
    known_start, known_end, label = next(names)
    for run in _RUN.finditer(text):
        if run[0] in NO_NAME or any(low <= run.start() < high for low, high in quiet):
            continue
        tokens: list[_Token] = []
        for found in _TOKEN.finditer(text, *run.span()):
            word = found[0].removesuffix("'")
            start, end = found.start(), found.start() + len(word)
            while known_end <= start:
                known_start, known_end, label = next(names)
            covered = label if known_start < end else ""
            if tokens or covered or word not in NO_NAME:
                tokens.append(_Token(start, end, word, covered))
        yield tokens


def quiet_lines(text: str) -> list[tuple[int, int]]:
    """Lines in which capitals say nothing: all in capitals, or headlines with nearly all long words capitalised."""
    return [line.span() for line in _LINE.finditer(text) if is_loud(line[0]) or _is_headline(line[0])]


def _is_headline(line: str) -> bool:
    if line.rstrip().endswith((".", '"')):
        return False
    words = [word for word in line.split() if len(word) > 3 and word[0].isalpha()]
    return len(words) > 3 and sum(word[0].isupper() for word in words) > 0.8 * len(words)


def _bodies(text: str, tokens: list[_Token], following: list[_Token]) -> Iterator[Candidate]:
    """Bodies, buildings, wars, laws by the first or last word of their names."""
    final, titles = tokens[-1], CUES["title"]
    named = list(_without_peoples(tokens))
    if final.word in CUES["first"] and following and _OF.fullmatch(text, final.end, following[0].start):
        rest = list(takewhile(lambda token: token.word not in titles and token.known != "PERSON", following))
        if rest:
            yield Candidate((named or tokens)[0].start, rest[-1].end, CUES["first"][final.word], "head-first", 0.75)
    if final.word in _HEADS and not all(token.known for token in tokens):
        named = named if final.word in CUES["state"] else tokens
        if len(named) > 1 and not any(token.word in titles for token in named[:-1]):
            yield Candidate(named[0].start, final.end, _HEADS[final.word], "head-last", 0.7)
    for token in tokens[:-1]:
        if token.word in CUES["before"] and not token.known:
            yield Candidate(token.start, final.end, CUES["before"][token.word], "head-before", 0.7)
            break


def _without_peoples(tokens: list[_Token]) -> list[_Token]:
    at = next((n for n, token in enumerate(tokens) if token.known not in ("NORP", "GPE")), len(tokens))
    return tokens[at:]


def _regions(text: str, tokens: list[_Token]) -> Iterator[Candidate]:
    """Regions with the word for region, and summits by their place."""
    named = _trailing(tokens, known=("", "GPE", "WORK", "PRODUCT", "LAW"))
    if not named:
        return
    first, final = named[0], named[-1]
    after = _NEXT_WORD.match(text, final.end)
    if after and after[1] in CUES["region"]:
        yield Candidate(first.start, after.end(), "GPE", "region-cue", 0.75)
    elif len(named) > 1 and final.word in CUES["region"] and not final.known:
        yield Candidate(first.start, final.end, "GPE", "region-cue", 0.75)
    elif after and after[1].lower() == "summit" and final.known == "GPE":
        yield Candidate(final.start, after.end(), "EVENT", "summit", 0.7)


def _trailing(tokens: list[_Token], *, known: tuple[str, ...]) -> list[_Token]:
    """The words at the end of a run after the last title, common word, or known name of another kind."""
    at = len(tokens)
    while at and tokens[at - 1].known in known and tokens[at - 1].word not in _BEFORE_PERSON:
        at -= 1
    return tokens[at:]


def _persons(text: str, tokens: list[_Token]) -> Iterator[Candidate]:
    """Persons by title, given name, what stands beside the name, or the ending of the surname."""
    named = _trailing(tokens, known=("",))
    if not named or len(named) > 4 or any(token.word in _BODIES for token in named):
        return
    start, end = named[0].start, named[-1].end
    opening = text[max(0, start - 40) : start]
    full = len(named) > 1 and len(named[-1].word) > 2
    if _word_before(text, start) in CUES["title"]:
        yield Candidate(start, end, "PERSON", "title-cue", 0.8 if full else 0.6)
    elif not full or any(token.word.isupper() or any(map(str.isdigit, token.word)) for token in named[1:]):
        return
    elif named[0].word.lower() in given_names():
        yield Candidate(start, end, "PERSON", "given-name", 0.75)
    else:
        for rule, score, before, after in _PERSON_RULES:
            if before.search(opening) or after.match(text, end):
                yield Candidate(start, end, "PERSON", rule, score)
                return
        if _SURNAME.search(named[-1].word) and not OPENS_SENTENCE.search(opening):
            yield Candidate(start, end, "PERSON", "surname-ending", 0.5)


def _settlement(text: str, tokens: list[_Token]) -> Iterator[Candidate]:
    """Settlements after "the village of", or in a gazetteer and after a preposition of place."""
    if len(tokens) > 3 or any(token.known for token in tokens):
        return
    start, end = tokens[0].start, tokens[-1].end
    opening = text[max(0, start - 30) : start]
    if _SETTLEMENT_BEFORE.search(opening):
        yield Candidate(start, end, "GPE", "settlement-cue", 0.75)
    elif _PLACE_BEFORE.search(opening) and text[start:end] in _settlements():
        yield Candidate(start, end, "GPE", "gazetteer", 0.65)


def _shapes(text: str, tokens: list[_Token]) -> Iterator[Candidate]:
    """Weapons by their designations, bodies by their acronyms, followers by the ending -ist."""
    for token in tokens:
        if token.known or token.word in CUES["not"]:
            continue
        for before, shape, label, rule, score in _SHAPES:
            found = shape.fullmatch(token.word)
            if found and before.search(text, max(0, token.start - 5), token.start):
                yield Candidate(token.start, token.start + len(found[1]), label, rule, score)

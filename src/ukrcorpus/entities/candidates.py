"""Names that no table knows, found by the words around them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import product
from typing import Any, NamedTuple

from ukrcorpus.entities.table import KINDS, Entity, given_names, is_loud
from ukrcorpus.packaged import read_rows, read_toml


class Mention(NamedTuple):
    """A mention on its way to becoming a row, with the entities that bear its name, and those it was chosen from."""

    start: int
    end: int
    label: str
    rule: str
    score: float
    entities: tuple[Entity, ...] = ()
    candidates: tuple[Entity, ...] = ()


CUES: dict[str, dict[str, str]] = {
    str(kind): dict(zip(rows["cue"], rows["label"], strict=True))
    for kind, rows in read_rows("name_cues.csv").groupby("kind")
}
"""The cue words of data/name_cues.csv: for each kind of cue its words with the label that they show."""

_UPPER = "".join(re.escape(chr(c)) for c in range(0x530) if chr(c).isupper())
_TOKEN = re.compile(
    r"(?:Gen|Lt|Maj|Col|Capt|Sgt|Adm|Mr|Mrs|Ms|Dr|Prof|Sen|Rep|St|Jr|Sr|Corp|Inc|Ltd)\.|(?:[A-Z]\.)+"
    r"|(?<![\w-])[A-Z][A-Za-z]{0,3}-\d{1,4}[A-Z0-9]{0,3}(?=s?(?!\w))"
    r"|People's(?= (?:Republic|Party|Front|Army|Court|Council|Assembly|Militia)\b)"
    rf"|\w+(?:-(?=[{_UPPER}\d])\w+|'(?!(?:s|t|re|ve|ll|d|m)\b)\w+|'(?= [{_UPPER}]))*|[^\w\s]|\s(?=\s)|\n"
)
_SHAPES = {
    "initial": r"(?:[A-Z]\.)+",
    "designation": r"[A-Z][A-Za-z]{0,3}-\d{1,4}[A-Z0-9]{0,3}",
    "acronym": r"[A-Z]{3,6}",
    "odd": r".{1,2}|.*\d.*|[^a-z]+",
    "verbal": r".*(?:ing|ed|ly)",
    "ist": r".[a-z]{3,}ists?",
    "slavic": r".*(?:[oe]va?|[iy]na?|sk[iy]y?|skyi|skaya|ska|enko|chuk|[yi]uk|yan|shvili|dze|v[iy]ch)",
    "plain": r".*",
}
_ORDINAL = re.compile(r"\d{1,3}(?:st|nd|rd|th)")
_LINE = re.compile(r"[^\n]+")


def _kinds(word: str) -> frozenset[str]:
    """The kinds of cue that a word is, else its shape; and whether it begins with a capital."""
    kinds = {kind for kind, words in CUES.items() if word in words}
    if not word[0].isupper():
        return frozenset(kinds or {"ordinal" if _ORDINAL.fullmatch(word) else "small"})
    if not kinds:
        given = word.lower() in given_names()
        kinds = {"given" if given else next(shape for shape, of in _SHAPES.items() if re.fullmatch(of, word))}
    return frozenset({"capital", *kinds})


_ALL_KINDS = {_kinds(word) for word in ("58th", "word", *(word for words in CUES.values() for word in words))}
_ALL_KINDS |= {frozenset([shape, "capital"]) for shape in ("given", *_SHAPES)}
_SIGNS = {
    (kinds, label): chr(0xE000 + number)
    for number, (kinds, label) in enumerate(product(sorted(_ALL_KINDS, key=sorted), ("", *KINDS)))
}
"""A private character for each combination of kinds and label of a known name: patterns run over these."""


@lru_cache(maxsize=65536)
def _sign(token: str, label: str) -> str:
    """The sign of a token; marks stand for themselves."""
    return _SIGNS[_kinds(token.removesuffix("'")), label] if token[0].isalnum() else token[0]


@lru_cache(maxsize=1)
def _rules() -> list[tuple[str, float, str, re.Pattern[str]]]:
    """Name, score, label and pattern of each rule of data/name_rules.toml."""
    data: dict[str, Any] = read_toml("name_rules.toml")

    @cache
    def any_sign(kind: str) -> str:
        conditions = [(part.lstrip("!").split("|"), part[0] != "!") for part in data["classes"].get(kind, kind).split()]
        signs = ""
        for (kinds, label), sign in _SIGNS.items():
            held = (kinds - {"common", "not"}) | {"known", label} if label else kinds  # New York, known, is not new
            if all(wanted == any(kind in held for kind in any_of) for any_of, wanted in conditions):
                signs += sign
        return f"[{signs}]"

    rules = []
    for name, score, label, pattern in data["rules"]["patterns"]:
        for part, text in data["parts"].items():
            pattern = pattern.replace(f"{{{part}}}", text)
        pattern = re.sub(r"(?<!\?P)<([a-zA-Z-]+)>", lambda found: any_sign(found[1]), pattern)
        rules.append((name, score, label, re.compile(pattern)))
    return rules


def find_candidates(text: str, known: list[Mention]) -> Iterator[Mention]:
    """Yield the probable names of a text (already made `even`), given the known ones."""
    tokens = list(_TOKEN.finditer(text))
    starts = [token.start() for token in tokens]
    signs = [_sign(token[0], "") for token in tokens]
    for start, end in _quiet_lines(text):
        for at in range(bisect_left(starts, start), bisect_left(starts, end)):
            signs[at] = signs[at] if tokens[at][0].lower() in given_names() else "."
    for name in known:
        for at in range(bisect_right(starts, name.start) - 1, bisect_left(starts, name.end)):
            signs[at] = _sign(tokens[at][0], name.label)
    read = "".join(signs)
    for rule, score, label, pattern in _rules():
        for found in pattern.finditer(read):
            start, end = starts[found.start(1)], tokens[found.end(1) - 1].end()
            end -= text[end - 1] == "'"
            kind = CUES[label][tokens[found.start("head")][0]] if label in CUES else label
            yield Mention(start, end, kind, rule, score)


def _quiet_lines(text: str) -> list[tuple[int, int]]:
    """Lines in which capitals say nothing: all in capitals, or headlines with nearly all long words capitalised."""
    return [line.span() for line in _LINE.finditer(text) if is_loud(line[0]) or _is_headline(line[0])]


def _is_headline(line: str) -> bool:
    if line.rstrip().endswith((".", '"')):
        return False
    words = [word for word in line.split() if len(word) > 3 and word[0].isalpha()]
    return len(words) > 3 and sum(word[0].isupper() for word in words) > 0.8 * len(words)

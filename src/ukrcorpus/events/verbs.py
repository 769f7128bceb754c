"""Verbs of a sentence, told by their endings and neighbours, and the one that a time belongs to."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_CLAUSE = re.compile(r"[,;:—–()“”\"]")
_SAYS_WHAT = re.compile(r"\s+that\b|[,:]?\s+[“\"]")
_REACH, _AFTER = 60, 10
"""What a mark between verb and time, and a verb after the time, count for, in characters of distance."""


class Verb(NamedTuple):
    """A verb: its place, the status of what it tells, and whether a relative clause holds it."""

    start: int
    end: int
    status: str
    relative: bool


@cache
def words_of(kind: str) -> frozenset[str]:
    """A word list of `data/events_en.toml`, in small letters."""
    file = files("ukrcorpus") / "data" / "events_en.toml"
    return frozenset(tomllib.loads(file.read_text(encoding="utf-8"))[kind])


def verbs_of(text: str, start: int, end: int) -> Iterator[Verb]:
    """Verbs of a sentence: words in -ed that no article precedes, irregular pasts, and what follows an auxiliary."""
    words = list(WORD.finditer(text, start, end))
    lower = [word[0].lower() for word in words]
    at = 0
    while at < len(words):
        if words[at][0] in words_of("auxiliaries") or words[at][0] in words_of("modals"):
            main = at + 1
            while main < len(words) and (lower[main] in words_of("skipped") or lower[main].endswith("ly")):
                main += 1
            if main < len(words) and words[main][0].islower() and _is_main(lower, at, main):
                status = _status(lower[at:main], lower[main])
                yield Verb(words[main].start(), words[main].end(), status, _in_relative(lower, at))
                at = main
        elif _is_past(lower, at, words[at][0]) or _is_speech(text, words, at):
            yield Verb(words[at].start(), words[at].end(), "past", _in_relative(lower, at))
        at += 1


def _is_main(lower: list[str], auxiliary: int, main: int) -> bool:
    """Whether a word is the main verb of the auxiliary before it; infinitives alone are no events."""
    word = lower[main]
    if lower[auxiliary] in words_of("modals"):
        return lower[auxiliary] != "to" and word not in words_of("before_adjective")
    return word not in words_of("not_verbs") and (word.endswith(("ed", "ing")) or word in words_of("past"))


def _is_past(lower: list[str], at: int, surface: str) -> bool:
    word = lower[at]
    if word in words_of("not_verbs") or "-" in word or (surface[:1].isupper() and at):
        return False
    before = at - 2 if at > 1 and lower[at - 1].endswith("ly") else at - 1
    if at and lower[before] in words_of("before_adjective"):
        return False
    return word in words_of("past") or (len(word) > 4 and word.endswith("ed"))


def _is_speech(text: str, words: list[re.Match[str]], at: int) -> bool:
    """A verb of saying in the present tense, told from the noun ("reports") by what follows."""
    return words[at][0] in words_of("speech") and bool(_SAYS_WHAT.match(text, words[at].end()))


def _in_relative(lower: list[str], at: int) -> bool:
    """Whether a verb stands in a relative clause that has just begun: "who is", "which Russia is"."""
    return bool(words_of("relatives") & set(lower[max(0, at - 2) : at]))


def _status(auxiliaries: list[str], main: str) -> str:
    if set(auxiliaries) & words_of("future"):
        return "announced"
    return "ongoing" if main.endswith("ing") and set(auxiliaries) & {"is", "are", "been"} else "past"


def nearest_verb(text: str, verbs: list[Verb], time: dict[str, Any]) -> Verb | None:
    """The verb a time belongs to: nearest, a break between clauses counting as far as a line of text."""

    def distance(verb: Verb) -> int:
        before = verb.end <= time["start"]
        between = text[verb.end : time["start"]] if before else text[time["end"] : verb.start]
        marks = len(_CLAUSE.findall(between))
        # A time at the head of a sentence is parted from its clause by a comma or two.
        opening = not before and marks and not verb.relative and not any(v.end <= time["start"] for v in verbs)
        return len(between) + _REACH * (0 if opening else marks) + _AFTER * (not before)

    return min(verbs, key=lambda verb: (distance(verb), verb.start), default=None)

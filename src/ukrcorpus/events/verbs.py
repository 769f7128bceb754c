"""Verbs of a sentence, told by their endings and neighbours, and the one that a time belongs to."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ukrcorpus.times.grammar import grammar_of

_CLAUSE = re.compile(r"[,;:—–()“”\"]")
_MARK, _AFTER = 60, 10
"""What a mark between verb and time, and a verb after the time, count for, in characters of distance."""


class Verb(NamedTuple):
    """A verb: its place, the status of what it tells, and whether a relative clause holds it."""

    start: int
    end: int
    status: str
    relative: bool


def verbs_of(text: str, start: int, end: int) -> Iterator[Verb]:
    """Verbs of a sentence: pasts that no article precedes, what follows an auxiliary, sayings in the present."""
    grammar = grammar_of("en", "events")
    tokens = grammar.tokenise(text[start:end])
    for match in grammar.matches(tokens):
        if match.gives["means"] == "verb":
            low, high = tokens.span(match.last - 1, match.last)
            relative = set(tokens.codes[max(0, match.first - 2) : match.first]) & set(grammar.charset["RELATIVE"])
            yield Verb(start + low, start + high, match.gives["status"], bool(relative))


def nearest_verb(text: str, verbs: list[Verb], time: dict[str, Any]) -> Verb | None:
    """The verb a time belongs to: nearest, a break between clauses counting as far as a line of text."""
    leads = not any(verb.end <= time["start"] for verb in verbs)

    def distance(verb: Verb) -> int:
        before = verb.end <= time["start"]
        between = text[verb.end : time["start"]] if before else text[time["end"] : verb.start]
        marks = len(_CLAUSE.findall(between))
        # A time at the head of a sentence is parted from its clause by a comma or two.
        opening = leads and marks and not verb.relative
        return len(between) + _MARK * (0 if opening else marks) + _AFTER * (not before)

    return min(verbs, key=lambda verb: (distance(verb), verb.start), default=None)

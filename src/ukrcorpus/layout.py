"""The layout of a text: its lines, the blocks they make, and the rules that tell furniture from text."""

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from ukrcorpus.packaged import read_text

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
CLOSERS = "\"'”’»“)]}*_"
_SENTENCE_END = ".!?…:;。"
LONGEST_FURNITURE = 400
LIST_ITEM = re.compile(r"(?:[-*•–]|\d{1,2}[.)])\s+\S")
# each line can be read in one way only, so that text which never closes the block takes no longer than its length
FRONT_MATTER = re.compile(
    r"---[ \t]*\r?\n((?:(?:[\w\"'-]+[ \t]*:|[ \t#]|-[ \t]|(?=\r?\n))[^\n]*\n)*?)(?:---|\.\.\.)[ \t]*(?=\r?\n|\Z)"
)
"""YAML at the top of a Markdown file."""

HEADING_MARK = re.compile(r"#{1,6}\s+\S")


class Unit(NamedTuple):
    """A stretch of text that has one label: a line, a block of lines, or a part of one."""

    start: int
    end: int
    label: str = ""
    rule: str = ""
    score: float = 1.0


class Rules(NamedTuple):
    """The compiled rules of a file of zone rules."""

    lines: tuple[tuple[str, str, str, re.Pattern[str]], ...]
    contact_lead: re.Pattern[str]
    credit_tail: re.Pattern[str]
    place_dateline: re.Pattern[str]
    open_endings: frozenset[str]
    name_particles: frozenset[str]


def read_rules(path: str | Path | None) -> Rules:
    """Read a file of zone rules, by default the package's."""
    return _compile_rules(read_text("zone_rules.toml", path))


@lru_cache(maxsize=8)
def _compile_rules(text: str) -> Rules:
    """Compile rules; kept by their text, so that a file that was edited is read anew."""
    data = tomllib.loads(text)
    parts = data.get("parts", {})

    def compiled(pattern: str, flags: int = re.I) -> re.Pattern[str]:
        """Put the parts in, of which a later one may stand in an earlier one, and compile."""
        for name, part in parts.items():
            pattern = pattern.replace(f"<{name}>", part)
        return re.compile(pattern, flags)

    return Rules(
        lines=tuple((rule["name"], rule["label"], rule["where"], compiled(rule["pattern"])) for rule in data["rule"]),
        contact_lead=compiled(data["contact_lead"]["pattern"]),
        credit_tail=compiled(f"(?:{data['credit_tail']['pattern']})\\s*\\Z"),
        place_dateline=compiled(data["place_dateline"]["pattern"], 0),
        open_endings=frozenset(data["open_endings"]),
        name_particles=frozenset(data["name_particles"]),
    )


def cut_text(text: str, after: int, rules: Rules) -> list[Unit]:
    """Cut a text into paragraphs to be, by line or by block, whichever the article uses.

    Lines that another one follows at once have a vote each, by their length: a text of which most ends in mid-sentence
    there is wrapped.
    """
    lines = list(_lines(text, after))
    adjacent = [(a, b) for a, b in pairwise(lines) if not blank_between(text, a, b)]
    complete = sum(a.end - a.start for a, _ in adjacent if not is_open(text[a.start : a.end]))
    if 2 * complete >= sum(a.end - a.start for a, _ in adjacent):
        return lines
    follows = set(adjacent)
    blocks: list[Unit] = lines[:1]
    for number, (before, line) in enumerate(pairwise(lines)):
        in_head = number < 3
        above_ends = in_head or not is_open(text[before.start : before.end])
        parted = (
            (before, line) not in follows
            or (blocks[-1] == before and _stands_alone(text[before.start : before.end], rules, weak=in_head))
            or _stands_alone(text[line.start : line.end], rules, weak=above_ends)
        )
        blocks[-1:] = [*blocks[-1:], line] if parted else [Unit(blocks[-1].start, line.end)]
    return blocks


def _lines(text: str, after: int) -> Iterator[Unit]:
    """Yield each line behind a place that holds more than white space, without the white space around it."""
    for match in _LINE.finditer(text, after):
        line = match[0]
        if line.strip():
            lead = len(line) - len(line.lstrip())
            yield Unit(match.start() + lead, match.start() + len(line.rstrip()))


def blank_between(text: str, a: Unit, b: Unit) -> bool:
    """Whether an empty line stands between two lines; CR LF is one line break."""
    between = text[a.end : b.start].replace("\r\n", "\n")
    return sum(between.count(mark) for mark in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029") > 1


def _stands_alone(surface: str, rules: Rules, *, weak: bool) -> bool:
    """Whether a line within a block is a unit of its own; rules that hold at the edges only count where `weak` is."""
    if LIST_ITEM.match(surface) or HEADING_MARK.match(surface):
        return True
    return len(surface) <= LONGEST_FURNITURE and any(
        (weak or where == "any") and pattern.fullmatch(surface) for _, _, where, pattern in rules.lines
    )


def is_open(surface: str) -> bool:
    """Whether a line does not end as a sentence does."""
    bare = surface.rstrip().rstrip(CLOSERS).rstrip()
    return not bare or bare[-1] not in _SENTENCE_END

"""Quotation marks: which characters of a paragraph stand between them, whatever marks were typed."""

import re
from bisect import bisect_right
from typing import NamedTuple

from ukrcorpus.spans import READ_ZONES

QUOTING_ZONES = (*READ_ZONES, "caption")
"""Zones in which quotations and terms are looked for; captions give words of others, too."""


class Quotation(NamedTuple):
    """What stands between two marks: content without marks or outer white space, and where the marks themselves lie."""

    start: int
    end: int
    opened: int
    closed: int
    complete: bool
    depth: int = 0


class _Opener(NamedTuple):
    """A mark that waits for its partner; `maybe` is the first apostrophe that could be it."""

    mark: str
    opened: int
    start: int
    maybe: int = -1


# A character set first, so that the engine skips what holds no mark at full speed; apostrophes within a word are none.
_ELISION = r"(?:\d\ds|em|til|tis|twas|cause|cos|hood|n|bout|round|s|t|re|ll|ve|d|m)\b"
_MARK = re.compile(rf"[“”„‟\"＂«»‘’'‚‹›`](?!(?<=\w['’])\w)(?:(?<=[‘’'])[‘’'](?!{_ELISION})|(?<=`)`)?", re.IGNORECASE)
_BEFORE = r"\s(\[{—–\-/:“„«"
_MAY_OPEN = re.compile(rf"(?<![^{_BEFORE}‘'])")
_SINGLE_OPENS = re.compile(
    rf"(?<![^{_BEFORE}”\"])[‘'‚‹`](?=[^\s’'‘,.;:!?)]|[’']{_ELISION})(?!{_ELISION})", re.IGNORECASE
)
_SINGLE_CLOSES = re.compile(r"(?<=\S)[‘’'›](?![^\W_])")
_PARTNERS = {"‘": "’'", "'": "’'", "`": "’'", "‚": "‘’", "‹": "›"}
_YEAR = re.compile(
    r"\b(?:in|of|since|from|until|till|by|to|after|before|and|early|late|the|class|[A-Z]\w+)\s.\d\d\b(?![:.]\d)"
)
_WORD_FOLLOWS = re.compile(r"\s[a-z]")
# What a plural in the possessive owns: never one of the words that join, place or say something.
_OWNED_FOLLOWS = re.compile(
    r"\s(?!(?:an?|the|and|or|but|nor|of|in|on|to|for|from|with|without|at|by|as|into|over|under|after|before|since"
    r"|until|when|while|where|because|if|than|that|who|which|is|are|was|were|be|been|has|have|had|do|does|did|will"
    r"|would|can|could|may|might|must|should|not|he|she|it|they|we|you|i|his|its|their|said|says)\b)[^\W\d_]",
    re.IGNORECASE,
)
_LONGEST_LOST = 400
_SENTENCE_ENDS = re.compile(r"[.!?]\s")


def find_quotations(text: str) -> list[Quotation]:
    """Find what stands in quotation marks in one paragraph.

    Double marks are paired by their neighbours as well as by their form, since curly marks are often typed the wrong
    way round; a mark that is never closed ends with the paragraph, or before the next one that opens. Single marks
    count only as a pair, and never where an apostrophe, a soft sign, a decade or a measure is meant.

    Returns:
        Quotations in reading order, an outer one before what is nested in it; `depth` counts what encloses it.

    Example:
        >>> [text[q.start : q.end] for text in ["He said “no”, in the '90s."] for q in find_quotations(text)]
        ['no']

    """
    found: list[Quotation] = []
    waiting: list[_Opener] = []
    unclosed: list[_Opener] = []

    def give_up(opener: _Opener) -> None:
        if opener.mark not in _PARTNERS:
            unclosed.extend([] if text[opener.start : opener.start + 1].isspace() else [opener])
        elif opener.maybe >= 0 and not _SENTENCE_ENDS.search(text, opener.start, opener.maybe):
            found.append(Quotation(opener.start, opener.maybe, opener.opened, opener.maybe + 1, True))

    for mark in _MARK.finditer(text):
        last = waiting[-1] if waiting else _Opener("", 0, 0)
        move = _move(text, mark, waiting)
        if move == "open":
            if last.mark in _PARTNERS and _kin(mark[0]) == "single":
                give_up(waiting.pop())
            waiting.append(_Opener(mark[0], *mark.span()))
        elif move == "maybe" and last.maybe < 0 and (last.mark == "'") == (mark[0] == "'"):
            waiting[-1] = last._replace(maybe=mark.start())
        elif move == "lost" and not found and not waiting:
            found.append(Quotation(0, mark.start(), 0, mark.end(), False))
        while move == "close" and waiting:
            opener = waiting.pop()
            if _kin(opener.mark) == _kin(mark[0]):
                found.append(Quotation(opener.start, mark.start(), opener.opened, mark.end(), True))
                break
            give_up(opener)
    for opener in waiting:
        give_up(opener)
    starts = sorted(
        [opener.opened for opener in unclosed] + [q.opened for q in found if _kin(text[q.opened : q.start]) != "single"]
    )
    closed = {q.opened: q for q in found if text[q.opened] == "«"}
    for opener in unclosed:
        following = bisect_right(starts, opener.opened)
        end = starts[following] if following < len(starts) else len(text)
        if opener.mark == "«" and end in closed:  # One mark closes both.
            found.append(closed[end]._replace(start=opener.start, opened=opener.opened))
        else:
            found.append(Quotation(opener.start, end, opener.opened, end, False))
    return _nested(text, found)


def _kin(mark: str) -> str:
    """Which marks go together, whatever their form."""
    return "single" if len(mark) == 1 and mark in "‘’'‚‹›`" else "guillemet" if mark in "«»" else "double"


def _move(text: str, mark: re.Match[str], waiting: list[_Opener]) -> str:
    """Whether a mark opens, closes, may close, has lost the mark that opens ("We go," he said), or is none ("")."""
    char, (start, end) = mark[0], mark.span()
    if _kin(char) == "single":
        if _SINGLE_OPENS.match(text, start):
            year = text[end : end + 1].isdigit() and _YEAR.search(text, max(start - 10, 0), end + 4)
            return "" if year else "open"
        if not waiting or char not in _PARTNERS.get(waiting[-1].mark, "") or not _SINGLE_CLOSES.match(text, start):
            return ""
        # The soldiers’ mothers: a plural in the possessive, unless no better mark follows.
        return "maybe" if text[start - 1] in "sS" and _OWNED_FOLLOWS.match(text, end) else "close"
    before, after = text[start - 1] if start else " ", text[end : end + 1] or " "
    fits_open = bool(_MAY_OPEN.match(text, start)) and not after.isspace()
    fits_close = not before.isspace() and (not after.isalnum() or before in ".,!?…;")
    if char in "«»":
        if next((opener.mark for opener in reversed(waiting) if opener.mark in "«»"), char) != char:
            return "close"
        return "open" if char == "«" or fits_open else ""
    partner = next((opener.mark for opener in reversed(waiting) if _kin(opener.mark) == "double"), "")
    if char == "``" or (char in "“„‟" and not (partner and fits_close and (partner == "„" or not fits_open))):
        return "open"
    if not partner:
        spaced = before.isspace() and after.isspace()
        if (fits_open or spaced) and not before.isdigit() and end < len(text):
            return "open"
        return "lost" if before in ",?!" and after.isspace() and start < _LONGEST_LOST else ""
    if char in ('"', "''") and before.isdigit() and _WORD_FOLLOWS.match(text, end):
        # Inches, where a later mark of the paragraph still closes the quotation.
        later = text.find(char, end)
        if later > 0 and not text[later - 1].isspace():
            return ""
    return "open" if fits_open and not fits_close else "close"


def _nested(text: str, found: list[Quotation]) -> list[Quotation]:
    """In reading order, with depth and without outer white space; of two that cross, the later one is dropped."""
    ordered: list[Quotation] = []
    ends: list[int] = []
    for q in sorted(found, key=lambda q: (q.opened, -q.closed)):
        while ends and ends[-1] <= q.opened:
            ends.pop()
        content = text[q.start : q.end]
        if ordered and (q.opened, q.closed) == ordered[-1][:2] and text[q.opened] == text[ordered[-1].opened]:
            ordered.pop(), ends.pop()  # the same mark typed twice
        if any(map(str.isalnum, content)) and not (ends and q.closed > ends[-1]):
            start = q.end - len(content.lstrip())
            ordered.append(q._replace(start=start, end=start + len(content.strip()), depth=len(ends)))
            ends.append(q.closed)
    return ordered

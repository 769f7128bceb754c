"""Quotation marks: which characters of a paragraph stand between them, whatever marks were typed."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import islice, takewhile
from typing import NamedTuple


class Quotation(NamedTuple):
    """What stands between two marks: content without marks or outer white space, and where the marks themselves lie."""

    start: int
    end: int
    opened: int
    closed: int
    complete: bool
    depth: int = 0


_DOUBLE = re.compile("[“”„‟\"«»]|``|''")
_GUILLEMETS = "«»"
_OPENING_NEIGHBOUR = frozenset(" \t\n\r\u00a0\u2009\u202f([{—–-/:‘'“„«")
_STOPS = ".,!?…;"
_LEADING = r"(?<![^\s(\[{—–\-/“”\"„«:])"
_NO_ELISION = r"(?!\d\ds?\b|(?:em|til|tis|twas|cause|n|bout|round|s|t|re|ll|ve|d|m)\b)"
_SINGLE = re.compile(rf"{_LEADING}[‘'‚‹](?=[^\s’'‘,.;:!?)]){_NO_ELISION}", re.IGNORECASE)
_SINGLE_CLOSER = re.compile(r"(?<=\S)[’'](?![^\W_])")
_CLOSER_OF = {"‚": re.compile("[‘’]"), "‹": re.compile("›")}


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
    doubles = _pair_doubles(text)
    return _nested([*doubles, *_pair_singles(text, doubles)])


def _pair_doubles(text: str) -> list[Quotation]:
    found: list[Quotation] = []
    stack: list[re.Match[str]] = []
    abandoned: list[re.Match[str]] = []
    for mark in _DOUBLE.finditer(text):
        move = _move(text, mark, stack)
        if move == "open":
            if stack and stack[-1][0] == mark[0] == '"':
                abandoned.append(stack.pop())
            stack.append(mark)
        elif move == "close":
            guillemet = mark[0] in _GUILLEMETS
            while stack:
                opener = stack.pop()
                if (opener[0] in _GUILLEMETS) == guillemet:
                    found += _content(text, opener.start(), opener.end(), mark.start(), mark.end(), True)
                    break
                abandoned.append(opener)
    abandoned += stack
    starts = sorted([q.opened for q in found] + [opener.start() for opener in abandoned])
    for opener in abandoned:
        following = bisect_right(starts, opener.start())
        end = starts[following] if following < len(starts) else len(text)
        found += _content(text, opener.start(), opener.end(), end, end, False)
    return found


def _move(text: str, mark: re.Match[str], stack: list[re.Match[str]]) -> str:
    """Whether a double mark opens, closes or is none."""
    before = text[mark.start() - 1] if mark.start() else " "
    after = text[mark.end()] if mark.end() < len(text) else " "
    fits_open = before in _OPENING_NEIGHBOUR and not after.isspace()
    fits_close = not before.isspace() and (not after.isalnum() or before in _STOPS)
    char = mark[0]
    if char in _GUILLEMETS:
        other = "»" if char == "«" else "«"
        if any(opener[0] == other for opener in stack):
            return "close"
        return "open" if char == "«" or fits_open else ""
    closable = any(opener[0] not in _GUILLEMETS for opener in stack)
    if char == "``":
        return "open"
    if char in "“„‟":
        wrong_way = closable and fits_close and not fits_open
        return "close" if wrong_way or (closable and stack[-1][0] == "„" and fits_close) else "open"
    if char == "”" and closable:
        return "open" if fits_open and not fits_close else "close"
    if not closable:
        return "open" if fits_open and not (before.isdigit() or mark.end() == len(text)) else ""
    if char == '"' and before.isdigit() and _is_measure(text, mark.end()):
        return ""
    if fits_close != fits_open:
        return "close" if fits_close else "open"
    return "close"


def _is_measure(text: str, at: int) -> bool:
    """Whether a straight mark after a digit means inches: a later mark of the paragraph still closes the quotation."""
    if not re.match(r"\s[a-z]", text[at : at + 2]):
        return False
    later = text.find('"', at)
    return later > 0 and not text[later - 1].isspace()


def _pair_singles(text: str, doubles: list[Quotation]) -> list[Quotation]:
    found: list[Quotation] = []
    doubles = sorted(doubles, key=lambda q: q.opened)
    enclosing: list[Quotation] = []
    reached = seen = 0
    for mark in _SINGLE.finditer(text):
        while seen < len(doubles) and doubles[seen].opened < mark.start():
            enclosing.append(doubles[seen])
            seen += 1
        while enclosing and enclosing[-1].closed <= mark.start():
            enclosing.pop()
        if mark.start() < reached:
            continue
        closer = _single_closer(text, mark, enclosing[-1].end if enclosing else len(text))
        if closer is None:
            continue
        if _crosses(closer, islice(doubles, seen, None)):
            continue
        found += _content(text, mark.start(), mark.end(), closer, closer + 1, True)
        reached = closer + 1
    return found


def _crosses(closer: int, following: Iterable[Quotation]) -> bool:
    """Whether a double quotation opens before the closing mark and ends after it."""
    return any(q.closed > closer for q in takewhile(lambda q: q.opened < closer, following))


def _single_closer(text: str, mark: re.Match[str], limit: int) -> int | None:
    """Where a single quotation ends: the first mark that cannot be a plural possessive, else the last that might."""
    following = _SINGLE.search(text, mark.end(), limit)
    limit = min(limit, following.start()) if following else limit
    fallback = None
    for closer in _CLOSER_OF.get(mark[0], _SINGLE_CLOSER).finditer(text, mark.end(), limit):
        possessive = text[closer.start() - 1] == "s" and re.match(r"\s[a-z]", text[closer.end() : closer.end() + 2])
        if mark[0] in _CLOSER_OF or not possessive:
            return closer.start()
        fallback = closer.start()
    return fallback


def _content(text: str, opened: int, start: int, end: int, closed: int, complete: bool) -> list[Quotation]:
    inner = text[start:end]
    stripped = inner.strip()
    if not any(char.isalnum() for char in stripped):
        return []
    lead = len(inner) - len(inner.lstrip())
    return [Quotation(start + lead, start + lead + len(stripped), opened, closed, complete)]


def _nested(found: list[Quotation]) -> list[Quotation]:
    """In reading order, with depth; of two that cross, the one that opens later is dropped."""
    ordered: list[Quotation] = []
    enclosing: list[Quotation] = []
    for quotation in sorted(found, key=lambda q: (q.opened, -q.closed)):
        while enclosing and enclosing[-1].closed <= quotation.opened:
            enclosing.pop()
        if enclosing and quotation.closed > enclosing[-1].closed:
            continue
        enclosing.append(quotation)
        ordered.append(quotation._replace(depth=len(enclosing) - 1))
    return ordered

"""Time expressions of articles, with their place on the calendar."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ukrcorpus.spans import each_article, span_table
from ukrcorpus.times.anchor import Anchored, Publication, Told, anchor_reading, lean_of
from ukrcorpus.times.calendar import edtf_of
from ukrcorpus.times.grammar import BREAK, Grammar, Match, Tokens, compile_grammar, grammar_of
from ukrcorpus.times.meaning import read
from ukrcorpus.times.reading import UNKNOWN, Reading
from ukrcorpus.zones import find_zones

_SCORES = {"none": 0.5, "inferred": 0.7, "text": 0.9, "published": 0.8}
"""How far the anchor can be relied on: a date that says its year most, one that could not be placed least."""
_HISTORY = 8
"""Years that an article must tell to count as a history."""
_YEAR_RULES = {"year", "old_year", "short_year"}


def find_times(
    docs: pd.DataFrame, *, zones: pd.DataFrame | None = None, rules: Mapping[str, Any] | None = None
) -> pd.DataFrame:
    """Find the time expressions of each article and say when they are.

    A row is a time expression in the sense of TimeML's TIMEX3 (Pustejovsky et al. 2003). What an expression leaves out
    is reckoned from the article's date of publication (`anchor` published), from the interval in which it must have
    appeared (inferred; the row's own interval widens by it, and where the first and the last possible day give
    different values, the value is the month, year or decade that holds both), or from a date told before it (text).
    A date that says its own year has the anchor text. Where there is nothing to reckon from, the value keeps X in the
    places that are missing ("XXXX-WXX-3" is a Wednesday), the interval is null and the anchor is none. The clock of
    the machine is never read.

    A weekday is the most recent one, the day of publication included; a month the most recent one; unless the nearest
    verb of the sentence looks ahead. In a paragraph that has told a year before, and in an article that tells more
    dates with their year than without, months take the year told last.

    Args:
        docs: a table with `doc_id` and `text`; `published`, `published_low`, `published_high` anchor where given.
        zones: the result of `find_zones`, where it was made already.
        rules: words and rules in place of the package's own, shaped like `data/times_en.toml`.

    Returns:
        Columns of a span table, `label` being DATE, TIME, DURATION or SET, and `value` (TIMEX3), `date_low`,
        `date_high` (first and last second, naive; null where none), `edtf`, `anchor`.

    Raises:
        ValueError: where docs lacks a column or holds an id twice, or a rule names a class that there is not.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["It began in late April 2024."]})
        >>> find_times(docs)[["surface", "value", "edtf"]].values.tolist()
        [['late April 2024', '2024-04', '2024-04-21~/2024-04-30~']]

    """
    zones = find_zones(docs) if zones is None else zones
    grammar = grammar_of() if rules is None else compile_grammar(rules)
    publications = _publications(docs)
    rows: list[dict[str, Any]] = []
    for doc_id, text in each_article(docs):
        rows.extend({"doc_id": doc_id, **row} for row in _times_of(text, publications.get(doc_id), grammar))
    return span_table(rows, "times", docs, zones)


def _publications(docs: pd.DataFrame) -> dict[str, Publication]:
    """For each article the days on which it may have appeared; none where nothing is known."""
    found = {}
    columns = [docs[name] if name in docs.columns else [None] * len(docs) for name in _PUBLISHED]
    for doc_id, stated, low, high in zip(docs["doc_id"], *columns, strict=True):
        if pd.notna(stated):
            day = pd.Timestamp(stated).date()
            found[doc_id] = Publication(day, day, "published")
        elif pd.notna(low) and pd.notna(high):
            found[doc_id] = Publication(pd.Timestamp(low).date(), pd.Timestamp(high).date(), "inferred")
    return found


_PUBLISHED = ("published", "published_low", "published_high")


def _times_of(text: str, publication: Publication | None, grammar: Grammar) -> Iterator[dict[str, Any]]:
    tokens = grammar.tokenise(text)
    found = [(match, reading) for match in grammar.matches(tokens) for reading in read(match)]
    told = Told(_is_narrative(found, tokens))
    at, paragraph = 0, 0
    for match, reading in found:
        first, last = reading.tokens or (match.first, match.last)
        paragraph += tokens.codes.count(BREAK, at, first)
        at = first
        lean = lean_of(tokens, first, last, grammar) if reading.base in ("lean", "published") else UNKNOWN
        anchored = anchor_reading(reading, publication, told, paragraph, lean)
        tells_year = _tells_year(match, reading, tokens)
        if reading.label in ("DATE", "TIME") and (reading.base or tells_year) and reading.unit:
            told.note(anchored, _finest(anchored), paragraph, tells_year)
        yield _row(match, reading, anchored, tokens.starts[first], tokens.ends[last - 1])


def _row(match: Match, reading: Reading, anchored: Anchored, start: int, end: int) -> dict[str, Any]:
    interval = anchored.interval
    return {
        "start": start,
        "end": end,
        "label": reading.label,
        "rule": match.rule.name,
        "score": _SCORES[anchored.anchor],
        "value": anchored.value,
        "date_low": interval.low if interval else None,
        "date_high": interval.high if interval else None,
        "edtf": edtf_of(anchored.value, interval, one_of=anchored.blurred),
        "anchor": anchored.anchor,
    }


def _finest(anchored: Anchored) -> str:
    """The calendar unit of a value, for what follows it in the text."""
    value = anchored.value
    if "W" in value[:6]:
        return "W"
    return {2: "CE", 3: "DE", 4: "Y", 7: "M"}.get(len(value), "D")


def _tells_year(match: Match, reading: Reading, tokens: Tokens) -> bool:
    """Whether an expression takes the narrative to its year; one in an event's name ("the 1917 revolution") no."""
    if reading.base:
        return False
    if match.rule.name not in _YEAR_RULES or match.last - match.first > 1:
        return True
    before = tokens.words[match.first - 1].lower() if match.first else ""
    return before in ("in", "during", "from", "by")


def _is_narrative(found: list[tuple[Match, Reading]], tokens: Tokens) -> bool:
    """Whether an article tells years as histories do: often, and seldom reckons from the day it is written."""
    stated = sum(1 for match, reading in found if reading.unit and _tells_year(match, reading, tokens))
    deictic = sum(1 for _, reading in found if reading.base == "published" or reading.value == "PRESENT_REF")
    return stated >= _HISTORY and stated >= 2 * deictic

"""Time expressions of articles, with their place on the calendar."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ukrcorpus.spans import each_article, span_table
from ukrcorpus.times.anchor import Anchored, Publication, Told, anchor_reading
from ukrcorpus.times.calendar import edtf_of
from ukrcorpus.times.grammar import BREAK, Grammar, Match, Tokens, compile_grammar, grammar_of, languages
from ukrcorpus.times.periods import publication_days
from ukrcorpus.times.reading import FUTURE, PAST, UNKNOWN, Reading, read
from ukrcorpus.zones import find_zones

_SCORES = {"none": 0.5, "inferred": 0.7, "text": 0.9, "published": 0.8}
"""How far the anchor can be relied on: a date that says its year most, one that could not be placed least."""
_HISTORY = 8
"""Years that an article must tell to count as a history."""


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
        docs: a table with `doc_id` and `text`; `published`, `published_low`, `published_high` anchor where given;
            `language` chooses the rules, those of English where there are none for it.
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
    grammar = compile_grammar(rules) if rules is not None else None
    known = dict(zip(docs["doc_id"], docs["language"], strict=True)) if "language" in docs.columns else {}
    publications = _publications(docs)
    rows: list[dict[str, Any]] = []
    for doc_id, text in each_article(docs):
        language = str(known.get(doc_id))
        chosen = grammar or grammar_of(language if language in languages() else "en")
        found = _times_of(text, publications.get(doc_id), chosen)
        rows.extend({"doc_id": doc_id, **row} for row in found)
    return span_table(rows, "times", docs, zones)


def _publications(docs: pd.DataFrame) -> dict[str, Publication]:
    """For each article the days on which it may have appeared; none where nothing is known."""
    days = publication_days(docs).dropna()
    columns = (days.index, days["low"].dt.date, days["high"].dt.date, days["stated"])
    return {
        doc_id: Publication(low, high, "published" if stated else "inferred")
        for doc_id, low, high, stated in zip(*columns, strict=True)
    }


def _times_of(text: str, publication: Publication | None, grammar: Grammar) -> Iterator[dict[str, Any]]:
    tokens = grammar.tokenise(text)
    found = [
        (match, reading, _states_year(match, reading, tokens, grammar))
        for match in grammar.matches(tokens)
        for reading in read(match)
    ]
    told = Told(_is_narrative(found))
    at, paragraph = 0, 0
    for match, reading, states_year in found:
        paragraph += tokens.codes.count(BREAK, at, reading.first)
        at = reading.first
        lean = UNKNOWN
        if reading.near:
            ahead = grammar.leans_ahead(tokens, reading.first, reading.last)
            lean = {None: UNKNOWN, True: FUTURE, False: PAST}[ahead]
        anchored = anchor_reading(reading, publication, told, paragraph, lean)
        if reading.label in ("DATE", "TIME") and (reading.base or states_year):
            told.note(anchored, paragraph, states_year)
        start, end = tokens.span(reading.first, reading.last)
        yield {"start": start, "end": end, "label": reading.label, "rule": match.gives["name"], **_columns(anchored)}


def _columns(anchored: Anchored) -> dict[str, Any]:
    value, interval, anchor, blurred = anchored
    return {
        "score": _SCORES[anchor],
        "value": value,
        "date_low": interval.low if interval else None,
        "date_high": interval.high if interval else None,
        "edtf": edtf_of(value, interval, one_of=blurred),
        "anchor": anchor,
    }


def _states_year(match: Match, reading: Reading, tokens: Tokens, grammar: Grammar) -> bool:
    """Whether an expression takes the narrative to its year; one in an event's name ("the 1917 revolution") no."""
    if reading.base or reading.label not in ("DATE", "TIME") or not re.match(r"\d{4}", reading.value):
        return False
    alone = len(reading.value) == 4 and match.last - match.first == 1
    return not alone or (match.first > 0 and tokens.codes[match.first - 1] in grammar.charset.get("TELLS_YEAR", ""))


def _is_narrative(found: list[tuple[Match, Reading, bool]]) -> bool:
    """Whether an article tells years as histories do: often, and seldom reckons from the day it is written."""
    stated = sum(1 for _, _, states_year in found if states_year)
    deictic = sum(1 for _, reading, _ in found if reading.base == "published" or reading.value == "PRESENT_REF")
    return stated >= _HISTORY and stated >= 2 * deictic

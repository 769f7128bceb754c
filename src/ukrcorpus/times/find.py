"""Time expressions of articles, with their place on the calendar."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ukrcorpus.spans import each_article, span_table
from ukrcorpus.times.anchor import Place, Publication, Told, anchor_reading
from ukrcorpus.times.calendar import edtf_of
from ukrcorpus.times.grammar import BREAK, Grammar, Tokens, compile_grammar, grammar_of, languages
from ukrcorpus.times.periods import publication_days
from ukrcorpus.times.reading import FUTURE, PAST, UNKNOWN, Reading, read
from ukrcorpus.zones import find_zones

_SCORES = {"none": 0.5, "inferred": 0.7, "text": 0.9, "published": 0.8}
"""How far the anchor can be relied on: a date that says its year most, one that could not be placed least."""
_HISTORY = 8
"""Years that an article must tell to count as a history."""
_HEADING = 10
"""Tokens that a line may have to be a heading."""


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

    A weekday or month is the most recent one, the day of publication included, unless the nearest verb, or "until",
    looks ahead; a day or quarter that no verb places is the nearer one. In a paragraph that has told a year before, and
    in an article that tells years as a history does, months take the year told last, days and months go on from the
    day told last, and who is quoted speaks on that day.

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
        (match.first, reading, match.gives["name"], _states_year(match.first, reading, tokens, grammar))
        for match in grammar.matches(tokens)
        for reading in read(match.rule, match.places, tuple(tokens.pieces[match.first : match.last]))
    ]
    told = Told(_is_narrative(found))
    at, paragraph = 0, 0
    for first_of_match, reading, rule, states_year in found:
        first, last = first_of_match + reading.first, first_of_match + reading.last
        paragraph += tokens.codes.count(BREAK, at, first)
        at = first
        lean = UNKNOWN
        if reading.near or reading.base == "told":
            ahead = grammar.leans_ahead(tokens, first, last)
            lean = {None: UNKNOWN, True: FUTURE, False: PAST}[ahead]
        place = _place_of(tokens.codes, first, last, paragraph, grammar)
        states_year = states_year or (place.heads and not reading.base and reading.value[-1:].isdigit())
        anchored = value, interval, anchor, blurred = anchor_reading(reading, publication, told, place, lean)
        # What is only compared with ("a year earlier") is no step of the telling.
        if reading.label in ("DATE", "TIME") and (reading.base or states_year) and not reading.like:
            told.note(anchored, place, states_year, reading.base == "text" and (reading.move or 0) < 0)
        start, end = tokens.span(first, last)
        date_low, date_high = interval or (None, None)
        edtf = edtf_of(value, interval, one_of=blurred)
        row = {"start": start, "end": end, "label": reading.label, "rule": rule, "score": _SCORES[anchor]}
        yield row | {"value": value, "date_low": date_low, "date_high": date_high, "edtf": edtf, "anchor": anchor}


def _place_of(codes: str, first: int, last: int, paragraph: int, grammar: Grammar) -> Place:
    begins = codes.rfind(BREAK, 0, first) + 1
    ends = codes.find(BREAK, last)
    opened, closed = (codes.rfind(grammar.charset[name], begins, first) for name in ("OPEN", "CLOSE"))
    dot, before = grammar.charset["DOT"], codes[max(first - 2, begins) : first]
    return Place(
        paragraph=paragraph,
        quoted=codes.count(grammar.charset["QUOTE"], begins, first) % 2 == 1,
        aside=opened > closed,
        heads=begins > 0 and ends - begins <= _HEADING and dot not in codes[begins:ends],
        fronted=len(before) < 2 or before[0] in dot + grammar.charset["STOP"],
        since=before[-1:] in [*grammar.charset.get("SINCE", "")],
    )


def _states_year(first: int, reading: Reading, tokens: Tokens, grammar: Grammar) -> bool:
    """Whether an expression takes the narrative to its year; one in an event's name ("the 1917 revolution") no."""
    if reading.base or reading.label not in ("DATE", "TIME") or not re.match(r"(BC)?\d{4}", reading.value):
        return False
    alone = len(reading.value) == 4 and reading.last - reading.first <= 3 and not reading.part
    return not alone or (first > 0 and tokens.codes[first - 1] in grammar.charset.get("TELLS_YEAR", ""))


def _is_narrative(found: list[tuple[int, Reading, str, bool]]) -> bool:
    """Whether an article tells years as histories do: often, and seldom reckons from the day it is written."""
    stated = sum(1 for *_, states_year in found if states_year)
    deictic = sum(1 for _, reading, *_ in found if reading.base == "published" or reading.value == "PRESENT_REF")
    return stated >= _HISTORY and stated >= 2 * deictic

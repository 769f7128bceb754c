"""Contested terms: which of several disputed names a source gives to the same thing."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from ukrcorpus.lexicon import finder, fold, read_lexicon, rows_by_article
from ukrcorpus.quotation import QUOTING_ZONES, find_quotations
from ukrcorpus.sentences import find_sentences
from ukrcorpus.spans import count_words, each_article, look_up, span_table
from ukrcorpus.summary import count_spans
from ukrcorpus.zones import find_zones

_UNSET = {"words": "*", "sentence": "", "article": "", "not_article": "(?!)", "unless": "(?!)", "score": "0.9"}
"""What stands for an empty cell: a condition that always holds."""


def find_terms(
    docs: pd.DataFrame,
    *,
    terms: pd.DataFrame | str | Path | None = None,
    zones: pd.DataFrame | None = None,
    sentences: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find contested terms where they stand for the thing that is disputed, and only there.

    A row is one such term. Words around it decide what it refers to, as conditions in the table of terms: "conflict"
    counts in "the conflict in Ukraine", not in "conflicts within the oligarchy"; "coup" counts where the article names
    the Wagner Group. Two terms for the same referent never overlap: the one that stands first in the table is kept.

    Args:
        docs: a table with `doc_id` and `text`.
        terms: a table or CSV file that replaces the package's `data/contested_terms.csv`: `referent`, `term`,
            `pattern`, and where needed `words`, `sentence`, `article`, `not_article`, `unless`, `score` (the file's
            header says what they mean).
        zones: the result of `find_zones`, where it was made already.
        sentences: the result of `find_sentences`, where it was made already.

    Returns:
        Columns of a span table, with `referent` (the neutral name of the thing; also the `label`), `term` (which of its
        names), and `quoted` (bool: it stands in quotation marks, so it may be somebody else's word).

    Raises:
        ValueError: where docs or the table of terms lacks a column, or an expression in it does not compile.

    Example:
        >>> text = "After the invasion of Ukraine, some in Moscow recalled the invasion of Iraq."
        >>> find_terms(pd.DataFrame({"doc_id": ["a"], "text": [text]})).query("term == 'invasion'").surface.tolist()
        ['invasion']

    """
    zones = find_zones(docs) if zones is None else zones
    sentences = find_sentences(docs, zones=zones) if sentences is None else sentences
    lexicon = _compiled(read_lexicon(terms, "contested_terms.csv", ("referent", "term", "pattern"), _UNSET))
    clues: dict[str, list[int]] = {}
    for number, term in enumerate(lexicon):
        for glob in term["words"].split("|"):
            clues.setdefault(glob, []).append(number)
    find, numbers = finder(tuple(clues)), list(clues.values())
    texts = dict(each_article(docs))
    places = rows_by_article(sentences[sentences["zone"].isin(QUOTING_ZONES)], "start", "end")
    rows: list[dict[str, Any]] = []
    for doc_id, text in texts.items():
        folded, held = fold(text), places.get(doc_id, [])
        starts = [low for low, _ in held]
        candidates: dict[int, dict[tuple[int, int], None]] = {}
        for start, end, clue in find(folded, starts[0], held[-1][1]) if held else ():
            sentence = held[bisect_right(starts, start) - 1]
            for number in numbers[clue] if end <= sentence[1] else ():
                candidates.setdefault(number, {})[sentence] = None
        rows += ({"doc_id": doc_id, **row} for row in _in_article(folded, candidates, lexicon))
    found = pd.DataFrame(rows, columns=["doc_id", "start", "end"])
    numbered = zones.assign(number=range(len(zones)))
    marked = numbered[numbered["number"].isin(look_up(found, numbered, "number", -1))]
    marked = marked[marked["label"].isin(QUOTING_ZONES)]
    quotations = [
        (doc_id, start + q.start, start + q.end, True)
        for doc_id, start, end in zip(marked["doc_id"], marked["start"], marked["end"], strict=True)
        for q in find_quotations(texts[doc_id][start:end])
        if not q.depth
    ]
    holders = pd.DataFrame(quotations, columns=["doc_id", "start", "end", "quoted"])
    quoted = look_up(found, holders, "quoted", False)
    return span_table([row | {"quoted": q} for row, q in zip(rows, quoted, strict=True)], "terms", docs, zones)


def count_terms(
    terms: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    by: str = "publisher",
    n_words: pd.Series | None = None,
    zones: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Count each term for each referent in each group of articles.

    Args:
        terms: the result of `find_terms`.
        docs: the articles.
        by: column of docs that makes the groups; `doc_id` gives a row an article.
        n_words: words an article, from `count_words`.
        zones: the result of `find_zones`, where it was made already.

    Returns:
        `referent`, `term`, and the columns of `count_spans`; `estimate` in terms per 1,000 words.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["The war in Ukraine began with an invasion of Ukraine."]})
        >>> count_terms(find_terms(docs), docs, by="doc_id")[["term", "n_spans"]].values.tolist()
        [['invasion', 1], ['war in Ukraine', 1], ['Ukraine', 2]]

    """
    if n_words is None:
        n_words = count_words(docs, find_zones(docs) if zones is None else zones)
    return count_spans(terms, docs, keys=["referent", "term"], by=by, n_words=n_words)


def _in_article(
    folded: str, candidates: dict[int, dict[tuple[int, int], None]], lexicon: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """The terms of an article, given the sentences in which each may stand."""
    holds = cache(lambda expression: expression.search(folded) is not None)
    taken: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for number, places in sorted(candidates.items()):
        term = lexicon[number]
        shared = {name: term[name] for name in ("referent", "term", "score")}
        for low, high in places:
            matches = list(_matches(term, folded, low, high))
            # The article is searched last: most terms are not in the sentence at all.
            if matches and (not all(map(holds, term["article"])) or holds(term["not_article"])):
                break
            kept = taken.setdefault((term["referent"], low), [])
            for start, end in matches:
                if not any(start < other_end and other < end for other, other_end in kept):
                    kept.append((start, end))
                    yield {**shared, "start": start, "end": end, "label": term["referent"], "rule": "pattern"}


def _matches(term: dict[str, Any], folded: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Where the pattern of a term is found in a sentence that has what the term's row asks for."""
    for match in term["pattern"].finditer(folded, low, high):
        start, end = match.span("term" if match.groupdict().get("term") else 0)
        barred = (m.start() < end and start < m.end() for m in term["unless"].finditer(folded, low, high))
        if start < end and term["sentence"].search(folded, low, high) and not any(barred):
            yield start, end


def _compiled(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_dict("records")  # type: ignore[assignment]
    for number, row in enumerate(rows, start=1):
        try:
            row |= {name: _expression(row[name]) for name in ("pattern", "sentence", "not_article", "unless")}
            row |= {
                "article": [_expression(part) for part in row["article"].split(" & ")],
                "score": float(row["score"]),
            }
        except re.error as error:
            raise ValueError(f"row {number} of the table of terms ({row['term']!r}): {error}") from error
    return rows


@lru_cache(maxsize=1024)
def _expression(pattern: str) -> re.Pattern[str]:
    """An expression for folded text, in which a plain space stands for any one white-space character."""
    kept = r"\\.|\(\?P[<=]\w+[>)]"
    small = re.sub(f"({kept})|.", lambda part: part[1] or fold(part[0]), pattern)
    return re.compile(small.replace(" ", r"\s"))

"""Contested terms: which of several disputed names a source gives to the same thing."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ukrcorpus.quotation import find_quotations
from ukrcorpus.sentences import find_sentences
from ukrcorpus.spans import READ_ZONES, WORD, by_article, count_words, each_article, span_table
from ukrcorpus.summary import count_spans
from ukrcorpus.zones import find_zones

_READ = (*READ_ZONES, "caption")
_CONDITIONS = ("words", "sentence", "article", "not_article", "unless")


class _Term(NamedTuple):
    """A row of the table of terms, compiled; a condition that is not set is None."""

    referent: str
    term: str
    words: re.Pattern[str] | None
    pattern: re.Pattern[str]
    sentence: re.Pattern[str] | None
    article: tuple[re.Pattern[str], ...]
    not_article: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    score: float


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
    matcher = _Matcher(_packaged_terms() if terms is None else _compile(_table(terms)))
    held, split = by_article(zones), by_article(sentences)
    rows: list[dict[str, Any]] = []
    for doc_id, text in each_article(docs):
        if doc_id in held and doc_id in split:
            read = held[doc_id][held[doc_id]["label"].isin(_READ)]
            units, sentence = (_Spans(t["start"].tolist(), t["end"].tolist()) for t in (read, split[doc_id]))
            rows += ({"doc_id": doc_id, **row} for row in _in_article(text, units, sentence, matcher))
    return span_table(rows, "terms", docs, zones)


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
        [['Ukraine', 2], ['invasion', 1], ['war in Ukraine', 1]]

    """
    if n_words is None:
        n_words = count_words(docs, find_zones(docs) if zones is None else zones)
    return count_spans(terms, docs, keys=["referent", "term"], by=by, n_words=n_words)


class _Spans(NamedTuple):
    """Disjoint spans in order, to be asked which of them holds a position."""

    starts: list[int]
    ends: list[int]

    def holding(self, at: int) -> tuple[int, int] | None:
        index = bisect_right(self.starts, at) - 1
        return (self.starts[index], self.ends[index]) if index >= 0 and at < self.ends[index] else None


class _Matcher:
    """The terms by the words they have to do with; each word of the vocabulary is compared with the table only once."""

    def __init__(self, terms: tuple[_Term, ...]) -> None:
        self.terms = terms
        self.anywhere = tuple(number for number, term in enumerate(terms) if term.words is None)
        self.known: dict[str, tuple[int, ...]] = {}

    def sentences(self, text: str, units: _Spans, sentences: _Spans) -> dict[int, list[tuple[int, int]]]:
        """For each term the sentences that may hold it, in the order of the table of terms."""
        found: dict[int, list[tuple[int, int]]] = {}
        for start, end in zip(sentences.starts, sentences.ends, strict=True):
            if units.holding(start):
                words = {m[0].lower() for m in WORD.finditer(text, start, end)}
                for number in {*self.anywhere, *(n for word in words for n in self._terms_of(word))}:
                    found.setdefault(number, []).append((start, end))
        return dict(sorted(found.items()))

    def _terms_of(self, word: str) -> tuple[int, ...]:
        if word not in self.known:
            fitting = (n for n, term in enumerate(self.terms) if term.words and term.words.fullmatch(word))
            self.known[word] = tuple(fitting)
        return self.known[word]


def _in_article(text: str, units: _Spans, sentences: _Spans, matcher: _Matcher) -> Iterator[dict[str, Any]]:
    quoted = _quoted(text, units)
    seen: dict[re.Pattern[str], bool] = {}
    taken: dict[str, list[tuple[int, int]]] = {}
    for number, places in matcher.sentences(text, units, sentences).items():
        term = matcher.terms[number]
        if not _fits_article(term, text, seen):
            continue
        kept = taken.setdefault(term.referent, [])
        for start, end in _matches(term, text, places):
            if not any(start < high and low < end for low, high in kept):
                kept.append((start, end))
                yield {
                    "start": start,
                    "end": end,
                    "label": term.referent,
                    "referent": term.referent,
                    "term": term.term,
                    "rule": "pattern",
                    "score": term.score,
                    "quoted": quoted.holding(start) is not None,
                }


def _quoted(text: str, units: _Spans) -> _Spans:
    """What stands in quotation marks, outermost marks only."""
    spans = [
        (start + q.start, start + q.end)
        for start, end in zip(units.starts, units.ends, strict=True)
        for q in find_quotations(text[start:end])
        if not q.depth
    ]
    return _Spans([start for start, _ in spans], [end for _, end in spans])


def _fits_article(term: _Term, text: str, seen: dict[re.Pattern[str], bool]) -> bool:
    """Whether the article meets the term's conditions; each expression is looked for once an article."""

    def found(pattern: re.Pattern[str]) -> bool:
        if pattern not in seen:
            seen[pattern] = pattern.search(text) is not None
        return seen[pattern]

    return all(map(found, term.article)) and not (term.not_article and found(term.not_article))


def _matches(term: _Term, text: str, places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for low, high in places:
        for match in term.pattern.finditer(text, low, high):
            start, end = match.span("term" if match.re.groupindex and match["term"] else 0)
            if start == end or (term.sentence and not term.sentence.search(text, low, high)):
                continue
            if term.unless and any(m.start() < end and start < m.end() for m in term.unless.finditer(text, low, high)):
                continue
            yield start, end


def _table(terms: pd.DataFrame | str | Path) -> pd.DataFrame:
    table = terms.copy() if isinstance(terms, pd.DataFrame) else pd.read_csv(terms, comment="#", dtype="str")
    for column in ("referent", "term", "pattern"):
        if column not in table.columns:
            raise ValueError(f"the table of terms has no column {column!r}; it needs referent, term and pattern")
    return table.assign(**{c: "" for c in _CONDITIONS if c not in table.columns})


@lru_cache(maxsize=1)
def _packaged_terms() -> tuple[_Term, ...]:
    with resources.files("ukrcorpus").joinpath("data/contested_terms.csv").open(encoding="utf-8") as file:
        return _compile(pd.read_csv(file, comment="#", dtype="str"))


def _compile(table: pd.DataFrame) -> tuple[_Term, ...]:
    table = table.assign(score=table["score"] if "score" in table.columns else 0.9).fillna("")
    found = []
    for number, row in enumerate(table.to_dict("records"), start=1):
        try:
            words = _glob(row["words"]) if row["words"] else None
            pattern, sentence, not_article, unless = (
                _expression(row[name]) if row[name] else None
                for name in ("pattern", "sentence", "not_article", "unless")
            )
            article = tuple(_expression(part) for part in row["article"].split(" & ") if part)
        except re.error as error:
            raise ValueError(f"row {number} of the table of terms ({row['term']!r}): {error}") from error
        if pattern is None:
            raise ValueError(f"row {number} of the table of terms ({row['term']!r}) has no pattern")
        conditions = (sentence, article, not_article, unless)
        found.append(_Term(row["referent"], row["term"], words, pattern, *conditions, float(row["score"] or 0.9)))
    return tuple(found)


def _glob(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words.lower()).replace(r"\|", "|").replace(r"\*", r"[\w'’.-]*"))


def _expression(pattern: str) -> re.Pattern[str]:
    """An expression in which a plain space stands for any one white-space character."""
    return re.compile(pattern.replace(" ", r"\s"), re.IGNORECASE)

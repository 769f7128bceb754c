"""Quotations: whose words an article gives, which word attributes them, and to whom."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ukrcorpus.entities import find_entities
from ukrcorpus.quotes.attribution import attribute_all, find_reports
from ukrcorpus.quotes.speakers import load_cues
from ukrcorpus.quotes.speech import Article, read_article
from ukrcorpus.sentences import find_sentences
from ukrcorpus.spans import by_article, count_words, each_article, span_table
from ukrcorpus.summary import count_spans
from ukrcorpus.zones import find_zones


def find_quotes(
    docs: pd.DataFrame,
    *,
    zones: pd.DataFrame | None = None,
    sentences: pd.DataFrame | None = None,
    entities: pd.DataFrame | None = None,
    cues: pd.DataFrame | str | Path | None = None,
) -> pd.DataFrame:
    """Find quotations, the cue that attributes each, and its speaker.

    A quotation has up to three rows, tied by `quote_id`: `role` quote (the words, without their marks), cue, speaker.
    `label` is the kind of the quotation, on all its rows: quote (three words or more in quotation marks), block (a
    paragraph that a colon introduces), indirect (a clause that reports: "X said that …", "According to X, …"), title
    (a quoted title or name), scare (one or two words, or a short phrase that nobody is said to have said). Only the
    first three have a cue and a speaker. Quotations may nest; sums must use the union of their spans.

    The speaker is the subject of the cue, by rules on the order of words; a pronoun stands for the subject of the
    nearest sentence that names one, with a lower score. What these rules reach on other corpora is told by Pareti
    (2015), "Attribution: a computational approach", and Newell, Margolin & Ruths (2018), PolNeAR.

    Args:
        docs: a table with `doc_id` and `text`.
        zones: the result of `find_zones`, where it was made already.
        sentences: the result of `find_sentences`, where it was made already.
        entities: the result of `find_entities`; speakers get its `name`.
        cues: a table or CSV file that replaces the package's `data/reporting_verbs.csv`.

    Returns:
        Columns of a span table, and `quote_id, role, direct, speaker, cue_class`. `speaker` and `cue_class` stand on
        every row of a quotation and are null where none was found. The score of a quote row says how sure its words
        are, that of a speaker row how sure the attribution is.

    Raises:
        ValueError: where docs or the table of cues lacks a column, or docs holds an id twice.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Mr Zelensky said: “We will not leave.”"]})
        >>> find_quotes(docs).query("role == 'quote'").surface.tolist()
        ['We will not leave.']

    """
    zones = find_zones(docs) if zones is None else zones
    sentences = find_sentences(docs, zones=zones) if sentences is None else sentences
    entities = find_entities(docs, zones=zones) if entities is None else entities
    lexicon = load_cues(cues)
    held, split, named = by_article(zones), by_article(sentences), by_article(entities)
    rows: list[dict[str, Any]] = []
    for doc_id, text in each_article(docs):
        if doc_id in held:
            article = read_article(text, held[doc_id], split.get(doc_id), named.get(doc_id), lexicon)
            rows += _rows(doc_id, article)
    return span_table(rows, "quotes", docs, zones)


def count_quotes(
    quotes: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    by: str = "publisher",
    keys: Sequence[str] = ("speaker",),
    n_words: pd.Series | None = None,
    direct: bool = True,
) -> pd.DataFrame:
    """Count quotations by speaker (or by another column, such as `cue_class`) and group of articles.

    Args:
        quotes: the result of `find_quotes`.
        docs: the articles.
        by: column of docs that makes the groups; `doc_id` gives a row an article.
        keys: columns of quotes whose values are counted; where one is null it counts as "not named".
        n_words: words an article, from `count_words`.
        direct: count direct quotations (quote and block), else indirect ones.

    Returns:
        The columns of `count_spans`; `estimate` in quotations per 1,000 words.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Mr Zelensky said: “We will not leave.”"]})
        >>> count_quotes(find_quotes(docs), docs, by="doc_id").n_spans.tolist()
        [1]

    """
    n_words = count_words(docs, find_zones(docs)) if n_words is None else n_words
    labels = ["quote", "block"] if direct else ["indirect"]
    counted = quotes[(quotes["role"] == "quote") & quotes["label"].isin(labels)]
    counted = counted.assign(**{key: counted[key].astype("object").fillna("not named") for key in keys})
    return count_spans(counted, docs, keys=list(keys), by=by, n_words=n_words)


def _rows(doc_id: str, article: Article) -> Iterator[dict[str, Any]]:
    """Up to three rows a quotation, numbered in the order in which the quotations start."""
    speech = zip(article.speech, attribute_all(article), strict=True)
    found = [(s.start, s.end, s.label, s.rule, s.score, a) for s, a in speech]
    found += [(r.start, r.end, "indirect", r.rule, r.score, r.by) for r in find_reports(article)]
    for number, (start, end, label, rule, score, by) in enumerate(sorted(found, key=lambda f: (f[0], -f[1]))):
        shared = {
            "doc_id": doc_id,
            "label": label if not by.phrase else "scare",
            "quote_id": f"{doc_id}:q{number}",
            "direct": label != "indirect",
            "speaker": by.name,
            "cue_class": by.cue.cue_class if by.cue else None,
        }
        yield {**shared, "start": start, "end": end, "role": "quote", "rule": rule, "score": score}
        if by.cue:
            yield {**shared, "start": by.cue.start, "end": by.cue.end, "role": "cue", "rule": rule, "score": score}
        if by.speaker:
            place = {"start": by.speaker.start, "end": by.speaker.end, "role": "speaker"}
            yield {**shared, **place, "rule": by.rule, "score": by.score}

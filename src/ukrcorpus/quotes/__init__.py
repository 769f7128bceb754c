"""Quotations: whose words an article gives, which word attributes them, and to whom."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ukrcorpus.entities.find import find_entities
from ukrcorpus.lexicon import finder, read_lexicon, rows_by_article, whole_paragraphs
from ukrcorpus.quotation import QUOTING_ZONES
from ukrcorpus.quotes.attribution import attribute_all, find_reports
from ukrcorpus.quotes.speech import Article, Form, read_article
from ukrcorpus.sentences import find_sentences
from ukrcorpus.spans import count_words, each_article, span_table
from ukrcorpus.summary import count_spans
from ukrcorpus.zones import find_zones

_SPEAKERS = ("PERSON", "ORG", "GPE", "NORP", "WORK")


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
    forms = _forms(read_lexicon(cues, "reporting_verbs.csv", ("cue", "kind", "forms", "class", "takes"), {}))
    find = finder(tuple(form for form, *_ in forms))
    named = entities[entities["label"].isin(_SPEAKERS)]
    named = named.assign(name=named["name"].where(named["name"].notna(), named["surface"]))
    read = rows_by_article(zones[zones["label"].isin(QUOTING_ZONES)], "start", "end")
    units = rows_by_article(whole_paragraphs(zones, QUOTING_ZONES), "start", "end", "label")
    split = rows_by_article(_whole_sentences(sentences), "start", "end")
    names = rows_by_article(named, "start", "end", "label", "name")
    rows: list[dict[str, Any]] = []
    for doc_id, text in each_article(docs):
        held = [table.get(doc_id, []) for table in (read, units, split, names)]
        rows += _rows(doc_id, read_article(text, held[0], held[1], held[2], held[3], forms, find))
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


def _forms(cues: pd.DataFrame) -> list[Form]:
    """Form, kind, tense, class, what it takes: of each form of each cue."""
    found = []
    columns = (cues[name].tolist() for name in ("kind", "forms", "class", "takes"))
    for kind, forms, cue_class, takes in zip(*columns, strict=True):
        spelled = forms.split("|")
        tenses = ["base", "third", *["past"] * (len(spelled) - 3), "ing"] if kind == "verb" else [""] * len(spelled)
        found += [(form, kind, tense, cue_class, takes) for form, tense in zip(spelled, tenses, strict=False)]
    return found


def _whole_sentences(sentences: pd.DataFrame) -> pd.DataFrame:
    """Sentences, of which two rows that an interrupted paragraph made of one are one again."""
    ordered = sentences.sort_values(["doc_id", "start"], kind="stable")
    before = ordered[["doc_id", "paragraph_id", "surface"]].shift()
    same = ordered["doc_id"].eq(before["doc_id"]) & ordered["paragraph_id"].eq(before["paragraph_id"])
    joined = same & ordered["paragraph_id"].ne(-1) & before["surface"].str[-1].str.isalnum().fillna(False).astype(bool)
    grouped = ordered.assign(number=(~joined).cumsum()).groupby("number")
    return grouped.agg(doc_id=("doc_id", "first"), start=("start", "first"), end=("end", "last"))


def _rows(doc_id: str, article: Article) -> Iterator[dict[str, Any]]:
    """Up to three rows a quotation, numbered in the order in which the quotations start."""
    found = [*zip(article.speech, attribute_all(article), strict=True), *find_reports(article)]
    for number, (speech, by) in enumerate(sorted(found, key=lambda pair: (pair[0].start, -pair[0].end))):
        shared = {
            "doc_id": doc_id,
            "label": "scare" if by.rule == "phrase" else speech.label,
            "quote_id": f"{doc_id}:q{number}",
            "direct": speech.label != "indirect",
            "speaker": by.name,
            "cue_class": by.cue.cue_class if by.cue else None,
        }
        for role, span, rule, score in (
            ("quote", speech, speech.rule, speech.score),
            ("cue", by.cue, speech.rule, speech.score),
            ("speaker", by.speaker, by.rule, by.score),
        ):
            if span:
                yield {**shared, "start": span.start, "end": span.end, "role": role, "rule": rule, "score": score}

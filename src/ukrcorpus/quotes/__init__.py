"""Quotations: whose words an article gives, which word attributes them, and to whom."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ukrcorpus.entities.find import find_entities
from ukrcorpus.lexicon import read_lexicon, rows_by_article, whole_paragraphs
from ukrcorpus.quotation import QUOTING_ZONES
from ukrcorpus.quotes.attribution import attribute_all
from ukrcorpus.quotes.cues import WORDS, Form, Forms, index_forms
from ukrcorpus.quotes.speech import Article, read_article
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
    paragraph that a colon introduces), indirect (words reported without marks), title (a quoted title or name), scare
    (one or two words, or a short phrase that nobody is said to have said). Only the first three have a cue and a
    speaker. Quotations may nest; sums must use the union of their spans. What an attribution parts in two is two
    quotations, direct or not ("The plan, officials said, has failed"), the second of them with the rule "goes on".

    Indirect speech and thought are read sentence by sentence, from the words of data/reporting_verbs.csv and what each
    of them takes. `rule` of a quote row: that ("said that …"), no that, question ("asked whether …"), infinitive
    ("urged X to …": X and the infinitive; "is believed to …": the infinitive, and nobody is the speaker), gerund
    ("denied taking part"), preposition ("warned of …"), object ("accused X of …", "called it a …"), in front ("…,
    officials said"), according to (and "in the view of", "citing"), headline ("Governor: …" in a title). The words
    reported end with the sentence, or before ";", before a clause set against them (", while …") and before another
    report (", adding …", "and said …"). A sentence without a cue that goes on with a report is not taken.

    The speaker row covers the noun phrase beside the cue, whether it names anybody or not ("officials", "a report");
    `speaker` is null where it does not. A named person in the phrase or its apposition comes first, then a body; a
    spokesman or a statement stands for the body beside it at half the score. Pronouns and descriptions ("he", "the
    general", "the ministry") are taken up by who spoke last or the first subject in the nearest of five sentences that
    names one who fits: by kind, by gender where titles or the given name tell, by title and apposition in this article;
    then `rule` ends in "taken up" and the score falls with the distance. A name that is not in `entities` is given as
    it stands, likewise at a lower score. I and we in the article's own voice are no source.

    `rule` of a speaker row: cue before, cue after, according to, colon, clause (the subject of a clause without a
    cue), sentence before, goes on (the speaker of the quotation before, in the same paragraph or where the next one
    begins with a mark), answers (the other of two speakers, behind a question), turn, headline. Its `score` says how
    sure the attribution is. To have offices ("the Russian president") resolved by date, hand in the rows of
    `find_titles` together with those of `find_entities`. What such rules reach on other corpora is told by Pareti
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
    named = entities[entities["label"].isin(_SPEAKERS)]
    named = named.assign(name=named["name"].where(named["name"].notna(), named["surface"]))
    read = rows_by_article(zones[zones["label"].isin(QUOTING_ZONES)], "start", "end")
    units = rows_by_article(whole_paragraphs(zones, QUOTING_ZONES), "start", "end", "label")
    split = rows_by_article(_whole_sentences(sentences), "start", "end")
    names = rows_by_article(named, "start", "end", "label", "name")
    rows: list[dict[str, Any]] = []
    for doc_id, text in each_article(docs):
        held = [table.get(doc_id, []) for table in (read, units, split, names)]
        rows += _rows(doc_id, read_article(text, held[0], held[1], held[2], held[3], forms))
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


def _forms(cues: pd.DataFrame) -> Forms:
    """The forms of each cue, with the tense that its place among them gives."""
    found: list[tuple[str, Form]] = []
    columns = [cues[name].tolist() for name in ("kind", "forms", "class", "takes")]
    nouns = {form for kind, forms, *_ in zip(*columns, strict=True) if kind == "noun" for form in forms.split("|")}
    for kind, forms, cue_class, takes in zip(*columns, strict=True):
        spelled = forms.split("|")
        third = "third or noun" if (nouns | WORDS["also_noun"]) & {*spelled[1:2]} else "third"
        tenses = ["base", third, *["past"] * (len(spelled) - 3), "ing"] if kind == "verb" else [""] * len(spelled)
        found += [(form, (kind, tense, cue_class, takes)) for form, tense in zip(spelled, tenses, strict=False)]
    return index_forms(found)


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
    for number, (speech, by) in enumerate(attribute_all(article)):
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

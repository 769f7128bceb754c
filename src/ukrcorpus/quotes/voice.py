"""What share of a text is the words of somebody else."""

import numpy as np
import pandas as pd

from ukrcorpus.lexicon import rows_by_article
from ukrcorpus.spans import READ_ZONES, WORD, each_article
from ukrcorpus.summary import count_spans
from ukrcorpus.zones import find_zones

_KINDS = ("own", "scare", "indirect", "direct")
_KIND_OF = {"scare": 1, "indirect": 2, "quote": 3, "block": 3}


def count_voice(
    quotes: pd.DataFrame, docs: pd.DataFrame, *, by: str = "publisher", zones: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Count whose words a text gives: its own, quoted, reported, or held at a distance.

    A row is a kind of voice in a group of articles. `kind` is direct (the labels quote and block), indirect, scare, or
    own (all else, quoted titles too). Each word of the title, the headings and the paragraphs counts once: words that
    stand in several quotations are direct before indirect before scare.

    Args:
        quotes: the result of `find_quotes`.
        docs: the articles.
        by: column of docs that makes the groups; `doc_id` gives a row an article.
        zones: the result of `find_zones`, where it was made already.

    Returns:
        `kind`, `by`, and the columns of `count_spans`: `estimate` is the share of words in percent, with its interval;
        `n_docs_with` the articles that hold such words, `n_spans` the quotations of that kind. Then
        `n_words` (int64), the words of that kind.

    Raises:
        ValueError: where docs lacks doc_id or text, or holds an id twice; KeyError where it lacks the column `by`.

    Example:
        >>> from ukrcorpus import find_quotes
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["He said: “We will not leave the town.”"]})
        >>> count_voice(find_quotes(docs), docs, by="doc_id").set_index("kind").estimate.to_dict()
        {'direct': 75.0, 'indirect': 0.0, 'own': 25.0, 'scare': 0.0}

    """
    zones = find_zones(docs) if zones is None else zones
    read = rows_by_article(zones[zones["label"].isin(READ_ZONES)], "start", "end")
    spans = quotes[(quotes["role"] == "quote") & quotes["label"].isin(_KIND_OF)]
    spans = spans.assign(number=spans["label"].map(_KIND_OF).astype("int64"))
    said = rows_by_article(spans, "number", "start", "end")
    held = np.zeros((len(docs), len(_KINDS)), dtype="int64")
    for row, (doc_id, text) in enumerate(each_article(docs)):
        kinds = np.zeros(len(text) + 1, dtype="int8")
        for number, start, end in said.get(doc_id, []):
            kinds[start:end] = np.maximum(kinds[start:end], number)
        words = [match.start() for low, high in read.get(doc_id, []) for match in WORD.finditer(text, low, high)]
        held[row] = np.bincount(kinds[words], minlength=len(_KINDS)) if words else 0
    n_words = pd.Series(held.sum(axis=1), index=docs["doc_id"].tolist())
    each = np.repeat(np.arange(held.size), held.ravel())
    listed = pd.DataFrame({"doc_id": docs["doc_id"].to_numpy("object")[each // len(_KINDS)], "zone": "paragraph"})
    listed["kind"] = np.array(_KINDS, dtype="object")[each % len(_KINDS)]
    shares = count_spans(listed, docs, keys=["kind"], by=by, n_words=n_words, per=100)
    own = shares[shares["kind"] == "own"]
    nothing = own.assign(estimate=0.0, low=own["low"] * 0, high=own["high"] * 0, n_docs_with=0, n_spans=0)
    shares = pd.concat([shares, *(nothing.assign(kind=k) for k in _KINDS if k not in set(shares["kind"]))])
    spans = spans.assign(kind=np.array(_KINDS, dtype="object")[spans["number"]])
    counted = count_spans(spans, docs, keys=["kind"], by=by, n_words=n_words).set_index(["kind", by])["n_spans"]
    places = pd.MultiIndex.from_frame(shares[["kind", by]])
    shares = shares.assign(n_words=shares["n_spans"], n_spans=counted.reindex(places, fill_value=0).to_numpy("int64"))
    return shares.astype({"kind": "str"}).sort_values([by, "kind"], kind="stable", ignore_index=True)

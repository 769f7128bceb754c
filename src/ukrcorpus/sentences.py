"""Sentences of an article, as spans that never cross a zone."""

import re
from collections.abc import Iterator

import pandas as pd
import sentencex

from ukrcorpus.spans import by_article, each_article, span_table
from ukrcorpus.zones import find_zones

_DOMAIN_END = re.compile(r"(?:[a-z0-9]|(?:Com|Org|Net|Info|Ru|Ua|By|Eu|De|Uk|Us)\b)")
"""What follows the full stop within a domain or file name, where no white space does."""

_TOKEN = re.compile(r"\s*(\S{1,20})")


def find_sentences(docs: pd.DataFrame, *, zones: pd.DataFrame | None = None) -> pd.DataFrame:
    """Find the sentences of each article.

    A row is a sentence; a title, a heading, a caption is one too. A paragraph that something interrupts (a link, a
    photograph) is read zone by zone, so a sentence broken in two gives two rows with the same `paragraph_id`.
    Boundaries come from sentencex (Wikimedia), with two
    corrections: no boundary within a domain name ("Vzglyad.Ru"), none before a sentence made of punctuation alone.

    Args:
        docs: a table with `doc_id` and `text`; `language` chooses the abbreviations where it is given.
        zones: the result of `find_zones`, where it was made already.

    Returns:
        Columns of a span table, and `paragraph_id`, `sentence_id` (int64, in reading order within the article).

    Raises:
        ValueError: where docs lacks a column or holds an id twice.

    Example:
        >>> find_sentences(pd.DataFrame({"doc_id": ["a"], "text": ["Gen. X spoke. Then he left."]})).surface.tolist()
        ['Gen. X spoke.', 'Then he left.']

    """
    zones = find_zones(docs) if zones is None else zones
    held = by_article(zones)
    languages = dict(zip(docs["doc_id"], docs["language"], strict=True)) if "language" in docs.columns else {}
    rows = []
    for doc_id, text in each_article(docs):
        if doc_id not in held:
            continue
        language = languages.get(doc_id)
        language = language if isinstance(language, str) and language else "en"
        number = 0
        rows_of_zones = held[doc_id]
        for zone_start, zone_end, paragraph_id in zip(
            rows_of_zones["start"], rows_of_zones["end"], rows_of_zones["paragraph_id"], strict=True
        ):
            for start, end in _split(text[zone_start:zone_end], language):
                rows.append(
                    {
                        "doc_id": doc_id,
                        "start": zone_start + start,
                        "end": zone_start + end,
                        "label": "sentence",
                        "rule": "sentencex",
                        "score": 1.0,
                        "paragraph_id": paragraph_id,
                        "sentence_id": number,
                    }
                )
                number += 1
    return span_table(rows, "sentences", docs, zones)


def _split(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence, without the white space around it."""
    start = 0
    at = 0
    for piece in sentencex.segment(language, text):
        at += len(piece)
        inside_domain = text[at - 1 : at] == "." and text[at - 2 : at - 1].isalnum() and _DOMAIN_END.match(text, at)
        only_marks = (token := _TOKEN.match(text, at)) and not any(map(str.isalnum, token[1]))
        if at < len(text) and (inside_domain or only_marks):
            continue
        sentence = text[start:at]
        if sentence.strip():
            lead = len(sentence) - len(sentence.lstrip())
            yield start + lead, start + len(sentence.rstrip())
        start = at

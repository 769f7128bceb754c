"""What the columns of every table mean: one declaration for dtypes, documentation and axis titles."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd


class Column(NamedTuple):
    """A column: its pandas dtype, what it means, its unit ("" where it has none)."""

    dtype: str
    meaning: str
    unit: str = ""


_SPAN = {
    "doc_id": Column("str", "article the row belongs to"),
    "start": Column("int64", "first character", "code points into text"),
    "end": Column("int64", "one past the last character", "code points into text"),
    "surface": Column("str", "the characters themselves: text[start:end]"),
    "label": Column("str", "kind of finding"),
    "zone": Column("str", "zone of the article in which the span starts"),
    "rule": Column("str", "rule that made the row"),
    "score": Column("float64", "how sure the rule is", "0 to 1"),
}

_SUMMARY = {
    "estimate": Column("float64", "the summary's value, in the unit that the function states"),
    "low": Column("float64", "lower end of the 95 % interval; null where none can be had"),
    "high": Column("float64", "upper end of the 95 % interval; null where none can be had"),
    "n_docs": Column("int64", "articles in the group", "articles"),
    "n_spans": Column("int64", "spans counted", "spans"),
    "reason": Column("str", "why there is no interval; null where there is one"),
}

TABLES: dict[str, dict[str, Column]] = {
    "docs": {
        "doc_id": Column("str", "identifier: path under the corpus folder without ending, or the record's own id"),
        "text": Column("str", "the article exactly as decoded"),
        "title": Column("str", "headline"),
        "authors": Column("object", "list of the names in the byline"),
        "publisher": Column("str", "outlet that wrote the article"),
        "republished_by": Column("str", "outlet on whose page the article stood, where another one wrote it"),
        "published": Column("datetime64[s]", "stated date of publication, as the source's own wall time"),
        "published_low": Column(
            "datetime64[s]",
            "earliest possible day of publication (infer_published); null where open",
        ),
        "published_high": Column(
            "datetime64[s]", "latest possible day of publication (infer_published); null where open"
        ),
        "language": Column("str", "language of the text", "ISO 639-1"),
        "url": Column("str", "address of the article"),
        "label": Column("str", "short name for figures"),
        "path": Column("str", "file within the corpus, forward slashes"),
        "sha256": Column("str", "hash of the text as UTF-8", "SHA-256, hexadecimal"),
        "source_sha256": Column("str", "hash of the file", "SHA-256, hexadecimal"),
        "title_source": Column("str", "where the title is from: metadata, zone, inferred; null where given as such"),
        "authors_source": Column("str", "where the authors are from: metadata, zone"),
        "publisher_source": Column("str", "where the publisher is from: metadata, zone, inferred"),
        "published_source": Column("str", "where the date is from: metadata, zone, inferred"),
        "language_source": Column("str", "where the language is from: metadata, inferred"),
    },
    "refused": {
        "path": Column("str", "file within the corpus, forward slashes"),
        "record": Column("Int64", "record within the file, counted from 1; null where the whole file is meant"),
        "doc_id": Column("str", "identifier the record would have had"),
        "field": Column("str", "field that was left out of a loaded article; null where nothing was loaded"),
        "reason": Column("str", "what is wrong"),
        "remedy": Column("str", "what to do"),
    },
    "zones": {
        **_SPAN,
        "paragraph_id": Column("int64", "number that ties the rows of one paragraph; -1 where none"),
    },
    "sentences": {
        **_SPAN,
        "paragraph_id": Column("int64", "paragraph the sentence starts in; -1 where none"),
        "sentence_id": Column("int64", "number within the article, in reading order"),
    },
    "entities": {
        **_SPAN,
        "name": Column("str", "canonical full name"),
        "entity_id": Column("str", "the table's id, else LABEL:folded name; null for an ambiguous surname"),
        "wikipedia": Column("str", "title of the English Wikipedia article"),
        "candidates": Column("str", "what else it may be, or was chosen from; null where nothing", "JSON"),
    },
    "times": {
        **_SPAN,
        "value": Column("str", "normalised time", "TIMEX3 value"),
        "date_low": Column("datetime64[s]", "first second of the calendar interval; null where none"),
        "date_high": Column("datetime64[s]", "last second of the calendar interval; null where none"),
        "edtf": Column("str", "the interval", "Extended Date/Time Format"),
        "anchor": Column("str", "what the value was reckoned from: published, inferred, text, none"),
    },
    "events": {
        **_SPAN,
        "event_id": Column("str", "identifier of the event within the corpus"),
        "time_start": Column("int64", "first character of the time expression", "code points into text"),
        "time_end": Column("int64", "one past the last character of the time expression", "code points into text"),
        "value": Column("str", "time of the event", "TIMEX3 value"),
        "date_low": Column("datetime64[s]", "first second of the event's interval"),
        "date_high": Column("datetime64[s]", "last second of the event's interval"),
        "predicate": Column("str", "the word that says what happened; null where none is found"),
        "what": Column("str", "the head of the event's clause with its main arguments, as the text has them"),
        "agent": Column("str", "who or what acts; null where none is found"),
        "patient": Column("str", "who or what is acted upon; null where none is found"),
        "status": Column("str", "past, ongoing, announced"),
        "attributed_to": Column("str", "who says so, where it is not the source itself"),
        "entities": Column("object", "list of the canonical names in the event's clause, else in its sentence"),
        "places": Column("object", "list of the modern names of places there"),
    },
    "places": {
        **_SPAN,
        "name": Column("str", "modern name"),
        "country": Column("str", "country by recognised border", "ISO 3166-1 alpha-2"),
        "admin1": Column("str", "first-order region"),
        "lat": Column("float64", "latitude", "degrees north, WGS 84"),
        "lon": Column("float64", "longitude", "degrees east, WGS 84"),
        "geoname_id": Column("Int64", "GeoNames identifier"),
        "use": Column("str", "literal, metonymic (a government is meant), embedded (part of another name)"),
        "spelling": Column("str", "custom the surface form belongs to"),
        "candidates": Column("str", "what else it may be, or was chosen from; null where nothing", "JSON"),
    },
    "quotes": {
        **_SPAN,
        "quote_id": Column("str", "identifier that ties quote, cue and speaker"),
        "role": Column("str", "quote, cue, speaker"),
        "direct": Column("bool", "whether the words stand in quotation marks or as a block quotation"),
        "speaker": Column("str", "canonical name of who is quoted"),
        "cue_class": Column("str", "class of the cue word"),
    },
    "terms": {
        **_SPAN,
        "referent": Column("str", "neutral name of the thing meant"),
        "term": Column("str", "which of the contested names for it"),
        "quoted": Column("bool", "whether it stands in quotation marks"),
    },
    "frames": {
        **_SPAN,
        "lexicon": Column("str", "lexicon the cue is from"),
        "target": Column("str", "entity the cue is about; null where none"),
    },
    "formulas": {
        **_SPAN,
        "formula": Column("str", "the words of the sequence in small letters, a space between two"),
        "quoted": Column("bool", "whether it stands in quotation marks"),
    },
    "evaluations": {
        **_SPAN,
        "evaluation_id": Column("str", "identifier that ties evaluation and target"),
        "role": Column("str", "evaluation (the words), target (the actor)"),
        "name": Column("str", "canonical name of the actor"),
        "entity_id": Column("str", "the actor's id in the table of entities; null for an ambiguous surname"),
        "word": Column("str", "the entry of the word list, or the words in small letters"),
        "polarity": Column("str", "negative, positive or mixed by the word list; null where it has no entry"),
        "negated": Column("bool", "whether a negation stands with it"),
        "attributed_to": Column("str", "who says so, where it is not the source itself"),
        "quoted": Column("bool", "whether it stands in quotation marks"),
    },
    "actions": {
        **_SPAN,
        "action_id": Column("str", "identifier that ties predicate, agent and patient"),
        "role": Column("str", "predicate, agent, patient"),
        "voice": Column("str", "active, passive, agentless (passive without an agent), nominal"),
        "predicate": Column("str", "lemma of the verb or noun"),
        "name": Column("str", "canonical name of the actor; null on a predicate and where the party has no name"),
        "entity_id": Column("str", "the actor's id in the table of entities; null where there is none"),
        "attributed_to": Column("str", "who says so, where it is not the source itself"),
    },
    "attributions": {
        **_SPAN,
        "attribution_id": Column("str", "identifier that ties cue, responsible and outcome"),
        "role": Column("str", "cue, responsible (who or what is held to be the cause), outcome (of what)"),
        "name": Column("str", "canonical name of who is held responsible; null where no name stands there"),
        "entity_id": Column("str", "the actor's id in the table of entities; null where there is none"),
        "cue_class": Column("str", "class of the cue word"),
        "negated": Column("bool", "whether the text denies it"),
        "attributed_to": Column("str", "who says so, where it is not the source itself"),
    },
    "words": {
        **_SPAN,
        "word": Column("str", "the form, lemma or sequence searched for, in small letters"),
    },
    "evidence": {
        **_SPAN,
        "field": Column("str", "field of docs that the row speaks for"),
        "value": Column("str", "value that it speaks for"),
        "date_low": Column("datetime64[s]", "first second of the interval it allows; null where it is no date"),
        "date_high": Column("datetime64[s]", "last second of the interval it allows; null where it is no date"),
        "used": Column("bool", "whether the result rests on it; false where it was discarded"),
        "reason": Column("str", "why it was discarded; null where it was used"),
    },
    "sample": {
        **{name: _SPAN[name] for name in ("doc_id", "start", "end", "surface", "zone")},
        "unit_id": Column("str", "identifier of the paragraph: doc_id:start"),
        "stratum": Column("str", "part of the corpus from which it was drawn"),
        "n_stratum": Column("int64", "paragraphs in the stratum", "paragraphs"),
        "weight": Column("float64", "paragraphs that it stands for: 1 over its chance to be drawn", "paragraphs"),
    },
    "codes": {
        "unit_id": Column("str", "identifier of the paragraph: doc_id:start"),
        "coder": Column("str", "who coded it"),
        "label": Column("str", "label that was coded"),
        "code": Column("Int64", "1 where the paragraph bears the label, 0 where not; null where it was left open"),
    },
    "summary": _SUMMARY,
    "verification": {
        "notebook": Column("str", "notebook the finding is about; empty where it is about no single one"),
        "item": Column("str", "figure, table, page or file; empty where the whole notebook is meant"),
        "layer": Column("str", "disk, identifier, corpus (its name), one of the five hashes, rerun"),
        "status": Column("str", "identical, moved (a hash), differs, renamed (a corpus), failed (a run)"),
        "detail": Column("str", "what moved or differs; empty where nothing does"),
    },
}


def as_table(rows: pd.DataFrame | Iterable[Mapping[str, Any]], table: str) -> pd.DataFrame:
    """Give rows the columns and dtypes of a declared table.

    Columns that are missing become null, columns that are not declared are kept behind the declared ones.

    Args:
        rows: a table, or mappings with a key a column.
        table: a name in `TABLES`.

    Returns:
        A new table; with no rows, an empty one that has every column.

    Example:
        >>> as_table([], "zones").columns.tolist()[:3]
        ['doc_id', 'start', 'end']

    """
    declared = TABLES[table]
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    missing = pd.Series([None] * len(frame), index=frame.index, dtype="object")
    dtypes: dict[str, Any] = {name: column.dtype for name, column in declared.items()}
    kept = {name: frame.get(name, missing).astype(dtype) for name, dtype in dtypes.items()}
    extra = {name: frame[name] for name in frame.columns if name not in declared}
    return pd.DataFrame({**kept, **extra}, index=frame.index).reset_index(drop=True)


def axis_title(table: str, column: str) -> str:
    """Title of an axis that shows a column: its meaning, then its unit in brackets.

    Example:
        >>> axis_title("places", "lat")
        'latitude (degrees north, WGS 84)'

    """
    declared = TABLES[table][column]
    return f"{declared.meaning} ({declared.unit})" if declared.unit else declared.meaning

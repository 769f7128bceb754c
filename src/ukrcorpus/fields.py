"""Fields of a record: their names in docs, and the form that docs gives them."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pandas as pd

from ukrcorpus.columns import TABLES
from ukrcorpus.formats import Record
from ukrcorpus.times import parse_date

COLUMN_NAMES: dict[str, tuple[str, ...]] = {
    "doc_id": ("doc_id", "id"),
    "text": ("text", "body", "content", "article", "full_text", "maintext"),
    "title": ("title", "headline"),
    "authors": ("authors", "author", "byline"),
    "publisher": ("publisher", "source", "outlet", "sitename", "source_name"),
    "republished_by": ("republished_by",),
    "published": ("published", "date", "publish_date", "published_at", "date_publish", "publication_date", "pub_date"),
    "language": ("language", "lang"),
    "url": ("url", "link"),
}
"""Names that exports give to each field, best first; read without regard to case."""

_FILLED = {*TABLES["docs"], "record"}
_RENAMED = {"label", "path", "record"}
HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_AND = re.compile(r"[;,]| (?:and|&|та|і|и) ")
_PLACE = re.compile(r"\s+in\s+(?=[^\W\d_a-z]).*")
_BY = re.compile(r"[*_\s]*(?:(?:(?:written|posted|reported|compiled) )?by|authors?|автор[иы]?|текст)\b[:\s]*", re.I)


def column_names(columns: Mapping[str, str] | None) -> dict[str, tuple[str, ...]]:
    """Put the caller's column names before the usual ones."""
    names = dict(COLUMN_NAMES)
    for field, name in (columns or {}).items():
        if field not in names:
            raise ValueError(f"columns: no field {field!r}; the fields are {', '.join(names)}")
        names[field] = (name.strip().lower(), *names[field])
    return names


def recognise(record: Record, names: Mapping[str, tuple[str, ...]]) -> Record:
    """Give a record's fields their names in docs; what is not recognised keeps its own.

    A `label`, `path` or `record` of the source's becomes `given_label` …, since docs uses the names for its own.
    """
    by_name = {str(key).strip().lower(): key for key in record}
    fields: Record = {}
    used = set()
    for field, candidates in names.items():
        present = [candidate for candidate in candidates if candidate in by_name]
        first = present[0] if present else None
        name = next((candidate for candidate in present if is_given(record[by_name[candidate]])), first)
        if name is not None:
            fields[field] = record[by_name[name]]
            used.add(by_name[name])
    rest = {str(key): value for key, value in record.items() if key not in used}
    renamed = {f"given_{key}": rest[key] for key in sorted(_RENAMED & rest.keys())}
    return {**{key: value for key, value in rest.items() if key not in _FILLED}, **renamed, **fields}


def is_given(value: Any) -> bool:
    """Whether a field holds anything."""
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return False
    return not (isinstance(value, str | list | tuple) and len(value) == 0)


def stated_date(value: Any) -> tuple[datetime | None, str]:
    """Read a stated date as the source's own wall time; a second value says why it cannot be read."""
    stated: datetime | None = None
    if isinstance(value, datetime):
        stated = value
    elif isinstance(value, date):
        stated = datetime(value.year, value.month, value.day)
    elif isinstance(value, str):
        for parse in (datetime.fromisoformat, parsedate_to_datetime):
            try:
                stated = parse(value.strip())
                break
            except (ValueError, TypeError, IndexError):
                continue
        parsed = parse_date(value.strip()) if stated is None else None
        if parsed and parsed[1].date() == parsed[2].date():
            stated = parsed[1].to_pydatetime() if isinstance(parsed[1], pd.Timestamp) else parsed[1]
    if stated is None:
        return None, f"{value!r} does not state one day"
    return stated.replace(tzinfo=None, microsecond=0), ""


def plain(value: Any) -> str | None:
    """Give a field as a string; of an object, as schema.org and news APIs write publishers and authors, its name."""
    value = value.get("name") if isinstance(value, Mapping) else value
    return str(value).strip() or None if is_given(value) else None


def names_of(value: Any) -> list[str]:
    """Bring authors into a list of names."""
    if isinstance(value, str):
        value = _AND.split(_BY.sub("", value.strip("*_ "), count=1))
    elif not isinstance(value, list | tuple):
        value = [value]
    return [" ".join(name.split()) for name in map(plain, value) if name]


def names_of_byline(line: str) -> list[str]:
    """Give the names of a byline without what it says of place ("in Kyiv") and role ("our correspondent")."""
    names = [_PLACE.sub("", name) for name in names_of(line)]
    return [name for name in names if not name[:1].islower()]


def is_half(value: Any) -> bool:
    """Whether a string, at any depth, holds a surrogate without its other half, which no file can hold as UTF-8."""
    if isinstance(value, str):
        return bool(HALF_CHARACTER.search(value))
    if isinstance(value, Mapping):
        return is_half([*value, *value.values()])
    return isinstance(value, list | tuple) and any(is_half(part) for part in value)


def escape_halves(name: str) -> str:
    """Write out half characters, which a table cannot hold."""
    return name.encode("utf-8", "backslashreplace").decode()

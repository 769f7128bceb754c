"""Load a corpus: files, tables and records in, one table of articles and one of refusals out."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ukrcorpus.columns import as_table
from ukrcorpus.fields import (
    COLUMN_NAMES,
    HALF_CHARACTER,
    column_names,
    escape_halves,
    is_given,
    is_half,
    names_of,
    names_of_byline,
    plain,
    recognise,
    stated_date,
)
from ukrcorpus.files import File, Source, list_files
from ukrcorpus.formats import READERS, WHOLE_FILE, Record, ending, is_encoding, read_file
from ukrcorpus.published import short_labels
from ukrcorpus.publishers import infer_publisher
from ukrcorpus.zones import find_zones

_SHORTEST = 40
_SAMPLE = 1500
"""Letters below which no language is told, and characters that are enough to tell it."""

_KEYS = ("doc_id", "id", "path", "file", "filename")
_WRITE_AGAIN = "write the record again as UTF-8"


class Refusal(NamedTuple):
    """A row of refused."""

    path: str
    record: int | None
    doc_id: str | None
    field: str | None
    reason: str
    remedy: str


def load_corpus(
    source: Source | Iterable[Source],
    *,
    root: Source | None = None,
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Load articles from a folder, a file, a glob, or a list of them.

    A row of the first table is an article, its text exactly as decoded (of a web page, as extracted); a row of the
    second is a file, a record or a field that was left out, and why. A `metadata.csv` in the root wins over what files
    say. Title, authors and a stated date that no field gives are read from the text's own zones; the publisher is
    inferred (see `infer_publisher`), the language detected (py3langid); `<field>_source` says so. Dates that nothing
    states stay null (see `infer_published`).

    Args:
        source: .txt, .md, .html (an article a file), .jsonl, .csv, .parquet (an article a record), each also packed as
            .gz but for .parquet; in a folder all of them, at any depth.
        root: folder that ids and paths are relative to; by default the folder given, or the deepest common one.
        columns: the source's names for fields, as in `{"text": "article_body"}`; the usual ones need no mention.
        encoding: encoding of all text files; by default UTF-8, or what charset-normalizer is sure of.

    Returns:
        `docs` (see `TABLES["docs"]`; further fields of records and of metadata.csv follow as columns, a `label`, `path`
        or `record` of theirs as `given_label` …), and `refused`: path, record, doc_id, field (str, null where nothing
        of the record was loaded), reason, remedy.

    Raises:
        FileNotFoundError: where a source, or `root`, does not exist.
        ValueError: where the sources hold no file that could be an article, `root` does not hold a source, `columns`
            names no field, Python has no such `encoding`, or metadata.csv has no column that names the article.

    Example:
        >>> docs, refused = load_corpus("seeds/")  # doctest: +SKIP

    """
    parts = list(iter_corpus(source, root=root, columns=columns, encoding=encoding))
    docs = pd.concat([part for part, _ in parts], ignore_index=True)
    docs["label"] = short_labels(docs).to_numpy()
    return as_table(docs, "docs"), as_table(pd.concat([refused for _, refused in parts], ignore_index=True), "refused")


def iter_corpus(
    source: Source | Iterable[Source],
    *,
    root: Source | None = None,
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
    size: int = 1000,
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Load a corpus in parts, for one that does not fit into memory.

    Args:
        source: as in `load_corpus`, and so are `root`, `columns` and `encoding`.
        root: folder that ids are relative to.
        columns: the source's names for fields.
        encoding: encoding of all text files.
        size: articles a part.

    Yields:
        Pairs of `docs` and `refused`, whose articles have the ids that `load_corpus` gives them; only labels, which it
        makes different from one another, are not. There is always one pair, and a last one with the rows of
        metadata.csv that name no article.

    Raises:
        FileNotFoundError: as `load_corpus`, at once and not with the first part; so does ValueError.

    Example:
        >>> sum(len(docs) for docs, _ in iter_corpus("seeds/", size=2))  # doctest: +SKIP
        5

    """
    names = column_names(columns)
    if encoding is not None and not is_encoding(encoding):
        raise ValueError(f"encoding: Python has none of the name {encoding!r}")
    if size < 1:
        raise ValueError(f"size: {size} articles are no part; give 1 or more")
    base, files = list_files([source] if isinstance(source, str | os.PathLike) else list(source), root)
    metadata, refused = _read_metadata(base / "metadata.csv", encoding)
    return _parts(_read_all(files, base, names, encoding), metadata, refused, size)


def _parts(
    entries: Iterator[Record | Refusal], metadata: dict[str, Record], refused: list[Refusal], size: int
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Yield the tables of each part."""
    used: set[str] = set()
    seen: dict[str, str] = {}
    rows: list[Record] = []
    for row in entries:
        if isinstance(row, Refusal):
            refused.append(row)
            continue
        key = row["doc_id"] if row["doc_id"] in metadata else row["path"]
        used.update({key} & metadata.keys())
        row, problems = _finish(row, metadata.get(key))
        if row["doc_id"] in seen:
            reason = f"the id {row['doc_id']!r} is taken by {seen[row['doc_id']]}"
            problems = [_refuse(row, reason, "give every article an id of its own")]
        elif problem := _unusable(row):
            problems = [_refuse(row, *problem)]
        else:
            seen[row["doc_id"]] = row["path"] if row["record"] is None else f"{row['path']}, record {row['record']}"
            rows.append(row)
        refused.extend(problems)
        if len(rows) == size:
            yield _describe(rows), _refused_table(refused)
            rows, refused = [], []
    refused.extend(_unmatched(metadata, used))
    yield _describe(rows), _refused_table(refused)


def _read_all(
    files: list[File], base: Path, names: Mapping[str, tuple[str, ...]], encoding: str | None
) -> Iterator[Record | Refusal]:
    """Yield a row of docs for each record, a refusal for what cannot be one."""
    stems = Counter(_stem(file.path.relative_to(base)) for file in files if _format(file.path) in READERS)
    for path, reason, remedy in files:
        inside = path.relative_to(base)
        where = inside.as_posix()
        if HALF_CHARACTER.search(where):
            where = os.fsencode(inside).decode("utf-8", "backslashreplace")
            yield Refusal(where, None, where, None, "the name is no UTF-8", "rename the file")
            continue
        stem = _stem(inside) if stems[_stem(inside)] < 2 else where
        if reason:
            yield Refusal(where, None, stem, None, reason, remedy)
            continue
        source_sha256 = ""
        for entry in read_file(path, encoding):
            doc_id = stem if entry.number is None else f"{stem}#{entry.number}"
            if entry.reason:
                yield Refusal(where, entry.number, doc_id, entry.field, entry.reason, entry.remedy)
                continue
            source_sha256 = source_sha256 or _hash_file(path)
            fields = recognise(entry.fields, names)
            if _format(path) not in WHOLE_FILE and is_given(fields.get("doc_id")):
                doc_id = str(fields["doc_id"])
            yield {**fields, "doc_id": doc_id, "path": where, "record": entry.number, "source_sha256": source_sha256}


def _hash_file(path: Path) -> str:
    """Give the hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _format(path: Path) -> str:
    """Give the ending that tells the reader, without `.gz`."""
    return ending(path).lower().removesuffix(".gz")


def _stem(path: Path) -> str:
    """Path without the ending, with forward slashes."""
    return path.as_posix().removesuffix(ending(path))


def _read_metadata(path: Path, encoding: str | None) -> tuple[dict[str, Record], list[Refusal]]:
    """Read metadata.csv: for each id or path the fields that it gives, its row as `record`."""
    rows: dict[str, Record] = {}
    refused: list[Refusal] = []
    if not path.is_file() or path.stat().st_size == 0:
        return rows, refused
    names = {field: candidates for field, candidates in COLUMN_NAMES.items() if field not in ("doc_id", "text")}
    for entry in read_file(path, encoding):
        by_name = {name.strip().lower(): name for name in entry.fields}
        key = next((by_name[name] for name in _KEYS if name in by_name), None)
        doc_id = entry.fields[key] if key else ""
        reason, remedy = entry.reason, entry.remedy
        if not reason and key is None:
            raise ValueError(f"metadata.csv has no column that names the article; add one of {', '.join(_KEYS)}")
        if doc_id in rows:
            reason = f"{doc_id!r} stands in row {rows[doc_id]['record']} already, which counts"
            remedy = "keep one row an article"
        if reason:
            refused.append(Refusal(path.name, entry.number, doc_id or None, None, reason, remedy))
            continue
        fields = recognise({name: value for name, value in entry.fields.items() if name != key}, names)
        rows[doc_id] = {**{name: value for name, value in fields.items() if is_given(value)}, "record": entry.number}
    return rows, refused


def _finish(row: Record, metadata: Record | None) -> tuple[Record, list[Refusal]]:
    """Let metadata.csv win, and bring authors and dates into their form; what cannot be goes to refused."""
    origin = "metadata" if _format(Path(row["path"])) in (".html", ".htm") else None
    sources = dict.fromkeys(("title", "authors", "publisher", "published", "language"), origin)
    if metadata:
        row = {**row, **metadata, "record": row["record"]}
        sources.update(dict.fromkeys(metadata.keys() & sources.keys(), "metadata"))
    problems = []
    halves = [name for name, value in row.items() if name not in ("doc_id", "text") and is_half([name, value])]
    for name in halves:
        del row[name]
        reason = f"{escape_halves(name)} holds half a character (a lone surrogate)"
        problems.append(_refuse(row, reason, _WRITE_AGAIN, field=escape_halves(name)))
    row["published"], reason = stated_date(row["published"]) if is_given(row.get("published")) else (None, "")
    if reason:
        problems.append(_refuse(row, reason, "write dates as 2024-06-21", field="published"))
    for name in ("title", "publisher", "republished_by", "language", "url"):
        row[name] = plain(row.get(name))
    row["authors"] = names_of(row.get("authors"))
    for name, source in sources.items():
        row[f"{name}_source"] = source if is_given(row.get(name)) else None
    return row, problems


def _unusable(row: Record) -> tuple[str, str] | None:
    """Say why an article cannot be loaded, and what to do; None where it can."""
    text = row.get("text")
    if text is None:
        names = ", ".join(COLUMN_NAMES["text"])
        return f"no text (none of the columns {names})", 'name its column: columns={"text": "…"}'
    if not isinstance(text, str):
        return f"the text is of type {type(text).__name__}", "give it as a string"
    if not text.strip():
        return "the text is empty", "remove the record, or fetch the article again"
    if half := HALF_CHARACTER.search(text):
        return f"the text holds half a character (a lone surrogate at {half.start()})", _WRITE_AGAIN
    if is_half(row["doc_id"]):
        return "the id holds half a character (a lone surrogate)", _WRITE_AGAIN
    return None


def _refuse(row: Record, reason: str, remedy: str, *, field: str | None = None) -> Refusal:
    """Give the refusal of an article or, where one is named, of a field."""
    return Refusal(row["path"], row["record"], escape_halves(row["doc_id"]), field, reason, remedy)


def _refused_table(refused: list[Refusal]) -> pd.DataFrame:
    """Make the table of refusals."""
    return as_table([row._asdict() for row in refused], "refused")


def _unmatched(metadata: dict[str, Record], used: set[str]) -> list[Refusal]:
    """Refuse each row of metadata.csv that names no article."""
    remedy = "correct it, or remove the row"
    return [
        Refusal("metadata.csv", row["record"], key, None, f"no article has the id or path {key!r}", remedy)
        for key, row in metadata.items()
        if key not in used
    ]


def _describe(rows: list[Record]) -> pd.DataFrame:
    """Make the table of a part, and fill what the texts themselves tell."""
    docs = as_table([{name: value for name, value in row.items() if name != "record"} for row in rows], "docs")
    if docs.empty:
        return docs
    docs["sha256"] = [hashlib.sha256(text.encode()).hexdigest() for text in docs["text"]]
    zones = find_zones(docs)
    docs = _fill_from_zones(docs, zones)
    docs = _fill_language(docs, zones)
    docs, _ = infer_publisher(docs, zones=zones)
    docs["label"] = short_labels(docs).to_numpy()
    return as_table(docs, "docs")


def _fill_from_zones(docs: pd.DataFrame, zones: pd.DataFrame) -> pd.DataFrame:
    """Take title, authors and stated date from the zones where no field gives them."""
    held: dict[tuple[str, str], list[str]] = {}
    for doc_id, label, surface in zip(zones["doc_id"], zones["label"], zones["surface"], strict=True):
        if label in ("title", "byline", "dateline"):
            held.setdefault((doc_id, label), []).append(surface)
    rows: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in docs.to_dict("records")]
    for row in rows:
        titles, bylines, datelines = (held.get((row["doc_id"], name), []) for name in ("title", "byline", "dateline"))
        if titles and not is_given(row["title"]):
            row.update(title=titles[0].lstrip("# ").strip(), title_source="zone")
        authors = names_of_byline(bylines[0]) if bylines else []
        if authors and not row["authors"]:
            row.update(authors=authors, authors_source="zone")
        days = (day for day, reason in map(stated_date, datelines) if not reason)
        if not is_given(row["published"]) and (day := next(days, None)):
            row.update(published=day, published_source="zone")
    return as_table(rows, "docs")


def _fill_language(docs: pd.DataFrame, zones: pd.DataFrame) -> pd.DataFrame:
    """Detect the language of articles that give none, where there is text enough to be sure of it."""
    from py3langid import classify

    read = zones[zones["label"].isin(("title", "paragraph"))].groupby("doc_id")["surface"].agg(" ".join)
    missing = docs["language"].isna()
    samples = [read.get(doc_id, "")[:_SAMPLE] for doc_id in docs.loc[missing, "doc_id"]]
    found = [classify(text)[0] if sum(map(str.isalpha, text)) >= _SHORTEST else None for text in samples]
    docs.loc[missing, "language"] = found
    docs.loc[missing & docs["language"].notna(), "language_source"] = "inferred"
    return docs

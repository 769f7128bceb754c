"""Load a corpus: files, tables and records in, one table of articles and one of refusals out."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pandas as pd

from ukrcorpus.columns import TABLES, as_table
from ukrcorpus.files import Source, list_files
from ukrcorpus.formats import WHOLE_FILE, Record, ending, read_csv, read_file
from ukrcorpus.published import short_labels
from ukrcorpus.publishers import infer_publisher
from ukrcorpus.times import parse_date
from ukrcorpus.zones import find_zones

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

_KEYS = ("doc_id", "id", "path", "file", "filename")
_SHORTEST = 40
_SAMPLE = 1500
"""Letters below which no language is told, and characters that are enough to tell it."""


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
        `docs` (see `TABLES["docs"]`; further fields of records and of metadata.csv follow as columns), and `refused`:
        path, record, doc_id, field (str, null where nothing of the record was loaded), reason, remedy.

    Raises:
        FileNotFoundError: where a source, or `root`, does not exist.
        ValueError: where the sources hold no file that could be an article, `root` does not hold a source, or `columns`
            names no field.

    Example:
        >>> docs, refused = load_corpus("seeds/")  # doctest: +SKIP

    """
    parts = list(iter_corpus(source, root=root, columns=columns, encoding=encoding))
    docs = as_table(pd.concat([part for part, _ in parts], ignore_index=True), "docs")
    docs["label"] = short_labels(docs).to_numpy()
    return docs, as_table(pd.concat([refused for _, refused in parts], ignore_index=True), "refused")


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
        FileNotFoundError: as `load_corpus`; so does ValueError.

    Example:
        >>> sum(len(docs) for docs, _ in iter_corpus("seeds/", size=2))  # doctest: +SKIP
        5

    """
    names = _column_names(columns)
    base, files = list_files([source] if isinstance(source, str | os.PathLike) else list(source), root)
    metadata = _read_metadata(base / "metadata.csv", encoding)
    seen: dict[str, str] = {}
    rows: list[Record] = []
    refused: list[Record] = []
    for row in _read_all(files, base, names, encoding):
        if "reason" in row:
            refused.append(row)
            continue
        row, problems = _finish(row, metadata)
        refused.extend(problems)
        if row["doc_id"] in seen:
            reason = f"the id {row['doc_id']!r} is taken by {seen[row['doc_id']]}"
            refused.append(_refusal(row, reason, "give every article an id of its own"))
        elif problem := _unusable(row["text"]):
            refused.append(_refusal(row, *problem))
        else:
            seen[row["doc_id"]] = row["path"] if row["record"] is None else f"{row['path']}, record {row['record']}"
            rows.append(row)
        if len(rows) == size:
            yield _describe(rows), as_table(refused, "refused")
            rows, refused = [], []
    refused.extend(_unmatched(metadata))
    yield _describe(rows), as_table(refused, "refused")


def _column_names(columns: Mapping[str, str] | None) -> dict[str, tuple[str, ...]]:
    """Put the caller's column names before the usual ones."""
    names = dict(COLUMN_NAMES)
    for field, name in (columns or {}).items():
        if field not in names:
            raise ValueError(f"columns: no field {field!r}; the fields are {', '.join(names)}")
        names[field] = (name.lower(), *names[field])
    return names


def _read_all(
    files: list[tuple[Path, str]], base: Path, names: Mapping[str, tuple[str, ...]], encoding: str | None
) -> Iterator[Record]:
    """Yield a row of docs for each record, a row of refused (with `reason`) for what cannot be one."""
    stems = Counter(_stem(path.relative_to(base)) for path, _ in files)
    for path, reason in files:
        inside = path.relative_to(base)
        here = {"path": inside.as_posix(), "record": None}
        stem = _stem(inside) if stems[_stem(inside)] == 1 else inside.as_posix()
        if reason:
            yield {**here, "doc_id": stem, "reason": reason, "remedy": "copy what it points to into the corpus"}
            continue
        source_sha256 = ""
        for record in read_file(path, encoding):
            number = record.pop("_record", None)
            row = {**here, "record": number}
            if "_reason" in record:
                doc_id = stem if number is None else f"{stem}#{number}"
                reason, remedy, field = record["_reason"], record["_remedy"], record["_field"]
                yield {**row, "doc_id": doc_id, "field": field, "reason": reason, "remedy": remedy}
                continue
            if not source_sha256:
                with path.open("rb") as file:
                    source_sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            fields = _recognise(record, names)
            if ending(path).lower().removesuffix(".gz") in WHOLE_FILE:
                fields["doc_id"] = stem
            elif not _given(fields.get("doc_id")):
                fields["doc_id"] = f"{stem}#{number}"
            fields["doc_id"] = str(fields["doc_id"])
            yield {**fields, **row, "source_sha256": source_sha256}


def _stem(path: Path) -> str:
    """Path without the ending, with forward slashes."""
    return path.as_posix().removesuffix(ending(path))


def _recognise(record: Record, names: Mapping[str, tuple[str, ...]]) -> Record:
    """Give a record's fields their names in docs; what is not recognised keeps its own."""
    by_name = {str(key).strip().lower(): key for key in record}
    fields: Record = {}
    used = set()
    for field, candidates in names.items():
        name = next((c for c in candidates if c in by_name and _given(record[by_name[c]])), None)
        if name is not None:
            fields[field] = record[by_name[name]]
            used.add(by_name[name])
    reserved = {*TABLES["docs"], "record"}
    rest = {str(key): value for key, value in record.items() if key not in used and str(key) not in reserved}
    return {**rest, **fields}


def _given(value: Any) -> bool:
    """Whether a field holds anything."""
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return False
    return not (isinstance(value, str | list | tuple) and len(value) == 0)


def _read_metadata(path: Path, encoding: str | None) -> dict[str, Record]:
    """Read metadata.csv: for each id or path the fields that it gives."""
    if not path.is_file():
        return {}
    rows: dict[str, Record] = {}
    key = None
    for record in read_csv(path, encoding):
        number = record.pop("_record")
        if "_reason" in record:
            raise ValueError(f"metadata.csv, row {number}: {record['_reason']}; {record['_remedy']}")
        key = key or next((name for name in _KEYS if name in record), None)
        if key is None:
            raise ValueError(f"metadata.csv has no column that names the article; add one of {', '.join(_KEYS)}")
        fields = _recognise({name: value for name, value in record.items() if name not in _KEYS}, COLUMN_NAMES)
        if record[key] in rows:
            raise ValueError(f"metadata.csv, row {number}: {record[key]!r} stands there twice; keep one row an article")
        rows[record[key]] = {**{k: v for k, v in fields.items() if _given(v)}, "_row": number, "_used": False}
    return rows


def _finish(row: Record, metadata: dict[str, Record]) -> tuple[Record, list[Record]]:
    """Let metadata.csv win, and bring authors and dates into their form; what cannot be goes to refused."""
    row = dict(row)
    sources = dict.fromkeys(("title", "authors", "publisher", "published", "language"), row.pop("_from", None))
    extra = metadata.get(row["doc_id"]) or metadata.get(row["path"])
    if extra:
        extra["_used"] = True
        fields = {name: value for name, value in extra.items() if not name.startswith("_")}
        row.update(fields)
        sources.update(dict.fromkeys(fields.keys() & sources.keys(), "metadata"))
    problems = []
    if _given(row.get("published")):
        day, reason = _stated_date(row["published"])
        if reason:
            problems.append(_refusal(row, reason, "write dates as 2024-06-21", field="published"))
        row["published"] = day
    for name in ("title", "publisher", "republished_by", "language", "url"):
        if _given(row.get(name)):
            row[name] = str(row[name]).strip() or None
    row["authors"] = _names(row.get("authors"))
    for name, source in sources.items():
        row[f"{name}_source"] = source if _given(row.get(name)) else None
    return row, problems


def _stated_date(value: Any) -> tuple[datetime | None, str]:
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


def _names(value: Any) -> list[str]:
    """Bring authors into a list of names."""
    if not _given(value):
        return []
    if isinstance(value, str):
        line = value.strip().removeprefix("By ").removeprefix("by ")
        for mark in (";", " and ", " & ", " та ", " і ", " и "):
            line = line.replace(mark, ",")
        value = line.split(",")
    return [name for name in (" ".join(str(part).split()) for part in value) if name]


def _unusable(text: Any) -> tuple[str, str] | None:
    """Say why a text cannot be loaded, and what to do; None where it can."""
    if text is None:
        names = ", ".join(COLUMN_NAMES["text"])
        return f"no text (none of the columns {names})", 'name its column: columns={"text": "…"}'
    if not isinstance(text, str):
        return f"the text is of type {type(text).__name__}", "give it as a string"
    if not text.strip():
        return "the text is empty", "remove the record, or fetch the article again"
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return f"the text holds half a character (a lone surrogate at {error.start})", "write the record again as UTF-8"
    return None


def _refusal(row: Record, reason: str, remedy: str, *, field: str | None = None) -> Record:
    """A row of refused for a row of docs."""
    where = {name: row[name] for name in ("path", "record", "doc_id")}
    return {**where, "field": field, "reason": reason, "remedy": remedy}


def _unmatched(metadata: dict[str, Record]) -> list[Record]:
    """A row of refused for each row of metadata.csv that names no article."""
    return [
        {
            "path": "metadata.csv",
            "record": row["_row"],
            "doc_id": key,
            "reason": f"no article has the id or path {key!r}",
            "remedy": "correct it, or remove the row",
        }
        for key, row in metadata.items()
        if not row["_used"]
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
    first = zones[zones["label"].isin(("title", "byline", "dateline"))].drop_duplicates(["doc_id", "label"])
    held = {(doc_id, label): surface for doc_id, label, surface in first[["doc_id", "label", "surface"]].to_numpy()}
    rows: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in docs.to_dict("records")]
    for row in rows:
        title = held.get((row["doc_id"], "title"))
        if title and not _given(row["title"]):
            row.update(title=title.lstrip("# ").strip(), title_source="zone")
        byline = held.get((row["doc_id"], "byline"))
        if byline and not row["authors"]:
            row.update(authors=_names(byline), authors_source="zone")
        dateline = held.get((row["doc_id"], "dateline"))
        if dateline and not _given(row["published"]):
            day, reason = _stated_date(dateline)
            row.update({} if reason else {"published": day, "published_source": "zone"})
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

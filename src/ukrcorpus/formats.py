"""Readers: one generator a file format, each yielding records, with what could not be read in between."""

import codecs
import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

import charset_normalizer
import pyarrow.parquet
import yaml

from ukrcorpus.zones import FRONT_MATTER

Record = dict[str, Any]
"""Fields of one article as the file names them; `_record` is its number within the file. A record with `_reason` and
`_remedy` stands for one that could not be read."""

_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_PLAUSIBLE = ["cp1251", "koi8_u", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic", "cp1252", "cp1250", "iso8859_2"]
"""Encodings that newspapers of the region and beyond were stored in; charset-normalizer knows ninety more, which only
make it less sure."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufffd]")
_DECLARED = re.compile(rb"""<meta[^>]{0,200}charset=["']?([\w-]{3,20})""", re.I)
_BINARY = (
    "not a text file (it holds bytes that no text has)",
    "remove it, or convert it to one of: .txt .md .html .jsonl .csv .parquet",
)

csv.field_size_limit(2**31 - 1)


def decode(data: bytes, encoding: str | None = None) -> str:
    """Decode a file, never with a replacement character.

    A byte order mark decides; else UTF-8; else the encoding that charset-normalizer finds, where no other candidate is
    nearly as good and reads the bytes otherwise.

    Args:
        data: the whole file.
        encoding: encoding to use, whatever the bytes look like.

    Raises:
        ValueError: its two arguments are the reason and the remedy.

    Example:
        >>> decode("\ufeffКиїв".encode("utf-8"))
        'Київ'

    """
    mark = next((name for start, name in _MARKS.items() if data.startswith(start)), None)
    for name in (encoding,) if encoding else (mark,) if mark else ("utf-8",):
        try:
            text = data.decode(name).removeprefix("\ufeff")
        except (UnicodeDecodeError, LookupError) as error:
            if encoding or mark:
                raise ValueError(f"cannot be read as {name}: {error}", "name the right encoding") from None
        else:
            if "\x00" in text:
                raise ValueError(*_BINARY)
            return text
    if b"\x00" in data:
        raise ValueError(*_BINARY)
    return _decode_by_frequency(data)


def _decode_by_frequency(data: bytes) -> str:
    """Decode bytes that are no UTF-8, where one encoding fits clearly better than the others."""
    matches = list(charset_normalizer.from_bytes(data, cp_isolation=_PLAUSIBLE, enable_fallback=False))
    fits = [(match, str(match)) for match in matches if match.chaos < 0.1 and match.coherence > 0.1]
    fits = [(match, text) for match, text in fits if not _CONTROL.search(text)]
    if not fits:
        raise (
            ValueError(*_BINARY)
            if _CONTROL.search(data.decode("latin-1")) and not matches
            else ValueError("the encoding cannot be told", "save the file as UTF-8, or pass encoding=")
        )
    best, text = fits[0]
    rivals = {
        match.encoding
        for match, other in fits[1:]
        if other != text and match.chaos <= best.chaos + 0.02 and match.coherence > best.coherence - 0.15
    }
    if rivals:
        names = " or ".join([best.encoding, *sorted(rivals)])
        raise ValueError(f"the encoding may be {names}", "save the file as UTF-8, or pass encoding=")
    return text


def read_text(path: Path, encoding: str | None) -> Iterator[Record]:
    """Read a plain text: the file is the article."""
    yield {"text": decode(_bytes(path), encoding)}


def read_markdown(path: Path, encoding: str | None) -> Iterator[Record]:
    """Read a Markdown file: the file is the article; YAML front matter gives its fields and stays in the text."""
    text = decode(_bytes(path), encoding)
    match = FRONT_MATTER.match(text)
    fields: Any = {}
    if match:
        try:
            fields = yaml.safe_load(match[1])
        except yaml.YAMLError as error:
            reason = f"front matter is no YAML: {' '.join(str(error).split())}"
            yield problem(None, reason, "mend it, or remove it", field="title")
    given = {str(key): value for key, value in fields.items()} if isinstance(fields, dict) else {}
    yield {**given, "text": text}


def read_html(path: Path, encoding: str | None) -> Iterator[Record]:
    """Read a web page: the article is what trafilatura extracts, its fields what the page's metadata says."""
    import trafilatura

    data = _bytes(path)
    declared = _DECLARED.search(data[:4096])
    page = decode(data, encoding or (_known(declared[1].decode()) if declared else None))
    found: Any = trafilatura.bare_extraction(
        page,
        with_metadata=True,
        include_comments=False,
        # htmldate takes today's date for the latest allowed one; a fixed one keeps the clock out
        date_extraction_params={"original_date": True, "extensive_search": False, "max_date": "2100-01-01"},
    )
    if found is None or not found.text:
        yield problem(None, "no article text found in the page", "save the article as .txt, or check the page")
        return
    yield {
        "text": found.text,
        "title": found.title,
        "authors": found.author,
        "publisher": found.sitename,
        "published": found.date,
        "url": found.url,
        "_from": "metadata",
    }


def read_jsonl(path: Path, encoding: str | None) -> Iterator[Record]:
    """Read JSON lines: a line is an article, blank lines are none; UTF-8 (RFC 8259) unless told otherwise."""
    with _open(path) as file:
        for number, raw in enumerate(file, start=1):
            if not raw.strip():
                continue
            try:
                record = json.loads(raw.decode(encoding or "utf-8-sig"))
            except UnicodeDecodeError as error:
                yield problem(number, f"no UTF-8: {error}", "save the file as UTF-8, or pass encoding=")
            except (json.JSONDecodeError, RecursionError) as error:
                yield problem(number, f"no JSON: {error}", "write one JSON object a line")
            else:
                if isinstance(record, dict):
                    yield {**record, "_record": number}
                else:
                    reason = f"a JSON {type(record).__name__}, not an object"
                    yield problem(number, reason, "write one JSON object a line")


def read_csv(path: Path, encoding: str | None) -> Iterator[Record]:
    """Read a CSV: a row is an article, every field is a string, and no value is taken for missing."""
    with _open_text(path, encoding) as file:
        head = file.readline()
        delimiter = max(",;\t", key=head.count)
        columns = [name.strip() for name in next(csv.reader([head], delimiter=delimiter), [])]
        rows = csv.reader(file, delimiter=delimiter, strict=True)
        number = 0
        try:
            for number, values in enumerate((row for row in rows if row), start=1):
                if len(values) == len(columns):
                    yield {**dict(zip(columns, values, strict=True)), "_record": number}
                    continue
                reason = f"{len(values)} fields under {len(columns)} columns (line {rows.line_num + 1})"
                yield problem(number, reason, "quote fields that hold the delimiter or a line break")
        except csv.Error as error:
            reason = f"not readable from line {rows.line_num + 1} on: {error}"
            yield problem(number + 1, reason, "mend the quotation marks there; later rows were not read")


def read_parquet(path: Path, _encoding: str | None) -> Iterator[Record]:
    """Read a Parquet file: a row is an article."""
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            rows = (row for batch in file.iter_batches(batch_size=1000) for row in batch.to_pylist())
            for number, row in enumerate(rows, start=1):
                yield {**row, "_record": number}
    except pyarrow.ArrowException as error:
        yield problem(None, f"no Parquet file: {str(error).splitlines()[0]}", "write it again")


READERS: dict[str, Callable[[Path, str | None], Iterator[Record]]] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".jsonl": read_jsonl,
    ".csv": read_csv,
    ".parquet": read_parquet,
}
"""Reader of each ending, which may have `.gz` behind it."""

WHOLE_FILE = {".txt", ".md", ".html", ".htm"}
"""Endings of files that are one article."""


def read_file(path: Path, encoding: str | None = None) -> Iterator[Record]:
    """Yield the records of a file, and in place of what could not be read the problem.

    Args:
        path: the file; its ending tells the format.
        encoding: encoding to use, whatever the bytes look like.

    """
    suffix = ending(path).lower()
    reader = READERS.get(suffix.removesuffix(".gz"))
    if reader is None:
        shown = f"{suffix} files" if suffix else "files without ending"
        yield problem(None, f"no reader for {shown}", f"remove it, or use one of {' '.join(READERS)}")
        return
    try:
        if path.stat().st_size == 0:
            yield problem(None, "the file is empty", "remove it, or save the article again")
            return
        yield from reader(path, encoding)
    except ValueError as error:
        reason, remedy = error.args if len(error.args) == 2 else (str(error), "mend the file")
        yield problem(None, reason, remedy)
    except (OSError, EOFError) as error:
        reason = f"not readable: {getattr(error, 'strerror', None) or error}"
        yield problem(None, reason, "check the file and its permissions")


def ending(path: Path) -> str:
    """Give the ending that tells the format, `.jsonl.gz` as a whole.

    Example:
        >>> ending(Path("corpus/2.5.jsonl.gz"))
        '.jsonl.gz'

    """
    return "".join(path.suffixes[-2:]) if path.suffix.lower() == ".gz" else path.suffix


def problem(number: int | None, reason: str, remedy: str, *, field: str | None = None) -> Record:
    """Give a record that says what could not be read, and what to do."""
    return {"_record": number, "_reason": reason, "_remedy": remedy, "_field": field}


def _bytes(path: Path) -> bytes:
    """Read a file, unpacked where it is packed."""
    with _open(path) as file:
        return file.read()


def _open(path: Path) -> BinaryIO:
    """Open a file for reading bytes, unpacked where it is packed."""
    return cast(BinaryIO, gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb"))


def _open_text(path: Path, encoding: str | None) -> TextIO:
    """Open a file for reading text: as a stream where it is UTF-8, decoded at once where it is not."""
    if encoding is None:
        check = codecs.getincrementaldecoder("utf-8")()
        try:
            with _open(path) as file:
                while block := file.read(1 << 20):
                    check.decode(block)
        except UnicodeDecodeError:
            return io.StringIO(decode(_bytes(path)), newline="")
    return io.TextIOWrapper(_open(path), encoding=encoding or "utf-8-sig", newline="")


def _known(name: str) -> str | None:
    """Give the encoding that a page declares, where Python has it; browsers read latin-1 as cp1252."""
    try:
        codecs.lookup(name)
    except LookupError:
        return None
    return "cp1252" if name.lower() in ("iso-8859-1", "latin1", "us-ascii", "ascii") else name

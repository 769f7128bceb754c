"""Readers: one generator a file format, each yielding records, with what could not be read in between."""

import codecs
import csv
import gzip
import io
import json
import logging
import re
import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TextIO, cast

import charset_normalizer
import pyarrow.parquet
import yaml

from ukrcorpus.layout import FRONT_MATTER

Record = dict[str, Any]
"""Fields of one article, as the file names them."""


class Entry(NamedTuple):
    """A record of a file or, where there is a reason, what of it could not be read.

    `number` counts the file's records from 1 and is None where the file as a whole is meant; `field` is the only one
    that could not be read, None where nothing could.
    """

    number: int | None
    fields: Record
    reason: str = ""
    remedy: str = ""
    field: str | None = None


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
_NEVER_IN_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1b\x7f]")
_DECLARED = re.compile(rb"""<meta[^>]{0,200}charset=["']?([\w-]{3,20})""", re.I)
_BINARY = (
    "not a text file (it holds bytes that no text has)",
    "remove it, or convert it to one of: .txt .md .html .jsonl .csv .parquet",
)
_SAVE_AGAIN = "save the file as UTF-8, or pass encoding="

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
    mark = _mark(data)
    name = encoding or mark or "utf-8"
    try:
        text = data.decode(name).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        if encoding or mark:
            raise ValueError(f"cannot be read as {name}: {error}", "name the right encoding") from None
        if b"\x00" in data:
            raise ValueError(*_BINARY) from None
        if error.reason == "unexpected end of data" or _is_damaged(data):
            raise ValueError(f"damaged UTF-8: {error}", _SAVE_AGAIN) from None
        return _decode_by_frequency(data)
    if "\x00" in text:
        raise ValueError(*_BINARY)
    return text


def _mark(data: bytes) -> str | None:
    """Give the encoding that a byte order mark names."""
    return next((name for start, name in _MARKS.items() if data.startswith(start)), None)


def _is_damaged(data: bytes) -> bool:
    """Whether bytes are UTF-8 but for a few of them; read as a single-byte encoding they would be taken for a text."""
    kept = data.decode("utf-8", "ignore")
    lost = len(data) - len(kept.encode())
    return 0 < len(kept.encode()) - sum(map(str.isascii, kept)) >= lost


def _decode_by_frequency(data: bytes) -> str:
    """Decode bytes that are no UTF-8, where one encoding fits clearly better than the others."""
    matches = list(charset_normalizer.from_bytes(data, cp_isolation=_PLAUSIBLE, enable_fallback=False))
    fits = [(match, str(match)) for match in matches if match.chaos < 0.1 and match.coherence > 0.1]
    fits = [(match, text) for match, text in fits if not _CONTROL.search(text)]
    if not fits:
        binary = not matches and _NEVER_IN_TEXT.search(data)
        raise ValueError(*_BINARY) if binary else ValueError("the encoding cannot be told", _SAVE_AGAIN)
    best, text = fits[0]
    rivals = {
        match.encoding
        for match, other in fits[1:]
        if other != text and match.chaos <= best.chaos + 0.02 and match.coherence > best.coherence - 0.15
    }
    if rivals:
        names = " or ".join([best.encoding, *sorted(rivals)])
        raise ValueError(f"the encoding may be {names}", _SAVE_AGAIN)
    return text


def read_text(path: Path, encoding: str | None) -> Iterator[Entry]:
    """Read a plain text: the file is the article."""
    yield Entry(None, {"text": decode(_bytes(path), encoding)})


def read_markdown(path: Path, encoding: str | None) -> Iterator[Entry]:
    """Read a Markdown file: the file is the article; YAML front matter gives its fields and stays in the text."""
    text = decode(_bytes(path), encoding)
    match = FRONT_MATTER.match(text)
    fields: Any = {}
    if match:
        try:
            fields = yaml.safe_load(match[1])
        except (yaml.YAMLError, ValueError, RecursionError) as error:  # a ValueError where a date does not exist
            reason = f"front matter is no YAML: {' '.join(str(error).split())}"
            yield problem(None, reason, "mend it, or remove it", field="title")
    given = {str(key): value for key, value in fields.items()} if isinstance(fields, dict) else {}
    yield Entry(None, {**given, "text": text})


def read_html(path: Path, encoding: str | None) -> Iterator[Entry]:
    """Read a web page: the article is what trafilatura extracts, its fields what the page's metadata says."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it complains of stands in refused
    page = _decode_page(_bytes(path), encoding)
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
    fields = {
        "text": found.text,
        "title": found.title,
        "authors": found.author,
        "publisher": found.sitename,
        "published": found.date,
        "url": found.url,
    }
    yield Entry(None, fields)


def _decode_page(data: bytes, encoding: str | None) -> str:
    """Decode a web page: what it declares counts where it is no UTF-8, since a page saved anew keeps the old word."""
    declared = _DECLARED.search(data[:4096])
    name = _known(declared[1].decode()) if declared else None
    if encoding or not name or _mark(data):
        return decode(data, encoding)
    try:
        return decode(data, "utf-8")
    except ValueError:
        return decode(data, name)


def read_jsonl(path: Path, encoding: str | None) -> Iterator[Entry]:
    """Read JSON lines: a line is an article, blank lines are none; UTF-8 (RFC 8259) unless marked or told otherwise."""
    for number, line in enumerate(_json_lines(path, encoding), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line.decode(encoding or "utf-8-sig") if isinstance(line, bytes) else line)
        except UnicodeDecodeError as error:
            yield problem(number, f"no {encoding or 'UTF-8'}: {error}", _SAVE_AGAIN)
        except (ValueError, RecursionError) as error:
            yield problem(number, f"no JSON: {error}", "write one JSON object a line")
        else:
            if isinstance(record, dict):
                yield Entry(number, record)
            else:
                reason = f"a JSON {type(record).__name__}, not an object"
                yield problem(number, reason, "write one JSON object a line")


def _json_lines(path: Path, encoding: str | None) -> Iterator[bytes | str]:
    """Give lines as bytes, so that a bad one spoils no other; as text where a line break is more than one byte."""
    with _open(path) as file:
        name = encoding or _mark(file.read(4)) or "utf-8"
    if name.lower().startswith(("utf-16", "utf16", "utf_16", "utf-32", "utf32", "utf_32")):
        yield from io.StringIO(decode(_bytes(path), encoding), newline="\n")
    else:
        with _open(path) as file:
            yield from file


def read_csv(path: Path, encoding: str | None) -> Iterator[Entry]:
    """Read a CSV: a row is an article, every field is a string, and no value is taken for missing."""
    with _open_text(path, encoding) as file:
        head = next((line for line in file if line.strip()), "")
        rows = csv.reader(chain([head], file), delimiter=max(",;\t|", key=head.count), strict=True)
        columns: list[str] = []
        number, line = 0, 1
        try:
            for values in rows:
                if not columns:
                    columns = [name.strip() for name in values]
                elif values:
                    number += 1
                    yield _csv_entry(number, columns, values, line)
                line = rows.line_num + 1
        except csv.Error as error:
            reason = f"not readable from line {line} on: {error}"
            yield problem(number + 1, reason, "mend the quotation marks there; later rows were not read")


def _csv_entry(number: int, columns: list[str], values: list[str], line: int) -> Entry:
    """Give the record of a row, which starts on the line given."""
    if len(values) == len(columns):
        return Entry(number, dict(zip(columns, values, strict=True)))
    reason = f"{len(values)} fields under {len(columns)} columns (line {line})"
    return problem(number, reason, "quote fields that hold the delimiter or a line break")


def read_parquet(path: Path, _encoding: str | None) -> Iterator[Entry]:
    """Read a Parquet file: a row is an article."""
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            rows = (row for batch in file.iter_batches(batch_size=1000) for row in batch.to_pylist())
            for number, row in enumerate(rows, start=1):
                yield Entry(number, row)
    except pyarrow.ArrowException as error:
        yield problem(None, f"no Parquet file: {str(error).splitlines()[0]}", "write it again")


READERS: dict[str, Callable[[Path, str | None], Iterator[Entry]]] = {
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


def read_file(path: Path, encoding: str | None = None) -> Iterator[Entry]:
    """Yield the records of a file, and what of it could not be read.

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
    nothing = True
    try:
        if path.stat().st_size == 0:
            yield problem(None, "the file is empty", "remove it, or save the article again")
            return
        for entry in reader(path, encoding):
            nothing = False
            yield entry
        if nothing:
            yield problem(None, "the file holds no record", "remove it, or write it again")
    except UnicodeError as error:
        yield problem(None, f"cannot be read as {encoding or 'UTF-8'}: {error}", "name the right encoding")
    except ValueError as error:
        reason, remedy = error.args if len(error.args) == 2 else (str(error), "mend the file")
        yield problem(None, reason, remedy)
    except (OSError, EOFError, zlib.error) as error:
        reason = f"not readable: {getattr(error, 'strerror', None) or error}"
        yield problem(None, reason, "check the file and its permissions")


def ending(path: Path) -> str:
    """Give the ending that tells the format, `.jsonl.gz` as a whole.

    Example:
        >>> ending(Path("corpus/2.5.jsonl.gz"))
        '.jsonl.gz'

    """
    return "".join(path.suffixes[-2:]) if path.suffix.lower() == ".gz" else path.suffix


def problem(number: int | None, reason: str, remedy: str, *, field: str | None = None) -> Entry:
    """Give the entry of what could not be read."""
    return Entry(number, {}, reason, remedy, field)


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
                check.decode(b"", final=True)
        except UnicodeDecodeError:
            return io.StringIO(decode(_bytes(path)), newline="")
    return io.TextIOWrapper(_open(path), encoding=encoding or "utf-8-sig", newline="")


def _known(name: str) -> str | None:
    """Give the encoding that a page declares, where Python has it; browsers read latin-1 as cp1252."""
    if not is_encoding(name):
        return None
    return "cp1252" if name.lower() in ("iso-8859-1", "latin1", "us-ascii", "ascii") else name


def is_encoding(name: str) -> bool:
    """Whether Python has a text encoding of the name."""
    try:
        b"a".decode(name, "ignore")
    except (LookupError, UnicodeError):
        return False
    return True

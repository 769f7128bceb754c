"""Times as files for other tools: TimeML."""

import re
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pandas as pd

from ukrcorpus.spans import by_article, each_article
from ukrcorpus.times.calendar import interval_of

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_USED = ["doc_id", "start", "end", "surface", "label", "value", "date_low", "date_high", "anchor"]


def write_timeml(times: pd.DataFrame, docs: pd.DataFrame, folder: str | Path) -> Path:
    """Write each article with its times as TimeML 1.2.1 (Pustejovsky et al. 2003), in the form of TempEval-3.

    A file has DOCID, DCT (where `published` is known), TITLE (likewise) and TEXT with a TIMEX3 a row: tid, type, value;
    mod (START, MID, END) where its interval is a part of its value's; temporalFunction and anchorTimeID where it was
    reckoned from the publication. Values and white space stay as they are. A character that XML 1.0 cannot hold becomes
    U+FFFD, so all others keep their place. A file is named for its article, with %XX (UTF-8) for what is neither a
    letter, a digit, nor in "_.- ".

    Args:
        times: the result of `find_times`; rows of other articles are left out.
        docs: the articles.
        folder: made where it is missing; files of the same names are replaced once all are complete, others stay.

    Raises:
        KeyError: where times lacks a column.
        ValueError: where a time is not cut from its article, two overlap, or two articles would have the same file.

    Example:
        >>> from ukrcorpus import find_times
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["In June 2023"]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     print((write_timeml(find_times(docs), docs, folder) / "a.tml").read_text().splitlines()[-2])
        <TEXT>In <TIMEX3 tid="t1" type="DATE" value="2023-06">June 2023</TIMEX3></TEXT>
    """
    found = by_article(times[_USED])
    about, taken = docs.reindex(columns=["published", "title"]).itertuples(index=False), dict[str, str]()
    Path(folder).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".ukrcorpus-") as staged:
        for (doc_id, text), (published, title) in zip(each_article(docs), about, strict=True):
            name = re.sub(r"^\.|[^\w.\- ]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), doc_id)
            # Some file systems hold names apart neither by case nor by how letters are composed.
            other = taken.setdefault(unicodedata.normalize("NFC", name.casefold()), doc_id)
            if other != doc_id:
                raise ValueError(f"{doc_id!r} and {other!r} would have the same file; make the ids differ in letters")
            rows: list[dict[Any, Any]] = found[doc_id].to_dict("records") if doc_id in found else []
            Path(staged, f"{name}.tml").write_bytes(_timeml(doc_id, text, published, title, rows).encode())
        for file in sorted(Path(staged).iterdir()):
            file.replace(Path(folder, file.name))
    return Path(folder)


def _timeml(doc_id: str, text: str, published: Any, title: Any, rows: Iterable[Mapping[Any, Any]]) -> str:
    anchors = {"inferred": {"temporalFunction": "true"}}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<TimeML>", f"<DOCID>{_escaped(doc_id)}</DOCID>"]
    if pd.notna(published):
        anchors["published"] = {"temporalFunction": "true", "anchorTimeID": "t0"}
        is_day = published == published.normalize()
        stated = published.isoformat()[: 10 if is_day else None]
        role = {"temporalFunction": "false", "functionInDocument": "CREATION_TIME"}
        lines += [f"<DCT>{_timex(stated, tid='t0', type='DATE' if is_day else 'TIME', value=stated, **role)}</DCT>"]
    lines += [f"<TITLE>{_escaped(title)}</TITLE>"] if pd.notna(title) else []
    written, at = list[str](), 0
    for number, row in enumerate(rows, start=1):
        start, end = row["start"], row["end"]
        if start < at or not row["surface"] or row["surface"] != text[start:end]:
            raise ValueError(f"{doc_id}: {row['surface']!r} at {start} is not there, or overlaps the one before")
        about = {"tid": f"t{number}", "type": row["label"], "value": row["value"], "mod": _mod(row)}
        written += [_escaped(text[at:start]), _timex(text[start:end], **about, **anchors.get(row["anchor"], {}))]
        at = end
    return "\n".join([*lines, f"<TEXT>{''.join(written)}{_escaped(text[at:])}</TEXT>", "</TimeML>", ""])


def _mod(row: Mapping[Any, Any]) -> str | None:
    """Which part of its value's interval a row's own is; an inferred publication narrows none."""
    whole, low, high = interval_of(str(row["value"])), row["date_low"], row["date_high"]
    if whole is None or row["anchor"] == "inferred" or not whole.low <= low <= high <= whole.high:
        return None
    return {(True, False): "START", (False, False): "MID", (False, True): "END"}.get(
        (low == whole.low, high == whole.high)
    )


def _timex(surface: str, **attributes: Any) -> str:
    given = {key: _ILLEGAL.sub("\ufffd", value) for key, value in attributes.items() if pd.notna(value)}
    return f"<TIMEX3{''.join(f' {k}={quoteattr(v)}' for k, v in given.items())}>{_escaped(surface)}</TIMEX3>"


def _escaped(text: str) -> str:
    # A reader of XML takes a bare \r for the end of a line.
    return escape(_ILLEGAL.sub("\ufffd", text), {"\r": "&#13;"})

"""Tables as files: CSV and HTML that come out the same on every machine."""

import html
import json
import math
from typing import Any

import pandas as pd

DIGITS = 6
"""Significant digits of every number that is written."""

_LINE = 60
"""Characters from which a cell is a passage to be read, and its column wide."""
_LAST_SECOND = pd.Timedelta(days=1) - pd.Timedelta(seconds=1)
_EVIDENCE = ["before", "surface", "after", "doc_id", "start", "end"]


class _Markup(str):
    """Text that is HTML already."""


def rounded(value: Any) -> Any:
    """The value with every float in it, however deep, at 6 significant digits.

    Example:
        >>> rounded({"a": [1 / 3, 12345678.9, 2]})
        {'a': [0.333333, 12345700.0, 2]}
    """
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") + 0.0 if math.isfinite(value) else value
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(inner) for inner in value]
    return value


def to_csv(table: pd.DataFrame) -> str:
    """The table as CSV: no index, numbers at 6 significant digits, lists as JSON, lines ending in a newline."""
    written = pd.DataFrame({name: table[name].map(_plain) for name in table.columns}, columns=table.columns)
    return str(written.to_csv(index=False, lineterminator="\n"))


def to_html(table: pd.DataFrame, *, caption: str = "", id: str = "", rows: int = 20) -> str:
    r"""The table as HTML that a screen reader can follow.

    Of a table of evidence, `before, surface, after` become one column in which the surface is marked, and
    `doc_id, start, end` become one too. `\$` is shown as `$`. Longer tables are cut after `rows`, and the cut is
    stated.
    """
    shown = _evidence(table.head(rows)) if set(_EVIDENCE) <= set(table.columns) else table.head(rows)
    head = "".join(f'<th scope="col"{_align(shown[c])}>{html.escape(str(c))}</th>' for c in shown.columns)
    cells = [map(_cell, shown[c]) for c in shown.columns]
    tags = [f"<td{_align(shown[c])}>" for c in shown.columns]
    body = [
        "<tr>" + "".join(f"{tag}{cell}</td>" for tag, cell in zip(tags, row, strict=True)) + "</tr>"
        for row in zip(*cells, strict=True)
    ]
    cut = _cut(len(table), rows, id)
    title = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    # mathjax_ignore: JupyterLab would set what stands between two dollar signs as a formula.
    return (
        f'<div class="ukrcorpus-table mathjax_ignore tex2jax_ignore">\n<table>{title}\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{chr(10).join(body)}\n</tbody></table>\n{cut}</div>"
    )


def _cut(length: int, rows: int, id: str) -> str:
    """The sentence that says how much of a table is not shown."""
    if length <= rows:
        return ""
    where = f" All of them are in {html.escape(id)}.csv." if id else ""
    return f'<p class="ukrcorpus-cut">The first {rows:,} of {length:,} rows.{where}</p>\n'


def _align(column: pd.Series) -> str:
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    longest = column.astype("str").str.len().max() if len(column) else 0
    width = "; min-width: 22em" if not numeric and longest > _LINE else ""
    return f' style="text-align: {"right" if numeric else "left"}{width}"'


def _evidence(table: pd.DataFrame) -> pd.DataFrame:
    """The columns of a concordance as a reader wants them; the CSV keeps them apart."""
    marked = [
        _Markup(f"{_text(before)}<mark>{_text(surface)}</mark>{_text(after)}")
        for before, surface, after in zip(table["before"], table["surface"], table["after"], strict=True)
    ]
    places = [f"{start}–{end}" for start, end in zip(table["start"], table["end"], strict=True)]
    others = [c for c in table.columns if c not in _EVIDENCE]
    shown = table[others].astype("object")
    shown["sentence"] = pd.Series(marked, index=table.index, dtype="object")
    return shown.assign(characters=places)


def _cell(value: Any) -> str:
    if isinstance(value, _Markup):
        return value
    if isinstance(value, pd.Timestamp) and value == value.normalize() + _LAST_SECOND:
        value = value.normalize()  # the end of a calendar interval: the day says enough
    plain = _plain(value)
    if _is_missing(plain):
        return ""
    return _text(f"{plain:,g}" if isinstance(plain, float) and abs(plain) >= 1000 else str(plain))


def _text(value: str) -> str:
    return html.escape(value.replace("\\$", "$"))


def _plain(value: Any) -> Any:
    """A cell as it is written: numbers rounded, dates without an empty time, containers as JSON."""
    if isinstance(value, float):
        return rounded(float(value))
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() else value.isoformat()
    if isinstance(value, list | tuple | dict | set):
        value = sorted(value) if isinstance(value, set) else value
        return json.dumps(rounded(value), ensure_ascii=False, sort_keys=True)
    return value


def _is_missing(value: Any) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))

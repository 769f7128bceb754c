"""What a notebook shows: figures, tables and evidence, as bundles that every reader of notebooks understands.

A figure is one output that holds the chart (interactive in JupyterLab), its SVG and PNG, the table that it draws and
the alternative text. The runner finds figures and tables by the output metadata that is written here, and by nothing
else.
"""

import base64
import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from ukrcorpus.evidence import EVIDENCE_MIME, article_labels, link_marks
from ukrcorpus.figures import draw, lab_spec, nothing_drawn, size_of, to_spec
from ukrcorpus.tables import to_csv, to_html

MOST_ROWS, MOST_SENTENCES = 100_000, 10_000
"""Rows of a table, and of one with sentences, that a notebook carries at most."""

_ID = {"fig": re.compile(r"fig-[a-z0-9-]+"), "tab": re.compile(r"tab-[a-z0-9-]+")}


def show_figure(
    chart: Any,
    *,
    id: str,
    table: pd.DataFrame,
    caption: str,
    alt: str,
    evidence: pd.DataFrame | None = None,
    docs: pd.DataFrame | None = None,
    keys: Sequence[str] = (),
) -> None:
    """Display a chart as a figure that can be cited.

    Numbers in the chart and in the table are rounded to 6 significant digits, so that they come out the same on every
    machine. The theme "ukrcorpus" is applied. Where the table has no row, the figure says that nothing was found.

    Args:
        chart: an Altair chart of any kind.
        id: name of the figure within its notebook: "fig-" and lower-case letters, digits, hyphens.
        table: the table that the chart draws; it stands beside the figure as CSV.
        caption: what the figure shows and how it was counted.
        alt: alternative text: what a reader would see, for whoever does not see it.
        evidence: the spans that the figure counts; then each mark is a link to its spans in their sentences.
        docs: the articles, with `evidence`.
        keys: columns that rows of the chart share with `evidence` (or docs). The spans of a mark are those that agree
            with it in all of them that its row has; where the row has `n_spans`, it must be as many.

    Raises:
        ValueError: where the id has another form, caption or alternative text is empty, or a mark counts other than
            its evidence.
        TypeError: where `table` is no DataFrame.

    Example:
        >>> rows = pd.DataFrame({"name": ["NATO"], "n": [3]})
        >>> bars = __import__("altair").Chart(rows).mark_bar().encode(x="n", y="name")
        >>> show_figure(bars, id="fig-names", table=rows, caption="Names.", alt="One bar: NATO, 3.")
        One bar: NATO, 3.
    """
    _check(id, "fig", table, caption=caption, alt=alt)
    spec = to_spec(chart, description=alt)
    drawn, links, marks, left_out = spec, {}, list[dict[str, Any]](), 0
    if table.empty:
        drawn = spec = nothing_drawn(spec)
    elif evidence is not None and docs is not None:
        page = f"{id}.evidence.html"
        drawn, marks, left_out = link_marks(spec, evidence, docs, keys, page)
        links = {f"{page}#{m['id']}": f"{m['title']}: {m['n']:,} passage{'s' * (m['n'] != 1)}" for m in marks}
    svg, png, drawn = draw(drawn, prefix=id, alt=alt, links=links)
    spec = spec if marks else drawn
    width, height = size_of(svg)
    bundle = {
        "application/vnd.vegalite.v5+json": lab_spec(spec),
        "image/svg+xml": svg,
        "image/png": base64.b64encode(png).decode("ascii"),
        "text/csv": to_csv(table),
        "text/plain": alt,
    }
    if docs is not None and marks:
        cited = {row[0] for mark in marks for row in mark["spans"]}
        labels = {doc_id: label for doc_id, label in article_labels(docs).items() if doc_id in cited}
        bundle[EVIDENCE_MIME] = {"articles": labels, "marks": marks, "left_out": left_out}
    metadata = {
        "ukrcorpus": {"id": id, "caption": caption, "alt": alt, "schema": spec["$schema"]},
        "image/png": {"width": width, "height": height},
    }
    _display(bundle, metadata)


def show_table(table: pd.DataFrame, *, id: str, caption: str, rows: int = 20, layer: str = "") -> None:
    """Display a table that can be cited.

    Args:
        table: the table; its index is left out. The columns `before, surface, after` of `show_evidence` are shown as
            one sentence in which the surface is marked.
        id: name of the table within its notebook: "tab-" and lower-case letters, digits, hyphens.
        caption: what the table holds and how it was made.
        rows: rows that are shown; the CSV holds all of them up to 100,000 (10,000 of evidence), and either cut is
            stated.
        layer: name under which the rows, which are then spans, are marked on the pages of articles.

    Raises:
        ValueError: where the id has another form or the caption is empty.
        TypeError: where `table` is no DataFrame.

    Example:
        >>> show_table(pd.DataFrame({"name": ["NATO"], "n": [3]}), id="tab-names", caption="Names.")
        Names.
        1 row: name, n
    """
    _check(id, "tab", table, caption=caption)
    most = MOST_SENTENCES if {"before", "after"} <= set(table.columns) else MOST_ROWS
    if len(table) > most:
        caption = f"{caption} The first {most:,} of {len(table):,} rows are kept."
        table = table.head(most)
    columns = ", ".join(map(str, table.columns))
    bundle = {
        "text/html": to_html(table, caption=caption, id=id, rows=rows),
        "text/csv": to_csv(table),
        "text/plain": f"{caption}\n{len(table):,} row{'s' * (len(table) != 1)}: {columns}",
    }
    about = {"id": id, "caption": caption, "rows": len(table)}
    _display(bundle, {"ukrcorpus": {**about, "layer": layer} if layer else about})


def _check(id: str, kind: str, table: pd.DataFrame, **texts: str) -> None:
    """Refuse what could not be cited."""
    if not _ID[kind].fullmatch(id):
        raise ValueError(f"id {id!r} should be {kind!r}, a hyphen, then lower-case letters, digits or hyphens")
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"{id}: table should be a DataFrame, not {type(table).__name__}")
    for name, value in texts.items():
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"{id} has no {name}; say it in a sentence")


def _display(bundle: dict[str, Any], metadata: dict[str, Any]) -> None:
    """Send a bundle to the notebook; print its plain text where there is none."""
    from IPython.core.getipython import get_ipython
    from IPython.display import display

    if get_ipython() is None:
        print(bundle["text/plain"])
    else:
        display(bundle, raw=True, metadata=metadata)  # type: ignore[no-untyped-call]

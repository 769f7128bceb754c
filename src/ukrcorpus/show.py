"""What a notebook shows: figures, tables and evidence, as bundles that every reader of notebooks understands.

A figure is one output that holds the chart (interactive in JupyterLab), its SVG and PNG, the table that it draws and
the alternative text. The runner finds figures and tables by the output metadata that is written here, and by nothing
else.
"""

import base64
import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd

from ukrcorpus.figures import draw, lab_spec, nothing_drawn, size_of, to_spec
from ukrcorpus.sentences import find_sentences
from ukrcorpus.spans import by_article, each_article
from ukrcorpus.tables import to_csv, to_html

_ID = {"fig": re.compile(r"fig-[a-z0-9-]+"), "tab": re.compile(r"tab-[a-z0-9-]+")}


def show_figure(chart: Any, *, id: str, table: pd.DataFrame, caption: str, alt: str) -> None:
    """Display a chart as a figure that can be cited.

    Numbers in the chart and in the table are rounded to 6 significant digits, so that they come out the same on every
    machine. The theme "ukrcorpus" is applied. Where the table has no row, the figure says that nothing was found.

    Args:
        chart: an Altair chart of any kind.
        id: name of the figure within its notebook: "fig-" and lower-case letters, digits, hyphens.
        table: the table that the chart draws; it stands beside the figure as CSV.
        caption: what the figure shows and how it was counted.
        alt: alternative text: what a reader would see, for whoever does not see it.

    Raises:
        ValueError: where the id has another form, or caption or alternative text is empty.
        TypeError: where `table` is no DataFrame.

    Example:
        >>> rows = pd.DataFrame({"name": ["NATO"], "n": [3]})
        >>> bars = __import__("altair").Chart(rows).mark_bar().encode(x="n", y="name")
        >>> show_figure(bars, id="fig-names", table=rows, caption="Names.", alt="One bar: NATO, 3.")
        One bar: NATO, 3.
    """
    _check(id, "fig", table, caption=caption, alt=alt)
    spec = to_spec(chart, description=alt)
    svg, png, spec = draw(nothing_drawn(spec) if table.empty else spec, prefix=id, alt=alt)
    width, height = size_of(svg)
    bundle = {
        "application/vnd.vegalite.v5+json": lab_spec(spec),
        "image/svg+xml": svg,
        "image/png": base64.b64encode(png).decode("ascii"),
        "text/csv": to_csv(table),
        "text/plain": alt,
    }
    metadata = {
        "ukrcorpus": {"id": id, "caption": caption, "alt": alt, "schema": spec["$schema"]},
        "image/png": {"width": width, "height": height},
    }
    _display(bundle, metadata)


def show_table(table: pd.DataFrame, *, id: str, caption: str, rows: int = 20) -> None:
    """Display a table that can be cited.

    Args:
        table: the table; its index is left out. The columns `before, surface, after` of `show_evidence` are shown as
            one sentence in which the surface is marked.
        id: name of the table within its notebook: "tab-" and lower-case letters, digits, hyphens.
        caption: what the table holds and how it was made.
        rows: rows that are shown; the CSV holds all of them, and the cut is stated.

    Raises:
        ValueError: where the id has another form or the caption is empty.
        TypeError: where `table` is no DataFrame.

    Example:
        >>> show_table(pd.DataFrame({"name": ["NATO"], "n": [3]}), id="tab-names", caption="Names.")
        Names.
        1 row: name, n
    """
    _check(id, "tab", table, caption=caption)
    columns = ", ".join(map(str, table.columns))
    bundle = {
        "text/html": to_html(table, caption=caption, id=id, rows=rows),
        "text/csv": to_csv(table),
        "text/plain": f"{caption}\n{len(table):,} row{'s' * (len(table) != 1)}: {columns}",
    }
    _display(bundle, {"ukrcorpus": {"id": id, "caption": caption, "rows": len(table)}})


def show_evidence(
    spans: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    context: int | None = None,
    keep: Sequence[str] = (),
    sentences: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Give each span with the sentence that it stands in (a concordance).

    Args:
        spans: any span table, in the order in which it is to be read.
        docs: the articles.
        context: characters on either side; the whole sentence (or sentences) where it is None.
        keep: further columns of `spans` to show, such as `name` or `value`.
        sentences: the result of `find_sentences`, where it was made already.

    Returns:
        A row a span: `article` (the article's label), the columns `keep`, `before, surface, after` (cut from the text
        and unaltered), `doc_id, start, end`. As the last line of a cell it renders with the spans marked, and
        `show_table` renders it likewise.

    Raises:
        KeyError: where `spans` lacks a column, or names an article that docs does not have.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["He left. NATO said so."]})
        >>> spans = pd.DataFrame({"doc_id": ["a"], "start": [9], "end": [13]})
        >>> show_evidence(spans, docs)[["before", "surface", "after"]].values.tolist()
        [['', 'NATO', ' said so.']]
    """
    docs = docs[docs["doc_id"].isin(spans["doc_id"])]
    texts = dict(each_article(docs))
    labels = dict(zip(docs["doc_id"], docs["label"], strict=True)) if "label" in docs.columns else {}
    if context is None:
        sentences = find_sentences(docs) if sentences is None else sentences
        held = by_article(sentences)
    rows = []
    for doc_id, start, end in zip(spans["doc_id"], spans["start"], spans["end"], strict=True):
        if doc_id not in texts:
            raise KeyError(f"spans name the article {doc_id!r}, which docs does not have")
        text = texts[doc_id]
        if context is None:
            low, high = _sentences_of(held.get(doc_id), text, start, end)
        else:
            low, high = max(start - context, 0), min(end + context, len(text))
        label = labels.get(doc_id)
        rows.append(
            {
                "article": label if isinstance(label, str) and label else doc_id,
                "before": text[low:start],
                "surface": text[start:end],
                "after": text[end:high],
                "doc_id": doc_id,
                "start": start,
                "end": end,
            }
        )
    columns = ["article", "before", "surface", "after", "doc_id", "start", "end"]
    shown = pd.DataFrame(rows, columns=columns).astype({"start": "int64", "end": "int64"})
    for at, name in enumerate(keep, start=1):
        shown.insert(at, name, spans[name].to_list())
    object.__setattr__(shown, "_repr_html_", partial(to_html, shown))
    return shown


def _sentences_of(sentences: pd.DataFrame | None, text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch from the first sentence that a span touches to the last; its line where it touches none."""
    if sentences is not None:
        touched = sentences[(sentences["start"] < end) & (sentences["end"] > start)]
        if len(touched):
            return min(int(touched["start"].min()), start), max(int(touched["end"].max()), end)
    line_end = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, len(text) if line_end < 0 else line_end


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

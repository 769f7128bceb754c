"""Figures of the framing notebook: names for the same thing, who is quoted, frames along an article, words."""

import json
from textwrap import wrap
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ukrcorpus.frames import FRAMES
from ukrcorpus.theme import WIDTH, publisher_colour, publisher_shape

ROW = 19
_MATRIX = 330
_LINE = 14
_LETTER = 6.6
_KEPT = (
    *("doc_id", "place", "publisher", "column", "referent", "term", "speaker", "label", "word"),
    *("name", "holder", "formula", "n_spans"),
)
"""Columns by which a mark is told from others, and led to what it counts."""


def plot_terms(counts: pd.DataFrame, docs: pd.DataFrame, *, most: int = 4) -> alt.VConcatChart:
    """Draw how often each article (or publisher) uses each of several names for the same thing.

    A panel is a referent, a row one of its names, a column an article; the number is the count.

    Args:
        counts: the result of `count_terms`, with `by="doc_id"` or `by="publisher"`.
        docs: the articles.
        most: referents to draw, of those with two names or more; those with most names first.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "label": ["P, 2023"], "publisher": ["P"], "text": ["Kiev is Kyiv."]})
        >>> from ukrcorpus import count_terms, find_terms
        >>> plot_terms(count_terms(find_terms(docs), docs, by="doc_id"), docs).to_dict()["vconcat"][0]["title"]["text"]
        'Capital of Ukraine'

    """
    table = in_columns(counts, docs)
    used = table[table["n_spans"] > 0]
    rank = used.groupby("referent").agg(names=("term", "nunique"), n=("n_spans", "sum"))
    rank = rank[rank["names"] >= 2].sort_values(["names", "n"], ascending=False, kind="stable").head(most)
    panels = [
        matrix(used[used["referent"] == referent], table, docs, "term", named=not number).properties(
            title=alt.Title(referent, fontSize=12, offset=4)
        )
        for number, referent in enumerate(rank.index)
    ]
    chart: alt.VConcatChart = alt.vconcat(
        *(panels or [matrix(used.head(0), table, docs, "term")]),
        spacing=4,
        title=title_over("Which names are given to the same thing?", "Times that a name stands for the thing", docs),
    )
    return chart


def plot_speakers(counts: pd.DataFrame, docs: pd.DataFrame, *, most: int = 20) -> alt.LayerChart:
    """Draw who is quoted, and how often, in each article (or by each publisher).

    Args:
        counts: the result of `count_quotes`, with `by="doc_id"` or `by="publisher"`.
        docs: the articles.
        most: speakers to draw, those quoted most often first.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "label": ["P, 2023"], "publisher": ["P"]})
        >>> counts = pd.DataFrame({"speaker": ["X"], "doc_id": ["a"], "n_spans": [2], "n_docs": [1]})
        >>> plot_speakers(counts, docs).to_dict()["title"]["text"]
        'Who is quoted directly?'

    """
    table = in_columns(counts, docs)
    ranked = [name for name in _by_total(table, "speaker") if name != "not named"][:most]
    shown = table[table["speaker"].isin([*ranked, "not named"]) & (table["n_spans"] > 0)]
    title = title_over("Who is quoted directly?", "Number of direct quotations", docs)
    return matrix(shown, table, docs, "speaker", last="not named").properties(title=title)


def plot_frames(paragraphs: pd.DataFrame, docs: pd.DataFrame) -> alt.FacetChart:
    """Draw where in each article the words of its paragraphs point to each frame.

    A column is an article, read from left to right; a cell is a paragraph, the darker the stronger its words point to
    the frame; cells that bear the label are framed.

    Args:
        paragraphs: the result of `label_paragraphs`.
        docs: the articles to draw, in this order.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "label": ["P, 2023"], "publisher": ["P"], "text": ["A crisis."]})
        >>> from ukrcorpus import find_frames, label_paragraphs
        >>> plot_frames(label_paragraphs(find_frames(docs), docs), docs).to_dict()["facet"]["column"]["field"]
        'column'

    """
    table = in_columns(paragraphs[paragraphs["doc_id"].isin(docs["doc_id"])], docs)
    sizes = table.groupby("doc_id")["paragraph"].transform("max") + 1
    cells = table.filter([*_KEPT, "estimate", "present"])
    cells = cells.assign(left=table["paragraph"] / sizes, right=(table["paragraph"] + 1) / sizes)
    labels = sorted(set(table["label"]), key=lambda label: (FRAMES.index(label) if label in FRAMES else 99, label))
    width = max(30, min(110, 400 // max(len(docs), 1) - 8))
    axis = alt.Axis(values=[0, 1], labelExpr="datum.value == 0 ? 'start' : 'end'", labelFlush=True, grid=False)
    base = alt.Chart(cells).encode(
        x=alt.X("left:Q", title=None, axis=axis, scale=alt.Scale(domain=[0, 1])),
        x2="right:Q",
        y=alt.Y("label:N", title=None, sort=labels),
    )
    colour = alt.Color(
        "estimate:Q",
        title="how strongly the words point to the frame (0 to 1)",
        scale=alt.Scale(domain=[0, 1], range=["#F1F3F5", "#08306B"], interpolate="rgb"),
        legend=alt.Legend(direction="horizontal", gradientLength=160, gradientThickness=10, titleLimit=420),
    )
    shades = base.mark_rect().encode(color=colour, tooltip=["label:N", "estimate:Q"])
    marked = base.transform_filter("datum.present").mark_rect(fill=None, stroke="#222222", strokeWidth=0.8)
    columns = list(dict.fromkeys(table["column"]))
    header = alt.Header(title=None, labelExpr=_lines(columns, width + 4)[0], labelAnchor="middle", labelLimit=width + 8)
    title = title_over(
        "Which frames do the words of each paragraph point to?",
        "A cell is a paragraph, in reading order; framed where it bears the label",
        docs,
    )
    panel = (shades + marked).properties(width=width, height=ROW * max(len(labels), 1))
    chart: alt.FacetChart = panel.facet(
        column=alt.Column("column:N", sort=columns, header=header), spacing=8, title=title
    )
    return chart


def plot_frame_shares(counts: pd.DataFrame, docs: pd.DataFrame) -> alt.Chart | alt.LayerChart:
    """Draw the share of paragraphs that bear each label, a point an article (or publisher).

    Args:
        counts: the result of `count_frames`, with `by="doc_id"` or `by="publisher"`.
        docs: the articles.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "label": ["P, 2023"], "publisher": ["P"]})
        >>> counts = pd.DataFrame({"label": ["moral"], "doc_id": ["a"], "estimate": [40.0], "n_docs": [1]})
        >>> plot_frame_shares(counts, docs).to_dict()["encoding"]["x"]["title"]
        'share of paragraphs (%)'

    """
    medians = counts.groupby("label")["estimate"].median().sort_values(ascending=False, kind="stable")
    return points(counts, docs, "label", list(medians.index), "share of paragraphs (%)").properties(
        title=title_over("How many paragraphs bear each frame?", _one_point(counts), docs)
    )


def plot_words(use: pd.DataFrame, docs: pd.DataFrame) -> alt.Chart | alt.LayerChart:
    """Draw how often each article uses each of some words, a point an article.

    Args:
        use: the result of `count_word_use`; its order of words is kept.
        docs: the articles.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "label": ["P, 2023"], "publisher": ["P"]})
        >>> use = pd.DataFrame({"word": ["war"], "doc_id": ["a"], "estimate": [4.0], "n_docs": [1]})
        >>> plot_words(use, docs).to_dict()["encoding"]["x"]["title"]
        'occurrences per 1,000 words'

    """
    words = list(dict.fromkeys(use["word"]))
    return points(use, docs, "word", words, "occurrences per 1,000 words").properties(
        title=title_over("How often does each article use these words?", _one_point(use), docs)
    )


def plot_differences(words: pd.DataFrame, docs: pd.DataFrame, *, most: int = 10, columns: int = 4) -> alt.VConcatChart:
    """Draw which words each publisher uses more than the others, with intervals (a forest plot).

    A panel is a publisher, a row a word: the point is the log-odds ratio, the line its interval, filled where the
    difference holds against chance over all words together; the numbers are occurrences here and in the rest.

    Args:
        words: the result of `compare_words`, with intervals.
        docs: the articles.
        most: words a publisher, those with the largest statistic first.
        columns: publishers to draw, those with most articles first.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "publisher": ["P"]})
        >>> row = {"word": "war", "publisher": "P", "estimate": 1.0, "low": 0.5, "high": 1.5, "p_value": 0.01}
        >>> words = pd.DataFrame([row | {"statistic": 4.0, "n_spans": 9, "n_spans_rest": 1, "n_docs": 12}])
        >>> plot_differences(words, docs).to_dict()["vconcat"][0]["title"]["text"]
        'P'

    """
    used = words[words["low"].notna() & (words["estimate"] > 0)]
    sizes = used.groupby("publisher")["n_docs"].first().sort_values(ascending=False, kind="stable")
    best = used.sort_values("statistic", ascending=False, kind="stable").groupby("publisher").head(most)
    best = best.assign(
        holds=best["p_value"] <= 0.05,
        counts=best["n_spans"].astype("str") + " : " + best["n_spans_rest"].astype("str"),
    ).sort_values("estimate", ascending=False, kind="stable")
    limits = [min(0.0, float(best["low"].min())), float(best["high"].max())] if len(best) else [0.0, 1.0]
    scale = alt.Scale(domain=limits, nice=True)
    panels = []
    for name in sizes.index[:columns]:
        kept = ["word", "publisher", "estimate", "low", "high", "holds", "counts", "n_spans"]
        table = best.loc[best["publisher"] == name, kept]
        base = alt.Chart(table).encode(y=alt.Y("word:N", title=None, sort=list(table["word"]), axis=_bare_axis()))
        across = alt.X("estimate:Q", title="log-odds ratio, with 95 % interval", scale=scale)
        lines = base.mark_rule(strokeWidth=1.5).encode(x=alt.X("low:Q", scale=scale), x2="high:Q")
        points = base.mark_point(size=70, opacity=1, stroke="#222222").encode(
            x=across, fill=alt.condition("datum.holds", alt.value("#222222"), alt.value("white"))
        )
        counts = base.mark_text(align="left", color="#555555").encode(x=alt.value(WIDTH + 8), text="counts:N")
        panel = (lines + points + counts).properties(width=WIDTH, height=ROW * len(table))
        panels.append(panel.properties(title=alt.Title(name, fontSize=12, offset=4)))
    asked = "Which words does each publisher use more than the rest?"
    title = title_over(asked, "Filled: holds over all words together; numbers: uses here and in the rest", docs)
    empty = alt.Chart(best.head(0)).mark_point().encode(y="word:N")
    return alt.vconcat(*(panels or [empty]), spacing=10, title=title)


def in_columns(table: pd.DataFrame, docs: pd.DataFrame) -> pd.DataFrame:
    """The table, in the order of docs, with `publisher` and `column`: the article's label, or the publisher."""
    if "doc_id" not in table.columns:
        return table.assign(column=table["publisher"])
    known = docs.set_index("doc_id").reindex(columns=["label", "publisher"]).astype("object")
    own = known["label"].notna() & ~known["label"].duplicated(keep=False)
    labels = known["label"].where(own, known.index.to_series())
    rows = table[table["doc_id"].isin(known.index)]
    rows = rows.iloc[np.argsort(known.index.get_indexer(pd.Index(rows["doc_id"])), kind="stable")]
    publishers = rows["doc_id"].map(known["publisher"].fillna("unknown"))
    return rows.assign(column=rows["doc_id"].map(labels), publisher=publishers)


def every_column(table: pd.DataFrame, docs: pd.DataFrame) -> pd.DataFrame:
    """The rows of `in_columns`, and an empty one for each article or publisher of docs that has none."""
    key = "doc_id" if "doc_id" in table.columns else "publisher"
    columns = docs[[key]].astype("object").fillna("unknown").drop_duplicates()
    rest = in_columns(columns[~columns[key].isin(table[key])].assign(n_spans=0), docs)
    both = pd.concat([table, rest], ignore_index=True)
    order = {name: number for number, name in enumerate(columns[key])}
    return both.sort_values(key, key=lambda column: column.map(order), kind="stable", ignore_index=True)


def _by_total(table: pd.DataFrame, row: str) -> list[str]:
    return list(table.groupby(row)["n_spans"].sum().sort_values(ascending=False, kind="stable").index)


def _lines(columns: list[str], width: float) -> tuple[str, int]:
    """An expression that breaks column labels into lines of a width in pixels, and how many lines the longest has."""
    letters = max(6, int(width / _LETTER))
    broken = {name: [line for part in name.split(", ") for line in wrap(part, letters)] or [""] for name in columns}
    return f"({json.dumps(broken, ensure_ascii=False)})[datum.label]", max(map(len, broken.values()), default=1)


def title_over(question: str, counted: str, docs: pd.DataFrame) -> alt.Title:
    """A title that asks, and below it what is counted over how many articles."""
    n, m = len(docs), docs["publisher"].nunique()
    over = f"{n:,} article{'s' * (n != 1)} from {m} publisher{'s' * (m != 1)}"
    subtitle = [f"{counted}; {over}"] if len(counted + over) < 72 else [f"{counted};", over]
    return alt.Title(question, subtitle=subtitle, anchor="start")


def _one_point(table: pd.DataFrame) -> str:
    return "A point is an article" if "doc_id" in table.columns else "A point is a publisher"


def matrix(
    shown: pd.DataFrame,
    table: pd.DataFrame,
    docs: pd.DataFrame,
    row: str,
    *,
    named: bool = True,
    last: str = "",
    broad: int = _MATRIX,
) -> alt.LayerChart:
    """A disc with its count for each row and each column of the table; without a count the cell stays empty."""
    columns = list(dict.fromkeys(table["column"]))
    top = column_heads(columns, broad / max(len(columns), 1), labels=named)
    order = sorted(_by_total(shown, row), key=lambda name: name == last)
    base = alt.Chart(shown.filter(_KEPT)).encode(
        x=alt.X("column:N", title=None, scale=alt.Scale(domain=columns), axis=top),
        y=alt.Y(f"{row}:N", title=None, sort=order, axis=_bare_axis(labelLimit=570 - broad)),
    )
    domain = [0, int(table["n_spans"].max()) if len(table) else 1]
    size = alt.Size("n_spans:Q", scale=alt.Scale(type="sqrt", domain=domain, range=[150, 270]), legend=None)
    discs = base.mark_circle(opacity=1).encode(size=size, color=publisher_colour(docs))
    numbers = base.mark_text(color="white", fontSize=11, fontWeight=600, baseline="middle").encode(text="n_spans:Q")
    chart: alt.LayerChart = (discs + numbers).properties(width=broad, height=alt.Step(ROW))
    return chart


def column_heads(columns: list[str], width: float, *, labels: bool = True, grid: bool = True) -> alt.Axis:
    """An axis above the columns, whose labels are broken into lines of that width in pixels."""
    broken, lines = _lines(columns, width)
    padding = 12 + _LINE * (lines - 1) if labels else 0
    look = {"labelAngle": 0, "labelExpr": broken, "labelLineHeight": _LINE, "labelPadding": padding}
    return _bare_axis(orient="top", labels=labels, grid=grid, **look)


def _bare_axis(**options: Any) -> alt.Axis:
    return alt.Axis(**{"domain": False, "ticks": False, "grid": True, **options})


def points(
    table: pd.DataFrame, docs: pd.DataFrame, row: str, order: list[str], axis: str
) -> alt.Chart | alt.LayerChart:
    """A point for each row and each column of the table, with its interval; publishers by colour and shape."""
    legend = alt.Legend(labelLimit=260) if len(docs) else None
    table = in_columns(table, docs).filter([*_KEPT, "kind", "estimate", "low", "high"])
    held = "low" in table.columns and bool(table["low"].notna().any())
    most = float(table[["estimate", "high"] if held else ["estimate"]].max().max()) if len(table) else 1.0
    chart = alt.Chart(table if held else table.drop(columns=["low", "high"], errors="ignore")).encode(
        x=alt.X("estimate:Q", title=axis, axis=alt.Axis(tickCount=7), scale=alt.Scale(domain=[0, max(most, 0.01)])),
        y=alt.Y(f"{row}:N", title=None, sort=order, axis=_bare_axis(offset=8)),
        color=publisher_colour(docs, legend=legend),
        tooltip=["column:N", f"{row}:N", "estimate:Q"],
    )
    marks: alt.Chart | alt.LayerChart = chart.mark_point(filled=True, size=70, opacity=0.85, clip=False).encode(
        shape=publisher_shape(docs, legend=legend)
    )
    if held:
        beside = alt.YOffset("column:N", scale=alt.Scale(paddingOuter=0.4))
        lines = chart.mark_rule(strokeWidth=1.5).encode(x="low:Q", x2="high:Q", yOffset=beside)
        marks = lines + marks.encode(yOffset=beside)
    rows = max(len(order), 1)
    return marks.properties(width=WIDTH, height=(ROW + 10 * (table["column"].nunique() - 1) * held) * rows)

"""Figures of the framing notebook: names for the same thing, who is quoted, frames along an article, words."""

import json
from textwrap import wrap

import altair as alt
import pandas as pd

from ukrcorpus.frames import FRAMES
from ukrcorpus.theme import WIDTH, publisher_colours

_ROW = 20
_MATRIX = 330
_LINE = 14
_LETTER = 6.6
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right")


def plot_terms(counts: pd.DataFrame, docs: pd.DataFrame, *, fewest_terms: int = 2, most: int = 6) -> alt.VConcatChart:
    """Draw how often each article (or publisher) uses each of several names for the same thing.

    A panel is a referent, a row one of its names, a column an article; the number is the count.

    Args:
        counts: the result of `count_terms`, with `by="doc_id"` or `by="publisher"`.
        docs: the articles.
        fewest_terms: names that a referent must have in the corpus to be drawn.
        most: referents to draw, those with most names first.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "label": ["P, 2023"], "publisher": ["P"], "text": ["Kiev is Kyiv."]})
        >>> from ukrcorpus import count_terms, find_terms
        >>> plot_terms(count_terms(find_terms(docs), docs, by="doc_id"), docs).to_dict()["vconcat"][0]["title"]["text"]
        'Capital of Ukraine'

    """
    table = _columns(counts, docs)
    used = table[table["n_spans"] > 0]
    rank = used.groupby("referent").agg(names=("term", "nunique"), n=("n_spans", "sum"))
    rank = rank[rank["names"] >= fewest_terms].sort_values(["names", "n"], ascending=False, kind="stable").head(most)
    largest = int(used["n_spans"].max()) if len(used) else 1
    panels: list[alt.LayerChart] = []
    for referent in rank.index:
        rows = used[used["referent"] == referent]
        order = rows.groupby("term")["n_spans"].sum().sort_values(ascending=False, kind="stable").index.tolist()
        panel = _matrix(rows, docs, "term", order, _everyone(table), largest=largest, named=not panels)
        panels.append(panel.properties(title=alt.Title(referent, fontSize=12, offset=6)))
    title = alt.Title(
        "Which names are given to the same thing?",
        subtitle=f"Times that a name stands for the thing; {_over(docs)}",
        anchor="start",
    )
    panels = panels or [_matrix(used, docs, "term", [], _everyone(table), largest=largest)]
    chart: alt.VConcatChart = alt.vconcat(*panels, spacing=10, title=title).resolve_scale(color="shared", size="shared")
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
    table = _columns(counts, docs)
    totals = table.groupby("speaker")["n_spans"].sum().sort_values(ascending=False, kind="stable")
    order = [name for name in totals.index if name != "not named"][:most]
    order += ["not named"] if "not named" in totals.index else []
    shown = table[table["speaker"].isin(order) & (table["n_spans"] > 0)]
    title = alt.Title("Who is quoted directly?", subtitle=f"Number of direct quotations; {_over(docs)}")
    largest = int(shown["n_spans"].max()) if len(shown) else 1
    return _matrix(shown, docs, "speaker", order, _everyone(table), largest=largest).properties(title=title)


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
    table = _columns(paragraphs[paragraphs["doc_id"].isin(docs["doc_id"])], docs)
    sizes = table.groupby("doc_id")["paragraph"].transform("max") + 1
    table = table.assign(left=table["paragraph"] / sizes, right=(table["paragraph"] + 1) / sizes)
    shown = table[["column", "label", "left", "right", "estimate", "present"]]
    labels = [label for label in FRAMES if label in set(table["label"])]
    width = max(30, min(110, 400 // max(len(docs), 1) - 8))
    axis = alt.Axis(values=[0, 1], labelExpr="datum.value == 0 ? 'start' : 'end'", labelFlush=True, grid=False)
    base = alt.Chart(shown).encode(
        x=alt.X("left:Q", title=None, axis=axis, scale=alt.Scale(domain=[0, 1])),
        x2="right:Q",
        y=alt.Y("label:N", title=None, sort=[*labels, *sorted(set(table["label"]) - set(labels))]),
    )
    cells = base.mark_rect().encode(
        color=alt.Color(
            "estimate:Q",
            title="how strongly the words point to the frame (0 to 1)",
            scale=alt.Scale(domain=[0, 1], range=["#F1F3F5", "#08306B"], interpolate="rgb"),
            legend=alt.Legend(direction="horizontal", gradientLength=160, gradientThickness=10, titleLimit=420),
        ),
        tooltip=["label:N", "estimate:Q"],
    )
    marked = base.transform_filter("datum.present").mark_rect(fill=None, stroke="#222222", strokeWidth=0.8)
    expression, _ = _lines(_everyone(table), width + 4)
    header = alt.Header(title=None, labelExpr=expression, labelAnchor="middle", labelLimit=width + 8)
    title = alt.Title(
        "Which frames do the words of each paragraph point to?",
        subtitle=["A cell is a paragraph, in reading order; framed where it bears the label;", _over(docs)],
    )
    chart: alt.FacetChart = (
        (cells + marked)
        .properties(width=width, height=_ROW * max(len(labels), 1))
        .facet(column=alt.Column("column:N", sort=_everyone(table), header=header), spacing=8, title=title)
    )
    return chart


def plot_frame_shares(counts: pd.DataFrame, docs: pd.DataFrame) -> alt.Chart:
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
    table = _columns(counts, docs)
    order = table.groupby("label")["estimate"].median().sort_values(ascending=False, kind="stable").index.tolist()
    title = alt.Title("How many paragraphs bear each frame?", subtitle=f"A point is an article; {_over(docs)}")
    return _points(table, docs, "label", order, "share of paragraphs (%)").properties(title=title)


def plot_words(use: pd.DataFrame, docs: pd.DataFrame) -> alt.Chart:
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
    order = list(dict.fromkeys(use["word"]))
    title = alt.Title("How often does each article use these words?", subtitle=f"A point is an article; {_over(docs)}")
    return _points(_columns(use, docs), docs, "word", order, "occurrences per 1,000 words").properties(title=title)


def _columns(table: pd.DataFrame, docs: pd.DataFrame) -> pd.DataFrame:
    """The table with what its rows are about: `column` (the article's label, or the publisher) and `publisher`."""
    if "doc_id" not in table.columns:
        return table.assign(column=table["publisher"])
    labels = docs["label"].where(docs["label"].notna() & ~docs["label"].duplicated(keep=False), docs["doc_id"])
    publishers = docs["publisher"].astype("object").where(docs["publisher"].notna(), "unknown")
    known = pd.DataFrame({"doc_id": docs["doc_id"], "column": labels, "publisher": publishers})
    columns = [name for name in table.columns if name not in ("column", "publisher")]
    rows = table[columns].astype({"doc_id": known["doc_id"].dtype}).assign(_row=range(len(table)))
    found = known.merge(rows, on="doc_id", how="inner")
    return found.sort_values("_row", kind="stable").drop(columns="_row").reset_index(drop=True)


def _everyone(table: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(table["column"]))


def _lines(columns: list[str], width: float) -> tuple[str, int]:
    """An expression that breaks column labels into lines of a width in pixels, and how many lines the longest has."""
    letters = max(6, int(width / _LETTER))
    broken = {name: [line for part in name.split(", ") for line in wrap(part, letters)] or [""] for name in columns}
    return f"({json.dumps(broken, ensure_ascii=False)})[datum.label]", max(map(len, broken.values()), default=1)


def _over(docs: pd.DataFrame) -> str:
    n, m = len(docs), docs["publisher"].nunique()
    return f"{n:,} article{'s' * (n != 1)} from {m} publisher{'s' * (m != 1)}"


def _colour(docs: pd.DataFrame, *, legend: alt.Legend | None) -> alt.Color:
    colours = publisher_colours(docs)
    return alt.Color(
        "publisher:N",
        title=None,
        scale=alt.Scale(domain=list(colours), range=list(colours.values())),
        legend=legend,
    )


def _matrix(
    table: pd.DataFrame,
    docs: pd.DataFrame,
    row: str,
    order: list[str],
    columns: list[str],
    *,
    largest: int,
    named: bool = True,
) -> alt.LayerChart:
    """A disc with its count for each row and column; without a count the cell stays empty."""
    expression, lines = _lines(columns, _MATRIX / max(len(columns), 1))
    axis = alt.Axis(
        orient="top",
        labels=named,
        labelAngle=0,
        labelExpr=expression,
        labelLineHeight=_LINE,
        labelPadding=12 + _LINE * (lines - 1) if named else 0,
        domain=False,
        ticks=False,
        grid=True,
    )
    base = alt.Chart(table[[row, "column", "publisher", "n_spans"]]).encode(
        x=alt.X("column:N", title=None, scale=alt.Scale(domain=columns), axis=axis),
        y=alt.Y(f"{row}:N", title=None, sort=order, axis=alt.Axis(grid=True, domain=False, ticks=False)),
    )
    discs = base.mark_circle(opacity=1).encode(
        size=alt.Size("n_spans:Q", scale=alt.Scale(type="sqrt", domain=[0, largest], range=[170, 400]), legend=None),
        color=_colour(docs, legend=None),
    )
    numbers = base.mark_text(color="white", fontSize=11, fontWeight=600, baseline="middle").encode(text="n_spans:Q")
    chart: alt.LayerChart = (discs + numbers).properties(width=_MATRIX, height=alt.Step(_ROW + 2))
    return chart


def _points(table: pd.DataFrame, docs: pd.DataFrame, row: str, order: list[str], axis: str) -> alt.Chart:
    publishers = list(publisher_colours(docs))
    shapes = [_SHAPES[number % len(_SHAPES)] for number in range(len(publishers))]
    top = float(table["estimate"].max()) if len(table) else 1.0
    legend = alt.Legend(labelLimit=260) if publishers else None
    rows = alt.Axis(grid=True, domain=False, ticks=False, offset=8)
    chart: alt.Chart = (
        alt.Chart(table[[row, "column", "publisher", "estimate"]])
        .mark_point(filled=True, size=70, opacity=0.85, clip=False)
        .encode(
            x=alt.X("estimate:Q", title=axis, axis=alt.Axis(tickCount=7), scale=alt.Scale(domain=[0, max(top, 0.01)])),
            y=alt.Y(f"{row}:N", title=None, sort=order, axis=rows),
            color=_colour(docs, legend=legend),
            shape=alt.Shape("publisher:N", title=None, scale=alt.Scale(domain=publishers, range=shapes), legend=legend),
            tooltip=["column:N", f"{row}:N", "estimate:Q"],
        )
        .properties(width=WIDTH, height=_ROW * max(len(order), 1))
    )
    return chart

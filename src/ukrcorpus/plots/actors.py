"""Figures of who speaks, who is called what, who acts on whom and who is held responsible."""

from typing import Any

import altair as alt
import pandas as pd

from ukrcorpus.plots.framing import ROW, column_heads, every_column, in_columns, matrix, points, title_over

CLASSES = {"neutral": "#4D4D4D", "asserting": "#0072B2", "doubting": "#B34700", "demanding": "#8A3A72"}
CLASSES |= {"admitting": "#00664B"}
POLARITIES = {"negative": "#B34700", "positive": "#0072B2", "mixed": "#8A3A72", "not listed": "#4D4D4D"}
VOICES = {"direct": "#0B4A7F", "indirect": "#6FA8D6", "scare": "#E69F00", "own": "#D9DDE1"}
ROLES = {"agent": "#0072B2", "patient": "#E69F00"}

_TEXT_LINE = 15
_WIDEST = 430


def plot_cues(counts: pd.DataFrame, docs: pd.DataFrame, *, most: int = 8, lines: int = 5) -> alt.LayerChart:
    """Write which words attribute quotations to each speaker, in each article (or by each publisher).

    Args:
        counts: a summary with the keys `speaker`, `cue`, `cue_class`, such as `count_quotes` gives.
        docs: the articles.
        most: speakers to show, those with most cues first.
        lines: words a speaker and column, those used most first; what is left out is said in a line.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "label": ["P, 2023"], "publisher": ["P"]})
        >>> counts = pd.DataFrame({"speaker": ["X"], "cue": ["claim"], "cue_class": ["doubting"]})
        >>> chart = plot_cues(counts.assign(doc_id="a", n_spans=2), docs)
        >>> list(chart.to_dict()["datasets"].values())[0][0]["line"]
        'claim 2'

    """
    title = title_over("With which words are speakers quoted?", "Verbs and phrases, with the number of uses", docs)
    return _word_lists(counts, docs, ("speaker", "cue", "cue_class"), CLASSES, most, lines).properties(title=title)


def plot_evaluations(counts: pd.DataFrame, docs: pd.DataFrame, *, most: int = 10, lines: int = 5) -> alt.LayerChart:
    """Write which evaluative words stand on each actor, in each article (or by each publisher).

    Args:
        counts: the result of `count_evaluations`.
        docs: the articles.
        most: actors to show, those with most such words first.
        lines: words an actor and column, those used most first; what is left out is said in a line.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "label": ["P, 2023"], "publisher": ["P"]})
        >>> counts = pd.DataFrame({"name": ["X"], "word": ["hero"], "polarity": ["positive"]})
        >>> chart = plot_evaluations(counts.assign(doc_id="a", n_spans=1), docs)
        >>> list(chart.to_dict()["datasets"].values())[0][0]["line"]
        'hero'

    """
    counts = counts.assign(polarity=counts["polarity"].astype("object").fillna("not listed"))
    title = title_over("Which evaluative words stand on each actor?", "Words, with the number of uses", docs)
    return _word_lists(counts, docs, ("name", "word", "polarity"), POLARITIES, most, lines).properties(title=title)


def plot_actions(counts: pd.DataFrame, docs: pd.DataFrame, *, most: int = 12, columns: int = 3) -> alt.FacetChart:
    """Draw how often each actor is the one who acts, and how often the one acted upon.

    Args:
        counts: the result of `count_actions`: the keys `name` and `role`.
        docs: the articles.
        most: actors to draw, those with most roles first.
        columns: publishers to draw, a panel each, those with most roles first.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "publisher": ["P"]})
        >>> counts = pd.DataFrame({"name": ["X"], "role": ["patient"], "publisher": ["P"], "n_spans": [3]})
        >>> list(plot_actions(counts, docs).to_dict()["datasets"].values())[0][0]["signed"]
        -3

    """
    table = counts[counts["n_spans"] > 0]
    table = table[table["publisher"].isin(_first(table, "publisher", columns))]
    names = _first(table, "name", most)
    table = table[table["name"].isin(names)]
    signed = table["n_spans"].where(table["role"].eq("agent"), -table["n_spans"])
    farthest = max([int(signed.abs().max()) if len(table) else 1, 1])
    table = table.assign(signed=signed).filter(["name", "role", "publisher", "n_spans", "signed"])
    heads = sorted(set(table["publisher"]))
    axis = alt.Axis(labelExpr="format(abs(datum.value), 'd')", tickMinStep=1, tickCount=5)
    width = max(120, (_WIDEST - 20) // max(len(heads), 1))
    room = 1 + 60 / width
    scale = alt.Scale(domain=[-farthest * room, farthest * room], nice=False)
    base = alt.Chart(table).encode(
        x=alt.X("signed:Q", title="← acted upon | acts →", axis=axis, scale=scale),
        y=alt.Y("name:N", title=None, sort=names, axis=alt.Axis(domain=False, ticks=False)),
    )
    colour = alt.Color("role:N", scale=alt.Scale(domain=list(ROLES), range=list(ROLES.values())), legend=None)
    bars = base.mark_bar().encode(color=colour)
    right = base.transform_filter("datum.signed > 0").mark_text(align="left", dx=3).encode(text="n_spans:Q")
    left = base.transform_filter("datum.signed < 0").mark_text(align="right", dx=-3).encode(text="n_spans:Q")
    panel = (bars + right + left).properties(width=width, height=ROW * max(len(names), 1))
    facet = alt.Column("publisher:N", title=None, sort=heads, header=alt.Header(labelLimit=width))
    title = title_over("Who acts, and who is acted upon?", "Roles of actors in sentences", docs)
    chart: alt.FacetChart = panel.facet(column=facet, spacing=12).properties(title=title)
    return chart


def plot_attributions(counts: pd.DataFrame, docs: pd.DataFrame, *, most: int = 14, columns: int = 6) -> alt.LayerChart:
    """Draw who holds whom responsible: a row who is held responsible, a column who says so.

    Args:
        counts: the result of `count_attributions`: the keys `name` and `holder`.
        docs: the articles.
        most: responsible ones to draw, those named most often first.
        columns: holders to draw, those who hold most often first.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "publisher": ["P"]})
        >>> counts = pd.DataFrame({"name": ["X"], "holder": ["P"], "publisher": ["P"], "n_spans": [3]})
        >>> plot_attributions(counts, docs).to_dict()["title"]["text"]
        'Who holds whom responsible?'

    """
    table = counts[counts["n_spans"] > 0]
    table = table[table["holder"].isin(_first(table, "holder", columns))].assign(column=lambda t: t["holder"])
    shown = table[table["name"].isin(_first(table, "name", most))]
    title = title_over("Who holds whom responsible?", "Row: held responsible; column: who says so", docs)
    return matrix(shown, shown, docs, "name").properties(title=title)


def plot_formulas(counts: pd.DataFrame, docs: pd.DataFrame, *, most: int = 16) -> alt.LayerChart:
    """Draw which word sequences recur, and in which articles (or publishers).

    Args:
        counts: the result of `count_formulas`.
        docs: the articles.
        most: formulas to draw: those with most words times articles (or publishers) first;
            of those that hold one another, the first.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "label": ["P, 2023"], "publisher": ["P"]})
        >>> counts = pd.DataFrame({"formula": ["a b c d e"], "doc_id": ["a"], "n_spans": [2], "n_docs": [1]})
        >>> plot_formulas(counts, docs).to_dict()["title"]["text"]
        'Which word sequences recur?'

    """
    table = in_columns(counts[counts["n_spans"] > 0], docs)
    rank = table.groupby("formula").agg(groups=("column", "nunique"), spans=("n_spans", "sum"))
    rank = rank.assign(weight=rank["groups"] * (rank.index.str.count(" ") + 1))
    rank = rank.sort_values(["weight", "spans"], ascending=False, kind="stable")
    kept: list[str] = []
    for formula in rank.index:  # one that holds another tells no more of who shares it
        if len(kept) < most and not any(f" {a} " in f" {b} " for k in kept for a, b in ((k, formula), (formula, k))):
            kept.append(formula)
    shown = table[table["formula"].isin(kept)]
    title = title_over("Which word sequences recur?", "Number of occurrences", docs)
    return matrix(shown, every_column(table, docs), docs, "formula", broad=210).properties(title=title)


def plot_voice(shares: pd.DataFrame, docs: pd.DataFrame) -> alt.Chart | alt.LayerChart:
    """Draw what share of the words of each article (or publisher) is somebody else's.

    Where there are intervals, points with them; else bars that add up.

    Args:
        shares: the result of `count_voice`, with `by="doc_id"` or `by="publisher"`.
        docs: the articles.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "label": ["P, 2023"], "publisher": ["P"]})
        >>> shares = pd.DataFrame({"kind": ["direct"], "doc_id": ["a"], "estimate": [12.5], "low": [None]})
        >>> plot_voice(shares, docs).to_dict()["encoding"]["x"]["title"]
        'share of words (%)'

    """
    if shares["low"].notna().any():
        title = title_over("How much of the text is somebody else's voice?", "Share of words, 95 % interval", docs)
        told = [kind for kind in VOICES if kind != "own"]
        chart = points(shares[shares["kind"].isin(told)], docs, "kind", told, "share of words (%)")
        return chart.properties(title=title)
    rank = shares["kind"].map(list(VOICES).index)
    table = in_columns(shares.assign(rank=rank), docs)
    kept = ["kind", "column", "doc_id", "publisher", "estimate", "rank", "n_spans"]
    domain = [voice for voice in VOICES if voice in set(table["kind"])]
    colours = alt.Scale(domain=domain, range=[VOICES[voice] for voice in domain])
    chart = alt.Chart(table.filter(kept)).encode(
        x=alt.X("estimate:Q", title="share of words (%)", scale=alt.Scale(domain=[0, 100])),
        y=alt.Y("column:N", title=None, sort=list(dict.fromkeys(table["column"])), axis=alt.Axis(domain=False)),
        color=alt.Color("kind:N", title=None, scale=colours, sort=domain),
        order=alt.Order("rank:Q"),
        tooltip=["column:N", "kind:N", "estimate:Q"],
    )
    title = title_over("How much of the text is somebody else's voice?", "Share of words", docs)
    bars: alt.Chart = chart.mark_bar(stroke="white").properties(height=alt.Step(26), title=title)
    return bars


def _first(table: pd.DataFrame, key: str, most: int) -> list[str]:
    """The values of a key with most spans."""
    sums = table.groupby(key)["n_spans"].sum()
    return list(sums.sort_index().sort_values(ascending=False, kind="stable").index[:most])


def _word_lists(
    counts: pd.DataFrame, docs: pd.DataFrame, keys: tuple[str, str, str], kinds: dict[str, str], most: int, lines: int
) -> alt.LayerChart:
    """A block of rows for each value of the first key, a column an article, and in each cell its words in lines."""
    row, word, kind = keys
    used = counts[counts["n_spans"] > 0]
    names = _first(used, row, most)
    table = in_columns(used[used[row].isin(names)], docs)
    table = table.assign(rank=table[row].map(names.index).astype("int64"))
    heads = list(dict.fromkeys(every_column(table, docs)["column"]))
    table = table.sort_values(["rank", "n_spans", word], ascending=[True, False, True], kind="stable")
    table = table.assign(number=table.groupby([row, "column"]).cumcount())
    table = table.assign(size=table.groupby([row, "column"])["number"].transform("size"))
    written = [
        (f"and {size - lines + 1} more", "more")
        if number == lines - 1 and size > lines
        else (f"{text} {n}" if n > 1 else str(text), named)
        for text, named, n, number, size in zip(
            *(table[c] for c in (word, kind, "n_spans", "number", "size")), strict=True
        )
    ]
    table = table.assign(line=[a for a, _ in written], kind=[b for _, b in written]).astype({"line": "object"})
    table = table[table["number"] < lines].drop(columns="size")
    # A line that tells of several words leads to none of them.
    keyed = [name for name in (row, word, "doc_id", "publisher") if name in table.columns]
    several = table["kind"] == "more"
    bare: dict[str, Any] = {
        name: [None if cut else v for cut, v in zip(several, table[name], strict=True)] for name in keyed
    }
    table = table.assign(**bare, n_spans=table["n_spans"].mask(several, 0))
    heights = (table.groupby("rank")["number"].max() + 1) * _TEXT_LINE + 8
    tops = heights.cumsum() - heights
    table = table.assign(y=table["rank"].map(tops) + 12 + table["number"] * _TEXT_LINE)
    height = int(heights.sum()) if len(heights) else ROW
    blocks = pd.DataFrame({"heading": names, "y": tops.to_list(), "middle": (tops + 12).to_list()})
    width = max(84, _WIDEST // max(len(heads), 1))
    vertical: dict[str, Any] = {"scale": alt.Scale(domain=[0, height], reverse=True), "axis": None}
    seen = [name for name in kinds if name in set(table["kind"])]
    colours = alt.Scale(domain=[*seen, "more"], range=[*(kinds[name] for name in seen), "#8C8C8C"])
    legend = alt.Legend(values=seen, symbolType="square", title=None)
    words = (
        alt.Chart(table.drop(columns=["number", "rank"]))
        .mark_text(align="left", limit=width - 4, dx=-width / 2 + 4)
        .encode(
            x=alt.X("column:N", title=None, scale=alt.Scale(domain=heads), axis=column_heads(heads, width, grid=False)),
            y=alt.Y("y:Q", **vertical),
            text="line:N",
            color=alt.Color("kind:N", scale=colours, legend=legend if seen else None),
        )
    )
    rules = alt.Chart(blocks).mark_rule(color="#E3E3E3").encode(y=alt.Y("y:Q", **vertical))
    labels = (
        alt.Chart(blocks)
        .mark_text(align="right", fontWeight=600, limit=170)
        .encode(x=alt.value(-8), y=alt.Y("middle:Q", **vertical), text="heading:N")
    )
    chart: alt.LayerChart = (words + rules + labels).properties(width=width * max(len(heads), 1), height=height)
    return chart

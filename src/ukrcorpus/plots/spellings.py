"""Charts of how places are named: in which spelling, and whether the place or its government is meant."""

import re
from typing import Any

import altair as alt
import pandas as pd

from ukrcorpus.plots.framing import in_columns
from ukrcorpus.plots.geography import mentions_in

USES = {"literal": "#C9DFF0", "metonymic": "#0B4A7F", "embedded": "#E69F00"}
CUSTOMS = {  # colour and shape
    "Ukrainian-based": ("#0072B2", "circle"),
    "Russian-based": ("#B34700", "square"),
    "Soviet-era": ("#8A3A72", "triangle-up"),
    "English custom": ("#4D4D4D", "diamond"),
    "own choice": ("#00664B", "cross"),
}


def plot_spellings(spellings: pd.DataFrame, docs: pd.DataFrame, *, top: int = 12, columns: int = 6) -> Any:
    """Spellings of names in each article (or publisher): a row a spelling, the number of mentions.

    Args:
        spellings: the result of `count_spellings`, with `by="doc_id"` or `by="publisher"`.
        docs: the articles, in the order of the columns.
        top: how many names: first those of several spellings, then those with most mentions.
        columns: how many articles or publishers, those with most mentions.

    Returns:
        A layered Altair chart.

    Example:
        >>> from ukrcorpus import count_spellings, find_places
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kiev said no to Georgia."], "publisher": ["P"]})
        >>> chart = plot_spellings(count_spellings(find_places(docs), docs), docs)
        >>> list(chart.to_dict()["datasets"].values())[0][0]["row"]
        'Kiev (Kyiv)'
    """
    by = "doc_id" if "doc_id" in spellings.columns else "publisher"
    found = spellings[spellings["n_spans"] > 0]
    groups = found.groupby(by)["n_spans"].sum().sort_values(ascending=False, kind="stable")
    names = found.groupby(["label", "name"]).agg(n_forms=("variant", "nunique"), n_spans=("n_spans", "sum"))
    names = names.assign(several=names["n_forms"] > 1)
    names = names.sort_values(["several", "n_spans"], ascending=False, kind="stable")
    left_out = [
        f"{len(all_of) - shown} more {what} are in the table"
        for all_of, shown, what in ((names, top, "names"), (groups, columns, by.replace("doc_id", "article") + "s"))
        if len(all_of) > shown
    ]
    found = found[found[by].isin(groups.index[:columns])].set_index(["label", "name"])
    found = in_columns(found[found.index.isin(names.index[:top])].reset_index(), docs)
    every = docs if by == "doc_id" else spellings
    headed = in_columns(every[every[by].isin(groups.index[:columns])], docs)
    heads: list[str] = headed["column"].unique().tolist() if len(groups) else []
    same = [name.endswith(variant) for name, variant in zip(found["name"], found["variant"], strict=True)]
    today = (" (" + found["name"] + ")").mask(pd.Series(same, found.index, "bool"), "")
    found = found.assign(row=found["variant"] + today, custom=found["spelling"].map(list(CUSTOMS).index))
    found = found.sort_values(["label", "name", "custom", "variant"], ascending=[False] + 3 * [True], kind="stable")
    lines = [re.split(r", | (?=\d{4}$)", column) for column in heads]
    wide = max((6 * len(line) + 10 for split in lines for line in split), default=90)
    bare: dict[str, Any] = {"ticks": False, "domain": False, "labelLineHeight": 14}
    split = "split(replace(datum.label, regexp(' (?=[0-9]{4}$)'), ', '), ', ')"
    pad = 14 * max(map(len, lines), default=1) - 8
    above = alt.Axis(orient="top", labelAngle=0, labelExpr=split, labelPadding=pad, **bare)
    beside = alt.Axis(grid=True, labelLimit=300, **bare)
    cells = alt.Chart(found).encode(
        x=alt.X("column:N", sort=heads, title=None, scale=alt.Scale(domain=heads), axis=above),
        y=alt.Y("row:N", sort=list(dict.fromkeys(found["row"])), title=None, axis=beside),
    )
    seen = [custom for custom in CUSTOMS if custom in set(found["spelling"])]
    colours, shapes = (alt.Scale(domain=seen, range=[CUSTOMS[custom][i] for custom in seen]) for i in (0, 1))
    legend = alt.Legend(title=None, orient="bottom", columns=4, symbolSize=140)
    marks = cells.mark_point(filled=True, size=460, opacity=1).encode(
        color=alt.Color("spelling:N", scale=colours, legend=legend), shape=alt.Shape("spelling:N", scale=shapes)
    )
    numbers = cells.mark_text(color="white", fontSize=12, fontWeight=600).encode(text="n_spans:Q")
    counted = f"{mentions_in(spellings, by)}; colour and shape: the custom a spelling belongs to"
    title = alt.Title("Which spelling of a name do the articles choose?", subtitle=[counted, *left_out], frame="bounds")
    return alt.layer(marks, numbers).properties(width=max(wide, 72) * len(heads), height=alt.Step(27), title=title)


def plot_uses(uses: pd.DataFrame, *, by: str = "publisher", shown: int = 10) -> Any:
    """Bars of the uses of the places named most: literal, metonymic, embedded in another name.

    Args:
        uses: a summary with the keys `name` and `use`, such as `count_spans(places, docs, keys=["name", "use"], …)`.
        by: the column that holds the groups; a panel each.
        shown: how many places are drawn.

    Returns:
        A faceted Altair chart.

    Example:
        >>> from ukrcorpus import count_spans, count_words, find_places, find_zones
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kiev said no to Georgia."], "publisher": ["P"]})
        >>> words = count_words(docs, find_zones(docs))
        >>> uses = count_spans(find_places(docs), docs, keys=["name", "use"], n_words=words)
        >>> plot_uses(uses).to_dict()["facet"]["column"]["field"]
        'publisher'
    """
    total = uses.groupby("name")["n_spans"].sum()
    order = total.sort_index().sort_values(ascending=False, kind="stable").index[:shown].tolist()
    drawn = uses[uses["name"].isin(order) & (uses["n_spans"] > 0)]
    groups = sorted(set(uses[by]))
    colours = alt.Scale(domain=list(USES), range=list(USES.values()))
    bars = alt.Chart(drawn.assign(rank=drawn["use"].map(list(USES).index))).encode(
        x=alt.X("n_spans:Q", title="mentions", axis=alt.Axis(tickMinStep=1)),
        y=alt.Y("name:N", sort=order, title=None),
        color=alt.Color("use:N", scale=colours, legend=alt.Legend(title=None, orient="top")),
        order=alt.Order("rank:Q"),
    )
    heads = alt.Column(f"{by}:N", sort=groups, title=None, header=alt.Header(labelLimit=210))
    title = alt.Title("Is the place meant, or its government?", subtitle=mentions_in(uses, by), frame="bounds")
    panel = bars.mark_bar().properties(width=420 // max(len(groups), 1) - 20, height=alt.Step(22))
    return panel.facet(column=heads).properties(title=title)

"""Charts of entities: who is named most, where in an article, and by which form of the name."""

from textwrap import fill
from typing import Any

import altair as alt
import pandas as pd

from ukrcorpus.evidence import article_labels
from ukrcorpus.theme import WIDTH, publisher_colour, publisher_shape

_LEGEND = alt.Legend(orient="top", labelLimit=260)
_PLOT = WIDTH - 60
_LETTERS = 30  # in a line of a label
_ALL = "all dated articles"
_WHAT = ("entity", "entities")


def plot_entities(
    counts: pd.DataFrame, docs: pd.DataFrame, *, articles: pd.DataFrame | None = None, top: int = 20
) -> Any:
    """Draw how often each publisher names the most named entities.

    A publisher with an interval is a point with its 95 % interval; one without has each article as a point, and no
    mean. Entities are sorted by their mentions in the whole corpus.

    Args:
        counts: the result of `count_entities` by publisher.
        docs: the articles, for the colours of the publishers.
        articles: the result of `count_entities` by doc_id; needed where a publisher has no interval.
        top: how many entities.

    Raises:
        ValueError: where a publisher has no interval and `articles` is not given.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["NATO met. The alliance, NATO, left."], "label": ["A"],
        ...                      "publisher": ["P"]})
        >>> from ukrcorpus import count_entities, find_entities
        >>> entities = find_entities(docs)
        >>> by_article = count_entities(entities, docs, by="doc_id")
        >>> chart = plot_entities(count_entities(entities, docs), docs, articles=by_article)
        >>> chart.to_dict()["layer"][0]["encoding"]["x"]["title"]
        'mentions per 1,000 words'
    """
    order = _most(counts.groupby("entity_id")["n_spans"].sum(), top)
    single = counts.loc[counts["entity_id"].isin(order) & counts["low"].isna(), "publisher"].unique()
    points = counts[counts["low"].notna()]
    if len(single):
        if articles is None:
            raise ValueError(f"{single[0]!r} has no interval; give count_entities(…, by='doc_id') as `articles`")
        each = articles.merge(_labels(docs), on="doc_id")
        points = pd.concat([points, each[each["publisher"].isin(single)]], ignore_index=True)
    points, names = _named(points, order)
    look: dict[str, Any] = {"legend": _LEGEND, "shown": set(points["publisher"])}
    base = alt.Chart(points).encode(y=_rows(names), color=publisher_colour(docs, **look))
    beside = points["publisher"].nunique() if points["low"].notna().any() else 1
    if beside > 1:  # intervals of one row would cover each other
        base = base.encode(yOffset=alt.YOffset("publisher:N"))
    intervals = base.mark_rule(strokeWidth=2).encode(x="low:Q", x2="high:Q")
    marks = base.mark_point(filled=True, size=55, opacity=0.75).encode(
        x=alt.X("estimate:Q", title="mentions per 1,000 words", axis=alt.Axis(tickCount=6, labelFlush=False)),
        shape=publisher_shape(docs, **look),
        tooltip=["name", "publisher", *points.columns.intersection(["article"]), "estimate", "n_spans"],
    )
    how = "each point an article" if len(single) else "95 % intervals by article"
    return (intervals + marks if points["low"].notna().any() else alt.layer(marks)).properties(
        width=_PLOT,
        height=max(24, 10 * beside) * len(names),
        title=alt.Title(
            "Who and what is named most?", subtitle=f"Mentions per 1,000 words in {_articles(len(docs))}; {how}"
        ),
    )


def plot_dispersion(
    positions: pd.DataFrame, docs: pd.DataFrame, *, top: int = 10, articles: int = 8, what: tuple[str, str] = _WHAT
) -> Any:
    """Draw where in each article the most named entities stand.

    A panel is an article, a row an entity, a tick a mention; the first character is at the left, the last at the right.

    Args:
        positions: the result of `label_positions`.
        docs: the articles, for their labels and the colours of the publishers.
        top: how many entities, those with most mentions in the articles shown.
        articles: how many articles at most, those with most mentions.
        what: what the rows are called, one and many; mentions with the same `entity_id` are one.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["NATO met. The alliance, NATO, left."], "label": ["A"],
        ...                      "publisher": ["P"]})
        >>> from ukrcorpus import find_entities, label_positions
        >>> entities = find_entities(docs)
        >>> plot_dispersion(label_positions(entities, docs), docs).to_dict()["facet"]["field"]
        'article'
    """
    named = positions[positions["entity_id"].notna()]
    about = _labels(docs)
    about = about[about["doc_id"].isin(_most(named.groupby("doc_id").size(), articles))]
    shown = named.drop(columns=["article", "publisher"], errors="ignore").merge(about, on="doc_id")
    shown, names = _named(shown, _most(shown.groupby("entity_id").size(), top))
    title = "position in the article (% of its characters)"
    axis = alt.Axis(values=[0, 25, 50, 75, 100])
    columns = ["position", "entity", "article", "publisher", "surface", "doc_id", "start", "end"]
    ticks = alt.Chart(shown.filter(columns)).mark_tick(thickness=1.5, height=12)
    ticks = ticks.encode(
        x=alt.X("position:Q", title=title, scale=alt.Scale(domain=[0, 100], nice=False), axis=axis),
        y=_rows(names),
        color=publisher_colour(docs, legend=_LEGEND, shown=set(shown["publisher"])),
        tooltip=["surface", "entity", "article"],
    )
    header = alt.Header(labelAnchor="start", labelPadding=4)
    facet = alt.Facet("article:N", title=None, sort=about["article"].tolist(), header=header)
    subtitle = f"Each tick is a mention; {_articles(len(about))}, {len(names)} {what[len(names) != 1]}"
    height = 22 if any("\n" in name for name in names) else 15
    panels = ticks.properties(width=_PLOT, height=height * len(names)).facet(facet=facet, columns=1, spacing=14)
    return panels.properties(title=alt.Title(f"Where in each article does each {what[0]} stand?", subtitle=subtitle))


def plot_forms(forms: pd.DataFrame, docs: pd.DataFrame, *, by: str = "doc_id", top: int = 6) -> Any:
    """Draw in which forms each article or publisher names the same entity.

    A panel is an entity; a cell holds the number of mentions, its shade is the share of the form among the entity's
    mentions in the column.

    Args:
        forms: the result of `count_forms`, by `by`.
        docs: the articles, for their labels.
        by: "doc_id" (a column an article) or "publisher".
        top: how many entities, those with most mentions among the entities of several forms.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["NATO met. The alliance, Nato, left."], "label": ["A"],
        ...                      "publisher": ["P"]})
        >>> from ukrcorpus import count_forms, find_entities
        >>> entities = find_entities(docs)
        >>> plot_forms(count_forms(entities, docs, by="doc_id"), docs).to_dict()["facet"]["row"]["field"]
        'rank'
    """
    several = forms[forms["n_spans"] > 0].groupby("entity_id")["surface"].nunique()
    totals = forms.groupby("entity_id")["n_spans"].sum()
    order = _most(totals[several.index[several > 1]], top)
    cells = forms[forms["entity_id"].isin(order)]
    whole = cells.groupby(["entity_id", by])["n_spans"].transform("sum")
    columns = _labels(docs).set_index("doc_id")["article"] if by == "doc_id" else forms[by].drop_duplicates()
    cells = cells.assign(
        share=cells["n_spans"] / whole.where(whole > 0, 1),
        column=cells[by].map(columns) if by == "doc_id" else cells[by],
        form=cells["surface"],
        lines=[fill(form, _LETTERS) for form in cells["surface"]],
        written=cells["n_spans"].astype("str").where(cells["n_spans"] > 0, ""),
        rank=cells["entity_id"].map(order.index),
    )
    sums = cells.groupby(["rank", "lines"])["n_spans"].sum().reset_index()
    sums = sums.sort_values(["rank", "n_spans", "lines"], ascending=[True, False, True])
    close = alt.Scale(paddingInner=0.05)
    heads = alt.Axis(
        orient="top", labelAngle=0, labelPadding=20, labelExpr="split(datum.label, ', ')", domain=False, ticks=False
    )
    look: dict[str, Any] = {"scale": close, "minExtent": 110, "grid": False, "labelPadding": 3}
    drawn = ["rank", "name", "form", "lines", "column", "share", "written", "n_spans", "entity_id", by]
    base = alt.Chart(cells[drawn]).encode(
        x=alt.X("column:N", sort=columns.tolist(), title=None, scale=close, axis=heads),
        y=_rows(sums["lines"].drop_duplicates().tolist(), "lines", **look),
    )
    shades = base.mark_rect().encode(
        color=alt.Color("share:Q", scale=alt.Scale(domain=[0, 1], range=["#F4F4F4", "#8DB9D9"]), legend=None),
        tooltip=["name", "form", "column", "n_spans", alt.Tooltip("share:Q", format=".0%")],
    )
    panel = shades + base.mark_text(color="#111111").encode(text="written:N")
    panels = panel.properties(width=alt.Step(84), height=alt.Step(22)).facet(
        row=alt.Row("rank:O", header=None), spacing=8
    )
    subtitle = [
        "Mentions of each form; the darker a cell, the larger its share",
        "of the entity's mentions in the column",
    ]
    return panels.resolve_scale(y="independent").properties(
        title=alt.Title("By which form of the name?", subtitle=subtitle)
    )


def plot_appearances(
    counts: pd.DataFrame, order: pd.DataFrame, docs: pd.DataFrame, *, top: int = 20, what: tuple[str, str] = _WHAT
) -> Any:
    """Draw when each entity is named: a row an entity, sorted by its first appearance.

    A mark is an article (or month) that names it, at the middle of its date's interval; the line runs from the first to
    the last. The lowest row shows all dated articles, so that silence can be told from a lack of articles.

    Args:
        counts: the result of `count_appearances`.
        order: the result of `compare_appearances`.
        docs: the articles.
        top: how many entities, those that most articles name.
        what: what the rows are called, one and many; mentions with the same `entity_id` are one.

    Example:
        >>> from ukrcorpus import compare_appearances, count_appearances, find_entities
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["NATO met."], "published_low": ["2023-06-25"],
        ...                      "published_high": ["2023-06-27"]})
        >>> entities = find_entities(docs)
        >>> chart = plot_appearances(count_appearances(entities, docs), compare_appearances(entities, docs), docs)
        >>> chart.to_dict()["title"]["text"]
        'Which names are new, and which vanish?'
    """
    first = order.sort_values(["n_docs", "n_spans", "entity_id"], ascending=[False, False, True]).head(top)
    first = first.sort_values(["first_low", "last_high", "entity_id"], kind="stable")
    shown, names = _named(counts, first["entity_id"].tolist())
    shown = shown.assign(date=shown["date_low"] + (shown["date_high"] - shown["date_low"]) / 2)
    dated = docs[["published_low", "published_high"]].dropna().apply(pd.to_datetime)
    middle = dated["published_low"] + (dated["published_high"] - dated["published_low"]) / 2
    every = pd.DataFrame({"date": middle.drop_duplicates(), "entity": _ALL})
    shown, every = (table.assign(date=table["date"].dt.tz_localize("UTC")) for table in (shown, every))
    ends = shown.groupby("entity", as_index=False).agg(start=("date", "min"), stop=("date", "max"))
    x = alt.X("date:T", title=None, scale=alt.Scale(type="utc", padding=12, nice=False), axis=alt.Axis(tickCount=6))
    y = _rows([*names, _ALL])
    lines = (
        alt.Chart(ends)
        .mark_rule(color="#8DB9D9", strokeWidth=2)
        .encode(x=alt.X("start:T", title=None, scale=alt.Scale(type="utc")), x2="stop:T", y=y)
    )
    size = alt.Size("n_spans:Q", scale=alt.Scale(rangeMin=30, rangeMax=240), legend=None)
    points = alt.Chart(shown).mark_point(filled=True, color="#0072B2", opacity=0.8)
    points = points.encode(x=x, y=y, size=size, tooltip=["name", "n_docs", "n_docs_all", "n_spans"])
    ticks = alt.Chart(every).mark_tick(color="#222222", thickness=1.5, height=12).encode(x=x, y=y)
    subtitle = f"{what[1].capitalize()} named in most of {_articles(len(dated))}; area of a point: mentions"
    return alt.layer(lines, points, ticks).properties(
        width=_PLOT,
        height=24 * (len(names) + 1),
        title=alt.Title("Which names are new, and which vanish?", subtitle=subtitle),
    )


def _most(totals: pd.Series, top: int) -> list[str]:
    """The keys with the largest totals, the first in the alphabet among equals."""
    return totals.sort_index().sort_values(ascending=False, kind="stable").head(top).index.tolist()


def _labels(docs: pd.DataFrame) -> pd.DataFrame:
    """Article, publisher and the article's label, made unique by its id where two articles share one."""
    labels = docs["doc_id"].map(article_labels(docs)).astype("str")
    labels = labels.where(~labels.duplicated(keep=False), labels + " · " + docs["doc_id"].str.slice(0, 12))
    return docs[["doc_id"]].assign(publisher=docs["publisher"].fillna("unknown"), article=labels)


def _named(rows: pd.DataFrame, order: list[str]) -> tuple[pd.DataFrame, list[str]]:
    """The rows of some entities with `entity`, the name in lines, made unique by the id; and these names in order."""
    rows = rows[rows["entity_id"].isin(order)]
    names = rows.drop_duplicates("entity_id").set_index("entity_id")["name"].loc[order]
    names = names.where(~names.duplicated(keep=False), names + " · " + names.index)
    lines = {entity_id: fill(name, _LETTERS) for entity_id, name in names.items()}
    return rows.assign(entity=rows["entity_id"].map(lines)), list(lines.values())


def _rows(names: list[str], column: str = "entity", *, scale: alt.Scale | None = None, **axis: Any) -> alt.Y:
    axis = {"grid": True, "labelPadding": 9, "ticks": False, "domain": False, **axis}
    up = {"condition": {"test": r"indexof(datum.value, '\n') > 0", "value": -5}, "value": 0}
    lines = alt.Axis(labelExpr=r"split(datum.label, '\n')", labelLineHeight=11, labelOffset=up, **axis)
    return alt.Y(f"{column}:N", sort=names, title=None, axis=lines, scale=scale or alt.Undefined)


def _articles(n: int) -> str:
    return f"{n} article" if n == 1 else f"{n} articles"

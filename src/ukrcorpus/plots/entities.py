"""Charts of entities: who is named most, where in an article, and by which form of the name."""

from typing import Any

import altair as alt
import pandas as pd

from ukrcorpus.theme import WIDTH, publisher_colours

_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "stroke")
_ROW = 22
_LONGEST = 34


def plot_entities(
    counts: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    articles: pd.DataFrame | None = None,
    top: int = 20,
    title: str = "Who and what is named most?",
) -> Any:
    """Draw how often each publisher names the most named entities.

    A publisher with an interval is a point with its 95 % interval; one without has each article as a point, and no
    mean. Entities are sorted by their mentions in the whole corpus.

    Args:
        counts: the result of `count_entities` by publisher.
        docs: the articles, for the colours of the publishers.
        articles: the result of `count_entities` by doc_id; needed where a publisher has no interval.
        top: how many entities.
        title: title of the chart.

    Returns:
        A layered chart.

    Raises:
        ValueError: where a publisher has no interval and `articles` is not given.

    """
    order = _most(counts, top)
    groups = counts[counts["entity_id"].isin(order)].copy()
    single = groups.loc[groups["low"].isna(), "publisher"].drop_duplicates()
    if len(single) and articles is None:
        raise ValueError(f"{single.iloc[0]!r} has no interval; give count_entities(…, by='doc_id') as `articles`")
    points = groups[groups["low"].notna()]
    if articles is not None and len(single):
        each = articles[articles["entity_id"].isin(order)].merge(_publishers(docs), on="doc_id")
        points = pd.concat([points, each[each["publisher"].isin(single)]], ignore_index=True)
    points = points.assign(entity=points["name"].map(_short))
    names = [_short(name) for name in counts.drop_duplicates("entity_id").set_index("entity_id")["name"].loc[order]]
    base = alt.Chart(points).encode(
        y=alt.Y(
            "entity:N", sort=names, title=None, axis=alt.Axis(grid=True, labelPadding=9, ticks=False, domain=False)
        ),
        color=_colour(docs, points["publisher"]),
    )
    intervals = base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q"), x2="high:Q")
    marks = base.mark_point(filled=True, size=55, opacity=0.75).encode(
        x=alt.X("estimate:Q", title="mentions per 1,000 words", axis=alt.Axis(tickCount=6, labelFlush=False)),
        shape=_shape(docs, points["publisher"]),
        tooltip=["name", "publisher", *(["label"] if "label" in points else []), "estimate", "n_spans"],
    )
    layers = intervals + marks if points["low"].notna().any() else alt.layer(marks)
    return layers.properties(
        width=WIDTH - 80,
        height=_ROW * len(names),
        title=alt.Title(title, subtitle=_subtitle(docs, len(single) > 0)),
    )


def plot_dispersion(
    positions: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    top: int = 10,
    articles: int = 8,
    title: str = "Where in each article does each entity stand?",
) -> Any:
    """Draw where in each article the most named entities stand.

    A panel is an article, a row an entity, a tick a mention; the first character is at the left, the last at the right.

    Args:
        positions: the result of `label_positions`.
        docs: the articles, for their labels and the colours of the publishers.
        top: how many entities, those with most mentions in the articles shown.
        articles: how many articles at most, those with most mentions.
        title: title of the chart.

    Returns:
        A chart with a panel an article.

    """
    about = _publishers(docs)
    named = positions[positions["entity_id"].notna()]
    kept = named["doc_id"].value_counts(sort=True).head(articles).index
    shown = named[named["doc_id"].isin(kept)]
    order = shown.groupby("entity_id").size().sort_index().sort_values(ascending=False, kind="stable").head(top).index
    shown = shown[shown["entity_id"].isin(order)].merge(about, on="doc_id", suffixes=("", "_of_article"))
    names = [_short(name) for name in shown.drop_duplicates("entity_id").set_index("entity_id")["name"].loc[order]]
    shown = shown.assign(entity=shown["name"].map(_short))
    panels = [label for doc_id, label in zip(about["doc_id"], about["article"], strict=True) if doc_id in set(kept)]
    base = alt.Chart(shown[["position", "entity", "article", "publisher", "surface"]])
    ticks = base.mark_tick(thickness=1.5, height=11).encode(
        x=alt.X(
            "position:Q",
            title="position in the article (% of its characters)",
            scale=alt.Scale(domain=[0, 100], nice=False),
            axis=alt.Axis(values=[0, 25, 50, 75, 100]),
        ),
        y=alt.Y("entity:N", sort=names, title=None, axis=alt.Axis(grid=True, ticks=False)),
        color=_colour(docs, shown["publisher"]),
        tooltip=["surface", "entity", "article"],
    )
    return (
        ticks.properties(width=WIDTH - 80, height=15 * len(names))
        .facet(
            facet=alt.Facet(
                "article:N", title=None, sort=panels, header=alt.Header(labelAnchor="start", labelPadding=4)
            ),
            columns=1,
            spacing=14,
        )
        .properties(
            title=alt.Title(title, subtitle=f"Each tick is a mention; {_articles(len(panels))}, {len(names)} entities")
        )
    )


def plot_forms(
    forms: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    by: str = "doc_id",
    top: int = 6,
    least: int = 2,
    title: str = "By which form of the name?",
) -> Any:
    """Draw in which forms each article or publisher names the same entity.

    A cell holds the number of mentions; its shade is the share of the form among the entity's mentions in the column.

    Args:
        forms: the result of `count_forms`, by `by`.
        docs: the articles, for their labels.
        by: "doc_id" (a column an article) or "publisher".
        top: how many entities, those with most mentions among the entities of several forms.
        least: how many forms an entity has at least.
        title: title of the chart.

    Returns:
        A chart with a panel an entity.

    """
    totals = forms.groupby("entity_id")["n_spans"].sum()
    several = forms[forms["n_spans"] > 0].groupby("entity_id")["surface"].nunique()
    order = totals[several.index[several >= least]].sort_index().sort_values(ascending=False, kind="stable").head(top)
    cells = forms[forms["entity_id"].isin(order.index)]
    whole = cells.groupby(["entity_id", by])["n_spans"].transform("sum")
    labels = dict(zip(docs["doc_id"], _publishers(docs)["article"], strict=True)) if by == "doc_id" else {}
    cells = cells.assign(
        share=cells["n_spans"] / whole.where(whole > 0, 1),
        column=[labels.get(key, key) for key in cells[by]],
        form=cells["surface"].map(_short),
        written=cells["n_spans"].map(lambda n: str(n) if n else ""),
    )
    cells = cells.assign(rank=cells["entity_id"].map({entity: rank for rank, entity in enumerate(order.index)}))
    sums = cells.groupby(["rank", "form"])["n_spans"].sum().reset_index()
    sums = sums.sort_values(["rank", "n_spans", "form"], ascending=[True, False, True])
    columns = list(dict.fromkeys(labels.values())) if by == "doc_id" else sorted(cells["column"].unique())
    base = alt.Chart(cells[["rank", "name", "form", "column", "share", "written", "n_spans"]]).encode(
        x=alt.X(
            "column:N",
            sort=columns,
            title=None,
            scale=alt.Scale(paddingInner=0.05),
            axis=alt.Axis(
                orient="top",
                labelAngle=0,
                labelPadding=20,
                labelExpr="split(datum.label, ', ')",
                domain=False,
                ticks=False,
            ),
        ),
        y=alt.Y(
            "form:N",
            sort=list(dict.fromkeys(sums["form"])),
            title=None,
            scale=alt.Scale(paddingInner=0.05),
            axis=alt.Axis(domain=False, ticks=False, minExtent=130),
        ),
    )
    shades = base.mark_rect().encode(
        color=alt.Color("share:Q", scale=alt.Scale(domain=[0, 1], range=["#F4F4F4", "#8DB9D9"]), legend=None),
        tooltip=["name", "form", "column", "n_spans", alt.Tooltip("share:Q", format=".0%")],
    )
    numbers = base.mark_text(color="#111111").encode(text="written:N")
    panel = (shades + numbers).properties(width=alt.Step(88), height=alt.Step(_ROW))
    return (
        panel.facet(row=alt.Row("rank:O", header=None), spacing=8)
        .resolve_scale(y="independent")
        .properties(
            title=alt.Title(
                title,
                subtitle=[
                    "Mentions of each form; the darker a cell, the larger its share",
                    "of the entity's mentions in the column",
                ],
            )
        )
    )


def _most(counts: pd.DataFrame, top: int) -> list[str]:
    """The entities with most mentions, the first in the alphabet among equals."""
    totals = counts.groupby("entity_id")["n_spans"].sum().sort_index()
    return totals.sort_values(ascending=False, kind="stable").head(top).index.tolist()


def _publishers(docs: pd.DataFrame) -> pd.DataFrame:
    """Article, publisher and the article's label, made unique by its id where two articles share one."""
    labels = docs["label"] if "label" in docs.columns else docs["doc_id"]
    labels = labels.fillna(docs["doc_id"]).astype("str")
    twice = labels.duplicated(keep=False)
    labels = labels.where(~twice, labels + " · " + docs["doc_id"].astype("str").str.slice(0, 12))
    publishers = docs["publisher"].fillna("unknown") if "publisher" in docs.columns else "unknown"
    return pd.DataFrame({"doc_id": docs["doc_id"], "publisher": publishers, "article": labels})


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"


def _colour(docs: pd.DataFrame, publishers: pd.Series) -> alt.Color:
    colours = publisher_colours(docs.assign(publisher=_publishers(docs)["publisher"]))
    shown = [name for name in colours if name in set(publishers)]
    scale = alt.Scale(domain=shown, range=[colours[name] for name in shown])
    return alt.Color("publisher:N", title=None, scale=scale, legend=alt.Legend(orient="top", labelLimit=260))


def _shape(docs: pd.DataFrame, publishers: pd.Series) -> alt.Shape:
    known = publisher_colours(docs.assign(publisher=_publishers(docs)["publisher"]))
    shown = [name for name in known if name in set(publishers)]
    shapes = [_SHAPES[number % len(_SHAPES)] for number in range(len(shown))]
    return alt.Shape("publisher:N", title=None, scale=alt.Scale(domain=shown, range=shapes))


def _articles(n: int) -> str:
    return f"{n} article" if n == 1 else f"{n} articles"


def _subtitle(docs: pd.DataFrame, single: bool) -> str:
    how = "each point an article" if single else "95 % intervals from resampling articles"
    return f"Mentions per 1,000 words in {_articles(len(docs))}; {how}"

"""Figures of time: events on the calendar, the way an article moves through time, the periods it speaks of."""

from typing import Any, cast

import altair as alt
import pandas as pd

from ukrcorpus.evidence import article_labels
from ukrcorpus.spans import READ_ZONES
from ukrcorpus.theme import WIDTH, publisher_colour, publisher_colours
from ukrcorpus.times.periods import PERIODS, publication_days

_DISTANCES = {0.0: "publication"} | {
    sign * days: f"{span} {side}"
    for days, span in ((36525.0, "100 years"), (3652.5, "10 years"), (365.25, "1 year"), (30.4375, "1 month"))
    for sign, side in ((-1, "before"), (1, "after"))
}
_NAMES = ("before 1992", "past, from 1992", "present, at publication", "after publication")
_COLOURS = ("#1A1A1A", "#6B7680", "#B4BEC7", "#0072B2")
"""Of the periods, in their order; what is unplaced is not drawn."""
_SHARES = ["publisher", "period", "estimate", "low", "high"]
_RING = "M-{r},0A{r},{r},0,1,1,{r},0A{r},{r},0,1,1,-{r},0M-{i},0A{i},{i},0,1,0,{i},0A{i},{i},0,1,0,-{i},0Z"
_OUTCOMES = {
    "told": "circle",
    "not told": _RING.format(r=1, i=0.82),
    "none in the window": _RING.format(r=0.4, i=0.25),
    "published before it": "M-.4,-.08h.8v.16h-.8Z",
    "publication unknown": "M-.3,-.08h.22v-.22h.16v.22h.22v.16h-.22v.22h-.16v-.22h-.22Z",
}
"""Of who tells an event: the shape, in SVG where Vega has no name for it."""
_STEPS = 30
"""A panel's width is counted in so many steps: what is shorter is a dot, and dots within one are stacked."""
_LANE, _BASE, _LINES = 76, 12, 3
"""Height of a lane, how far below its middle the lowest dot stands, in pixels; lines of bars below the dots."""


def plot_timeline(
    events: pd.DataFrame, docs: pd.DataFrame, *, fold: str = "2022-01-01", lane: str = "label"
) -> alt.HConcatChart:
    """Events on the calendar, a lane an article, folded so that the years before a date take less room.

    A dot is an event that is placed within a month, hollow where it is announced; a bar is one whose interval is
    longer. The outlined lozenge stands on the day of publication, or covers the interval in which the article must have
    appeared. Lanes stand by publisher, and within it by publication.

    Args:
        events: the result of `find_events`; each row is drawn, in the panel in which it begins.
        docs: the articles, with publication dates as `infer_published` gives them.
        fold: the day at which the left panel ends.
        lane: column of docs that makes the lanes: `label` (an article each) or `publisher`.

    Returns:
        An Altair chart, about 520 pixels wide.

    Raises:
        KeyError: where `events` or `docs` lacks a column.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["In May 2024 it fell."], "label": ["A"], "publisher": ["P"]})
        >>> from ukrcorpus import find_events
        >>> len(plot_timeline(find_events(docs), docs).hconcat)
        1

    """
    lanes = _lanes(docs, lane)
    cut = events[["surface", "start", "time_start", "time_end"]].itertuples(index=False)
    events = events.assign(surface=[sentence[low - start : high - start] for sentence, start, low, high in cut])
    shown = ["date_low", "date_high", "surface", "value", "predicate", "status", "event_id"]
    drawn = _utc(_in_lanes(events, lanes, shown))
    edge = pd.Timestamp(fold, tz="UTC")
    early, late = _lay_out(drawn[drawn["date_low"] < edge]), _lay_out(drawn[drawn["date_low"] >= edge])
    is_old = lanes["published_low"].lt(fold)
    panels = [(early, lanes[is_old], 120, f"begun before {edge:%Y}")] if len(early) else []
    if len(late) or not panels:
        panels.append((late, lanes[~is_old], WIDTH - (150 if panels else 20), f"begun in {edge:%Y} or later"))
    rise = min(8.0, (_LANE - 38) / (1 + max(0, 0, *early["slot"], *late["slot"])))
    charts: list[Any] = []
    for rows, published, width, title in panels:
        y = _lane_axis(lanes, labels=not charts)
        layers = [*_events(rows, y, docs, rise, title, width), *_publications(published, y)]
        chart = alt.layer(*layers, width=width)
        charts.append(chart.properties(height=alt.Step(_LANE, **{"for": "position"})))
    counted = f"{len(drawn):,} dated events of {drawn['doc_id'].nunique():,} articles, a dot each"
    subtitle = [
        f"{counted}, stacked where they coincide;",
        "bar: one whose interval is long at this scale; hollow: announced;",
        "lozenge: publication, or the days on which it may have been.",
    ]
    question = "Which time does each article tell of?"
    return alt.hconcat(*charts, spacing=12, title=alt.TitleParams(question, subtitle=subtitle))


def _lay_out(rows: pd.DataFrame) -> pd.DataFrame:
    """Draw as dots what is short at the panel's scale, and stack dots and bars that would cover each other."""
    if rows.empty:
        return rows.assign(middle=rows["date_low"], drawn_as="dot", slot=0)
    length, first = rows["date_high"] - rows["date_low"], rows["date_low"].min()
    step = (rows["date_low"].max() - first) / _STEPS + pd.Timedelta(days=1)
    dots = length.le(step) | length.le(pd.Timedelta(days=31))
    rows = rows.assign(middle=rows["date_low"] + length / 2, drawn_as=dots.map({True: "dot", False: "bar"}))
    rows = rows.sort_values(["lane", "middle", "value"], kind="stable")
    place = (rows["middle"] - first) // step
    rows = rows.assign(slot=rows.groupby(["lane", "drawn_as", place]).cumcount())
    for _, bars in rows[rows["drawn_as"] == "bar"].groupby("lane"):
        rows.loc[bars.index, "slot"] = _packed(bars.sort_values(["date_low", "date_high", "event_id"]))
    return rows


def _packed(bars: pd.DataFrame) -> pd.Series:
    """The first line, counted from 0, in which each bar covers none before it; the last line takes what is left."""
    free: list[pd.Timestamp] = []
    lines = []
    for low, high in zip(bars["date_low"], bars["date_high"], strict=True):
        line = next((n for n, until in enumerate(free) if until < low), min(len(free), _LINES - 1))
        free[line : line + 1] = [high]
        lines.append(line)
    return pd.Series(lines, index=bars.index)


def _events(rows: pd.DataFrame, y: alt.Y, docs: pd.DataFrame, rise: float, title: str, width: int) -> list[alt.Chart]:
    years = alt.Axis(title=title, format="%Y", tickCount=3 if width < 150 else 4, labelFlush=True, labelOverlap=True)
    shared: dict[str, Any] = {"scale": alt.Scale(type="utc", nice=False, padding=8), "axis": years}
    names = {"lane": "lane", "surface": "time", "value": "value", "predicate": "predicate", "status": "status"}
    tooltip = [alt.Tooltip(f"{column}:N", title=name) for column, name in names.items()]
    is_dot = rows["drawn_as"] == "dot"
    rows = rows.assign(below=(_BASE - rise * rows["slot"]).where(is_dot, _BASE + 10 + 7 * rows["slot"]))
    below = alt.YOffset("below:Q", scale=alt.Scale(domain=[0, 1], range=[_LANE / 2, _LANE / 2 + 1], clamp=False))
    bars, dots = (alt.Chart(of).encode(y=y, yOffset=below, tooltip=tooltip) for of in (rows[~is_dot], rows[is_dot]))
    colour, announced = publisher_colour(docs), alt.FieldEqualPredicate(field="status", equal="announced")
    filled, outline = (
        alt.condition(announced, alt.value(0), alt.value(0.75)),
        alt.Stroke(**cast(dict[str, Any], colour.to_dict())),
    )
    bars = bars.mark_bar(height=5, opacity=0.6, strokeWidth=1)
    dots = dots.mark_circle(size=44, opacity=1, strokeWidth=1.2)
    look = {"color": colour, "stroke": outline, "fillOpacity": filled}
    return [
        bars.encode(x=alt.X("date_low:T", **shared), x2="date_high:T", **look),
        dots.encode(x=alt.X("middle:T", **shared), **look),
    ]


def _publications(lanes: pd.DataFrame, y: alt.Y) -> list[alt.Chart]:
    middle = lanes["published_low"] + (lanes["published_high"] - lanes["published_low"]) / 2
    dated = lanes[["lane", "published_low", "published_high"]].assign(published_middle=middle)  # keys would be links
    base = alt.Chart(_utc(dated[middle.notna()])).encode(y=y)
    look: dict[str, Any] = {"color": "black", "yOffset": 8 - _LANE / 2}
    lozenge = base.mark_point(shape="diamond", size=60, filled=False, strokeWidth=1.4, **look)
    return [
        base.mark_rule(strokeWidth=2, **look).encode(x="published_low:T", x2="published_high:T"),
        lozenge.encode(x="published_middle:T", tooltip=[alt.Tooltip("lane:N", title="published")]),
    ]


def plot_position(labelled: pd.DataFrame, docs: pd.DataFrame) -> alt.FacetChart:
    """How each article moves between now and history: position in the text against distance from publication.

    A point is a time expression with a date; the bar through it is its interval; a line joins them in reading order.
    The distance is drawn on a symmetric logarithmic scale, which gives a week and a century the same care.

    Args:
        labelled: the result of `label_times`; rows without a date are left out.
        docs: the articles.

    Returns:
        An Altair chart, a row an article.

    Raises:
        KeyError: where `labelled` lacks a column that `label_times` adds.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["In May 2024 it fell."], "label": ["A"], "publisher": ["P"],
        ...                      "published": [pd.Timestamp("2024-06-21")]})
        >>> from ukrcorpus import find_times, label_times
        >>> plot_position(label_times(find_times(docs), docs), docs).to_dict()["facet"]["row"]["field"]
        'lane'

    """
    lanes = _lanes(docs)
    drawn = labelled[labelled["days_low"].notna() & labelled["zone"].isin(READ_ZONES)]
    drawn = _in_lanes(drawn, lanes, ["start", "end", "position", "days_low", "days_high", "surface", "value"])
    drawn = drawn.assign(days=(drawn["days_low"] + drawn["days_high"]) / 2)
    domain = [1.1 * min([-31, *drawn["days_low"]]), 1.1 * max([31, *drawn["days_high"]])]
    ticks = [days for days in sorted(_DISTANCES) if domain[0] <= days <= domain[1]]
    names = " : ".join(f"datum.value == {days} ? '{_DISTANCES[days]}'" for days in ticks) + " : ''"
    axis = alt.Axis(title=None, values=ticks, labelExpr=names, labelOverlap=False)
    y = alt.Y("days:Q", scale=alt.Scale(type="symlog", constant=3, nice=False, domain=domain), axis=axis)
    x = alt.X("position:Q", axis=alt.Axis(title="position in the article", format="%"), scale=alt.Scale(domain=[0, 1]))
    base, colour = alt.Chart(drawn).encode(x=x), publisher_colour(docs)
    interval = {"y": alt.Y("days_low:Q", axis=axis), "y2": "days_high:Q"}
    tooltip = [alt.Tooltip("surface:N", title="expression"), alt.Tooltip("value:N", title="value")]
    layers = alt.layer(
        base.mark_line(color="#BDBDBD", strokeWidth=1).encode(y=y, order="position:Q"),
        base.mark_rule(strokeWidth=2, opacity=0.6).encode(**interval, color=colour),
        base.mark_circle(size=55, opacity=0.9).encode(y=y, color=colour, tooltip=tooltip),
        width=WIDTH - 20,
        height=128,
    )
    header = alt.Header(title=None, labelOrient="top", labelAnchor="start", labelPadding=4)
    subtitle = [
        f"{len(drawn)} dated time expressions of {drawn['lane'].nunique()} articles in reading order;",
        "calendar distance from publication, logarithmic on either side.",
    ]
    title = alt.TitleParams("How does each article move between now and history?", subtitle=subtitle)
    return layers.facet(row=alt.Row("lane:N", sort=_order(lanes, drawn), header=header), spacing=14, title=title)


def plot_periods(
    summary: pd.DataFrame, docs: pd.DataFrame, *, groups: pd.DataFrame | None = None, lanes: int = 12
) -> Any:
    """Of which period time expressions speak: shares, an article a bar, or with intervals where the corpus has them.

    Args:
        summary: `count_spans` of the result of `label_times`, with `keys=["period"]` and
            `by="doc_id"`.
        docs: the articles.
        groups: the same with `by="publisher"` and the number of placed expressions for words (`per=1`), so that
            `estimate` is a share. Where a publisher has an interval, the figure shows these instead: a panel a period,
            in it a line a publisher with its interval, and a tick an article.
        lanes: articles, or publishers with an interval, that are drawn: those with most expressions.

    Returns:
        An Altair chart.

    Raises:
        KeyError: where a table lacks a column.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "label": ["A"], "publisher": ["P"]})
        >>> summary = pd.DataFrame({"doc_id": ["a"], "period": ["past"], "n_spans": [3]})
        >>> plot_periods(summary, docs).to_dict()["layer"][0]["mark"]["type"]
        'bar'

    """
    in_order = _lanes(docs)
    counted = summary[(summary["period"] != "unplaced") & (summary["n_spans"] > 0)]
    most = counted.groupby("doc_id")["n_spans"].sum().sort_values(ascending=False, kind="stable")
    drawn = _in_lanes(counted, in_order, ["period", "n_spans"])
    drawn = drawn.assign(
        share=drawn["n_spans"] / drawn["doc_id"].map(most).astype("float64"), rank=drawn["period"].map(PERIODS.index)
    )
    drawn = drawn.assign(named=drawn["rank"].map(dict(enumerate(_NAMES))))
    if groups is not None and groups["low"].notna().any():
        return _period_intervals(drawn, groups[groups["low"].notna()], docs, lanes)
    drawn = drawn[drawn["doc_id"].isin(most.index[:lanes])].drop(columns="publisher").sort_values(["lane", "rank"])
    end = drawn.groupby("lane")["share"].cumsum()
    drawn = drawn.assign(end=end, start=end - drawn["share"], middle=end - drawn["share"] / 2)
    shown = sorted(set(drawn["rank"]))
    names = [_NAMES[rank] for rank in shown]
    scale = alt.Scale(domain=names, range=[_COLOURS[rank] for rank in shown])
    legend = alt.Legend(title=None, columns=2, symbolType="square", labelLimit=200)
    colour = alt.Color("named:N", sort=names, scale=scale, legend=legend)
    y = alt.Y("lane:N", sort=_order(in_order, drawn), axis=alt.Axis(title=None, ticks=False, domain=False))
    x = alt.X("start:Q", axis=alt.Axis(title="share of the article's placed time expressions", format="%"))
    base = alt.Chart(drawn).encode(y=y)
    dark = alt.FieldOneOfPredicate(field="period", oneOf=["history", "past", "future"])
    on_bar = alt.condition(dark, alt.value("white"), alt.value("black"))
    bars = base.mark_bar(stroke="white", strokeWidth=1.5).encode(x=x, x2="end:Q", color=colour)
    numbers = base.mark_text().encode(x="middle:Q", text="n_spans:Q", color=on_bar)
    placed = f"{int(drawn['n_spans'].sum())} placed time expressions of {drawn['lane'].nunique()} articles;"
    title = alt.TitleParams("Of which period does each article speak?", subtitle=[placed, "the numbers count them."])
    figure = alt.layer(bars, numbers, width=WIDTH - 40, height=alt.Step(30), title=title)
    return figure.resolve_scale(color="independent")


def _period_intervals(articles: pd.DataFrame, groups: pd.DataFrame, docs: pd.DataFrame, lanes: int) -> alt.HConcatChart:
    """A panel a period: the share of each publisher with its interval, over ticks that are its articles."""
    shown = [name for name in publisher_colours(docs) if name in set(groups["publisher"])][:lanes]
    groups = groups[groups["publisher"].isin(shown) & groups["period"].isin(PERIODS[: len(_NAMES)])]
    articles = articles[articles["publisher"].isin(shown)]
    panels: list[Any] = []
    for period, name in zip(PERIODS, _NAMES, strict=False):
        axis = alt.Axis(title=None, ticks=False, domain=False, labels=not panels, labelLimit=150)
        y = alt.Y("publisher:N", sort=shown, axis=axis, scale=alt.Scale(domain=shown))
        percent = alt.Axis(title=name.split(", "), format="%", values=[0, 0.5, 1])
        x: dict[str, Any] = {"scale": alt.Scale(domain=[0, 1]), "axis": percent}
        colour = publisher_colour(docs)
        ticks = alt.Chart(articles.loc[articles["period"] == period, ["publisher", "doc_id", "period", "share"]])
        means = alt.Chart(groups.loc[groups["period"] == period, [*_SHARES, "n_spans", "n_docs"]])
        tooltip = [alt.Tooltip("publisher:N"), alt.Tooltip("estimate:Q", format=".1%"), alt.Tooltip("n_docs:Q")]
        layers = (
            ticks.mark_tick(thickness=1, opacity=0.25, size=14).encode(y=y, x=alt.X("share:Q", **x), color=colour),
            means.mark_rule(strokeWidth=2.5).encode(y=y, x=alt.X("low:Q", **x), x2="high:Q"),
            means.mark_circle(size=60).encode(y=y, x=alt.X("estimate:Q", **x), color=colour, tooltip=tooltip),
        )
        panels.append(alt.layer(*layers, width=(WIDTH - 60) / len(_NAMES), height=alt.Step(30)))
    n_docs = int(groups.groupby("publisher")["n_docs"].max().sum())
    subtitle = [
        f"{int(groups['n_spans'].sum()):,} placed time expressions of {n_docs:,} articles;",
        "dot and line: share and its 95 % interval over articles; ticks: articles.",
    ]
    question = "Of which period does each publisher speak?"
    return alt.hconcat(*panels, spacing=12, title=alt.TitleParams(question, subtitle=subtitle))


def plot_tellings(tellings: pd.DataFrame, docs: pd.DataFrame, *, by: str = "publisher", top: int = 25) -> Any:
    """Who tells which event: a row an event that several articles tell, a column a publisher or an article.

    A filled dot is told, its number counts the tellings; a large ring is not told by articles that appeared soon after
    the event; a small ring not told by what appeared later; a dash by what appeared before it, a cross where that is
    unknown.

    Args:
        tellings: the result of `count_tellings` with a column `event`, a name for each cluster.
        docs: the articles.
        by: the column of tellings that makes the columns: `publisher` or `doc_id`.
        top: events that are drawn: those that most groups tell, then the earliest.

    Returns:
        An Altair chart.

    Raises:
        KeyError: where a table lacks a column.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "label": ["A"], "publisher": ["P"]})
        >>> days = pd.to_datetime(["2023-06-24"])
        >>> tellings = pd.DataFrame({"cluster_id": ["a:1"], "event": ["24 Jun 2023: coup"], "publisher": ["P"],
        ...     "date_low": days, "date_high": days, "told": [True], "outcome": ["told"], "n_spans": [1]})
        >>> plot_tellings(tellings, docs).to_dict()["layer"][0]["mark"]["type"]
        'point'

    """
    in_order = _lanes(docs, "publisher" if by == "publisher" else "label")
    named = dict(zip(in_order["doc_id"], in_order["lane"], strict=True)) if by == "doc_id" else {}
    publishers = dict(zip(in_order["lane"], in_order["publisher"], strict=True))
    drawn = tellings.assign(lane=tellings[by].map(lambda group: named.get(group, group)))
    drawn = drawn.assign(publisher=drawn["lane"].map(publishers))
    told = drawn[drawn["told"]].groupby("cluster_id")["lane"].nunique()
    ranked = drawn[["cluster_id", "event", "date_low", "date_high"]].drop_duplicates("cluster_id")
    ranked = ranked.assign(told=ranked["cluster_id"].map(told)).sort_values(
        ["told", "date_low", "date_high", "cluster_id"], ascending=[False, True, True, True]
    )
    ranked = ranked.head(top).sort_values(["date_low", "date_high", "cluster_id"])
    drawn = drawn[drawn["cluster_id"].isin(ranked["cluster_id"])]
    look: dict[str, Any] = {"title": None, "ticks": False, "domain": False}
    columns = [lane for lane in dict.fromkeys(in_order["lane"]) if lane in set(drawn["lane"])]
    x = alt.X("lane:N", sort=columns, axis=alt.Axis(orient="top", labelAngle=-40, grid=False, labelLimit=160, **look))
    y = alt.Y("event:N", sort=ranked["event"].tolist(), axis=alt.Axis(grid=True, labelLimit=300, **look))
    keys = ["cluster_id", "event", "lane", "publisher", "n_spans", "outcome", "told", *([by] if named else [])]
    shown = [outcome for outcome in _OUTCOMES if outcome in set(drawn["outcome"])]
    names = {"not told": "not told soon after it", "none in the window": "not told, appeared later"}
    says = " : ".join(f"datum.label == '{outcome}' ? '{name}'" for outcome, name in names.items())
    plain: dict[str, Any] = {"symbolStrokeWidth": 0, "symbolFillColor": "#555555", "labelLimit": 220}
    legend = alt.Legend(title=None, columns=2, labelExpr=f"{says} : datum.label", **plain)
    scale = alt.Scale(domain=shown, range=[_OUTCOMES[outcome] for outcome in shown])
    cells = alt.Chart(drawn[keys]).mark_point(filled=True, size=260, strokeWidth=0, opacity=1)
    shape = alt.Shape("outcome:N", scale=scale, legend=legend, sort=shown)
    cells = cells.encode(
        x=x, y=y, shape=shape, color=publisher_colour(docs), tooltip=["event:N", "lane:N", "outcome:N"]
    )
    numbers = alt.Chart(drawn.loc[drawn["told"], ["event", "lane", "n_spans", by]])
    size = alt.condition("datum.n_spans > 99", alt.value(8), alt.value(11))
    numbers = numbers.mark_text(color="white", fontWeight=600).encode(x=x, y=y, text="n_spans:Q", size=size)
    subtitle = f"{len(ranked)} of {told.size} events that several articles tell; the number counts the tellings."
    title = alt.TitleParams("Who tells which event?", subtitle=subtitle)
    return alt.layer(cells, numbers, width=alt.Step(44), height=alt.Step(26), title=title)


def _lanes(docs: pd.DataFrame, column: str = "label") -> pd.DataFrame:
    """Lane, publisher and days of publication of each article, by publisher and then in the order of publication."""
    publisher = docs["publisher"].astype("object").fillna("unknown").to_numpy()
    frame = publication_days(docs).assign(publisher=publisher)
    frame["lane"] = publisher if column == "publisher" else frame.index.map(article_labels(docs))
    frame = frame.drop(columns="stated").rename(columns={"low": "published_low", "high": "published_high"})
    frame["rank"] = frame["publisher"].map({name: rank for rank, name in enumerate(publisher_colours(docs))})
    order = ["rank", "published_low", "doc_id"]
    return frame.reset_index().sort_values(order, kind="stable", na_position="last").drop(columns="rank")


def _in_lanes(rows: pd.DataFrame, lanes: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return rows[["doc_id", *columns]].merge(lanes[["doc_id", "lane", "publisher"]], on="doc_id")


def _order(lanes: pd.DataFrame, drawn: pd.DataFrame) -> list[str]:
    """The lanes that a figure holds, in the order of publication."""
    return [lane for lane in dict.fromkeys(lanes["lane"]) if lane in set(drawn["lane"])]


def _lane_axis(lanes: pd.DataFrame, *, labels: bool) -> alt.Y:
    order = _order(lanes, lanes)
    look: dict[str, Any] = {"title": None, "ticks": False, "domain": False, "labels": labels, "labelPadding": 8}
    axis = alt.Axis(grid=True, bandPosition=0.5 + _BASE / _LANE, **look)
    return alt.Y("lane:N", sort=order, axis=axis, scale=alt.Scale(domain=order, paddingInner=0, paddingOuter=0))


def _utc(frame: pd.DataFrame) -> pd.DataFrame:
    """Naive times as UTC, so that no reader's time zone moves them."""
    return frame.assign(**{name: frame[name].dt.tz_localize("UTC") for name in frame.select_dtypes("datetime").columns})

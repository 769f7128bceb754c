"""Figures of time: events on the calendar, the way an article moves through time, the periods it speaks of."""

from typing import Any, cast

import altair as alt
import pandas as pd

from ukrcorpus.evidence import article_labels
from ukrcorpus.spans import READ_ZONES
from ukrcorpus.theme import WIDTH, publisher_colour
from ukrcorpus.times.periods import PERIODS, publication_days

_DISTANCES = {0.0: "publication"} | {
    sign * days: f"{span} {side}"
    for days, span in ((36525.0, "100 years"), (3652.5, "10 years"), (365.25, "1 year"), (30.4375, "1 month"))
    for sign, side in ((-1, "before"), (1, "after"))
}
_NAMES = ("before 1992", "past, from 1992", "present, at publication", "after publication")
_COLOURS = ("#1A1A1A", "#6B7680", "#B4BEC7", "#0072B2")
"""Of the periods, in their order; what is unplaced is not drawn."""
_STEPS = 30
"""A panel's width is counted in so many steps: what is shorter is a dot, and dots within one are stacked."""
_LANE, _BASE = 72, 16
"""Height of a lane, and how far below its middle the lowest dot stands, in pixels."""


def plot_timeline(
    events: pd.DataFrame, docs: pd.DataFrame, *, fold: str = "2022-01-01", lane: str = "label"
) -> alt.HConcatChart:
    """Events on the calendar, a lane an article, folded so that the years before a date take less room.

    A dot is an event that is placed within a month; a bar is one whose interval is longer. The outlined lozenge stands
    on the day of publication, or covers the interval in which the article must have appeared.

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
    drawn = _utc(_in_lanes(events, lanes, ["date_low", "date_high", "surface", "value", "predicate", "event_id"]))
    edge = pd.Timestamp(fold, tz="UTC")
    early, late = _lay_out(drawn[drawn["date_low"] < edge]), _lay_out(drawn[drawn["date_low"] >= edge])
    panels = [(early, 120, f"begun before {edge:%Y}")] if len(early) else []
    if len(late) or not panels:
        panels.append((late, WIDTH - (150 if panels else 20), f"begun in {edge:%Y} or later"))
    rise = min(8.0, (_LANE - 34) / (1 + max(0, 0, *early["slot"], *late["slot"])))
    charts: list[Any] = []
    for rows, width, title in panels:
        y = _lane_axis(lanes, labels=not charts)
        last = _publications(lanes, y) if len(charts) + 1 == len(panels) else []
        chart = alt.layer(*_events(rows, y, docs, rise, title, width), *last, width=width)
        charts.append(chart.properties(height=alt.Step(_LANE, **{"for": "position"})))
    counted = f"{len(drawn)} dated events of {drawn['doc_id'].nunique()} articles, a dot each"
    subtitle = [
        f"{counted}, stacked where they coincide;",
        "bar: an event whose interval is long at this scale;",
        "lozenge: publication, or the days on which it may have been.",
    ]
    question = "Which time does each article tell of?"
    return alt.hconcat(*charts, spacing=12, title=alt.TitleParams(question, subtitle=subtitle))


def _lay_out(rows: pd.DataFrame) -> pd.DataFrame:
    """Draw as dots what is short at the panel's scale, and stack the dots that would cover each other."""
    if rows.empty:
        return rows.assign(middle=rows["date_low"], drawn_as="dot", slot=0)
    length, first = rows["date_high"] - rows["date_low"], rows["date_low"].min()
    step = (rows["date_low"].max() - first) / _STEPS + pd.Timedelta(days=1)
    dots = length.le(step) | length.le(pd.Timedelta(days=31))
    rows = rows.assign(middle=rows["date_low"] + length / 2, drawn_as=dots.map({True: "dot", False: "bar"}))
    rows = rows.sort_values(["lane", "middle", "value"], kind="stable")
    place = (rows["middle"] - first) // step
    return rows.assign(slot=rows.groupby(["lane", "drawn_as", place]).cumcount())


def _events(rows: pd.DataFrame, y: alt.Y, docs: pd.DataFrame, rise: float, title: str, width: int) -> list[alt.Chart]:
    years = alt.Axis(title=title, format="%Y", tickCount=3 if width < 150 else 4, labelFlush=True, labelOverlap=True)
    shared: dict[str, Any] = {"scale": alt.Scale(type="utc", nice=False, padding=8), "axis": years}
    bottom = _LANE / 2 + _BASE
    stacked = alt.YOffset("slot:Q", scale=alt.Scale(domain=[0, 1], range=[bottom, bottom - rise], clamp=False))
    names = {"lane": "article", "surface": "time", "value": "value", "predicate": "predicate"}
    tooltip = [alt.Tooltip(f"{column}:N", title=name) for column, name in names.items()]
    bars, dots = (
        alt.Chart(rows[rows["drawn_as"] == kind]).encode(y=y, color=publisher_colour(docs), tooltip=tooltip)
        for kind in ("bar", "dot")
    )
    bars = bars.mark_bar(height=5, opacity=0.45, yOffset=_BASE + 10, minBandSize=2)
    dots = dots.mark_circle(size=46, opacity=0.75, stroke="white", strokeWidth=0.5)
    return [
        bars.encode(x=alt.X("date_low:T", **shared), x2="date_high:T"),
        dots.encode(x=alt.X("middle:T", **shared), yOffset=stacked),
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


def plot_periods(summary: pd.DataFrame, docs: pd.DataFrame) -> alt.LayerChart:
    """Of which period each article's time expressions speak: shares, an article a bar, with the numbers behind them.

    Args:
        summary: `count_spans` of the result of `label_times`, with `keys=["period"]` and `by="doc_id"`.
        docs: the articles.

    Returns:
        An Altair chart.

    Raises:
        KeyError: where `summary` lacks a column.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "label": ["A"], "publisher": ["P"]})
        >>> summary = pd.DataFrame({"doc_id": ["a"], "period": ["past"], "n_spans": [3]})
        >>> plot_periods(summary, docs).to_dict()["layer"][0]["mark"]["type"]
        'bar'

    """
    lanes = _lanes(docs)
    drawn = summary[(summary["period"] != "unplaced") & (summary["n_spans"] > 0)]
    drawn = _in_lanes(drawn, lanes, ["period", "n_spans"]).drop(columns="publisher")
    drawn = drawn.assign(rank=drawn["period"].map(PERIODS.index)).sort_values(["lane", "rank"])
    counts = drawn.groupby("lane")["n_spans"]
    share, end = drawn["n_spans"] / counts.transform("sum"), counts.cumsum() / counts.transform("sum")
    named = drawn["rank"].map(dict(enumerate(_NAMES)))
    drawn = drawn.assign(share=share, end=end, start=end - share, middle=end - share / 2, named=named)
    shown = sorted(set(drawn["rank"]))
    names = [_NAMES[rank] for rank in shown]
    scale = alt.Scale(domain=names, range=[_COLOURS[rank] for rank in shown])
    legend = alt.Legend(title=None, columns=2, symbolType="square", labelLimit=200)
    colour = alt.Color("named:N", sort=names, scale=scale, legend=legend)
    y = alt.Y("lane:N", sort=_order(lanes, drawn), axis=alt.Axis(title=None, ticks=False, domain=False))
    x = alt.X("start:Q", axis=alt.Axis(title="share of the article's placed time expressions", format="%"))
    base = alt.Chart(drawn).encode(y=y)
    dark = alt.FieldOneOfPredicate(field="period", oneOf=["history", "past", "future"])
    on_bar = alt.condition(dark, alt.value("white"), alt.value("black"))
    bars = base.mark_bar(stroke="white", strokeWidth=1.5).encode(x=x, x2="end:Q", color=colour)
    numbers = base.mark_text().encode(x="middle:Q", text="n_spans:Q", color=on_bar)
    counted = f"{int(drawn['n_spans'].sum())} placed time expressions of {drawn['lane'].nunique()} articles;"
    title = alt.TitleParams("Of which period does each article speak?", subtitle=[counted, "the numbers count them."])
    figure = alt.layer(bars, numbers, width=WIDTH - 40, height=alt.Step(30), title=title)
    return cast(alt.LayerChart, figure.resolve_scale(color="independent"))


def _lanes(docs: pd.DataFrame, column: str = "label") -> pd.DataFrame:
    """Lane, publisher and days of publication of each article, in the order of publication."""
    publisher = docs["publisher"].astype("object").fillna("unknown").to_numpy()
    frame = publication_days(docs).assign(publisher=publisher)
    frame["lane"] = publisher if column == "publisher" else frame.index.map(article_labels(docs))
    frame = frame.drop(columns="stated").rename(columns={"low": "published_low", "high": "published_high"})
    return frame.reset_index().sort_values(["published_low", "doc_id"], kind="stable", na_position="last")


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

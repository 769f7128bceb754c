"""Figures of time: events on the calendar, the way an article moves through time, the periods it speaks of."""

from typing import cast

import altair as alt
import pandas as pd

from ukrcorpus.theme import WIDTH, publisher_colours
from ukrcorpus.times.periods import PERIODS, publication_days

_DISTANCES = {
    -36525.0: "100 years before",
    -3652.5: "10 years before",
    -365.25: "1 year before",
    -30.4375: "1 month before",
    0.0: "publication",
    30.4375: "1 month after",
    365.25: "1 year after",
}
_PERIOD_COLOURS = dict(zip(PERIODS, ("#1A1A1A", "#6B7680", "#B4BEC7", "#0072B2", "#F0F0F0"), strict=True))
_PERIOD_NAMES = {
    "history": "before 1992",
    "past": "past, from 1992",
    "present": "present, at publication",
    "future": "after publication",
    "unplaced": "not placed",
}


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
    drawn = events.merge(lanes[["doc_id", "lane", "publisher"]], on="doc_id")
    drawn = _utc(drawn[["doc_id", "lane", "publisher", "date_low", "date_high", "value", "predicate", "surface"]])
    edge = pd.Timestamp(fold, tz="UTC")
    early, late = drawn[drawn["date_low"] < edge], drawn[drawn["date_low"] >= edge]
    panels = []
    if len(early):
        panels.append((early, 120, f"begun before {edge:%Y}"))
    if len(late) or not panels:
        panels.append((late, WIDTH - 150 if panels else WIDTH - 20, f"begun in {edge:%Y} or later"))
    laid = [_lay_out(rows) for rows, _, _ in panels]
    slots = max(1, *(int(rows["slot"].max()) + 1 for rows in laid if len(rows)), 1)
    charts = [
        _panel(
            rows,
            _published(docs, lanes) if number == len(panels) - 1 else None,
            docs,
            lanes,
            width,
            name,
            slots,
            not number,
        )
        for number, (rows, (_, width, name)) in enumerate(zip(laid, panels, strict=True))
    ]
    return alt.hconcat(*charts, spacing=12).properties(
        title=alt.TitleParams(
            "Which time does each article tell of?",
            subtitle=[
                f"{len(drawn)} dated events of {drawn['doc_id'].nunique()} articles, a dot each, "
                "stacked where they coincide;",
                "bar: an event whose interval is long at this scale;",
                "lozenge: publication, or the days on which it may have been.",
            ],
        )
    )


def _lay_out(rows: pd.DataFrame) -> pd.DataFrame:
    """Draw as dots what is shorter than a thirtieth of the panel, and stack the dots that would cover each other."""
    if rows.empty:
        return rows.assign(middle=rows["date_low"], drawn_as="dot", slot=0)
    length = rows["date_high"] - rows["date_low"]
    first = rows["date_low"].min()
    step = (rows["date_low"].max() - first) / _PER_PANEL + pd.Timedelta(days=1)
    dots = length.le(step) | length.le(pd.Timedelta(days=31))
    rows = rows.assign(middle=rows["date_low"] + length / 2, drawn_as=dots.map({True: "dot", False: "bar"}))
    rows = rows.sort_values(["lane", "middle", "value"], kind="stable")
    bins = ((rows["middle"] - first) / step).astype("int64")
    return rows.assign(slot=rows.groupby(["lane", "drawn_as", bins]).cumcount())


_PER_PANEL = 30
_LANE, _BASE = 72, 16
"""Height of a lane, and how far below its middle the lowest dot stands, in pixels."""


def _panel(
    drawn: pd.DataFrame,
    published: pd.DataFrame | None,
    docs: pd.DataFrame,
    lanes: pd.DataFrame,
    width: int,
    title: str,
    slots: int,
    labelled: bool,
) -> alt.LayerChart:
    order = list(dict.fromkeys(lanes["lane"]))
    colour = _publisher_colour(docs)
    axis = alt.Axis(
        title=None,
        labels=labelled,
        ticks=False,
        domain=False,
        labelPadding=8,
        grid=True,
        bandPosition=0.5 + _BASE / _LANE,
    )
    lane = alt.Y("lane:N", sort=order, axis=axis, scale=alt.Scale(domain=order, paddingInner=0, paddingOuter=0))
    rise = min(8.0, (_LANE - 34) / slots)
    stacked = alt.YOffset(
        "slot:Q", scale=alt.Scale(domain=[0, 1], range=[_LANE / 2 + _BASE, _LANE / 2 + _BASE - rise], clamp=False)
    )
    tooltip = [
        alt.Tooltip("lane:N", title="article"),
        alt.Tooltip("value:N", title="time"),
        alt.Tooltip("predicate:N"),
        alt.Tooltip("surface:N", title="sentence"),
    ]
    years = alt.Axis(title=title, format="%Y", tickCount=3 if width < 150 else 4, labelFlush=True, labelOverlap=True)
    scale = alt.Scale(type="utc", nice=False, padding=8)
    bars = (
        alt.Chart(drawn[drawn["drawn_as"] == "bar"])
        .mark_bar(height=5, opacity=0.45, yOffset=_BASE + 10, minBandSize=2)
        .encode(x=alt.X("date_low:T", scale=scale, axis=years), x2="date_high:T", y=lane, color=colour, tooltip=tooltip)
    )
    dots = (
        alt.Chart(drawn[drawn["drawn_as"] == "dot"])
        .mark_circle(size=46, opacity=0.75, stroke="white", strokeWidth=0.5)
        .encode(x=alt.X("middle:T", scale=scale, axis=years), y=lane, yOffset=stacked, color=colour, tooltip=tooltip)
    )
    layers = [bars, dots]
    if published is not None and len(published):
        layers += _publication_marks(published, lane)
    panel = alt.layer(*layers).properties(width=width, height=alt.Step(_LANE, **{"for": "position"}))
    return cast(alt.LayerChart, panel)


def _publication_marks(published: pd.DataFrame, lane: alt.Y) -> list[alt.Chart]:
    base = alt.Chart(published).encode(y=lane)
    top = -_LANE / 2 + 8
    return [
        base.mark_rule(strokeWidth=2, color="black", yOffset=top).encode(x="published_low:T", x2="published_high:T"),
        base.mark_point(shape="diamond", size=60, filled=False, color="black", strokeWidth=1.4, yOffset=top).encode(
            x="published_middle:T", tooltip=[alt.Tooltip("lane:N", title="published")]
        ),
    ]


def _publisher_colour(docs: pd.DataFrame) -> alt.Color:
    colours = publisher_colours(docs)
    return alt.Color("publisher:N", legend=None, scale=alt.Scale(domain=list(colours), range=list(colours.values())))


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
    lanes = _lanes(docs, "label")
    drawn = labelled[labelled["days_low"].notna() & labelled["zone"].isin(("title", "heading", "paragraph"))]
    drawn = drawn.merge(lanes[["doc_id", "lane", "publisher"]], on="doc_id")
    columns = ["lane", "publisher", "position", "days_low", "days_high", "surface", "value"]
    drawn = drawn[columns].assign(days=(drawn["days_low"] + drawn["days_high"]) / 2)
    colour = _publisher_colour(docs)
    lowest, highest = min([-31, *drawn["days_low"]]), max([31, *drawn["days_high"]])
    ticks = [days for days in _DISTANCES if lowest * 1.1 <= days <= highest * 1.1]
    names = " : ".join(f"datum.value == {days} ? '{_DISTANCES[days]}'" for days in ticks) + " : ''"
    y_axis = alt.Axis(title=None, values=ticks, labelExpr=names, labelOverlap=False)
    y = alt.Y(
        "days:Q",
        scale=alt.Scale(type="symlog", constant=3, nice=False, domain=[lowest * 1.1, highest * 1.1]),
        axis=y_axis,
    )
    x = alt.X("position:Q", axis=alt.Axis(title="position in the article", format="%"), scale=alt.Scale(domain=[0, 1]))
    base = alt.Chart(drawn).encode(x=x)
    tooltip = [alt.Tooltip("surface:N", title="expression"), alt.Tooltip("value:N", title="value")]
    layers = alt.layer(
        base.mark_line(color="#BDBDBD", strokeWidth=1).encode(y=y, order="position:Q"),
        base.mark_rule(strokeWidth=2, opacity=0.6).encode(
            y=alt.Y("days_low:Q", axis=y_axis), y2="days_high:Q", color=colour
        ),
        base.mark_circle(size=55, opacity=0.9).encode(y=y, color=colour, tooltip=tooltip),
        width=WIDTH - 20,
        height=128,
    )
    order = [lane for lane in dict.fromkeys(lanes["lane"]) if lane in set(drawn["lane"])]
    header = alt.Header(title=None, labelOrient="top", labelAnchor="start", labelPadding=4)
    return layers.facet(row=alt.Row("lane:N", sort=order, header=header), spacing=14).properties(
        title=alt.TitleParams(
            "How does each article move between now and history?",
            subtitle=[
                f"{len(drawn)} dated time expressions of {drawn['lane'].nunique()} articles in reading order;",
                "calendar distance from publication, logarithmic on either side.",
            ],
        )
    )


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
    lanes = _lanes(docs, "label")
    drawn = summary[(summary["period"] != "unplaced") & (summary["n_spans"] > 0)]
    drawn = drawn.merge(lanes[["doc_id", "lane"]], on="doc_id")[["lane", "period", "n_spans"]]
    rank = {period: number for number, period in enumerate(PERIODS)}
    drawn = drawn.assign(rank=drawn["period"].map(rank)).sort_values(["lane", "rank"])
    total = drawn.groupby("lane")["n_spans"].transform("sum")
    end = drawn.groupby("lane")["n_spans"].cumsum() / total
    drawn = drawn.assign(share=drawn["n_spans"] / total, end=end, start=end - drawn["n_spans"] / total)
    drawn = drawn.assign(middle=(drawn["start"] + drawn["end"]) / 2, named=drawn["period"].map(_PERIOD_NAMES))
    shown = [period for period in PERIODS if period in set(drawn["period"])]
    colour = alt.Color(
        "named:N",
        sort=[_PERIOD_NAMES[period] for period in shown],
        scale=alt.Scale(
            domain=[_PERIOD_NAMES[period] for period in shown], range=[_PERIOD_COLOURS[period] for period in shown]
        ),
        legend=alt.Legend(title=None, columns=2, symbolType="square", labelLimit=200),
    )
    order = [lane for lane in dict.fromkeys(lanes["lane"]) if lane in set(drawn["lane"])]
    lane = alt.Y("lane:N", sort=order, axis=alt.Axis(title=None, ticks=False, domain=False))
    x = alt.X("start:Q", axis=alt.Axis(title="share of the article's placed time expressions", format="%"))
    base = alt.Chart(drawn).encode(y=lane)
    bars = base.mark_bar(stroke="white", strokeWidth=1.5).encode(x=x, x2="end:Q", color=colour)
    number = base.encode(x="middle:Q", text="n_spans:Q")
    dark = alt.FieldOneOfPredicate(field="period", oneOf=["history", "past", "future"])
    numbers = number.mark_text().encode(color=alt.condition(dark, alt.value("white"), alt.value("black")))
    figure = (
        alt.layer(bars, numbers)
        .resolve_scale(color="independent")
        .properties(
            width=WIDTH - 40,
            height=alt.Step(30),
            title=alt.TitleParams(
                "Of which period does each article speak?",
                subtitle=[
                    f"{int(drawn['n_spans'].sum())} placed time expressions of {drawn['lane'].nunique()} articles;",
                    "the numbers count them.",
                ],
            ),
        )
    )
    return cast(alt.LayerChart, figure)


def _lanes(docs: pd.DataFrame, column: str) -> pd.DataFrame:
    """Lane and publisher of each article, in the order of publication."""
    low, _ = publication_days(docs)
    publisher = docs["publisher"].astype("object").fillna("unknown")
    names = publisher if column == "publisher" else docs[column].astype("object").fillna(docs["doc_id"])
    columns = {"doc_id": docs["doc_id"], "lane": names, "publisher": publisher}
    frame = pd.DataFrame({name: values.to_numpy() for name, values in columns.items()})
    return frame.assign(low=low).sort_values(["low", "doc_id"], kind="stable", na_position="last")


def _published(docs: pd.DataFrame, lanes: pd.DataFrame) -> pd.DataFrame:
    low, high = publication_days(docs)
    frame = pd.DataFrame({"doc_id": docs["doc_id"].to_numpy(), "published_low": low, "published_high": high})
    frame = frame[frame["published_low"].notna()].merge(lanes[["doc_id", "lane"]], on="doc_id")
    middle = frame["published_low"] + (frame["published_high"] - frame["published_low"]) / 2
    return _utc(frame.assign(published_middle=middle))


def _utc(frame: pd.DataFrame) -> pd.DataFrame:
    """Naive times as UTC, so that no reader's time zone moves them."""
    return frame.assign(**{name: frame[name].dt.tz_localize("UTC") for name in frame.select_dtypes("datetime").columns})

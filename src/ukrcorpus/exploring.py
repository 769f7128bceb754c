"""The corpus as one linked view in JupyterLab; what is selected is worked out in Python, by functions over tables."""

import html
import warnings
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import altair as alt
import pandas as pd
from ipywidgets import HTML, Box, Layout, VBox  # type: ignore[import-untyped]
from itables.widget import ITable

import ukrcorpus as uc
from ukrcorpus import theme as _theme  # noqa: F401  (registers the theme)
from ukrcorpus.spans import READ_ZONES, look_up

VIEWS = {name: (name,) for name in ("events", "places", "entities", "terms")} | {
    "all": ("events", "places", "entities")
}
SELECTIONS = {"events": "brush", "places": "place", "entities": "name", "terms": "term"}
_KEPT = {
    "events": ["value", "predicate"],
    "places": ["name", "use"],
    "entities": ["name"],
    "terms": ["referent", "term"],
}
_PLACE = ["name", "label", "country", "admin1", "lat", "lon", "geoname_id", "publisher"]
_DRAG = (
    "<b>Drag across the timeline</b> to select a time. An event is selected where its interval touches that time, a "
    "place or an entity where it stands in the sentence of a selected event; a sentence without a date is left out."
)
_CLICK = "<b>Click on a place or a bar</b> for its sentences, with Shift for several. Double-click to let go."
_LOOK: dict[str, Any] = {"allow_html": True, "classes": "display compact", "style": "width:100%", "maxBytes": 0}


def filter_by_time(tables: Mapping[str, pd.DataFrame], low: Any, high: Any) -> dict[str, pd.DataFrame]:
    """Keep what belongs to a time: events whose interval touches it, and the other spans in the sentences of these.

    `tables` are span tables by name, "events" the result of `find_events`. Where `low` is null, everything is kept.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Izium fell in May 2022. In May 2024 Kharkiv held."]})
        >>> tables = {"events": uc.find_events(docs), "places": uc.find_places(docs)}
        >>> kept = filter_by_time(tables, pd.Timestamp("2024-05-09"), pd.Timestamp("2024-12-31"))
        >>> kept["events"]["value"].tolist(), kept["places"]["name"].tolist()
        (['2024-05'], ['Kharkiv'])
    """
    if pd.isna(low):
        return dict(tables)
    events = tables["events"][tables["events"]["date_high"].ge(low) & tables["events"]["date_low"].le(high)]
    told = events.drop_duplicates(["doc_id", "start", "end"]).assign(held=True)
    return {n: events if n == "events" else rows[look_up(rows, told, "held", False)] for n, rows in tables.items()}


def filter_by_choice(spans: pd.DataFrame, chosen: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Keep the rows that have all values of one of the choices, such as {"name": "Kyiv"}; all rows without a choice."""
    kept = [spans[list(values)].eq(pd.Series(values)).all(axis=1) for values in chosen]
    return spans[pd.concat(kept, axis=1).any(axis=1)] if kept else spans


def explore(
    docs: pd.DataFrame,
    *,
    view: str = "all",
    events: pd.DataFrame | None = None,
    places: pd.DataFrame | None = None,
    entities: pd.DataFrame | None = None,
    terms: pd.DataFrame | None = None,
    sentences: pd.DataFrame | None = None,
    fold: str = "2022-01-01",
    rows: int = 500,
) -> Any:
    """Open the corpus as one linked view in JupyterLab, without a connection to the network.

    A brush on the timeline filters the map, the entities and the evidence; a click on a place or a bar lists its
    sentences. Places and entities have no date: they are selected where they stand in the sentence of a selected
    event. They are counted in titles, headings and paragraphs.

    Args:
        docs: the articles, with publication dates as `infer_published` gives them.
        view: "all", or one figure with its evidence: "events", "places", "entities", "terms".
        events: the result of `find_events`; what the view needs and is not given is found.
        places: that of `find_places`.
        entities: that of `find_entities`.
        terms: that of `find_terms`.
        sentences: that of `find_sentences`.
        fold: day at which the timeline is folded.
        rows: sentences that are listed at most; the cut is stated.

    Returns:
        A widget for the last line of a cell (ipywidgets' `VBox`): what is selected, the charts, the evidence.

    Raises:
        ValueError: where the view is unknown or docs holds no article.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kiev said no."], "label": ["A"], "publisher": ["P"]})
        >>> [type(part).__name__ for part in explore(docs, view="places").children]
        ['HTML', 'Box', 'ITable']
    """
    if view not in VIEWS or docs.empty:
        raise ValueError(f"{len(docs)} articles, view {view!r}: give articles and one of the views {', '.join(VIEWS)}")
    alt.JupyterChart.enable_offline()
    given = {"events": events, "places": places, "entities": entities, "terms": terms}
    kept = whole = {name: _read(name, given[name], docs) for name in VIEWS[view]}
    sentences = uc.find_sentences(docs) if sentences is None else sentences
    # On a canvas, since the ids of clips in the SVGs of several charts would be the same.
    embed: dict[str, Any] = {"chart": None, "embed_options": {"actions": False, "renderer": "canvas"}}
    charts = {name: alt.JupyterChart(**embed, debounce_wait=250, max_wait=False) for name in whole}
    head, table = HTML(), ITable(pd.DataFrame(), **_LOOK)

    def show(redrawn: Sequence[str], name: str, chosen: Sequence[Mapping[str, Any]]) -> None:
        for other in redrawn:
            with alt.theme.enable("ukrcorpus"), alt.data_transformers.enable("default", max_rows=None):
                charts[other].chart = _chart(other, kept[other], docs, fold)
            charts[other].selections.observe(partial(select, other), names=[SELECTIONS[other]])
        name = name if chosen else VIEWS[view][0]
        found = filter_by_choice(kept[name], chosen)
        table.update(_evidence(name, found.head(rows), docs, sentences), **_LOOK)
        counts = ", ".join(f"{len(kept[n]):,} of {len(whole[n]):,} {n}" for n in whole)
        how = "<br>".join([_DRAG] * ("events" in whole) + [_CLICK] * (view != "events"))
        listed = f"{min(len(found), rows):,} of {len(found):,} {name}"
        head.value = f'<div style="line-height: 1.4"><b>{counts}. Listed below: {listed}.</b><br>{how}</div>'

    def select(name: str, change: Any) -> None:
        nonlocal kept
        value = change["new"].value
        others = [n for n in VIEWS[view][1:] if name == "events" or getattr(charts[n].selections, SELECTIONS[n]).value]
        if name == "events":
            bounds = pd.Series(next(iter(value.values()), [None, None]), dtype="float64")
            kept, value = filter_by_time(whole, *pd.to_datetime(bounds, unit="ms")), []
        chosen = [one for one in value if one and None not in one.values()]
        show([n for n in others if n != name], name, chosen)

    show(VIEWS[view], VIEWS[view][0], [])
    return VBox([head, Box([*charts.values()], layout=Layout(flex_flow="row wrap")), table])


def _read(name: str, spans: pd.DataFrame | None, docs: pd.DataFrame) -> pd.DataFrame:
    """A table, found where it is not given: events in the order of time, of the others what summaries count."""
    spans = getattr(uc, f"find_{name}")(docs) if spans is None else spans
    return spans.sort_values(["date_low", "date_high"]) if name == "events" else spans[spans["zone"].isin(READ_ZONES)]


def _chart(name: str, spans: pd.DataFrame, docs: pd.DataFrame, fold: str) -> Any:
    """The chart of a table, with its selection."""
    if name == "events":
        chart = uc.plot_timeline(spans, docs, fold=fold, lane="label" if len(docs) <= 12 else "publisher")
        for panel in chart.hconcat:
            panel.width *= 1.8
        with warnings.catch_warnings(action="ignore"):  # that the two panels share the brush, which they should
            return chart.add_params(alt.selection_interval(name="brush", encodings=["x"]))
    if name == "places":
        named = spans.assign(publisher=spans["doc_id"].map(docs.set_index("doc_id")["publisher"].fillna("unknown")))
        counts = named.groupby(_PLACE, dropna=False).size().reset_index(name="n_spans")
        counts["n_docs"] = counts["publisher"].map(named.groupby("publisher")["doc_id"].nunique()).astype("int64")
        return uc.plot_map(counts, docs).add_params(alt.selection_point(name="place", fields=["name", "lat", "lon"]))
    keys = _KEPT[name]
    counts = spans[keys].value_counts().reset_index(name="mentions")
    counts["bar"] = [" · ".join(values) for values in counts[keys].to_numpy().tolist()]
    title = alt.Title(f"Which {name} come most often?", subtitle=f"The first {min(20, len(counts))} of {len(counts)}")
    click = alt.selection_point(name=SELECTIONS[name], fields=keys)
    bars = alt.Chart(counts.head(20), title=title, width=220, height=alt.Step(20)).mark_bar().add_params(click)
    x = alt.X("mentions:Q", axis=alt.Axis(tickMinStep=1, tickCount=4))
    y = alt.Y("bar:N", sort=None, title=None, axis=alt.Axis(labelLimit=200 * len(keys)))
    faded = alt.condition(click, alt.value(1), alt.value(0.4))
    return bars.encode(x=x, y=y, opacity=faded, tooltip=["bar", "mentions"])


def _evidence(name: str, spans: pd.DataFrame, docs: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """The sentences of spans as HTML, with the span marked; of an event its time."""
    spans = spans.assign(start=spans["time_start"], end=spans["time_end"]) if name == "events" else spans
    shown = uc.show_evidence(spans, docs, keep=_KEPT[name], sentences=sentences).astype("object")
    cells: pd.DataFrame = shown.fillna("").map(lambda cell: html.escape(str(cell).replace("\\$", "$")))
    marked = cells["before"] + "<mark>" + cells["surface"] + "</mark>" + cells["after"]
    return cells[["article", *_KEPT[name]]].assign(sentence=marked, characters=cells["start"] + "–" + cells["end"])

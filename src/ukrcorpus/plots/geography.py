"""Maps of the places that articles name, and the spellings they choose."""

import json
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import altair as alt
import pandas as pd

from ukrcorpus.plots.framing import in_columns
from ukrcorpus.plots.map_layout import FEW, LARGEST, MORE_THAN_ONE, View, lay_out_map, view_of
from ukrcorpus.theme import OTHER, publisher_colours

EXTENT = (21.0, 41.2, 50.0, 60.5)  # west, south, east and north of the map of the region
SIZE = 520  # pixels
NOTE = (
    "Dark lines: internationally recognised borders; thin lines: first-order regions (Natural Earth).",
    "The map says nothing of who controls a place.",
)
WORLD_NOTE = ("Recognised borders (Natural Earth, Visionscarto); they say nothing of who controls a place.",)
SEA, LAND = "#E8EEF2", "#FFFFFF"
GROUND = {  # fill, line and its width, in the order of drawing
    "countries": (LAND, "#B9C4CC", 0.6),
    "inner": ("transparent", "#D8D8D8", 0.6),
    "borders": ("transparent", OTHER, 1.1),
}
INKS = {"country": "#555555", "region": "#2F5B78", "water": "#2F5B78"}
KINDS = {"city": "city", "facility": "facility", "admin1": "first-order region"}
USES = {"literal": "#C9DFF0", "metonymic": "#0B4A7F", "embedded": "#E69F00"}
CUSTOMS = {  # colour and shape
    "Ukrainian-based": ("#0072B2", "circle"),
    "Russian-based": ("#B34700", "square"),
    "Soviet-era": ("#8A3A72", "triangle-up"),
    "English custom": ("#4D4D4D", "diamond"),
}


def plot_map(
    counts: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    by: str = "publisher",
    extent: tuple[float, float, float, float] = EXTENT,
    boundaries: dict[str, Any] | None = None,
    note: Sequence[str] = NOTE,
) -> Any:
    """Map of the places named: cities, facilities and first-order regions as points, what is wider by its name.

    The area of a point is in proportion to its mentions; its colour is that of the only publisher that names it, black
    where more than one does. Numbers are mentions.

    Args:
        counts: the result of `count_places`.
        docs: the articles, for the publishers' colours.
        by: the column of counts that holds the groups.
        extent: west, south, east and north, in degrees.
        boundaries: a TopoJSON topology with the objects countries, borders and inner, instead of the packaged one.
        note: the lines under the map; say there what the borders stand for.

    Returns:
        A layered Altair chart, 520 px wide.

    Example:
        >>> from ukrcorpus import count_places, find_places
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kiev said no to Georgia."], "publisher": ["P"]})
        >>> plot_map(count_places(find_places(docs), docs), docs).to_dict()["title"]["text"]
        'Which places of the region do the articles name?'
    """
    view = view_of(extent, SIZE)
    places = lay_out_map(counts, view, by=by)
    shown = places[places["on_map"]]
    points = _points(shown, publisher_colours(docs) if by == "publisher" else {}, view)
    layers = [
        _ground(boundaries or base_map("region"), view),
        draw_leaders(shown, view),
        points,
        *draw_names(shown, view),
    ]
    title = "Which places of the region do the articles name?"
    return _map(layers, view, title, [_mentions(counts, by), *_not_drawn(places)], note)


def plot_world(counts: pd.DataFrame, *, by: str = "publisher", shown: int = 12) -> Any:
    """World map of the countries named, shaded by their mentions; the most frequent ones with their numbers.

    Args:
        counts: the result of `count_places`.
        by: the column of counts that holds the groups.
        shown: how many countries are labelled.

    Returns:
        A layered Altair chart, 520 px wide.

    Example:
        >>> from ukrcorpus import count_places, find_places
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kiev said no to Georgia."], "publisher": ["P"]})
        >>> plot_world(count_places(find_places(docs), docs)).to_dict()["title"]["text"]
        'Which countries do the articles name?'
    """
    view = view_of((-170.0, -56.0, 190.0, 82.0), SIZE, "equalEarth")
    countries = counts[(counts["label"] == "country") & counts["country"].notna()].assign(label="city")
    places = lay_out_map(countries, view, by=by)
    top = int(max(places["n_spans"], default=1))
    ticks = [0, *(step for step in (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000) if step <= top)]
    fill = alt.Fill(
        "n_spans:Q",
        scale=alt.Scale(type="symlog", domain=[0, top], range=[LAND, "#08457E"], interpolate="rgb"),
        legend=alt.Legend(title="mentions", orient="top", gradientLength=200, values=ticks),
    )
    outlines: dict[str, Any] = {"stroke": OTHER, "strokeWidth": 0.4, "clip": True}
    topology = _topology(base_map("world"), "countries")
    land = alt.Chart(topology).mark_geoshape(fill=LAND, **outlines).project(**view.vega())
    of_country = alt.LookupData(alt.NamedData("base-countries", format=topology.format), "properties.id")
    named = alt.Chart(places).transform_lookup("country", of_country, as_="outline")
    named = named.mark_geoshape(**outlines).encode(fill=fill, shape="outline:G").project(**view.vega())
    labelled = places.head(shown)
    layers = [land, named, draw_leaders(labelled, view), *draw_names(labelled, view)]
    heads = [_mentions(counts, by), *_not_drawn(labelled)]
    return _map(layers, view, "Which countries do the articles name?", heads, WORLD_NOTE)


def plot_spellings(spellings: pd.DataFrame, docs: pd.DataFrame) -> Any:
    """Spellings of places in each article (or publisher): a row a spelling, the number of mentions.

    Args:
        spellings: the result of `count_spellings`, with `by="doc_id"` or `by="publisher"`.
        docs: the articles, in the order of the columns.

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
    columns = in_columns(docs if by == "doc_id" else spellings, docs)["column"].unique().tolist()
    found = in_columns(spellings[spellings["n_spans"] > 0], docs)
    today = (" (" + found["name"] + ")").mask(found["variant"] == found["name"], "")
    found = found.assign(row=found["variant"] + today, custom=found["spelling"].map(list(CUSTOMS).index))
    found = found.sort_values(["name", "custom", "variant"], kind="stable")
    lines = [re.split(r", | (?=\d{4}$)", column) for column in columns]
    wide = max((6 * len(line) + 10 for split in lines for line in split), default=90)
    bare: dict[str, Any] = {"ticks": False, "domain": False, "labelLineHeight": 14}
    split = "split(replace(datum.label, regexp(' (?=[0-9]{4}$)'), ', '), ', ')"
    pad = 14 * max(map(len, lines), default=1) - 8
    above = alt.Axis(orient="top", labelAngle=0, labelExpr=split, labelPadding=pad, **bare)
    beside = alt.Axis(grid=True, labelLimit=300, **bare)
    cells = alt.Chart(found).encode(
        x=alt.X("column:N", sort=columns, title=None, scale=alt.Scale(domain=columns), axis=above),
        y=alt.Y("row:N", sort=list(dict.fromkeys(found["row"])), title=None, axis=beside),
    )
    seen = [custom for custom in CUSTOMS if custom in set(found["spelling"])]
    colours, shapes = (alt.Scale(domain=seen, range=[CUSTOMS[custom][i] for custom in seen]) for i in (0, 1))
    legend = alt.Legend(title=None, orient="bottom", columns=4, symbolSize=140)
    marks = cells.mark_point(filled=True, size=460, opacity=1).encode(
        color=alt.Color("spelling:N", scale=colours, legend=legend), shape=alt.Shape("spelling:N", scale=shapes)
    )
    numbers = cells.mark_text(color="white", fontSize=12, fontWeight=600).encode(text="n_spans:Q")
    heads = f"{_mentions(spellings, by)}; colour and shape: the custom a spelling belongs to"
    title = alt.Title("Which spelling of a place do the articles choose?", subtitle=heads, frame="bounds")
    return alt.layer(marks, numbers).properties(width=max(wide, 72) * len(columns), height=alt.Step(27), title=title)


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
    title = alt.Title("Is the place meant, or its government?", subtitle=_mentions(uses, by), frame="bounds")
    panel = bars.mark_bar().properties(width=420 // max(len(groups), 1) - 20, height=alt.Step(22))
    return panel.facet(column=heads).properties(title=title)


def base_map(name: str) -> dict[str, Any]:
    """The packaged base map, "region" or "world": a TopoJSON topology; its `notice` says where it is from."""
    topology: dict[str, Any] = json.loads((files("ukrcorpus") / "data" / f"basemap-{name}.json").read_bytes())
    return topology


def _map(layers: list[Any], view: View, title: str, heads: list[str], note: Sequence[str]) -> Any:
    """Layers of a map over the sea, with a note under it."""
    hidden: dict[str, Any] = dict.fromkeys(("labels", "ticks", "domain", "grid"), False)
    under = alt.Axis(title=list(note), titleAnchor="start", titleColor="#555555", **hidden)
    page = pd.DataFrame({"left": [0.0], "right": [view.width], "top": [0.0], "bottom": [view.height]})
    x, y = pixels(view, "left", "top")
    sea = alt.Chart(page).mark_rect(color=SEA).encode(x=x.axis(under), x2="right:Q", y=y, y2="bottom:Q")
    layered = alt.layer(sea, *layers).resolve_scale(fill="independent", stroke="independent")
    layered = layered.resolve_axis(x="independent").properties(width=view.width, height=view.height)
    return layered.properties(title=alt.Title(title, subtitle=heads))


def _topology(topology: dict[str, Any], layer: str) -> Any:
    """A layer of a topology as text: Altair would copy and check each of ten thousand corners many times."""
    text = json.dumps(topology, separators=(",", ":"), ensure_ascii=False)
    return alt.InlineData(text, format=alt.TopoDataFormat(type="topojson", feature=layer), name=f"base-{layer}")


def _ground(topology: dict[str, Any], view: View) -> Any:
    """Land, first-order regions, borders."""
    objects = topology["objects"]
    shapes = [
        {**shape, "properties": {"kind": kind}}
        for kind in GROUND
        if kind in objects
        for shape in objects[kind].get("geometries", [objects[kind]])
    ]
    ground = {**topology, "objects": {"ground": {"type": "GeometryCollection", "geometries": shapes}}}
    looks = (alt.Scale(domain=list(GROUND), range=list(look)) for look in zip(*GROUND.values(), strict=True))
    channels = zip((alt.Fill, alt.Stroke, alt.StrokeWidth), looks, strict=True)
    encoded = [channel("properties.kind:N", scale=scale, legend=None) for channel, scale in channels]
    return alt.Chart(_topology(ground, "ground")).mark_geoshape(clip=True).encode(*encoded).project(**view.vega())


def _points(shown: pd.DataFrame, colours: Mapping[str, str], view: View) -> Any:
    """The points: the first publisher's and those of several full, the others' hollow, so that they differ in grey."""
    points = shown[shown["radius"].notna()]
    points = points.assign(kind=points["label"].map(KINDS))
    named_by, colours = set(points["named_by"]), {**colours, MORE_THAN_ONE: "#222222"}
    groups = [group for group in dict.fromkeys([*colours, *sorted(named_by)]) if group in named_by]
    hues = [colours.get(group, OTHER) for group in groups]
    full = (MORE_THAN_ONE, next(iter(colours)))
    fills = [hue if group in full else LAND for group, hue in zip(groups, hues, strict=True)]
    who = alt.Legend(title="only named by", orient="top", columns=2, labelLimit=260, symbolType="circle")
    kinds = [kind for kind in KINDS.values() if kind in set(points["kind"])]
    shapes = alt.Scale(domain=kinds, range=[{"city": "circle", "facility": "square"}.get(k, "diamond") for k in kinds])
    sizes = alt.Scale(domain=[0, max([FEW, *points["n_spans"]])], range=[0, LARGEST])
    x, y = pixels(view, "x", "y")
    return (
        alt.Chart(points)
        .mark_point(strokeWidth=1.4, opacity=1, fillOpacity=0.75)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape("kind:N", scale=shapes, legend=alt.Legend(title=None, orient="bottom", columns=3)),
            size=alt.Size("n_spans:Q", scale=sizes, legend=None),
            fill=alt.Fill("named_by:N", scale=alt.Scale(domain=groups, range=fills), legend=who),
            stroke=alt.Stroke("named_by:N", scale=alt.Scale(domain=groups, range=hues), legend=who),
        )
    )


def draw_names(shown: pd.DataFrame, view: View) -> list[Any]:
    """Labels with a halo: places dark, wider regions and waters blue, countries grey."""
    named = shown.assign(ink=shown["label"].map(INKS).fillna("#111111"))[shown["text"] != ""]
    x, y = pixels(view, "text_x", "text_y")
    text = alt.Chart(named).encode(x=x, y=y, text="text:N")
    halo = text.mark_text(baseline="middle", color="white", stroke="white", strokeWidth=3, strokeOpacity=0.9)
    return [halo, text.mark_text(baseline="middle").encode(color=alt.Color("ink:N", scale=None))]


def draw_leaders(shown: pd.DataFrame, view: View) -> Any:
    """Lines from a point to a label that stands off it."""
    x, y = pixels(view, "x", "y")
    lines = alt.Chart(shown[shown["line_x"].notna()]).mark_rule(color="#444444", strokeWidth=0.8)
    return lines.encode(x=x, y=y, x2="line_x:Q", y2="line_y:Q")


def pixels(view: View, x: str, y: str) -> tuple[alt.X, alt.Y]:
    """Channels that take pixels of the page."""
    across = alt.Scale(domain=[0, view.width], nice=False, zero=False)
    down = alt.Scale(domain=[view.height, 0], nice=False, zero=False)
    return alt.X(f"{x}:Q", scale=across, axis=None), alt.Y(f"{y}:Q", scale=down, axis=None)


def _mentions(counts: pd.DataFrame, by: str) -> str:
    """What is counted, and over how many articles."""
    number = int(counts.drop_duplicates(by)["n_docs"].sum())
    return f"Mentions in {number:,} article{'s' * (number != 1)}"


def _not_drawn(places: pd.DataFrame) -> list[str]:
    """What a map does not show, in words."""
    outside = places[~places["on_map"] & (places["label"] != "country")]
    no_room = places[places["on_map"] & (places["text"] == "")]
    lines = []
    for words, left_out in (("Beyond the edge", outside), ("No room for", no_room)):
        named = [f"{name} ({n})" for name, n in zip(left_out["name"], left_out["n_spans"], strict=True)]
        more = f" and {len(named) - 3} more" if len(named) > 3 else ""
        lines += [f"{words}: {', '.join(named[:3])}{more}"] if named else []
    return lines

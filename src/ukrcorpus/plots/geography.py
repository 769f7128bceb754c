"""Maps of the places that articles name."""

import json
from collections.abc import Container, Mapping, Sequence
from importlib.resources import files
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ukrcorpus.places.gazetteer import place_table
from ukrcorpus.plots.map_layout import FEW, LARGEST, MORE_THAN_ONE, View, lay_out_map, text_box, view_of
from ukrcorpus.theme import OTHER, publisher_colours

EXTENT = (21.0, 41.2, 50.0, 60.5)  # west, south, east and north of the map of the region
NEAR = (22.0, 43.8, 43.5, 56.5)  # the same of the maps of first-order regions
SIZE = 520  # pixels
SEAS = ("Adriatic Sea", "Aegean Sea", "Baltic Sea", "Black Sea", "Caspian Sea", "Sea of Azov")
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
    seas = _seas(view, set(counts["name"]))
    places = lay_out_map(counts, view, by=by, kept_free=[text_box(x, y, name) for name, x, y in seas.to_numpy()])
    shown = places[places["on_map"]]
    x, y = pixels(view, "x", "y")
    names = (
        alt.Chart(seas).mark_text(baseline="middle", fontStyle="italic", color="#5F7F95").encode(x, y, text="name:N")
    )
    points = _points(shown, publisher_colours(docs) if by == "publisher" else {}, view)
    layers = [
        _ground(boundaries or base_map("region"), view),
        names.encode(x, y, text="name:N"),
        draw_leaders(shown, view),
        points,
        *draw_names(shown, view),
    ]
    title = "Which places of the region do the articles name?"
    return _map(layers, view, title, [mentions_in(counts, by), *_not_drawn(places)], note)


def plot_regions(
    counts: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    extent: tuple[float, float, float, float] = NEAR,
    panels: int = 4,
    boundaries: dict[str, Any] | None = None,
    note: Sequence[str] = NOTE,
) -> Any:
    """Maps of first-order regions, a map a publisher: the darker, the more mentions of places there per 1,000 words.

    All maps have the same shades; numbers are mentions.

    Args:
        counts: the result of `count_regions` by publisher.
        docs: the articles.
        extent: west, south, east and north, in degrees.
        panels: how many publishers at most, those with most mentions.
        boundaries: a TopoJSON topology with the objects countries, borders, inner and admin1 (its property iso_code is
            that of counts), instead of the packaged one.
        note: the lines under the maps; say there what the borders stand for.

    Returns:
        An Altair chart of several maps, two beside each other, 520 px wide.

    Example:
        >>> from ukrcorpus import count_regions, find_places
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Izium, Kharkiv region."], "publisher": ["P"]})
        >>> chart = plot_regions(count_regions(find_places(docs), docs), docs)
        >>> chart.to_dict()["title"]["text"]
        'Which regions does each publisher name?'
    """
    topology, view = boundaries or base_map("region"), view_of(extent, (SIZE - 20) / 2)
    totals = counts.groupby("publisher")["n_spans"].sum().sort_values(ascending=False, kind="stable")
    publishers = list(totals.index[:panels]) or sorted(publisher_colours(docs))[:1]
    middles = _middles(topology)
    drawn = counts[counts["n_spans"].gt(0) & counts["iso_code"].isin(middles.index)].join(middles, on="iso_code")
    top = float(drawn["estimate"].max()) if len(drawn) else 1.0
    legend = alt.Legend(
        offset=3,
        gradientThickness=8,
        title=None,
        orient="bottom-left",
        direction="horizontal",
        gradientLength=100,
        tickCount=2,
    )
    shades = alt.Scale(type="sqrt", domain=[0, top], range=["#EEF4F9", "#08457E"], interpolate="rgb")
    maps = []
    for number, publisher in enumerate(publishers):
        own = drawn[drawn["publisher"].eq(publisher)]
        regions, ground = _topology(topology, "admin1"), _ground(topology, view)
        lines = alt.NamedData(ground.data.name, format=ground.data.format)
        if number:  # the first map brings the outlines along
            regions, ground.data = alt.NamedData(regions.name, format=regions.format), lines
        outlines = alt.LookupData(regions, "properties.iso_code")
        fill = alt.Fill("estimate:Q", scale=shades, legend=None if number else legend)
        shapes = alt.Chart(own).transform_lookup("iso_code", outlines, as_="outline").encode(fill, shape="outline:G")
        shapes = shapes.mark_geoshape(stroke="#9AA5AD", strokeWidth=0.5, clip=True).project(**view.vega())
        borders: Any = alt.Chart(lines).transform_filter("datum.properties.kind == 'borders'")
        borders = borders.mark_geoshape(filled=False, stroke="#444444", strokeWidth=0.9, clip=True)
        named = own.assign(name=own["admin1"].str.replace(r" (?:Oblast|Region)$", "", regex=True), label="region")
        named = lay_out_map(named.assign(geoname_id=None), view)
        beside = np.hypot(named["text_x"] - named["x"], named["text_y"] - named["y"]) < 12
        n_docs = int(counts.loc[counts["publisher"].eq(publisher), "n_docs"].max()) if len(counts) else len(docs)
        about = f"{n_docs:,} article{'s' * (n_docs != 1)}, {int(totals.get(publisher, 0)):,} mentions"
        head = alt.Title(publisher, subtitle=about, fontSize=12, subtitleFontSize=12, offset=4)
        layers = [
            ground,
            shapes,
            borders.project(**view.vega()),
            *draw_names(named[named["on_map"] & beside].assign(label="city", publisher=publisher), view),
        ]
        maps.append(_page(layers, view, ()).properties(title=head))
    left_out = [f"{len(totals) - panels} more publishers are in the table"] if len(totals) > panels else []
    heads = ["Mentions of a region and of places in it per 1,000 words; numbers: mentions", *left_out]
    under = alt.Chart(pd.DataFrame({"note": note, "line": range(len(note))})).mark_text(align="left", color="#555555")
    under = under.encode(x=alt.value(0), y=alt.Y("line:O", axis=None), text="note:N").properties(height=alt.Step(15))
    figure = alt.vconcat(alt.concat(*maps, columns=2, spacing=20), under, spacing=6)
    return figure.properties(title=alt.Title("Which regions does each publisher name?", subtitle=heads))


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
    heads = [mentions_in(counts, by), *_not_drawn(labelled)]
    return _map(layers, view, "Which countries do the articles name?", heads, WORLD_NOTE)


def base_map(name: str) -> dict[str, Any]:
    """The packaged base map, "region" or "world": a TopoJSON topology; its `notice` says where it is from."""
    topology: dict[str, Any] = json.loads((files("ukrcorpus") / "data" / f"basemap-{name}.json").read_bytes())
    return topology


def _map(layers: list[Any], view: View, title: str, heads: list[str], note: Sequence[str]) -> Any:
    """A page with a title."""
    return _page(layers, view, note).properties(title=alt.Title(title, subtitle=heads))


def _page(layers: list[Any], view: View, note: Sequence[str]) -> Any:
    """Layers of a map over the sea, with a note under it."""
    hidden: dict[str, Any] = dict.fromkeys(("labels", "ticks", "domain", "grid"), False)
    under = alt.Axis(title=list(note), titleAnchor="start", titleColor="#555555", **hidden)
    page = pd.DataFrame({"left": [0.0], "right": [view.width], "top": [0.0], "bottom": [view.height]})
    x, y = pixels(view, "left", "top")
    sea = alt.Chart(page).mark_rect(color=SEA).encode(x=x.axis(under), x2="right:Q", y=y, y2="bottom:Q")
    layered = alt.layer(sea, *layers).resolve_scale(fill="independent", stroke="independent")
    return layered.resolve_axis(x="independent").properties(width=view.width, height=view.height)


def _seas(view: View, named: Container[str]) -> pd.DataFrame:
    """Names of the seas of a map that no article names, and their pixels: a reader finds the way by them."""
    table = place_table()
    seas = table[table["name"].isin(SEAS) & ~table["name"].map(lambda name: name in named)]
    x, y = view.project(seas["lon"], seas["lat"])
    seas = pd.DataFrame({"name": seas["name"], "x": np.round(x, 1), "y": np.round(y, 1)})
    return seas[seas["x"].between(40, view.width - 40) & seas["y"].between(10, view.height - 10)]


def _middles(topology: Mapping[str, Any]) -> pd.DataFrame:
    """Where the name of each first-order region of a topology stands: lat and lon in degrees, by iso_code.

    That is the middle of its largest outline, or above it where a name would cover the whole.
    """
    (kx, ky), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    corners = [np.cumsum(arc, axis=0) * (kx, ky) + (tx, ty) for arc in topology["arcs"]]
    rows = {}
    for region in topology["objects"]["admin1"]["geometries"]:
        rings = [np.vstack([corners[a] if a >= 0 else corners[~a][::-1] for a in rings[0]]) for rings in region["arcs"]]
        x, y = max(rings, key=lambda ring: float(np.prod(np.ptp(ring, axis=0)))).T
        cross = x * np.roll(y, -1) - np.roll(x, -1) * y
        lon, lat = (((of + np.roll(of, -1)) * cross).sum() / (3 * cross.sum()) for of in (x, y))
        above = 0.5 if np.ptp(y) < 1 else 0.0
        rows[region["properties"]["iso_code"]] = (round(float(lat) + above, 3), round(float(lon), 3))
    return pd.DataFrame.from_dict(rows, orient="index", columns=["lat", "lon"])


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


def mentions_in(counts: pd.DataFrame, by: str) -> str:
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

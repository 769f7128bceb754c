"""Maps of the places that articles name, and the spellings they choose."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import altair as alt
import pandas as pd

from ukrcorpus.plots.map_layout import MORE_THAN_ONE, TEXT_ONLY, View, area_of, lay_out_map, sea_names, view_of
from ukrcorpus.theme import publisher_colours

EXTENT = (21.0, 41.2, 50.0, 60.5)
"""West, south, east and north of the map of the region, in degrees."""

SIZE = 520
"""Width of a map in pixels."""

NOTE = (
    "Dark lines: internationally recognised borders; thin lines: first-order regions (Natural Earth).",
    "The map says nothing of who controls a place.",
)
"""What stands under the map of the region."""

WORLD_NOTE = ("Recognised borders (Natural Earth, Visionscarto); they say nothing of who controls a place.",)
"""What stands under the map of the world."""

SEA, LAND, LINE = "#E8EEF2", "#FFFFFF", "#8C8C8C"
KINDS = {"city": ("city", "circle"), "facility": ("facility", "square"), "admin1": ("first-order region", "diamond")}
CUSTOMS = ("Ukrainian-based", "Russian-based", "Soviet-era", "English custom")


def plot_map(
    counts: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    by: str = "publisher",
    extent: tuple[float, float, float, float] = EXTENT,
    boundaries: dict[str, Any] | None = None,
    title: str = "Which places of the region do the articles name?",
    note: tuple[str, ...] = NOTE,
) -> Any:
    """Map of the places named: cities, facilities and first-order regions as points, what is wider by its name.

    The area of a point is in proportion to its mentions; its colour is that of the only publisher that names it, black
    where more than one does. Numbers are mentions.

    Args:
        counts: the result of `count_places`.
        docs: the articles, for the publishers' colours.
        by: the column of counts that holds the groups.
        extent: west, south, east and north, in degrees.
        boundaries: a TopoJSON topology with the objects countries, borders and inner, instead of the packaged one;
            say in `note` what its borders stand for.
        title: the headline.
        note: the lines under the map.

    Returns:
        A layered Altair chart, 520 px wide.
    """
    view = view_of(extent, SIZE)
    places = lay_out_map(counts, view, by=by)
    shown = places[places["on_map"]]
    points = shown[~shown["label"].isin(TEXT_ONLY)]
    layers = [_sea(view), *_ground(view, boundaries or base_map("region"))]
    layers += [
        _text(sea_names(shown, view), view, "x", "y", color="#5B7C92", fontStyle="italic"),
        _leaders(points, view),
    ]
    layers += [_points(points, docs, by, view), *_names(shown, view), _note(view, note)]
    headline = alt.TitleParams(title, subtitle=[f"Mentions in {_articles(counts, by)}", *_not_drawn(places)])
    return alt.layer(*layers).properties(width=view.width, height=view.height, title=headline)


def plot_world(
    counts: pd.DataFrame,
    *,
    by: str = "publisher",
    boundaries: dict[str, Any] | None = None,
    title: str = "Which countries do the articles name?",
    note: tuple[str, ...] = WORLD_NOTE,
    shown: int = 12,
) -> Any:
    """World map of the countries named, shaded by their mentions; the most frequent ones with their numbers.

    Args:
        counts: the result of `count_places`.
        by: the column of counts that holds the groups.
        boundaries: a TopoJSON topology with the object countries, instead of the packaged one.
        title: the headline.
        note: the lines under the map.
        shown: how many countries are labelled.

    Returns:
        A layered Altair chart, 520 px wide.
    """
    view = view_of((-170.0, -56.0, 190.0, 82.0), SIZE, "equalEarth")
    places = lay_out_map(counts[(counts["label"] == "country") & counts["country"].notna()], view, by=by, top=10**6)
    mentions = dict(zip(places["country"], places["mentions"], strict=True))
    features = _features(boundaries or base_map("world"), "countries")
    for feature in features:
        about = feature["properties"]
        feature["properties"] = {**about, "mentions": int(mentions.get(about.get("id"), 0))}
    top = int(max(mentions.values(), default=1))
    fill = alt.Fill(
        "properties.mentions:Q",
        scale=alt.Scale(type="symlog", domain=[0, top], range=[LAND, "#08457E"], interpolate="rgb"),
        legend=alt.Legend(title="mentions", orient="top", gradientLength=200, values=_ticks(top)),
    )
    land = alt.Chart(_base_data(features, "base-world"))
    land = land.mark_geoshape(stroke=LINE, strokeWidth=0.4, clip=True).encode(fill=fill).project(**view.vega())
    labelled = places.head(shown)
    heads = [f"Mentions in {_articles(counts, by)}", *_not_drawn(labelled.assign(label="area"))]
    layers = [
        _sea(view),
        land,
        _leaders(labelled, view),
        *_names(labelled.assign(label="city"), view),
        _note(view, note),
    ]
    headline = alt.TitleParams(title, subtitle=heads)
    return alt.layer(*layers).properties(width=view.width, height=view.height, title=headline)


def plot_spellings(
    spellings: pd.DataFrame,
    *,
    by: str = "publisher",
    order: Sequence[str] = (),
    title: str = "Which spelling of a place do the articles choose?",
) -> Any:
    """Spellings of places in groups of articles: a row a spelling, a column a group, the number of mentions.

    Args:
        spellings: the result of `count_spellings`.
        by: the column that holds the groups.
        order: the groups from left to right; as in `spellings` where not given.
        title: the headline.

    Returns:
        A layered Altair chart.
    """
    total = spellings.groupby(["name", "variant"])["n_spans"].transform("sum")
    names, variants = spellings["name"][total > 0], spellings["variant"][total > 0]
    drawn = spellings[total > 0].assign(row=[_row_title(n, v) for n, v in zip(names, variants, strict=True)])
    ranks = {custom: number for number, custom in enumerate(CUSTOMS)}
    drawn = drawn.assign(_custom=drawn["spelling"].map(ranks)).sort_values(
        ["name", "_custom", "variant"], kind="stable"
    )
    found = drawn[drawn["n_spans"] > 0].drop(columns="_custom")
    groups = list(dict.fromkeys([*order, *spellings[by]]))
    wide = max(6 * len(line) + 10 for group in groups for line in str(group).split(", ")) if groups else 90
    above = alt.Axis(orient="top", labelAngle=0, labelExpr=_TWO_LINES, labelPadding=20, ticks=False, domain=False)
    x = alt.X(f"{by}:N", sort=groups, title=None, scale=alt.Scale(domain=groups), axis=above)
    beside = alt.Axis(grid=True, labelLimit=300, ticks=False, domain=False)
    y = alt.Y("row:N", sort=list(dict.fromkeys(drawn["row"])), title=None, axis=beside)
    customs = [custom for custom in CUSTOMS if custom in set(found["spelling"])]
    colour = alt.Color(
        "spelling:N",
        scale=alt.Scale(domain=customs, range=[_CUSTOM_COLOURS[custom] for custom in customs]),
        legend=alt.Legend(title=None, orient="bottom", columns=4, symbolSize=140),
    )
    shape = alt.Shape("spelling:N", scale=alt.Scale(domain=customs, range=[_CUSTOM_SHAPES[c] for c in customs]))
    marks = alt.Chart(found).mark_point(filled=True, size=460, opacity=1).encode(x=x, y=y, color=colour, shape=shape)
    numbers = alt.Chart(found).mark_text(color="white", fontSize=12, fontWeight=600).encode(x=x, y=y, text="n_spans:Q")
    subtitle = f"Mentions in {_articles(spellings, by)}; colour and shape: the custom a spelling belongs to"
    return alt.layer(marks, numbers).properties(
        width=max(wide, 72) * len(groups),
        height=alt.Step(27),
        title=alt.TitleParams(title, subtitle=subtitle, frame="bounds"),
    )


def plot_uses(
    uses: pd.DataFrame, *, by: str = "publisher", title: str = "Is the place meant, or its government?", shown: int = 10
) -> Any:
    """Bars of the uses of the places named most: literal, metonymic, embedded in another name.

    Args:
        uses: a summary with the keys `name` and `use`, such as `count_spans(places, docs, keys=["name", "use"], …)`.
        by: the column that holds the groups; a panel each.
        title: the headline.
        shown: how many places are drawn.

    Returns:
        A faceted Altair chart.
    """
    order = uses.groupby("name")["n_spans"].sum().sort_index().sort_values(ascending=False, kind="stable").index[:shown]
    drawn = uses[uses["name"].isin(order) & (uses["n_spans"] > 0)]
    kinds = ["literal", "metonymic", "embedded"]
    scale = alt.Scale(domain=kinds, range=["#A9C9E4", "#0B4A7F", "#E69F00"])
    colour = alt.Color("use:N", scale=scale, legend=alt.Legend(title=None, orient="top"))
    step = alt.Order("rank:Q")
    bars = (
        alt.Chart(drawn.assign(rank=drawn["use"].map(kinds.index)))
        .mark_bar()
        .encode(
            x=alt.X("n_spans:Q", title="mentions", axis=alt.Axis(tickMinStep=1)),
            y=alt.Y("name:N", sort=list(order), title=None),
            color=colour,
            order=step,
        )
    )
    groups = sorted(set(uses[by]))
    return (
        bars.properties(width=420 // max(len(groups), 1) - 20, height=alt.Step(22))
        .facet(column=alt.Column(f"{by}:N", sort=groups, title=None, header=alt.Header(labelLimit=210)))
        .properties(title=alt.TitleParams(title, subtitle=f"Mentions in {_articles(uses, by)}", frame="bounds"))
    )


def base_map(name: str) -> dict[str, Any]:
    """The packaged base map, "region" or "world": a TopoJSON topology; its `notice` says where it is from."""
    return dict(_base_map(name))


@cache
def _base_map(name: str) -> dict[str, Any]:
    text = (files("ukrcorpus") / "data" / f"basemap-{name}.json").read_text(encoding="utf-8")
    topology: dict[str, Any] = json.loads(text)
    return topology


_CUSTOM_COLOURS = dict(zip(CUSTOMS, ("#0072B2", "#B34700", "#8A3A72", "#4D4D4D"), strict=True))
_CUSTOM_SHAPES = dict(zip(CUSTOMS, ("circle", "square", "triangle-up", "diamond"), strict=True))
_TWO_LINES = "split(datum.label, ', ')"


def _row_title(name: str, variant: str) -> str:
    """A spelling, and today's name where that is another one."""
    return variant if variant == name else f"{variant} ({name})"


def _ticks(top: int) -> list[int]:
    """Values that a legend on a logarithmic scale shows."""
    return [0, *(step for step in (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000) if step <= top)]


def _sea(view: View) -> Any:
    """The ground of the map."""
    data = pd.DataFrame({"left": [0.0], "right": [view.width], "top": [0.0], "bottom": [view.height]})
    x, y = _pixels(alt.X, "left", view.width), _pixels(alt.Y, "top", view.height)
    return alt.Chart(data).mark_rect(color=SEA).encode(x=x, x2="right:Q", y=y, y2="bottom:Q")


def _note(view: View, note: tuple[str, ...]) -> Any:
    """The lines under the map."""
    data = pd.DataFrame({"text": list(note), "x": 0.0, "y": [view.height + 14 + 15 * i for i in range(len(note))]})
    return _text(data, view, "x", "y", align="left", color="#555555")


def _ground(view: View, topology: dict[str, Any]) -> list[Any]:
    """Land, first-order regions, borders."""
    marks: dict[str, dict[str, Any]] = {
        "countries": {"fill": LAND, "stroke": "#B9C4CC", "strokeWidth": 0.6},
        "inner": {"filled": False, "stroke": "#D8D8D8", "strokeWidth": 0.6},
        "borders": {"filled": False, "stroke": LINE, "strokeWidth": 1.1},
    }
    return [
        alt.Chart(_base_data(_features(topology, layer), f"base-{layer}"))
        .mark_geoshape(clip=True, **mark)
        .project(**view.vega())
        for layer, mark in marks.items()
        if layer in topology["objects"]
    ]


def _base_data(features: list[dict[str, Any]], name: str) -> Any:
    """Features as one string of JSON: Altair would copy and check each of ten thousand corners many times."""
    text = json.dumps(features, separators=(",", ":"), ensure_ascii=False)
    return alt.InlineData(values=text, format=alt.JsonDataFormat(type="json"), name=name)


def _features(topology: dict[str, Any], layer: str) -> list[dict[str, Any]]:
    """A layer of a topology as GeoJSON features."""
    kx, ky = topology["transform"]["scale"]
    tx, ty = topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            arc.append([round(x * kx + tx, 2), round(y * ky + ty, 2)])
        arcs.append(arc)
    item = topology["objects"][layer]
    return [
        {
            "type": "Feature",
            "properties": geometry.get("properties", {}),
            "geometry": {"type": geometry["type"], "coordinates": _coordinates(geometry["arcs"], arcs)},
        }
        for geometry in item.get("geometries", [item])
    ]


def _coordinates(item: Any, arcs: list[list[list[float]]]) -> list[Any]:
    """Coordinates in place of numbers of arcs; the arcs of a line or a ring are joined."""
    if not isinstance(item[0], int):
        return [_coordinates(part, arcs) for part in item]
    line: list[list[float]] = []
    for number in item:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        line += arc if not line else arc[1:]
    return line


def _points(points: pd.DataFrame, docs: pd.DataFrame, by: str, view: View) -> Any:
    """The points: the first publisher's and those of several filled, the others' lighter."""
    colours = {**publisher_colours(docs), MORE_THAN_ONE: "#222222"} if by == "publisher" else {}
    groups = [group for group in colours if group in set(points["named_by"])] or sorted(set(points["named_by"]))
    full = {MORE_THAN_ONE, next(iter(colours), None)}
    kinds = [title_shape for kind, title_shape in KINDS.items() if kind in set(points["label"])]
    top = int(max(points["mentions"], default=1))
    shape = alt.Shape(
        "kind:N",
        scale=alt.Scale(domain=[title for title, _ in kinds], range=[shape for _, shape in kinds]),
        legend=alt.Legend(title=None, orient="bottom", columns=3, offset=44),
    )
    hues = [colours.get(group, LINE) for group in groups]
    strokes = alt.Scale(domain=groups, range=hues)
    fills = alt.Scale(domain=groups, range=[h if g in full else _tint(h) for g, h in zip(groups, hues, strict=True)])
    legend = alt.Legend(title="only named by", orient="top", columns=2, labelLimit=260, symbolType="circle")
    sizes = alt.Scale(domain=[0, max(top, 6)], range=[0, area_of(max(top, 6), top)])
    return (
        alt.Chart(points.assign(kind=points["label"].map({kind: title for kind, (title, _) in KINDS.items()})))
        .mark_point(strokeWidth=1.4, fillOpacity=0.75)
        .encode(
            x=_pixels(alt.X, "x", view.width),
            y=_pixels(alt.Y, "y", view.height),
            shape=shape,
            size=alt.Size("mentions:Q", scale=sizes, legend=None),
            fill=alt.Fill("named_by:N", scale=fills, legend=legend),
            stroke=alt.Stroke("named_by:N", scale=strokes, legend=legend),
        )
    )


def _tint(colour: str) -> str:
    """A colour with four parts of white, so that points differ in grey too."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{(part + 4 * 255) // 5:02X}" for part in parts)


def _names(shown: pd.DataFrame, view: View) -> list[Any]:
    """Labels with a halo: places dark, wider regions and waters in italics, countries in grey capitals."""
    labelled = shown[shown["text"] != ""]
    country, wider = labelled["label"] == "country", labelled["label"].isin(["region", "water"])
    halo = {"stroke": "white", "strokeWidth": 3, "strokeOpacity": 0.8}
    return [
        _text(labelled, view, "text_x", "text_y", color="white", **halo),
        _text(labelled[country], view, "text_x", "text_y", color="#6A6A6A", fontWeight=600),
        _text(labelled[wider], view, "text_x", "text_y", color="#333333", fontStyle="italic"),
        _text(labelled[~country & ~wider], view, "text_x", "text_y", color="#111111"),
    ]


def _leaders(points: pd.DataFrame, view: View) -> Any:
    """Lines from a point to a label that stands off it."""
    far = points[points["line_x"].notna()]
    x, y = _pixels(alt.X, "x", view.width), _pixels(alt.Y, "y", view.height)
    return alt.Chart(far).mark_rule(color="#777777", strokeWidth=0.8).encode(x=x, y=y, x2="line_x:Q", y2="line_y:Q")


def _text(data: pd.DataFrame, view: View, x: str, y: str, **mark: Any) -> Any:
    """Text around pixels of the page."""
    across, up = _pixels(alt.X, x, view.width), _pixels(alt.Y, y, view.height)
    return alt.Chart(data).mark_text(baseline="middle", fontSize=12, **mark).encode(x=across, y=up, text="text:N")


def _pixels(channel: Any, column: str, size: float) -> Any:
    """A channel that takes pixels of the page."""
    domain = [0, size] if channel is alt.X else [size, 0]
    return channel(f"{column}:Q", scale=alt.Scale(domain=domain, nice=False, zero=False), axis=None)


def _articles(counts: pd.DataFrame, by: str) -> str:
    """How many articles the counts rest on, in words."""
    number = int(counts.drop_duplicates(by)["n_docs"].sum())
    return f"{number} article{'' if number == 1 else 's'}"


def _not_drawn(places: pd.DataFrame) -> list[str]:
    """What the map of the region does not show, in words."""
    named = places[places["label"] != "country"]
    lines = []
    for words, left_out in (
        ("Beyond the edge", named[~named["on_map"]]),
        ("No room for", named[named["on_map"] & (named["text"] == "")]),
    ):
        first = [f"{name} ({mentions})" for name, mentions in zip(left_out["name"], left_out["mentions"], strict=True)]
        more = f" and {len(first) - 3} more" if len(first) > 3 else ""
        lines += [f"{words}: {', '.join(first[:3])}{more}"] if first else []
    return lines

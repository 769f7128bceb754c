"""Where points and names stand on a map: the projections, and labels that do not collide.

Projections are reckoned as d3 does: Albers' conic equal-area for the region, Equal Earth (Šavrič, Patterson & Jenny
2018) for the world.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pandas as pd

MORE_THAN_ONE = "more than one"
"""What `named_by` says of a place that several groups name."""

TEXT_ONLY = ("country", "region", "water")
"""Kinds of places that a map writes without a point: a point would pretend to know where they are."""

SEAS = (("Black Sea", 33.8, 43.1), ("Baltic Sea", 20.5, 57.4))
COUNTRY_AT = {"RU": (43.8, 57.3), "FI": (25.0, 60.6), "KZ": (49.6, 49.2), "TR": (35.0, 41.0)}
"""Where a country's name stands that its centre would take off the map of the region."""

_PARALLELS = (45.0, 57.0)
_CHARACTER, _CAPITAL, _LINE_HEIGHT = 5.8, 8.3, 14.0
_RINGS = (0.0, 9.0, 20.0, 34.0, 50.0, 68.0)
_DIRECTIONS = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))


class Box(NamedTuple):
    """A rectangle on the page, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether two rectangles overlap."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


class View(NamedTuple):
    """A projection ("conicEqualArea" or "equalEarth") and the page it falls on, in pixels."""

    kind: str
    scale: float
    middle: float
    shift: tuple[float, float]
    width: float
    height: float

    def project(self, lon: float, lat: float) -> tuple[float, float]:
        """Pixels of a place, from the upper left corner.

        Example:
            >>> x, y = view_of((20.0, 42.0, 50.0, 60.0), 500).project(35.0, 51.0)
            >>> round(x), 0 < y < 500
            (250, True)
        """
        x, y = _PROJECTIONS[self.kind]((lon - self.middle + 180) % 360 - 180, lat)
        return self.shift[0] + self.scale * x, self.shift[1] - self.scale * y

    def vega(self) -> dict[str, object]:
        """The projection, as Vega takes it."""
        parallels = {"parallels": list(_PARALLELS), "center": [0, 0]} if self.kind == "conicEqualArea" else {}
        turned = {"rotate": [-self.middle, 0, 0], "scale": self.scale, "translate": list(self.shift)}
        return {"type": self.kind, **parallels, **turned}


def view_of(extent: tuple[float, float, float, float], width: float, kind: str = "conicEqualArea") -> View:
    """The view that shows an extent (west, south, east, north, in degrees) at a width in pixels."""
    west, south, east, north = extent
    middle = (west + east) / 2
    edge = [(west + (east - west) * i / 20, lat) for i in range(21) for lat in (south, north)]
    edge += [(lon, south + (north - south) * i / 20) for i in range(21) for lon in (west, east)]
    points = [_PROJECTIONS[kind](lon - middle, lat) for lon, lat in edge]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    low, high = min(y for _, y in points), max(y for _, y in points)
    scale = width / (right - left)
    return View(kind, scale, middle, (-left * scale, high * scale), width, float(round((high - low) * scale)))


def lay_out_map(counts: pd.DataFrame, view: View, *, by: str = "publisher", top: int | None = None) -> pd.DataFrame:
    """Where the places of a map stand and where their labels go.

    Labels are set in the order of mentions, each where it is nearest to its point without meeting a point or another
    label; one that fits nowhere near is left out. Countries come first, wider regions and waters last.

    Args:
        counts: the result of `count_places`.
        view: the part of the world shown.
        by: the column of counts that holds the groups.
        top: mentions of the largest point; those of the place with most where not given.

    Returns:
        A row a place with mentions, most first: `name, label, country, lat, lon`, `mentions` (over all groups),
        `named_by` (the only group that names it, else "more than one"), `x, y` (pixels), `on_map`, `text` (its label,
        empty where there is no room), `text_x, text_y` (pixels, the label's middle), `line_x, line_y` (where a line
        from the point to a label that stands off it ends; null where it needs none).
    """
    named = counts[counts["n_spans"] > 0]
    key = ["name", "label", "country", "lat", "lon"]
    places = named.groupby(key, sort=False, dropna=False).agg(
        mentions=("n_spans", "sum"), groups=(by, "nunique"), named_by=(by, "first")
    )
    places = places.reset_index().sort_values(
        ["mentions", "name", "label"], ascending=[False, True, True], kind="stable"
    )
    places["named_by"] = places["named_by"].astype("object").where(places.pop("groups") == 1, MORE_THAN_ONE)
    spots = [view.project(*_anchor(*p, view)) for p in _positions(places)]
    places["x"], places["y"] = [round(x, 1) for x, _ in spots], [round(y, 1) for _, y in spots]
    inside = [3 < x < view.width - 3 and 3 < y < view.height - 3 for x, y in spots]
    places["on_map"] = pd.Series(inside, index=places.index, dtype="bool")
    places = places.reset_index(drop=True)
    return pd.concat([places, _labels(places, view, top)], axis=1)


def sea_names(places: pd.DataFrame, view: View) -> pd.DataFrame:
    """Names of seas that have room beside the places: `text`, and `x, y` of their middle in pixels."""
    taken = [_text_box(p.text_x, p.text_y, p.text) for p in _tuples(places[places["text"] != ""])]
    taken += [_around(p.x, p.y, 6) for p in _tuples(places[places["on_map"]])]
    rows = []
    for text, lon, lat in SEAS:
        for x, y, _ in _spots_of_area(*view.project(lon, lat)):
            box = _text_box(x, y, text)
            if _inside(box, view) and not any(box.meets(other) for other in taken):
                rows.append((text, round(x, 1), round(y, 1)))
                break
    return pd.DataFrame(rows, columns=["text", "x", "y"])


def area_of(mentions: float, top: float) -> float:
    """Area of a point in square pixels, in proportion to its mentions."""
    return 400 * mentions / max(top, 6)


def _positions(places: pd.DataFrame) -> Iterator[tuple[str, str, float, float]]:
    """Country, kind, longitude and latitude of each place."""
    return zip(places["country"], places["label"], places["lon"], places["lat"], strict=True)


def _anchor(country: str, kind: str, lon: float, lat: float, view: View) -> tuple[float, float]:
    """Where a place stands: a country of the region where its name is on the map."""
    on_region = view.kind == "conicEqualArea" and kind == "country"
    return COUNTRY_AT.get(country, (lon, lat)) if on_region else (lon, lat)


def _equal_earth(lon: float, lat: float) -> tuple[float, float]:
    """Equal Earth projection of a place on a sphere of radius 1."""
    m = math.sqrt(3) / 2
    a, b, c, d = 1.340264, -0.081106, 0.000893, 0.003796
    t = math.asin(m * math.sin(math.radians(lat)))
    x = math.radians(lon) * math.cos(t) / (m * (a + 3 * b * t**2 + t**6 * (7 * c + 9 * d * t**2)))
    return x, t * (a + b * t**2 + t**6 * (c + d * t**2))


def _albers(lon: float, lat: float) -> tuple[float, float]:
    """Albers' projection of a place on a sphere of radius 1, with the standard parallels of the region."""
    first, second = (math.sin(math.radians(p)) for p in _PARALLELS)
    n = (first + second) / 2
    c = 1 + first * (2 * n - first)
    r = math.sqrt(c - 2 * n * math.sin(math.radians(lat))) / n
    angle = n * math.radians(lon)
    return r * math.sin(angle), math.sqrt(c) / n - r * math.cos(angle)


def _labels(places: pd.DataFrame, view: View, top: int | None) -> pd.DataFrame:
    """Label of each place, where it stands, and where a line to it ends."""
    text_only = TEXT_ONLY if view.kind == "conicEqualArea" else ()
    shown = _tuples(places[places["on_map"]])
    most = top or max(places["mentions"][~places["label"].isin(text_only)], default=1)
    radii = {p.Index: _radius(p.mentions, most) for p in shown if p.label not in text_only}
    points = {p.Index: _around(p.x, p.y, radii[p.Index]) for p in shown if p.Index in radii}
    empty = {"text": "", "text_x": math.nan, "text_y": math.nan, "line_x": math.nan, "line_y": math.nan}
    rows: list[dict[str, object]] = [dict(empty) for _ in range(len(places))]
    taken: list[Box] = []
    for place in sorted(shown, key=lambda p: (p.label != "country", p.label in TEXT_ONLY, p.Index)):
        name = place.name.upper() if place.label == "country" and place.Index not in radii else place.name
        text = f"{name} ({place.mentions})"
        others = [*taken, *(box for at, box in points.items() if at != place.Index)]
        spots = (
            _spots(place.x, place.y, radii[place.Index], text, on_area=not text_only)
            if place.Index in radii
            else _spots_of_area(place.x, place.y)
        )
        for x, y, ring in spots:
            box = _text_box(x, y, text)
            if _inside(box, view) and not any(box.meets(other) for other in others):
                taken.append(box)
                rows[place.Index] |= {"text": text, "text_x": round(x, 1), "text_y": round(y, 1)}
                if ring > 0 and place.Index in radii:
                    line_x = min(max(place.x, box.left), box.right)
                    line_y = min(max(place.y, box.top + 2), box.bottom - 2)
                    rows[place.Index] |= {"line_x": round(line_x, 1), "line_y": round(line_y, 1)}
                break
    return pd.DataFrame(rows, columns=list(empty))


def _tuples(table: pd.DataFrame) -> list[Any]:
    """Rows with their columns as attributes."""
    return list(table.itertuples())


def _spots(x: float, y: float, radius: float, text: str, *, on_area: bool) -> Iterator[tuple[float, float, int]]:
    """Middles of the label around a point (of an area: on it, too), the nearest first, with the number of the ring."""
    half = _width(text) / 2
    if on_area:
        yield x, y, 0
    for ring, away in enumerate(_RINGS[:1] if on_area else _RINGS):
        for across, down in _DIRECTIONS:
            slant = 0.7 if across and down else 1.0
            dx = across * (radius + 2 + away * slant + half) if across else 0.0
            dy = down * (radius + away + _LINE_HEIGHT / 2) * slant
            yield x + dx, y + dy, ring


def _spots_of_area(x: float, y: float) -> Iterator[tuple[float, float, int]]:
    """Middles of the name of an area: at its middle or not far from it."""
    for down in (0, 14, -14, 28, -28, 42, -42):
        for across in (0, 24, -24, 48, -48):
            yield x + across, y + down, 0


def _width(text: str) -> float:
    """Width of a line of text in pixels, near enough."""
    return sum(_CAPITAL if c.isupper() and text.split(" ")[0].isupper() else _CHARACTER for c in text)


def _text_box(x: float, y: float, text: str) -> Box:
    """The rectangle of a line of text around its middle."""
    half = _width(text) / 2
    return Box(x - half - 1, y - _LINE_HEIGHT / 2, x + half + 1, y + _LINE_HEIGHT / 2)


def _inside(box: Box, view: View) -> bool:
    """Whether a rectangle lies on the page."""
    return box.left > 2 and box.top > 2 and box.right < view.width - 2 and box.bottom < view.height - 2


def _around(x: float, y: float, radius: float) -> Box:
    """The square around a point."""
    return Box(x - radius, y - radius, x + radius, y + radius)


def _radius(mentions: int, top: int) -> float:
    """Radius of a point in pixels."""
    return math.sqrt(max(area_of(mentions, top), 40) / math.pi) + 1


_PROJECTIONS: dict[str, Callable[[float, float], tuple[float, float]]] = {
    "conicEqualArea": _albers,
    "equalEarth": _equal_earth,
}

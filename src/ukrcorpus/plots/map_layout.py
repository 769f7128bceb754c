"""Where points and names stand on a map: the projections, and labels that do not overlap.

Projections are reckoned as d3 does: Albers' conic equal-area for the region, Equal Earth (Šavrič, Patterson & Jenny
2018) for the world.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple, cast

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

MORE_THAN_ONE = "more than one"
# A point would pretend to know where these are.
TEXT_ONLY = ("country", "region", "water")
# Where a country's name stands that its centre would take off the map of the region.
COUNTRY_AT = {"RU": (43.8, 57.3), "FI": (25.0, 60.6), "KZ": (49.6, 49.2), "TR": (35.0, 41.0)}
# Area of the largest point in square pixels; mentions that it has at least, lest a few look like many.
LARGEST, FEW = 400, 6
# Places that are tried for a label: a map has no room for more.
LABELLED = 150
# Widths and height of type in pixels, and where a label is tried: distances and directions.
_CHARACTER, _CAPITAL, _LINE_HEIGHT = 5.8, 8.3, 14.0
_AWAY = (0.0, 9.0, 16.0, 24.0, 34.0, 50.0)
_DIRECTIONS = (
    *((1, 0), (-1, 0), (0, -1), (0, 1), (0.7, -0.7), (0.7, 0.7), (-0.7, -0.7), (-0.7, 0.7)),
    *((0.9, -0.4), (0.9, 0.4), (-0.9, -0.4), (-0.9, 0.4), (0.4, -0.9), (0.4, 0.9), (-0.4, -0.9), (-0.4, 0.9)),
)
_PARALLELS = (45.0, 57.0)

Array = NDArray[np.float64]


class View(NamedTuple):
    """A projection ("conicEqualArea" or "equalEarth") and the page it falls on, in pixels."""

    kind: str
    scale: float
    middle: float
    shift: tuple[float, float]
    width: float
    height: float

    def project(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Array, Array]:
        """Pixels of places, from the upper left corner."""
        x, y = _on_plane(self.kind, (np.asarray(lon, dtype=float) - self.middle + 180) % 360 - 180, lat)
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
    x, y = _on_plane(kind, *np.meshgrid(np.linspace(west, east, 21) - middle, np.linspace(south, north, 21)))
    scale = float(width / np.ptp(x))
    shift = (float(-x.min() * scale), float(y.max() * scale))
    return View(kind, scale, middle, shift, width, float(np.round(np.ptp(y) * scale)))


def lay_out_map(counts: pd.DataFrame, view: View, *, by: str = "publisher", kept_free: ArrayLike = ()) -> pd.DataFrame:
    """Where the places of a map stand and where their labels go.

    Labels are set in the order of mentions, each where it is nearest to its point without meeting a point or another
    label; one that fits nowhere near is left out. Countries come first, wider regions and waters last. No label covers
    the rectangles `kept_free` (left, top, right, bottom, in pixels).

    Returns:
        A row a place with mentions, most first: `name, label, country, admin1, geoname_id, lat, lon`, `n_spans`,
        `named_by` (the only group that names it, else "more than one"), `x, y` (pixels), `on_map`, `radius` (pixels,
        null without a point), `text` (its label, empty where there is no room) and its middle `text_x, text_y`, and
        `line_x, line_y`, where a line from the point ends to a label that stands off it.
    """
    named = counts[counts["n_spans"] > 0]
    key = ["name", "label", "country", "admin1", "geoname_id", "lat", "lon"]
    places = named.groupby(key, sort=False, dropna=False).agg(
        n_spans=("n_spans", "sum"), groups=(by, "nunique"), named_by=(by, "first")
    )
    places = places.reset_index().sort_values(["n_spans", *key], ascending=[False] + [True] * 7, kind="stable")
    places["named_by"] = places["named_by"].astype("object").where(places.pop("groups") == 1, MORE_THAN_ONE)
    moved = COUNTRY_AT if view.kind == "conicEqualArea" else {}
    at = [
        moved.get(country, (lon, lat)) if label == "country" else (lon, lat)
        for label, country, lon, lat in places[["label", "country", "lon", "lat"]].itertuples(index=False)
    ]
    pixels = view.project(*np.array(at, dtype=float).reshape(-1, 2).T)
    places["x"], places["y"] = (np.round(along, 1) for along in pixels)
    places["on_map"] = places["x"].between(3, view.width - 3) & places["y"].between(3, view.height - 3)
    point = places["on_map"] & ~places["label"].isin(TEXT_ONLY)
    area = LARGEST * places["n_spans"] / max(places["n_spans"].where(point).max(), FEW)
    places["radius"] = np.sqrt(area.clip(lower=40) / np.pi).where(point) + 1
    places = places.reset_index(drop=True)
    return places.join(place_labels(places, view, kept_free=kept_free))


def text_box(x: float, y: float, text: str) -> Array:
    """Left, top, right and bottom of a line of text around its middle, near enough."""
    loud = text.split(" ")[0].isupper()
    half = sum(_CAPITAL if loud and c.isupper() else _CHARACTER for c in text) / 2 + 1
    return np.array([x - half, y - _LINE_HEIGHT / 2, x + half, y + _LINE_HEIGHT / 2])


def meet(box: Array, boxes: Array) -> NDArray[np.bool_]:
    """Which rectangles of many (a row each) overlap with one; a row of nulls never does."""
    left, top, right, bottom = boxes.T
    across = (left < box[2]) & (box[0] < right)
    return np.asarray(across & (top < box[3]) & (box[1] < bottom))


def place_labels(places: pd.DataFrame, view: View, *, kept_free: ArrayLike = ()) -> pd.DataFrame:
    """Label of each place, where it stands, and where a line to it ends: each where it first fits.

    `kept_free` are further rectangles (left, top, right, bottom) that no label may cover.
    """
    free, world = np.asarray(kept_free, dtype=float).reshape(-1, 4), view.kind == "equalEarth"
    at = places[["x", "y"]].to_numpy(dtype=float)
    reach = places["radius"].to_numpy(dtype=float)[:, None]
    taken = np.hstack([at - reach, at + reach])
    labels = {}
    rank = places["label"].map({"country": 0, "region": 2, "water": 2}).fillna(1)
    tried = places.assign(rank=rank)[places["on_map"]].head(LABELLED).sort_values("rank", kind="stable")
    for place in cast("Iterator[Any]", tried.itertuples()):
        area = np.isnan(place.radius)
        text = f"{place.name.upper() if area and place.label == 'country' else place.name} ({place.n_spans})"
        others = np.vstack([np.delete(taken, place.Index, axis=0), free])
        for x, y, away in _spots(place, text, view):
            box = text_box(x, y, text)
            inside = box[:2].min() > 2 and box[2] < view.width - 2 and box[3] < view.height - 2
            line = (np.nan, np.nan) if area or not away else np.clip(at[place.Index], box[:2], box[2:])
            on_line = np.linspace(at[place.Index], line, 25)[:-1]
            on_line = on_line[np.abs(on_line - at[place.Index]).max(axis=1) > place.radius + 1]  # none without a line
            dots = np.hstack([on_line - 1, on_line + 1])
            crossed = others[len(at) - 1 :] if world else others  # countries of the world are no points
            if inside and not meet(box, others).any() and not any(meet(dot, crossed).any() for dot in dots):
                taken = np.vstack([taken, box, dots])
                labels[place.Index] = (text, *np.round([x, y, *line], 1))
                break
    columns = ["text", "text_x", "text_y", "line_x", "line_y"]
    table = pd.DataFrame.from_dict(labels, orient="index", columns=columns).reindex(places.index)
    return table.astype({"text": "str"}).fillna({"text": ""})


def _spots(place: Any, text: str, view: View) -> Iterator[tuple[float, float, float]]:
    """Middles a label can have, the nearest first, and how far away: around a point, on an area or not far from it."""
    area, world = np.isnan(place.radius), view.kind == "equalEarth"
    if area or world:
        yield place.x, place.y, 0.0
    half, high = np.ptp(text_box(0, 0, text).reshape(2, 2), axis=0) / 2 + (2, 0)
    radius, half, high = (0.0, 0.0, 0.0) if area else (place.radius, half, high)
    for away in _AWAY[1:3] if world else _AWAY[:5] if area else _AWAY:
        for across, down in _DIRECTIONS:
            dx = across * (radius + away) + np.sign(across) * half
            yield place.x + dx, place.y + down * (radius + away + high), away


def _on_plane(kind: str, lon: ArrayLike, lat: ArrayLike) -> tuple[Array, Array]:
    """Places in degrees from the middle, on a plane whose unit is the radius of the sphere."""
    turn, sine = np.radians(lon), np.sin(np.radians(lat))
    if kind == "equalEarth":
        a, b, c, d = 1.340264, -0.081106, 0.000893, 0.003796
        m = np.sqrt(3) / 2
        t = np.arcsin(m * sine)
        x = turn * np.cos(t) / (m * (a + 3 * b * t**2 + t**6 * (7 * c + 9 * d * t**2)))
        return x, t * (a + b * t**2 + t**6 * (c + d * t**2))
    first, second = np.sin(np.radians(_PARALLELS))
    n = (first + second) / 2
    c = 1 + first * second
    r = np.sqrt(c - 2 * n * sine) / n
    return r * np.sin(n * turn), np.sqrt(c) / n - r * np.cos(n * turn)

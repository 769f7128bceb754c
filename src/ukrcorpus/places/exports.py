"""Places as files for other tools: GeoJSON and CSV."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from ukrcorpus.entities.exports import replace_file
from ukrcorpus.tables import rounded, to_csv

_MENTION = ["doc_id", "start", "end", "surface", "name", "label", "country", "admin1", "geoname_id", "use", "spelling"]
_ARTICLE = ["label", "publisher", "published", "url"]


def write_geojson(places: pd.DataFrame, path: str | Path, *, docs: pd.DataFrame | None = None) -> Path:
    """Write places as GeoJSON (RFC 7946): a feature a row, in the order of rows.

    A feature is a point of longitude and latitude (WGS 84, 6 significant digits); where one of them is null, its
    geometry is (section 3.2). Dates are ISO 8601, what is null stays so.

    Args:
        places: the result of `find_places`, or of `count_places`, whose columns become the properties. Of mentions
            these are doc_id, start, end, surface, name, label, country, admin1, geoname_id, use, spelling and score.
        path: the file; one that stands there is replaced at the end, whole.
        docs: the articles, of whose columns label (as `article`), publisher, published and url become properties, too,
            where given; for mentions only.

    Raises:
        KeyError: where a column is missing, or an article of places is not in docs.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from ukrcorpus import find_places
        >>> places = find_places(pd.DataFrame({"doc_id": ["a"], "text": ["They left Kyiv."]}))
        >>> with TemporaryDirectory() as folder:
        ...     written = write_geojson(places, Path(folder, "places.geojson")).read_text()
        >>> json.loads(written)["features"][0]["properties"]["name"]
        'Kyiv'
    """
    mentions = "start" in places.columns
    properties = places[[*_MENTION, "score"]] if mentions else places.drop(columns=["lat", "lon"])
    if mentions and docs is not None:
        about = docs.set_index("doc_id")[docs.columns.intersection(_ARTICLE)].rename(columns={"label": "article"})
        properties = properties.assign(**about.loc[properties["doc_id"]].reset_index(drop=True).set_axis(places.index))
    form: dict[str, Any] = {"orient": "records", "date_format": "iso", "date_unit": "s", "double_precision": 15}
    points = places[["lon", "lat"]].to_numpy("float64").tolist()
    features = [
        {"type": "Feature", "geometry": _point(point), "properties": row}
        for point, row in zip(points, json.loads(properties.reset_index(drop=True).to_json(**form)), strict=True)
    ]
    lines = ",\n".join(json.dumps(rounded(feature), ensure_ascii=False, allow_nan=False) for feature in features)
    return replace_file(path, f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'.encode())


def _point(position: list[float]) -> dict[str, Any] | None:
    return None if pd.isna(position).any() else {"type": "Point", "coordinates": position}


def write_places(places: pd.DataFrame, path: str | Path) -> Path:
    r"""Write places as CSV: UTF-8, a row a place in the order of rows, all columns and `geonames_uri`.

    The address stands for the place itself (GeoNames Ontology, documentation, "Concept vs. Document") and gives its
    description as linked data. Both it and geoname_id, a whole number, are empty where GeoNames has no such place.
    Dates are ISO 8601, other numbers have 6 significant digits, what is null is empty. Lines end in a newline, fields
    may hold others: read the file as in the example.

    Args:
        places: the result of `find_places` or `count_places`.
        path: the file; one that stands there is replaced at the end, whole.

    Raises:
        KeyError: where places has no geoname_id.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from ukrcorpus import find_places
        >>> places = find_places(pd.DataFrame({"doc_id": ["a"], "text": ["They left Kyiv."]}))
        >>> with TemporaryDirectory() as folder:
        ...     file = write_places(places, Path(folder, "places.csv"))
        ...     pd.read_csv(file, keep_default_na=False, na_values=[""], lineterminator="\n").geonames_uri.item()
        'https://sws.geonames.org/703448/'
    """
    ids = places["geoname_id"].astype("Int64")
    uris = "https://sws.geonames.org/" + ids.astype("string") + "/"
    return replace_file(path, to_csv(places.assign(geoname_id=ids, geonames_uri=uris)).encode())

"""Counts of places, and of the first-order regions in which they lie."""

import numpy as np
import pandas as pd

from ukrcorpus.places.gazetteer import place_table
from ukrcorpus.spans import count_words
from ukrcorpus.summary import count_spans
from ukrcorpus.zones import find_zones


def count_places(
    places: pd.DataFrame, docs: pd.DataFrame, *, by: str = "publisher", zones: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Count the places that groups of articles name.

    A row is a place in a group; a place stands in each group, with 0 where that group does not name it.

    Args:
        places: the result of `find_places`.
        docs: the articles; `by` is one of its columns.
        by: column of docs that makes the groups.
        zones: the result of `find_zones`, where it was made already.

    Returns:
        `name`, `label`, `country`, `admin1`, `lat`, `lon` (degrees, WGS 84), `geoname_id`, `by`, and the columns of
        a summary: `estimate` in mentions per 1,000 words, `n_spans` the mentions, `n_docs` the articles of the group,
        `n_docs_with` those that name the place; most mentions over all groups first.

    Raises:
        KeyError: where `docs` lacks the column `by`.

    Example:
        >>> from ukrcorpus import find_places
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kharkov lies north of Izyum."], "publisher": ["P"]})
        >>> count_places(find_places(docs), docs)[["name", "n_spans"]].values.tolist()
        [['Izium', 1], ['Kharkiv', 1]]
    """
    zones = find_zones(docs) if zones is None else zones
    key = ["name", "label", "lat", "lon"]
    first = ["name", "label", "country", "admin1", "lat", "lon", "geoname_id"]
    counted = count_spans(places, docs, keys=key, by=by, n_words=count_words(docs, zones))
    counted = places.drop_duplicates(key)[first].merge(counted, on=key, how="right")
    total = counted.groupby(key)["n_spans"].transform("sum")
    order = counted.assign(total=-total).sort_values(["total", "name", "label", by], kind="stable").index
    return counted.loc[order].reset_index(drop=True)


def count_regions(
    places: pd.DataFrame, docs: pd.DataFrame, *, by: str = "publisher", zones: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Count the mentions of places by the first-order region in which they lie, whoever controls it.

    A row is a region in a group; a region stands in each group, with 0 where that group names no place in it. The
    region's own name counts, and its cities and facilities; countries, wider regions and waters lie in none.

    Args:
        places: the result of `find_places`.
        docs: the articles; `by` is one of its columns.
        by: column of docs that makes the groups.
        zones: the result of `find_zones`, where it was made already.

    Returns:
        `admin1` (name of the region), `country`, `iso_code` (ISO 3166-2, null where the table of toponyms has none),
        `by`, and the columns of a summary: `estimate` in mentions per 1,000 words; most mentions over all groups
        first.

    Raises:
        KeyError: where `docs` lacks the column `by`.

    Example:
        >>> from ukrcorpus import find_places
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kharkiv lies north of Izium."], "publisher": ["P"]})
        >>> count_regions(find_places(docs), docs)[["admin1", "n_spans"]].values.tolist()
        [['Kharkiv Oblast', 2]]
    """
    zones = find_zones(docs) if zones is None else zones
    keys = ["admin1", "country"]
    inside = places[places["label"].isin(["admin1", "city", "facility"]) & places["admin1"].notna()]
    counted = count_spans(inside, docs, keys=keys, by=by, n_words=count_words(docs, zones))
    table = place_table()
    codes = table[table["iso_code"].ne("")]
    codes = codes[["name", "country", "iso_code"]].rename(columns={"name": "admin1"}).drop_duplicates(keys)
    counted = counted.merge(codes, on=keys, how="left")
    total = counted.groupby(keys)["n_spans"].transform("sum")
    order = counted.assign(total=-total).sort_values(["total", *keys, by], kind="stable").index
    return counted.loc[order, [*keys, "iso_code", *counted.columns.drop([*keys, "iso_code"])]].reset_index(drop=True)


def find_unplaced(entities: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Names that were read as places by `find_entities` and that no row of places covers.

    The gazetteer does not have them, or they were taken for something else. A row is such a name, as in entities.

    Args:
        entities: the result of `find_entities`.
        places: the result of `find_places` on the same articles.

    Returns:
        The rows of entities with the label GPE, LOC or FAC that overlap with no place.

    Example:
        >>> from ukrcorpus import find_entities, find_places
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["The village of Nowhereivka lies near Kharkiv."]})
        >>> find_unplaced(find_entities(docs), find_places(docs))["surface"].tolist()
        ['Nowhereivka']
    """
    named = entities[entities["label"].isin(["GPE", "LOC", "FAC"])]
    article = pd.factorize(pd.concat([named["doc_id"], places["doc_id"]]))[0].astype("int64") << 40
    start, end = (article + pd.concat([named[edge], places[edge]]).to_numpy() for edge in ("start", "end"))
    order = np.argsort(start[len(named) :], kind="stable") + len(named)
    behind = np.searchsorted(end[order], start[: len(named)], side="right")
    next_start = np.append(start[order], np.iinfo("int64").max)[behind]
    unplaced: pd.DataFrame = named[next_start >= end[: len(named)]].reset_index(drop=True)
    return unplaced

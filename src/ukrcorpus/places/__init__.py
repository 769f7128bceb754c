"""Places that an article names: where they stand, which they are, and how the name is used."""

import json
import re
from collections.abc import Collection

import pandas as pd

from ukrcorpus.places.gazetteer import Names, Place, names_of, packaged_names, place_table, same_length
from ukrcorpus.places.resolving import Choice, region_prior, resolve
from ukrcorpus.places.spotting import Mention, spot
from ukrcorpus.places.use import use_of
from ukrcorpus.spans import by_article, count_words, each_article, span_table
from ukrcorpus.summary import count_spans
from ukrcorpus.zones import find_zones

__all__ = ["count_places", "count_spellings", "find_places", "place_table"]

_READ = ("title", "heading", "paragraph", "caption", "credit", "dateline")
_WITH_ARTICLE = re.compile(r"\b[Tt]he $")
_AREA = r" (?:Oblast|Region|People's Republic)$"
_ENDS_PHRASE = re.compile(r"(?:[.,;:!?)\]\"”]|'s\b|$| (?:and|or|in|as|to|is|was|has|had|by|with|for|itself|from)\b)")


def find_places(
    docs: pd.DataFrame,
    *,
    table: pd.DataFrame | None = None,
    region: str | Collection[str] | None = "war",
    zones: pd.DataFrame | None = None,
    entities: pd.DataFrame | None = None,
    seats: bool = False,
) -> pd.DataFrame:
    """Find the places that each article names.

    A row is a name: a country, a first-order region, a city, a wider region, a facility or a water. Names come from
    the project's table (`place_table`) and from GeoNames (Ukraine, Russia, Belarus and Moldova from 500 people, the
    world from 15,000). Which place a name means is chosen by population, a container behind the name ("Kursk,
    Russia"), a word for a region beside it, the countries that the article names, and the region prior; one name
    means one place all through an article (one sense per discourse: Gale, Church & Yarowsky 1992; the other cues as
    in Leidner 2007, "Toponym resolution in text"). Names of peoples ("Russian") are no places.

    Args:
        docs: a table with `doc_id` and `text`.
        table: a table like `place_table()`, in its stead.
        region: "war" (Ukraine, Russia, Belarus, Moldova and their neighbours are likelier), a list of ISO 3166-1
            alpha-2 codes, or None.
        zones: the result of `find_zones`, where it was made already.
        entities: the result of `find_entities`: a place inside a person's name is left out, one inside the name of
            an organisation, an event, a work or a law is embedded.
        seats: whether to give "Kremlin", "White House" and the like also where they stand for a government, as they
            do nearly always; entities have them as organisations.

    Returns:
        Columns of a span table, and `name` (today's), `country`, `admin1`, `lat`, `lon` (degrees, WGS 84),
        `geoname_id`, `use` (literal, metonymic, embedded), `spelling` (Ukrainian-based, Russian-based, Soviet-era,
        English custom, null where no custom is marked), `candidates` (JSON: up to three others, best first). `score`
        is the share of the chosen place among those that the name can mean; `rule` is where the name is from, why
        the place was chosen and what tells the use. Coordinates of an area are those of its middle.

    Raises:
        ValueError: where docs lacks a column or holds an id twice, the table lacks a column, or region is unknown.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kiev said on Monday that Kharkov held."]})
        >>> find_places(docs)[["surface", "name", "use", "spelling"]].values.tolist()
        [['Kiev', 'Kyiv', 'metonymic', 'Russian-based'], ['Kharkov', 'Kharkiv', 'literal', 'Russian-based']]
    """
    region_prior(region)
    names = packaged_names() if table is None else names_of(_checked(table))
    zones = find_zones(docs) if zones is None else zones
    named = by_article(entities) if entities is not None else {}
    read = by_article(zones[zones["label"].isin(_READ)])
    rows = []
    for doc_id, text in each_article(docs):
        if doc_id in read:
            spans = list(zip(read[doc_id]["start"], read[doc_id]["end"], strict=True))
            rows += _find_in(doc_id, text, spans, names, region, named.get(doc_id), seats)
    return span_table(rows, "places", docs, zones)


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
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kharkov lies north of Izyum."], "publisher": ["P"]})
        >>> count_places(find_places(docs), docs)[["name", "n_spans"]].values.tolist()
        [['Izium', 1], ['Kharkiv', 1]]
    """
    zones = find_zones(docs) if zones is None else zones
    key = ["name", "label", "lat", "lon"]
    counted = count_spans(places, docs, keys=key, by=by, n_words=count_words(docs, zones))
    about = places.drop_duplicates(key)[[*key, "country", "admin1", "geoname_id"]]
    counted = counted.merge(about, on=key, how="left")
    total = counted.groupby(key)["n_spans"].transform("sum")
    counted = counted.assign(_total=-total).sort_values(["_total", "name", "label", by], kind="stable")
    first = ["name", "label", "country", "admin1", "lat", "lon", "geoname_id", by]
    return counted[[*first, *(c for c in counted.columns if c not in (*first, "_total"))]].reset_index(drop=True)


def count_spellings(
    places: pd.DataFrame, docs: pd.DataFrame, *, by: str = "publisher", zones: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Count the spellings of those places that a custom marks, and "the Ukraine".

    A row is a spelling in a group. Words for a region are left out of a spelling, so "Kharkov region" counts as
    "Kharkov". Spellings of cities and of the regions called after them are counted together.

    Args:
        places: the result of `find_places`.
        docs: the articles; `by` is one of its columns.
        by: column of docs that makes the groups.
        zones: the result of `find_zones`, where it was made already.

    Returns:
        `name` (today's), `variant` (as written), `spelling` (its custom), `by`, and the columns of a summary:
        `estimate` in mentions per 1,000 words.

    Raises:
        KeyError: where `docs` lacks the column `by`.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kharkov (Kharkiv) region"], "publisher": ["P"]})
        >>> count_spellings(find_places(docs), docs)["variant"].tolist()
        ['Kharkiv', 'Kharkov']
    """
    zones = find_zones(docs) if zones is None else zones
    marked = places[places["spelling"].notna() & places["country"].isin(["UA", "BY", "MD", "GE"])]
    texts = dict(zip(docs["doc_id"], docs["text"], strict=True))
    variants = [
        _variant(texts[d], s, e) for d, s, e in zip(marked["doc_id"], marked["start"], marked["end"], strict=True)
    ]
    marked = marked.assign(variant=variants, name=marked["name"].str.replace(_AREA, "", regex=True))
    return count_spans(marked, docs, keys=["name", "variant", "spelling"], by=by, n_words=count_words(docs, zones))


def _find_in(
    doc_id: str,
    text: str,
    spans: list[tuple[int, int]],
    names: Names,
    region: str | Collection[str] | None,
    entities: pd.DataFrame | None,
    seats: bool,
) -> list[dict[str, object]]:
    """Rows of an article."""
    plain = same_length(text)
    mentions = [m for m in spot(text, names) if any(start <= m.start < end for start, end in spans)]
    rows = []
    for mention, choice in zip(mentions, resolve(plain, mentions, region), strict=True):
        use, cue = use_of(plain, mention.start, mention.end, choice.place)
        around = _around(mention, entities)
        if around == "PERSON" or (_only_seat(choice.place) and use != "literal" and not seats):
            continue
        if around:
            use, cue = "embedded", around
        rows.append(_row(doc_id, text, mention, choice, use, cue))
    return rows


def _row(doc_id: str, text: str, mention: Mention, choice: Choice, use: str, cue: str) -> dict[str, object]:
    """A row of the table of places."""
    place = choice.place
    spelling = choice.spelling
    if place.name == "Ukraine" and _has_article(text, mention.start, mention.end):
        spelling = "English custom"
    source = "table" if place.curated else "GeoNames"
    return {
        "doc_id": doc_id,
        "start": mention.start,
        "end": mention.end,
        "label": place.label,
        "rule": f"{source}{'' if mention.exact else ', by sound'}; {choice.why}; {cue}",
        "score": round(choice.score * (1.0 if mention.exact else 0.9), 4),
        "name": place.name,
        "country": place.country,
        "admin1": place.admin1,
        "lat": place.lat,
        "lon": place.lon,
        "geoname_id": place.geoname_id,
        "use": use,
        "spelling": spelling,
        "candidates": json.dumps([_candidate(other, share) for other, share in choice.others], ensure_ascii=False),
    }


def _candidate(place: Place, share: float) -> dict[str, object]:
    """A runner-up, for the column of candidates."""
    kept = ("name", "label", "country", "admin1", "lat", "lon", "geoname_id")
    return {**{key: getattr(place, key) for key in kept}, "score": round(share, 4)}


def _around(mention: Mention, entities: pd.DataFrame | None) -> str | None:
    """Label of an entity that holds a mention and more, where that makes it no place or a part of a name."""
    if entities is None:
        return None
    holds = entities[(entities["start"] <= mention.start) & (entities["end"] >= mention.end)]
    holds = holds[(holds["end"] - holds["start"] > mention.end - mention.start)]
    labels = set(holds["label"]) & {"PERSON", "ORG", "EVENT", "WORK", "LAW"}
    return "PERSON" if "PERSON" in labels else min(labels, default=None)


def _only_seat(place: Place) -> bool:
    """Whether a name is that of a building that stands for those who sit in it."""
    return place.label == "facility" and place.seat is not None


def _has_article(text: str, start: int, end: int) -> bool:
    """Whether a name has an article of its own: "the Ukraine", not "the Ukraine war"."""
    return bool(_WITH_ARTICLE.search(text[max(0, start - 4) : start]) and _ENDS_PHRASE.match(text, end))


def _variant(text: str, start: int, end: int) -> str:
    """A spelling as it is counted: without a word for a region, with the article of "the Ukraine"."""
    surface = re.sub(r"\s+(?:oblast|region|province|krai|territory)$", "", text[start:end], flags=re.IGNORECASE)
    return f"the {surface}" if surface == "Ukraine" and _has_article(text, start, end) else surface


def _checked(table: pd.DataFrame) -> pd.DataFrame:
    """The caller's table of toponyms, with text in its columns of text.

    Raises:
        ValueError: where a column is missing.
    """
    columns = place_table().columns
    for column in columns:
        if column not in table.columns:
            raise ValueError(f"the table of toponyms has no column {column!r}; see place_table()")
    text = [column for column in columns if column not in ("lat", "lon")]
    return table.assign(**{column: table[column].fillna("").astype(str) for column in text})

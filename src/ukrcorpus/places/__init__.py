"""Places that an article names: where they stand, which they are, and how the name is used."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from ukrcorpus.places.gazetteer import names_of, packaged_names, place_table, same_length
from ukrcorpus.places.resolving import Choice, region_prior, resolve
from ukrcorpus.places.rules import Rules, read_rules, use_of
from ukrcorpus.places.spotting import Mention, spot
from ukrcorpus.spans import count_words, each_article, span_table
from ukrcorpus.summary import count_spans
from ukrcorpus.zones import find_zones

__all__ = ["count_places", "count_spellings", "find_places", "label_spellings", "place_table"]

_READ = ("title", "heading", "paragraph", "caption", "credit", "dateline")
_HOLDERS = ("PERSON", "ORG", "EVENT", "WORK", "LAW")


def find_places(
    docs: pd.DataFrame,
    *,
    table: pd.DataFrame | None = None,
    rules: str | Path | None = None,
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
        rules: a file like `data/place_rules.toml`, in its stead.
        region: "war" (Ukraine, Russia, Belarus, Moldova and their neighbours are likelier), a list of ISO 3166-1
            alpha-2 codes, or None.
        zones: the result of `find_zones`, where it was made already.
        entities: the result of `find_entities`: a place inside a person's name is left out, one inside the name of
            an organisation, an event, a work or a law is embedded.
        seats: whether to give "Kremlin" and the like also where they stand for a government, as entities have them.

    Returns:
        Columns of a span table, and `name` (today's), `country`, `admin1`, `lat`, `lon` (degrees, WGS 84; of an area
        those of its middle), `geoname_id`, `use` (literal, metonymic, embedded), `spelling` (Ukrainian-based,
        Russian-based, Soviet-era, English custom, or null), `candidates` (JSON: up to three others, best first).
        `score` is the share of the chosen place among those that the name can mean; `rule` is where the name is from,
        why the place was chosen and what tells the use.

    Raises:
        ValueError: where docs lacks a column or holds an id twice, the table lacks a column, or region is unknown.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kiev said on Monday that Kharkov held."]})
        >>> find_places(docs)[["surface", "name", "use", "spelling"]].values.tolist()
        [['Kiev', 'Kyiv', 'metonymic', 'Russian-based'], ['Kharkov', 'Kharkiv', 'literal', 'Russian-based']]
    """
    prior = region_prior(region)
    names = packaged_names() if table is None else names_of(_checked(table))
    known = read_rules(rules)
    zones = find_zones(docs) if zones is None else zones
    read = _labelled(zones, _READ)
    holders = {} if entities is None else _labelled(entities, _HOLDERS)
    rows = []
    for doc_id, text in each_article(docs):
        plain = same_length(text)
        mentions = spot(plain, read.get(doc_id, []), names, known)
        for mention, choice in zip(mentions, resolve(plain, mentions, prior, known), strict=True):
            row = _row(plain, mention, choice, holders.get(doc_id, []), known)
            a_seat = row["label"] == "facility" and choice.sense.place.seat
            if row["use"] and (seats or row["use"] == "literal" or not a_seat):
                rows.append({"doc_id": doc_id, **row})
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
    first = ["name", "label", "country", "admin1", "lat", "lon", "geoname_id"]
    counted = count_spans(places, docs, keys=key, by=by, n_words=count_words(docs, zones))
    counted = places.drop_duplicates(key)[first].merge(counted, on=key, how="right")
    total = counted.groupby(key)["n_spans"].transform("sum")
    order = counted.assign(total=-total).sort_values(["total", "name", "label", by], kind="stable").index
    return counted.loc[order].reset_index(drop=True)


def label_spellings(places: pd.DataFrame) -> pd.DataFrame:
    """Say how the places are spelled that have a custom, and "the Ukraine".

    Words for a region are left out of a spelling, so "Kharkov region" is "Kharkov"; a city and the region called after
    it have one name.

    Args:
        places: the result of `find_places`.

    Returns:
        The rows with a `spelling`, of places in Ukraine, Belarus, Moldova and Georgia, with `variant` (as written);
        `name` is without words for a region, too.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kharkov (Kharkiv) region"], "publisher": ["P"]})
        >>> label_spellings(find_places(docs))[["name", "variant"]].values.tolist()
        [['Kharkiv', 'Kharkov'], ['Kharkiv', 'Kharkiv']]
    """
    marked = places[places["spelling"].notna() & places["country"].isin(["UA", "BY", "MD", "GE"])]
    area = "|".join(sorted(read_rules().words["area"]))
    variants = marked["surface"].str.replace(rf"(?i)\s+(?:{area})$", "", regex=True)
    return marked.assign(
        name=marked["name"].str.replace(r" (?:Oblast|Region|People's Republic)$", "", regex=True),
        variant=variants.mask(marked["name"].eq("Ukraine") & marked["spelling"].eq("English custom"), "the Ukraine"),
    )


def count_spellings(
    places: pd.DataFrame, docs: pd.DataFrame, *, by: str = "publisher", zones: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Count the spellings of places, as `label_spellings` gives them; a row is a spelling in a group.

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
    n_words = count_words(docs, find_zones(docs) if zones is None else zones)
    marked = label_spellings(places)
    return count_spans(marked, docs, keys=["name", "variant", "spelling"], by=by, n_words=n_words)


def _labelled(spans: pd.DataFrame, labels: Collection[str]) -> dict[str, list[tuple[int, int, str]]]:
    """Start, end and label of the spans that have one of the labels, sorted, by article."""
    found: dict[str, list[tuple[int, int, str]]] = {}
    kept = spans[spans["label"].isin(labels)].sort_values("start", kind="stable")
    for doc_id, start, end, label in zip(kept["doc_id"], kept["start"], kept["end"], kept["label"], strict=True):
        found.setdefault(doc_id, []).append((start, end, label))
    return found


def _row(
    plain: str, mention: Mention, choice: Choice, holders: list[tuple[int, int, str]], rules: Rules
) -> dict[str, object]:
    """A row of the table of places; one without a use is part of a person's name."""
    place, spelling, *_ = choice.sense
    start, end = mention.start, mention.end
    use, cue = use_of(plain, start, end, place, rules)
    around = {label for s, e, label in holders if s <= start and end <= e and end - start < e - s}
    if around:
        use, cue = "" if "PERSON" in around else "embedded", min(around)
    if place.name == "Ukraine" and rules.patterns["own_article"].search(plain[max(0, start - 4) : start]):
        spelling = "English custom" if rules.patterns["phrase_end"].match(plain, end) else spelling
    source = ("table" if place.curated else "GeoNames") + ("" if mention.exact else ", by sound")
    return {
        "start": start,
        "end": end,
        **place.about(),
        "rule": f"{source}; {choice.why}; {cue}",
        "score": round(choice.score * (1.0 if mention.exact else 0.9), 4),
        "use": use,
        "spelling": spelling,
        "candidates": choice.candidates,
    }


def _checked(table: pd.DataFrame) -> pd.DataFrame:
    """The caller's table of toponyms, with text in its columns of text."""
    packaged = place_table()
    missing = [column for column in packaged.columns if column not in table.columns]
    if missing:
        raise ValueError(f"the table of toponyms has no column {missing[0]!r}; see place_table()")
    text = packaged.columns.drop(["lat", "lon"])
    return table.assign(**{column: table[column].fillna("").astype(str) for column in text})

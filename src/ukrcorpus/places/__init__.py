"""Places that an article names: where they stand, which they are, and how the name is used."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ukrcorpus.places.cyrillic import cyrillic_rules, is_cyrillic, spot_cyrillic
from ukrcorpus.places.gazetteer import LEAST, Names, names_of, packaged_names, place_table, same_length
from ukrcorpus.places.given import estimates, given_mentions
from ukrcorpus.places.resolving import Choice, region_prior, resolver
from ukrcorpus.places.rules import Rules, read_rules, use_of
from ukrcorpus.places.spotting import Mention, spot
from ukrcorpus.spans import each_article, span_table
from ukrcorpus.zones import find_zones

__all__ = ["find_places", "place_table"]

_READ = ("title", "heading", "paragraph", "caption", "credit", "dateline")
BATCH = 200  # names that are resolved at once
KNOWN = 5.0  # logarithm of the population from which a city in an organisation's name is taken for a place of its own
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
    spans: pd.DataFrame | None = None,
    population: int = LEAST,
) -> pd.DataFrame:
    """Find the places that each article names.

    A row is a name: a country, a first-order region, a city, a wider region, a facility or a water. Names come from
    the project's table (`place_table`), GeoNames, and Ukraine's register of places (KATOTTG of 19 January 2024), whose
    villages stand at the centre of their community: `rule` then says approximate. Which place a name means is chosen
    by how prominent it is, by a container beside the name ("Kursk, Russia"), by a word for a region, and by the other
    places of the article: those near, in the same region, in the same country; one name means one place all through
    an article, unless a container says else (`places.resolving.resolver` cites the methods). Names of peoples
    ("Russian") are no places. Texts in Cyrillic letters are read as Ukrainian or Russian.

    Args:
        docs: a table with `doc_id` and `text`.
        table: a table like `place_table()`, in its stead.
        rules: a file like `data/place_rules.toml`, in its stead.
        region: "war" (Ukraine, Russia, Belarus, Moldova and their neighbours are likelier), a list of ISO 3166-1
            alpha-2 codes, or None. It counts as far as the article is about the region.
        zones: the result of `find_zones`, where it was made already.
        entities: the result of `find_entities`: a place inside a person's name is left out; one inside the name of
            an organisation, an event, a work or a law is embedded, and left out where it is small ("Levada Center").
        spans: a table with `doc_id`, `start`, `end`: places are looked for there instead, a row each in the order of
            that table; other names that the article has still count as context. A name that the index lacks is read
            without general words ("City of", "County"), by sound, or by its longest part that is a name, and `rule`
            says "as ...". Only here, places are estimated, too: a span with no such reading, or with one far from the
            other places of the article while these lie together, has `lat` and `lon` of the nearest in the text (a
            city before a region before a country), `rule` "unknown; near <name>", `score` 0, and `label`, `name`
            and the like null, by which to leave it out. Where nothing else is named, `lat` and `lon` are null, too,
            and `rule` is "unknown".
        population: least population of places to look for outside Ukraine, Russia, Belarus, Moldova and their
            neighbours; at `spans` those of 500 people count, too.
        seats: whether to give "Kremlin" and the like also where they stand for a government, as entities have them.

    Returns:
        Columns of a span table, and `name` (today's), `country`, `admin1`, `lat`, `lon` (degrees, WGS 84; of an area
        those of its middle), `geoname_id`, `use` (literal, metonymic, embedded), `spelling` (Ukrainian-based,
        Russian-based, Soviet-era, English custom, or null), `candidates` (JSON: up to three others, best first).
        `score` is the probability of the chosen place among those that the name can mean; `rule` is where the name
        is from, why the place was chosen and what tells the use.

    Raises:
        ValueError: where docs lacks a column or holds an id twice, the table or spans lack a column, region is
            unknown, or a span is no part of a text.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kiev said on Monday that Kharkov held."]})
        >>> find_places(docs)[["surface", "name", "use", "spelling"]].values.tolist()
        [['Kiev', 'Kyiv', 'metonymic', 'Russian-based'], ['Kharkov', 'Kharkiv', 'literal', 'Russian-based']]
    """
    names = packaged_names(population) if table is None else names_of(_checked(table), population=population)
    resolve, known = resolver(names, region_prior(region)), read_rules(rules)
    zones = find_zones(docs) if zones is None else zones
    read = _labelled(zones, _READ)
    holders = {} if entities is None else _labelled(entities, _HOLDERS)
    wanted = {} if spans is None else _wanted(spans, docs)
    rows: list[dict[str, Any]] = []
    for batch in _batches(_read_names(docs, read, wanted, names, known)):
        choices = resolve([(article.plain, article.mentions) for article in batch])
        for article, chosen in zip(batch, choices, strict=True):
            inside, asked = holders.get(article.doc_id, []), wanted.get(article.doc_id, [])
            found = {span: {"rule": "unknown", "score": 0.0} for span in asked}
            for mention, choice in zip(article.mentions, chosen, strict=True):
                row = _row(article.plain, mention, choice, inside, article.rules)
                a_seat = row["label"] == "facility" and choice.sense.place.seat
                counts = row["use"] and (seats or row["use"] == "literal" or not a_seat)
                if asked and (mention.start, mention.end) in found:
                    found[mention.start, mention.end] = row | {"use": row["use"] or "embedded"}
                elif spans is None and counts:
                    found[mention.start, mention.end] = row
            paired = list(zip(article.mentions, chosen, strict=True)) if asked else []
            for span, place in estimates(asked, paired).items():
                found[span] = {"rule": f"unknown; near {place.name}", "score": 0.0, "lat": place.lat, "lon": place.lon}
            about = {"doc_id": article.doc_id}
            rows += [{**about, "start": start, "end": end, **row} for (start, end), row in found.items()]
    places = span_table(rows, "places", docs, zones)
    if spans is None:
        return places
    return spans[["doc_id", "start", "end"]].merge(places, how="left", validate="m:1")[places.columns]


class _Article(NamedTuple):
    """An article whose names are found; their `rules` are those of its letters."""

    doc_id: str
    plain: str
    mentions: list[Mention]
    rules: Rules


def _read_names(
    docs: pd.DataFrame, read: Mapping[str, Any], wanted: Mapping[str, Any], names: Names, rules: Rules
) -> Iterator[_Article]:
    """The names of each article: those that are spotted, and in their place those that are asked for."""
    for doc_id, text in each_article(docs):
        plain, cyrillic = same_length(text), is_cyrillic(text)
        used = cyrillic_rules() if cyrillic else rules
        mentions = (spot_cyrillic if cyrillic else spot)(plain, read.get(doc_id, []), names, used)
        asked = wanted.get(doc_id, [])
        if asked:
            apart = [m for m in mentions if not any(start < m.end and m.start < end for start, end in asked)]
            given = given_mentions(plain, asked, mentions, names)
            mentions = sorted([*apart, *given], key=lambda mention: (mention.start, mention.end))
        yield _Article(doc_id, plain, mentions, used)


def _batches(articles: Iterable[_Article]) -> Iterator[list[_Article]]:
    """Articles of a few hundred names together, which are resolved at once."""
    batch: list[_Article] = []
    for article in articles:
        batch.append(article)
        if sum(len(held.mentions) for held in batch) > BATCH:
            yield batch
            batch = []
    yield batch


def _labelled(spans: pd.DataFrame, labels: Collection[str]) -> dict[str, list[tuple[int, int, str]]]:
    """Start, end and label of the spans that have one of the labels, sorted, by article."""
    found: dict[str, list[tuple[int, int, str]]] = {}
    kept = spans[spans["label"].isin(labels)].sort_values("start", kind="stable")
    for doc_id, start, end, label in zip(kept["doc_id"], kept["start"], kept["end"], kept["label"], strict=True):
        found.setdefault(doc_id, []).append((start, end, label))
    return found


def _wanted(spans: pd.DataFrame, docs: pd.DataFrame) -> dict[str, list[tuple[int, int]]]:
    """The spans asked for, each once, by article."""
    missing = [column for column in ("doc_id", "start", "end") if column not in spans.columns]
    if missing:
        raise ValueError(f"spans has no column {missing[0]!r}; it needs doc_id, start and end")
    lengths = dict(zip(docs["doc_id"], docs["text"].str.len(), strict=True))
    wanted: dict[str, dict[tuple[int, int], None]] = {}
    for row, (doc_id, start, end) in enumerate(zip(spans["doc_id"], spans["start"], spans["end"], strict=True)):
        if not 0 <= start < end <= lengths.get(doc_id, 0):
            raise ValueError(f"row {row} of spans, {doc_id!r} {start} to {end}, is no part of a text of docs")
        wanted.setdefault(doc_id, {})[int(start), int(end)] = None
    return {doc_id: list(found) for doc_id, found in wanted.items()}


def _row(
    plain: str, mention: Mention, choice: Choice, holders: list[tuple[int, int, str]], rules: Rules
) -> dict[str, Any]:
    """What the table of places says of a mention; one without a use is part of another name, and no place."""
    place, spelling, *_ = choice.sense
    start, end = mention.start, mention.end
    use, cue = use_of(plain, start, end, place, rules)
    around = {label for s, e, label in holders if s <= start and end <= e and end - start < e - s}
    if around:
        stands = "PERSON" not in around and (place.curated or place.weight > KNOWN)
        use, cue = "embedded" if stands else "", min(around)
    if place.name == "Ukraine" and rules.patterns["own_article"].search(plain[max(0, start - 4) : start]):
        spelling = "English custom" if rules.patterns["phrase_end"].match(plain, end) else spelling
    whole = mention.area or mention.name == plain[start:end]
    reading = "by sound" if whole and plain.startswith(mention.name, start) else f"as {mention.name}"
    register = "KATOTTG, approximate" if place.approximate else "GeoNames"
    source = ("table" if place.curated else register) + ("" if mention.exact else f", {reading}")
    return {
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

"""Which custom a spelling belongs to, for places and for people."""

import re

import pandas as pd

from ukrcorpus.packaged import read_rows
from ukrcorpus.places.rules import read_rules
from ukrcorpus.spans import count_words
from ukrcorpus.summary import count_spans
from ukrcorpus.zones import find_zones

# Where spellings from several languages are in use side by side.
_COUNTRIES = ("UA", "BY", "MD", "GE")


def label_spellings(places: pd.DataFrame, *, entities: pd.DataFrame | None = None) -> pd.DataFrame:
    """Say how the names are spelled that have a custom, and "the Ukraine".

    Words for a region are left out of a spelling, so "Kharkov region" is "Kharkov"; a city and the region called after
    it have one name. Customs of people's names are those of `data/spellings.csv`.

    Args:
        places: the result of `find_places`.
        entities: the result of `find_entities`, for the names of people.

    Returns:
        The rows of places that have a `spelling`, of Ukraine, Belarus, Moldova and Georgia, and those of people
        (PERSON), with `variant` (as written); `name` is without words for a region, too. In the order of the articles.

    Example:
        >>> from ukrcorpus import find_places
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kharkov (Kharkiv) region"], "publisher": ["P"]})
        >>> label_spellings(find_places(docs))[["name", "variant"]].values.tolist()
        [['Kharkiv', 'Kharkov'], ['Kharkiv', 'Kharkiv']]
    """
    marked = places[places["spelling"].notna() & places["country"].isin(_COUNTRIES)]
    area = "|".join(sorted(read_rules().words["area"]))
    variants = marked["surface"].str.replace(rf"(?i)\s+(?:{area})$", "", regex=True)
    marked = marked.assign(
        name=marked["name"].str.replace(r" (?:Oblast|Region|People's Republic)$", "", regex=True),
        variant=variants.mask(marked["name"].eq("Ukraine") & marked["spelling"].eq("English custom"), "the Ukraine"),
    )
    if entities is None:
        return marked
    both = pd.concat([marked, _people(entities)], ignore_index=True)
    return both[marked.columns].sort_values(["doc_id", "start"], kind="stable", ignore_index=True)


def count_spellings(
    places: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    entities: pd.DataFrame | None = None,
    by: str = "publisher",
    zones: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Count the spellings of names, as `label_spellings` gives them; a row is a spelling in a group.

    Args:
        places: the result of `find_places`.
        docs: the articles; `by` is one of its columns.
        entities: the result of `find_entities`, for the names of people.
        by: column of docs that makes the groups.
        zones: the result of `find_zones`, where it was made already.

    Returns:
        `label` (PERSON or place), `name` (today's), `variant` (as written), `spelling` (its custom), `by`,
        and the columns of a summary: `estimate` in mentions per 1,000 words.

    Raises:
        KeyError: where `docs` lacks the column `by`.

    Example:
        >>> from ukrcorpus import find_places
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kharkov (Kharkiv) region"], "publisher": ["P"]})
        >>> count_spellings(find_places(docs), docs)["variant"].tolist()
        ['Kharkiv', 'Kharkov']
    """
    n_words = count_words(docs, find_zones(docs) if zones is None else zones)
    marked = label_spellings(places, entities=entities)
    marked["label"] = marked["label"].where(marked["label"].eq("PERSON"), "place")
    return count_spans(marked, docs, keys=["label", "name", "variant", "spelling"], by=by, n_words=n_words)


def _people(entities: pd.DataFrame) -> pd.DataFrame:
    """Names of people in a spelling that the table has, the longest that tells a custom of its own."""
    table = read_rows("spellings.csv")
    table = table[table["kind"].eq("person")]
    people = entities[entities["label"].eq("PERSON") & entities["name"].isin(table["name"])]
    customs = dict(zip(zip(table["name"], table["variant"], strict=True), table["custom"], strict=True))
    variants = {
        name: re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(of, key=lambda v: (-len(v), v))))})\b")
        for name, of in table.groupby("name")["variant"]
    }
    found = [variants[name].search(surface) for name, surface in zip(people["name"], people["surface"], strict=True)]
    people = people.assign(variant=pd.Series([hit and hit[0] for hit in found], people.index, "str"))
    people = people[people["variant"].notna()]
    spelling = [customs[key] for key in zip(people["name"], people["variant"], strict=True)]
    people = people.assign(spelling=pd.Series(spelling, people.index, "str"))
    surname = people["variant"].str.split(" ").str[-1]
    alone = pd.Series([customs.get(key) for key in zip(people["name"], surname, strict=True)], people.index, "object")
    return people.assign(variant=surname.where(people["spelling"].eq(alone), people["variant"]))

"""Entities across articles: which names are the same, and how often each is named."""

import re
import unicodedata
from functools import lru_cache
from typing import Any

import pandas as pd

from ukrcorpus.entities.table import KINDS, even, given_names
from ukrcorpus.packaged import read_rows
from ukrcorpus.spans import READ_ZONES, count_words
from ukrcorpus.summary import count_spans
from ukrcorpus.zones import find_zones

_ROMANISED = (
    (re.compile(r"shch"), "sch"),
    (re.compile(r"(?<=\w)(?:iy|ii|yi|yy|ij|yj|i)\b"), "y"),
    (re.compile(r"(?:ey|ei)\b"), "ei"),
    (re.compile(r"\by(?=[aeou])|(?<=[aeiou])y(?=[aeou])|(?<=[^aeiou\W])[iy](?=[aeou])"), "i"),
    (re.compile(r"\bie"), "e"),
    (re.compile(r"ks"), "x"),
    (re.compile(r"\bthe\s+"), ""),
)

_TITLES = ("title-state", "title-article", "title-year")
_SURE = {"table": 1.0, "full-name": 0.9, "romanisation": 0.8}


@lru_cache(maxsize=65536)
def fold_name(name: str) -> str:
    """A name without case, accents and the differences between romanisations: Yury, Yuri and Iurii are one."""
    plain = unicodedata.normalize("NFKD", even(name)).casefold()
    words = "".join(c for c in plain if c not in "'," and not unicodedata.combining(c)).split()
    surname = words[-1:] if len(words) > 1 else []  # Claire Hanna is no Claire Anna
    folded = " ".join([*(given_names().get(word, word) for word in words[: len(words) - len(surname)]), *surname])
    for pattern, spelling in _ROMANISED:
        folded = pattern.sub(spelling, folded)
    return folded


def link_entities(entities: pd.DataFrame, docs: pd.DataFrame) -> pd.DataFrame:
    """Join the mentions of an entity across articles.

    Mentions are one cluster where the table of entities gives them one id, or where they have the same kind and the
    same full name but for romanisation (`fold_name`). A surname alone is joined through its own article's full name and
    never across articles.

    Args:
        entities: the result of `find_entities`.
        docs: the articles; mentions of other articles are left out.

    Returns:
        The same rows with `cluster_id` (str): the entity_id; null where that is null. `name` is the cluster's most
        frequent canonical name (the first in the alphabet among equals), so each cluster has one name. `link_rule`
        (str) says why a mention belongs to its cluster: "table" (the table gives the id), "full-name" (one kind and
        one name to the letter), "romanisation" (but for romanisation), null without a cluster; `link_score` (float64)
        how sure that is, 0 to 1, and never surer than the mention itself.

    Raises:
        KeyError: where entities or docs lacks a column.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a", "b"]})
        >>> rows = docs.assign(entity_id="PERSON:iury dub", name=["Yuri Dub", "Yury Dub"])
        >>> link_entities(rows, docs)["name"].tolist()
        ['Yuri Dub', 'Yuri Dub']
    """
    linked = entities[entities["doc_id"].isin(docs["doc_id"])].reset_index(drop=True)
    counts = linked.value_counts(["entity_id", "name"]).reset_index()
    ranked = counts.sort_values(["count", "name"], ascending=[False, True], kind="stable")
    usual = ranked.drop_duplicates("entity_id").set_index("entity_id")["name"]
    spelled = linked["entity_id"].map(linked.groupby("entity_id")["name"].nunique())
    by_name = linked["entity_id"].str.startswith(tuple(f"{kind}:" for kind in KINDS)).fillna(False)
    rule = pd.Series("table", index=linked.index, dtype="str").mask(by_name, "full-name")
    rule = rule.mask(by_name & (spelled > 1), "romanisation").where(linked["entity_id"].notna())
    sure = rule.map(_SURE).astype("float64")
    if "score" in linked.columns:
        sure = sure.clip(upper=linked["score"])
    names = linked["entity_id"].map(usual).fillna(linked["name"]).astype(linked["name"].dtype)
    return linked.assign(name=names, cluster_id=linked["entity_id"], link_rule=rule, link_score=sure)


def count_entities(
    entities: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    by: str = "publisher",
    zones: pd.DataFrame | None = None,
    count_in: tuple[str, ...] = READ_ZONES,
) -> pd.DataFrame:
    """Count how often each entity is named per 1,000 words.

    A row is an entity in a group of articles; each stands in every group. Mentions without an entity_id are left out.

    Args:
        entities: the result of `find_entities` or `link_entities`.
        docs: the articles; `by` is one of its columns (`doc_id` gives a row an article).
        by: column of docs that makes the groups.
        zones: the result of `find_zones`, where it was made already.
        count_in: zones that count, for mentions and for words.

    Returns:
        entity_id, label, name, `by`, and a summary: `estimate, low, high` in mentions per 1,000 words (95 % interval
        of `count_spans`), `n_docs`, `n_spans`, `reason`.

    Raises:
        KeyError: where entities or docs lacks a column.

    Example:
        >>> from ukrcorpus import find_entities
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kyiv thanked NATO, and NATO thanked Kyiv: NATO."]})
        >>> count_entities(find_entities(docs), docs, by="doc_id")[["name", "n_spans"]].values.tolist()
        [['Kyiv', 2], ['North Atlantic Treaty Organization', 3]]
    """
    linked = link_entities(entities, docs)
    return _count(linked, docs, ["entity_id", "label", "name"], zones, by=by, count_in=count_in)


def count_forms(
    entities: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    by: str = "publisher",
    zones: pd.DataFrame | None = None,
    count_in: tuple[str, ...] = READ_ZONES,
) -> pd.DataFrame:
    """Count in which forms each entity is named.

    A row is a form of an entity in a group of articles: full name, surname, acronym, spelling. Forms are those of
    `label_forms`. Arguments and errors are those of `count_entities`.

    Returns:
        entity_id, name, surface, naming, `by`, and a summary as in `count_entities`.

    Example:
        >>> from ukrcorpus import find_entities
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kiev is Kyiv, they said in Kyiv on that day."]})
        >>> count_forms(find_entities(docs), docs, by="doc_id")[["surface", "n_spans"]].values.tolist()
        [['Kiev', 1], ['Kyiv', 2]]
    """
    linked = label_forms(link_entities(entities, docs), docs=docs)
    linked["surface"] = linked["form"]
    return _count(linked, docs, ["entity_id", "name", "surface", "naming"], zones, by=by, count_in=count_in)


def _count(
    linked: pd.DataFrame, docs: pd.DataFrame, keys: list[str], zones: pd.DataFrame | None, **options: Any
) -> pd.DataFrame:
    words = count_words(docs, find_zones(docs) if zones is None else zones, count_in=options["count_in"])
    return count_spans(linked[linked["entity_id"].notna()], docs, keys=keys, n_words=words, **options)


def label_forms(entities: pd.DataFrame, *, docs: pd.DataFrame | None = None) -> pd.DataFrame:
    """Say in which form each mention names its entity.

    Args:
        entities: the result of `find_entities` or `link_entities`, with the rows of `find_titles` as wanted.
        docs: the articles; with them a noun behind the name that speaks of those in power belongs to the form, as in
            "Putin regime" (data/naming_words.csv).

    Returns:
        The same rows with `form` (str): the surface with one kind of apostrophe, quotation mark, hyphen and white
        space; and `naming` (str), the kind of form: "title" (a row of `find_titles`), "with noun" (regime, government,
        ...), "full name", "surname" (the last word of a person's name), "acronym", else "other".

    Raises:
        KeyError: where entities lacks `surface`, `label` or `name`, or names an article that docs does not have.

    Example:
        >>> rows = pd.DataFrame({"surface": ["Security  Council", "Dub"], "label": ["ORG", "PERSON"],
        ...                      "name": ["Security Council", "Ivan Dub"]})
        >>> label_forms(rows)[["form", "naming"]].values.tolist()
        [['Security Council', 'full name'], ['Dub', 'surname']]
    """
    forms = [" ".join(even(surface).split()) for surface in entities["surface"]]
    rules = entities["rule"] if "rule" in entities.columns else [""] * len(forms)
    kinds = [_naming(*row) for row in zip(forms, entities["label"], entities["name"], rules, strict=True)]
    if docs is not None:
        texts = docs.set_index("doc_id")["text"]
        behind = _nouns_behind()
        for at, (doc_id, end) in enumerate(zip(entities["doc_id"], entities["end"], strict=True)):
            noun = behind.match(texts[doc_id], end)
            if noun and kinds[at] != "title":
                forms[at], kinds[at] = f"{forms[at]} {noun[1]}", "with noun"
    return entities.assign(
        form=pd.Series(forms, index=entities.index, dtype="str"),
        naming=pd.Series(kinds, index=entities.index, dtype="str"),
    )


def _naming(form: str, label: str, name: str, rule: str) -> str:
    """The kind of a form without the noun behind it."""
    if rule in _TITLES:
        return "title"
    if fold_name(form) == fold_name(name):
        return "full name"
    if label == "PERSON":
        return "full name" if " " in form else "surname" if fold_name(form) == fold_name(name).split()[-1] else "other"
    letters = form.replace(".", "")
    return "acronym" if letters.isupper() and " " not in letters and len(letters) < 7 else "other"


@lru_cache(maxsize=1)
def power_nouns() -> frozenset[str]:
    """Nouns that speak of those in power, of data/naming_words.csv."""
    return frozenset(read_rows("naming_words.csv")["word"])


@lru_cache(maxsize=1)
def _nouns_behind() -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(power_nouns())))
    return re.compile(rf"(?:['’]s?)?[ \u00a0]({words})\b")


def label_positions(entities: pd.DataFrame, docs: pd.DataFrame) -> pd.DataFrame:
    """Say where in its article each mention stands.

    Args:
        entities: the result of `find_entities` or `link_entities`.
        docs: the articles.

    Returns:
        The same rows, a row a mention, with `position` (float64): the share of the article's characters before it, in
        per cent.

    Raises:
        KeyError: where entities or docs lacks a column.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["0123456789"]})
        >>> label_positions(pd.DataFrame({"doc_id": ["a"], "start": [5]}), docs)["position"].tolist()
        [50.0]
    """
    length = docs.set_index("doc_id")["text"].str.len()
    return entities.assign(position=100.0 * entities["start"] / entities["doc_id"].map(length).astype("float64"))

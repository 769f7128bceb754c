"""The table of known entities, and the search for their names in a text."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ukrcorpus.packaged import read_rows

KINDS = ("PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "WORK", "PRODUCT", "LAW")
"""Kinds of entities, in the sense of OntoNotes (Weischedel et al. 2013)."""

_COLUMNS = ["entity_id", "label", "name", "wikipedia", "aliases", "of", "source"]
_ALIAS = re.compile(r"(?P<before>[^{}]*)\{(?P<name>[^{}]+)\}(?P<after>[^{}]*)")
_TOKEN = re.compile(r"\w+|[^\w\s']|\n\s*\n")  # an empty line is one, so that no name reaches over it
_SOFT_SIGN = re.compile(r"'(?!\w)")  # Libuov' Sobol' is Libuov Sobol
_LINE = re.compile(r"[^\n]+")
CYRILLIC = re.compile("[Ѐ-ӿ]")

_SAME = {"’": "'", "‘": "'", "ʼ": "'", "ʹ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
_SAME |= dict.fromkeys("‐‑‒–−", "-") | dict.fromkeys("\u00a0\u2007\u2009\u202f", " ")


class Entity(NamedTuple):
    """What a mention says of its entity; `entity_id` is None where it cannot be told."""

    entity_id: str | None
    label: str
    name: str
    wikipedia: str | None = None
    of: str = ""


Found = tuple[int, int, tuple[Entity, ...]]  # start and end of a name, and its bearers


class Name(NamedTuple):
    """A name in tokens, with the tokens around it that it needs, and the entities that bear it."""

    before: list[str]
    tokens: list[str]
    after: list[str]
    entities: tuple[Entity, ...]


class Matcher(NamedTuple):
    """Names ready for the search: by first token, longest first; as written, in capitals, and by the whole name."""

    heads: dict[str, list[Name]]
    capitals: dict[str, list[Name]]
    bearers: dict[str, tuple[Entity, ...]]
    cyrillic: Callable[[], Callable[[str], Iterator[Found]]]  # made when it is first called for


def even(text: str) -> str:
    """The text with one kind of apostrophe, quotation mark, hyphen and space; every character keeps its place."""
    for character, plain in _SAME.items():  # far faster than str.translate, which looks up every character
        text = text.replace(character, plain)
    return text


def load_entities(*, table: pd.DataFrame | str | Path | None = None, extend: bool = True) -> pd.DataFrame:
    """Load the table of known entities, with the caller's own rows.

    A row is an entity; data/entities.csv explains the columns and the marks of aliases.

    Args:
        table: a table or a CSV file with `entity_id, label, name` and, as wanted, `wikipedia, aliases, of, source`.
        extend: whether the rows are added to the packaged ones (a row with the same `entity_id` takes its place) or
            stand alone.

    Returns:
        entity_id, label, name, wikipedia, aliases, of, source, all str, "" where nothing is known.

    Raises:
        ValueError: where a column is missing, a label is none of the ten kinds, or an entity_id stands twice.

    Example:
        >>> own = pd.DataFrame({"entity_id": ["ada"], "label": ["PERSON"], "name": ["Ada Lovelace"]})
        >>> load_entities(table=own, extend=False)["name"].tolist()
        ['Ada Lovelace']
    """
    if table is None:
        return _packaged().copy()
    if isinstance(table, pd.DataFrame):
        own = _checked(table, "the table of entities")
    else:
        own = _checked(read_rows("entities.csv", table), str(table))
    kept = _packaged()[~_packaged()["entity_id"].isin(own["entity_id"]) & extend]
    return pd.concat([kept, own], ignore_index=True)


@lru_cache(maxsize=1)
def _packaged() -> pd.DataFrame:
    return _checked(read_rows("entities.csv"), "data/entities.csv")


def _checked(rows: pd.DataFrame, origin: str) -> pd.DataFrame:
    for column in ("entity_id", "label", "name"):
        if column not in rows.columns:
            raise ValueError(f"{origin} has no column {column!r}; it needs entity_id, label and name")
    rows = rows.reindex(columns=_COLUMNS).astype("object").fillna("").astype("str")
    for row in rows[~rows["label"].isin(KINDS)].itertuples():
        raise ValueError(f"{origin}: {row.entity_id!r} has the label {row.label!r}; use one of {', '.join(KINDS)}")
    for entity_id in rows.loc[rows["entity_id"].duplicated(), "entity_id"]:
        raise ValueError(f"{origin} has the entity_id {entity_id!r} twice; keep one row and join the aliases")
    return rows


@lru_cache(maxsize=1)
def given_names() -> dict[str, str]:
    """Each form of a given name with the form that stands for all of them, in lower case."""
    groups = [line.lower().split(";") for line in read_rows("given_names.csv")["forms"]]
    return {form: group[0] for group in groups for form in group}


@lru_cache(maxsize=1)
def packaged_matcher() -> Matcher:
    """The matcher of the packaged table."""
    return make_matcher(_packaged())


def make_matcher(table: pd.DataFrame) -> Matcher:
    """Make the names of a table of entities ready for the search."""
    bearers: dict[tuple[str, str, str, bool], dict[Entity, None]] = {}
    forms: dict[tuple[str, str, str, bool], dict[Entity, None]] = {}
    for entity_id, label, full_name, wikipedia, aliases, of, _ in table[_COLUMNS].to_numpy().tolist():
        entity = Entity(entity_id, label, full_name, wikipedia or None, of)
        for before, name, after, in_capitals in _listed_names(full_name, aliases):
            bearers.setdefault((before, name, after, in_capitals), {})[entity] = None
            for form in _other_forms(name) if entity.label == "PERSON" else ():
                forms.setdefault((before, form, after, in_capitals), {})[entity] = None
    listed = {name for _, name, *_ in bearers}
    bearers |= {key: found for key, found in forms.items() if key[1] not in listed}
    cyrillic = {key[:3]: tuple(bearers.pop(key)) for key in list(bearers) if CYRILLIC.search(key[1])}
    search = cache(lambda: import_module("ukrcorpus.entities.cyrillic").make_search(cyrillic))
    matcher = Matcher({}, {}, {name: tuple(found) for (_, name, *_), found in bearers.items()}, search)
    for (before, name, after, in_capitals), found in bearers.items():
        for context in dict.fromkeys((before, before[:1].upper() + before[1:])):
            _add(matcher.heads, context, name, after, tuple(found))
        if in_capitals:
            _add(matcher.capitals, before.upper(), name.upper(), after.upper(), tuple(found))
    for names in (*matcher.heads.values(), *matcher.capitals.values()):
        names.sort(key=lambda name: (-len(" ".join(name.tokens)), -len(name.before) - len(name.after)))
    return matcher


def _add(heads: dict[str, list[Name]], before: str, name: str, after: str, entities: tuple[Entity, ...]) -> None:
    tokens = _TOKEN.findall(name)
    heads.setdefault(tokens[0], []).append(Name(_TOKEN.findall(before), tokens, _TOKEN.findall(after), entities))


def _listed_names(name: str, aliases: str) -> Iterator[tuple[str, str, str, bool]]:
    """Yield what stands before, the name, what stands after, and whether it counts in capitals."""
    listed = [even(alias.strip()).partition("@")[0] for alias in aliases.split(";")]
    bound = [found.group("before", "name", "after") for alias in listed if (found := _ALIAS.fullmatch(alias))]
    for before, inner, after in bound:
        yield before, inner, after, True
    for plain in [even(name), *listed]:
        if plain and "{" not in plain and plain not in (inner for _, inner, _ in bound):
            yield "", plain.removesuffix("!"), "", not plain.endswith("!")


def _other_forms(name: str) -> list[str]:
    """A full name with the other forms of its given name."""
    first, _, rest = name.partition(" ")
    group = given_names().get(first.lower())
    forms = [form.capitalize() for form, standing in given_names().items() if standing == group] if rest else []
    return [f"{form} {rest}" for form in forms if form != first]


def match_names(text: str, matcher: Matcher) -> Iterator[Found]:
    """Yield start, end and bearers of each name of the table in a text (already made `even`), leftmost longest."""
    tokens = list(_TOKEN.finditer(text))
    words = [token[0] for token in tokens]
    starts = [token.start() for token in tokens]
    loud: set[int] = set()
    for line in _LINE.finditer(text):
        if is_loud(line[0]):
            loud.update(range(bisect_left(starts, line.start()), bisect_left(starts, line.end())))
    free = 0
    heads = matcher.heads
    possible = [at for at, word in enumerate(words) if word in heads]
    for at in sorted({*possible, *loud}) if loud else possible:
        if at < free:
            continue
        for before, name, after, entities in (matcher.capitals if at in loud else heads).get(words[at], ()):
            last = at + len(name)
            if words[at:last] == name and words[max(0, at - len(before)) : last + len(after)] == before + name + after:
                start, end = starts[at], tokens[last - 1].end()
                yield start, end + bool("' " in text[start:end] and _SOFT_SIGN.match(text, end)), entities
                free = last
                break
    if not text.isascii() and CYRILLIC.search(text):
        yield from matcher.cyrillic()(text)


def is_loud(line: str) -> bool:
    """Whether a line is set wholly in capitals, so that capitals say nothing in it."""
    return line.isupper() and sum(map(str.isalpha, line)) > 8 and " " in line.strip()

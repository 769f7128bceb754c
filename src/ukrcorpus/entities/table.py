"""The table of known entities, and the search for their names in a text."""

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pandas as pd

KINDS = ("PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "WORK", "PRODUCT", "LAW")
"""Kinds of entities, in the sense of OntoNotes (Weischedel et al. 2013)."""

_COLUMNS = ["entity_id", "label", "name", "wikipedia", "aliases", "of", "source"]
_ALIAS = re.compile(r"(?P<before>[^{}]*)\{(?P<name>[^{}]+)\}(?P<after>[^{}]*)|(?P<plain>[^{}]+)")
_WORD = re.compile(r"\w+")
_LINE = re.compile(r"[^\n]+")
_GAP = r"'?(?:[^\S\n]+|[^\S\n]*\n[^\S\n]*)"  # a name may be wrapped; an apostrophe is a soft sign (Libuov' Sobol')

_SAME = {"’": "'", "‘": "'", "ʼ": "'", "ʹ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
_SAME |= dict.fromkeys("‐‑‒–−", "-") | dict.fromkeys("\u00a0\u2007\u2009\u202f", " ")
_EVEN = str.maketrans(_SAME)


class Name(NamedTuple):
    """A name as the table gives it: the words around it that it needs, and the entities (row numbers) that bear it."""

    before: str
    name: str
    after: str
    in_capitals: bool
    entities: tuple[int, ...]


class Entity(NamedTuple):
    """An entity of the table, as far as mentions need it."""

    entity_id: str
    label: str
    name: str
    wikipedia: str
    of: str


class Head:
    """The names that begin with one word, longest first; their pattern is compiled when a text first has the word."""

    def __init__(self, names: list[tuple[int, Name]]) -> None:
        self.numbers = [number for number, _ in names]
        self._names = [name for _, name in names]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Alternatives in the order of `numbers`, one group each."""
        return re.compile("|".join(map(_pattern, self._names)))


class Matcher(NamedTuple):
    """Names ready for the search: by first word, longest first, as written and in capitals."""

    entities: list[Entity]
    names: list[Name]
    bearers: dict[str, tuple[int, ...]]
    heads: dict[str, Head]
    capitals: dict[str, Head]


def even(text: str) -> str:
    """The text with one kind of apostrophe, quotation mark, hyphen and space; every character keeps its place."""
    return text if text.isascii() and "`" not in text else text.translate(_EVEN)


def load_entities(table: pd.DataFrame | str | Path | None = None, *, extend: bool = True) -> pd.DataFrame:
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
        >>> load_entities(own, extend=False)["name"].tolist()
        ['Ada Lovelace']

    """
    if table is None:
        return _packaged().copy()
    origin = "the table of entities" if isinstance(table, pd.DataFrame) else str(table)
    rows = table if isinstance(table, pd.DataFrame) else _read(Path(table).read_text(encoding="utf-8-sig"))
    own = _checked(rows, origin)
    if not extend:
        return own
    kept = _packaged()[~_packaged()["entity_id"].isin(own["entity_id"])]
    return pd.concat([kept, own], ignore_index=True)


@lru_cache(maxsize=1)
def _packaged() -> pd.DataFrame:
    path = files("ukrcorpus") / "data" / "entities.csv"
    return _checked(_read(path.read_text(encoding="utf-8")), "data/entities.csv")


def _read(text: str) -> pd.DataFrame:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return pd.read_csv(StringIO("\n".join(lines)), dtype="str", keep_default_na=False)


def _checked(rows: pd.DataFrame, origin: str) -> pd.DataFrame:
    for column in ("entity_id", "label", "name"):
        if column not in rows.columns:
            raise ValueError(f"{origin} has no column {column!r}; it needs entity_id, label and name")
    columns = {name: rows[name] if name in rows.columns else "" for name in _COLUMNS}
    rows = pd.DataFrame(columns, index=rows.index).astype("object").fillna("").astype("str").reset_index(drop=True)
    unknown = rows[~rows["label"].isin(KINDS)]
    if len(unknown):
        row = unknown.iloc[0]
        raise ValueError(
            f"{origin}: {row['entity_id']!r} has the label {row['label']!r}; use one of {', '.join(KINDS)}"
        )
    twice = rows.loc[rows["entity_id"].duplicated(), "entity_id"]
    if len(twice):
        raise ValueError(f"{origin} has the entity_id {twice.iloc[0]!r} twice; keep one row and join the aliases")
    return rows


@lru_cache(maxsize=1)
def given_names() -> dict[str, str]:
    """Each form of a given name with the form that stands for all of them, in lower case."""
    lines = (files("ukrcorpus") / "data" / "given_names.csv").read_text(encoding="utf-8").splitlines()
    groups = [line.split(";") for line in lines if not line.startswith("#")][1:]
    return {form.lower(): group[0].lower() for group in groups for form in group}


@lru_cache(maxsize=1)
def _forms() -> dict[str, list[str]]:
    forms: dict[str, list[str]] = {}
    for form, first in given_names().items():
        forms.setdefault(first, []).append(form.capitalize())
    return forms


@lru_cache(maxsize=1)
def packaged_matcher() -> Matcher:
    """The matcher of the packaged table; made once."""
    return make_matcher(_packaged())


def make_matcher(entities: pd.DataFrame) -> Matcher:
    """Make the names of a table of entities ready for the search."""
    bearers: dict[tuple[str, str, str, bool], list[int]] = {}
    listed = list(zip(entities["label"], entities["name"], entities["aliases"], strict=True))
    for number, (_, name, aliases) in enumerate(listed):
        for key in _keys(name, aliases):
            bearers.setdefault(key, []).append(number)
    given = {key[1] for key in bearers}
    for number, (label, name, aliases) in enumerate(listed):
        if label == "PERSON":
            for key in _keys(name, aliases):
                for form in _other_forms(key[1]):
                    if form not in given:
                        bearers.setdefault((key[0], form, key[2], key[3]), []).append(number)
    names = [Name(*key, tuple(dict.fromkeys(numbers))) for key, numbers in bearers.items()]
    columns = [entities[column] for column in Entity._fields]
    return Matcher(
        entities=[Entity(*row) for row in zip(*columns, strict=True)],
        names=names,
        bearers={name.name: name.entities for name in names},
        heads=_heads(list(enumerate(names))),
        capitals=_heads(
            [(n, name._replace(name=name.name.upper())) for n, name in enumerate(names) if name.in_capitals]
        ),
    )


def _keys(name: str, aliases: str) -> Iterator[tuple[str, str, str, bool]]:
    """Yield what stands before, the name, what stands after, and whether capitals count, for each name of an entity."""
    texts = [even(part.strip()) for part in aliases.split(";") if part.strip()]
    inner = {found["name"] for text in texts if (found := _ALIAS.match(text)) and found["name"]}
    for text in [even(name), *texts]:
        text = text.split("@")[0]
        found = _ALIAS.match(text)
        if found is None or (text == even(name) and text in inner):
            continue
        plain = found["plain"]
        if plain:
            yield "", plain.removesuffix("!"), "", not plain.endswith("!")
        else:
            yield found["before"], found["name"], found["after"], True


def _other_forms(name: str) -> list[str]:
    first, _, rest = name.partition(" ")
    group = given_names().get(first.lower())
    return [f"{form} {rest}" for form in _forms()[group] if form != first] if rest and group else []


def _heads(names: list[tuple[int, Name]]) -> dict[str, Head]:
    """Group numbered names by first word; each group is one pattern that tries the longest name first."""
    groups: dict[str, list[tuple[int, Name]]] = {}
    for number, name in names:
        first = _WORD.search(name.name)
        if first:
            groups.setdefault(first[0], []).append((number, name))
    heads = {}
    for head, group in groups.items():
        group.sort(key=lambda entry: (-len(entry[1].name), -len(entry[1].before + entry[1].after), entry[0]))
        heads[head] = Head(group)
    return heads


def _pattern(name: Name) -> str:
    before = f"(?<={re.escape(name.before)})" if name.before else ""
    if name.before[:1].isalpha():
        start = name.before[0]
        before = f"(?<=[{start.lower()}{start.upper()}]{re.escape(name.before[1:])})"
    words = _GAP.join(re.escape(word) for word in name.name.split())
    end = r"(?!\w)" if re.match(r"\w", name.name[-1]) else ""
    after = f"(?={re.escape(name.after)})" if name.after else ""
    return f"{before}({words}){end}{after}"


def match_names(text: str, matcher: Matcher) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and number of each name of the table in a text (already made `even`), leftmost longest."""
    loud = [line.span() for line in _LINE.finditer(text) if is_loud(line[0])]
    done = 0
    for word in _WORD.finditer(text):
        at = word.start()
        if at < done:
            continue
        inside = bool(loud) and any(start <= at < end for start, end in loud)
        entry = (matcher.capitals if inside else matcher.heads).get(word[0])
        found = entry.pattern.match(text, at) if entry else None
        if entry is None or found is None or found.lastindex is None:
            continue
        start, end = found.span(found.lastindex)
        if "' " in text[start:end] and text[end : end + 1] == "'" and text[end + 1 : end + 2] != "s":
            end += 1
        yield start, end, entry.numbers[found.lastindex - 1]
        done = end


def is_loud(line: str) -> bool:
    """Whether a line is set wholly in capitals, so that capitals say nothing in it."""
    return line.isupper() and sum(map(str.isalpha, line)) > 8 and " " in line.strip()

"""What infer_published reads: the table of dated events, the file of cues that place an article beside them."""

import re
import tomllib
from datetime import date
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

Patterns = tuple[tuple[re.Pattern[str], ...], ...]
"""Cues: of one of them all parts must be found."""

Interval = tuple[date, date]
"""First and last possible day; `date.min` and `date.max` where there is no bound."""


class Event(NamedTuple):
    """A dated event that cues may name, or several that the same cues name."""

    name: str
    days: tuple[Interval, ...]
    cues: Patterns
    known: Patterns
    counted: Patterns
    scheduled: bool
    openings: frozenset[str]


class Rule(NamedTuple):
    """A rule of the file of cues."""

    name: str
    of: str
    pattern: re.Pattern[str]
    base: str
    per: tuple[int, int]
    days: tuple[int, int]
    score: float
    unit: str
    default_unit: str
    on: str
    gap: int


class Cues(NamedTuple):
    """The compiled file of cues."""

    rules: tuple[Rule, ...]
    words: dict[str, re.Pattern[str]]
    numbers: dict[str, int]
    weekdays: dict[str, int]
    seasons: dict[str, tuple[int, int]]


def read_dated_events() -> pd.DataFrame:
    """The package's table of dated events.

    Returns:
        A row an event: `event` (neutral name), `date_low`, `date_high` (ISO 8601), `cues`, `counted_from`, `scheduled`,
        `source` (all str). What each column means stands at the head of `data/dated_events.csv`.

    Example:
        >>> read_dated_events().set_index("event").loc["Wagner events, June 2023", "date_high"]
        '2023-06-24'

    """
    with resources.files("ukrcorpus").joinpath("data/dated_events.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, comment="#", dtype="str", keep_default_na=False)


@lru_cache(maxsize=1)
def default_events() -> tuple[Event, ...]:
    """The package's events, those left out that nobody verified."""
    events = read_dated_events()
    return prepare_events(events[events["source"] != "unverified"])


def prepare_events(events: pd.DataFrame) -> tuple[Event, ...]:
    """Compile a table of events; rows with the same cues become one event with several possible days.

    Raises:
        ValueError: where a column is missing or a date is none.

    """
    for column in ("event", "date_low", "date_high", "cues"):
        if column not in events.columns:
            raise ValueError(
                f"events has no column {column!r}; see ukrcorpus.date_cues.read_dated_events for the columns"
            )
    prepared = []
    for cues, rows in events.fillna("").astype("str").groupby("cues", sort=False):
        pairs = zip(rows["date_low"], rows["date_high"], strict=True)
        days = tuple((_day(low), _day(high or low)) for low, high in pairs)
        first = rows.iloc[0].to_dict()
        known, counted = _patterns(first.get("known_by", "")), _patterns(first.get("counted_from", ""))
        scheduled = first.get("scheduled") == "yes"
        name, openings = " or ".join(rows["event"]), _openings(f"{cues};{first.get('known_by', '')}")
        prepared.append(Event(name, days, _patterns(str(cues)), known, counted, scheduled, openings))
    return tuple(prepared)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise ValueError(f"events has the date {text!r}; write dates as 2024-06-21") from error


def _patterns(cues: str) -> Patterns:
    """Compile cues: alternatives separated by ";", parts joined by " + ", words separated by "|"."""
    return tuple(tuple(_part(part) for part in cue.split(" + ")) for cue in cues.split(";") if cue.strip())


def _openings(cues: str) -> frozenset[str]:
    """The first letters, four or fewer, of the words that a cue can begin with."""
    words = (word for cue in cues.split(";") for word in cue.split(" + ")[0].split("|"))
    return frozenset(re.findall(r"[^\W_]+", word.casefold())[0][:4] for word in words if word.strip())


def _part(part: str) -> re.Pattern[str]:
    words = []
    for word in part.strip().split("|"):
        escaped = re.escape(word.strip()).replace(r"\*", r"\w*").replace(r"\ ", r"\s+").replace("'", "['’]")
        # Short capitals such as US are names only as they stand.
        words.append(f"(?-i:{escaped})" if word.isupper() and len(word) < 5 else escaped)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.I)


@lru_cache(maxsize=1)
def default_cues() -> Cues:
    """The package's cues."""
    source = resources.files("ukrcorpus").joinpath("data/date_cues.toml")
    return _compile(tomllib.loads(source.read_text(encoding="utf-8")))


def read_cues(path: str | Path) -> Cues:
    """Compile a file of cues in the form of the package's `data/date_cues.toml`."""
    return _compile(tomllib.loads(Path(path).read_text(encoding="utf-8")))


def _compile(data: dict[str, Any]) -> Cues:
    numbers = {**data["numbers"], **data["ordinals"]}
    number = r"(?:\d{1,4}|" + "|".join(re.escape(w) for w in sorted(data["numbers"], key=len, reverse=True)) + ")"
    ordinal = r"(?:\d{1,3}(?:st|nd|rd|th)|" + "|".join(data["ordinals"]) + ")"
    unit = "(?:days?|weeks?|months?|years?)"
    rules = tuple(
        Rule(
            name=rule["name"],
            of=rule["of"],
            pattern=re.compile(
                rule["pattern"].replace("NUMBER", number).replace("ORDINAL", ordinal).replace("UNIT", unit), re.I
            ),
            base=rule["base"],
            per=(rule["per"][0], rule["per"][1]),
            days=(rule["days"][0], rule["days"][1]),
            score=rule["score"],
            unit=rule.get("unit", ""),
            default_unit=rule.get("default_unit", ""),
            on=rule.get("on", ""),
            gap=rule.get("gap", 60),
        )
        for rule in data["rule"]
    )
    names = ("retrospect", "unreal", "announced", "perhaps", "deadline", "before_weekday", "on_day")
    words = {name: re.compile(data[name], re.I) for name in names}
    seasons = {name: (months[0], months[1]) for name, months in data["seasons"].items()}
    return Cues(rules, words, numbers, data["weekdays"], seasons)

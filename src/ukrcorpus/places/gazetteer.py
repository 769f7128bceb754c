"""Names of places: the project's own table, and cities from GeoNames."""

import math
import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cache, lru_cache
from itertools import islice
from typing import Any, NamedTuple

import pandas as pd

from ukrcorpus.packaged import read_rows, read_text

# What a spelling is called: by the column of the table that holds it.
CUSTOMS = {
    "ukrainian": "Ukrainian-based",
    "russian": "Russian-based",
    "soviet": "Soviet-era",
    "english": "English custom",
}
# Prior of a row of the table, in the unit of the decimal logarithm of a population.
WEIGHTS = {"country": 7.5, "region": 7.0, "water": 7.0, "admin1": 6.0, "facility": 6.0, "city": 5.0}
# Countries of which the city index holds places of 500 people and more.
IN_FULL = ("UA", "RU", "BY", "MD")


class Place(NamedTuple):
    """A place that a name can mean; `weight` is its prior, `seat` whom it stands for, `curated` one of the table."""

    name: str
    label: str
    country: str | None
    admin1: str | None
    lat: float
    lon: float
    geoname_id: int | None
    weight: float
    seat: str | None
    curated: bool

    def about(self) -> dict[str, Any]:
        """What a row of places says of it."""
        return dict(zip(self._fields[:7], self[:7], strict=True))


class Sense(NamedTuple):
    """What a name can mean, and the custom of its spelling."""

    place: Place
    spelling: str | None
    area: bool = False  # whether a word for a region may stand behind the name
    stem: bool = False  # whether it hardly means this place without one


class Names(NamedTuple):
    """What spotting looks names up in."""

    by_word: dict[str, list[str]]  # names by their first word, longest first
    senses: Callable[[str], tuple[Sense, ...]]  # what a name can mean
    sounding: Callable[[str], tuple[Sense, ...]]  # what it can mean in another romanisation, in the countries in full
    begins: re.Pattern[str]  # words that a name can begin with


def place_table() -> pd.DataFrame:
    """The project's table of toponyms: a row a place, the columns described in the head of `data/places.csv`.

    To add places, hand `pd.concat([place_table(), more])` to `find_places(docs, table=…)`.

    Example:
        >>> table = place_table()
        >>> table.loc[table.name == "Kharkiv", "russian"].item()
        'Kharkov'
    """
    return read_rows("places.csv").astype({"lat": "float64", "lon": "float64"})


def same_length(text: str) -> str:
    """Text with plain letters, apostrophes, hyphens and blanks, each character one character as before."""
    return _UNUSUAL.sub(lambda found: _plain(found[0]), text)


def loose(name: str) -> str:
    """A key that spellings share which differ by y, i and j, by soft signs and by doubled letters."""
    return _DOUBLED.sub(r"\1", name.lower().translate(_LOOSE).replace("zhzh", "zh").replace("ie", "e"))


@cache
def packaged_names() -> Names:
    """Names of the packaged table and of the cities."""
    return names_of(place_table())


def names_of(table: pd.DataFrame) -> Names:
    """Names of a table of toponyms and of the cities, except those cities that the table has itself."""
    own: dict[str, list[Sense]] = {}
    for row in table.to_dict("records"):
        for name, sense in _senses_of(row).items():
            own.setdefault(name, []).append(sense)
    cities, ids = _city_lines(), set(table["geoname_id"])
    admin1 = dict(zip(table["admin1_code"], table["name"], strict=True))

    @cache
    def senses(name: str) -> tuple[Sense, ...]:
        lines = (line.split(",") for line in cities.get(name, ()))
        return (*own.get(name, ()), *(_city(line, name, admin1) for line in lines if line[6] not in ids))

    near = [name for name, known in own.items() if any(sense.place.country in IN_FULL for sense in known)]
    near += [name for name, lines in cities.items() if any(line.split(",", 2)[1] in IN_FULL for line in lines)]
    by_sound = _by_key((name for name in dict.fromkeys(near) if len(name) > 5 and " " not in name), loose)

    @lru_cache(100_000)
    def sounding(name: str) -> tuple[Sense, ...]:
        known = [sense for alike in reversed(by_sound.get(loose(name), ())) for sense in senses(alike)]
        places = {s.place: s for s in known if s.place.country in IN_FULL and s.place.label in ("city", "admin1")}
        return tuple(places.values())

    by_word = _by_key(dict.fromkeys([*own, *cities]), lambda name: _FIRST.match(name)[0])  # type: ignore[index]
    small = "|".join(sorted(word for word in by_word if word[:1].islower())) or "(?!)"
    return Names(by_word, senses, sounding, re.compile(rf"\b(?:[A-Z]\w*|(?:{small})\b(?= [A-Z]))"))


def _senses_of(row: Mapping[Hashable, Any]) -> dict[str, Sense]:
    """The names of a row of the table, with what they mean; "X ~" stands for X with a word for a region behind it."""
    about = (row["name"], row["kind"], row["country"] or None, row["admin1"] or None, row["lat"], row["lon"])
    weight = max(WEIGHTS[row["kind"]], math.log10(int(row["population"] or 0) + 1))
    geoname_id = int(row["geoname_id"]) if row["geoname_id"] else None
    place = Place(*about, geoname_id, weight, row["stands_for"] or None, curated=True)
    columns = (*CUSTOMS, "aliases", "name")
    listed = [(same_length(n), CUSTOMS.get(column)) for column in columns for n in row[column].split(";") if n]
    areas = {name.removesuffix(" ~") for name, _ in listed if name.endswith(" ~")}
    whole = {name for name, _ in listed}
    senses: dict[str, Sense] = {}
    for name, custom in listed:
        bare = name.removesuffix(" ~")
        if bare.rpartition(" ")[0] not in areas:
            senses.setdefault(bare, Sense(place, custom, bare in areas, bare not in whole))
    return senses


@cache
def _city_lines() -> dict[str, list[str]]:
    """The lines of cities.csv by each spelling: few of the cities ever stand in a text, so they are read when met."""
    found: dict[str, list[str]] = {}
    lines = (line for line in read_text("cities.csv").splitlines() if not line.startswith("#"))
    for line in islice(lines, 1, None):
        name, *_, variants, russian = line.split(",")
        for spelling in (name, *variants.split(";"), *russian.split(";")):
            if spelling[:1].isupper():
                found.setdefault(spelling, []).append(line)
    return found


def _city(columns: list[str], spelling: str, admin1: Mapping[str, str]) -> Sense:
    """A city of the index under one of its spellings."""
    name, country, code, lat, lon, people, geoname_id, capital, _, russian = columns
    weight = math.log10(int(people) + 1) + (1.0 if capital else 0.0)
    seat = "government" if capital else None
    region = admin1.get(f"{country}.{code}")
    place = Place(name, "city", country, region, float(lat), float(lon), int(geoname_id), weight, seat, curated=False)
    custom = "Russian-based" if spelling in russian.split(";") else "Ukrainian-based"
    return Sense(place, custom if russian else None)


def _by_key(names: Iterable[str], key: Callable[[str], str]) -> dict[str, list[str]]:
    """Names under a key, longest first."""
    found: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        found.setdefault(key(name), []).append(name)
    return found


@lru_cache(10_000)
def _plain(character: str) -> str:
    """The character that one stands for: a letter without its mark, an apostrophe, a hyphen, a blank."""
    base = unicodedata.normalize("NFKD", character)[0]
    return base if base.isascii() and base.isalpha() else _ALIKE.get(character, character)


_ALIKE = {
    **dict.fromkeys("’‘ʼ`ʹ′", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013", "-"),
    **dict.fromkeys("\u00a0\u2009\u202f\n\r\t", " "),
    **dict(zip("łŁıøØđ", "lLioOd", strict=True)),
}
_UNUSUAL = re.compile(r"[^ -_a-~]")
_FIRST = re.compile(r"\w*")
_LOOSE = str.maketrans("yj", "ii", "' -._")
_DOUBLED = re.compile(r"(.)\1+")

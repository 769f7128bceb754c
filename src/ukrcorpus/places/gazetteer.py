"""Names of places: the project's own table, and cities from GeoNames."""

import csv
import io
import math
import re
import sys
import unicodedata
from collections.abc import Hashable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import pandas as pd

AREA_WORDS = ("Oblast", "oblast", "region", "Region", "province", "Province", "Krai", "krai", "Territory", "territory")
"""What "~" stands for in the table."""

CUSTOMS = {
    "ukrainian": "Ukrainian-based",
    "russian": "Russian-based",
    "soviet": "Soviet-era",
    "english": "English custom",
}
"""Columns of the table that hold spellings, and what the column `spelling` of places says of them."""

WEIGHTS = {"country": 7.5, "region": 7.0, "water": 7.0, "admin1": 6.0, "facility": 6.0, "city": 5.0}
"""Prior of a row of the table, in the unit of the decimal logarithm of a population."""

IN_FULL = ("UA", "RU", "BY", "MD")
"""Countries of which the city index holds places of 500 people and more."""


class Place(NamedTuple):
    """A place that a name can mean."""

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


class Sense(NamedTuple):
    """A name of a place: the custom of its spelling, and whether the name needs a word like "region" beside it."""

    place: Place
    spelling: str | None
    stem: bool


class Names(NamedTuple):
    """What spotting looks names up in.

    Attributes:
        by_word: first word -> names that begin with it, longest first, each with the places it can mean.
        by_sound: loose key -> places of names in Ukraine, Russia, Belarus and Moldova.
        begins: pattern of the words that a name can begin with.
    """

    by_word: dict[str, list[tuple[str, tuple[Sense, ...]]]]
    by_sound: dict[str, tuple[Sense, ...]]
    begins: re.Pattern[str]


def place_table() -> pd.DataFrame:
    """The project's table of toponyms: a row a place, the columns described in the head of `data/places.csv`.

    To add places, hand `pd.concat([place_table(), more])` to `find_places(docs, table=…)`.

    Example:
        >>> table = place_table()
        >>> table.loc[table.name == "Kharkiv", "russian"].item()
        'Kharkov'
    """
    table = pd.read_csv(io.StringIO(_rows("places.csv")), dtype="str", keep_default_na=False)
    return table.assign(lat=table["lat"].astype(float), lon=table["lon"].astype(float))


def same_length(text: str) -> str:
    """Text with plain letters, quotation marks, hyphens and blanks, each character one character as before.

    Example:
        >>> same_length("Bălți’s")
        "Balti's"
    """
    return text.translate(_ASCII if text.isascii() else _plain_characters())


def loose(name: str) -> str:
    """A key that spellings share which differ by y, i and j, by soft signs and by doubled letters.

    Example:
        >>> loose("Valuyki") == loose("Valuiki"), loose("Zaporizhzhya") == loose("Zaporizhia")
        (True, True)
    """
    key = re.sub(r"[\W_]", "", same_length(name).lower())
    key = key.replace("y", "i").replace("j", "i").replace("zhzh", "zh").replace("ie", "e")
    return re.sub(r"(.)\1+", r"\1", key)


_ASCII = str.maketrans("`\n\r\t", "'   ")


@cache
def packaged_names() -> Names:
    """Names of the packaged table and of the cities."""
    return names_of(place_table())


def names_of(table: pd.DataFrame) -> Names:
    """Names of a table of toponyms and of the cities, except those cities that the table has itself."""
    populations, cities = _cities(tuple(zip(table["country"], table["admin1_code"], table["name"], strict=True)))
    senses: dict[str, list[Sense]] = {}
    for row in table.to_dict("records"):
        place = _from_table(row, populations)
        for name, spelling, stem in _spellings(row):
            senses.setdefault(same_length(name), []).append(Sense(place, spelling, stem))
    own = {sense.place.geoname_id for known in senses.values() for sense in known} - {None}
    for place, spelled in cities:
        if place.geoname_id in own:
            continue
        for name, spelling in spelled:
            senses.setdefault(same_length(name), []).append(Sense(place, spelling, False))
    by_word = _by_first_word(senses)
    lower = "|".join(sorted({word for word in by_word if word[0].islower()}))
    return Names(by_word, _by_sound(by_word), re.compile(rf"[A-Z]\w*|\b(?:{lower})\b(?= [A-Z])"))


def _by_sound(by_word: dict[str, list[tuple[str, tuple[Sense, ...]]]]) -> dict[str, tuple[Sense, ...]]:
    """Loose keys of one-word names of six letters and more in the countries that the index holds in full."""
    keyed: dict[str, list[Sense]] = {}
    for known in by_word.values():
        for name, senses in known:
            if len(name) > 5 and " " not in name:
                near = [s for s in senses if s.place.country in IN_FULL and s.place.label in ("city", "admin1")]
                keyed.setdefault(loose(name), []).extend(near)
    return {key: tuple(dict.fromkeys(senses)) for key, senses in keyed.items() if senses}


def _from_table(row: Mapping[Hashable, Any], populations: dict[int, int]) -> Place:
    """A place of a row of the table."""
    geoname_id = int(row["geoname_id"]) if row["geoname_id"] else None
    weight = WEIGHTS[row["kind"]]
    if row["kind"] == "city":
        weight = max(weight, math.log10(populations.get(geoname_id or 0, 0) + 1))
    seat = row["stands_for"] or None
    return Place(
        row["name"],
        row["kind"],
        row["country"] or None,
        row["admin1"] or None,
        float(row["lat"]),
        float(row["lon"]),
        geoname_id,
        weight,
        seat,
        True,
    )


def _spellings(row: Mapping[Hashable, Any]) -> Iterator[tuple[str, str | None, bool]]:
    """Yield each name of a row of the table, with its custom, and whether it is a stem."""
    seen = set()
    for column in (*CUSTOMS, "aliases", "name"):
        for name in filter(None, row[column].split(";")):
            stem = name.endswith(" ~")
            bare = name.removesuffix(" ~")
            for full in [bare, *(f"{bare} {word}" for word in AREA_WORDS)] if stem else [bare]:
                if full not in seen:
                    seen.add(full)
                    yield full, CUSTOMS.get(column), stem and full == bare and bare != row["name"]


@cache
def _cities(
    areas: tuple[tuple[str, str, str], ...],
) -> tuple[dict[int, int], list[tuple[Place, list[tuple[str, str | None]]]]]:
    """Population by GeoNames id, and the cities with their names."""
    admin1 = {tuple(code.split(".", 1)): name for _, code, name in areas if code}
    populations, cities = {}, []
    rows = csv.reader(io.StringIO(_rows("cities.csv")))
    next(rows)
    for name, country, code, lat, lon, population, geoname_id, capital, variants, russian in rows:
        people = int(population)
        populations[int(geoname_id)] = people
        place = Place(
            name,
            "city",
            sys.intern(country),
            admin1.get((country, code)),
            float(lat),
            float(lon),
            int(geoname_id),
            math.log10(people + 1) + (1.0 if capital else 0.0),
            "government" if capital else None,
            False,
        )
        custom = "Ukrainian-based" if country == "UA" else None
        spelled: list[tuple[str, str | None]] = [(name, custom if russian else None)]
        spelled += [(v, custom if russian else None) for v in variants.split(";") if v]
        spelled += [(v, "Russian-based") for v in russian.split(";") if v]
        cities.append((place, spelled))
    return populations, cities


def _by_first_word(senses: dict[str, list[Sense]]) -> dict[str, list[tuple[str, tuple[Sense, ...]]]]:
    """Names under their first word, longest first."""
    by_word: dict[str, list[tuple[str, tuple[Sense, ...]]]] = {}
    for name, known in senses.items():
        first = re.match(r"\w+", name)
        if first and len(name) > 1:
            by_word.setdefault(first.group(), []).append(
                (name, tuple(dict.fromkeys(known)) if len(known) > 1 else (known[0],))
            )
    for listed in by_word.values():
        listed.sort(key=lambda pair: (-len(pair[0]), pair[0]))
    return by_word


@cache
def _plain_characters() -> dict[int, str]:
    """Characters that stand for another one: letters with a mark, quotation marks, hyphens, blanks."""
    table = {ord(c): "'" for c in "’‘ʼ`ʹ′"}
    table |= {ord(c): "-" for c in "\u2010\u2011\u2012\u2013"}
    table |= {ord(c): " " for c in "\u00a0\u2009\u202f\n\r\t"}
    table |= {ord("ł"): "l", ord("Ł"): "L", ord("ı"): "i", ord("ø"): "o", ord("Ø"): "O", ord("đ"): "d"}
    for code in [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]:
        base = unicodedata.normalize("NFKD", chr(code))[0]
        if code not in table and base.isascii() and base.isalpha():
            table[code] = base
    return table


def _rows(name: str) -> str:
    """A packaged CSV file without the comment lines at its head."""
    text = (files("ukrcorpus") / "data" / name).read_text(encoding="utf-8")
    return re.sub(r"\A(?:#.*\n)+", "", text)

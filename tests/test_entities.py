"""Entities: mentions, links, counts."""

import json
from importlib.resources import files

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import (
    count_entities,
    count_forms,
    find_entities,
    label_forms,
    label_positions,
    link_entities,
    load_entities,
)
from ukrcorpus.columns import TABLES
from ukrcorpus.entities.candidates import CUES
from ukrcorpus.entities.link import fold_name
from ukrcorpus.entities.table import KINDS, even, given_names


def found(text: str, **options: object) -> list[tuple[str, str, str | None]]:
    """Surface, label and entity of each mention of a text."""
    rows = find_entities(pd.DataFrame({"doc_id": ["x"], "text": [text]}), **options)
    ids = [None if pd.isna(entity) else entity for entity in rows["entity_id"]]
    return list(zip(rows["surface"], rows["label"], ids, strict=True))


def named(text: str) -> list[tuple[str, str]]:
    return [(surface, label) for surface, label, _ in found(text)]


@pytest.fixture(scope="module")
def entities(docs: pd.DataFrame) -> pd.DataFrame:
    return find_entities(docs)


PARTS = st.sampled_from(
    ["Putin", "Kiev", "US", "U.S.", "NATO-backed", "’s", "'", "“", "”", " ", " ", "\n", "\n\n", ". ", ", ", "the",
     "Yuri", "Dub", "General", "Ministry", "of", "Defense", "Russian", "regions", "and", "Kursk", "(OUN)", "ЗСУ", "é",
     "\u00a0", "SAYS", "T-72", "headline", "Libuov’", "Sobol’", "said", "Party", "region", "Jr.", "\\$5", "-", "Le Pen",
     "Washington Post"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PARTS, max_size=25).map("".join))
def test_rows_are_cut_from_the_text_and_disjoint(text: str) -> None:
    rows = find_entities(pd.DataFrame({"doc_id": ["x"], "text": [text]}))
    assert [text[s:e] for s, e in zip(rows["start"], rows["end"], strict=True)] == rows["surface"].tolist()
    assert (rows["end"] > rows["start"]).all()
    assert (rows["start"].to_numpy()[1:] >= rows["end"].to_numpy()[:-1]).all()
    assert set(rows["label"]) <= set(KINDS)
    assert rows["score"].between(0, 1).all()
    assert (rows["surface"] == rows["surface"].str.strip()).all()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(PARTS, max_size=12).map("".join), min_size=2, max_size=4))
def test_an_article_is_read_alone(texts: list[str]) -> None:
    docs = pd.DataFrame({"doc_id": [str(n) for n in range(len(texts))], "text": texts})
    together = find_entities(docs)
    alone = pd.concat([find_entities(docs[docs["doc_id"] == doc_id]) for doc_id in docs["doc_id"]], ignore_index=True)
    turned = find_entities(docs.iloc[::-1].reset_index(drop=True))
    pd.testing.assert_frame_equal(together, alone)
    pd.testing.assert_frame_equal(
        together, turned.sort_values(["doc_id", "start"], kind="stable", ignore_index=True), check_like=False
    )


def test_empty_input_has_every_column() -> None:
    rows = find_entities(pd.DataFrame({"doc_id": [], "text": []}, dtype="str"))
    assert rows.columns.tolist() == list(TABLES["entities"])
    assert rows["start"].dtype == "int64"
    assert count_entities(rows, pd.DataFrame({"doc_id": ["a"], "text": ["x"], "publisher": ["P"]})).empty


def test_inputs_stay_as_they_are(docs: pd.DataFrame, entities: pd.DataFrame) -> None:
    before, rows = docs.copy(deep=True), entities.copy(deep=True)
    find_entities(docs)
    link_entities(entities, docs)
    count_entities(entities, docs)
    pd.testing.assert_frame_equal(docs, before)
    pd.testing.assert_frame_equal(entities, rows)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Russian President Vladimir Putin left.", [("Russian", "NORP"), ("Vladimir Putin", "PERSON")]),
        ("The Putin regime’s army", [("Putin", "PERSON")]),
        ("US-backed and pro-NATO, the U.S. view", [("US", "GPE"), ("NATO", "ORG"), ("U.S.", "GPE")]),
        ("Tell us more about it.", []),
        ("in the Belgorod region near Rostov-on-Don", [("Belgorod region", "GPE"), ("Rostov-on-Don", "GPE")]),
        ("The Washington Post reported from Washington.", [("Washington Post", "ORG"), ("Washington", "GPE")]),
        ("Russia's Ministry of Defense", [("Russia", "GPE"), ("Ministry of Defense", "ORG")]),
        ("Volodymyr\u00a0Zelensky wrote", [("Volodymyr\u00a0Zelensky", "PERSON")]),
        ("It said Libuov’ Sobol’, a lawyer, left.", [("Libuov’ Sobol’", "PERSON")]),
        ("It left.”Lukashenko then went.", [("Lukashenko", "PERSON")]),
        ("It ran under the headline “A Winter by the Sea.” Then", [("A Winter by the Sea", "WORK")]),
        ("Before the Riga summit it met", [("Riga summit", "EVENT")]),
        ("Great Patriotic War, the October Revolution of 1917",
         [("Great Patriotic War", "EVENT"), ("October Revolution of 1917", "EVENT")]),
    ],
)  # fmt: skip
def test_spans_and_kinds(text: str, expected: list[tuple[str, str]]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lt. Gen. Ivan Dub spoke.", ("Ivan Dub", "PERSON", "PERSON:ivan dub")),
        ("They saw Pavel Quill, head of the office, there.", ("Pavel Quill", "PERSON", "PERSON:pavel quill")),
        ("In March the journalist Tovar Quill wrote.", ("Tovar Quill", "PERSON", "PERSON:tovar quill")),
        (
            "The Institute for Civic Memory denied it.",
            ("Institute for Civic Memory", "ORG", "ORG:institute for civic memory"),
        ),
        ("The Steppe Unity Party won.", ("Steppe Unity Party", "ORG", "ORG:steppe unity party")),
        ("the village of Mala Hruda fell", ("Mala Hruda", "GPE", "GPE:mala hruda")),
        ("the Zelenohirsk region was hit", ("Zelenohirsk region", "GPE", "GPE:zelenohirsk region")),
        ("a T-55AM was lost", ("T-55AM", "PRODUCT", "PRODUCT:t-55am")),
    ],
)  # fmt: skip
def test_names_that_the_table_does_not_know(text: str, expected: tuple[str, str, str]) -> None:
    (got,) = found(text)
    assert got == expected


def test_a_surname_follows_the_full_name_wherever_it_stands() -> None:
    rows = found("Dub had gone. General Ivan Dub was not seen. Dub’s aide spoke.")
    assert [surface for surface, *_ in rows] == ["Dub", "Ivan Dub", "Dub"]
    assert {entity for *_, entity in rows} == {"PERSON:ivan dub"}


def test_a_surname_that_two_persons_share_is_nobody_s() -> None:
    rows = {surface: entity for surface, _, entity in found("Sergei Dub met Anna Dub. Dub left early.")}
    assert rows == {"Sergei Dub": "PERSON:sergei dub", "Anna Dub": "PERSON:anna dub", "Dub": None}


def test_two_spellings_of_one_person_do_not_share_a_surname() -> None:
    rows = found("Yuri Dub spoke, then Yury Dub. Dub left.")
    assert len({entity for *_, entity in rows}) == 1


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Hunter Biden testified.", "Hunter Biden"),
        ("They asked Hunter Biden about it.", "Hunter Biden"),
        ("HUNTER BIDEN PLEADS GUILTY", "HUNTER BIDEN"),
        ("Hunter Biden Pleads Guilty In Delaware Court", "Hunter Biden"),
        ("Yulia Navalnaya spoke.", "Yulia Navalnaya"),
        ("In the end Lyudmila Putina left.", "Lyudmila Putina"),
        ("Donald Trump Jr. wrote it.", "Donald Trump Jr."),
        ("The son, Donald Trump, Jr., wrote it.", "Donald Trump, Jr."),
        ("Maria Putin, a cousin, was there.", "Maria Putin"),
        ("Then Jean-Marie Le Pen left.", "Jean-Marie Le Pen"),
        ("Tovar Navalny was there.", "Tovar Navalny"),
        ("They saw H. Biden there.", "H. Biden"),
    ],
)
def test_a_namesake_of_a_known_person_is_another_person(text: str, person: str) -> None:
    known = {"joe-biden", "alexei-navalny", "vladimir-putin", "donald-trump", "marine-le-pen"}
    (surface, entity), *_ = [(surface, entity) for surface, label, entity in found(text) if label == "PERSON"]
    assert surface == person
    assert entity and entity not in known


@pytest.mark.parametrize(
    "text",
    ["Vladimir Vladimirovich Putin", "V. Putin", "V.V. Putin", "Following Putin", "Yesterday Putin", "President Putin",
     "Ex-President Putin", "Dictator Vladimir Putin", "Trump Blasts Putin Over New Offensive In Ukraine"],
)  # fmt: skip
def test_own_given_names_and_other_capitals_leave_a_person_the_same(text: str) -> None:
    assert "vladimir-putin" in [entity for *_, entity in found(text)]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("Colonel Ivan Dub spoke. I. Dub left.", ["PERSON:ivan dub"] * 2),
        ("Colonel Ivan P. Dub spoke. Colonel Ivan Dub left. Dub rose.", ["PERSON:ivan p. dub"] * 3),
        ("Colonel Ivan Dub spoke. Colonel Anton Dub left.", ["PERSON:ivan dub", "PERSON:anton dub"]),
        ("Colonel Ivan Dub, Major Igor Dub, Major I. Dub.", ["PERSON:ivan dub", "PERSON:igor dub", "PERSON:i. dub"]),
    ],
)  # fmt: skip
def test_initials_and_middle_names_make_no_other_person(text: str, entities: list[str]) -> None:
    assert [entity for _, label, entity in found(text) if label == "PERSON"] == entities


def test_letters_in_brackets_stand_for_a_person_too() -> None:
    rows = found("General Vera Bolt-Frost (VBF) was asked. VBF: No.")
    assert [(surface, entity) for surface, _, entity in rows][1:] == [("VBF", "PERSON:vera bolt-frost")] * 2


def test_a_body_of_another_state_is_not_that_of_a_state_in_the_table() -> None:
    rows = find_entities(
        pd.DataFrame({"doc_id": ["x"], "text": ["The Peruvian Foreign Ministry met Russia's. Russia left."]})
    )
    body = rows[rows["surface"] == "Foreign Ministry"].iloc[0]
    assert (body["name"], body["rule"]) == ("Peruvian Foreign Ministry", "other-state")
    assert pd.isna(body["wikipedia"])


def test_candidates_say_between_whom_it_could_not_be_told() -> None:
    docs = pd.DataFrame({"doc_id": ["x"], "text": ["Colonel Sergei Dub met Colonel Anna Dub. Dub left early."]})
    rows = find_entities(docs).set_index("start")
    listed = json.loads(rows.loc[41, "candidates"])
    assert [one["name"] for one in listed] == ["Sergei Dub", "Anna Dub"]
    assert rows["candidates"].notna().sum() == 1


def test_navigation_names_nobody() -> None:
    assert ("English", "NORP") not in named("English\n\nThe Russian army left Kherson on Friday, officials said.")


def test_a_namesake_leaves_the_surname_alone_to_nobody() -> None:
    assert found("Hunter Biden testified. Biden was silent.")[1] == ("Biden", "PERSON", None)


def test_a_surname_alone_is_no_entity() -> None:
    assert found("In the end General Dub left.") == [("Dub", "PERSON", None)]


def test_an_acronym_follows_its_expansion() -> None:
    rows = found("OBS met. The Organization for Bay Swimming (OBS) met. OBS left.")
    assert [surface for surface, *_ in rows] == ["OBS", "Organization for Bay Swimming", "OBS", "OBS"]
    assert len({entity for *_, entity in rows}) == 1


def test_a_body_belongs_to_the_state_beside_it() -> None:
    russian, ukrainian = "russia-ministry-of-defence", "ministry-of-defence-of-ukraine"
    rows = found("Ukraine’s Defense Ministry and the Russian Ministry of Defense spoke of Poland.")
    assert [entity for _, label, entity in rows if label == "ORG"] == [ukrainian, russian]
    rows = found("Moscow and Kursk were hit in Russia. The Ministry of Defense was silent, as was Ukraine.")
    assert ("Ministry of Defense", "ORG", russian) in rows
    assert ("Ministry of Defense", "ORG", None) in found("The Ministry of Defense was silent.")


def test_regions_named_in_a_list() -> None:
    rows = found("In the Kursk, Bryansk and Belgorod regions; the city of Kursk. Two regions, Kherson and Sumy, fell.")
    assert [entity for *_, entity in rows] == [
        "kursk-oblast", "bryansk-oblast", "belgorod-oblast", "kursk", "kherson-oblast", "sumy-oblast",
    ]  # fmt: skip


def test_capitals_say_nothing_in_a_line_of_capitals() -> None:
    assert found("LUKASHENKO TELLS US TO GO HOME") == [("LUKASHENKO", "PERSON", "alexander-lukashenko")]
    assert found("US tells Lukashenko to go home")[0] == ("US", "GPE", "united-states")


def test_own_entities_are_found_and_linked(tmp_path) -> None:
    rows = [
        (f"own-{n}", "PERSON", f"Quorble Zint{'abcdefghij'[n]}", f"Zint{'abcdefghij'[n]}; the {{Q{n}}}")
        for n in range(10)
    ]
    own = pd.DataFrame(rows, columns=["entity_id", "label", "name", "aliases"])
    text = " ".join(f"Then {name} met Putin." for _, _, name, _ in rows)
    for given_as in (own, tmp_path / "own.csv"):
        if given_as is not own:
            own.to_csv(given_as, index=False)
        rows_found = found(text, table=given_as)
        assert [entity for _, _, entity in rows_found if entity != "vladimir-putin"] == own["entity_id"].tolist()
        assert sum(entity == "vladimir-putin" for *_, entity in rows_found) == 10
    assert "vladimir-putin" not in {entity for *_, entity in found(text, table=own, extend=False)}


def test_an_own_row_takes_the_place_of_the_packaged_one() -> None:
    own = pd.DataFrame({"entity_id": ["nato"], "label": ["ORG"], "name": ["Atlantic Club"]})
    assert found("The Atlantic Club and NATO", table=own)[0] == ("Atlantic Club", "ORG", "nato")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"entity_id": ["a"], "label": ["ORG"]}, "no column 'name'"),
        ({"entity_id": ["a"], "label": ["THING"], "name": ["A"]}, "'a' has the label 'THING'"),
        ({"entity_id": ["a", "a"], "label": ["ORG", "ORG"], "name": ["A", "B"]}, "'a' twice"),
    ],
)
def test_a_malformed_table_is_refused(rows: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load_entities(table=pd.DataFrame(rows))


def test_the_packaged_table_is_sound() -> None:
    table = load_entities()
    assert len(table) > 250
    assert set(table["of"]) - {""} <= set(table["entity_id"])
    assert (table["source"] != "").all()
    assert not table["entity_id"].str.contains(r"[^a-z0-9-]").any()
    assert not table["wikipedia"].str.contains("_").any()


def test_data_files_have_no_word_twice() -> None:
    lines = (files("ukrcorpus") / "data" / "given_names.csv").read_text(encoding="utf-8").splitlines()
    forms = [form for line in lines[1:] if not line.startswith("#") for form in line.split(";")]
    assert [form for form in forms if forms.count(form) > 1] == []
    assert len(given_names()) == len(forms) - 1  # the line of the header is no name
    lines = (files("ukrcorpus") / "data" / "name_cues.csv").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if not line.startswith("#")][1:]
    assert len(rows) == len(set(rows)) == sum(map(len, CUES.values()))


@given(st.text(max_size=40))
def test_even_keeps_every_place(text: str) -> None:
    assert len(even(text)) == len(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Yury Popov", "Iurii Popov"), ("Sergei Dub", "Serhiy Dub"), ("Valery Zaluzhny", "Valerii Zaluzhnyi"),
     ("Dmitry Medvedev", "Dmitri Medvedev"), ("Libuov’ Sobol’", "Lyubov Sobol"), ("Andriy Yermak", "Andrii Yermak")],
)  # fmt: skip
def test_folding_joins_romanisations(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


def test_folding_keeps_different_names_apart() -> None:
    names = [
        "Ivan Popov",
        "Ivan Popova",
        "Anna Popov",
        "Ivan Kuznetsov",
        "Oleg Popov",
        "Maria Ivanova",
        "Marina Ivanova",
    ]
    assert len({fold_name(name) for name in names}) == len(names)


def test_linking_joins_across_articles_but_not_by_surname() -> None:
    docs = pd.DataFrame(
        {"doc_id": list("abc"), "text": ["General Yuri Dub spoke.", "General Yury Dub left.", "General Dub left."]}
    )
    linked = link_entities(find_entities(docs), docs)
    assert linked["cluster_id"].isna().tolist() == [False, False, True]
    assert linked["cluster_id"].dropna().nunique() == 1
    assert linked["name"].tolist()[:2] == ["Yuri Dub", "Yuri Dub"]


def test_links_say_why_and_how_sure() -> None:
    texts = ["Colonel Yuri Dub met NATO.", "Colonel Yury Dub left. General Ann Rey came. Colonel Dub-Low left."]
    docs = pd.DataFrame({"doc_id": ["a", "b"], "text": texts})
    linked = link_entities(find_entities(docs), docs).set_index("surface")
    assert linked["link_rule"].fillna("none").to_dict() == {
        "Yuri Dub": "romanisation", "NATO": "table", "Yury Dub": "romanisation",
        "Ann Rey": "full-name", "Dub-Low": "none",
    }  # fmt: skip
    assert (linked["link_score"].dropna() <= linked.loc[linked["link_score"].notna(), "score"]).all()
    assert linked.loc["Dub-Low", ["cluster_id", "link_score"]].isna().all()


@pytest.mark.parametrize(
    ("surface", "label", "name", "naming"),
    [
        ("Putin", "PERSON", "Vladimir Putin", "surname"),
        ("Vladimir Putin", "PERSON", "Vladimir Putin", "full name"),
        ("V. Putin", "PERSON", "Vladimir Putin", "full name"),
        ("NATO", "ORG", "North Atlantic Treaty Organization", "acronym"),
        ("U.S.", "GPE", "United States", "acronym"),
        ("Wagner", "ORG", "Wagner Group", "other"),
    ],
)
def test_forms_have_their_kind(surface: str, label: str, name: str, naming: str) -> None:
    rows = pd.DataFrame({"surface": [surface], "label": [label], "name": [name]})
    assert label_forms(rows)["naming"].tolist() == [naming]


def test_a_noun_of_power_belongs_to_the_form() -> None:
    docs = pd.DataFrame({"doc_id": ["a"], "text": ["The Putin regime and Putin’s government met; Putin regimented."]})
    forms = label_forms(find_entities(docs), docs=docs)
    assert forms["form"].tolist() == ["Putin regime", "Putin government", "Putin"]
    assert forms["naming"].tolist() == ["with noun", "with noun", "surname"]


def test_counts_are_what_a_reader_counts() -> None:
    docs = pd.DataFrame(
        {
            "doc_id": ["a", "b"],
            "publisher": ["P", "P"],
            "text": ["Kiev and Kyiv: two words for one city.", "NATO met here."],
        }
    )
    counts = count_entities(find_entities(docs), docs).set_index("entity_id")
    assert counts.loc["kyiv", "n_spans"] == 2
    assert counts.loc["kyiv", "estimate"] == pytest.approx(1000 * 2 / 11)
    assert counts.loc["nato", "n_docs_with"] == 1
    assert counts["low"].isna().all() and counts["reason"].notna().all()
    forms = count_forms(find_entities(docs), docs)
    assert forms[forms["entity_id"] == "kyiv"]["surface"].tolist() == ["Kiev", "Kyiv"]


def test_positions_run_from_0_to_100(entities: pd.DataFrame, docs: pd.DataFrame) -> None:
    positions = label_positions(entities, docs)["position"]
    assert positions.between(0, 100, inclusive="left").all()


def test_the_seeds_name_whom_a_reader_finds(entities: pd.DataFrame) -> None:
    by_article = entities.groupby(entities["doc_id"].str[:3])["entity_id"].agg(set)
    assert {
        "andrei-belousov",
        "ivan-popov-general",
        "58th-army",
        "molotovribbentrop-pact",
        "great-terror",
    } <= by_article["001"]
    assert {"kyrylo-budanov", "crocus-city-hall-attack", "himars", "vzglyad", "kursk-oblast"} <= by_article["002"]
    assert {
        "lyubov-sobol",
        "kamaz",
        "donetsk-people-s-republic",
        "vilnius-summit",
        "nezavisimaya-gazeta",
    } <= by_article["003"]
    assert (entities["rule"] == "table").mean() > 0.8

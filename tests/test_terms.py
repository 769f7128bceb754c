import re
from importlib import resources

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import count_terms, find_terms
from ukrcorpus.columns import TABLES

WAR = "Hostilities in Ukraine since 24 February 2022"
WAGNER = "Wagner events, June 2023"
KURSK = "Events in Kursk region since 6 August 2024"


def terms_of(text: str, referent: str | None = None) -> list[tuple[str, str]]:
    table = find_terms(pd.DataFrame({"doc_id": ["a"], "text": [text]}))
    table = table[table["referent"] == referent] if referent else table
    return list(zip(table["term"], table["surface"], strict=True))


@pytest.mark.parametrize(
    ("text", "referent", "expected"),
    [
        ("After the invasion of Ukraine prices rose.", WAR, [("invasion", "invasion")]),
        ("Before Russia invaded Ukraine, prices were low.", WAR, [("invasion", "invaded")]),
        ("Moscow calls it a special military operation.", WAR, [("special military operation",) * 2]),
        ("Is it a proxy war? Ukraine says no.", WAR, [("proxy war", "proxy war")]),
        ("The full-scale invasion found Ukraine ready.", WAR, [("full-scale invasion", "full-scale invasion")]),
        ("He spoke of a war against Russia.", WAR, [("war against Russia", "war against Russia")]),
        ("The war in Ukraine goes on.", WAR, [("war in Ukraine", "war in Ukraine")]),
        ("The conflict in Ukraine goes on.", WAR, [("conflict", "conflict in Ukraine")]),
        (
            "Russia annexed four Ukrainian regions.",
            "Events of 30 September 2022 (four regions)",
            [("annexation", "annexed")],
        ),
        ("Russia annexed Crimea in 2014.", "Events of March 2014 (Crimea)", [("annexation", "annexed")]),
        ("The Putin regime fell silent.", "Executive of Russia", [("regime", "Putin regime")]),
        ("The Russian government fell silent.", "Executive of Russia", [("government", "Russian government")]),
        ("The Zelensky regime fell silent.", "Executive of Ukraine", [("regime", "Zelensky regime")]),
        ("Prigozhin began a mutiny.", WAGNER, [("mutiny", "mutiny")]),
        ("Prigozhin began an armed rebellion.", WAGNER, [("armed rebellion", "armed rebellion")]),
        ("Wagner went on a march for justice.", WAGNER, [("march", "march for justice")]),
        ("Prigozhin and the failed coup attempt.", WAGNER, [("coup attempt", "failed coup attempt")]),
        ("Wagner hired mercenaries.", "Members of the Wagner Group", [("mercenaries", "mercenaries")]),
        ("Separatists in Donetsk withdrew.", "Armed entities of Donetsk and Luhansk", [("separatists", "Separatists")]),
        ("In August 2024 the incursion into Kursk shook Russia; Ukraine held on.", KURSK, [("incursion", "incursion")]),
        ("More military aid for Kyiv came.", "Supplies of arms and money to Ukraine", [("aid", "military aid")]),
        (
            "Weapons deliveries to Kyiv began.",
            "Supplies of arms and money to Ukraine",
            [("weapons deliveries", "Weapons deliveries")],
        ),
        ("They drove from Kiev to Kyiv.", "Capital of Ukraine", [("Kiev", "Kiev"), ("Kyiv", "Kyiv")]),
        ("He left the Ukraine.", "Name of the country, with and without the article", [("the Ukraine", "the Ukraine")]),
        ("He left the Ukraine talks.", "Name of the country, with and without the article", []),
    ],
)
def test_a_term_is_found_where_it_stands_for_the_thing(
    text: str, referent: str, expected: list[tuple[str, str]]
) -> None:
    assert terms_of(text, referent) == expected


@pytest.mark.parametrize(
    ("text", "referent"),
    [
        ("The US invasion of Iraq, some in Ukraine said, was long ago.", WAR),
        ("The Nazi invasion of the Soviet Union began there; Ukraine suffered.", WAR),
        ("Conflicts within the oligarchy grew, in Russia and Ukraine.", WAR),
        ("The war on terror cost much. Ukraine took part.", WAR),
        ("A proxy war in Yemen went on. Ukraine was far away.", WAR),
        ("The coup in Niger was quick.", WAGNER),
        ("A regime change in Ruritania is near, says Putin.", "Executive of Russia"),
        ("They wore mercenaries' boots in Ruritania.", "Members of the Wagner Group"),
        ("Russia annexed Crimea, a region by the sea.", "Events of 30 September 2022 (four regions)"),
        ("We ate chicken Kiev.", "Capital of Ukraine"),
        ("The offensive in the north failed. Ukraine and Kursk were quiet in 1943.", KURSK),
        ("An incursion into Ruritania.", KURSK),
    ],
)
def test_a_term_for_something_else_is_left_out(text: str, referent: str) -> None:
    assert terms_of(text, referent) == []


def test_case_line_breaks_and_apostrophes_do_not_matter() -> None:
    assert ("war in Ukraine", "War\nin Ukraine") in terms_of(
        "War\nin Ukraine goes on, said the man who had come to see it."
    )
    assert terms_of("Putin's regime", "Executive of Russia") == [("regime", "Putin's regime")]
    assert terms_of("Putin’s regime", "Executive of Russia") == [("regime", "Putin’s regime")]


def test_terms_of_one_referent_never_overlap(docs: pd.DataFrame) -> None:
    for _, rows in find_terms(docs).groupby(["doc_id", "referent"]):
        ordered = rows.sort_values("start")
        assert (ordered["end"].to_numpy()[:-1] <= ordered["start"].to_numpy()[1:]).all()


def test_quoted_terms_are_marked() -> None:
    text = "He called it a “special military operation” in Ukraine; she called it the war in Ukraine."
    table = find_terms(pd.DataFrame({"doc_id": ["a"], "text": [text]})).query("referent == @WAR")
    assert dict(zip(table["term"], table["quoted"], strict=True)) == {
        "special military operation": True,
        "war in Ukraine": False,
    }


def test_seeds(docs: pd.DataFrame) -> None:
    """Counted by hand in the articles."""
    table = find_terms(docs)
    table = table[table["zone"].isin(["title", "heading", "paragraph"])]
    counts = table.assign(number=table["doc_id"].str[:3]).groupby(["number", "referent", "term"]).size()
    assert counts["004", WAGNER, "mutiny"] == 1
    assert counts["003", WAGNER, "insurrection"] == 4
    assert counts["002", KURSK, "incursion"] == 5
    assert counts["003", WAR, "special military operation"] == 1
    assert counts["001", "Name of the country, with and without the article", "the Ukraine"] == 1
    assert counts["002", "Capital of Ukraine", "Kiev"] == 2
    assert ("000", WAGNER) not in {key[:2] for key in counts.index}
    assert ("004", "Executive of Russia", "regime") not in counts.index


def test_table_of_terms() -> None:
    with resources.files("ukrcorpus").joinpath("data/contested_terms.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, comment="#")
    assert table["source"].notna().all()
    assert table["words"].notna().all()
    assert table.groupby("referent")["term"].nunique().min() >= 2
    for column in ("pattern", "sentence", "article", "not_article", "unless"):
        for pattern in table[column].dropna():
            re.compile(pattern)


def test_own_terms(tmp_path: object) -> None:
    docs = pd.DataFrame(
        {"doc_id": ["a"], "text": ["The Big Flood, or the Small Inundation, came. Another flood in Rome."]}
    )
    own = pd.DataFrame(
        {"referent": ["Flood of 1900"] * 2, "term": ["flood", "inundation"], "pattern": ["flood", "inundation"]}
    ).assign(unless="flood in Rome")
    assert find_terms(docs, terms=own)["surface"].tolist() == ["Flood", "Inundation"]
    with pytest.raises(ValueError, match="no column 'pattern'"):
        find_terms(docs, terms=own.drop(columns="pattern"))
    with pytest.raises(ValueError, match=r"row 1 .*'flood'"):
        find_terms(docs, terms=own.assign(pattern="("))


def test_surface_columns_and_inputs(docs: pd.DataFrame) -> None:
    before = docs.copy(deep=True)
    table = find_terms(docs)
    texts = docs.set_index("doc_id")["text"]
    assert [texts[d][s:e] for d, s, e in zip(table["doc_id"], table["start"], table["end"], strict=True)] == list(
        table["surface"]
    )
    assert table.columns.tolist() == list(TABLES["terms"])
    pd.testing.assert_frame_equal(docs, before)


def test_empty() -> None:
    docs = pd.DataFrame({"doc_id": [], "text": [], "publisher": []}).astype("str")
    table = find_terms(docs)
    assert {name: str(kind) for name, kind in table.dtypes.items()} == {n: c.dtype for n, c in TABLES["terms"].items()}
    assert len(count_terms(table, docs)) == 0


def test_count_terms_gives_rates_and_refuses_intervals() -> None:
    docs = pd.DataFrame({"doc_id": ["a", "b"], "publisher": ["P", "Q"]})
    docs["text"] = ["Kyiv and Kyiv and Kiev.", "Nothing of the kind here."]
    counts = count_terms(find_terms(docs), docs).set_index(["term", "publisher"])
    assert counts.loc[("Kyiv", "P"), "estimate"] == 400.0
    assert counts.loc[("Kyiv", "Q"), "n_spans"] == 0
    assert counts["low"].isna().all()
    assert counts["reason"].eq("1 of 10 articles needed").all()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Wagner",
                "coup",
                "the",
                "war",
                "in",
                "Ukraine",
                "invasion",
                "of",
                "Iraq",
                ".",
                "“",
                "”",
                "\n\n",
                "Kursk",
                "2024",
                "regime",
                "Putin",
            ]
        ),
        max_size=60,
    )
)
def test_any_text_gives_true_surfaces(words: list[str]) -> None:
    text = " ".join(words)
    table = find_terms(pd.DataFrame({"doc_id": ["a"], "text": [text]}))
    assert [text[s:e] for s, e in zip(table["start"], table["end"], strict=True)] == table["surface"].tolist()
    assert not table["surface"].str.contains("Iraq").any()


def test_the_neutral_name_of_a_thing_holds_none_of_its_contested_names() -> None:
    with resources.files("ukrcorpus").joinpath("data/contested_terms.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, comment="#")
    table = table[~table["referent"].str.startswith(("Name of the country", "Capital of"))]
    held = [(r, t) for r, t in zip(table["referent"], table["term"], strict=True) if t.lower() in r.lower()]
    assert held == []


@pytest.mark.parametrize(
    ("text", "referent", "expected"),
    [
        ("The 2014 coup in Kiev divided Ukraine.", "Events in Kyiv", ["coup"]),
        ("Ukraine's Revolution of Dignity began then.", "Events in Kyiv", ["Revolution of Dignity"]),
        ("NATO's eastward expansion went on.", "New members of NATO", ["expansion"]),
        ("The enlargement of NATO went on.", "New members of NATO", ["enlargement"]),
        ("Fighters at Azovstal surrendered.", "End of fighting", ["surrender"]),
        ("Civilians were evacuated from Azovstal.", "End of fighting", []),
        ("The massacre in Bucha was called staged.", "Deaths of civilians", ["massacre", "staged"]),
        ("In Kherson a sham referendum on joining Russia was held.", "Votes in four", ["sham referendum"]),
        ("Russia deported Ukrainian children.", "Transfer of children", ["deportation"]),
        ("The Nord Stream pipelines were hit by sabotage.", "Events at the Nord", ["sabotage"]),
        ("Russian forces left Kherson in a goodwill gesture, not a retreat.", "Russian troops leaving", ["retreat"]),
        ("The occupied regions of Ukraine voted; Russia counted.", "Territory of Ukraine", ["occupied territory"]),
        ("Occupied Paris was far from Ukraine and Russia.", "Territory of Ukraine", []),
    ],
)
def test_further_contested_names(text: str, referent: str, expected: list[str]) -> None:
    table = find_terms(pd.DataFrame({"doc_id": ["a"], "text": [text]}))
    assert table.loc[table["referent"].str.startswith(referent), "term"].tolist() == expected

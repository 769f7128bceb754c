"""Who wrote an article: each rule alone, rules against each other, the table of outlets."""

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import find_zones
from ukrcorpus.columns import TABLES
from ukrcorpus.publishers import infer_publisher, read_outlets

WSWS = "World Socialist Web Site"
PSL = "Party for Socialism and Liberation"
BODY = "A bridge over the river was closed for repairs, and the ferry took the schoolchildren across instead."


def one(text: str, **fields: str | None) -> tuple[pd.Series, pd.DataFrame]:
    """The only article of a table, and its evidence."""
    docs, evidence = infer_publisher(pd.DataFrame([{"doc_id": "a", "text": text, **fields}]))
    return docs.iloc[0], evidence


def article(*parts: str) -> str:
    return "\n\n".join(["Ferries in place of a bridge", *parts])


def test_seeds(docs):
    bare = docs[["doc_id", "text"]]
    filled, evidence = infer_publisher(bare)
    assert filled["publisher"].tolist() == [WSWS, WSWS, WSWS, WSWS, PSL]
    assert filled["publisher_source"].tolist() == ["zone", "zone", "inferred", "inferred", "inferred"]
    assert filled["republished_by"].isna().all()
    used = evidence[evidence["used"]]
    assert used["rule"].tolist() == ["republication", "contact-domain", "own-voice", "own-voice", "title-issuer"]
    photographs = evidence[evidence["rule"] == "photo-credit"]
    assert len(photographs) == 2
    assert not photographs["used"].any()
    assert photographs["reason"].notna().all()


def test_a_second_run_changes_nothing(docs):
    again, _ = infer_publisher(docs)
    columns = ["publisher", "publisher_source", "republished_by"]
    pd.testing.assert_frame_equal(again[columns], docs[columns])


@pytest.mark.parametrize(
    ("text", "outlet", "rule", "source"),
    [
        (article(BODY, "Courtesy: The Kyiv Independent."), "The Kyiv Independent", "republication", "zone"),
        (article(BODY, "Originally published by Meduza"), "Meduza", "republication", "zone"),
        (
            article(BODY, "This article was first published in Novaya Gazeta Europe, and we thank its editors."),
            "Novaya Gazeta Europe",
            "republication",
            "zone",
        ),
        (article(BODY, "Contact us: editors@moscowtimes.ru"), "The Moscow Times", "contact-domain", "zone"),
        (article(BODY, "[www.belta.by/contacts](https://www.belta.by/contacts)"), "BelTA", "contact-domain", "zone"),
        (article(f"KYIV (Reuters) — {BODY}", BODY), "Reuters", "agency-dateline", "zone"),
        (article(f"MINSK, Belarus (AP) — {BODY}", BODY), "Associated Press", "agency-dateline", "zone"),
        (
            f"Statement of the Party for Socialism and Liberation: ferries\n\n{BODY}",
            PSL,
            "title-issuer",
            "inferred",
        ),
        (f"Guardian editorial: the ferries\n\n{BODY}", "The Guardian", "title-issuer", "inferred"),
        (
            article(BODY, "As Jacobin has previously argued, ferries are no answer."),
            "Jacobin (magazine)",
            "own-voice",
            "inferred",
        ),
        (article(BODY, "Ukrinform earlier reported that the bridge was unsafe."), "Ukrinform", "own-voice", "inferred"),
        (
            article(BODY, "Ukrainska Pravda has learned that the plans were changed twice."),
            "Ukrainska Pravda",
            "own-voice",
            "inferred",
        ),
        (
            article(BODY, "Як раніше повідомляв Укрінформ, міст закрили ще навесні."),
            "Ukrinform",
            "own-voice",
            "inferred",
        ),
    ],
)
def test_each_rule(text, outlet, rule, source):
    doc, evidence = one(text)
    assert doc["publisher"] == outlet
    assert doc["publisher_source"] == source
    assert evidence.loc[evidence["used"], "rule"].tolist() == [rule]


@pytest.mark.parametrize(
    "text",
    [
        article(BODY, "The Washington Post reported that the ferry was leaking."),
        article(BODY, "A sailor told the Guardian that nobody had asked him."),
        article(BODY, "As the Financial Times reported, the ferry was leaking."),
        article(BODY, "According to Reuters, the ferry was leaking."),
        article("A ferry on the river near the old bridge, 3 May 2021. [AP Photo]", BODY),
        article("Photo: The ferry at the old pier. Credit: Reuters", BODY),
        article("Courtesy: the author's niece", BODY),
        article(BODY),
        "",
    ],
)
def test_what_names_no_publisher(text):
    doc, evidence = one(text)
    assert pd.isna(doc["publisher"])
    assert pd.isna(doc["publisher_source"])
    assert not evidence["used"].any()


def test_two_voices_cancel_each_other_out():
    text = article(BODY, "As Jacobin has explained, it leaks.", "As the Kyiv Post has noted, it does not.")
    doc, evidence = one(text)
    assert pd.isna(doc["publisher"])
    assert evidence["value"].tolist() == ["Jacobin (magazine)", "Kyiv Post"]
    assert evidence["reason"].tolist() == ["own-voice names different outlets"] * 2


def test_an_outlet_that_is_also_cited_is_no_voice():
    text = article(BODY, "As Bloomberg has noted, it leaks.", "The captain told Bloomberg that it does not.")
    doc, evidence = one(text)
    assert pd.isna(doc["publisher"])
    assert evidence["reason"].tolist() == ["the text also cites this outlet as a source"]


def test_the_stronger_rule_wins_and_the_weaker_is_shown():
    text = article(BODY, "As Jacobin has explained, it leaks.", "Contact us: desk@kyivpost.com")
    doc, evidence = one(text)
    assert doc["publisher"] == "Kyiv Post"
    weaker = evidence[evidence["rule"] == "own-voice"].iloc[0]
    assert not weaker["used"]
    assert weaker["reason"] == "contradicts contact-domain, which names Kyiv Post"


def test_metadata_is_kept_and_outranks_the_text():
    doc, evidence = one(article(BODY, "As Jacobin has explained, it leaks."), publisher="Kyiv Post")
    assert doc["publisher"] == "Kyiv Post"
    assert pd.isna(doc["publisher_source"])
    row = evidence[evidence["rule"] == "metadata"].iloc[0]
    assert (row["start"], row["end"], row["surface"]) == (0, 0, "")
    assert pd.isna(row["zone"])


def test_an_earlier_inference_is_no_metadata():
    doc, _ = one(article(BODY), publisher="Kyiv Post", publisher_source="inferred")
    assert pd.isna(doc["publisher"])


def test_the_address_of_the_article_counts_as_metadata():
    doc, _ = one(article(BODY), url="https://edition.cnn.com/2024/05/01/europe/ferry/index.html")
    assert (doc["publisher"], doc["publisher_source"]) == ("CNN", "metadata")


def test_courtesy_names_the_writer_and_metadata_the_republisher():
    doc, evidence = one(article(BODY, "Courtesy: WSWS."), publisher="River Herald")
    assert (doc["publisher"], doc["publisher_source"], doc["republished_by"]) == (WSWS, "zone", "River Herald")
    assert evidence.loc[evidence["used"], ["field", "value"]].to_numpy().tolist() == [
        ["republished_by", "River Herald"],
        ["publisher", WSWS],
    ]


def test_courtesy_and_metadata_that_agree_leave_no_republisher():
    doc, evidence = one(article(BODY, "Courtesy: WSWS."), publisher="WSWS")
    assert doc["publisher"] == WSWS
    assert pd.isna(doc["republished_by"])
    assert evidence["used"].all()


def test_a_given_republisher_stays():
    doc, _ = one(article(BODY, "Courtesy: WSWS."), publisher="River Herald", republished_by="Lake Gazette")
    assert doc["republished_by"] == "Lake Gazette"


def test_a_source_line_does_not_outrank_metadata():
    doc, evidence = one(article(BODY, "Source: Interfax-Ukraine"), publisher="Ukrainska Pravda")
    assert doc["publisher"] == "Ukrainska Pravda"
    assert pd.isna(doc["republished_by"])
    assert not evidence.loc[evidence["rule"] == "source-line", "used"].any()


def test_longer_names_are_read_whole():
    doc, _ = one(article(BODY, "Courtesy: Novaya Gazeta Europe"))
    assert doc["publisher"] == "Novaya Gazeta Europe"


def test_own_table_of_outlets():
    outlets = pd.DataFrame({"name": ["River Herald"], "domains": ["river.example"], "aliases": ["Herald"]})
    docs = pd.DataFrame(
        {"doc_id": ["a", "b"], "text": [article(BODY, "Courtesy: Herald"), article(BODY, "Courtesy: WSWS")]}
    )
    filled, evidence = infer_publisher(docs, outlets=outlets)
    assert filled["publisher"].isna().tolist() == [False, True]
    assert evidence["reason"].tolist()[1] == "names no outlet of the table"
    with pytest.raises(ValueError, match="no column 'aliases'"):
        infer_publisher(docs, outlets=outlets.drop(columns="aliases"))


def test_empty_table():
    docs = pd.DataFrame({"doc_id": [], "text": [], "mine": []})
    filled, evidence = infer_publisher(docs)
    assert list(filled.columns) == ["doc_id", "text", "mine", "publisher", "publisher_source", "republished_by"]
    assert list(evidence.columns) == list(TABLES["evidence"])
    assert evidence["used"].dtype == "bool"


PIECES = st.sampled_from(
    [
        "Courtesy: WSWS.",
        "Source: TASS",
        "[AP Photo]",
        BODY,
        "Kyiv Post statement: ferries",
        "As the WSWS has noted, no.",
        "https://www.wsws.org",
        "By Reuters",
        "KYIV (AFP) — It rained.",
        "told the Guardian",
        "",
        "\\$5",
        "—",
        "🚢",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=8), st.sampled_from(["\n\n", "\n", "\r\n\r\n"]))
def test_evidence_stands_in_the_text_and_inputs_stay(pieces, gap):
    docs = pd.DataFrame({"doc_id": ["a"], "text": [gap.join(pieces)], "publisher": [None]})
    before = docs.copy(deep=True)
    zones = find_zones(docs)
    filled, evidence = infer_publisher(docs, zones=zones)
    pd.testing.assert_frame_equal(docs, before)
    for start, end, surface in zip(evidence["start"], evidence["end"], evidence["surface"], strict=True):
        assert docs["text"][0][start:end] == surface
    assert (evidence["used"] == evidence["reason"].isna()).all()
    assert evidence["used"].any() == filled["publisher"].notna().any()


def test_table_of_outlets():
    outlets = read_outlets()
    assert len(outlets) >= 100
    assert outlets["name"].is_unique
    assert outlets["short"].is_unique
    assert (outlets != "").all(axis=None)
    for column in ("domains", "aliases"):
        values = outlets[column].str.split(";").explode()
        assert (values == values.str.strip()).all()
        assert not values.str.casefold().duplicated().any() or column == "aliases"
    assert outlets["domains"].str.fullmatch(r"[a-z0-9.;-]+").all()
    assert outlets["country"].str.fullmatch(r"[A-Z]{2}").all()
    assert set(outlets["kind"]) <= {"newspaper", "magazine", "agency", "broadcaster", "site", "party", "think tank"}
    owners = outlets.assign(alias=outlets["aliases"].str.split(";")).explode("alias")
    owners["alias"] = owners["alias"].str.casefold()
    assert (owners.groupby("alias")["name"].nunique() == 1).all()
    assert (
        outlets["source"]
        .map(lambda source: bool(re.search(r"file \d+|https?://|github\.com|unverified", source)))
        .all()
    )

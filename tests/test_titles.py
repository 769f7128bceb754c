"""Titles that stand for their holders."""

import json
from collections import Counter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import find_entities, find_zones, load_entities
from ukrcorpus.columns import TABLES
from ukrcorpus.entities.titles import find_titles
from ukrcorpus.packaged import read_rows, read_toml

ROLES = pd.DataFrame(
    [line.split(",") for line in """
vladimir-putin,president,russia,2012-05-07,
volodymyr-zelensky,president,ukraine,2019-05-20,
petro-poroshenko,president,ukraine,2014-06-07,2019-05-20
joe-biden,president,united-states,2021-01-20,2025-01-20
donald-trump,president,united-states,2025-01-20,
sergei-shoigu,defense-minister,russia,2012-11-06,2024-05-12
andrei-belousov,defense-minister,russia,2024-05-14,
oleksii-reznikov,defense-minister,ukraine,2021-11-04,2023-09
rustem-umerov,defense-minister,ukraine,2023-09,2025-07-17
dmitry-peskov,spokesperson,russia,2012,
jens-stoltenberg,secretary-general,nato,2014-10,2024-10-01
valery-gerasimov,chief-of-general-staff,russia,2012-11-09,
olaf-scholz,chancellor,germany,2021-12-08,2025-05-06
""".strip().splitlines()],
    columns=["entity_id", "role", "of", "start", "end"],
)  # fmt: skip
KNOWN = set(load_entities()["entity_id"])
OPTIONS = {"roles": ROLES, "extend": False}


def titles(text: str, day: str | None = "2023-06-25", high: str | None = None, **options: object) -> pd.DataFrame:
    docs = pd.DataFrame({"doc_id": ["x"], "text": [text]})
    if day and high:
        docs["published_low"], docs["published_high"] = pd.to_datetime(day), pd.to_datetime(high)
    elif day:
        docs["published"] = pd.to_datetime(day)
    return find_titles(docs, find_entities(docs), **{**OPTIONS, **options})


def held(text: str, *args: str | None, **options: object) -> list[tuple[str, str | None, str]]:
    """Surface, holder and rule of each title of a text."""
    rows = titles(text, *args, **options)
    ids = [None if pd.isna(person) else person for person in rows["entity_id"]]
    return list(zip(rows["surface"], ids, rows["rule"], strict=True))


def candidates(*args: str | None) -> list[str]:
    (row,) = titles(*args)["candidates"]
    return [one["entity_id"] for one in json.loads(row)]


@pytest.mark.parametrize(
    ("day", "russian", "ukrainian"),
    [("2023-06-25", "sergei-shoigu", "oleksii-reznikov"), ("2025-03-01", "andrei-belousov", "rustem-umerov")],
)
def test_an_office_has_the_holder_of_the_article_s_day(day: str, russian: str, ukrainian: str) -> None:
    text = "The Russian defense minister called. Ukraine’s Defence Minister and the minister of defense of Russia left."
    assert held(text, day) == [
        ("Russian defense minister", russian, "title-state"),
        ("Ukraine’s Defence Minister", ukrainian, "title-state"),
        ("minister of defense of Russia", russian, "title-state"),
    ]


def test_the_packaged_roles_are_read_where_none_are_given() -> None:
    text = "Ukraine's defense minister called the Russian president and the NATO secretary general."
    assert [held(text, day, roles=None, extend=True)[0][1] for day in ("2023-06-25", "2025-03-01")] == [
        "oleksii-reznikov", "rustem-umerov",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "surface", "person"),
    [
        ("The Kremlin spokesman denied it.", "Kremlin spokesman", "dmitry-peskov"),
        ("He met the US president.", "US president", "joe-biden"),
        ("Reporters asked the American president.", "American president", "joe-biden"),
        ("The president of the Russian Federation spoke.", "president of the Russian Federation", "vladimir-putin"),
        ("NATO’s secretary-general agreed.", "NATO’s secretary-general", "jens-stoltenberg"),
        ("The NATO chief agreed.", "NATO chief", "jens-stoltenberg"),
        ("Sanctions hit the Kremlin leader.", "Kremlin leader", "vladimir-putin"),
        ("The German leader hesitated.", "German leader", "olaf-scholz"),
        ("A call by the sitting Ukrainian president failed.", "Ukrainian president", "volodymyr-zelensky"),
        ("RUSSIAN PRESIDENT ARRIVES IN MINSK", "RUSSIAN PRESIDENT", "vladimir-putin"),
        ("The Russian\npresident left.", "Russian\npresident", "vladimir-putin"),
        ("It was for Russia's current defense minister.", "Russia's current defense minister", "sergei-shoigu"),
        (
            "He trusts the chief of the General Staff of the Russian Armed Forces.",
            "chief of the General Staff of the Russian Armed Forces",
            "valery-gerasimov",
        ),
    ],
)
def test_the_state_may_stand_in_many_ways(text: str, surface: str, person: str) -> None:
    assert held(text) == [(surface, person, "title-state")]


def test_a_row_is_like_those_of_find_entities() -> None:
    row = titles("The Russian president left.").iloc[0]
    assert row[["start", "end", "label", "name", "wikipedia", "zone"]].tolist() == [
        4, 21, "PERSON", "Vladimir Putin", "Vladimir Putin", "paragraph",
    ]  # fmt: skip
    assert pd.isna(row["candidates"])


@pytest.mark.parametrize(
    "text",
    [
        "President Putin left with Defense Minister Sergei Shoigu.",
        "The Russian president, Vladimir Putin, left.",
        "Vladimir Putin, the Russian president, left.",
        "Sergei Shoigu, Defense Minister of Russia, left.",
        "Sergei Shoigu (Russia's defense minister since 2012) left.",
        "They saw Russia’s Defence Minister Gen. Sergei Shoigu.",
        "Volodymyr Zelensky, who is the Ukrainian president, left.",
        "The president of Ukraine Volodymyr Zelensky left.",
    ],
)
def test_a_title_beside_its_name_is_no_mention_of_its_own(text: str) -> None:
    assert held(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The former Russian president left.",
        "The ex-president of Ukraine left.",
        "Ukraine's deputy defense minister and the Russian deputy defense minister left.",
        "The acting Ukrainian president left.",
        "The then Ukrainian president and the then-president of Russia left.",
        "The Russian vice president left.",
        "The next US president will decide.",
        "A Russian president never waits.",
        "The Russian and Ukrainian presidents met.",
        "The Russian president-elect and the Ukrainian president elect met.",
        "The president of Russia's Lukoil and the Lukoil president left.",
        "The Russian president of the company left.",
        "He was elected president of Ukraine and became Russia's defense minister.",
        "He was later president of Russia.",
        "The pro-Russian president fled.",
        "The chief of NATO's command and a Ukrainian leader left.",
        "Putin's chief and the head left.",
        "The prime minister of British Guiana left.",
        "The Republican president left.",
        "The Russian president’s office denied it.",
        "The president left.",
        "Russian presidential envoys left.",
    ],
)
def test_what_is_no_present_holder_is_left_out(text: str) -> None:
    assert held(text) == []


def test_a_change_of_office_between_the_days_gives_candidates() -> None:
    text = "The Ukrainian defense minister left."
    assert held(text, "2023-08-20", "2023-10-10") == [("Ukrainian defense minister", None, "title-state")]
    assert json.loads(titles(text, "2023-08-20", "2023-10-10")["candidates"][0]) == [
        {"entity_id": "oleksii-reznikov", "name": "Oleksii Reznikov", "years": "2021-2023"},
        {"entity_id": "rustem-umerov", "name": "Rustem Umerov", "years": "2023-2025"},
    ]
    assert titles(text, "2023-08-20", "2023-10-10")["name"].tolist() == ["Ukrainian defense minister"]
    assert held(text, "2023-06-01", "2023-08-31")[0][1] == "oleksii-reznikov"
    # A month alone does not say on which of its days the office changed, nor does the table say who came after 2025.
    assert candidates(text, "2023-09-10") == ["oleksii-reznikov", "rustem-umerov"]
    assert candidates(text, "2025-07-01", "2025-08-01") == ["rustem-umerov"]
    assert candidates("The Kremlin spokesman left.", "2012-12-20") == ["dmitry-peskov"]


def test_an_unknown_day_gives_all_holders_and_no_column_of_days_none() -> None:
    docs = pd.DataFrame({"doc_id": ["x"], "text": ["The US president left."]})
    unknown = find_titles(docs.assign(published=pd.NaT), find_entities(docs), **OPTIONS)
    assert [one["entity_id"] for one in json.loads(unknown["candidates"][0])] == ["donald-trump", "joe-biden"]
    assert find_titles(docs, find_entities(docs), **OPTIONS).empty
    dated = docs.assign(published=pd.NaT, text="In 2022 the US president left.")
    assert find_titles(dated, find_entities(dated), **OPTIONS)["rule"].tolist() == ["title-year"]
    half = docs.assign(published_low=pd.to_datetime("2025-02-01"), published_high=pd.NaT)
    assert find_titles(half, find_entities(docs), **OPTIONS)["entity_id"].tolist() == ["donald-trump"]


def test_the_article_tells_who_bears_a_bare_title() -> None:
    text = "Defense Minister Sergei Shoigu spoke. Later the defense minister left, and Kyiv saw it."
    assert held(text) == [("defense minister", "sergei-shoigu", "title-article")]
    assert held(text, None) == [("defense minister", "sergei-shoigu", "title-article")]
    chief = "Boris Clerk, president of Gazprom, spoke. The president left."
    assert held(chief) == [("president", "PERSON:boris clerk", "title-article")]
    two = "Presidents met: President Putin and President Biden. The president left."
    assert candidates(two) == ["joe-biden", "vladimir-putin"]
    assert titles(two)["rule"].tolist() == ["title-article"]


def test_a_bare_title_may_follow_one_with_its_state_or_the_only_holder_named() -> None:
    assert held("The Russian president spoke. The president left.")[1][1:] == ("vladimir-putin", "title-article")
    alone = titles("Sergei Shoigu spoke. The defense minister left.")
    assert alone[["entity_id", "score"]].values.tolist() == [["sergei-shoigu", 0.6]]
    assert held("Vladimir Putin and Joe Biden spoke. The president left.") == []
    assert held("Andrei Belousov spoke. The defense minister left.") == []


def test_the_article_decides_between_candidates_and_against_a_table_that_is_out_of_date() -> None:
    text = "Ukrainian Defense Minister Rustem Umerov spoke. The Ukrainian defense minister left."
    assert held(text, "2023-09-10") == [("Ukrainian defense minister", "rustem-umerov", "title-article")]
    stale = "Ukrainian President Boris Clerk spoke. The Ukrainian president left."
    assert candidates(stale, "2033-01-01") == ["PERSON:boris clerk", "volodymyr-zelensky"]


def test_who_is_named_before_another_s_title_does_not_bear_it() -> None:
    text = "After talks with Zelensky, the Russian president, the host, left."
    assert held(text) == [("Russian president", "vladimir-putin", "title-state")]
    assert held("After talks with Putin, the Russian president flew home.")[0][1] == "vladimir-putin"
    assert held("They told the Russian president, Zelensky, and others.")[0][1] == "vladimir-putin"
    assert held("NATO Secretary General Jens Stoltenberg spoke. The chief left.") == []
    whose = "Kremlin spokesman Dmitry Peskov spoke of Ukraine and Kyiv. The Defense Ministry spokesman left."
    assert held(whose) == []
    named = "Defense Minister Sergei Shoigu spoke. Zelensky, the defense minister, and others left."
    assert held(named) == [("defense minister", "sergei-shoigu", "title-article")]
    assert held("İstanbul saw the Russian president.")[0][0] == "Russian president"


def test_another_year_in_the_sentence() -> None:
    assert held("The Ukrainian president in 2016 was weak.", "2023-06-25") == [
        ("Ukrainian president", "petro-poroshenko", "title-year")
    ]
    assert held("In 2016 the Ukrainian president left.")[0][1:] == ("petro-poroshenko", "title-year")
    assert len(held("In 2016 the Ukrainian president left. The president spoke.")) == 1
    assert held("In 2023 the Ukrainian president left.")[0][1:] == ("volodymyr-zelensky", "title-state")
    assert held("Talks began in 2016. The Ukrainian president left.")[0][1] == "volodymyr-zelensky"
    assert held("The Ukrainian president left. Talks began in 2016.")[0][1] == "volodymyr-zelensky"
    assert candidates("In 2019 the Ukrainian president left.") == ["petro-poroshenko", "volodymyr-zelensky"]
    assert candidates("The Ukrainian president fled in 2016.") == ["petro-poroshenko", "volodymyr-zelensky"]
    assert held("The Russian president, hated since 2014, left.")[0][1:] == ("vladimir-putin", "title-state")
    bare = "Defense Minister Andrei Belousov spoke. The defense minister in 2014 was another."
    assert held(bare, "2025-01-01") == [("defense minister", "sergei-shoigu", "title-year")]


def test_own_roles_extend_and_replace_the_packaged_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "ukrcorpus.entities.titles.read_rows",
        lambda name, given=None, **options: read_rows(name, ROLES if given is None else given, **options),
    )
    own = pd.DataFrame(
        [
            ["vitali-klitschko", "mayor", "kyiv", "", ""],
            ["olaf-scholz", "chancellor", "germany", "2021-12-08", "2022-01"],
        ],
        columns=["entity_id", "role", "of", "start", "end"],
    )
    text = "The mayor of Kyiv, the Russian president and the German chancellor met."
    assert [person for _, person, _ in held(text, roles=own, extend=True)] == ["vitali-klitschko", "vladimir-putin"]
    assert [person for _, person, _ in held(text, roles=own, extend=False)] == ["vitali-klitschko"]
    assert [person for _, person, _ in held(text, roles=None)] == ["vladimir-putin", "olaf-scholz"]


def test_own_entities_hold_own_offices() -> None:
    own = pd.DataFrame(
        [
            ("ada", "PERSON", "Ada Dub", ""),
            ("sarnia", "GPE", "Sarnia", "sarnia"),
            ("sarnian", "NORP", "Sarnian", "sarnia"),
            ("league", "ORG", "Premier League", ""),
        ],
        columns=["entity_id", "label", "name", "of"],
    )
    roles = pd.DataFrame([("ada", "president", "sarnia", "2020", "")], columns=ROLES.columns)
    docs = pd.DataFrame(
        {"doc_id": ["x"], "text": ["The Sarnian president, Premier Bo Dub and Sarnia's leader saw the Premier League."]}
    )
    docs["published"] = pd.Timestamp("2021-05-05")
    rows = find_titles(docs, find_entities(docs, table=own), roles=roles, extend=False, table=own)
    assert rows[["surface", "name", "wikipedia"]].fillna("").values.tolist() == [["Sarnian president", "Ada Dub", ""]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"entity_id": "nobody"}, "'nobody' as 'president' of 'russia'"),
        ({"start": "2012-5"}, "from '2012-5' to ''.*YYYY-MM-DD"),
        ({"end": "May 2012"}, "to 'May 2012'"),
    ],
)
def test_a_malformed_role_is_named(change: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        titles("x", roles=ROLES.head(1).assign(**change))
    with pytest.raises(ValueError, match="has no column 'of'"):
        titles("x", roles=ROLES.drop(columns="of"))


def test_nothing_gives_an_empty_table_with_all_columns() -> None:
    for rows in (titles("Nothing."), titles("The Russian president left.").head(0)):
        assert rows.columns.tolist() == list(TABLES["entities"])
        assert rows["candidates"].dtype == "str"


def test_every_role_has_forms_that_are_told_apart() -> None:
    forms = read_rows("role_forms.csv", needed=["role", "form"])
    assert not forms.duplicated().any()
    assert (forms["form"] == forms["form"].str.lower()).all()
    assert {*forms["form"].str.partition("@")[2], *read_toml("title_rules.toml")["words"]["seats"]} - {"", "*"} <= KNOWN


PARTS = st.sampled_from(
    ["the", "The", "Russian", "Ukraine", "’s", "'s", "US", "president", "defense minister", "Defense Minister", "of",
     "Putin", "Sergei Shoigu", "President", "General Staff", "chief of the", "in 2014", "In 2016", "former", "a", ",",
     ".", " ", " ", " ", "\n", "\n\n", "(", "—", "leader", "Kremlin", "spokesman", "-", "and", "\u00a0", "é"]
)  # fmt: skip
TEXTS = st.lists(PARTS, max_size=25).map("".join) | st.lists(PARTS, max_size=14).map(" ".join)


@settings(max_examples=25)
@given(st.lists(TEXTS, min_size=1, max_size=3), st.sampled_from(["2023-06-25", "2025-03-01", None]))
def test_rows_are_cut_from_the_text_and_articles_read_alone(texts: list[str], day: str | None) -> None:
    docs = pd.DataFrame({"doc_id": [str(number) for number in range(len(texts))], "text": texts})
    docs["published"] = pd.to_datetime(day)
    entities, zones = find_entities(docs), find_zones(docs)
    rows = find_titles(docs, entities, zones=zones, **OPTIONS)
    of = dict(zip(docs["doc_id"], docs["text"], strict=True))
    assert [of[d][s:e] for d, s, e in zip(rows["doc_id"], rows["start"], rows["end"], strict=True)] == list(
        rows["surface"]
    )
    assert (rows["surface"].str.strip() == rows["surface"]).all() and rows["surface"].ne("").all()
    assert rows["score"].between(0, 1).all()
    assert (rows["entity_id"].isna() == rows["candidates"].notna()).all()
    assert not Counter(zip(rows["doc_id"], rows["end"], strict=True)) - Counter(
        set(zip(rows["doc_id"], rows["end"], strict=True))
    )
    turned = docs.iloc[::-1].reset_index(drop=True)
    back = find_titles(turned, entities.iloc[::-1], **OPTIONS)
    pd.testing.assert_frame_equal(back.sort_values(["doc_id", "start"], ignore_index=True), rows)
    alone = [find_titles(docs[docs["doc_id"] == doc_id], entities, **OPTIONS) for doc_id in docs["doc_id"]]
    pd.testing.assert_frame_equal(pd.concat(alone, ignore_index=True), rows)

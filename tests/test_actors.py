"""The finders about actors, on sentences made for the purpose; no case is from a corpus."""

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus.actors.actions import count_actions, find_actions
from ukrcorpus.actors.attributions import count_attributions, find_attributions
from ukrcorpus.actors.evaluations import count_evaluations, find_evaluations
from ukrcorpus.columns import TABLES
from ukrcorpus.packaged import read_rows

Finder = Callable[..., pd.DataFrame]
FINDERS = [
    (find_evaluations, "evaluations"),
    (find_actions, "actions"),
    (find_attributions, "attributions"),
]


def one(text: str) -> pd.DataFrame:
    return pd.DataFrame({"doc_id": ["a"], "text": [text]})


def words_on(text: str, **options: object) -> set[tuple[str, str, str]]:
    """Word, label and actor of each evaluation of a text."""
    found = find_evaluations(one(text), **options)  # type: ignore[arg-type]
    rows = found[found["role"] == "evaluation"]
    return set(zip(rows["surface"], rows["label"], rows["name"], strict=True))


def roles(text: str) -> set[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    """Voice, predicate, agents and patients (a name, else the words) of each action of a text."""
    found = find_actions(one(text))
    found = found.assign(who=found["name"].fillna(found["surface"]))
    told = set()
    for _, rows in found.groupby("action_id"):
        sides = (tuple(rows.loc[rows["role"] == role, "who"]) for role in ("agent", "patient"))
        told.add((rows["voice"].iloc[0], rows["predicate"].iloc[0], *sides))
    return told  # type: ignore[return-value]


def held(text: str) -> set[tuple[str, str, str | None, bool, str | None]]:
    """Class, responsible name (else words), outcome, negation and speaker of each attribution of a text."""
    found = find_attributions(one(text)).astype("object")
    found = found.where(found.notna(), None)
    told = set()
    for _, rows in found.groupby("attribution_id"):
        first = rows.iloc[0]
        part = rows.set_index("role")["surface"]
        who = first["name"] or part["responsible"]
        told.add((first["cue_class"], who, part.get("outcome"), first["negated"], first["attributed_to"]))
    return told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The brutal Wagner group seized Bakhmut.", {("brutal", "modifier", "Wagner Group")}),
        ("The US-backed Kiev government fell.", {("US-backed", "modifier", "Kyiv")}),
        ("The heroic Ukrainian army held Kherson.", {("heroic", "modifier", "Ukrainian")}),
        ("Kiev's puppet government fled.", {("puppet", "modifier", "Kyiv")}),
        ("So-called “Donetsk People's Republic” fell.", {("So-called", "modifier", "Donetsk People's Republic")}),
        (
            "The corrupt and brutal Putin regime fell.",
            {
                (word, label, "Vladimir Putin")
                for word, label in (("corrupt", "modifier"), ("brutal", "modifier"), ("regime", "head"))
            },
        ),
        ("Kremlin propagandists said so.", {("propagandists", "head", "Kremlin")}),
        ("Ukrainian freedom fighters held out.", {("freedom fighters", "head", "Ukrainian")}),
        ("The oligarch Yevgeny Prigozhin left.", {("oligarch", "apposition", "Yevgeny Prigozhin")}),
        (
            "Navalny, a figurehead of the pro-NATO so-called liberal opposition, was jailed.",
            {(word, "apposition", "Alexei Navalny") for word in ("figurehead", "pro-NATO", "so-called")},
        ),
        (
            "Prigozhin, a convicted criminal, left.",
            {("convicted", "apposition", "Yevgeny Prigozhin"), ("criminal", "apposition", "Yevgeny Prigozhin")},
        ),
        (
            "The notorious warlord, Ramzan Kadyrov, spoke.",
            {("notorious", "apposition", "Ramzan Kadyrov"), ("warlord", "apposition", "Ramzan Kadyrov")},
        ),
        ("Putin is a war criminal.", {("war criminal", "predicate", "Vladimir Putin")}),
        ("Putin, who is a hero, spoke.", {("hero", "predicate", "Vladimir Putin")}),
        ("Lukashenko has been branded a tyrant.", {("tyrant", "predicate", "Alexander Lukashenko")}),
        ("Moscow considers Zelensky to be a puppet.", {("puppet", "predicate", "Volodymyr Zelensky")}),
        ("Sanctions hit the Putin regime financially.", {("regime", "head", "Vladimir Putin")}),
    ],
)
def test_words_that_stand_on_an_actor(text: str, expected: set[tuple[str, str, str]]) -> None:
    assert words_on(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Great Britain sent tanks.",
        "Russia's brutal war against Ukraine goes on.",
        "The illegal Russian annexation of Crimea goes on.",
        "Ukraine's enemies met in Paris.",
        "A brutal winter hit Ukraine.",
        "The Just Russia party lost.",
        "The Democratic senator Chuck Schumer spoke.",
        "The city has celebrated Zelensky.",
    ],
)
def test_words_on_something_else_do_not_count(text: str) -> None:
    assert words_on(text) == set()


def test_negation_speaker_and_marks_of_an_evaluation() -> None:
    assert find_evaluations(one("Putin is not a dictator."))["negated"].all()
    said = find_evaluations(one("“The Kiev regime will fall,” Lavrov said. The Kiev regime fell."))
    said = said[said["role"] == "evaluation"]
    assert said["quoted"].tolist() == [True, False]
    assert said["attributed_to"].tolist()[0] == "Sergey Lavrov"
    assert pd.isna(said["attributed_to"].tolist()[1])
    assert set(find_evaluations(one("Biden called Putin a killer."))["attributed_to"]) == {"Joe Biden"}


def test_words_without_an_entry_are_kept_on_demand() -> None:
    text = "The tall Wagner group seized Bakhmut."
    assert words_on(text) == set()
    found = find_evaluations(one(text), all_words=True)
    assert ("tall", "modifier", "Wagner Group") in words_on(text, all_words=True)
    assert found["polarity"].isna().all()


def test_own_words_replace_the_list() -> None:
    own = pd.DataFrame({"word": ["tall"], "part": ["adjective"], "polarity": ["mixed"]})
    assert words_on("The tall Wagner group left the brutal Putin regime.", words=own) == {
        ("tall", "modifier", "Wagner Group")
    }
    with pytest.raises(ValueError, match="polarity"):
        find_evaluations(one(""), words=own.drop(columns="polarity"))


def test_the_list_of_words_is_sound() -> None:
    rows = read_rows("evaluative_words.csv")
    assert not rows.duplicated(["word", "part"]).any()
    assert set(rows["part"]) == {"adjective", "noun"}
    assert set(rows["polarity"]) == {"negative", "positive", "mixed"}
    assert set(rows["kind"]) == {"ethics", "capacity", "legitimacy", "violence", "other"}
    one_side = {"US-backed", "pro-Russian", "Western-backed", "anti-NATO", "NATO-backed"}
    other_side = {"Russian-backed", "pro-Ukrainian", "Kremlin-backed", "anti-Russian", "Moscow-backed"}
    polarity = rows.set_index("word")["polarity"]
    assert set(polarity[list(one_side | other_side)]) == {"mixed"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Russia attacked Ukraine.", {("active", "attack", ("Russia",), ("Ukraine",))}),
        (
            "Russia, Belarus and Iran struck Ukraine.",
            {("active", "strike", ("Russia", "Belarus", "Iran"), ("Ukraine",))},
        ),
        ("Soldiers attacked Kherson.", {("active", "attack", ("Soldiers",), ("Kherson",))}),
        (
            "Russian President Vladimir Putin dismissed the general.",
            {("active", "dismiss", ("Vladimir Putin",), ("the general",))},
        ),
        ("Kherson was liberated by Ukrainian forces.", {("passive", "liberate", ("Ukrainian",), ("Kherson",))}),
        ("Ukrainian cities were shelled.", {("agentless", "shell", (), ("Ukrainian",))}),
        ("Kiev tried to retake Kherson.", {("active", "retake", ("Kyiv",), ("Kherson",))}),
        (
            "Kyiv forced Russia to leave Kherson.",
            {("active", "force", ("Kyiv",), ("Russia",)), ("active", "leave", ("Russia",), ("Kherson",))},
        ),
        (
            "Wagner, which seized Bakhmut, retreated.",
            {("active", "seize", ("Wagner Group",), ("Bakhmut",)), ("active", "retreat", ("Wagner Group",), ())},
        ),
        ("NATO's expansion went on.", {("nominal", "expand", ("North Atlantic Treaty Organization",), ())}),
        ("Russia's invasion of Ukraine went on.", {("nominal", "invade", ("Russia",), ("Ukraine",))}),
        ("The US bombing of Belgrade went on.", {("nominal", "bomb", ("United States",), ("Belgrade",))}),
        ("The shelling of Donetsk by Ukrainian forces went on.", {("nominal", "shell", ("Ukrainian",), ("Donetsk",))}),
        ("Navalny's arrest went on.", {("nominal", "arrest", (), ("Alexei Navalny",))}),
        (
            "NATO-backed forces retreated.",
            {("passive", "back", ("North Atlantic Treaty Organization",), ("forces",))},
        ),
        (
            "Russia launched an offensive in May.",
            {("nominal", "attack", ("Russia",), ()), ("active", "launch", ("Russia",), ("an offensive",))},
        ),
        ("Poland is ready to help Ukraine.", {("active", "help", ("Poland",), ("Ukraine",))}),
    ],
)
def test_who_acts_on_whom(text: str, expected: set[tuple[str, str, tuple[str, ...], tuple[str, ...]]]) -> None:
    assert roles(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ukraine is a large country.",
        "Ukraine needs rain.",
        "Putin said that it rained.",
        "He spoke in Toronto, Canada, and left.",
        "Sergei Lavrov: “It rained.”",
        "The soldiers slept near Kherson.",
        "They used American tanks.",
    ],
)
def test_no_action_of_an_actor(text: str) -> None:
    assert roles(text) == set()


def test_actions_with_a_parser() -> None:
    spacy = pytest.importorskip("spacy")
    parsed = {
        "Ukrainian forces attacked Russia .": (
            ["amod", "nsubj", "ROOT", "dobj", "punct"],
            [1, 2, 2, 2, 2],
            ["ADJ", "NOUN", "VERB", "PROPN", "PUNCT"],
            ["Ukrainian", "force", "attack", "Russia", "."],
        ),
        "Kyiv was shelled by Russia .": (
            ["nsubjpass", "auxpass", "ROOT", "agent", "pobj", "punct"],
            [2, 2, 2, 2, 3, 2],
            ["PROPN", "AUX", "VERB", "ADP", "PROPN", "PUNCT"],
            ["Kyiv", "be", "shell", "by", "Russia", "."],
        ),
        "Russia 's invasion of Ukraine began .": (
            ["poss", "case", "nsubj", "prep", "pobj", "ROOT", "punct"],
            [2, 0, 5, 2, 3, 5, 5],
            ["PROPN", "PART", "NOUN", "ADP", "PROPN", "VERB", "PUNCT"],
            ["Russia", "'s", "invasion", "of", "Ukraine", "begin", "."],
        ),
    }

    def parse(text: str) -> object:
        deps, heads, pos, lemmas = parsed[text]
        return spacy.tokens.Doc(spacy.blank("en").vocab, text.split(), deps=deps, heads=heads, pos=pos, lemmas=lemmas)

    docs = pd.DataFrame({"doc_id": list("abc"), "text": list(parsed)})
    found = find_actions(docs, parser=parse)
    rows = found[["doc_id", "role", "voice", "predicate", "name"]].astype("object").to_numpy().tolist()
    told = [tuple(row) for row in rows if isinstance(row[-1], str)]
    assert told == [
        ("a", "agent", "active", "attack", "Ukrainian"),
        ("a", "patient", "active", "attack", "Russia"),
        ("b", "patient", "passive", "shell", "Kyiv"),
        ("b", "agent", "passive", "shell", "Russia"),
        ("c", "agent", "nominal", "invade", "Russia"),
        ("c", "patient", "nominal", "invade", "Ukraine"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kyiv blamed Moscow for the attack.", ("blame", "Moscow", "the attack", False, "Kyiv")),
        ("They blamed the war on NATO.", ("blame", "NATO", "the war", False, None)),
        ("Moscow was blamed for the attack.", ("blame", "Moscow", "the attack", False, None)),
        ("Kyiv wants to blame Moscow for the attack.", ("blame", "Moscow", "the attack", False, "Kyiv")),
        ("Moscow is responsible for the attack.", ("blame", "Moscow", "the attack", False, None)),
        ("Moscow was not responsible for the attack.", ("blame", "Moscow", "the attack", True, None)),
        ("The Kremlin holds NATO responsible for the war.", ("blame", "NATO", "the war", False, "Kremlin")),
        ("NATO is to blame for the war.", ("blame", "NATO", "the war", False, None)),
        ("Russia bears full responsibility for the war.", ("blame", "Russia", "the war", False, None)),
        ("Russia's responsibility for the massacre is clear.", ("blame", "Russia", "the massacre", False, None)),
        ("Responsibility lies with NATO.", ("blame", "NATO", None, False, None)),
        ("Russia was behind the attack.", ("blame", "Russia", "the attack", False, None)),
        ("NATO provoked the war.", ("provocation", "NATO", "the war", False, None)),
        ("The war was caused by NATO.", ("cause", "NATO", "The war", False, None)),
        ("NATO's policy led to war.", ("cause", "NATO", "war", False, None)),
        ("The war is the result of NATO's expansion.", ("consequence", "NATO", "The war", False, None)),
        ("Prices rose because of Putin.", ("consequence", "Vladimir Putin", "Prices rose", False, None)),
        ("Thanks to Putin, prices rose.", ("consequence", "Vladimir Putin", "prices rose", False, None)),
        ("Many died at the hands of Russia.", ("consequence", "Russia", "Many died", False, None)),
        ("Ukraine accused Russia of shelling homes.", ("accusation", "Russia", "shelling homes", False, "Ukraine")),
        ("Lavrov said that NATO had provoked the war.", ("provocation", "NATO", "the war", False, "Sergey Lavrov")),
        ("Russia claimed responsibility for the strike.", ("admission", "Russia", "the strike", False, None)),
        ("Russia blamed for the attack on Odesa", ("blame", "Russia", "the attack on Odesa", False, None)),
    ],
)
def test_who_is_held_responsible(text: str, expected: tuple[str, str, str | None, bool, str | None]) -> None:
    kind, name, outcome, negated, by = expected
    full = {"NATO": "North Atlantic Treaty Organization"}
    assert held(text) == {(kind, full.get(name, name), outcome, negated, by)}


@pytest.mark.parametrize(
    "text",
    [
        "The minister responsible for transport left Kyiv.",
        "The delay was due to rain in Kyiv.",
        "In response to Russia's attack, NATO met.",
        "It rained because of the war in Ukraine.",
        "The results of the Ukrainian election came in.",
    ],
)
def test_nobody_is_held_responsible(text: str) -> None:
    assert held(text) == set()


def test_a_denial_is_negated() -> None:
    (told,) = held("Moscow denied responsibility for the attack.")
    assert told[:4] == ("blame", "Moscow", "the attack", True)


@pytest.mark.parametrize(("find", "table"), FINDERS)
def test_empty_input_has_all_columns(find: Finder, table: str) -> None:
    found = find(one("").iloc[:0])
    assert found.columns.tolist() == list(TABLES[table])
    assert {name: str(dtype) for name, dtype in found.dtypes.items()} == {
        name: str(pd.Series(dtype=column.dtype).dtype) for name, column in TABLES[table].items()
    }


PIECES = [
    "Putin",
    "Russia",
    "’s",
    "the",
    "brutal",
    "regime",
    ",",
    "is",
    "a",
    "liar",
    "“",
    "”",
    "was",
    "blamed",
    "for",
    "war",
]
PIECES += [
    "and",
    "attacked",
    "by",
    "NATO",
    "-backed",
    "because of",
    "of",
    "invasion",
    ".",
    "\n\n",
    "to",
    "blame",
    "called",
]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join))
def test_odd_texts_give_rows_of_the_text(text: str) -> None:
    docs = one(text)
    for find, _ in FINDERS:
        for start, end, surface in find(docs)[["start", "end", "surface"]].itertuples(index=False):
            assert text[start:end] == surface
            assert start < end


def test_inputs_stay_and_order_does_not_matter() -> None:
    docs = pd.DataFrame(
        {"doc_id": ["a", "b"], "text": ["Russia attacked Ukraine.", "Kyiv blamed the brutal Putin regime for it."]}
    )
    before = docs.copy()
    for find, _ in FINDERS:
        forward, backward = find(docs), find(docs.iloc[::-1])
        pd.testing.assert_frame_equal(
            forward, backward.sort_values(["doc_id", "start", "end"], kind="stable", ignore_index=True)
        )
    pd.testing.assert_frame_equal(docs, before)


def test_summaries_refuse_an_interval_below_ten_articles() -> None:
    text = "Kyiv blamed Moscow for the attack. Russia attacked Ukraine. The Putin regime fell."
    few = pd.DataFrame({"doc_id": [f"{n}" for n in range(9)], "text": text, "publisher": "P"})
    many = pd.DataFrame({"doc_id": [f"{n}" for n in range(10)], "text": text, "publisher": "P"})
    for (find, _), count in zip(FINDERS, (count_evaluations, count_actions, count_attributions), strict=True):
        for docs in (few, many):
            table = count(find(docs), docs)  # type: ignore[operator]
            assert (table["n_spans"] == len(docs)).all()
            assert table["low"].isna().all() == (len(docs) < 10)
            assert table["reason"].isna().all() == (len(docs) == 10)
    actions = count_actions(find_actions(few), few).set_index(["name", "role"])
    assert actions.loc[("Russia", "agent"), "share"] == 1.0
    by_whom = count_attributions(find_attributions(few), few)
    assert by_whom[["name", "attributed_to"]].to_numpy().tolist() == [["Moscow", "Kyiv"]]

"""Indirect speech, and who speaks: the speaker of what is said with and without marks."""

import time

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import find_quotes
from ukrcorpus.packaged import read_rows

NAMES = {
    "Olena Koval": "PERSON",
    "Petro Lysenko": "PERSON",
    "Ivan Hai": "PERSON",
    "Koval": "PERSON",
    "Lysenko": "PERSON",
    "Harbour Post": "ORG",
    "Ministry of Works": "ORG",
    "Council": "ORG",
    "Stone Bank": "ORG",
    "Ruritanian": "NORP",
    "Ruritania": "GPE",
}
FULL = {"Koval": "Olena Koval", "Lysenko": "Petro Lysenko"}


def entities_of(text: str) -> pd.DataFrame:
    rows: list[dict[str, object]] = []
    for name in sorted(NAMES, key=len, reverse=True):
        at = text.find(name)
        while at >= 0:
            if not any(row["start"] < at + len(name) and at < row["end"] for row in rows):  # type: ignore[operator]
                rows.append({"start": at, "end": at + len(name), "label": NAMES[name], "name": FULL.get(name, name)})
            at = text.find(name, at + 1)
    table = pd.DataFrame(rows, columns=["start", "end", "label", "name"])
    return table.assign(doc_id="a", surface="", zone="paragraph", rule="test", score=1.0)


def read(text: str) -> pd.DataFrame:
    return find_quotes(pd.DataFrame({"doc_id": ["a"], "text": [text]}), entities=entities_of(text))


def reported(text: str) -> list[tuple[str, str | None, str | None]]:
    """The words reported, the speaker's own phrase and name."""
    found = []
    for _, rows in read(text).query("label == 'indirect'").groupby("quote_id", sort=False):
        by_role = rows.set_index("role")["surface"]
        name = rows["speaker"].iloc[0]
        found.append((by_role["quote"], by_role.get("speaker"), None if pd.isna(name) else name))
    return found


@pytest.mark.parametrize(
    ("text", "content", "phrase", "name"),
    [
        # a clause with and without "that"
        ("Officials said the dam had burst.", "the dam had burst", "Officials", None),
        ("Koval says that the dam has burst.", "the dam has burst", "Koval", "Olena Koval"),
        ("A miner says he heard a loud bang.", "he heard a loud bang", "A miner", None),
        ("The council has repeatedly denied that it knew.", "it knew", "The council", None),
        ("Koval on Monday told reporters in Ruritania the dam was safe.", "the dam was safe", "Koval", "Olena Koval"),
        ("Koval told the Harbour Post she would resign.", "she would resign", "Koval", "Olena Koval"),
        ("Koval did not say whether she would resign.", "whether she would resign", "Koval", "Olena Koval"),
        ("Koval declined to say why the dam had burst.", "why the dam had burst", "Koval", "Olena Koval"),
        ("Lysenko, who runs the mill, said it was shut.", "it was shut", "Lysenko", "Petro Lysenko"),
        (
            "The head of the mill, Petro Lysenko, said it was shut.",
            "it was shut",
            "The head of the mill, Petro Lysenko",
            "Petro Lysenko",
        ),
        # verbs that may also take an object
        ("Witnesses confirmed the gate was open.", "the gate was open", "Witnesses", None),
        ("Police believe he is in the valley.", "he is in the valley", "Police", None),
        ("The study found that sleep helps.", "sleep helps", "The study", None),
        # questions, infinitives, objects
        ("Koval asked whether the gate was open.", "whether the gate was open", "Koval", "Olena Koval"),
        ("Koval urged both sides to hold talks.", "both sides to hold talks", "Koval", "Olena Koval"),
        ("Lysenko vowed to rebuild the mill.", "to rebuild the mill", "Lysenko", "Petro Lysenko"),
        ("Koval accused Lysenko of hiding the accounts.", "Lysenko of hiding the accounts", "Koval", "Olena Koval"),
        ("Koval blamed the storm for the delay.", "the storm for the delay", "Koval", "Olena Koval"),
        ("Koval warned of a long dry summer.", "a long dry summer", "Koval", "Olena Koval"),
        ("Lysenko denied hiding the accounts.", "hiding the accounts", "Lysenko", "Petro Lysenko"),
        ("Koval called for an early vote.", "an early vote", "Koval", "Olena Koval"),
        ("Koval described the plan as a poor joke.", "the plan as a poor joke", "Koval", "Olena Koval"),
        ("Koval called him a coward and a liar.", "him a coward and a liar", "Koval", "Olena Koval"),
        # the words in front, or round the attribution
        ("The dam has burst, officials said.", "The dam has burst", "officials", None),
        ("The dam has burst, said Ivan Hai.", "The dam has burst", "Ivan Hai", "Ivan Hai"),
        ("The new mill helped, said Chairman Ivan Hai.", "The new mill helped", "Chairman Ivan Hai", "Ivan Hai"),
        ("The millers were asked by Koval to leave town.", "to leave town", "Koval", "Olena Koval"),
        ("Figures showed output contracted by 20 percent.", "output contracted by 20 percent", "Figures", None),
        ("The dam was empty by May, the report says.", "The dam was empty by May", "the report", None),
        # phrases, nouns, adjectives, passives
        ("According to Lysenko, the mill is shut.", "the mill is shut", "Lysenko", "Petro Lysenko"),
        ("The mill is shut, according to two workers.", "The mill is shut", "two workers", None),
        ("Koval repeated her claim that the mill is shut.", "the mill is shut", "her", "Olena Koval"),
        ("Koval is confident that the mill will open.", "the mill will open", "Koval", "Olena Koval"),
        ("It is believed that the mill will open.", "the mill will open", None, None),
        ("The thief is believed to have left Ruritania.", "to have left Ruritania", None, None),
        ("Residents were told that the dam was safe.", "the dam was safe", None, None),
        ("Koval was quoted as saying that the dam was safe.", "the dam was safe", "Koval", "Olena Koval"),
        # a body, and who speaks for it
        (
            "A spokesman for the Stone Bank said it was safe.",
            "it was safe",
            "A spokesman for the Stone Bank",
            "Stone Bank",
        ),
        ("Opponents of Olena Koval said she had lost.", "she had lost", "Opponents of Olena Koval", None),
        ("Officials in Ruritania said the dam had burst.", "the dam had burst", "Officials in Ruritania", None),
        ("Koval's allies said she had won.", "she had won", "Koval's allies", None),
    ],
)
def test_a_report_its_speaker_and_the_name(text: str, content: str, phrase: str | None, name: str | None) -> None:
    assert reported(text) == [(content, phrase, name)]


@pytest.mark.parametrize(
    ("text", "contents"),
    [
        ("The dam, officials said, has burst at last.", ["The dam", "has burst at last"]),
        ("Koval said the dam was safe, while others fled.", ["the dam was safe"]),
        ("Koval said the dam was safe, adding that it was new.", ["the dam was safe", "it was new"]),
        ("Koval called for a full inquiry and said she was sorry.", ["a full inquiry", "she was sorry"]),
        ("Koval said the dam was safe; nobody crossed it.", ["the dam was safe"]),
        ("Koval said the dam was “as good as new” and full.", ["the dam was “as good as new” and full"]),
        ("Koval said the dam was safe. It was built in May.", ["the dam was safe"]),
    ],
)
def test_where_the_words_reported_end(text: str, contents: list[str]) -> None:
    assert [content for content, *_ in reported(text)] == contents


@pytest.mark.parametrize(
    "text",
    [
        "Needless to say, the dam had burst by noon.",
        "The claimed sum was never paid to the mill.",
        "Koval found a body near the old mill.",
        "We say that the dam was badly built.",
        "I think the dam was badly built by them.",
        "He saw the United States through a thick fog.",
        "The reports were lost in the flood of May.",
        "The mill was closed over alleged losses at the dam.",
        "All the millers were asked to leave their homes for a night.",
        "All the millers were asked to leave their homes by Monday.",
        "The dam held through the whole winter, even as engineers warned.",
        "“We are all very tired,” said Olena Koval, who had waited all night.",
    ],
)
def test_what_reports_nothing(text: str) -> None:
    assert reported(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Olena Koval met Ivan Hai. He said the dam was safe.", "Ivan Hai"),
        ("Mrs Koval met Petro Lysenko. She said the dam was safe.", "Olena Koval"),
        ("Petro Lysenko left after talks with Ivan Hai. He said the dam was safe.", "Petro Lysenko"),
        ("Koval said the dam was safe. It had burst once. She said it was new.", "Olena Koval"),
        ("Gen. Petro Lysenko met Ivan Hai. The general said the dam was safe.", "Petro Lysenko"),
        ("Ivan Hai, the head of the mill, met Petro Lysenko. The head said it was safe.", "Ivan Hai"),
        ("The Ministry of Works has a plan. The ministry said the dam was safe.", "Ministry of Works"),
        ("The Stone Bank lent Koval money. It said the debt was small.", "Stone Bank"),
        ("Olena Koval spoke. The police said the dam was safe.", None),
        ("Olena Koval spoke. A minister said the dam was safe.", None),
    ],
)
def test_whom_pronouns_and_descriptions_take_up(text: str, name: str | None) -> None:
    assert reported(text)[-1][2] == name


def test_what_is_taken_up_scores_less_than_a_name() -> None:
    table = read("Olena Koval said the dam was safe. She said it was new.").query("role == 'speaker'")
    assert table["score"].tolist()[0] > table["score"].tolist()[1]
    assert table["rule"].str.endswith("taken up").tolist() == [False, True]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("“The dam is quite safe,” said Olena Koval.", ["Olena Koval"]),
        ("“The dam is quite safe,” Koval said.", ["Olena Koval"]),
        ("Koval said: “The dam is quite safe.”", ["Olena Koval"]),
        ("Olena Koval: “The dam is quite safe.”", ["Olena Koval"]),
        ("“The dam is quite safe,” Koval, the head of the Council, told the Harbour Post.", ["Olena Koval"]),
        ("“The dam is safe now,” Koval said. “It is also quite new.”", ["Olena Koval", "Olena Koval"]),
        ("Koval called the plan “a disgrace to the whole nation of Ruritania”.", ["Olena Koval"]),
        ("Koval left the hall after a night of “talks that led to nothing at all”.", ["Olena Koval"]),
        ("In a statement, Koval said that “the dam is quite safe.”", ["Olena Koval"]),
        ("“The dam is safe now,” Koval said.\n\n“It is also quite new.”", ["Olena Koval", "Olena Koval"]),
        (
            "“The dam is safe now,” Koval said.\n\n“Is it really safe?” asked Petro Lysenko.\n\n“It is quite safe.”",
            ["Olena Koval", "Petro Lysenko", "Olena Koval"],
        ),
        ("We say “the dam is not at all safe.”", [None]),
        ("“The dam is quite safe,” Gov. Olena Koval said.", ["Olena Koval"]),
        ("“The dam is quite safe,” the head and founder of the mill, Olena Koval, said.", ["Olena Koval"]),
        ("Petro Lysenko left. “It is quite safe,” said the head of the mill, Anna Bell.", ["Anna Bell"]),
        ("“Many new mills” and a better harvest helped, said Olena Koval.", ["Olena Koval"]),
        ("Koval noted that Ruritanian millers want the dam to be “left as it is.”", ["Olena Koval"]),
        ("“The dam is quite safe,” said Varga on Monday.", ["Varga"]),
        ("“The dam is quite safe,” Officials said.", [None]),
        ("An order issued by the Ministry of Works in May said, “The dam is to close.”", ["Ministry of Works"]),
        ("The Stone Bank lent money. “The debt is small,” the lender said.", ["Stone Bank"]),
    ],
)
def test_the_speaker_of_a_direct_quotation(text: str, names: list[str | None]) -> None:
    table = read(text).query("role == 'quote' and label == 'quote'")
    assert [None if pd.isna(name) else name for name in table["speaker"]] == names


def test_a_clause_without_a_cue_scores_less() -> None:
    table = read("Koval left the hall after a night of “talks that led to nothing at all”.").query("role == 'speaker'")
    assert table["rule"].tolist() == ["clause"]
    assert table["score"].iloc[0] < 0.5


def test_a_headline_names_its_source() -> None:
    text = "Koval: the dam in the valley is safe\n\nThe dam in the valley was looked at for a whole week in May."
    found = read(text).query("rule == 'headline'")
    assert found.query("role == 'quote'")["surface"].tolist() == ["the dam in the valley is safe"]
    assert set(found["speaker"]) == {"Olena Koval"}


def test_the_forms_and_codes_of_the_cues() -> None:
    table = read_rows("reporting_verbs.csv")
    assert set(table["kind"]) == {"verb", "noun", "adjective", "phrase"}
    verbs = table[table["kind"] == "verb"]
    assert verbs["forms"].str.split("|").str.len().between(4, 5).all()
    assert verbs["forms"].str.split("|").str[-1].str.split().str[0].str.endswith("ing").all()
    codes = {code for takes in table["takes"] for code in takes.split()}
    assert codes <= {*"tzyoqfigknp", "as", "of", "for", "on", "about", "against", "with", "at", "to"}
    assert len(table) > 450


WORDS = [
    *("Olena Koval", "Lysenko", "he", "officials", "said", "told", "that", "the dam", "according to", "accused", "of"),
    *(",", ".", "—", ":", "“", "”", "(", ")", "and", "who", "was", "to", "asked", "whether", "adding", "claim", "\n\n"),
    *("is confident", "urged", "as saying", "denied", "breaking", "in", "May", "'s", "says", "burst", "believed"),
]


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=30))
def test_any_order_of_words_gives_spans_of_the_text(words: list[str]) -> None:
    text = " ".join(words)
    table = read(text)
    assert [text[s:e] for s, e in zip(table["start"], table["end"], strict=True)] == table["surface"].tolist()
    assert table["score"].between(0, 1).all()
    assert (table["start"] < table["end"]).all()
    assert table.groupby("quote_id")["role"].apply(lambda roles: roles.is_unique).all()
    assert table.groupby("quote_id")["speaker"].nunique().le(1).all()


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from([name for name in NAMES if NAMES[name] == "PERSON"]),
    st.sampled_from(["said", "insisted", "argued"]),
)
def test_orders_of_the_same_report_have_the_same_speaker(name: str, verb: str) -> None:
    orders = (
        f"{name} {verb} that the dam was safe.",
        f"The dam was safe, {name} {verb}.",
        f"The dam was safe, {verb} {name}.",
    )
    assert {reported(text)[0][2] for text in orders} == {FULL.get(name, name)}


@pytest.mark.slow
def test_one_long_sentence_does_not_take_quadratic_time() -> None:
    text = (
        "Koval said the dam was safe, and Lysenko, who was there, told officials that it was new, " * 300 + "he said."
    )
    started = time.perf_counter()
    read(text)
    assert time.perf_counter() - started < 20

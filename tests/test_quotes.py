import re
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import count_quotes, count_voice, count_words, find_entities, find_quotes, find_zones
from ukrcorpus.columns import TABLES
from ukrcorpus.quotation import find_quotations

PEOPLE = {
    "Olena Koval": "PERSON",
    "Petro Lysenko": "PERSON",
    "Lysenko": "PERSON",
    "the Harbour Post": "ORG",
    "Harbour Post": "ORG",
    "Council": "ORG",
    "Ruritania": "GPE",
    "Ruritanian": "NORP",
    "Biden": "PERSON",
}
CASES = sorted((Path(__file__).parent / "quotes").glob("*.txt"))
FULL = {"Lysenko": "Petro Lysenko", "Biden": "Joe Biden"}


def entities_of(docs: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for doc_id, text in zip(docs["doc_id"], docs["text"], strict=True):
        taken: list[tuple[int, int]] = []
        for name in sorted(PEOPLE, key=len, reverse=True):
            at = text.find(name)
            while at >= 0:
                if not any(at < high and low < at + len(name) for low, high in taken):
                    taken.append((at, at + len(name)))
                    full = FULL.get(name, name.removeprefix("the "))
                    rows.append(
                        {"doc_id": doc_id, "start": at, "end": at + len(name), "label": PEOPLE[name], "name": full}
                    )
                at = text.find(name, at + 1)
    return pd.DataFrame(rows, columns=["doc_id", "start", "end", "label", "name"]).assign(
        surface=lambda t: "", zone="paragraph", rule="test", score=1.0
    )


def quotes_of(text: str) -> pd.DataFrame:
    docs = pd.DataFrame({"doc_id": ["a"], "text": [text]})
    return find_quotes(docs, entities=entities_of(docs))


def said(text: str, *labels: str) -> list[tuple[str, str | None]]:
    """Quoted words and speaker of each quotation of these labels."""
    table = quotes_of(text).query("role == 'quote'")
    table = table[table["label"].isin(labels or ("quote", "block"))]
    speakers = table["speaker"].astype("object").where(table["speaker"].notna(), None)
    return list(zip(table["surface"], speakers, strict=True))


def read_case(marked: str) -> tuple[str, dict[tuple[int, int], str]]:
    """The text of a case, and what its markup says of each span (see tests/quotes/README.md)."""
    text, opened, expected = "", [], {}
    for part in re.split(r"(⟦[a-z:, -]+\||⟧)", marked):
        if part.startswith("⟦"):
            opened.append((len(text), part[1:-1]))
        elif part == "⟧":
            start, says = opened.pop()
            expected[start, len(text)] = says
        else:
            text += part
    return text, expected


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_cases(path: Path) -> None:
    text, expected = read_case(path.read_text(encoding="utf-8"))
    table = quotes_of(text).query("role == 'quote' and label != 'indirect'")
    rows = zip(table["start"], table["end"], table["label"], table["rule"], strict=True)
    found = {(start, end): (label, f"{label}:{rule}") for start, end, label, rule in rows}
    assert {text[slice(*at)]: says for at, says in expected.items()} == {
        text[slice(*at)]: both[":" in expected.get(at, "")] for at, both in found.items()
    }
    assert found.keys() == expected.keys()


def test_there_are_cases() -> None:
    assert len(CASES) > 30


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He said “no way at all” and left.", ["no way at all"]),
        ('He said "no way at all" and left.', ["no way at all"]),
        ('He said “no way at all" and left.', ["no way at all"]),
        ("He said ”no way at all“ and left.", ["no way at all"]),
        ("He said „no way at all“ and left.", ["no way at all"]),
        ("He said « no way at all » and left.", ["no way at all"]),
        ("Er sagte »auf keinen Fall« und ging.", ["auf keinen Fall"]),
        ("He said ‘no way at all’ and left.", ["no way at all"]),
        ("He said 'no way at all' and left.", ["no way at all"]),
        ("He said ``no way at all'' and left.", ["no way at all"]),
        ("“Outer ‘inner words’ more,” he said.", ["Outer ‘inner words’ more,", "inner words"]),
        ("“‘Nested from the start,’ he said.”", ["‘Nested from the start,’ he said.", "Nested from the start,"]),
        ("Our choice.”Then he said “we are here.”After that", ["we are here."]),
        ("‘The soldiers’ mothers said no,’ he wrote.", ["The soldiers’ mothers said no,"]),
        ('"One." "Two."', ["One.", "Two."]),
        ("'It's the lads' night,' said Tom. 'And the girls too.'", ["It's the lads' night,", "And the girls too."]),
        ("The ‘partners’ have the workers’ trust.", ["partners"]),
        ("‘’Tis late’, she said. ‘Tell ’em so.’", ["’Tis late", "Tell ’em so."]),
        ("“the best of the best”, she said", ["the best of the best"]),
        ("She writes “““three times””” here", ["three times"]),
        ("Компания «ООО «Ромашка» закрылась", ["ООО «Ромашка", "Ромашка"]),
        ("Об’єднання „Надія” та ім’я «Слава»", ["Надія", "Слава"]),
    ],
)
def test_marks_of_every_kind(text: str, found: list[str]) -> None:
    assert [text[q.start : q.end] for q in find_quotations(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "Lesia’s and the soldiers’ mothers, whose sons’ names it’s hard to read",
        "In the '90s, the ’90s and the ‘90s, in '22 and rock 'n' roll",
        "Liubov’ Hryn’, an ally of Obol’, spoke",
        'a wall of 6\'2" and a 12" gun',
        "the workers' union and the drivers' club, the '60s, the 'hood and the drivers’ pay",
        "at 48° 30' 15\" north, for 90' and 2'",
        "nothing at all",
        '"',
        "“ ” '' ``",
    ],
)
def test_what_is_no_quotation(text: str) -> None:
    assert find_quotations(text) == []


def test_inches_within_a_quotation_do_not_close_it() -> None:
    text = 'The officer said: "a 12" gun fired," and left.'
    assert [text[q.start : q.end] for q in find_quotations(text)] == ['a 12" gun fired,']


def test_an_unclosed_mark_ends_with_the_paragraph_at_a_lower_score() -> None:
    table = quotes_of("Petro Lysenko said: “We shall see what comes.\n\nNobody answered him that day at all.")
    quote = table.query("role == 'quote'").iloc[0]
    assert quote["surface"] == "We shall see what comes."
    assert quote["rule"] == "unclosed"
    assert quote["score"] < 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Olena Koval said, “We shall never leave this town.”", [("We shall never leave this town.", "Olena Koval")]),
        ("“We shall never leave,” said Olena Koval on Monday.", [("We shall never leave,", "Olena Koval")]),
        ("“We shall never leave,” Olena Koval said.", [("We shall never leave,", "Olena Koval")]),
        (
            "Olena Koval met Petro Lysenko. She warned: “We shall never leave.”",
            [("We shall never leave.", "Olena Koval")],
        ),
        (
            "Petro Lysenko, who heads the Council, said, “Many of us are tired.”",
            [("Many of us are tired.", "Petro Lysenko")],
        ),
        (
            "Petro Lysenko spoke of the harvest and of Ruritania, adding: “It is late this year.”",
            [("It is late this year.", "Petro Lysenko")],
        ),
        ("The Harbour Post cited Olena Koval as saying, “It is cold.”", [("It is cold.", "Olena Koval")]),
        ("Olena Koval, once envoy to Ruritania told the Council, “It is cold.”", [("It is cold.", "Olena Koval")]),
        (
            "The Harbour Post reported losses. The paper added that “nobody was paid in May.”",
            [("nobody was paid in May.", "Harbour Post")],
        ),
        (
            "After talks with Olena Koval, Petro Lysenko declared, “We agree on it.”",
            [("We agree on it.", "Petro Lysenko")],
        ),
        (
            "“We wait for news,” Olena Koval said. “There is none so far.”",
            [("We wait for news,", "Olena Koval"), ("There is none so far.", "Olena Koval")],
        ),
        ("The Council's claim that this is a “fight for the poor” was denied.", [("fight for the poor", "Council")]),
    ],
)
def test_the_speaker_of_a_direct_quotation(text: str, expected: list[tuple[str, str]]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_colon_introduces_a_block_quotation(gap: str) -> None:
    text = gap.join(
        [
            "The harvest of that year was the worst that anyone in the valley could remember, and it showed.",
            "Even so Petro Lysenko, the new head of the Council, struck a mild tone, saying:",
            "Nobody was offended and nothing was broken. Whoever wants to stay in the valley is free to stay.",
            "He then left the hall without a further word to anyone who had come to hear him that evening.",
        ]
    )
    table = quotes_of(text).query("label == 'block' and role == 'quote'")
    assert table["surface"].tolist() == [text.split(gap)[2]]
    assert table["speaker"].tolist() == ["Petro Lysenko"]
    assert table["direct"].all()


def test_a_colon_without_a_cue_introduces_no_quotation() -> None:
    text = "These are the towns of the valley that flooded:\n\nUpper Mill and Lower Mill and the old town of Stone."
    assert said(text, "block") == []


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("They spoke of a “so-called” peace.", "scare"),
        ("The “cakes for everyone” plan was dropped.", "scare"),
        ("A review under the headline “Coffee With Milk in Town” appeared.", "title"),
        ("He plays in the film “Winter” now.", "title"),
        ("Some feared a “Second Great Flood” then.", "title"),
    ],
)
def test_scare_quotes_and_titles_are_kept_apart(text: str, label: str) -> None:
    table = quotes_of(text)
    assert table["label"].tolist() == [label]
    assert table["speaker"].isna().all()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Olena Koval insisted on Monday that the bridge was safe.", [("the bridge was safe", "Olena Koval")]),
        ("The Ruritanian army claims that it has withdrawn.", [("it has withdrawn", "Ruritanian army")]),
        (
            "Biden administration officials were predicting that rain would fall.",
            [("rain would fall", "Biden administration")],
        ),
        ("According to the Harbour Post, the bridge was never safe.", [("the bridge was never safe", "Harbour Post")]),
        ("The bridge was never safe, according to Olena Koval.", [("The bridge was never safe", "Olena Koval")]),
        ("Petro Lysenko urged the Council to open the gates.", [("the Council to open the gates", "Petro Lysenko")]),
        ("Petro Lysenko told a reporter that his day was long.", [("his day was long", "Petro Lysenko")]),
        ("Olena Koval said the bridge was safe, but nobody crossed it.", [("the bridge was safe", "Olena Koval")]),
        ("It was said that the bridge was safe.", [("the bridge was safe", None)]),
        ("Experts say that the bridge was safe.", [("the bridge was safe", None)]),
        ("Olena Koval claimed a seat that was taken by others.", []),
    ],
)
def test_indirect_speech(text: str, expected: list[tuple[str, str]]) -> None:
    assert said(text, "indirect") == expected


def test_rows_of_a_quotation_are_tied_and_classed() -> None:
    table = quotes_of("Olena Koval claimed: “We have won the day.”")
    assert table["quote_id"].nunique() == 1
    assert sorted(table["role"]) == ["cue", "quote", "speaker"]
    assert set(table["cue_class"]) == {"doubting"}
    assert dict(zip(table["role"], table["surface"], strict=True))["cue"] == "claimed"


def test_cues_can_be_replaced() -> None:
    docs = pd.DataFrame({"doc_id": ["a"], "text": ["Olena Koval sang, “We have won the day.”"]})
    cues = pd.DataFrame(
        {
            "cue": ["sing"],
            "kind": ["verb"],
            "forms": ["sing|sings|sang|sung|singing"],
            "class": ["neutral"],
            "takes": ["t"],
        }
    )
    found = find_quotes(docs, entities=entities_of(docs), cues=cues)
    assert found.query("role == 'cue'").surface.tolist() == ["sang"]
    with pytest.raises(ValueError, match="no column 'forms'"):
        find_quotes(docs, entities=entities_of(docs), cues=cues.drop(columns="forms"))


def test_every_cue_has_a_class_and_a_source() -> None:
    from importlib import resources

    with resources.files("ukrcorpus").joinpath("data/reporting_verbs.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, comment="#")
    assert set(table["class"]) == {"neutral", "asserting", "doubting", "demanding", "admitting"}
    assert table["source"].notna().all()
    assert not table.duplicated(["cue", "kind"]).any()


def test_seeds(docs: pd.DataFrame) -> None:
    """What one reader finds in the two articles with the most quotations."""
    table = find_quotes(docs).query("role == 'quote'")
    lukashenko = table[table["surface"].str.startswith("We don’t want escalation")].iloc[0]
    assert lukashenko["speaker"] == "Alexander Lukashenko"
    assert lukashenko["surface"].endswith("have a choice.")
    block = table[table["label"].eq("block") & table["surface"].str.startswith("They didn’t offend anyone")].iloc[0]
    assert block["speaker"] == "Andrei Kartapolov"
    assert block["surface"].endswith("they’ll do something else.")
    assert not table["surface"].str.startswith("Latte")[table["label"].eq("quote")].any()
    assert not table["surface"].str.contains("Sobol’, a close").any()


def test_surface_and_columns(docs: pd.DataFrame) -> None:
    before = docs.copy(deep=True)
    table = find_quotes(docs)
    texts = docs.set_index("doc_id")["text"]
    assert [texts[d][s:e] for d, s, e in zip(table["doc_id"], table["start"], table["end"], strict=True)] == list(
        table["surface"]
    )
    assert table.columns.tolist() == list(TABLES["quotes"])
    assert table["score"].between(0, 1).all()
    pd.testing.assert_frame_equal(docs, before)


def test_empty() -> None:
    docs = pd.DataFrame({"doc_id": [], "text": []}).astype("str")
    table = find_quotes(docs)
    assert table.columns.tolist() == list(TABLES["quotes"])
    assert {name: str(kind) for name, kind in table.dtypes.items()} == {n: c.dtype for n, c in TABLES["quotes"].items()}
    assert len(count_quotes(table, docs.assign(publisher=[]), by="publisher")) == 0


def test_count_quotes() -> None:
    docs = pd.DataFrame({"doc_id": ["a", "b"], "publisher": ["P", "P"]})
    docs["text"] = ["Olena Koval said, “We have won the day.”", "Then “nobody said a word about it all day.”"]
    counts = count_quotes(find_quotes(docs, entities=entities_of(docs)), docs)
    assert dict(zip(counts["speaker"], counts["n_spans"], strict=True)) == {"Olena Koval": 1, "not named": 1}
    assert counts["n_docs_with"].tolist() == [1, 1]


SOUP = st.text(alphabet="“”„\"«»‘’'‚‹›`ab. ,:?(s9\n", max_size=120)


@given(SOUP)
def test_mark_soup_never_raises_and_nests(text: str) -> None:
    found = find_quotations(text)
    for q in found:
        assert 0 <= q.opened <= q.start < q.end <= q.closed <= len(text)
        assert q.opened < q.start or not q.complete
        assert text[q.start : q.end] == text[q.start : q.end].strip()
    for one in found:
        for other in found:
            assert (
                one.closed <= other.opened
                or other.closed <= one.opened
                or _encloses(one, other)
                or _encloses(other, one)
            )


@given(SOUP, st.sampled_from(["“”", '""', "«»", "‘’", "''"]))
def test_what_is_found_is_not_wrapped_in_its_own_marks(text: str, marks: str) -> None:
    for q in find_quotations(f"{text} {marks[0]}a b c{marks[1]} {text}"):
        content, around = q[:2], (q.opened, q.closed)
        assert content != around or not q.complete


@settings(max_examples=40, deadline=None)
@given(SOUP, SOUP)
def test_an_article_changes_nothing_in_another(one: str, other: str) -> None:
    docs = pd.DataFrame({"doc_id": ["a", "b"], "text": [one, other]})
    alone = [docs.iloc[[row]] for row in (0, 1)]
    both = find_quotes(docs, entities=entities_of(docs))
    each = pd.concat([find_quotes(doc, entities=entities_of(doc)) for doc in alone], ignore_index=True)
    pd.testing.assert_frame_equal(both, each)
    assert [
        docs["text"][docs["doc_id"] == d].item()[s:e] for d, s, e in both[["doc_id", "start", "end"]].values
    ] == list(both["surface"])


def test_words_of_each_voice_are_counted_once() -> None:
    text = (
        "Olena Koval said: “He told me, ‘We shall never leave,’ and wept.” The “plan” failed.\n\n"
        "The film “Winter” was shown to the whole valley on a wall of the mill after dark, and then it rained."
    )
    docs = pd.DataFrame({"doc_id": ["a"], "text": [text], "publisher": ["P"]})
    voice = count_voice(find_quotes(docs, entities=entities_of(docs)), docs).set_index("kind")
    assert voice["n_words"].to_dict() == {"direct": 9, "indirect": 0, "own": 26, "scare": 1}
    assert voice["n_spans"].to_dict() == {"direct": 2, "indirect": 0, "own": 0, "scare": 1}
    assert voice["estimate"].sum() == pytest.approx(100)
    assert voice["reason"].tolist() == ["1 of 10 articles needed"] * 4


def test_direct_words_within_a_report_count_as_direct() -> None:
    text = "Olena Koval said that the bridge was “never safe for anybody” in winter."
    docs = pd.DataFrame({"doc_id": ["a"], "text": [text]})
    quotes = find_quotes(docs, entities=entities_of(docs))
    start = text.index("the bridge")
    report = quotes.iloc[[0]].assign(role="quote", label="indirect", start=start, end=len(text) - 1)
    direct = quotes.query("role == 'quote' and label == 'quote'")
    assert len(direct) == 1
    voice = count_voice(pd.concat([direct, report]), docs, by="doc_id").set_index("kind")
    assert voice["n_words"].to_dict() == {"direct": 4, "indirect": 5, "own": 4, "scare": 0}


def test_shares_of_voice_have_intervals_from_ten_articles_on() -> None:
    texts = [f"Olena Koval said: “We {'shall not ' * n}leave.” She left the hall at once." for n in range(12)]
    docs = pd.DataFrame({"doc_id": [f"d{n}" for n in range(12)], "text": texts, "publisher": ["P"] * 12})
    zones = find_zones(docs)
    voice = count_voice(find_quotes(docs, zones=zones, entities=entities_of(docs)), docs, zones=zones)
    direct = voice[voice["kind"] == "direct"].iloc[0]
    assert direct["low"] < direct["estimate"] < direct["high"]
    assert voice["n_words"].sum() == count_words(docs, zones).sum()
    assert voice["reason"].isna().all()


def test_voice_of_nothing() -> None:
    docs = pd.DataFrame({"doc_id": [], "text": [], "publisher": []}).astype("str")
    assert count_voice(find_quotes(docs), docs).empty


def _encloses(outer: object, inner: object) -> bool:
    return outer.opened <= inner.opened and inner.closed <= outer.closed  # type: ignore[attr-defined]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["Olena Koval", "said", "“", "”", '"', "‘", "’", "that", "he", ",", ".", ":", "\n\n", "adding", "no way"]
        ),
        max_size=40,
    )
)
def test_soup_of_words_and_marks_never_raises(words: list[str]) -> None:
    text = " ".join(words)
    table = quotes_of(text)
    assert [text[s:e] for s, e in zip(table["start"], table["end"], strict=True)] == table["surface"].tolist()


@pytest.mark.parametrize(
    "unit", ["He said “no way at all” and left. It's ‘so’ he says. ", "«a ", '"a ', "‘a ", "“a, he said. "]
)
def test_one_long_line_does_not_take_quadratic_time(unit: str) -> None:
    text = unit * 8000
    started = time.perf_counter()
    find_quotations(text)
    assert time.perf_counter() - started < 5


def test_a_chain_of_prepositions_does_not_take_exponential_time() -> None:
    started = time.perf_counter()
    assert said("Olena Koval said" + " on a in b at c to d by e" * 400 + " and so on.", "indirect") == []
    assert time.perf_counter() - started < 5


def test_an_adjunct_may_stand_between_verb_and_clause() -> None:
    text = "Olena Koval said today at a meeting in Ruritania that the bridge was safe."
    assert said(text, "indirect") == [("the bridge was safe", "Olena Koval")]


def test_entities_are_found_when_they_are_not_given() -> None:
    docs = pd.DataFrame(
        {"doc_id": ["a"], "text": ["President Volodymyr Zelensky said, “We will not leave this city.”"]}
    )
    pd.testing.assert_frame_equal(find_quotes(docs), find_quotes(docs, entities=find_entities(docs)))
    assert find_quotes(docs)["speaker"].str.contains("Zelensky").all()

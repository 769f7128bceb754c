"""Events: what a sentence dates, who acts, who says so. The cases stand in tests/events, a family a file."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import find_entities, find_events, find_places, find_sentences, find_times
from ukrcorpus.columns import TABLES, as_table
from ukrcorpus.events.verbs import read_sentence
from ukrcorpus.times.grammar import languages, load_rules

FAMILIES = {
    path.stem: tomllib.loads(path.read_text("utf-8")) for path in Path(__file__).with_name("events").glob("*.toml")
}
CASES = [(family, number) for family in sorted(FAMILIES) for number in range(len(FAMILIES[family]["case"]))]


NOTHING_SAID = as_table([], "quotes")


def corpus(*texts: str, published: str = "2024-06-21", language: str = "en") -> pd.DataFrame:
    docs = pd.DataFrame({"doc_id": [str(number) for number in range(len(texts))], "text": list(texts)})
    dates = pd.Series([pd.Timestamp(published)] * len(texts), dtype="datetime64[s]")
    return docs.assign(published=dates, language=language)


@pytest.fixture(scope="module")
def found() -> dict[str, pd.DataFrame]:
    tables = {}
    for name, family in FAMILIES.items():
        texts = [case["text"] for case in family["case"]]
        docs = corpus(*texts, published=str(family["published"]), language=family.get("language", "en"))
        tables[name] = find_events(docs, entities=find_entities(docs))
    return tables


@pytest.mark.parametrize(("family", "number"), CASES)
def test_case(family, number, found):
    case = FAMILIES[family]["case"][number]
    events = found[family].query("doc_id == @number", local_dict={"number": str(number)}).sort_values("time_start")
    rows = [
        {name: "" if pd.isna(value) else value for name, value in row.items() if not isinstance(value, list)}
        for row in events.to_dict("records")
    ]
    expected = case["events"]
    assert [{name: row[name] for name in want} for row, want in zip(rows, expected, strict=False)] == expected
    assert len(rows) == len(expected), rows


def test_an_event_is_its_sentence():
    text = "He slept. The city fell on 1 October 2022. She waited for months."
    event = find_events(corpus(text)).iloc[0]
    assert text[event["start"] : event["end"]] == event["surface"] == "The city fell on 1 October 2022."
    assert text[event["time_start"] : event["time_end"]] == "1 October 2022"
    assert event["event_id"] == f"0:{event['time_start']}"


def test_a_date_alone_tells_of_no_event():
    assert find_events(corpus("1917", "June 2023.")).empty


def test_names_are_kept_whole():
    docs = corpus("Soldiers of the Institute for Peace and Progress left the town in May 2023.")
    at = docs["text"][0].index("Institute")
    entity = {"doc_id": "0", "start": at, "end": at + 31, "name": "Institute"}
    with_names = find_events(docs, entities=pd.DataFrame([entity]), quotes=NOTHING_SAID)
    assert with_names["agent"].tolist() == ["Soldiers of the Institute for Peace and Progress"]
    verb_inside = corpus("The Shop That Sold Hats closed in May 2023.")
    title = {"doc_id": "0", "start": 0, "end": 23, "name": "The Shop That Sold Hats"}
    event = find_events(verb_inside, entities=pd.DataFrame([title]), quotes=NOTHING_SAID).iloc[0]
    assert (event["agent"], event["predicate"]) == ("The Shop That Sold Hats", "closed")


def test_names_and_places_are_those_of_the_clause_where_a_sentence_has_several_events():
    docs = corpus("Wagner left Rostov on 24 June 2023, and Ukraine retook Lyman on 1 October 2022.")
    text = docs["text"][0]
    rows = [
        {"doc_id": "0", "start": text.index(name), "end": text.index(name) + len(name), "name": name, "use": "literal"}
        for name in ("Wagner", "Rostov", "Ukraine", "Lyman")
    ]
    rows[2]["use"] = "embedded"
    events = find_events(docs, entities=pd.DataFrame(rows), places=pd.DataFrame(rows), quotes=NOTHING_SAID)
    assert events["entities"].tolist() == [["Wagner", "Rostov"], ["Ukraine", "Lyman"]]
    assert events["places"].tolist() == [["Wagner", "Rostov"], ["Lyman"]]
    assert find_events(docs)[["entities", "places"]].to_numpy().tolist() == [[[], []], [[], []]]


def test_the_innermost_quotation_says_so():
    docs = corpus("It fell in May 2023 and it rose in June 2023.")
    spans = [(0, 45, "Outer"), (24, 45, "Inner")]
    rows = [{"doc_id": "0", "start": s, "end": e, "speaker": n, "role": "quote", "label": "quote"} for s, e, n in spans]
    assert find_events(docs, quotes=pd.DataFrame(rows))["attributed_to"].tolist() == ["Outer", "Inner"]
    nobody = pd.DataFrame(rows).assign(speaker=None)
    assert find_events(docs, quotes=nobody)["attributed_to"].unique().tolist() == ["not named"]
    titles = pd.DataFrame(rows).assign(label="title")
    assert find_events(docs, quotes=titles)["attributed_to"].isna().all()


def test_without_a_date_of_publication_nothing_is_announced_by_its_date():
    docs = corpus("The mill closes on 1 May 2030.", "The mill closed on 1 May 2030.")
    assert find_events(docs)["status"].tolist() == ["announced", "announced"]
    assert find_events(docs.drop(columns="published"))["status"].tolist() == ["past", "past"]


def test_parts_are_spans_of_their_own():
    docs = corpus("Putin dismissed Ivanov on June 17.")
    place = pd.DataFrame([{"doc_id": "0", "start": 16, "end": 22, "name": "Ivanov", "use": "literal"}])
    parts = find_events(docs, places=place, parts=True)
    roles = {"agent": "Putin", "predicate": "dismissed", "patient": "Ivanov", "time": "June 17", "place": "Ivanov"}
    assert dict(zip(parts["role"], parts["surface"], strict=True)) == roles
    assert parts["event_id"].nunique() == 1


def test_what_is_handed_in_is_used():
    docs = corpus("It fell in 1991. It rose in 1992.")
    times = find_times(docs)
    found = find_events(docs, times=times[times["value"] == "1992"], sentences=find_sentences(docs))
    assert found["value"].tolist() == ["1992"]


@pytest.mark.parametrize("parts", [False, True])
@pytest.mark.parametrize("texts", [(), ("No date at all.",)])
def test_nothing_gives_all_columns(parts, texts):
    empty = find_events(corpus(*texts), parts=parts)
    assert len(empty) == 0
    assert set(TABLES["events"]) | ({"role"} if parts else set()) == set(empty.columns)
    full = find_events(corpus("The city fell in 1991."), parts=parts)
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


TEXT = (
    "On Monday , in May 2023 the general who met Putin said that troops had left Kyiv and “ were ” destroyed by a "
    "mine ; The 1917 revolution — after before 24 June ( ) will begin . to leave which attacked - ' it now"
)
WORDS = st.sampled_from(TEXT.split())
SENTENCES = st.lists(WORDS, max_size=30).map(" ".join)


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(texts=st.lists(SENTENCES, max_size=2))
def test_any_text_gives_sound_rows(texts):
    docs = corpus(*texts)
    before = docs.copy(deep=True)
    times, sentences, quotes = find_times(docs), find_sentences(docs), NOTHING_SAID
    events = find_events(docs, times=times, sentences=sentences, quotes=quotes)
    parts = find_events(docs, times=times, sentences=sentences, quotes=quotes, parts=True)
    pd.testing.assert_frame_equal(docs, before)
    held = dict(zip(docs["doc_id"], docs["text"], strict=True))
    for row in events.itertuples():
        assert held[row.doc_id][row.start : row.end] == row.surface
        assert row.start <= row.time_start < row.time_end <= row.end
        assert row.date_low <= row.date_high
        assert row.status in ("past", "ongoing", "announced")
        assert (row.rule == "no_predicate") == pd.isna(row.predicate) == pd.isna(row.what)
        for text in (row.predicate, row.agent, row.patient):
            assert pd.isna(text) or (text in row.surface and 1 <= len(text.split()) <= 15)
    assert events["event_id"].is_unique
    whole = events.set_index("event_id")
    for row in parts.itertuples():
        assert held[row.doc_id][row.start : row.end] == row.surface
        assert whole["start"][row.event_id] <= row.start < row.end <= whole["end"][row.event_id]
        if row.role != "time":
            assert getattr(row, row.role) == row.surface
    alone = [find_events(docs.iloc[[n]], times=times, sentences=sentences, quotes=quotes) for n in range(len(docs))]
    if len(events):
        pd.testing.assert_frame_equal(pd.concat([one for one in alone if len(one)], ignore_index=True), events)


@pytest.mark.parametrize("language", languages())
def test_phrases_and_rules_of_a_language_compile(language):
    sentence = read_sentence("On 5 May it fell.", (0, 17), [(3, 8)], [], language)
    assert len(sentence.codes) == len(sentence.owners)
    assert {"when", "last", "subject", "object", "content", "range", "around", "relative"} <= set(sentence.phrases)
    means = {rule["means"] for rule in load_rules(language, "events")["rules"]}
    assert means == {"verb", "clause", "nothing"}


@pytest.mark.slow
def test_the_articles(published_docs):
    entities, places = find_entities(published_docs), find_places(published_docs)
    events = find_events(published_docs, entities=entities, places=places)
    assert events["event_id"].is_unique
    assert set(events["zone"]) <= {"title", "heading", "paragraph"}
    assert events["predicate"].notna().mean() > 0.9
    names = set(entities["name"].dropna())
    assert all(names.issuperset(listed) for listed in events["entities"])

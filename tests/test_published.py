"""When an article appeared: articles of our own about other events, contradictions, nothing at all, the algebra."""

from datetime import date, timedelta
from importlib import resources
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus.columns import TABLES
from ukrcorpus.dating import EVER, Bound, Sentence, find_mentions, openings, read_events
from ukrcorpus.packaged import read_rows
from ukrcorpus.published import _judge, infer_published, short_labels
from ukrcorpus.publishers import read_rules


def infer(*texts: str, **options) -> tuple[pd.DataFrame, pd.DataFrame]:
    return infer_published(pd.DataFrame({"doc_id": [str(n) for n in range(len(texts))], "text": texts}), **options)


def interval(text: str) -> tuple[str | None, str | None]:
    docs, _ = infer(text)
    return tuple(None if pd.isna(v) else str(v.date()) for v in docs.loc[0, ["published_low", "published_high"]])


def test_seeds(docs):
    filled, evidence = infer_published(docs)
    right = ["2022-10-07", "2024-06-21", "2024-08-20", "2023-06-26", "2023-06-25"]
    for day, low, high in zip(right, filled["published_low"], filled["published_high"], strict=True):
        assert low <= pd.Timestamp(day) <= high
        assert (high - low).days <= 14
    assert filled["label"].tolist() == [
        "WSWS, c. 7 Oct 2022",
        "WSWS, 21 Jun 2024",
        "WSWS, c. 20 Aug 2024",
        "WSWS, c. 26 Jun 2023",
        "PSL, c. 25 Jun 2023",
    ]
    stated = evidence[evidence["rule"] == "stated"]
    assert stated["surface"].tolist() == ["21 June 2024"]
    assert stated["zone"].tolist() == ["dateline"]


def test_stated_seed_without_its_date(docs):
    """The article that states its date comes out right from the rest of its text, too."""
    text = docs["text"][1].replace("21 June 2024\n", "")
    low, high = interval(text)
    assert low <= "2024-06-21" <= high
    assert (date.fromisoformat(high) - date.fromisoformat(low)).days <= 14


ARTICLES = {
    "2023-06-07": """Water in the streets

Thousands of people left their homes after the Kakhovka dam was breached on Tuesday, and whole villages stood in water.

Boats went from house to house all night. On Wednesday morning the governor said that the level was still rising.""",
    "2022-11-13": """Flags on the square

Ukrainian troops drove into Kherson on Friday, hours after Russia said that its forces had retreated over the river.

On Saturday people queued for water and for news of relatives.""",
    "2024-03-24": """Candles outside a burnt hall

Moscow mourned the people killed at Crocus City Hall, where gunmen had opened fire on Friday night.

Late on Sunday four men were brought before a court.""",
    "2023-07-01": """Quarrel over an invitation

With ten days to go until the NATO summit in Vilnius, ambassadors still disagree on what to offer.

Some capitals want a timetable, others do not.""",
    "2023-01-03": """Questions after a strike

Dozens of servicemen were killed in Makiivka when a missile struck a school minutes into the New Year.

On Monday the ministry gave a number, and on Tuesday lawmakers called it into doubt.""",
    "2024-03-01": """A queue outside a church

Two weeks after the death of Alexei Navalny, mourners stood for hours in a street in the south of the capital.

Police let them pass.""",
    "2025-06-02": """Smoke over far runways

Forty aircraft were hit this weekend in the operation that Kyiv calls Spiderweb, with drones that lorries had carried.

Envoys arrived by the Bosporus on Monday.""",
    "2024-08-16": """A town under another flag

Ten days into the incursion into the Kursk region, Ukrainian soldiers hand out water on the Russian side of the border.

North of the town the guns go on.""",
    "2023-08-25": """What is left of an army

Two months after the mutiny of the Wagner group its founder is dead. Yevgeny Prigozhin was killed when his plane crashed
on Wednesday, north of the capital.

On Thursday there were carnations outside the office on the Neva.""",
    "2024-05-20": """An economist moves in

Andrei Belousov, named defence minister last week in place of Sergei Shoigu, has asked to see the books.

On Monday he met the heads of factories.""",
    "2023-07-08": """A number that nobody keeps

On day 500 of Russia's war against Ukraine the sirens went off in twelve regions.

People went to work all the same.""",
    "2024-06-06": """A lake turned forest

A year after the Kakhovka dam was destroyed, willows stand three metres high on the bed of the reservoir.

Botanists had not expected them so soon.""",
    "2022-10-10": """A bridge with a hole in it

Trains crossed slowly again after the explosion on the bridge to Crimea on Saturday. The partial mobilisation goes on.

On Monday rockets fell on cities far from the front.""",
    "2022-07-25": """Ships wait for a word

The grain deal was signed in Istanbul on Friday under the eyes of the United Nations.

On Sunday owners were still asking who would insure them, and on Monday nobody had answered.""",
}


@pytest.mark.parametrize("day", ARTICLES)
def test_articles_about_other_events(day):
    low, high = interval(ARTICLES[day])
    assert low is not None, "no earliest day"
    assert high is not None, "no latest day"
    assert low <= day <= high
    assert (date.fromisoformat(high) - date.fromisoformat(low)).days <= 45


def test_thousands_of_days():
    assert interval("Winter\n\nOn day 1,000 of the war in Ukraine the lights went out.") == ("2024-11-17", "2024-11-22")
    assert interval("Winter\n\nNobody knows what is left 9000 years after the invasion of Ukraine.") == (None, None)


def test_a_season_with_its_year_is_no_month():
    assert interval("Bees\n\nThe hives were full in spring 2023, and on the roofs, too.") == (None, None)


def test_cues_in_ukrainian():
    assert interval("Вода прибуває\n\nКаховську ГЕС зруйновано вчора вночі, вода затопила десятки сіл.") == (
        "2023-06-06",
        "2023-06-08",
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A baker\n\nEvery morning the baker opens her shop at six. She does not like to talk about the war.",
        "A museum\n\nThe battle of 1943 fills three rooms. On Thursday the museum opens at ten.",
        "Ports\n\nOn Tuesday the port authority said that eleven ships were waiting for wheat.",
        "A couple\n\nA couple from Wagner Street, Prigozhin's old neighbours, married on Saturday.",
    ],
)
def test_no_evidence_gives_no_date(text):
    assert interval(text) == (None, None)


def test_a_war_that_goes_on_is_no_news():
    text = (
        "Wheat\n\nOn Tuesday the minister said that Russia launched its full-scale invasion of Ukraine for the coast."
    )
    assert interval(text) == ("2022-02-24", None)


def test_a_date_contradicts_an_event_told_as_recent():
    text = "A town\n\nThe fall of Lyman this week was on every front page, he told a meeting on 5 March 2024."
    docs, evidence = infer(text)
    assert str(docs["published_low"][0].date()) == "2024-03-05"
    assert pd.isna(docs["published_high"][0])
    discarded = evidence[~evidence["used"]].iloc[0]
    assert discarded["rule"] == "told-this-week"
    assert discarded["surface"] == "fall of Lyman this week"
    assert discarded["reason"] == "contradicts stated-date (2024-03-05): from 2024-03-05"


def test_two_events_told_as_recent_the_later_one_counts():
    text = (
        "Two shocks\n\nThe mutiny of the Wagner group this weekend shook the capital.\n\n"
        "Yevgeny Prigozhin was killed when his plane crashed on Wednesday."
    )
    assert interval(text) == ("2023-08-23", "2023-08-30")


def test_an_event_that_may_happen_gives_no_bound():
    text = "A plan\n\nOfficers hope to recapture Lyman this week. They may yet fail."
    assert interval(text) == (None, None)


def test_a_summit_ahead_bounds_from_above_and_one_past_from_below():
    assert interval("Talks\n\nThe NATO summit in Vilnius is fast approaching.")[1] == "2023-07-11"
    assert interval("Talks\n\nNATO leaders agreed at the Vilnius summit on Wednesday to meet again.")[0] >= "2023-07-11"


def test_places_that_changed_hands_twice_are_told_apart():
    twice = "Streets\n\nRussian troops captured Kherson this week."
    assert interval(twice)[1] is None
    assert interval(twice + "\n\nRefugees from Bucha, where bodies were found, watched the news.")[0] >= "2022-11-09"


def test_years_that_are_left_out():
    text = "Dates\n\nAs the war in Ukraine enters its third year, he recalls the nights of February 3 and January 30."
    low, high = interval(text)
    assert "2024-02-03" <= low <= high <= "2024-04-30"


def test_days_to_come_bound_from_above():
    text = "Terms\n\nThe mutiny of the Wagner group this weekend is over. Contracts must be signed by June 26."
    assert interval(text) == ("2023-06-23", "2023-06-26")


def test_season():
    text = "Heat\n\nEight months into the war in Ukraine, everyone talks about this autumn."
    docs, evidence = infer(text)
    assert "months-into" in set(evidence["rule"])
    assert docs["published_low"].notna().all()


def test_stated_dates_are_taken_as_they_are():
    docs = pd.DataFrame(
        {"doc_id": ["a"], "text": [ARTICLES["2023-06-07"]], "published": pd.to_datetime(["2021-02-03 14:05:00"])}
    )
    filled, evidence = infer_published(docs)
    assert str(filled["published_low"][0]) == "2021-02-03 00:00:00"
    assert str(filled["published_high"][0]) == "2021-02-03 23:59:59"
    assert evidence[["rule", "start", "end", "surface", "value"]].to_numpy().tolist() == [
        ["stated", 0, 0, "", "2021-02-03"]
    ]
    assert pd.isna(evidence["zone"][0])


def test_own_events_and_own_cues(tmp_path):
    events = pd.DataFrame(
        {"event": ["Fair"], "date_low": ["2019-05-04"], "date_high": ["2019-05-05"], "cues": ["village fair + cow*"]}
    )
    text = "News\n\nCows won every prize at the village fair this weekend."
    docs, evidence = infer(text, events=events)
    assert str(docs["published_low"][0].date()) == "2019-05-04"
    assert evidence["value"].tolist() == ["Fair"]
    with pytest.raises(ValueError, match="no column 'cues'"):
        infer(text, events=events.drop(columns="cues"))
    with pytest.raises(ValueError, match="write dates as"):
        infer(text, events=events.assign(date_low="4 May"))


def test_own_file_of_cues(tmp_path):
    own = tmp_path / "cues.toml"
    packaged = resources.files("ukrcorpus").joinpath("data/date_cues.toml").read_text(encoding="utf-8")
    own.write_text(packaged.replace("this (past )?weekend", "lately"), encoding="utf-8")
    events = pd.DataFrame(
        {"event": ["Fair"], "date_low": "2019-05-04", "date_high": "2019-05-05", "cues": "village fair"}
    )
    text = "A town\n\nRumour had much to say.\n\nIt was noon.\n\nLately the village fair was full."
    assert infer(text, events=events)[0]["published_high"].isna().all()
    assert str(infer(text, events=events, cues=own)[0]["published_high"][0].date()) == "2019-05-11"
    own.write_text(packaged.replace("this (past )?weekend", "never"), encoding="utf-8")
    assert infer(text, events=events, cues=own)[0]["published_high"].isna().all(), "the file is read anew"


def test_of_events_with_the_same_cues_the_one_in_the_interval_counts():
    days = ["2021-05-01", "2022-10-01"]
    events = pd.DataFrame({"event": ["First fair", "Second fair"], "date_low": days, "date_high": days, "cues": "fair"})
    text = "News\n\nThe fair was held this weekend.\n\nHe came on 1 October 2022. On Tuesday the cows went home."
    docs, _ = infer(text, events=events)
    assert str(docs["published_low"][0].date()) == "2022-10-04"


def test_empty_table():
    docs = pd.DataFrame({"doc_id": [], "text": [], "mine": []})
    filled, evidence = infer_published(docs)
    assert list(filled.columns) == ["doc_id", "text", "mine", "published_low", "published_high"]
    assert filled["published_low"].dtype == "datetime64[s]"
    assert list(evidence.columns) == list(TABLES["evidence"])


PIECES = st.sampled_from(
    [
        "The fall of Lyman this weekend.",
        "On 5 March 2024 it rained.",
        "On Friday.",
        "by July 1",
        "fast approaching Vilnius summit",
        "Eight months into the war in Ukraine.",
        "the events of the past three days",
        "Kakhovka dam destroyed yesterday",
        "\\$61 billion",
        "A flood, Monday, June 5, 2023. [AP Photo]",
        "this winter",
        "February 29",
        "Title",
        "",
        "On June 31, 2023",
        "🌊",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=8), st.sampled_from([" ", "\n\n", "\n"]))
def test_evidence_stands_in_the_text_and_inputs_stay(pieces, gap):
    docs = pd.DataFrame({"doc_id": ["a"], "text": [gap.join(pieces)], "label": ["mine"]})
    before = docs.copy(deep=True)
    filled, evidence = infer_published(docs)
    pd.testing.assert_frame_equal(docs, before)
    assert filled["label"].tolist() == ["mine"]
    for start, end, surface in zip(evidence["start"], evidence["end"], evidence["surface"], strict=True):
        assert docs["text"][0][start:end] == surface
    assert (evidence["used"] == evidence["reason"].isna()).all()
    low, high = filled.loc[0, ["published_low", "published_high"]]
    assert pd.isna(low) or pd.isna(high) or low < high
    if evidence.empty:
        assert pd.isna(low)
        assert pd.isna(high)


DAYS = [date(2022, 1, 1) + timedelta(n) for n in range(40)]
SPANS = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map(lambda pair: (min(pair), max(pair)))
BOUNDS = st.builds(
    lambda score, spans: Bound(0, 0, "rule", score, "", tuple(spans)),
    st.sampled_from([0.3, 0.5, 0.7, 0.9]),
    st.lists(SPANS, min_size=1, max_size=3),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(BOUNDS, max_size=8))
def test_judgement_agrees_with_going_through_the_days(bounds):
    """Oracle: take bounds from the strongest down, keep the set of days that all of those taken allow."""
    verdicts, (low, high) = _judge(bounds, 31)
    assert [bound.score for bound, _ in verdicts] == sorted((b.score for b in bounds), reverse=True)
    left = set(DAYS)
    for bound, reason in verdicts:
        allowed = {day for day in DAYS if any(low <= day <= high for low, high in bound.intervals)}
        assert (reason is None) == bool(left & allowed)
        left = left & allowed or left
    gap = max((b - a for a, b in pairwise(sorted(left))), default=timedelta(1))
    assert low == (min(left) if bounds else date.min)
    assert high == (max(left) if bounds and gap <= timedelta(31) else date.max)


def test_days_before_and_after_the_calendar_are_no_error():
    bounds = [Bound(0, 0, "rule", 0.5, "", ((date(1850, 1, 1), date(1850, 1, 2)),)), Bound(0, 0, "r", 0.4, "", (EVER,))]
    assert _judge(bounds, 31)[1] == (date.min, date(1990, 1, 1))


def test_every_cue_of_every_event_is_found():
    """A sentence made of a cue's own words names the event: no cue is misspelt into never matching."""
    for row in read_rows("dated_events.csv").to_dict("records"):
        events = read_events(pd.DataFrame([row]))
        for cue in filter(str.strip, row["cues"].split(";")):
            # The last alternative of each part, so that parts which share a first word do not claim the same one.
            words = [part.strip().split("|")[-1].replace("*", "ing") for part in cue.split(" + ")]
            text = " ".join(words) + "."
            assert find_mentions([Sentence(0, text, True, openings(text))], events), (row["event"], cue)


def test_table_of_events():
    events = read_rows("dated_events.csv")
    assert len(events) >= 60
    assert events["event"].is_unique
    low, high = pd.to_datetime(events["date_low"]), pd.to_datetime(events["date_high"])
    assert (low <= high).all()
    assert ((high - low).dt.days <= 7).all()
    assert (events["source"] != "").all()
    used = {day for cue in read_events() for day in cue.days}
    unverified = events[events["source"] == "unverified"]
    assert not any(
        (date.fromisoformat(r["date_low"]), date.fromisoformat(r["date_high"])) in used
        for r in unverified.to_dict("records")
    )


def test_file_of_cues_compiles_to_rules_that_each_can_match():
    rules = read_rules("date_cues.toml", None)["rule"]
    assert {rule["of"] for rule in rules} == {"event", "recent", "main", "ahead"}
    assert all(rule["base"] in ("low", "high", "span") and 0 < rule["score"] < 1 for rule in rules)
    steps = [rule.get("per", (0, 0)) for rule in rules]
    assert all(r["days"][0] <= r["days"][1] or per[0] < per[1] for r, per in zip(rules, steps, strict=True))


def test_unreadable_cues_raise(tmp_path):
    with pytest.raises(FileNotFoundError):
        infer("A town.", cues=tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"publisher": "World Socialist Web Site", "published": "2024-06-21"}, "WSWS, 21 Jun 2024"),
        (
            {"publisher": "River Herald", "published_low": "2022-10-06", "published_high": "2022-10-08"},
            "River Herald, c. 7 Oct 2022",
        ),
        (
            {"publisher": "River Herald", "published_low": "2022-01-20", "published_high": "2022-04-20"},
            "River Herald, c. Mar 2022",
        ),
        (
            {"publisher": "River Herald", "published_low": "2022-01-20", "published_high": "2022-12-20"},
            "River Herald, c. 2022",
        ),
        ({"publisher": "River Herald", "published_low": "2022-01-20"}, "River Herald, not before 20 Jan 2022"),
        ({"publisher": "River Herald", "published_high": "2022-01-20"}, "River Herald, not after 20 Jan 2022"),
        ({"publisher": None}, "unknown, n.d."),
    ],
)
def test_short_labels(fields, label):
    docs = pd.DataFrame([{"doc_id": "a", **fields}])
    for column in docs.columns.intersection(["published", "published_low", "published_high"]):
        docs[column] = pd.to_datetime(docs[column])
    assert short_labels(docs).tolist() == [label]


@given(st.lists(st.sampled_from(["A", "B", "A, n.d. (b)", None]), max_size=40))
def test_short_labels_are_unique(publishers):
    docs = pd.DataFrame({"doc_id": range(len(publishers)), "publisher": pd.Series(publishers, dtype="object")})
    labels = short_labels(docs)
    assert labels.is_unique
    assert labels.index.equals(docs.index)


def test_labels_are_made_anew_after_articles_were_left_out(docs):
    some = docs[docs["publisher"] == "World Socialist Web Site"].iloc[2:]
    assert some["label"].tolist() == ["WSWS, n.d. (b)", "WSWS, n.d. (c)"]
    assert infer_published(some)[0]["label"].tolist() == ["WSWS, c. 20 Aug 2024", "WSWS, c. 26 Jun 2023"]


def test_many_equal_labels_run_through_the_alphabet():
    docs = pd.DataFrame({"doc_id": range(28), "publisher": "A"})
    assert short_labels(docs).tolist()[:3] == ["A, n.d.", "A, n.d. (b)", "A, n.d. (c)"]
    assert short_labels(docs).tolist()[25:] == ["A, n.d. (z)", "A, n.d. (aa)", "A, n.d. (ab)"]

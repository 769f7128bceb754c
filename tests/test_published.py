"""When an article appeared: articles of our own about other events, contradictions, nothing at all, the algebra."""

from datetime import date, timedelta
from importlib import resources
from itertools import pairwise
from time import perf_counter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus.columns import TABLES
from ukrcorpus.dating import EVER, Bound, Sentence, find_mentions, openings, read_events
from ukrcorpus.packaged import read_rows
from ukrcorpus.published import _judge, _neighbours, infer_published, short_labels
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


WAR = "A river\n\nIt was quiet.\n\nNobody had slept much since the full-scale invasion.\n\n"


def dated(text: str, language: str = "en") -> tuple[str | None, str | None]:
    docs, _ = infer_published(pd.DataFrame({"doc_id": ["a"], "text": [text], "language": [language]}))
    return tuple(None if pd.isna(v) else str(v.date()) for v in docs.loc[0, ["published_low", "published_high"]])


@pytest.mark.parametrize(
    ("told", "language", "day"),
    [
        ("The ferry sank on Friday, June 23, near the pier.", "en", "2023-06-23"),
        ("The ferry sank on Saturday 24 June.", "en", "2023-06-24"),
        ("The ferry sank on Tuesday (Sept. 3).", "en", "2024-09-03"),
        ("On Sept. 3, Tuesday, the ferry sank.", "en", "2024-09-03"),
        ("Пором затонув у вівторок, 28 червня.", "uk", "2022-06-28"),
        ("Паром затонул в воскресенье, 13 октября.", "ru", "2024-10-13"),
        ("Об этом в субботу вечером, 17 февраля, сообщил капитан.", "ru", "2024-02-17"),
    ],
)
def test_a_weekday_beside_a_day_tells_the_year(told, language, day):
    latest = date.fromisoformat(day) + timedelta(350)
    assert dated(WAR + told, language) == (day, str(latest))
    lead = "A ferry\n\n" + told + "\n\nIt rained.\n\nNobody had slept since the full-scale invasion."
    assert dated(lead, language) == (day, str(date.fromisoformat(day) + timedelta(10)))


def test_a_weekday_and_a_day_that_never_met_say_nothing():
    assert dated(WAR + "On Friday, February 29, it rained.") == ("2022-02-24", None)


def test_a_day_without_weekday_leaves_the_year_open():
    assert dated(WAR + "The ferry sank on June 23.") == ("2022-02-24", None)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("LVIV, November 28. /AGENCY/. The Oreshnik missile was shown.", "en", ("2024-11-28", "2024-11-30")),
        ("Nov. 28 (AGENCY) -- The Oreshnik missile was shown.", "en", ("2024-11-28", "2024-11-30")),
        ("28 листопада, АГЕНЦІЯ. Ракету Орєшник показали.", "uk", ("2024-11-28", "2024-11-30")),
        ("November 28, 2024, The Harbour, Lviv\n\nShips came.", "en", ("2024-11-28", None)),
        ("May 5, 1943 (AGENCY) -- It rained.", "en", (None, None)),
        ("Ракету Орєшник, як 28 листопада сказав капітан, показали.", "uk", ("2024-11-28", "2024-12-21")),
        # A chronicle
        ("Nov. 21 — Oreshnik is fired.\n\nNov. 28 — It is shown.", "en", ("2024-11-28", "2024-12-21")),
    ],
)
def test_datelines_without_a_year(text, language, expected):
    assert dated("A missile\n\n" + text, language) == expected


def test_a_dateline_opens_the_article():
    text = "Nov. 28 (AGENCY) -- The Oreshnik missile was shown."
    assert "dateline-day" in set(infer("A missile\n\n" + text)[1]["rule"])
    assert "dateline-day" not in set(infer("A missile\n\nShips.\n\nMore.\n\nRain.\n\n" + text)[1]["rule"])


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("The ministers will meet on Sunday, June 15.", ("2024-06-30", "2025-06-15")),
        ("Papers must be signed by Sunday, June 15.", ("2024-06-30", "2025-06-15")),
        ("He said that the ships on Sunday, June 15 would leave.", ("2022-02-24", None)),
        ("On Sunday, June 15 last year the ships left.", ("2022-02-24", None)),
        ("In 2023 it began to rain. On 5 May it ended.", ("2023-05-05", None)),
        ("By June 15, 2023 forty ships had left.", ("2022-02-24", None)),
    ],
)
def test_days_that_are_to_come_or_whose_year_is_told(told, expected):
    assert dated(WAR + told) == expected


def test_news_that_stays_news():
    """What began a state that lasts opens articles for longer than what happened on one day."""
    low, high = dated("A border\n\nUkrainian forces go on with their incursion into the Kursk region.")
    assert (low, high) == ("2024-08-06", "2024-09-20")


def test_about_how_many_years():
    assert dated(WAR + "Nearly four years into the war in Ukraine, the ferry still runs.") == (
        "2025-08-23",
        "2026-03-06",
    )
    low, high = dated(WAR + "After a week of heavy rain in the third summer of the war in Ukraine, the ferry runs.")
    assert (low, high) == ("2022-02-24", None)


def test_the_weekday_of_another_clause_chooses_no_event():
    text = "A bridge\n\nPorts were shelled Tuesday, an answer to the explosion on the bridge to Crimea."
    assert dated(text)[0] == "2022-10-08"


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
        "Friday, June 23,",
        "will meet on Sunday, June 15.",
        "LVIV, November 28. /AGENCY/.",
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


# Neighbours

WORDS = {
    "ferry": "ferry harbour captain lifeboat Odesa drowned passengers sank pier coastguard rope anchor",
    "mine": "mine shaft miners gallery coal lift rescued Pavlohrad methane headlamp props foreman",
}
"""A world of events that each have words of their own."""


def telling(topic: str, number: int = 0) -> str:
    words = WORDS[topic].split()
    return f"A report\n\nThe {' '.join(words[number % 3 :])} and nothing else."


def told_by(*rows: tuple[str, str | None], **options) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Articles, each of a topic and with its stated date or none, beside others that tell nothing of those topics."""
    others = [(f"Weather\n\nRain number{n} fell quietly{n} over meadow{n}.", f"2020-01-{n + 1:02}") for n in range(5)]
    texts = [(telling(topic, n), day) for n, (topic, day) in enumerate(rows)] + others
    docs = pd.DataFrame({"doc_id": [f"d{n}" for n in range(len(texts))], "text": [text for text, _ in texts]})
    docs["published"] = pd.to_datetime([day for _, day in texts])
    return infer_published(docs, **options)


def test_neighbours_bound_an_article():
    docs, evidence = told_by(("ferry", None), ("ferry", "2023-05-03"), ("ferry", "2023-05-06"), ("mine", "2024-01-01"))
    assert [str(end.date()) for end in docs.loc[0, ["published_low", "published_high"]]] == ["2023-04-26", "2023-05-13"]
    row = evidence[evidence["doc_id"] == "d0"].iloc[0]
    assert row[["rule", "field", "value", "start", "end"]].tolist() == ["neighbours", "published", "d1, d2", 0, 0]
    assert row["score"] == evidence["score"].min()
    assert told_by(("ferry", None), ("ferry", "2023-05-03"), ("ferry", "2023-05-06"), neighbours=False)[0][
        "published_low"
    ].isna()[0]


@pytest.mark.parametrize(
    "rows",
    [
        [("ferry", None), ("ferry", "2023-05-03")],
        [("ferry", None), ("ferry", "2023-05-03"), ("ferry", "2023-08-03")],
        [("ferry", None), ("mine", "2023-05-03"), ("mine", "2023-05-03")],
        [("ferry", None), ("ferry", None), ("ferry", None)],
    ],
)
def test_no_neighbours_too_few_or_far_apart(rows):
    assert told_by(*rows)[0]["published_low"].isna()[0]


def test_an_article_is_no_neighbour_of_itself():
    articles = [(str(n), telling("ferry", n)) for n in range(3)] + [(f"o{n}", f"Rain{n} fell") for n in range(5)]
    wide = (DAYS[0] - timedelta(90), DAYS[0] + timedelta(90))
    found = _neighbours(
        articles, [wide, (DAYS[0], DAYS[0]), (DAYS[0], DAYS[0]), *[EVER] * 5], read_rules("date_cues.toml", None)
    )
    assert found[0].value == "1, 2"


def test_neighbours_never_overrule_the_article_itself():
    docs = told_by(("ferry", None), ("ferry", "2023-05-03"), ("ferry", "2023-05-06"))[0][
        ["doc_id", "text", "published"]
    ]
    docs.loc[0, "text"] += " On 7 June 2024 she wrote about it."
    filled, evidence = infer_published(docs)
    assert str(filled["published_low"][0].date()) == "2024-06-07"
    assert pd.isna(filled["published_high"][0])
    row = evidence[evidence["rule"] == "neighbours"].iloc[0]
    assert row["reason"] == "contradicts stated-date (2024-06-07): from 2024-06-07"


ROWS = st.lists(st.tuples(st.sampled_from(list(WORDS)), st.integers(0, 5), st.booleans()), min_size=2, max_size=8)
DAY = {"ferry": date(2023, 5, 1), "mine": date(2023, 11, 1)}
"""When the world's events happened; each is told for five days."""


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_neighbours_are_right_in_any_order(rows, random):
    days = [str(DAY[topic] + timedelta(late)) for topic, late, _ in rows]
    docs = told_by(*((topic, day if stated else None) for (topic, _, stated), day in zip(rows, days, strict=True)))[0]
    for low, high, day in zip(docs["published_low"], docs["published_high"], days, strict=False):
        assert pd.isna(low) or low <= pd.Timestamp(day) <= high
    given_docs = docs[["doc_id", "text", "published"]]
    shuffled = given_docs.sample(frac=1, random_state=random.randrange(100))
    again, evidence = infer_published(shuffled)
    pd.testing.assert_frame_equal(again.sort_index(), docs)
    assert len(evidence) == len(infer_published(given_docs)[1])


@settings(max_examples=60, deadline=None)
@given(st.lists(SPANS, min_size=2, max_size=5), st.data())
def test_a_wider_neighbour_never_narrows(spans, data):
    cues = read_rules("date_cues.toml", None)
    articles = [(str(n), telling("ferry", n)) for n in range(len(spans) + 1)]
    articles += [(f"o{n}", f"Rain{n} fell quietly{n}") for n in range(5)]
    rest = [EVER] * 5
    narrow = _neighbours(articles, [EVER, *spans, *rest], cues).get(0)
    at = data.draw(st.integers(0, len(spans) - 1))
    low, high = spans[at]
    more = data.draw(st.integers(0, 30))
    spans[at] = (low - timedelta(more), high + timedelta(data.draw(st.integers(0, 30))))
    wide = _neighbours(articles, [EVER, *spans, *rest], cues).get(0)
    if wide:
        assert narrow, "a wider interval made a bound"
        assert wide.intervals[0][0] <= narrow.intervals[0][0] <= narrow.intervals[0][1] <= wide.intervals[0][1]


@pytest.mark.slow
def test_five_thousand_articles_find_their_neighbours_in_a_minute():
    started = perf_counter()
    text = " ".join(f"word{n}" for n in range(300))
    articles = [(str(n), f"{text} {n // 4:04}topic {n // 4:04}place") for n in range(5000)]
    known = [EVER if n % 2 else (DAYS[0], DAYS[0]) for n in range(5000)]
    assert len(_neighbours(articles, known, read_rules("date_cues.toml", None))) == 2500
    assert perf_counter() - started < 60

"""Time expressions: values, anchors, guards, and what must hold for any text."""

import datetime as dt
import re
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import find_times, label_times, parse_date
from ukrcorpus.columns import TABLES
from ukrcorpus.times.calendar import edtf_of, first_day, interval_of, on_day, portion, shift, value_at, with_era
from ukrcorpus.times.grammar import compile_grammar, load_rules
from ukrcorpus.times.reading import MEANINGS

WEDNESDAY = "2024-06-19"


def times(
    text: str, published: str | None = WEDNESDAY, low: str | None = None, high: str | None = None
) -> pd.DataFrame:
    stamps = [pd.Timestamp(day) if day else pd.NaT for day in (published, low, high)]
    docs = pd.DataFrame({"doc_id": ["a"], "text": [text]})
    docs[["published", "published_low", "published_high"]] = pd.DataFrame([stamps]).astype("datetime64[s]")
    return find_times(docs)


def values(text: str, **published) -> list[str]:
    return times(text, **published)["value"].tolist()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("They met on 21 June 2024.", "2024-06-21"),
        ("They met on June 21, 2024.", "2024-06-21"),
        ("They met on Friday, Aug. 16, 2024.", "2024-08-16"),
        ("Since 2024-06-21 nothing moved.", "2024-06-21"),
        ("The list of 21.06.2024 is long.", "2024-06-21"),
        ("They met in June 2024.", "2024-06"),
        ("They met in late April 2024.", "2024-04"),
        ("It held until the end of 2022.", "2022"),
        ("It began in the summer of 2022.", "2022-SU"),
        ("It grew in the third quarter of 2023.", "2023-Q3"),
        ("It grew in the second half of 2023.", "2023-H2"),
        ("It grew in the last quarter of 2023.", "2023-Q4"),
        ("It grew in the first half of May 2023.", "2023-05"),
        ("The factories of the 1930s stand.", "193"),
        ("It is a city of the 19th century.", "18"),
        ("They fought in 490 BC there.", "BC0490"),
        ("On Monday he left.", "2024-06-17"),
        ("On Wednesday he left.", "2024-06-19"),
        ("He will leave on Friday.", "2024-06-21"),
        ("Last Friday he left.", "2024-06-14"),
        ("He left on Saturday evening.", "2024-06-15TEV"),
        ("In May he left.", "2024-05"),
        ("In November he left.", "2023-11"),
        ("He will leave in November.", "2024-11"),
        ("The order holds until July 1.", "2024-07-01"),
        ("On September 30 he spoke.", "2023-09-30"),
        ("He left yesterday.", "2024-06-18"),
        ("He left this week.", "2024-W25"),
        ("He left last month.", "2024-05"),
        ("He left three days ago.", "2024-06-16"),
        ("He left two years ago.", "2022"),
        ("He left this weekend.", "2024-W24-WE"),
        ("They waited for eight months.", "P8M"),
        ("They waited two and a half years.", "P2.5Y"),
        ("They waited twenty-five days.", "P25D"),
        ("They waited a fortnight.", "P2W"),
        ("It lasted half an hour.", "PT0.5H"),
        ("A three-day march followed.", "P3D"),
        ("They meet every Friday.", "XXXX-WXX-5"),
        ("He is now in Minsk.", "PRESENT_REF"),
        ("They earn $5,000 a month.", "P1M"),
        ("He read of the October Revolution of 1917.", "1917"),
        ("They spoke at 14:30 UTC on Monday.", "2024-06-17T14:30Z"),
        ("Christmas 2023 was quiet.", "2023-12-25"),
    ],
)
def test_one_expression(text, value):
    assert values(text) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "Prime Minister Theresa May spoke.",
        "He may march to the sea.",
        "Give him a second chance.",
        "About 1937 troops crossed, more than 2000 people saw it.",
        "The store is open 24/7.",
        "See https://example.org/2024/06/21/story for more.",
        "The study asked people aged 18-24 and an 18-year-old.",
        "The October Revolution is a name.",
        "They won 3-1 at home and sold $ 1999 worth.",
        "The fall of Lyman came fast, and spring up he did.",
        "It is a matter of day-to-day work.",
    ],
)
def test_what_only_looks_like_a_time(text):
    assert values(text) == []


CASES = sorted((Path(__file__).parent / "times").glob("*.csv"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_cases_of_a_family(path):
    """One case a row: what has its surface has its label, value and EDTF; without a surface nothing is found."""
    cases = pd.read_csv(path, dtype=str, keep_default_na=False)
    docs = cases[["text"]].assign(doc_id=cases.index.astype(str))
    docs["published"] = pd.to_datetime(cases["published"]).astype("datetime64[s]")
    docs["language"] = cases.get("language", "en")
    found = find_times(docs).fillna({"edtf": ""})
    wrong = []
    for number, case in cases.iterrows():
        rows = found[found["doc_id"] == str(number)]
        same = rows[rows["surface"] == case["surface"]][["label", "value", "edtf"]].to_numpy().tolist()
        expected = [case["label"], case["value"], case["edtf"] or (same[-1][2] if same else "")]
        if (expected not in same) if case["surface"] else len(rows):
            wrong.append((case["text"], expected, rows[["surface", "label", "value", "edtf"]].to_numpy().tolist()))
    assert not wrong


def test_every_family_has_cases():
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in CASES) > 300


def test_lists_and_ranges_give_each_day_and_year():
    assert values("They met on 21 and 22 June 2024.") == ["2024-06-21", "2024-06-22"]
    assert values("They met on June 21-22, 2024.") == ["2024-06-21", "2024-06-22"]
    assert values("In April and June 2023 they met.") == ["2023-04", "2023-06"]
    assert values("The war of 1941-45 was long.") == ["1941", "1945"]
    assert values("A war of 1941-35 is none.") == ["1941"]
    assert values("From 24 April to 3 May 2024 they met.") == ["2024-04-24", "2024-05-03"]


def test_without_a_date_of_publication_values_keep_what_is_missing():
    text = "On Wednesday, in June, on September 30, this year, today, this week."
    found = times(text, published=None)
    assert found["value"].tolist() == ["XXXX-WXX-3", "XXXX-06", "XXXX-09-30", "XXXX", "XXXX-XX-XX", "XXXX-WXX"]
    assert found["date_low"].isna().all()
    assert set(found["anchor"]) == {"none"}
    stated = times("It was 21 June 2024.", published=None).iloc[0]
    assert (stated["date_low"], stated["anchor"]) == (pd.Timestamp("2024-06-21"), "text")


def test_columns_of_publication_may_be_missing():
    found = find_times(pd.DataFrame({"doc_id": ["a"], "text": ["On Monday, in 1991."]}))
    assert found["value"].tolist() == ["XXXX-WXX-1", "1991"]


def test_an_inferred_interval_widens_and_coarsens():
    same = times("He left on Monday.", published=None, low="2024-06-18", high="2024-06-20").iloc[0]
    assert (same["value"], same["anchor"]) == ("2024-06-17", "inferred")
    wide = times("He left on Wednesday.", published=None, low="2024-06-18", high="2024-06-20").iloc[0]
    assert (wide["value"], wide["date_low"], wide["date_high"]) == (
        "2024-06",
        pd.Timestamp("2024-06-12"),
        pd.Timestamp("2024-06-19 23:59:59"),
    )
    assert wide["edtf"] == "[2024-06-12..2024-06-19]"
    past = times("Over the past three days", published=None, low="2024-06-18", high="2024-06-20").iloc[0]
    assert (past["value"], past["date_low"], past["date_high"]) == (
        "P3D",
        pd.Timestamp("2024-06-15"),
        pd.Timestamp("2024-06-20 23:59:59"),
    )


def test_a_paragraph_that_tells_a_year_takes_its_months_with_it():
    assert values("In 1941 they came. In June they crossed. In May he left.")[1:] == ["1941-06", "1941-05"]
    assert values("In 1941 they came.\n\nIn May he left.") == ["1941", "2024-05"]
    assert values("The 1941 invasion is told. In May he left.") == ["1941", "2024-05"]
    assert values("They came in December 1941. In January they left.") == ["1941-12", "1942-01"]


def test_a_relation_to_what_was_told():
    text = "The pact of August 1939 held. Just two years later it broke. That year he left."
    assert values(text) == ["1939-08", "1941", "1941"]
    assert values("On 7 February 2022 he spoke. The next day he left.") == ["2022-02-07", "2022-02-08"]
    assert values("On 7 February 2022 he spoke. He left the day after.") == ["2022-02-07", "2022-02-08"]
    assert values("On 7 February 2022 he spoke. That weekend he left.") == ["2022-02-07", "2022-W06-WE"]


def test_parts_of_a_unit_are_fuzzy():
    row = times("It began in late April 2024.").iloc[0]
    assert (row["date_low"], row["edtf"]) == (pd.Timestamp("2024-04-21"), "2024-04-21~/2024-04-30~")
    assert times("It began in the early 21st century.").iloc[0]["edtf"] == "2000-01-01~/2033-12-31~"
    day = times("On 7 February 2022 he spoke until the end of the day.").iloc[1]
    assert (day["date_low"], day["edtf"]) == (pd.Timestamp("2022-02-07"), "2022-02-07")


def test_a_language_without_rules_is_read_by_those_of_english():
    docs = pd.DataFrame({"doc_id": ["a", "b"], "text": ["In June 2024."] * 2, "language": ["xx", None]})
    assert find_times(docs)["value"].tolist() == ["2024-06", "2024-06"]


def test_the_summer_of_last_year_lies_in_last_year():
    assert values("In the summer of last year he left.", published="2024-09-20") == ["2023-SU"]
    assert values("Last summer he left.", published="2024-09-20") == ["2024-SU"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("21 June 2024", "2024-06-21"),
        (" June 21, 2024 ", "2024-06-21"),
        ("Friday, Aug. 16, 2024", "2024-08-16"),
        ("MAY 3rd, 2024", "2024-05-03"),
        ("2024-06-21", "2024-06-21"),
        ("2024-06-21T10:00:00Z", "2024-06-21T10:00:00Z"),
        ("2024-06-21 10:00:00+02:00", "2024-06-21T10:00:00+02:00"),
        ("Fri, 21 Jun 2024 10:00:00 GMT", "2024-06-21T10:00:00Z"),
        ("June 21, 2024 at 10:15 PM", "2024-06-21T22:15"),
        ("20240621", "2024-06-21"),
        ("21.06.2024", "2024-06-21"),
        ("06.07.2024", "2024-07-06"),
        ("21/06/2024", "2024-06-21"),
        ("06/21/2024", "2024-06-21"),
        ("June 2024", "2024-06"),
    ],
)
def test_stated_dates(text, value):
    parsed = parse_date(text)
    assert parsed is not None
    assert parsed[0] == value
    assert parsed[1] <= parsed[2]


@pytest.mark.parametrize(
    "text",
    [
        "06/07/2024",
        "2024",
        "31 June 2024",
        "2024-13-01",
        "21 June 2024 and more",
        "June",
        "",
        "Monday",
        "21.06.24",
        "9 99",
    ],
)
def test_what_states_no_date(text):
    assert parse_date(text) is None


def test_parse_date_agrees_with_the_calendar_of_python():
    for number in range(0, 4000, 37):
        day = dt.date(2015, 1, 1) + dt.timedelta(days=number)
        for form in ("%d %B %Y", "%B %d, %Y", "%a, %d %b %Y", "%Y-%m-%d", "%d.%m.%Y", "%A, %b. %d, %Y"):
            parsed = parse_date(day.strftime(form))
            assert parsed is not None, day.strftime(form)
            assert parsed[0] == day.isoformat()


VOCABULARY = (
    "in on the of a late early mid end beginning June May March Monday Friday night morning 21 1917 2024 1990s 19th "
    "century last this next past two three days weeks months years decade ago later summer fall spring quarter first "
    "half second , - / . ( ) \n 24 17 4:30 pm UTC today yesterday now BC every per before after that year same day he "
    "will was and to since $ % 99 30 31 February until weekend Christmas noon for hours"
)
PHRASES = st.lists(st.sampled_from(VOCABULARY.split(" ")), max_size=25).map(" ".join)
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1))
VALUE = re.compile(
    r"(BC)?[\dX]{2,4}(-[\dX]{2}(-[\dX]{2})?|-W[\dX]{2}(-[1-7]|-WE)?|-(SP|SU|FA|WI)|-[QH][\dX])?"
    r"(T(\d\d(:\d\d){0,2}(Z|[+-]\d\d:?\d\d)?|MO|MI|AF|EV|NI|DT))?|P(T?[\dX.]+([A-Z]|DE|CE))|(PAST|PRESENT|FUTURE)_REF"
)


@settings(max_examples=120, deadline=None)
@given(text=PHRASES, day=st.none() | DAYS, width=st.integers(0, 40))
def test_what_holds_for_any_text(text, day, width):
    docs = pd.DataFrame({"doc_id": ["a"], "text": [text]})
    if day:
        docs["published_low"] = pd.Series([pd.Timestamp(day)], dtype="datetime64[s]")
        docs["published_high"] = docs["published_low"] + pd.Timedelta(days=width)
    before = docs.copy(deep=True)
    found = find_times(docs)
    pd.testing.assert_frame_equal(docs, before)
    for row in found.itertuples():
        assert text[row.start : row.end] == row.surface
        assert VALUE.fullmatch(row.value), row.value
        assert pd.isna(row.date_low) == pd.isna(row.date_high)
        assert pd.isna(row.date_low) or row.date_low <= row.date_high
        assert (row.anchor == "none") == pd.isna(row.date_low)
        own = interval_of(row.value)
        if own and pd.notna(row.date_low):
            assert own.low <= row.date_low and row.date_high <= own.high
    assert (found["start"].to_numpy()[1:] >= found["end"].to_numpy()[:-1]).all()


@settings(max_examples=40, deadline=None)
@given(text=PHRASES, day=DAYS, width=st.integers(1, 20))
def test_a_wider_publication_interval_gives_a_wider_time(text, day, width):
    def intervals(low, high):
        docs = pd.DataFrame({"doc_id": ["a"], "text": [text]})
        docs["published_low"] = pd.Series([pd.Timestamp(low)], dtype="datetime64[s]")
        docs["published_high"] = pd.Series([pd.Timestamp(high)], dtype="datetime64[s]")
        found = find_times(docs)
        return found[found["anchor"] == "inferred"].set_index("start")

    high = day + dt.timedelta(days=width)
    narrow, wide = intervals(day, day), intervals(day, high)
    for start in narrow.index.intersection(wide.index):
        assert wide.loc[start, "date_low"] <= narrow.loc[start, "date_low"]
        assert wide.loc[start, "date_high"] >= narrow.loc[start, "date_high"]


def test_the_clock_is_never_read(monkeypatch, docs):
    import time

    expected = find_times(docs)

    def forbidden(*_):
        raise AssertionError("the clock was read")

    for name in ("time", "localtime", "gmtime", "time_ns"):
        monkeypatch.setattr(time, name, forbidden)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    pd.testing.assert_frame_equal(find_times(docs), expected)


def test_years_shifted_by_28_shift_the_values():
    text = "On Wednesday, 21 June 2000 he left; in late May 1999, in the summer of 2001, in 1987, "
    text += "on Feb. 29, 2000, the next day."
    moved = re.sub(r"\b\d{4}\b", lambda year: str(int(year[0]) + 28), text)
    first, second = times(text, published="2001-08-01"), times(moved, published="2029-08-01")
    shifted = [re.sub(r"^\d{4}", lambda year: str(int(year[0]) + 28), value) for value in first["value"]]
    assert second["value"].tolist() == shifted
    assert first["surface"].str.len().tolist() == second["surface"].str.len().tolist()


DATED_WORDS = (
    "in on the of late end early June May Monday Friday night 21 29 February 1917 2024 1968 , - . ( ) last this next "
    "two three days weeks months years ago later summer Christmas Thanksgiving quarter third since until every day he "
    "will was yesterday before following same that for after and to"
)
DATED = st.lists(st.sampled_from(DATED_WORDS.split(" ")), max_size=20).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(text=DATED, day=st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)))
def test_a_text_28_years_later_has_values_28_years_later(text, day):
    def later(written):
        return re.sub(r"\b\d{4}\b", lambda year: str(int(year[0]) + 28), written)

    first = times(text, published=day.isoformat())
    second = times(later(text), published=day.replace(year=day.year + 28).isoformat())
    assert second["value"].tolist() == [later(value) for value in first["value"]]
    assert second["start"].tolist() == first["start"].tolist()


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(PHRASES, min_size=2, max_size=4), day=DAYS)
def test_articles_do_not_touch_each_other(texts, day):
    docs = pd.DataFrame({"doc_id": [str(number) for number in range(len(texts))], "text": texts})
    docs["published"] = pd.Series([pd.Timestamp(day)] * len(docs), dtype="datetime64[s]")
    together = find_times(docs)
    alone = [find_times(docs[number : number + 1]) for number in reversed(range(len(docs)))]
    pd.testing.assert_frame_equal(together, pd.concat(alone[::-1], ignore_index=True))


@given(day=st.dates(dt.date(1001, 1, 1), dt.date(4000, 1, 1)))
def test_units_nest(day):
    spans = [interval_of(value_at(day, unit)) for unit in ("D", "M", "Q", "Y", "DE", "CE")]
    for fine, coarse in pairwise(spans):
        assert coarse.low <= fine.low <= fine.high <= coarse.high


@given(year=st.integers(301, 999), move=st.integers(-300, 300))
def test_years_before_the_common_era_count_backwards(year, move):
    moved = with_era(value_at(shift(first_day(f"BC{year:04d}"), move, "Y"), "Y"))
    assert moved == f"BC{year - move:04d}"


@given(year=st.integers(1990, 2060), month=st.integers(1, 12), weekday=st.integers(1, 7), number=st.integers(1, 4))
def test_feasts_agree_with_a_count_of_the_days(year, month, weekday, number):
    days = [dt.date(year, month, 1) + dt.timedelta(days=days) for days in range(28)]
    same = [day for day in days if day.isoweekday() == weekday]
    assert on_day(f"{year}-{month:02d}-{weekday}x{number}") == same[number - 1].isoformat()
    last = dt.date.fromisoformat(on_day(f"{year}-{month:02d}-{weekday}x-1"))
    assert last.isoweekday() == weekday
    assert (last + dt.timedelta(days=7)).month != month


def test_americans_write_the_month_first():
    assert parse_date("06/07/2024", month_first=True)[0] == "2024-06-07"
    assert parse_date("6/7/99", month_first=True)[0] == "1999-06-07"
    assert parse_date("21/06/2024", month_first=True)[0] == "2024-06-21"
    assert parse_date("02/30/2024", month_first=True) is None


def test_weekdays_agree_with_the_calendar_of_python():
    names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    for number in range(14):
        day = dt.date(2024, 2, 20) + dt.timedelta(days=number)
        for weekday, name in enumerate(names):
            found = dt.date.fromisoformat(values(f"He left on {name}.", published=day.isoformat())[0])
            assert found.weekday() == weekday
            assert 0 <= (day - found).days < 7


@given(day=DAYS, months=st.integers(-400, 400))
def test_shifting_months_agrees_with_pandas(day, months):
    assert shift(day, months, "M") == (pd.Timestamp(day) + pd.DateOffset(months=months)).date()


@given(value=st.sampled_from(["2024", "2024-02", "202", "19", "2024-SU", "2024-WI", "2024-Q1", "2024-W01", "2023-H2"]))
def test_thirds_divide_a_unit(value):
    whole = interval_of(value)
    parts = [portion(value, part) for part in ("early", "mid", "late")]
    assert whole is not None
    assert (parts[0].low, parts[2].high) == (whole.low, whole.high)
    for first, second in pairwise(parts):
        assert first.high + dt.timedelta(seconds=1) == second.low


def test_edtf_forms():
    forms = {"2024-SP": "2024-21", "193": "193X", "18": "18XX", "2023-Q3": "2023-35", "2023-H2": "2023-41"}
    assert {value: edtf_of(value, interval_of(value)) for value in forms} == forms
    assert (edtf_of("BC0490", None), edtf_of("BC04", None)) == ("-0489", None)
    assert edtf_of("2024-06-21T14:30Z", interval_of("2024-06-21T14:30Z")) == "2024-06-21T14:30:00Z"


def test_an_empty_table_has_all_columns():
    found = find_times(pd.DataFrame({"doc_id": [], "text": []}))
    assert list(found.columns) == list(TABLES["times"])
    assert found["date_low"].dtype == "datetime64[s]"
    assert len(find_times(pd.DataFrame({"doc_id": ["a"], "text": [""]}))) == 0


def test_rules_can_be_replaced():
    rules = {"capital": [], "sets": {}, "words": {"MONTH": {"xyz": 7}}, "rules": []}
    rules["rules"].append({"name": "month", "form": "MONTH", "means": "date"})
    docs = pd.DataFrame({"doc_id": ["a"], "text": ["In xyz, in June 2024."]})
    assert find_times(docs, rules=rules)["value"].tolist() == ["XXXX-07"]


def test_a_rule_with_an_unknown_class_is_refused():
    rules = {**load_rules("en"), "rules": [{"name": "odd", "form": "MONTHS_OF_MARS", "means": "date"}]}
    with pytest.raises(ValueError, match=r"odd.*MONTHS_OF_MARS"):
        compile_grammar(rules)


def test_every_rule_says_something_the_package_can_read():
    means = {rule["means"] for rule in load_rules("en")["rules"]}
    assert means == set(MEANINGS)
    names = [rule["name"] for rule in load_rules("en")["rules"]]
    assert len(names) == len(set(names))


READING_001 = {
    "21 June 2024": "2024-06-21",
    "late April": "2024-04",
    "April 24": "2024-04-24",
    "May 14": "2024-05-14",
    "2012": "2012",
    "May 20": "2024-05-20",
    "Monday June 17": "2024-06-17",
    "Last year": "2023",
    "the end of the year": "2024",
    "June 9": "2024-06-09",
    "August 1939": "1939-08",
    "just two years later": "1941",
    "June 1941": "1941-06",
    "1991": "1991",
    "February 2022": "2022-02",
    "May": "2024-05",
    "June 14": "2024-06-14",
}
READING_003 = {
    "Friday night": "2023-06-23TNI",
    "Saturday evening": "2023-06-24TEV",
    "Sunday": "2023-06-25",
    "the past 10 years": "P10Y",
    "May": "2023-05",
    "July 1": "2023-07-01",
    "only two weeks": "P2W",
    "mid-June": "2023-06",
    "2003": "2003",
    "the past three days": "P3D",
    "1917": "1917",
}


@pytest.mark.parametrize(("number", "reading"), [("001", READING_001), ("003", READING_003)])
def test_the_articles_are_read_as_a_reader_reads_them(docs, number, reading):
    article = docs[docs["doc_id"].str.startswith(number)].copy()
    if number == "003":
        article = article.assign(published_low=pd.Timestamp("2023-06-25"), published_high=pd.Timestamp("2023-06-27"))
    found = find_times(article)
    read = found[found["surface"].isin(reading)]
    assert dict(zip(read["surface"], read["value"], strict=True)) == reading


def test_guards_in_the_articles(docs):
    found = find_times(docs)
    surfaces = set(found["surface"])
    assert not surfaces & {"18-24", "Today’s", "24/7"}
    assert not found["surface"].str.contains("October").any()


def test_periods_of_a_small_text():
    docs = pd.DataFrame(
        {"doc_id": ["a"], "text": ["In 1917, in 2020, on Monday, for two days; he will leave in November. Now."]}
    )
    docs["published"] = pd.Series([pd.Timestamp(WEDNESDAY)], dtype="datetime64[s]")
    labelled = label_times(find_times(docs), docs)
    assert labelled["period"].tolist() == ["history", "past", "present", "unplaced", "future", "present"]
    assert labelled["position"].between(0, 1).all()
    assert labelled["reason"].isna().equals(labelled["date_low"].notna())
    with pytest.raises(KeyError, match="'a'"):
        label_times(labelled, docs.iloc[:0])


def test_labelling_nothing_gives_all_columns():
    docs = pd.DataFrame({"doc_id": pd.Series(dtype="str"), "text": pd.Series(dtype="str")})
    labelled = label_times(find_times(docs), docs)
    assert {"position", "days_low", "days_high", "period", "reason"} <= set(labelled.columns)
    assert len(labelled) == 0

"""Which events are kept: every event stands in exactly one of the two tables."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukrcorpus import filter_events, find_events
from ukrcorpus.events.filter import GRANULARITIES

TEXT = (
    "It began in 1917. It ended on 9 May 1945. In the 1990s it grew. In June 2023 they marched. "
    "On 24 June 2023 they turned back. In the summer of 2024 it rained."
)


def events() -> pd.DataFrame:
    return find_events(pd.DataFrame({"doc_id": ["a"], "text": [TEXT]}))


def kept(**options: object) -> list[str]:
    window = {"low": "1000-01-01", "high": "2100-01-01"} | options
    return filter_events(events(), **window)[0]["value"].tolist()


def test_granularity_is_the_longest_interval() -> None:
    assert kept(granularity="day") == ["1945-05-09", "2023-06-24"]
    assert kept(granularity="week") == ["1945-05-09", "2023-06-24"]
    assert kept(granularity="month") == ["1945-05-09", "2023-06", "2023-06-24"]
    assert kept(granularity="quarter") == ["1945-05-09", "2023-06", "2023-06-24", "2024-SU"]
    assert "1917" in kept(granularity="year") and "199" not in kept(granularity="year")
    assert kept(granularity="decade") == kept() == events()["value"].tolist()


def test_the_window_holds_its_own_last_day() -> None:
    assert kept(low="1945-05-09", high="1945-05-09") == ["1945-05-09"]
    assert kept(low="1945-05-10", high="1989-12-31") == []
    assert kept(low="1999-12-31", high="2000-01-01") == ["199"], "what reaches into the window is within"


def test_each_reason_is_named() -> None:
    left = filter_events(events(), low="1918-01-01", high="2023-12-31", granularity="year", minimum_score=0.95)[1]
    reasons = dict(zip(left["value"], left["reason"], strict=True))
    assert reasons["1917"] == reasons["2024-SU"] == "outside the window"
    assert reasons["199"] == "its time is longer than a year"
    assert reasons["2023-06"] == "its score is below 0.95"


@given(
    st.dates(pd.Timestamp("1900-01-01").date(), pd.Timestamp("2040-01-01").date()),
    st.integers(0, 40000),
    st.sampled_from([*GRANULARITIES]),
    st.floats(0, 1),
)
def test_nothing_is_lost(low: object, length: int, granularity: str, score: float) -> None:
    given_events = events()
    high = pd.Timestamp(low) + pd.Timedelta(days=length)
    both = filter_events(given_events, low=str(low), high=high, granularity=granularity, minimum_score=score)
    together = pd.concat([both[0], both[1].drop(columns="reason")]).sort_values("time_start", ignore_index=True)
    pd.testing.assert_frame_equal(together, given_events)
    assert (both[1]["reason"] != "").all()


def test_another_word_is_refused() -> None:
    with pytest.raises(ValueError, match="day, week, month, quarter, year, decade, any"):
        filter_events(events(), low="2000", high="2001", granularity="hour")


def test_nothing_in_nothing_out() -> None:
    empty = events().iloc[:0]
    assert [len(table) for table in filter_events(empty, low="2000", high="2001")] == [0, 0]

"""Figures of time: what they draw, and that nothing moves them by a time zone."""

import json

import pandas as pd
import pytest

from ukrcorpus import (
    count_spans,
    count_words,
    find_events,
    find_times,
    find_zones,
    label_times,
    plot_periods,
    plot_position,
    plot_timeline,
)


def corpus() -> pd.DataFrame:
    texts = [
        "It fell in 1917 and in the years from 1941 to 1945. On Monday he left. In 2023 nothing happened.",
        "In May 2024 it rose. He will leave in November.",
    ]
    docs = pd.DataFrame({"doc_id": ["a", "b"], "text": texts, "label": ["A 2024", "B 2024"], "publisher": ["P", None]})
    days = pd.to_datetime(["2024-06-19", "2024-06-25"]).astype("datetime64[s]")
    return docs.assign(published=pd.NaT, published_low=days, published_high=days + pd.Timedelta(days=2))


@pytest.fixture
def drawn():
    docs = corpus()
    times = find_times(docs)
    return docs, find_events(docs, times=times), label_times(times, docs)


def rows_of(spec: dict) -> list[dict]:
    return [row for rows in spec["datasets"].values() for row in rows]


def test_the_timeline_draws_each_event_once(drawn):
    docs, events, _ = drawn
    chart = plot_timeline(events, docs)
    spec = chart.to_dict()
    assert len(spec["hconcat"]) == 2
    rows = [row for row in rows_of(spec) if "date_low" in row]
    assert len({json.dumps(row, sort_keys=True) for row in rows}) == len(events)
    assert {row["drawn_as"] for row in rows} == {"dot", "bar"}
    assert spec["title"]["subtitle"][0].startswith(f"{len(events)} dated events of 2 articles")


def test_days_are_drawn_in_universal_time(drawn):
    docs, events, _ = drawn
    spec = plot_timeline(events, docs).to_dict()
    stamps = [row[name] for row in rows_of(spec) for name in row if name in ("date_low", "published_low", "middle")]
    assert stamps
    assert all(stamp.endswith(("+00:00", "Z")) for stamp in stamps)
    scales = [
        layer["encoding"]["x"]["scale"]["type"]
        for panel in spec["hconcat"]
        for layer in panel["layer"]
        if "scale" in layer["encoding"]["x"]
    ]
    assert scales and set(scales) == {"utc"}


def test_lanes_stand_in_the_order_of_publication(drawn):
    docs, events, _ = drawn
    spec = plot_timeline(events, docs.iloc[::-1]).to_dict()
    assert spec["hconcat"][0]["layer"][0]["encoding"]["y"]["sort"] == ["A 2024", "B 2024"]
    by_publisher = plot_timeline(events, docs, lane="publisher").to_dict()
    assert set(by_publisher["hconcat"][0]["layer"][0]["encoding"]["y"]["sort"]) == {"P", "unknown"}


def test_one_panel_where_nothing_is_old(drawn):
    docs, events, _ = drawn
    assert len(plot_timeline(events[events["date_low"] >= "2022"], docs).hconcat) == 1


def test_position_draws_what_has_a_date(drawn):
    docs, _, labelled = drawn
    spec = plot_position(labelled, docs).to_dict()
    assert len(rows_of(spec)) == int(labelled["days_low"].notna().sum())


def test_periods_are_shares(drawn):
    docs, _, labelled = drawn
    summary = count_spans(labelled, docs, keys=["period"], by="doc_id", n_words=count_words(docs, find_zones(docs)))
    rows = rows_of(plot_periods(summary, docs).to_dict())
    shares = pd.DataFrame(rows).groupby("lane")["share"].sum()
    assert shares.round(9).eq(1).all()
    assert sum(row["n_spans"] for row in rows) == int(labelled["period"].ne("unplaced").sum())


def test_figures_of_nothing_can_be_drawn(drawn):
    docs, events, labelled = drawn
    summary = pd.DataFrame({"doc_id": [], "period": [], "n_spans": []}).astype({"n_spans": "int64"})
    for chart in (
        plot_timeline(events.iloc[:0], docs),
        plot_position(labelled.iloc[:0], docs),
        plot_periods(summary, docs),
    ):
        assert chart.to_dict()["$schema"]


def test_inputs_are_left_alone(drawn):
    docs, events, labelled = drawn
    copies = [table.copy(deep=True) for table in drawn]
    plot_timeline(events, docs)
    plot_position(labelled, docs)
    for table, copy in zip(drawn, copies, strict=True):
        pd.testing.assert_frame_equal(table, copy)

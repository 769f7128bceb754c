"""Figures of time: what they draw, and that nothing moves them by a time zone."""

import json
from io import StringIO

import pandas as pd
import pytest

from small_notebooks import show_all
from ukrcorpus import (
    count_spans,
    count_tellings,
    count_words,
    find_events,
    find_sentences,
    find_times,
    find_zones,
    label_times,
    link_events,
    name_clusters,
    plot_periods,
    plot_position,
    plot_tellings,
    plot_timeline,
)
from ukrcorpus.evidence import EVIDENCE_MIME, link_marks
from ukrcorpus.figures import NOTHING, to_spec
from ukrcorpus.harvest import LAB_MIME


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


def shares(labelled: pd.DataFrame, docs: pd.DataFrame, by: str) -> pd.DataFrame:
    placed = labelled[labelled["period"] != "unplaced"]
    n_placed = placed.groupby("doc_id").size().reindex(docs["doc_id"], fill_value=0)
    return count_spans(placed, docs, keys=["period"], by=by, n_words=n_placed, per=1)


def test_periods_of_ten_articles_have_an_interval():
    docs = pd.concat([corpus().iloc[:1].assign(doc_id=f"{n:02}", label=f"A {n}") for n in range(12)], ignore_index=True)
    few = corpus().iloc[1:].assign(publisher="Q")
    docs = pd.concat([docs, few], ignore_index=True)
    labelled = label_times(find_times(docs), docs)
    groups = shares(labelled, docs, "publisher")
    spec = plot_periods(shares(labelled, docs, "doc_id"), docs, groups=groups).to_dict()
    assert len(spec["hconcat"]) == 4 and spec["title"]["text"].endswith("each publisher speak?")
    means = [row for row in rows_of(spec) if "estimate" in row]
    assert {row["publisher"] for row in means} == {"P"}, "one article has no interval"
    drawn_shares = {row["period"]: row["estimate"] for row in means}
    one = labelled[(labelled["doc_id"] == "00") & (labelled["period"] != "unplaced")]["period"].value_counts(
        normalize=True
    )
    assert drawn_shares == pytest.approx({period: one.get(period, 0.0) for period in drawn_shares})
    ticks = [row for row in rows_of(spec) if "share" in row]
    assert len({row["doc_id"] for row in ticks}) == 12
    assert spec["title"]["subtitle"][0].startswith(f"{int(groups.loc[groups['publisher'] == 'P', 'n_spans'].sum())} ")


def told_by_several() -> tuple[pd.DataFrame, pd.DataFrame]:
    texts = [
        "Lyman fell on 1 October 2022. In June 2023 the dam broke.",
        "On 1 October 2022 the town of Lyman fell.",
        "It rained. Nobody was there.",
        "It rained, and nobody knew.",
        "Lyman fell on 1 October 2022.",
    ]
    days = pd.to_datetime(["2023-07-01", "2022-10-02", "2022-10-05", "2022-09-01", "2022-10-03"])
    names = [f"A {letter}" for letter in "abcde"]
    docs = pd.DataFrame({"doc_id": list("abcde"), "text": texts, "label": names, "publisher": list("PQRST")})
    docs = docs.assign(published=days.astype("datetime64[s]"))
    return docs, link_events(find_events(docs), docs)


def test_each_cell_says_who_tells_an_event():
    docs, events = told_by_several()
    tellings = count_tellings(events, docs)
    tellings["event"] = tellings["cluster_id"].map(name_clusters(events))
    spec = plot_tellings(tellings, docs).to_dict()
    cells = [row for row in rows_of(spec) if "outcome" in row]
    assert len(cells) == len(tellings) == 5
    assert {row["publisher"]: row["outcome"] for row in cells} == {
        "P": "told",
        "Q": "told",
        "R": "not told",
        "S": "published before it",
        "T": "told",
    }
    assert {row["event"] for row in cells} == {"1 Oct 2022: Lyman"}
    scale = spec["layer"][0]["encoding"]["shape"]["scale"]
    assert scale["domain"] == ["told", "not told", "published before it"]
    assert len(set(scale["range"])) == 3, "told apart without colour"
    assert [row["n_spans"] for row in rows_of(spec) if "outcome" not in row] == [1, 1, 1]


def test_the_tellings_that_most_share_are_drawn():
    docs, events = told_by_several()
    tellings = count_tellings(events, docs, by="doc_id")
    tellings["event"] = "Lyman"
    more = tellings.assign(cluster_id="z", event="other", told=tellings["doc_id"].eq("a"))
    both = pd.concat([more, tellings], ignore_index=True)
    rows = rows_of(plot_tellings(both, docs, by="doc_id", top=1).to_dict())
    assert {row["event"] for row in rows} == {"Lyman"}
    assert {row["lane"] for row in rows} == set(docs["label"])


def test_a_cell_leads_to_its_tellings():
    docs, events = told_by_several()
    tellings = count_tellings(events, docs)
    tellings["event"] = tellings["cluster_id"].map(name_clusters(events))
    spans = events[events["cluster_id"].notna()].assign(event=tellings["event"].iloc[0])
    spec, marks = linked(plot_tellings(tellings, docs), spans, docs, ["event", "publisher"])
    assert len(marks) == 3
    for row in rows_of(spec):
        if "outcome" in row:
            assert bool(row["_evidence"]) == (row["outcome"] == "told")


def test_announced_events_are_hollow():
    docs = corpus()
    spec = plot_timeline(find_events(docs), docs).to_dict()
    rows = [row for row in rows_of(spec) if "status" in row]
    assert {row["status"] for row in rows} >= {"past", "announced"}
    marks = [layer for panel in spec["hconcat"] for layer in panel["layer"] if "fillOpacity" in layer["encoding"]]
    assert len(marks) == 4
    for layer in marks:
        assert layer["encoding"]["fillOpacity"]["condition"]["test"]["equal"] == "announced"


def test_bars_of_a_lane_do_not_cover_each_other():
    texts = ["In 2022 it rained. In 2023 it rained. From 2022 to 2024 it was cold. In 2024 it will rain."]
    docs = corpus().iloc[:1].assign(text=texts)
    spec = plot_timeline(find_events(docs), docs).to_dict()
    bars = sorted(
        (row["date_low"], row["date_high"], row["slot"]) for row in rows_of(spec) if row.get("drawn_as") == "bar"
    )
    assert len(bars) == 4
    for number, (_, high, slot) in enumerate(bars):
        assert not any(low <= high and slot == other for low, _, other in bars[number + 1 :])


def test_figures_of_nothing_can_be_drawn(drawn):
    docs, events, labelled = drawn
    summary = pd.DataFrame({"doc_id": [], "period": [], "n_spans": []}).astype({"n_spans": "int64"})
    for chart in (
        plot_timeline(events.iloc[:0], docs),
        plot_position(labelled.iloc[:0], docs),
        plot_periods(summary, docs),
        plot_tellings(count_tellings(link_events(events.iloc[:0], docs), docs).assign(event=""), docs),
    ):
        assert chart.to_dict()["$schema"]


def test_inputs_are_left_alone(drawn):
    docs, events, labelled = drawn
    copies = [table.copy(deep=True) for table in drawn]
    plot_timeline(events, docs)
    plot_position(labelled, docs)
    for table, copy in zip(drawn, copies, strict=True):
        pd.testing.assert_frame_equal(table, copy)


def linked(chart: object, spans: pd.DataFrame, docs: pd.DataFrame, keys: list[str]) -> tuple[dict, dict]:
    """A chart's specification with links, and the marks of its evidence by address."""
    spec, marks, *_ = link_marks(to_spec(chart, description="d"), spans, docs, keys, "page")
    return spec, {f"page#{mark['id']}": mark for mark in marks}


def test_an_event_leads_to_its_time_and_a_day_of_publication_nowhere(published_docs):
    docs = published_docs
    events = find_events(docs)
    parts = find_events(docs, parts=True)
    keys = ["event_id", "surface", "predicate", "doc_id"]
    spec, marks = linked(plot_timeline(events, docs), parts[parts["role"] == "time"], docs, keys)
    told = [row for row in rows_of(spec) if "event_id" in row]
    assert len(told) == len(marks) == len(events)
    places = events.set_index("event_id")[["doc_id", "time_start", "time_end"]]
    for row in told:
        mark = marks[row["_evidence"]]
        assert mark["spans"] == [places.loc[row["event_id"]].tolist()]
        assert mark["title"].split(" · ")[0] == row["surface"]
    days = [row for row in rows_of(spec) if "event_id" not in row]
    assert len(days) == len(docs)
    assert not any("_evidence" in row or "doc_id" in row for row in days)


def test_the_timeline_holds_no_sentence(published_docs):
    events = find_events(published_docs)
    spec = json.dumps(plot_timeline(events, published_docs).to_dict(), ensure_ascii=False)
    assert not [sentence for sentence in events["surface"] if sentence in spec]
    assert max(len(row["surface"]) for row in rows_of(json.loads(spec)) if "surface" in row) < 40


def test_a_point_leads_to_its_expression(published_docs):
    docs = published_docs
    times = label_times(find_times(docs), docs)
    spec, marks = linked(plot_position(times, docs), times, docs, ["doc_id", "start", "end"])
    rows = rows_of(spec)
    assert len(rows) == len(marks) > 50
    for row in rows:
        assert marks[row["_evidence"]]["spans"] == [[row["doc_id"], row["start"], row["end"]]]
        assert marks[row["_evidence"]]["title"].startswith(row["surface"])
    linked_marks = [layer["mark"]["type"] for layer in spec["spec"]["layer"] if "href" in layer["encoding"]]
    assert linked_marks == ["circle"]


def test_a_bar_leads_to_the_expressions_of_its_period(published_docs):
    docs = published_docs
    times = label_times(find_times(docs), docs)
    summary = count_spans(times, docs, keys=["period"], by="doc_id", n_words=count_words(docs, find_zones(docs)))
    read = times[times["zone"].isin(["title", "heading", "paragraph"])]
    spec, marks = linked(plot_periods(summary, docs), read, docs, ["period", "doc_id"])
    rows = rows_of(spec)
    assert len(rows) == len(marks)
    for row in rows:
        mark = marks[row["_evidence"]]
        inside = read[(read["doc_id"] == row["doc_id"]) & (read["period"] == row["period"])]
        assert mark["spans"] == inside[["doc_id", "start", "end"]].to_numpy("object").tolist()
        assert mark["n"] == row["n_spans"] == len(mark["spans"])


@pytest.mark.slow
def test_whatever_the_notebook_counts_is_linked(monkeypatch, docs):
    shown = show_all("timeline", monkeypatch, evidence="none")
    for figure, key in {
        "fig-timeline": "event_id",
        "fig-position": "days",
        "fig-periods": "n_spans",
        "fig-tellings": "told",
    }.items():
        rows = [row for row in rows_of(shown[figure][LAB_MIME]) if key in row and row[key] is not False]
        assert len(rows) == len(shown[figure][EVIDENCE_MIME]["marks"]) > 10
        assert shown[figure]["image/svg+xml"].count('<a href="') >= len(rows)
    text = json.dumps(shown, ensure_ascii=False)
    long = [sentence for sentence in find_sentences(docs)["surface"] if len(sentence) > 80]
    assert len(long) > 100 and not [sentence for sentence in long if sentence[:60] in text]
    times = pd.read_csv(StringIO(shown["tab-times"]["text/csv"]))
    assert times["label"].notna().all() and len(times) == len(find_times(docs))


@pytest.mark.slow
def test_the_notebook_of_no_article_shows_that_nothing_was_found(monkeypatch):
    shown = show_all("timeline", monkeypatch, publisher="Nobody")
    assert all(
        NOTHING in shown[figure]["image/svg+xml"]
        for figure in ("fig-timeline", "fig-position", "fig-periods", "fig-tellings")
    )
    assert not any(EVIDENCE_MIME in bundle for bundle in shown.values())


@pytest.mark.slow
def test_the_notebook_of_one_article_has_no_event_that_several_tell(monkeypatch):
    shown = show_all("timeline", monkeypatch, publisher="Party for Socialism and Liberation")
    assert NOTHING in shown["fig-tellings"]["image/svg+xml"]
    assert pd.read_csv(StringIO(shown["tab-clusters"]["text/csv"])).empty
    assert len(pd.read_csv(StringIO(shown["tab-events"]["text/csv"]))) > 5

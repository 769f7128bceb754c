import re
from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukrcorpus import find_sentences, show
from ukrcorpus.evidence import EVIDENCE_MIME, LONGEST, MOST_MARKS, MOST_PASSAGES, SNIPPET, link_marks, show_evidence
from ukrcorpus.figures import to_spec
from ukrcorpus.show import show_figure

DOCS = pd.DataFrame(
    {
        "doc_id": ["a", "b"],
        "text": ["Kyiv waits. Kyiv wins. Lviv too.", "Lviv waits for Kyiv."],
        "label": ["A, 2023", None],
        "publisher": ["P", None],
    }
)
SPANS = pd.DataFrame(
    [("a", 0, 4, "Kyiv"), ("a", 12, 16, "Kyiv"), ("a", 23, 27, "Lviv"), ("b", 0, 4, "Lviv"), ("b", 15, 19, "Kyiv")],
    columns=["doc_id", "start", "end", "name"],
)


def spec_of(rows: pd.DataFrame, **encoding: str) -> dict[str, Any]:
    bars = alt.Chart(rows).mark_bar().encode(**(encoding or {"x": "n_spans:Q", "y": "name:N"}))
    return to_spec(bars + bars.mark_text().encode(text="n_spans:Q"), description="Bars.")


def counted(*keys: str) -> pd.DataFrame:
    spans = SPANS.merge(DOCS[["doc_id", "publisher"]].fillna("unknown"), on="doc_id")
    return spans.groupby(list(keys)).size().rename("n_spans").reset_index()


def linked(rows: pd.DataFrame, *keys: str) -> tuple[list[str | None], list[dict[str, Any]]]:
    spec, marks, _ = link_marks(spec_of(rows), SPANS, DOCS, keys, "f.evidence.html")
    [data] = spec["datasets"].values()
    return [row["_evidence"] for row in data], marks


@pytest.mark.parametrize(
    ("keys", "titles"),
    [
        (("name",), ["Kyiv", "Lviv"]),
        (("name", "doc_id"), ["Kyiv · A, 2023", "Kyiv · b", "Lviv · A, 2023", "Lviv · b"]),
        (("name", "publisher"), ["Kyiv · P", "Kyiv · unknown", "Lviv · P", "Lviv · unknown"]),
        (("doc_id",), ["Kyiv · A, 2023", "Lviv · b"]),
    ],
)
def test_each_mark_leads_to_the_spans_that_it_counts(keys: tuple[str, ...], titles: list[str]) -> None:
    rows = counted(*keys)
    spans = SPANS.assign(surface=SPANS["name"])
    _, marks, _ = link_marks(spec_of(rows.assign(name=rows.get("name", "all"))), spans, DOCS, keys, "f.evidence.html")
    assert [mark["n"] for mark in marks] == rows["n_spans"].tolist()
    assert [mark["title"] for mark in marks] == titles
    whole = SPANS.merge(DOCS[["doc_id", "publisher"]].fillna("unknown"), on="doc_id").merge(rows, on=list(keys))
    assert sorted(map(tuple, (s for mark in marks for s in mark["spans"]))) == sorted(
        whole[["doc_id", "start", "end"]].itertuples(index=False, name=None)
    )


def test_layers_of_one_row_lead_to_one_list() -> None:
    spec, marks, _ = link_marks(spec_of(counted("name")), SPANS, DOCS, ["name"], "f.evidence.html")
    assert [view["encoding"]["href"]["field"] for view in spec["layer"]] == ["_evidence", "_evidence"]
    assert len(marks) == 2


def test_the_specification_given_is_left_alone() -> None:
    spec = spec_of(counted("name"))
    before = str(spec)
    link_marks(spec, SPANS, DOCS, ["name"], "f.evidence.html")
    assert str(spec) == before


def test_a_row_that_counts_nothing_leads_nowhere() -> None:
    addresses, marks = linked(pd.DataFrame({"name": ["Kyiv", "Odesa"], "n_spans": [3, 0]}), "name")
    assert addresses == ["f.evidence.html#m1", None] and len(marks) == 1


def test_a_count_other_than_its_evidence_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\('Kyiv',\) says 4 spans, and its evidence has 3"):
        linked(pd.DataFrame({"name": ["Kyiv"], "n_spans": [4]}), "name")


def test_a_chart_without_the_keys_is_refused() -> None:
    with pytest.raises(ValueError, match="no row of the chart has any of"):
        linked(pd.DataFrame({"name": ["Kyiv"], "n_spans": [3]}), "start", "end")
    with pytest.raises(ValueError, match="neither the evidence nor docs has the column 'event_id'"):
        linked(pd.DataFrame({"name": ["Kyiv"], "n_spans": [3]}), "event_id")


def test_lines_are_no_marks_to_count() -> None:
    rows = counted("name")
    line = alt.Chart(rows).mark_line().encode(x="n_spans:Q", y="name:N")
    spec, marks, _ = link_marks(to_spec(line, description="Line."), SPANS, DOCS, ["name"], "p")
    assert marks == [] and "href" not in spec["encoding"]


def test_inner_views_are_linked() -> None:
    rows = counted("name", "doc_id")
    panel = alt.Chart(rows).mark_bar().encode(x="n_spans:Q", y="name:N")
    chart = panel.facet("doc_id:N") | panel.properties(width=50)
    _, marks, _ = link_marks(to_spec(chart, description="Panels."), SPANS, DOCS, ["name", "doc_id"], "p")
    assert len(marks) == 4


def test_long_lists_are_thinned_evenly() -> None:
    n = 3 * MOST_PASSAGES + 1
    spans = pd.DataFrame({"doc_id": "a", "start": range(n), "end": range(1, n + 1), "name": "Kyiv"})
    rows = pd.DataFrame({"name": ["Kyiv"], "n_spans": [n]})
    _, [mark], _ = link_marks(spec_of(rows), spans, DOCS, ["name"], "p")
    starts = [start for _, start, _ in mark["spans"]]
    assert mark["n"] == n and len(starts) == MOST_PASSAGES and starts[0] == 0
    assert {b - a for a, b in pairwise(starts)} <= {3, 4}


def test_very_many_marks_are_cut_and_counted() -> None:
    n = MOST_MARKS + 5
    spans = pd.DataFrame({"doc_id": "a", "start": range(n), "end": range(1, n + 1)})
    spec, marks, left_out = link_marks(spec_of(spans, x="start:Q", y="end:Q"), spans, DOCS, ["doc_id", "start"], "p")
    [data] = spec["datasets"].values()
    assert (len(marks), left_out) == (MOST_MARKS, 5)
    assert [row["_evidence"] is None for row in data] == [False] * MOST_MARKS + [True] * 5


def test_a_figure_has_links_with_names(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[dict, dict]] = []
    monkeypatch.setattr(show, "_display", lambda bundle, metadata: sent.append((bundle, metadata)))
    rows = pd.concat([counted("name"), pd.DataFrame({"name": ["<Odesa>"], "n_spans": [0]})])
    bars = alt.Chart(rows).mark_bar(clip=True).encode(x="n_spans:Q", y="name:N")
    chart = bars + bars.mark_text().encode(text="n_spans:Q")
    words = {"id": "fig-a", "table": rows, "caption": "c", "alt": "Two bars."}
    show_figure(chart, **words, evidence=SPANS, docs=DOCS, keys=["name"])
    show_figure(chart, **words)
    [(bundle, _), (plain, _)] = sent
    svg = bundle["image/svg+xml"]
    assert svg.startswith('<svg role="group" aria-label="Two bars." ')
    links = re.findall(r'<a href="([^"]*)" aria-label="([^"]*)"( tabindex="-1")?>', svg)
    one, two = ("fig-a.evidence.html#m1", "Kyiv: 3 passages"), ("fig-a.evidence.html#m2", "Lviv: 2 passages")
    again = ' tabindex="-1"'
    assert links == [(*one, ""), (*two, ""), (*one, again), (*two, again)]
    assert "xlink:href" not in svg and "vega-datasets" not in svg
    assert bundle[EVIDENCE_MIME]["articles"] == {"a": "A, 2023", "b": "b"}
    for mime in ("image/png", "application/vnd.vegalite.v5+json", "text/csv"):
        assert bundle[mime] == plain[mime]
    assert EVIDENCE_MIME not in plain and plain["image/svg+xml"].startswith('<svg role="img" ')


TEXTS = st.lists(
    st.sampled_from(["Kyiv waits.", "He left, they said.", "\n\n", " ", "No", "1.5", "“So,”"]), max_size=20
)


@given(TEXTS.map(" ".join), st.data())
def test_evidence_is_cut_from_the_text_in_each_mode(text: str, data: st.DataObject) -> None:
    docs = pd.DataFrame({"doc_id": ["a"], "text": [text]})
    places = data.draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))), max_size=5))
    spans = pd.DataFrame([("a", *sorted(place)) for place in places], columns=["doc_id", "start", "end"])
    spans = spans.astype({"start": "int64", "end": "int64"})
    sentences = find_sentences(docs)
    for mode in ("full", "snippet", "none"):
        shown = show_evidence(spans, docs, sentences=sentences, evidence=mode)
        for row in shown.itertuples():
            low = row.start - len(row.before)
            assert text[low : row.start] == row.before
            joined = row.before + row.surface + row.after
            assert text[low : low + len(joined)] == joined
            if mode == "full":
                touched = sentences[(sentences["start"] < row.end) & (sentences["end"] > row.start)]
                assert row.surface == text[row.start : row.end]
                for sentence in touched["surface"]:
                    assert sentence in joined
            elif mode == "snippet":
                assert max(len(row.before), len(row.after)) <= SNIPPET and len(row.surface) <= LONGEST
            else:
                assert joined == ""


def test_another_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="full, snippet or none"):
        show_evidence(SPANS, DOCS, evidence="some")  # type: ignore[arg-type]

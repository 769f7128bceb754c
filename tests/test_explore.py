"""The linked view: what a brush selects, and that JupyterLab shows it."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell

import ukrcorpus as uc
from browsing import jupyterlab
from ukrcorpus.exploring import SELECTIONS, VIEWS, filter_by_choice, filter_by_time

ROOT = Path(__file__).parent.parent
DAYS = st.datetimes(pd.Timestamp("1900-01-01"), pd.Timestamp("2030-01-01"))


@pytest.fixture(scope="module")
def tables(published_docs):
    places, entities = uc.find_places(published_docs), uc.find_entities(published_docs)
    return {"events": uc.find_events(published_docs), "places": read(places), "entities": read(entities)}


def read(rows):
    """What summaries count: no captions, no credits."""
    return rows[rows["zone"].isin(["title", "heading", "paragraph"])]


@pytest.fixture
def view(published_docs, tables):
    return uc.explore(published_docs, **tables | {"entities": uc.find_entities(published_docs)})


def charts_of(view):
    return dict(zip(VIEWS["all"], view.children[1].children, strict=True))


def select(chart, name, value):
    """What the browser sends when something is selected in a chart."""
    chart._vl_selections = {name: {"value": value, "store": []}}


def brush(view, low, high):
    bounds = [pd.Timestamp(day).timestamp() * 1000 for day in (low, high)]
    select(charts_of(view)["events"], "brush", {"date_low": bounds})


def drawn(chart, *columns):
    """The rows of a chart that have the columns."""
    data = next(rows for rows in chart.spec["datasets"].values() if rows and {*columns} <= {*rows[0]})
    return pd.DataFrame(data)


def read_counts(view):
    return [int(n) for n in re.findall(r"(\d+) of \d+", view.children[0].value)]


def test_without_a_time_everything_is_kept(tables):
    kept = filter_by_time(tables, None, None)
    assert kept.keys() == tables.keys()
    for name, rows in tables.items():
        pd.testing.assert_frame_equal(kept[name], rows)


@given(days=st.tuples(DAYS, DAYS).map(sorted))
@settings(max_examples=25, deadline=None)
def test_a_time_keeps_what_touches_it_and_what_stands_in_its_sentences(tables, days):
    low, high = map(pd.Timestamp, days)
    kept = filter_by_time(tables, low, high)
    rows = tables["events"].to_dict("records")
    told = [row for row in rows if not (row["date_high"] < low or row["date_low"] > high)]
    assert kept["events"].to_dict("records") == told
    for name in ("places", "entities"):
        assert kept[name].index.tolist() == [
            number
            for number, row in tables[name].iterrows()
            if any(e["doc_id"] == row["doc_id"] and e["start"] <= row["start"] < e["end"] for e in told)
        ]


def test_a_time_before_all_events_keeps_nothing_and_every_column(tables):
    kept = filter_by_time(tables, pd.Timestamp("1700-01-01"), pd.Timestamp("1700-12-31"))
    assert all(rows.empty for rows in kept.values())
    assert all(kept[name].columns.tolist() == rows.columns.tolist() for name, rows in tables.items())


def test_a_choice_keeps_rows_that_agree_in_every_column():
    rows = pd.DataFrame({"name": ["Kyiv", "Pokrovsk", "Pokrovsk"], "lat": [50.45, 48.28, 61.48]})
    assert filter_by_choice(rows, [{"name": "Pokrovsk", "lat": 48.28}]).index.tolist() == [1]
    assert filter_by_choice(rows, [{"name": "Kyiv"}, {"lat": 61.48}]).index.tolist() == [0, 2]
    assert filter_by_choice(rows, [{"name": "Lviv"}]).empty
    assert len(filter_by_choice(rows, [])) == 3


def test_a_brush_filters_map_names_and_evidence_and_letting_go_brings_them_back(view, tables):
    everything = read_counts(view)
    brush(view, "2023-06-20", "2023-06-30")
    kept = filter_by_time(tables, pd.Timestamp("2023-06-20"), pd.Timestamp("2023-06-30"))
    counts = [len(kept[name]) for name in VIEWS["all"]]
    assert all(0 < few < many for few, many in zip(counts, everything, strict=False))
    assert read_counts(view) == [*counts, counts[0]]
    charts = charts_of(view)
    points, named = drawn(charts["places"], "lat", "kind"), kept["places"]["name"].value_counts()
    assert len(points) and points.set_index("name")["n_spans"].to_dict().items() <= named.to_dict().items()
    bars, named = drawn(charts["entities"], "mentions", "name"), kept["entities"]["name"].value_counts()
    assert bars.set_index("name")["mentions"].to_dict().items() <= named.to_dict().items()
    assert bars["mentions"].tolist() == named.head(20).tolist()
    assert len(view.children[2].df) == counts[0]
    select(charts["events"], "brush", {})
    assert read_counts(view) == everything
    assert len(view.children[2].df) == len(tables["events"])


def test_a_click_lists_the_sentences_of_a_name_within_the_time(view, tables):
    def sentences():
        return view.children[2].df["sentence"].tolist()

    select(charts_of(view)["entities"], "name", {"vlPoint": {"or": [{"name": "Wagner Group"}]}})
    everywhere = sentences()
    assert len(everywhere) == (tables["entities"]["name"] == "Wagner Group").sum()
    assert all("<mark>Wagner" in sentence for sentence in everywhere)
    select(charts_of(view)["entities"], "name", {})
    assert len(sentences()) == len(tables["events"])
    brush(view, "2023-06-20", "2023-06-30")
    select(charts_of(view)["entities"], "name", {"vlPoint": {"or": [{"name": "Wagner Group"}]}})
    assert 0 < len(sentences()) < len(everywhere)
    select(charts_of(view)["places"], "place", {"vlPoint": {"or": [{}]}})
    assert len(sentences()) == read_counts(view)[0], "a click on the land of the map chooses nothing"


def test_a_contested_term_is_chosen_with_what_it_stands_for(published_docs):
    terms = read(uc.find_terms(published_docs))
    view = uc.explore(published_docs, terms=terms, view="terms")
    (chart,) = view.children[1].children
    for row in drawn(chart, "referent", "mentions").to_dict("records"):
        choice = {name: row[name] for name in chart.spec["params"][0]["select"]["fields"]}
        select(chart, "term", {"vlPoint": {"or": [choice]}})
        assert len(view.children[2].df) == row["mentions"] > 0
    assert terms.groupby("term")["referent"].nunique().max() > 1, "no term would need its referent"


def test_a_choice_in_one_chart_lets_go_of_that_in_another(view):
    charts = charts_of(view)
    select(charts["entities"], "name", {"vlPoint": {"or": [{"name": "Wagner Group"}]}})
    moscow = drawn(charts["places"], "lat", "kind").query("name == 'Moscow'")[["name", "lat", "lon"]]
    select(charts["places"], "place", {"vlPoint": {"or": moscow.to_dict("records")}})
    assert charts["entities"].selections.name.value == []
    assert set(view.children[2].df["name"]) == {"Moscow"}


def test_every_selection_is_named(published_docs, tables, view):
    terms = uc.explore(published_docs, view="terms")
    charts = {**charts_of(view), "terms": terms.children[1].children[0]}
    assert {name: [param["name"] for param in chart.spec["params"]] for name, chart in charts.items()} == {
        name: [selection] for name, selection in SELECTIONS.items()
    }


def test_text_of_articles_is_no_markup_and_a_cut_is_stated():
    text = "In May 2022 <script>alert(1)</script> & \\$5 came. In May 2023 it left."
    docs = pd.DataFrame({"doc_id": ["a"], "text": [text], "label": ["<b>"], "publisher": ["P"]})
    view = uc.explore(docs, view="events", rows=1)
    (row,) = view.children[2].df.to_dict("records")
    assert row["sentence"] == "In <mark>May 2022</mark> &lt;script&gt;alert(1)&lt;/script&gt; &amp; $5 came."
    assert row["article"] == "&lt;b&gt;"
    assert "1 of 2 events" in view.children[0].value


def test_a_corpus_without_a_finding_can_be_explored():
    docs = pd.DataFrame({"doc_id": ["a"], "text": ["So it goes."], "label": ["A"], "publisher": ["P"]})
    for name in VIEWS:
        assert len(uc.explore(docs, view=name).children[2].df) == 0


def test_what_cannot_be_explored_is_refused(published_docs):
    with pytest.raises(ValueError, match="views events, places, entities, terms, all"):
        uc.explore(published_docs, view="map")
    with pytest.raises(ValueError, match="0 articles"):
        uc.explore(published_docs.head(0))


def test_nothing_of_it_is_loaded_before_it_is_used():
    heavy = ["anywidget", "ipywidgets", "itables", "altair"]
    code = f"import sys, ukrcorpus; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_in_jupyterlab_a_brush_on_the_timeline_changes_the_evidence(browser, published_docs, tmp_path):
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    notebook = nbformat.read(ROOT / "notebooks" / "timeline.ipynb", as_version=4)
    assert notebook.cells[-1].metadata.tags == ["explore"]
    asked = "view = globals().get('view', _)\nview.children[1].children[0].selections.brush.value"
    notebook.cells.append(new_code_cell(asked))
    (tmp_path / "notebooks").mkdir()
    nbformat.write(notebook, tmp_path / "notebooks" / "timeline.ipynb")
    troubles: list[str] = []
    with jupyterlab(tmp_path) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 1400})
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
        local = (address, "data:", "blob:")
        page.on("request", lambda r: None if r.url.startswith(local) else troubles.append(r.url))
        page.goto(f"{address}/lab/tree/notebooks/timeline.ipynb")
        page.wait_for_function(
            "() => { const session = window.jupyterapp?.shell.currentWidget?.sessionContext;"
            " return session?.isReady && session.kernelDisplayStatus === 'idle' }",
            timeout=60_000,
        )
        page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
        head, listed = page.locator(".jupyter-widgets b").first, page.locator(".dt-info")
        listed.wait_for(timeout=120_000)
        events = uc.find_events(published_docs)
        assert listed.inner_text().endswith(f"of {len(events)} entries")
        assert page.locator(".jupyter-widgets .vega-embed canvas").count() == len(VIEWS["all"])
        page.locator(".jupyter-widgets .vega-embed canvas").first.scroll_into_view_if_needed()
        box = page.locator(".jupyter-widgets .vega-embed canvas").first.bounding_box()
        before = head.inner_text()
        page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.5 * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.6 * box["height"], steps=10)
        page.mouse.up()
        page.wait_for_function(
            "before => document.querySelector('.jupyter-widgets b').innerText !== before", arg=before, timeout=30_000
        )
        page.evaluate(
            "() => { const { content } = window.jupyterapp.shell.currentWidget;"
            " content.activeCellIndex = content.widgets.length - 1;"
            " void window.jupyterapp.commands.execute('notebook:run-cell') }"
        )
        answer = page.locator(".jp-CodeCell").last.locator(".jp-OutputArea-output")
        answer.filter(has_text=re.compile(r"\[\d")).wait_for(timeout=30_000)
        (bounds,) = json.loads(answer.inner_text().replace("'", '"')).values()
        kept = filter_by_time({"events": events}, *(pd.Timestamp(bound, unit="ms") for bound in bounds))["events"]
        assert 0 < len(kept) < len(events)
        page.wait_for_function(
            "end => document.querySelector('.dt-info').innerText.endsWith(end)", arg=f"of {len(kept)} entries"
        )
        assert head.inner_text().startswith(f"{len(kept)} of {len(events)} events")
        assert troubles == []
        page.close()

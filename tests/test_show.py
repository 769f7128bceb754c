import base64
import csv
import html
import io
import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import altair as alt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukrcorpus import show
from ukrcorpus.evidence import show_evidence
from ukrcorpus.figures import NOTHING, draw, lab_spec, to_spec
from ukrcorpus.show import show_figure, show_table
from ukrcorpus.tables import rounded, to_csv, to_html

ROWS = pd.DataFrame({"name": ["NATO", "Київ"], "n": [1 / 3, 2.0]})


def chart(rows: pd.DataFrame = ROWS) -> alt.Chart:
    return alt.Chart(rows).mark_bar(clip=True).encode(x="n", y="name")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict, dict]]:
    """What would be sent to the notebook."""
    sent: list[tuple[dict, dict]] = []
    monkeypatch.setattr(show, "_display", lambda bundle, metadata: sent.append((bundle, metadata)))
    return sent


def test_figure_is_one_bundle_for_every_reader(shown: list) -> None:
    show_figure(chart(), id="fig-names", table=ROWS, caption="Names.", alt="Two bars.")
    [(bundle, metadata)] = shown
    assert bundle["application/vnd.vegalite.v5+json"]["$schema"].endswith("/v5.json")
    assert bundle["image/svg+xml"].startswith('<svg role="img" aria-label="Two bars." ')
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle["text/csv"] == "name,n\nNATO,0.333333\nКиїв,2.0\n"
    assert bundle["text/plain"] == "Two bars."
    about = metadata["ukrcorpus"]
    assert (about["id"], about["caption"], about["alt"]) == ("fig-names", "Names.", "Two bars.")
    assert "/v6" in about["schema"]


@pytest.mark.parametrize("id", ["names", "fig-", "fig-Names", "fig-a b", "fig-ä", "tab-names", "fig-a/../b", ""])
def test_figure_refuses_an_id_that_cannot_be_cited(id: str) -> None:
    with pytest.raises(ValueError, match="id"):
        show_figure(chart(), id=id, table=ROWS, caption="c", alt="a")


@pytest.mark.parametrize(("missing", "texts"), [("caption", {"caption": " "}), ("alt", {"alt": ""})])
def test_figure_refuses_missing_words(missing: str, texts: dict) -> None:
    with pytest.raises(ValueError, match=f"fig-a has no {missing}"):
        show_figure(chart(), id="fig-a", table=ROWS, **{"caption": "c", "alt": "a", **texts})


def test_table_has_to_be_a_table() -> None:
    with pytest.raises(TypeError, match="DataFrame"):
        show_figure(chart(), id="fig-a", table=[1], caption="c", alt="a")  # type: ignore[arg-type]


def test_spec_does_not_depend_on_the_last_digits() -> None:
    nudged = ROWS.assign(n=[math.nextafter(value, 9) for value in ROWS["n"]])
    one, other = (to_spec(chart(rows), description="d") for rows in (ROWS, nudged))
    assert json.dumps(one) == json.dumps(other)
    assert "0.333333" in json.dumps(one)


def test_spec_does_not_depend_on_earlier_charts() -> None:
    one = json.dumps(to_spec(chart().interactive() | chart(), description="d"))
    other = json.dumps(to_spec(chart().interactive() | chart(), description="d"))
    assert one == other
    assert "altair-viz" not in one
    assert set(re.findall(r"\b(?:param|view)_\w+", one)) == {"view_1", "param_2"}


def test_spec_holds_more_rows_than_altair_allows() -> None:
    rows = pd.DataFrame({"name": "a", "n": range(5001)})
    [data] = to_spec(chart(rows), description="d")["datasets"].values()
    assert len(data) == 5001


def test_svg_ids_are_the_figures_own() -> None:
    spec = to_spec(chart() & chart(), description="d")
    svgs = [draw(spec, prefix=prefix, alt="a")[0] for prefix in ("fig-one", "fig-two", "fig-one")]
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in svgs]
    assert ids[0] and not ids[0] & ids[1]
    assert svgs[0] == svgs[2]
    for svg, known in zip(svgs, ids, strict=True):
        assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= known


def test_png_is_the_same_each_time() -> None:
    spec = to_spec(chart(), description="d")
    assert draw(spec, prefix="fig-a", alt="a")[1] == draw(spec, prefix="fig-b", alt="b")[1]


def test_lab_gets_a_version_that_it_renders() -> None:
    spec = to_spec(chart(), description="d")
    assert {**lab_spec(spec), "$schema": 0} == {**spec, "$schema": 0}
    assert "/v5" in lab_spec(spec)["$schema"]


def test_alternative_text_is_escaped_in_the_svg() -> None:
    svg, _, _ = draw(to_spec(chart(), description="d"), prefix="fig-a", alt='5 < 6 & "so"\nit is')
    assert 'aria-label="5 &lt; 6 &amp; &quot;so&quot; it is"' in svg


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_rounding_keeps_six_digits_and_settles(value: float) -> None:
    once = rounded(value)
    assert math.isclose(once, value, rel_tol=5.1e-6)
    assert rounded(once) == once
    assert math.copysign(1, once) == 1 or once != 0


def test_csv_writes_what_another_reader_reads_back() -> None:
    table = pd.DataFrame(
        {
            "text": ['a "b", c', "two\nlines"],
            "day": pd.to_datetime(["2023-06-24", None]),
            "hour": pd.to_datetime(["2023-06-24 23:30", None], utc=True),
            "names": [["Ж", "B"], None],
            "count": pd.array([1, None], dtype="Int64"),
            "true": [True, False],
        },
        index=[7, 3],
    )
    rows = list(csv.DictReader(io.StringIO(to_csv(table))))
    assert rows[0]["text"] == 'a "b", c' and rows[1]["text"] == "two\nlines"
    assert rows[0]["day"] == "2023-06-24" and rows[1]["day"] == ""
    assert rows[0]["hour"] == "2023-06-24T23:30:00+00:00"
    assert json.loads(rows[0]["names"]) == ["Ж", "B"] and rows[1]["names"] == ""
    assert (rows[0]["count"], rows[1]["count"]) == ("1", "")
    assert "\r" not in to_csv(table)


def test_an_empty_table_is_written_with_its_columns() -> None:
    assert to_csv(ROWS.head(0)) == "name,n\n"
    assert to_html(ROWS.head(0)).count('<th scope="col"') == 2


@given(st.text(max_size=40))
def test_html_shows_the_text_and_nothing_else(text: str) -> None:
    page = to_html(pd.DataFrame({"a": [text]}, dtype="object"))
    [cell] = re.findall(r"<td[^>]*>(.*?)</td>", page, re.DOTALL)
    assert html.unescape(cell) == text.replace("\\$", "$")
    assert "<" not in cell


def test_table_states_its_caption_and_its_cut(shown: list) -> None:
    show_table(pd.DataFrame({"n": range(1200)}), id="tab-n", caption="Numbers & more.", rows=5)
    [(bundle, metadata)] = shown
    assert "<caption>Numbers &amp; more.</caption>" in bundle["text/html"]
    assert bundle["text/html"].count("<tr>") == 6
    assert "The first 5 of 1,200 rows. All of them are in tab-n.csv." in bundle["text/html"]
    assert bundle["text/csv"].count("\n") == 1201
    assert metadata["ukrcorpus"]["rows"] == 1200


DOCS = pd.DataFrame(
    {
        "doc_id": ["a", "b"],
        "text": ["He left. NATO paid \\$5 & more. It rained.", "Kyiv, again.\nA line"],
        "label": ["The A, 2023", None],
    }
)


def spans_of(*rows: tuple[str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["doc_id", "start", "end"])


def test_very_long_tables_are_cut_and_say_so(shown: list, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show, "MOST_ROWS", 4)
    monkeypatch.setattr(show, "MOST_SENTENCES", 2)
    table = pd.DataFrame({"name": list("abcde")})
    show_table(table, id="tab-a", caption="Names.")
    show_table(table.assign(before="", after=""), id="tab-b", caption="Sentences.")
    captions = [metadata["ukrcorpus"]["caption"] for _, metadata in shown]
    assert captions == ["Names. The first 4 of 5 rows are kept.", "Sentences. The first 2 of 5 rows are kept."]
    assert [len(bundle["text/csv"].splitlines()) for bundle, _ in shown] == [5, 3]


def test_evidence_is_the_whole_sentence_cut_from_the_text() -> None:
    found = show_evidence(spans_of(("b", 0, 4), ("a", 9, 13)), DOCS)
    assert found["article"].tolist() == ["b", "The A, 2023"]
    assert found[["before", "surface", "after"]].values.tolist() == [
        ["", "Kyiv", ", again."],
        ["", "NATO", " paid \\$5 & more."],
    ]
    assert "<mark>NATO</mark> paid $5 &amp; more." in found._repr_html_()


def test_evidence_survives_being_shown_as_a_table(shown: list) -> None:
    show_table(show_evidence(spans_of(("a", 9, 13)), DOCS), id="tab-e", caption="Evidence.")
    assert "<mark>NATO</mark>" in shown[0][0]["text/html"]
    assert "9–13" in shown[0][0]["text/html"]
    assert shown[0][0]["text/csv"].startswith("article,before,surface,after,doc_id,start,end\n")


def test_evidence_keeps_columns_and_takes_a_context() -> None:
    spans = spans_of(("a", 9, 13)).assign(name="North Atlantic Treaty Organization")
    found = show_evidence(spans, DOCS, keep=["name"], context=3)
    assert found.columns.tolist()[:3] == ["article", "name", "before"]
    assert found.loc[0, ["before", "after"]].tolist() == ["t. ", " pa"]


def test_evidence_of_nothing_is_an_empty_table() -> None:
    found = show_evidence(spans_of(), DOCS)
    assert found.empty and found["start"].dtype == "int64" and "sentence" in found._repr_html_()


def test_evidence_refuses_an_article_that_is_not_there() -> None:
    with pytest.raises(KeyError, match="'c'"):
        show_evidence(spans_of(("c", 0, 1)), DOCS)


@given(st.data())
def test_evidence_is_never_altered(data: st.DataObject) -> None:
    text = data.draw(st.text(alphabet="aB .\n\\$«é", min_size=1, max_size=60))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    docs = pd.DataFrame({"doc_id": ["x"], "text": [text]})
    [row] = show_evidence(spans_of(("x", start, end)), docs).to_dict("records")
    assert row["surface"] == text[start:end]
    whole = row["before"] + row["surface"] + row["after"]
    assert text[start - len(row["before"]) :].startswith(whole)


def test_a_chart_of_infinite_length_says_that_there_is_nothing():
    from ukrcorpus import count_entities, find_entities, plot_entities

    docs = pd.DataFrame({"doc_id": ["a"], "text": ["It rained."], "label": ["A"], "publisher": ["P"]})
    entities = find_entities(docs)
    by_article = count_entities(entities, docs, by="doc_id")
    empty = plot_entities(count_entities(entities, docs), docs, articles=by_article)
    svg, png, spec = draw(to_spec(empty, description="d"), prefix="fig-a", alt="a")
    assert NOTHING in svg and spec["title"]["text"] in svg and png.startswith(b"\x89PNG")
    assert spec["mark"]["text"] == NOTHING and spec["description"] == "d"


def test_times_without_a_zone_are_refused() -> None:
    days = pd.DataFrame({"day": pd.to_datetime(["2023-06-24 23:30"]), "n": [1]})
    for mark in (alt.X("day:T", axis=alt.Axis(title="day", format="%Y")), alt.X("yearmonth(day):T")):
        with pytest.raises(ValueError, match="column 'day' holds times without a zone"):
            to_spec(alt.Chart(days).mark_point().encode(x=mark, tooltip="day:N"), description="d")
    zoned = days.assign(day=days["day"].dt.tz_localize("UTC"))
    to_spec(alt.Chart(zoned).mark_point().encode(x="day:T"), description="d")
    to_spec(alt.Chart(days).mark_point().encode(x="n:Q", tooltip="day:N"), description="d")


@pytest.mark.slow
def test_fonts_of_the_machine_are_left_alone(tmp_path: Path) -> None:
    """The drawing library prefers an installed font to its own, and other versions of it draw differently."""
    program = (
        "import altair as alt, hashlib; from ukrcorpus.figures import draw, to_spec;"
        "chart = alt.Chart(alt.Data(values=[{'a': 1, 'b': 'Київ, 2023'}])).mark_bar().encode(x='a:Q', y='b:N');"
        "print(hashlib.sha256(draw(to_spec(chart, description='d'), prefix='fig-a', alt='d')[1]).hexdigest())"
    )
    none = tmp_path / "fonts.conf"
    none.write_text("<?xml version='1.0'?><fontconfig><dir>/nowhere</dir></fontconfig>")
    drawn = {
        subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, check=True, text=True
        ).stdout
        for environment in ({**os.environ}, {**os.environ, "FONTCONFIG_FILE": str(none)})
    }
    assert len(drawn) == 1

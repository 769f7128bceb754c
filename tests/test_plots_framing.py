import json
from io import StringIO

import pandas as pd
import pytest

from small_notebooks import show_all
from ukrcorpus import (
    compare_words,
    count_frames,
    count_quotes,
    count_terms,
    count_word_use,
    find_frames,
    find_quotes,
    find_sentences,
    find_terms,
    find_words,
    find_zones,
    label_paragraphs,
    plot_frame_shares,
    plot_frames,
    plot_speakers,
    plot_terms,
    plot_words,
)
from ukrcorpus.evidence import EVIDENCE_MIME, link_marks
from ukrcorpus.figures import NOTHING, to_spec
from ukrcorpus.harvest import LAB_MIME
from ukrcorpus.spans import READ_ZONES, count_words

FIGURES = (
    *("fig-terms", "fig-voice", "fig-speakers", "fig-cues", "fig-evaluations", "fig-actions", "fig-attributions"),
    *("fig-frames", "fig-frame-shares", "fig-words", "fig-formulas"),
)


@pytest.fixture(scope="module")
def charts(published_docs: pd.DataFrame) -> dict[str, dict]:
    return draw_all(published_docs, by="doc_id")


def draw_all(docs: pd.DataFrame, by: str) -> dict[str, dict]:
    zones = find_zones(docs)
    n_words = count_words(docs, zones)
    paragraphs = label_paragraphs(find_frames(docs, zones=zones), docs, zones=zones)
    words = compare_words(docs, zones=zones)["word"].drop_duplicates().head(3).tolist()
    return {
        "terms": plot_terms(count_terms(find_terms(docs, zones=zones), docs, by=by, n_words=n_words), docs).to_dict(),
        "speakers": plot_speakers(
            count_quotes(find_quotes(docs, zones=zones), docs, by=by, n_words=n_words), docs
        ).to_dict(),
        "frames": plot_frames(paragraphs, docs).to_dict(),
        "shares": plot_frame_shares(count_frames(paragraphs, docs, by=by), docs).to_dict(),
        "words": plot_words(count_word_use(docs, words, zones=zones), docs).to_dict(),
    }


def drawn(chart: dict) -> list[dict]:
    """All rows of all data sets of a chart."""
    return [row for rows in chart["datasets"].values() for row in rows]


def test_titles_ask_and_subtitles_say_over_how_many(charts: dict[str, dict]) -> None:
    for chart in charts.values():
        title = chart["title"]
        assert title["text"].endswith("?")
        subtitle = title["subtitle"]
        assert "5 articles from 2 publishers" in (subtitle if isinstance(subtitle, str) else " ".join(subtitle))


def test_axes_have_units(charts: dict[str, dict]) -> None:
    assert charts["shares"]["encoding"]["x"]["title"] == "share of paragraphs (%)"
    assert charts["words"]["encoding"]["x"]["title"] == "occurrences per 1,000 words"


def test_terms_show_things_with_most_names_first(charts: dict[str, dict]) -> None:
    panels = charts["terms"]["vconcat"]
    assert len(panels) == 4
    assert panels[0]["title"]["text"] == "Hostilities in Ukraine since 24 February 2022"
    columns = panels[0]["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert len(columns) == 5
    assert all(row["n_spans"] > 0 for row in drawn(charts["terms"]))


def test_what_is_drawn_is_in_the_table(charts: dict[str, dict], published_docs: pd.DataFrame) -> None:
    counts = count_quotes(find_quotes(published_docs), published_docs, by="doc_id")
    assert sum(row["n_spans"] for row in drawn(charts["speakers"])) == counts["n_spans"].sum()


def test_every_article_is_a_point(charts: dict[str, dict], published_docs: pd.DataFrame) -> None:
    points = pd.DataFrame(drawn(charts["words"]))
    assert points.groupby("word")["column"].nunique().eq(len(published_docs)).all()
    assert set(points["publisher"]) == set(published_docs["publisher"])


def test_publishers_differ_in_shape_as_in_colour(charts: dict[str, dict]) -> None:
    encoding = charts["shares"]["encoding"]
    assert encoding["color"]["scale"]["domain"] == encoding["shape"]["scale"]["domain"]
    assert len(set(encoding["shape"]["scale"]["range"])) == 2


def test_by_publisher(published_docs: pd.DataFrame) -> None:
    charts = draw_all(published_docs, by="publisher")
    columns = charts["terms"]["vconcat"][0]["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert sorted(columns) == sorted(published_docs["publisher"].unique())


def test_nothing_to_draw_still_draws() -> None:
    docs = pd.DataFrame({"doc_id": [], "text": [], "publisher": [], "label": []}).astype("str")
    assert set(draw_all(docs, by="doc_id")) == {"terms", "speakers", "frames", "shares", "words"}


def test_labels_that_are_not_unique_give_way_to_ids(published_docs: pd.DataFrame) -> None:
    docs = published_docs.assign(label="same", publisher=None)
    use = count_word_use(docs, ["war"])
    assert {row["column"] for row in drawn(plot_words(use, docs).to_dict())} == set(docs["doc_id"])
    assert {row["publisher"] for row in drawn(plot_words(use, docs).to_dict())} == {"unknown"}


def linked(chart: object, spans: pd.DataFrame, docs: pd.DataFrame, keys: list[str]) -> list[tuple[dict, dict | None]]:
    """The rows that a chart draws, each with the mark of its evidence."""
    spec, marks, *_ = link_marks(to_spec(chart, description="d"), spans, docs, keys, "page")
    by_address = {f"page#{mark['id']}": mark for mark in marks}
    return [(row, by_address.get(row["_evidence"])) for rows in spec["datasets"].values() for row in rows]


def test_a_number_leads_to_the_terms_that_it_counts(published_docs: pd.DataFrame) -> None:
    terms = find_terms(published_docs)
    terms = terms[terms["zone"].isin(READ_ZONES)]
    surfaces = terms.set_index(["doc_id", "start", "end"])[["referent", "term"]]
    for by in ("doc_id", "publisher"):
        chart = plot_terms(count_terms(terms, published_docs, by=by), published_docs)
        rows = linked(chart, terms, published_docs, ["referent", "term", by])
        assert len(rows) > 20
        for row, mark in rows:
            assert mark is not None and mark["n"] == row["n_spans"] == len(mark["spans"])
            assert {tuple(surfaces.loc[tuple(span)]) for span in mark["spans"]} == {(row["referent"], row["term"])}
            assert mark["title"] == f"{row['referent']} · {row['term']} · {row['column']}"


def test_a_number_leads_to_the_quotations_that_it_counts(published_docs: pd.DataFrame) -> None:
    quotes = find_quotes(published_docs)
    said = quotes[
        (quotes["role"] == "quote") & quotes["label"].isin(["quote", "block"]) & quotes["zone"].isin(READ_ZONES)
    ]
    said = said.assign(speaker=said["speaker"].fillna("not named"))
    chart = plot_speakers(count_quotes(quotes, published_docs, by="doc_id"), published_docs, most=99)
    rows = linked(chart, said, published_docs, ["speaker", "doc_id"])
    assert sum(mark["n"] for _, mark in rows if mark) == len(said) > 10
    assert all(mark and mark["n"] == row["n_spans"] for row, mark in rows)


def test_a_share_leads_to_the_paragraphs_that_bear_the_frame(published_docs: pd.DataFrame) -> None:
    paragraphs = label_paragraphs(find_frames(published_docs), published_docs)
    bearing = paragraphs[paragraphs["present"]]
    shares = count_frames(paragraphs, published_docs, by="doc_id")
    rows = linked(plot_frame_shares(shares, published_docs), bearing, published_docs, ["label", "doc_id"])
    held = paragraphs.groupby("doc_id")["paragraph"].nunique()
    assert len(rows) == len(shares)
    for row, mark in rows:
        assert row["estimate"] == pytest.approx(100 * (mark["n"] if mark else 0) / held[row["doc_id"]], rel=1e-5)


def test_a_point_leads_to_the_words_that_it_counts(published_docs: pd.DataFrame) -> None:
    words = ["war", "putin", "zelensky", "nowhere"]
    chart = plot_words(count_word_use(published_docs, words), published_docs)
    rows = linked(chart, find_words(published_docs, words), published_docs, ["word", "doc_id"])
    texts = dict(zip(published_docs["doc_id"], published_docs["text"], strict=True))
    assert {row["n_spans"] > 0 for row, _ in rows} == {True, False}
    for row, mark in rows:
        assert (mark is None) == (row["n_spans"] == 0)
        for doc_id, start, end in mark["spans"] if mark else ():
            assert (doc_id, texts[doc_id][start:end].lower()) == (row["doc_id"], row["word"])


@pytest.mark.slow
@pytest.mark.parametrize("most_articles", [12, 2])
def test_whatever_the_notebook_counts_is_linked(
    monkeypatch: pytest.MonkeyPatch, docs: pd.DataFrame, most_articles: int
) -> None:
    shown = show_all("framing", monkeypatch, evidence="none", most_articles=most_articles)
    for figure in FIGURES:
        rows = [row for row in drawn(shown[figure][LAB_MIME]) if row.get("n_spans")]
        marks = shown[figure][EVIDENCE_MIME]["marks"]
        assert len(rows) == len(marks) == len({mark["title"] for mark in marks})
        assert len(marks) > (0 if figure == "fig-attributions" else 5)
        assert sum(row["n_spans"] for row in rows) == sum(mark["n"] for mark in marks)
        assert shown[figure]["image/svg+xml"].count('<a href="') >= len(rows)
    text = json.dumps(shown, ensure_ascii=False)
    long = [sentence for sentence in find_sentences(docs)["surface"] if len(sentence) > 80]
    assert len(long) > 100 and not [sentence for sentence in long if sentence[:60] in text]
    for layer, found in {"terms": find_terms(docs), "quotes": find_quotes(docs), "frames": find_frames(docs)}.items():
        table = pd.read_csv(StringIO(shown[f"tab-marked-{layer}"]["text/csv"]))
        assert len(table) == len(found) and {"doc_id", "start", "end"} < set(table.columns)


@pytest.mark.slow
def test_the_notebook_of_no_article_shows_that_nothing_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = show_all("framing", monkeypatch, publisher="Nobody")
    assert all(NOTHING in shown[figure]["image/svg+xml"] for figure in FIGURES)
    assert not any(EVIDENCE_MIME in bundle for bundle in shown.values())

import pandas as pd
import pytest

from ukrcorpus import (
    compare_words,
    count_frames,
    count_quotes,
    count_terms,
    count_word_use,
    find_frames,
    find_quotes,
    find_terms,
    find_zones,
    label_paragraphs,
    plot_frame_shares,
    plot_frames,
    plot_speakers,
    plot_terms,
    plot_words,
)
from ukrcorpus.spans import count_words


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
    assert panels[0]["title"]["text"] == "War in Ukraine since 24 February 2022"
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

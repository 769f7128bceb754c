"""Pages of passages and of articles, made of small notebooks that a test fills in."""

import base64
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukrcorpus import find_sentences, find_zones
from ukrcorpus.articles import LARGEST_SHARE, _blocks, article_file, read_layers, write_evidence
from ukrcorpus.evidence import EVIDENCE_MIME
from ukrcorpus.lexicon import rows_by_article
from ukrcorpus.tables import to_csv

TEXT = (
    "A bridge opens\n\nA new bridge <b> opened in Kyiv & Lviv on Tuesday, after two years of work, said the mayor.\n\n"
    "Trams will cross it from the autumn, the transport office of the city of Kyiv said in a long statement. "
    "It named no day. Nobody asked for one either, as far as anybody in the hall of the town council could tell.\n\n"
    + "The rest of the paper that day was about the weather, which was fine, and about a fair in a town nearby. "
    * 5
)
KYIV = [m.start() for m in re.finditer("Kyiv", TEXT)]


class Reader(HTMLParser):
    """Text, ids and links of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.inside: list[str] = []
        self.text = ""
        self.skip = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"]] if given.get("id") else []
        self.links += [given["href"]] if tag == "a" and given.get("href") else []
        if tag not in ("meta", "link", "input", "br", "img"):
            self.inside.append(str(given.get("class") or tag))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        depth = len(self.inside)
        self.handle_starttag(tag, attrs)
        del self.inside[depth:]

    def handle_endtag(self, tag: str) -> None:
        self.inside.pop()

    def handle_data(self, data: str) -> None:
        if "text" in self.inside and "zone-name" not in self.inside and any(c.startswith("zone") for c in self.inside):
            self.text += data


def docs_of(*texts: str, **columns: Any) -> pd.DataFrame:
    ids = [f"news/{n}" for n in range(len(texts))]
    labels = [f"Paper, {2020 + n}" for n in range(len(texts))]
    return pd.DataFrame({"doc_id": ids, "text": texts, "label": labels, "publisher": "Paper", **columns})


def notebook_of(spans: list[tuple[str, int, int]], labels: dict[str, str], layer: pd.DataFrame) -> dict[str, Any]:
    marks = [{"id": "m1", "title": "Kyiv & all", "n": len(spans), "spans": [list(span) for span in spans]}]
    png = base64.b64encode(b"png").decode()
    figure = {"image/png": png, EVIDENCE_MIME: {"articles": labels, "marks": marks, "left_out": 0}}
    return {
        "cells": [
            {"outputs": [{"data": figure, "metadata": {"ukrcorpus": {"id": "fig-a", "caption": "c"}}}]},
            {
                "outputs": [
                    {"data": {"text/csv": to_csv(layer)}, "metadata": {"ukrcorpus": {"id": "t", "layer": "names"}}}
                ]
            },
        ]
    }


def written(folder: Path, docs: pd.DataFrame, mode: str | None, **options: Any) -> dict[str, str]:
    """The pages of a corpus whose figure counts "Kyiv" in each article."""
    spans = [
        (d, at, at + 4)
        for d, t in zip(docs["doc_id"], docs["text"], strict=True)
        for at in KYIV
        if t[at:].startswith("Kyiv")
    ]
    layer = pd.DataFrame(
        [(*span, "Kyiv", "GPE") for span in spans], columns=["doc_id", "start", "end", "surface", "label"]
    )
    notebook = notebook_of(spans, dict(zip(docs["doc_id"], docs["label"], strict=True)), layer)
    item = {"id": "fig-a", "caption": "Names <counted>.", "cite": "ukrcorpus:names#fig-a@0"}
    entry = {"title": "Names", "items": [item], "parameters": {"evidence": mode} if mode else {}}
    (folder / "names").mkdir(parents=True)
    write_evidence({"names": notebook}, {"names": entry}, docs, folder, **options)
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*.html"))}


def test_passages_lead_to_their_sentences(tmp_path: Path) -> None:
    pages = written(tmp_path, docs_of(TEXT, TEXT), "full")
    page = Reader(pages["names/fig-a.evidence.html"])
    inner = [link for link in page.links if link.startswith("../articles/")]
    assert len(inner) == 4
    for link in inner:
        file, sentence = link.removeprefix("../").split("#")
        assert sentence in Reader(pages[file]).ids
    assert "m1" in page.ids and "Names &lt;counted&gt;." in pages["names/fig-a.evidence.html"]
    article = pages[inner[0].removeprefix("../").split("#")[0]]
    [held] = re.findall(rf'<span class="s" id="{inner[0].split("#")[1]}">(.*?)after two years', article, re.DOTALL)
    assert '<span class="l0" title="GPE">Kyiv</span> &amp; Lviv' in held and "&lt;b&gt;" in held


def test_the_page_holds_the_text_as_it_was_read(tmp_path: Path) -> None:
    docs = docs_of(TEXT, url="https://example.org/a", authors=[["A. B.", "C. D."]])
    [article] = [page for path, page in written(tmp_path, docs, "full").items() if path.startswith("articles")]
    zones = find_zones(docs)
    assert "".join(Reader(article).text.split()) == "".join(TEXT.split())
    assert all(surface in Reader(article).text for surface in zones["surface"])
    assert "A. B.; C. D." in article and "https://example.org/a" in article


@pytest.mark.parametrize("mode", ["snippet", None])
def test_snippets_show_a_quarter_at_most(tmp_path: Path, mode: str | None) -> None:
    pages = written(tmp_path, docs_of(TEXT), mode)
    [article] = [page for path, page in pages.items() if path.startswith("articles")]
    shown = re.sub(r"\[… \d+ characters\]", "", Reader(article).text)
    assert 0 < len("".join(shown.split())) <= LARGEST_SHARE * len(TEXT)
    for page in pages.values():
        assert "Nobody asked" not in page
    hidden = sum(int(n) for n in re.findall(r"\[… (\d+) characters\]", article))
    assert abs(hidden + len(shown) - len(TEXT)) < 20


def test_without_evidence_no_text_is_shown(tmp_path: Path) -> None:
    pages = written(tmp_path, docs_of(TEXT), "none")
    assert list(pages) == ["names/fig-a.evidence.html"]
    for words in ("bridge", "opened", "statement"):
        assert words not in pages["names/fig-a.evidence.html"]
    assert f"Paper, 2020, {KYIV[0]}–{KYIV[0] + 4}" in re.sub(r"<[^>]+>", "", pages["names/fig-a.evidence.html"])


def test_most_cited_articles_get_a_page_and_the_cut_is_stated(tmp_path: Path) -> None:
    docs = docs_of(TEXT[: KYIV[0] + 5], TEXT, TEXT)
    pages = written(tmp_path, docs, "full", most_pages=1)
    articles = [path for path in pages if path.startswith("articles")]
    assert articles == [f"articles/{article_file('news/1', TEXT)}"]
    assert "2 of the articles have no page of their own here" in pages["names/fig-a.evidence.html"]


def test_names_of_pages_are_safe_and_apart() -> None:
    names = [article_file(doc_id, "t") for doc_id in ("a/b", "a b", "a-b", "../..", "ю", "x" * 300, "CON:", "")]
    assert len(set(names)) == len(names)
    assert all(
        re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*-[0-9a-f]{8}\.html", name) and len(name) < 80 for name in names
    )


def test_layers_are_read_as_they_were_written() -> None:
    layer = pd.DataFrame(
        {"doc_id": ["01", "NA"], "start": [0, 5], "end": [4, 9], "label": ["", "1.0"], "score": [0.5, 1]}
    )
    [(name, read)] = read_layers(json.loads(json.dumps(notebook_of([], {}, layer)))).items()
    assert name == "names" and read["doc_id"].tolist() == ["01", "NA"] and read["label"].tolist() == ["", "1.0"]
    assert read["start"].tolist() == [0, 5]


PIECES = st.lists(st.sampled_from(["Kyiv waits. ", "<b>&amp;", "\n\n", "He said so", " ", ".", "ї"]), max_size=15).map(
    "".join
)


@given(PIECES, st.data())
def test_no_layer_changes_the_text(text: str, data: st.DataObject) -> None:
    docs = pd.DataFrame({"doc_id": ["a"], "text": [text]})
    zones = find_zones(docs)
    place = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    drawn = {n: pd.DataFrame(data.draw(st.lists(place, max_size=4)), columns=["start", "end"]) for n in range(3)}
    layers = sorted((start, end, n, "x") for n, rows in drawn.items() for start, end in rows.to_numpy().tolist())
    rows = (
        rows_by_article(zones, "start", "end", "label"),
        rows_by_article(find_sentences(docs), "start", "end", "rule"),
    )
    blocks = list(_blocks(text, rows[0].get("a", []), rows[1].get("a", []), layers, [(0, len(text))]))
    for block, surface in zip(blocks, zones["surface"], strict=True):
        page = Reader(f'<div class="text"><div class="zone">{block["html"]}</div></div>')
        assert page.text == surface and page.inside == []


OUTPUTS = Path(__file__).parent.parent / "outputs"


def test_every_link_of_the_committed_outputs_leads_somewhere() -> None:
    pages = {path: Reader(path.read_text("utf-8")) for path in OUTPUTS.rglob("*.html")}
    ids = {path.resolve(): set(page.ids) for path, page in pages.items()}
    checked = 0
    for path, page in pages.items():
        for link in page.links:
            file, _, anchor = unquote(link).partition("#")
            if file.startswith(("http", "data:")):
                continue
            target = (path.parent / file).resolve() if file else path.resolve()
            assert target.exists() and (not anchor or anchor in ids[target]), f"{path.name}: {link}"
            checked += 1
    assert checked > 1000


def test_every_mark_of_the_committed_figures_has_its_passages() -> None:
    drawings = sorted(OUTPUTS.glob("*/fig-*.svg"))
    for drawing in drawings:
        linked = set(re.findall(r'<a href="([^"]+)"', drawing.read_text("utf-8")))
        page = Reader(drawing.with_suffix(".evidence.html").read_text("utf-8"))
        listed = {f"{drawing.stem}.evidence.html#{name}" for name in page.ids if re.fullmatch(r"m\d+", name)}
        assert linked == listed and linked, drawing.stem
    assert len(drawings) == 27

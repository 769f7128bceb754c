"""Pages behind the figures: the passages that each mark counts, and the articles in which they stand."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
import pandas as pd
from markupsafe import Markup, escape

from ukrcorpus.evidence import EVIDENCE_MIME, LONGEST, TECHNICAL, Evidence, around, show_evidence
from ukrcorpus.lexicon import rows_by_article
from ukrcorpus.manifest import digest
from ukrcorpus.sentences import find_sentences
from ukrcorpus.spans import READ_ZONES, by_article, look_up
from ukrcorpus.zones import find_zones

MOST_PAGES = 500
"""Articles that get a page, unless a run is told otherwise."""
LARGEST_SHARE = 0.25
"""Of the characters of an article, what its page shows where evidence is given in snippets."""

_Span = tuple[Any, ...]
"""Start and end, then what is said of them."""

_TEMPLATES = resources.files("ukrcorpus") / "templates"


def read_evidence(notebook: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What an executed notebook says of the evidence of its figures: figure id to articles and marks."""
    return {about["id"]: data[EVIDENCE_MIME] for about, data in _shown(notebook) if EVIDENCE_MIME in data}


def read_layers(notebook: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """The span tables that an executed notebook wants marked on the pages of articles, by name."""
    layers = {about["layer"]: data["text/csv"] for about, data in _shown(notebook) if "layer" in about}
    read = {name: pd.read_csv(StringIO(csv), dtype="str", keep_default_na=False) for name, csv in layers.items()}
    return {name: table.astype({"start": "int64", "end": "int64"}) for name, table in read.items()}


def _shown(notebook: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if "ukrcorpus" in output.get("metadata", {}):
                yield output["metadata"]["ukrcorpus"], output["data"]


def write_evidence(
    notebooks: Mapping[str, Mapping[str, Any]],
    entries: Mapping[str, Mapping[str, Any]],
    docs: pd.DataFrame,
    folder: Path,
    *,
    most_pages: int = MOST_PAGES,
) -> tuple[int, int]:
    """Write a page of passages for each figure, and a page for each article that they are from.

    Args:
        notebooks: the executed notebooks of one corpus, by name.
        entries: their entries in the manifest.
        docs: the articles of that corpus.
        folder: the folder of the outputs.
        most_pages: articles that get a page at most; those with most passages.

    Returns:
        How many articles have a page, and how many are cited.
    """
    found = {name: read_evidence(notebook) for name, notebook in notebooks.items()}
    mode: dict[str, Evidence] = {name: entries[name]["parameters"].get("evidence", "snippet") for name in found}
    marks = [(name, m) for name in found for figure in found[name].values() for m in figure["marks"]]
    cited = _as_spans(span for _, mark in marks for span in mark["spans"])
    docs = docs[docs["doc_id"].isin(cited["doc_id"])].reset_index(drop=True)
    zones = find_zones(docs)
    sentences = find_sentences(docs, zones=zones)
    open_modes = [name for name in found if mode[name] != "none"]
    ranked = cited["doc_id"].value_counts().reindex(docs["doc_id"]).sort_values(ascending=False, kind="stable")
    paged = {doc_id: article_file(doc_id, text) for doc_id, text in zip(docs["doc_id"], docs["text"], strict=True)}
    paged = {doc_id: paged[doc_id] for doc_id in ranked.index[:most_pages]} if open_modes else {}
    for name, figures in found.items():
        captions = {item["id"]: item for item in entries[name]["items"]}
        for figure, payload in figures.items():
            rows = _as_spans(span for mark in payload["marks"] for span in mark["spans"])
            passages = _passages(rows, docs, sentences, payload["articles"], mode[name], paged)
            page = {
                "name": name,
                "title": entries[name]["title"],
                "item": captions[figure],
                "marks": list(_with_passages(payload["marks"], passages)),
                "left_out": payload["left_out"],
                "mode": mode[name],
                "cut": len(payload["articles"]) - len([a for a in payload["articles"] if a in paged]),
            }
            _write(folder / name / f"{figure}.evidence.html", "evidence.html.j2", page)
    if paged:
        whole = any(mode[name] == "full" for name in found)
        layers = {k: v for name, notebook in notebooks.items() for k, v in read_layers(notebook).items()}
        _write_articles(docs[docs["doc_id"].isin(paged)], zones, sentences, layers, cited, found, paged, folder, whole)
    return len(paged), len(docs)


def article_file(doc_id: str, text: str) -> str:
    """Name of the page of an article: what can be read of its id, and a hash, so that no two share one.

    Example:
        >>> article_file("2023/a b", "Kyiv")
        '2023-a-b-016570d0.html'
    """
    readable = re.sub(r"[^A-Za-z0-9_.]+", "-", doc_id).strip("-.")[:60]
    return f"{readable or 'article'}-{digest([doc_id, text])[:8]}.html"


def _as_spans(rows: Any) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["doc_id", "start", "end"]).astype({"start": "int64", "end": "int64"})


def _passages(
    rows: pd.DataFrame,
    docs: pd.DataFrame,
    sentences: pd.DataFrame,
    labels: Mapping[str, str],
    mode: Evidence,
    paged: Mapping[str, str],
) -> list[dict[str, Any]]:
    """What a list says of each span, and where it leads."""
    named = docs.assign(label=docs["doc_id"].map(labels))
    shown = show_evidence(rows, named, sentences=sentences, evidence=mode)
    shown["sentence"] = look_up(rows, sentences, "sentence_id", fill="")
    addresses = dict(zip(docs["doc_id"], docs["url"].astype("object"), strict=True)) if "url" in docs else {}
    passages = [{str(key): value for key, value in row.items()} for row in shown.to_dict("records")]
    for row in passages:
        url = addresses.get(row["doc_id"])
        own = isinstance(url, str) and url.startswith(("http://", "https://"))
        inner = f"../articles/{paged[row['doc_id']]}#s{row['sentence']}" if row["doc_id"] in paged else ""
        row["page"], row["url"] = inner if mode != "none" else "", url if own else ""
    return passages


def _with_passages(marks: Sequence[Mapping[str, Any]], passages: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    at = 0
    for mark in marks:
        yield {**mark, "passages": passages[at : at + len(mark["spans"])]}
        at += len(mark["spans"])


def _write_articles(
    docs: pd.DataFrame,
    zones: pd.DataFrame,
    sentences: pd.DataFrame,
    layers: Mapping[str, pd.DataFrame],
    cited: pd.DataFrame,
    found: Mapping[str, Mapping[str, Any]],
    paged: Mapping[str, str],
    folder: Path,
    whole: bool,
) -> None:
    """Write a page an article, its text with the zones and layers marked."""
    (folder / "articles").mkdir(exist_ok=True)
    cited = cited.assign(low=look_up(cited, sentences, "start", -1), high=look_up(cited, sentences, "end", -1))
    of_zones, of_cited = rows_by_article(zones, "start", "end", "label"), by_article(cited)
    of_sentences = rows_by_article(sentences, "start", "end", "sentence_id")
    marked = [table.assign(layer=n, about=_about(table)) for n, table in enumerate(layers.values())]
    empty = pd.DataFrame(columns=["doc_id", "start", "end", "layer", "about"])
    of_layers = rows_by_article(pd.concat([empty, *marked]), "start", "end", "layer", "about")
    figures = {
        doc_id: [
            (name, figure) for name in found for figure in found[name] if doc_id in found[name][figure]["articles"]
        ]
        for doc_id in paged
    }
    labels = {k: v for name in found for payload in found[name].values() for k, v in payload["articles"].items()}
    for article in docs.to_dict("records"):
        doc_id, text = article["doc_id"], article["text"]
        spans = of_layers.get(doc_id, [])
        marks = Counter(layer for _, _, layer, _ in spans)
        shown = [(0, len(text))] if whole else _reach(text, of_cited[doc_id])
        page = {
            "article": {key: value for key, value in article.items() if isinstance(value, str | list) and value},
            "label": labels[doc_id],
            "layers": [(n, name, marks[n]) for n, name in enumerate(layers)],
            "blocks": list(_blocks(text, of_zones[doc_id], of_sentences.get(doc_id, []), spans, shown)),
            "figures": figures[doc_id],
            "whole": whole,
        }
        _write(folder / "articles" / paged[doc_id], "article.html.j2", page)


def _reach(text: str, cited: pd.DataFrame) -> list[tuple[int, int]]:
    """The stretches that snippets of the spans cited may show, joined where they meet: a quarter of it at most."""
    snippets = [
        around(text, start, end, start if first < 0 else first, max(end, last))
        for start, end, first, last in zip(
            cited["start"], np.minimum(cited["end"], cited["start"] + LONGEST), cited["low"], cited["high"], strict=True
        )
    ]
    for step in range(1, len(snippets) + 1):
        stretches: list[tuple[int, int]] = []
        for first, last in snippets[::step]:
            if stretches and first <= stretches[-1][1]:
                first, last = stretches[-1][0], max(stretches.pop()[1], last)
            stretches.append((first, last))
        if sum(last - first for first, last in stretches) <= LARGEST_SHARE * len(text):
            return stretches
    return []


def _blocks(
    text: str, zones: list[_Span], sentences: list[_Span], layers: list[_Span], shown: list[tuple[int, int]]
) -> Iterator[dict[str, Any]]:
    """The zones of an article in reading order, each with its text as HTML."""
    edges = [at for stretch in shown for at in stretch]
    starts, ends = (np.array([span[side] for span in layers], dtype="int64") for side in (0, 1))

    def stretch(low: int, high: int) -> Markup:
        over = np.flatnonzero(ends[: np.searchsorted(starts, high)] > low) if low < high else ()
        return _stretch(text, low, high, [layers[number] for number in over], edges)

    for start, end, label in zones:
        read = label in READ_ZONES
        if not any(low < end and start < high for low, high in shown):
            yield {"label": label, "read": read, "html": _elided(end - start)}
            continue
        parts, at = [], start
        for low, high, number in sentences[bisect_left(sentences, (start,)) : bisect_left(sentences, (end,))]:
            sentence = Markup('<span class="s" id="s{}">{}</span>').format(number, stretch(low, high))
            parts += [stretch(at, low), sentence]
            at = high
        parts.append(stretch(at, end))
        yield {"label": label, "read": read, "html": Markup("").join(parts)}


def _stretch(text: str, low: int, high: int, over: list[_Span], edges: list[int]) -> Markup:
    """A stretch of text with the spans that lie over it, which may overlap, and without what may not be shown."""
    sides = {at for start, end, *_ in over for at in (start, end)}
    cuts = sorted({low, high, *(at for at in sides.union(edges) if low < at < high)})
    parts, hidden = [], 0
    for a, b in pairwise(cuts):
        if bisect_right(edges, a) % 2 == 0:
            hidden += b - a if text[a:b].strip() else 0
            continue
        html = str(escape(text[a:b]))
        for start, end, layer, about in reversed(over):
            if start <= a and b <= end:
                html = f'<span class="l{layer}" title="{about}">{html}</span>'
        parts += [_elided(hidden), Markup(html)]
        hidden = 0
    return Markup("").join([*parts, _elided(hidden)])


def _elided(characters: int) -> Markup:
    return Markup(' <span class="elided">[… {} characters]</span> ').format(characters) if characters else Markup("")


def _about(table: pd.DataFrame) -> list[str]:
    """What a reader is told of each span, as HTML."""
    columns = [name for name in table.columns if name not in (*TECHNICAL, "surface", "zone", "article")]
    cells = [table[name].replace({"True": name, "False": ""}).tolist() for name in columns]
    return [str(escape(" · ".join(filter(None, row)))) for row in zip(*cells, strict=True)] or [""] * len(table)


@cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string((_TEMPLATES / name).read_text(encoding="utf-8"))


def _write(path: Path, template: str, page: Mapping[str, Any]) -> None:
    style = "".join((_TEMPLATES / name).read_text(encoding="utf-8") for name in ("style.css", "evidence.css"))
    html = _template(template).render(**page, style=style)
    path.write_text(html.rstrip() + "\n", encoding="utf-8", newline="\n")

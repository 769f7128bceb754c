"""Pages that a reader opens without anything installed: one a notebook, and the index over them."""

import html
import io
import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
import nbformat
import pandas as pd

from ukrcorpus.cite import to_apa, to_bibtex, to_csl
from ukrcorpus.tables import to_html

_TEMPLATES = resources.files("ukrcorpus") / "templates"


def write_page(notebook: nbformat.NotebookNode, entry: Mapping[str, Any], path: Path) -> None:
    """Write an executed notebook as one HTML file that makes no request and runs one script, which copies citations.

    Args:
        notebook: an executed notebook.
        entry: its entry in the manifest.
        path: the file to write.
    """
    from nbconvert.exporters import HTMLExporter

    with resources.as_file(_TEMPLATES) as folder:
        exporter = HTMLExporter(  # type: ignore[no-untyped-call]
            template_name="page",
            extra_template_basedirs=[str(folder)],
            exclude_input_prompt=True,
            exclude_output_prompt=True,
            exclude_anchor_links=True,
        )
        about = {
            "style": _style(),
            "corpus": {**entry["corpus"], "data": entry["hashes"]["data"]},
            "key": entry["key"],
            "notebook": entry["notebook"],
            "items": {item["id"]: {**item, **_cited(entry, item)} for item in entry["items"]},
            "whole": {"id": "this analysis", **_cited(entry)},
            "tags": meta_tags(entry),
            "script": (_TEMPLATES / "copy.js").read_text(encoding="utf-8"),
        }
        exporter.register_filter("preview", _preview)  # type: ignore[no-untyped-call]
        page, _ = exporter.from_notebook_node(
            notebook, resources={"ukrcorpus": about, "metadata": {"name": entry["title"]}}
        )
    # Without an icon of its own a page makes browsers ask for one.
    page = page.replace("</head>", '<link rel="icon" href="data:,">\n</head>', 1)
    path.write_text(page.rstrip() + "\n", encoding="utf-8", newline="\n")


def meta_tags(entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and contents of the `<meta>` elements from which Zotero and others read how to cite a page.

    They are Highwire's and Dublin Core's, as Zotero's translator "Embedded Metadata" expects them: it takes the kind
    from DC.type, and an author with a trailing comma for a single name, as an organisation has.

    Example:
        >>> entry = {"title": "When?", "corpus": {"label": "press"}, "hashes": {"data": "0"}, "key": "1a2b"}
        >>> meta_tags({**entry, "notebook": "timeline.ipynb"})[:2]
        [('citation_title', 'When?'), ('citation_author', 'The ukrcorpus developers,')]
    """
    record = to_csl(entry)
    names = [f"{name.get('literal') or name['family']}, {name.get('given', '')}".strip() for name in record["author"]]
    day = "-".join(f"{part:02}" for part in record.get("issued", {}).get("date-parts", [[]])[0])
    tags = [
        ("citation_title", record["title"]),
        *(("citation_author", name) for name in names),
        ("citation_publication_date", day.replace("-", "/")),
        ("citation_technical_report_institution", record.get("publisher")),
        ("citation_technical_report_number", record["number"]),
        ("citation_doi", record.get("DOI")),
        ("citation_public_url", record.get("URL")),
        ("citation_language", record["language"]),
        ("DC.title", record["title"]),
        *(("DC.creator", name.rstrip(",")) for name in names),
        ("DC.date", day),
        ("DC.identifier", record["number"]),
        ("DC.type", record["type"]),
        ("DC.language", record["language"]),
        ("DC.rights", entry.get("citation", {}).get("license")),
    ]
    return [(name, content) for name, content in tags if content]


def _cited(entry: Mapping[str, Any], item: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a page shows of a notebook or an item: its title in references, and the citation in three forms, as HTML."""
    record = to_csl(entry, item=item)
    apa, slanted = html.escape(to_apa(record)), html.escape(record.get("container-title", record["title"]))
    data = json.dumps([record], ensure_ascii=False, indent=1, sort_keys=True)
    before, found, after = apa.rpartition(f"{slanted} ({record['genre']} ")
    forms = {
        "APA": f'<p class="text">{before}<i>{slanted}</i>{found[len(slanted) :]}{after}</p>',
        "BibTeX": f'<pre class="text">{html.escape(to_bibtex(record))}</pre>',
        "CSL-JSON": f'<pre class="text">{html.escape(data)}</pre>',
    }
    return {"title": record["title"], "forms": forms}


def _preview(csv: str, caption: str, id: str) -> str:
    """The first rows of a CSV as HTML."""
    rows = pd.read_csv(io.StringIO(csv), dtype="str", keep_default_na=False) if csv.strip() else pd.DataFrame()
    return to_html(rows, caption=caption, id=id, rows=10)


def write_index(entries: Mapping[str, Mapping[str, Any]], path: Path) -> None:
    """Write the page that leads to all others."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    template = environment.from_string((_TEMPLATES / "index.html.j2").read_text(encoding="utf-8"))
    labels = list(dict.fromkeys(entry["corpus"]["label"] for entry in entries.values()))
    page = template.render(entries=entries, labels=labels, style=_style())
    path.write_text(page.rstrip() + "\n", encoding="utf-8", newline="\n")


def read_lead(notebook: Mapping[str, Any], name: str) -> tuple[str, str]:
    r"""Title of a notebook and, as HTML, the first paragraph under it.

    Example:
        >>> cell = {"cell_type": "markdown", "source": "# Who is named\n\nWhich names *stand out*?"}
        >>> read_lead({"cells": [cell]}, "entities")
        ('Who is named', '<p>Which names <em>stand out</em>?</p>')
    """
    from nbconvert.filters import markdown2html

    text = next((c["source"] for c in notebook["cells"] if c["cell_type"] == "markdown"), "")
    blocks = [block.strip() for block in text.split("\n\n") if block.strip()]
    title = next((b.splitlines()[0].lstrip("# ") for b in blocks if b.startswith("#")), name)
    under = ["\n".join(b.splitlines()[1:]).strip() if b.startswith("#") else b for b in blocks]
    lead = next((paragraph for paragraph in under if paragraph), "")
    return title, str(markdown2html(lead)).strip()


def _style() -> str:
    return (_TEMPLATES / "style.css").read_text(encoding="utf-8")

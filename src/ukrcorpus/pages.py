"""Pages that a reader opens without anything installed: one a notebook, and the index over them."""

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
import nbformat

_TEMPLATES = resources.files("ukrcorpus") / "templates"


def write_page(notebook: nbformat.NotebookNode, entry: Mapping[str, Any], path: Path) -> None:
    """Write an executed notebook as one HTML file that makes no request and runs no script.

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
            "items": {item["id"]: item for item in entry["items"]},
        }
        page, _ = exporter.from_notebook_node(
            notebook, resources={"ukrcorpus": about, "metadata": {"name": entry["title"]}}
        )
    # Without an icon of its own a page makes browsers ask for one.
    page = page.replace("</head>", '<link rel="icon" href="data:,">\n</head>', 1)
    path.write_text(page.rstrip() + "\n", encoding="utf-8", newline="\n")


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

"""Figures and tables of an executed notebook, as files."""

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ukrcorpus.evidence import EVIDENCE_MIME

LAB_MIME = "application/vnd.vegalite.v5+json"


def harvest(notebook: Mapping[str, Any], name: str, folder: Path) -> list[dict[str, Any]]:
    """Write what a notebook shows through show_figure and show_table.

    Args:
        notebook: an executed notebook.
        name: its name; the files are written to a folder of that name.
        folder: where that folder is made.

    Returns:
        A record an item, in reading order: `id`, `kind` (figure or table), `caption`, `alt` (figures), `files` (kind of
        file to path under `folder`, forward slashes; `write_evidence` writes the page of evidence).

    Raises:
        ValueError: where two items have one id.
    """
    (folder / name).mkdir(parents=True, exist_ok=True)
    items: dict[str, dict[str, Any]] = {}
    for output in _shown(notebook):
        about = output["metadata"]["ukrcorpus"]
        if about["id"] in items:
            raise ValueError(f"{name}: two outputs have the id {about['id']!r}; ids are how they are cited")
        files = {}
        for kind, content in _contents(output["data"], about).items():
            files[kind] = f"{name}/{about['id']}.{kind}"
            (folder / files[kind]).write_bytes(content)
        if EVIDENCE_MIME in output["data"]:
            files["evidence.html"] = f"{name}/{about['id']}.evidence.html"
        described = {key: about[key] for key in ("id", "caption", "alt") if key in about}
        items[about["id"]] = {**described, "kind": "figure" if "svg" in files else "table", "files": files}
    return list(items.values())


def _shown(notebook: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Outputs that carry the project's metadata."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if "ukrcorpus" in output.get("metadata", {}):
                yield output


def _contents(data: Mapping[str, Any], about: Mapping[str, Any]) -> dict[str, bytes]:
    """The files of an item: ending to content."""
    files = {"csv": data["text/csv"].encode()}
    if LAB_MIME in data:
        spec = {**data[LAB_MIME], "$schema": about["schema"]}
        files["svg"] = data["image/svg+xml"].encode()
        files["png"] = base64.b64decode(data["image/png"])
        files["vl.json"] = (json.dumps(spec, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    return files

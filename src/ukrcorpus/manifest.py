"""What a figure rests on, as five hashes: data, parameters, code, environment, renderer."""

import hashlib
import json
import platform
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pandas as pd

from ukrcorpus import __version__
from ukrcorpus.tables import to_csv

FILE = "manifest.json"
_GIVEN = ["title", "authors", "publisher", "published", "language", "url"]
_PROBE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="20"><text x="2" y="15" font-family="sans-serif" '
    'font-size="12">Ag 1234 Київ €</text></svg>'
)


def digest(content: Any) -> str:
    """SHA-256 of bytes, of text, or of anything else as canonical JSON."""
    if not isinstance(content, bytes | str):
        content = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def hash_data(docs: pd.DataFrame, refused: pd.DataFrame) -> str:
    """Hash of the articles and of what was given with them; nothing that was inferred counts."""
    given = docs[[c for c in ("doc_id", "path", "sha256") if c in docs.columns]].copy()
    if "sha256" not in docs.columns or docs["sha256"].isna().any():
        given["sha256"] = [digest(text) for text in docs["text"]]
    for field in _GIVEN:
        if field in docs.columns:
            origin = docs.get(f"{field}_source", pd.Series(None, index=docs.index, dtype="object"))
            given[field] = docs[field].astype("object").where(origin.isna() | (origin == "metadata"), None)
    left_out = refused[["path", "record"]].astype("object")
    return digest(to_csv(given.sort_values("doc_id", kind="stable")) + to_csv(left_out))


def hash_notebook(notebook: Mapping[str, Any]) -> str:
    """Hash of a notebook's source: kind, tags and text of each cell that a run executes."""
    cells = [(c["cell_type"], c["metadata"].get("tags", []), c["source"]) for c in notebook["cells"]]
    return digest([cell for cell in cells if "explore" not in cell[1]])


@cache
def hash_package() -> str:
    """Hash of every file of the installed package, the notebooks aside."""
    files = _files(resources.files("ukrcorpus"), "")
    return digest({path: digest(file.read_bytes()) for path, file in files})


def _files(folder: Traversable, prefix: str) -> Iterable[tuple[str, Traversable]]:
    """Every file below a folder in a fixed order, without the notebooks and what tools leave (caches, bytecode)."""
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        path = f"{prefix}{entry.name}"
        if entry.name.startswith((".", "__pycache__")) or entry.name.endswith((".pyc", ".pyo")) or path == "notebooks":
            continue
        if entry.is_dir():
            yield from _files(entry, path + "/")
        else:
            yield path, entry


@cache
def versions() -> dict[str, str]:
    """Versions of Python (without the patch level) and of the libraries that the package names."""
    names = [re.match(r"[\w.-]+", line) for line in metadata.requires("ukrcorpus") or [] if "extra ==" not in line]
    libraries = sorted({match[0].lower() for match in names if match})
    return {"python": ".".join(platform.python_version_tuple()[:2]), **{n: metadata.version(n) for n in libraries}}


@cache
def hash_renderer() -> str:
    """Hash of what draws: vl-convert, oxipng, the theme, and the letters that the font really gives."""
    import vl_convert

    theme = (resources.files("ukrcorpus") / "theme.py").read_bytes()
    letters = vl_convert.svg_to_png(_PROBE, scale=2)
    drawing = {name: versions()[name] for name in ("altair", "vl-convert-python", "pyoxipng")}
    return digest({**drawing, "theme": digest(theme), "letters": digest(letters)})


def five_hashes(notebook: Mapping[str, Any], parameters: Mapping[str, Any], data: str) -> dict[str, str]:
    """The hashes that a figure of a notebook rests on."""
    return {
        "data": data,
        "parameters": digest(dict(parameters)),
        "code": digest([hash_notebook(notebook), hash_package()]),
        "environment": digest(versions()),
        "renderer": hash_renderer(),
    }


def figure_id(name: str, item: str, hashes: Mapping[str, str]) -> str:
    """The identifier to cite.

    Example:
        >>> figure_id("timeline", "fig-events", {"data": "0"})
        'ukrcorpus:timeline#fig-events@59dd93f45918'
    """
    return f"ukrcorpus:{name}#{item}@{digest(dict(hashes))[:12]}"


def write_manifest(entries: Mapping[str, Mapping[str, Any]], folder: Path) -> None:
    """Write the manifest of a folder of outputs: an entry a notebook, and the hash of every file."""
    files = {
        path.relative_to(folder).as_posix(): digest(path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in (FILE, "run.json")
    }
    manifest = {"ukrcorpus": __version__, "versions": versions(), "notebooks": dict(entries), "files": files}
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / FILE).write_text(text + "\n", encoding="utf-8", newline="\n")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a folder of outputs; an empty one where there is none.

    Raises:
        ValueError: where the file is none of ours.
    """
    path = folder / FILE
    if not path.exists():
        return {"notebooks": {}, "files": {}}
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        return {**manifest, "notebooks": dict(manifest["notebooks"]), "files": dict(manifest["files"])}
    except (ValueError, TypeError, KeyError):
        raise ValueError(f"{path} is not the manifest of a run; choose another folder with --out") from None

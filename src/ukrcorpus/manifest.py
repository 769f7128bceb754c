"""What a figure rests on, as five hashes: data, parameters, code, environment, renderer; each thing is in one of them.

The theme and the libraries that draw belong to the renderer, and neither to the code nor to the environment.
"""

import hashlib
import json
import platform
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import pandas as pd
from packaging.requirements import Requirement

from ukrcorpus import __version__
from ukrcorpus.columns import TABLES
from ukrcorpus.fonts import use_own_font
from ukrcorpus.packaged import read_text

FILE = "manifest.json"
LISTED = 10_000
"""Articles and refusals up to which a manifest lists each; of a larger corpus it holds the one hash of all."""
_GIVEN = ["title", "authors", "publisher", "published", "language", "url"]
_BENEATH = ["courlan", "htmldate", "ipykernel", "ipython", "jinja2", "justext", "lxml", "mistune", "pygments"]
"""Libraries that the package's own ones read and write with."""
_DRAWING = ["altair", "pyoxipng", "vl-convert-python"]
_THEME = "theme.py"
_PROBE = read_text("letters.svg")


def digest(content: Any) -> str:
    """SHA-256 of bytes, of text, or of anything else as canonical JSON."""
    if not isinstance(content, bytes | str):
        content = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def hash_rows(docs: pd.DataFrame, refused: pd.DataFrame) -> dict[str, str]:
    """Hash of each article with what was given of it, and of each thing refused; nothing that was inferred counts."""
    counted = ("path", "sha256", *_GIVEN)
    given = docs[[c for c in docs.columns if c in counted or c not in TABLES["docs"]]].astype("object")
    given["sha256"] = docs["text"].map(digest)
    for field in [c for c in _GIVEN if f"{c}_source" in docs.columns]:
        given[field] = given[field].where(docs[f"{field}_source"].fillna("metadata") == "metadata", None)
    known = given.where(given.notna(), None).to_dict("records")
    cells = [{name: value for name, value in row.items() if value is not None} for row in known]
    rows = {doc_id: digest(row) for doc_id, row in zip(docs["doc_id"], cells, strict=True)}
    left_out = refused[[c for c in ("path", "record", "field") if c in refused.columns]].astype("object")
    names = [", ".join(str(part) for part in row if pd.notna(part)) for row in left_out.to_numpy()]
    return rows | {f"refused: {name}": digest(name) for name in names}


def hash_data(docs: pd.DataFrame, refused: pd.DataFrame) -> str:
    """Hash of the articles and of what was given with them, whatever their order."""
    return digest(hash_rows(docs, refused))


def _cells(notebook: Mapping[str, Any]) -> dict[str, tuple[str, list[str], str]]:
    """Kind, tags and text of each cell that a run executes, by its id or, where it has none, its number."""
    cells = {cell.get("id", str(number)): cell for number, cell in enumerate(notebook["cells"], start=1)}
    told = {name: (c["cell_type"], c["metadata"].get("tags", []), c["source"]) for name, c in cells.items()}
    return {name: cell for name, cell in told.items() if "explore" not in cell[1]}


def hash_notebook(notebook: Mapping[str, Any]) -> str:
    """Hash of a notebook's source: kind, tags and text of each cell that a run executes."""
    return digest(list(_cells(notebook).values()))


def list_files(folder: Path, prefix: str = "") -> dict[str, Path]:
    """Every file below a folder, by a prefix and its path there, in a fixed order; none that is hidden."""
    paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {prefix + name: path for name, path in paths.items() if "/." not in f"/{name}"}


def list_package(prefix: str = "") -> dict[str, Path]:
    """Every file of the installed package, as `list_files` gives them; no notebook and no bytecode."""
    return dict(_files(Path(str(resources.files("ukrcorpus"))), prefix))


def _files(package: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    files = list_files(package).items()
    yield from ((prefix + name, path) for name, path in files if not re.match(r"notebooks/|.*\.py[co]$", name))


@cache
def package_files() -> dict[str, str]:
    """Hash of every file of the installed package but the theme, which the renderer holds."""
    return {name: digest(path.read_bytes()) for name, path in list_package().items() if name != _THEME}


@cache
def hash_package() -> str:
    """Hash of the files of the installed package."""
    return digest(package_files())


@cache
def versions() -> dict[str, str]:
    """Versions of Python (without the patch level), of the libraries that the package names, and of those beneath."""
    needed = [Requirement(line) for line in metadata.requires("ukrcorpus") or [] if "extra ==" not in line]
    libraries = sorted({*_BENEATH, *(requirement.name.lower() for requirement in needed)})
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python, **{name: metadata.version(name) for name in libraries}}


def environment() -> dict[str, str]:
    """Versions of everything but what draws."""
    return {name: version for name, version in versions().items() if name not in _DRAWING}


@cache
def renderer() -> dict[str, str]:
    """What draws: vl-convert, altair, oxipng, the theme, and the letters that the font really gives."""
    import vl_convert

    use_own_font()
    theme = (resources.files("ukrcorpus") / _THEME).read_bytes()
    letters = digest(vl_convert.svg_to_png(_PROBE, scale=2))
    return {**{name: versions()[name] for name in _DRAWING}, _THEME: digest(theme), "letters": letters}


def five_hashes(notebook: Mapping[str, Any], parameters: Mapping[str, Any], data: str) -> dict[str, str]:
    """The hashes that a figure of a notebook rests on."""
    return {
        "data": data,
        "parameters": digest(dict(parameters)),
        "code": digest([hash_notebook(notebook), hash_package()]),
        "environment": digest(environment()),
        "renderer": digest(renderer()),
    }


def records(
    notebook: Mapping[str, Any], parameters: Mapping[str, Any], hashes: Mapping[str, str], rows: Mapping[str, str]
) -> dict[str, Any]:
    """What stands behind the five hashes of a notebook, where `rows` are its corpus's `hash_rows`: hash to record."""
    listed = {name: value[:12] for name, value in rows.items()}
    cells = {f"cell {name}": digest(cell)[:12] for name, cell in _cells(notebook).items()}
    return {
        hashes["data"]: listed if len(rows) <= LISTED else {"articles and refusals": f"{len(rows):,}"},
        hashes["parameters"]: json.loads(json.dumps(dict(parameters), default=str)),
        hashes["code"]: {**cells, "package": hash_package()},
        hash_package(): package_files(),
        hashes["environment"]: environment(),
        hashes["renderer"]: renderer(),
    }


def figure_id(name: str, item: str, hashes: Mapping[str, str]) -> str:
    """The identifier to cite.

    Example:
        >>> figure_id("timeline", "fig-events", {"data": "0"})
        'ukrcorpus:timeline#fig-events@59dd93f45918'
    """
    return f"ukrcorpus:{name}#{item}@{digest(dict(hashes))[:12]}"


def write_manifest(entries: Mapping[str, Any], folder: Path, behind: Mapping[str, Any]) -> None:
    """Write the manifest of a folder of outputs: an entry a notebook, records of its hashes, the hash of every file."""
    used = {value for entry in entries.values() for value in entry["hashes"].values()}
    used |= {behind[entry["hashes"]["code"]]["package"] for entry in entries.values()}
    records = {"behind": {value: record for value, record in behind.items() if value in used}}
    about = {"ukrcorpus": __version__, "versions": versions(), "notebooks": dict(entries)}
    write_json({**about, **records, "files": hash_files(folder)}, folder / FILE)


def write_json(content: Mapping[str, Any], path: Path) -> Path:
    """Write JSON that is the same each time; the file."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
    return path


def hash_files(folder: Path) -> dict[str, str]:
    """Hash of every file of a folder of outputs, but for the manifest, `run.json` and hidden ones."""
    files = list_files(folder).items()
    return {name: digest(path.read_bytes()) for name, path in files if name not in (FILE, "run.json")}


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a folder of outputs; an empty one where there is none.

    Raises:
        ValueError: where the file is none of ours.
    """
    path = folder / FILE
    if not path.exists():
        return {"notebooks": {}, "files": {}, "behind": {}}
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        needed = [manifest["files"].items(), manifest["behind"].items()]
        for entry in manifest["notebooks"].values():
            needed += [entry["hashes"]["data"], entry["parameters"].items(), entry["corpus"]["label"], entry["items"]]
        if len(needed) > 2:
            return manifest
    except (ValueError, TypeError, KeyError, AttributeError):
        pass
    raise ValueError(f"{path} is not the manifest of a run, or is damaged; restore it, or choose another folder")

"""Find the files of a corpus: folders, globs and links in, paths in a fixed order out."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

Source = str | os.PathLike[str]

_NEVER = re.compile(r"README.*|LICENSE.*|(?i:readme|licen[cs]e)(\.\w+)?|\..*", re.S)
_COPY = "copy what it points to into the corpus"


class File(NamedTuple):
    """A file to read or, where there is a reason, one that cannot be."""

    path: Path
    reason: str = ""
    remedy: str = ""


def list_files(sources: Sequence[Source], root: Source | None) -> tuple[Path, list[File]]:
    """Find the files to read.

    Returns:
        The root, and the files in the order of their paths within it.

    """
    if root is not None and not Path(root).is_dir():
        raise FileNotFoundError(f"{root}: no such folder; root= is the folder that ids are relative to")
    found: dict[Path, File] = {}
    folders: list[Path] = []
    for source in sources:
        paths = _expand(source)
        for path in paths:
            is_folder = path.is_dir()
            folders.append(path if is_folder and paths == [_absolute(source)] else path.parent)
            found.update(_walk(path) if is_folder else {path: File(path)})
    base = _absolute(root) if root is not None else Path(os.path.commonpath(folders or [Path.cwd()]))
    for path in found:
        if not path.is_relative_to(base):
            raise ValueError(f"{path} is not under the root {base}; give a root= that holds every source")
    files = [_check(file, base) for path, file in found.items() if not _is_ignored(path.relative_to(base))]
    if not files:
        shown = ", ".join(str(source) for source in sources) or "an empty list"
        raise ValueError(f"{shown}: no articles there; a corpus is files ending in .txt .md .html .jsonl .csv .parquet")
    return base, sorted(files, key=lambda file: file.path.relative_to(base).as_posix())


def _expand(source: Source) -> list[Path]:
    """Give the paths that a source names: one, or those that match a glob."""
    if not os.fspath(source):
        raise FileNotFoundError("an empty path names no corpus; the current folder is '.'")
    path = _absolute(source)
    if path.exists() or path.is_symlink():
        return [path]
    top = Path(path.anchor)
    matches = sorted(top.glob(str(path.relative_to(top))))
    if not matches:
        raise FileNotFoundError(f"{path}: no such file or folder, and no file matches it; check the path")
    return matches


def _walk(folder: Path) -> dict[Path, File]:
    """List the files of a folder at any depth; links to folders are not followed, and refused."""
    found: dict[Path, File] = {}

    def refuse(error: OSError) -> None:
        path = Path(error.filename)
        found[path] = File(path, f"a folder that cannot be read: {error.strerror}", "check its permissions")

    for here, below, names in os.walk(folder, onerror=refuse):
        links = [name for name in below if Path(here, name).is_symlink()]
        found.update({Path(here, name): File(Path(here, name)) for name in names})
        found.update({Path(here, name): File(Path(here, name), "a link to a folder", _COPY) for name in links})
        below[:] = [name for name in below if not name.startswith(".")]
    return found


def _is_ignored(inside: Path) -> bool:
    """Whether a path within the root is never an article."""
    hidden = any(part.startswith(".") for part in inside.parts)
    return hidden or bool(_NEVER.fullmatch(inside.name)) or inside == Path("metadata.csv")


def _check(file: File, base: Path) -> File:
    """Refuse a link that leads out of the root or nowhere, and a metadata.csv that is not in the root."""
    path = file.path
    if file.reason:
        return file
    if not path.exists():
        return File(path, "a link that leads nowhere", _COPY)
    if not path.resolve().is_relative_to(base.resolve()):
        return File(path, "a link that leads out of the corpus folder", _COPY)
    if path.name == "metadata.csv":
        return File(path, "only the metadata.csv in the corpus folder itself is read", "move its rows there")
    return file


def _absolute(path: Source) -> Path:
    """Give the absolute path without following links, so that a link keeps its own name."""
    return Path(os.path.abspath(path))  # noqa: PTH100

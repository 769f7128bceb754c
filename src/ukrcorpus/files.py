"""Find the files of a corpus: folders, globs and links in, paths in a fixed order out."""

import fnmatch
import glob
import os
from collections.abc import Sequence
from pathlib import Path

Source = str | os.PathLike[str]

_NEVER = ("README*", "LICENSE*", "metadata.csv", ".*")


def list_files(sources: Sequence[Source], root: Source | None) -> tuple[Path, list[tuple[Path, str]]]:
    """Find the files to read.

    Returns:
        The root, and for each file its path and why it is refused ("" where it is not), in the order of their paths
        within the root.

    """
    if root is not None and not Path(root).is_dir():
        raise FileNotFoundError(f"{root}: no such folder; root= is the folder that ids are relative to")
    found: dict[Path, str] = {}
    folders: list[Path] = []
    for source in sources:
        path = _absolute(source)
        if path.is_dir():
            folders.append(path)
            found.update(_walk(path))
        elif path.is_file() or path.is_symlink():
            folders.append(path.parent)
            found.setdefault(path, "")
        elif matches := [_absolute(match) for match in glob.glob(os.fspath(source), recursive=True)]:  # noqa: PTH207
            found.update({match: "" for match in matches if match.is_file()})
            folders.extend(match.parent for match in matches if match.is_file())
        else:
            raise FileNotFoundError(f"{path}: no such file or folder, and no file matches it; check the path")
    base = _absolute(root) if root is not None else Path(os.path.commonpath(folders or [Path.cwd()]))
    for path in found:
        if not path.is_relative_to(base):
            raise ValueError(f"{path} is not under the root {base}; give a root= that holds every source")
    files = [(path, reason) for path, reason in found.items() if not _is_ignored(path.relative_to(base))]
    if not files:
        shown = ", ".join(str(source) for source in sources) or "an empty list"
        raise ValueError(f"{shown}: no articles there; a corpus is files ending in .txt .md .html .jsonl .csv .parquet")
    return base, sorted(
        ((path, reason or _leads_out(path, base)) for path, reason in files),
        key=lambda item: item[0].relative_to(base).as_posix(),
    )


def _walk(folder: Path) -> dict[Path, str]:
    """List the files of a folder at any depth; links to folders are not followed, and refused."""
    found: dict[Path, str] = {}
    for here, below, names in os.walk(folder):
        found.update((Path(here, name), "") for name in names)
        found.update((Path(here, name), "a link to a folder") for name in below if Path(here, name).is_symlink())
        below[:] = [name for name in below if not name.startswith(".")]
    return found


def _is_ignored(path: Path) -> bool:
    """Whether a path within the root is never an article."""
    return any(part.startswith(".") for part in path.parts) or any(fnmatch.fnmatchcase(path.name, p) for p in _NEVER)


def _leads_out(path: Path, base: Path) -> str:
    """Say that a link leads out of the root, or nowhere; "" where it does neither."""
    if not path.exists():
        return "a link that leads nowhere"
    return "" if path.resolve().is_relative_to(base.resolve()) else "a link that leads out of the corpus folder"


def _absolute(path: Source) -> Path:
    """Give the absolute path without following links, so that a link keeps its own name."""
    return Path(os.path.abspath(path))  # noqa: PTH100

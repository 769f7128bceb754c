"""What a run is about to do: the notebooks and the corpus, read and checked before a kernel starts."""

import glob
import os
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pandas as pd

from ukrcorpus.execute import read_notebook
from ukrcorpus.manifest import digest, hash_rows
from ukrcorpus.parameters import CORPUS, Parameter, ParameterError, read_parameters, set_parameters, suggest


class RunError(Exception):
    """A run that could not begin or did not end; its message says what to do."""


class Corpus(NamedTuple):
    """A corpus as a run knows it: its place on this machine, and what outputs say of it."""

    place: str
    label: str
    articles: int
    refused: int
    data: str
    rows: dict[str, str]
    docs: pd.DataFrame
    left_out: pd.DataFrame


class Notebook(NamedTuple):
    """A notebook to be run."""

    name: str
    path: Path
    source: nbformat.NotebookNode
    declared: dict[str, Parameter]
    given: dict[str, Any]
    corpus: Corpus


def plan(
    *,
    notebooks: str | Path | None,
    only: Sequence[str],
    corpus: str | None,
    parameters: Mapping[str, Any],
    strict: bool,
    say: Callable[[str], None],
) -> list[Notebook]:
    """Read the notebooks and the corpus, and check everything that can be checked before a kernel starts."""
    paths = _select(find_notebooks(notebooks), only)
    sources = {name: _read_notebook(path) for name, path in paths.items()}
    declared = {name: read_parameters(source, name) for name, source in sources.items()}
    given = set_parameters(declared, parameters)
    for parameter in parameters:
        takers = [name for name in given if parameter in given[name]]
        if len(takers) < len(given):
            say(f"Parameter {parameter} goes to {', '.join(takers)}; the other notebooks have none of that name.")
    corpora: dict[str, Corpus] = {}
    chosen = []
    for name, path in paths.items():
        place = _place(name, path, declared[name], corpus)
        if place not in corpora:
            corpora[place] = read_corpus(place, strict=strict, say=say)
        _refuse_places(given[name], path.parent)
        chosen.append(Notebook(name, path, sources[name], declared[name], given[name], corpora[place]))
    return chosen


def _refuse_places(given: Mapping[str, Any], folder: Path) -> None:
    """Refuse files that are named by their place on this machine, which the outputs would tell."""
    for name, value in given.items():
        if isinstance(value, str) and Path(value).is_absolute() and Path(value).exists():
            near = Path(os.path.relpath(value, folder)).as_posix()
            raise ParameterError(f"{name}: outputs name no place on a machine; give it as seen from {folder}: {near}")


def find_notebooks(folder: str | Path | None = None) -> Path:
    """The folder of notebooks: the one given, else `./notebooks`, else the package's own.

    Raises:
        RunError: where there is none, or it holds no notebook.
    """
    packaged = resources.files("ukrcorpus") / "notebooks"
    if folder is not None:
        found = Path(folder)
    elif Path("notebooks").is_dir():
        found = Path("notebooks")
    elif isinstance(packaged, Path) and packaged.is_dir():
        found = packaged
    else:
        raise RunError("no folder ./notebooks, and this installation carries none; name one with --notebooks")
    if not found.is_dir():
        raise RunError(f"there is no folder {found}; name the folder of the notebooks with --notebooks")
    if not any(found.glob("*.ipynb")):
        raise RunError(f"{found} holds no notebook; name the folder of the notebooks with --notebooks")
    return found.resolve()


def read_corpus(place: str, *, strict: bool, say: Callable[[str], None]) -> Corpus:
    """Load a corpus once, to say what it holds and to hash it."""
    from ukrcorpus.load import load_corpus

    try:
        docs, refused = load_corpus(place)
    except (OSError, ValueError) as error:
        raise RunError(f"{error}; say where the articles are with --corpus") from error
    whole = refused if "field" not in refused.columns else refused[refused["field"].isna()]
    label = _label(place)
    articles = f"{len(docs):,} article{'s' * (len(docs) != 1)}"
    say(f"Corpus {label}: {articles}, {len(whole):,} refused{f' (see: ukrcorpus check {label})' * bool(len(refused))}.")
    if strict and len(refused):
        raise RunError(f"{_first(refused)}; --strict lets nothing pass (ukrcorpus check lists all)")
    rows = hash_rows(docs, refused)
    return Corpus(place, label, len(docs), len(whole), digest(rows), rows, docs, refused)


def _first(refused: pd.DataFrame) -> str:
    """File, record and reason of the first thing refused."""
    row = refused.iloc[0]
    record = "" if pd.isna(row["record"]) else f", record {row['record']}"
    return f"{row['path']}{record}: {row['reason']}"


def _select(folder: Path, only: Sequence[str]) -> dict[str, Path]:
    """Names and paths of the notebooks that are to run."""
    paths = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    for name in only:
        if name.removesuffix(".ipynb") not in paths:
            raise RunError(f"no notebook {name!r} in {folder}; {suggest(name, paths)}")
    wanted = {name.removesuffix(".ipynb") for name in only}
    return {name: path for name, path in paths.items() if not wanted or name in wanted}


def _read_notebook(path: Path) -> nbformat.NotebookNode:
    try:
        return read_notebook(path)
    except Exception as error:
        raise RunError(f"{path} cannot be read as a notebook: {error}") from error


def _place(name: str, path: Path, declared: Mapping[str, Parameter], corpus: str | None) -> str:
    """Absolute place of the corpus that a notebook is to read."""
    if corpus is None and CORPUS not in declared:
        raise RunError(f"{name} has no parameter 'corpus'; say where the articles are with --corpus")
    named = Path(corpus) if corpus is not None else path.parent / str(declared[CORPUS].value)
    # Links stay as they are: a corpus is called by the name that it was given.
    place = os.path.abspath(named)  # noqa: PTH100
    if not glob.has_magic(place) and not Path(place).exists():
        asked = corpus if corpus is not None else f"{declared[CORPUS].value} (seen from {path.parent}, for {name})"
        raise RunError(f"there is no corpus at {asked}; say where the articles are with --corpus")
    return place


def _label(place: str) -> str:
    """Name of the folder or file, without what a glob leaves open."""
    parts = [part for part in Path(place).parts if not glob.has_magic(part)]
    return parts[-1] if len(parts) > 1 else "corpus"

"""A run: every notebook executed, its figures taken out, everything staged and swapped in at the end."""

import json
import os
import platform
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from ukrcorpus import __version__
from ukrcorpus.articles import MOST_PAGES, write_evidence
from ukrcorpus.cite import read_cff, write_bibliography
from ukrcorpus.describe import write_crate, write_datapackage
from ukrcorpus.execute import execute, read_notebook
from ukrcorpus.harvest import harvest
from ukrcorpus.manifest import FILE, figure_id, five_hashes, read_manifest, records, write_manifest
from ukrcorpus.pages import read_lead, write_index, write_page
from ukrcorpus.parameters import CORPUS, with_files
from ukrcorpus.planning import Corpus, Notebook, RunError, plan
from ukrcorpus.tables import to_csv

Report = Callable[[str, dict[str, Any]], None]
RUN_FILE = "run.json"
_ARTICLE = re.compile(r'href="\.\./(articles/[^"#]+)')


def run(
    *,
    notebooks: str | Path | None = None,
    only: Sequence[str] = (),
    corpus: str | None = None,
    out: str | Path = "outputs",
    parameters: Mapping[str, Any] | None = None,
    jobs: int | None = None,
    strict: bool = False,
    pages: int = MOST_PAGES,
    cite: str | Path | Mapping[str, Any] | None = None,
    say: Callable[[str], None] = print,
    report: Report = lambda name, event: None,
) -> Path:
    """Execute notebooks side by side and write what they show to a folder.

    Args:
        notebooks: folder of the notebooks; else `./notebooks`, else those of the package.
        only: names of the notebooks to run, all where it is empty; the others keep what they had in `out`.
        corpus: folder, file or glob of articles; else each notebook's own parameter `corpus`, from its folder.
        out: folder that is replaced when all notebooks have run, and left as it was when one fails.
        parameters: values for parameters of the notebooks.
        jobs: notebooks that run at once; as many as there are processors where it is None.
        strict: refuse a corpus of which anything was refused.
        pages: articles that get a page of their own, at most.
        cite: a `CITATION.cff` that says who made the run, and when and where it stands; or what `read_cff` made of one.
        say: told what a reader of a log wants to know.
        report: told of each event of each notebook: `done` and `of` cells, then `ok`, `seconds`, `message`.

    Returns:
        The folder.

    Raises:
        ParameterError: where a parameter is unknown or has the wrong type; nothing has run then.
        RunError: where there is nothing to run, the corpus is missing, or a notebook failed.
    """
    out = Path(out).resolve()
    citation = _read_citation(cite)
    began, started = time.monotonic(), datetime.now(UTC)
    earlier = _check_out(out)
    chosen = plan(notebooks=notebooks, only=only, corpus=corpus, parameters=parameters or {}, strict=strict, say=say)
    out.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{out.name}-"
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=prefix, ignore_cleanup_errors=True) as work:
        stage = Path(work) / "new"
        stage.mkdir()
        seconds = _execute_all(chosen, Path(work), out, jobs=jobs, report=report)
        entries = {} if not only else {n: e for n, e in earlier["notebooks"].items() if n not in seconds}
        _keep(out, stage, earlier, names=list(entries))
        behind = dict(earlier["behind"])
        for notebook in chosen:
            entries[notebook.name] = entry = _publish(notebook, Path(work), stage, pages, citation)
            values = with_files(entry["parameters"], notebook.path.parent)
            behind |= records(notebook.source, values, entry["hashes"], notebook.corpus.rows)
        entries = dict(sorted(entries.items()))
        for data, docs in {n.corpus.data: n.corpus.docs for n in chosen}.items():
            _write_evidence(data, docs, entries, stage, pages=pages, say=say)
        write_index(entries, stage / "index.html")
        write_bibliography(entries, stage)
        write_datapackage(entries, stage)
        write_crate(entries, stage)
        write_manifest(entries, stage, behind)
        _keep_foreign(out, stage, earlier)
        _write_run_file(stage, started, time.monotonic() - began, seconds)
        _swap(stage, out, Path(work))
    figures = sum(item["kind"] == "figure" for name in seconds for item in entries[name]["items"])
    counted = f"{len(seconds)} notebook{'s' * (len(seconds) != 1)}, {figures} figure{'s' * (figures != 1)}"
    say(f"{counted} in {time.monotonic() - began:.1f} s: {_near(out / 'index.html')}")
    return out


def _read_citation(given: str | Path | Mapping[str, Any] | None) -> dict[str, Any]:
    try:
        return dict(given or {}) if given is None or isinstance(given, Mapping) else read_cff(given)
    except (OSError, ValueError) as error:
        raise RunError(str(error)) from error


def _check_out(out: Path) -> dict[str, Any]:
    """The manifest of the outputs that are to be replaced.

    Raises:
        RunError: where the folder holds something else, which a run would replace.
    """
    if out.exists() and not out.is_dir():
        raise RunError(f"{out} is no folder; choose another with --out")
    if out.is_dir() and not (out / FILE).exists() and any(not p.name.startswith(".") for p in out.iterdir()):
        raise RunError(f"{out} holds files that are not of a run; choose another folder with --out")
    try:
        return read_manifest(out)
    except ValueError as error:
        raise RunError(str(error)) from error


def _execute_all(
    chosen: Sequence[Notebook], work: Path, out: Path, *, jobs: int | None, report: Report
) -> dict[str, float]:
    """Execute the notebooks side by side; the seconds that each took.

    Raises:
        RunError: where any of them failed.
    """
    failed = out.parent / "failed"

    def one(notebook: Notebook) -> dict[str, Any]:
        began = time.monotonic()
        request = {
            "notebook": str(notebook.path),
            "result": str(work / f"{notebook.name}.ipynb"),
            "folder": str(notebook.path.parent),
            "parameters": notebook.given,
            "local": _local_paths(notebook),
        }
        last = execute(request, _environment(notebook), lambda event: report(notebook.name, event))
        last["seconds"] = time.monotonic() - began
        report(notebook.name, last)
        return last

    with ThreadPoolExecutor(max_workers=jobs or os.cpu_count()) as pool:
        results = dict(zip([n.name for n in chosen], pool.map(one, chosen), strict=True))
    messages = []
    for name, last in results.items():
        _forget(failed, name)
        if not last["ok"]:
            messages.append(f"{name} failed: {last['message']}; see {_near(_write_failure(failed, name, last, work))}")
    if messages:
        raise RunError("\n".join([*messages, f"{_near(out)} is as it was."]))
    return {name: last["seconds"] for name, last in results.items()}


def _environment(notebook: Notebook) -> dict[str, str]:
    """The environment of a kernel: the same everywhere, whatever the user's time zone, language and habits."""
    unwanted = ("PYTHONSTARTUP", "PYTHONWARNINGS", "COLUMNS", "LINES")
    return {
        **{name: value for name, value in os.environ.items() if name not in unwanted},
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "IPYKERNEL_CELL_NAME": "<cell>",
        "JUPYTER_PREFER_ENV_PATH": "1",
        "UKRCORPUS_CORPUS": notebook.corpus.place,
    }


def _local_paths(notebook: Notebook) -> list[str]:
    """Places on this machine that no output may name."""
    places = [Path.home(), Path.cwd(), Path(tempfile.gettempdir()), Path(sys.prefix), notebook.path.parent]
    package = resources.files("ukrcorpus")
    places += [Path(str(package)), Path(notebook.corpus.place)]
    return sorted({str(place) for place in places if len(place.parts) > 2})


def _publish(notebook: Notebook, work: Path, stage: Path, pages: int, citation: Mapping[str, Any]) -> dict[str, Any]:
    """Write the files of a notebook that has run; its entry in the manifest."""
    name = notebook.name
    executed = read_notebook(work / f"{name}.ipynb")
    values = {key: parameter.value for key, parameter in notebook.declared.items() if key != CORPUS}
    values |= notebook.given
    counted = with_files(values, notebook.path.parent)
    hashes = five_hashes(notebook.source, counted, notebook.corpus.data)
    try:
        items = harvest(executed, name, stage)
    except ValueError as error:
        raise RunError(str(error)) from error
    title, lead = read_lead(executed, name)
    page, copy = f"{name}.html", f"{name}.ipynb"
    entry = {
        "title": title,
        "lead": lead,
        "corpus": {key: getattr(notebook.corpus, key) for key in ("label", "articles", "refused")},
        "parameters": values,
        "given": sorted(notebook.given),
        "hashes": hashes,
        "key": figure_id(name, "", hashes).rsplit("@", 1)[1],
        "lists": _write_lists(notebook.corpus, stage, titles=values.get("evidence") != "none"),
        "pages": pages,
        "version": __version__,
        "citation": dict(citation),
        "notebook": copy,
        "page": page,
        "items": [{**item, "cite": figure_id(name, item["id"], hashes)} for item in items],
    }
    shutil.copyfile(work / f"{name}.ipynb", stage / copy)
    write_page(executed, entry, stage / page)
    return entry


def _write_lists(corpus: Corpus, stage: Path, *, titles: bool) -> dict[str, str]:
    """Write which articles a corpus holds, without their texts, and what was refused; the paths."""
    # What is inferred is the notebooks' own.
    unlisted = ["text", "label", "published_low", "published_high", *(["title"] if not titles else [])]
    listed = corpus.docs.drop(columns=unlisted, errors="ignore")
    tables = {"articles": listed.sort_values("doc_id", kind="stable"), "refused": corpus.left_out}
    paths = {name: f"corpora/{corpus.data[:12]}-{name}.csv" for name in tables}
    (stage / "corpora").mkdir(exist_ok=True)
    for name, table in tables.items():
        (stage / paths[name]).write_text(to_csv(table), encoding="utf-8", newline="\n")
    return paths


def _write_evidence(
    data: str,
    docs: pd.DataFrame,
    entries: Mapping[str, Mapping[str, Any]],
    stage: Path,
    *,
    pages: int,
    say: Callable[[str], None],
) -> None:
    """Write the pages behind the figures of a corpus, those of notebooks that are kept included."""
    names = [name for name, entry in entries.items() if entry["hashes"]["data"] == data]
    executed = {name: read_notebook(stage / entries[name]["notebook"]) for name in names}
    written, cited = write_evidence(executed, entries, docs, stage, most_pages=pages)
    if written and written < cited:
        say(f"Pages for {written:,} of {cited:,} articles that figures cite; --pages sets how many.")


def _keep(out: Path, stage: Path, earlier: Mapping[str, Any], *, names: Sequence[str]) -> None:
    """Copy what stays: the files of the notebooks named, and the pages of articles that they lead to."""
    lists = [
        out / inner for inner in earlier["files"] if inner.endswith(".evidence.html") and inner.split("/")[0] in names
    ]
    cited = {page for path in lists for page in _ARTICLE.findall(path.read_text(encoding="utf-8"))}
    cited |= {path for name in names for path in earlier["notebooks"][name]["lists"].values()}
    owners = {inner: inner.split("/")[0].removesuffix(".html").removesuffix(".ipynb") for inner in earlier["files"]}
    for inner in sorted({inner for inner, owner in owners.items() if owner in names} | cited):
        if (out / inner).is_file():
            (stage / inner).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(out / inner, stage / inner)


def _keep_foreign(out: Path, stage: Path, earlier: Mapping[str, Any]) -> None:
    """Copy what no run wrote, after all that lists what this one did: a later run would take it for its own."""
    written = {*earlier["files"], FILE, RUN_FILE}
    for path in sorted(out.rglob("*")) if out.is_dir() else ():
        inner = path.relative_to(out).as_posix()
        if path.is_file() and inner not in written and not (stage / inner).exists():
            (stage / inner).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, stage / inner)


def _swap(stage: Path, out: Path, work: Path) -> None:
    """Put the new folder in the place of the old one; the old one comes back where that fails."""
    old = work / "old"
    if out.exists():
        out.replace(old)
    try:
        stage.replace(out)
    except BaseException:
        if old.exists():
            old.replace(out)
        raise


def _write_run_file(stage: Path, started: datetime, total: float, seconds: Mapping[str, float]) -> None:
    """Write what differs from run to run, outside of all that is compared."""
    about = {
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(total, 2),
        "notebooks": {name: round(value, 2) for name, value in seconds.items()},
        "host": platform.node(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
    }
    (stage / RUN_FILE).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def _write_failure(failed: Path, name: str, last: Mapping[str, Any], work: Path) -> Path:
    """Write the traceback, and the notebook as far as it came; the traceback's file."""
    failed.mkdir(exist_ok=True)
    if (work / f"{name}.ipynb").exists():
        shutil.copyfile(work / f"{name}.ipynb", failed / f"{name}.ipynb")
    path = failed / f"{name}.txt"
    path.write_text(f"{name}: {last['message']}\n\n{last.get('traceback', '')}\n", encoding="utf-8")
    return path


def _forget(failed: Path, name: str) -> None:
    """Remove what an earlier failure of a notebook left."""
    for ending in (".txt", ".ipynb"):
        (failed / f"{name}{ending}").unlink(missing_ok=True)
    if failed.is_dir() and not any(failed.iterdir()):
        failed.rmdir()


def _near(path: Path) -> str:
    """A path as a reader at the prompt would write it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)

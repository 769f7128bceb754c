"""Notebooks and articles that tests of the run write for themselves."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ukrcorpus import show

ROOT = Path(__file__).parent.parent
CHART = """
table = pd.DataFrame({"article": docs["doc_id"], "words": docs["text"].str.split().str.len() / 7})
table = table.assign(day=pd.date_range("2023-06-24 23:30", periods=len(table), tz="UTC"))
bars = alt.Chart(table).mark_bar(clip=True).encode(x=alt.X("words"), y="article")
dots = alt.Chart(table).mark_point(clip=True).encode(x=alt.X("day").scale(type="utc"), y="article").interactive()
show_figure(bars | dots, id="fig-words", table=table, caption="Words <each>.", alt='Bars, "two" of them: слова.')
"""
EVIDENCE = """
found = docs["text"].str.find("Kyiv")
spans = pd.DataFrame({"doc_id": docs["doc_id"], "start": found, "end": found + 4})
show_table(show_evidence(spans, docs), id="tab-kyiv", caption="Where Kyiv is named.")
counts = spans.groupby("doc_id", as_index=False).size().rename(columns={"size": "n_spans"})
bars = alt.Chart(counts).mark_bar(clip=True).encode(x="n_spans", y="doc_id")
words = {"id": "fig-kyiv", "caption": "Kyiv by article.", "alt": "Two bars."}
show_figure(bars, table=counts, evidence=spans, docs=docs, keys=["doc_id"], **words)
show_table(spans, id="tab-spans", caption="Each mention of Kyiv.", layer="places")
"""
LOAD = """
import os
import altair as alt
import pandas as pd
from ukrcorpus import load_corpus, show_evidence, show_figure, show_table
docs, refused = load_corpus(os.environ.get("UKRCORPUS_CORPUS", corpus))
print(len(docs), top)
"""


def write_corpus(folder: Path) -> Path:
    """Two articles, in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "one": "A mayor speaks\n\nThe mayor of Kyiv paid \\$5,000 for a map on Monday, and \\$3,000 for a frame.\n\n"
        "He hung both of them in the hall of the town council, where visitors may see them every day.\n",
        "two": "A bridge opens\n\nA new bridge opened in Kyiv on Tuesday, after two years of work.\n\n"
        "Trams will cross it from the autumn, the transport office of the city said in a statement.\n",
    }
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def write_notebook(path: Path, *sources: str, parameters: str = 'corpus = "../articles"\ntop = 3  # names') -> Path:
    """A notebook with a heading, parameters, code cells, and a last cell tagged explore that would fail."""
    cells: list[Any] = [
        new_markdown_cell(f"# About {path.stem}\n\nWhat costs $5,000 or $3,000?", id="question"),
        new_code_cell(parameters, id="parameters", metadata={"tags": ["parameters"]}),
        *(new_code_cell(source.strip(), id=f"step-{number}") for number, source in enumerate(sources)),
        new_code_cell("1 / 0", id="explore", metadata={"tags": ["explore"]}),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path.parent.mkdir(parents=True, exist_ok=True)
    notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})
    nbformat.write(notebook, path)
    return path


def write_project(folder: Path) -> Path:
    """A folder with two articles and two notebooks that show a figure and a table each."""
    write_corpus(folder / "articles")
    for name in ("first", "second"):
        write_notebook(folder / "notebooks" / f"{name}.ipynb", LOAD, CHART, EVIDENCE)
    return folder


def run_program(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call the program in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "ukrcorpus", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def show_all(name: str, monkeypatch: pytest.MonkeyPatch, **parameters: Any) -> dict[str, dict[str, Any]]:
    """What one of the project's notebooks shows of the seeds: id to bundle; its cells run here, without a kernel."""
    shown: dict[str, dict[str, Any]] = {}
    monkeypatch.setattr(show, "_display", lambda bundle, about: shown.update({about["ukrcorpus"]["id"]: bundle}))
    monkeypatch.setenv("UKRCORPUS_CORPUS", str(ROOT / "seeds"))
    names: dict[str, Any] = {}
    for cell in nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", 4).cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "code" and "explore" not in tags:
            exec(cell.source, names)
        if "parameters" in tags:
            assert not set(parameters) - set(names)
            names.update(parameters)
    return shown


def read_tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder but run.json."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "run.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}

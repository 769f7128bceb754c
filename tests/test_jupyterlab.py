"""Notebooks as a user runs them in JupyterLab."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from browsing import check_in_lab
from small_notebooks import CHART, LOAD, write_corpus, write_notebook

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.slow
def test_jupyterlab_draws_figures_and_leaves_dollars_alone(browser: Any, tmp_path: Path) -> None:
    evidence = """
found = docs["text"].str.find("mayor")
spans = pd.DataFrame({"doc_id": docs["doc_id"], "start": 16, "end": 20})
show_table(show_evidence(spans, docs), id="tab-mayor", caption="From $5 to $6.")
show_evidence(spans, docs)
"""
    write_corpus(tmp_path / "articles")
    write_notebook(tmp_path / "notebooks" / "small.ipynb", LOAD, CHART, evidence)
    check_in_lab(browser, tmp_path, "notebooks/small.ipynb")


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_jupyterlab_runs_each_notebook(browser: Any, tmp_path: Path, notebook: Path) -> None:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    (tmp_path / "notebooks").mkdir()
    shutil.copy(notebook, tmp_path / "notebooks")
    check_in_lab(browser, tmp_path, f"notebooks/{notebook.name}")

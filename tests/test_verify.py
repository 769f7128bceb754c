"""What verify says when one thing is changed at a time; cells run in this process but for the test at the end."""

import contextlib
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import altair as alt
import nbformat
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_output

import ukrcorpus
import ukrcorpus.run as running
from small_notebooks import LOAD, read_tree, run_program, write_corpus, write_notebook
from ukrcorpus import TABLES, manifest, theme, verify
from ukrcorpus.cli import main
from ukrcorpus.planning import RunError
from ukrcorpus.run import run
from ukrcorpus.verifying import report_lines

WORDS = """
table = pd.DataFrame({"article": docs["doc_id"], "words": docs["text"].str.split().str.len()})
chart = alt.Chart(table).mark_bar().encode(x="words", y="article")
show_figure(chart, id="fig-words", table=table, caption="Words.", alt="Bars of words.")
"""
TOP = """
chosen = pd.DataFrame({"n": range(top), "words": [0] * top})
chart = alt.Chart(chosen).mark_point().encode(x="n", y="words")
show_figure(chart, id="fig-top", table=chosen, caption="Numbers.", alt="Points.")
"""
TABLE = """
show_table(pd.DataFrame({"fixed": [1]}), id="tab-fixed", caption="The same always.")
"""
OVER_ALL = ["index.html", "corpora", "CITATION.bib", "datapackage.json", "ro-crate-metadata.json"]
ITEMS = ["fig-top", "fig-words", "tab-fixed"]
DRAWN = "png changed, svg changed"


def execute_here(request: Any, environment: Any, report: Any) -> dict[str, Any]:
    """Execute a notebook in this process, where a test can change what it rests on."""
    notebook = nbformat.read(request["notebook"], as_version=4)
    notebook.cells = [cell for cell in notebook.cells if "explore" not in cell.metadata.get("tags", [])]
    if request["parameters"]:
        source = "\n".join(f"{name} = {value!r}" for name, value in request["parameters"].items())
        injected = new_code_cell(source, id="injected", metadata={"tags": ["injected-parameters"]})
        notebook.cells.insert(2, injected)
    outputs: list[Any] = []
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()):
        patch.setenv("UKRCORPUS_CORPUS", environment["UKRCORPUS_CORPUS"])
        patch.setattr("IPython.core.getipython.get_ipython", object)
        patch.setattr(
            "IPython.display.display",
            lambda data, raw, metadata: outputs.append(new_output("display_data", data=data, metadata=metadata)),
        )
        space: dict[str, Any] = {}
        for number, cell in enumerate([c for c in notebook.cells if c.cell_type == "code"], start=1):
            try:
                exec(cell.source, space)
            except Exception as error:
                return {"ok": False, "message": f"cell {cell.id!r} ended in {type(error).__name__}"}
            cell.update(execution_count=number, outputs=list(outputs))
            outputs.clear()
    nbformat.write(notebook, request["result"])
    return {"ok": True}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has been run."""
    folder = tmp_path_factory.mktemp("made")
    write_corpus(folder / "articles")
    (folder / "articles" / "metadata.csv").write_text("doc_id,desk\none,city\ntwo,roads\n")
    write_notebook(folder / "notebooks" / "first.ipynb", LOAD, WORDS, TOP, TABLE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "execute", execute_here)
        run(notebooks=folder / "notebooks", out=folder / "outputs", jobs=1, say=lambda line: None)
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of it, in which a test stands."""
    shutil.copytree(made, tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setattr(running, "execute", execute_here)
    manifest.hash_package.cache_clear()
    yield tmp_path / "project"
    manifest.hash_package.cache_clear()


def moved(found: pd.DataFrame) -> dict[str, str]:
    """Layers that moved, with what is said of them."""
    rows = found[found["status"] == "moved"]
    return dict(zip(rows["layer"], rows["detail"], strict=True))


def differ(found: pd.DataFrame, layer: str = "rerun") -> dict[str, str]:
    """Items that differ, with what is said of them; pages aside."""
    rows = found[(found["layer"] == layer) & (found["status"] != "identical")]
    rows = rows[~rows["item"].isin(["page", "notebook", *OVER_ALL])]
    return dict(zip(rows["item"], rows["detail"], strict=True))


def check(target: str = "outputs", **options: Any) -> pd.DataFrame:
    found = verify(target, jobs=1, **options)
    assert {name: str(dtype) for name, dtype in found.dtypes.items()} == {
        name: column.dtype for name, column in TABLES["verification"].items()
    }
    assert not found.isna().any(axis=None)
    return found


def edit_notebook(folder: Path, old: str, new: str) -> None:
    path = folder / "notebooks" / "first.ipynb"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def edit_manifest(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "outputs" / "manifest.json").read_text(encoding="utf-8"))


def write_json(folder: Path, content: Any) -> None:
    (folder / "outputs" / "manifest.json").write_text(json.dumps(content), encoding="utf-8")


def call(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["verify", "--jobs", "1", *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_identical(project: Path) -> None:
    found = check()
    assert (found["status"] == "identical").all() and (found["detail"] == "").all()
    anew = found[found["layer"] == "rerun"]
    assert sorted(anew["item"]) == sorted([*ITEMS, "page", "notebook", *OVER_ALL])
    assert report_lines(found) == ["identical; 0 of 3 figures and tables differ"]
    before = read_tree(project)
    code, text = call()
    assert code == 0 and text.endswith("s\nidentical; 0 of 3 figures and tables differ\n")
    assert read_tree(project) == before, "verify changed something"


def test_data(project: Path) -> None:
    with (project / "articles" / "one.txt").open("a") as file:
        file.write("\nNobody paid for the frame.\n")
    found = check()
    assert moved(found) == {"data": "one changed"}
    assert list(differ(found)) == ["fig-words"]
    assert differ(found)["fig-words"] == f"csv changed, {DRAWN}, vl.json changed"
    assert report_lines(found)[0] == "data moved: one changed (first)"
    assert report_lines(found)[-1] == "not identical: data moved; 1 of 3 figures and tables differ"


def test_articles_that_came_and_went(project: Path) -> None:
    (project / "articles" / "two.txt").unlink()
    (project / "articles" / "three.txt").write_text("A third article, about a road in the north of the town.")
    (project / "articles" / "bad.txt").write_bytes(b"\x00\x01")
    assert moved(check(rerun=False)) == {
        "data": "refused: bad.txt added, refused: metadata.csv, 2 added, three added, two removed"
    }


def test_a_column_of_metadata_is_data_too(project: Path) -> None:
    """Notebooks may group by it."""
    (project / "articles" / "metadata.csv").write_text("doc_id,desk\none,city\ntwo,rails\n")
    assert moved(check(rerun=False)) == {"data": "two changed"}


def test_many_articles_are_counted_and_not_listed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "LISTED", 1)
    run(notebooks="notebooks", say=lambda line: None, jobs=1)
    written = edit_manifest(project)
    assert written["behind"][written["notebooks"]["first"]["hashes"]["data"]] == {"articles and refusals": "2"}
    (project / "articles" / "one.txt").write_text("Another text altogether, about a road in the north of the town.")
    assert moved(check(rerun=False)) == {"data": "the manifest holds no more than the hash"}
    (project / "articles" / "three.txt").write_text("A third article, about a road in the north of the town.")
    assert moved(check(rerun=False)) == {"data": "articles and refusals 2 → 3"}


def test_another_parameter(project: Path) -> None:
    """A manifest that lists another value than the one that its hash was made of."""
    written = edit_manifest(project)
    written["notebooks"]["first"]["parameters"]["top"] = 5
    write_json(project, written)
    found = check()
    assert moved(found) == {"parameters": "top 3 → 5"}
    assert list(differ(found)) == ["fig-top"]


@pytest.mark.parametrize("value", ["5", "3"])
def test_parameters_of_the_run_are_used_again(project: Path, value: str) -> None:
    """Also where the value given was the default: the notebook then has a cell that says so."""
    run(notebooks="notebooks", parameters={"top": value}, say=lambda line: None, jobs=1)
    assert "injected-parameters" in (project / "outputs" / "first.ipynb").read_text(encoding="utf-8")
    assert (check()["status"] == "identical").all()


def test_who_made_the_run_is_kept(project: Path) -> None:
    (project / "CITATION.cff").write_text(
        "cff-version: 1.2.0\nmessage: m\ntitle: t\nauthors:\n  - family-names: Alder\n    given-names: Marta\n"
    )
    run(notebooks="notebooks", cite="CITATION.cff", say=lambda line: None, jobs=1)
    assert "Alder" in (project / "outputs" / "CITATION.bib").read_text(encoding="utf-8")
    assert (check()["status"] == "identical").all()


def test_the_file_that_a_parameter_names_counts(project: Path) -> None:
    (project / "notebooks" / "own.csv").write_text("a")
    edit_notebook(project, "top = 3  # names", 'top = 3\\ntable = \\"own.csv\\"')
    run(notebooks="notebooks", say=lambda line: None, jobs=1)
    assert (check()["status"] == "identical").all()
    (project / "notebooks" / "own.csv").write_text("b")
    assert moved(check()) == {"parameters": "file of table changed"}


def test_a_parameter_of_its_own_a_notebook(project: Path) -> None:
    """One run cannot give two notebooks two values; each gets its own."""
    shutil.copy(project / "notebooks" / "first.ipynb", project / "notebooks" / "second.ipynb")
    run(notebooks="notebooks", say=lambda line: None, jobs=1)
    run(notebooks="notebooks", only=["second"], parameters={"top": 5}, say=lambda line: None, jobs=1)
    found = check()
    assert (found["status"] == "identical").all()
    assert set(found["notebook"]) == {"first", "", "second"}


def test_a_parameter_that_came_and_one_that_went(project: Path) -> None:
    edit_notebook(project, "top = 3  # names", "bottom = 3")
    edit_notebook(project, "print(len(docs), top)", "top = bottom")
    found = check()
    assert moved(found) == {
        "parameters": "bottom added, top removed",
        "code": "cell parameters changed, cell step-0 changed",
    }
    assert differ(found) == {}


def test_code_of_the_notebook(project: Path) -> None:
    edit_notebook(project, "mark_point()", "mark_tick()")
    found = check()
    assert moved(found) == {"code": "cell step-2 changed"}
    assert differ(found) == {"fig-top": f"{DRAWN}, vl.json changed"}


def test_a_changed_default_is_code(project: Path) -> None:
    """The run has the value of the manifest all the same."""
    edit_notebook(project, "top = 3", "top = 4")
    found = check()
    assert moved(found) == {"code": "cell parameters changed"}
    assert differ(found) == {}


def test_exploring_is_no_code(project: Path) -> None:
    edit_notebook(project, "1 / 0", "2 / 0")
    assert (check()["status"] == "identical").all()


def test_code_of_the_package(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {**manifest.package_files(), "zones.py": "0" * 64, "extra.py": "1" * 64}
    del files["words.py"]
    monkeypatch.setattr(manifest, "package_files", lambda: files)
    found = check()
    assert moved(found) == {"code": "extra.py added, package changed, words.py removed, zones.py changed"}
    assert differ(found) == {}


def test_environment(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = {**manifest.versions(), "pandas": "99.1"}
    now = manifest.versions()["pandas"]
    monkeypatch.setattr(manifest, "versions", lambda: versions)
    found = check()
    assert moved(found) == {"environment": f"pandas {now} → 99.1"}
    assert differ(found) == {}


@pytest.mark.parametrize("library", ["altair", "vl-convert-python", "pyoxipng"])
def test_a_library_that_draws_is_the_renderer(project: Path, monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    versions = {**manifest.versions(), library: "99.1"}
    now = manifest.versions()[library]
    monkeypatch.setattr(manifest, "versions", lambda: versions)
    monkeypatch.setattr(manifest, "renderer", manifest.renderer.__wrapped__)
    assert moved(check(rerun=False)) == {"renderer": f"{library} {now} → 99.1"}


def test_renderer(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another theme: every figure, and no table."""
    config = theme.ukrcorpus_theme()
    parts = {**manifest.renderer(), "theme.py": "0" * 64}
    monkeypatch.setattr(manifest, "renderer", lambda: parts)
    other: Any = {"config": {**config["config"], "background": "#EEEEEE"}}
    try:
        alt.theme.register("ukrcorpus", enable=False)(lambda: other)
        found = check()
    finally:
        alt.theme.register("ukrcorpus", enable=False)(theme.ukrcorpus_theme)
    assert moved(found) == {"renderer": "theme.py changed"}
    assert differ(found) == dict.fromkeys(["fig-top", "fig-words"], f"{DRAWN}, vl.json changed")


def test_letters(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "_PROBE", manifest._PROBE.replace("sans-serif", "monospace"))
    monkeypatch.setattr(manifest, "renderer", manifest.renderer.__wrapped__)
    assert moved(check(rerun=False)) == {"renderer": "letters changed"}


def test_the_theme_is_no_code_and_all_else_is() -> None:
    files = manifest.package_files()
    assert "theme.py" not in files and "theme.py" in manifest.renderer()
    package = Path(ukrcorpus.__file__).parent
    assert {"verifying.py", "figures.py", "templates/style.css"} <= files.keys()
    assert {path.name for path in package.glob("*.py")} - {"theme.py"} <= files.keys()
    assert not manifest.environment().keys() & manifest.renderer().keys()
    assert manifest.environment().keys() | manifest.renderer().keys() == manifest.versions().keys() | {
        "theme.py",
        "letters",
    }


def test_files_on_disk(project: Path) -> None:
    out = project / "outputs"
    with (out / "first" / "fig-words.png").open("ab") as file:
        file.write(b"\0")
    (out / "first" / "fig-top.csv").write_text("n\n7\n")
    (out / "first" / "tab-fixed.csv").unlink()
    (out / "first.html").write_text("")
    (out / "thesis.docx").write_text("")
    (out / "first" / "fig-new.svg").write_text("")
    (out / ".ipynb_checkpoints").mkdir()
    (out / ".ipynb_checkpoints" / "first.ipynb").write_text("")
    (out / "run.json").write_text("{}")
    found = check()
    assert moved(found) == {} and differ(found) == {}
    assert differ(found, "disk") == {
        "fig-new": "svg additional",
        "fig-top": "csv changed",
        "fig-words": "png changed",
        "tab-fixed": "csv missing",
        "thesis.docx": "docx additional",
    }
    page = found[(found["layer"] == "disk") & (found["item"] == "page")]
    assert page["detail"].tolist() == ["html changed"]
    code, text = call("--no-run")
    assert code == 1 and "disk differs: png changed (first#fig-words)" in text
    assert text.endswith("not identical: no layer moved; nothing was run anew\n")


def test_a_figure_and_its_hash_both_altered(project: Path) -> None:
    """Only a run can tell."""
    path = project / "outputs" / "first" / "fig-top.csv"
    path.write_text("n\n7\n")
    written = edit_manifest(project)
    written["files"]["first/fig-top.csv"] = manifest.digest(path.read_bytes())
    write_json(project, written)
    assert (check(rerun=False)["status"] == "identical").all()
    assert differ(check()) == {"fig-top": "csv changed"}


def test_identifier(project: Path) -> None:
    cited = {item["id"]: item["cite"] for item in edit_manifest(project)["notebooks"]["first"]["items"]}
    found = check(cited["fig-top"])
    assert (found["status"] == "identical").all()
    assert sorted(found["item"].drop_duplicates()) == ["", "fig-top"]
    assert (check(cited["fig-top"].split("@")[0], rerun=False)["status"] == "identical").all()
    assert call(cited["tab-fixed"])[0] == 0
    old = cited["fig-top"].split("@")[0] + "@000000000000"
    code, text = call(old, "--no-run")
    assert code == 1
    assert f"identifier differs: here is {cited['fig-top']}, which rests on something else (first#fig-top)" in text
    edit_notebook(project, "Bars of words.", "Bars of all words.")
    found = check(cited["fig-top"])
    assert moved(found) == {"code": "cell step-1 changed"} and differ(found) == {}, "another figure's cell"


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("ukrcorpus:frist#fig-top@000000000000", "no frist#fig-top; did you mean 'first'?"),
        ("ukrcorpus:first#fig-tpo@000000000000", "no first#fig-tpo; did you mean 'fig-top'?"),
        ("elsewhere", "elsewhere has no manifest.json; name a folder of outputs, or make one: ukrcorpus run"),
        ("notebooks", "notebooks has no manifest.json"),
    ],
)
def test_what_is_not_there(project: Path, target: str, message: str) -> None:
    code, text = call(target)
    assert code == 2 and message in text
    with pytest.raises(RunError):
        verify(target)


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        "{}",
        '{"notebooks": {}, "files": {}, "behind": {}}',
        '{"notebooks": {"first": 3}, "files": {}, "behind": {}}',
        '{"notebooks": {"first": {"hashes": {}}}, "files": {}, "behind": {}}',
    ],
)
def test_a_damaged_manifest(project: Path, content: str) -> None:
    (project / "outputs" / "manifest.json").write_text(content)
    code, text = call()
    assert code == 2 and "is damaged; restore it" in text


def test_a_corpus_or_a_notebook_that_is_gone(project: Path) -> None:
    assert call("--corpus", "absent")[0] == 2
    assert "--corpus" in call("--corpus", "absent")[1]
    assert call("--notebooks", "absent")[0] == 2
    (project / "notebooks" / "first.ipynb").rename(project / "notebooks" / "other.ipynb")
    code, text = call()
    assert code == 2 and "no notebook 'first'" in text


def test_a_notebook_that_fails_says_what_moved_all_the_same(project: Path) -> None:
    edit_notebook(project, "print(len(docs), top)", "top / 0")
    code, text = call()
    assert code == 2
    assert "code moved: cell step-0 changed (first)" in text
    assert "rerun failed: first failed: cell 'step-0' ended in ZeroDivisionError\n" in text.replace(" ()", "")
    assert not (project / "failed").exists()


def test_the_corpus_under_another_name(project: Path) -> None:
    """Pages say the name, so that they differ without a layer that moved."""
    shutil.copytree("articles", "press")
    found = check(corpus="press")
    assert moved(found) == {} and differ(found) == {}
    said = "corpus renamed: pages call the corpus articles, a run of today press (first)"
    assert said in report_lines(found)


def test_records_hold_what_was_hashed(project: Path) -> None:
    """Whoever distrusts the manifest can make its hashes again."""
    written = edit_manifest(project)
    hashes, behind = written["notebooks"]["first"]["hashes"], written["behind"]
    for layer in ("parameters", "environment", "renderer"):
        assert manifest.digest(behind[hashes[layer]]) == hashes[layer]
    package = behind[hashes["code"]]["package"]
    assert manifest.digest(behind[package]) == package
    assert list(behind[hashes["data"]]) == ["one", "two"]
    assert str(project) not in json.dumps(written)


CELLS = st.lists(st.tuples(st.text(max_size=5), st.sampled_from([None, "P", "Q"])), min_size=1, max_size=6)
NONE_REFUSED = pd.DataFrame({"path": [], "record": []})


@settings(max_examples=30, deadline=None)
@given(CELLS, st.randoms(use_true_random=False), st.data())
def test_rows_answer_to_their_own_article(cells: list, random: Any, data: st.DataObject) -> None:
    docs = pd.DataFrame(cells, columns=["text", "publisher"])
    docs.insert(0, "doc_id", [f"d{number}" for number in range(len(docs))])
    order = list(docs.index)
    random.shuffle(order)
    before = manifest.hash_rows(docs, NONE_REFUSED)
    assert manifest.hash_data(docs.loc[order], NONE_REFUSED) == manifest.hash_data(docs, NONE_REFUSED)
    at, column = data.draw(st.sampled_from(order)), data.draw(st.sampled_from(["text", "publisher"]))
    changed = docs.copy()
    changed.loc[at, column] = "another"
    after = manifest.hash_rows(changed, NONE_REFUSED)
    assert {name for name in before if before[name] != after[name]} == {f"d{at}"}


@pytest.mark.slow
def test_the_program_names_the_layer(tmp_path: Path) -> None:
    """With real kernels, and each thing really changed: an article, a file, a library, the theme."""
    folder = tmp_path / "project"
    write_corpus(folder / "articles")
    write_notebook(folder / "notebooks" / "first.ipynb", LOAD, WORDS, TOP, TABLE)
    library = folder / "library"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(ukrcorpus.__file__).parent, library / "ukrcorpus", ignore=ignored)
    assert run_program("run", folder=folder, PYTHONPATH=str(library)).returncode == 0

    def said(*arguments: str) -> tuple[int, list[str]]:
        done = run_program("verify", *arguments, folder=folder, PYTHONPATH=str(library), TZ="Asia/Tokyo")
        assert "Traceback" not in done.stderr
        return done.returncode, [line for line in done.stdout.splitlines() if line[:6] not in ("Corpus", "first ")]

    assert said() == (0, ["identical; 0 of 3 figures and tables differ"])
    drawing = library / "ukrcorpus" / "theme.py"
    before = drawing.read_text(encoding="utf-8")
    drawing.write_text(before.replace('"fontSize": 15', '"fontSize": 16'), encoding="utf-8")
    code, lines = said()
    assert code == 1 and lines[0] == "renderer moved: theme.py changed (first)"
    drawing.write_text(before, encoding="utf-8")
    tables = library / "ukrcorpus" / "tables.py"
    before = tables.read_text(encoding="utf-8")
    tables.write_text(before.replace("DIGITS = 6", "DIGITS = 5"), encoding="utf-8")
    code, lines = said("--no-run")
    assert code == 1 and lines[0] == "code moved: package changed, tables.py changed (first)"
    tables.write_text(before, encoding="utf-8")
    installed = library / "py3langid-99.1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: py3langid\nVersion: 99.1\n")
    code, lines = said("--no-run")
    assert code == 1 and lines[0].startswith("environment moved: py3langid ") and lines[0].endswith("→ 99.1 (first)")
    assert lines[-1] == "not identical: environment moved; nothing was run anew"

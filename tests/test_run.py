import json
import os
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

import ukrcorpus
from small_notebooks import CHART, LOAD, read_tree, run_program, write_corpus, write_notebook, write_project
from ukrcorpus.execute import find_trouble, normalise
from ukrcorpus.manifest import _files, five_hashes, hash_data, hash_notebook, hash_package
from ukrcorpus.parameters import Parameter, ParameterError, read_parameters, set_parameters, with_files
from ukrcorpus.planning import RunError, find_notebooks, plan
from ukrcorpus.run import _check_out, _keep, _keep_foreign, _swap


def notebook_of(source: str, tags: tuple[str, ...] = ("parameters",)) -> Any:
    return new_notebook(cells=[new_code_cell(textwrap.dedent(source).strip(), metadata={"tags": list(tags)})])


def test_parameters_are_read_without_being_run() -> None:
    source = '''
        """What a run may set."""
        corpus = "../seeds"  # folder of articles
        pair = "x=y"  # holds an equals sign
        share: float = 1  # of all # words
        kind: Literal["a", "b"] = "a"
        who: str | None = None
        many = [
            "one",
            "two",
        ]  # list
        below = -3
    '''
    found = read_parameters(notebook_of(source), "n")
    assert {name: p.value for name, p in found.items()} == {
        "corpus": "../seeds",
        "pair": "x=y",
        "share": 1,
        "kind": "a",
        "who": None,
        "many": ["one", "two"],
        "below": -3,
    }
    assert found["corpus"].comment == "folder of articles" and found["share"].comment == "of all # words"
    assert found["many"].comment == "list" and found["pair"].type is str and found["share"].type is float


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import os", "one name a value"),
        ("a = b = 1", "one name a value"),
        ("a, b = 1, 2", "one name a value"),
        ("a = open('x')", "a should be a literal"),
        ("a: int = 'x'", "a should be int"),
        ("a: Path = 'x'", "Path is no type"),
        ("a = ", "is no Python"),
    ],
)
def test_parameters_cell_holds_literals_only(source: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        read_parameters(notebook_of(source), "n")


def test_a_notebook_may_have_no_parameters_but_not_two_cells_of_them() -> None:
    assert read_parameters(notebook_of("x = 1", tags=()), "n") == {}
    twice = notebook_of("x = 1")
    twice.cells.append(twice.cells[0])
    with pytest.raises(ParameterError, match="2 cells"):
        read_parameters(twice, "n")


DECLARED = {
    "first": read_parameters(
        notebook_of("corpus = ''\ntop = 3\nshare = 0.5\nall_names = True\nname = 'a'\nkeep: list[str] = []"), "first"
    ),
    "second": {"top": Parameter(3, int, ""), "who": Parameter(None, str | None, "")},
}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("top", "7", 7),
        ("top", "-7", -7),
        ("share", "1", 1.0),
        ("share", "1e-3", 0.001),
        ("all_names", "false", False),
        ("all_names", "no", False),
        ("name", "7", "7"),
        ("name", "", ""),
        ("keep", "['a', 'b']", ["a", "b"]),
        ("keep", ["a"], ["a"]),
        ("who", "None", None),
        ("who", "x", "x"),
    ],
)
def test_values_take_the_declared_type(name: str, value: Any, expected: Any) -> None:
    taken = [values[name] for values in set_parameters(DECLARED, {name: value}).values() if name in values]
    assert taken and all(t == expected and type(t) is type(expected) for t in taken)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("tpo", "7", "did you mean 'top'"),
        ("zzz", "7", "there are: all_names, keep, name, share, top, who"),
        ("top", "seven", "first: top should be int, not 'seven'"),
        ("top", "7.5", "top should be int"),
        ("share", "much", "share should be float"),
        ("keep", "a", "keep should be list"),
        ("keep", "[1]", "keep should be list"),
        ("corpus", "x", "--corpus"),
    ],
)
def test_values_are_refused_by_name(name: str, value: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        set_parameters(DECLARED, {name: value})


def test_a_parameter_goes_to_the_notebooks_that_have_it() -> None:
    assert set_parameters(DECLARED, {"share": "0.1"}) == {"first": {"share": 0.1}, "second": {}}


def ran(*outputs: Any, count: int | None = 1) -> Any:
    return new_notebook(cells=[new_code_cell("1", id="cell", execution_count=count, outputs=list(outputs))])


def shows(text: str) -> Any:
    return new_output("display_data", data={"text/plain": text})


@pytest.mark.parametrize(
    "text",
    [
        "<object at 0x7f3a2b1c9d40>",
        "/home/someone/corpus/a.txt",
        "see /Users/someone/x",
        "(/tmp/ukr-x1/k)",
        r"C:\Users\someone",
        "pid 4711",
        "File /tmp/ipykernel_4711/1.py",
        "/srv/data/press/a.txt",
    ],
)
def test_what_only_this_machine_would_show_is_found(text: str) -> None:
    assert "cell 'cell' shows" in (find_trouble(ran(shows(text)), ["/srv/data/press"]) or "")
    spec = new_output("display_data", data={"application/vnd.vegalite.v5+json": {"description": text}})
    assert find_trouble(ran(spec), ["/srv/data/press"])


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/home/news/1 and example.org/tmp/x",
        "wallet 0x52908400098527886E0F7030069857D2E4169EE7",
        "the 0x10 mark",
        "a rapid 12 km march",
        "../seeds",
        "/srv/data/pressure",
    ],
)
def test_what_articles_say_is_no_trace_of_this_machine(text: str) -> None:
    assert find_trouble(ran(shows(text)), ["/srv/data/press"]) is None


def test_a_cell_that_did_not_run_is_found() -> None:
    assert "did not run" in (find_trouble(ran(count=None), []) or "")
    error = new_output("error", ename="SystemExit", evalue="0", traceback=[])
    assert "SystemExit" in (find_trouble(ran(error), []) or "")
    empty = new_notebook(cells=[new_code_cell("  "), new_code_cell("1", execution_count=1)])
    assert find_trouble(empty, []) is None


def test_normalising_removes_what_differs() -> None:
    pieces = [new_output("stream", name="stdout", text=text) for text in ("a", "b\n")]
    notebook = ran(*pieces, shows("x"), new_output("stream", name="stdout", text="c"))
    notebook.metadata = {"papermill": {"start_time": "now"}, "language_info": {"name": "python", "version": "3.11.7"}}
    notebook.cells[0].metadata = {"papermill": {}, "execution": {"iopub.execute_input": "now"}, "tags": []}
    injected = new_code_cell("top = 5", id="0a1b2c3d", metadata={"tags": ["injected-parameters"]})
    notebook.cells += [injected, new_code_cell("", id="deadbeef")]
    done = normalise(notebook)
    assert done.metadata == {"language_info": {"name": "python"}}
    assert done.cells[0].metadata == {}
    assert [cell.id for cell in done.cells] == ["cell", "injected-parameters", "cell-2"]
    assert [output.get("text") for output in done.cells[0].outputs] == ["ab\n", None, "c"]


def test_swap_brings_the_old_folder_back_where_it_fails(tmp_path: Path) -> None:
    out, work = tmp_path / "outputs", tmp_path / "work"
    for folder in (out, work):
        folder.mkdir()
    (out / "kept").write_text("old")
    with pytest.raises(OSError):
        _swap(work / "absent", out, work)
    assert (out / "kept").read_text() == "old"


def test_a_folder_of_other_things_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(RunError, match="--out"):
        _check_out(tmp_path)
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(RunError, match="not the manifest of a run"):
        _check_out(tmp_path)


def test_notebooks_are_looked_for_where_help_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RunError, match="--notebooks"):
        find_notebooks("absent")
    (tmp_path / "notebooks").mkdir()
    with pytest.raises(RunError, match="holds no notebook"):
        find_notebooks()
    write_notebook(tmp_path / "notebooks" / "a.ipynb")
    assert find_notebooks() == tmp_path / "notebooks"


def plan_in(folder: Path, **options: Any) -> list:
    defaults: dict[str, Any] = {"only": (), "corpus": None, "parameters": {}, "strict": False, "say": lambda line: None}
    return plan(notebooks=folder / "notebooks", **{**defaults, **options})


def test_plan_refuses_before_anything_runs(tmp_path: Path) -> None:
    write_project(tmp_path)
    with pytest.raises(RunError, match="did you mean 'first'"):
        plan_in(tmp_path, only=["frist"])
    with pytest.raises(RunError, match="--corpus"):
        plan_in(tmp_path, corpus=str(tmp_path / "absent"))
    (tmp_path / "articles" / "one.txt").unlink()
    (tmp_path / "articles" / "two.txt").unlink()
    with pytest.raises(RunError, match="--corpus"):
        plan_in(tmp_path)
    shutil.rmtree(tmp_path / "articles")
    with pytest.raises(RunError, match=r"\.\./articles.*--corpus"):
        plan_in(tmp_path)
    (tmp_path / "notebooks" / "broken.ipynb").write_text("{")
    with pytest.raises(RunError, match=r"broken\.ipynb cannot be read"):
        plan_in(tmp_path)


def test_a_parameter_names_no_place_on_this_machine(tmp_path: Path) -> None:
    write_corpus(tmp_path / "articles")
    write_notebook(tmp_path / "notebooks" / "one.ipynb", "1", parameters='corpus = "../articles"\ntable = ""')
    (tmp_path / "own.csv").write_text("a")
    options = {
        "notebooks": tmp_path / "notebooks",
        "only": [],
        "corpus": None,
        "strict": False,
        "say": lambda line: None,
    }
    with pytest.raises(ParameterError, match=r"table: outputs name no place .*: \.\./own\.csv"):
        plan(parameters={"table": str(tmp_path / "own.csv")}, **options)
    [planned] = plan(parameters={"table": "../own.csv"}, **options)
    assert planned.given == {"table": "../own.csv"}


def test_the_content_of_a_file_that_a_parameter_names_counts(tmp_path: Path) -> None:
    values = {"table": "own.csv", "top": 3, "other": ""}
    assert with_files(values, tmp_path) == values
    (tmp_path / "own.csv").write_text("a")
    first = with_files(values, tmp_path)
    (tmp_path / "own.csv").write_text("b")
    assert first.keys() == {*values, "file of table"} and first != with_files(values, tmp_path)


def test_what_no_run_wrote_stays_and_is_not_listed(tmp_path: Path) -> None:
    out, stage = tmp_path / "out", tmp_path / "stage"
    for path in (out / "README.txt", out / "figures" / "own.svg", out / "index.html", out / "run.json"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("old")
    stage.mkdir()
    (stage / "index.html").write_text("new")
    _keep(out, stage, {"files": {"index.html": "0"}}, names=[])
    assert sorted(read_tree(stage)) == ["index.html"]
    _keep_foreign(out, stage, {"files": {"index.html": "0"}})
    assert sorted(read_tree(stage)) == ["README.txt", "figures/own.svg", "index.html"]
    assert (stage / "index.html").read_text() == "new" and not (stage / "run.json").exists()


def test_strict_refuses_a_corpus_with_a_bad_file(tmp_path: Path) -> None:
    write_project(tmp_path)
    (tmp_path / "articles" / "bad.txt").write_bytes(b"\x00\x01\x02")
    said: list[str] = []
    plan_in(tmp_path, say=said.append)
    assert "2 articles, 1 refused" in said[0]
    with pytest.raises(RunError, match=r"bad\.txt"):
        plan_in(tmp_path, strict=True)


def test_the_corpus_is_called_by_its_folder_and_hashed_by_its_content(tmp_path: Path) -> None:
    write_project(tmp_path)
    shutil.copytree(tmp_path / "articles", tmp_path / "elsewhere" / "press")
    [one, _] = plan_in(tmp_path)
    [other, _] = plan_in(tmp_path, corpus=str(tmp_path / "elsewhere" / "press"))
    assert (one.corpus.label, other.corpus.label) == ("articles", "press")
    assert one.corpus.data == other.corpus.data
    (tmp_path / "elsewhere" / "press" / "one.txt").write_text("Another text altogether, of some length.")
    [changed, _] = plan_in(tmp_path, corpus=str(tmp_path / "elsewhere" / "press"))
    assert changed.corpus.data != one.corpus.data


def test_each_hash_answers_to_its_own_layer() -> None:
    notebook = notebook_of("top = 3")
    before = five_hashes(notebook, {"top": 3}, "data")
    assert set(before) == {"data", "parameters", "code", "environment", "renderer"}

    def moved(after: dict[str, str]) -> set[str]:
        return {layer for layer in before if before[layer] != after[layer]}

    assert moved(five_hashes(notebook, {"top": 4}, "data")) == {"parameters"}
    assert moved(five_hashes(notebook, {"top": 3}, "other")) == {"data"}
    assert moved(five_hashes(notebook_of("top = 4"), {"top": 3}, "data")) == {"code"}
    assert moved(five_hashes(notebook, {"top": 3}, "data")) == set()


def test_exploring_cells_are_no_part_of_the_code() -> None:
    notebook = notebook_of("top = 3")
    before = hash_notebook(notebook)
    notebook.cells.append(new_code_cell("1 / 0", metadata={"tags": ["explore"]}))
    assert hash_notebook(notebook) == before


def test_what_was_inferred_is_no_part_of_the_data() -> None:
    refused = pd.DataFrame({"path": [], "record": []})
    docs = pd.DataFrame({"doc_id": ["a"], "text": ["x"], "publisher": ["P"], "publisher_source": ["inferred"]})
    guessed = docs.assign(publisher="Q")
    given = docs.assign(publisher_source="metadata")
    assert hash_data(docs, refused) == hash_data(guessed, refused)
    assert hash_data(given, refused) != hash_data(docs, refused)
    assert hash_data(docs.assign(text="y"), refused) != hash_data(docs, refused)


def test_the_package_hash_ignores_compiled_files() -> None:
    assert hash_package() == hash_package.__wrapped__()
    assert len(hash_package()) == 64


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has been run, in one time zone and locale, with a copy of the package beside it."""
    folder = write_project(tmp_path_factory.mktemp("project"))
    package = Path(ukrcorpus.__file__).parent
    shutil.copytree(package, folder / "library" / "ukrcorpus", ignore=shutil.ignore_patterns("__pycache__"))
    done = run_program("run", folder=folder, PYTHONPATH=str(folder / "library"), TZ="Asia/Tokyo", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    assert [line.split()[1] for line in done.stdout.splitlines() if line[:6] in ("first ", "second")] == ["done"] * 2
    return folder


@pytest.mark.slow
def test_a_run_writes_every_file_and_says_so(project: Path) -> None:
    out = project / "outputs"
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert sorted(manifest["files"]) == sorted(set(read_tree(out)) - {"manifest.json"})
    endings = ("svg", "png", "vl.json", "csv")
    names = {f"{figure}.{ending}" for figure in ("fig-words", "fig-kyiv") for ending in endings}
    names |= {"fig-kyiv.evidence.html", "tab-kyiv.csv", "tab-spans.csv"}
    assert {path.name for path in (out / "first").iterdir()} == names
    entry = manifest["notebooks"]["first"]
    assert (entry["title"], entry["corpus"]["label"], entry["parameters"]) == ("About first", "articles", {"top": 3})
    assert entry["items"][0]["cite"] == f"ukrcorpus:first#fig-words@{entry['key']}"
    listed = pd.read_csv(out / entry["lists"]["articles"])
    assert listed["doc_id"].tolist() == ["one", "two"] and listed["sha256"].str.len().eq(64).all()
    assert "text" not in listed.columns and len(pd.read_csv(out / entry["lists"]["refused"])) == 0
    spec = json.loads((out / "first" / "fig-words.vl.json").read_text(encoding="utf-8"))
    assert "/v6" in spec["$schema"] and spec["description"] == 'Bars, "two" of them: слова.'
    assert (out / "first" / "fig-words.csv").read_text(encoding="utf-8").splitlines()[0] == "article,words,day"
    assert "2023-06-24T23:30:00" in (out / "first" / "fig-words.csv").read_text(encoding="utf-8")
    assert not (project / "failed").exists()
    assert [path.name for path in project.iterdir() if path.name.startswith(".outputs")] == []


@pytest.mark.slow
def test_executed_notebooks_ran_to_the_end(project: Path) -> None:
    notebook = nbformat.read(project / "outputs" / "first.ipynb", as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3, 4]
    assert "explore" not in {cell.id for cell in notebook.cells}
    assert code[1].outputs[0].text == "2 3\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("zone", "locale", "jobs"), [("America/St_Johns", "C.UTF-8", "1"), ("Pacific/Chatham", "POSIX", "2")]
)
def test_another_folder_time_zone_and_locale_give_the_same_bytes(
    project: Path, tmp_path: Path, zone: str, locale: str, jobs: str
) -> None:
    deeper = tmp_path / "somewhere else" / "project"
    shutil.copytree(project, deeper, ignore=shutil.ignore_patterns("outputs"))
    away = tmp_path / "away"
    away.mkdir()
    at = {"notebooks": str(deeper / "notebooks"), "out": str(tmp_path / "results")}
    done = run_program(
        "run", "--notebooks", at["notebooks"], "--out", at["out"], "--jobs", jobs,
        folder=away, PYTHONPATH=str(deeper / "library"), TZ=zone, LC_ALL=locale, PYTHONHASHSEED="7",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    one, other = read_tree(project / "outputs"), read_tree(tmp_path / "results")
    assert sorted(one) == sorted(other)
    assert [path for path in one if one[path] != other[path]] == []


@pytest.mark.slow
def test_a_failing_notebook_leaves_the_outputs_as_they_were(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(project, folder)
    before = read_tree(folder / "outputs")
    write_notebook(folder / "notebooks" / "divides.ipynb", "print('so far')", "1 / 0", "print('never')")
    write_notebook(folder / "notebooks" / "dies.ipynb", "import os\nos._exit(1)")
    write_notebook(folder / "notebooks" / "leaves.ipynb", "import sys\nsys.exit(0)", "print('never')")
    write_notebook(folder / "notebooks" / "leaks.ipynb", "print(object())")
    done = run_program("run", folder=folder)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for name, reason in {
        "divides": "cell 'step-1' ended in ZeroDivisionError",
        "dies": "cell 'step-0' ended in a dead kernel",
        "leaves": "cell 'step-0' ended in SystemExit",
        "leaks": "cell 'step-0' shows '0x",
    }.items():
        assert f"{name} failed: {reason}" in done.stderr
        assert f"failed{os.sep}{name}.txt" in done.stderr
        assert reason in (folder / "failed" / f"{name}.txt").read_text(encoding="utf-8")
        nbformat.read(folder / "failed" / f"{name}.ipynb", as_version=4)
    assert "1 / 0" in (folder / "failed" / "divides.txt").read_text(encoding="utf-8")
    assert "so far" in (folder / "failed" / "divides.ipynb").read_text(encoding="utf-8")
    assert read_tree(folder / "outputs") == before
    assert (folder / "outputs" / "run.json").exists()
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


@pytest.mark.slow
def test_a_run_that_is_killed_leaves_no_process_behind(tmp_path: Path) -> None:
    write_corpus(tmp_path / "articles")
    source = (
        "import os, pathlib, time\npathlib.Path('../pids').write_text(f'{os.getppid()} {os.getpid()}')\ntime.sleep(600)"
    )
    write_notebook(tmp_path / "notebooks" / "waits.ipynb", source)
    with subprocess.Popen([sys.executable, "-m", "ukrcorpus", "run"], cwd=tmp_path, stdout=subprocess.DEVNULL) as run:
        wait_for(lambda: (tmp_path / "pids").exists() and len((tmp_path / "pids").read_text().split()) == 2)
        run.kill()
    worker, kernel = map(int, (tmp_path / "pids").read_text().split())
    wait_for(lambda: not is_alive(worker) and not is_alive(kernel))


def wait_for(condition: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z")


@pytest.mark.slow
def test_only_one_notebook_is_run_and_the_other_stays(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(project, folder)
    (folder / "outputs" / "README.txt").write_text("written by hand")
    (folder / "outputs" / "first" / "stale.svg").write_text("")
    manifest = json.loads((folder / "outputs" / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["first/stale.svg"] = "0"
    (folder / "outputs" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "notebooks" / "second.ipynb").unlink()
    library = str(folder / "library")
    done = run_program("run", "--only", "first", "-p", "top", "5", folder=folder, PYTHONPATH=library)
    assert done.returncode == 0, done.stderr
    before, after = read_tree(project / "outputs"), read_tree(folder / "outputs")
    assert after.pop("README.txt") == b"written by hand"
    assert sorted(after) == sorted(before)
    assert all(after[path] == before[path] for path in after if path.startswith("second"))
    one, other = (json.loads(tree["manifest.json"])["notebooks"] for tree in (before, after))
    assert other["second"] == one["second"]
    assert other["first"]["parameters"] == {"top": 5}
    old, new = one["first"]["hashes"], other["first"]["hashes"]
    assert {layer for layer in old if old[layer] != new[layer]} == {"parameters"}
    assert "2 5" in after["first.ipynb"].decode()


@pytest.mark.slow
def test_two_figures_with_one_id_are_refused(tmp_path: Path) -> None:
    write_corpus(tmp_path / "articles")
    write_notebook(tmp_path / "notebooks" / "twice.ipynb", LOAD, CHART, CHART)
    done = run_program("run", folder=tmp_path)
    assert done.returncode == 1
    assert "two outputs have the id 'fig-words'" in done.stderr
    assert not (tmp_path / "outputs").exists()


def test_what_tools_leave_in_the_package_is_no_code(tmp_path):
    kept = ["__init__.py", "data/a.csv", "plots/notebooks/x.py"]
    for name in [*kept, ".mypy_cache/3.11/a.db", "plots/.cache/x", "__pycache__/a.pyc", "notebooks/a.ipynb", "data/.x"]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert [path for path, _ in _files(tmp_path, "")] == kept

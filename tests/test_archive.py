"""The archive of a run: its bytes, what is in it, what is left out of it, what it refuses."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import nbformat
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from small_notebooks import CHART, EVIDENCE, LOAD, run_program, write_corpus, write_notebook, write_project
from ukrcorpus import load_corpus
from ukrcorpus.archiving import PASSAGE, _articles, _quoting, archive
from ukrcorpus.cli import main
from ukrcorpus.describe import write_crate, write_datapackage
from ukrcorpus.manifest import digest, figure_id, five_hashes, hash_data, hash_package, records, write_manifest
from ukrcorpus.planning import RunError, plan, read_corpus

QUOTED = "The mayor of Kyiv paid \\$5,000 for a map on Monday"


def write_run(folder: Path) -> Path:
    """A project, and outputs as a run of it would leave them; no kernel is started."""
    outputs = write_project(folder) / "outputs"
    entries: dict[str, Any] = {}
    behind: dict[str, Any] = {}
    for notebook in planned(folder):
        name = notebook.name
        files = {kind: f"{name}/fig-words.{kind}" for kind in ("csv", "svg", "png", "vl.json", "evidence.html")}
        texts = {
            "csv": "article,words\none,27\n",
            "svg": '<svg xmlns="http://www.w3.org/2000/svg"><text>Kyiv</text></svg>',
            "png": "no picture",
            "vl.json": '{"mark": "bar"}',
            "evidence.html": f"<p>{QUOTED}</p>",
        }
        for kind, text in texts.items():
            write(outputs / files[kind], text)
        write(outputs / name / "tab-kyiv.csv", f"before,surface,after\n{QUOTED[:13]},Kyiv,{QUOTED[17:]}\n")
        write(outputs / f"{name}.ipynb", "{}")
        write(outputs / f"{name}.html", "<p>One</p>")
        values = {key: parameter.value for key, parameter in notebook.declared.items() if key != "corpus"}
        hashes = five_hashes(notebook.source, values, notebook.corpus.data)
        behind |= records(notebook.source, values, hashes, notebook.corpus.rows)
        figure = {"id": "fig-words", "kind": "figure", "caption": "Words.", "alt": "Bars.", "files": files}
        table = {"id": "tab-kyiv", "kind": "table", "caption": "Kyiv.", "files": {"csv": f"{name}/tab-kyiv.csv"}}
        entries[name] = {
            "title": "About",
            "lead": "",
            "corpus": {key: getattr(notebook.corpus, key) for key in ("label", "articles", "refused")},
            "parameters": values,
            "given": [],
            "pages": 500,
            "citation": {},
            "hashes": hashes,
            "key": figure_id(name, "", hashes).rsplit("@", 1)[1],
            "notebook": f"{name}.ipynb",
            "page": f"{name}.html",
            "items": [{**item, "cite": figure_id(name, str(item["id"]), hashes)} for item in (figure, table)],
        }
    write(outputs / "index.html", "<p>About first, about second</p>")
    write(outputs / "articles" / "one.html", QUOTED)
    describe(entries, outputs, behind)
    return outputs


def describe(entries: dict[str, Any], outputs: Path, behind: dict[str, Any]) -> None:
    write_datapackage(entries, outputs)
    write_crate(entries, outputs)
    write_manifest(entries, outputs, behind)


def planned(folder: Path) -> list[Any]:
    options: dict[str, Any] = {"only": (), "corpus": None, "parameters": {}, "strict": False}
    return plan(notebooks=folder / "notebooks", say=lambda line: None, **options)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def pack(outputs: Path, **options: Any) -> Path:
    return archive(outputs, outputs.parent / "a.zip", notebooks=outputs.parent / "notebooks", **options)


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    return write_run(tmp_path / "one")


@pytest.fixture
def unpacked(outputs: Path, tmp_path: Path) -> Path:
    shutil.unpack_archive(pack(outputs), tmp_path / "unpacked")
    return tmp_path / "unpacked"


def test_the_bytes_are_the_same_in_another_folder_and_at_another_time(outputs: Path, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "one", tmp_path / "elsewhere" / "two", copy_function=shutil.copyfile)
    for path in (tmp_path / "elsewhere").rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o777)
    first = pack(outputs).read_bytes()
    assert pack(tmp_path / "elsewhere" / "two" / "outputs").read_bytes() == first
    assert str(tmp_path).encode() not in first


def test_members_are_sorted_undated_and_plain(outputs: Path) -> None:
    with ZipFile(pack(outputs)) as packed:
        members = packed.infolist()
        assert packed.testzip() is None
    assert [member.filename for member in members] == sorted(member.filename for member in members)
    about = {(m.date_time, m.external_attr, m.create_system, m.compress_type, m.extra, m.comment) for m in members}
    assert about == {((1980, 1, 1, 0, 0, 0), 0o100644 << 16, 3, ZIP_STORED, b"", b"")}


def test_all_is_in_it_and_as_the_manifest_says(outputs: Path, unpacked: Path) -> None:
    manifest = json.loads((unpacked / "outputs" / "manifest.json").read_text(encoding="utf-8"))
    packed = {
        path.relative_to(unpacked).as_posix(): path.read_bytes() for path in unpacked.rglob("*") if path.is_file()
    }
    inside = {name.removeprefix("outputs/"): digest(content) for name, content in packed.items() if "outputs/" in name}
    assert inside == manifest["files"] | {"manifest.json": digest((outputs / "manifest.json").read_bytes())}
    for name in ("notebooks/first.ipynb", "notebooks/second.ipynb", "articles/one.txt", "articles/two.txt"):
        assert packed[name] == (outputs.parent / name).read_bytes()
    licences = {name.split("/")[-1]: content for name, content in packed.items() if "/licenses/" in name}
    assert b"MIT License" in licences["LICENSE"] and licences["NOTICE"] and "left-out.csv" not in packed
    readme = packed["README.md"].decode()
    assert "verify outputs --corpus 'articles'" in readme and manifest["versions"]["python"] in readme


def test_the_program_in_it_is_this_one_and_runs_from_there(unpacked: Path) -> None:
    code = "import ukrcorpus.manifest as m; print(m.__file__, m.hash_package(), m.versions()['pandas'])"
    environment = {**os.environ, "PYTHONPATH": str(unpacked / "program")}
    said = subprocess.run([sys.executable, "-c", code], env=environment, cwd=unpacked, capture_output=True, text=True)
    where, package, pandas = said.stdout.split()
    assert Path(where).is_relative_to(unpacked.resolve())
    assert (package, pandas) == (hash_package(), pd.__version__)


def test_requirements_pin_all_that_is_needed_and_nothing_else(unpacked: Path) -> None:
    lines = (unpacked / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines)
    assert list(pins) == sorted(pins) and all(metadata.version(name) == version for name, version in pins.items())
    needed = {
        canonicalize_name(requirement.name)
        for name in ("ukrcorpus", *pins)
        for requirement in map(Requirement, metadata.requires(name) or [])
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    }
    assert needed <= pins.keys() and "pytest" not in pins and "ukrcorpus" not in pins
    assert "fqdn" in pins, "jupyter-events asks for an extra of jsonschema"


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("outputs/first/tab-kyiv.csv", "x\n", "first#tab-kyiv"),
        ("outputs/first/fig-words.svg", None, "first#fig-words"),
        ("outputs/other.csv", "x\n", "other.csv"),
        ("articles/one.txt", "Another text of an article, which nobody has run anything on so far.\n", "data moved"),
        ("notebooks/second.ipynb", None, "second"),
    ],
)
def test_what_does_not_match_is_refused_and_nothing_is_lost(outputs: Path, path: str, text: str | None, said: str):
    (outputs.parent / "a.zip").write_bytes(b"earlier")
    changed = outputs.parent / path
    changed.unlink() if text is None else changed.write_text(text, encoding="utf-8")
    with pytest.raises(RunError, match=said) as caught:
        pack(outputs)
    assert "ukrcorpus run" in str(caught.value) or "no notebook" in str(caught.value)
    assert (outputs.parent / "a.zip").read_bytes() == b"earlier"
    assert {path.name for path in outputs.parent.iterdir()} == {"a.zip", "articles", "notebooks", "outputs"}


def test_without_texts_no_passage_of_an_article_is_in_it(outputs: Path, tmp_path: Path) -> None:
    whole = set(ZipFile(pack(outputs)).namelist())
    shutil.unpack_archive(pack(outputs, texts=False), tmp_path / "bare")
    kept = {path.relative_to(tmp_path / "bare").as_posix(): path for path in (tmp_path / "bare").rglob("*.*")}
    kept = {name: path for name, path in kept.items() if path.is_file() and not name.startswith("program/")}
    passages = []
    for text in load_corpus(outputs.parent / "articles")[0]["text"]:
        words = re.findall(r"\w+", text)
        passages += [" ".join(words[at : at + PASSAGE]) for at in range(len(words) - PASSAGE + 1)]
    for path in kept.values():
        content = " ".join(re.findall(r"\w+", path.read_text(encoding="utf-8")))
        assert not [passage for passage in passages if passage in content], path
    left = pd.read_csv(tmp_path / "bare" / "left-out.csv").set_index("path")
    again = {"outputs/datapackage.json", "outputs/ro-crate-metadata.json"}
    assert set(left.index) == {name for name in whole - kept.keys() if "." in name and "program/" not in name} | again
    for name, row in left.iterrows():
        content = (outputs.parent / str(name)).read_bytes()
        assert (row["bytes"], row["sha256"]) == (len(content), digest(content)) and row["reason"]
    assert {"outputs/first/fig-words.csv", "outputs/first/fig-words.png", "outputs/index.html"} <= kept.keys()
    assert (tmp_path / "bare" / "outputs" / "manifest.json").read_bytes() == (outputs / "manifest.json").read_bytes()


def test_without_texts_what_describes_the_rest_names_only_that(outputs: Path, tmp_path: Path) -> None:
    shutil.unpack_archive(pack(outputs, texts=False), tmp_path / "bare")
    bare = tmp_path / "bare" / "outputs"
    there = {path.relative_to(bare).as_posix() for path in bare.rglob("*") if path.is_file()}
    package = json.loads((bare / "datapackage.json").read_text(encoding="utf-8"))
    assert {resource["path"] for resource in package["resources"]} == {name for name in there if name.endswith(".csv")}
    crate = json.loads((bare / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    parts = {part["@id"] for part in next(entity for entity in crate if entity["@id"] == "./")["hasPart"]}
    assert parts == there - {"manifest.json", "ro-crate-metadata.json"}


@pytest.mark.parametrize("kind", ["svg", "vl.json"])
def test_without_texts_a_figure_that_shows_text_goes_with_its_picture(outputs: Path, kind: str) -> None:
    write(outputs / "first" / f"fig-words.{kind}", json.dumps([QUOTED]))
    manifest = json.loads((outputs / "manifest.json").read_text(encoding="utf-8"))
    describe(manifest["notebooks"], outputs, manifest["behind"])
    names = set(ZipFile(pack(outputs, texts=False)).namelist())
    assert f"outputs/first/fig-words.{kind}" not in names and "outputs/second/fig-words.png" in names
    assert ("outputs/first/fig-words.png" in names) == (kind == "vl.json")


def test_without_texts_a_notebook_with_outputs_that_quote_is_refused(outputs: Path) -> None:
    path = outputs.parent / "notebooks" / "first.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].outputs = [nbformat.v4.new_output("stream", text=QUOTED)]
    nbformat.write(notebook, path)
    with pytest.raises(RunError, match=r"notebooks/first\.ipynb shows text .*; clear"):
        pack(outputs, texts=False)
    assert pack(outputs).exists()


@given(
    n=st.integers(0, 12),
    at=st.integers(0, 20),
    joint=st.sampled_from([" ", "\n", ",", '"",\n"', " — ", "</b><b>", "\\n"]),
)
def test_a_passage_is_found_from_eight_words_on_whatever_stands_between(n: int, at: int, joint: str) -> None:
    words = [f"w{number}ї" for number in range(40)]
    content = joint.join(["before", *words[at : at + n], "after"])
    found = _quoting({"a": content, "b": "other words"}, [" ".join(words)])
    assert found == ({"a"} if n >= PASSAGE and "<" not in joint else set())
    drawn = _quoting({"a.svg": content}, [" ".join(words)])
    assert drawn == ({"a.svg"} if n >= PASSAGE and "\\" not in joint else set())


def places(folder: Path) -> Iterator[Path]:
    """A corpus in each of the forms that an archive takes."""
    write_corpus(folder / "press" / "deep")
    write(folder / "press" / "metadata.csv", "path,title\ndeep/one.txt,A mayor\n")
    write(folder / "press" / "README.md", "About the press")
    write(folder / "press" / ".hidden", "x")
    record = {"id": "r", "text": "A new bridge opened in Kyiv on Tuesday, after two years of work on it."}
    write(folder / "records.jsonl", json.dumps(record) + "\n")
    write(folder / "metadata.csv", "doc_id,publisher\nr,Herald\n")
    yield from (folder / "press", folder / "records.jsonl")


@pytest.mark.parametrize("form", range(2))
def test_articles_load_from_the_archive_as_they_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: int) -> None:
    place = list(places(tmp_path / "here"))[form]
    corpus = read_corpus(str(place), strict=False, say=lambda line: None)
    files = _articles(place, corpus.label)
    for name, path in files.items():
        write(tmp_path / "there" / name, path.read_text(encoding="utf-8"))
    monkeypatch.chdir(tmp_path / "there")
    assert hash_data(*load_corpus(corpus.label)) == corpus.data
    assert not any(".hidden" in name for name in files)


def test_a_pattern_is_refused(outputs: Path) -> None:
    with pytest.raises(RunError, match="is a pattern; put what it matches into a folder"):
        pack(outputs, corpus=str(outputs.parent / "articles" / "**" / "*.txt"))


def test_notebooks_on_several_corpora_are_refused(tmp_path: Path) -> None:
    outputs = write_run(tmp_path)
    write(
        tmp_path / "others" / "one.txt", "Trams will cross the new bridge from the autumn, the office said on Monday.\n"
    )
    write_notebook(tmp_path / "notebooks" / "second.ipynb", LOAD, parameters='corpus = "../others"\ntop = 3  # names')
    manifest = json.loads((outputs / "manifest.json").read_text(encoding="utf-8"))
    entries = manifest["notebooks"]
    second = next(notebook for notebook in planned(tmp_path) if notebook.name == "second")
    hashes = five_hashes(second.source, {"top": 3}, second.corpus.data)
    items = [{**item, "cite": figure_id("second", item["id"], hashes)} for item in entries["second"]["items"]]
    entries["second"] |= {"hashes": hashes, "items": items, "corpus": {"label": "others", "articles": 1, "refused": 0}}
    behind = records(second.source, {"top": 3}, hashes, second.corpus.rows)
    describe(entries, outputs, manifest["behind"] | behind)
    with pytest.raises(RunError, match="several corpora"):
        pack(outputs)


def test_the_command_packs_and_names_the_remedy(outputs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(outputs.parent)
    done = CliRunner().invoke(main, ["archive", "--without-texts"])
    assert done.exit_code == 0 and done.output.startswith("ukrcorpus-archive.zip: ")
    assert "left-out.csv" in ZipFile("ukrcorpus-archive.zip").namelist()
    (outputs / "index.html").write_text("x")
    refused = CliRunner().invoke(main, ["archive", "--out", "b.zip"])
    assert refused.exit_code == 1 and "index.html" in refused.output and "ukrcorpus run" in refused.output
    assert CliRunner().invoke(main, ["archive", "--outputs", "absent"]).exit_code == 1


@pytest.mark.slow
def test_unpacked_elsewhere_it_verifies_as_identical_with_its_own_program(tmp_path: Path) -> None:
    own = 'import os, ukrcorpus\nassert os.environ.get("EXPECTED", "") in ukrcorpus.__file__'
    write_corpus(tmp_path / "articles")
    write_notebook(tmp_path / "notebooks" / "first.ipynb", own, LOAD, CHART, EVIDENCE)
    assert run_program("run", folder=tmp_path).returncode == 0
    packed = run_program("archive", "--out", "a.zip", folder=tmp_path)
    assert packed.returncode == 0, packed.stderr
    there = tmp_path / "there"
    shutil.unpack_archive(tmp_path / "a.zip", there)
    shutil.rmtree(tmp_path / "articles")
    (command,) = re.findall("^PYTHONPATH.*", (there / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    command = command.replace(".venv/bin/python", sys.executable)
    environment = {**os.environ, "TZ": "Asia/Tokyo", "EXPECTED": str(there / "program")}
    said = subprocess.run(["sh", "-c", command], cwd=there, env=environment, capture_output=True, text=True)
    assert said.stdout.splitlines()[-1].startswith("identical"), said.stdout + said.stderr

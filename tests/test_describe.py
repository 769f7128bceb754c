"""The Data Package and the RO-Crate of a run; scripts/check_packages.sh has the validators of both standards."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ukrcorpus import __released__
from ukrcorpus.columns import TABLES
from ukrcorpus.describe import _DESCRIBED, CRATE, PACKAGE, RIGHTS, write_crate, write_datapackage
from ukrcorpus.manifest import digest
from ukrcorpus.tables import to_csv

NAMES = ["start", "date_low", "direct", "candidates", "authors", "x"]
PANDAS = {"boolean": "boolean", "integer": "Int64", "number": "Float64"}


def write_outputs(folder: Path, tables: Mapping[str, pd.DataFrame | str], **given: Any) -> dict[str, Any]:
    """Outputs of one notebook that shows each of the tables; its entries."""
    name = given.pop("name", "n")
    (folder / name).mkdir(parents=True, exist_ok=True)
    items = []
    for id, table in tables.items():
        path = f"{name}/{id}.csv"
        (folder / path).write_text(table if isinstance(table, str) else to_csv(table), encoding="utf-8", newline="")
        items.append({"id": id, "caption": f"Of {id}.", "cite": f"ukrcorpus:{name}#{id}@k", "files": {"csv": path}})
    for path in (f"{name}.html", f"{name}.ipynb", "index.html", "CITATION.bib"):
        (folder / path).write_text(path, encoding="utf-8")
    hashes = {"data": "d" * 64, "code": "c" * 64}
    about = {"corpus": {"label": "press", "articles": 2, "refused": 0}, "citation": {}}
    entry = {"title": "When?", **about, "hashes": hashes, "key": "1a2b3c4d5e6f", "parameters": {}}
    return {name: {**entry, "notebook": f"{name}.ipynb", "page": f"{name}.html", "items": items, **given}}


def fields_of(folder: Path, table: pd.DataFrame) -> dict[str, dict[str, str]]:
    """The fields that a table gets, by name."""
    write_datapackage(write_outputs(folder, {"tab-a": table}), folder)
    package = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
    return {field["name"]: field for field in package["resources"][0]["schema"]["fields"]}


def check_package(folder: Path) -> None:
    """Every table is what the package says: hash, size, names; and pandas reads each column as the type it is given."""
    package = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{digest(content)}" and resource["bytes"] == len(content)
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        kinds = {name: PANDAS.get(field["type"], "string") for name, field in fields.items()}
        read = pd.read_csv(folder / resource["path"], dtype=kinds, keep_default_na=False, na_values=[""])
        assert list(read.columns) == list(fields)
        for name, field in fields.items():
            cells = read[name].dropna()
            if field["type"] in ("date", "datetime"):
                pd.to_datetime(cells, format="ISO8601")
            if field["type"] == "array":
                assert all(isinstance(json.loads(cell), list) for cell in cells)


def test_columns_get_type_meaning_and_unit_as_declared(tmp_path: Path) -> None:
    row = {"doc_id": "a", "start": 0, "end": 4, "surface": "1991", "label": "DATE", "value": "1991", "anchor": "text"}
    dates = {"date_low": pd.Timestamp("1991-01-01"), "date_high": pd.Timestamp("1991-12-31 23:59:59")}
    fields = fields_of(tmp_path, pd.DataFrame([{**row, **dates, "edtf": "1991", "score": 1.0}]))
    assert {name: field["type"] for name, field in fields.items()} == {
        **dict.fromkeys(["doc_id", "surface", "label", "value", "anchor", "edtf"], "string"),
        **{"start": "integer", "end": "integer", "score": "number", "date_low": "date", "date_high": "datetime"},
    }
    assert fields["value"]["description"] == TABLES["times"]["value"].meaning
    assert fields["value"]["unit"] == "TIMEX3 value" and "unit" not in fields["label"]
    check_package(tmp_path)


def test_what_is_not_declared_is_read_from_the_cells(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "whole": pd.array([1, None], dtype="Int64"),
            "part": [1.5, -2e-9],
            "yes": [True, False],
            "day": ["2024-01-31", ""],
            "moment": pd.to_datetime(["2023-06-24T23:30:00Z", "2023-06-25T23:30:00Z"]),
            "code": ["007", "12"],
            "nothing": ["", ""],
        }
    )
    kinds = {name: field["type"] for name, field in fields_of(tmp_path, table).items()}
    assert list(kinds.values()) == ["integer", "number", "boolean", "date", "datetime", "string", "string"]
    check_package(tmp_path)


@pytest.mark.parametrize(
    ("column", "cells", "kind"),
    [
        ("start", ["1", "x"], "string"),
        ("start", ["1", "1.5"], "number"),
        ("start", [""], "integer"),
        ("date_low", ["1991-01-01", "1991-01-01T12:00:00"], "datetime"),
        ("date_low", ["soon"], "string"),
        ("direct", ["True", ""], "boolean"),
        ("candidates", ['[{"name": "a"}]', ""], "array"),
        ("candidates", ["none"], "string"),
        ("authors", ['["A B"]'], "array"),
        ("authors", ["A B"], "string"),
        ("value", ["1991"], "string"),
    ],
)
def test_a_cell_is_never_of_another_type_than_its_column(tmp_path: Path, column: str, cells: list[str], kind: str):
    field = fields_of(tmp_path, pd.DataFrame({column: cells, "x": "y"}))[column]
    # A day among moments has no format of its own in the standard.
    assert (field["type"], field.get("format")) == (kind, "any" if kind == "datetime" else None)
    check_package(tmp_path)


def test_a_name_of_several_meanings_takes_that_of_its_table(tmp_path: Path) -> None:
    place = pd.DataFrame([{"name": "Kyiv", "label": "city", "country": "UA", "lat": 50.4, "reason": "few"}])
    summary = pd.DataFrame([{"estimate": 1.0, "low": "", "high": "", "n_docs": 1, "reason": "few"}])
    listed = pd.DataFrame([{"label": "A, 2024", "publisher": "A", "published_low": "2024-01-01", "url": ""}])
    bare = pd.DataFrame([{"label": "x", "name": "y"}])
    fields = fields_of(tmp_path / "1", place)
    assert fields["name"]["description"] == "modern name" and fields["label"]["description"] == "kind of finding"
    assert fields_of(tmp_path / "2", listed)["label"]["description"] == TABLES["docs"]["label"].meaning
    assert fields_of(tmp_path / "4", summary)["reason"]["description"] == TABLES["summary"]["reason"].meaning
    assert all("description" not in field for field in fields_of(tmp_path / "3", bare).values())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(st.sampled_from(NAMES), min_size=1, unique=True),
    rows=st.lists(st.lists(st.sampled_from(["", "0", "-1.5e3", "True", "2024-02-29", "a\n\"b\", ß", "[1]", "[", "nan"]),
                           min_size=6, max_size=6), max_size=4),
)  # fmt: skip
def test_any_table_is_what_its_package_says(tmp_path: Path, names: list[str], rows: list[list[str]]) -> None:
    table = pd.DataFrame([row[: len(names)] for row in rows], columns=names, dtype="str")
    write_datapackage(write_outputs(tmp_path, {"tab-a": table}), tmp_path)
    check_package(tmp_path)


def test_a_table_without_columns_or_without_file_is_left_out(tmp_path: Path) -> None:
    entries = write_outputs(tmp_path, {"tab-a": "\n", "tab-b": pd.DataFrame({"x": [1]}), "tab-c": "x\n"})
    (tmp_path / "n" / "tab-c.csv").unlink()
    package = json.loads(write_datapackage(entries, tmp_path).read_text(encoding="utf-8"))
    assert [resource["path"] for resource in package["resources"]] == ["n/tab-b.csv"]


def test_a_package_gives_no_licence_and_names_figures_and_source(tmp_path: Path) -> None:
    entries = write_outputs(tmp_path, {"tab-a": pd.DataFrame({"x": [1]})})
    package = json.loads(write_datapackage(entries, tmp_path).read_text(encoding="utf-8"))
    assert package["licenses"] == [{"name": "notspecified", "title": RIGHTS}]
    assert package["sources"] == [{"title": "press: 2 articles, 0 refused", "version": "d" * 64}]
    (resource,) = package["resources"]
    assert (resource["title"], resource["identifier"]) == ("Of tab-a.", "ukrcorpus:n#tab-a@k")


def crate_of(folder: Path, **given: Any) -> dict[str, dict[str, Any]]:
    """Entities of the crate of a notebook with one table, by their ids."""
    entries = write_outputs(folder, {"tab-a": pd.DataFrame({"x": [1]})}, **given)
    written = write_crate(entries, folder).read_text(encoding="utf-8")
    return {entity["@id"]: entity for entity in json.loads(written)["@graph"]}


def references(value: Any) -> list[str]:
    """Every id that a value of an entity leads to."""
    if isinstance(value, dict):
        return [value["@id"]] if set(value) == {"@id"} else [id for inner in value.values() for id in references(inner)]
    return [id for inner in value for id in references(inner)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", ["n", "two words", "Київ"])
def test_a_crate_leads_from_its_root_to_every_file_and_back_to_the_corpus(tmp_path: Path, name: str) -> None:
    graph = crate_of(tmp_path, name=name, parameters={"top": 3, "kinds": [], "given": None, "word": "ї", "on": True})
    led = {id for entity in graph.values() for id in references(entity)}
    assert {id for id in led if id not in graph} == {"https://w3id.org/ro/crate/1.1"}
    files = {unquote(part["@id"]) for part in graph["./"]["hasPart"]}
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert files == written - {CRATE}
    for id in references(graph["./"]["hasPart"]):
        content = (tmp_path / unquote(id)).read_bytes()
        assert graph[id]["sha256"] == digest(content) and graph[id]["contentSize"] == str(len(content))
    (action,) = [graph[id] for id in references(graph["./"]["mentions"])]
    own = {f"{name}.html", f"{name}.ipynb", f"{name}/tab-a.csv"}
    assert {unquote(id) for id in references(action["result"])} == own
    objects = [graph[id] for id in references(action["object"])]
    assert objects[0]["identifier"] == f"sha256:{'d' * 64}" and "not part of" in objects[0]["description"].lower()
    values = {entity["name"]: entity["value"] for entity in objects[1:]}
    assert values == {"top": 3, "kinds": "[]", "given": "null", "word": "ї", "on": True}
    assert {graph[id]["@type"] for id in references(action["instrument"])} == {
        "SoftwareSourceCode",
        "SoftwareApplication",
    }


def test_a_crate_names_no_moment_and_no_person_unless_told(tmp_path: Path) -> None:
    graph = crate_of(tmp_path / "a")
    assert graph["./"]["datePublished"] == __released__ and "author" not in graph["./"]
    assert not any(re.search(r"Time$", key) for entity in graph.values() for key in entity)
    authors = [{"family": "Doe", "given": "Jo"}, {"literal": "A Lab"}]
    graph = crate_of(tmp_path / "b", citation={"author": authors, "issued": {"date-parts": [[2026, 1, 5]]}})
    assert graph["./"]["datePublished"] == "2026-01-05"
    named = [(graph[id]["@type"], graph[id]["name"]) for id in references(graph["./"]["author"])]
    assert named == [("Person", "Jo Doe"), ("Organization", "A Lab")]


def test_a_crate_is_flat_and_compact(tmp_path: Path) -> None:
    for entity in crate_of(tmp_path, parameters={"kinds": ["a", "b"]}).values():
        values = [inner for value in entity.values() for inner in (value if isinstance(value, list) else [value])]
        assert all(set(value) == {"@id"} if isinstance(value, dict) else value is not None for value in values)


def test_both_are_the_same_each_time_and_end_in_a_newline(tmp_path: Path) -> None:
    entries = write_outputs(tmp_path, {"tab-a": pd.DataFrame({"x": ["ї"]})})
    for write, name in ((write_datapackage, PACKAGE), (write_crate, CRATE)):
        first = write(entries, tmp_path).read_bytes()
        assert write(dict(reversed(entries.items())), tmp_path).read_bytes() == first
        assert first.endswith(b"}\n") and b"\r" not in first and str(tmp_path).encode() not in first, name


def test_shapes_are_those_of_our_own_csv() -> None:
    for kind, value in {"boolean": True, "integer": -3, "number": 1e-9, "date": pd.Timestamp("2024-01-01")}.items():
        cell = to_csv(pd.DataFrame({"x": [value]})).splitlines()[1]
        assert re.fullmatch(_DESCRIBED["shapes"][kind], cell)

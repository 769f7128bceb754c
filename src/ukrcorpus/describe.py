"""What a run wrote, described for machines: its tables as a Data Package, the run itself as an RO-Crate."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from ukrcorpus import __released__, __version__
from ukrcorpus.columns import TABLES, Column
from ukrcorpus.manifest import digest, hash_files, write_json
from ukrcorpus.packaged import read_toml

PACKAGE, CRATE = "datapackage.json", "ro-crate-metadata.json"
_DESCRIBED = read_toml("described.toml")
RIGHTS: str = _DESCRIBED["rights"]
_ALSO = {name: Column(**about) for name, about in _DESCRIBED["columns"].items()}
_PROFILE = "https://w3id.org/ro/wfrun/process/0.5"


def write_datapackage(entries: Mapping[str, Mapping[str, Any]], folder: Path) -> Path:
    """Describe every table of a folder of outputs as a Data Package (version 2.0 of the standard, datapackage.org).

    A column has the type, meaning and unit that `TABLES` declares, where the table is one of those; the type is read
    from the cells where nothing is declared or a cell does not have it. An empty cell is a missing value. `entries` are
    the notebooks as in the manifest; a table that is not in the folder of outputs is left out.

    Returns:
        The file, `datapackage.json`.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_datapackage({}, Path(folder)).name
        'datapackage.json'
    """
    tables: dict[str, dict[str, str]] = {}
    for name, entry in sorted(entries.items()):
        for kind, path in sorted(entry.get("lists", {}).items()):
            tables[path] = {"title": f"{_DESCRIBED['lists'][kind]}: {entry['corpus']['label']}"}
        for item in [item for item in entry["items"] if "csv" in item["files"]]:
            about = {"title": item["caption"], "identifier": item["cite"], "notebook": f"{name}: {entry['title']}"}
            tables[item["files"]["csv"]] = about
    resources: list[dict[str, Any]] = []
    for path, about in tables.items():
        content = (folder / path).read_bytes() if (folder / path).exists() else b""
        # A table without columns is a lone line end, and nothing that a package could describe.
        if len(content) > 1:
            file = {"path": path, "bytes": len(content), "hash": f"sha256:{digest(content)}"}
            schema = {"fields": _fields(pd.read_csv(folder / path, dtype="str", na_filter=False))}
            told = {**about, "mediatype": _DESCRIBED["media"]["csv"], "schema": {**schema, "missingValues": [""]}}
            resources.append({"name": path[:-4].replace("/", "."), **_DESCRIBED["table"], **file, **told})
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "-".join(["ukrcorpus", *sorted({entry["corpus"]["label"] for entry in entries.values()})]),
        "title": f"Tables of {', '.join(sorted(entries))}, made by ukrcorpus {__version__}",
        "description": RIGHTS,
        "licenses": [{"name": "notspecified", "title": RIGHTS}],
        "sources": [{"title": c["name"], "version": c["identifier"].split(":")[1]} for c in _corpora(entries)],
        "ukrcorpus": __version__,
        "resources": resources,
    }
    return write_json(package, folder / PACKAGE)


def write_crate(entries: Mapping[str, Mapping[str, Any]], folder: Path) -> Path:
    """Describe a run as an RO-Crate 1.1 of the profile Process Run Crate 0.5 (w3id.org/ro/wfrun/process/0.5).

    Each notebook is a CreateAction: by the notebook and ukrcorpus, of the corpus (named by label and hash, not part of
    the crate, hence no Dataset) and the parameters, to the notebook's files. Of what is recommended, this is left out:
    `endTime` differs from run to run; no one says who the `agent` is; the software has no `url` yet. Where the run was
    given no CITATION.cff with a day, the day of this version of ukrcorpus stands for the one that a crate must name.
    Every file of the folder is described but the manifest, which holds the hashes of all.

    Returns:
        The file, `ro-crate-metadata.json`.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_crate({}, Path(folder)).name
        'ro-crate-metadata.json'
    """
    items = {path: item for entry in entries.values() for item in entry["items"] for path in item["files"].values()}
    hashes = {path: sha256 for path, sha256 in hash_files(folder).items() if path != CRATE}
    files = [_file(folder / path, path, sha256, items.get(path, {})) for path, sha256 in hashes.items()]
    runs = [entity for name, entry in sorted(entries.items()) for entity in _run(name, entry, hashes)]
    citation: Mapping[str, Any] = next((entry["citation"] for entry in entries.values()), {})
    authors = [_author(number, author) for number, author in enumerate(citation.get("author", []), start=1)]
    issued = citation.get("issued")
    root = {
        "name": f"ukrcorpus on {', '.join(corpus['name'] for corpus in _corpora(entries))}",
        "description": f"Executed notebooks ({', '.join(sorted(entries))}) with their figures and tables. {RIGHTS}",
        "datePublished": "-".join(f"{part:02}" for part in issued["date-parts"][0]) if issued else __released__,
        "author": _all(authors),
        "license": _to("#rights"),
        "conformsTo": _to(_PROFILE),
        "hasPart": _all(files),
        "mentions": _all(entity for entity in runs if entity["@type"] == "CreateAction"),
    }
    graph = [
        _entity(CRATE, "CreativeWork", about=_to("./"), conformsTo=_to("https://w3id.org/ro/crate/1.1")),
        _entity("./", "Dataset", **{key: value for key, value in root.items() if value}),
        _entity(_PROFILE, "CreativeWork", name="Process Run Crate", version="0.5"),
        _entity("#ukrcorpus", "SoftwareApplication", name="ukrcorpus", softwareVersion=__version__),
        _entity("#rights", "CreativeWork", name="Rights of the publishers", description=RIGHTS),
        *(*_corpora(entries), *runs, *files, *authors),
    ]
    # RO-Crate 1.1 has no word for a hash; this is the one of the profile.
    context = ["https://w3id.org/ro/crate/1.1/context", {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}]
    return write_json({"@context": context, "@graph": sorted(graph, key=lambda entity: entity["@id"])}, folder / CRATE)


def _run(name: str, entry: Mapping[str, Any], paths: Iterable[str]) -> list[dict[str, Any]]:
    """A notebook, its run and the parameters of that."""
    tag = f"#{quote(name)}"
    # JSON-LD would drop an empty list and a null, and forget the order of a list.
    plain = {k: v if isinstance(v, str | int | float) else json.dumps(v) for k, v in entry["parameters"].items()}
    values = [_entity(f"{tag}-{quote(k)}", "PropertyValue", name=k, value=v) for k, v in sorted(plain.items())]
    about = {"name": entry["notebook"], "description": entry["title"], "programmingLanguage": "Python"}
    code = {"version": __version__, "identifier": f"sha256:{entry['hashes']['code']}"}
    own = [path for path in paths if path in (entry["notebook"], entry["page"]) or path.startswith(f"{name}/")]
    action = {
        "name": f"Run of {name}",
        "description": f"ukrcorpus run --only {name}; its objects are the corpus and the parameters",
        "identifier": f"ukrcorpus:{name}@{entry['key']}",
        "instrument": [_to(tag), _to("#ukrcorpus")],
        "object": [_to(f"#corpus-{entry['hashes']['data'][:12]}"), *_all(values)],
        "result": [_to(quote(path)) for path in own],
    }
    run = _entity(f"{tag}@{entry['key']}", "CreateAction", **action)
    return [_entity(tag, "SoftwareSourceCode", **about, **code), run, *values]


def _corpora(entries: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The corpora of the notebooks, none of them part of the crate."""
    about = {"description": f"Not part of this crate. {RIGHTS}", "license": _to("#rights")}
    found = {entry["hashes"]["data"]: entry["corpus"] for _, entry in sorted(entries.items())}
    titles = {d: f"{c['label']}: {c['articles']} articles, {c['refused']} refused" for d, c in sorted(found.items())}
    identified = [(f"#corpus-{data[:12]}", f"sha256:{data}", title) for data, title in titles.items()]
    return [_entity(id, "CreativeWork", name=title, identifier=data, **about) for id, data, title in identified]


def _author(number: int, author: Mapping[str, str]) -> dict[str, Any]:
    name = author.get("literal") or " ".join(author[part] for part in ("given", "family") if part in author)
    return _entity(f"#author-{number}", "Organization" if "literal" in author else "Person", name=name)


def _file(file: Path, path: str, sha256: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """A file of a crate, with what the manifest says of its figure or table."""
    about = {"name": item.get("id", path), "description": item.get("caption"), "identifier": item.get("cite")}
    media = _DESCRIBED["media"].get(path.rsplit(".", 1)[-1], "application/octet-stream")
    size = {"contentSize": str(file.stat().st_size), "encodingFormat": media, "sha256": sha256}
    return _entity(quote(path), "File", **{key: text for key, text in about.items() if text}, **size)


def _entity(id: str, kind: str, **properties: Any) -> dict[str, Any]:
    return {"@id": id, "@type": kind, **properties}


def _to(id: str) -> dict[str, str]:
    return {"@id": id}


def _all(entities: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [_to(entity["@id"]) for entity in entities]


def _fields(table: pd.DataFrame) -> list[dict[str, str]]:
    """Name, type, meaning and unit of each column, going by the declared tables that have most of the columns."""
    shared = {name: set(columns) & set(table.columns) for name, columns in TABLES.items()}
    alike = sorted(TABLES, key=lambda name: (-len(shared[name] - set(TABLES["zones"])), -len(shared[name])))
    fields = []
    for name in table.columns:
        homes = [home for home in alike if name in TABLES[home]]
        meanings = [TABLES[home][name] for home in homes]
        # A name that means different things in different tables tells too little alone.
        if len(set(meanings)) == 1 or (homes and len(shared[homes[0]]) >= 3):
            column = meanings[0]
        else:
            dtypes = {meaning.dtype for meaning in meanings}
            column = _ALSO.get(name, Column(dtypes.pop() if len(dtypes) == 1 else "", ""))
        about = {"name": name, "description": column.meaning, "unit": column.unit}
        kind = _kind({cell for cell in table[name] if cell}, column)
        fields.append({**{key: text for key, text in about.items() if text}, **kind})
    return fields


def _kind(cells: set[str], column: Column) -> dict[str, str]:
    """The type that all cells of a column have, the declared one where they do."""
    fitting = _DESCRIBED["types"]["object" if column.unit == "JSON" else column.dtype] if cells or column.dtype else []
    shapes = {kind: re.compile(_DESCRIBED["shapes"][kind]) for kind in fitting}
    kind = next((kind for kind in fitting if all(map(shapes[kind].fullmatch, cells))), "string")
    mixed = kind == "datetime" and not all("T" in cell for cell in cells)
    return {"type": kind, "format": "any"} if mixed else {"type": kind}

"""What a run wrote, described for machines: its tables as a Data Package, the run itself as an RO-Crate."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from ukrcorpus import __version__
from ukrcorpus.columns import TABLES, Column
from ukrcorpus.manifest import digest, hash_files

PACKAGE, CRATE = "datapackage.json", "ro-crate-metadata.json"
RELEASED = "2026-11-22"
"""Day of this version of ukrcorpus: an RO-Crate must name a day, also where no CITATION.cff does."""
RIGHTS = (
    "The articles, and the names, words and sentences quoted from them, belong to their publishers. No licence for "
    "them is given here; they are quoted for research and review. Counts, figures and captions were made by ukrcorpus."
)
_DIALECT = {"delimiter": ",", "doubleQuote": True, "header": True, "lineTerminator": "\n", "quoteChar": '"'}
_PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
_MEDIA = {"bib": "application/x-bibtex", "csv": "text/csv", "html": "text/html", "ipynb": "application/x-ipynb+json"}
_MEDIA |= {"json": "application/json", "png": "image/png", "svg": "image/svg+xml"}
_SHAPES = {"boolean": "True|False", "integer": r"-?(0|[1-9]\d*)", "number": r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?"}
_SHAPES |= {"date": r"\d{4}-\d\d-\d\d", "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d)?"}
_FITTING = {"bool": ["boolean"], "int64": ["integer", "number"], "Int64": ["integer", "number"], "float64": ["number"]}
_FITTING |= {"datetime64[s]": ["date", "datetime"], "str": [], "object": [], "": list(_SHAPES)}
_ALSO = {"article": Column("str", "short name of the article"), "doc_id": TABLES["zones"]["doc_id"]}
_ALSO |= {"before": Column("str", "what stands before the surface"), "after": Column("str", "what stands after it")}
_ALSO |= {"n_docs_with": Column("int64", "articles of the group that hold such a span", "articles")}


def write_datapackage(entries: Mapping[str, Mapping[str, Any]], folder: Path) -> Path:
    """Describe every table of a folder of outputs as a Data Package (version 2.0 of the standard, datapackage.org).

    A column has the type, meaning and unit that `TABLES` declares, where the table is one of those; the type is read
    from the cells where nothing is declared or a cell does not have it. An empty cell is a missing value.

    Args:
        entries: the notebooks, as in the manifest.
        folder: the outputs; a table that is not there is left out.

    Returns:
        The file, `datapackage.json`.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_datapackage({}, Path(folder)).name
        'datapackage.json'
    """
    items = [(name, item) for name, entry in sorted(entries.items()) for item in entry["items"]]
    listed = [(name, item, path) for name, item in items for path in item["files"].values() if path.endswith(".csv")]
    # A table without columns is a lone line end, and nothing that a package could describe.
    there = [path for _, _, path in listed if (folder / path).exists() and (folder / path).stat().st_size > 1]
    tables = {path: pd.read_csv(folder / path, dtype="str", na_filter=False) for path in there}
    articles = {label for table in tables.values() if "article" in table for label in table["article"]}
    resources: list[dict[str, Any]] = []
    for name, item, path in [row for row in listed if row[2] in tables]:
        content = (folder / path).read_bytes()
        file = {"path": path, "bytes": len(content), "hash": f"sha256:{digest(content)}", "encoding": "utf-8"}
        table = {"type": "table", "format": "csv", "mediatype": _MEDIA["csv"], "dialect": _DIALECT}
        about = {"title": item["caption"], "identifier": item["cite"], "notebook": f"{name}: {entries[name]['title']}"}
        fields = {"fields": _fields(tables[path], articles), "missingValues": [""]}
        resources.append({"name": path[:-4].replace("/", "."), **file, **table, **about, "schema": fields})
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "-".join(["ukrcorpus", *sorted({entry["corpus"]["label"] for entry in entries.values()})]),
        "title": f"Tables of {', '.join(sorted(entries))}, made by ukrcorpus {__version__}",
        "description": RIGHTS,
        "licenses": [{"name": "notspecified", "title": RIGHTS}],
        "sources": [{"title": title, "version": data} for data, title in _corpora(entries).items()],
        "ukrcorpus": __version__,
        "resources": resources,
    }
    return _write(package, folder / PACKAGE)


def write_crate(entries: Mapping[str, Mapping[str, Any]], folder: Path) -> Path:
    """Describe a run as an RO-Crate 1.1 of the profile Process Run Crate 0.5 (w3id.org/ro/wfrun/process/0.5).

    Each notebook is a CreateAction: by the notebook and ukrcorpus, of the corpus (named by label and hash, not part of
    the crate, hence no Dataset) and the parameters, to the notebook's files. Of what is recommended, this is left out:
    `endTime` differs from run to run; no one says who the `agent` is; the software has no `url` yet.

    Args:
        entries: the notebooks, as in the manifest.
        folder: the outputs; every file is described but the manifest, which holds the hashes of all.

    Returns:
        The file, `ro-crate-metadata.json`.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_crate({}, Path(folder)).name
        'ro-crate-metadata.json'
    """
    hashes = {path: sha256 for path, sha256 in hash_files(folder).items() if path != CRATE}
    items = {path: item for entry in entries.values() for item in entry["items"] for path in item["files"].values()}
    files = [_file(folder / path, path, sha256, items.get(path, {})) for path, sha256 in hashes.items()]
    runs = [entity for name, entry in sorted(entries.items()) for entity in _run(name, entry, list(hashes))]
    citation: Mapping[str, Any] = next((entry["citation"] for entry in entries.values() if "citation" in entry), {})
    authors = [_author(n, author) for n, author in enumerate(citation.get("author", []), start=1)]
    issued, corpora = citation.get("issued"), _corpora(entries)
    root = {
        "name": f"ukrcorpus on {', '.join(corpora.values())}",
        "description": f"Executed notebooks ({', '.join(sorted(entries))}) with their figures and tables. {RIGHTS}",
        "datePublished": "-".join(f"{part:02}" for part in issued["date-parts"][0]) if issued else RELEASED,
        "author": _all(authors),
        "license": _to("#rights"),
        "conformsTo": _to(_PROFILE),
        "hasPart": _all(files),
        "mentions": _all(entity for entity in runs if entity["@type"] == "CreateAction"),
    }
    specification = _to("https://w3id.org/ro/crate/1.1")
    graph = [
        _entity(CRATE, "CreativeWork", about=_to("./"), conformsTo=specification),
        _entity("./", "Dataset", **{key: value for key, value in root.items() if value}),
        _entity(_PROFILE, "CreativeWork", name="Process Run Crate", version="0.5"),
        _entity("#ukrcorpus", "SoftwareApplication", name="ukrcorpus", softwareVersion=__version__),
        _entity("#rights", "CreativeWork", name="Rights of the publishers", description=RIGHTS),
        *(_corpus(data, title) for data, title in corpora.items()),
        *[*runs, *files, *authors],
    ]
    # RO-Crate 1.1 has no word for a hash; this is the one of the profile.
    context = ["https://w3id.org/ro/crate/1.1/context", {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}]
    return _write({"@context": context, "@graph": sorted(graph, key=lambda entity: entity["@id"])}, folder / CRATE)


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


def _corpus(data: str, title: str) -> dict[str, Any]:
    about = {"name": title, "description": f"Not part of this crate. {RIGHTS}", "identifier": f"sha256:{data}"}
    return _entity(f"#corpus-{data[:12]}", "CreativeWork", **about, license=_to("#rights"))


def _author(number: int, author: Mapping[str, str]) -> dict[str, Any]:
    name = author.get("literal") or " ".join(author[part] for part in ("given", "family") if part in author)
    return _entity(f"#author-{number}", "Organization" if "literal" in author else "Person", name=name)


def _fields(table: pd.DataFrame, articles: set[str]) -> list[dict[str, str]]:
    """Name, type, meaning and unit of each column."""
    declared, fields = _declared(table, articles), []
    for name in table.columns:
        column = declared.get(name, Column("", ""))
        described = {"name": name, "description": column.meaning, "unit": column.unit}
        kind = _kind({cell for cell in table[name] if cell}, column)
        fields.append({**{key: text for key, text in described.items() if text}, **kind})
    return fields


def _declared(table: pd.DataFrame, articles: set[str]) -> dict[str, Column]:
    """What is declared of the columns, going by the declared tables that have most of them."""
    shared = {name: set(columns) & set(table.columns) for name, columns in TABLES.items()}
    alike = sorted(TABLES, key=lambda name: (-len(shared[name] - set(TABLES["zones"])), -len(shared[name])))
    declared = dict(_ALSO)
    for column in table.columns:
        homes = [name for name in alike if column in TABLES[name]]
        meanings = [TABLES[name][column] for name in homes]
        # A name that means different things in different tables tells too little alone.
        if homes and (len(shared[homes[0]]) >= 3 or len(set(meanings)) == 1):
            declared[column] = meanings[0]
        elif len({meaning.dtype for meaning in meanings}) == 1:
            declared.setdefault(column, Column(meanings[0].dtype, ""))
    of_articles = "label" in table and len(table) and set(table["label"]) <= articles
    return {**declared, "label": TABLES["docs"]["label"]} if of_articles else declared


def _kind(cells: set[str], column: Column) -> dict[str, str]:
    """The type that all cells of a column have, the declared one where they do."""
    fitting = _FITTING[column.dtype]
    if (column.unit == "JSON" or column.dtype == "object") and all(map(_is_list, cells)):
        return {"type": "array"}
    for kind in fitting if cells else fitting[-1:] * bool(column.dtype):
        if all(re.fullmatch(_SHAPES[kind], cell) for cell in cells):
            return {"type": kind}
    dated = "date" in fitting and cells and all(re.fullmatch(f"{_SHAPES['date']}(T.*)?", cell) for cell in cells)
    return {"type": "datetime", "format": "any"} if dated else {"type": "string"}


def _is_list(cell: str) -> bool:
    try:
        return isinstance(json.loads(cell), list)
    except ValueError:
        return False


def _corpora(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Title of each corpus, by its hash."""
    found = {entry["hashes"]["data"]: entry["corpus"] for _, entry in sorted(entries.items())}
    return {d: f"{c['label']}: {c['articles']} articles, {c['refused']} refused" for d, c in sorted(found.items())}


def _file(file: Path, path: str, sha256: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """A file of a crate, with what the manifest says of its figure or table."""
    about = {"name": item.get("id", path), "description": item.get("caption"), "identifier": item.get("cite")}
    media = _MEDIA.get(path.rsplit(".", 1)[-1], "application/octet-stream")
    size = {"contentSize": str(file.stat().st_size), "encodingFormat": media, "sha256": sha256}
    return _entity(quote(path), "File", **{key: text for key, text in about.items() if text}, **size)


def _entity(id: str, kind: str, **properties: Any) -> dict[str, Any]:
    return {"@id": id, "@type": kind, **properties}


def _to(id: str) -> dict[str, str]:
    return {"@id": id}


def _all(entities: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [_to(entity["@id"]) for entity in entities]


def _write(described: Mapping[str, Any], path: Path) -> Path:
    text = json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
    return path

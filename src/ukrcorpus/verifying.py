"""Whether outputs come out again, and where they do not, which layer moved and which figures moved with it."""

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ukrcorpus.columns import TABLES, as_table
from ukrcorpus.manifest import FILE, digest, figure_id, five_hashes, hash_files, read_manifest, records
from ukrcorpus.parameters import CORPUS, ParameterError, suggest
from ukrcorpus.run import Notebook, Report, RunError, plan, run

_IDENTIFIER = re.compile(r"(?i:ukrcorpus):([^#@]+)(?:#([^@]+))?(?:@(.+))?")
_HASH = re.compile("[0-9a-f]{12}|[0-9a-f]{64}")
_Rows = Iterator[tuple[str, ...]]


def verify(
    target: str | Path,
    *,
    corpus: str | None = None,
    notebooks: str | Path | None = None,
    outputs: str | Path = "outputs",
    rerun: bool = True,
    jobs: int | None = None,
    say: Callable[[str], None] = lambda line: None,
    report: Report = lambda name, event: None,
) -> pd.DataFrame:
    """Compare outputs with their manifest, what they rest on with what is there now, and them with a run of today.

    Each thing stands in one layer: the theme and the libraries that draw are the renderer, all other files of the
    package and the notebook are code, all other libraries the environment. The run takes the parameters of the
    manifest, so that these move only where the notebook has others or the manifest was altered.

    Args:
        target: a folder of outputs, or an identifier such as `ukrcorpus:timeline#fig-timeline@1a2b3c4d5e6f`, or that of
            a notebook, which has no `#`.
        corpus: the articles; as in `run`, and so are `notebooks`, `jobs`, `say` and `report`.
        notebooks: folder of the notebooks.
        outputs: folder in which an identifier is looked for.
        rerun: whether to run the notebooks anew; without that, files and hashes alone are compared.
        jobs: notebooks that run at once.
        say: told what a reader of a log wants to know.
        report: told of each event of each notebook.

    Returns:
        A row a finding (see `TABLES["verification"]`), also for what is identical: the files on disk, the five layers
        of each notebook, then each figure, table, page and notebook as it came out anew.

    Raises:
        RunError: where there is no manifest or a damaged one, no such figure, no corpus, or no such notebook.

    Example:
        >>> verify("ukrcorpus:timeline#fig-timeline", outputs="absent")
        Traceback (most recent call last):
        ukrcorpus.run.RunError: absent has no manifest.json; name a folder of outputs, or write one with: ukrcorpus run
    """
    asked = _IDENTIFIER.fullmatch(str(target))
    manifest = _read(Path(outputs if asked else target))
    entries, files = manifest["notebooks"], manifest["files"]
    rows = [*_compare(files, hash_files(Path(outputs if asked else target)), entries, "disk")]
    rows += _identify(asked, entries) if asked else []
    where: dict[str, Any] = {"notebooks": notebooks, "corpus": corpus}
    chosen = plan(**where, only=[asked[1]] if asked else list(entries), parameters={}, strict=False, say=say)
    given = {book.name: _given(book, entries[book.name]) for book in chosen}
    for book in chosen:
        rows += _layers(book, given[book.name], entries[book.name], manifest["behind"])
    # One run gives all notebooks their values, unless one of them was run apart with another value.
    union = {name: value for values in given.values() for name, value in values.items()}
    one = all(given[book.name] == {n: v for n, v in union.items() if n in book.declared} for book in chosen)
    where |= {"pages": pages} if (pages := entries[chosen[0].name].get("pages")) is not None else {}
    with tempfile.TemporaryDirectory(prefix="ukrcorpus-", ignore_cleanup_errors=True) as work:
        out = Path(work) / "outputs"
        try:
            for names in ([list(given)] if one else [[name] for name in given]) if rerun else ():
                values = union if one else given[names[0]]
                run(**where, only=names, parameters=values, out=out, jobs=jobs, say=lambda line: None, report=report)
            rows += _compare(files, read_manifest(out)["files"], entries, "rerun") if rerun else []
        except (RunError, ParameterError) as error:
            said = [line.split("; see ")[0] for line in str(error).splitlines() if "is as it was" not in line]
            rows.append((asked[1] if asked else "", "", "rerun", "failed", "; ".join(said)))
    rows = [row for row in rows if not asked or (row[0] == asked[1] and asked[2] in (None, row[1] or asked[2]))]
    return as_table(pd.DataFrame(rows, columns=list(TABLES["verification"])), "verification")


def report_lines(findings: pd.DataFrame) -> list[str]:
    """The findings as a reader wants them: what is not identical, and a last line over all.

    Example:
        >>> moved = {"notebook": "timeline", "item": "", "layer": "data", "status": "moved", "detail": "one changed"}
        >>> report_lines(pd.DataFrame([moved]))
        ['data moved: one changed (timeline)', 'not identical: data moved; nothing was run anew']
    """
    where = findings["notebook"].str.cat(findings["item"], sep="#").str.strip("#")
    told = findings.assign(where=where)[findings["status"] != "identical"]
    groups = told.groupby(["layer", "status", "detail"], sort=False)["where"]
    lines = [f"{layer} {status}: {detail} ({', '.join(names)})" for (layer, status, detail), names in groups]
    anew = findings[(findings["layer"] == "rerun") & findings["item"].str.fullmatch("(?:fig|tab)-[a-z0-9-]+")]
    counted = f"{(anew['status'] != 'identical').sum()} of {len(anew)} figures and tables differ"
    counted = counted if len(anew) else "nothing was run anew"
    moved = ", ".join(findings.loc[findings["status"] == "moved", "layer"].drop_duplicates()) or "no layer"
    same = bool((findings["status"] == "identical").all())
    return [*lines, f"identical; {counted}" if same else f"not identical: {moved} moved; {counted}"]


def _read(folder: Path) -> dict[str, Any]:
    if not (folder / FILE).is_file():
        raise RunError(f"{folder} has no {FILE}; name a folder of outputs, or write one with: ukrcorpus run")
    try:
        manifest = read_manifest(folder)
        for entry in manifest["notebooks"].values():
            _ = {**entry["hashes"], **entry["parameters"]}, entry["corpus"]["label"], [i["id"] for i in entry["items"]]
        if manifest["notebooks"]:
            return manifest
    except (ValueError, TypeError, KeyError):
        pass
    raise RunError(f"{folder / FILE} is damaged; restore it, or write it anew with: ukrcorpus run")


def _identify(asked: re.Match[str], entries: Mapping[str, Any]) -> _Rows:
    """A row where an identifier is not the one that its figure or table has now."""
    name, item, key = asked.groups()
    items = [known["id"] for known in entries[name]["items"]] if name in entries else []
    if name not in entries or item not in (None, *items):
        hint = suggest(item, items) if name in entries else suggest(name, entries)
        raise RunError(f"the outputs hold no {name}{f'#{item}' * bool(item)}; {hint}")
    now = figure_id(name, item or "", entries[name]["hashes"]).replace("#@", "@")
    if key and key != now.rpartition("@")[2]:
        yield name, item or "", "identifier", "differs", f"here is {now}, which rests on something else"


def _compare(then: Mapping[str, str], now: Mapping[str, str], names: Iterable[str], layer: str) -> _Rows:
    """A row for each figure, table, page and notebook, and for what else there is: which of its files differ."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(then.keys() | now.keys()):
        what = "missing" if path not in now else "additional" if path not in then else "changed"
        notebook, item, kind = _owner(path, names)
        found.setdefault((notebook, item), []).extend([f"{kind} {what}"] * (then.get(path) != now.get(path)))
    for owner, said in found.items():
        yield *owner, layer, "differs" if said else "identical", _few(said)


def _owner(path: str, names: Iterable[str]) -> tuple[str, str, str]:
    """Notebook, item and kind of a file; pages name the identifier, move with every layer, and stand for themselves."""
    first, _, rest = path.partition("/")
    if rest and first in names:
        item, _, kind = rest.partition(".")
        return first, rest if kind.endswith("html") else item, kind
    stem, _, kind = first.rpartition(".")
    part = {"html": "page", "ipynb": "notebook"}.get(kind)
    return (stem, part, kind) if part and stem in names else ("", first, rest or kind)


def _given(notebook: Notebook, entry: Mapping[str, Any]) -> dict[str, Any]:
    """What a run is to be given to have the parameters of the manifest."""
    recorded = {name: value for name, value in entry["parameters"].items() if name in notebook.declared}
    other = {name for name in recorded if digest([notebook.declared[name].value]) != digest([recorded[name]])}
    return {name: value for name, value in recorded.items() if name in other | {*entry.get("given", ())}}


def _layers(book: Notebook, given: Mapping[str, Any], entry: Mapping[str, Any], kept: Mapping[str, Any]) -> _Rows:
    """A row for each layer of a notebook."""
    values = {**{name: parameter.value for name, parameter in book.declared.items() if name != CORPUS}, **given}
    hashes = five_hashes(book.source, values, book.corpus.data)
    behind = {**kept, **records(book.source, values, hashes, book.corpus.rows)}
    for layer, now in hashes.items():
        then = entry["hashes"].get(layer, "")
        said = "" if then == now else _few(_changes(then, now, behind)) or "the manifest holds no more than the hash"
        yield book.name, "", layer, "identical" if then == now else "moved", said
    if book.corpus.label != entry["corpus"]["label"]:
        said = f"pages call the corpus {entry['corpus']['label']}, a run of today {book.corpus.label}"
        yield book.name, "", "corpus", "renamed", said


def _changes(then: str, now: str, behind: Mapping[str, Any]) -> Iterator[str]:
    """What differs between the records of two hashes; nothing where the first was not kept."""
    # The record of the code names that of the package.
    pair = [behind.get(value, {}) for value in (then, now)]
    old, new = ({**record, **behind.get(record.get("package"), {})} for record in pair)
    for name in sorted(old.keys() | new.keys()) if old else ():
        if name not in old or name not in new:
            yield f"{name} {'added' if name in new else 'removed'}"
        elif old[name] != new[name]:
            yield f"{name} changed" if _HASH.fullmatch(str(new[name])) else f"{name} {old[name]} → {new[name]}"


def _few(said: Iterable[str]) -> str:
    listed = list(said)
    return ", ".join(listed[:8]) + f" and {len(listed) - 8:,} more" * (len(listed) > 8)

"""Whether outputs come out again, and where they do not, which layer moved and which figures moved with it."""

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ukrcorpus.columns import TABLES, as_table
from ukrcorpus.manifest import FILE, digest, figure_id, five_hashes, hash_files, read_manifest, records
from ukrcorpus.parameters import CORPUS, ParameterError, suggest, with_files
from ukrcorpus.planning import Notebook, RunError, plan
from ukrcorpus.run import Report, run

_IDENTIFIER = re.compile(r"(?i:ukrcorpus):([^#@]+)(?:#([^@]+))?(?:@(.+))?")
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

    `target` is a folder of outputs or, to be looked for in `outputs`, an identifier such as
    `ukrcorpus:timeline#fig-timeline@1a2b3c4d5e6f`, or that of a notebook, which has no `#`. Without `rerun`, files and
    hashes alone are compared. All other options are those of `run`.

    Each thing stands in one layer: the theme and the libraries that draw are the renderer, all other files of the
    package and the notebook are code, all other libraries the environment. The run takes the parameters of the
    manifest, so that these move only where the notebook has others or the manifest was altered.

    Returns:
        A row a finding (see `TABLES["verification"]`), also for what is identical: the files on disk, the five layers
        of each notebook, then each figure, table, page and notebook as it came out anew.

    Raises:
        ValueError: where the manifest is damaged.
        RunError: where there is no manifest, no such figure, no corpus, or no such notebook.

    Example:
        >>> verify("ukrcorpus:timeline#fig-timeline", outputs="absent")
        Traceback (most recent call last):
        ukrcorpus.planning.RunError: absent has no manifest.json; name a folder of outputs, or make one: ukrcorpus run
    """
    asked = _IDENTIFIER.fullmatch(str(target))
    folder = Path(outputs if asked else target)
    if not (folder / FILE).is_file():
        raise RunError(f"{folder} has no {FILE}; name a folder of outputs, or make one: ukrcorpus run")
    manifest = read_manifest(folder)
    entries, files = manifest["notebooks"], manifest["files"]
    rows = [*_compare(files, hash_files(folder), entries, "disk"), *(_identify(asked, entries) if asked else ())]
    where: dict[str, Any] = {"notebooks": notebooks, "corpus": corpus}
    chosen = plan(**where, only=[asked[1]] if asked else list(entries), parameters={}, strict=False, say=say)
    given = {book.name: _given(book, entries[book.name]) for book in chosen}
    rows += [row for book in chosen for row in _layers(book, given[book.name], entries[book.name], manifest["behind"])]
    # One run gives all notebooks their values, unless one of them was run apart with another value.
    union = {name: value for values in given.values() for name, value in values.items()}
    one = all(given[book.name] == {n: v for n, v in union.items() if n in book.declared} for book in chosen)
    first = entries[chosen[0].name]
    where |= {"pages": first["pages"], "cite": first["citation"]}
    where |= {"jobs": jobs, "say": lambda line: None, "report": report}
    with tempfile.TemporaryDirectory(prefix="ukrcorpus-", ignore_cleanup_errors=True) as work:
        out = Path(work) / "outputs"
        try:
            for names in ([list(given)] if one else [[name] for name in given]) if rerun else ():
                run(**where, only=names, parameters=union if one else given[names[0]], out=out)
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


def _given(book: Notebook, entry: Mapping[str, Any]) -> dict[str, Any]:
    """What a run is to be given to have the parameters of the manifest."""
    kept = {name: value for name, value in entry["parameters"].items() if name in book.declared}
    other = {name for name, value in kept.items() if digest([book.declared[name].value]) != digest([value])}
    return {name: value for name, value in kept.items() if name in other | {*entry["given"]}}


def _layers(book: Notebook, given: Mapping[str, Any], entry: Mapping[str, Any], kept: Mapping[str, Any]) -> _Rows:
    """A row for each layer of a notebook."""
    values = {**{name: parameter.value for name, parameter in book.declared.items() if name != CORPUS}, **given}
    values = with_files(values, book.path.parent)
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
            hashed = re.fullmatch("[0-9a-f]{12}|[0-9a-f]{64}", str(new[name]))
            yield f"{name} changed" if hashed else f"{name} {old[name]} → {new[name]}"


def _few(said: Iterable[str]) -> str:
    listed = list(said)
    return ", ".join(listed[:8]) + f" and {len(listed) - 8:,} more" * (len(listed) > 8)

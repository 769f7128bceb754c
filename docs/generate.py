"""What the pages take from the package itself: figures, columns, functions, data files.

A line `<!-- generated: NAME ARGUMENT -->` of a page is replaced by what the function NAME below gives, and
`IDENTIFIER-OF(NOTEBOOK/ITEM)` by the identifier of a figure or table in outputs/.
"""

import io
import json
import re
from importlib.resources import files
from itertools import takewhile
from pathlib import Path
from typing import Any

import click
import pandas as pd

import ukrcorpus
from ukrcorpus.cli import main

ROOT = Path(__file__).parent.parent
DATA = files("ukrcorpus") / "data"
_TEXT = (".csv", ".json", ".toml", ".txt", ".conf", ".svg")
VERBS = {
    "load": "Load: articles in, and what was refused",
    "infer": "Infer: what no field states, and the evidence for it",
    "find": "Find: a row a finding",
    "link": "Link: the same thing across articles",
    "count": "Count: rates with their interval, or the reason for none",
    "compare": "Compare: groups of articles",
    "label": "Label: what else can be said of rows",
    "plot": "Plot: an Altair chart of a table",
    "show": "Show: figures, tables and evidence in a notebook",
    "write": "Write: files for other tools",
    "": "Everything else",
}
_PLACE = re.compile(r"^<!-- generated: (\w+) ?(\S*) -->$", re.M)
_IDENTIFIER = re.compile(r"IDENTIFIER-OF\(([\w-]+)/([\w-]+)\)")
_CODE = re.compile(r"(?<![`:\w])`([^`\n]+)`(?![`_])")


def fill(app: Any, page: str, source: list[str]) -> None:
    """Put what is generated in the places that a page keeps for it."""
    makers = {"figure": figure, "picture": picture, "columns": columns, "functions": functions}
    makers |= {"commands": commands, "data": data_files}
    depth = "../" * (page.count("/") + 1)
    named = _IDENTIFIER.sub(lambda place: _entry(place[1], place[2])["cite"], source[0])
    source[0] = _PLACE.sub(lambda place: makers[place[1]](*filter(None, [place[2]]), depth=depth), named)


def mark_code(app: Any, what: str, name: str, subject: Any, options: Any, lines: list[str]) -> None:
    """Docstrings write code between single backticks: a public name becomes a link, anything else is literal."""

    def marked(match: re.Match[str]) -> str:
        public = match[1] in ukrcorpus.__all__ and match[1] != name.rpartition(".")[2]
        return f":py:obj:`~ukrcorpus.{match[1]}`" if public else f"``{match[1]}``"

    lines[:] = [line if line.lstrip().startswith(">>>") else _CODE.sub(marked, line) for line in lines]


def figure(where: str, *, depth: str) -> str:
    """A figure of the committed outputs, with its caption, alternative text and identifier."""
    shown = _entry(where.split("/")[0], where.split("/")[1])
    return _picture(shown, depth, f"{_plain(shown['caption'])} `{shown['cite']}`")


def picture(where: str, *, depth: str) -> str:
    """The same, with the page of its analysis for a caption."""
    notebook, item = where.split("/")
    return _picture(_entry(notebook, item), depth, f"{{doc}}`analyses/{notebook}`")


def _entry(notebook: str, item: str) -> dict[str, Any]:
    manifest = json.loads((ROOT / "outputs" / "manifest.json").read_text(encoding="utf-8"))
    return next(i for i in manifest["notebooks"][notebook]["items"] if i["id"] == item)


def _picture(shown: dict[str, Any], depth: str, caption: str) -> str:
    path = f"{depth}outputs/{shown['files']['svg']}"
    return f":::{{figure}} {path}\n:alt: {shown['alt']}\n\n{caption}\n:::"


def _plain(text: str) -> str:
    """Text without what Markdown would read as markup."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", text)


def columns(*, depth: str) -> str:
    """A table of columns for each table that the package declares."""
    return "\n\n".join(_columns_of(name) for name in ukrcorpus.TABLES)


def _columns_of(name: str) -> str:
    maker = f"find_{name}"
    made_by = f"Made by {{py:obj}}`~ukrcorpus.{maker}`.\n\n" if maker in ukrcorpus.__all__ else ""
    declared = ukrcorpus.TABLES[name].items()
    rows = [f"| `{key}` | {c.dtype} | {_plain(c.meaning)} | {_plain(c.unit)} |" for key, c in declared]
    table = "\n".join(["| column | dtype | meaning | unit |", "|---|---|---|---|", *rows])
    return f"(table-{name})=\n\n## {name}\n\n{made_by}{table}"


def functions(*, depth: str) -> str:
    """The docstring of each public name, grouped by the verb that it begins with."""
    named = {"iter_corpus": "load"}
    groups: dict[str, list[str]] = {verb: [] for verb in VERBS}
    for name in ukrcorpus.__all__:
        if callable(getattr(ukrcorpus, name)):
            verb = named.get(name, name.partition("_")[0])
            groups[verb if verb in VERBS else ""].append(name)
    parts = []
    for verb, names in groups.items():
        directives = "\n".join(f".. autofunction:: ukrcorpus.{name}" for name in names)
        if names:
            parts.append(f"## {VERBS[verb]}\n\n```{{eval-rst}}\n{directives}\n```")
    return "\n\n".join(parts)


def commands(*, depth: str) -> str:
    """What each command says of itself."""
    parts = []
    parent = click.Context(main, info_name="ukrcorpus", **main.context_settings)
    for name, command in main.commands.items():
        context = click.Context(command, parent=parent, info_name=name, terminal_width=78)
        parts.append(f"## ukrcorpus {name}\n\n```text\n{command.get_help(context)}\n```")
        for inner in command.list_commands(context) if isinstance(command, click.Group) else ():
            told = command.get_command(context, inner)
            options = {"parent": context, "info_name": inner, "terminal_width": 78}
            parts.append(
                f"## ukrcorpus {name} {inner}\n\n```text\n{told.get_help(click.Context(told, **options))}\n```"
            )
    return "\n\n".join(parts)


def data_files(*, depth: str) -> str:
    """The header of each data file, and what can be counted in it."""
    return "\n\n".join(map(_data_file, sorted(path.name for path in DATA.iterdir())))


def _data_file(name: str) -> str:
    if not name.endswith(_TEXT):
        return f"## {name}\n\nWeights of a model: see `NOTICE-names.txt`."
    text = (DATA / name).read_text(encoding="utf-8")
    parts = [f"## {name}"]
    if name.endswith(".csv"):
        parts.append(_counted(text))
    header = text
    if name.endswith(".json"):
        header = "\n".join(f"{key}: {value}" for key, value in json.loads(text)["notice"].items())
    elif name.endswith((".csv", ".toml")):
        commented = takewhile(lambda line: line.startswith("#"), text.splitlines())
        header = "\n".join(line.removeprefix("#").removeprefix(" ") for line in commented)
    return "\n\n".join([*parts, f"```{{code-block}} text\n:class: wrap\n{header.rstrip()}\n```"])


def _counted(text: str) -> str:
    """Rows of a CSV file, and how many of them say that their source is unverified."""
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("#")]
    table = pd.read_csv(io.StringIO("".join(lines)), dtype="str", keep_default_na=False)
    said = f"{len(table):,} rows"
    if "source" in table.columns:
        open_rows = int(table["source"].str.contains("unverified").sum())
        said += f", {open_rows:,} of them with a source that says “unverified”"
    return f"{said}. Columns: {', '.join(f'`{name}`' for name in table.columns)}."

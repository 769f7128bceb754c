"""Coding sheets: a random sample of paragraphs, and the files in which coders say what each of them bears."""

import csv
import html
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ukrcorpus.columns import TABLES, as_table
from ukrcorpus.lexicon import whole_paragraphs
from ukrcorpus.spans import each_article
from ukrcorpus.zones import find_zones

SMALLEST_STRATUM = 5
"""Paragraphs drawn from each stratum before the rest is shared out in proportion."""

_RUNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "'", *"0123456789")
"""What a spreadsheet would run as a formula or turn into a number or a date, and the mark that keeps it from that."""
_FIXED = ("text", "coder", "unit_id")


def draw_sample(
    docs: pd.DataFrame,
    *,
    by: str = "publisher",
    size: int = 100,
    paragraphs: pd.DataFrame | None = None,
    label: str | None = None,
    zones: pd.DataFrame | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    r"""Draw a stratified random sample of paragraphs for coding by hand.

    A row is a paragraph. Each stratum gives five paragraphs (all it has, where it has fewer; fewer, where `size` is not
    enough for five of each, but one at least, even where there are more strata than `size`), and the rest is shared out
    in proportion to what the strata have left, by largest remainder. Within a stratum every paragraph has the same
    chance, without replacement, so that paragraphs of one article are drawn independently of each other. Where the
    corpus has no more than `size` paragraphs, all are taken, with weight 1. The rows are shuffled: coders do not meet
    publisher after publisher, and the first half of a sheet is a random sample too. The order of docs changes nothing.

    Args:
        docs: a table with `doc_id`, `text` and `by`.
        by: column of docs that makes the strata; articles without a value form "unknown".
        size: paragraphs to draw.
        paragraphs: the result of `label_paragraphs`, to draw those that bear `label` by the automatic measure apart
            from those that do not.
        label: the label meant.
        zones: the result of `find_zones`, where it was made already.
        seed: of the random numbers.

    Returns:
        `doc_id`, `start`, `end`, `surface`, `zone`, `unit_id` (doc_id:start), `stratum`, `n_stratum` (int64, paragraphs
        in it), `weight` (float64, paragraphs of the corpus that the row stands for).

    Raises:
        ValueError: where only one of `paragraphs` and `label` is given, the label does not occur, or `size` is below 1.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["One thing.\n\nAnother thing."], "publisher": ["P"]})
        >>> draw_sample(docs, size=2)[["unit_id", "stratum", "weight"]].sort_values("unit_id").values.tolist()
        [['a:0', 'P', 1.0], ['a:12', 'P', 1.0]]

    """
    texts = dict(each_article(docs))
    if (paragraphs is None) != (label is None):
        raise ValueError("paragraphs and label go together: give the result of label_paragraphs and one of its labels")
    if paragraphs is None or label is None:
        units = whole_paragraphs(find_zones(docs) if zones is None else zones, ["paragraph"])
    else:
        units = paragraphs[paragraphs["label"] == label]
        if units.empty and len(paragraphs):
            raise ValueError(f"paragraphs has no label {label!r}; it has {', '.join(sorted(set(paragraphs['label'])))}")
    units = units[units["doc_id"].isin(texts)].sort_values(["doc_id", "start"], ignore_index=True)
    strata = units["doc_id"].map(docs.set_index("doc_id")[by].astype("object")).fillna("unknown").astype("str")
    if label is not None:
        strata = strata + np.where(units["present"], f", {label}: yes", f", {label}: no")
    units = units.assign(stratum=strata, n_stratum=strata.map(strata.value_counts()))
    counts = strata.value_counts().sort_index()
    if size < 1:
        raise ValueError(f"size {size}: draw one paragraph at least")
    rng, drawn = np.random.default_rng(seed), []
    for stratum, number in _allocate(counts, size).items():
        rows = units.index[units["stratum"] == stratum].to_numpy()
        drawn += rng.choice(rows, number, replace=False).tolist()
    chosen = units.loc[rng.permutation(np.array(drawn, "int64"))]
    names = [f"{doc_id}:{start}" for doc_id, start in zip(chosen["doc_id"], chosen["start"], strict=True)]
    places = zip(chosen["doc_id"], chosen["start"], chosen["end"], strict=True)
    n_drawn = chosen.groupby("stratum")["stratum"].transform("size")
    chosen = chosen.assign(
        surface=[texts[doc_id][start:end] for doc_id, start, end in places],
        zone="paragraph",
        unit_id=names,
        weight=chosen["n_stratum"].astype("float64") / n_drawn.astype("float64"),
    )
    return as_table(chosen, "sample")[[*TABLES["sample"]]]


def _allocate(counts: pd.Series, size: int) -> dict[str, int]:
    """Paragraphs to draw from each stratum."""
    if size >= counts.sum():
        return {str(stratum): int(count) for stratum, count in counts.items()}
    least = np.minimum(counts, np.clip(size // len(counts), 1, SMALLEST_STRATUM))
    spare = counts - least
    shares = max(size - least.sum(), 0) * spare / max(spare.sum(), 1)
    drawn = least + np.floor(shares).astype("int64")
    for stratum in (np.floor(shares) - shares).sort_values(kind="stable").index[: max(size - drawn.sum(), 0)]:
        drawn[stratum] += 1
    return {str(stratum): int(count) for stratum, count in drawn.items()}


def write_coding_sheet(
    sample: pd.DataFrame, path: str | PathLike[str], *, labels: Sequence[str], coder: str, keep: Sequence[str] = ()
) -> None:
    """Write an empty coding sheet: CSV with a row a paragraph, that Excel and LibreOffice open.

    Columns: `text`, a column a label (to fill: 1 for yes, 0 for no), `coder`, those to `keep`, `unit_id`. Nothing else
    says which article a paragraph is from. What a spreadsheet would run as a formula or make a date of begins with an
    apostrophe, which `read_codes` takes off. An empty sheet is written anew; one that holds codes never is.

    Args:
        sample: the result of `draw_sample`.
        path: the file.
        labels: the labels to code.
        coder: name of the coder.
        keep: columns of sample to show, such as `stratum`; none, for coding that is blind to the source.

    Raises:
        ValueError: where a label is given twice or is the name of another column, or coder is empty.
        FileExistsError: where the file holds codes, or is no coding sheet.

    Example:
        >>> import tempfile
        >>> sample = pd.DataFrame({"surface": ["= is no formula"], "unit_id": ["001:0"]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_coding_sheet(sample, f"{folder}/a.csv", labels=["cause"], coder="A")
        ...     print(Path(f"{folder}/a.csv").read_text(encoding="utf-8-sig"))
        text,cause,coder,unit_id
        '= is no formula,,A,'001:0
        <BLANKLINE>

    """
    if len({*labels, *keep, *_FIXED}) < len([*labels, *keep, *_FIXED]) or not coder or not labels or "" in labels:
        raise ValueError(f"labels {list(labels)}, coder {coder!r}: name both, and no column twice or {_FIXED}")
    if Path(path).exists():
        try:
            coded = bool(read_codes(path)["code"].notna().any())
        except ValueError:
            coded = True
        if coded:
            raise FileExistsError(f"{path}: holds codes, or is no coding sheet; give another path, or move it away")
    _write(sample, path, {unit: {} for unit in sample["unit_id"]}, labels, coder, keep)


def _write(
    sample: pd.DataFrame,
    path: str | PathLike[str],
    codes: dict[str, dict[str, int]],
    labels: Sequence[str],
    coder: str,
    keep: Sequence[str] = (),
) -> None:
    """The sheet with the codes there are; written beside and then put in place, so that no crash leaves half of it."""
    rows = [["text", *map(_guard, labels), "coder", *keep, "unit_id"]]
    for row in sample.to_dict("records"):
        cells = [codes[row["unit_id"]].get(label, "") for label in labels]
        others = [_guard(str(row[name])) for name in keep]
        rows.append([_guard(row["surface"]), *map(str, cells), _guard(coder), *others, f"'{row['unit_id']}"])
    beside = Path(path).with_name(f"{Path(path).name}.part")
    with beside.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    beside.replace(path)


def _guard(cell: str) -> str:
    return f"'{cell}" if cell.lstrip().startswith(_RUNS) or cell[:1].isspace() else cell


def read_codes(paths: str | PathLike[str] | Sequence[str | PathLike[str]]) -> pd.DataFrame:
    r"""Read coding sheets, of one or more coders, as a long table.

    A row is a paragraph, a coder and a label. Commas, semicolons and tabs between cells are read, as spreadsheets of
    different countries save them; columns behind `coder`, such as remarks, are left alone.

    Args:
        paths: one sheet or several.

    Returns:
        `unit_id`, `coder`, `label`, `code` (Int64: 1, 0, null where the cell is empty).

    Raises:
        ValueError: where a file is no coding sheet, a cell holds something else, or a coder has a paragraph twice.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     n = Path(f"{folder}/a.csv").write_text("text,cause,moral,coder,unit_id\nSo.,1,,A,a:0\n")
        ...     read_codes(f"{folder}/a.csv").astype("object").values.tolist()
        [['a:0', 'A', 'cause', 1], ['a:0', 'A', 'moral', <NA>]]

    """
    codes: dict[tuple[str, str, str], int | None] = {}
    for path in [paths] if isinstance(paths, str | PathLike) else paths:
        names, rows = _read(path)
        labels = names[1 : names.index("coder")]
        for number, row in enumerate(rows, start=2):
            if not any(row):
                continue
            cells = dict(zip(names, row, strict=True))
            unit, coder = cells["unit_id"].removeprefix("'"), cells["coder"].strip().removeprefix("'")
            if not unit or not coder:
                raise ValueError(f"{path}, row {number}: no unit_id or no coder; restore it from an empty sheet")
            for label in labels:
                value = cells[label].strip()
                if value not in ("", "0", "1"):
                    raise ValueError(
                        f"{path}, row {number}, column {label}: {value!r} is no code; write 1 for yes, 0 for no, or "
                        "leave it empty"
                    )
                if (unit, coder, label) in codes:
                    raise ValueError(
                        f"{path}, row {number}: {coder} has {label} of {unit} a second time; give each coder a name "
                        "and each file once"
                    )
                codes[unit, coder, label] = int(value) if value else None
    found = [{"unit_id": u, "coder": c, "label": n, "code": value} for (u, c, n), value in codes.items()]
    return as_table(found, "codes")


def _read(path: str | PathLike[str]) -> tuple[list[str], list[list[str]]]:
    """The header and the rows of a sheet."""
    try:
        with Path(path).open(encoding="utf-8-sig") as file:
            header = file.readline()
        sep = max(",;\t", key=header.count)
        cells = pd.read_csv(
            path, sep=sep, header=None, dtype="str", keep_default_na=False, skip_blank_lines=False, encoding="utf-8-sig"
        )
    except UnicodeDecodeError:
        raise ValueError(f"{path}: is not UTF-8; save it as “CSV UTF-8” in the spreadsheet") from None
    except ValueError as error:
        raise ValueError(f"{path}: is no table ({error}); restore it from an empty sheet") from None
    names, *rows = cells.fillna("").to_numpy().tolist()
    names = [name.removeprefix("'") for name in names]
    if names[0] != "text" or "unit_id" not in names or "coder" not in names[2:] or len({*names}) < len(names):
        raise ValueError(f"{path}, row 1: no coding sheet; its columns are text, the labels, coder, unit_id")
    return names, rows


def show_coding_sheet(sample: pd.DataFrame, *, labels: Sequence[str], path: str | PathLike[str], coder: str) -> Any:
    """Open a coding sheet in JupyterLab: one paragraph at a time, with a checkbox a label.

    Every click is written to the file, so nothing is lost, and the same call goes on where the coder stopped. A tick is
    written as 1; "Next" writes 0 for the labels of the paragraph that are not ticked. Tab goes from box to box and to
    the buttons, the space bar ticks and presses.

    Args:
        sample: the result of `draw_sample`.
        labels: the labels to code.
        path: the sheet; made where there is none.
        coder: name of the coder.

    Returns:
        A widget for the last line of a cell (ipywidgets' `VBox`): progress, paragraph, checkboxes, buttons.

    Raises:
        ValueError: where sample is empty, or the file is the sheet of another coder, sample or list of labels.

    Example:
        >>> import tempfile
        >>> sample = pd.DataFrame({"surface": ["So."], "unit_id": ["a:0"]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     progress, text, boxes, buttons = show_coding_sheet(
        ...         sample, labels=["cause"], path=f"{folder}/a.csv", coder="A"
        ...     ).children
        ...     boxes.children[0].value = True
        ...     read_codes(f"{folder}/a.csv")["code"].tolist()
        [1]

    """
    from ipywidgets import HTML, Button, Checkbox, HBox, VBox  # type: ignore[import-untyped]

    if sample.empty:
        raise ValueError("the sample holds no paragraph; draw one with draw_sample")
    if not Path(path).exists():
        write_coding_sheet(sample, path, labels=labels, coder=coder)
    given, units = read_codes(path), sample["unit_id"].tolist()
    for name, wanted in {"unit_id": set(units), "label": set(labels), "coder": {coder}}.items():
        if set(given[name]) != wanted:
            raise ValueError(f"{path}: its {name} differ from those of this call; give a sheet of its own as path")
    codes: dict[str, dict[str, int]] = {unit: {} for unit in units}
    for unit, label, value in given.dropna()[["unit_id", "label", "code"]].to_numpy().tolist():
        codes[unit][label] = int(value)
    progress, text = HTML(), HTML()
    boxes = {label: Checkbox(description=label, indent=False) for label in labels}
    back, following = Button(description="Back"), Button(description="Next", button_style="primary")
    at = next((number for number, unit in enumerate(units) if len(codes[unit]) < len(labels)), 0)
    shown = False

    def save() -> None:
        _write(sample, path, codes, labels, coder)
        done = sum(len(held) == len(labels) for held in codes.values())
        progress.value = f"<b>Paragraph {at + 1} of {len(units)}. {done} coded.</b>"

    def show(step: int) -> None:
        nonlocal at, shown
        at, shown = min(max(at + step, 0), len(units) - 1), False
        body = html.escape(sample["surface"].iloc[at])
        style = "line-height: 1.5; max-width: 45em; white-space: pre-wrap"
        text.value = f'<div class="mathjax_ignore tex2jax_ignore" style="{style}">{body}</div>'
        for label, box in boxes.items():
            box.value = bool(codes[units[at]].get(label))
        shown = True
        save()

    def tick(change: dict[str, Any]) -> None:
        if shown:
            codes[units[at]][change["owner"].description] = int(change["new"])
            save()

    def go_on(_: Any) -> None:
        codes[units[at]] = {label: int(box.value) for label, box in boxes.items()}
        show(1)

    for box in boxes.values():
        box.observe(tick, "value")
    back.on_click(lambda _: show(-1))
    following.on_click(go_on)
    show(0)
    return VBox([progress, text, VBox([*boxes.values()]), HBox([back, following])])

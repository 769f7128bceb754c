"""The bench of times: how well `find_times` finds and reads them, and how fast."""

import json
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import click
import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from ukrcorpus.bench.scoring import measure, rate, read_gold
from ukrcorpus.columns import as_table
from ukrcorpus.entities.exports import replace_file
from ukrcorpus.files import Source
from ukrcorpus.formats import Entry, Record, problem
from ukrcorpus.tables import rounded
from ukrcorpus.times.find import find_times
from ukrcorpus.zones import find_zones

_ABOUT = ("DOCID", "DCT")
_CREATED = ("DCT/TIMEX3", *(f"TIMEX3[@functionInDocument='{role}_TIME']" for role in ("CREATION", "PUBLICATION")))
_RATES = ("precision", "recall", "estimate", "low", "high")


def read_timeml(content: bytes) -> Record:
    """Give an article in TimeML as a line of JSON would: doc_id, text, published and the list `times`.

    The text is that of the element TEXT or, where there is not just one, of the whole but DOCID and DCT; markup other
    than TIMEX3 is taken off. Of nested TIMEX3 all count, empty ones do not. The time of creation (in DCT, else by its
    functionInDocument, else that of publication) is `published`; where it stands in the text, it is `optional`.

    Example:
        >>> read_timeml(b'<TimeML><TEXT>In <TIMEX3 type="DATE" value="2022">2022</TIMEX3></TEXT></TimeML>')["times"]
        [{'start': 3, 'end': 7, 'label': 'DATE', 'value': '2022', 'optional': False}]
    """
    root = ElementTree.fromstring(content)
    bodies, text, times = root.findall(".//TEXT"), "", list[Record]()
    created = next(filter(None, (root.findall(f".//{path}") for path in _CREATED)), [])
    for element, piece in _pieces(bodies[0] if len(bodies) == 1 else root):
        if element is not None and element.tag == "TIMEX3" and (surface := "".join(element.itertext())).strip():
            about = {"label": element.get("type"), "value": element.get("value"), "optional": element in created}
            times.append({"start": len(text), "end": len(text) + len(surface), **about})
        text += piece
    published = created[0].get("value") if created else None
    return {"doc_id": root.findtext(".//DOCID"), "text": text, "published": published, "times": times}


def _pieces(element: ElementTree.Element) -> Iterator[tuple[ElementTree.Element | None, str]]:
    """The pieces of a text in order; with an element, the one that begins it."""
    yield element, element.text or ""
    for inner in element:
        if inner.tag not in _ABOUT:
            yield from _pieces(inner)
        yield None, inner.tail or ""


def read_times(source: Source) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read gold in JSON lines and TimeML (.tml, .timeml, .xml); a null label or value is one not stated."""
    docs, gold = read_gold(source, "times", read=_entries, labelled=False)
    told = gold.reindex(columns=["values", "value"]).to_numpy("object")
    accepted = [values if isinstance(values, list) else [value] for values, value in told]
    gold = gold.assign(values=pd.Series(accepted, gold.index, "object"))
    return docs, gold[["doc_id", "start", "end", "label", "values", "optional"]]


def _entries(path: Path) -> Iterator[Entry]:
    if path.suffix in (".tml", ".timeml", ".xml"):
        try:
            yield Entry(None, read_timeml(path.read_bytes()))
        except ElementTree.ParseError as error:
            yield problem(None, f"no XML, {error}", "correct the markup")


def pair_times(gold: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Pair overlapping times one to one, the closest first; gold that is optional takes what is left.

    A row is a pair: the columns of gold, those of found with the suffix `_found`, and its index as `row_found`.
    """
    gold, found = (table.sort_values(["doc_id", "start", "end"], kind="stable") for table in (gold, found))
    near = gold.assign(row=gold.index).merge(found.assign(row=found.index), on="doc_id", suffixes=("", "_found"))
    near = near[near["start"].lt(near["end_found"]) & near["start_found"].lt(near["end"])]
    apart = (near["start"] - near["start_found"]).abs() + (near["end"] - near["end_found"]).abs()
    near = near.assign(apart=apart).sort_values(["optional", "apart"], kind="stable")
    used, kept = set[tuple[str, int]](), list[bool]()
    for row, row_found in zip(near["row"], near["row_found"], strict=True):
        ends = {("gold", row), ("found", row_found)}
        kept.append(not ends & used)
        used |= ends if kept[-1] else set()
    return near[np.array(kept, "bool")]


def score_times(docs: pd.DataFrame, gold: pd.DataFrame, found: pd.DataFrame, **options: Any) -> pd.DataFrame:
    """Score times as TempEval-3 does (UzZaman et al. 2013): a row a measure and a label or "all", columns of `rate`.

    Measures: "strict" (the same span), "relaxed" (spans that overlap), "value" and "type" (relaxed, and the same). For
    a label, both sides have it. TempEval-3's own scorer paired what its normaliser had given the same id, took the same
    surface for the same span, passed over a TIMEX3 with markup inside, and compared values to the letter; here case
    and outer white space do not count, and any of `values` will do. What is optional in gold counts neither way, nor
    does what is paired with it. Where gold leaves a label unstated, "type" and labels are left out.
    """
    pairs = pair_times(gold, found.reset_index(drop=True))
    spared, both = pairs.loc[pairs["optional"], "row_found"], pairs[~pairs["optional"]]
    gold, found = gold[~gold["optional"]], found.reset_index(drop=True).drop(index=spared)
    told = zip(both["values"], both["value"], strict=True)
    hits = {
        "strict": both["start"].eq(both["start_found"]) & both["end"].eq(both["end_found"]),
        "relaxed": both["optional"].eq(False),
        "value": pd.Series([_folded(value) in map(_folded, values) for values, value in told], both.index, "bool"),
        "type": both["label"].eq(both["label_found"]),
    }
    stated, rows = gold["label"].notna().all(), []
    labels = sorted({*gold["label"], *found["label"]}) if stated else []
    for match in hits if stated else [*hits][:3]:
        for label in ["all", *labels][: 1 if match == "type" else None]:
            sides = [both[hits[match]], found, gold]
            if label != "all":
                sides = [side[side["label"].eq(label)] for side in sides]
                sides[0] = sides[0][sides[0]["label_found"].eq(label)]
            counts = [side["doc_id"].value_counts().reindex(sorted(docs["doc_id"]), fill_value=0) for side in sides]
            rows.append({"match": match, "label": label, **rate(np.stack(counts, axis=1), **options)})
    table = pd.DataFrame(rows).rename(columns={"estimate_low": "low", "estimate_high": "high"})
    table = as_table(table, "summary")
    return table[["match", "label", *table.columns.drop(["match", "label"])]]


def _folded(value: Any) -> str:
    return value.strip().lower() if isinstance(value, str) else ""


def _dateparser(docs: pd.DataFrame) -> None:
    search = import_module("dateparser.search").search_dates
    for text, language in zip(docs["text"], docs["language"], strict=True):
        search(text, languages=[language])


_PEERS = {"dateparser": _dateparser}


@click.command("times")
@click.argument("path")
@click.option("--language", metavar="L", help="Language of the articles that do not state it; else English.")
@click.option("--peer", type=click.Choice([*_PEERS]), help="Compare the speed with this tool's on the same articles.")
@click.option("--json", "file", metavar="FILE", help="Write all scores to this file, too.")
def command(path: str, language: str | None, peer: str | None, file: str | None) -> None:
    """Score find_times on the gold at PATH: a file or folder of TimeML, or of JSON lines with a list `times`."""
    try:
        docs, gold = read_times(path)
        docs["language"] = docs["language"].fillna(language or "en")
        zones = find_zones(docs)
        find_times(docs.assign(text=""), zones=zones.head(0))  # compiles the rules, and leaves what is remembered empty
        before = time.process_time()
        find_times(docs, zones=zones)
        first = max(time.process_time() - before, 1e-6)
        found, measured = measure(lambda: find_times(docs, zones=zones), docs)
        measured["words_per_second"] = measured["words"] / first  # a second reading would find all it remembers
        about = {"gold": Path(path).resolve().name, "articles": len(docs), **measured}
        about["undated"] = int(docs["published"].isna().sum())
        calls = {peer: lambda: _PEERS[peer](docs)} if peer else {}
        speeds = {name: measure(call, docs)[1]["words_per_second"] for name, call in calls.items()}
        scores = score_times(docs, gold, found).astype("object")
        rows = scores.where(scores.notna(), None).to_dict("records")
        report = rounded({**about, "compared": speeds, "scores": rows})
        if file:
            replace_file(file, f"{json.dumps(report, ensure_ascii=False, indent=1)}\n".encode())
    except ImportError as error:
        raise click.ClickException(f"{error}; to compare with {peer}, pip install {peer}") from error
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    _show(report)


def _show(report: dict[str, Any]) -> None:
    """Print a report, rates in per cent."""
    shown = Table("match", "label", "P", "R", "F1", "95 %", "hits", "found", "gold", box=None)
    for row in report["scores"]:
        rates = ["" if row[key] is None else f"{100 * row[key]:.1f}" for key in _RATES]
        sums = [f"{row[key]:,}" for key in ("n_hits", "n_found", "n_spans")]
        shown.add_row(row["match"], row["label"], *rates[:3], "-".join(filter(None, rates[3:])), *sums)
    speed, reason = report["words_per_second"], report["scores"][0]["reason"]
    about = (
        "{articles:,} articles ({undated:,} without a date), {words:,} words; {words_per_second:,.0f} words a second "
        "of processor time, read once, {peak_memory_mb} MB at the peak (getrusage)"
    )
    notes = [about.format(**report), *([f"no interval: {reason}"] if reason else [])]
    compared = "{}: {:,.0f} words a second; the above is {:.3g} times as fast"
    notes += [compared.format(name, of, speed / of) for name, of in report["compared"].items()]
    Console(highlight=False, markup=False, soft_wrap=True).print(shown, *notes, sep="\n")

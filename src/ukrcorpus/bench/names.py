"""The bench of names: how well `find_entities` finds and links them, and how fast."""

import json
from pathlib import Path
from typing import Any

import click
import pandas as pd
from rich.console import Console
from rich.table import Table

from ukrcorpus.bench.scoring import SPAN, STRICT, count_matches, measure, rate, read_gold
from ukrcorpus.columns import as_table
from ukrcorpus.entities.exports import replace_file
from ukrcorpus.entities.find import find_entities
from ukrcorpus.entities.table import KINDS
from ukrcorpus.tables import rounded

_TEN = {kind: kind for kind in KINDS} | {"PER": "PERSON"}
_THREE = {"PERSON": "PER", "PER": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}
_WAYS = {"strict": (_TEN, STRICT), "span": (_TEN, SPAN), "PER/ORG/LOC": (_THREE, STRICT)}
_RATES = ("precision", "recall", "estimate", "low", "high")


def score_names(docs: pd.DataFrame, gold: pd.DataFrame, found: pd.DataFrame, **options: Any) -> pd.DataFrame:
    """Score mentions: a row a way to match and a kind or "all", with the columns of `rate` (n_spans: of gold).

    Ways: "strict" (start, end, kind), "span" (start, end), "PER/ORG/LOC" (as strict; GPE and FAC are LOC, other kinds
    are left out), which stands alone where gold has those three kinds only.
    """
    three = "PER" in set(gold["label"]) and not set(gold["label"]) & set(KINDS) - {"ORG", "LOC"}
    rows = []
    for match in ["PER/ORG/LOC"] if three else _WAYS:
        kinds, keys = _WAYS[match]
        wanted, given = (table.assign(label=table["label"].map(kinds)) for table in (gold, found))
        for kind in ["all", *dict.fromkeys(kinds.values())][: 1 if match == "span" else None]:
            of = [*kinds.values()] if kind == "all" else [kind]
            own = wanted[wanted["label"].isin(of) | wanted["optional"]], given[given["label"].isin(of)]
            rows.append({"match": match, "label": kind, **rate(count_matches(docs, *own, keys), **options)})
    table = pd.DataFrame(rows).rename(columns={"estimate_low": "low", "estimate_high": "high"})
    table = as_table(table[(table["label"] == "all") | (table["n_found"] + table["n_spans"] > 0)], "summary")
    return table[["match", "label", *table.columns.drop(["match", "label"])]]


def score_links(gold: pd.DataFrame, found: pd.DataFrame) -> dict[str, Any]:
    """Score links where gold has a list `wikipedia` and the name is found at exactly its span, of whatever kind.

    `share` is `right` (the link is in the list) by `found`; `wrong_where_none` are links where the list is empty.
    """
    gold = gold.assign(wikipedia=gold.get("wikipedia"))
    listed = gold[~gold["optional"] & gold["wikipedia"].map(lambda cell: isinstance(cell, list))]
    links = found.set_index(["doc_id", *SPAN])["wikipedia"].rename("link")
    both = listed.join(links, on=["doc_id", *SPAN], how="inner")
    known, right = both["wikipedia"].astype("bool"), [link in of for link, of in both[["link", "wikipedia"]].to_numpy()]
    sums = {"names": listed["wikipedia"].astype("bool").sum(), "found": known.sum(), "right": sum(right)}
    sums |= {"found_where_none": (~known).sum(), "wrong_where_none": both.loc[~known, "link"].notna().sum()}
    return {"share": sum(right) / max(known.sum(), 1), **{key: int(value) for key, value in sums.items()}}


@click.command("names")
@click.argument("path")
@click.option("--model", default="light", show_default=True, help="table, light, embed or spacy:PIPELINE.")
@click.option("--table", metavar="CSV", help="Own entities, added to the packaged ones.")
@click.option("--json", "file", metavar="FILE", help="Write all scores to this file, too.")
def command(path: str, model: str, table: str | None, file: str | None) -> None:
    """Score find_entities on the gold at PATH: a file of JSON lines with a list `names`, or a folder of them."""
    try:
        docs, gold = read_gold(path, "names")
        found, measured = measure(lambda: find_entities(docs, table=table, model=model), docs)
        links, scores = score_links(gold, found), score_names(docs, gold, found).astype("object")
        rows = scores.where(scores.notna(), None).to_dict("records")
        others = gold.loc[~gold["label"].isin([*_TEN]) & ~gold["optional"], "label"].value_counts().sort_index()
        about = {"gold": Path(path).resolve().name, "model": model, "articles": len(docs), **measured}
        report = rounded({**about, "other_kinds": others.to_dict(), "links": links, "scores": rows})
        if file:
            replace_file(file, f"{json.dumps(report, ensure_ascii=False, indent=1)}\n".encode())
    except (OSError, ValueError, ImportError) as error:
        raise click.ClickException(str(error)) from error
    _show(report)


def _show(report: dict[str, Any]) -> None:
    """Print a report, rates in per cent."""
    rows, shown = report["scores"], Table("match", "kind", "P", "R", "F1", "95 %", "hits", "found", "gold", box=None)
    for row in rows:
        rates = ["" if row[key] is None else f"{100 * row[key]:.1f}" for key in _RATES]
        sums = [f"{row[key]:,}" for key in ("n_hits", "n_found", "n_spans")]
        shown.add_row(row["match"], row["label"], *rates[:3], "-".join(filter(None, rates[3:])), *sums)
    linked = "links: {right} of {found} right, {wrong_where_none} of {found_where_none} linked that have no article"
    speed = "{words_per_second:,.0f} words a second of processor time, {peak_memory_mb} MB at the peak (getrusage)"
    notes = [
        rows[0]["reason"] and f"no interval: {rows[0]['reason']}",
        rows[0]["match"] == "PER/ORG/LOC" and "gold has the kinds PER, ORG and LOC alone",
        report["other_kinds"] and f"left out, being of other kinds: {report['other_kinds']}",
        linked.format(**report["links"]),
        f"{report['articles']:,} articles, {report['words']:,} words; {speed.format(**report)}",
    ]
    Console(highlight=False, markup=False, soft_wrap=True).print(shown, *filter(None, notes), sep="\n")

"""The bench of actors: how often what the three finders about actors give is right, and how much of it they find."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pandas as pd
from scipy.stats import binomtest

from ukrcorpus.actors.actions import find_actions
from ukrcorpus.actors.attributions import find_attributions
from ukrcorpus.actors.evaluations import find_evaluations
from ukrcorpus.bench.scoring import is_cut, read_gold
from ukrcorpus.entities.exports import replace_file
from ukrcorpus.files import Source

_FINDERS: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], str, str, tuple[str, ...], str]] = {
    "evaluations": (find_evaluations, "evaluation", "evaluation", ("target",), "target"),
    "actions": (find_actions, "action", "predicate", ("agent", "patient"), "actor"),
    "attributions": (find_attributions, "attribution", "cue", ("responsible",), "responsible"),
}
"""Finder, name of its id, role of the row that tells and of those it tells of, and what gold calls the latter."""
_ENDS = ["start", "end", "who_start", "who_end"]
_NEEDS = "needs {0}_start and {0}_end within the text, and {0} as it stands there"
_NOTE = """\
A unit (a word and its target, a predicate and a named agent or patient, a cue and who is responsible) is right where
both spans overlap with gold's; optional gold counts neither way. Precision is right / found, recall gold met / gold,
with Wilson's 95 % interval. Gold counts verbs of speech and trying as actions, find_actions mostly does not.
Each sentence is read as an article of its own, which is harder: no other one tells who a name stands for."""


def read_actors(source: Source, part: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the sentences and the gold of one finder: ends of the word and of the name (`who`), role, optional."""
    docs, gold = read_gold(source, part, labelled=False)
    who, texts = _FINDERS[part][-1], docs.set_index("doc_id")["text"]
    for row in gold.to_dict("records"):
        span = {"start": row.get(f"{who}_start"), "end": row.get(f"{who}_end"), "surface": row.get(who), "label": ""}
        if not is_cut(span, texts[row["doc_id"]]):
            raise ValueError(f"{source}, sentence {row['doc_id']!r}, {part} at {row['start']}: {_NEEDS.format(who)}")
    gold = gold.rename(columns={f"{who}_{end}": f"who_{end}" for end in ("start", "end")})
    return docs, gold.reindex(columns=["doc_id", *_ENDS, "role", "optional"])


def find_units(docs: pd.DataFrame, part: str) -> pd.DataFrame:
    """What a finder gives, a row a unit (see `read_actors`)."""
    find, name, tells, told, _ = _FINDERS[part]
    rows = find(docs)
    keys, words = ["doc_id", f"{name}_id"], rows[rows["role"].eq(tells)]
    who = rows[rows["role"].isin(told) & (rows["name"].notna() | (part != "actions"))]
    who = who.rename(columns={"start": "who_start", "end": "who_end"})[[*keys, "who_start", "who_end", "role"]]
    return words[[*keys, "start", "end"]].merge(who, on=keys)[["doc_id", *_ENDS, "role"]]


def score_actors(docs: pd.DataFrame, gold: pd.DataFrame, found: pd.DataFrame) -> dict[str, Any]:
    """Sentences, units found, right and of gold, precision and recall in per cent with Wilson's 95 % interval."""
    gold, found = (table.reset_index(drop=True).reset_index(names="row") for table in (gold, found))
    on = ["doc_id"] if gold["role"].isna().all() else ["doc_id", "role"]
    both = found.merge(gold, on=on, suffixes=("", "_gold"))
    for start, end in (_ENDS[:2], _ENDS[2:]):
        both = both[both[start].lt(both[f"{end}_gold"]) & both[f"{start}_gold"].lt(both[end])]
    firm, n_gold = both[~both["optional"].astype("bool")], int((~gold["optional"]).sum())
    right, met = firm["row"].nunique(), firm["row_gold"].nunique()
    n_found = len(found) - both["row"].nunique() + right
    scores = {"sentences": len(docs), "found": n_found, "right": right, **_share("precision", right, n_found)}
    return {**scores, "gold": n_gold, **_share("recall", met, n_gold)}


def _share(name: str, hits: int, total: int) -> dict[str, float | None]:
    """A share in per cent with its interval (Wilson 1927); nothing where there is no denominator."""
    limits = binomtest(hits, total).proportion_ci(method="wilson") if total else (None, None)
    values = (hits / total if total else None, *limits)
    return {f"{name}{end}": v and round(100 * v, 1) for end, v in zip(("", "_low", "_high"), values, strict=True)}


@click.command("actors")
@click.argument("path")
@click.option("--json", "file", metavar="FILE", help="Write all scores to this file, too.")
def command(path: str, file: str | None) -> None:
    """Score the finders about actors on the gold at PATH: sentences as JSON lines with a list for each finder."""
    try:
        rows = []
        for part in _FINDERS:
            docs, gold = read_actors(path, part)
            rows.append({"finder": part, **score_actors(docs, gold, find_units(docs, part))})
        if file:
            replace_file(file, f"{json.dumps({'gold': Path(path).name, 'scores': rows}, indent=1)}\n".encode())
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{pd.DataFrame(rows).to_string(index=False, na_rep='')}\n\n{_NOTE}")

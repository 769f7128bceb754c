"""The bench of quotations: how well `find_quotes` finds, cuts and attributes them, and how fast."""

import json
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd

from ukrcorpus.bench.scoring import STRICT, is_cut, measure, rate, read_gold
from ukrcorpus.bench.times import pair_times
from ukrcorpus.columns import as_table
from ukrcorpus.entities.exports import replace_file
from ukrcorpus.entities.find import find_entities
from ukrcorpus.files import Source
from ukrcorpus.quotes import find_quotes
from ukrcorpus.sentences import find_sentences
from ukrcorpus.tables import rounded
from ukrcorpus.zones import find_zones

_SPEECH = {"quote": "direct", "block": "direct", "indirect": "indirect"}
_DIRECT: dict[Any, str] = {True: "quote", False: "indirect"}
_KEYS, _PARTS = ["doc_id", "start", "end", "optional"], ("cue", "speaker")
_ENDS = [f"{part}_{end}" for part in _PARTS for end in ("start", "end")]
_NEEDS = "needs a label (quote, block, indirect) or direct, speakers as a list, cue_span and speaker_span in the text"
_SHOWN = "speech match precision recall estimate low high n_hits n_found n_spans"


def read_quotes(source: Source) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read gold: speech (direct, indirect), speakers (empty where none is named), ends of cue_span and speaker_span."""
    docs, rows = read_gold(source, "quotes", labelled=False)
    texts, kept = docs.set_index("doc_id")["text"], list[dict[str, Any]]()
    for row in rows.astype("object").where(rows.notna(), None).to_dict("records"):
        label = row["label"] or _DIRECT.get(row.get("direct"))
        speakers = row.get("speakers") or [name for name in [row.get("speaker")] if name]
        spans = [row.get(f"{part}_span") for part in _PARTS]
        cuts = [dict(zip(STRICT, [*(s if isinstance(s, list) else ()), ""], strict=False)) for s in spans if s]
        whole = all(is_cut(cut, texts[row["doc_id"]]) for cut in cuts)
        if not (whole and label in [*_SPEECH] and isinstance(speakers, list)):
            raise ValueError(f"{source}, article {row['doc_id']!r}, quote at {row['start']}: {_NEEDS}; correct it")
        ends = dict(zip(_ENDS, (end for span in spans for end in (span or (None, None))[:2]), strict=True))
        kept.append({**{key: row[key] for key in _KEYS}, "speech": _SPEECH[label], "speakers": speakers, **ends})
    table = pd.DataFrame(kept, columns=[*_KEYS, "speech", "speakers", *_ENDS])
    return docs, table.astype({"optional": "bool", **dict.fromkeys(_ENDS, "float64")})


def score_quotes(docs: pd.DataFrame, gold: pd.DataFrame, quotes: pd.DataFrame, *, named: bool = False) -> pd.DataFrame:
    """Score quotations: a row a kind of speech (direct, indirect) and a way to match, with the columns of `rate`.

    Quotations that overlap are paired one to one, the closest first. Ways: "strict" (pairs of the same span), "overlap"
    (pairs), "end to end" (pairs with the right speaker, of what has one); and as shares of pairs: "speaker" (right,
    where gold names one), "unnamed source" (the speaker row overlaps speaker_span, where gold names none), "cue" (the
    cue overlaps cue_span). A speaker is right who is one of `speakers`, but for case and a leading "the"; the same
    surname is not enough. Optional gold counts neither way, nor does what is paired with it, or overlaps with no other.
    With `named`, indirect speech counts only where it has a speaker, on both sides.
    """
    found = quotes[(quotes["role"] == "quote") & quotes["label"].isin([*_SPEECH])]
    found = found[[*_KEYS[:3], "quote_id", "speaker"]].assign(speech=found["label"].map(_SPEECH))
    for part in _PARTS:
        ends = quotes[quotes["role"] == part].set_index("quote_id")[["start", "end"]].astype("float64")
        found = found.join(ends.add_prefix(f"found_{part}_"), on="quote_id")
    if named:
        gold = gold[gold["speech"].eq("direct") | gold["optional"] | gold["speakers"].astype("bool")]
        found = found[found["speech"].eq("direct") | found["speaker"].notna()]
    rows = []
    for speech in dict.fromkeys(_SPEECH.values()):
        mine, theirs = (table[table["speech"] == speech].reset_index(drop=True) for table in (gold, found))
        pairs, near = pair_times(mine, theirs), theirs.reset_index(names="row").merge(mine, on="doc_id")
        near = near[near["start_x"].lt(near["end_y"]) & near["start_y"].lt(near["end_x"])]
        spared = {*near.loc[near["optional"], "row"]} - {*near.loc[~near["optional"], "row"]}
        theirs = theirs.drop(index=[*(spared | {*pairs.loc[pairs["optional"], "row_found"]})])
        mine, both = mine[~mine["optional"]], pairs[~pairs["optional"]].copy()
        for part in _PARTS:
            low, high = (both[[f"{part}_{end}", f"found_{part}_{end}"]] for end in ("start", "end"))
            both[f"{part}_met"] = low.max(axis=1, skipna=False).lt(high.min(axis=1, skipna=False))
        told = zip(both["speaker"], both["speakers"], strict=True)
        right = np.array([_fold(name) in map(_fold, names) for name, names in told], "bool")
        known, cued = both["speakers"].astype("bool"), both[both["cue_start"].notna()]
        unnamed = both[~known & both["speaker_start"].notna()]
        sides = {
            "strict": (both[both["start"].eq(both["start_found"]) & both["end"].eq(both["end_found"])], theirs, mine),
            "overlap": (both, theirs, mine),
            "end to end": (both[right], theirs[theirs["speaker"].notna()], mine[mine["speakers"].astype("bool")]),
            "speaker": (both[right], both[known], both[known]),
            "unnamed source": (unnamed[unnamed["speaker_met"]], unnamed, unnamed),
            "cue": (cued[cued["cue_met"]], cued, cued),
        }
        for match, tables in sides.items():
            counts = [table["doc_id"].value_counts().reindex(sorted(docs["doc_id"]), fill_value=0) for table in tables]
            rows.append({"speech": speech, "match": match, **rate(np.stack(counts, axis=1))})
    return as_table(pd.DataFrame(rows).rename(columns={"estimate_low": "low", "estimate_high": "high"}), "summary")


def _fold(name: Any) -> str | None:
    return " ".join(name.casefold().split()).removeprefix("the ") if isinstance(name, str) else None


@click.command("quotes")
@click.argument("path")
@click.option("--named", is_flag=True, help="Score indirect speech with a named speaker only.")
@click.option("--json", "file", metavar="FILE", help="Write all scores to this file, too.")
def command(path: str, named: bool, file: str | None) -> None:
    """Score find_quotes on the gold at PATH: a file of JSON lines with a list `quotes`, or a folder of them."""
    try:
        docs, gold = read_quotes(path)
        zones = find_zones(docs)
        given = {"sentences": find_sentences(docs, zones=zones), "entities": find_entities(docs, zones=zones)}
        found, about = measure(lambda: find_quotes(docs, zones=zones, **given), docs)
        whole = measure(lambda: find_quotes(docs), docs)[1]["words_per_second"]
        about |= {"words_per_second_from_text": whole, "named": named}
        scores = score_quotes(docs, gold, found, named=named)
        rows = scores.astype("object").where(scores.notna(), None).to_dict("records")
        report = rounded({"gold": Path(path).resolve().name, "articles": len(docs), **about, "scores": rows})
        if file:
            replace_file(file, f"{json.dumps(report, ensure_ascii=False, indent=1)}\n".encode())
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(scores.filter(_SHOWN.split()).to_string(index=False, na_rep="", float_format="{:.3f}".format))
    click.echo("\n".join(f"{key}: {value}" for key, value in report.items() if key != "scores"))

"""The bench of places: how well `find_places` finds them and says which they are, and how fast."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from time import process_time, time
from typing import Any

import click
import numpy as np
import pandas as pd

from ukrcorpus.bench.scoring import SPAN, measure, rate, read_gold
from ukrcorpus.bench.times import pair_times
from ukrcorpus.entities.exports import replace_file
from ukrcorpus.places import find_places, place_table
from ukrcorpus.places.geodesy import distance_km
from ukrcorpus.tables import rounded
from ukrcorpus.zones import find_zones

NEAR, FARTHEST = 161, 20039  # km: a hundred miles, and what papers since 2018 take for half the way round the earth
_KEYS, _POINTS = ["doc_id", *SPAN], ["lat", "lon", "lat_found", "lon_found"]
_NAMES = ["name", "ukrainian", "russian", "soviet", "english", "aliases"]
_COLD = """import json, sys, time, pandas; from ukrcorpus import find_places
find_places(pandas.DataFrame({"doc_id": ["a"], "text": [sys.stdin.read()]}), **json.loads(sys.argv[1]))
print(time.time())"""
_SHOWN = "match precision recall estimate low high n_hits n_found places within_161 within_161_low within_161_high"
_SHOWN += " within_tol median_km mean_km auc auc_low auc_high n_answered n_spans words_per_second"


def read_places(source: str | Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read gold in JSON lines: `lat` and `lon` are needed where a place is not optional; a label may be missing."""
    docs, gold = read_gold(source, "places", labelled=False)
    gold = gold.reindex(columns=[*_KEYS, "label", "kind", "name", "lat", "lon", "tol_km", "uses", "optional"])
    numbers = gold[["lat", "lon", "tol_km"]].apply(pd.to_numeric, errors="coerce").astype("float64")
    fine = numbers["lat"].between(-90, 90) & numbers["lon"].between(-180, 180) | gold["optional"]
    fine &= numbers["tol_km"].gt(0) | gold["tol_km"].isna()
    fine &= np.array([isinstance(uses, list) or uses is None or uses != uses for uses in gold["uses"]], "bool")
    for doc_id, start in gold.loc[~fine, ["doc_id", "start"]].to_numpy()[:1]:
        needed = "lat and lon in degrees (or to be optional) and, where it has them, tol_km above 0 and uses as a list"
        raise ValueError(f"{Path(source).name}, article {doc_id!r}, place at {start}: needs {needed}; correct it")
    texts = dict(zip(docs["doc_id"], docs["text"], strict=True))
    surfaces = [texts[doc_id][start:end] for doc_id, start, end in gold[_KEYS].to_numpy()]
    gold = gold.astype({"name": "object", "label": "object"}).assign(**numbers, surface=surfaces)
    gold["name"], gold["label"] = gold["name"].fillna(gold["surface"]), gold["label"].fillna(gold["kind"])
    return docs, gold.drop(columns="kind")


def is_country(gold: pd.DataFrame) -> pd.Series:
    """Whether a place is a country: by its label or, where it has none, by its name.

    A name is a country's where `place_table` has it as one, historical ones too: so "Georgia" is always one.

    Example:
        >>> is_country(pd.DataFrame({"label": [None, None, "city"], "name": ["the USSR", "Kyiv", "Malta"]})).tolist()
        [True, False, False]
    """
    cells = place_table().query("kind == 'country'")[_NAMES].to_numpy().flat
    named = gold["name"].str.removeprefix("the ").isin({name for cell in cells for name in cell.split(";") if name})
    return gold["label"].eq("country").where(gold["label"].notna(), named).astype("bool")


def score_places(docs: pd.DataFrame, gold: pd.DataFrame, found: pd.DataFrame, **options: Any) -> pd.DataFrame:
    """Score places found: a row a measure, columns of `rate`.

    Measures: "strict" (the same span), "overlap" (spans that overlap, one to one, the closest first), "end to end"
    (overlapping, and at most 161 km apart). What is optional in gold counts neither way.
    """
    found = found.reindex(columns=[*_KEYS, "lat", "lon"]).reset_index(drop=True)
    pairs = pair_times(gold[[*found.columns, "optional"]], found)
    both, spared = pairs[~pairs["optional"]], pairs.loc[pairs["optional"], "row_found"]
    same = both["start"].eq(both["start_found"]) & both["end"].eq(both["end_found"])
    near = distance_km(*both[_POINTS].to_numpy("float64").T) <= NEAR
    sides, rows, ids = [found.drop(index=spared), gold[~gold["optional"]]], [], sorted(docs["doc_id"])
    for match, hits in {"strict": both[same], "overlap": both, "end to end": both[near]}.items():
        counts = [side["doc_id"].value_counts().reindex(ids, fill_value=0) for side in (hits, *sides)]
        rows.append({"match": match, **rate(np.stack(counts, axis=1), **options)})
    return pd.DataFrame(rows).rename(columns={"estimate_low": "low", "estimate_high": "high"})


def score_resolution(docs: pd.DataFrame, gold: pd.DataFrame, answers: pd.DataFrame, **options: Any) -> pd.DataFrame:
    """Score which places spans of gold are said to be: a row for all of them, one for those that are no countries.

    `within_161` (km) and `within_tol` (of those with tol_km) are shares, no answer being wrong; `mean_km`, `median_km`
    the error of what is answered; `auc` (Jurgens et al. 2015, Gritta et al. 2018) the area under the sorted errors,
    each log(km + 1) by log(20039), no answer 1: lower is better. It is summed in steps of one place; scripts of papers
    sum trapezoids, which leaves out half of the first and of the last. Means have 95 % intervals over articles.
    """
    answers = answers[[*_KEYS, "lat", "lon"]].drop_duplicates(_KEYS)
    both = gold[~gold["optional"]].merge(answers, "left", _KEYS, suffixes=("", "_found"))
    km = pd.Series(distance_km(*both[_POINTS].to_numpy("float64").T), both.index)
    within_tol = 1.0 * (km <= both["tol_km"]).where(both["tol_km"].notna())
    auc = np.nan_to_num(np.log1p(km) / np.log(FARTHEST), nan=1.0)
    means = pd.DataFrame({"within_161": 1.0 * (km <= NEAR), "within_tol": within_tol, "mean_km": km, "auc": auc})
    rows, ids = list[dict[str, Any]](), sorted(docs["doc_id"])
    for places, kept in {"all": both["start"].notna(), "no countries": ~is_country(both)}.items():
        counts = {"n_spans": kept.sum(), "n_answered": km[kept].count()}
        rows.append({"places": places, **counts, "median_km": km[kept].median()})
        for name, values in means[kept].items():
            sums = values.groupby(both["doc_id"]).agg(["sum", "count", "count"]).reindex(ids, fill_value=0)
            rated = rate(sums.to_numpy(), **options) if values.count() else {}
            rows[-1] |= {f"{name}{end}": rated.get(f"precision{end}") for end in ("", "_low", "_high")}
    return pd.DataFrame(rows)


def score_uses(gold: pd.DataFrame, found: pd.DataFrame) -> dict[str, Any]:
    """Score the use where gold has a list `uses` and the place is found at exactly its span: `right` by `found`."""
    wanted = gold[~gold["optional"] & gold["uses"].map(lambda uses: isinstance(uses, list)).astype("bool")]
    both = wanted[[*_KEYS, "uses"]].merge(found[[*_KEYS, "use"]].drop_duplicates(_KEYS), on=_KEYS)
    right = sum(use in uses for use, uses in both[["use", "uses"]].to_numpy())
    return {"share": right / len(both) if len(both) else None, "right": right, "found": len(both)}


def measure_start(text: str, options: dict[str, Any]) -> float:
    """Seconds from the start of a fresh Python process until it has found the places of a text, the median of three."""
    call = [sys.executable, "-X", "utf8", "-c", _COLD, json.dumps(options)]
    times = [(time(), float(subprocess.check_output(call, input=text.encode()))) for _ in range(3)]
    return float(np.median([end - start for start, end in times]))


_PEERS = {"flashgeotext": lambda: import_module("flashgeotext.geotext").GeoText().extract}


def _find(extract: Any, docs: pd.DataFrame) -> pd.DataFrame:
    """What a peer finds: kinds of places, of each its names, of each its spans."""
    kinds = ((doc_id, kind) for doc_id, text in docs[["doc_id", "text"]].to_numpy() for kind in extract(text).values())
    rows = [(doc_id, *span) for doc_id, kind in kinds for place in kind.values() for span in place["span_info"]]
    return pd.DataFrame(rows, columns=_KEYS).drop_duplicates()


@click.command("places")
@click.argument("path")
@click.option("--region", default="war", show_default=True, help="war, none, or codes of countries, commas between.")
@click.option("--population", type=int, metavar="N", help="Least population of places elsewhere that are looked for.")
@click.option("--peer", type=click.Choice([*_PEERS]), help="Compare spotting and speed with this tool's.")
@click.option("--json", "file", metavar="FILE", help="Write all scores to this file, too.")
def command(path: str, region: str, population: int | None, peer: str | None, file: str | None) -> None:
    """Score find_places on the gold at PATH: a file of JSON lines with a list `places`, or a folder of them."""
    options: dict[str, Any] = {"region": {"war": "war", "none": None}.get(region, region.split(","))}
    options |= {} if population is None else {"population": population}
    try:
        docs, gold = read_places(path)
        find_places(docs.head(1).assign(text=""), **options)  # loads the gazetteer
        begun, zones, zoned = process_time(), find_zones(docs), process_time()
        _, ended = find_places(docs, zones=zones, **options), process_time()
        found, about = measure(lambda: find_places(docs, zones=zones, **options), docs)
        about["words_per_second_again"] = about["words_per_second"]  # much of what names mean is remembered
        about["words_per_second"] = about["words"] / max(ended - zoned, 1e-6)
        about["words_per_second_with_zones"] = about["words"] / max(ended - begun, 1e-6)
        about |= {"start_seconds": measure_start(docs["text"].iloc[0], options), "uses": score_uses(gold, found)}
        answers = find_places(docs, zones=zones, spans=gold[_KEYS], **options)
        tables = {"scores": score_places(docs, gold, found), "resolution": score_resolution(docs, gold, answers)}
        if peer:
            extract = _PEERS[peer]()
            theirs, speed = measure(lambda: _find(extract, docs), docs)
            tables[peer] = score_places(docs, gold, theirs).head(2).assign(words_per_second=speed["words_per_second"])
        lists = {n: t.astype("object").where(t.notna(), None).to_dict("records") for n, t in tables.items()}
        report = rounded({"gold": Path(path).resolve().name, **options, "articles": len(docs), **about, **lists})
        if file:
            replace_file(file, f"{json.dumps(report, ensure_ascii=False, indent=1)}\n".encode())
    except ImportError as error:
        raise click.ClickException(f"{error}; pip install {peer or 'ukrcorpus'}") from error
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    for name, table in tables.items():
        shown = table.filter(_SHOWN.split()).to_string(index=False, na_rep="", float_format="{:.3f}".format)
        click.echo(f"{name}\n{shown}\n")
    click.echo("\n".join(f"{key}: {value}" for key, value in report.items() if key not in tables))

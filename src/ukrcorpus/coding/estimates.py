"""Agreement of coders, and shares of paragraphs corrected by what they coded."""

from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import t as student

from ukrcorpus.columns import TABLES, as_table
from ukrcorpus.summary import SMALLEST_GROUP

SMALLEST_SAMPLE = 30
"""Coded paragraphs a group needs before an interval is given."""


def score_agreement(codes: pd.DataFrame, *, resamples: int = 1000, seed: int = 0) -> pd.DataFrame:
    """Give Krippendorff's alpha of each label: agreement beyond chance, 1 where coders always agree.

    A row is a label. Alpha is that for nominal data, of any number of coders and with cells left open (Krippendorff
    2019, ch. 12); a paragraph that one coder alone coded does not count. The interval is the percentile bootstrap over
    paragraphs; resamples in which all codes are the same have no alpha and are left out.

    Args:
        codes: the result of `read_codes`.
        resamples: bootstrap resamples.
        seed: of the resampling, which starts anew for each label.

    Returns:
        `label` and the columns of a summary: `estimate` is alpha, `n_spans` the paragraphs coded by two or more,
        `n_docs` their articles; with `agreement` (float64, percent of the pairs of codes of a paragraph that are the
        same, mean over paragraphs) and `n_coders` (int64, of these paragraphs).

    Example:
        >>> rows = [(f"a:{n}", coder, "cause", n % 2) for n in range(12) for coder in "AB"]
        >>> codes = as_table(pd.DataFrame(rows, columns=["unit_id", "coder", "label", "code"]), "codes")
        >>> score_agreement(codes)[["label", "estimate", "n_spans", "n_coders"]].values.tolist()
        [['cause', 1.0, 12, 2]]

    """
    rows = []
    for label, given in codes.groupby("label"):
        held = given.dropna(subset="code")
        held = held[held.groupby("unit_id")["code"].transform("size") > 1]
        counts = pd.crosstab(held["unit_id"], held["code"].astype("int64"))
        table, n = counts.to_numpy("float64"), len(counts)
        per_unit = table.sum(axis=1)
        apart = per_unit**2 - (table**2).sum(axis=1)
        rng = np.random.default_rng(seed)
        weights = rng.multinomial(n, np.full(n, 1 / n), size=resamples) if n >= SMALLEST_GROUP else np.ones((0, n))
        alphas = _alpha(table, np.vstack([np.ones(n), weights]))
        estimate, drawn = alphas[0], alphas[1:][~np.isnan(alphas[1:])]
        reason = None
        if n < SMALLEST_GROUP:
            reason = f"{n} of {SMALLEST_GROUP} paragraphs coded by two or more needed"
        elif np.isnan(estimate):
            reason = f"every code is {counts.columns[0]}: alpha is not defined where nothing varies"
        low, high = np.quantile(drawn, [0.025, 0.975]) if reason is None else (np.nan, np.nan)
        rows.append(
            {
                "label": label,
                "estimate": estimate,
                "low": low,
                "high": high,
                "n_docs": len({unit.rsplit(":", 1)[0] for unit in counts.index}),
                "n_spans": n,
                "reason": reason,
                "agreement": 100 * (1 - (apart / (per_unit * (per_unit - 1))).mean()) if n else np.nan,
                "n_coders": held["coder"].nunique(),
            }
        )
    found = pd.DataFrame(rows, columns=["label", *TABLES["summary"], "agreement", "n_coders"])
    own = {"label": "str", "agreement": "float64", "n_coders": "int64"}
    return as_table(found, "summary")[[*found.columns]].astype(own)


def _alpha(table: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Alpha of a table of paragraphs by values that counts codes, for each row of weights of the paragraphs."""
    per_unit = table.sum(axis=1)
    observed = weights @ ((per_unit**2 - (table**2).sum(axis=1)) / np.maximum(per_unit - 1, 1))
    values = weights @ table
    total = values.sum(axis=1)
    expected = (total**2 - (values**2).sum(axis=1)) / np.maximum(total - 1, 1)
    return np.where(expected > 0, 1 - observed / np.where(expected > 0, expected, 1), np.nan)


def correct_estimate(
    paragraphs: pd.DataFrame,
    codes: pd.DataFrame,
    sample: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    label: str | None = None,
    by: str = "publisher",
    target: Literal["corpus", "source"] = "corpus",
) -> pd.DataFrame:
    r"""Give the share of paragraphs that bear a label as coders would say, from some coded by hand and all by machine.

    A row is a label in a group of articles. Prediction-powered inference (Angelopoulos et al. 2023,
    doi:10.1126/science.adi6000): the automatic share of all paragraphs, plus what the coded sample says it is off by.
    The automatic measure has weight `lambda`, 0 to 1, the less the worse it predicts the codes (PPI++, Angelopoulos,
    Duchi & Zrnic 2023, arXiv:2311.01453). The sample's strata are corrected each and combined by their size, as in
    Fisch et al. 2024 (arXiv:2406.04291). Of several coders of a paragraph the mean counts: half a paragraph where one
    of two says yes.

    With target "corpus" the interval is about these very paragraphs: what the machine says of all is known, only what
    is not coded is unsure, and paragraphs were drawn independently, so that articles do not matter. With "source" the
    articles are themselves a sample of what a source writes, and the variance is that between articles. The interval is
    Wilson's with the effective sample size and Student's t (as in Franco et al., PMC6690503). Half a
    disagreement is added to the variance, so that a short sample without any is not taken for proof.

    Args:
        paragraphs: the result of `label_paragraphs`, for all articles.
        codes: the result of `read_codes`.
        sample: the result of `draw_sample`; what of it is coded must be a random part, such as the first rows.
        docs: the articles.
        label: the label; where it is None, every one that is coded.
        by: column of docs that makes the groups; each stratum of the sample must lie in one of them.
        target: "corpus" or "source".

    Returns:
        `label`, `by` and the columns of a summary, in percent of paragraphs: `n_docs` the articles with coded
        paragraphs, `n_spans` the coded paragraphs; with `naive` (float64, the automatic share), `classical`,
        `classical_low`, `classical_high` (float64, from the codes alone), `lambda` (float64).

    Raises:
        ValueError: where a coded paragraph is not in sample, a label or paragraph of sample not in paragraphs, a
            stratum lies in several groups, or the target is unknown.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["A. \n\nB."], "publisher": ["P"]})
        >>> rows = {"doc_id": "a", "start": [0, 5], "label": "cause", "present": [True, False]}
        >>> sample = pd.DataFrame({"unit_id": ["a:0", "a:5"], "stratum": "P", "n_stratum": 2})
        >>> codes = pd.DataFrame({"unit_id": ["a:0", "a:5"], "coder": "A", "label": "cause", "code": [1, 1]})
        >>> correct_estimate(pd.DataFrame(rows), codes, sample, docs)[["naive", "estimate", "reason"]].values.tolist()
        [[50.0, 100.0, '1 of 10 coded articles and 2 of 30 coded paragraphs needed']]

    """
    if target not in ("corpus", "source"):
        raise ValueError(f"the target {target!r} is unknown; it is corpus or source")
    groups = docs.set_index("doc_id")[by] if by != "doc_id" else docs.set_index("doc_id").index.to_series()
    groups = groups.astype("object").where(groups.notna(), "unknown")
    units = paragraphs[paragraphs["doc_id"].isin(groups.index)].sort_values(["doc_id", "start"], ignore_index=True)
    units = units.assign(
        unit_id=units["doc_id"].astype("str") + ":" + units["start"].astype("str"),
        group=units["doc_id"].map(groups),
        f=units["present"].astype("float64"),
    )
    human = codes.dropna(subset="code").groupby(["label", "unit_id"])["code"].mean().astype("float64")
    labels = [label] if label is not None else sorted(human.index.unique("label"))
    _check(units, human, sample, labels)
    coded = human.rename("y").reset_index().merge(sample[["unit_id", "stratum", "n_stratum"]], on="unit_id")
    merged = units.merge(coded, on=["label", "unit_id"], how="left", validate="one_to_one")
    rows = []
    for (one, group), part in merged[merged["label"].isin(labels)].groupby(["label", "group"], sort=True):
        rows.append({"label": one, by: group, **_row(part, target)})
    own = dict.fromkeys(["naive", "classical", "classical_low", "classical_high", "lambda"], "float64")
    table = pd.DataFrame(rows, columns=["label", by, *TABLES["summary"], *own])
    return as_table(table, "summary")[[*table.columns]].astype({"label": "str", **own})


def _check(units: pd.DataFrame, human: pd.Series, sample: pd.DataFrame, labels: list[str]) -> None:
    """Refuse tables that do not belong together."""
    strange = set(human.index.unique("unit_id")) - set(sample["unit_id"])
    if strange:
        raise ValueError(f"codes has {min(strange)!r}, which sample has not; give the sample that was coded")
    for label in labels:
        held = units[units["label"] == label]
        if held.empty and len(units):
            raise ValueError(f"paragraphs has no label {label!r}; label them with it, or name another")
        lost = set(sample["unit_id"]) - set(held["unit_id"]) if len(units) else set()
        if lost:
            raise ValueError(f"paragraphs has no {min(lost)!r} of the sample; label the corpus it was drawn from")
        within = sample.merge(held[["unit_id", "group"]], on="unit_id").drop_duplicates(["stratum", "group"])
        sizes = within.groupby("group")["n_stratum"].sum()
        totals = held["group"].value_counts().reindex(sizes.index)
        if (sizes != totals).any():
            group = sizes.index[sizes != totals][0]
            raise ValueError(
                f"the sample was not drawn within groups such as {group!r}, or not from these articles; draw it with "
                "the same by, and label the corpus that it was drawn from"
            )


def _row(part: pd.DataFrame, target: str) -> dict[str, object]:
    """The estimates of one label and group, in percent."""
    coded = part.dropna(subset="y")
    n_docs, n = coded["doc_id"].nunique(), len(coded)
    per_stratum = coded.groupby("stratum")["y"].transform("size")
    coded = coded.assign(n=per_stratum, w=coded["n_stratum"] / per_stratum)
    row: dict[str, object] = {"naive": 100 * part["f"].mean(), "n_docs": n_docs, "n_spans": n}
    if round(coded["w"].sum()) != len(part):
        return row | {"reason": "a stratum without a coded paragraph; code more of the sample"}
    lam = _tune(part, coded)
    corrected, classical = _share(part, coded, lam, target), _share(part, coded, 0.0, target)
    row |= {"estimate": corrected.estimate, "classical": classical.estimate, "lambda": lam}
    if n_docs < SMALLEST_GROUP or n < SMALLEST_SAMPLE:
        needed = f"{n_docs} of {SMALLEST_GROUP} coded articles and {n} of {SMALLEST_SAMPLE} coded paragraphs needed"
        return row | {"reason": needed}
    if ((per_stratum < 2) & (coded["w"] > 1)).any():
        return row | {"reason": "a stratum with one coded paragraph; code more of the sample"}
    outer = {"classical_low": classical.low, "classical_high": classical.high}
    return row | {"low": corrected.low, "high": corrected.high, **outer, "reason": None}


class _Share(NamedTuple):
    estimate: float
    low: float
    high: float


def _tune(part: pd.DataFrame, coded: pd.DataFrame) -> float:
    """Weight of the automatic measure that makes the variance least: covariance with the codes over its variance."""
    spread = part["f"].var()
    if not spread > 0:
        return 0.0
    w = coded["w"] / coded["w"].sum()
    covariance = (w * coded["y"] * coded["f"]).sum() - (w * coded["y"]).sum() * (w * coded["f"]).sum()
    return float(np.clip(covariance / spread, 0, 1))


def _share(part: pd.DataFrame, coded: pd.DataFrame, lam: float, target: str) -> _Share:
    """The share with its interval, in percent; `lam` 0 gives that from the codes alone."""
    total, n = len(part), len(coded)
    residual = coded["y"] - lam * coded["f"]
    off = float((coded["w"] * residual).sum() / total)
    estimate = min(max(lam * float(part["f"].mean()) + off, 0.0), 1.0)
    unseen = 1 - 1 / coded["w"]
    if target == "corpus":
        spread = residual.groupby(coded["stratum"]).transform("var").fillna(0)
        variance = float((coded["w"] ** 2 * unseen * spread).sum()) / total**2
        freedom = max(n - coded["stratum"].nunique(), 1)
    else:
        shares = (lam * (part["f"] - part["f"].mean())).groupby(part["doc_id"]).sum()
        rest = (coded["w"] * (residual - off)).groupby(coded["doc_id"]).sum()
        by_article = shares.add(rest, fill_value=0)
        variance = float((by_article**2).sum()) / total**2 * len(by_article) / max(len(by_article) - 1, 1)
        freedom = max(coded["doc_id"].nunique() - 1, 1)
    variance += 0.5 * float((coded["w"] ** 2 * unseen).sum()) / total**2 / n
    if variance == 0:
        return _Share(100 * estimate, 100 * estimate, 100 * estimate)
    inner = (estimate * n + 2) / (n + 4)
    t2 = float(student.ppf(0.975, freedom)) ** 2 / (inner * (1 - inner) / variance)
    middle = (estimate + t2 / 2) / (1 + t2)
    half = (t2 * estimate * (1 - estimate) + t2**2 / 4) ** 0.5 / (1 + t2)
    return _Share(*(100 * share for share in (estimate, middle - half, middle + half)))

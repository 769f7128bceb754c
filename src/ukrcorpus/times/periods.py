"""Where the times of an article lie: how far into the text, and how far from its publication."""

import numpy as np
import pandas as pd

PERIODS = ("history", "past", "present", "future", "unplaced")
"""In the order of time: before 1992; older than a week at publication; that week; later; not on the calendar."""
HISTORY_ENDS = pd.Timestamp("1992-01-01")
"""The first day after the Soviet Union, whose end was declared on 26 December 1991."""
_REFERENCES = {"PAST_REF": "past", "PRESENT_REF": "present", "FUTURE_REF": "future"}


def label_times(times: pd.DataFrame, docs: pd.DataFrame, *, present_days: int = 7) -> pd.DataFrame:
    """Say of each time expression where it stands in its article and how far from publication it lies.

    Args:
        times: the result of `find_times`.
        docs: the articles; `published`, or `published_low` and `published_high`, say when they appeared.
        present_days: days before publication that count as present.

    Returns:
        The times with `position` (how far into the text, 0 to 1), `days_low`, `days_high` (days from the middle of the
        publication interval, negative before it; null where either date is unknown) and `period`: history (before
        1992), past, present (it touches the last `present_days` days before publication, or is called now), future,
        unplaced (durations, sets, and what could not be anchored); `reason`: why a row has no date, null where it has.

    Raises:
        KeyError: where a time's article is not in docs.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["In 1917"], "published": [pd.Timestamp("2024-06-21")]})
        >>> from ukrcorpus import find_times
        >>> label_times(find_times(docs), docs)[["surface", "period"]].values.tolist()
        [['1917', 'history']]

    """
    missing = set(times["doc_id"]) - set(docs["doc_id"])
    if missing:
        raise KeyError(f"docs lacks {len(missing)} articles that times has, e.g. {min(missing)!r}")
    known = publication_days(docs).assign(length=docs["text"].str.len().to_numpy(dtype="float64"))
    rows = known.reindex(times["doc_id"]).set_axis(times.index)
    middle = rows["low"] + (rows["high"] - rows["low"]) / 2
    dated = times["date_low"].notna() & (times["label"] != "SET")
    period = np.select(
        [
            dated & (times["date_high"] < HISTORY_ENDS),
            dated & (times["date_low"] > rows["high"]),
            dated & (times["date_high"] < rows["low"] - pd.Timedelta(days=present_days)),
            dated & rows["low"].notna(),
        ],
        ["history", "future", "past", "present"],
        default=times["value"].map(_REFERENCES).fillna("unplaced").to_numpy(dtype="object"),
    )
    value, label = times["value"], times["label"]
    reason = np.select(
        [value.isin(_REFERENCES), label == "SET", label == "DURATION", value.str.startswith("BC")],
        [
            "says past, now or future and no more",
            "recurs",
            "a length of time whose beginning is not said",
            "before the common era, which the dates of a table cannot hold",
        ],
        default="nothing in the article to reckon it from",
    )
    return times.assign(
        position=times["start"] / rows["length"],
        days_low=(times["date_low"] - middle).dt.total_seconds() / 86400,
        days_high=(times["date_high"] - middle).dt.total_seconds() / 86400,
        period=pd.Series(period, index=times.index, dtype="str"),
        reason=pd.Series(reason, index=times.index, dtype="object").where(times["date_low"].isna()).astype("str"),
    )


def publication_days(docs: pd.DataFrame) -> pd.DataFrame:
    """By doc_id `low` and `high`, first second and last of the possible days of publication, and if it is `stated`."""
    stated, low, high = (
        pd.to_datetime(docs[name]) if name in docs.columns else pd.Series(pd.NaT, index=docs.index)
        for name in ("published", "published_low", "published_high")
    )
    last = stated.fillna(high).dt.normalize() + pd.Timedelta(hours=23, minutes=59, seconds=59)
    days = pd.DataFrame({"low": stated.fillna(low).dt.normalize(), "high": last}).astype("datetime64[s]")
    return days.assign(stated=stated.notna()).set_axis(pd.Index(docs["doc_id"]))

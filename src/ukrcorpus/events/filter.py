"""Which events are shown, and why the others are not."""

import numpy as np
import pandas as pd

GRANULARITIES = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366, "decade": 3653, "any": 10**6}
"""Days that an event's interval may have."""


def filter_events(
    events: pd.DataFrame,
    *,
    low: str | pd.Timestamp,
    high: str | pd.Timestamp,
    granularity: str = "any",
    minimum_score: float = 0.0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part events into those that are within a window, fine enough and certain enough, and the others.

    Args:
        events: the result of `find_events` or `link_events`.
        low: first day of the window; an event that ends later than this begins is within.
        high: last day of the window.
        granularity: how long an event's interval may be: day, week, month, quarter, year, decade, any.
        minimum_score: least score, 0 to 1.

    Returns:
        The events that are kept, and those that are left out with `reason`.

    Raises:
        ValueError: where the granularity is another word, or a day is none.

    Example:
        >>> from ukrcorpus import find_events
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["It began in 1917. It ended on 9 May 1945."]})
        >>> kept, left = filter_events(find_events(docs), low="1900-01-01", high="1999-12-31", granularity="day")
        >>> kept["value"].tolist(), left["reason"].tolist()
        (['1945-05-09'], ['its time is longer than a day'])

    """
    if granularity not in GRANULARITIES:
        raise ValueError(f"granularity should be one of {', '.join(GRANULARITIES)}, not {granularity!r}")
    first, last = pd.Timestamp(low), pd.Timestamp(high) + pd.Timedelta(days=1)
    outside = events["date_high"].lt(first) | events["date_low"].ge(last)
    days = (events["date_high"] - events["date_low"]).dt.total_seconds() / 86400
    coarse, unsure = days > GRANULARITIES[granularity], events["score"].lt(minimum_score)
    texts = ["outside the window", f"its time is longer than a {granularity}", f"its score is below {minimum_score:g}"]
    reason = pd.Series(np.select([outside, coarse, unsure], texts, default=""), events.index, "str")
    kept = reason == ""
    return events[kept].reset_index(drop=True), events.assign(reason=reason)[~kept].reset_index(drop=True)

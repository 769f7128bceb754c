"""Events as files for other tools: CSV, and JSON for TimelineJS."""

import html
import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from ukrcorpus.entities.exports import replace_file
from ukrcorpus.evidence import LONGEST, Evidence, show_evidence
from ukrcorpus.tables import to_csv

_ORDER = ["doc_id", "start", "time_start", "event_id"]
_UNITS = {4: "-01-01T00:00:00", 7: "-01T00:00:00", 10: "T00:00:00", 16: ""}
"""How many characters of an ISO 8601 date say a year, month, day or minute; what follows where a whole one begins."""
_DATES, _PARTS = ["start_date", "end_date", "display_date"], ("year", "month", "day", "hour", "minute")


def write_events(events: pd.DataFrame, path: str | Path) -> Path:
    r"""Write events as CSV: UTF-8, a row an event in reading order, all columns.

    Lists are JSON, dates ISO 8601, numbers have 6 significant digits, what is null is empty. Lines end in a newline,
    fields may hold others: read the file as in the example.

    Args:
        events: the result of `find_events` or `link_events`.
        path: the file; one that stands there is replaced at the end, whole.

    Raises:
        KeyError: where events has no doc_id, start, time_start or event_id.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from ukrcorpus import find_events
        >>> events = find_events(pd.DataFrame({"doc_id": ["a"], "text": ["It began in May 2024."]}))
        >>> with TemporaryDirectory() as folder:
        ...     file = write_events(events, Path(folder, "events.csv"))
        ...     pd.read_csv(file, keep_default_na=False, na_values=[""], lineterminator="\n").value.tolist()
        ['2024-05']
    """
    return replace_file(path, to_csv(events.sort_values(_ORDER, kind="stable")).encode())


def write_timelinejs(
    events: pd.DataFrame,
    docs: pd.DataFrame,
    path: str | Path,
    *,
    by: Literal["event", "cluster"] = "event",
    evidence: Evidence = "snippet",
) -> Path:
    """Write events as JSON for TimelineJS 3 (Northwestern University Knight Lab), in the order of the calendar.

    A slide has the event's interval, as ISO 8601 in `display_date`; as its headline, in quotation marks, `what`
    happened, else the predicate, else the words of the time; as its text the sentence with the time marked, the
    article's label, the status, and who says so where it is not the source; as its group the publisher. An event
    without an interval is left out, but for a year before the common era (value BC0044).

    Args:
        events: the result of `find_events` or `link_events`.
        docs: the articles; `label` and `publisher` are shown where given.
        path: the file; one that stands there is replaced at the end, whole.
        by: "event"; "cluster", a slide for all tellings with the same `cluster_id`, with the headline and interval of
            the one that has the shortest, and "several publishers" for its group where they differ.
        evidence: how much of the text is shown, as in `show_evidence`; with "none" the headline is the article's label.

    Raises:
        KeyError: where a column is missing, or an article of events is not in docs.
        ValueError: where `by` or `evidence` is another word, or an event_id stands twice.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from ukrcorpus import find_events
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["It began in May 2024."]})
        >>> with TemporaryDirectory() as folder:
        ...     written = write_timelinejs(find_events(docs), docs, Path(folder, "a.json")).read_text()
        >>> json.loads(written)["events"][0]["start_date"]
        {'year': 2024, 'month': 5, 'day': 1}
    """
    if by not in ("event", "cluster"):
        raise ValueError(f"by should be event or cluster, not {by!r}")
    for twice in events.loc[events["event_id"].duplicated(), "event_id"]:
        raise ValueError(f"the event_id {twice!r} stands twice; give a row an event (find_events without parts)")
    events = events.sort_values(_ORDER, kind="stable")
    ids = events["cluster_id"].fillna(events["event_id"]) if by == "cluster" else events["event_id"]
    times = events.assign(start=events["time_start"], end=events["time_end"])
    shown = show_evidence(times, docs, sentences=events, evidence=evidence)
    known = docs.reindex(columns=["doc_id", "publisher"]).set_index("doc_id")["publisher"].dropna()
    slides = dict[str, list[dict[str, Any]]]()
    rows: Iterator[tuple[str, dict[Any, Any], dict[Any, Any]]]
    rows = zip(ids, events.to_dict("records"), shown.to_dict("records"), strict=True)
    for id, event, seen in rows:
        if dates := _dates(event["date_low"], event["date_high"], event["value"]):
            told = _telling({**event, **seen, **dates, "publisher": known.get(event["doc_id"], "")}, evidence)
            slides.setdefault(id, []).append(told)
    made = [_slide(*slide) for slide in slides.items()]
    made.sort(key=lambda slide: ([*slide["start_date"].values()], slide["unique_id"]))
    content = json.dumps({"scale": "human", "events": made}, ensure_ascii=False, indent=1)
    return replace_file(path, f"{content}\n".encode())


def _dates(low: Any, high: Any, value: Any) -> dict[str, Any]:
    """Dates of a slide; none where there is no interval."""
    if pd.isna(low) or pd.isna(high):
        year = re.match(r"BC(\d{4})", str(value))
        return {"start_date": {"year": -int(year[1])}, "display_date": f"{int(year[1])} BCE"} if year else {}
    first, last = (np.datetime64(stamp, "s") for stamp in (low, high))
    stamps, after = [str(first), str(last)], str(last + 1)
    length = next(n for n, tail in _UNITS.items() if stamps[0].endswith(tail) and after.endswith(tail))
    numbers = ([int(number) for number in re.split("[-T:]", stamp[: max(length, 10)])] for stamp in stamps)
    start, end = (dict(zip(_PARTS, parts, strict=False)) for parts in numbers)
    display = " – ".join(dict.fromkeys(stamp[:length] for stamp in stamps))
    return {"start_date": start, **({"end_date": end} if end != start else {}), "display_date": display}


def _telling(event: Mapping[str, Any], evidence: Evidence) -> dict[str, Any]:
    """An event with its headline and text as HTML."""
    about, headline, sentence = [event["article"], event["display_date"], event["status"]], event["article"], ""
    if evidence != "none":
        names = event.get("what"), event.get("predicate"), event["surface"]
        words = next(name for name in names if isinstance(name, str))
        # The quotation marks say that the words are the article's.
        headline = f"“{textwrap.shorten(words, LONGEST, placeholder=' …')}”"
        sentence = f"<p>{_html(event['before'])}<mark>{_html(event['surface'])}</mark>{_html(event['after'])}</p>"
        about += [f"attributed to {event['attributed_to']}"] if pd.notna(event["attributed_to"]) else []
    return {**event, "headline": _html(headline), "text": f"{sentence}<p>{_html(' · '.join(about))}</p>"}


def _slide(id: str, tellings: list[dict[str, Any]]) -> dict[str, Any]:
    lead = min(tellings, key=lambda told: (told["date_high"] - told["date_low"], told["event_id"]))
    publishers = {told["publisher"] for told in tellings}
    # TimelineJS 3.9 reads a group as HTML twice: once to strip its tags, once to show it.
    group = html.escape(html.escape(publishers.pop() if len(publishers) == 1 else "several publishers"))
    text = {"headline": lead["headline"], "text": "".join(told["text"] for told in tellings)}
    dates = {key: lead[key] for key in _DATES if key in lead}
    return {**dates, "text": text, "unique_id": id, "autolink": False, **({"group": group} if group else {})}


def _html(text: str) -> str:
    return html.escape(text.replace("\\$", "$"))

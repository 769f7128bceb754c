"""Times and events as files: what other programs read is what the tables say; whole or not at all."""

import html
import json
import re
from datetime import datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ukrcorpus import find_events, find_times, link_events
from ukrcorpus.bench.times import read_timeml, read_times, score_times
from ukrcorpus.events.exports import write_events, write_timelinejs
from ukrcorpus.times.exports import write_timeml

TEXT = "It fell on Friday, after 2 < 3 days."


def times_of(*rows: tuple[Any, ...], text: str = TEXT, doc_id: str = "a") -> pd.DataFrame:
    """Times of an article: start, end, label, value, anchor."""
    frame = pd.DataFrame(list(rows), columns=["start", "end", "label", "value", "anchor"])
    frame = frame.assign(**dict.fromkeys(["date_low", "date_high"], pd.Series(dtype="datetime64[s]")))
    return frame.assign(doc_id=doc_id, surface=[text[s:e] for s, e in zip(frame["start"], frame["end"], strict=True)])


def docs_of(texts: dict[str, str], published: str | None = None, **columns: Any) -> pd.DataFrame:
    frame = pd.DataFrame({"doc_id": [*texts], "text": [*texts.values()], **columns})
    return frame.assign(published=pd.Series([published] * len(texts), dtype="datetime64[s]"))


TIMES = times_of((11, 17, "DATE", "2023-06-23", "published"), (25, 35, "DURATION", "P3D", "none"))


def test_the_form_is_that_of_tempeval(tmp_path: Path) -> None:
    docs = docs_of({"a": TEXT}, "2023-06-24", title=["On <Friday>"])
    write_timeml(TIMES, docs, tmp_path)
    assert (tmp_path / "a.tml").read_text(encoding="utf-8").splitlines() == [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<TimeML>",
        "<DOCID>a</DOCID>",
        '<DCT><TIMEX3 tid="t0" type="DATE" value="2023-06-24" temporalFunction="false" '
        'functionInDocument="CREATION_TIME">2023-06-24</TIMEX3></DCT>',
        "<TITLE>On &lt;Friday&gt;</TITLE>",
        '<TEXT>It fell on <TIMEX3 tid="t1" type="DATE" value="2023-06-23" temporalFunction="true" '
        'anchorTimeID="t0">Friday</TIMEX3>, after <TIMEX3 tid="t2" type="DURATION" value="P3D">'
        "2 &lt; 3 days</TIMEX3>.</TEXT>",
        "</TimeML>",
    ]
    # nothing refers to a time of creation that is not there
    (tid,) = etree.parse(write_timeml(TIMES, docs_of({"a": TEXT}), tmp_path) / "a.tml").xpath("//TIMEX3[1]/@tid")
    assert tid == "t1" and "t0" not in (tmp_path / "a.tml").read_text()
    clock = docs_of({"a": TEXT}, "2023-06-24T18:30:00")
    dct = etree.parse(write_timeml(TIMES, clock, tmp_path) / "a.tml").find("DCT/TIMEX3")
    assert (dct.get("type"), dct.get("value")) == ("TIME", "2023-06-24T18:30:00")
    inferred = times_of((11, 17, "DATE", "2023-06", "inferred"), (19, 24, "DATE", None, "text"))
    root = etree.parse(write_timeml(inferred, clock, tmp_path) / "a.tml")
    assert [dict(timex.attrib) for timex in root.findall("TEXT/TIMEX3")] == [
        {"tid": "t1", "type": "DATE", "value": "2023-06", "temporalFunction": "true"},
        {"tid": "t2", "type": "DATE"},
    ]


def test_a_part_of_a_value_is_said(tmp_path: Path) -> None:
    """Of what a value covers: its start, middle, end; nothing where it is the whole, or the publication is inferred."""
    text = "In early April 2024, mid-April 2024, late April 2024, April 2024, and on 3 April 2024 for two days."
    docs = docs_of({"a": text})
    root = etree.parse(write_timeml(find_times(docs), docs, tmp_path) / "a.tml")
    assert [timex.get("mod") for timex in root.iter("TIMEX3")] == ["START", "MID", "END", None, None, None]
    unsure = docs_of({"a": "It fell this month."}).assign(
        published_low=pd.Timestamp("2023-06-05"), published_high=pd.Timestamp("2023-06-09 23:59:59")
    )
    found = find_times(unsure)
    assert found["anchor"].tolist() == ["inferred"]
    narrow = found.assign(date_low=unsure["published_low"], date_high=unsure["published_high"])
    for times, mod in ((narrow, None), (narrow.assign(anchor="text"), "MID")):
        root = etree.parse(write_timeml(times, unsure, tmp_path) / "a.tml")
        assert [timex.get("mod") for timex in root.iter("TIMEX3")] == [mod]


PIECES = ["in May", "<b>", "&amp;", "]]>", "<!--", '"', "\r\n", "\r", "\n", "\t", " ", "\x85", "\u2028", "é", "e\u0301"]
ODD = ["\x00", "\x0b", "\x1f", "\x7f", "\ufffe", "\uffff", "\ufeff", "\U0001f600", "\U0010ffff", "Київ"]


def as_xml_holds_it(text: str) -> str:
    """With U+FFFD for what is no Char of XML 1.0 (fifth edition, production 2)."""
    ranges = [(0x9, 0xA), (0xD, 0xD), (0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF)]
    return "".join(c if any(low <= ord(c) <= high for low, high in ranges) else "\ufffd" for c in text)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.data(), st.lists(st.sampled_from(PIECES + ODD), max_size=12).map("".join))
def test_what_is_written_is_read_back(data: st.DataObject, text: str) -> None:
    """Whatever the text, the spans and the values: all come back from two readers."""
    value = st.lists(st.sampled_from(["2023-06", "XXXX", "PT5M", "/", "<", "&", "'", '"', "\n", "\t", "é"]), min_size=1)
    rows = []
    for start, end in pairwise(sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))):
        if text[start:end].strip() and data.draw(st.booleans()):
            label, anchor = (
                data.draw(st.sampled_from(["DATE", "SET"])),
                data.draw(st.sampled_from(["published", "none"])),
            )
            rows.append((start, end, label, "".join(data.draw(value)), anchor))
    published = data.draw(st.sampled_from([None, "2023-06-24", "0988-01-02", "2023-06-24T01:02:03"]))
    with TemporaryDirectory() as folder:
        write_timeml(times_of(*rows, text=text), docs_of({"a": text}, published, title=[text]), folder)
        content = Path(folder, "a.tml").read_bytes()
    article = read_timeml(content)
    assert (article["doc_id"], article["text"]) == ("a", as_xml_holds_it(text))
    assert article["published"] == published
    read = [(row["start"], row["end"], row["label"], row["value"]) for row in article["times"]]
    assert read == [row[:4] for row in rows]
    root = etree.fromstring(content)
    assert root.find("TEXT").xpath("string()") == root.findtext("TITLE") == as_xml_holds_it(text)
    assert [timex.text for timex in root.findall("TEXT/TIMEX3")] == [as_xml_holds_it(text[s:e]) for s, e, *_ in rows]
    ids = root.xpath("//TIMEX3/@tid")
    assert len(ids) == len(set(ids)) and set(root.xpath("//TIMEX3/@anchorTimeID")) <= set(ids)


def test_what_find_times_finds_scores_full_marks(docs: pd.DataFrame, tmp_path: Path) -> None:
    found = find_times(docs)
    read, gold = read_times(write_timeml(found, docs, tmp_path))
    assert len(read) == len(docs) and len(gold) == len(found) > 20
    named = found.assign(doc_id=found["doc_id"] + ".tml")
    scores = score_times(read, gold, named)
    assert scores["estimate"].eq(1).all() and set(scores["match"]) == {"strict", "relaxed", "value", "type"}
    other = tmp_path / "other"
    write_timeml(found.iloc[::-1], docs.iloc[::-1], other)
    assert all((other / file.name).read_bytes() == file.read_bytes() for file in tmp_path.glob("*.tml"))


def test_files_are_named_for_articles(tmp_path: Path) -> None:
    ids = ["2023/a", "../a", "/a", "C:\\a", ".a", "a%2F", "a.b c_d-e", "Київ", "", "a\n?*"]
    folder = write_timeml(times_of(), docs_of(dict.fromkeys(ids, TEXT)), tmp_path / "new" / "folder")
    names = [file.name for file in sorted(folder.iterdir())]
    assert sorted(names) == sorted(
        [
            "2023%2Fa.tml",
            "%2E.%2Fa.tml",
            "%2Fa.tml",
            "C%3A%5Ca.tml",
            "%2Ea.tml",
            "a%252F.tml",
            "a.b c_d-e.tml",
            "Київ.tml",
            ".tml",
            "a%0A%3F%2A.tml",
        ]
    )
    assert {read_timeml((folder / name).read_bytes())["doc_id"] for name in names} == set(ids)
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


@pytest.mark.parametrize(
    ("times", "texts", "said"),
    [
        (TIMES, {"A": TEXT, "a": TEXT}, "'a' and 'A' would have the same file"),
        (TIMES, {"\uac00": TEXT, "\u1100\u1161": TEXT, "a": TEXT}, "would have the same file"),
        (TIMES.assign(surface="Monday"), {"b": TEXT, "a": TEXT}, "a: 'Monday' at 11 is not there"),
        (TIMES.assign(start=[11, 16]), {"b": TEXT, "a": TEXT}, "is not there, or overlaps"),
        (
            times_of((11, 17, "DATE", "x", "none"), (11, 15, "DATE", "x", "none")),
            {"a": TEXT},
            "overlaps the one before",
        ),
        (times_of((-5, 36, "DATE", "x", "none")), {"a": TEXT}, "is not there"),
        (times_of((4, 4, "DATE", "x", "none")), {"a": TEXT}, "is not there"),
    ],
)
def test_bad_times_lose_nothing(tmp_path: Path, times: pd.DataFrame, texts: dict[str, str], said: str) -> None:
    for name in ("a.tml", "b.tml", "other.txt"):
        (tmp_path / name).write_text("old")
    with pytest.raises(ValueError, match=said):
        write_timeml(times, docs_of(texts), tmp_path)
    with pytest.raises(KeyError, match="anchor"):
        write_timeml(times.drop(columns="anchor"), docs_of(texts), tmp_path)
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == dict.fromkeys(
        ["a.tml", "b.tml", "other.txt"], "old"
    )
    write_timeml(TIMES, docs_of({"a": TEXT}), tmp_path)
    assert [file.name for file in sorted(tmp_path.iterdir()) if file.read_text() == "old"] == ["b.tml", "other.txt"]


def test_inputs_of_timeml_stay_as_they_were(tmp_path: Path) -> None:
    times, docs = TIMES.iloc[::-1].copy(), docs_of({"a": TEXT}, "2023-06-24")
    before = times.copy(), docs.copy()
    write_timeml(times, docs, tmp_path)
    pd.testing.assert_frame_equal(times, before[0])
    pd.testing.assert_frame_equal(docs, before[1])
    assert [*write_timeml(times, docs.iloc[:0], tmp_path / "none").iterdir()] == []


SENTENCE = 'The "A&B" <i>force left Kharkiv on 24 June 2023, he said. '


def events_of(*rows: dict[str, Any]) -> pd.DataFrame:
    """Events that each stand in the sentence above, of articles a, b ... unless said otherwise."""
    start = SENTENCE.index("24 June")
    base = {"start": 0, "end": len(SENTENCE) - 1, "time_start": start, "time_end": start + 12, "predicate": "left"}
    base |= {"value": "2023-06-24", "low": "2023-06-24", "high": "2023-06-24T23:59:59", "status": "past"}
    filled = [{**base, "doc_id": chr(97 + n), "attributed_to": None, **row} for n, row in enumerate(rows)]
    frame = pd.DataFrame([{"event_id": f"{row['doc_id']}:{row['time_start']}", **row} for row in filled])
    dates = {f"date_{end}": frame.pop(end).astype("datetime64[s]") for end in ("low", "high")}
    return frame.assign(**dates)


DOCS = docs_of({"a": SENTENCE * 2, "b": SENTENCE, "c": SENTENCE}, publisher=["P & Q", "R <s>", None]).assign(
    label=["P, 25 Jun", "R, 26 Jun", "c"]
)


def slides_of(events: pd.DataFrame, **options: Any) -> list[dict[str, Any]]:
    with TemporaryDirectory() as folder:
        content = write_timelinejs(events, DOCS, Path(folder, "a.json"), **options).read_text(encoding="utf-8")
    assert not re.search(r"\b(NaN|NaT|Infinity|None|nan)\b", content)
    whole = json.loads(content)
    assert whole["scale"] == "human" and set(whole) == {"scale", "events"}
    check_slides(whole["events"])
    return whole["events"]


class Tags(HTMLParser):
    """Tags of a text, and what stands in a mark."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text, self.marked = "", ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        assert not attrs
        self.tags.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data if "mark" in self.open else ""


def check_slides(slides: list[dict[str, Any]]) -> None:
    """What TimelineJS documents of its JSON: dates are numbers, each slide has one, ids differ, texts are HTML."""
    starts = []
    for slide in slides:
        assert {"start_date", "text", "unique_id", "display_date"} <= set(slide)
        assert set(slide) <= {"start_date", "end_date", "text", "unique_id", "display_date", "group", "autolink"}
        dates = [slide["start_date"], slide.get("end_date", slide["start_date"])]
        for date in dates:
            assert [*date] == ["year", "month", "day", "hour", "minute"][: len(date)]
            assert all(type(number) is int for number in date.values())
            assert date["year"] < 0 or datetime(*date.values())
        assert [*dates[0].values()] <= [*dates[1].values()] and (dates[0] != dates[1]) == ("end_date" in slide)
        assert set(slide["text"]) == {"headline", "text"} and slide["text"]["headline"]
        assert not Tags(slide["text"]["headline"]).tags
        assert set(Tags(slide["text"]["text"]).tags) <= {"p", "mark"}
        starts.append([*dates[0].values()])
    assert len({slide["unique_id"] for slide in slides}) == len(slides)
    assert starts == sorted(starts)


def test_a_slide_an_event() -> None:
    events = events_of({"what": "The force left Kharkiv", "attributed_to": "O'Hara"}, {"predicate": None}, {})
    first, second, third = slides_of(events, evidence="full")
    assert first["start_date"] == {"year": 2023, "month": 6, "day": 24} and first["display_date"] == "2023-06-24"
    heads = [html.unescape(slide["text"]["headline"]) for slide in (first, second, third)]
    assert heads == ["“The force left Kharkiv”", "“24 June 2023”", "“left”"]
    shown = Tags(first["text"]["text"])
    assert shown.text == SENTENCE.strip() + "P, 25 Jun · 2023-06-24 · past · attributed to O'Hara"
    assert shown.marked == "24 June 2023" and shown.tags == ["p", "mark", "p"]
    assert "attributed" not in second["text"]["text"]
    # read as HTML twice, as TimelineJS does
    groups = [html.unescape(re.sub("<.*?>", "", html.unescape(slide["group"]))) for slide in (first, second)]
    assert groups == ["P & Q", "R <s>"] and "group" not in third
    assert first["unique_id"] == events["event_id"][0]
    (both,) = slides_of(events_of({"end": 2 * len(SENTENCE) - 1}), evidence="full")
    assert Tags(both["text"]["text"]).text.startswith((SENTENCE * 2).strip() + "P"), "the event's own span is shown"
    dollars = slides_of(events_of({"what": "It cost \\$5"}))
    assert dollars[0]["text"]["headline"] == "“It cost $5”"
    without = slides_of(events.drop(columns="what"))
    assert without[0]["text"]["headline"] == "“left”"


@pytest.mark.parametrize(
    ("low", "high", "display", "start", "end"),
    [
        ("2023-06-24", "2023-06-24T23:59:59", "2023-06-24", (2023, 6, 24), None),
        ("2024-02-01", "2024-02-29T23:59:59", "2024-02", (2024, 2, 1), (2024, 2, 29)),
        ("1917-01-01", "1917-12-31T23:59:59", "1917", (1917, 1, 1), (1917, 12, 31)),
        ("1990-01-01", "1999-12-31T23:59:59", "1990 – 1999", (1990, 1, 1), (1999, 12, 31)),
        ("2023-06-01", "2023-08-31T23:59:59", "2023-06 – 2023-08", (2023, 6, 1), (2023, 8, 31)),
        ("2024-04-21", "2024-04-30T23:59:59", "2024-04-21 – 2024-04-30", (2024, 4, 21), (2024, 4, 30)),
        ("2023-12-31", "2024-01-01T23:59:59", "2023-12-31 – 2024-01-01", (2023, 12, 31), (2024, 1, 1)),
        (
            "2023-06-24T18:00:00",
            "2023-06-24T18:59:59",
            "2023-06-24T18:00 – 2023-06-24T18:59",
            (2023, 6, 24, 18, 0),
            (2023, 6, 24, 18, 59),
        ),
        ("0988-01-01", "0988-12-31T23:59:59", "0988", (988, 1, 1), (988, 12, 31)),
        ("9999-01-01", "9999-12-31T23:59:59", "9999", (9999, 1, 1), (9999, 12, 31)),
    ],
)
def test_dates_of_a_slide(low: str, high: str, display: str, start: tuple[int, ...], end: tuple[int, ...]) -> None:
    (slide,) = slides_of(events_of({"low": low, "high": high}))
    assert slide["display_date"] == display
    assert tuple(slide["start_date"].values()) == start
    assert tuple(slide.get("end_date", {}).values()) == (end or ())


def test_events_without_an_interval() -> None:
    unknown = {"low": None, "high": None}
    (slide,) = slides_of(events_of({**unknown, "value": "BC0044"}, {**unknown, "value": "PRESENT_REF"}))
    assert slide["start_date"] == {"year": -44} and slide["display_date"] == "44 BCE" and "end_date" not in slide
    assert slides_of(events_of({}).iloc[:0]) == []


def test_how_much_of_the_text_is_shown() -> None:
    long = "Long ago, " * 30 + SENTENCE
    at = long.index("24 June")
    row = {"end": len(long), "time_start": at, "time_end": at + 12, "what": "force left " * 40, "attributed_to": "he"}
    docs = DOCS.assign(text=long)
    sizes = []
    for evidence in ("full", "snippet", "none"):
        with TemporaryDirectory() as folder:
            path = write_timelinejs(events_of(row), docs, Path(folder, "a.json"), evidence=evidence)
            (slide,) = json.loads(path.read_text(encoding="utf-8"))["events"]
        sizes.append(len(slide["text"]["text"]))
        assert len(html.unescape(slide["text"]["headline"])) <= 162
        words = set(re.findall(r"\w+", Tags(slide["text"]["headline"] + slide["text"]["text"]).text))
        assert ("force" in words, "Kharkiv" in words) == ((evidence != "none"),) * 2
    assert sizes[0] > 300 > 200 > sizes[1] > sizes[2]
    assert slide["text"] == {"headline": "P, 25 Jun", "text": "<p>P, 25 Jun · 2023-06-24 · past</p>"}


def test_a_slide_a_cluster() -> None:
    june = {"low": "2023-06-01", "high": "2023-06-30T23:59:59", "predicate": "went"}
    rows = {**june, "cluster_id": "x"}, {"cluster_id": "x"}, {"cluster_id": None}
    later = {"doc_id": "a", "start": len(SENTENCE), "end": 2 * len(SENTENCE) - 1, "cluster_id": "x"}
    later |= {
        "time_start": len(SENTENCE) + SENTENCE.index("24 June"),
        "time_end": len(SENTENCE) + SENTENCE.index(", he"),
    }
    events = events_of(*rows, later)
    told, alone = sorted(slides_of(events, by="cluster"), key=lambda slide: -len(slide["text"]["text"]))
    assert (told["unique_id"], told["display_date"], told["text"]["headline"]) == ("x", "2023-06-24", "“left”")
    assert told["group"] == "several publishers" and alone["unique_id"] == events["event_id"][2]
    parts = re.findall(r"<p>([PR], 2\d Jun · [^<]*)</p>", told["text"]["text"])
    assert parts == ["P, 25 Jun · 2023-06 · past", "P, 25 Jun · 2023-06-24 · past", "R, 26 Jun · 2023-06-24 · past"]
    assert len(slides_of(events)) == 4
    assert slides_of(events.sample(frac=1, random_state=3), by="cluster") == slides_of(events, by="cluster")
    one = slides_of(events.iloc[[0, 3]], by="cluster")
    assert len(one) == 1 and html.unescape(html.unescape(one[0]["group"])) == "P & Q"


def test_bad_events_lose_nothing(tmp_path: Path) -> None:
    path, events = tmp_path / "a.json", events_of({}, {})
    path.write_text("old")
    twice = pd.concat([events, events])
    for wrong, options, said in (
        (twice, {}, "'a:35' stands twice"),
        (events, {"by": "day"}, "event or cluster"),
        (events, {"evidence": "some"}, "full, snippet or none"),
    ):
        with pytest.raises(ValueError, match=said):
            write_timelinejs(wrong, DOCS, path, **options)
    for wrong, options in (
        (events, {"by": "cluster"}),
        (events.drop(columns="value"), {}),
        (events.assign(doc_id="z"), {}),
    ):
        with pytest.raises(KeyError):
            write_timelinejs(wrong, DOCS, path, **options)
    with pytest.raises(KeyError, match="event_id"):
        write_events(events.drop(columns="event_id"), path)
    assert path.read_text() == "old" and [*tmp_path.iterdir()] == [path]
    before = events.copy()
    write_timelinejs(events, DOCS, path)
    write_events(events, path)
    pd.testing.assert_frame_equal(events, before)


def read_csv(path: Path) -> pd.DataFrame:
    dtype: Any = {"doc_id": "str", "what": "str"}
    table = pd.read_csv(path, keep_default_na=False, na_values=[""], lineterminator="\n", dtype=dtype)
    return table.assign(**{end: pd.to_datetime(table[end], format="ISO8601") for end in ("date_low", "date_high")})


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_events_come_back_from_csv(data: st.DataObject) -> None:
    cell = st.lists(st.sampled_from(["NA", "null", '"', ",", "\n", "\r\n", "\r", "é", "1", " ", "x;", "'"]), min_size=1)
    names = st.lists(cell.map("".join), max_size=3)
    instants = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31)).map(lambda day: day.replace(microsecond=0))
    rows = [
        {
            "what": data.draw(st.none() | cell.map("".join)),
            "entities": data.draw(names),
            "low": data.draw(st.none() | instants),
            "high": data.draw(st.none() | instants),
            "score": data.draw(st.integers(0, 10**6)) / 10**6,
        }
        for _ in range(data.draw(st.integers(1, 3)))
    ]
    events = events_of(*rows)
    with TemporaryDirectory() as folder:
        read = read_csv(write_events(events.sample(frac=1, random_state=1), Path(folder, "a.csv")))
        again = read_csv(write_events(events, Path(folder, "a.csv")))
    pd.testing.assert_frame_equal(read, again)
    assert [*read.columns] == [*events.columns] and len(read) == len(events)
    assert read["entities"].map(json.loads).tolist() == events["entities"].tolist()
    for column in ("event_id", "what", "date_low", "date_high", "score", "time_start"):
        expected = events[column].astype("object").where(events[column].notna(), None).tolist()
        assert read[column].astype("object").where(read[column].notna(), None).tolist() == expected


def test_what_find_events_finds_can_be_written(docs: pd.DataFrame, tmp_path: Path) -> None:
    events = link_events(find_events(docs), docs)
    for by in ("event", "cluster"):
        path = write_timelinejs(events, docs, tmp_path / "a.json", by=by)
        slides = json.loads(path.read_text(encoding="utf-8"))["events"]
        check_slides(slides)
        assert len(slides) == (
            len(events) if by == "event" else events["cluster_id"].fillna(events["event_id"]).nunique()
        )
    read = read_csv(write_events(events, tmp_path / "a.csv"))
    assert read["event_id"].tolist() == events.sort_values(["doc_id", "start", "time_start"])["event_id"].tolist()
    assert read.set_index("event_id")["surface"].to_dict() == events.set_index("event_id")["surface"].to_dict()

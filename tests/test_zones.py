"""Zones: a file under tests/zones is a case, the five seeds were read by hand, and what holds for any text.

A case has `what`, `text`, perhaps `title`, and a row `[[zone]]` a zone: `label`, `surface`, perhaps `paragraph`.
"""

import time
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import find_zones
from ukrcorpus.columns import TABLES

FOLDER = Path(__file__).parent / "zones"
CASES = sorted(path for path in FOLDER.glob("*.toml") if path.name != "seeds.toml")
LABELS = {"title", "byline", "dateline", "caption", "credit", "navigation", "contact", "heading", "paragraph"}


def zones_of(text, **columns):
    return find_zones(pd.DataFrame({"doc_id": ["a"], "text": [text], **{k: [v] for k, v in columns.items()}}))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path):
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    zones = zones_of(case["text"], **{name: case[name] for name in ("title",) if name in case})
    wanted = case.get("zone", [])
    assert list(zip(zones["label"], zones["surface"], strict=True)) == [
        (row["label"], row["surface"]) for row in wanted
    ]
    numbers = [(row["surface"], row["paragraph"]) for row in wanted if "paragraph" in row]
    found = zones[zones["label"] == "paragraph"]
    assert not numbers or list(zip(found["surface"], found["paragraph_id"], strict=True)) == numbers
    check(zones, {"a": case["text"]})
    titles = zones.loc[zones["label"] == "title", "surface"].tolist()
    if titles and "title" not in case:
        again = zones_of(case["text"], title=titles[0].lstrip("# "))
        assert again["label"].tolist() == zones["label"].tolist(), (
            "a title that was found and is handed in changes nothing"
        )


SEEDS = tomllib.loads((FOLDER / "seeds.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def seed_zones(docs):
    return find_zones(docs[["doc_id", "text"]])


@pytest.mark.parametrize("doc_id", sorted(SEEDS))
def test_seed(docs, seed_zones, doc_id):
    """The five articles against what a reader sees in them; their titles are found, not handed in."""
    wanted = SEEDS[doc_id]
    zones = seed_zones[seed_zones["doc_id"] == doc_id]
    for label in LABELS - {"paragraph"}:
        assert zones.loc[zones["label"] == label, "surface"].tolist() == wanted.get(label, []), label
    assert len(zones) == wanted["rows"]
    paragraphs = zones[zones["label"] == "paragraph"]
    assert paragraphs["paragraph_id"].unique().tolist() == list(range(wanted["paragraphs"]))
    assert paragraphs["surface"].iloc[0].startswith(wanted["first"])
    assert paragraphs["surface"].iloc[-1].endswith(wanted["last"])
    joined = [rows["surface"].tolist() for _, rows in paragraphs.groupby("paragraph_id") if len(rows) > 1]
    assert len(joined) == len(wanted.get("joined", []))
    for rows, (end, start) in zip(joined, wanted.get("joined", []), strict=True):
        assert len(rows) == 2
        assert rows[0].endswith(end)
        assert rows[1].startswith(start)
    for start in wanted.get("own", []):
        assert paragraphs["surface"].str.startswith(start).sum() == 1
    check(zones, dict(zip(docs["doc_id"], docs["text"], strict=True)))


def test_every_seed_is_described(docs):
    assert sorted(SEEDS) == docs["doc_id"].tolist()


@pytest.mark.parametrize("break_", ["\r\n", "\n\n", "\n \n\t\n", "\r"])
def test_line_breaks_do_not_matter(docs, seed_zones, break_):
    """Whatever divides the lines of a text whose paragraphs are lines, the labels stay."""
    text = docs["text"].iloc[0].replace("\n", break_)
    found = zones_of(text)
    expected = seed_zones[seed_zones["doc_id"] == docs["doc_id"].iloc[0]]
    assert found["label"].tolist() == expected["label"].tolist()
    assert found["surface"].tolist() == expected["surface"].tolist()


def check(zones, texts):
    """What holds for any zones: declared columns, surface, order, no overlap, no character left but white space."""
    assert zones.columns.tolist() == list(TABLES["zones"])
    assert {name: str(dtype) for name, dtype in zones.dtypes.items()} == {
        name: column.dtype for name, column in TABLES["zones"].items()
    }
    assert set(zones["label"]) <= LABELS
    assert ((zones["label"] == "paragraph") == (zones["paragraph_id"] >= 0)).all()
    assert zones["score"].between(0, 1).all()
    for doc_id, rows in zones.groupby("doc_id"):
        text = texts[doc_id]
        covered = 0
        for start, end, surface in zip(rows["start"], rows["end"], rows["surface"], strict=True):
            assert 0 <= start < end <= len(text)
            assert text[start:end] == surface
            assert surface == surface.strip()
            assert start >= covered
            assert not text[covered:start].strip()
            covered = end
        assert not text[covered:].strip()
        numbers = rows.loc[rows["paragraph_id"] >= 0, "paragraph_id"].tolist()
        assert numbers == sorted(numbers)
        assert set(numbers) == set(range(len(set(numbers))))


LINES = st.sampled_from(
    [
        *(
            "",
            "",
            " ",
            "\u00a0",
            "English",
            "Loading",
            "By Ann Lee",
            "Ann Lee",
            "21 June 2024",
            "# Head",
            "## Head",
            "---",
        ),
        *(
            "Photo: Ann Lee",
            "[AP Photo]",
            "Lorries wait. [AP Photo]",
            "Courtesy: WSWS.",
            "https://example.org",
            "- item",
        ),
        *(
            "To contact the paper visit:",
            "KYIV, Ukraine (AP) — The ferry runs.",
            "The ferry between the two banks ran",
            "a: b",
        ),
        *(
            "again on Tuesday, after eleven weeks in which nobody could cross the river.",
            "He said:",
            "official to",
            "Nobody.",
        ),
    ]
)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
TEXTS = st.lists(
    st.tuples(LINES | ANY, st.sampled_from(["\n", "\n\n", "\r\n", "\r", "\u2028", "\x85", " "])), max_size=12
).map(lambda pairs: "".join(line + end for line, end in pairs))


@given(TEXTS, st.none() | st.sampled_from(["Ann Lee", "Head", "Loading", ""]))
@settings(max_examples=120, deadline=None)
def test_any_text(text, title):
    """Zones of any text are disjoint, sorted, and cover what is not white space."""
    zones = zones_of(text, title=title)
    check(zones, {"a": text})
    assert bool(len(zones)) == bool(text.strip())


@given(st.lists(TEXTS, min_size=1, max_size=3))
@settings(max_examples=15, deadline=None)
def test_one_article_does_not_change_another(texts):
    """Zones see one article at a time, in the order of docs; docs are not changed."""
    docs = pd.DataFrame({"doc_id": [f"d{n}" for n in range(len(texts))], "text": texts, "mine": 1})
    before = docs.copy()
    together = find_zones(docs)
    alone = pd.concat([find_zones(docs.iloc[[n]]) for n in range(len(docs))], ignore_index=True)
    pd.testing.assert_frame_equal(together, alone)
    pd.testing.assert_frame_equal(docs, before)


def test_empty_table():
    zones = find_zones(pd.DataFrame({"doc_id": pd.Series(dtype="str"), "text": pd.Series(dtype="str")}))
    assert zones.empty
    check(zones, {})


def test_rules_of_ones_own(tmp_path):
    """A file of rules replaces the package's, and is read anew once it was edited."""
    text = "Ferry runs again\n\nHarbour Radio 21\n\nThe ferry between the two banks started again on Tuesday."
    rules = tmp_path / "rules.toml"
    form = """
open_endings = ["the"]
name_particles = []
[[rule]]
name = "own"
label = "{label}"
where = "any"
pattern = '''harbour radio <NUMBER>'''
[contact_lead]
pattern = "a"
[credit_tail]
pattern = "<NUMBER>x"
[place_dateline]
pattern = "(?P<city>X)(?P<more>)(?P<agency>)"
[parts]
NUMBER = "[0-9]+"
"""
    for label in ("navigation", "credit"):
        rules.write_text(form.format(label=label))
        zones = find_zones(pd.DataFrame({"doc_id": ["a"], "text": [text]}), rules=rules)
        assert zones["label"].tolist() == ["title", label, "paragraph"]
        assert zones["rule"].tolist()[1] == "own"


@pytest.mark.parametrize(
    ("docs", "message"),
    [
        (pd.DataFrame({"doc_id": ["a"]}), "no column 'text'"),
        (pd.DataFrame({"doc_id": ["a", "a"], "text": ["x", "y"]}), "the id 'a' twice"),
        (pd.DataFrame({"doc_id": ["a"], "text": [None]}), "no text for 'a'"),
    ],
)
def test_bad_docs(docs, message):
    with pytest.raises(ValueError, match=message):
        find_zones(docs)


@pytest.mark.parametrize(
    "text",
    [
        "Loading\n" * 20_000,
        "The ferry runs again\n" * 20_000,
        "word " * 400_000,
        "(" * 100_000,
        "Photo: " * 30_000,
        "a\n\n" * 20_000,
        "By Ann Lee " * 20_000,
        "---\n" + "  deep\n" * 20_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_long_texts_take_no_longer_than_their_length(text):
    """A text that repeats itself for 100 kB and more: what grows with its square would not end within a minute."""
    start = time.perf_counter()
    check(zones_of(text), {"a": text})
    assert time.perf_counter() - start < 20

"""Loading: a folder under tests/inputs is a case (`case.toml` says what must come of its `corpus/`), and properties.

A case.toml has `what`; optionally `[load]` with arguments of load_corpus (paths relative to the case); then either a
row `[[docs]]` an article, in order, and a row `[[refused]]` a refusal, in any order, or `raises` and `match`. A cell of
docs must be equal ("<none>" for none; `starts` and `contains` look into the text), a cell of refused be contained.
"""

import gzip
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import iter_corpus, load_corpus
from ukrcorpus.columns import TABLES

INPUTS = Path(__file__).parent / "inputs"
CASES = sorted(INPUTS.glob("*/case.toml"))
ARTICLE = "The bridge over the river was closed on Monday, and the council met in the evening to vote on the repairs."


def arguments(case, folder):
    """The arguments of load_corpus that a case asks for."""
    load = dict(case.get("load", {}))
    source = load.pop("source", "corpus")
    place = lambda path: path and str(folder / path)  # noqa: E731
    source = [place(path) for path in source] if isinstance(source, list) else place(source)
    if "root" in load:
        load["root"] = place(load["root"])
    return source, load


def is_equal(found, wanted):
    if wanted == "<none>":
        return found is None or (not isinstance(found, list) and pd.isna(found))
    if isinstance(wanted, date):
        return found == pd.Timestamp(wanted)
    return found == wanted


def check_refused(refused, wanted):
    left = refused.to_dict("records")
    for row in wanted:
        fits = [
            found
            for found in left
            if all(
                found[name] == value if name in ("path", "record", "field", "doc_id") else value in found[name]
                for name, value in row.items()
            )
        ]
        assert fits, f"no refusal {row} among {left}"
        left.remove(fits[0])
    assert not left, f"unexpected refusals {left}"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_case(path):
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    assert case["what"]
    source, load = arguments(case, path.parent)
    before = {file: file.read_bytes() for file in path.parent.rglob("*") if file.is_file()}
    if "raises" in case:
        with pytest.raises({"ValueError": ValueError, "FileNotFoundError": FileNotFoundError}[case["raises"]]) as error:
            load_corpus(source, **load)
        assert case["match"] in str(error.value)
        return
    docs, refused = load_corpus(source, **load)
    wanted = case.get("docs", [])
    assert docs["doc_id"].tolist() == [row["doc_id"] for row in wanted]
    for found, row in zip(docs.to_dict("records"), wanted, strict=True):
        for name, value in row.items():
            if name == "starts":
                assert found["text"].startswith(value)
            elif name == "contains":
                assert value in found["text"]
            else:
                assert is_equal(found[name], value), (row["doc_id"], name, found[name], value)
    check_refused(refused, case.get("refused", []))
    check_contract(docs, refused)
    if len(wanted) > 1:
        size = max(1, len(wanted) // 3)
        check_parts(list(iter_corpus(source, size=size, **load)), docs, refused, size)
    assert before == {file: file.read_bytes() for file in path.parent.rglob("*") if file.is_file()}


def check_contract(docs, refused):
    """What holds for any corpus: declared columns and dtypes, unique ids, hashes, no replacement, a full refusal."""
    for table, name in ((docs, "docs"), (refused, "refused")):
        assert table.columns[: len(TABLES[name])].tolist() == list(TABLES[name])
        assert {column: str(table[column].dtype) for column in TABLES[name]} == {
            column: declared.dtype for column, declared in TABLES[name].items()
        }
    assert docs["doc_id"].is_unique
    assert docs["sha256"].tolist() == [hashlib.sha256(text.encode()).hexdigest() for text in docs["text"]]
    assert not docs["text"].str.contains("\ufffd").any()
    assert not docs["path"].str.startswith("/").any()
    assert all(isinstance(authors, list) for authors in docs["authors"])
    assert docs[["path", "source_sha256", "label"]].notna().all(axis=None)
    assert refused.columns.tolist() == list(TABLES["refused"])
    assert refused[["path", "reason", "remedy"]].notna().all(axis=None)
    assert (refused[["path", "reason", "remedy"]].map(len) > 0).all(axis=None)


def check_parts(parts, docs, refused, size):
    """Parts hold what the whole holds, in the same order."""
    assert all(len(part) == size for part, _ in parts[:-1])
    assert len(parts[-1][0]) <= size
    joined = pd.concat([part for part, _ in parts], ignore_index=True)
    same = [name for name in TABLES["docs"] if name != "label"]
    pd.testing.assert_frame_equal(joined[same], docs[same], check_dtype=False)
    pd.testing.assert_frame_equal(pd.concat([part for _, part in parts], ignore_index=True), refused)
    for part, less in parts:
        check_contract(part, less)


def test_seeds(docs):
    """The five articles, byte for byte, with what they state themselves."""
    folder = Path(__file__).parent.parent / "seeds"
    files = sorted(folder.glob("*.txt"))
    assert docs["doc_id"].tolist() == [file.stem for file in files]
    assert docs["text"].tolist() == [file.read_bytes().decode() for file in files]
    assert docs["source_sha256"].tolist() == [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    titles = [title if isinstance(title, str) else None for title in docs["title"]]
    assert titles == [
        "US steps up regime-change operation",
        "Putin launches purge of military",
        "Ukraine continues offensive inside Russia",
        None,
        "PSL Statement: the failed coup in Russia",
    ]
    assert docs["authors"].tolist() == [["Clara Weiss"], ["Lev Novitsky", "Clara Weiss"], [], [], []]
    assert [str(day)[:10] for day in docs["published"]] == ["NaT", "2024-06-21", "NaT", "NaT", "NaT"]
    assert docs["language"].tolist() == ["en"] * 5
    assert set(docs["language_source"]) == {"inferred"}


# what git cannot hold, or what would be a burden in it


def test_folder_with_nothing(tmp_path):
    with pytest.raises(ValueError, match="no articles there"):
        load_corpus(tmp_path)
    (tmp_path / "sub").mkdir()
    with pytest.raises(ValueError, match="no articles there"):
        load_corpus(tmp_path)


def test_links(tmp_path):
    """A link that stays inside is a file; one that leads out, nowhere or to a folder is refused."""
    outside = tmp_path / "outside"
    corpus = tmp_path / "corpus"
    for folder in (outside, corpus / "sub"):
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text(ARTICLE)
    (corpus / "in.txt").symlink_to(corpus / "sub" / "a.txt")
    (corpus / "out.txt").symlink_to(outside / "a.txt")
    (corpus / "nowhere.txt").symlink_to(corpus / "none.txt")
    (corpus / "itself.txt").symlink_to(corpus / "itself.txt")
    (corpus / "folder").symlink_to(outside)
    (corpus / "sub" / "loop").symlink_to(corpus)
    for source in (corpus, [corpus], str(corpus) + "/"):
        docs, refused = load_corpus(source)
        assert docs["doc_id"].tolist() == ["in", "sub/a"]
        assert dict(zip(refused["path"], refused["reason"], strict=True)) == {
            "folder": "a link to a folder",
            "itself.txt": "a link that leads nowhere",
            "nowhere.txt": "a link that leads nowhere",
            "out.txt": "a link that leads out of the corpus folder",
            "sub/loop": "a link to a folder",
        }
        check_contract(docs, refused)
    assert load_corpus(corpus / "**" / "*.txt")[0]["doc_id"].tolist() == ["in", "sub/a"]
    assert load_corpus(corpus / "folder")[0]["doc_id"].tolist() == ["a"], "a link that the caller names is followed"
    assert load_corpus(corpus / "out.txt")[1]["reason"].tolist() == ["a link that leads out of the corpus folder"]


def test_folder_that_cannot_be_read(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text(ARTICLE)
    (tmp_path / "shut").mkdir()
    scandir = os.scandir

    def refuse(path):
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    docs, refused = load_corpus(tmp_path)
    assert docs["doc_id"].tolist() == ["a"]
    assert refused[["path", "reason"]].to_numpy().tolist() == [
        ["shut", "a folder that cannot be read: Permission denied"]
    ]


def test_file_that_cannot_be_read(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text(ARTICLE)
    (tmp_path / "shut.txt").write_text(ARTICLE)
    opened = Path.open

    def refuse(path, *args, **kwargs):
        if path.name == "shut.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    docs, refused = load_corpus(tmp_path)
    assert docs["doc_id"].tolist() == ["a"]
    assert refused["reason"].tolist() == ["not readable: Permission denied"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipe_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "a.txt").write_text(ARTICLE)
    docs, refused = load_corpus(tmp_path)
    assert docs["doc_id"].tolist() == ["a"]
    assert refused["path"].tolist() == ["pipe.txt"]


@pytest.mark.skipif(os.name == "nt", reason="names that this file system cannot hold")
def test_names_that_git_cannot_hold(tmp_path):
    (tmp_path / "new\nline \\ back.txt").write_text(ARTICLE)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text(ARTICLE)
    docs, refused = load_corpus(tmp_path)
    assert docs["doc_id"].tolist() == ["new\nline \\ back"]
    assert refused[["path", "reason"]].to_numpy().tolist() == [["caf\\xe9.txt", "the name is no UTF-8"]]


def test_packed(tmp_path):
    """Packed files load like others; a broken one gives what stands before the break."""
    lines = "".join(f'{{"id": {n}, "text": "{ARTICLE} {random.Random(n).random()}"}}\n' for n in range(400)).encode()
    whole = gzip.compress(lines)
    (tmp_path / "good.jsonl.gz").write_bytes(gzip.compress(b'{"id": "g", "text": "Good."}'))
    (tmp_path / "good.txt.gz").write_bytes(gzip.compress(ARTICLE.encode()))
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "crc.csv.gz").write_bytes(gzip.compress(b"text\nWords.\n")[:-8] + b"12345678")
    (tmp_path / "garbage.jsonl.gz").write_bytes(whole[:40] + bytes(range(256)) + whole[40:])
    (tmp_path / "nothing.txt.gz").write_bytes(gzip.compress(b""))
    (tmp_path / "none.txt.gz").write_bytes(b"no gzip at all")
    docs, refused = load_corpus(tmp_path)
    assert {"g", "good.txt.gz", "0", "1"} <= set(docs["doc_id"])
    assert docs["text"].str.len().min() > 0
    assert {"crc.csv.gz", "cut.jsonl.gz", "garbage.jsonl.gz", "none.txt.gz", "nothing.txt.gz"} == set(refused["path"])
    check_contract(docs, refused)


def test_parquet(tmp_path):
    """Dates, lists and nulls as Parquet has them; a broken file; a file without rows."""
    table = pd.DataFrame(
        {
            "id": [1, 2, 3, 4],
            "text": ["First text.", "Second text.", None, "Fourth text."],
            "date": pd.to_datetime(["2024-06-21 10:00", None, "2024-01-01 00:00", "2023-06-24 00:00"]),
            "authors": [["Ann Lee", "Bob Roe"], [], None, ["Oksana Koval"]],
            "score": [0.5, None, 1.0, 2.0],
        }
    )
    table.to_parquet(tmp_path / "rows.parquet")
    table.assign(id=[5, 6, 7, 8], date=table["date"].dt.tz_localize("Europe/Kyiv")).to_parquet(tmp_path / "tz.parquet")
    table.iloc[:0].to_parquet(tmp_path / "empty.parquet")
    (tmp_path / "broken.parquet").write_bytes((tmp_path / "rows.parquet").read_bytes()[:-20])
    docs, refused = load_corpus(tmp_path)
    assert docs["doc_id"].tolist() == ["1", "2", "4", "5", "6", "8"]
    assert [str(day) for day in docs["published"]] == ["2024-06-21 10:00:00", "NaT", "2023-06-24 00:00:00"] * 2
    assert docs["authors"].tolist() == [["Ann Lee", "Bob Roe"], [], ["Oksana Koval"]] * 2
    assert docs["score"].tolist()[::2] == [0.5, 2.0, 2.0] or docs["score"].isna().sum() == 2
    check_refused(
        refused,
        [
            {"path": "broken.parquet", "reason": "no Parquet file"},
            {"path": "empty.parquet", "reason": "no record"},
            {"path": "rows.parquet", "record": 3, "doc_id": "3", "reason": "no text"},
            {"path": "tz.parquet", "record": 3, "doc_id": "7", "reason": "no text"},
        ],
    )
    check_contract(docs, refused)


def test_docs_load_again(tmp_path, docs):
    """What load_corpus gives, saved and loaded, is the same corpus."""
    docs.to_parquet(tmp_path / "docs.parquet")
    again, refused = load_corpus(tmp_path)
    assert refused.empty
    kept = ["doc_id", "text", "sha256", "authors", "published", "language", "title"]
    pd.testing.assert_frame_equal(again[kept], docs[kept])


def test_order_of_files_does_not_matter(tmp_path, monkeypatch):
    """Whatever order the file system lists, the table is the same."""
    names = ["b.txt", "a.txt", "c/a.txt", "B.txt", "ä.txt", "a b.txt", "a/z.txt", "a.jsonl", "ж.txt"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        text = f'{{"id": "a", "text": "{ARTICLE}"}}' if name.endswith("jsonl") else f"{ARTICLE} {name}"
        (tmp_path / name).write_text(text, encoding="utf-8")
    expected = load_corpus(tmp_path)
    walk = os.walk

    def shuffled(*args, **kwargs):
        for here, below, files in walk(*args, **kwargs):
            random.Random(3).shuffle(files)
            below.sort(reverse=True)
            yield here, below, files

    monkeypatch.setattr(os, "walk", shuffled)
    for found, wanted in zip(load_corpus(tmp_path), expected, strict=True):
        pd.testing.assert_frame_equal(found, wanted)
    for source in ([tmp_path / name for name in names], [tmp_path / name for name in sorted(names)]):
        pd.testing.assert_frame_equal(load_corpus(source)[0], expected[0])


def test_relative_and_absolute_paths_agree(tmp_path, monkeypatch):
    shutil.copytree(INPUTS / "names" / "corpus", tmp_path / "corpus")
    expected = load_corpus(tmp_path / "corpus")[0]
    monkeypatch.chdir(tmp_path / "corpus" / "a b")
    for source in ("..", "../../corpus/", "../a b/.."):
        pd.testing.assert_frame_equal(load_corpus(source)[0], expected)


def test_inputs_of_the_caller_stay(tmp_path):
    (tmp_path / "a.txt").write_text(ARTICLE)
    sources, columns = [tmp_path / "a.txt"], {"text": "Body"}
    load_corpus(sources, columns=columns)
    assert sources == [tmp_path / "a.txt"]
    assert columns == {"text": "Body"}


def test_parts_need_a_size(tmp_path):
    (tmp_path / "a.txt").write_text(ARTICLE)
    with pytest.raises(ValueError, match="size"):
        iter_corpus(tmp_path, size=0)
    with pytest.raises(FileNotFoundError):
        iter_corpus(tmp_path / "none")


def test_one_pair_where_all_is_refused(tmp_path):
    (tmp_path / "a.pdf").write_text(ARTICLE)
    docs, refused = load_corpus(tmp_path)
    assert len(docs) == 0
    assert len(refused) == 1
    check_contract(docs, refused)


@pytest.mark.parametrize(
    "text",
    [
        "Line one.\r\nLine two.\rLine three.\n\n\n",
        "  blanks before, NBSP\u00a0within, behind \u00a0\t ",
        "A price of \\$11 million and a soft\u00adhyphen, a zero\u200bwidth, a form\ffeed.",
        "one\u2028two\u2029three\x85four\x1cfive",
        "\\n is no line break, &amp; is no sign, %20 is no blank",
        "é is not é, and 🇺🇦 is two letters",
    ],
)
def test_signs_stay(tmp_path, text):
    (tmp_path / "a.txt").write_bytes(text.encode())
    (tmp_path / "b.md").write_bytes(text.encode())
    pd.DataFrame({"id": ["c"], "text": [text]}).to_parquet(tmp_path / "c.parquet")
    pd.DataFrame({"id": ["d"], "text": [text]}).to_json(tmp_path / "d.jsonl", orient="records", lines=True)
    pd.DataFrame({"id": ["e"], "text": [text]}).to_csv(tmp_path / "e.csv", index=False)
    docs, refused = load_corpus(tmp_path)
    assert refused.empty
    assert docs["text"].tolist() == [text] * 5


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
keys = st.sampled_from([*TABLES["docs"], "id", "body", "date", "author", "source", "reason", "record", "_from", "x"])


@given(
    st.lists(
        st.dictionaries(keys, values, max_size=6).map(lambda r: {"text": "Some words.", **r}), min_size=1, max_size=3
    )
)
@settings(max_examples=15, deadline=None)
def test_any_record_loads_or_is_refused(tmp_path_factory, records):
    """No JSON object can stop a load, and none is lost in silence."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "a.jsonl").write_text("\n".join(json.dumps(record) for record in records))
    docs, refused = load_corpus(folder)
    check_contract(docs, refused)
    assert len(docs) + refused["field"].isna().sum() == len(records)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["txt", "jsonl"])
def test_fifty_megabytes_in_one_line(tmp_path, suffix):
    """A file of 50 MB in one line loads, in a time that grows with its length and in bounded memory."""
    sentence = "The bridge over the river was closed on Monday, and the council met in the evening to vote. "
    text = sentence * (50_000_000 // len(sentence))
    line = {"txt": text, "jsonl": f'{{"id": "long", "text": "{text}"}}'}
    (tmp_path / f"long.{suffix}").write_text(line[suffix])
    code = (
        "import resource, sys, time; from ukrcorpus import load_corpus; start = time.perf_counter();"
        "docs, refused = load_corpus(sys.argv[1]); print(len(docs), len(docs.text[0]), len(refused),"
        "time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    n_docs, length, n_refused, seconds, kilobytes = map(float, done.stdout.split())
    assert (n_docs, length, n_refused) == (1, len(text), 0)
    assert seconds < 60
    assert kilobytes < 1_500_000

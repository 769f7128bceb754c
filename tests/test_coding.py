"""Coding by hand: against other implementations, plain formulas, and files as spreadsheets leave them."""

import csv

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from ukrcorpus import (
    TABLES,
    correct_estimate,
    draw_sample,
    find_frames,
    label_paragraphs,
    read_codes,
    score_agreement,
    show_coding_sheet,
    write_coding_sheet,
)
from ukrcorpus.coding.estimates import _Share, _share, _tune

EXAMPLE = """
    1  1 NaN 1
    2  2  3  2
    3  3  3  3
    3  3  3  3
    2  2  2  2
    1  2  3  4
    4  4  4  4
    1  1  2  1
    2  2  2  2
  NaN  5  5  5
  NaN NaN 1  1
  NaN NaN 3 NaN
"""
"""The data "C" of Krippendorff (1980), as the R package irr gives them: a row a unit, a column a coder."""


def corpus(n_docs=24, n_paragraphs=6, publishers=("P", "Q")):
    """Articles of so many paragraphs, each a sentence of its own."""
    texts = ["\n\n".join(f"Sentence {n} of article {d} says this." for n in range(n_paragraphs)) for d in range(n_docs)]
    names = [publishers[d % len(publishers)] for d in range(n_docs)]
    return pd.DataFrame({"doc_id": [f"d{d:03}" for d in range(n_docs)], "text": texts, "publisher": names})


def long(table):
    """Codes of a table with a row a unit and a column a coder."""
    rows = [
        {"unit_id": f"a:{unit}", "coder": f"c{coder}", "label": "x", "code": None if np.isnan(value) else int(value)}
        for unit, row in enumerate(table)
        for coder, value in enumerate(row)
    ]
    return pd.DataFrame(rows).astype({"code": "Int64"})


def test_alpha_of_the_worked_example():
    table = np.array([[float(cell) for cell in line.split()] for line in EXAMPLE.strip().splitlines()])
    row = score_agreement(long(table), resamples=200).iloc[0]
    assert row["estimate"] == pytest.approx(0.743, abs=5e-4), "the book's figure"
    assert (row["n_spans"], row["n_coders"], row["n_docs"]) == (11, 4, 1)
    assert row["low"] < row["estimate"] < row["high"] <= 1


@given(
    st.lists(st.lists(st.sampled_from([0.0, 1.0, 1.0, np.nan]), min_size=3, max_size=3), min_size=1, max_size=14),
)
@settings(max_examples=60, deadline=None)
def test_alpha_against_krippendorff(rows):
    other = pytest.importorskip("krippendorff")
    table = np.array(rows)
    found = score_agreement(long(table), resamples=30)["estimate"].iloc[0]
    paired = table[(~np.isnan(table)).sum(axis=1) > 1]
    if len(set(paired[~np.isnan(paired)])) < 2:
        assert np.isnan(found), "nothing varies"
    else:
        assert found == pytest.approx(other.alpha(table.T, level_of_measurement="nominal"), abs=1e-12)


def test_agreement_of_chance_and_of_too_few():
    rng = np.random.default_rng(3)
    row = score_agreement(long(rng.integers(0, 2, (300, 2)).astype(float))).iloc[0]
    assert row["low"] < 0 < row["high"]
    assert 40 < row["agreement"] < 60
    few = score_agreement(long(np.eye(9))).iloc[0]
    assert np.isnan(few["low"]) and "9 of 10" in few["reason"]
    same = score_agreement(long(np.ones((20, 2)))).iloc[0]
    assert np.isnan(same["estimate"]) and same["agreement"] == 100 and "every code is 1" in same["reason"]


def measured(n=4000, n_coded=200, seed=1, *, error=0.1):
    """Units of one stratum with the automatic measure and, of some, codes, as `correct_estimate` joins them."""
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < 0.3
    f = np.where(rng.random(n) < error, ~truth, truth).astype(float)
    y = np.where(rng.permutation(n) < n_coded, truth.astype(float), np.nan)
    part = pd.DataFrame({"doc_id": [f"d{k // 10}" for k in range(n)], "f": f, "y": y, "stratum": "P", "n_stratum": n})
    return part, part.dropna().assign(w=n / n_coded, n=n_coded)


def test_corrected_share_against_its_formula():
    """The difference estimator with simple random sampling, as a textbook writes it."""
    part, coded = measured()
    n_all, n, lam = len(part), len(coded), _tune(part, coded)
    covariance = np.cov(coded["y"], coded["f"], ddof=0)[0, 1]
    assert lam == pytest.approx(covariance / part["f"].var())
    found = _share(part, coded, lam, "corpus")
    rest = coded["y"] - lam * coded["f"]
    assert found.estimate == pytest.approx(100 * (lam * part["f"].mean() + rest.mean()))
    # Plus half a disagreement, minus the sampled part, with Student's t nearly normal here.
    deviation = 100 * np.sqrt((1 - n / n_all) / n * (rest.var() + 0.5 / n))
    assert (found.high - found.low) / 2 == pytest.approx(1.972 * deviation, rel=0.05)


def test_corrected_share_against_prediction_powered_inference():
    """The formula of ppi_py.ppi_mean_ci, whose units with and without codes are apart: nearly the same where few are.

    Its own result for these very numbers (ppi-python 0.2.3) stands in the last line.
    """
    part, coded = measured(20_000, 300)
    other = part[part["y"].isna()]["f"]
    y, f, n, n_other = coded["y"], coded["f"], len(coded), len(other)
    both = np.concatenate([f, other])
    lam = np.clip(np.cov(y, f)[0, 1] / ((1 + n / n_other) * both.var()), 0, 1)
    estimate = lam * other.mean() + (y - lam * f).mean()
    half = norm.ppf(0.975) * np.sqrt((y - lam * f).var(ddof=0) / n + lam**2 * other.var(ddof=0) / n_other)
    ours = _share(part, coded, _tune(part, coded), "corpus")
    assert ours.estimate == pytest.approx(100 * estimate, abs=0.05)
    assert ours.high - ours.low == pytest.approx(200 * half, rel=0.1)
    assert (100 * (estimate - half), 100 * (estimate + half)) == pytest.approx(PPI, abs=0.05)


PPI = (30.913040958963713, 36.648825566296104)


def test_corrected_share_of_strata():
    """Strata drawn at different rates count by their size."""
    part = pd.concat([measured(900, 90, 1)[0], measured(100, 50, 2)[0].assign(stratum="Q", n_stratum=100)])
    part = part.reset_index(drop=True)
    part["doc_id"] = [f"d{k // 10}" for k in range(1000)]
    coded = part.dropna()
    n = coded.groupby("stratum")["y"].transform("size")
    coded = coded.assign(w=coded["n_stratum"] / n, n=n)
    means = coded.groupby("stratum")["y"].mean()
    found = _share(part, coded, 0.0, "corpus")
    assert found.estimate == pytest.approx(100 * (0.9 * means["P"] + 0.1 * means["Q"]))
    assert isinstance(found, _Share)


def coded_corpus(n_docs=40, size=120, seed=0):
    docs = corpus(n_docs)
    paragraphs = label_paragraphs(find_frames(docs, lexicon={"even": ["Sentence 0", "Sentence 2"]}), docs)
    sample = draw_sample(docs, size=size, seed=seed)
    even = [int(text.split()[1]) % 2 == 0 for text in sample["surface"]]
    codes = pd.DataFrame({"unit_id": sample["unit_id"], "coder": "A", "label": "even", "code": even})
    return docs, paragraphs, sample, codes.astype({"code": "Int64"})


def test_correct_estimate():
    docs, paragraphs, sample, codes = coded_corpus()
    table = correct_estimate(paragraphs, codes, sample, docs).set_index("publisher")
    assert table.index.tolist() == ["P", "Q"]
    for row in table.to_dict("records"):
        assert row["naive"] == pytest.approx(100 / 3), "two in six by the machine, three by the coder"
        assert row["low"] < 50 < row["high"]
        assert row["low"] < row["estimate"] < row["high"]
        assert row["high"] - row["low"] < row["classical_high"] - row["classical_low"]
        assert pd.isna(row["reason"])
    source = correct_estimate(paragraphs, codes, sample, docs, target="source").set_index("publisher")
    assert source["estimate"].tolist() == table["estimate"].tolist()
    turned = correct_estimate(paragraphs[::-1], codes[::-1], sample[::-1], docs[::-1]).set_index("publisher")
    pd.testing.assert_frame_equal(turned, table)
    half = codes.head(100)
    assert correct_estimate(paragraphs, half, sample, docs)["n_spans"].sum() == 100
    few = correct_estimate(paragraphs, codes.head(20), sample, docs)
    assert few["low"].isna().all() and few["reason"].str.contains("of 30 coded paragraphs needed").all()


def test_correct_estimate_where_all_is_coded():
    docs, paragraphs, sample, codes = coded_corpus(20, 1000)
    row = correct_estimate(paragraphs, codes, sample, docs).iloc[0]
    assert row["estimate"] == row["low"] == row["high"] == pytest.approx(50), "nothing is left to be unsure of"


def test_correct_estimate_refuses():
    docs, paragraphs, sample, codes = coded_corpus(20, 60)
    with pytest.raises(ValueError, match="sample has not"):
        correct_estimate(paragraphs, codes.assign(unit_id="x:0"), sample, docs)
    with pytest.raises(ValueError, match="no label 'odd'"):
        correct_estimate(paragraphs, codes, sample, docs, label="odd")
    with pytest.raises(ValueError, match="not drawn within groups"):
        correct_estimate(paragraphs, codes, sample, docs, by="doc_id")
    with pytest.raises(ValueError, match="of the sample"):
        correct_estimate(paragraphs[paragraphs["doc_id"] != sample["doc_id"].iloc[0]], codes, sample, docs)
    with pytest.raises(ValueError, match="corpus or source"):
        correct_estimate(paragraphs, codes, sample, docs, target="all")


def test_nothing():
    docs = corpus().head(0)
    sample = draw_sample(docs)
    assert sample.empty and sample.columns.tolist() == list(TABLES["sample"])
    codes = read_codes([])
    assert codes.empty and codes.columns.tolist() == list(TABLES["codes"])
    assert score_agreement(codes).empty
    paragraphs = label_paragraphs(find_frames(docs), docs)
    table = correct_estimate(paragraphs, codes, sample, docs)
    assert table.empty and set(TABLES["summary"]) < set(table.columns)
    full = corpus()
    labelled = label_paragraphs(find_frames(full), full)
    assert correct_estimate(labelled, codes, draw_sample(full), full).empty
    one = corpus(1, 1)
    assert draw_sample(one)["weight"].tolist() == [1.0]
    assert score_agreement(codes).columns.tolist()[:2] == ["label", "estimate"]


@pytest.mark.parametrize(("n_publishers", "size", "drawn"), [(80, 100, 100), (150, 100, 150), (3, 100, 100), (3, 2, 3)])
def test_many_strata(n_publishers, size, drawn):
    docs = corpus(160, 4, [f"P{n}" for n in range(n_publishers)])
    sample = draw_sample(docs, size=size)
    assert len(sample) == drawn
    assert sample["stratum"].nunique() == n_publishers, "every stratum has one"
    assert sample["weight"].sum() == pytest.approx(640), "each paragraph of the corpus is stood for"


@given(st.integers(1, 9), st.integers(1, 7), st.integers(1, 70), st.integers(0, 3))
@settings(max_examples=12, deadline=None)
def test_sample(n_docs, n_paragraphs, size, seed):
    docs = corpus(n_docs, n_paragraphs, ("P", None, "Q"))
    sample = draw_sample(docs, size=size, seed=seed)
    texts = docs.set_index("doc_id")["text"]
    assert all(texts[r.doc_id][r.start : r.end] == r.surface for r in sample.itertuples())
    assert sample["unit_id"].is_unique
    assert sample["weight"].sum() == pytest.approx(n_docs * n_paragraphs)
    assert len(sample) == min(max(size, sample["stratum"].nunique()), n_docs * n_paragraphs)
    pd.testing.assert_frame_equal(sample, draw_sample(docs[::-1], size=size, seed=seed))


def test_every_paragraph_has_the_same_chance():
    docs = corpus(6, 5)
    drawn = pd.concat([draw_sample(docs, size=10, seed=seed) for seed in range(60)])["unit_id"].value_counts()
    assert len(drawn) == 30
    assert drawn.between(6, 36).all(), "20 each, by chance 7 to 34"


def test_sample_by_automatic_label():
    docs, paragraphs, *_ = coded_corpus(20)
    sample = draw_sample(docs, size=40, paragraphs=paragraphs, label="even")
    assert sorted(sample["stratum"].unique()) == ["P, even: no", "P, even: yes", "Q, even: no", "Q, even: yes"]
    with pytest.raises(ValueError, match="go together"):
        draw_sample(docs, label="even")
    with pytest.raises(ValueError, match="no label 'odd'"):
        draw_sample(docs, paragraphs=paragraphs, label="odd")
    with pytest.raises(ValueError, match="size 0"):
        draw_sample(docs, size=0)


ODD = [
    "=1+1",
    "+44",
    "@SUM(A1)",
    "-3 degrees",
    "2023-06-24",
    "one, two; three",
    'so "called"',
    "a\nb\r\nc\rd",
    "\t=1",
    "",
]


def odd_sample(texts=ODD):
    return pd.DataFrame({"surface": texts, "unit_id": [f"=a,b {n}:0" for n in range(len(texts))], "stratum": "P"})


def fill(path, cells, *, sep=",", encoding="utf-8-sig"):
    """Put codes into the first rows, and save as a spreadsheet does."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    for row, cell in zip(rows, cells, strict=False):
        row[1] = cell
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=sep).writerows([header, *rows])


@pytest.mark.parametrize("sep", [",", ";", "\t"])
def test_sheet_round_trip(tmp_path, sep):
    path, sample = tmp_path / "a.csv", odd_sample()
    write_coding_sheet(sample, path, labels=["=cause", "moral"], coder="-A", keep=["stratum"])
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 1 + len(ODD) and all(len(row) == 6 for row in rows)
    assert [row[0].removeprefix("'") for row in rows[1:]] == ODD, "line breaks and all"
    assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]
    fill(path, ["1", "0", " 1 "], sep=sep)
    codes = read_codes(path)
    assert set(codes["label"]) == {"=cause", "moral"} and set(codes["coder"]) == {"-A"}
    first = codes[codes["label"] == "=cause"]
    assert first["unit_id"].tolist() == sample["unit_id"].tolist()
    assert first["code"].fillna(-1).tolist() == [1, 0, 1, *[-1] * 7]
    assert codes["code"].dtype == "Int64"


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12), min_size=1, max_size=5))
@settings(max_examples=25, deadline=None)
def test_any_text_goes_into_a_sheet(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("sheet") / "a.csv"
    write_coding_sheet(odd_sample(texts), path, labels=["x"], coder="A")
    assert read_codes(path)["unit_id"].tolist() == odd_sample(texts)["unit_id"].tolist()


def test_codes_are_never_overwritten(tmp_path):
    path, other = tmp_path / "a.csv", tmp_path / "b.csv"
    write_coding_sheet(odd_sample(), path, labels=["x"], coder="A")
    write_coding_sheet(odd_sample(), path, labels=["x"], coder="B")
    fill(path, ["1"])
    before = path.read_bytes()
    with pytest.raises(FileExistsError, match=r"a\.csv: holds codes"):
        write_coding_sheet(odd_sample(), path, labels=["x"], coder="B")
    other.write_text("my notes")
    with pytest.raises(FileExistsError, match=r"b\.csv"):
        write_coding_sheet(odd_sample(), other, labels=["x"], coder="B")
    assert (path.read_bytes(), other.read_text()) == (before, "my notes")
    for wrong in ({"labels": ["text"]}, {"labels": ["x", "x"]}, {"labels": []}, {"labels": ["x"], "coder": ""}):
        with pytest.raises(ValueError, match="name both"):
            write_coding_sheet(odd_sample(), tmp_path / "c.csv", **{"coder": "A", **wrong})


def test_errors_name_file_and_row(tmp_path):
    path = tmp_path / "a.csv"
    write_coding_sheet(odd_sample(), path, labels=["x"], coder="A")
    fill(path, ["1", "0", "yes"])
    with pytest.raises(ValueError, match=r"a\.csv, row 4, column x: 'yes' is no code; write 1 for yes"):
        read_codes(path)
    fill(path, ["1", "0", ""])
    with pytest.raises(ValueError, match=r"row 2: A has x of .* a second time"):
        read_codes([path, path])
    path.write_text("text,x,coder,unit_id\nSo.,1,,a:0\n")
    with pytest.raises(ValueError, match=r"a\.csv, row 2: no unit_id or no coder"):
        read_codes(path)
    for content in ("", "one,two\n1,2\n", "text,coder,unit_id\n", "text,x,x,coder,unit_id\n", "text,x\n1,2,3,4\n"):
        path.write_text(content)
        with pytest.raises(ValueError, match=r"a\.csv"):
            read_codes(path)
    path.write_bytes("text,x,coder,unit_id\nДа,1,A,a:0\n".encode("utf-16"))
    with pytest.raises(ValueError, match="save it as “CSV UTF-8”"):
        read_codes(path)
    with pytest.raises(FileNotFoundError):
        read_codes(tmp_path / "nowhere.csv")


def test_two_coders(tmp_path):
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for path, coder in zip(paths, "AB", strict=True):
        write_coding_sheet(odd_sample(), path, labels=["x"], coder=coder)
        fill(path, list("1100110011"))
    row = score_agreement(read_codes(paths)).iloc[0]
    assert (row["estimate"], row["agreement"], row["n_spans"], row["n_coders"]) == (1, 100, 10, 2)


def test_widget(tmp_path):
    pytest.importorskip("ipywidgets")
    path, sample = tmp_path / "a.csv", odd_sample(["<b>One</b>", "Two", "Three"])

    def open_sheet(**options):
        widget = show_coding_sheet(sample, **{"labels": ["x", "y"], "path": path, "coder": "A", **options})
        progress, text, boxes, buttons = widget.children
        return progress, text, boxes.children, buttons.children

    def held():
        table = read_codes(path).pivot(index="unit_id", columns="label", values="code").fillna(-1)
        return table.loc[sample["unit_id"]].to_numpy().tolist()

    progress, text, (x, y), (back, following) = open_sheet()
    assert "&lt;b&gt;One&lt;/b&gt;" in text.value, "text is no markup"
    assert held() == [[-1, -1]] * 3
    x.value = True
    assert held()[0] == [1, -1], "each click is saved"
    following.click()
    assert held() == [[1, 0], [-1, -1], [-1, -1]], "what is not ticked is 0"
    assert (x.value, y.value) == (False, False) and "Two" in text.value and "1 coded" in progress.value
    back.click()
    assert (x.value, y.value) == (True, False)
    assert held() == [[1, 0], [-1, -1], [-1, -1]], "looking changes nothing"
    _, text, (x, y), (_, following) = open_sheet()
    assert "Two" in text.value, "goes on where the coder stopped"
    y.value = True
    following.click()
    following.click()
    following.click()
    assert held() == [[1, 0], [0, 1], [0, 0]]
    for wrong in ({"coder": "B"}, {"labels": ["x"]}):
        with pytest.raises(ValueError, match="differ from those of this call"):
            open_sheet(**wrong)
    with pytest.raises(ValueError, match="no paragraph"):
        show_coding_sheet(sample.head(0), labels=["x"], path=path, coder="A")

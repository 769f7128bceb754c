import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.stats import chi2_contingency

from ukrcorpus import compare_words, count_word_use, find_words, find_zones
from ukrcorpus.columns import TABLES
from ukrcorpus.lexicon import fold
from ukrcorpus.words import _compare, _count, _dispersion, _jackknife, _log_likelihood, _log_odds, _prior


def corpus(n: int, planted: dict[str, str] | None = None, seed: int = 0) -> pd.DataFrame:
    """n articles for each of two publishers, from one vocabulary; a planted word is added to all of a publisher's."""
    rng = np.random.default_rng(seed)
    vocabulary = np.array(["word" + chr(97 + i // 26) + chr(97 + i % 26) for i in range(200)])
    odds = 1 / np.arange(1, 201)
    rows = []
    for number in range(2 * n):
        publisher = "PQ"[number % 2]
        words = [*rng.choice(vocabulary, 80, p=odds / odds.sum()), *[(planted or {}).get(publisher, "filler")] * 4]
        rows.append(
            {"doc_id": str(number), "publisher": publisher, "text": "The text says " + " ".join(words) + " today."}
        )
    return pd.DataFrame(rows)


def by_hand(docs: pd.DataFrame, word: str, mass: float) -> tuple[float, float]:
    """The method from its formulas, with counters and floats only."""
    bags = {
        p: Counter(" ".join(rows["text"]).lower().replace(".", "").split()) for p, rows in docs.groupby("publisher")
    }
    pooled = bags["P"] + bags["Q"]
    alpha = mass * pooled[word] / sum(pooled.values())
    logits = []
    for bag in (bags["P"], bags["Q"]):
        used = bag[word] + alpha
        logits.append(math.log(used / (sum(bag.values()) + mass - used)))
    variance = 1 / (bags["P"][word] + alpha) + 1 / (bags["Q"][word] + alpha)
    return logits[0] - logits[1], (logits[0] - logits[1]) / math.sqrt(variance)


def test_against_the_formulas_by_hand() -> None:
    docs = corpus(12)
    table = compare_words(docs, prior=300.0, resamples=20).query("publisher == 'P'").set_index("word")
    for word in ("wordaa", "wordab", "wordbc", "text"):
        estimate, z = by_hand(docs, word, 300.0)
        assert table.loc[word, "estimate"] == pytest.approx(estimate, rel=1e-9)
        assert table.loc[word, "z"] == pytest.approx(z, rel=1e-9)


def test_against_published_output_of_another_implementation() -> None:
    """Two sentences of nine words, prior 0.05 for each of ten words: README of github.com/Wigder/fightin_words."""
    alpha = np.full(10, 0.05)
    ones, twos = np.array([1.0] + [0.0] * 9), np.array([0.0] + [1.0] * 9)
    estimate, deviation = _log_odds([ones, twos], [9.0, 9.0], alpha, alpha.sum())
    assert estimate[0] / deviation[0] == pytest.approx(0.6894227886807968, rel=1e-3)


def test_the_planted_word_leads_and_its_interval_excludes_zero() -> None:
    docs = corpus(12, {"P": "peace", "Q": "filler"})
    table = compare_words(docs, resamples=200)
    first = table.query("publisher == 'P'").iloc[0]
    assert first["word"] == "peace"
    assert first["low"] > 0
    assert first["n_docs_with"] == 12
    assert table["reason"].isna().all()


def test_groups_mirror_each_other() -> None:
    table = compare_words(corpus(12), resamples=50)
    sides = [table[table["publisher"] == p].set_index("word").sort_index() for p in "PQ"]
    assert np.allclose(sides[0]["estimate"], -sides[1]["estimate"])
    assert np.allclose(sides[0]["low"], -sides[1]["high"])
    assert (sides[0]["n_spans"] == sides[1]["n_spans_rest"]).all()
    assert (table["low"] <= table["high"]).all()


@pytest.mark.parametrize("n", [1, 9])
def test_below_ten_articles_a_side_nothing_is_tested(n: int) -> None:
    table = compare_words(corpus(n), fewest_docs=1)
    tests = ["z", "low", "high", "log_likelihood", "bic", "statistic", "p_value", "line"]
    assert table[tests].isna().all(axis=None)
    assert table["reason"].eq(f"{n} of 10 articles needed on either side").all()
    assert table[["estimate", "log_ratio"]].notna().all(axis=None)


def test_the_seed_and_not_the_order_of_rows_decides() -> None:
    docs = corpus(12, {"P": "peace", "Q": "filler"})
    first, second, other = (compare_words(docs, resamples=50, seed=s) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(first, second)
    assert not first["line"].equals(other["line"])
    turned = docs.sample(frac=1, random_state=3).reset_index(drop=True)
    pd.testing.assert_frame_equal(first, compare_words(turned, resamples=50, seed=1))


def test_the_interval_is_wider_where_a_word_comes_in_bursts() -> None:
    """Words of one article are not independent; the bootstrap over articles sees that, the formula does not."""
    docs = corpus(20)
    docs.loc[0, "text"] = docs.loc[0, "text"] + " burst" * 40
    spread = [" burst" if number % 2 == 0 else "" for number in range(40)]
    even = corpus(20).assign(text=lambda t: t["text"] + spread).assign(text=lambda t: t["text"] + spread)
    widths = []
    for table in (compare_words(docs, fewest_docs=1), compare_words(even, fewest_docs=1)):
        row = table[(table["publisher"] == "P") & (table["word"] == "burst")].iloc[0]
        assert row["n_spans"] == 40
        widths.append(row["high"] - row["low"])
    assert widths[0] > 2 * widths[1]


def test_a_background_as_prior() -> None:
    docs = corpus(12)
    background = pd.Series({"wordaa": 1000.0, "wordab": 10.0})
    table = compare_words(docs, prior=background, resamples=10).query("publisher == 'P'").set_index("word")
    weak = compare_words(docs, prior=1.0, resamples=10).query("publisher == 'P'").set_index("word")
    assert abs(table.loc["wordaa", "estimate"]) < abs(weak.loc["wordaa", "estimate"])
    with pytest.raises(ValueError, match="above 0"):
        compare_words(docs, prior=0.0)


def test_one_group_has_nothing_to_compare_with() -> None:
    docs = corpus(2).assign(publisher="P")
    table = compare_words(docs)
    assert table["reason"].eq("no other group to compare with").all()
    assert table["estimate"].isna().all()
    assert table["rate"].is_monotonic_decreasing


def test_three_groups_are_each_compared_with_the_rest() -> None:
    docs = corpus(6).assign(publisher=["A", "B", "C"] * 4)
    table = compare_words(docs, fewest_docs=1)
    assert sorted(table["publisher"].unique()) == ["A", "B", "C"]
    assert table["n_docs_rest"].eq(8).all()


def test_words_are_folded_and_possessives_dropped() -> None:
    docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kyiv’s mayor met Kyiv's other mayor, and 12 came for $11."]})
    assert count_word_use(docs, ["kyiv", "mayor", "12", "nowhere"])["n_spans"].tolist() == [2, 2, 0, 0]


@settings(deadline=None)
@given(
    st.lists(st.text("aBİ1'’.-_ \n", max_size=30), max_size=3),
    st.sampled_from(["form", "lemma", "token"]),
    st.sampled_from([1, 2, (1, 3)]),
)
def test_words_are_found_where_they_are_counted(texts: list[str], unit: str, n: int | tuple[int, ...]) -> None:
    docs = pd.DataFrame({"doc_id": [f"d{n}" for n in range(len(texts))], "text": texts}).astype("str")
    zones = find_zones(docs)
    counts, words, sizes = _count(docs, zones, unit, n)
    found = find_words(docs, words, zones=zones, unit=unit)
    size = found.groupby(["doc_id", "word"]).size()
    assert {(docs["doc_id"][row], words[column]): n for (row, column), n in counts.todok().items()} == size.to_dict()
    assert count_word_use(docs, words, zones=zones, unit=unit)["n_spans"].sum() == counts.sum()
    assert sizes.sum() == _count(docs, zones, unit)[0].sum()
    of_doc = docs.set_index("doc_id")["text"]
    for row in found.itertuples():
        assert of_doc[row.doc_id][row.start : row.end] == row.surface
        if n == 1 and unit != "lemma":
            assert fold(row.surface) == row.word


def test_sequences_end_where_sentences_do() -> None:
    text = "Two U.S. officials “met” him, then left. Officials in 2022 met: him again! Him then"
    docs = pd.DataFrame({"doc_id": ["a"], "text": [text]})
    bigrams = set(_count(docs, find_zones(docs), "form", 2)[1])
    assert {"two u.s", "u.s officials", "officials met", "met him", "him then", "then left"} <= bigrams
    assert not {"left officials", "in met", "met: him", "again him"} & bigrams and "him again" in bigrams
    assert find_words(docs, ["officials met", "him then"])["surface"].tolist() == [
        "officials “met",
        "him, then",
        "Him then",
    ]
    assert find_words(docs, ["in 2022 met"], unit="token")["surface"].tolist() == ["in 2022 met"]


def test_lemmas_lead_to_their_forms() -> None:
    docs = pd.DataFrame({"doc_id": ["a"], "text": ["The US said talks fail. It told us: a talk failed."]})
    found = find_words(docs, ["talk fail", "us", "say", "talk"], unit="lemma")
    assert found["surface"].tolist() == ["US", "said", "talks", "talks fail", "talk", "talk failed"]
    ukrainian = docs.assign(language="uk", text="Після війни. Про війну.")
    assert find_words(ukrainian, ["війна"], unit="lemma")["surface"].tolist() == ["війни", "війну"]
    unknown = docs.assign(language="zz")
    assert find_words(unknown, ["talks"], unit="lemma")["surface"].tolist() == ["talks"]
    for wrong in ({"unit": "stem"}, {"n": 0}, {"n": ()}):
        with pytest.raises(ValueError, match=r"unit is 'stem'|n is"):
            compare_words(docs.assign(publisher="P"), **wrong)


@pytest.mark.parametrize(("a", "b", "c", "d"), [(10, 3, 500, 700), (0, 4, 90, 80), (41, 351, 6253, 128725)])
def test_log_likelihood_against_scipy(a: int, b: int, c: int, d: int) -> None:
    expected = chi2_contingency([[a, b], [c - a, d - b]], correction=False, lambda_="log-likelihood").statistic
    assert _log_likelihood(a, c, a + b, c + d) == pytest.approx(expected, rel=1e-9)


def test_log_likelihood_against_the_published_output_of_quanteda() -> None:
    """Speeches of 2017 against others since 1945: the page of textstat_keyness, quanteda.textstats 0.97, measure "lr".

    The page gives no totals: these are the only ones that fit its ten rows. Where a cell is expected below 5, quanteda
    moves both cells by a half (Yates), here done by hand.
    """
    target, reference = 6253, 128725
    published = {(41, 351): 22.609878, (19, 149): 12.306921}
    corrected = {(12, 70): 10.868622, (7, 26): 9.707425, (10, 56): 9.345219, (12, 86): 7.996610, (10, 77): 5.725811}
    shifted = {(a - 0.5, b + 0.5): g2 for (a, b), g2 in corrected.items()}
    for (a, b), g2 in (published | shifted).items():
        assert _log_likelihood(a, target, a + b, target + reference) == pytest.approx(g2, abs=2e-4)


def test_dispersion_against_published_examples() -> None:
    """Gries' example with five parts, as in github.com/dougalg/Key-BNC; one of three in its smallest part; no use."""
    counts = sparse.csr_array([[1, 2, 3, 4, 5], [1, 0, 0, 0, 0], [0, 0, 0, 0, 0]])
    found = _dispersion(counts, np.array([18, 20, 20, 20, 22]))
    assert found[:2] == pytest.approx([0.2195121951219512, 1.0])
    assert np.isnan(found[2])
    assert np.isnan(_dispersion(sparse.csr_array([[3]]), np.array([9]))).all()


def test_effect_sizes_by_hand() -> None:
    docs = corpus(12, {"P": "peace", "Q": "filler"})
    row = compare_words(docs, resamples=20).query("publisher == 'P'").set_index("word").loc["peace"]
    size = 12 * (80 + 4 + 4)
    assert row["log_ratio"] == pytest.approx(math.log2((48 / size) / (0.5 / size)))
    cells = [[48, 0], [size - 48, size]]
    g2 = chi2_contingency(cells, correction=False, lambda_="log-likelihood").statistic
    assert row["log_likelihood"] == pytest.approx(g2)
    assert row["bic"] == pytest.approx(g2 - math.log(2 * size))
    assert row["dispersion"] == pytest.approx(0) and math.isnan(row["dispersion_rest"])
    residuals = [4 - 88 * 48 / (2 * size), -88 * 48 / (2 * size)]
    expected = 24 * 88 * (48 / (2 * size)) * (1 - 48 / (2 * size))
    factor = 24 / 23 * 12 * sum(r**2 for r in residuals) / expected
    assert row["statistic"] == pytest.approx(math.sqrt(g2 / factor))


def test_the_jackknife_against_a_plain_loop() -> None:
    rng = np.random.default_rng(0)
    sizes = rng.integers(200, 900, 15)
    counts = rng.poisson(sizes * rng.gamma(0.5, 0.008, (40, 15)))
    counts[0], counts[1, 1:] = 0, 0
    alpha, mass = np.full(40, 0.7), np.full(40, 300.0)
    variance, df = _jackknife(sparse.csr_array(counts), sizes, alpha, mass)
    for word, row in enumerate(counts):
        odds = []
        for left_out in range(15):
            used, size = row.sum() - row[left_out] + 0.7, sizes.sum() - sizes[left_out] + 300
            odds.append(math.log(used / (size - used)))
        shift = np.array(odds) - np.mean(odds)
        plain, floor = 14 / 15 * (shift**2).sum(), 1 / (row.sum() + 0.7)
        assert variance[word] == pytest.approx(max(plain, floor), rel=0.01)
        kurtosis = (shift**4).sum() / (shift**2).sum() ** 2
        assert df[word] == pytest.approx(14 if plain < floor else min(max(3 / kurtosis - 1, 1), 14), rel=0.02)


def test_the_line_against_a_plain_loop() -> None:
    docs = corpus(15).assign(publisher=np.repeat(["A", "B", "C"], 10)).sort_values("doc_id", ignore_index=True)
    table = compare_words(docs, resamples=39, seed=7)
    codes = docs["publisher"].map({"A": 0, "B": 1, "C": 2}).to_numpy()
    counts, words, sizes = _count(docs, find_zones(docs))
    counts = counts[:, np.isin(words, table["word"])].T.tocsr()
    one = np.ones(counts.shape[0])
    highest = [
        max(_compare(counts, sizes, drawn == code, one, 500 * one)["statistic"].abs().max() for code in range(3))
        for drawn in np.random.default_rng(7).permuted(np.tile(codes, (39, 1)), axis=1)
    ]
    assert table["line"].to_numpy() == pytest.approx(sorted(highest)[-2])
    above = [1 + sum(other >= value - 1e-9 for other in highest) for value in table["statistic"].abs()]
    assert table["p_value"].to_numpy() == pytest.approx(np.array(above) / 40)


def test_p_and_line_agree() -> None:
    table = compare_words(corpus(12, {"P": "peace", "Q": "filler"}), resamples=199)
    assert ((table["p_value"] <= 0.05) == (table["statistic"].abs() > table["line"])).all()
    assert table.loc[table["p_value"] <= 0.05, "word"].isin(["peace", "filler"]).all()
    assert table["p_value"].min() == pytest.approx(1 / 200)
    assert compare_words(corpus(12), resamples=18)["line"].isna().all()


@pytest.mark.slow
@pytest.mark.parametrize("n", [12, 30, 100])
def test_intervals_cover_what_they_should(n: int) -> None:
    """Words in bursts: counts are Poisson, their rates gamma with shape 0.3, 1 or 5; articles differ in length."""
    rng = np.random.default_rng(n)
    covered = {}
    for shape in (0.3, 1.0, 5.0):
        for rate, other in ((0.003, 0.003), (0.003, 0.006), (0.008, 0.008)):
            true = math.log(rate / (1 - rate)) - math.log(other / (1 - other))
            hits = []
            for _ in range(6 if n < 100 else 3):
                sizes = rng.lognormal(6, 0.5, 2 * n).astype(int) + 50
                inside = np.arange(2 * n) < n
                rates = np.where(inside, rate, other) * rng.gamma(shape, 1 / shape, (500, 2 * n))
                counts = sparse.csr_array(rng.poisson(sizes * rates))
                alpha = _prior(500.0, counts.T.tocsr(), ["word"] * 500, sizes)[0]
                table = _compare(counts, sizes, inside, np.maximum(alpha, 0.01), np.full(500, 500.0))
                hits += list((table["low"] <= true) & (true <= table["high"]))
            covered[shape, rate, other] = np.mean(hits)
    assert 0.93 <= np.mean(list(covered.values())) <= 0.97
    assert min(covered.values()) > 0.92 and max(covered.values()) < 0.98


def generated(n: int, length: int, words: int, planted: dict[str, float], seed: int) -> pd.DataFrame:
    """Articles of P and Q whose words come in bursts; P uses the planted words so many times as often."""
    rng = np.random.default_rng(seed)
    vocabulary = np.array(["x" + "".join(chr(97 + int(digit)) for digit in str(i)) for i in range(words)])
    rates = 1 / (np.arange(words) + 10)
    rows = []
    for number in range(n):
        publisher = "PQ"[number % 2]
        times = [planted.get(word, 1) if publisher == "P" else 1 for word in vocabulary]
        odds = rates * times * rng.gamma(1, 1, words)
        text = " ".join(rng.choice(vocabulary, length, p=odds / odds.sum()))
        rows.append({"doc_id": f"{number:05}", "publisher": publisher, "text": f"The text says {text} today."})
    return pd.DataFrame(rows)


@pytest.mark.slow
def test_planted_words_are_found_and_no_others_where_labels_are_shuffled() -> None:
    planted = {"xdb": 2.0, "xfg": 2.5, "xbca": 3.0, "xdei": 3.0, "xhb": 0.3}
    docs = generated(2000, 60, 600, planted, 0)
    zones = find_zones(docs)
    table = compare_words(docs, zones=zones).query("publisher == 'P'").set_index("word")
    assert (table.loc[list(planted), "p_value"] <= 0.05).all()
    others = table.drop(list(planted))
    assert (others["p_value"] <= 0.05).sum() <= 1  # none is different, but all are tested beside five that are
    counts, words, sizes = _count(docs, zones)
    kept = np.array([word in table.index for word in words])
    counts, alpha = counts[:, kept].T.tocsr(), np.ones(kept.sum())
    rng, runs = np.random.default_rng(1), 100
    highest = [
        _compare(counts, sizes, rng.permutation(2000) < 1000, alpha, 500 * alpha)["statistic"].abs().max()
        for _ in range(runs)
    ]
    assert np.mean(np.array(highest) > table["line"].iloc[0]) <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / runs)


@pytest.mark.slow
def test_shuffled_labels_of_small_and_uneven_groups_report_nothing() -> None:
    docs = generated(45, 60, 300, {}, 2)
    zones, rng, runs = find_zones(docs), np.random.default_rng(3), 100
    reports = 0
    for seed in range(runs):
        shuffled = docs.assign(publisher=rng.permutation(["A"] * 11 + ["B"] * 14 + ["C"] * 20))
        table = compare_words(shuffled, zones=zones, resamples=99, seed=seed)
        reports += bool((table["p_value"] <= 0.05).any())
    assert reports / runs <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / runs)


def test_what_is_found_of_a_word() -> None:
    text = "A mayor speaks\n\nKyiv’s mayor met mayors on Monday; 12 mayor-like MAYOR figures.\n"
    found = find_words(pd.DataFrame({"doc_id": ["a"], "text": [text]}), ["kyiv", "mayor", "12"])
    assert found["surface"].tolist() == ["mayor", "Kyiv", "mayor", "MAYOR"]
    assert found["start"].tolist() == [2, 16, 23, text.index("MAYOR")]
    assert set(found["label"]) == {"word"} and found["word"].tolist() == ["mayor", "kyiv", "mayor", "mayor"]


def test_empty_and_inputs(docs: pd.DataFrame) -> None:
    none = pd.DataFrame({"doc_id": [], "text": [], "publisher": []}).astype("str")
    assert set(TABLES["summary"]) <= set(compare_words(none).columns)
    assert len(compare_words(none)) == len(count_word_use(none, ["war"])) == 0
    assert len(count_word_use(docs, [])) == len(find_words(docs, [])) == len(find_words(none, ["war"])) == 0
    before = docs.copy(deep=True)
    table = compare_words(docs)
    assert table["z"].isna().all()
    pd.testing.assert_frame_equal(docs, before)

import re
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukrcorpus import count_formulas, find_formulas
from ukrcorpus.columns import TABLES


def articles(*texts: str, publishers: str = "") -> pd.DataFrame:
    ids = [f"d{number}" for number in range(len(texts))]
    return pd.DataFrame({"doc_id": ids, "text": texts, "publisher": list(publishers) or ["P"] * len(texts)})


def by_hand(docs: pd.DataFrame, fewest_words: int, fewest_docs: int) -> dict[str, tuple[int, int]]:
    """Every sequence within a sentence, with plain loops: those that no longer one always holds."""
    places: dict[tuple[str, ...], list[tuple[str, int, int]]] = defaultdict(list)
    for doc_id, text in zip(docs["doc_id"], docs["text"], strict=True):
        for number, sentence in enumerate(re.split("[.\n]+", text)):
            words = sentence.split()
            for low in range(len(words)):
                for high in range(low + 1, len(words) + 1):
                    places[tuple(words[low:high])].append((doc_id, number, low))
    found = {}
    for words, at in places.items():
        n_docs = len({doc_id for doc_id, _, _ in at})
        longer = [other for other in places if len(other) == len(words) + 1 and words in (other[1:], other[:-1])]
        if len(words) >= fewest_words and n_docs >= fewest_docs and all(len(places[o]) < len(at) for o in longer):
            found[" ".join(words)] = (n_docs, len(at))
    return found


texts = st.lists(st.lists(st.sampled_from([*"abc", "a b c a b", "."]), max_size=12).map(" ".join), max_size=4)


@given(texts, st.integers(2, 4), st.integers(2, 3))
def test_against_plain_loops(made: list[str], fewest_words: int, fewest_docs: int) -> None:
    docs = articles(*made).astype("str")
    zones = pd.DataFrame({"doc_id": docs["doc_id"], "start": 0, "end": docs["text"].str.len(), "label": "paragraph"})
    table = count_formulas(docs, zones=zones, fewest_words=fewest_words, fewest_docs=fewest_docs, reprints=True)
    found = {row.formula: (row.n_docs_with, row.n_spans) for row in table.itertuples()}
    assert found == by_hand(docs, fewest_words, fewest_docs)
    spans = find_formulas(docs, table["formula"], zones=zones.assign(paragraph_id=0))
    assert spans.groupby("formula").size().to_dict() == dict(zip(table["formula"], table["n_spans"], strict=True))


def test_who_shares_a_formula() -> None:
    docs = articles(
        "Critics spoke of a peace that nobody wanted. It rained.",
        "They want a peace that nobody wanted, he said.",
        "Nobody expected “a peace that nobody wanted” in May; a peace that nobody wanted came.",
        "A fourth article says other things.",
        publishers="PQQQ",
    )
    table = count_formulas(docs)
    assert table["formula"].unique().tolist() == ["a peace that nobody wanted"]
    assert table[["publisher", "n_docs", "n_docs_with", "n_spans"]].values.tolist() == [["P", 1, 1, 1], ["Q", 3, 2, 3]]
    assert table["estimate"].tolist() == pytest.approx([100, 200 / 3])
    assert table["shared_by"].tolist() == [["P", "Q"]] * 2
    assert table["low"].isna().all() and table["reason"].notna().all()
    spans = find_formulas(docs, table["formula"])
    assert spans["doc_id"].tolist() == ["d0", "d1", "d2", "d2"]
    assert spans["quoted"].tolist() == [False, False, True, False]
    texts = docs.set_index("doc_id")["text"]
    assert all(texts[row.doc_id][row.start : row.end] == row.surface for row in spans.itertuples())
    turned = count_formulas(docs.iloc[::-1].reset_index(drop=True))
    pd.testing.assert_frame_equal(table, turned)


def test_the_longest_is_kept_and_a_shorter_one_only_where_it_stands_alone() -> None:
    docs = articles("w a b c d e f x", "y a b c d e f z", "v a b c d e u", "t a b c d e s")
    table = count_formulas(docs).set_index("formula")
    assert table["n_spans"].to_dict() == {"a b c d e": 4, "a b c d e f": 2}
    assert count_formulas(docs, fewest_docs=3)["formula"].tolist() == ["a b c d e"]
    within_one = articles("a b c d e f. And a b c d e f", "nothing of the kind here")
    assert count_formulas(within_one).empty


def test_nothing_crosses_the_end_of_a_sentence_or_paragraph() -> None:
    docs = articles(
        "He won. The war goes on here", "She won. The war goes on here", "Title a\n\nb c d e", "x a\n\nb c d e!"
    )
    assert set(count_formulas(docs, fewest_words=4, reprints=True)["formula"]) == {"the war goes on here", "b c d e"}
    docs = articles("the U.S. officials’ 2022 plan was new", "a U.S. officials' 2022 plan was old")
    assert count_formulas(docs)["formula"].tolist() == ["u.s officials 2022 plan was"]


def test_reprints_are_left_out_unless_wanted() -> None:
    boilerplate = "Sign up for our letter of the week today. It is free for all who read us."
    docs = articles(*(f"Report {name} tells one thing.\n\n{boilerplate}" for name in ("one", "two", "three")))
    assert count_formulas(docs).empty
    kept = count_formulas(docs, reprints=True)
    assert kept["formula"].str.startswith(("sign up", "it is free")).all() and len(kept) == 2
    quoted = pd.concat([docs, articles("We say it is free for all who read us.").assign(doc_id="d3")])
    again = count_formulas(quoted)
    assert again["formula"].tolist() == ["it is free for all who read us"]
    assert again["n_spans"].tolist() == [4] == [len(find_formulas(quoted, again["formula"]))]


def test_empty_and_odd() -> None:
    none = articles().astype("str")
    for docs in (none, articles("", "“", "one", "one")):
        table = count_formulas(docs)
        assert table.empty and set(TABLES["summary"]) < set(table.columns)
        assert (table.dtypes[["n_spans", "n_docs"]] == "int64").all()
        spans = find_formulas(docs, ["a b c d e"])
        assert spans.dtypes.astype(str).to_dict() == {n: c.dtype for n, c in TABLES["formulas"].items()}
    assert find_formulas(articles("a b c"), []).empty and find_formulas(articles("a b c"), [""]).empty
    missing = articles("a b c d e", "f a b c d e").assign(publisher=None)
    assert count_formulas(missing)["publisher"].tolist() == ["unknown"]
    for wrong in ({"fewest_words": 1}, {"fewest_docs": 1}):
        with pytest.raises(ValueError, match="2 or more"):
            count_formulas(missing, **wrong)


@pytest.mark.slow
def test_planted_formulas_in_many_articles() -> None:
    rng = np.random.default_rng(0)
    vocabulary = np.array([f"w{number}" for number in range(5000)])
    planted = [" ".join(rng.choice(vocabulary, 7)) for _ in range(50)]
    texts = [
        ". ".join(" ".join([*rng.choice(vocabulary, 9), planted[rng.integers(50)], "x"]) for _ in range(10))
        for _ in range(1500)
    ]
    docs = articles(*texts, publishers="PQR" * 500)
    found = count_formulas(docs)
    ends = {formula.removesuffix(" x") for formula in found["formula"]}
    assert all(any(formula in end for end in ends) for formula in planted)
    assert found["n_spans"].sum() >= 15000

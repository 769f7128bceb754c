"""Formulas: sequences of words that recur across articles, and who shares them."""

from collections.abc import Iterable, Iterator
from itertools import count

import numpy as np
import pandas as pd
from numpy import ndarray as Array

from ukrcorpus.columns import as_table
from ukrcorpus.quotation import find_quotations
from ukrcorpus.spans import look_up
from ukrcorpus.words import each_run, find_words, read_zones
from ukrcorpus.zones import find_zones


def count_formulas(
    docs: pd.DataFrame,
    *,
    by: str = "publisher",
    zones: pd.DataFrame | None = None,
    fewest_words: int = 5,
    fewest_docs: int = 2,
    reprints: bool = False,
) -> pd.DataFrame:
    """Count word sequences that recur across articles, by who uses them.

    A row is a sequence in a group that has it. One that always stands in the same longer one is left out, and, unless
    `reprints` is set, one found only in paragraphs that another article has word for word: reprints and boilerplate
    would drown the rest. What ends a sequence is told by `find_words`; numbers and possessives are part of it.

    Args:
        docs: the articles.
        by: column of docs that makes the groups; articles without a value form the group "unknown".
        zones: the result of `find_zones`, where it was made already.
        fewest_words: words of the shortest sequence.
        fewest_docs: articles that must have it, of whatever group.
        reprints: whether to keep what stands in repeated paragraphs only.

    Returns:
        `formula`, `by`, `n_words`, `shared_by` (list of the groups that have it) and the columns of a summary:
        `estimate` (percent of the group's articles that have it: `n_docs_with` of `n_docs`) without an interval, since
        formulas are chosen because they recur. Sorted by articles of all groups, then length, the most first.

    Raises:
        ValueError: where fewest_words or fewest_docs is below 2.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a", "b"], "publisher": ["P", "Q"]})
        >>> docs["text"] = ["They called for talks without any preconditions.", "We call for talks without any delay."]
        >>> count_formulas(docs, fewest_words=4)[["formula", "publisher"]].values.tolist()
        [['for talks without any', 'P'], ['for talks without any', 'Q']]

    """
    if min(fewest_words, fewest_docs) < 2:
        raise ValueError("fewest_words and fewest_docs must be 2 or more: one word, or one article, repeats nothing")
    groups = docs[by].astype("object").where(docs[by].notna(), "unknown").to_numpy()
    row_of = dict(zip(docs["doc_id"], range(len(docs)), strict=True))
    number_of, paragraph_of = dict[str, int](), dict[str, int]()
    runs = [
        (row_of[doc_id], paragraph, np.array([*numbers, -1], dtype="int32"))
        for doc_id, _, text, _ in read_zones(docs, find_zones(docs) if zones is None else zones)
        for paragraph in [paragraph_of.setdefault(" ".join(text.lower().split()), len(paragraph_of))]
        for run in each_run(text, "token", "", 2)
        for numbers in [[number_of.setdefault(word, len(number_of)) for _, _, word in run]]
    ]
    table = pd.DataFrame([(0, -1, np.array([-1])), *runs], columns=["row", "paragraph", "words"])
    new = (table.groupby("paragraph")["row"].transform("nunique") < 2) | reprints
    doc, own = (np.repeat(column.to_numpy(), table["words"].map(len)) for column in (table["row"], new))
    words = np.concatenate(table["words"].tolist()).astype("int64")
    words[words < 0] = -np.arange(1, len(table) + 1)  # marks between runs, none like another
    found = [
        pd.DataFrame({"n_words": n, "number": number, "at": at, "row": doc[at], "group": groups[doc[at]]})
        for n, at, number in _recurring(words, doc, own, fewest_words, fewest_docs)
    ]
    grouped = pd.concat(found).groupby(["n_words", "number", "group"])
    table = grouped.agg(at=("at", "first"), n_spans=("at", "size"), n_docs_with=("row", "nunique")).reset_index()
    vocabulary, places = list(number_of), zip(table["at"], table["n_words"], strict=True)
    table["formula"] = [" ".join(vocabulary[number] for number in words[at : at + n]) for at, n in places]
    table["n_docs"] = table["group"].map(pd.Series(groups).value_counts())
    table["shared_by"] = table["formula"].map(table.groupby("formula")["group"].agg(list)).astype("object")
    table["all"] = table.groupby("formula")["n_docs_with"].transform("sum")
    table["estimate"] = 100 * table["n_docs_with"] / table["n_docs"]
    table = table.sort_values(["all", "n_words", "formula", "group"], ascending=[False, False, True, True])
    table = as_table(table.assign(reason="chosen because it recurs in these articles"), "summary")
    table = table.rename(columns={"group": by}).astype({"formula": "str", by: "str"})
    columns = ["formula", by, "n_words", "shared_by"]
    return table[[*columns, *table.columns.drop([*columns, "number", "at", "all"])]]


def find_formulas(docs: pd.DataFrame, formulas: Iterable[str], *, zones: pd.DataFrame | None = None) -> pd.DataFrame:
    """Find each occurrence of given formulas, as `count_formulas` counts them.

    Returns:
        A row an occurrence: columns of a span table, `formula`, and `quoted` (bool: it begins in quotation marks).

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["He said: “We call for talks, without delay.”"]})
        >>> find_formulas(docs, ["talks without delay"])[["surface", "quoted"]].values.tolist()
        [['talks, without delay', True]]

    """
    zones = find_zones(docs) if zones is None else zones
    found = find_words(docs, formulas, zones=zones, unit="token").rename(columns={"word": "formula"})
    read = read_zones(docs, zones[zones["doc_id"].isin(found["doc_id"])])
    quotations = [
        (name, at + q.start, at + q.end, True)
        for name, at, text, _ in read
        for q in find_quotations(text)
        if not q.depth
    ]
    holders = pd.DataFrame(quotations, columns=["doc_id", "start", "end", "quoted"])
    return as_table(found.assign(label="formula", quoted=look_up(found, holders, "quoted", False)), "formulas")


def _recurring(words: Array, doc: Array, new: Array, n: int, m: int) -> Iterator[tuple[int, Array, Array]]:
    """Length, places and numbers of sequences of n words in m articles that no word always goes before or behind."""
    at = np.argsort(words, kind="stable")[np.count_nonzero(words < 0) :]
    gram = words[at]
    for length in count(1):
        first = np.diff(gram, prepend=-1) != 0
        n_docs = np.add.reduceat(first | (np.diff(doc[at], prepend=-1) != 0), np.flatnonzero(first), dtype="int64")
        kept = (n_docs >= m)[np.cumsum(first) - 1]
        at, first = at[kept], first[kept]
        starts, number, after = np.flatnonzero(first), np.cumsum(first) - 1, words[at + length]
        longest = np.logical_or.reduceat(new[at], starts)
        for side in (words[at - 1], after):
            longest &= np.minimum.reduceat(side, starts) != np.maximum.reduceat(side, starts)
        if length >= n:
            yield length, at[longest[number]], number[longest[number]]
            if not len(at):
                return
        at, gram = at[after >= 0], (number * len(words) + after)[after >= 0]
        order = np.argsort(gram, kind="stable")
        at, gram = at[order], gram[order]

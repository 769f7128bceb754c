"""Lexicons: lists of words that a caller may replace, and the search for them in texts."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ukrcorpus.packaged import read_rows, read_toml

_LEFT = r"(?<![^\W_])(?<![^\W_]['.\-\u2010\u2011])"
_RIGHT = r"(?=(?:'s)?(?!['.\-\u2010\u2011]?[^\W_]))"
_WILD = {"*": r"[\w'-]*?", "?": r"\w", " ": r"\s+"}

Finder = Callable[[str, int, int], Iterator[tuple[int, int, int]]]


def read_lexicon(
    given: pd.DataFrame | str | Path | None, packaged: str, needed: Sequence[str], unset: Mapping[str, str]
) -> pd.DataFrame:
    """The rows of a lexicon (see `read_rows`); `unset` says what stands for an empty cell."""
    table = read_rows(packaged, given, needed=needed)
    filled = {name: table[name].replace("", value) if name in table.columns else value for name, value in unset.items()}
    return table.assign(**filled)


def read_patterns(packaged: str) -> dict[str, re.Pattern[str]]:
    """The [patterns] of a file of rules, compiled; <name> in them stands for any of the [words] of that name."""
    rules = read_toml(packaged)
    words = {f"<{name}>": f"(?:{'|'.join(listed)})" for name, listed in rules["words"].items()}
    return {
        name: re.compile(re.sub("<[a-z_]+>", lambda part: words.get(part[0], part[0]), pattern), re.VERBOSE)
        for name, pattern in rules["patterns"].items()
    }


def fold(text: str) -> str:
    """Text in small letters with straight apostrophes, every character in its place.

    Example:
        >>> fold("Kyiv’s")
        "kyiv's"

    """
    return text.replace("İ", "I").replace("’", "'").lower()  # İ alone grows longer in small letters


@lru_cache(maxsize=16)
def finder(globs: tuple[str, ...]) -> Finder:
    """A search for words (`*`: any letters, `?`: one) in folded text; a possessive 's behind them does not matter.

    It yields start, end and number of the entry; at one place all that stand there, those of most words first.

    Example:
        >>> list(finder(("war", "war crime*"))("the war crimes", 0, 14))
        [(4, 14, 1), (4, 7, 0)]

    """
    by_head: dict[str, list[tuple[int, str]]] = {}
    for number, glob in sorted(enumerate(globs), key=lambda entry: (-len(entry[1].split()), -len(entry[1]))):
        head, *rest = (_WILD.get(char) or re.escape(char) for char in " ".join(fold(glob).split()))
        by_head.setdefault(head, []).append((number, "".join(rest)))
    # One branch a first letter: the engine rejects most words by one comparison a letter.
    branches = [f"{head}(?:{'|'.join(rest for _, rest in entries)})" for head, entries in by_head.items()]
    anywhere = re.compile(f"{_LEFT}(?=((?:{'|'.join(branches)}){_RIGHT}))" if globs else "(?!)")
    singly = [(n, re.compile(head + rest + _RIGHT)) for head, entries in by_head.items() for n, rest in entries]
    known: dict[str, list[tuple[int, int]]] = {}

    def find(folded: str, low: int, high: int) -> Iterator[tuple[int, int, int]]:
        for match in anywhere.finditer(folded, low, high):
            surface = match[1]
            if surface not in known:
                fitting = ((number, found.end()) for number, p in singly if (found := p.match(surface)))
                known[surface] = sorted(fitting, key=lambda entry: -entry[1])
            for number, length in known[surface]:
                yield match.start(), match.start() + length, number

    return find


def rows_by_article(table: pd.DataFrame, *columns: str) -> dict[str, list[tuple[Any, ...]]]:
    """The values of these columns in each row of an article, sorted."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for doc_id, *row in zip(*(table[name].tolist() for name in ("doc_id", *columns)), strict=True):
        found.setdefault(doc_id, []).append(tuple(row))
    return {doc_id: sorted(rows) for doc_id, rows in found.items()}


def whole_paragraphs(zones: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Start, end and label of each paragraph in zones of these labels; one that something interrupts is one."""
    read = zones[zones["label"].isin(labels)].sort_values(["doc_id", "start"], kind="stable")
    tie = read["paragraph_id"].where(read["paragraph_id"] >= 0, -2 - np.arange(len(read)))
    grouped = read.assign(tie=tie).groupby(["doc_id", "tie"], sort=False)
    return grouped.agg(start=("start", "min"), end=("end", "max"), label=("label", "first")).reset_index()

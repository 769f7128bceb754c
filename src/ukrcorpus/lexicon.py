"""Lexicons: lists of words that a caller may replace, and the search for them in texts."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from ukrcorpus.packaged import read_rows, read_text, read_toml
from ukrcorpus.spans import WORD

_RIGHT = r"(?=(?:'s)?(?!['.\-\u2010\u2011]?[^\W_]))"
_ONE_WORD = re.compile(r"(?:[^\W_]|[*?])(?:['.\-\u2010\u2011]?(?:[^\W_]|[*?]))*")
_WILD = {"*": r"[\w'-]*?", "?": r"\w", " ": r"\s+"}

Lexicon = pd.DataFrame | Mapping[str, Any] | str | Path | None
Finder = Callable[[str, int, int], Iterator[tuple[int, int, int]]]
_Ends = list[tuple[int, int]]


def read_lexicon(
    given: pd.DataFrame | str | Path | None, packaged: str, needed: Sequence[str], unset: Mapping[str, str]
) -> pd.DataFrame:
    """The rows of a lexicon (see `read_rows`); `unset` says what stands for an empty cell."""
    table = read_rows(packaged, given, needed=needed)
    filled = {name: table[name].replace("", value) if name in table.columns else value for name, value in unset.items()}
    return table.assign(**filled)


def read_cues(given: Lexicon, packaged: str) -> pd.DataFrame:
    """Cues by label: `label`, `cue`, `weight` (0 to 1; 0.5 where none is given; 0 hides shorter cues), `lexicon`.

    Read are a table or CSV file with `label` and `cue` (or `category` and `term`), a dictionary {label: [cues]}, a
    quanteda dictionary in YAML (labels of nested categories are joined by a full stop).

    Raises:
        ValueError: naming file and row, where a column, label or cue is missing or a weight is not between 0 and 1.

    Example:
        >>> read_cues({"loss": ["ruin*"], "gain": {"wealth": ["rich"]}}, "")[["label", "cue"]].values.tolist()
        [['loss', 'ruin*'], ['gain.wealth', 'rich']]

    """
    path = Path(given) if isinstance(given, str | Path) else None
    origin, kind = str(path or "the lexicon"), path.suffix.lower() if path else ""
    if kind in (".yml", ".yaml"):
        given = _read_yaml(read_text("", path), origin)
    if isinstance(given, Mapping):
        given = pd.DataFrame(_entries(given, (), origin), columns=["label", "cue"])
    table = read_rows(packaged, given)
    table = table.rename(columns={} if "label" in table.columns else {"category": "label", "term": "cue"})
    unset = {"weight": "0.5", "lexicon": path.stem if path else "custom"}
    table = read_lexicon(table, packaged, ("label", "cue"), unset).reset_index(drop=True)
    weights = pd.to_numeric(table["weight"], errors="coerce")
    sound = (table["label"].str.strip() != "") & (table["cue"].str.strip(" *?") != "") & weights.between(0, 1)
    for number, row in table[~sound].head(1).iterrows():
        raise ValueError(
            f"row {int(str(number)) + 1} of {origin} is {row.to_dict()}; it needs a label, a cue with a letter "
            "and a weight of 0 to 1 or none: correct it or take it out"
        )
    return table.assign(weight=weights.astype("float64"))


def _read_yaml(text: str, origin: str) -> Mapping[str, Any]:
    try:
        read = yaml.load(text, Loader=yaml.BaseLoader)  # the base loader leaves `no` and `1991` the words they are
    except yaml.YAMLError as error:
        raise ValueError(f"{origin} is no YAML: {error}; cues with * or ? may need quotation marks") from error
    if not isinstance(read, Mapping):
        raise ValueError(f"{origin} holds no categories; a dictionary begins with lines like `economy:`")
    return read


def _entries(node: Mapping[str, Any], above: tuple[str, ...], origin: str) -> Iterator[tuple[str, str]]:
    """Label and cue of each entry; the words that quanteda writes under `__` belong to the category above."""
    for key, held in node.items():
        labels = above if key == "__" else (*above, str(key))
        for item in held if isinstance(held, Collection) and not isinstance(held, str | Mapping) else [held]:
            if isinstance(item, Mapping):
                yield from _entries(item, labels, origin)
            elif isinstance(item, str) and item.strip():
                yield ".".join(labels), item
            elif item not in ("", None):
                raise ValueError(f"{origin} has {item!r} under {'.'.join(labels)}; entries are words or categories")


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

    It yields start, end and number of the entry; at one place all that stand there, the longest first.

    Example:
        >>> list(finder(("war", "war crime*"))("the war crimes", 0, 14))
        [(4, 14, 1), (4, 7, 0)]

    """
    entries = [" ".join(fold(glob).split()) for glob in globs]
    by_word: dict[str, list[int]] = {}
    by_letter: dict[str, list[tuple[str, int]]] = {}
    for number, entry in enumerate(entries):
        first = entry.split(" ")[0]
        if WORD.fullmatch(first):
            by_word.setdefault(first, []).append(number)
        else:
            stem = re.split("[*?]", first)[0] if _ONE_WORD.fullmatch(first) else first[:1]
            by_letter.setdefault(stem[:1], []).append((stem, number))
    token = WORD if all(map(_ONE_WORD.match, entries)) else re.compile(rf"{WORD.pattern}|[^\w\s]")
    pattern = lru_cache(maxsize=None)(lambda number: re.compile(_expression(entries[number]) + _RIGHT))
    known: dict[str, tuple[_Ends, re.Pattern[str] | None, list[int]] | None] = {}

    def learn(word: str) -> tuple[_Ends, re.Pattern[str] | None, list[int]] | None:
        # What one word decides is reckoned once for all its places; several words are compared with the text each time.
        tried = [number for start in {word, word.removesuffix("'s")} for number in by_word.get(start, ())]
        stems = (*by_letter.get(word[0], ()), *by_letter.get("", ()))
        tried += (number for stem, number in stems if word.startswith(stem))
        alone = {number for number in tried if _ONE_WORD.fullmatch(entries[number])}
        ends = sorted((-found.end(), number) for number in alone if (found := pattern(number).match(word)))
        several = [number for number in tried if number not in alone and _may_begin(entries[number], word)]
        any_of = re.compile("|".join(pattern(number).pattern for number in several)) if several else None
        return (ends, any_of, several) if ends or several else None

    def find(folded: str, low: int, high: int) -> Iterator[tuple[int, int, int]]:
        for match in token.finditer(folded, low, high):
            word = match[0]
            if word not in known:
                known[word] = learn(word)
            if (learned := known[word]) is not None:
                ends, any_of, several = learned
                start = match.start()
                if any_of is not None and any_of.match(folded, start, high):
                    longer = ((pattern(number).match(folded, start, high), number) for number in several)
                    ends = sorted([*ends, *((start - found.end(), number) for found, number in longer if found)])
                for length, number in ends:
                    yield start, start - length, number

    return find


def _expression(glob: str) -> str:
    return "".join(_WILD.get(char) or re.escape(char) for char in glob)


def _may_begin(entry: str, word: str) -> bool:
    first = entry.split(" ")[0]
    return not _ONE_WORD.fullmatch(first) or bool(re.fullmatch(_expression(first) + "(?:'s)?", word))


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

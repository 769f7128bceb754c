"""Names of regions: with and without the word for their kind, vague and clear."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

WORDS = tomllib.loads(Path(__file__).with_name("region_words.toml").read_text(encoding="utf-8"))
ENGLISH, TYPES = WORDS["english"], {*WORDS["types"], *map(str.lower, WORDS["english"])}


@cache
def bare(name: str) -> str:
    """A name without the word for its kind: "Province of Bohol", "Cauca Department"."""
    words = name.replace("-gun", " -gun").split()
    while len(words) > 1 and words[-1].lower() in TYPES - {"city", "union"}:
        words.pop()
    while len(words) > 1 and words[0].lower() in TYPES:
        words = words[1:]
        while len(words) > 1 and words[0].lower() in WORDS["links"]:
            words = words[1:]
    return re.sub(r"^d['’]", "", " ".join(words))


def is_english(name: str) -> bool:
    """Whether a name has an English word for its kind, and no other marks than English ones."""
    words = name.split()
    kind = len(words) > 1 and (words[-1] in ENGLISH or (words[0] in ENGLISH and words[1] == "of"))
    foreign = len(words) > 4 or "Autonome" in words or not re.fullmatch(r"[A-Z][A-Za-z' -]+", name)
    return kind and not foreign


def directed(name: str) -> bool:
    """Whether a name is nothing but directions."""
    return all(plain(word) in WORDS["directions"] for word in re.split(r"[ -]", name))


def without_doubles(names: Iterable[str], name: str) -> list[str]:
    """Names that differ from the first, and from each other, in more than marks, blanks and hyphens."""
    first = {plain(other): other for other in sorted(names, reverse=True)}
    return sorted(other for key, other in first.items() if key != plain(name))


@cache
def plain(name: str) -> str:
    """Lower case, without marks, blanks and punctuation."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if c.isalnum()).lower()

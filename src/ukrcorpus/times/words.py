"""Words and rules of time expressions, read from a data file a language."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load_rules(language: str = "en") -> dict[str, Any]:
    """The whole data file of a language: words by class, sets of classes, rules.

    Raises:
        FileNotFoundError: where the package has no file for the language.

    Example:
        >>> sorted(load_rules("en"))
        ['capital', 'rules', 'sets', 'words']

    """
    file = files("ukrcorpus") / "data" / f"times_{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def load_words(language: str = "en") -> dict[str, dict[str, Any]]:
    """Words by class, each with the number or the code it stands for.

    Example:
        >>> load_words()["MONTH"]["june"]
        6

    """
    words: dict[str, dict[str, Any]] = load_rules(language)["words"]
    return words

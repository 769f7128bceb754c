"""The words and patterns of data/place_rules.toml, and what they say of the use of a name."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ukrcorpus.packaged import read_toml
from ukrcorpus.places.gazetteer import Place


class Rules(NamedTuple):
    """Classes of words in small letters; patterns by name; and for each rule its use, places, side and pattern."""

    words: dict[str, frozenset[str]]
    patterns: dict[str, re.Pattern[str]]
    uses: list[tuple[str, str, str, re.Pattern[str]]]


@cache
def read_rules(path: str | Path | None = None) -> Rules:
    """The packaged rules, or those of a file of the same form."""
    data = read_toml("place_rules.toml", path)
    parts = data["parts"] | {kind: _any_of(words) for kind, words in data["words"].items()}

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(re.sub("<([a-z_]+)>", lambda part: parts[part[1]], pattern))

    words = {kind: frozenset(map(str.lower, listed)) for kind, listed in data["words"].items()}
    words["no_name"] = words["organisation_after"] | words["honorific"] | words["no_surname"]
    words["common"] = words["no_name"] | words["organisation_before"] | words["no_first_name"]
    patterns = {name: compiled(pattern) for name, pattern in data["patterns"].items()}
    return Rules(words, patterns, [(r["use"], r["of"], r["side"], compiled(r["pattern"])) for r in data["use"]])


def use_of(plain: str, start: int, end: int, place: Place, rules: Rules) -> tuple[str, str]:
    """The use of a name that stands in a text, and the cue that tells: literal, metonymic or embedded."""
    kinds = {"any"}
    if place.label == "facility" and place.seat:
        kinds |= {"seat"}
    elif place.label == "country" or place.seat:
        kinds |= {"government", "capital" if place.label == "city" else ""}
        kinds |= {"adjective"} if plain[start:end].lower() in rules.words["adjective"] else set()
    beside = {"before": plain[max(0, start - 90) : start], "after": plain[end : end + 60]}
    for use, of, side, pattern in rules.uses:
        cue = pattern.search(beside[side]) if of in kinds else None
        if cue:
            return use, cue[1].lower()
    if "seat" in kinds:
        return "metonymic", "seat of a government"
    return "literal", "no cue" if "government" in kinds else "no government"


def _any_of(words: list[str]) -> str:
    """Alternation of words, longest first; a choice of two letters is quicker than a pattern that ignores case."""
    ordered = [re.escape(word).replace(r"\*", r"\w*") for word in sorted(words, key=lambda word: (-len(word), word))]
    either = (f"[{word[0].upper()}{word[0]}]{word[1:]}" if word[0].islower() else word for word in ordered)
    return f"(?:{'|'.join(either)})"

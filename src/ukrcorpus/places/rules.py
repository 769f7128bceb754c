"""The words, patterns and weights of the reading of place names, and what they say of the use of a name."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ukrcorpus.packaged import read_rows, read_toml
from ukrcorpus.places.gazetteer import Place


class Rules(NamedTuple):
    """Classes of words in small letters; patterns by name; for each rule its use, places, side and pattern; cues."""

    words: dict[str, frozenset[str]]
    patterns: dict[str, re.Pattern[str]]
    uses: list[tuple[str, str, str, re.Pattern[str]]]
    before: dict[str, str]  # class of a word right before a name, of one before "of" and a name, of one right after
    of: dict[str, str]
    after: dict[str, str]
    again: dict[str, str]  # cue beside a name, and what it is for the same name elsewhere in the article
    weights: dict[str, float]  # of each cue, for a place where positive


# The tables of the words beside a name, and which class of [words] belongs there, too, and what it is called.
_SIDES = (
    ("before", "given name", "first name"),
    ("of", "organisation_before", "organisation"),
    ("after", "organisation_after", "organisation"),
)


@cache
def read_rules(path: str | Path | None = None) -> Rules:
    """The packaged rules, or those of a file of the same form."""
    data = read_toml("place_rules.toml", path)
    parts = data["parts"] | {kind: _any_of(words) for kind, words in data["words"].items()}

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(re.sub("<([a-z_]+)>", lambda part: parts[part[1]], pattern))

    words = {kind: frozenset(map(str.lower, listed)) for kind, listed in data["words"].items()}
    words["common word"] = frozenset(read_rows("common_words.csv")["word"])
    words["given name"] = frozenset(";".join(read_rows("given_names.csv")["forms"]).lower().split(";"))
    words["person"] = frozenset().union(*(words.get(kind, ()) for kind in ("surname", "also_person")))
    words["doubtful"] = words["common word"] | words["given name"] | words["person"]
    before, of, after = (
        dict.fromkeys(words.get(first, ()), kind)
        | {word: named.replace("_", " ") for named, listed in data.get(side, {}).items() for word in listed}
        for side, first, kind in _SIDES
    )
    patterns = {name: compiled(pattern) for name, pattern in data["patterns"].items()}
    uses = [(rule["use"], rule["of"], rule["side"], compiled(rule["pattern"])) for rule in data["use"]]
    weighed = {row["cue"]: float(row["weight"]) for row in read_rows("place_weights.csv").to_dict("records")}
    return Rules(words, patterns, uses, before, of, after, data.get("again", {}), weighed)


def use_of(plain: str, start: int, end: int, place: Place, rules: Rules) -> tuple[str, str]:
    """The use of a name that stands in a text, and the cue that tells: literal, metonymic or embedded."""
    kinds = ["any"]
    if place.label == "facility" and place.seat:
        kinds.append("seat")
    elif place.label == "country" or place.seat:
        kinds += ["government", "capital"] if place.label == "city" else ["government"]
        kinds += ["adjective"] if plain[start:end].lower() in rules.words["adjective"] else []
    before, after = plain[max(0, start - 90) : start], plain[end : end + 60]
    for use, of, side, pattern in rules.uses:
        if of in kinds and (cue := pattern.search(before if side == "before" else after)):
            return use, cue[1].lower()
    if "seat" in kinds:
        return "metonymic", "seat of a government"
    return "literal", "no cue" if "government" in kinds else "no government"


def _any_of(words: list[str]) -> str:
    """Alternation of words, longest first; a choice of two letters is quicker than a pattern that ignores case."""
    ordered = [re.escape(word).replace(r"\*", r"\w*") for word in sorted(words, key=lambda word: (-len(word), word))]
    either = (f"[{word[0].upper()}{word[0]}]{word[1:]}" if word[0].islower() else word for word in ordered)
    return f"(?:{'|'.join(either)})"

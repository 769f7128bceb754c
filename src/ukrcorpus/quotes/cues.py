"""Words of a text that attribute words to somebody, and how each is used there."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from ukrcorpus.lexicon import fold, read_patterns
from ukrcorpus.packaged import read_toml

RULES = read_patterns("reporting_rules.toml")
WORDS: dict[str, frozenset[str]] = {
    name: frozenset(listed) for name, listed in read_toml("reporting_rules.toml")["words"].items()
}

Form = tuple[str, str, str, str]
"""Kind, tense, class, what it takes."""

Tree = dict[str, "Tree"]


class Forms(NamedTuple):
    """A search for first words, and by first word the words behind it (longest first) and the form."""

    find: re.Pattern[str]
    by_word: dict[str, list[tuple[str, Form]]]


_REACH = 50
_DETERMINERS = WORDS["determiner"] | {"so-called"}
_SHORTENED = frozenset(("he's", "she's", "it's", "that's", "there's", "who's", "they're", "we're", "you're", "i'm"))
_BE = WORDS["be"] | _SHORTENED
_BETWEEN = WORDS["adverb"]
_BEFORE_NOUN = WORDS["preposition"] - WORDS["place_adverb"]
_BASE = WORDS["auxiliary"] | {"we", "they", "you", "i", "who", "also", "people", "not", "police", "both"}


class Cue(NamedTuple):
    """A cue where it stands in an article; `use` is active, passive, infinitive or participle."""

    start: int
    end: int
    kind: str
    participle: bool
    cue_class: str
    takes: str
    use: str = "active"


def index_forms(forms: Iterable[tuple[str, Form]]) -> Forms:
    """Forms by their first word, with a pattern that leaves a word at the first letter that no form has there."""
    by_word: dict[str, list[tuple[str, Form]]] = {}
    for spelled, form in forms:
        first, _, rest = fold(spelled).partition(" ")
        by_word.setdefault(first, []).append((f" {rest}" if rest else "", form))
    root: Tree = {}
    for word, entries in sorted(by_word.items()):
        entries.sort(key=lambda entry: -len(entry[0]))
        node = root
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return Forms(re.compile(rf"\b{_branches(root)}\b" if root else "(?!)"), by_word)


def _branches(node: Tree) -> str:
    found = "|".join(re.escape(letter) + _branches(below) for letter, below in node.items() if letter)
    return f"(?:{found}){'?' if '' in node else ''}" if found else ""


def read_cues(text: str, folded: str, forms: Forms) -> list[Cue]:
    """Every cue of a text, without modifiers ("the claimed") and plain nouns ("a report")."""
    found: list[Cue] = []
    for match in forms.find.finditer(folded):
        start, end = match.span()
        for rest, (kind, tense, cue_class, takes) in forms.by_word.get(match[0], ()):
            if not rest or folded.startswith(rest, end):
                use = _use(text, folded, start, end + len(rest), kind, tense, takes)
                if use:
                    found.append(Cue(start, end + len(rest), kind, use == "participle", cue_class, takes, use))
                    break
    return found


def _use(text: str, folded: str, start: int, end: int, kind: str, tense: str, takes: str) -> str:
    """How a form is used here, by the words on its two sides; "" where it is no cue."""
    if kind == "phrase":
        return "active"
    if kind != "verb":
        return "active" if text[start].islower() and RULES[f"opens_{kind}"].match(folded, end) else ""
    if folded[start - 1 : start] in ("-", "/", "_", "'") or folded[end : end + 1] in ("-", "/", "'"):
        return ""
    tail = folded[max(start - _REACH, 0) : start]
    parts = tail.split() if tail[-1:] in (" ", "\xa0") else []
    last, previous = (parts[-1] if parts else ""), (parts[-2] if len(parts) > 1 else "")
    capital = bool(last) and text[start - 1 - len(last)].isupper()
    if text[start].isupper() and tense != "ing" and not (capital and last[-1].isalnum() and tense != "third or noun"):
        return "passive" if tense == "past" and "q" in takes.split() else ""
    if last in _DETERMINERS or (last.endswith(("'s", "s'")) and last not in _SHORTENED):
        return ""
    adverb = last in _BETWEEN or last.endswith("ly")
    linked = last in _BE or (adverb and previous in _BE)
    if tense == "ing":
        if linked:
            return "active"
        opens = capital or not last or not last[-1].isalnum() or last in WORDS["before_participle"] or adverb
        return "participle" if opens else ""
    if tense == "past":
        if linked:
            return "passive"
        if last in _BEFORE_NOUN:
            return ""
        return "" if folded.startswith(" by ", end) else "active"
    if tense != "base":
        # "claims", "reports" may be nouns: then a name, a pronoun or the clause itself must tell.
        told = tense == "third" or capital or last in ("he", "she", "it", "also", "who")
        return "active" if told or RULES["opens"].match(folded, end) else ""
    if last == "to" or (adverb and previous == "to"):
        return "" if set(parts[-4:]) & WORDS["needless"] else "infinitive"
    plural = len(last) > 2 and last[-1] == "s"
    return "active" if last in _BASE or plural or adverb or last.endswith("n't") else ""

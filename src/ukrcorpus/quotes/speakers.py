"""Cues of quotation and their subjects: which word attributes something that was said, and to whom."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ukrcorpus.spans import WORD


class Form(NamedTuple):
    """One form of a cue, behind its first word."""

    rest: str
    kind: str
    tense: str
    cue_class: str
    takes: str


class Cue(NamedTuple):
    """A cue where it stands in an article."""

    start: int
    end: int
    kind: str
    participle: bool
    cue_class: str
    takes: str


class Speaker(NamedTuple):
    """Somebody who may be quoted: a name, a pronoun, a definite noun, where it stands."""

    start: int
    end: int
    kind: str
    name: str
    possessive: bool = False


Lexicon = dict[str, tuple[Form, ...]]

_BE = re.compile(r"is|are|was|were|be|been|being|get|gets|got")
_DETERMINERS = re.compile(r"the|a|an|this|that|these|those|its|their|his|her|our|your|my|no|any|each")
_PLURAL_SUBJECTS = re.compile(r"we|they|you|i|who|also|who|people|would|will|could|can|may|might|must|should|did")
_NAMED = ("PERSON", "ORG", "GPE", "NORP", "WORK")
_PRONOUNS = re.compile(r"he|she|they|it")
_PERSON_NOUNS = "president|minister|general|official|spokesman|spokeswoman|governor|commander|leader"
_PAPER_NOUNS = "paper|newspaper|magazine|daily|weekly|outlet|agency|website|broadcaster|channel"
_GROUPS = (
    "administration|government|cabinet|authorities|ministry|army|military|forces|intelligence|command|parliament|"
    "leadership|campaign|delegation|embassy|navy|police|prosecutors|officials"
)
_GROUP = re.compile(rf"\s+(?:[a-z]+\s+)??({_GROUPS})\b(\s+officials?\b)?")
_DAYS = "Mon|Tues|Wednes|Thurs|Fri|Satur|Sun|January|February|March|April|May|June|July|August|Sept|Octo|Novem|Decem"
_COMPLEMENT = re.compile(
    r"\b(?:[Oo]f|[Tt]o|[Ii]n|[Ff]or|[Ff]rom|[Aa]t|[Ww]ith|[Bb]y|[Nn]ear|[Aa]gainst|[Oo]ver|[Oo]n|[Tt]oward|[Aa]bout)\s"
    rf"(?:(?:the|an?|its|his|her|their|former)\s)*(?:(?!{_DAYS})[A-Z][\w.]*\s|[a-z]+-[a-z]+\s|website\s){{0,3}}$"
)
_LEADING_PHRASE = re.compile(r"\W*(?:after|in|on|with|during|at|for|to|since|while|as|before|from|following)\b", re.I)


def load_cues(cues: pd.DataFrame | str | Path | None = None) -> Lexicon:
    """The forms of all cues by their first word.

    Args:
        cues: a table (or a CSV file) with the columns of the package's `data/reporting_verbs.csv`; that file where it
            is None.

    Raises:
        ValueError: where a column is missing.

    """
    if cues is None:
        return _packaged_cues()
    return _by_first_word(cues if isinstance(cues, pd.DataFrame) else pd.read_csv(cues, comment="#", dtype="str"))


@lru_cache(maxsize=1)
def _packaged_cues() -> Lexicon:
    with resources.files("ukrcorpus").joinpath("data/reporting_verbs.csv").open(encoding="utf-8") as file:
        return _by_first_word(pd.read_csv(file, comment="#", dtype="str"))


def _by_first_word(table: pd.DataFrame) -> Lexicon:
    for column in ("cue", "kind", "forms", "class", "takes"):
        if column not in table.columns:
            raise ValueError(f"the table of cues has no column {column!r}; it needs cue, kind, forms, class, takes")
    found: dict[str, list[Form]] = {}
    columns = (table[c] for c in ("kind", "forms", "class", "takes"))
    for kind, forms, cue_class, takes in zip(*columns, strict=True):
        spelled = forms.split("|")
        tenses = ["base", "third", *["past"] * (len(spelled) - 3), "ing"] if kind == "verb" else [""] * len(spelled)
        for form, tense in zip(spelled, tenses, strict=False):
            first, _, rest = form.partition(" ")
            found.setdefault(first, []).append(Form(rest, kind, tense, cue_class, takes))
    return {first: tuple(sorted(forms, key=lambda f: -len(f.rest))) for first, forms in found.items()}


def cues_in(text: str, lexicon: Lexicon) -> list[Cue]:
    """Every cue of a text, without passives ("was told"), modifiers ("the claimed") and plain nouns ("a report")."""
    found = []
    words = [("", 0, 0), ("", 0, 0)]
    for match in WORD.finditer(text):
        word = match[0]
        forms = lexicon.get(word) or (lexicon.get(word.lower()) if word[0].isupper() else None)
        for form in forms or ():
            end = match.end() + len(form.rest) + 1 if form.rest else match.end()
            if form.rest and not text.startswith(form.rest, match.end() + 1):
                continue
            if _attributes(text, end, words, word, form):
                participle = form.tense == "ing" and not any(_BE.fullmatch(w[0]) for w in words)
                found.append(Cue(match.start(), end, form.kind, participle, form.cue_class, form.takes))
                break
        words = [words[1], (word, match.start(), match.end())]
    return found


def _attributes(text: str, end: int, words: Sequence[tuple[str, int, int]], word: str, form: Form) -> bool:
    """Whether a form is used as a cue here, by the two words before it and what follows."""
    earlier, previous = words[0][0].lower(), words[1][0].lower()
    following = text[end : end + 12].lstrip()
    if form.kind == "phrase":
        return True
    opens = following[:1] in ("“", '"', "‘", "„", "«", ":") or following.startswith("that ")
    if form.kind == "noun":
        return opens
    if word[0].isupper() and form.tense != "ing":
        return False
    if form.tense == "past":
        passive = _BE.fullmatch(previous) or (
            _BE.fullmatch(earlier) and previous.endswith(("ly", "also", "not", "been"))
        )
        return not passive and not _DETERMINERS.fullmatch(previous) and not following.startswith("by ")
    if form.tense == "ing":
        return not _DETERMINERS.fullmatch(previous)
    if _DETERMINERS.fullmatch(previous) or previous.endswith(("'s", "’s")):
        return False
    if form.tense == "base":
        if previous == "to":
            return earlier == "on"
        return bool(_PLURAL_SUBJECTS.fullmatch(previous)) or (previous.endswith("s") and len(previous) > 3)
    return opens or bool(_PRONOUNS.fullmatch(previous)) or words[1][0][:1].isupper() or previous == "also"


def speakers_in(text: str, entities: Iterable[tuple[int, int, str, str]]) -> list[Speaker]:
    """Everybody who may be quoted: names (start, end, label, canonical name), pronouns, "the paper", "the minister"."""
    found = [
        Speaker(start, end, label, name, text[end : end + 2] in ("’s", "'s", "’ ", "' "))
        for start, end, label, name in entities
        if label in _NAMED and text[end : end + 1] != "-" and text[max(start - 1, 0) : start] != "-"
    ]
    found += (Speaker(m.start(), m.end(), str(m.lastgroup), "") for m in _REFERRING.finditer(text))
    return sorted(found)


_REFERRING = re.compile(
    rf"\b(?:(?P<HE>s?he|the\s(?:{_PERSON_NOUNS}))|(?P<PAPER>the\s(?:{_PAPER_NOUNS}))|(?P<THEY>they|it))\b"
    r"(?!['’-]|\s(?:staff|election|strike|public|assembly|mobili))",
    re.IGNORECASE,
)


def name_speaker(speaker: Speaker, text: str) -> str:
    """The name to give: canonical, and with the body where a body of a state is meant ("Biden administration")."""
    group = body_of(speaker, text)
    if group is None or speaker.kind == "ORG":
        return speaker.name
    one_of_them = group[2] and group[2].endswith("l")
    return f"{text[speaker.start : speaker.end]} {group[1]}{' official' if one_of_them else ''}"


def body_of(speaker: Speaker, text: str) -> re.Match[str] | None:
    """The noun behind a name that makes it the name of a body: "Russian authorities", "Biden administration"."""
    return None if speaker.possessive else _GROUP.match(text, speaker.end)


def subject_of(cue: Cue, speakers: Sequence[Speaker], text: str, low: int) -> tuple[Speaker, float] | None:
    """Who a cue makes speak, among those who stand before it from `low` on, and how sure that is."""
    first = bisect_left(speakers, low, key=lambda s: s.start)
    before = speakers[first : bisect_right(speakers, cue.start, key=lambda s: s.start)]
    if cue.kind == "noun":
        owners = [s for s in before if s.possessive and len(text[s.end : cue.start].split()) <= 4]
        return (owners[-1], 0.7) if owners else None
    owned = [s for s in before if not s.possessive]
    able = [s for s in owned if not _COMPLEMENT.search(text, max(low, s.start - 60), s.start)]
    early = cue.participle and not text[max(cue.start - 8, 0) : cue.start].rstrip().endswith(" as")
    if able and not early and (adjacent := _adjacent(cue, able[-1], text)):
        return adjacent, 0.9
    if able and not early and text[able[-1].end : cue.start].rstrip().endswith(","):
        apposed = [s for s in able if s.kind in ("PERSON", "ORG", "HE") and text[s.end : s.end + 1] == ","]
        if apposed:
            return ([s for s in apposed if s.kind != "ORG"] or apposed)[-1], 0.8
    for choice, score in ((able, 0.7), (owned, 0.4)):
        people = [s for s in choice if s.kind in ("PERSON", "HE")] or [s for s in choice if s.kind in ("ORG", "PAPER")]
        if people:
            return people[0 if early else -1], score
    return None


def _adjacent(cue: Cue, speaker: Speaker, text: str) -> Speaker | None:
    """The speaker, where no more than two words stand between name (or body) and cue."""
    group = body_of(speaker, text)
    group = group if group and group.end() <= cue.start else None
    gap = text[group.end() if group else speaker.end : cue.start]
    if len(gap.split()) > 2 or re.search(r"[,;:—–(\n]", gap) or (speaker.kind == "NORP" and not group):
        return None
    return speaker


def antecedent(pronoun: Speaker, speakers: Sequence[Speaker], text: str, starts: Sequence[int]) -> Speaker | None:
    """Whom a pronoun or a definite noun takes up: the subject of the nearest of three sentences that names one.

    The first name of a sentence counts as its subject, unless a phrase such as "After a meeting with …" holds it.
    """
    wanted = {"HE": ("PERSON",), "PAPER": ("ORG", "WORK"), "THEY": ("ORG", "NORP", "GPE", "PERSON")}[pronoun.kind]
    at = bisect_right(starts, pronoun.start) - 1
    high = pronoun.start
    for sentence in range(at, max(at - 4, -1), -1):
        low = starts[sentence]
        first = bisect_left(speakers, low, key=lambda s: s.start)
        last = bisect_left(speakers, high, key=lambda s: s.start)
        named = [s for s in speakers[first:last] if s.kind in wanted and not s.possessive]
        if pronoun.kind == "THEY":
            named = [s for s in named if s.kind == "ORG" or body_of(s, text)]
        if named:
            comma = text.find(",", low, high)
            fronted = _LEADING_PHRASE.match(text, low) and low <= named[0].start < comma
            return named[1] if fronted and len(named) > 1 else named[0]
        high = low
    return None

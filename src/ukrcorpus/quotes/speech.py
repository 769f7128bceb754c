"""What the rules read in an article: marked speech, the cues that may attribute it, and who may be quoted."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from ukrcorpus.lexicon import Finder, fold, read_patterns
from ukrcorpus.quotation import find_quotations
from ukrcorpus.spans import WORD

PATTERNS = read_patterns("quote_rules.toml")
FEWEST_WORDS = 3
"""Words a quotation has at least; shorter ones are scare quotes."""

Places = list[tuple[int, int]]
Form = tuple[str, str, str, str, str]
Item = TypeVar("Item", bound=tuple[object, ...])


class Cue(NamedTuple):
    """A cue where it stands in an article."""

    start: int
    end: int
    kind: str
    participle: bool
    cue_class: str
    takes: str


class Speaker(NamedTuple):
    """Somebody who may be quoted: a name, or (without one) a pronoun or a definite noun."""

    start: int
    end: int
    kind: str
    name: str
    possessive: bool = False


class Speech(NamedTuple):
    """Words of somebody else; `owner` is the number of the quotation that encloses them, -1 for none."""

    start: int
    end: int
    opened: int
    closed: int
    label: str
    rule: str
    score: float
    owner: int
    unit: int


class Article(NamedTuple):
    """An article's paragraphs (`units`: start, end, zone) and what they hold.

    Cues and speakers are sorted, and kept apart by voice: key -1 is the article's own, any other the number of the
    speech that they stand in.
    """

    text: str
    units: list[tuple[int, int, str]]
    sentences: Places
    speech: list[Speech]
    cues: dict[int, list[Cue]]
    speakers: dict[int, list[Speaker]]

    def sentence(self, at: int) -> tuple[int, int]:
        """Start and end of the sentence that a position stands in."""
        index = bisect_right(self.sentences, (at, len(self.text) + 1)) - 1
        return self.sentences[index] if index >= 0 else (0, len(self.text))


def read_article(
    text: str,
    read: Places,
    units: list[tuple[int, int, str]],
    sentences: Places,
    names: list[tuple[int, int, str, str]],
    forms: list[Form],
    find: Finder,
) -> Article:
    """Find cues, possible speakers and marked speech; `read` are the zones that are read."""
    article = Article(text, units, sentences, [], defaultdict(list), defaultdict(list))
    cues = list(_cues(text, forms, find))
    voice = np.full(len(text) + 1, -1)
    for speech in _speech(_only(text, read), article, cues, voice):
        if speech.label in ("quote", "block"):
            voice[speech.start : speech.end] = len(article.speech)
        article.speech.append(speech)
    for cue in cues:
        article.cues[int(voice[cue.start])].append(cue)
    for speaker in sorted(_speakers(text, names)):
        article.speakers[int(voice[speaker.start])].append(speaker)
    return article


def between(found: Sequence[Item], low: int, high: int) -> Sequence[Item]:
    """Those of a sorted list of spans that start in [low, high)."""
    return found[bisect_left(found, (low,)) : bisect_left(found, (high,))]


def _only(text: str, read: Places) -> str:
    """The text with spaces for everything that is not read, so that every character keeps its place."""
    pieces, at = [], 0
    for start, end in read:
        pieces += [" " * (start - at), text[start:end]]
        at = end
    return "".join(pieces)


def _cues(text: str, forms: list[Form], find: Finder) -> Iterator[Cue]:
    """Every cue of a text, without passives ("was told"), modifiers ("the claimed") and plain nouns ("a report")."""
    reached = -1
    for start, end, number in find(fold(text), 0, len(text)):
        _, kind, tense, cue_class, takes = forms[number]
        before = " ".join(WORD.findall(text, max(start - 60, 0), start)[-2:])
        if start > reached and _attributes(text, start, end, kind, tense, before):
            participle = tense == "ing" and not PATTERNS["finite_ing"].fullmatch(before.lower())
            yield Cue(start, end, kind, participle, cue_class, takes)
            reached = start


def _attributes(text: str, start: int, end: int, kind: str, tense: str, before: str) -> bool:
    """Whether a form is used as a cue here, by the two words before it and what follows."""
    opens = bool(PATTERNS["opens"].match(text, end))
    if kind != "verb":
        return kind == "phrase" or opens
    if (text[start].isupper() and tense != "ing") or PATTERNS[f"barred_{tense}"].fullmatch(before.lower()):
        return False
    if tense in ("past", "ing"):
        return tense == "ing" or not text.startswith(" by ", end)
    needed = bool(PATTERNS[f"needed_{tense}"].fullmatch(before.lower()))
    return needed or (tense == "third" and (opens or before.rpartition(" ")[2][:1].isupper()))


def _speakers(text: str, names: list[tuple[int, int, str, str]]) -> Iterator[Speaker]:
    for start, end, label, name in names:
        if text[end : end + 1] != "-" and text[max(start - 1, 0) : start] != "-":
            yield Speaker(start, end, label, name, text[end : end + 2] in ("’s", "'s", "’ ", "' "))
    for match in PATTERNS["referring"].finditer(text):
        yield Speaker(match.start(), match.end(), str(match.lastgroup), "")


def _speech(text: str, article: Article, cues: list[Cue], voice: np.ndarray) -> Iterator[Speech]:
    """Everything that is marked as other people's words, in reading order, enclosing before enclosed."""
    introduced = False
    for unit, (start, end, zone) in enumerate(article.units):
        marked = find_quotations(text[start:end])
        if introduced and zone == "paragraph" and not (marked and marked[0].opened == 0):
            yield Speech(start, end, start, end, "block", "colon", 0.8, -1, unit)
        for q in marked:
            opened, closed = start + q.opened, start + q.closed
            label, rule = _kind(text, start + q.start, start + q.end, max(start, opened - 60), opened)
            rule, score = (rule, 1.0) if q.complete else ("unclosed", 0.5)
            yield Speech(start + q.start, start + q.end, opened, closed, label, rule, score, int(voice[opened]), unit)
        low = max(start, article.sentence(end - 1)[0])
        introduced = text[end - 1] == ":" and bool(between(cues, low, end))


def _kind(text: str, start: int, end: int, context: int, opened: int) -> tuple[str, str]:
    """Label and rule of what stands in marks, by its words and what stands before it."""
    words = WORD.findall(text, start, end)
    capital = all(word[0].isupper() or word[0].isdigit() or PATTERNS["small"].fullmatch(word) for word in words)
    capital = capital and words[0][0].isupper() and text[end - 1] not in "!?…"
    titled = PATTERNS["titled"].search(text, context, opened)
    if titled and (capital or (not titled[1] and len(words) < FEWEST_WORDS)):
        return "title", "named as a title"
    if len(words) < FEWEST_WORDS:
        return "scare", "few words"
    return ("title", "capitals") if capital else ("quote", "marks")

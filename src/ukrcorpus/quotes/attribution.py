"""Who says it: the cue and the speaker of marked speech, and clauses that report speech without marks."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ukrcorpus.quotes.speech import FEWEST_WORDS, PATTERNS, Article, Cue, Speaker, Speech, between
from ukrcorpus.spans import WORD

_LONGEST_PHRASE = 5
_REACH = 80
_FAR_BACK = 20
_SUREST_GUESS = 0.45
_CLAUSES = (
    ("t", "that", "that", 0.8),
    ("to", "object_that", "that", 0.6),
    ("z", "bare", "no that", 0.5),
    ("h", "having", "infinitive", 0.6),
    ("i", "infinitive", "infinitive", 0.6),
)
"""What a verb must take for a clause, the pattern between them, the rule, and its score."""

_TAKEN_UP = {"HE": ("PERSON",), "PAPER": ("ORG", "WORK"), "THEY": ("ORG", "NORP", "GPE", "PERSON")}


class Attribution(NamedTuple):
    """Cue and speaker of a quotation; the rule is "phrase" where it is only a phrase held at a distance."""

    cue: Cue | None = None
    speaker: Speaker | None = None
    name: str | None = None
    rule: str = ""
    score: float = 0.0


def attribute_all(article: Article) -> list[Attribution]:
    """An attribution for each piece of marked speech, in its order; an empty one for titles and scare quotes."""
    found: list[Attribution] = []
    for number in range(len(article.speech)):
        found.append(_attribute(article, number, found))
    return found


def _attribute(article: Article, number: int, earlier: Sequence[Attribution]) -> Attribution:
    text, speech = article.text, article.speech[number]
    if speech.label != "quote":
        return _by_introduction(article, speech) if speech.label == "block" else Attribution()
    outer = article.speech[speech.owner] if speech.owner >= 0 else article.units[speech.unit]
    low = max(outer[0], article.sentence(speech.opened)[0])
    left = between(article.cues[speech.owner], low, speech.opened)
    right = _following_cue(article, speech, outer[1])
    if left:
        return _by_cue(article, left[-1], low, speech.owner)
    if right:
        return _by_inversion(article, right, speech)
    if any(map(str.isalnum, text[low : speech.opened])):
        whole = text[speech.start].isupper() and text[speech.end - 1] in ".!?"
        short = len(WORD.findall(text, speech.start, speech.end)) <= _LONGEST_PHRASE
        return Attribution(rule="phrase" if short and not whole else "")
    return _by_neighbour(article, number, outer[0], earlier)


def _following_cue(article: Article, speech: Speech, ceiling: int) -> Cue | None:
    """A finite cue soon after the closing mark, as in “…,” said X."""
    text = article.text
    if article.sentence(speech.closed - 1)[1] <= speech.closed + 1 and text[speech.end - 1] not in ",?!…":
        return None
    for cue in between(article.cues[speech.owner], speech.closed, min(ceiling, speech.closed + _REACH)):
        plain = PATTERNS["plain_gap"].fullmatch(text, speech.closed, cue.start)
        if plain and len(plain[0].split()) <= 8 and cue.kind == "verb" and not cue.participle:
            return cue
    return None


def _by_inversion(article: Article, cue: Cue, speech: Speech) -> Attribution:
    """The subject stands between quotation and cue, or behind the cue."""
    voice = article.speakers[speech.owner]
    before = between(voice, speech.closed, cue.start)
    if before:
        return _attribution(article, cue, before[-1], speech.owner, "cue after", 0.9)
    behind = [s for s in between(voice, cue.end, cue.end + _REACH) if "." not in article.text[cue.end : s.start]]
    people = [s for s in behind if s.kind in ("PERSON", "HE")]
    return _attribution(article, cue, next(iter(people or behind), None), speech.owner, "cue after", 0.8)


def _by_cue(article: Article, cue: Cue, low: int, owner: int) -> Attribution:
    """The subject of a cue before the quotation, or whom "according to" names."""
    text, voice = article.text, article.speakers[owner]
    if cue.kind == "phrase":
        comma = text.find(",", cue.end, cue.end + _REACH)
        near = between(voice, cue.end, comma if comma > 0 else cue.end + _REACH)
        named = [s for s in near if s.kind in ("PERSON", "ORG") or _body_of(s, text)]
        return _attribution(article, cue, next(iter(named), None), owner, "according to", 0.9)
    subject, score = _subject_of(cue, between(voice, low, cue.start), text, low)
    return _attribution(article, cue, subject, owner, "cue before", score)


def _by_introduction(article: Article, speech: Speech) -> Attribution:
    """Cue and speaker stand in the sentence that ends the paragraph before with a colon."""
    start, end, _ = article.units[speech.unit - 1]
    low = max(start, article.sentence(end - 1)[0])
    cues = between(article.cues[-1], low, end)
    return _by_cue(article, cues[-1], low, -1) if cues else Attribution()


def _by_neighbour(article: Article, number: int, floor: int, earlier: Sequence[Attribution]) -> Attribution:
    """A quotation that stands alone goes on from the one before it, or from the sentence before it."""
    speech = article.speech[number]
    if speech.opened == floor and speech.unit and article.text[article.units[speech.unit - 1][1] - 1] == ":":
        return _by_introduction(article, speech)
    for back in range(number - 1, max(number - _FAR_BACK, -1), -1):
        other = article.speech[back]
        if other.unit != speech.unit and not (other.unit == speech.unit - 1 and other.rule == "unclosed"):
            break
        if other.owner == speech.owner and other.label == "quote" and earlier[back].name:
            return earlier[back]._replace(cue=None, rule="goes on", score=0.5)
    low = article.sentence(max(speech.opened - 2, 0))[0]
    near = between(article.speakers[speech.owner], low, speech.opened) if low >= floor else []
    people = [s for s in near if s.kind in ("PERSON", "HE") and not s.possessive]
    return _attribution(article, None, next(iter(people), None), speech.owner, "sentence before", 0.4)


def _attribution(
    article: Article, cue: Cue | None, speaker: Speaker | None, owner: int, rule: str, score: float
) -> Attribution:
    """With the speaker's name: that of whom a pronoun takes up, at a lower score."""
    if speaker is None:
        return Attribution(cue)
    if speaker.name:
        return Attribution(cue, speaker, _name_of(speaker, article.text), rule, score)
    taken_up = _antecedent(speaker, article, owner)
    name = _name_of(taken_up, article.text) if taken_up else None
    return Attribution(cue, speaker, name, f"{rule}, pronoun", score * (0.7 if name else 0.3))


def _body_of(speaker: Speaker, text: str) -> re.Match[str] | None:
    """The noun behind a name that makes it the name of a body: "Russian authorities", "Biden administration"."""
    return None if speaker.possessive else PATTERNS["body"].match(text, speaker.end)


def _name_of(speaker: Speaker, text: str) -> str:
    """The name to give: canonical, and with the body where a body of a state is meant ("Biden administration")."""
    body = _body_of(speaker, text)
    if body is None or speaker.kind == "ORG":
        return speaker.name
    one_of_them = body[2] and body[2].endswith("l")
    return f"{text[speaker.start : speaker.end]} {body[1]}{' official' if one_of_them else ''}"


def _subject_of(cue: Cue, before: Sequence[Speaker], text: str, low: int) -> tuple[Speaker | None, float]:
    """Who a cue makes speak, among those who stand before it in its sentence, and how sure that is."""
    if cue.kind == "noun":
        owners = [s for s in before if s.possessive and len(text[s.end : cue.start].split()) <= 4]
        return (owners[-1], 0.7) if owners else (None, 0.0)
    free = [s for s in before if not s.possessive]
    able = [s for s in free if not PATTERNS["complement"].search(text, max(low, s.start - 60), s.start)]
    early = cue.participle and not text[max(cue.start - 8, 0) : cue.start].rstrip().endswith(" as")
    if able and not early:
        if _is_adjacent(able[-1], cue, text):
            return able[-1], 0.9
        if text[able[-1].end : cue.start].rstrip().endswith(","):
            apposed = [s for s in able if s.kind in ("PERSON", "ORG", "HE") and text[s.end : s.end + 1] == ","]
            if apposed:
                return ([s for s in apposed if s.kind != "ORG"] or apposed)[-1], 0.8
    for choice, score in ((able, 0.7), (free, 0.4)):
        people = [s for s in choice if s.kind in ("PERSON", "HE")] or [s for s in choice if s.kind in ("ORG", "PAPER")]
        if people:
            return people[0 if early else -1], score
    return None, 0.0


def _is_adjacent(speaker: Speaker, cue: Cue, text: str) -> bool:
    """Whether no more than two words, and no mark, stand between a name (or body) and a cue."""
    body = _body_of(speaker, text)
    body = body if body and body.end() <= cue.start else None
    gap = text[body.end() if body else speaker.end : cue.start]
    return len(gap.split()) <= 2 and not set(",;:—–(\n") & set(gap) and (speaker.kind != "NORP" or body is not None)


def _antecedent(pronoun: Speaker, article: Article, owner: int) -> Speaker | None:
    """Whom a pronoun or a definite noun takes up: the subject of the nearest of four sentences that names one.

    The first name of a sentence counts as its subject, unless a phrase such as "After a meeting with …" holds it.
    """
    text, high, at = article.text, pronoun.start, pronoun.start
    for _ in range(4):
        low = article.sentence(at)[0]
        named = [s for s in between(article.speakers[owner], low, high) if s.kind in _TAKEN_UP[pronoun.kind]]
        named = [s for s in named if not s.possessive]
        if pronoun.kind == "THEY":
            named = [s for s in named if s.kind == "ORG" or _body_of(s, text)]
        if named:
            fronted = PATTERNS["leading"].match(text, low) and named[0].start < text.find(",", low, high)
            return named[1] if fronted and len(named) > 1 else named[0]
        high, at = low, max(low - 1, 0)
    return None


def find_reports(article: Article) -> Iterator[tuple[Speech, Attribution]]:
    """Clauses of indirect speech in the article's own voice, each with a cue and somebody who is named."""
    for cue in article.cues[-1]:
        low, high = article.sentence(cue.start)
        clause = (_according if cue.kind == "phrase" else _clause)(article, cue, low, high)
        if clause is None:
            continue
        start, end, rule, score = clause
        by = _by_cue(article, cue, low, -1)
        marked = any(s.opened == start and s.closed >= end for s in between(article.speech, start, start + 5))
        long = len(WORD.findall(article.text, start, end)) >= FEWEST_WORDS
        if by.name and by.score >= _SUREST_GUESS and long and not marked:
            yield Speech(start, end, start, end, "indirect", rule, score, -1, -1), by


def _clause(article: Article, cue: Cue, low: int, high: int) -> tuple[int, int, str, float] | None:
    """The clause that a verb takes: start, end, rule, score."""
    for takes, pattern, rule, score in _CLAUSES if cue.kind == "verb" else ():
        match = PATTERNS[pattern].match(article.text, cue.end, high)
        if match and set(takes) <= set(cue.takes) and not between(article.cues[-1], cue.end, match.end()):
            return match.end(), _clause_end(article, match.end(), high), rule, score
    return None


def _according(article: Article, cue: Cue, low: int, high: int) -> tuple[int, int, str, float] | None:
    """The clause before "according to", or behind the comma that ends its phrase."""
    text = article.text
    before = text[low : cue.start].rstrip(" ,")
    if len(before.split()) > 3:
        return low, low + len(before), "according to", 0.7
    comma = text.find(",", cue.end, high)
    if comma < 0:
        return None
    apposition = PATTERNS["apposition"].match(text, comma + 1, high)
    start = apposition.end() if apposition else comma + 1
    start += len(text[start:high]) - len(text[start:high].lstrip())
    return start, _clause_end(article, start, high), "according to", 0.7


def _clause_end(article: Article, start: int, high: int) -> int:
    """Before the next cue that reports, a clause set against this one, or the end of the sentence."""
    text = article.text
    stop = PATTERNS["clause_end"].search(text, start, high)
    end = stop.start() if stop else high
    for cue in between(article.cues[-1], start, end):
        comma = text.rfind(",", start, cue.start)
        joined = cue.participle or text.startswith(" and", comma + 1)
        if comma > 0 and joined and len(text[comma : cue.start].split()) <= 3:
            end = comma + 2 if text[comma + 1] in '”"’»' else comma
            break
    end = start + len(text[start:end].rstrip())
    return end - 1 if text[end - 1] in ".,!?:" else end

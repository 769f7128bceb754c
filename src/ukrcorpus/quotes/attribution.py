"""Who says it: the cue and the speaker of marked speech, and clauses that report speech without marks."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ukrcorpus.quotes.speakers import Cue, Speaker, antecedent, body_of, name_speaker, subject_of
from ukrcorpus.quotes.speech import FEWEST_WORDS, Article, Speech, between
from ukrcorpus.spans import WORD

_LONGEST_PHRASE = 5
_REACH = 80
_FAR_BACK = 20
_SUREST_GUESS = 0.45


class Attribution(NamedTuple):
    """Cue and speaker of a quotation; `phrase` where it turned out to be only a phrase held at a distance."""

    cue: Cue | None = None
    speaker: Speaker | None = None
    name: str | None = None
    rule: str = ""
    score: float = 0.0
    phrase: bool = False


class Report(NamedTuple):
    """A clause of indirect speech."""

    start: int
    end: int
    rule: str
    score: float
    by: Attribution


def attribute_all(article: Article) -> list[Attribution]:
    """An attribution for each piece of marked speech, in its order; an empty one for titles and scare quotes."""
    found: list[Attribution] = []
    for number, speech in enumerate(article.speech):
        if speech.label == "block":
            found.append(_by_introduction(article, speech))
        elif speech.label == "quote":
            found.append(_attribute(article, number, speech, found))
        else:
            found.append(Attribution())
    return found


def _attribute(article: Article, number: int, speech: Speech, earlier: Sequence[Attribution]) -> Attribution:
    text = article.text
    floor, ceiling = _room(article, speech)
    low = max(floor, article.sentence_start(speech.opened))
    lead = any(char.isalnum() for char in text[low : speech.opened])
    left = between(article.cues.get(speech.owner, []), low, speech.opened)
    right = _following_cue(article, speech, ceiling)
    if right and not (left and lead):
        return _by_inversion(article, speech, right)
    if left:
        return _by_cue(article, left[-1], low, speech.owner)
    if lead:
        words = sum(1 for _ in WORD.finditer(text, speech.start, speech.end))
        whole = text[speech.start].isupper() and text[speech.end - 1] in ".!?"
        return Attribution(phrase=words <= _LONGEST_PHRASE and not whole)
    return _by_neighbour(article, number, floor, earlier)


def _room(article: Article, speech: Speech) -> tuple[int, int]:
    """From where to where cue and speaker may stand: the paragraph, or the quotation that encloses this one."""
    if speech.owner >= 0:
        outer = article.speech[speech.owner]
        return outer.start, outer.end
    return article.units[speech.unit][:2]


def _following_cue(article: Article, speech: Speech, ceiling: int) -> Cue | None:
    """A finite cue soon after the closing mark, as in “…,” said X."""
    text = article.text
    high = min(article.sentence_end(speech.closed - 1), ceiling)
    behind = text[speech.closed : min(ceiling, speech.closed + 5 * _REACH)]
    rest = behind.lstrip()
    if high <= speech.closed + 1:
        if text[speech.end - 1] not in ",?!…" or not rest:
            return None
        high = min(article.sentence_end(speech.closed + len(behind) - len(rest)), ceiling)
    near: Sequence[Cue] = between(article.cues.get(speech.owner, []), speech.closed, min(high, speech.closed + _REACH))
    for cue in near:
        gap = text[speech.closed : cue.start]
        plain = not re.search(r"[.;:“\"«]|\bthat\b|\b(?:and|but)\b", gap) and len(gap.split()) <= 8
        if plain and cue.kind == "verb" and not cue.participle:
            return cue
    return None


def _by_inversion(article: Article, speech: Speech, cue: Cue) -> Attribution:
    """The subject stands between quotation and cue, or behind the cue."""
    voice = article.speakers.get(speech.owner, [])
    before = between(voice, speech.closed, cue.start)
    if before:
        return _attribution(article, cue, before[-1], speech.owner, "cue after", 0.9)
    behind = [s for s in between(voice, cue.end, cue.end + _REACH) if "." not in article.text[cue.end : s.start]]
    people = [s for s in behind if s.kind in ("PERSON", "HE")]
    return _attribution(article, cue, next(iter(people or behind), None), speech.owner, "cue after", 0.8)


def _by_cue(article: Article, cue: Cue, low: int, owner: int) -> Attribution:
    voice = article.speakers.get(owner, [])
    if cue.kind == "phrase":
        comma = article.text.find(",", cue.end, cue.end + _REACH)
        high = comma if comma > 0 else cue.end + _REACH
        named = [s for s in between(voice, cue.end, high) if s.kind in ("PERSON", "ORG") or body_of(s, article.text)]
        return _attribution(article, cue, named[0] if named else None, owner, "according to", 0.9)
    subject, score = subject_of(cue, voice, article.text, low) or (None, 0.0)
    return _attribution(article, cue, subject, owner, "cue before", score)


def _attribution(
    article: Article, cue: Cue | None, speaker: Speaker | None, owner: int, rule: str, score: float
) -> Attribution:
    """With the speaker's name: that of whom a pronoun takes up, at a lower score."""
    if speaker is None:
        return Attribution(cue)
    if speaker.name:
        return Attribution(cue, speaker, name_speaker(speaker, article.text), rule, score)
    taken_up = antecedent(speaker, article.speakers.get(owner, []), article.text, article.starts)
    name = name_speaker(taken_up, article.text) if taken_up else None
    return Attribution(cue, speaker, name, f"{rule}, pronoun", score * (0.7 if name else 0.3))


def _by_introduction(article: Article, speech: Speech) -> Attribution:
    """Cue and speaker stand in the sentence that ends the paragraph before with a colon."""
    start, end, _ = article.units[speech.unit - 1]
    low = max(start, article.sentence_start(end - 1))
    cues = between(article.cues[-1], low, end)
    return _by_cue(article, cues[-1], low, -1) if cues else Attribution()


def _by_neighbour(article: Article, number: int, floor: int, earlier: Sequence[Attribution]) -> Attribution:
    """A quotation that stands alone goes on from the one before it, or from the sentence before it."""
    speech = article.speech[number]
    if speech.opened == floor and speech.unit and article.text[article.units[speech.unit - 1][1] - 1] == ":":
        return _by_introduction(article, speech)
    for back in range(number - 1, max(number - _FAR_BACK, -1), -1):
        other, known = article.speech[back], earlier[back]
        goes_on = other.unit == speech.unit or (other.unit == speech.unit - 1 and other.rule == "unclosed")
        if not goes_on:
            break
        if other.owner == speech.owner and other.label == "quote" and known.name:
            return known._replace(cue=None, rule="goes on", score=0.5)
    low = article.sentence_start(max(speech.opened - 2, 0))
    if low >= floor:
        people = [
            s
            for s in between(article.speakers.get(speech.owner, []), low, speech.opened)
            if s.kind in ("PERSON", "HE") and not s.possessive
        ]
        if people:
            return _attribution(article, None, people[0], speech.owner, "sentence before", 0.4)
    return Attribution()


_GAP = (
    r"(?:\s(?:\w+ly|again|also|yesterday|today|later|earlier|then|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|"
    r"Sunday)|,?\s(?:on|in|at|during|to|after|before|by|last|this)\s[^;:“”\"]{1,50}?)*"
)
_THAT = re.compile(rf"{_GAP},?\sthat\s")
_THAT_AFTER_OBJECT = re.compile(r"\s[^;:“”\",.]{1,50}?\sthat\s")
_BARE = re.compile(r"\s(?=(?:it|he|she|they|there|we|this|the|its|his|their|no|both|all|many|most|some)\s)")
_HAVING = re.compile(r"\s(?=to\s(?:have|be)\s)")
_INFINITIVE = re.compile(r"\s(?=[^;:,.“”\"]{1,60}?\sto\s[“\"]?[a-z])")
_APPOSITION = re.compile(r"\s(?:an?|the|who|which)\s[^,;]*,")
_CLAUSE_END = re.compile(r";|\s[—–]\s|,\s(?:but|while|although|whereas|though)\s")


def find_reports(article: Article) -> Iterator[Report]:
    """Clauses of indirect speech in the article's own voice, each with a cue and somebody who is named."""
    for cue in article.cues[-1]:
        high = article.sentence_end(cue.start)
        low = article.sentence_start(cue.start)
        clause = _according(article, cue, low, high) if cue.kind == "phrase" else _clause(article, cue, high)
        if clause is None:
            continue
        start, end, rule, score = clause
        by = _by_cue(article, cue, low, -1)
        sure = by.name and by.score >= _SUREST_GUESS and not _all_quoted(article, start, end)
        if sure and sum(1 for _ in WORD.finditer(article.text, start, end)) >= FEWEST_WORDS:
            yield Report(start, end, rule, score, by)


def _all_quoted(article: Article, start: int, end: int) -> bool:
    """Whether a clause is one direct quotation with its marks, so that nothing is reported indirectly."""
    return any(s.opened == start and s.closed >= end for s in between(article.speech, start, start + 5))


def _clause(article: Article, cue: Cue, high: int) -> tuple[int, int, str, float] | None:
    if cue.kind != "verb":
        return None
    text = article.text
    patterns = [(_THAT, "that", 0.8), (_THAT_AFTER_OBJECT, "that", 0.6)] if "t" in cue.takes else []
    patterns += [(_BARE, "no that", 0.5)] if "z" in cue.takes else []
    patterns += [(_HAVING, "infinitive", 0.6)] if "h" in cue.takes else []
    patterns += [(_INFINITIVE, "infinitive", 0.6)] if "i" in cue.takes else []
    for pattern, rule, score in patterns:
        match = pattern.match(text, cue.end, high)
        between_them = match and between(article.cues[-1], cue.end, match.end())
        if match and not between_them and (pattern is not _THAT_AFTER_OBJECT or "o" in cue.takes):
            return match.end(), _clause_end(article, match.end(), high), rule, score
    return None


def _clause_end(article: Article, start: int, high: int) -> int:
    """Before the next cue that reports, a clause set against this one, or the end of the sentence."""
    text = article.text
    stop = _CLAUSE_END.search(text, start, high)
    end = stop.start() if stop else high
    for cue in between(article.cues[-1], start, end):
        comma = text.rfind(",", start, cue.start)
        if (
            comma > 0
            and len(text[comma : cue.start].split()) <= 3
            and (cue.participle or text.startswith(" and", comma + 1))
        ):
            end = comma + 2 if text[comma + 1] in '”"’»' else comma
            break
    end = start + len(text[start:end].rstrip())
    return end - 1 if text[end - 1] in ".,!?:" else end


def _according(article: Article, cue: Cue, low: int, high: int) -> tuple[int, int, str, float] | None:
    text = article.text
    before = text[low : cue.start].rstrip(" ,")
    if len(before.split()) > 3:
        return low, low + len(before), "according to", 0.7
    comma = text.find(",", cue.end, high)
    if comma < 0:
        return None
    apposition = _APPOSITION.match(text, comma + 1, high)
    comma = apposition.end() - 1 if apposition else comma
    start = comma + 1 + len(text[comma + 1 : high]) - len(text[comma + 1 : high].lstrip())
    return start, _clause_end(article, start, high), "according to", 0.7

"""What the rules read in an article: marked speech, the cues that may attribute it, and who may be quoted."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from ukrcorpus.lexicon import fold, read_patterns
from ukrcorpus.quotation import Quotation, find_quotations
from ukrcorpus.quotes.cues import Cue, Forms, read_cues
from ukrcorpus.spans import WORD

PATTERNS = read_patterns("quote_rules.toml")
FEWEST_WORDS = 3
"""Words a quotation has at least; shorter ones are scare quotes."""

_LONGEST_TERM = 6
_FARTHEST_CLOSE = 6
_NEAR = 60
_BEFORE = 45
_OPENERS = "“„\"«‘'"
_SPOKEN_IN = ("paragraph", "heading")

Places = list[tuple[int, int]]
Item = TypeVar("Item", bound=tuple[object, ...])


class Speaker(NamedTuple):
    """Somebody who may be quoted: a name, or (without one) a pronoun or a definite noun."""

    start: int
    end: int
    kind: str
    name: str
    possessive: bool = False


class Speech(NamedTuple):
    """Words of somebody else; `owner` is the number of the quotation that encloses them, -1 for none.

    `by` is where the label stands that names the speaker of a turn in an interview.
    """

    start: int
    end: int
    opened: int
    closed: int
    label: str
    rule: str
    score: float
    owner: int
    unit: int
    by: tuple[int, int] | None = None


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
    forms: Forms,
) -> Article:
    """Find cues, possible speakers and marked speech; `read` are the zones that are read."""
    article = Article(text, units, sentences, [], defaultdict(list), defaultdict(list))
    folded = fold(text)
    cues = read_cues(text, folded, forms)
    voice = np.full(len(text) + 1, -1)
    for speech in _speech(_only(text, read), read, article, cues):
        article.speech.append(speech._replace(owner=int(voice[speech.opened])))
        if speech.label in ("quote", "block"):
            voice[speech.start : speech.end] = len(article.speech) - 1
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


def _speakers(text: str, names: list[tuple[int, int, str, str]]) -> Iterator[Speaker]:
    for start, end, label, name in names:
        if text[end : end + 1] != "-" and text[max(start - 1, 0) : start] != "-":
            yield Speaker(start, end, label, name, text[end : end + 2] in ("’s", "'s", "’ ", "' "))


def _speech(text: str, read: Places, article: Article, cues: list[Cue]) -> Iterator[Speech]:
    """Everything that is marked as other people's words, in reading order, enclosing before enclosed."""
    whole = {**_blocks(text, article, cues), **_turns(text, article.units)}
    distanced = [m.span("term") for m in PATTERNS["so_called"].finditer(text)] if "o-called" in text else []
    next_mark = [*(text[start] for start, _, _ in article.units[1:]), ""]
    carried, until = "", -1
    for unit, (start, end, zone) in enumerate(article.units):
        parts = _parts(article, read, unit)
        body = text[start:end] if len(parts) == 1 else _only(text, parts)[start:end]
        if unit <= until:
            shifted = find_quotations(carried + body)
            marked = [Quotation(q.start - 1, q.end - 1, max(q.opened - 1, 0), q.closed - 1, *q[4:]) for q in shifted]
        else:
            marked = _marked(body, next_mark[unit])
            last = next((q for q in reversed(marked) if not q.depth), None)
            if last and not last.complete and zone == "paragraph":
                carried = body[last.opened] if body[last.opened] in '"«„' else "“"
                until = _last_carried(text, article.units, unit, carried)
        found = [whole[unit]] if unit in whole else []
        terms = [t for part in parts for t in between(distanced, *part)]
        found += [Speech(*t, *t, "scare", "so-called", 1.0, -1, unit) for t in terms]
        for q in marked:
            found += _pieces(text, q, parts, article, unit, cues, next_mark[unit])
        yield from sorted(found, key=lambda speech: (speech.start, -speech.end))


def _parts(article: Article, read: Places, unit: int) -> Places:
    """The pieces of a paragraph between captions and links that interrupt it."""
    start, end, _ = article.units[unit]
    inner = {other[:2] for other in between(article.units, start, end) if other != article.units[unit]}
    parts: Places = []
    for low, high in between(read, start, end):
        if (low, high) not in inner:
            joined = parts and not article.text[parts[-1][1] : low].strip()
            parts[-1:] = [(parts[-1][0], high)] if joined else [*parts[-1:], (low, high)]
    return parts or [(start, end)]


def _marked(body: str, following: str) -> list[Quotation]:
    """Quotations of a paragraph; a single mark that stays open counts where the next paragraph opens with it again."""
    found = find_quotations(body + "’") if following in ("‘", "'") else []
    if any(q.closed > len(body) and body[: q.opened].rstrip()[-1:] in ("", ":", ",") for q in found):
        return [q._replace(closed=len(body), complete=False) if q.closed > len(body) else q for q in found]
    return find_quotations(body)


def _last_carried(text: str, units: list[tuple[int, int, str]], unit: int, mark: str) -> int:
    """The paragraph near by that closes a quotation, where none between reopens it, holds marks or is no text."""
    for later in range(unit + 1, min(unit + 1 + _FARTHEST_CLOSE, len(units))):
        start, end, zone = units[later]
        found = find_quotations(mark + text[start:end])
        if zone != "paragraph" or not found or found[0].opened or text[start] in _OPENERS:
            break
        if found[0].complete or len(found) > 1:
            return later if found[0].complete else -1
    return -1


def _pieces(
    text: str, q: Quotation, parts: Places, article: Article, unit: int, cues: list[Cue], next_mark: str
) -> Iterator[Speech]:
    """A quotation as speech, or a piece of it on each side of what interrupts its paragraph."""
    floor = article.units[unit][0]
    start, end, opened, closed = (floor + at for at in q[:4])
    if not q.complete:
        closed = end = _before_aside(text, start, end, cues)
    label, rule = _kind(text, start, end, opened, closed, article, unit, cues)
    score = 1.0 if q.complete else 0.9 if next_mark == text[opened] else 0.5
    for low, high in parts:
        content = text[max(start, low) : min(end, high)]
        if any(map(str.isalnum, content)):
            s = min(end, high) - len(content.lstrip())
            e = s + len(content.strip())
            rule = "goes on" if opened < low else rule if q.complete else "unclosed"
            marks = (opened if low <= opened else s, closed if closed <= high else e)
            yield Speech(s, e, *marks, label, rule, score, -1, unit)


def _before_aside(text: str, start: int, end: int, cues: list[Cue]) -> int:
    """Where a quotation without a closing mark ends: before "he said", where that stands in it."""
    for cue in between(cues, start, end):
        aside = PATTERNS["aside"].search(text, max(start, cue.start - _NEAR), cue.start)
        if aside and cue.kind == "verb" and len(WORD.findall(text, start, aside.start())) >= FEWEST_WORDS:
            return aside.start() + 1
    return end


def _blocks(text: str, article: Article, cues: list[Cue]) -> dict[int, Speech]:
    """Block quotations by their paragraph: what follows a colon behind a cue, and what goes on in its form."""
    found: dict[int, Speech] = {}
    going, form_before = "", ""
    for unit, (start, end, zone) in enumerate(article.units):
        low = max(start, article.sentence(end - 1)[0])
        introduces = text[end - 1] == ":" and bool(between(cues, low, end))
        if not (going or introduces or text[start] == ">"):
            continue
        form = _form(article.text, start, end)
        begin = end - len(text[start:end].lstrip("> "))
        if begin == end:
            continue
        plain = zone == "paragraph" and text[begin] not in _OPENERS and not PATTERNS["listed"].match(text, begin)
        if plain and (going == ":" or (form and form in (going, ">"))):
            how = ("colon", 0.8) if going == ":" else ("colon, on", 0.6)
            found[unit] = Speech(begin, end, begin, end, "block", *how, -1, unit)
        going = ":" if introduces else form if unit in found and form != form_before else ""
        form_before = form if introduces else form_before
    return found


def _form(text: str, start: int, end: int) -> str:
    """What sets a paragraph apart: a sign, white space before it, or the first person."""
    if text[start] == ">" or text[max(start - 1, 0)] in " \t\xa0":
        return ">" if text[start] == ">" else " "
    return "I" if PATTERNS["first_person"].search(text, start, end) else ""


def _turns(text: str, units: list[tuple[int, int, str]]) -> dict[int, Speech]:
    """Answers of an interview by their paragraph, where two speakers at least are labelled twice each.

    Whoever asks more often than not is the interviewer, whose words are the article's own.
    """
    spoken = [n for n, (_, end, zone) in enumerate(units) if zone in _SPOKEN_IN and text[end - 1] in '.?!…”")]']
    labelled = {n: match for n in spoken if (match := PATTERNS["turn"].match(text, *units[n][:2]))}
    by_name = defaultdict(list)
    for unit, match in labelled.items():
        by_name[match["name"]].append(text[units[unit][1] - 1] == "?")
    if sum(len(asked) > 1 for asked in by_name.values()) < 2:
        return {}
    found, turn = {}, labelled[min(labelled)]
    for unit in range(min(labelled), max(labelled) + 1):
        turn = labelled.get(unit, turn)
        start, end, zone = units[unit]
        asked = by_name[turn["name"]]
        if zone in _SPOKEN_IN and sum(asked) * 2 < len(asked):
            start, rule, score = (turn.end(), "turn", 0.8) if unit in labelled else (start, "turn, on", 0.6)
            found[unit] = Speech(start, end, start, end, "block", rule, score, -1, unit, turn.span("name"))
    return found


def _kind(
    text: str, start: int, end: int, opened: int, closed: int, article: Article, unit: int, cues: list[Cue]
) -> tuple[str, str]:
    """Label and rule of what stands in marks, by its words and what stands around it."""
    floor, _, zone = article.units[unit]
    words = WORD.findall(text, start, end)
    few = len(words) < FEWEST_WORDS
    capital = all(word[0].isupper() or word[0].isdigit() or PATTERNS["small"].fullmatch(word) for word in words)
    capital = capital and words[0][0].isupper() and text[end - 1] not in "!?…"
    before = PATTERNS["before_mark"].search(text[max(floor, opened - _BEFORE) : opened].lower())
    kind = before.lastgroup if before else None
    if kind == "as_word" and len(words) <= _LONGEST_TERM:
        return "scare", "as a word"
    small_title = kind == "a_work" and len(words) <= _LONGEST_TERM and text[end - 1] not in ".!?…"
    if kind == "title" or small_title or (kind in ("a_work", "name") and capital):
        return "title", "named as a title"
    if capital or few:
        told = text[start].isupper() and _told(text, max(floor, article.sentence(opened)[0]), end, opened, closed, cues)
        if few:
            amid = PATTERNS["given"].search(text, max(floor, opened - _NEAR), opened)
            borne = PATTERNS["borne_amid" if amid else "borne"].match(text, closed) if zone == "paragraph" else None
            named = capital and borne and not told
            return ("title", "name") if named else ("scare", "utterance" if told else "few words")
        if not told and zone == "paragraph":
            return "title", "capitals"
    return ("title", "cited") if PATTERNS["cited"].match(text, closed) else ("quote", "marks")


def _told(text: str, low: int, end: int, opened: int, closed: int, cues: list[Cue]) -> bool:
    """Whether a cue is tied to what stands in marks: "he said, “…”", "“…,” he said"."""
    left, before = between(cues, low, opened), text[low:opened].rstrip()
    if left and (before[-1] in ",:" or (left[-1].end - low == len(before) and text[end - 1] in ".!?…,")):
        return True
    if text[end - 1] in ",?!…" or PATTERNS["dash_or_comma"].match(text, closed):
        right = between(cues, closed, closed + _NEAR)[:1]
        return bool(right) and right[0].kind == "verb" and not set('.;:“"') & set(text[closed : right[0].start])
    return False

"""What an article marks as other people's words: quotations, block quotations, quoted titles, scare quotes."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pandas as pd

from ukrcorpus.quotation import find_quotations
from ukrcorpus.quotes.speakers import Cue, Lexicon, Speaker, cues_in, speakers_in
from ukrcorpus.spans import READ_ZONES, WORD

_READ = (*READ_ZONES, "caption")
FEWEST_WORDS = 3
"""Words a quotation has at least; shorter ones are scare quotes."""


class Speech(NamedTuple):
    """Words of somebody else, before it is known whose; `owner` is the number of what encloses them, -1 for none."""

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
    """All that the rules look at, found once an article.

    Cues and speakers are sorted by start, and kept apart by voice: key -1 is the article's own, any other key the
    number of the speech that they stand in.
    """

    text: str
    units: list[tuple[int, int, str]]
    starts: list[int]
    ends: list[int]
    speech: list[Speech]
    cues: dict[int, list[Cue]]
    speakers: dict[int, list[Speaker]]

    def sentence_start(self, at: int) -> int:
        """Where the sentence that holds a position starts."""
        index = bisect_right(self.starts, at) - 1
        return self.starts[index] if index >= 0 else 0

    def sentence_end(self, at: int) -> int:
        """Where the sentence that holds a position ends."""
        index = bisect_right(self.starts, at) - 1
        return self.ends[index] if index >= 0 else len(self.text)


def read_article(
    text: str, zones: pd.DataFrame, sentences: pd.DataFrame | None, entities: pd.DataFrame | None, lexicon: Lexicon
) -> Article:
    """Find units, sentences, cues, possible speakers and marked speech of an article."""
    units = list(_units(zones))
    starts, ends = _sentence_bounds(text, sentences)
    names: list[tuple[int, int, str, str]] = []
    if entities is not None:
        full = entities["name"].where(entities["name"].notna(), entities["surface"])
        names = list(zip(entities["start"], entities["end"], entities["label"], full, strict=True))
    cues, speakers = cues_in(text, lexicon), speakers_in(text, names)
    introduced = {at for at, (start, end, _) in enumerate(units) if _introduces(text, start, end, starts, cues)}
    gaps = zones[~zones["label"].isin(_READ)]
    speech = list(_speech(text, units, introduced, list(zip(gaps["start"], gaps["end"], strict=True))))
    return Article(text, units, starts, ends, speech, _by_voice(cues, speech), _by_voice(speakers, speech))


def _by_voice(found: Sequence[Any], speech: Sequence[Speech]) -> dict[int, list[Any]]:
    """Sort cues or speakers by the innermost speech that holds them."""
    holders = [(s.start, s.end, number) for number, s in enumerate(speech) if s.label in ("quote", "block")]
    voices: dict[int, list[Any]] = {-1: []}
    enclosing: list[tuple[int, int, int]] = []
    seen = 0
    for item in found:
        while seen < len(holders) and holders[seen][0] <= item.start:
            enclosing.append(holders[seen])
            seen += 1
        while enclosing and enclosing[-1][1] <= item.start:
            enclosing.pop()
        voices.setdefault(enclosing[-1][2] if enclosing else -1, []).append(item)
    return voices


def _units(zones: pd.DataFrame) -> Iterator[tuple[int, int, str]]:
    """Start, end and zone of each paragraph that is read; one that something interrupts is one unit."""
    read = zones[zones["label"].isin(_READ)]
    unit: tuple[int, int, str] | None = None
    open_id = -1
    columns = ("start", "end", "label", "paragraph_id")
    for start, end, label, paragraph in zip(*(read[c] for c in columns), strict=True):
        if unit and paragraph == open_id != -1:
            unit = (unit[0], end, unit[2])
            continue
        if unit:
            yield unit
        unit, open_id = (start, end, label), paragraph
    if unit:
        yield unit


def _sentence_bounds(text: str, sentences: pd.DataFrame | None) -> tuple[list[int], list[int]]:
    """Starts and ends of sentences; two rows that a broken paragraph made of one sentence are one again."""
    starts: list[int] = []
    ends: list[int] = []
    last = -1
    if sentences is None:
        return starts, ends
    for start, end, paragraph in zip(sentences["start"], sentences["end"], sentences["paragraph_id"], strict=True):
        if starts and paragraph == last != -1 and text[ends[-1] - 1].isalnum():
            ends[-1] = end
        else:
            starts.append(start)
            ends.append(end)
        last = paragraph
    return starts, ends


def _speech(
    text: str, units: Sequence[tuple[int, int, str]], introduced: set[int], blanks: Sequence[tuple[int, int]]
) -> Iterator[Speech]:
    """Everything that is marked as other people's words, in reading order, enclosing before enclosed."""
    number = 0
    for at, (start, end, zone) in enumerate(units):
        body = _blanked(text, start, end, blanks)
        inner = find_quotations(body)
        enclosing: list[tuple[int, int]] = []
        if at - 1 in introduced and zone == "paragraph" and not (inner and inner[0].opened < 1):
            yield Speech(start, end, start, end, "block", "colon", 0.8, -1, at)
            enclosing.append((number, end))
            number += 1
        for q in inner:
            while enclosing and enclosing[-1][1] <= start + q.opened:
                enclosing.pop()
            owner = enclosing[-1][0] if enclosing else -1
            label, rule = _kind(body, q.start, q.end, q.opened)
            places = (start + q.start, start + q.end, start + q.opened, start + q.closed)
            yield Speech(*places, label, rule if q.complete else "unclosed", 1.0 if q.complete else 0.5, owner, at)
            if label == "quote":
                enclosing.append((number, start + q.closed))
            number += 1


def _blanked(text: str, start: int, end: int, blanks: Sequence[tuple[int, int]]) -> str:
    """The characters of a unit, with what interrupts it turned into spaces of the same length."""
    body = text[start:end]
    first = bisect_left(blanks, (start, start))
    for low, high in blanks[first:]:
        if low >= end:
            break
        body = body[: low - start] + " " * (high - low) + body[high - start :]
    return body


_TITLED = re.compile(
    r"\b(?:headlined?|titled|entitled|titles?|books?|novel|films?|movie|documentary|song|album|essay|poem|article|"
    r"editorial|pamphlet|podcast|programme|program|show|series|channel|newspaper|magazine|journal|website|portal|"
    r"operation|exercises?|called|named|dubbed|nicknamed|known as|codenamed)(\s*,)?\s*$",
    re.IGNORECASE,
)
_SMALL = re.compile(r"an?|and|as|at|by|for|from|in|of|on|or|the|to|vs|with|d[eu]|l[ae]|v[oa]n|und|der|die|das")


def _kind(body: str, start: int, end: int, opened: int) -> tuple[str, str]:
    words = [m[0] for m in WORD.finditer(body, start, end)]
    content = body[start:end]
    capital = all(word[0].isupper() or word[0].isdigit() or _SMALL.fullmatch(word) for word in words)
    capital = capital and words[0][0].isupper() and content[-1] not in "!?…"
    context = _TITLED.search(body, max(0, opened - 60), opened)
    if context and (capital or (not context[1] and len(words) < FEWEST_WORDS)):
        return "title", "named as a title"
    if capital and len(words) >= FEWEST_WORDS:
        return "title", "capitals"
    return ("quote", "marks") if len(words) >= FEWEST_WORDS else ("scare", "few words")


def _introduces(text: str, start: int, end: int, starts: Sequence[int], cues: Sequence[Cue]) -> bool:
    """Whether a unit ends with a colon that a cue of its last sentence explains."""
    if text[end - 1] != ":":
        return False
    index = bisect_right(starts, end - 1) - 1
    return bool(between(cues, max(start, starts[index] if index >= 0 else start), end))


def between(found: Sequence[Any], low: int, high: int) -> Sequence[Any]:
    """Those of a sorted list of spans that start in [low, high)."""
    first = bisect_left(found, low, key=lambda s: s.start)
    return found[first : bisect_left(found, high, key=lambda s: s.start)]

"""Who says it: the cue and the speaker of marked speech, and clauses that report speech without marks."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ukrcorpus.quotes.cues import RULES, WORDS, Cue
from ukrcorpus.quotes.speakers import (
    Salience,
    Token,
    is_adverb,
    name_in,
    phrase_end,
    sentence_subject,
    subject_after,
    subject_before,
    tokens,
    verb_group,
)
from ukrcorpus.quotes.speech import FEWEST_WORDS, Article, Speaker, Speech, between
from ukrcorpus.spans import WORD

_LONGEST_PHRASE = 5
_REACH = 80
_FAR_BACK = 20
_TO_THAT = 18
_TO_PREPOSITION = 14
_WITHIN = frozenset((",", ".", "-", "de", "van", "von", "al"))
_MARKS = frozenset('“”"„«»‘`')
_PREPOSITIONS = frozenset(("as", "of", "for", "on", "about", "against", "with", "at", "to"))
_CLAUSES = ("that", "no that", "question")


class Attribution(NamedTuple):
    """Cue and speaker of a quotation; the rule is "phrase" where it is only a phrase held at a distance."""

    cue: Cue | None = None
    speaker: Speaker | None = None
    name: str | None = None
    rule: str = ""
    score: float = 0.0


Said = tuple[Speech, Attribution]


def attribute_all(article: Article) -> list[Said]:
    """Marked speech and reported clauses in reading order, each with who says it; none for titles and scare quotes."""
    direct: list[Attribution] = []
    for number in range(len(article.speech)):
        direct.append(_attribute(article, number, direct))
    said = [*zip(article.speech, direct, strict=True), *find_reports(article)]
    salience = Salience(article)
    return [(speech, _named(article, by, speech, salience)) for speech, by in sorted(said, key=_order)]


def _order(said: Said) -> tuple[int, int]:
    return said[0].start, -said[0].end


def _named(article: Article, by: Attribution, speech: Speech, salience: Salience) -> Attribution:
    """With the speaker's name, where a pronoun or a description stands for it."""
    at = by.speaker
    if at and not by.name:
        found = salience.takes_up(at.start, article.text[at.start : at.end])
        if found:
            kind, by = found[1], by._replace(name=found[0], rule=f"{by.rule}, taken up", score=by.score * found[2])
            at = at._replace(kind=kind)
    if at and by.name and speech.owner < 0:
        salience.heard(at.start, by.name, at.kind)
    return by


def _attribute(article: Article, number: int, earlier: Sequence[Attribution]) -> Attribution:
    text, speech = article.text, article.speech[number]
    if speech.label != "quote":
        return _by_introduction(article, speech) if speech.label == "block" else Attribution()
    outer = article.speech[speech.owner] if speech.owner >= 0 else article.units[speech.unit]
    low = max(outer[0], article.sentence(speech.opened)[0])
    left = [c for c in between(article.cues[speech.owner], low, speech.opened) if c.kind != "adjective"]
    right = _following_cue(article, speech, outer[1])
    if left and not (right and "”" in text[left[-1].end : speech.opened]):
        # In "said they proved that “…”" the words are those of who said so.
        near = [c for c in left if "z" in c.takes.split() or speech.opened - c.end < 3 or _goes_on(c)]
        near = near or _without_wishes(left)
        found = _by_cue(article, near[-1], low, speech.owner)
        verbs = [c for c in near if c.kind == "verb"]
        return _by_cue(article, verbs[-1], low, speech.owner) if found.speaker is None and verbs else found
    if right:
        return _by_cue(article, right, speech.closed, speech.owner, after=True)
    before = text[low : speech.opened]
    if any(map(str.isalnum, before)):
        words = tokens(text, low, speech.opened)
        if before.rstrip().endswith(":"):
            return _attribution(article, None, (0, len(words) - 1, len(words) - 1), words, speech.owner, "colon", 0.6)
        whole = text[speech.start].isupper() and text[speech.end - 1] in ".!?"
        if len(WORD.findall(text, speech.start, speech.end)) <= _LONGEST_PHRASE and not whole:
            return Attribution(rule="phrase")
        subject = sentence_subject(words, len(words), set())
        return _attribution(article, None, subject, words, speech.owner, "clause", 0.35)
    return _by_neighbour(article, number, outer[0], earlier)


def _goes_on(cue: Cue) -> bool:
    return cue.participle and "t" in cue.takes.split()


def _without_wishes(cues: list[Cue]) -> list[Cue]:
    """In "noted that people want to be “…”" it is not the people who speak."""
    told = [k for k, cue in enumerate(cues) if "t" in cue.takes.split()]
    wish = bool(told) and cues[-1].cue_class == "neutral" and "f" in cues[-1].takes.split()
    return cues[:-1] if wish and told[0] < len(cues) - 1 else cues


def _following_cue(article: Article, speech: Speech, ceiling: int) -> Cue | None:
    """A finite cue soon after the closing mark, as in “…,” said X."""
    text = article.text
    if article.sentence(speech.closed - 1)[1] <= speech.closed + 1 and text[speech.end - 1] not in ",?!…":
        return None
    for cue in between(article.cues[speech.owner], speech.closed, min(ceiling, speech.closed + 3 * _REACH)):
        if cue.kind != "verb" or cue.use != "active":
            continue
        # "“Growth” and new shops helped, said X": the words stand in a clause that the cue follows
        comma = text.rfind(", ", speech.closed, cue.start) + 1 or speech.closed
        ends = text[cue.start - 2] == "," or text[cue.end : cue.end + 1] in (".", ",")
        gap = comma if ends and cue.end < article.sentence(speech.closed)[1] else speech.closed
        if RULES["plain_gap"].fullmatch(text, gap, cue.start):
            return cue
    return None


def _by_cue(article: Article, cue: Cue, low: int, owner: int, *, after: bool = False) -> Attribution:
    """The subject of a cue: before it in its sentence, or behind it where the words reported stand in front."""
    whole = tokens(article.text, *article.sentence(cue.start))
    words = whole[bisect_left(whole, (low,)) :]
    at = bisect_left(words, (cue.start,))
    behind = bisect_left(words, (cue.end,))
    if cue.kind == "phrase":
        return _attribution(article, cue, subject_after(words, behind), words, owner, "according to", 0.9)
    inverted = at > 1 and words[at - 1].word == "," and behind < len(words) and words[behind].capital
    inverted = inverted and words[behind].word not in _NO_SUBJECT and "o" not in cue.takes.split()
    if after and (inverted or all(is_adverb(word) or not word.word[0].isalnum() for word in words[:at])):
        return _attribution(article, cue, subject_after(words, behind), words, owner, "cue after", 0.85)
    subject, score = _subject_of(article, cue, words, at, owner)
    return _attribution(article, cue, subject, words, owner, "cue after" if after else "cue before", score)


def _subject_of(
    article: Article, cue: Cue, words: list[Token], at: int, owner: int
) -> tuple[tuple[int, int, int] | None, float]:
    """Who a cue makes speak, among those who stand before it in its sentence, and how sure that is."""
    low = words[0].start if words else 0
    others = [c for c in between(article.cues[owner], low, cue.start) if c.kind == "verb"]
    stops = {c.start for c in others}
    if cue.kind == "noun":
        return _owner_of(words, at, stops)
    if cue.use == "passive":
        by = next((k for k in range(at, min(at + 12, len(words))) if words[k].word == "by"), -1)
        return (subject_after(words, by + 1), 0.6) if by >= 0 else (None, 0.0)
    verb = verb_group(words, at)
    absolute = cue.participle and at > 1 and words[at - 1].capital
    if cue.participle and at > 1 and words[at - 1].word == "as" and others:
        # "was quoted as saying", "quoted X as saying"
        quoted = bisect_left(words, (others[-1].start,))
        if others[-1].use == "passive":
            return subject_before(words, verb_group(words, quoted), stops), 0.8
        return subject_after(words[: at - 1], quoted + 1), 0.8
    if not cue.participle or absolute:
        found = subject_before(words, verb, stops)
        if found and not (absolute and words[found[0] - 1].word not in (",", "with")):
            return found, 0.9 if found[2] == found[1] else 0.8
    main = [c for c in others if c.use == "active"]
    for other in reversed(main):
        first = bisect_left(words, (other.start,))
        if first and words[first - 1].word in WORDS["relative"] and at > 1 and words[at - 2].word == ",":
            continue  # "X praised Y, which claimed Z, and warned …"
        found = subject_before(words, verb_group(words, first), stops)
        before = words[found[0] - 1].word if found and found[0] else ","
        if found and (not before[0].isalnum() or before == "and" or other is main[0]):
            return found, 0.7
    return sentence_subject(words, verb, stops), 0.6


def _owner_of(words: list[Token], at: int, stops: set[int]) -> tuple[tuple[int, int, int] | None, float]:
    """Whose claim it is: "Mr X's claim", "his claim", "X made the claim"."""
    for k in range(at - 1, max(at - 5, -1), -1):
        if words[k].word.endswith(("'s", "s'")) or words[k].word in ("his", "her", "their", "its"):
            start = k
            while start and words[start].capital and words[start - 1].capital:
                start -= 1
            return (start, k + 1, k + 1), 0.7
        if words[k].word in WORDS["support"]:
            return subject_before(words, verb_group(words, k), stops), 0.6
    return None, 0.0


def _by_introduction(article: Article, speech: Speech) -> Attribution:
    """Cue and speaker stand in the sentence that ends the paragraph before with a colon."""
    if speech.by:
        words = tokens(article.text, *speech.by)
        return _attribution(article, None, (0, len(words), len(words)), words, -1, "turn", 0.8)
    start, end, _ = article.units[speech.unit - 1]
    low = max(start, article.sentence(end - 1)[0])
    cues = between(article.cues[-1], low, end)
    return _by_cue(article, cues[-1], low, -1) if cues else Attribution()


def _by_neighbour(article: Article, number: int, floor: int, earlier: Sequence[Attribution]) -> Attribution:
    """A quotation that stands alone goes on from the one before it, or from the sentence before it."""
    text, speech = article.text, article.speech[number]
    if speech.opened == floor and speech.unit and text[article.units[speech.unit - 1][1] - 1] == ":":
        return _by_introduction(article, speech)
    fresh = speech.opened == floor
    for back in range(number - 1, max(number - _FAR_BACK, -1), -1):
        other = article.speech[back]
        if other.unit < speech.unit - (1 if fresh else 0):
            break
        if other.owner == speech.owner and other.label in ("quote", "block") and earlier[back].speaker:
            same = other.unit == speech.unit or other.rule == "unclosed"
            if not same and text[other.end - 1] == "?":
                return _other_voice(article, back, earlier)
            return earlier[back]._replace(cue=None, rule="goes on", score=0.5 if same else 0.35)
    low = article.sentence(max(speech.opened - 2, 0))[0]
    if low < floor:
        return Attribution()
    words = tokens(text, low, speech.opened)
    subject = sentence_subject(words, len(words), set())
    return _attribution(article, None, subject, words, speech.owner, "sentence before", 0.4)


def _other_voice(article: Article, back: int, earlier: Sequence[Attribution]) -> Attribution:
    """Who spoke before the question that a quotation answers."""
    asked = earlier[back].speaker
    for further in range(back - 1, max(back - _FAR_BACK, -1), -1):
        other = earlier[further].speaker
        if other and asked and other != asked and earlier[further].name != earlier[back].name:
            return earlier[further]._replace(cue=None, rule="answers", score=0.3)
    return Attribution()


def _attribution(
    article: Article,
    cue: Cue | None,
    subject: tuple[int, int, int] | None,
    words: list[Token],
    owner: int,
    rule: str,
    score: float,
) -> Attribution:
    """With the noun phrase of the speaker and the name in it; none where the author speaks."""
    if subject is None or subject[0] >= subject[1] or subject[0] >= len(words):
        return Attribution(cue, rule=rule)
    first, last, aside = subject
    start, end = words[first].start, words[last - 1].end
    end -= 2 if words[last - 1].word.endswith("'s") else 0
    if words[first].word in WORDS["author"] and last - first == 1:
        return Attribution(cue, rule="author" if owner < 0 else rule)
    found = name_in(article, start, end, owner)
    if aside > last and (found is None or found[1] != "PERSON"):
        beside = name_in(article, end, words[aside - 1].end, owner)
        person = beside and beside[1] == "PERSON" and between(article.speakers[owner], end, words[last].end + 2)
        if beside and person:
            found, end = beside, person[0].end
    if found is None:
        named = aside > last + 1 and aside - last < 7 and all(w.capital or w.word in _WITHIN for w in words[last:aside])
        end = words[aside - 1 - (words[aside - 1].word == ",")].end if named else end
        return Attribution(cue, Speaker(start, end, "", ""), None, rule, score * 0.9)
    name, kind, sure = found
    return Attribution(cue, Speaker(start, end, kind, name), name, rule, score * sure)


def find_reports(article: Article) -> Iterator[Said]:
    """Clauses of indirect speech in the article's own voice, each with its cue and, where there is one, its speaker."""
    yield from _headlines(article)
    for cue in article.cues[-1]:
        if not (cue.takes or cue.kind == "phrase") or RULES["direct_follows"].match(article.text, cue.end):
            continue
        low, high = article.sentence(cue.start)
        words = tokens(article.text, low, high)
        at, behind = bisect_left(words, (cue.start,)), bisect_left(words, (cue.end,))
        if not behind or behind > len(words):
            continue
        if cue.kind == "phrase":
            by = _by_cue(article, cue, low, -1)
            pieces = _around_phrase(article, words, at, behind, by)
        else:
            by, pieces = _report(article, cue, words, at, behind)
        if by.rule == "author":
            continue
        for start, end, rule, score in pieces:
            near = between(article.speech, start - 2, start + 5)
            marked = any(s.opened <= start + 1 and s.closed >= end - 1 for s in near)
            fewest = 1 if len(pieces) > 1 else 2 if rule == "that" else FEWEST_WORDS
            if not marked and start < end and len(WORD.findall(article.text, start, end)) >= fewest:
                yield Speech(start, end, start, end, "indirect", rule, score, -1, -1), by


Piece = tuple[int, int, str, float]


def _report(article: Article, cue: Cue, words: list[Token], at: int, behind: int) -> tuple[Attribution, list[Piece]]:
    """Who a verb, noun or adjective makes speak, and what: the words behind it, or else in front of it."""
    content = _content(article, cue, words, at, behind)
    if at and words[at - 1].word in _MARKS and content and content[1] != "that":
        return Attribution(), []
    if cue.kind == "adjective" and not (content and at and words[verb_group(words, at)].word in _COPULA):
        return Attribution(), []
    if content is None and not (cue.kind == "verb" and cue.use == "active" and {"t", "z"} & set(cue.takes.split())):
        return Attribution(), []
    following = words[behind].word if behind < len(words) else "."
    inverted = content is None and at > 1 and words[at - 1].word in (",", "—", "–") and "o" not in cue.takes.split()
    inverted = inverted and following[0].isalnum() and following not in _NO_SUBJECT
    if inverted:
        subject, score = subject_after(words, behind), 0.8
    else:
        subject, score = _subject_of(article, cue, words, at, -1)
    if content is None:
        if subject is None:
            return Attribution(), []
        after = subject[2] if inverted else behind
        pieces = _in_front(article, words, at if inverted else subject[0], after, cue)
        return _attribution(article, cue, subject, words, -1, "cue after", score), pieces
    by = _attribution(article, cue, subject, words, -1, "cue before", score)
    empty = (
        ("it", "that", "this", "what", "there")
        if cue.use == "passive" or cue.kind == "adjective"
        else ("what", "there")
    )
    if subject and subject[1] - subject[0] == 1 and words[subject[0]].word in empty:
        by = Attribution(cue)
    first, rule, score = content
    return by, [(words[first].start, _clause_end(article, cue, words, first, rule), rule, score)]


def _content(article: Article, cue: Cue, words: list[Token], at: int, behind: int) -> tuple[int, str, float] | None:
    """Where the words begin that a cue takes: first token, rule, score."""
    takes = set(cue.takes.split())
    k, n = behind, len(words)
    while k < n and (words[k].word in WORDS["behind"] or (words[k].word.endswith("ly") and is_adverb(words[k]))):
        k += 1
    if k >= n:
        return None
    word = words[k].word
    # "accused of" without an object: a headline's passive
    reduced = "t" not in takes and word in takes & _PREPOSITIONS and word != "for"
    passive = cue.use == "passive" or reduced
    that = _that(words, k, takes) if "t" in takes else -1
    if that >= 0:
        return that, "that", 0.8 if that == k + 1 else 0.7
    if "t" in takes and (word in WORDS["question"] or ("q" in takes and word in WORDS["question_word"])):
        return k, "question", 0.7
    if "q" in takes:
        end = _addressed(article, words, k)
        for asked in (k, end):
            if asked < n and words[asked].word in _QUESTIONS:
                return asked, "question", 0.7
    if ("p" if passive else "f") in takes and k + 1 < n and _infinitive(words, k):
        return k, "infinitive", 0.4 if passive else 0.55
    if passive and not {"o", "i", "of", "as", "t"} & takes:
        return None
    if "i" in takes and word[0].isalpha() and (word in ("to", "by") or word not in WORDS["preposition"]):
        to = next((j for j in range(k + (not passive), min(k + 12, n - 1)) if _infinitive(words, j)), -1)
        if to >= 0 and not any(words[j].word in ";:(" for j in range(k, to)):
            by = [after.word for word, after in pairwise(words[k:]) if word.word == "by"]
            agent = not passive or (by and by[0][0].isalpha() and by[0] not in WORDS["time"])
            return ((to if passive else k), "infinitive", 0.6) if agent else None
    if "g" in takes and word.endswith("ing") and not words[k].capital and not word.endswith("thing"):
        return k, "gerund", 0.5
    for preposition in (code for code in cue.takes.split() if code in _PREPOSITIONS):
        if word == preposition and k + 1 < n and (preposition != "to" or words[k + 1].word.endswith("ing")):
            return k + 1, "preposition", 0.5
        if preposition in ("against", "about", "at", "to") or (word in WORDS["preposition"] and not passive):
            continue
        to = next((j for j in range(k, min(k + _TO_PREPOSITION, n - 1)) if words[j].word == preposition), -1)
        if to > 0 and not any(words[j].word in (",", ";", ":", ".") and j + 1 < to for j in range(k, to)):
            return (to + 1 if passive else k), "object", 0.5
    plain = word[0].isalnum() and word not in _WITHOUT_OBJECT
    named = "k" in takes and not passive and (plain or word in WORDS["pronoun"]) and word not in _PARTICLES
    if named and sum(token.word[0].isalnum() for token in words[k:]) > 2:
        return k, "object", 0.45
    if {"o"} & takes if passive else {"z", "y", "o"} & takes:
        bare = _bare(article, words, k, cue, at)
        if bare:
            return bare, "no that", 0.6 if "z" in takes else 0.5
    if "n" in takes and cue.kind == "verb" and cue.use != "participle" and plain and not passive:
        return k, "object", 0.4
    return None


_PARTICLES = ("back", "out", "off", "up")
_COPULA = WORDS["copula"] | WORDS["adverb"]
_BETWEEN = WORDS["adjunct"] | WORDS["time"]
_NO_SUBJECT = _BETWEEN | WORDS["adverb"]
_QUESTIONS = WORDS["question"] | WORDS["question_word"]
_OF_A_NOUN = frozenset(("of", "for", "by", "with", "into", "against", "toward", "towards"))
_NO_CLAUSE = WORDS["coordinator"] | (WORDS["subordinator"] - {"what", "if", "when"})
_AFTER_VERB = WORDS["determiner"] | WORDS["pronoun"] | {"to", "."}
_OTHER_CLAUSE = WORDS["relative"] | WORDS["subordinator"] | {";", ":"}
_NOT_AGAIN = (
    WORDS["adjunct"] | WORDS["subordinator"] | WORDS["relative"] | {"according", "but", "though", "the", "a", "an"}
)
_MAY_FOLLOW = frozenset(("who", "which", "as", "when", "while", "according", "and", "but", "citing"))
_BEFORE_NOUN = WORDS["determiner"] | WORDS["preposition"] | WORDS["coordinator"] | WORDS["be"] | {","}
_WITHOUT_OBJECT = WORDS["preposition"] | WORDS["coordinator"] | WORDS["time"] | WORDS["subordinator"] | WORDS["pronoun"]


def _infinitive(words: list[Token], at: int) -> bool:
    following = words[at + 1]
    plain = following.word[0].isalpha() and not following.capital and following.word not in WORDS["determiner"]
    return words[at].word == "to" and (plain or following.word in _MARKS)


def _that(words: list[Token], at: int, takes: set[str]) -> int:
    """One past the "that" which opens a clause, at once or behind an addressee, a time, a place or a means."""
    k = at + 1 if words[at].word == "," else at
    if words[at].word in ("—", "–"):
        k = next((j + 1 for j in range(at + 1, min(at + _TO_THAT, len(words))) if words[j].word in ("—", "–")), k)
    if k >= len(words):
        return -1
    opens = words[k].word in _BETWEEN or is_adverb(words[k]) or bool({"o", "i"} & takes)
    for j in range(k, min(k + _TO_THAT if opens or words[k].word == "that" else k + 1, len(words) - 1)):
        if words[j].word == "that" and words[j + 1].word not in WORDS["auxiliary"]:
            first = j + 2 if words[j + 1].word == "," else j + 1
            # "repeated that claim": no clause, where nothing tells of a verb
            sure = {"y", "z"} & takes or len(words) - first > 6 or words[j + 1].word in _MARKS
            return first if sure or _has_verb(words, first) else -1
        if words[j].word in WORDS["finite"] or words[j].word in ";:" or words[j].word in _MARKS:
            return -1
    return -1


def _addressed(article: Article, words: list[Token], at: int) -> int:
    """One past somebody addressed: "told | the Associated Press | …"."""
    if words[at].word in WORDS["addressed"]:
        return at + 1
    names = between(article.speakers[-1], words[at].start, words[at].end + 5)
    if names and (names[0].start == words[at].start or words[at].word in ("the", "a")) and not names[0].possessive:
        return bisect_left(words, (names[0].end,))
    return phrase_end(words, at, len(words))


def _bare(article: Article, words: list[Token], at: int, cue: Cue, verb: int) -> int:
    """First token of a clause without "that"; 0 where none begins."""
    n, k = len(words), at
    takes = cue.takes.split()
    if "o" in takes and k < n and words[k].word[0].isalnum():
        if cue.use != "passive" and words[k].word not in WORDS["adjunct"]:
            k = _addressed(article, words, k)
    elif "o" in takes and "z" not in takes:
        return 0
    while k < n:
        word = words[k].word
        if word in WORDS["time"] or word in WORDS["behind"] or (word.endswith("ly") and is_adverb(words[k])):
            k += 1
        elif word in WORDS["adjunct"] and not (k + 1 < n and words[k + 1].word in ("least", "most", "all")):
            after = k + 1
            while after < n and words[after].word in _BETWEEN:
                after += 1
            k = max(phrase_end(words, after, n), k + 1)
            while k < n and words[k].word == "," and k + 1 < n and words[k + 1].word in WORDS["opens_clause"]:
                k += 1
        else:
            break
    if k >= n - 1:
        return 0
    word = words[k].word
    if word in WORDS["finite"] and k > at:
        k -= 1
    elif word in WORDS["finite"] and word not in ("had", "was", "is") and verb > 1:
        return k
    if not (word[0].isalnum() or word in "$£€") or word in _NO_CLAUSE or word in _OF_A_NOUN:
        return 0
    if word in WORDS["opens_clause"]:
        return k
    if _has_verb(words, k + 1, loose=not words[verb].word.startswith(("f", "dis"))):
        return k
    sure = words[verb].word in ("said", "say", "says", "saying", "add", "adds", "added", "adding")
    sure = sure and not (words[verb - 1].word == "," and words[k].capital)
    return k if sure and word not in WORDS["preposition"] and n - k > 4 else 0


def _has_verb(words: list[Token], at: int, *, loose: bool = False) -> bool:
    """Whether a finite verb of the clause follows, one that is not in a clause within it ("the man who was …")."""
    n = len(words)
    for k in range(at, n):
        word, following = words[k].word, words[k + 1].word if k + 1 < n else "."
        if word in WORDS["finite"] and words[k - 1].word not in WORDS["coordinator"]:
            return True
        if word.endswith("ed") and len(word) > 3 and words[k - 1].word not in _BEFORE_NOUN:
            if following in _AFTER_VERB or is_adverb(words[min(k + 1, n - 1)]):
                return True
            measure = following == "by" and k + 2 < n and words[k + 2].word[0].isdigit()
            if loose and following in WORDS["preposition"] and (following != "by" or measure):
                return True
        if word in _OTHER_CLAUSE:
            return False
        if word == ",":
            close = next((j for j in range(k + 1, min(k + 16, n - 1)) if words[j].word == ","), -1)
            return close > 0 and words[close + 1].word in WORDS["finite"]
    return False


def _in_front(article: Article, words: list[Token], first: int, after: int, cue: Cue) -> list[Piece]:
    """The clause in front of "…, X said", and what goes on behind it in "…, X said, …"."""
    if first < 2 or words[first - 1].word not in (",", "—", "–", "as"):
        return []
    if words[first - 1].word == "as" and words[first - 2].word in ("even", "just"):
        return []
    close = first - 1 - (words[first - 1].word == "as" and words[first - 2].word == ",")
    k = after
    n = len(words)
    if "o" in cue.takes.split() and k < n and words[k].word[0].isalnum() and words[k].word not in WORDS["adjunct"]:
        k = _addressed(article, words, k)
    while k < n and (words[k].word in _BETWEEN or is_adverb(words[k])):
        k = max(phrase_end(words, k + 1, len(words)), k + 1)
    rest = words[k].word if k < len(words) else "."
    if rest in _MARKS or rest in ":;" or (rest[0].isalnum() and rest not in _MAY_FOLLOW):
        return []
    quoted = between(article.speech, words[0].start, words[first].start)
    if any(s.opened <= words[close - 1].start < s.closed for s in quoted):
        return []
    opened = next((j + 1 for j in range(close - 1, 0, -1) if words[j].word == ";"), 0)
    while opened < close and (words[opened].word in WORDS["coordinator"] or not words[opened].word[0].isalnum()):
        if words[opened].word in _MARKS or words[opened].word in "$£€":
            break
        opened += 1
    clause = any(token.word in WORDS["finite"] or token.word.endswith("ed") for token in words[opened + 1 : close])
    told = opened < close and (rest == "," or clause)
    pieces = [(words[opened].start, words[close - 1].end, "in front", 0.7)] if told else []
    if rest == "," and k + 2 < len(words):
        following = words[k + 1].word
        if following in WORDS["finite"] or not (following.endswith("ing") or following in _NOT_AGAIN):
            pieces.append((words[k + 1].start, _clause_end(article, cue, words, k + 1, "in front"), "goes on", 0.6))
    return pieces


def _around_phrase(article: Article, words: list[Token], at: int, behind: int, by: Attribution) -> list[Piece]:
    """The clause before "according to X", or behind the comma that ends its phrase, or both parts of one."""
    if by.speaker is None:
        return []
    after = bisect_left(words, (by.speaker.end,))
    comma = next((k for k in range(after, len(words)) if words[k].word == ","), -1)
    close = at - 1 if at and words[at - 1].word in (",", "(", "—") else at
    front = [k for k in range(close) if words[k].word[0].isalnum()]
    cue = by.cue
    assert cue is not None
    if len(front) > 3:
        pieces = [(words[front[0]].start, words[close - 1].end, "according to", 0.7)]
        split = close < at and 0 <= comma < len(words) - 2 and words[comma + 1].word in WORDS["finite"]
        if split:
            pieces.append((words[comma + 1].start, _clause_end(article, cue, words, comma + 1, "that"), "goes on", 0.6))
        return pieces
    if comma < 0 or comma + 1 >= len(words):
        return []
    if words[comma + 1].word in ("a", "an", "the", "who", "which") and comma - after < 2:
        later = next((k for k in range(comma + 2, min(comma + 16, len(words))) if words[k].word == ","), -1)
        finite = _has_verb(words[:later], comma + 1) if later > 0 else True
        comma = comma if later < 0 or (finite and words[comma + 1].word not in ("who", "which")) else later
    if comma + 1 >= len(words):
        return []
    return [(words[comma + 1].start, _clause_end(article, cue, words, comma + 1, "that"), "according to", 0.7)]


def _clause_end(article: Article, cue: Cue, words: list[Token], first: int, rule: str) -> int:
    """Before another cue that reports, a clause set against this one, or the end of the sentence."""
    clause = rule in (*_CLAUSES, "in front") and cue.kind != "noun"
    taken_as = rule in ("object", "preposition", "gerund") and "as" not in cue.takes
    stops = {c.start: c for c in between(article.cues[-1], words[first].start + 1, words[-1].end)}
    end, inside = len(words), False
    for k in range(first, len(words)):
        word = words[k].word
        if word in _MARKS:
            inside = word in "“«„`" or (word == '"' and not inside)
        if inside or k == first or (word[0].isalnum() and word not in ("and", "but", "as")) or k + 1 == len(words):
            continue
        following = words[k + 1].word
        if word == "as":
            stop = taken_as and following in _AFTER_AS
        elif word in ("and", "but"):
            stop = _goes_to(words, k + 1, stops, clause)
        elif word == ",":
            stop = following in ("according", *_CONTRAST) and _set_against(words, k + 1)
            stop = stop or (not clause and _turns(words, k + 1)) or _reports_again(words, k + 1, stops)
        else:
            stop = word == ";" or (
                word in "—–" and (following in ("and", "but") or _reports_again(words, k + 1, stops))
            )
        if stop:
            end = k
            break
    while end > first + 1 and not (words[end - 1].word[0].isalnum() or words[end - 1].word in "”\"»’')%"):
        end -= 1
    return words[end - 1].end


_TURNS = {"a", "an", "who", "which", "after", "as", "when", "in", "on", "despite", "amid", "just"}
_AFTER_AS = WORDS["determiner"] | WORDS["pronoun"]
_CONTRAST = ("but", "while", "although", "whereas", "though")


def _set_against(words: list[Token], at: int) -> bool:
    """Whether a clause with a subject of its own follows: "…, but nobody came"."""
    if words[at].word != "but":
        return True
    following = words[at + 1].word if at + 1 < len(words) else "that"
    return following not in WORDS["finite"] | {"that", "not", "only", "also"} and not following.endswith("ed")


def _turns(words: list[Token], at: int) -> bool:
    """Whether what follows a comma is no part of an object: "…, saying", "…, a move that"."""
    word = words[at].word
    return (word.endswith("ing") and word != "including") or word in _TURNS


def _reports_again(words: list[Token], at: int, stops: dict[int, Cue]) -> bool:
    """Whether another report begins here: "…, adding", "…, and X said", "…, X said."."""
    for k in range(at, min(at + 8, len(words))):
        cue = stops.get(words[k].start)
        if cue and cue.kind == "verb" and cue.use in ("active", "participle"):
            if cue.participle:
                return k <= at + 2
            joined = words[at].word in ("and", "but") and words[at + 1].word != "that"
            short = joined or k + 1 >= len(words) or not words[k + 1].word[0].isalnum()
            return short and k > at and "t" in cue.takes.split()
        if not words[k].word[0].isalnum() and words[k].word not in ".'’":
            return False
    return False


def _goes_to(words: list[Token], at: int, stops: dict[int, Cue], clause: bool) -> bool:
    """Whether the subject of this report goes on to report something else: "… and said"."""
    k = verb_group_forward(words, at)
    cue = stops.get(words[k].start) if k < len(words) else None
    if cue is None or cue.kind != "verb" or cue.use != "active":
        return False
    return not clause or words[k].word in WORDS["goes_on"]


def verb_group_forward(words: list[Token], at: int) -> int:
    """Past auxiliaries and adverbs."""
    while at < len(words) and (words[at].word in WORDS["auxiliary"] or is_adverb(words[at])):
        at += 1
    return at


def _headlines(article: Article) -> Iterator[Said]:
    """What a title or heading gives with its source: "Governor: bridge is safe", "Bridge is safe – governor"."""
    for number, (start, end, zone) in enumerate(article.units):
        if zone not in ("title", "heading") or between(article.speech, start, end):
            continue
        text = article.text[start:end]
        for match in (_COLON.match(text), _DASH.match(text)):
            if match is None or len(WORD.findall(match["said"])) < FEWEST_WORDS:
                continue
            low, high = start + match.start("by"), start + match.end("by")
            words = tokens(article.text, low, high)
            found = name_in(article, low, high, -1)
            if found or words[-1].word in WORDS["spokes"] | WORDS["body"] | WORDS["office"]:
                by = _attribution(article, None, (0, len(words), len(words)), words, -1, "headline", 0.6)
                said = (start + match.start("said"), start + match.end("said"))
                yield Speech(*said, *said, "indirect", "headline", 0.5, -1, number), by
                break


_COLON = re.compile(r"(?P<by>[^:.?!]{2,60}):\s+(?P<said>[^:]+?)\s*$")
_DASH = re.compile(r"(?P<said>.+?)\s[-–—]\s(?P<by>[^-–—:]{2,50}?)\s*$")

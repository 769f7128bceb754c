"""Who is meant: the noun phrase beside a cue, the name in it, and whom a pronoun or a description takes up."""

from collections.abc import Set
from functools import lru_cache, partial
from typing import NamedTuple

from ukrcorpus.lexicon import fold
from ukrcorpus.quotes.cues import RULES, WORDS
from ukrcorpus.quotes.speech import Article, between

_SKIPPED = {"to"} | WORDS["auxiliary"] | WORDS["adverb"] | WORDS["governing"]
_BREAKS = WORDS["subordinator"] | WORDS["auxiliary"] | WORDS["relative"]
_STOPS = WORDS["determiner"] | WORDS["opens_clause"] | _BREAKS | WORDS["coordinator"] | (WORDS["preposition"] - {"of"})
_ENDS_SUBJECT = _BREAKS | WORDS["time"] | WORDS["pronoun"]
_ENDS_FIRST = WORDS["finite"] | _BREAKS
_LEADS_UP = WORDS["preposition"] | WORDS["time"]
_FRONTED = WORDS["preposition"] | WORDS["subordinator"]
_ALONE = WORDS["pronoun"] | WORDS["author"]
_TIME_AFTER = WORDS["adjunct"] | WORDS["time"]
_WITHIN = frozenset(".&'’%$£€/-")
_DASHES = frozenset("—–-")
_BEFORE_DETERMINER = WORDS["preposition"] | WORDS["determiner"] | WORDS["coordinator"]
_AFTER_NAME = WORDS["preposition"] | WORDS["coordinator"] | {"who", "on"}
_SHORT = {f"{short}.": long for short, _, long in (pair.partition(" ") for pair in WORDS["short_title"])}
_LONGEST_PHRASE = 25
_FARTHEST = 5
_NO_NAME = WORDS["determiner"] | WORDS["author"]
_OPENS_ASIDE = frozenset(("the", "a", "an", "who", "whose"))
_BODIES = ("ORG", "GPE", "WORK")


class Token(NamedTuple):
    """A word or mark of a sentence; `word` is in small letters."""

    start: int
    end: int
    word: str
    capital: bool


_token = partial(tuple.__new__, Token)
"""Several times as fast as the constructor, which weighs most in reading a sentence."""


@lru_cache(maxsize=256)
def tokens(text: str, low: int, high: int) -> list[Token]:
    """The words and marks of a sentence."""
    folded = fold(text[low:high])
    spans = [match.span() for match in RULES["token"].finditer(text, low, high)]
    return [_token((start, end, folded[start - low : end - low], text[start].isupper())) for start, end in spans]


def is_adverb(token: Token) -> bool:
    """Whether a word may stand between a subject and its verb."""
    return token.word in WORDS["adverb"] or (token.word.endswith("ly") and not token.capital and len(token.word) > 5)


def verb_group(words: list[Token], at: int) -> int:
    """Where the verb group begins that a cue ends: "did not immediately | say", "on Monday | said"."""
    while at:
        token = words[at - 1]
        if token.word in _SKIPPED or is_adverb(token):
            at -= 1
        elif token.word in WORDS["time"] and at > 2 and words[at - 2].word in _TIME_AFTER:
            at -= 2
        else:
            break
    return at


def subject_before(words: list[Token], verb: int, stops: Set[int]) -> tuple[int, int, int] | None:
    """First token of the noun phrase before a verb, one past its last, and one past the last of its apposition."""
    end = verb
    if end and words[end - 1].word in (",", ")", *_DASHES):
        end = _before_aside(words, end, stops)
    if not end or words[end - 1].word in WORDS["coordinator"]:
        return None
    if words[end - 1].word in WORDS["relative"]:
        # "…, who said": whom the relative pronoun takes up
        before = end - 1 - (words[end - 2].word == "," if end > 1 else 0)
        return (start, end, end) if (start := _phrase_start(words, before, stops)) < before else None
    start = _phrase_start(words, end, stops)
    if start > 2 and is_adverb(words[start - 1]) and words[start - 2].word == "," and words[start - 3].capital:
        # "X, once mayor of Y said": the comma that should close the apposition is missing
        return _phrase_start(words, start - 2, stops), start - 2, verb
    if end - start == 1 and words[start].word in _FRONTED:
        return None  # "when asked": nobody is told
    return (start, end, verb) if start < end else None


def _before_aside(words: list[Token], end: int, stops: Set[int]) -> int:
    """Where the phrase ends that an apposition or a relative clause follows; 0 where there is none."""
    close = words[end - 1].word
    opens = {",": {","}, ")": {"("}}.get(close, _DASHES)
    for at in range(end - 2, max(end - 2 - _LONGEST_PHRASE, 0), -1):
        if words[at].word in opens and at < end - 2:
            if at and words[at - 1].word == ")":
                return _before_aside(words, at, stops) or at
            start = _phrase_start(words, at, stops)
            opened = words[start].word
            nested = opened in _OPENS_ASIDE or (opened.endswith("ed") and not words[start].capital)
            nested = start > 0 and words[start - 1].word == "," and nested
            return ((nested or words[at - 1].word.isdigit()) and _before_aside(words, at + 1, stops)) or at
    return 0


def _phrase_start(words: list[Token], end: int, stops: Set[int]) -> int:
    """First token of the noun phrase that ends here; `stops` are where other verbs stand."""
    start = end
    if end and words[end - 1].word in _ALONE:
        return end - 1
    while start and end - start < _LONGEST_PHRASE:
        token = words[start - 1]
        if token.word in WORDS["coordinator"]:
            if not 1 < start < end or words[start - 2].word in _BREAKS or not words[start - 2].word[0].isalnum():
                break
            if words[start - 2].capital != words[start].capital and words[start].word != "the":
                break
        elif token.word in _BREAKS or token.start in stops:
            who = next((k for k in range(start - 2, max(start - 6, -1), -1) if words[k].word in ("who", "whose")), -1)
            if who < 1 or words[who - 1].word == ",":
                break
            start = who + 1
        elif not token.word[0].isalnum() and token.word not in _WITHIN:
            break
        start -= 1
    return _trimmed(words, start, end)


def _trimmed(words: list[Token], start: int, end: int) -> int:
    """The phrase without what only leads up to it: "On Monday | officials", "last week | the minister"."""
    while start < end and (is_adverb(words[start]) or words[start].word in _WITHIN | WORDS["coordinator"]):
        start += 1
    if start < end and words[start].word in _LEADS_UP:
        start = phrase_end(words, start + 1, end)
    for at in range(end - 1, start, -1) if start < end and words[start].word not in WORDS["determiner"] else ():
        if words[at].word in WORDS["determiner"] and words[at - 1].word not in _BEFORE_DETERMINER:
            return at
    return start


def phrase_end(words: list[Token], at: int, limit: int) -> int:
    """One past the noun phrase that begins here, read forward: up to a mark, a verb or another phrase."""
    first = at
    while at < limit and words[at].word in WORDS["determiner"]:
        at += 1
    while at < limit:
        word = words[at].word
        initial = word == "." and len(words[at - 1].word) <= 4 and at + 1 < limit and words[at + 1].capital
        ends = word in _STOPS or not (word[0].isalnum() or word in "&'’%$£€/")
        if ends and (at == first or not (word in WORDS["time"] or initial)):
            break
        at += 1
    return at


def subject_after(words: list[Token], at: int) -> tuple[int, int, int] | None:
    """The noun phrase behind a verb or a preposition: "said | an official of the ministry"."""
    while at < len(words) and is_adverb(words[at]):
        at += 1
    end = at
    while end < len(words) and end - at < _LONGEST_PHRASE:
        token, last = words[end], words[end - 1]
        inner = end + 1 < len(words) and words[end + 1].word[0].isalnum()
        if token.word == "." and not (inner and (len(last.word) <= 4 or "." in last.word) and words[end + 1].capital):
            break
        if not token.word[0].isalnum() and token.word not in _WITHIN - {"-"}:
            break
        if token.word in _ENDS_SUBJECT and end > at:
            break
        if token.word in WORDS["coordinator"] and not (inner and last.capital and words[end + 1].capital):
            break
        if token.word in WORDS["preposition"] and (end == at or (last.capital and token.word not in ("of", "for"))):
            break
        end += 1
    return (at, end, _name_behind(words, at, end)) if end > at else None


def _name_behind(words: list[Token], at: int, end: int) -> int:
    """One past the name that stands in apposition to a description: "said the mayor of Y, X"."""
    if words[at].word not in WORDS["determiner"] or end >= len(words) or words[end].word != ",":
        return end
    after = end + 1
    while after < len(words) and words[after].capital:
        after += 1
    return after if end + 2 < after < end + 6 and (after == len(words) or words[after].word in ",.") else end


def sentence_subject(words: list[Token], before: int, stops: Set[int]) -> tuple[int, int, int] | None:
    """The first noun phrase of a sentence that may be its subject: behind "Speaking in Kyiv, …"."""
    at = 0
    while at < before and not (words[at].word[0].isalnum() and words[at].word not in WORDS["coordinator"]):
        at += 1
    while at < before and is_adverb(words[at]):
        at += 1
    if at < before and (words[at].word in _FRONTED or words[at].word.endswith("ing")):
        alone = at + 1 >= before
        at = before if alone else next((k + 1 for k in range(at, before) if words[k].word == ","), at)
    end = at
    while end < before and words[end].start not in stops:
        token = words[end]
        done = token.word in _ENDS_FIRST or (token.word.endswith("ed") and not token.capital)
        if token.word == "(":
            end = next((k for k in range(end, before) if words[k].word == ")"), end)
        elif (done and end > at) or not (token.word[0].isalnum() or token.word in _WITHIN):
            break
        end += 1
        if token.word in WORDS["pronoun"]:
            break
    return (at, end, end) if end > at else None


def name_in(article: Article, start: int, end: int, owner: int) -> tuple[str, str, float] | None:
    """The name that a noun phrase is headed by: name, kind, and how sure it is whose words are meant."""
    text = article.text
    found: tuple[str, str, float] | None = None
    for s in between(article.speakers[owner], start, end):
        if s.possessive and s.end < end:
            continue
        before, after = text[start : s.start].split(), text[s.end : end].split()
        linked = next((k for k in range(len(before) - 1, -1, -1) if before[k].lower() in WORDS["preposition"]), -1)
        # Secretary of State X, but not: opponents of X, daughters of the singer X
        if linked >= 0 and (s.kind != "PERSON" or not any(word[0].isupper() for word in before[linked + 1 :])):
            if s.kind in ("ORG", "WORK", "PERSON") and {word.lower() for word in before[:linked]} & WORDS["spokes"]:
                found = found or (s.name, s.kind, 0.5)
            continue
        body = RULES["body"].match(text, s.end, end) if s.kind not in ("ORG", "WORK") else None
        if body and (body[2] or not text[body.end() : end].strip() or text[body.end()] in ",("):
            one = body[2] and body[2].endswith("l")
            return f"{text[s.start : s.end]} {body[1]}{' official' if one else ''}", "ORG", 1.0
        heads = not after or not after[0][0].islower() or after[0] in _AFTER_NAME
        if heads and s.kind == "PERSON":
            return s.name, s.kind, 1.0
        if heads and (s.kind in ("ORG", "WORK") or not after or after[0] in WORDS["coordinator"]):
            found = found or (s.name, s.kind, 0.6 if after and after[0][0].isupper() else 1.0)
        elif s.kind in _BODIES and {word.lower() for word in after} & WORDS["spokes"]:
            found = found or (s.name, s.kind, 0.5)
    return found


class Salience:
    """Whom pronouns and descriptions of one article take up; it learns who spoke last as it is asked in order."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.last: tuple[int, str, str] | None = None
        self.genders: dict[str, int] = {}
        self.surnames: dict[str, str] = {}
        self.described: list[tuple[int, str, Set[str]]] | None = None

    def heard(self, at: int, name: str, kind: str) -> None:
        """Somebody named spoke."""
        self.last = (at, name, kind)
        if kind == "PERSON":
            self.surnames.setdefault(name.split()[-1], name)

    def takes_up(self, start: int, phrase: str) -> tuple[str, str, float] | None:
        """Whom a pronoun, a description or a name that is no known one takes up: name, kind, how sure that is."""
        name = RULES["bare_name"].fullmatch(phrase.rpartition(", ")[2])
        if name and (" " in name["name"] or name["name"] in self.surnames):
            return self.surnames.get(name["name"], name["name"]), "PERSON", 0.7
        if name and name[0] == phrase and self._is_name(start, name["name"]):
            return name["name"], "PERSON" if name["name"][1:].islower() else "ORG", 0.5
        words = fold(phrase).split()
        if len(words) == 1 and words[0] in ("he", "she", "his", "her"):
            return self._nearest(start, ("PERSON",), 1 if words[0] in ("she", "her") else -1)
        if len(words) == 1 and words[0] in ("they", "it", "their", "its"):
            return self._nearest(start, ("ORG", "GPE"), 0)
        if words[0] not in ("the", "this", "that"):
            return None
        until = next((k for k, word in enumerate(words) if word in WORDS["preposition"] and k), len(words))
        head = words[until - 1].removesuffix("'s")
        if head not in WORDS["crowd"]:
            found = [name for at, name, words in self._descriptions() if at < start and head in words]
            if found:
                return found[-1], "PERSON", 0.65
        bodies = [s for s in between(self.article.speakers[-1], 0, start) if s.kind in ("ORG", "WORK")]
        named = [s for s in bodies if head in s.name.lower().split() and head in WORDS["general_body"] | WORDS["crowd"]]
        if named and until == len(words):
            return named[-1].name, "ORG", 0.6
        if head in WORDS["general_body"] and len(words) == 2:
            return self._nearest(start, ("ORG", "WORK"), 0)
        return None

    def _is_name(self, start: int, word: str) -> bool:
        """Whether a word with a capital is a name: within its sentence, or for a second capital in it."""
        within = start > self.article.sentence(start)[0] and not word.endswith("s")
        return fold(word) not in _NO_NAME and (within or any(map(str.isupper, word[1:])))

    def _descriptions(self) -> list[tuple[int, str, Set[str]]]:
        """Where people are named, with the words of their title and apposition: "Gen. X", "X, the head of Y"."""
        if self.described is None:
            text = self.article.text
            self.described = []
            for s in self.article.speakers[-1]:
                if s.kind == "PERSON":
                    title = fold(text[max(s.start - 30, 0) : s.start]).rpartition("\n")[2].split()[-1:]
                    title += [_SHORT[word] for word in title if word in _SHORT]
                    apposed = RULES["apposed"].match(text, s.end)
                    described = {*title, *(fold(apposed["words"]).split() if apposed else ())}
                    self.described.append((s.start, s.name, described))
        return self.described

    def _gender(self, name: str) -> int:
        """1 for a woman, -1 for a man, 0 where neither titles nor the given name tell."""
        if name not in self.genders:
            words = {word.rstrip(".") for _, other, words in self._descriptions() if other == name for word in words}
            given = name.split()[0].lower()
            told = bool(words & WORDS["feminine"]) - bool(words & WORDS["masculine"])
            self.genders[name] = told or (given in WORDS["women"]) - (given in WORDS["men"])
        return self.genders[name]

    def _nearest(self, start: int, kinds: tuple[str, ...], gender: int) -> tuple[str, str, float] | None:
        """The last speaker or else the first subject in the nearest sentence that names one who fits."""
        text, high, at = self.article.text, start, start
        last = self.last if self.last and self.last[2] in kinds and self._fits(self.last[1], gender) else None
        for back in range(_FARTHEST):
            low = self.article.sentence(at)[0]
            near = between(self.article.speakers[-1], low, high)
            here = [s for s in near if s.kind in kinds and not s.possessive and self._fits(s.name, gender)]
            if last and low <= last[0] < high and (back or not here):
                return last[1], last[2], 0.75 - 0.08 * back
            if here:
                free = [s for s in here if not RULES["in_phrase"].search(text, max(s.start - 40, low), s.start)]
                chosen = (free or here)[0]
                return chosen.name, chosen.kind, (0.7 if free else 0.5) - 0.08 * back
            high, at = low, max(low - 1, 0)
        return (last[1], last[2], 0.3) if last else None

    def _fits(self, name: str, gender: int) -> bool:
        return not gender or self._gender(name) in (0, gender)

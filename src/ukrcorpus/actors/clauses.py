"""What the finders about actors share: sentences that name one, phrases that stand for one, and whose voice it is."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from ukrcorpus.entities.find import find_entities
from ukrcorpus.events.verbs import Clause, Row, Sentence, Span, parties_of, read_sentence
from ukrcorpus.lexicon import rows_by_article
from ukrcorpus.packaged import read_toml
from ukrcorpus.quotes import find_quotes
from ukrcorpus.sentences import find_sentences
from ukrcorpus.spans import READ_ZONES, WORD, count_words, each_article
from ukrcorpus.summary import count_spans
from ukrcorpus.zones import find_zones

RULES = read_toml("actor_rules.toml")
NOUNS = {noun: (kind, verb) for kind, nouns in RULES["nouns"].items() for noun, verb in nouns.items()}
"""Nouns of acting: whether their possessor acts, and the verb."""

_ACTORS = ("PERSON", "ORG", "GPE", "NORP")
_SAID = ("quote", "block", "indirect")
_LONGEST_QUOTATION = 5000
_MORE = re.compile(r",? (?:and|or|&) |, [A-Z]")


class Actor(NamedTuple):
    """A name of an actor in an article."""

    start: int
    end: int
    label: str
    name: str | None
    entity_id: str | None


class Party(NamedTuple):
    """A noun phrase, or the name in it, and the actor it stands for; none where no name says."""

    start: int
    end: int
    actor: Actor | None


Located = list[tuple[int, int, Actor]]
"""Actors with their first token and the one behind their last."""


class Passage(NamedTuple):
    """A sentence that names an actor, with the article's quotations (start, end, direct, speaker, said)."""

    doc_id: str
    text: str
    start: int
    end: int
    names: list[Row]
    actors: list[Actor]
    inner: list[Actor]
    speech: list[Row]

    def read(self, *, inner: bool = True) -> tuple[Sentence, Located]:
        """The sentence cut into clauses, and its actors but those in compounds ("pro-Russian") or in "Toronto, Canada".

        With `inner`, those too that the name of an event holds ("Russian invasion of Ukraine").
        """
        text, sentence = self.text, read_sentence(self.text, (self.start, self.end), (), self.names, "en")
        places = {row[1] + 2 for row in self.names if row[2] in ("GPE", "LOC", "FAC")}
        located = []
        for actor in sorted(self.actors + self.inner) if inner else self.actors:
            start, end, label = actor[:3]
            within = (
                label == "GPE" and start in places and text[start - 2 : start] == ", " and not _MORE.match(text, end)
            )
            if not within and "-" not in (text[end : end + 1], text[start - 1 : start]):
                located.append((*sentence.part(actor), actor))
        return sentence, located

    def voice(self, at: int, end: int) -> tuple[str | None, bool]:
        """Who is made to say what stands here (null for the source itself), and whether it stands in marks."""
        low, high = bisect_left(self.speech, (at - _LONGEST_QUOTATION,)), bisect_left(self.speech, (at + 1,))
        around = [row for row in self.speech[low:high] if end <= row[1]]
        saying = [row[3] for row in sorted(around, key=lambda row: row[1] - row[0]) if row[4]]
        speaker = (saying[0] if isinstance(saying[0], str) else "not named") if saying else None
        return speaker, any(row[2] for row in around)

    def row(self, table: str, span: Span, **own: Any) -> dict[str, Any]:
        """What all rows of a finding have; its id is made of where it starts."""
        found = {"doc_id": self.doc_id, f"{table}_id": f"{self.doc_id}:{table[:2]}{span[0]}", **own}
        return found | {"attributed_to": own.get("attributed_to") or self.voice(*span)[0]}


def read_passages(
    docs: pd.DataFrame,
    zones: pd.DataFrame | None,
    sentences: pd.DataFrame | None,
    entities: pd.DataFrame | None,
    quotes: pd.DataFrame | None,
) -> tuple[Iterator[Passage], pd.DataFrame]:
    """The sentences that name an actor, and the zones; what was not handed in is made."""
    zones = find_zones(docs) if zones is None else zones
    sentences = find_sentences(docs, zones=zones) if sentences is None else sentences
    entities = find_entities(docs, zones=zones) if entities is None else entities
    if quotes is None:
        quotes = find_quotes(docs, zones=zones, sentences=sentences, entities=entities)
    said = quotes[quotes["role"] == "quote"]
    said = said.assign(said=said["label"].isin(_SAID)).astype({"speaker": "object"})
    places = rows_by_article(sentences[sentences["zone"].isin(READ_ZONES)], "start", "end")
    names = rows_by_article(entities.astype({"name": "object", "entity_id": "object"}), *Actor._fields)
    speech = rows_by_article(said, "start", "end", "direct", "speaker", "said")

    def passages() -> Iterator[Passage]:
        for doc_id, text in each_article(docs):
            rows = [(*row[:3], *(v if isinstance(v, str) else None for v in row[3:])) for row in names.get(doc_id, [])]
            known = {text[row[0] : row[1]]: row[2:] for row in rows if row[2] in _ACTORS}
            for start, end in places.get(doc_id, []):
                near = rows[bisect_left(rows, (start,)) : bisect_left(rows, (end,))]
                actors = [Actor(*row) for row in near if row[2] in _ACTORS]
                words = [WORD.finditer(text, *row[:2]) for row in near if row[2] == "EVENT"]
                inner = [Actor(*w.span(), *known[w[0]]) for found in words for w in found if w[0] in known]
                if actors or inner:
                    yield Passage(doc_id, text, start, end, near, actors, inner, speech.get(doc_id, []))

    return passages(), zones


def count_named(
    counted: pd.DataFrame, docs: pd.DataFrame, keys: Sequence[str], by: str, n_words: pd.Series | None
) -> pd.DataFrame:
    """Count rows by keys and group (see `count_spans`); a null key counts as "none", for a speaker as "the source"."""
    n_words = count_words(docs, find_zones(docs)) if n_words is None else n_words
    unset = {key: "the source" if key == "attributed_to" else "none" for key in keys}
    counted = counted.assign(**{key: counted[key].astype("object").fillna(fill) for key, fill in unset.items()})
    return count_spans(counted, docs, keys=list(keys), by=by, n_words=n_words)


@cache
def words_of(name: str) -> frozenset[str]:
    """A list of the rules, as a set."""
    return frozenset(RULES[name])


def is_one(word: str, name: str) -> bool:
    """Whether a noun, or its plural in -s, stands in a list of the rules."""
    return word in words_of(name) or word.removesuffix("s") in words_of(name)


def word_at(sentence: Sentence, at: int) -> str:
    """A token in small letters, nothing outside the sentence."""
    return sentence.tokens.pieces[at].strip().lower() if 0 <= at < len(sentence.codes) else ""


def is_any(sentence: Sentence, at: int, *classes: str) -> bool:
    """Whether a token is of one of some classes."""
    return any(sentence.has(name, at) for name in classes)


def holds_word(sentence: Sentence, first: int, last: int, *lists: str) -> bool:
    """Whether a word of one of some lists stands among some tokens."""
    words = {word_at(sentence, at) for at in range(max(first, 0), last)}
    return any(words & words_of(name) for name in lists)


def name_of(found: list[Party]) -> str | None:
    """The first name among parties."""
    return next((party.actor.name for party in found if party.actor), None)


def clauses_of(sentence: Sentence) -> list[Clause]:
    """The clauses that have a verb, in their order."""
    return list({id(clause): clause for clause in sentence.owners if clause.verb}.values())


def roles_of(sentence: Sentence, clause: Clause) -> tuple[Span | None, Span | None, bool]:
    """Tokens of agent and patient of a clause's verb, and whether it is passive.

    What stands behind a preposition, a colon or an opening quotation mark is no subject.
    """
    agent, patient, passive = parties_of(sentence, clause)
    found, has = patient if passive else agent, sentence.has
    if found and clause.kind in ("main", "contact", "coordinate", "subordinate", "that"):
        parted = any(has("STOP", at) or has("QUOTE", at) for at in range(found[1], clause.verb.first))
        if parted or (has("PREP", found[0] - 1) and not has("SUBORDINATE", found[0] - 1)):
            agent, patient = (agent, None) if passive else (None, patient)
    return agent, patient, passive


def core_of(sentence: Sentence, part: Span) -> tuple[int, int]:
    """Where the first preposition of a phrase stands, and its head ends."""
    first, last = part
    prep = sentence.grammar.charset["PREP"]
    stop = next((at for at in range(first + 1, last) if sentence.codes[at] in prep), last)
    end = stop
    while end > first and not (
        word_at(sentence, end - 1)[-1:].isalnum() and word_at(sentence, end - 1) not in words_of("loose")
    ):
        end -= 1
    return stop, end


def stands_for(sentence: Sentence, part: Span, actors: Located, *lists: str) -> Actor | None:
    """The actor that a noun phrase stands for: its head, or named before or (with "of") behind a noun of the lists."""
    first, last = part
    stop, end = core_of(sentence, part)
    inside = [entry for entry in actors if first <= entry[0] and entry[1] <= stop]
    if inside and inside[-1][1] >= end:
        return inside[-1][2]
    if not any(is_one(word_at(sentence, end - 1), name) for name in lists):
        return None
    if inside:
        return inside[-1][2]
    of = stop < last and word_at(sentence, stop) == "of"
    return stands_for(sentence, (stop + 1, last), actors, *lists) if of else None


def parties(sentence: Sentence, part: Span | None, actors: Located, *lists: str) -> list[Party]:
    """The parties of a phrase, one for each noun phrase that "and" joins."""
    if part is None:
        return []
    low, last = part
    if not any(low <= entry[0] < last for entry in actors):
        return [Party(*sentence.tokens.span(low, last), None)]
    charset, cuts = sentence.grammar.charset, []
    # "Russia, | Belarus and Iran": the phrases of the clause reader end at a comma.
    before = (
        {end: first for first, end, _ in actors} if any(sentence.has("CONJ", at) for at in range(low, last)) else {}
    )
    while low in before.values() and sentence.has("COMMA", low - 1) and low - 1 in before:
        low = before[low - 1]
    for at in range(low, last):
        code = sentence.codes[at]
        if code in charset["PREP"] and code not in charset["OF"]:
            break
        if at > low and (code in charset["CONJ"] or code in charset["COMMA"]):
            cuts.append((low, at))
            low = at + 1
    found = []
    for cut in [*cuts, (low, last)] if low < last else cuts:
        actor = stands_for(sentence, cut, actors, "bodies", *lists)
        found.append(Party(*(actor[:2] if actor else sentence.tokens.span(*cut)), actor))
    return found

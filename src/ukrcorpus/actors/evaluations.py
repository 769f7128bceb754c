"""Which evaluative words stand on an actor: modifiers, heads, appositions, predicates."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ukrcorpus.actors.actions import lemma_of
from ukrcorpus.actors.clauses import (
    Actor,
    Located,
    Passage,
    clauses_of,
    count_named,
    holds_word,
    is_any,
    is_one,
    name_of,
    parties,
    read_passages,
    roles_of,
    word_at,
    words_of,
)
from ukrcorpus.events.verbs import Clause, Sentence, Span
from ukrcorpus.lexicon import Finder, finder, fold, read_lexicon
from ukrcorpus.spans import span_table

_NEEDED = ("word", "part", "polarity")


class Hit(NamedTuple):
    """A word, by its tokens, that may evaluate; `part` and polarity are empty where the list has no entry for it."""

    first: int
    last: int
    span: Span
    word: str
    part: str
    polarity: str | None


class Found(NamedTuple):
    """A word that stands on an actor."""

    hit: Hit
    actor: Actor
    label: str
    rule: str
    score: float
    negated: bool = False
    by: str | None = None


class Reading(NamedTuple):
    """A sentence, its actors by tokens, its words that may evaluate by their tokens, the tokens of its verbs."""

    sentence: Sentence
    actors: Located
    hits: dict[int, Hit]
    verbs: set[int]

    def inside(self, at: int) -> bool:
        """Whether a token belongs to the noun phrase of its neighbours."""
        sentence = self.sentence
        if at in self.hits:
            return True
        if sentence.has("COMMA", at) or word_at(sentence, at) == "and":
            return all(side in self.hits and self.hits[side].part for side in (at - 1, at + 1))
        nominal = (
            sentence.has("NOMINAL", at)
            and not is_any(sentence, at, "APOS", "PREP")
            and word_at(sentence, at) not in ".s/"
        )
        return (
            at not in self.verbs
            and word_at(sentence, at) not in words_of("loose")
            and (nominal or sentence.has("ADVERB", at))
        )

    def within(self, first: int, last: int) -> list[Hit]:
        """The hits among some tokens."""
        return [hit for at, hit in self.hits.items() if first <= at < last and at == hit.first]


def find_evaluations(
    docs: pd.DataFrame,
    *,
    zones: pd.DataFrame | None = None,
    sentences: pd.DataFrame | None = None,
    entities: pd.DataFrame | None = None,
    quotes: pd.DataFrame | None = None,
    words: pd.DataFrame | str | Path | None = None,
    all_words: bool = False,
) -> pd.DataFrame:
    """Find the evaluative words that stand on an actor.

    An evaluation has two rows, tied by `evaluation_id`: `role` evaluation (the word) and target (the actor's name). An
    actor is a PERSON, ORG, GPE or NORP. `label` says how the word stands on it: modifier ("the brutal Wagner group",
    "Kiev's puppet government"), head ("the Putin regime"), apposition ("the oligarch Yevgeny Prigozhin", "Navalny, a
    figurehead of the liberal opposition,"), predicate ("Putin is a war criminal", "called Putin a liar"). A word on
    what an actor does or has ("Russia's brutal war") does not count. What kinds of evaluation the list holds follows
    appraisal theory (Martin & White 2005, The Language of Evaluation).

    Args:
        docs: a table with `doc_id` and `text` (English).
        zones: the result of `find_zones`, where it was made already.
        sentences: the result of `find_sentences`, where it was made already.
        entities: the result of `find_entities`, where it was made already.
        quotes: the result of `find_quotes`, where it was made already.
        words: a table or CSV file that replaces the package's `data/evaluative_words.csv`: word, part, polarity.
        all_words: keep the words, too, that the list has no entry for; their polarity is null.

    Returns:
        Columns of a span table, and `evaluation_id, role, name, entity_id, word, polarity, negated, attributed_to,
        quoted`, which stand on both rows.

    Raises:
        ValueError: where docs or the table of words lacks a column, or docs holds an id twice.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["The oligarch Yevgeny Prigozhin praised the Putin regime."]})
        >>> find_evaluations(docs).query("role == 'evaluation'")[["word", "label", "name"]].values.tolist()
        [['oligarch', 'apposition', 'Yevgeny Prigozhin'], ['regime', 'head', 'Vladimir Putin']]

    """
    passages, zones = read_passages(docs, zones, sentences, entities, quotes)
    table = read_lexicon(words, "evaluative_words.csv", _NEEDED, {})
    entries: list[tuple[str, str, str]] = list(zip(*(table[name].tolist() for name in _NEEDED), strict=True))
    find = finder(tuple(word for word, *_ in entries))
    rows: list[dict[str, Any]] = []
    for passage in passages:
        for found in _read(passage, find, entries, all_words):
            hit, actor = found.hit, found.actor
            named = {"name": actor.name, "entity_id": actor.entity_id}
            own: dict[str, Any] = {**named, "word": hit.word, "polarity": hit.polarity}
            own |= {"label": found.label, "rule": found.rule, "score": found.score, "negated": found.negated}
            shared = passage.row("evaluation", hit.span, attributed_to=found.by, **own)
            shared["quoted"] = passage.voice(*hit.span)[1]
            for role, (start, end) in (("evaluation", hit.span), ("target", actor[:2])):
                rows.append({**shared, "role": role, "start": start, "end": end})
    return span_table(rows, "evaluations", docs, zones)


def count_evaluations(
    evaluations: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    by: str = "publisher",
    keys: tuple[str, ...] = ("name", "word", "polarity"),
    n_words: pd.Series | None = None,
) -> pd.DataFrame:
    """Count evaluative words by actor and group of articles.

    Args:
        evaluations: the result of `find_evaluations`; hand in a part of it, such as what nobody else is made to say,
            to count that part.
        docs: the articles.
        by: column of docs that makes the groups; `doc_id` gives a row an article.
        keys: columns of evaluations whose values are counted; where one is null it counts as "none".
        n_words: words an article, from `count_words`.

    Returns:
        `keys` and the columns of `count_spans`; `estimate` in evaluations per 1,000 words.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["He left the Putin regime."]})
        >>> count_evaluations(find_evaluations(docs), docs, by="doc_id")[["name", "word", "n_spans"]].values.tolist()
        [['Vladimir Putin', 'regime', 1]]

    """
    return count_named(evaluations[evaluations["role"] == "evaluation"], docs, keys, by, n_words)


def _read(passage: Passage, find: Finder, entries: list[tuple[str, str, str]], all_words: bool) -> Iterator[Found]:
    """The words of a sentence that stand on an actor, each once."""
    folded = fold(passage.text[passage.start : passage.end])
    spans: list[tuple[int, int, int]] = []
    words = passage.text[passage.start : passage.end].split()
    titled = 5 * sum(word[0].isupper() for word in words) >= 4 * len(words)
    for start, end, number in find(folded, 0, len(folded)):
        start, end = start + passage.start, end + passage.start
        inside = any(row[0] <= start and end <= row[1] and end - start < row[1] - row[0] for row in passage.names)
        # In "Democratic senator" the capital makes a name of the word.
        capital = passage.text[start].isupper() and entries[number][0][0].islower() and not titled
        called = capital and start > passage.start and passage.text[start - 1] not in "“\"'‘«"
        if not (inside or called) and not (spans and start < spans[-1][1] and (start, end) != spans[-1][:2]):
            spans.append((start, end, number))
    if not spans and not all_words:
        return
    sentence, located = passage.read(inner=False)
    actors = [entry for entry in located if not any(s < entry[2].end and entry[2].start < e for s, e, _ in spans)]
    clauses = clauses_of(sentence)
    verbs = {at for clause in clauses for at in range(clause.verb.first, clause.verb.last)}
    reading = Reading(sentence, actors, {}, verbs)
    for start, end, number in spans:
        first, last = sentence.part((start, end))
        if first in verbs and first - 1 in verbs and sentence.owners[first].kind != "described":
            continue
        word, part, polarity = entries[number]
        parts = part if first not in reading.hits else f"{part} {reading.hits[first].part}"
        reading.hits.update(dict.fromkeys(range(first, last), Hit(first, last, (start, end), word, parts, polarity)))
    for at in range(len(sentence.codes)) if all_words else ():
        word = sentence.tokens.pieces[at].strip()
        if at not in reading.hits and word[:1].islower() and len(word) > 2 and reading.inside(at):
            reading.hits[at] = Hit(at, at + 1, sentence.tokens.span(at, at + 1), word, "", None)
    taken: set[int] = set()
    for found in (*_in_phrases(reading), *_beside(reading), *_said_of(reading, clauses)):
        if found.hit.first not in taken and (found.hit.polarity or found.hit.part == ""):
            taken.add(found.hit.first)
            yield found


def _phrase(reading: Reading, first: int, last: int) -> tuple[int, int]:
    """First and last token of the noun phrase around a name, up to a possessive 's."""
    while reading.inside(first - 1):
        first -= 1
    while reading.inside(last):
        last += 1
    return first, last


def _in_phrases(reading: Reading) -> Iterator[Found]:
    """Modifiers, and the noun that a name modifies."""
    sentence = reading.sentence
    for first, last, actor in reading.actors:
        low, high = _phrase(reading, first, last)
        if any(last <= other[0] < high for other in reading.actors):
            continue
        possessive = sentence.has("APOS", last)
        tail = last + 1 + (word_at(sentence, last + 1) == "s") if possessive else last
        end = _phrase(reading, tail, tail)[1] if possessive else high
        if possessive and any(tail <= other[0] < end for other in reading.actors):
            end = tail
        while end > tail and not (word_at(sentence, end - 1)[-1:].isalnum() and not _is_adverb(reading, end - 1)):
            end -= 1
        head = word_at(sentence, end - 1) if end > tail else ""
        body = is_one(head, "bodies")
        judged = [hit for hit in reading.within(tail, end) if hit.last == end and _judges(hit, actor, possessive, head)]
        plain = not head or (all(hit.part == "adjective" for hit in reading.within(last, high)) and high - last < 1)
        for hit in reading.within(low, first) if plain or ((body or judged) and not possessive) else ():
            noun = hit.part == "noun"
            if noun and (actor.label in ("GPE", "NORP") or head):
                continue
            label = "apposition" if noun and hit.last == first else "modifier"
            yield Found(hit, actor, label, "before the name", 0.85, holds_word(sentence, low - 2, low, "negations"))
        for hit in reading.within(tail, end) if body or judged else ():
            label = "head" if hit.last == end else "modifier"
            if hit in judged or label == "modifier" or hit.part == "":
                yield Found(hit, actor, label, "possessive" if possessive else "after the name", 0.85)


def _is_adverb(reading: Reading, at: int) -> bool:
    """Whether a token is an adverb and no word of the list ("weaken the Putin regime militarily")."""
    return at not in reading.hits and reading.sentence.has("ADVERB", at)


def _judges(hit: Hit, actor: Actor, possessive: bool, head: str) -> bool:
    """Whether a noun behind a name judges the actor and not somebody who has to do with it."""
    some = is_one(head, "some") and (possessive or actor.label != "NORP")
    return "noun" in hit.part and not is_one(head, "relations") and not some


def _stretch(reading: Reading, at: int) -> int:
    """Where a noun phrase or adjectives that begin at a token end; "of" goes on where its head names a group."""
    sentence, last = reading.sentence, at
    while last < len(sentence.codes):
        group = sentence.has("OF", last) and is_one(word_at(sentence, last - 1), "members")
        joined = sentence.has("CONJ", last) and (last + 1 in reading.hits or reading.within(at, last))
        anew = sentence.has("DET", last) and last > at and not is_any(sentence, last - 1, "CONJ", "OF", "SKIP")
        if anew or not (reading.inside(last) or is_any(sentence, last, "DET", "SKIP") or group or joined):
            break
        last += 1
    return last


def _beside(reading: Reading) -> Iterator[Found]:
    """Appositions: behind the name between commas, or before it and a comma."""
    sentence = reading.sentence
    for first, last, actor in reading.actors:
        start = last + 1
        if sentence.has("MARK", last) and not sentence.has("STOP", last):
            end = _stretch(reading, start)
            closed = is_any(sentence, end, "MARK", "PREP", "WHO", "RELATIVE") or word_at(sentence, end) in (".", "")
            listed = sentence.has("CONJ", end + 1) and sentence.has("COMMA", end) and not sentence.has("DET", start)
            named = any(start <= other[0] < end for other in reading.actors)
            plain = all(at in reading.hits or sentence.has("CONJ", at) for at in range(start, end))
            opens = plain or sentence.has("DET", start)
            if closed and opens and not listed and not named and not sentence.has("VERBAL", end):
                for hit in reading.within(start, end):
                    negated = holds_word(sentence, start, hit.first, "negations")
                    yield Found(hit, actor, "apposition", "behind the name", 0.8, negated)
        if sentence.has("COMMA", first - 1) and sentence.has("MARK", last) and actor.label in ("PERSON", "ORG"):
            low = _phrase(reading, first - 1, first - 1)[0]
            hits = reading.within(low, first - 1)
            if sentence.has("DET", low - 1) and hits and "noun" in hits[-1].part and hits[-1].last == first - 1:
                for hit in hits:
                    yield Found(hit, actor, "apposition", "before a comma", 0.7)


def _said_of(reading: Reading, clauses: list[Clause]) -> Iterator[Found]:
    """Predicates: behind a copula, or behind a verb that gives a name to its object or subject."""
    sentence = reading.sentence
    for clause in clauses:
        verb, at, by = clause.verb, clause.verb.last, None
        word = word_at(sentence, at - 1)
        naming = word not in words_of("copulas") and lemma_of(word) in words_of("naming")
        if not naming and word not in words_of("copulas") and lemma_of(word) not in words_of("copulas"):
            continue
        agent, patient, passive = roles_of(sentence, clause)
        subject = parties(sentence, patient if passive else agent, reading.actors)
        targets = [party.actor for party in subject if party.actor]
        if naming and not passive:
            by = name_of(subject)
            after = ((*_phrase(reading, *entry[:2]), entry[2]) for entry in reading.actors)
            named = [entry for entry in after if entry[0] == at + sentence.has("DET", at)]
            targets, at = ([named[0][2]], named[0][1]) if named else ([], at)
        elif naming:
            by = name_of(parties(sentence, agent, reading.actors))
            as_what = (t for t in range(at, min(at + 8, len(sentence.codes))) if word_at(sentence, t) == "as")
            at = next(as_what, at) if word_at(sentence, at) == "by" else at
        at += {"as": 1, "to": 2}.get(word_at(sentence, at), 0)
        end = _stretch(reading, at) if naming or not word_at(sentence, at).endswith("ing") else at
        for actor in targets if not any(at <= other[0] < end for other in reading.actors) else ():
            for hit in reading.within(at, end):
                negated = holds_word(sentence, verb.first, hit.first, "negations")
                yield Found(hit, actor, "predicate", "naming" if naming else "copula", 0.8, negated, by)

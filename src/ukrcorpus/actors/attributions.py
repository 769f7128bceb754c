"""Who is held responsible for what, where words say so."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ukrcorpus.actors.actions import lemma_of
from ukrcorpus.actors.clauses import (
    NOUNS,
    Actor,
    Located,
    Passage,
    core_of,
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
from ukrcorpus.events.verbs import Sentence, Span
from ukrcorpus.lexicon import Finder, finder, fold, read_lexicon
from ukrcorpus.spans import span_table

_NEEDED = ("cue", "kind", "class", "responsible", "outcome", "needs")
_NAMED_ONLY = ("cause", "consequence", "provocation")
_LONGEST = 30
_SCORES = {"blame": 0.85, "accusation": 0.9, "admission": 0.9, "provocation": 0.8, "cause": 0.75, "consequence": 0.75}
_BEARS = ("bear", "bore", "bears", "share", "carry", "assume", "have", "hold")

Cue = tuple[str, str, str, str, str]


class Held(NamedTuple):
    """A cue, with the tokens of who is responsible and of the outcome, and who says so where the clause says it."""

    cue: Span
    responsible: Span
    actor: Actor | None
    outcome: Span | None
    negated: bool
    by: str | None
    rule: str


def find_attributions(
    docs: pd.DataFrame,
    *,
    zones: pd.DataFrame | None = None,
    sentences: pd.DataFrame | None = None,
    entities: pd.DataFrame | None = None,
    quotes: pd.DataFrame | None = None,
    cues: pd.DataFrame | str | Path | None = None,
) -> pd.DataFrame:
    """Find who is held responsible for what, by explicit cues in sentences that name an actor.

    An attribution has a row for its cue, one for the responsible phrase and one for the outcome where it is told, tied
    by `attribution_id`. `cue_class` (also the `label`) is blame, accusation, provocation, cause, consequence or
    admission. For cause, consequence and provocation the responsible phrase must name an actor: "due to rain" is none.
    That a text says so is all a row tells.

    Args:
        docs: a table with `doc_id` and `text` (English).
        zones: the result of `find_zones`, where it was made already.
        sentences: the result of `find_sentences`, where it was made already.
        entities: the result of `find_entities`, where it was made already.
        quotes: the result of `find_quotes`, where it was made already.
        cues: a table or CSV file that replaces the package's `data/responsibility_cues.csv` (its head says what the
            columns mean).

    Returns:
        Columns of a span table, and `attribution_id, role, name, entity_id, cue_class, negated, attributed_to`. `name`
        and `entity_id` stand on every row of an attribution.

    Raises:
        ValueError: where docs or the table of cues lacks a column, or docs holds an id twice.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kyiv blamed Moscow for the attack."]})
        >>> find_attributions(docs)[["role", "surface", "attributed_to"]].values.tolist()
        [['cue', 'blamed', 'Kyiv'], ['responsible', 'Moscow', 'Kyiv'], ['outcome', 'the attack', 'Kyiv']]

    """
    passages, zones = read_passages(docs, zones, sentences, entities, quotes)
    table = read_lexicon(cues, "responsibility_cues.csv", _NEEDED, {})
    forms: list[tuple[str, Cue]] = [
        (form, (row[1], row[2], row[3], row[4], row[5]))
        for row in zip(*(table[name].tolist() for name in _NEEDED), strict=True)
        for form in row[0].split("|")
    ]
    find = finder(tuple(form for form, _ in forms))
    rows: list[dict[str, Any]] = []
    for passage in passages:
        for held, kind in _read(passage, find, [cue for _, cue in forms]):
            actor = held.actor
            own: dict[str, Any] = {"name": actor and actor.name, "entity_id": actor and actor.entity_id}
            own |= {
                "negated": held.negated,
                "label": kind,
                "cue_class": kind,
                "rule": held.rule,
                "score": _SCORES.get(kind, 0.7),
            }
            shared = passage.row("attribution", held.cue, attributed_to=held.by, **own)
            parts = (("cue", held.cue), ("responsible", held.responsible), ("outcome", held.outcome))
            rows += ({**shared, "role": role, "start": p[0], "end": p[1]} for role, p in parts if p and p[0] < p[1])
    return span_table(rows, "attributions", docs, zones)


def count_attributions(
    attributions: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    by: str = "publisher",
    keys: tuple[str, ...] = ("name", "attributed_to"),
    n_words: pd.Series | None = None,
) -> pd.DataFrame:
    """Count who is held responsible, and by whom, by group of articles; what the text denies is left out.

    Args:
        attributions: the result of `find_attributions`.
        docs: the articles.
        by: column of docs that makes the groups; `doc_id` gives a row an article.
        keys: columns whose values are counted; a null counts as "none", in `attributed_to` as "the source".
        n_words: words an article, from `count_words`.

    Returns:
        `keys` and the columns of `count_spans`; `estimate` in attributions per 1,000 words.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kyiv blamed Moscow for the attack."]})
        >>> count_attributions(find_attributions(docs), docs, by="doc_id")[["name", "attributed_to"]].values.tolist()
        [['Moscow', 'Kyiv']]

    """
    counted = attributions[(attributions["role"] == "responsible") & ~attributions["negated"].astype("bool")]
    return count_named(counted, docs, keys, by, n_words)


def _read(passage: Passage, find: Finder, cues: list[Cue]) -> Iterator[tuple[Held, str]]:
    folded, reached = fold(passage.text[passage.start : passage.end]), -1
    found = list(find(folded, 0, len(folded)))
    sentence, actors = passage.read() if found else (None, [])
    for start, end, number in found:
        if sentence and start >= reached:
            held = _held(sentence, actors, (start + passage.start, end + passage.start), cues[number])
            if held and (held.actor or cues[number][1] not in _NAMED_ONLY):
                reached = end
                yield held, cues[number][1]


def _held(sentence: Sentence, actors: Located, span: Span, cue: Cue) -> Held | None:
    """What a cue ties together; nothing where it is not used as a cue."""
    kind, cue_class, responsible, outcome, needs = cue
    (first, last), clause = sentence.part(span), sentence.owners[sentence.part(span)[0]]
    verb = clause.verb
    finite = verb is not None and verb.last - 1 == first
    bare = kind == "verb" and not finite and (word_at(sentence, first - 1) == "to" or sentence.has("GOING", first))
    # "…, which led to" and "…, causing" may go on from all that was said before, not from the name beside them.
    loose = clause.kind in ("relative", "participle") and cue_class in _NAMED_ONLY
    if (kind == "verb" and not (finite or bare)) or (clause.kind == "participle" and cue_class == "cause"):
        return None
    agent, patient, passive = roles_of(sentence, clause) if verb and not bare else (None, None, False)
    open_ended = kind == "verb" and responsible == "object" and clause.kind == "main" and not (passive or patient)
    if open_ended and word_at(sentence, last) == outcome:
        agent, patient, passive = None, agent, True  # a headline leaves out the form of "be"
    if bare:
        patient = _extent(sentence, last, short=True)
    if kind == "phrase":
        agent, patient = (patient, None) if passive else (agent, None)
        agent = agent if agent and agent[1] <= first else _before_noun_verb(sentence, first)
        agent = _owner(sentence, first, actors) or agent
    owner = _owner(sentence, first, actors)
    places = {"subject": agent, "object": patient, "after": _extent(sentence, last), "owner": owner}
    places["clause"] = _around(sentence, owner[0] if owner and responsible == "owner" else first, last)
    who, what = places.get(responsible), places[outcome] if outcome in places else _behind(sentence, last, outcome)
    if kind == "verb" and outcome == "for" and what is None and (on := _behind(sentence, last, "on")):
        who, what = on, patient
    blamers = parties(sentence, agent, actors) if kind == "verb" and responsible == "object" else []
    holds = needs == "event" and verb and first > verb.last
    if holds and lemma_of(word_at(sentence, verb.last - 1)) in words_of("holding"):
        # "holds X responsible for": the verb's object is meant, its subject says so.
        named = any(verb.last <= entry[0] < first for entry in actors)
        blamers = [] if passive else parties(sentence, agent, actors)
        who = who if passive else (verb.last, first) if named else None
    if who is None or (loose and sentence.has("PREP", who[0] - 1)):
        return None
    fits = {
        "duty": holds_word(sentence, first - _LONGEST, first, "duties"),
        "copula": holds_word(sentence, first - 4, first, "copulas"),
        "event": what is not None and _is_event(sentence, what),
    }
    if not fits.get(needs, True):
        return None
    actor, who = _answering(sentence, who, actors)
    cut, negated = sentence.tokens.span, holds_word(sentence, first - 5, first, "negations", "denials")
    told = cut(*_bare(sentence, what)) if what else None
    return Held(span, cut(*who), actor, told, negated, name_of(blamers), f"{kind} {outcome}".strip())


def _bare(sentence: Sentence, part: Span) -> Span:
    """A phrase without a quotation mark, "and" or a form of "be" at its ends, or a preposition at the last."""
    first, last = part
    while last - first > 1 and is_any(sentence, first, "QUOTE", "CONJ"):
        first += 1
    ends = ("QUOTE", "CONJ", "PREP", "SKIPPED", "DOT", "WAS", "IS")
    while last - first > 1 and is_any(sentence, last - 1, *ends):
        last -= 1
    return first, last


def _answering(sentence: Sentence, part: Span, actors: Located) -> tuple[Actor | None, Span]:
    """The actor whose doing a phrase tells of, and the phrase up to where it is named."""
    first, last = part
    stop, end = core_of(sentence, part)
    inside = [entry for entry in actors if first <= entry[0] and entry[1] <= stop]
    head = word_at(sentence, end - 1)
    if inside:
        begins, ends, owner = next((entry for entry in inside if sentence.has("APOS", entry[1])), inside[-1])
        whole = ends >= end or sentence.has("APOS", ends) or is_one(head, "bodies")
        spoken = owner.label in ("NORP", "ORG") or sentence.tokens.pieces[begins].strip().replace(".", "").isupper()
        return (owner if whole or (spoken and not is_one(head, "matters")) else None), (first, end)
    while stop < last and word_at(sentence, stop) in ("of", "by"):
        # In "the invasion of X" the name is no doer, in "the actions of X" it is.
        kind, _ = NOUNS.get(head) or NOUNS.get(head.removesuffix("s"), ("own", ""))
        own = kind == "own" and not is_one(head, "matters")
        if word_at(sentence, stop) == "by" or own:
            actor, (_, end) = _answering(sentence, (stop + 1, last), actors)
            return actor, (first, end)
        stop = next((at for at in range(stop + 1, last) if sentence.has("PREP", at)), last)
    return None, (first, end)


def _extent(sentence: Sentence, first: int, *, short: bool = False) -> Span | None:
    """The phrase that begins at a token, with what depends on it: up to a mark, another clause, or its verb."""
    last, stop = first, min(len(sentence.codes), first + _LONGEST)
    while last < stop:
        verb = sentence.owners[last].verb
        opens = is_any(sentence, last, "RELATIVE", "SUBORDINATE", *(("PREP",) if short else ()))
        finite = verb is not None and last == verb.first and not sentence.has("GOING", last)
        opens = opens or (finite and not (sentence.has("ED", last) and sentence.has("NOMINAL", last + 1)))
        if sentence.has("MARK", last) or word_at(sentence, last) == "." or (opens and last > first):
            break
        last += 1
    return (first, last) if last > first else None


def _owner(sentence: Sentence, first: int, actors: Located) -> Span | None:
    """The possessor right before a noun ("Kiev's fault")."""
    return next(((low, end) for low, end, _ in actors if end < first <= end + 3 and sentence.has("APOS", end)), None)


def _before_noun_verb(sentence: Sentence, first: int) -> Span | None:
    """The subject of a verb such as "bear", not told by its form, before a cue ("bears full responsibility")."""
    at = next((at for at in range(first - 1, max(first - 5, 0), -1) if lemma_of(word_at(sentence, at)) in _BEARS), -1)
    while is_any(sentence, at - 1, "SKIP", "POSSIBLE"):
        at -= 1
    low = max(at - _LONGEST, 0)
    found = sentence.phrases["subject"].search(sentence.codes[low:at]) if at > 0 else None
    return (low + found.start("part"), low + found.end("part")) if found else None


def _behind(sentence: Sentence, first: int, preposition: str) -> Span | None:
    """The phrase that a preposition leads to, in the rest of the clause."""
    for at in range(first, min(len(sentence.codes), first + 15)):
        if word_at(sentence, at) == preposition:
            return _extent(sentence, at + 1)
        if is_any(sentence, at, "STOP", "RELATIVE"):
            break
    return None


def _around(sentence: Sentence, first: int, last: int) -> Span | None:
    """The clause before a cue; where the cue opens the sentence, what stands behind the next comma."""
    floor = max(first - 2 * _LONGEST, 0)
    ends = [at for at in range(floor, first) if is_any(sentence, at, "MARK", "RELATIVE", "QUOTE", "DOT")]
    low = ends[-1] + 1 if ends else floor
    marks = [at for at in range(last, min(last + 2 * _LONGEST, len(sentence.codes))) if sentence.has("MARK", at)]
    if first - low > 1 or not marks or low > 1:
        return (low, first) if first - low > 1 else None
    return marks[0] + 1, next((at for at in marks if at > marks[0] + 2), min(last + 2 * _LONGEST, len(sentence.codes)))


def _is_event(sentence: Sentence, part: Span) -> bool:
    """Whether a phrase tells of something done or of harm."""
    words = [word_at(sentence, at) for at in range(*part)]
    acts = any(word in NOUNS or word.removesuffix("s") in NOUNS or is_one(word, "harms") for word in words)
    return acts or sentence.has("GOING", part[0]) or any(sentence.has("EVENT", at) for at in range(*part))

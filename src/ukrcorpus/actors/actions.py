"""Who acts on whom: predicates with an actor as their agent or patient."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import pandas as pd
import simplemma

from ukrcorpus.actors.clauses import (
    NOUNS,
    RULES,
    Actor,
    Located,
    Party,
    Passage,
    clauses_of,
    core_of,
    count_named,
    parties,
    read_passages,
    roles_of,
    word_at,
    words_of,
)
from ukrcorpus.events.verbs import Clause, Sentence, Span
from ukrcorpus.spans import span_table

_NOUN_OF = {form: noun for noun in NOUNS for one in (noun, noun.capitalize()) for form in (one, f"{one}s")}
_NOUN_OF |= {f"{form}{end}": noun for form, noun in _NOUN_OF.items() for end in " \n"}
_SCORES = {"main": 0.9, "who": 0.85, "that": 0.85, "subordinate": 0.85, "relative": 0.8, "shared": 0.8}
_INHERITING = ("shared", "participle", "described", "relative", "who", "that")
_HYPHENED = re.compile(r"-([a-z]+ed|led|built|held|run|made|bought|sent)\b")
_UNSAID = ("it", "that", "this", "which", "there", "what", "these", "those")
_GIFTS = ("support", "aid", "assistance", "backing", "threat")
_TAKES = {"of": NOUNS, "by": NOUNS, "on": NOUNS, "against": NOUNS, "upon": NOUNS, "into": NOUNS, "for": _GIFTS} | {
    "to": _GIFTS,
    "in": ("intervention", "interference", "meddling"),
}
"""Prepositions that lead to a party of a noun of acting, and the nouns that take them."""


class Action(NamedTuple):
    """A predicate where it stands, with its parties."""

    span: Span
    lemma: str
    voice: str
    rule: str
    score: float
    agents: list[Party]
    patients: list[Party]


def find_actions(
    docs: pd.DataFrame,
    *,
    zones: pd.DataFrame | None = None,
    sentences: pd.DataFrame | None = None,
    entities: pd.DataFrame | None = None,
    quotes: pd.DataFrame | None = None,
    parser: Any = None,
) -> pd.DataFrame:
    """Find who acts on whom: verbs and nouns of acting with a named actor as agent or patient.

    An action has a row for its predicate and one for each agent and patient, tied by `action_id`. An actor is a PERSON,
    ORG, GPE or NORP; a phrase stands for it where the name is its head or goes before a noun of the package's
    `data/actor_rules.toml` ("Ukrainian forces"). `voice`: active ("Russia shelled …"), passive ("shelled by Russia",
    "NATO-backed"), agentless ("was shelled"), nominal ("Russia's invasion of …"). Verbs of being, having and thinking
    are no actions; verbs of speech are one where their object is a named actor. Clauses are told by words, endings and
    their order, not by a parse; the score ranks the rules.

    Args:
        docs: a table with `doc_id` and `text` (English).
        zones: the result of `find_zones`, where it was made already.
        sentences: the result of `find_sentences`, where it was made already.
        entities: the result of `find_entities`, where it was made already.
        quotes: the result of `find_quotes`, where it was made already.
        parser: a spaCy pipeline, or the name of an installed one: its dependencies take the place of the rules.

    Returns:
        Columns of a span table, and `action_id, role, voice, predicate, name, entity_id, attributed_to`. `predicate`
        is the lemma of the verb, also for a noun ("invasion": invade).

    Raises:
        ValueError: where docs lacks a column or holds an id twice, or no spaCy pipeline has the name.
        ImportError: where a parser is named and spaCy is not installed.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Russia attacked Ukraine."]})
        >>> find_actions(docs)[["role", "surface", "predicate"]].values.tolist()
        [['agent', 'Russia', 'attack'], ['predicate', 'attacked', 'attack'], ['patient', 'Ukraine', 'attack']]

    """
    passages, zones = read_passages(docs, zones, sentences, entities, quotes)
    read: Callable[[Passage], Iterator[Action]] = _read
    if parser is not None:
        from ukrcorpus.actors.parsed import reader

        read = reader(parser)
    rows: list[dict[str, Any]] = []
    for passage in passages:
        for action in read(passage):
            sides = (("agent", action.agents), ("patient", action.patients))
            told = [(role, party) for role, side in sides for party in side if _is_told(passage.text, party)]
            if not any(party.actor for _, party in told):
                continue
            own = {"voice": action.voice, "predicate": action.lemma, "rule": action.rule, "score": action.score}
            shared = passage.row("action", action.span, label="action", **own)
            for role, (start, end, actor) in [("predicate", Party(*action.span, None)), *told]:
                named = {"name": actor.name, "entity_id": actor.entity_id} if actor else {}
                rows.append({**shared, "start": start, "end": end, "role": role, **named})
    return span_table(rows, "actions", docs, zones)


def count_actions(
    actions: pd.DataFrame, docs: pd.DataFrame, *, by: str = "publisher", n_words: pd.Series | None = None
) -> pd.DataFrame:
    """Count how often each actor is agent and how often patient, by group of articles.

    Args:
        actions: the result of `find_actions`.
        docs: the articles.
        by: column of docs that makes the groups; `doc_id` gives a row an article.
        n_words: words an article, from `count_words`.

    Returns:
        `name`, `role` (agent, patient), the columns of `count_spans` (`estimate` in roles per 1,000 words), and
        `share`: this role's share of the actor's roles in the group, 0 to 1, null where it has none.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Russia attacked Ukraine. Ukraine attacked Russia."]})
        >>> count_actions(find_actions(docs), docs, by="doc_id")[["name", "role", "share"]].values.tolist()[0]
        ['Russia', 'agent', 0.5]

    """
    named = actions[actions["role"].isin(["agent", "patient"]) & actions["name"].notna()]
    table = count_named(named, docs, ("name", "role"), by, n_words)
    total = table.groupby(["name", by])["n_spans"].transform("sum").astype("float64")
    return table.assign(share=table["n_spans"] / total.where(total > 0))


@lru_cache(maxsize=1 << 14)
def lemma_of(word: str) -> str:
    """The verb that a form belongs to."""
    return str(RULES["lemmas"].get(word) or (simplemma.lemmatize(word, lang="en") if word else "")).lower()


def _is_told(text: str, party: Party) -> bool:
    """Whether a phrase says who it is: a name, or words that are more than "it"."""
    return party.actor is not None or text[party.start : party.end].lower() not in _UNSAID


def _read(passage: Passage) -> Iterator[Action]:
    sentence, actors = passage.read()
    clauses = clauses_of(sentence)
    naming = {id(sentence.owners[first]) for first, _, _ in actors}
    for clause in clauses:
        if id(clause) in naming or (clause.kind in _INHERITING and id(clause.parent) in naming):
            yield from _of_clause(sentence, clause, actors)
    verbs = {at for clause in clauses for at in range(clause.verb.first, clause.verb.last)}
    for at, piece in enumerate(sentence.tokens.pieces) if actors else ():
        if (noun := _NOUN_OF.get(piece)) and at not in verbs and not _is_modifier(sentence, at):
            yield from _of_noun(sentence, at, noun, actors)
    for actor in passage.actors:
        if joined := _HYPHENED.match(passage.text, actor.end, passage.end):
            yield from _of_compound(sentence, joined, actor, actors)


def _is_modifier(sentence: Sentence, at: int) -> bool:
    """Whether a noun stands before another one ("invasion force")."""
    return sentence.has("NOMINAL", at + 1) and word_at(sentence, at + 1).isalpha()


def _of_clause(sentence: Sentence, clause: Clause, actors: Located) -> Iterator[Action]:
    """What the verb of a clause tells, and an infinitive that it governs ("tried to retake")."""
    verb, lemma = clause.verb, lemma_of(word_at(sentence, clause.verb.last - 1))
    governs = lemma in words_of("control") and sentence.has("INFINITIVE", verb.last + 1)
    adjective = verb.gives["name"] in ("bare", "going") and any(
        end == verb.first and actor.label == "NORP" and word_at(sentence, end - 1)[-1] != "s"
        for _, end, actor in actors
    )
    copula, ready = verb.gives.get("kind") == "copula", verb.last + 1 + sentence.has("ADVERB", verb.last)
    willing = copula and word_at(sentence, ready - 1) in words_of("willing") and word_at(sentence, ready) == "to"
    if willing and sentence.has("INFINITIVE", ready + 1):
        subject = parties(sentence, roles_of(sentence, clause)[0], actors)
        yield from _of_infinitive(sentence, ready + 1, subject, actors)
    if copula or adjective or (lemma in words_of("states") and not governs):
        return
    agent, patient, passive = roles_of(sentence, clause)
    agents, patients = parties(sentence, agent, actors), parties(sentence, patient, actors, "held")
    patients = [] if lemma == "use" and not passive else patients
    named, apart = any(party.actor for party in patients), sentence.has("MARK", verb.first - 1)
    spoken = lemma in words_of("speech") and not (named and (passive or (agents and not apart)))
    object_follows = sentence.has("DET", verb.last) or sentence.has("NAME", verb.last)
    doubtful = clause.kind == "described" and (object_follows or (not agents and lemma in words_of("intransitive")))
    used = (governs and lemma == "use") or (lemma == "take" and word_at(sentence, verb.last) == "place")
    if not (spoken or doubtful or used or lemma in words_of("states")):
        voice = "active" if not passive else "passive" if agents else "agentless"
        span = sentence.tokens.span(verb.last - 1, verb.last)
        yield Action(span, lemma, voice, clause.kind, _SCORES.get(clause.kind, 0.7), agents, patients)
    led = (verb.last, patients if passive else agents) if governs else (patient[1], patients) if patient else (0, [])
    if led[0] and led[1] and word_at(sentence, led[0]) == "to" and sentence.has("INFINITIVE", led[0] + 1):
        yield from _of_infinitive(sentence, led[0] + 1, led[1], actors)


def _of_infinitive(sentence: Sentence, at: int, agents: list[Party], actors: Located) -> Iterator[Action]:
    """An infinitive whose subject is that of its verb ("tried to retake") or its object ("forced them to retreat")."""
    lemma = lemma_of(word_at(sentence, at))
    if lemma not in words_of("states") | words_of("speech"):
        found = sentence.phrases["object"].match(sentence.codes[at + 1 :])
        part = (at + 1 + found.start("part"), at + 1 + found.end("part")) if found else None
        objects, span = parties(sentence, part, actors, "held"), sentence.tokens.span(at, at + 1)
        yield Action(span, lemma, "active", "infinitive", 0.7, agents, objects)


def _of_noun(sentence: Sentence, at: int, noun: str, actors: Located) -> Iterator[Action]:
    """A noun of acting: its parties go before it ("Russia's …") or follow "of", "by", "on"."""
    (kind, verb), after = NOUNS[noun], at + 1
    agents: list[Party] = []
    patients: list[Party] = []
    while noun in _TAKES.get(word_at(sentence, after), ()):
        found = sentence.phrases["things"].match(sentence.codes, after + 1)
        if not found:
            break
        acts = word_at(sentence, after) == "by" or (word_at(sentence, after) == "of" and kind == "own")
        named = parties(sentence, found.span(), actors, *(() if acts else ("held",)))
        (agents if acts else patients).extend(party for party in named if party.actor)
        after = found.end()
    owner, possessive = _owner(sentence, at, actors)
    if owner and (possessive or noun not in (*_GIFTS, "war") or after > at + 1):
        suffers = kind == "patients" and word_at(sentence, at + 1) != "of"
        if possessive or not suffers:
            (patients if suffers else agents).append(Party(*owner[:2], owner))
    clause = sentence.owners[at]
    if not (agents or owner) and clause.verb and lemma_of(word_at(sentence, clause.verb.last - 1)) in words_of("light"):
        agent, patient, _ = roles_of(sentence, clause)
        if patient and patient[0] <= at == core_of(sentence, patient)[1] - 1:
            agents = [party for party in parties(sentence, agent, actors) if party.actor]
    score = 0.8 if agents and patients else 0.7
    yield Action(sentence.tokens.span(at, at + 1), verb, "nominal", "noun", score, agents, patients)


def _owner(sentence: Sentence, at: int, actors: Located) -> tuple[Actor | None, bool]:
    """Whose noun it is: a possessor, or a name before it that is no place; at most three words lie between."""
    for first, last, actor in reversed(actors):
        if last > at:
            continue
        possessive = sentence.has("APOS", last) and last < at
        low = last + possessive + (possessive and word_at(sentence, last + 1) == "s")
        words = (
            sentence.has("NOMINAL", t) or sentence.has("ED", t) or sentence.has("ADVERB", t) for t in range(low, at)
        )
        acronym = sentence.tokens.pieces[first].strip().replace(".", "").isupper()
        if at - low > 3 or not all(words) or not (possessive or acronym or actor.label in ("NORP", "ORG")):
            return None, False
        return actor, possessive
    return None, False


def _of_compound(sentence: Sentence, joined: re.Match[str], actor: Actor, actors: Located) -> Iterator[Action]:
    """A participle joined to a name: "NATO-backed forces"."""
    first = last = sentence.part((actor.start, joined.end()))[1]
    while sentence.has("NOMINAL", last):
        last += 1
    lemma, held = lemma_of(joined[1]), (first, last) if first < last else None
    if lemma not in words_of("states"):
        patients = parties(sentence, held, actors, "held")
        yield Action(joined.span(1), lemma, "passive", "compound", 0.8, [Party(*actor[:2], actor)], patients)

"""Who acts on whom by the dependencies of a spaCy pipeline, which sees what the rules on words cannot."""

from collections.abc import Callable, Iterator
from typing import Any

from ukrcorpus.actors.actions import Action
from ukrcorpus.actors.clauses import NOUNS, Party, Passage, is_one, words_of
from ukrcorpus.entities.spacy import load_pipeline

_PASSIVE = ("nsubjpass", "nsubj:pass")
_AGENT, _PATIENT = ("nsubj", "csubj"), ("dobj", "obj", *_PASSIVE)


def reader(parser: Any) -> Callable[[Passage], Iterator[Action]]:
    """A function that reads the actions of a sentence with a pipeline, or the pipeline of that name."""
    pipeline = load_pipeline(parser) if isinstance(parser, str) else parser

    def read(passage: Passage) -> Iterator[Action]:
        for token in pipeline(passage.text[passage.start : passage.end]):
            noun = NOUNS.get(token.lemma_.lower()) if token.pos_ == "NOUN" else None
            if not noun and (token.pos_ != "VERB" or token.lemma_.lower() in words_of("states")):
                continue
            below = {dep: [child for child in token.children if child.dep_ == dep] for dep in _deps(token)}
            by = [p for a in below.get("agent", []) for p in a.children if p.dep_ == "pobj"]
            by += below.get("obl:agent", [])
            agents, patients = ([t for dep in deps for t in below.get(dep, [])] for deps in (_AGENT, _PATIENT))
            voice = ("passive" if by else "agentless") if {*_PASSIVE} & {*below} else "active"
            if noun:
                kind, voice = noun[0], "nominal"
                preps = below.get("prep", []) + below.get("agent", [])
                led = {p.lower_: [t for t in p.children if t.dep_ == "pobj"] for p in preps}
                patients = [] if kind == "own" else led.get("of", []) + led.get("on", []) + led.get("against", [])
                agents, by = led.get("of", []) if kind == "own" else [], led.get("by", [])
                (patients if kind == "patients" and "of" not in led else agents).extend(below.get("poss", []))
            sides = ([_party(passage, t) for head in side for t in _joined(head)] for side in (agents + by, patients))
            at = passage.start + token.idx
            lemma = noun[1] if noun else token.lemma_.lower()
            yield Action((at, at + len(token.text)), lemma, voice, "parser", 0.9, *sides)

    return read


def _deps(token: Any) -> list[str]:
    return list(dict.fromkeys(child.dep_ for child in token.children))


def _joined(token: Any) -> list[Any]:
    """A noun and those that "and" joins to it."""
    return [token, *(t for child in token.children if child.dep_ == "conj" for t in _joined(child))]


def _party(passage: Passage, head: Any) -> Party:
    """The actor whose name holds a noun or (before "forces" and the like) modifies it, else the noun alone."""
    bodies = is_one(head.lower_, "bodies") or is_one(head.lower_, "held")
    near = [head, *(c for c in head.children if bodies and c.dep_ in ("amod", "compound", "poss", "nmod"))]
    for at in (passage.start + token.idx for token in near):
        for actor in passage.actors:
            if actor.start <= at < actor.end:
                return Party(actor.start, actor.end, actor)
    return Party(passage.start + head.idx, passage.start + head.idx + len(head.text), None)

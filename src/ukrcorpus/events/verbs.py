"""Clauses of a sentence: the verb of each, who acts, what is acted upon; told by words, endings and their order."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, Optional

from ukrcorpus.times.grammar import Grammar, Tokens, grammar_of, load_rules

Row = tuple[Any, ...]
Span = tuple[int, int]
_NAME = re.compile(r"(?<!\?P)<(\w+)>")
_LONGEST = 12  # words of an agent or a patient
_HELD = ("relative", "who", "that", "participle", "described")
"""Clauses that end, comma or not, at a verb that a clause around them waits for."""


@dataclass(eq=False)
class Clause:
    """A clause: what opened it, its first token, the clause that holds it, and its verb (a `Match`) once read."""

    kind: str
    first: int
    parent: Optional["Clause"] = None
    verb: Any = None


Dated = tuple[str, int, Clause | None]
"""What a time dates: the rule that says so, the token of the predicate (-1: none), the clause where that is a verb."""


class Sentence(NamedTuple):
    """A sentence: its tokens (see `Tokens`), with places in the text, their codes, and the clause that owns each."""

    tokens: Tokens
    codes: str
    owners: list[Clause]
    grammar: Grammar
    phrases: Mapping[str, re.Pattern[str]]

    def part(self, row: Row) -> Span:
        """Tokens, first to last, of the characters with which a row begins."""
        return bisect_right(self.tokens.starts, row[0]) - 1, bisect_left(self.tokens.starts, row[1])

    def has(self, name: str, at: int) -> bool:
        """Whether a token is of a class."""
        return 0 <= at < len(self.codes) and self.codes[at] in self.grammar.charset.get(name, "")

    def own(self, clause: Clause, first: int, verb: Any = None) -> Clause:
        """Give a clause its verb, and all tokens from the first on; later clauses take theirs away again."""
        clause.verb = verb or clause.verb
        self.owners[first:] = [clause] * (len(self.owners) - first)
        return clause


def read_sentence(text: str, span: Row, times: Iterable[Row], names: Iterable[Row], language: str) -> Sentence:
    """Cut a sentence into clauses; times and names are wholes: nothing inside them is a verb or a mark."""
    grammar = grammar_of(language, "events")
    charset, tokens = grammar.charset, grammar.tokenise(text[span[0] : span[1]])
    codes = list(tokens.codes)
    opening = next((at for at, code in enumerate(codes) if code not in charset["QUOTE"]), 0)
    if codes[opening] in charset["NAME"]:
        codes[opening] = grammar.code_of(tokens.pieces[opening].lower())
    tokens = tokens._replace(starts=[span[0] + at for at in tokens.starts])
    sentence = Sentence(tokens, "", [Clause("main", 0)] * len(codes), grammar, _phrases(language))
    for rows, kept, code in ((times, "", charset["TIME"]), (names, charset["EVENT"], charset["NAME"])):
        for first, last in map(sentence.part, rows):
            codes[first:last] = [old if old in kept else code for old in codes[first:last]]
    matches = list(grammar.matches(tokens._replace(codes="".join(codes))))
    for match in matches:
        for at in range(match.first, match.last) if match.gives["means"] == "nothing" else ():
            codes[at] = charset[match.gives["masks"]] if codes[at] in charset["VERBAL"] else codes[at]
    sentence = sentence._replace(codes="".join(codes))
    top = sentence.owners[0]
    for match in matches:
        if match.gives["means"] == "clause":
            top = sentence.own(Clause(match.gives["kind"], match.first, top), match.first)
        elif match.gives["means"] == "verb":
            top = _attach(sentence, top, match)
    return sentence


@cache
def _phrases(language: str) -> dict[str, re.Pattern[str]]:
    """The phrases of a data file, compiled to patterns over codes."""
    charset, phrases = grammar_of(language, "events").charset, load_rules(language, "events")["phrases"]

    def spelled(name: re.Match[str]) -> str:
        return _NAME.sub(spelled, phrases[name[1]]) if name[1] in phrases else f"[{re.escape(charset[name[1]])}]"

    return {name: re.compile(_NAME.sub(spelled, phrase)) for name, phrase in phrases.items()}


def _attach(sentence: Sentence, top: Clause, verb: Any) -> Clause:
    """The clause that a verb belongs to: the one being read, one that waits for its verb, or a new one."""
    previous, pending, has = top.verb, top.parent, sentence.has
    while pending and pending.verb:
        pending = pending.parent
    codes, charset = sentence.codes, sentence.grammar.charset
    before = len(codes[: verb.first].rstrip(charset["SKIP"])) - 1
    joined, apart = has("CONJ", before), has("MARK", before)
    places = range(previous.last if previous else top.first, verb.first)
    marks, joins = ([at for at in places if codes[at] in charset[name]] for name in ("MARK", "CONJ"))
    # "the general arrested in May" describes the general, where another verb went before and no object follows.
    described = previous and not pending and (apart or not (joins or marks)) and not has("SPEECH", verb.last - 1)
    adverbial = has("TIME", verb.last) or (has("PREP", verb.last) and not has("INFINITIVE", verb.last + 1))
    if verb.gives.get("kind") == "participle" or (verb.gives["name"] == "bare" and described and adverbial):
        waits = previous is None and top.kind == "subordinate"
        kind = "described" if verb.gives["name"] == "bare" or "voice" in verb.gives else "participle"
        return sentence.own(top if waits else Clause(kind, verb.first, top), verb.first, verb)
    if previous is None:
        if top.kind == "subordinate" and top.parent and (joined or (marks and pending)):
            return _attach(sentence, sentence.own(top.parent, top.first), verb)
        return sentence.own(top, verb.first, verb)
    told = has("SPEECH", previous.last - 1)
    enclosed = apart and has("MARK", previous.first - 1)
    loose = previous.gives["name"] == "bare" and not told and not (pending and top.kind in _HELD)
    if loose and (enclosed or not (marks or joins)):
        sentence.own(Clause("described", previous.first, top), previous.first, previous)
        return sentence.own(top, verb.first, verb)
    if pending and not joined and (marks or (top.kind in _HELD and not has("PRON", before))):
        named = any(o is pending and has("NOMINAL", at) for at, o in enumerate(sentence.owners))
        return sentence.own(pending, marks[-1 if named or not apart else 0] if marks else verb.first, verb)
    if not marks and not joins:
        match = sentence.phrases["when" if told else "last"].search(sentence.codes, previous.last, verb.first)
        first = match.span()[told] if match else verb.first
        return sentence.own(Clause("contact", first, top), first, verb)
    commas = [at for at in joins if has("MARK", at - 1)]
    first = joins[-1] if joined else (commas or (marks[:1] if apart else marks[-1:]) or joins)[-1]
    outer = top.parent if joined and top.parent and top.kind in _HELD and first in commas else top
    return sentence.own(Clause("shared" if joined else "coordinate", first, outer), first, verb)


def arguments_of(sentence: Sentence, dated: Dated) -> tuple[dict[str, Span], list[Span]]:
    """Tokens of predicate, agent and patient, where they are found, and of all that the event's head is told with."""
    _, head, clause = dated
    if clause is None:
        around = (match.span() for match in sentence.phrases["around"].finditer(sentence.codes))
        whole = next((part for part in around if part[0] <= head < part[1]), (head, head + 1))
        return ({}, []) if head < 0 else ({"predicate": (head, head + 1)}, [whole])
    verb, subject, passive = (
        clause.verb,
        _subject(sentence, clause),
        "voice" in clause.verb.gives or clause.kind == "described",
    )
    after = _own_codes(sentence, clause, verb.last, len(sentence.codes))
    thing, rest, by = (_found(sentence, name, after, verb.last) for name in ("object", "content", "by"))
    acted = subject if passive else None if verb.gives.get("kind") == "copula" else thing
    roles = {"predicate": (head, head + 1), "agent": by if passive else subject, "patient": acted}
    if "by" not in sentence.phrases:
        roles = {"predicate": (head, head + 1)}
    group = (verb.first, verb.last + (thing is not None and sentence.has("PARTICLE", verb.last)))
    told = [subject, group, thing or rest]
    when = sentence.phrases["when"].match(sentence.codes, verb.last)
    at = when.end() if when else verb.last
    inner = sentence.owners[at] if at < len(sentence.owners) else clause
    if inner.parent is clause and inner.kind in ("that", "contact") and inner.verb:
        told += [(at, at + 1)] * (inner.kind == "that") + arguments_of(sentence, ("", at, inner))[1]
    return {role: part for role, part in roles.items() if part}, sorted(part for part in told if part)


def parties_of(sentence: Sentence, clause: Clause) -> tuple[Span | None, Span | None, bool]:
    """Tokens of agent and patient of a clause's verb, and whether it is passive; a copula has no patient."""
    verb, passive = clause.verb, "voice" in clause.verb.gives or clause.kind == "described"
    subject = _subject(sentence, clause)
    if not passive and verb.gives.get("kind") == "copula":
        return subject, None, False
    after = _own_codes(sentence, clause, verb.last, len(sentence.codes))
    other = _found(sentence, "by" if passive else "object", after, verb.last)
    return (other, subject, True) if passive else (subject, other, False)


def _own_codes(sentence: Sentence, clause: Clause, first: int, last: int) -> str:
    """Codes with a comma for every token of another clause."""
    comma = sentence.grammar.charset["COMMA"][0]
    return "".join(sentence.codes[at] if sentence.owners[at] is clause else comma for at in range(first, last))


def _found(sentence: Sentence, name: str, codes: str, offset: int) -> Span | None:
    """The part that a phrase finds, without marks at its ends, cut before a preposition where it is too long."""
    match = sentence.phrases[name].search(codes) if name in sentence.phrases else None
    first, last = (at + offset for at in match.span("part")) if match else (0, 0)
    while first < last:
        quotes = [at for at in range(first, last) if sentence.has("QUOTE", at)]
        if len(quotes) % 2:
            first, last = (first + 1, last) if quotes[0] == first else (first, quotes[-1])
        elif sentence.has("LOOSE", last - 1):
            last -= 1
        elif sum(piece[0].isalnum() for piece in sentence.tokens.pieces[first:last]) > _LONGEST:
            last = max((at for at in range(first + 1, last) if sentence.has("PREP", at)), default=first)
        else:
            return first, last
    return None


def _subject(sentence: Sentence, clause: Clause) -> Span | None:
    """What stands before a verb in its clause, or what the clause describes or goes on from."""
    verb, parent, first = clause.verb, clause.parent, clause.first
    own = first + (clause.kind not in ("main", "contact") and first < verb.first)
    codes = _own_codes(sentence, clause, own, verb.first)
    found = _found(sentence, "subject", codes, own) or _found(sentence, "subject_apart", codes, own)
    if found or parent is None:
        return found
    goes_on = clause.kind == "participle" and (not first or sentence.has("MARK", first - 1))
    if goes_on or clause.kind == "shared":
        return _subject(sentence, parent) if parent.verb else None
    before = sentence.codes[parent.first : first]
    names = (f"{what}_{clause.kind}" for what in ("event", "antecedent"))
    return next((part for name in names if (part := _found(sentence, name, before, parent.first))), None)


def dated_by(sentence: Sentence, time: Span, name: Span | None) -> Dated:
    """What a time dates: the verb of its clause, or a noun.

    A noun where the time stands in its phrase ("the 1917 revolution", "the coup of 1991") or in a name, or beside a
    verb that tells of another time ("the attack in May has led to"). If it is the subject of a past tense, or a
    relative clause follows, then something is told of it, and that verb is the predicate.
    """
    codes, phrases, has, (first, last) = sentence.codes, sentence.phrases, sentence.has, time
    owner = sentence.owners[first]
    while owner.parent and owner.verb is None:
        owner = owner.parent
    verb = owner.verb
    elsewhere = verb is None or "tense" in verb.gives or has("MENTION", verb.last - 1)
    held = phrases["dated_before"].match(codes, first) or phrases["dated_of"].search(codes, 0, first)
    beside = held or (phrases["dated_in"].search(codes, 0, first) if elsewhere else None)
    if not name and not beside:
        return ("clause", verb.last - 1, owner) if verb else ("no_predicate", -1, None)
    nouns = [at for at in range(*name) if has("EVENT", at)] or [name[0]] if name else []
    noun = beside.start("event") if beside and not name else nouns[-1]
    relative = phrases["relative"].match(codes, max(noun + 1, last))
    subject = _subject(sentence, owner) if verb and not relative and last <= verb.first else None
    if relative:
        owner = sentence.owners[relative.end() - 1]
    told = relative or (subject and phrases["plain"].fullmatch(codes, subject[0], noun))
    if told and owner.verb and owner.verb.gives["status"] == "past" and "tense" not in owner.verb.gives:
        return "clause", owner.verb.last - 1, owner
    return ("dated_name" if name or held else "noun"), noun, None

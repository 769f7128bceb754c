"""Mentions of entities in articles."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ukrcorpus.entities.candidates import CUES, NO_NAME, OPENS_SENTENCE, find_candidates, quiet_lines
from ukrcorpus.entities.link import fold_name
from ukrcorpus.entities.table import (
    Entity,
    Matcher,
    even,
    given_names,
    load_entities,
    make_matcher,
    match_names,
    packaged_matcher,
)
from ukrcorpus.spans import each_article, span_table
from ukrcorpus.zones import find_zones

_SURE_OF_PERSON = {"table", "namesake", "title-cue", "given-name", "role-cue", "apposition"}
_NAME = r"[^\W\d_a-z][\w-]+"
_COMMA = r"(?:, and |, | and )"
_DEFINED = re.compile(r" \(([^\W\d_a-z][\w-]{1,7})\)")
_LISTED_BEFORE = re.compile(
    rf"(?:{_COMMA}(?:{_NAME}{_COMMA}){{0,4}}{_NAME})? (region|oblast|province|People's Republic)s\b"
)
_REGIONS_LISTED = re.compile(rf"\b(?:regions?|oblasts?|provinces?)(?: of|,|:) (?:{_NAME}{_COMMA})*$")
_GENERATION = re.compile(r",? (?:[JS]r\b\.?|I{2,3}\b|IV\b)")
_GIVEN_BEFORE = re.compile(r"(?:[^\W\d_a-z](?:[\w'-]+|\.)[ ]?)+(?<=[ ])$")
_NO_GIVEN_NAME = re.compile(r".*(?:ing|ed|ly|'s)$")  # Following Putin, Asked Biden


class Mention(NamedTuple):
    """A mention on its way to becoming a row, with the entities that bear its name."""

    start: int
    end: int
    label: str
    rule: str
    score: float
    entities: tuple[Entity, ...] = ()


def find_entities(
    docs: pd.DataFrame,
    *,
    table: pd.DataFrame | str | Path | None = None,
    extend: bool = True,
    zones: pd.DataFrame | None = None,
) -> pd.DataFrame:
    r"""Find the named mentions of each article, their kind and the entity they name.

    A row is a mention. Rows are disjoint and follow OntoNotes' sense of a name (Weischedel et al. 2013): the longest
    name, without a leading "the", a title or a possessive 's; nationalities, religions and political groups are NORP.
    Names come from a table of entities (rule "table") and, beside it, from rules that read titles, roles, heads of
    names and endings. Within an article a surname follows the full name and an acronym its expansion; a surname that
    two persons of the article share gets no entity, and one behind another's given name is another person's (rule
    "namesake"). Of bodies with one name ("Ministry of Defense") it is that of the state named beside it (rule
    "table-beside"), else of the state that the article names most ("table-article").

    Args:
        docs: a table with `doc_id` and `text`.
        table: own entities, as `load_entities` takes them.
        extend: whether own entities are added to the packaged ones or stand alone.
        zones: the result of `find_zones`, where it was made already.

    Returns:
        Columns of a span table (label: PERSON ORG GPE LOC FAC NORP EVENT WORK PRODUCT LAW) and `name` (canonical),
        `entity_id` (the table's id, else `<LABEL>:<folded full name>`, null where it cannot be told), `wikipedia`.

    Raises:
        ValueError: where docs lacks a column or holds an id twice, or the table of entities is malformed.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["President Zelensky spoke to NATO's General Ivan Dub."]})
        >>> find_entities(docs)[["surface", "label", "name"]].values.tolist()[0]
        ['Zelensky', 'PERSON', 'Volodymyr Zelensky']

    """
    matcher = packaged_matcher() if table is None else make_matcher(load_entities(table, extend=extend))
    zones = find_zones(docs) if zones is None else zones
    rows = [
        {
            "doc_id": doc_id,
            "start": start,
            "end": end,
            "label": entity.label,
            "rule": rule,
            "score": score,
            "name": entity.name,
            "entity_id": entity.entity_id,
            "wikipedia": entity.wikipedia,
        }
        for doc_id, text in each_article(docs)
        for start, end, _, rule, score, (entity,) in find_mentions(text, matcher)
    ]
    return span_table(rows, "entities", docs, zones)


def find_mentions(text: str, matcher: Matcher) -> list[Mention]:
    """The mentions of one article, in reading order, each with one entity."""
    text = even(text)
    known = [Mention(start, end, of[0].label, "table", 1.0, of) for start, end, of in match_names(text, matcher)]
    known = _namesakes(text, known)
    spans = [(mention.start, mention.end, mention.label) for mention in known]
    mentions = _longest([*known, *(Mention(*candidate) for candidate in find_candidates(text, spans))])
    return _consistent(text, _identified(text, mentions, matcher))


def _longest(mentions: Iterable[Mention]) -> list[Mention]:
    """Keep the longest of overlapping mentions, the surer among equals."""
    kept: list[Mention] = []
    taken: set[int] = set()
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, -m.score, m.start, m.label, m.rule)):
        place = range(mention.start, mention.end)
        if taken.isdisjoint(place):
            taken.update(place)
            kept.append(mention)
    return sorted(kept, key=lambda m: m.start)


def _namesakes(text: str, known: list[Mention]) -> list[Mention]:
    """Hunter Biden and Donald Trump Jr. are not the Joe Biden and Donald Trump that the table knows by these names."""
    quiet = quiet_lines(text)
    found = []
    for before, mention in pairwise([Mention(0, 0, "", "", 0.0), *known]):
        if mention.label == "PERSON":
            after = _GENERATION.match(text, mention.end)
            if after:
                mention = mention._replace(end=after.end(), rule="namesake", score=0.8, entities=())
            elif len(mention.entities) == 1:
                in_quiet = any(low <= mention.start < high for low, high in quiet)
                mention = _with_given_name(text, mention, before.end, in_quiet)
        found.append(mention)
    return found


def _with_given_name(text: str, mention: Mention, floor: int, in_quiet: bool) -> Mention:
    """Widen a surname by the given names before it; unless they are the person's own, another person is meant."""
    own = fold_name(mention.entities[0].name).split()
    if fold_name(text[mention.start : mention.end]).split()[0] == own[0]:
        return mention
    before = _GIVEN_BEFORE.search(text, max(floor, mention.start - 40), mention.start)
    words = before[0].split() if before else []
    ...

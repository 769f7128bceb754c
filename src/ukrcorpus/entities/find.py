"""Mentions of entities in articles."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ukrcorpus.entities.candidates import CUES, NO_GIVEN_NAME, OPENS_SENTENCE, find_candidates, quiet_lines
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
_LISTED_BEFORE = re.compile(
    rf"(?:{_COMMA}(?:{_NAME}{_COMMA}){{0,4}}{_NAME})? (region|oblast|province|People's Republic)s\b"
)
_REGIONS_LISTED = re.compile(rf"\b(?:regions?|oblasts?|provinces?)(?: of|,|:) (?:{_NAME}{_COMMA})*$")
_DEFINED = re.compile(r" \(([^\W\d_a-z][\w-]{1,7})\)")
_GENERATION = re.compile(r",? (?:[JS]r\b\.?|I{2,3}\b|IV\b)")
_WORD_BEFORE = re.compile(r"(?<![\w'-])([^\W\d_a-z](?:\w[\w'-]*|\.)) $")
_NO_GIVEN_NAME = re.compile(r".*(?:ing|ed|ly|'s)")  # Following Putin, Asked Trump


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
    return _consistent(text, list(_identified(text, mentions, matcher)))


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
    """Widen a surname by the given names before it; where they are not the person's, another person is meant."""
    own, *_ = fold_name(mention.entities[0].name).split()
    start = mention.start
    if fold_name(text[start : mention.end]).split()[0] == own:
        return mention
    while (before := _WORD_BEFORE.search(text, max(floor, start - 25), start)) and _may_be_given(
        text, before, own, in_quiet
    ):
        start = before.start(1)
    if start == mention.start:
        return mention
    first = fold_name(text[start : mention.start]).split()[0]
    if first == own or first == f"{own[0]}.":
        return mention._replace(start=start)
    rule, score = ("namesake", 0.75) if first in given_names().values() else ("before-surname", 0.5)
    return mention._replace(start=start, rule=rule, score=score, entities=())


def _may_be_given(text: str, found: re.Match[str], own: str, in_quiet: bool) -> bool:
    word = found[1]
    if word.lower() in given_names() or fold_name(word) == own:
        return True
    if in_quiet or word in NO_GIVEN_NAME or word.removesuffix("s") in CUES["title"]:
        return False
    if word.endswith("."):
        return True
    opens = OPENS_SENTENCE.search(text, max(0, found.start(1) - 9), found.start(1))
    return not word.isupper() and not (opens and (_NO_GIVEN_NAME.fullmatch(word) or f" {word.lower()} " in text))


def _identified(text: str, mentions: list[Mention], matcher: Matcher) -> Iterator[Mention]:
    """Give each mention its one entity, as far as it and the article's other mentions tell."""
    sure = [mention.entities[0] for mention in mentions if len(mention.entities) == 1]
    weight = Counter(state for entity in sure for state in {entity.entity_id, entity.of})
    for before, mention, after in zip([None, *mentions], mentions, [*mentions[1:], None], strict=False):
        if len(mention.entities) > 1:
            yield _chosen(text, mention, [other for other in (before, after) if other], weight)
        elif mention.label == "GPE" and mention.entities:
            yield _as_region(text, mention, matcher)
        else:
            yield mention if mention.entities else mention._replace(entities=(_unlisted(text, mention),))


def _unlisted(text: str, mention: Mention) -> Entity:
    """An entity that the table does not know; the surname alone makes none."""
    name = _plain(text, mention)
    full = mention.label != "PERSON" or " " in name
    return Entity(f"{mention.label}:{fold_name(name)}" if full else None, mention.label, name)


def _plain(text: str, mention: Mention) -> str:
    return " ".join(text[mention.start : mention.end].split()).removesuffix("'")


def _as_region(text: str, mention: Mention, matcher: Matcher) -> Mention:
    """In "the Kursk and Belgorod regions" and "two regions, Kursk and Belgorod" no city is meant."""
    listed = _LISTED_BEFORE.match(text, mention.end)
    if not listed and not _REGIONS_LISTED.search(text, max(0, mention.start - 60), mention.start):
        return mention
    region = matcher.bearers.get(f"{_plain(text, mention)} {listed[1] if listed else 'region'}", ())
    return mention._replace(entities=region, rule="table-region", score=0.9) if len(region) == 1 else mention


def _chosen(text: str, mention: Mention, neighbours: list[Mention], weight: Counter[str | None]) -> Mention:
    """Of several bodies of one name the one whose state stands beside it, else the one whose state is named most."""
    near = {
        state
        for other in neighbours
        if other.label in ("GPE", "NORP") and len(other.entities) == 1
        if other.end >= mention.start - 3 and other.start <= mention.end + 8
        for state in (other.entities[0].entity_id, other.entities[0].of)
    }
    named = [entity for entity in mention.entities if entity.of in near]
    if len(named) == 1:
        return mention._replace(entities=(named[0],), rule="table-beside", score=0.95)
    first, second, *_ = sorted(mention.entities, key=lambda entity: -weight[entity.of])
    if mention.label != "PERSON" and weight[first.of] > weight[second.of]:
        return mention._replace(entities=(first,), rule="table-article", score=0.7)
    nobody = Entity(None, mention.label, _plain(text, mention))
    return mention._replace(entities=(nobody,), rule="table-ambiguous", score=0.5)


def _consistent(text: str, mentions: list[Mention]) -> list[Mention]:
    """A surname is the person, an acronym the body, that the article names in full; what two share is nobody's."""
    bearers: dict[str, dict[str | None, Mention]] = {}
    for mention in mentions:
        short = _short_form(text, mention)
        if short:
            bearers.setdefault(short, {}).setdefault(mention.entities[0].entity_id, mention)
    if not bearers:
        return mentions
    stands_for = {short: _stand_in(short, list(found.values())) for short, found in bearers.items()}
    settled = [_settled(mention, stands_for.get(_plain(text, mention))) for mention in mentions]
    return sorted([*settled, *_repeated(text, stands_for, settled)])


def _short_form(text: str, mention: Mention) -> str:
    """The surname of a person named in full, the acronym that stands in brackets after another name."""
    entity = mention.entities[0]
    if mention.label == "PERSON":
        words = _GENERATION.sub("", _plain(text, mention)).split()
        return words[-1] if len(words) > 1 and entity.entity_id and mention.rule in _SURE_OF_PERSON else ""
    defined = _DEFINED.match(text, mention.end) if entity.entity_id and mention.label != "NORP" else None
    return defined[1] if defined and defined[1][0] == entity.name[0] and defined[1][-1].isupper() else ""


def _stand_in(short: str, full: list[Mention]) -> Mention:
    """What a short form means, given the full names it may stand for."""
    rule = "surname" if full[0].label == "PERSON" else "acronym-defined"
    if len(full) == 1:
        return full[0]._replace(rule=rule, score=min(0.9, full[0].score))
    nobody = Entity(None, full[0].label, short)
    return full[0]._replace(rule=f"{rule}-shared", score=0.6, entities=(nobody,))


def _settled(mention: Mention, stand_in: Mention | None) -> Mention:
    """A mention that is a short form by itself, with the entity of the full name."""
    if stand_in is None or mention.entities == stand_in.entities:
        return mention
    entity = mention.entities[0]
    if mention.rule != "acronym" and entity.entity_id is not None:
        if mention.label != "PERSON":
            return mention
        stand_in = _stand_in(entity.name.split()[-1], [mention, stand_in])
    return stand_in._replace(start=mention.start, end=mention.end)


def _repeated(text: str, stands_for: dict[str, Mention], mentions: list[Mention]) -> Iterator[Mention]:
    """Yield the places where a short form stands and no mention covers it."""
    ends = [mention.end for mention in mentions]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, stands_for), key=len, reverse=True))})(?!\w)")
    for found in pattern.finditer(text):
        at = bisect_right(ends, found.start())
        if at == len(mentions) or mentions[at].start >= found.end():
            yield stands_for[found[0]]._replace(start=found.start(), end=found.end())

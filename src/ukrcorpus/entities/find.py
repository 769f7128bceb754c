"""Mentions of entities in articles."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ukrcorpus.entities.candidates import find_candidates
from ukrcorpus.entities.link import fold_name
from ukrcorpus.entities.table import Matcher, even, load_entities, make_matcher, match_names, packaged_matcher
from ukrcorpus.spans import each_article, span_table
from ukrcorpus.zones import find_zones

_AFTER_SURNAME = {"jr.", "jr", "sr.", "sr", "ii", "iii", "iv"}
_SURE_OF_PERSON = {"table", "title-cue", "given-name", "role-cue", "apposition"}
_DEFINED = re.compile(r" \(([^\W\d_a-z][\w-]{1,7})\)")
_LISTED_BEFORE = re.compile(
    r"(?:(?:, and |, | and )(?:[^\W\d_a-z][\w-]+(?:, and |, | and )){0,4}[^\W\d_a-z][\w-]+)? "
    r"(region|oblast|province|People's Republic)s\b"
)
_REGIONS_LISTED = re.compile(
    r"\b(?:regions?|oblasts?|provinces?)(?: of|,|:) (?:[^\W\d_a-z][\w-]+(?:, and |, | and ))*$"
)


class Mention(NamedTuple):
    """A mention on its way to becoming a row; entities are row numbers of the table that bear the name."""

    start: int
    end: int
    label: str
    rule: str
    score: float
    entities: tuple[int, ...] = ()
    name: str = ""
    entity_id: str | None = None
    wikipedia: str | None = None


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
    two persons of the article share gets no entity. Of bodies with one name ("Ministry of Defense") it is that of the
    state named beside it (rule "table-beside"), else of the state that the article names most ("table-article").

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
        {"doc_id": doc_id, **mention._asdict()}
        for doc_id, text in each_article(docs)
        for mention in find_mentions(text, matcher)
    ]
    found = span_table(rows, "entities", docs, zones)
    return found.drop(columns="entities", errors="ignore")


def find_mentions(text: str, matcher: Matcher) -> list[Mention]:
    """The mentions of one article, in reading order."""
    text = even(text)
    known = []
    for start, end, number in match_names(text, matcher):
        bearers = matcher.names[number].entities
        known.append(Mention(start, end, matcher.entities[bearers[0]].label, "table", 1.0, bearers))
    spans = [(mention.start, mention.end, mention.label) for mention in known]
    mentions = _longest([*known, *(Mention(*candidate) for candidate in find_candidates(text, spans))])
    mentions = _identified(text, mentions, matcher)
    mentions = _with_acronyms(text, mentions)
    return _with_surnames(text, mentions)


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


def _identified(text: str, mentions: list[Mention], matcher: Matcher) -> list[Mention]:
    """Give each mention its entity, as far as it and the article's other mentions tell."""
    weight: Counter[str] = Counter()
    beside: list[tuple[int, int, set[str]]] = []
    for mention in mentions:
        if len(mention.entities) == 1:
            entity = matcher.entities[mention.entities[0]]
            of = {entity.entity_id, entity.of} - {""}
            weight.update(of)
            if mention.label in ("GPE", "NORP"):
                beside.append((mention.start, mention.end, of))
    found = []
    for mention in mentions:
        if not mention.entities:
            found.append(_unlisted(text, mention))
        elif len(mention.entities) == 1:
            found.append(_filled(_as_region(text, mention, matcher), matcher))
        else:
            found.append(_chosen(text, mention, matcher, weight, beside))
    return found


def _unlisted(text: str, mention: Mention) -> Mention:
    """A mention that the table does not know; the surname alone makes no entity."""
    name = _plain(text, mention)
    full = mention.label != "PERSON" or " " in name
    return mention._replace(name=name, entity_id=f"{mention.label}:{fold_name(name)}" if full else None)


def _plain(text: str, mention: Mention) -> str:
    return " ".join(text[mention.start : mention.end].split()).removesuffix("'")


def _filled(mention: Mention, matcher: Matcher) -> Mention:
    entity = matcher.entities[mention.entities[0]]
    return mention._replace(
        label=entity.label, name=entity.name, entity_id=entity.entity_id, wikipedia=entity.wikipedia or None
    )


def _as_region(text: str, mention: Mention, matcher: Matcher) -> Mention:
    """In "the Kursk and Belgorod regions" and "two regions, Kursk and Belgorod" no city is meant."""
    if mention.label != "GPE":
        return mention
    listed = _LISTED_BEFORE.match(text, mention.end)
    if not listed and not _REGIONS_LISTED.search(text, max(0, mention.start - 60), mention.start):
        return mention
    region = matcher.bearers.get(f"{_plain(text, mention)} {listed[1] if listed else 'region'}", ())
    return mention._replace(entities=region, rule="table-region", score=0.9) if len(region) == 1 else mention


def _chosen(
    text: str,
    mention: Mention,
    matcher: Matcher,
    weight: Counter[str],
    beside: list[tuple[int, int, set[str]]],
) -> Mention:
    """Of several bodies of one name the one whose state stands beside it, else the one whose state is named most."""
    states = {number: matcher.entities[number].of for number in mention.entities}
    near = [of for start, end, of in beside if 0 <= mention.start - end <= 3 or 0 <= start - mention.end <= 8]
    named = [number for number, state in states.items() if any(state in of for of in near)]
    if len(named) == 1:
        return _filled(mention._replace(entities=(named[0],), rule="table-beside", score=0.95), matcher)
    ranked = sorted(states, key=lambda number: (-weight[states[number]], number))
    if mention.label != "PERSON" and weight[states[ranked[0]]] > weight[states[ranked[1]]]:
        return _filled(mention._replace(entities=(ranked[0],), rule="table-article", score=0.7), matcher)
    return mention._replace(name=_plain(text, mention), rule="table-ambiguous", score=0.5)


def _with_acronyms(text: str, mentions: list[Mention]) -> list[Mention]:
    """An acronym in brackets after a name, and wherever else it stands in the article, is that name."""
    stands_for: dict[str, Mention] = {}
    for mention in mentions:
        defined = _DEFINED.match(text, mention.end) if mention.label not in ("PERSON", "NORP") else None
        if defined and mention.entity_id and defined[1][0] == mention.name[0] and defined[1][-1].isupper():
            stands_for.setdefault(defined[1], mention)
    if not stands_for:
        return mentions
    others = [mention for mention in mentions if mention.rule != "acronym"]
    return _longest([*others, *_repeated(text, stands_for, "acronym-defined", others), *mentions])


def _with_surnames(text: str, mentions: list[Mention]) -> list[Mention]:
    """A surname alone is the person whom the article names in full; shared by two persons, it is nobody's."""
    bearers: dict[str, dict[str, Mention]] = {}
    for mention in mentions:
        sure = mention.label == "PERSON" and mention.rule in _SURE_OF_PERSON
        if sure and mention.entity_id and _is_full(text, mention):
            surname = _surname(_plain(text, mention))
            bearers.setdefault(surname, {}).setdefault(mention.entity_id, mention)
    settled = [_of_surname(text, mention, bearers) for mention in mentions]
    single = {surname: next(iter(persons.values())) for surname, persons in bearers.items() if len(persons) == 1}
    shared = {
        surname: next(iter(persons.values()))._replace(name=surname, entity_id=None, wikipedia=None)
        for surname, persons in bearers.items()
        if len(persons) > 1
    }
    repeated = _repeated(text, {**single, **shared}, "surname", settled) if bearers else iter(())
    return _longest([*settled, *repeated])


def _is_full(text: str, mention: Mention) -> bool:
    return " " in _plain(text, mention)


def _surname(name: str) -> str:
    words = [word for word in name.replace(",", " ").split() if word.lower() not in _AFTER_SURNAME]
    return words[-1]


def _of_surname(text: str, mention: Mention, bearers: dict[str, dict[str, Mention]]) -> Mention:
    """The mention of a surname alone, joined to the person whom the article names in full."""
    if mention.label != "PERSON" or _is_full(text, mention):
        return mention
    persons = bearers.get(_plain(text, mention), {})
    others = set(persons) - {mention.entity_id}
    if not others:
        return mention
    if len(others) == 1 and mention.entity_id is None:
        person = persons[others.pop()]
        return mention._replace(
            name=person.name, entity_id=person.entity_id, wikipedia=person.wikipedia, rule="surname"
        )
    return mention._replace(
        name=_plain(text, mention), entity_id=None, wikipedia=None, rule="surname-shared", score=0.6
    )


def _repeated(text: str, names: dict[str, Mention], rule: str, mentions: list[Mention]) -> Iterator[Mention]:
    """Yield the places where a name stands again and no mention covers it."""
    covered = [(mention.start, mention.end) for mention in mentions]
    starts = [start for start, _ in covered]
    pattern = re.compile("|".join(sorted(map(re.escape, names), key=lambda name: (-len(name), name))))
    for found in pattern.finditer(text):
        before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        at = bisect_left(starts, found.end()) - 1
        if before.isalnum() or after.isalnum() or (at >= 0 and covered[at][1] > found.start()):
            continue
        full = names[found[0]]
        score = min(0.9, full.score) if full.entity_id else 0.6
        yield full._replace(
            start=found.start(), end=found.end(), rule=rule if full.entity_id else f"{rule}-shared", score=score
        )

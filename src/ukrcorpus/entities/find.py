"""Mentions of entities in articles."""

import json
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path

import pandas as pd

from ukrcorpus.entities.candidates import CUES, Mention, find_candidates
from ukrcorpus.entities.consistency import make_consistent, plain
from ukrcorpus.entities.link import fold_name, power_nouns
from ukrcorpus.entities.table import (
    CYRILLIC,
    Entity,
    Matcher,
    even,
    load_entities,
    make_matcher,
    match_names,
    packaged_matcher,
)
from ukrcorpus.spans import each_article, span_table
from ukrcorpus.zones import find_zones

Finder = Callable[[str], list[Mention]]

_MODELS = {"light": ("model", "find_modelled"), "embed": ("embedding", "find_embedded"), "table": None}
_WORD = re.compile(r"[^\s]*\w[^\s,;:]*")
_NO_BEGINNING = ({"The"}, {"The", *CUES["title"]})
_NAME = r"[^\W\d_a-z][\w-]+"
_COMMA = r"(?:, and |, | and )"
_LISTED_BEFORE = re.compile(
    rf"(?:{_COMMA}(?:{_NAME}{_COMMA}){{0,4}}{_NAME})? (region|oblast|province|People's Republic)s\b"
)
_REGIONS_LISTED = re.compile(rf"\b(?:regions?|oblasts?|provinces?)(?: of|,|:) (?:{_NAME}{_COMMA})*$")


def find_entities(
    docs: pd.DataFrame,
    *,
    table: pd.DataFrame | str | Path | None = None,
    extend: bool = True,
    model: str = "light",
    zones: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find the named mentions of each article, their kind and the entity they name.

    A row is a mention; those of navigation ("English") are left out. Rows are disjoint and follow OntoNotes' sense of
    a name (Weischedel et al. 2013): the longest name, without a leading "the", a title or a possessive 's;
    nationalities, religions and political groups are NORP. Names come from a table of entities (rule "table"), from
    rules that read titles, roles, heads of names and endings, and from a model (rule "model" or that of the model).
    Within an article a surname or given name follows the full name and an acronym its expansion; a surname that two
    persons of the article share gets no entity, and one behind another's given name is another person's (rule
    "namesake"). Of bodies with one name ("Ministry of Defense") it is that of the state named beside it (rules
    "table-beside", "other-state"), else of the state that the article names most ("table-article").

    Args:
        docs: a table with `doc_id` and `text`.
        table: own entities, as `load_entities` takes them.
        extend: whether own entities are added to the packaged ones or stand alone.
        model: what finds the names that no table knows: "light" (rules and a small statistical model, for everybody),
            "embed" (a larger one, with the extra of that name), "spacy:PIPELINE" (an installed pipeline of spaCy),
            "table" (nothing: only the table's names).
        zones: the result of `find_zones`, where it was made already.

    Returns:
        Columns of a span table (label: PERSON ORG GPE LOC FAC NORP EVENT WORK PRODUCT LAW) and `name` (canonical),
        `entity_id` (the table's id, else `<LABEL>:<folded full name>`, null where it cannot be told), `wikipedia`,
        `candidates` (JSON: the entities it was chosen from, where there were several).

    Raises:
        ValueError: where docs lacks a column or holds an id twice, the table of entities is malformed, or there is no
            such model.
        ImportError: where what the model needs is not installed.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["President Zelensky spoke to NATO's General Ivan Dub."]})
        >>> find_entities(docs)[["surface", "label", "name"]].values.tolist()[0]
        ['Zelensky', 'PERSON', 'Volodymyr Zelensky']
    """
    matcher = packaged_matcher() if table is None else make_matcher(load_entities(table=table, extend=extend))
    finder = load_model(model)
    zones = find_zones(docs) if zones is None else zones
    rows = [
        {"doc_id": doc_id, **mention.entities[0]._asdict(), **mention._asdict(), "candidates": _listed(mention)}
        for doc_id, text in each_article(docs)
        for mention in find_mentions(text, matcher, finder)
    ]
    found = span_table(rows, "entities", docs, zones).drop(columns=["of", "entities"], errors="ignore")
    return found[found["zone"].ne("navigation")].reset_index(drop=True)


def load_model(model: str) -> Finder | None:
    """The finder of names that no table knows, which a word chooses; none for the table alone.

    Raises:
        ValueError: where it is no such word.
        ImportError: where what it needs is not installed; says what to install.
    """
    name, _, pipeline = model.partition(":")
    if name == "spacy" and pipeline:
        return partial(import_module("ukrcorpus.entities.spacy").find_with_pipeline, pipeline_name=pipeline)
    if model not in _MODELS:
        raise ValueError(f"model should be table, light, embed or spacy:PIPELINE, not {model!r}")
    home = _MODELS[model]
    return getattr(import_module(f"ukrcorpus.entities.{home[0]}"), home[1]) if home else None


def _listed(mention: Mention) -> str | None:
    """The entities that a mention was chosen from, as JSON."""
    names = [{"entity_id": entity.entity_id, "name": entity.name} for entity in mention.candidates]
    return json.dumps(names, ensure_ascii=False) if names else None


def find_mentions(text: str, matcher: Matcher, finder: Finder | None = None) -> list[Mention]:
    """The mentions of one article, in reading order, each with one entity."""
    text = even(text)
    matched = sorted(match_names(text, matcher), key=lambda match: match[0])
    known = [Mention(start, end, of[0].label, "table", 1.0, of) for start, end, of in matched]
    by_end = {mention.end: mention for mention in known}
    starts = [name.start for name in known]
    modelled = []
    for name in finder(text) if finder else ():
        fitted = _fitted(text, name, known[bisect_left(starts, name.start) : bisect_left(starts, name.end)])
        modelled += [fitted] if fitted else []
    found = [*find_candidates(text, known), *_cyrillic_persons(text, known), *modelled] if finder else []
    others = [_settled(text, other, by_end.get(other.end)) for other in found]
    return make_consistent(text, list(_identified(text, _longest([*known, *others]), matcher)))


def _fitted(text: str, mention: Mention, known: list[Mention]) -> Mention | None:
    """What a model found, by the scheme of names: without titles, small words at its ends, names that stand beside it.

    None where the table's names in it are all there is to it, as in "Putin regime" and "58th Army of the Southern
    Military District".
    """
    words = list(_WORD.finditer(text, mention.start, mention.end))
    while words and (words[0][0][0].islower() or words[0][0] in _NO_BEGINNING[mention.label == "PERSON"]):
        words.pop(0)
    while words and words[-1][0][0].islower():
        words.pop()
    behind = _WORD.match(text, mention.end + 1)  # Defense | Minister
    if not words or words[-1][0].endswith("ism") or (behind and mention.label == "ORG" and behind[0] in CUES["title"]):
        return None
    start, end = words[0].start(), words[-1].end()
    inside = [name for name in known if start <= name.start and name.end <= end]
    if any(name.label == "PERSON" and " " in text[name.start : name.end] for name in inside):
        return None
    if inside and inside[0].start == start:
        owned = text[start : inside[0].end + 2].endswith("'s") or words[-1][0] in CUES["state"]
        beside = owned or (mention.label == "PERSON" and text.count(" ", inside[0].end, end) > 1)
        if inside[0].label in ("GPE", "NORP") and beside and inside[0].end < end:
            start = next((word.start() for word in words if word.start() > inside[0].end + 1), end)
    covered = {at for name in inside for at in range(name.start, name.end)}
    bare = [word[0] for word in words if word.start() >= start and word[0][0].isupper() and word.start() not in covered]
    if start == end or (inside and all(word.lower() in power_nouns() for word in bare)):
        return None
    return mention if (start, end) == mention[:2] else mention._replace(start=start, end=end)


def _cyrillic_persons(text: str, known: list[Mention]) -> list[Mention]:
    """Persons of a Ukrainian or Russian text whom the table does not know."""
    if text.isascii() or not CYRILLIC.search(text):
        return []
    find_persons = import_module("ukrcorpus.entities.cyrillic").find_persons
    taken = {at for name in known if name.label != "PERSON" for at in range(name.start, name.end)}
    return [Mention(start, end, "PERSON", "given-name", 0.8, of) for start, end, of in find_persons(text, taken)]


def _settled(text: str, mention: Mention, surname: Mention | None) -> Mention:
    """A candidate; the table's person where the names before a known surname are that person's own, or no names."""
    if surname is None or mention.rule not in ("namesake", "before-surname"):
        return mention
    own, first = (fold_name(name).split()[0] for name in (surname.entities[0].name, text[mention.start : mention.end]))
    if first == own or first[:2] == f"{own[0]}.":
        return surname._replace(start=mention.start)
    in_full = fold_name(text[surname.start : surname.end]).split()[0] == own
    is_common = mention.rule == "before-surname" and f" {first} " in text
    return surname if in_full or is_common else mention


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
    name = plain(text, mention)
    full = mention.label != "PERSON" or " " in name
    return Entity(f"{mention.label}:{fold_name(name)}" if full else None, mention.label, name)


def _as_region(text: str, mention: Mention, matcher: Matcher) -> Mention:
    """In "the Kursk and Belgorod regions" and "two regions, Kursk and Belgorod" no city is meant."""
    listed = _LISTED_BEFORE.match(text, mention.end)
    if not listed and not _REGIONS_LISTED.search(text, max(0, mention.start - 60), mention.start):
        return mention
    region = matcher.bearers.get(f"{plain(text, mention)} {listed[1] if listed else 'region'}", ())
    return mention._replace(entities=region, rule="table-region", score=0.9) if len(region) == 1 else mention


def _chosen(text: str, mention: Mention, neighbours: list[Mention], weight: Counter[str | None]) -> Mention:
    """Of several bodies of one name the one whose state stands beside it, else the one whose state is named most."""
    owner = next((other for other in neighbours if _owns(text, other, mention)), None)
    if owner:
        state = owner.entities[0]
        named = [entity for entity in mention.entities if entity.of and entity.of in (state.entity_id, state.of)]
        if len(named) == 1:
            return mention._replace(entities=(named[0],), rule="table-beside", score=0.95)
        name = f"{state.name} {plain(text, mention)}"
        stranger = Entity(f"{mention.label}:{fold_name(name)}", mention.label, name)
        return mention._replace(entities=(stranger,), rule="other-state", score=0.8)
    first, second, *_ = sorted(mention.entities, key=lambda entity: -weight[entity.of])
    open_to = mention._replace(candidates=mention.entities)
    if mention.label != "PERSON" and weight[first.of] > weight[second.of]:
        return open_to._replace(entities=(first,), rule="table-article", score=0.7)
    nobody = Entity(None, mention.label, plain(text, mention))
    return open_to._replace(entities=(nobody,), rule="table-ambiguous", score=0.5)


def _owns(text: str, state: Mention, body: Mention) -> bool:
    """Whether a state is named directly before a body ("Chinese", "China's") or behind it ("of China")."""
    if state.label not in ("GPE", "NORP") or len(state.entities) > 1:
        return False
    behind = text[body.end : state.start]
    genitive = behind == " " and state.label == "GPE" and "\u0400" <= text[state.start] <= "\u04ff"
    return text[state.end : body.start] in (" ", "'s ") or behind in (" of ", " of the ") or genitive

"""One sense within an article: short names follow full ones."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from ukrcorpus.entities.candidates import CUES, Mention
from ukrcorpus.entities.link import fold_name
from ukrcorpus.entities.table import Entity

_DEFINED = re.compile(r" \(([^\W\d_a-z][\w-]{1,7})\)")


def make_consistent(text: str, mentions: list[Mention]) -> list[Mention]:
    """A surname is the person, an acronym the body, that the article names in full; what two share is nobody's."""
    mentions = _one_person(_one_kind(text, mentions))
    bearers: dict[str, dict[str | None, Mention]] = {}
    given: dict[str, dict[str | None, Mention]] = {}
    for mention in mentions:
        for short, rule in _short_forms(text, mention):
            full = mention._replace(rule=rule, score=min(0.9, mention.score))
            named = given if rule == "given-name-alone" else bearers
            named.setdefault(short, {}).setdefault(mention.entities[0].entity_id, full)
    if not bearers:
        return mentions
    kept = []
    for mention in mentions:
        surface = plain(text, mention)
        found = bearers.get(surface)
        if found is None and mention.entities[0].entity_id is None and len(given.get(surface, ())) == 1:
            (full,) = given[surface].values()
            kept.append(full._replace(start=mention.start, end=mention.end, score=0.7))
        elif found is None or (mention.label != "PERSON" and mention.rule not in ("model", "embedding", "spacy")):
            kept.append(mention)
        elif mention.rule == "table":
            found[mention.entities[0].entity_id] = mention
    return sorted([*kept, *_repeated(text, {short: _stand_in(short, found) for short, found in bearers.items()}, kept)])


def plain(text: str, mention: Mention) -> str:
    """The surface with single spaces, without an apostrophe at its end."""
    return " ".join(text[mention.start : mention.end].split()).removesuffix("'")


def _one_kind(text: str, mentions: list[Mention]) -> list[Mention]:
    """Names of one surface that no table knows are of the kind that most of them, weighed by score, have."""
    weights: dict[str, dict[str, float]] = {}
    for mention in mentions:
        if not mention.entities[0].entity_id or mention.entities[0].entity_id.startswith(f"{mention.label}:"):
            of = weights.setdefault(plain(text, mention), {})
            of[mention.label] = of.get(mention.label, 0.0) + mention.score
    best = {surface: min(of, key=lambda label: (-of[label], label)) for surface, of in weights.items() if len(of) > 1}
    made = []
    for mention in mentions:
        label = best.get(plain(text, mention)) if mention.rule != "table" else None
        if label and label != mention.label:
            name = plain(text, mention)
            known = None if label == "PERSON" and " " not in name else f"{label}:{fold_name(name)}"
            mention = mention._replace(label=label, rule="one-kind", entities=(Entity(known, label, name),))
        made.append(mention)
    return made


def _one_person(mentions: list[Mention]) -> list[Mention]:
    """Full names of one person, as I. Dub, Ivan Dub and Ivan P. Dub, made one: the table's, else the longest."""
    full = {
        entity.entity_id: entity for mention in mentions for entity in mention.entities if mention.label == "PERSON"
    }
    by_surname: dict[str, list[Entity]] = {}
    for entity_id, entity in full.items():
        if entity_id and " " in entity.name:
            by_surname.setdefault(fold_name(entity.name).split()[-1], []).append(entity)
    same: dict[str | None, Entity] = {}
    for group in by_surname.values():
        persons: list[Entity] = []
        for entity in sorted(group, key=lambda one: (_is_unlisted(one), -len(one.name), one.name)):
            fits = [person for person in persons if _is_unlisted(entity) and _abbreviates(entity.name, person.name)]
            if len(fits) == 1:
                same[entity.entity_id] = fits[0]
            else:
                persons.append(entity)
    if not same:
        return mentions
    return [
        mention._replace(entities=(same.get(mention.entities[0].entity_id, mention.entities[0]),))
        for mention in mentions
    ]


def _is_unlisted(entity: Entity) -> bool:
    return (entity.entity_id or "").startswith("PERSON:")


def _abbreviates(one: str, other: str) -> bool:
    """Whether two full names of one surname may be one person's: given names in order, or their initials."""
    fewer, more = sorted((fold_name(name).split()[:-1] for name in (one, other)), key=len)
    fits = [
        first.rstrip(".") == second.rstrip(".") or _is_initial(first, second) or _is_initial(second, first)
        for first, second in zip(fewer, more, strict=False)
    ]
    return bool(fits) and all(fits)


def _is_initial(short: str, word: str) -> bool:
    return len(short.rstrip(".")) == 1 and word.startswith(short[0])


def _short_forms(text: str, mention: Mention) -> Iterator[tuple[str, str]]:
    """Yield the surname and given name of a person named in full, and the acronym in brackets behind a full name."""
    entity = mention.entities[0]
    if not entity.entity_id or mention.label == "NORP":
        return
    if mention.label == "PERSON":
        words = [word for word in plain(text, mention).replace(",", "").split() if word not in CUES["generation"]]
        if len(words) > 1 and mention.rule != "before-surname":
            yield words[-1], "surname"
            yield words[0], "given-name-alone"
    defined = _DEFINED.match(text, mention.end)
    if defined and defined[1][0] == plain(text, mention)[0] and defined[1][-1].isupper():
        yield defined[1], "acronym-defined"


def _stand_in(short: str, found: dict[str | None, Mention]) -> Mention:
    """What a short form means, given the mentions that it may stand for."""
    first, *others = found.values()
    if not others:
        return first
    rule = "surname-shared" if first.label == "PERSON" else "acronym-shared"
    bearers = tuple(entity for mention in found.values() for entity in mention.entities)
    return first._replace(rule=rule, score=0.6, entities=(Entity(None, first.label, short),), candidates=bearers)


def _repeated(text: str, stands_for: dict[str, Mention], mentions: list[Mention]) -> Iterator[Mention]:
    """Yield the places where a short form stands and no mention covers it."""
    ends = [mention.end for mention in mentions]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, stands_for), key=len, reverse=True))})(?!\w)")
    for found in pattern.finditer(text):
        at = bisect_right(ends, found.start())
        if at == len(mentions) or mentions[at].start >= found.end():
            yield stands_for[found[0]]._replace(start=found.start(), end=found.end())

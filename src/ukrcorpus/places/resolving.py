"""Which place a name means: weight, words beside it, and the other places that the article names."""

import re
from collections.abc import Collection
from itertools import pairwise
from typing import NamedTuple

from ukrcorpus.places.gazetteer import Place, Sense
from ukrcorpus.places.spotting import Mention, cue_pattern

WAR = {"UA": 1.5, "RU": 1.5, "BY": 1.5, "MD": 1.0, "GE": 0.7, "PL": 0.5, "RO": 0.5, "LT": 0.5, "LV": 0.5, "EE": 0.5}
"""What a place in the region of this war gains, in decimal logarithms of population."""

CONTAINED, NAMED, AREA, STEM = 4.0, 1.0, 4.0, -2.5
"""What a place gains by ", Container" after it, by its country being named, by "region" beside it or elsewhere in the
article; what a bare stem loses."""


class Choice(NamedTuple):
    """A place chosen for a mention, the spelling's custom, the share of the weight it has, the others, and why."""

    place: Place
    spelling: str | None
    score: float
    others: tuple[tuple[Place, float], ...]
    why: str


def resolve(plain: str, mentions: list[Mention], region: str | Collection[str] | None) -> list[Choice]:
    """Choose a place for each mention of an article; a name means the same all through it, unless a word says else.

    The order of mentions does not matter, apart from a container right behind a name.
    """
    prior = region_prior(region)
    countries = _named_countries(mentions)
    areas = {s.place for m in mentions if m.area for s in m.senses if s.place.label == "admin1"}
    bare = {m.name for m in mentions}
    elsewhere = {s.place for m in mentions if len(m.senses) == 1 for s in m.senses}
    contained = _contained(plain, mentions)
    chosen: dict[tuple[str, bool], Choice] = {}
    choices = []
    for mention in mentions:
        key = (mention.name, _says_area(plain, mention))
        if key not in chosen:
            rated = []
            for sense in _allowed(mention, key[1]):
                place = sense.place
                weight = place.weight + prior.get(place.country or "", 0.0)
                why = "weight"
                if place.country in countries - {place.country if place.label == "country" else None}:
                    weight += NAMED
                    why = "country named"
                if place in contained.get(mention.name, ()):
                    weight += CONTAINED
                    why = "container"
                if sense.stem and not key[1]:
                    weight += STEM
                    city = any(s.place in elsewhere for s in mention.senses if s.place.label == "city")
                    if place in areas and not (city and len(bare) > 1):
                        weight += AREA
                        why = "region named"
                if key[1]:
                    why = "word for a region"
                rated.append((weight, why, sense))
            chosen[key] = _best(rated)
        choices.append(chosen[key])
    return choices


def region_prior(region: str | Collection[str] | None) -> dict[str, float]:
    """What places of a country gain: "war", or the countries given, or nothing.

    Raises:
        ValueError: where region is a word other than "war".
    """
    if region is None:
        return {}
    if isinstance(region, str):
        if region != "war":
            raise ValueError(f"region is {region!r}; give 'war', a list of ISO 3166-1 alpha-2 codes, or None")
        return WAR
    return dict.fromkeys(region, 1.5)


def _allowed(mention: Mention, area: bool) -> list[Sense]:
    """Senses that a mention can have: first-order regions where a word for them stands beside it."""
    areas = [sense for sense in mention.senses if sense.place.label in ("admin1", "region", "water")]
    return areas if area and areas else list(mention.senses)


def _says_area(plain: str, mention: Mention) -> bool:
    """Whether a word for a region stands beside a mention and none for a city."""
    if not mention.area:
        return False
    before = plain[max(0, mention.start - 30) : mention.start]
    return re.search(rf"\b(?:{cue_pattern('city_before')}) $", before) is None


def _named_countries(mentions: list[Mention]) -> frozenset[str]:
    """Countries that an article names beyond doubt."""
    return frozenset(
        mention.senses[0].place.country or ""
        for mention in mentions
        if len(mention.senses) == 1 and mention.senses[0].place.label == "country"
    ) - {""}


def _contained(plain: str, mentions: list[Mention]) -> dict[str, set[Place]]:
    """Places that a name right behind them contains ("Kursk, Russia"), and the containers, by name."""
    found: dict[str, set[Place]] = {}
    for mention, behind in pairwise(mentions):
        if not re.fullmatch(r", (?:the )?|,? in (?:the )?", plain[mention.end : behind.start]):
            continue
        for inner in mention.senses:
            for outer in behind.senses:
                if _holds(outer.place, inner.place):
                    found.setdefault(mention.name, set()).add(inner.place)
                    found.setdefault(behind.name, set()).add(outer.place)
    return found


def _holds(outer: Place, inner: Place) -> bool:
    """Whether a country or a first-order region holds a place."""
    if outer is inner or outer.country != inner.country or outer.country is None:
        return False
    if outer.label == "country":
        return inner.label != "country"
    return outer.label == "admin1" and inner.admin1 == outer.name and inner.label in ("city", "facility")


def _best(rated: list[tuple[float, str, Sense]]) -> Choice:
    """The heaviest place; its share is that of ten to the power of the weights."""
    by_place: dict[Place, tuple[float, str, Sense]] = {}
    for weight, why, sense in rated:
        if sense.place not in by_place or weight > by_place[sense.place][0]:
            by_place[sense.place] = (weight, why, sense)
    ranked = sorted(
        by_place.values(), key=lambda r: (-r[0], r[2].place.name, r[2].place.geoname_id or 0, r[2].place.lat)
    )
    top = ranked[0][0]
    shares = [10.0 ** (weight - top) for weight, _, _ in ranked]
    total = sum(shares)
    others = tuple((sense.place, share / total) for (_, _, sense), share in zip(ranked[1:4], shares[1:4], strict=False))
    _, why, sense = ranked[0]
    return Choice(sense.place, sense.spelling, shares[0] / total, others, why)

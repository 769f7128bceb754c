"""Which place a name means: weight, words beside it, and the other places that the article names."""

import json
from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import NamedTuple

from ukrcorpus.places.gazetteer import Place, Sense
from ukrcorpus.places.rules import Rules
from ukrcorpus.places.spotting import Mention

# What a place in the region of this war gains, in decimal logarithms of population.
WAR = {"UA": 1.5, "RU": 1.5, "BY": 1.5, "MD": 1.0, "GE": 0.7, "PL": 0.5, "RO": 0.5, "LT": 0.5, "LV": 0.5, "EE": 0.5}
# What a place gains by ", Container" after it, by its country being named, by "region" beside it elsewhere in the
# article; what a bare stem loses.
CONTAINED, NAMED, AREA, STEM = 4.0, 1.0, 4.0, -2.5


class Choice(NamedTuple):
    """The sense chosen for a mention, the share of the weight it has, three others with theirs (JSON), and why."""

    sense: Sense
    score: float
    candidates: str
    why: str


def region_prior(region: str | Collection[str] | None) -> dict[str, float]:
    """What places of a country gain: "war", or the countries given, or nothing.

    Raises:
        ValueError: where region is a word other than "war".
    """
    if isinstance(region, str) and region != "war":
        raise ValueError(f"region is {region!r}; give 'war', a list of ISO 3166-1 alpha-2 codes, or None")
    return WAR if region == "war" else dict.fromkeys(region or (), 1.5)


def resolve(plain: str, mentions: list[Mention], prior: Mapping[str, float], rules: Rules) -> list[Choice]:
    """Choose a place for each mention of an article; a name means the same all through it, unless a word says else.

    The order of mentions does not matter, apart from a container right behind a name.
    """
    certain = {mention.senses[0].place for mention in mentions if len(mention.senses) == 1}
    countries = {place.country for place in certain if place.label == "country"} - {None}
    areas = {sense.place for mention in mentions if mention.area for sense in mention.senses}
    contained = _contained(plain, mentions, rules)

    def rated(sense: Sense, mention: Mention) -> tuple[float, str, Sense]:
        """Weight of a sense of a mention, and what it owes most to."""
        place = sense.place
        weight, why = place.weight + prior.get(place.country or "", 0.0), "weight"
        if place.label != "country" and place.country in countries:
            weight, why = weight + NAMED, "country named"
        if (mention.name, place) in contained:
            weight, why = weight + CONTAINED, "container"
        if mention.area:
            return weight, "word for a region", sense
        if sense.stem:
            weight += STEM
            if place in areas and not any(s.place in certain and s.place.label == "city" for s in mention.senses):
                weight, why = weight + AREA, "region named"
        return weight, why, sense

    alike = {(mention.name, mention.area, mention.senses): mention for mention in mentions}
    chosen = {key: _heaviest([rated(s, mention) for s in mention.senses]) for key, mention in alike.items()}
    return [chosen[mention.name, mention.area, mention.senses] for mention in mentions]


def _contained(plain: str, mentions: list[Mention], rules: Rules) -> set[tuple[str, Place]]:
    """Places that a name right behind them contains ("Kursk, Russia"), and the containers, with their names."""
    return {
        found
        for mention, behind in pairwise(mentions)
        if rules.patterns["within"].fullmatch(plain, mention.end, behind.start)
        for inner in mention.senses
        for outer in behind.senses
        if _holds(outer.place, inner.place)
        for found in ((mention.name, inner.place), (behind.name, outer.place))
    }


def _holds(outer: Place, inner: Place) -> bool:
    """Whether a country or a first-order region holds a place."""
    if outer.country is None or outer.country != inner.country:
        return False
    within = outer.label == "admin1" and inner.admin1 == outer.name and inner.label in ("city", "facility")
    return inner.label != "country" if outer.label == "country" else within


def _heaviest(ratings: list[tuple[float, str, Sense]]) -> Choice:
    """The heaviest place; its share is that of ten to the power of the weights."""
    ranked = sorted(ratings, key=lambda r: (-r[0], r[2].place.name, r[2].place.geoname_id or 0, r[2].place.lat))
    shares = [10.0 ** (weight - ranked[0][0]) for weight, _, _ in ranked]
    shares = [share / sum(shares) for share in shares]
    others = [
        {**sense.place.about(), "score": round(share, 4)}
        for (_, _, sense), share in zip(ranked[1:4], shares[1:4], strict=True)
    ]
    return Choice(ranked[0][2], shares[0], _json(others) if others else "[]", ranked[0][1])


_json = json.JSONEncoder(ensure_ascii=False).encode

"""Which place a name means: how prominent it is, the words beside it, and the other places that the article names."""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from ukrcorpus.places.containers import LONG, contained, listed
from ukrcorpus.places.gazetteer import Names, Place, Sense
from ukrcorpus.places.spotting import Mention

# All weights are decimal logarithms of a population. What a place in the region of this war gains in an article on it.
WAR = {"UA": 1.5, "RU": 1.5, "BY": 1.5, "MD": 1.0, "GE": 0.7, "PL": 0.5, "RO": 0.5, "LT": 0.5, "LV": 0.5, "EE": 0.5}
# What ten times as many names in GeoNames are worth; what a name of another language or time and a bare stem lose.
NOTABLE, ALTERNATE, STEM = 0.4, -2.0, -2.5
# What the decimal logarithm of the number of names is taken for where it is not known; what regions and capitals of the
# table have above the weight that they come with.
UNCOUNTED, FIRST_ORDER, SECOND_ORDER, CAPITAL = 1.3, 0.7, -2.0, 1.0
# By a container, or a word for a region, beside the same name elsewhere in the article.
ELSEWHERE = 3.0
# By the other names of the article, as MOST * s / (s + HALF) of the support s: places near, places in the same
# first-order region, in the same country; last, the share of a list with the name that is of the same kind.
MOST = np.array([[4.0], [2.0], [1.0], [33.0]])
HALF = np.array([[1.2], [0.8], [3.0], [10.0]])
NEAR = 100 / 6371  # where support by nearness is halved: 100 km, in radii of the Earth
# How many times a name in the same clause counts, and the region or country itself.
BESIDE, HOLDER = 2.0, 3.0
# Candidates further behind, or more than so many of a name, take no part in what the article adds.
BEHIND, CANDIDATES, ROUNDS = 4.0, 10, 4

_STOP = re.compile(r"[.!?;\n] |\n")


class Choice(NamedTuple):
    """The sense chosen for a mention, its probability, up to three others with theirs (JSON), and why."""

    sense: Sense
    score: float
    candidates: str
    why: str


class _Article(NamedTuple):
    """An article to resolve; `at` is the name of each mention, the others are of names, `often` the root of counts."""

    plain: str
    mentions: Sequence[Mention]
    at: list[int]
    order: list[Any]
    found: list["_Name"]
    often: list[float]


class _Name(NamedTuple):
    """What a name can mean; a row of `table` is weight, place on the unit sphere (3), country, region, kind, gain."""

    senses: tuple[Sense, ...]
    table: Any


def region_prior(region: str | Collection[str] | None) -> tuple[tuple[str, float], ...]:
    """Countries, and what places in them gain: "war", or those given, or nothing.

    Raises:
        ValueError: where region is a word other than "war".
    """
    if isinstance(region, str) and region != "war":
        raise ValueError(f"region is {region!r}; give 'war', a list of ISO 3166-1 alpha-2 codes, or None")
    return tuple(sorted((WAR if region == "war" else dict.fromkeys(region or (), 1.5)).items()))


@lru_cache(4)
def resolver(
    names: Names, prior: tuple[tuple[str, float], ...]
) -> Callable[[Sequence[tuple[str, Sequence[Mention]]]], list[list[Choice]]]:
    """Make a function that chooses a place for each mention of articles, which are sorted by their start.

    The weight of a sense is the logarithm of its population, and of the number of its names as a measure of prominence.
    Containers add to it, also those of a list (Lieberman, Samet & Sankaranarayanan 2010 on comma groups); and so do
    the candidates of all other names, by nearness (spatial minimality: Leidner 2007) and by the region and the country
    that they share (Kamalloo & Rafiei 2018), each as far as it is probable itself. Probabilities are relaxed together
    in a fixed number of synchronous rounds, so the order of sentences does not matter. A name means the same all
    through an article (one sense per discourse: Gale, Church & Yarowsky 1992), unless a container beside it says else.
    """
    number: dict[Any, int] = {}
    known: dict[Any, _Name] = {}

    def prepared(plain: str, mentions: Sequence[Mention]) -> _Article:
        gains = [tuple(sorted(gained.items())) for gained in contained(plain, mentions, names)]
        keys = [(m.name, m.area, len(m.senses), gained) for m, gained in zip(mentions, gains, strict=True)]
        if len(known) > 20_000:  # a corpus of millions of articles must not fill the memory
            known.clear()
        for key, mention in zip(keys, mentions, strict=True):
            if key[:3] not in known:
                known[key[:3]] = _read(mention.senses, dict(prior), number)
        counts = Counter(keys)
        order = sorted(counts)
        at = {key: place for place, key in enumerate(order)}
        often = [math.sqrt(min(counts[key], 9)) for key in order]
        return _Article(plain, mentions, [at[key] for key in keys], order, [known[key[:3]] for key in order], often)

    def resolve(articles: Sequence[tuple[str, Sequence[Mention]]]) -> list[list[Choice]]:
        every = [prepared(plain, mentions) for plain, mentions in articles]
        open_ones = [article for article in every if any(len(name.senses) > 1 for name in article.found)]
        chosen = dict(zip(map(id, open_ones), _choices(open_ones), strict=True))
        return [
            [chosen[id(article)][place] for place in article.at]
            if id(article) in chosen
            else [Choice(mention.senses[0], 1.0, "[]", "only one") for mention in article.mentions]
            for article in every
        ]

    return resolve


def _choices(articles: Sequence[_Article]) -> list[list[Choice]]:
    """The choice for each name of each article; all are reckoned at once, since a call for each would cost more."""
    if not articles:
        return []
    sizes = np.array([len(name.senses) for article in articles for name in article.found])
    table = np.concatenate([name.table for article in articles for name in article.found])
    ends, first = np.cumsum(sizes), 0
    for article in articles:
        _add_gains(table[:, 0], (ends - sizes)[first : first + len(article.order)].tolist(), article)
        first += len(article.order)
    total, before = _supported(articles, table, sizes).tolist(), table[:, 0].tolist()
    end = 0
    chosen: list[list[Choice]] = []
    for article in articles:
        chosen.append([])
        for name, key in zip(article.found, article.order, strict=True):
            part = slice(end, end := end + len(name.senses))
            chosen[-1].append(_chosen(name.senses, dict(key[3]), before[part], total[part]))
    return chosen


def _read(senses: tuple[Sense, ...], prior: dict[str, float], number: dict[Any, int]) -> _Name:
    """What a name can mean, as numbers."""

    def numbered(of: Any) -> float:
        return number.setdefault(of, len(number)) if of else math.nan  # what is not known is like nothing

    rows = []
    for sense in senses:
        place = sense.place
        region = place.name if place.label == "admin1" else place.admin1
        kind = {"country": 2, "admin1": 1}.get(place.label, 0)
        numbers = numbered(place.country), numbered(region and (place.country, region)), kind
        lat, lon = math.radians(place.lat), math.radians(place.lon)
        point = math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)
        rows.append((_weight(sense), *point, *numbers, prior.get(place.country or "", 0.0)))
    return _Name(senses, np.array(rows))


def _weight(sense: Sense) -> float:
    """How likely a name means a place before anything is known of the article."""
    place = sense.place
    weight = place.weight + NOTABLE * (place.notable or UNCOUNTED)
    if place.curated:
        second = SECOND_ORDER if place.admin1 else 0.0
        more = {"admin1": FIRST_ORDER, "region": second, "city": CAPITAL if place.seat else 0.0}
        weight += more.get(place.label, 0.0)
    return weight + ALTERNATE * (not sense.primary) + STEM * sense.stem


def _add_gains(weights: Any, starts: list[int], article: _Article) -> None:
    """Add what candidates gain by containers, here or elsewhere, and by a word for a region elsewhere."""
    _, mentions, _, order, found, _ = article
    held = {(key[0], name.senses[number].place) for key, name in zip(order, found, strict=True) for number, _ in key[3]}
    areas = {sense.place for mention in mentions if mention.area for sense in mention.senses}
    certain = {m.senses[0].place for m in mentions if len(m.senses) == 1 and m.senses[0].place.label == "city"}
    for key, name, start in zip(order, found, starts, strict=True):
        for number, gain in key[3]:
            weights[start + number] += gain
        for number, sense in enumerate(name.senses) if areas or (held and not key[3]) else ():
            weights[start + number] += ELSEWHERE * (not key[3] and (key[0], sense.place) in held)
            if sense.place in areas and not key[1] and not any(s.place in certain for s in name.senses):
                weights[start + number] += -STEM if sense.stem else ELSEWHERE


def _beside(article: _Article) -> Any:
    """By pairs of names: how many times more one counts for the other for standing in its clause; share of a list."""
    plain, mentions, at, order, *_ = article
    beside = np.array([np.ones((len(order),) * 2), np.zeros((len(order),) * 2)])
    group = at[:1]
    for (one, other), (a, b) in zip(pairwise(mentions), pairwise(at), strict=True):
        if other.start - one.end < LONG and not _STOP.search(plain, one.end, other.start):
            beside[0, a, b] = beside[0, b, a] = BESIDE
        if one.area == other.area and listed(plain, one.end, other.start):
            beside[1, b, group] = beside[1, group, b] = 1
        else:
            group = []
        group.append(b)
    beside[1] /= np.maximum(beside[1].sum(1, keepdims=True), 1)
    return beside.reshape(2, -1)


def _supported(articles: Sequence[_Article], table: Any, sizes: Any) -> Any:
    """The weights with the region prior, as far as an article is about the region, and with what other names add."""
    n_names = np.array([len(article.order) for article in articles])
    often = np.concatenate([article.often for article in articles])
    of = np.repeat(np.arange(len(articles)), n_names)  # the article of a name
    weights, starts, owner = table[:, 0], np.cumsum(sizes) - sizes, np.repeat(np.arange(len(sizes)), sizes)
    about = often * np.bincount(owner, _share(weights, starts, owner) * (table[:, 7] > 0))
    other_often = np.bincount(of, often)[of] - often  # a name does not speak for itself, unless it is alone
    about = np.where(other_often > 0, (np.bincount(of, about)[of] - about) / np.maximum(other_often, 1), about / often)
    weights = weights + table[:, 7] * np.minimum(1.0, 2 * about)[owner]
    least = np.maximum.reduceat(weights, starts) - BEHIND
    for n in np.flatnonzero(sizes > CANDIDATES):
        least[n] = max(least[n], np.partition(weights[starts[n] : starts[n] + sizes[n]], -CANDIDATES)[-CANDIDATES])
    kept = np.flatnonzero(weights >= least[owner])
    whose, columns = owner[kept], table[kept]
    left = np.bincount(whose)
    undecided = np.flatnonzero((left[whose] > 1) & (n_names[of[whose]] > 1))
    if not len(undecided):
        return weights
    # Each undecided candidate with each candidate of the same article.
    per = np.bincount(of[whose], minlength=len(articles))
    width = per[of[whose[undecided]]]
    begin_rows = np.cumsum(width) - width
    one = np.repeat(undecided, width)
    other = np.arange(len(one)) + np.repeat((np.cumsum(per) - per)[of[whose[undecided]]] - begin_rows, width)
    mine, theirs, rows, others = whose[one], whose[other], columns[one], columns[other]
    asked = set(of[whose[undecided]].tolist())
    pairs = [_beside(a) if n in asked else np.zeros((2, len(a.order) ** 2)) for n, a in enumerate(articles)]
    square = np.cumsum(n_names**2) - n_names**2
    local = np.arange(len(of)) - (np.cumsum(n_names) - n_names)[of]
    pair = square[of[mine]] + local[mine] * n_names[of[mine]] + local[theirs]
    clause, in_list = np.concatenate(pairs, axis=1)[:, pair]
    counts = (mine != theirs) * often[theirs]
    kinds, own = others[:, 6], rows[:, 6]
    holder = np.where(kinds == own, 1.0, HOLDER)
    land = counts * clause * ((own < 2) & (kinds < 2))
    chord = 2 - 2 * (rows[:, 1:4] * others[:, 1:4]).sum(1)
    shared = rows[:, 5] == others[:, 5]
    pulls = np.array(
        [
            land * (kinds < 1) * np.where(own < 1, 1 / (1 + chord / NEAR**2), shared),  # a region is near what it holds
            land * holder * shared,
            counts * holder * (rows[:, 4] == others[:, 4]),
            (mine != theirs) * in_list * (kinds == own),
        ]
    )
    now, begin = weights[kept], np.cumsum(left) - left
    base, probable = now[undecided], _share(now, begin, whose)
    for _ in range(ROUNDS):
        support = np.add.reduceat(pulls * probable[other], begin_rows, axis=1)
        now[undecided] = base + (MOST * support / (support + HALF)).sum(0)
        probable = (probable + _share(now, begin, whose)) / 2
    weights[kept] = now
    return weights


def _share(weights: Any, starts: Any, owner: Any) -> Any:
    """Probability of each candidate among those of its name."""
    parts = 10.0 ** (weights - np.maximum.reduceat(weights, starts)[owner])
    return parts / np.add.reduceat(parts, starts)[owner]


def _chosen(senses: tuple[Sense, ...], gains: dict[int, float], before: list[float], after: list[float]) -> Choice:
    """The heaviest sense, and why: what it would not have been chosen without."""
    if len(senses) == 1:
        return Choice(senses[0], 1.0, "[]", "only one")
    ranked = sorted(range(len(after)), key=lambda number: -after[number])
    shares = [10.0 ** (weight - after[ranked[0]]) for weight in after]
    whole, best = sum(shares), ranked[0]
    others = [f'{_about(senses[n].place)}, "score": {round(shares[n] / whole, 4)}}}' for n in ranked[1:4]]
    why = "container" if best in gains else "places named" if before[best] < max(before) else "weight"
    return Choice(senses[best], 1 / whole, f"[{', '.join(others)}]", why)


@lru_cache(50_000)
def _about(place: Place) -> str:
    """What candidates say of a place, as JSON without its end."""
    return json.dumps(place.about(), ensure_ascii=False)[:-1]

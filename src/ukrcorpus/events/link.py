"""The same event as several articles tell it, and who tells it."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import chain, pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_list_like
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_array, triu
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform

from ukrcorpus.columns import as_table
from ukrcorpus.sentences import find_sentences
from ukrcorpus.spans import each_article
from ukrcorpus.summary import SMALLEST_GROUP
from ukrcorpus.times.grammar import load_rules
from ukrcorpus.times.periods import publication_days

Integers = NDArray[np.int64]
_WORD = re.compile(r"[^\W\d_]{3,}(?:-[^\W\d_]+)*")
_DAY = 86_400
_NEAR, _ADDED = 200, 0.2
"""Characters from the time at which a word weighs half of what it does beside it; weight of what is not in the text."""
_MANY, _KEYS, _PAIRS, _DENSE = 100, 5, 500_000, 1_500
"""Partners that a word leads to, save a telling's few weightiest; pairs compared at a time; half a table of pairs."""
_OUTCOMES = ("told", "not told", "published before it", "publication unknown", "none in the window")


def link_events(
    events: pd.DataFrame, docs: pd.DataFrame, *, sentences: pd.DataFrame | None = None, similarity: float = 0.06
) -> pd.DataFrame:
    """Join the same event as several articles tell it.

    Two tellings agree by the weight of the words that both have, as a part of the shorter one's. A word weighs the more
    the fewer sentences hold it (inverse document frequency, Sparck Jones 1972); those of the clause (`what`) weigh
    fully, others of the sentence half, and less the further from the time; names of `entities` and `places` add other
    spellings. Two words are shared at least, one of them no name: all events of a matter share its names. The agreement
    is divided by 1 + log10 of the tellings that touch the longer time, since where much happens more must agree, and
    halved where times within a day do not overlap. Nothing past lies after publication, nothing announced before it.
    Clusters are those of average linkage (Sokal and Michener 1958): parts are joined whose mean agreement, pairs below
    `similarity` counted as 0, is half of it or more, but no times more than a day apart; so nothing is chained.

    Args:
        events: the result of `find_events`.
        docs: the articles that the events are from; `published`, or `published_low` and `published_high`, are read.
        sentences: the result of `find_sentences`, where it was made already; words are counted in them.
        similarity: least agreement of two tellings, 0 to 1.

    Returns:
        The events with `cluster_id`: the least event_id of the cluster, null where no other article tells the event;
        and `cluster_score`: mean agreement of the tellings of different articles in it, 0 to 1, null where no cluster.

    Raises:
        KeyError: where an event's article is not in docs.

    Example:
        >>> texts = ["On 1 October 2022 the city of Lyman fell.", "The fall of the city of Lyman, 1 October 2022."]
        >>> docs = pd.DataFrame({"doc_id": ["a", "b"], "text": texts})
        >>> from ukrcorpus import find_events
        >>> link_events(find_events(docs), docs).cluster_id.tolist()
        ['a:3', 'a:3']

    """
    missing = set(events["doc_id"]) - set(docs["doc_id"])
    if missing:
        raise KeyError(f"docs lacks the articles of {len(missing)} events, e.g. {min(missing)!r}")
    dated = events.reset_index(drop=True).dropna(subset=["date_low", "date_high"])
    days = publication_days(docs).reindex(dated["doc_id"]).set_axis(dated.index)
    is_announced = dated["status"] == "announced"
    for end, published, concerned in (("date_low", "low", is_announced), ("date_high", "high", ~is_announced)):
        within = days[published].between(dated["date_low"], dated["date_high"])
        dated[end] = dated[end].mask(concerned & within, days[published])
    told = dated.sort_values(["date_low", "date_high", "event_id"])
    low, high = (told[end].to_numpy("datetime64[s]").astype("int64") for end in ("date_low", "date_high"))
    words, is_name = _words(told, docs, find_sentences(docs) if sentences is None else sentences)
    total = words.sum(axis=1)
    crowd = 1 + np.log10(np.searchsorted(low, high, side="right") - np.searchsorted(np.sort(high), low))
    kept: list[tuple[Integers, Integers, NDArray[np.float64]]] = []
    for first, second in _candidates(words, is_name, low, high):
        shared = words[first].minimum(words[second])
        agreement = shared.sum(axis=1) / np.minimum(total[first], total[second])
        agreement /= np.maximum(crowd[first], crowd[second]) * np.where(low[second] > high[first], 2, 1)
        enough = (agreement >= similarity) & (np.diff(shared.indptr) > 1)
        kept.append((first[enough], second[enough], agreement[enough]))
    rows, columns, values = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    joints = csr_array((values, (rows, columns)), shape=(len(told), len(told)))
    articles, event_ids = np.unique(told["doc_id"], return_inverse=True)[1], told["event_id"].to_numpy("object")
    ids, scores = np.full(len(events), None), np.full(len(events), np.nan)
    for members, score in _clusters(joints + joints.T, low, high, articles, similarity / 2):
        ids[told.index[members]], scores[told.index[members]] = event_ids[members].min(), score
    return as_table(events, "events").assign(cluster_id=pd.Series(ids, dtype="str"), cluster_score=scores)


def _words(events: pd.DataFrame, docs: pd.DataFrame, sentences: pd.DataFrame) -> tuple[csr_array, NDArray[np.bool_]]:
    """A row an event, a column a word, in it its weight; and which words are names: those mostly with a capital."""
    texts, empty = dict(each_article(docs)), set(load_rules("en", "events")["lists"]["empty"])

    @cache
    def stem(word: str) -> str:
        # cut to six letters, so that endings do not count
        return "" if word.lower() in empty else word[:6].lower()

    counts, capitals = Counter[str](), Counter[str]()
    for text in sentences["surface"]:
        found = set(_WORD.findall(text))
        counts.update({stem(word) for word in found})
        capitals.update({stem(word) for word in found if word[0].isupper()})
    columns = ["doc_id", "start", "end", "time_start", "time_end", "what", "entities", "places"]
    bags: list[dict[str, float]] = []
    for doc_id, start, end, first, last, what, *names in zip(*(events[name] for name in columns), strict=True):
        bag = {stem(word): 1.0 for word in _WORD.findall(what if isinstance(what, str) else "")}
        for match in _WORD.finditer(texts[doc_id], start, end):
            away = max(first - match.end(), match.start() - last)
            if away >= 0:
                bag[stem(match[0])] = max(bag.get(stem(match[0]), 0), 0.5 * _NEAR / (_NEAR + away))
        # names as the table has them: words that do not stand there
        bag = {stem(word): _ADDED for word in _WORD.findall(" ".join(chain(*filter(is_list_like, names))))} | bag
        bags.append({word: bag[word] for word in sorted(bag) if word})
    place = {word: number for number, word in enumerate(sorted(set().union(*bags)))}
    is_name = np.array([capitals[word] * 2 > counts[word] or not counts[word] for word in place], dtype="bool")
    weight = np.log((1 + len(sentences)) / np.array([max(counts[word], 1) for word in place]))
    places = np.fromiter((place[word] for word in chain(*bags)), dtype="int64")
    values = np.fromiter(chain.from_iterable(bag.values() for bag in bags), dtype="float64") * weight[places]
    return csr_array((values, places, np.cumsum([0, *map(len, bags)])), shape=(len(bags), len(place))), is_name


def _candidates(
    words: csr_array, is_name: NDArray[np.bool_], low: Integers, high: Integers
) -> Iterator[tuple[Integers, Integers]]:
    """Pairs that share a word that is no name and lie within a day of each other, some at a time: a sweep a word."""
    size = max(len(low), 1)
    number, word = np.repeat(np.arange(len(low)), np.diff(words.indptr)), words.indices
    number, word, value = (column[~is_name[word]] for column in (number, word, words.data))
    rank = np.empty(len(number), dtype="int64")
    rank[np.lexsort([word, -value, number])] = np.arange(len(number)) - np.searchsorted(number, number)
    # events are in the order of their beginning: those that begin before one is over are a stretch behind it
    keys = word.astype("int64") * size + number
    order = np.argsort(keys)
    keys, here = keys[order], number[order]
    until = np.searchsorted(keys, keys - here + np.searchsorted(low, high + _DAY, side="right")[here])
    counts = until - np.arange(len(keys)) - 1
    counts[(counts > _MANY) & (rank[order] >= _KEYS)] = 0
    turn = (np.cumsum(np.bincount(here, counts, minlength=size)) // _PAIRS)[here]
    by_turn = np.argsort(turn, kind="stable")
    for some in np.split(by_turn, np.flatnonzero(np.diff(turn[by_turn])) + 1):
        many = counts[some]
        second = np.repeat(some + 1 - np.cumsum(many) + many, many) + np.arange(many.sum())
        yield np.divmod(np.unique(np.repeat(here[some], many) * size + here[second]), size)


def _clusters(
    joints: csr_array, low: Integers, high: Integers, articles: Integers, least: float
) -> Iterator[tuple[Integers, float]]:
    """Members of each cluster that has several articles, and their mean agreement."""
    component = connected_components(joints, directed=False)[1]
    order = np.argsort(component, kind="stable")
    joints, size = joints[order][:, order], len(order)
    # what hangs together is cut, once it is too long for a table of pairs, where the fewest joints cross
    ends = [np.bincount(end, minlength=size) for end in triu(joints).nonzero()]
    crossing = np.cumsum(ends[0] - ends[1])[: size // _DENSE * _DENSE].reshape(-1, _DENSE)
    cuts = np.arange(len(crossing)) * _DENSE + crossing.argmin(axis=1) + 1
    edges = np.unique([0, *cuts, *(np.flatnonzero(np.diff(component[order])) + 1), size])
    for start, end in pairwise(edges.tolist()):
        members = order[start:end]
        if len(set(articles[members])) < 2:
            continue
        agreement = joints[start:end, start:end].toarray()
        apart = low[members][:, None] > high[members] + _DAY
        # a distance that no mean makes up for
        distance = np.where(apart | apart.T, float(len(members)), 1 - agreement)
        np.fill_diagonal(distance, 0)
        label = fcluster(linkage(squareform(distance, checks=False), "average"), 1 - least, "distance")
        for one in range(1, label.max() + 1):
            inside = np.flatnonzero(label == one)
            others = articles[members[inside]][:, None] != articles[members[inside]]
            if others.any():
                yield members[inside], float(agreement[np.ix_(inside, inside)][others].mean())


def count_tellings(
    events: pd.DataFrame, docs: pd.DataFrame, *, by: str = "publisher", window_days: int = 31
) -> pd.DataFrame:
    """Count, for each event that several articles tell, the articles of each group that tell it.

    An article could have told an event where it surely appeared after it and within `window_days`: an older one could
    not know it, a later one need not come back to it. That it could does not say that it should: it may be about
    something else. The interval is Wilson's (1927), since a bootstrap gives none where all articles or none tell it.

    Args:
        events: the result of `link_events`; rows without a cluster are left out.
        docs: the articles, as `infer_published` gives them.
        by: column of docs that makes the groups. Articles without a value of it form the group "unknown".
        window_days: days after the event within which an article could have told it.

    Returns:
        A row a cluster and group: `cluster_id`; `date_low, date_high` (datetime64[s]: what the times of its tellings
        have in common); `by`; `told` (bool: an article tells it, whenever that appeared); `outcome`: told, not told (by
        any of n_docs articles), published before it (all of them), publication unknown (of one at least), none in the
        window; and the columns of a summary: `estimate` the share of the `n_docs` articles which could have told it
        that do, null where there are none; `n_spans` the group's tellings.

    Raises:
        KeyError: where docs lacks the column `by`, or an event's article.

    Example:
        >>> from ukrcorpus import find_events, link_events
        >>> texts = ["Lyman fell on 1 October 2022.", "On 1 October 2022 Lyman fell.", "Rain fell."]
        >>> docs = pd.DataFrame({"doc_id": ["a", "b", "c"], "text": texts, "publisher": ["P", "Q", "R"]})
        >>> docs["published"] = pd.to_datetime(["2022-10-02", "2022-10-03", "2022-10-02"])
        >>> count_tellings(link_events(find_events(docs), docs), docs)[["publisher", "outcome"]].values.tolist()
        [['P', 'told'], ['Q', 'told'], ['R', 'not told']]

    """
    articles = publication_days(docs).assign(group=docs[by].astype("object").fillna("unknown").to_numpy())
    told = events[events["cluster_id"].notna()].join(articles, on="doc_id")
    if told["group"].isna().any():
        raise KeyError(f"docs lacks {told.loc[told['group'].isna(), 'doc_id'].min()!r}, an article that events has")
    ends = told.groupby("cluster_id").agg(one=("date_low", "max"), other=("date_high", "min"))
    common = pd.DataFrame({"date_low": ends.min(axis=1), "date_high": ends.max(axis=1)})
    first, last = common["date_low"].to_numpy(), common["date_high"].to_numpy()
    window = pd.Timedelta(days=window_days)
    after = told.join(common["date_high"].rename("last"), on="cluster_id")["last"]
    could = told[(told["low"] > after) & (told["high"] <= after + window)].drop_duplicates(["cluster_id", "doc_id"])
    possible = []
    for _, members in articles.groupby("group"):
        dated = members.dropna(subset=["low", "high"])
        # one as long as the window is never surely within it; of the others, those over by its end less those not after
        short = dated[dated["high"] - dated["low"] < window]
        over = np.searchsorted(np.sort(short["high"]), last + window, side="right")
        able = over - np.searchsorted(np.sort(short["low"]), last, side="right")
        before = np.searchsorted(np.sort(dated["high"]), first) == len(members)
        possible.append([able, before, np.full(len(common), len(dated) < len(members))])
    table = common.reset_index().merge(pd.DataFrame({by: sorted(articles["group"].unique())}, dtype="str"), how="cross")
    flags = np.array(possible, dtype="int64").reshape(len(possible), 3, len(common))
    able, before, unknown = flags.transpose(1, 2, 0).reshape(3, len(table))
    keys = pd.MultiIndex.from_frame(table[["cluster_id", by]])
    n_spans, n_with = (
        rows.groupby(["cluster_id", "group"]).size().reindex(keys, fill_value=0).to_numpy() for rows in (told, could)
    )
    outcome = np.select([n_spans > 0, able > 0, before > 0, unknown > 0], _OUTCOMES[:4], _OUTCOMES[4])
    n, z = np.where(able > 0, able, np.nan), 1.959964
    share, enough = n_with / n, able >= SMALLEST_GROUP
    middle, spread = share + z**2 / (2 * n), z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low, high = (np.where(enough, end / (1 + z**2 / n), np.nan) for end in (middle - spread, middle + spread))
    reason = pd.Series([f"{number} of {SMALLEST_GROUP} articles needed" for number in able], dtype="str").mask(enough)
    table = table.assign(told=n_spans > 0, outcome=pd.Series(outcome, dtype="str"), estimate=share, low=low, high=high)
    table = table.assign(n_docs=able, n_spans=n_spans, reason=reason)
    return table.sort_values(["date_low", "date_high", "cluster_id", by], ignore_index=True)

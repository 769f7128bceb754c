"""Publishers: which outlet wrote an article, and whose page it stood on."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pandas as pd

from ukrcorpus.columns import as_table
from ukrcorpus.packaged import read_rows, read_text
from ukrcorpus.spans import each_article, span_table
from ukrcorpus.zones import find_zones

_HOST = re.compile(r"(?:https?://|www\.|@)?((?:[\w-]+\.)+[a-z]{2,})\b", re.I)
_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_MARK = "\ue000"
"""Stands for the name of an outlet while cues are searched, so that they need not know the names."""

Found = tuple[str, str | None, int, int]
"""A rule, the outlet that it finds (none that the table does not know), start and end."""


class Outlets(NamedTuple):
    """A table of outlets, made ready for look-up."""

    by_name: dict[str, str]
    by_domain: dict[str, str]
    short: dict[str, str]
    names: re.Pattern[str]


def read_outlets() -> pd.DataFrame:
    """The package's table of outlets.

    Returns:
        A row an outlet: `name, short, domains, aliases, country, kind, source` (all str; several domains and aliases
        are separated by ";"). What each column means stands at the head of `data/outlets.csv`.

    Example:
        >>> outlets = read_outlets().set_index("name")
        >>> outlets.loc["World Socialist Web Site", "domains"]
        'wsws.org'

    """
    return read_rows("outlets.csv")


def infer_publisher(
    docs: pd.DataFrame,
    *,
    zones: pd.DataFrame | None = None,
    outlets: pd.DataFrame | None = None,
    cues: str | Path | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    r"""Fill in which outlet wrote each article, and what that rests on.

    A line such as "Courtesy: …", an agency in the dateline or an outlet in the byline tells who wrote a page, whoever
    published it; then come, from the strongest down: what the metadata say (`publisher`, the domain of `url`); the
    domain of a contact address; a title that names who issues it ("PSL statement: …"); a line "Source: …"; an outlet
    that the text names as its own voice ("As the WSWS has explained"; not "the Washington Post reported", which names
    another's). What one rule finds cancels itself out where it names different outlets. A publisher that the metadata
    name becomes `republished_by` where another outlet wrote the page. A photograph's credit is never the publisher.

    Args:
        docs: a table with `doc_id` and `text`; `publisher`, `publisher_source`, `republished_by` and `url` are read
            where they are given. A publisher whose source is null or "metadata" is kept.
        zones: the result of `find_zones`, where it was made already.
        outlets: a table with the columns of `read_outlets`, to use instead of it.
        cues: a file of cues in the form of the package's `data/publisher_cues.toml`, to use instead of it.

    Returns:
        docs with `publisher`, `publisher_source` (metadata, zone, inferred; null where given as such or unknown) and
        `republished_by` filled in; and a span table, a row a piece of evidence, with `field` ("publisher" or
        "republished_by"), `value` (the outlet; null where the table knows none), `used`, and `reason` where it was not
        used. What metadata say has an empty span at 0.

    Raises:
        ValueError: where docs lacks a column or holds an id twice, or outlets lacks a column.

    Example:
        >>> docs, evidence = infer_publisher(pd.DataFrame({"doc_id": ["a"], "text": ["A title\n\nCourtesy: WSWS."]}))
        >>> docs.publisher.tolist(), evidence.surface.tolist()
        (['World Socialist Web Site'], ['Courtesy: WSWS.'])

    """
    texts = dict(each_article(docs))
    zones = find_zones(docs) if zones is None else zones
    known = default_outlets() if outlets is None else _prepare(outlets)
    rules = read_rules("publisher_cues.toml", cues)["rule"]
    scores, sources, reasons = ({r["name"]: r.get(key) for r in rules} for key in ("score", "source", "reason"))
    in_text = defaultdict(list)
    for doc_id, found in _from_zones(zones[zones["doc_id"].isin(texts)], texts, known, rules):
        in_text[doc_id].append(found)
    given = docs.reindex(columns=["doc_id", "publisher", "publisher_source", "republished_by", "url"]).astype("object")
    given = given.where(given.notna() & (given != ""), None)
    answers, evidence = [], []
    for fields in given.to_dict("records"):
        base = {"doc_id": fields["doc_id"], "label": "publisher", "field": "publisher", "used": False}
        rows = [
            {**base, "start": start, "end": end, "rule": rule, "score": scores[rule], "reason": reasons[rule]}
            | {"value": outlet, "who": _outlet_named(outlet, known)}
            for rule, outlet, start, end in [*_from_metadata(fields, known), *in_text[fields["doc_id"]]]
        ]
        answers.append(_decide(rows, fields, known, sources))
        evidence += [row for row in rows if row["rule"] != "cited"]
    columns = ["publisher", "publisher_source", "republished_by"]
    filled = docs.assign(**pd.DataFrame(answers, docs.index, columns, dtype="str"))
    table = span_table(evidence, "evidence", docs, zones).drop(columns="who", errors="ignore")
    return filled, as_table(table.assign(zone=table["zone"].where(table["end"] > 0, None)), "evidence")


def read_rules(packaged: str, path: str | Path | None) -> dict[str, Any]:
    """A file of rules, else the package's: TOML, with the `patterns` of each [[rule]] and the [words] compiled.

    <name> in a pattern stands for what [parts] says, or for the keys of a table of that name.
    """
    return _compile(read_text(packaged, path))


@lru_cache(maxsize=8)
def _compile(text: str) -> dict[str, Any]:
    data = tomllib.loads(text)

    def part(match: re.Match[str]) -> str:
        words = data["parts"].get(match[1]) or _any_of(data[match[1]])
        return f"(?:{expanded(words)})"

    def expanded(pattern: str) -> str:
        return re.sub(r"(?<!\?P)<(\w+)>", part, pattern).replace("OUTLET", _MARK)

    for rule in data["rule"]:
        rule["patterns"] = [re.compile(expanded(pattern), re.I | re.S) for pattern in rule.get("patterns", ())]
    data["words"] = {name: re.compile(expanded(pattern), re.I) for name, pattern in data.get("words", {}).items()}
    return data


@lru_cache(maxsize=1)
def default_outlets() -> Outlets:
    """The package's outlets, made ready for look-up."""
    return _prepare(read_outlets())


def _prepare(outlets: pd.DataFrame) -> Outlets:
    """Index a table of outlets by folded name and by domain."""
    table = read_rows("outlets.csv", outlets, needed=["name", "domains", "aliases"])
    by_name, by_domain = {}, {}
    short = dict(zip(table["name"], table["short"] if "short" in table.columns else table["name"], strict=True))
    by_letter: dict[str, set[str]] = defaultdict(set)
    for name, domains, aliases in table[["name", "domains", "aliases"]].itertuples(index=False):
        by_domain.update(dict.fromkeys(filter(None, domains.lower().split(";")), name))
        for alias in filter(None, [name, *aliases.split(";")]):
            by_name[_fold(alias)] = name
            by_letter[alias[0]] |= {alias[1:], alias[1:].upper()}
    # Gathered by first letter, which is far faster to search.
    names = "|".join(f"{re.escape(letter)}(?:{_any_of(rests)})" for letter, rests in by_letter.items()) or "(?!)"
    return Outlets(by_name, by_domain, short, re.compile(rf"(?<![\w-])(?:{names})(?![\w-])"))


def _any_of(names: Iterable[str]) -> str:
    """A pattern of names, the longest first, since "Novaya Gazeta Europe" is one."""
    return "|".join(sorted(map(re.escape, names), key=lambda name: (-len(name), name)))


def _fold(name: str) -> str:
    """A name without regard to case, article, or the marks around it."""
    return re.sub(r"^the ", "", name.casefold().strip(" .,:;!\"'“”«»()[]"))


def _outlet_named(name: str | None, known: Outlets) -> str | None:
    """The outlet of a name, which stands for itself where the table does not know it."""
    return name and known.by_name.get(_fold(name), _fold(name))


def _outlet_of_host(host: str, known: Outlets) -> str | None:
    """The outlet whose domain is the host or the end of it."""
    parts = host.lower().split(".")
    return next((known.by_domain[d] for n in range(len(parts)) if (d := ".".join(parts[n:])) in known.by_domain), None)


def _from_metadata(fields: Mapping[Any, Any], known: Outlets) -> Iterator[Found]:
    """Evidence outside the text: the publisher that is given, the domain of the address."""
    if fields["publisher"] and fields["publisher_source"] in (None, "metadata"):
        yield "metadata", fields["publisher"], 0, 0
    if outlet := _outlet_of_host(urlsplit(fields["url"] or "").hostname or "", known):
        yield "metadata-url", outlet, 0, 0


def _from_zones(
    zones: pd.DataFrame, texts: dict[str, str], known: Outlets, rules: list[dict[str, Any]]
) -> Iterator[tuple[str, Found]]:
    """Evidence in the text, zone by zone, with its article."""
    of_zone: dict[str, list[tuple[str, re.Pattern[str]]]] = defaultdict(list)
    for rule in rules:
        for label in rule.get("zones", ()):
            of_zone[label] += [(rule["name"], pattern) for pattern in rule["patterns"]]
    above = ("", "", 0)
    for doc_id, label, start, end in zip(*(zones[name] for name in ("doc_id", "label", "start", "end")), strict=True):
        surface = texts[doc_id][start:end]
        mentions = _mentions(surface, label, known) if label in of_zone else []
        found = list(_search(surface, mentions, of_zone[label])) if mentions or label == "credit" else []
        breaks = _LINE_BREAK.findall(texts[doc_id], above[2], start)
        if label == "credit" and (not found or (above[:2] == (doc_id, "caption") and len(breaks) < 2)):
            found = [("photo-credit", mentions[0][2] if mentions else None, 0, end - start)]
        for rule_name, outlet, first, last in found:
            yield doc_id, (rule_name, outlet, start + first, start + last)
        above = (doc_id, label, end)


def _mentions(surface: str, label: str, known: Outlets) -> list[tuple[int, int, str]]:
    """The outlets that a zone names, a contact line by their domains, each of those once."""
    if label == "contact":
        hosts = [(*match.span(), _outlet_of_host(match[1], known)) for match in _HOST.finditer(surface)]
        return sorted({outlet: (start, end, outlet) for start, end, outlet in reversed(hosts) if outlet}.values())
    return [(*match.span(), known.by_name[_fold(match[0])]) for match in known.names.finditer(surface)]


def _search(
    surface: str, mentions: list[tuple[int, int, str]], patterns: list[tuple[str, re.Pattern[str]]]
) -> Iterator[Found]:
    """Where the cues of rules stand around a name: the rule, the first outlet that is named there, start and end."""
    ends = [0, *(end for _, end, _ in mentions)]
    starts = [*(start for start, _, _ in mentions), len(surface)]
    masked = _MARK.join(surface[a:b].replace(_MARK, " ") for a, b in zip(ends, starts, strict=True))
    longer = list(accumulate((end - start - 1 for start, end, _ in mentions), initial=0))
    for rule_name, pattern in patterns:
        for match in pattern.finditer(masked):
            before, after = (masked.count(_MARK, 0, at) for at in match.span())
            outlet = mentions[before][2] if after > before else None
            yield rule_name, outlet, match.start() + longer[before], match.end() + longer[after]


def _decide(
    rows: list[dict[str, Any]], fields: Mapping[Any, Any], known: Outlets, sources: Mapping[str, str | None]
) -> tuple[str | None, str | None, str | None]:
    """Choose the publisher of an article, mark each row as used or not, and say who republished it."""
    cited = {row["who"] for row in rows if row["rule"] == "cited"}
    for row in rows:
        if row["reason"] is None and row["who"] is None:
            row["reason"] = "names no outlet of the table"
        elif row["rule"] == "own-voice" and row["who"] in cited:
            row["reason"] = "the text also cites this outlet as a source"
    best = _strongest([row for row in rows if row["reason"] is None], sources)
    if best is None:
        return None, None, fields["republished_by"]
    for row in (row for row in rows if row["reason"] is None):
        row["used"] = row["who"] == best["who"]
        row["reason"] = None if row["used"] else f"contradicts {best['rule']}, which names {best['value']}"
    source = fields["publisher_source"] if best["rule"] == "metadata" else sources[best["rule"]]
    other_page = next((row for row in rows if row["rule"].startswith("metadata") and not row["used"]), None)
    if other_page and _outlet_named(fields["republished_by"], known) in (None, other_page["who"]):
        other_page.update(field="republished_by", used=True, reason=None)
        return best["value"], source, other_page["value"]
    return best["value"], source, fields["republished_by"]


def _strongest(rows: list[dict[str, Any]], rules: Iterable[str]) -> dict[str, Any] | None:
    """The row to believe; rows of one rule that name different outlets are marked and passed over."""
    for rule in rules:
        rivals = [row for row in rows if row["rule"] == rule]
        if len({row["who"] for row in rivals}) == 1:
            return rivals[0]
        for row in rivals:
            row["reason"] = f"{rule} names different outlets"
    return None

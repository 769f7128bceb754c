"""Publishers: which outlet wrote an article, and whose page it stood on."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pandas as pd

from ukrcorpus.columns import as_table
from ukrcorpus.spans import READ_ZONES, by_article, each_article, span_table
from ukrcorpus.zones import find_zones

_STRENGTH = {
    "metadata": 1.0,
    "metadata-url": 0.95,
    "republication": 0.9,
    "contact-domain": 0.85,
    "agency-dateline": 0.8,
    "byline-outlet": 0.75,
    "title-issuer": 0.6,
    "source-line": 0.5,
    "own-voice": 0.4,
}
"""How sure each rule is; rules of the same strength that name different outlets cancel each other out."""

_NAMES_A_WRITER = ("republication", "agency-dateline", "byline-outlet")
"""Rules that tell who wrote a page, whoever published it."""

_SOURCE_OF = {
    "metadata-url": "metadata",
    "title-issuer": "inferred",
    "source-line": "inferred",
    "own-voice": "inferred",
}

_REPUBLISHED = (
    r"(?:courtesy(?: of)?|(?:originally|first|previously) published (?:by|in|on|at)|"
    r"(?:republished|reprinted) (?:from|with (?:the )?permission (?:of|from)))"
)
_CREDIT_LINE = re.compile(rf"\s*(?:(?P<strong>{_REPUBLISHED})|(?P<weak>source|via|джерело|источник))\b", re.I)
_PHOTO = re.compile(r"\b(?:photos?|photograph\w*|images?|pictures?|video|screenshot|getty|фото)\b|^\s*credits?\b", re.I)
_HOST = re.compile(r"(?:https?://|www\.|@)?((?:[\w-]+\.)+[a-z]{2,})\b", re.I)
_AGENCY = re.compile(r"[(/]\s*([^()/]{2,40}?)\s*[)/]")
_ADVERB = r"(?:(?:previously|repeatedly|earlier|already|long|also|often|recently|consistently|first) )*"
_SAID_BEFORE = r"(?:reported|wrote|written|published|noted|explained|warned|stated|documented)"
_EXPLAINED = (
    r"(?:explained|noted|written|warned|insisted|stressed|emphasi[sz]ed|analy[sz]ed|argued|maintained|stated|"
    r"documented|predicted|exposed|pointed out)"
)
_OWN_VOICE = (
    rf"\bas (?:the )?OUTLET (?:has|have) {_ADVERB}{_EXPLAINED}",
    rf"\bas (?:the )?OUTLET {_ADVERB}(?:noted|explained|wrote|warned|stated|stressed|argued|insisted|predicted) "
    r"(?:in (?:its|an?|our)(?: \w+){0,2} (?:statement|perspective|editorial|analysis|article|commentary)|at the time)",
    rf"\bOUTLET (?:has |had )?(?:previously|earlier|already|repeatedly) {_SAID_BEFORE}",
    r"\bwe at (?:the )?OUTLET\b",
    r"\bOUTLET (?:has learn(?:ed|t)|can (?:now )?(?:reveal|report))\b",
    r"\bяк (?:раніше|вже) (?:повідомля(?:в|ла|ло|ли)|писа(?:в|ла|ло|ли)) OUTLET",
    r"\bкак (?:ранее|уже) (?:сообщал[аио]?|писал[аио]?) OUTLET",
)
_CITED = (
    r"\b(?:told|tells|according to|interview (?:with|to)|(?:quoted|cited|reported|reports) by) (?:the )?OUTLET\b",
    r"\bOUTLET(?:'s|’s)? (?:reports?|reported|writes|wrote|said|says|published|cited|cites|quoted|quotes|revealed|"
    r"correspondent|reporter|journalist)\b",
)
_ISSUED = (
    r"^\s*(?:the )?OUTLET (?:statement|editorial|perspective|press release|declaration|communiqu[eé]|resolution)\b",
    r"^\s*(?:joint )?(?:statement|editorial|declaration|communiqu[eé]|resolution) (?:of|by|from) (?:the )?"
    r"(?:[\w ]{0,40}\bof (?:the )?)?OUTLET\b",
)
_ORIGIN = (
    r"\b(?:article|piece|story|text|report|commentary|analysis|interview|statement|essay|it|this) (?:was |is |has )?"
    r"(?:been )?(?:originally |first |previously )?(?:published|appeared|posted|republished|reprinted) "
    r"(?:by|in|on|at|from|with (?:the )?permission (?:of|from)) (?:the )?OUTLET\b",
)


class Outlets(NamedTuple):
    """A table of outlets, made ready for look-up."""

    by_name: dict[str, str]
    by_domain: dict[str, str]
    short: dict[str, str]
    names: str


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
    with resources.files("ukrcorpus").joinpath("data/outlets.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, comment="#", dtype="str", keep_default_na=False)


def infer_publisher(
    docs: pd.DataFrame, *, zones: pd.DataFrame | None = None, outlets: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    r"""Fill in which outlet wrote each article, and what that rests on.

    From strongest to weakest: what the metadata say (`publisher`, then the domain of `url`); the domain of a contact
    address; an agency in the dateline or the byline; a title that names who issues it ("PSL statement: …"); a line
    "Source: …"; an outlet that the text names as its own voice ("As the WSWS has explained"; not "the Washington Post
    reported", which names another's). Rules of one strength that name different outlets cancel each other out. A line
    such as "Courtesy: …" tells who wrote a page that somebody else published, so it outranks whose page it is: the
    publisher that the metadata name then becomes `republished_by`. A photograph's credit is never the publisher.

    Args:
        docs: a table with `doc_id` and `text`; `publisher`, `publisher_source`, `republished_by` and `url` are read
            where they are given. A publisher whose source is null or "metadata" is kept.
        zones: the result of `find_zones`, where it was made already.
        outlets: a table with the columns of `read_outlets`, to use instead of it.

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
    zones = find_zones(docs) if zones is None else zones
    known = _prepare(read_outlets() if outlets is None else outlets)
    patterns = _compile(known.names)
    held = by_article(zones)
    given = _given(docs)
    columns: dict[str, list[str | None]] = {"publisher": [], "publisher_source": [], "republished_by": []}
    evidence: list[dict[str, Any]] = []
    for (doc_id, text), fields in zip(each_article(docs), given, strict=True):
        rows = [*_from_metadata(fields, known), *_from_zones(held.get(doc_id, zones.head(0)), text, known, patterns)]
        answer = _decide(rows, fields, known)
        evidence += [{"doc_id": doc_id, **row} for row in rows]
        for name, values in columns.items():
            values.append(answer[name])
    filled = docs.assign(**{name: pd.Series(v, index=docs.index, dtype="str") for name, v in columns.items()})
    table = span_table(evidence, "evidence", docs, zones)
    return filled, as_table(table.assign(zone=table["zone"].where(table["end"] > 0, None)), "evidence")


def _prepare(outlets: pd.DataFrame) -> Outlets:
    """Index a table of outlets by folded name and by domain."""
    missing = [name for name in ("name", "domains", "aliases") if name not in outlets.columns]
    if missing:
        raise ValueError(f"outlets has no column {missing[0]!r}; see ukrcorpus.publishers.read_outlets for the columns")
    by_name, by_domain, short, exact = {}, {}, {}, set()
    for row in outlets.fillna("").to_dict("records"):
        aliases = [row["name"], *filter(None, str(row["aliases"]).split(";"))]
        by_name.update({_fold(alias): row["name"] for alias in aliases})
        by_domain.update(dict.fromkeys(filter(None, str(row["domains"]).lower().split(";")), row["name"]))
        short[row["name"]] = row.get("short") or row["name"]
        exact.update(aliases)
    # The longest name first, or "Novaya Gazeta Europe" would be read as "Novaya Gazeta".
    names = "|".join(re.escape(name) for name in sorted(exact, key=lambda name: (-len(name), name)))
    return Outlets(by_name, by_domain, short, names or r"(?!)")


@lru_cache(maxsize=4)
def _compile(names: str) -> dict[str, tuple[re.Pattern[str], ...]]:
    """Put the names of outlets into the patterns; names are read with their capitals, the words around them without."""
    outlet = rf"(?-i:(?P<outlet>{names}))(?![\w-])"
    groups = {"own": _OWN_VOICE, "cited": _CITED, "issued": _ISSUED, "origin": _ORIGIN, "name": (r"(?<![\w-])OUTLET",)}
    return {
        group: tuple(re.compile(pattern.replace("OUTLET", outlet), re.I) for pattern in patterns)
        for group, patterns in groups.items()
    }


def _fold(name: str) -> str:
    """A name without regard to case, article, or the marks around it."""
    return re.sub(r"^the ", "", name.casefold().strip(" .,:;!\"'“”«»()[]"))


def _given(docs: pd.DataFrame) -> list[dict[str, str | None]]:
    """What the metadata say of each article."""
    names = ("publisher", "publisher_source", "republished_by", "url")
    columns = [docs[name].tolist() if name in docs.columns else [None] * len(docs) for name in names]
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    return [{name: value if isinstance(value, str) and value else None for name, value in row.items()} for row in rows]


def _row(rule: str, value: str | None, start: int = 0, end: int = 0, reason: str | None = None) -> dict[str, Any]:
    return {
        "start": start,
        "end": end,
        "label": "publisher",
        "rule": rule,
        "score": _STRENGTH.get(rule, 0.0),
        "field": "publisher",
        "value": value,
        "used": False,
        "reason": reason,
    }


def _from_metadata(fields: dict[str, str | None], known: Outlets) -> Iterator[dict[str, Any]]:
    """Evidence outside the text: the publisher that is given, the domain of the address."""
    if fields["publisher"] and fields["publisher_source"] in (None, "metadata"):
        yield _row("metadata", fields["publisher"])
    host = urlsplit(fields["url"]).hostname if fields["url"] else None
    outlet = _outlet_of_host(host or "", known)
    if outlet:
        yield _row("metadata-url", outlet)


def _outlet_of_host(host: str, known: Outlets) -> str | None:
    """The outlet whose domain is the host or the end of it."""
    parts = host.lower().split(".")
    return next((known.by_domain[d] for n in range(len(parts)) if (d := ".".join(parts[n:])) in known.by_domain), None)


def _from_zones(
    zones: pd.DataFrame, text: str, known: Outlets, patterns: dict[str, tuple[re.Pattern[str], ...]]
) -> Iterator[dict[str, Any]]:
    """Evidence in the text, zone by zone."""
    stretches = list(zip(zones["label"], zones["start"], zones["end"], strict=True))
    above = ("", 0, 0)
    for label, start, end in stretches:
        surface = text[start:end]
        if label == "credit":
            of_photo = above[0] == "caption" and not _blank_line(text[above[2] : start])
            yield _credit(start, surface, of_photo, known, patterns)
        elif label == "contact":
            yield from _addresses(start, surface, known)
        elif label == "dateline":
            for match in _AGENCY.finditer(surface):
                if _fold(match[1]) in known.by_name:
                    outlet = known.by_name[_fold(match[1])]
                    yield _row("agency-dateline", outlet, start + match.start(1), start + match.end(1))
        elif label == "byline":
            writer = known.by_name.get(_fold(re.sub(r"(?i)^by:? ", "", surface)))
            if writer:
                yield _row("byline-outlet", writer, start, end)
        elif label == "title":
            yield from _matches("title-issuer", start, surface, patterns["issued"], known)
        above = (label, start, end)
    yield from _matches_in_text([s for s in stretches if s[0] in READ_ZONES], text, known, patterns)


def _addresses(start: int, surface: str, known: Outlets) -> Iterator[dict[str, Any]]:
    """The outlets whose domains a contact line holds, each once."""
    seen: set[str] = set()
    for match in _HOST.finditer(surface):
        outlet = _outlet_of_host(match[1], known)
        if outlet and outlet not in seen:
            seen.add(outlet)
            yield _row("contact-domain", outlet, start + match.start(), start + match.end())


def _blank_line(gap: str) -> bool:
    return len(re.findall(r"\r\n|\n|\r", gap)) > 1


def _credit(
    start: int, surface: str, of_photo: bool, known: Outlets, patterns: dict[str, tuple[re.Pattern[str], ...]]
) -> dict[str, Any]:
    """What a credit line says of the publisher: who wrote the page, where it is from, or nothing (a photograph's)."""
    end = start + len(surface)
    match = patterns["name"][0].search(surface)
    outlet = known.by_name[_fold(match["outlet"])] if match else None
    line = _CREDIT_LINE.match(surface)
    if of_photo or _PHOTO.search(surface) or not line:
        return _row("photo-credit", outlet, start, end, "credit of a photograph or the like, not of the text")
    rule = "republication" if line["strong"] else "source-line"
    return _row(rule, outlet, start, end, None if outlet else "names no outlet of the table")


def _matches(
    rule: str, start: int, text: str, patterns: Iterable[re.Pattern[str]], known: Outlets
) -> Iterator[dict[str, Any]]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            outlet = known.by_name[_fold(match["outlet"])]
            yield _row(rule, outlet, start + match.start(), start + match.end())


def _matches_in_text(
    stretches: list[tuple[str, int, int]], text: str, known: Outlets, patterns: dict[str, tuple[re.Pattern[str], ...]]
) -> Iterator[dict[str, Any]]:
    """Outlets that the paragraphs name as their own voice, or as where they are from.

    An outlet that the same text also cites as a source is no voice of its own.
    """
    voices: list[dict[str, Any]] = []
    cited: set[str] = set()
    for _, start, end in stretches:
        surface = text[start:end]
        if not patterns["name"][0].search(surface):
            continue
        yield from _matches("republication", start, surface, patterns["origin"], known)
        own = list(_matches("own-voice", start, surface, patterns["own"], known))
        voices += own
        for row in _matches("cited", start, surface, patterns["cited"], known):
            if not any(voice["start"] < row["end"] and row["start"] < voice["end"] for voice in own):
                cited.add(row["value"])
    for voice in voices:
        reason = "the text also cites this outlet as a source" if voice["value"] in cited else None
        yield {**voice, "reason": reason}


def _decide(rows: list[dict[str, Any]], fields: dict[str, str | None], known: Outlets) -> dict[str, str | None]:
    """Choose the publisher, mark each row as used or not, and say who republished."""
    best = _strongest(rows, known)
    republished_by = fields["republished_by"]
    if best is None:
        return {"publisher": None, "publisher_source": None, "republished_by": republished_by}
    for row in rows:
        if row["reason"] is None:
            row["used"] = _same(row["value"], best["value"], known)
            row["reason"] = None if row["used"] else f"contradicts {best['rule']}, which names {best['value']}"
    page = next((row for row in rows if row["rule"].startswith("metadata") and not row["used"]), None)
    if page is not None and (republished_by is None or _same(republished_by, page["value"], known)):
        republished_by = page["value"]
        page.update(field="republished_by", used=True, reason=None)
    source = fields["publisher_source"] if best["rule"] == "metadata" else _SOURCE_OF.get(best["rule"], "zone")
    return {"publisher": best["value"], "publisher_source": source, "republished_by": republished_by}


def _strongest(rows: list[dict[str, Any]], known: Outlets) -> dict[str, Any] | None:
    """The row to believe; rows of one rule that name different outlets are marked and passed over."""
    usable = [row for row in rows if row["value"] and row["reason"] is None]
    for row in sorted(usable, key=lambda row: (row["rule"] not in _NAMES_A_WRITER, -row["score"])):
        rivals = [other for other in usable if other["rule"] == row["rule"]]
        if all(_same(other["value"], row["value"], known) for other in rivals):
            return row
        for other in rivals:
            other["reason"] = f"{row['rule']} names different outlets"
    return None


def _same(one: str, other: str, known: Outlets) -> bool:
    """Whether two names stand for one outlet."""
    one, other = _fold(one), _fold(other)
    return one == other or (one in known.by_name and known.by_name[one] == known.by_name.get(other))

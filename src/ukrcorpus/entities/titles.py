"""Offices that stand for their holders: "the Russian president", "Ukraine's defense minister"."""

import json
import re
from collections import defaultdict, namedtuple
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from ukrcorpus.entities.candidates import CUES
from ukrcorpus.entities.table import even, load_entities
from ukrcorpus.packaged import read_rows, read_toml
from ukrcorpus.spans import each_article, span_table
from ukrcorpus.zones import find_zones

_COLUMNS, _DATES = ["entity_id", "role", "of", "start", "end"], ["published", "published_low", "published_high"]
_FORMS = [(*form.partition("@")[::2], role) for role, form in read_rows("role_forms.csv").to_numpy()]
_LONGEST = "|".join(sorted({form for form, *_ in _FORMS}, key=lambda form: (-len(form), form))).replace(" ", r"[\s-]")
_FORM, _DATE = re.compile(rf"(?<![\w-])(?:{_LONGEST})(?![\w-])"), re.compile(r"(\d{4}(-\d\d){0,2})?")
_RULES, _BODY = read_toml("title_rules.toml"), "\ue000"
_WORDS: dict[str, list[str]] = _RULES["words"]
_SIGNS = {"BODY": _BODY, "PERSON": "\ue001", "NORP": "\ue002"}  # what stands for each character of a name
_PARTS = {**_SIGNS, "TITLES": "|".join(map(re.escape, sorted(CUES["title"])))}
_BEFORE, _AFTER, _YEAR, _SENTENCE_END = (
    re.compile(re.sub("{([A-Z]+)}", lambda part: _PARTS[part[1]], pattern), re.VERBOSE)
    for pattern in _RULES["patterns"].values()
)
Days = list[tuple[str, str]]  # first and last days, as text, which keeps their order
Facts = namedtuple("Facts", "entities terms held states")  # by id; by role and state; roles and states by holder
Title = namedtuple("Title", "start end roles of bearer")  # of: state or body, else ""; bearer: whose name stands beside


def find_titles(
    docs: pd.DataFrame,
    entities: pd.DataFrame,
    *,
    roles: pd.DataFrame | str | Path | None = None,
    extend: bool = True,
    table: pd.DataFrame | str | Path | None = None,
    zones: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find the titles that stand for a person without the name, and who held the office; in English alone.

    A row is a title such as "Russian president". One beside a name ("President Putin") is no row, but tells who bears
    it; former, deputy, acting and future holders are left out, and titles whose holder nothing tells. Rules:
    "title-state": the state stands beside it, and one person held the office all the days between which the article
    was published; "title-year": likewise in a year that opens the sentence or follows the title; "title-article": the
    article names one person with that title, or (score 0.6) one of its holders.

    Args:
        docs: articles; all rules but "title-article" need `published` or `published_low, published_high`.
        entities: the result of `find_entities`.
        roles: own roles, in the columns of data/roles.csv.
        extend: whether they are added to the packaged ones (or replace one of the same start), or stand alone.
        table: own entities, as `find_entities` took them.
        zones: the result of `find_zones`, where it was made already.

    Returns:
        The columns of `find_entities`; rows may overlap its rows. Where several may be meant, `entity_id` is null and
        `candidates` (JSON) lists who it may be, with the years in office.

    Raises:
        ValueError: where docs or roles lacks a column, or a role has an unknown entity_id or a malformed date.

    Example:
        >>> from ukrcorpus import find_entities
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["The Russian president left."], "published": ["2023-06-25"]})
        >>> held = {"entity_id": "vladimir-putin", "role": "president", "of": "russia", "start": "2012-05", "end": ""}
        >>> find_titles(docs, find_entities(docs), roles=pd.DataFrame([held]), extend=False)["name"].tolist()
        ['Vladimir Putin']
    """
    zones = find_zones(docs) if zones is None else zones
    facts = _gather(roles, extend, load_entities(table=table))
    mentions = defaultdict(list)
    for row in entities.astype("object").where(entities.notna(), None).itertuples(index=False):
        mentions[row.doc_id].append(row)
    told = docs.reindex(columns=_DATES).astype("datetime64[s]")
    stated, low, high = (told[name].dt.strftime("%Y-%m-%d") for name in _DATES)
    days = zip(stated.fillna(low).fillna(""), stated.fillna(high).fillna("9999"), strict=True)
    rows = [
        {"doc_id": doc_id, "label": "PERSON", **row}
        for (doc_id, text), day in zip(each_article(docs), days, strict=True)
        for row in _read(even(text), mentions[doc_id], [day] if {*_DATES} & {*docs.columns} else [], facts)
    ]
    return span_table(rows, "entities", docs, zones)


def _gather(roles: pd.DataFrame | str | Path | None, extend: bool, table: Any) -> Facts:
    rows = read_rows("roles.csv", roles, needed=_COLUMNS)
    if roles is not None and extend:
        rows = pd.concat([read_rows("roles.csv"), rows]).drop_duplicates(_COLUMNS[:4], keep="last")
    facts = Facts({row.entity_id: row for row in table.itertuples()}, defaultdict(list), defaultdict(set), {})
    for person, role, of, start, end in rows[_COLUMNS].to_numpy().tolist():
        if person not in facts.entities or not all(map(_DATE.fullmatch, (start, end))):
            where = f"the table of roles has {person!r} as {role!r} of {of!r} from {start!r} to {end!r}"
            raise ValueError(f"{where}; table= must have the person, a date be YYYY, YYYY-MM, YYYY-MM-DD or nothing")
        first, last = ([(date + rest)[:10] for rest in ("-01-01", "-99-99")] for date in (start, end or "9999"))
        facts.terms[role, of].append((person, first, last, f"{start[:4]}-{end[:4]}"))
        facts.held[person].add((role, of))
    for entity_id, row in facts.entities.items():
        state = facts.entities.get(row.of) if row.label == "NORP" else None
        if entity_id in _WORDS["seats"] or (state and state.wikipedia == row.wikipedia):  # no demonym is Republican
            facts.states[entity_id] = row.of
    return facts


def _read(text: str, mentions: list[Any], days: Days, facts: Facts) -> Iterator[dict[str, Any]]:
    """Yield a row for each title of an article that stands for its holder; those beside a name tell of the others."""
    named = {mention.entity_id: mention for mention in mentions if mention.label == "PERSON" and mention.entity_id}
    titles = list(_find(text, mentions, facts))
    bearers = {(role, title.of, title.bearer) for title in titles if title.bearer for role in title.roles}
    for title in sorted((title for title in titles if title.bearer is None), key=lambda title: not title.of):
        found, rule, score = _resolve(text, title, days, bearers, set(named), facts)
        at = {"start": title.start, "end": title.end, "rule": rule}
        row = {**at, "name": text[title.start : title.end], "score": 0.5, "candidates": None}
        told = {person: facts.entities.get(person) or named[person] for person in sorted(found)}
        for person, about in told.items() if score else ():
            row |= {"entity_id": person, "name": about.name, "wikipedia": about.wikipedia or None, "score": score}
            bearers |= {(role, title.of, person) for role in title.roles if rule != "title-year"}
        if found and not score:
            listed = [{"entity_id": id, "name": about.name, "years": found[id]} for id, about in told.items()]
            row["candidates"] = json.dumps(listed, ensure_ascii=False)
        if found:
            yield row


def _find(text: str, mentions: list[Any], facts: Facts) -> Iterator[Title]:
    """Yield each title of a text that stands alone, or beside the name of its bearer."""
    by_start, characters = {mention.start: mention for mention in mentions}, list(text)
    for mention in mentions:
        characters[mention.start : mention.end] = _SIGNS.get(mention.label, _BODY) * (mention.end - mention.start)
    signs = "".join(characters)
    for form in _FORM.finditer(text.replace("İ", "i").lower()):  # the one letter that is two in lower case
        before = _BEFORE.search(signs, max(0, form.start() - 70), form.start())
        after = _AFTER.match(signs, form.end())
        if not before or not after or after["other"] or signs[form.start()] != text[form.start()]:
            continue
        within = signs.find(_BODY, form.start(), form.end())  # the General Staff, in the title of its chief
        at = next((part.start("body") for part in (after, before) if part["body"]), within)
        body = by_start[at].entity_id if at in by_start else ""
        state, written = facts.states.get(body, body), re.sub(r"[\s-]", " ", form[0])
        marks = {"", "*" * bool(body), body, state}
        roles = [role for listed, mark, role in _FORMS if listed == written and mark in marks]
        word, article = ((before[part] or "").strip().lower() for part in ("word", "article"))
        if not roles or word in _WORDS["not"] or (at >= 0 and not body):
            continue
        of = body if any((role, body) in facts.terms for role in roles) else state
        start = at if before["body"] and not after["body"] else form.start()
        name, earlier = by_start.get(after.start("name")), by_start.get(before.start("name"))
        if name and after["comma"] and not _suits(name.entity_id, roles, of, facts):
            name = None
        if not name and earlier and after["closed"] is not None and _suits(earlier.entity_id, roles, of, facts):
            name = earlier
        if name or (word not in _WORDS["unsaid"] and (article == "the" or (start == at and not article))):
            yield Title(start, after.end("own"), roles, of, name and (name.entity_id or ""))


def _suits(person: str | None, roles: list[str], of: str, facts: Facts) -> bool:
    """Whether a title may be that of the person beside it: who is Ukrainian is no Russian president."""
    if of in facts.entities and facts.entities[of].of == of:
        return person not in facts.entities or facts.entities[person].of in ("", of)
    return bool(of) or person not in facts.held or any(role in roles for role, _ in facts.held[person])


def _resolve(text: str, title: Title, days: Days, bearers: Any, named: set[str], facts: Facts) -> Any:
    """Who may be meant, with years in office; the rule; the score, 0 where it cannot be told."""
    borne = {person for role, of, person in bearers if role in title.roles and title.of in ("", of)}
    held = {office for person in borne or named for office in facts.held.get(person, ()) if office[0] in title.roles}
    offices = {(role, title.of) for role in title.roles} if title.of else held
    before = _SENTENCE_END.split(text[max(0, title.start - 300) : title.start])[-1] + text[title.start : title.end]
    for year in _YEAR.finditer(before + _SENTENCE_END.split(text[title.end : title.end + 300])[0]):
        when = (f"{year['year']}-01-01", f"{year['year']}-12-31")
        if all(when[1] < low or high < when[0] for low, high in days if low):
            if year["in"] and year.start() in (0, len(before) + 1):
                found, sure = _holders(offices, [when], facts)
                return found, "title-year", 0.8 * sure
            days = days and [*days, when]
    found, sure = _holders(offices, days, facts)
    if title.of and (not borne or (sure and borne >= found.keys())):
        return found, "title-state", 0.9 * sure
    if borne:
        meant = ((borne & found.keys()) or (borne | found.keys())) if title.of else borne
        return {person: found.get(person, "") for person in meant}, "title-article", 0.8 * (len(meant) == 1)
    likely = [found for found, sure in (_holders({office}, days, facts) for office in offices) if sure]
    found = {person: years for found in likely for person, years in found.items() if person in named}
    return (found if len(found) == 1 else {}), "title-article", 0.6


def _holders(offices: set[tuple[str, str]], days: Days, facts: Facts) -> tuple[dict[str, str], bool]:
    """Who held one of the offices, with the years, and whether it was one person all the time."""
    terms = [term for office in offices for term in facts.terms.get(office, ())]
    terms = [term for term in terms if any(term[1][0] <= high and low <= term[2][1] for low, high in days)]
    first, last = min((term[1][1] for term in terms), default="9"), max((term[2][0] for term in terms), default="")
    found = {person: years for person, *_, years in terms}
    return found, len(found) == 1 and all(first <= low and high <= last for low, high in days)

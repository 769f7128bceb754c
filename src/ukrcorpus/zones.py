"""Zones: which characters of an article are title, byline, caption, furniture of the web page, and which are text."""

import re
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from ukrcorpus.columns import as_table
from ukrcorpus.layout import (
    CLOSERS,
    FRONT_MATTER,
    HEADING_MARK,
    LIST_ITEM,
    LONGEST_FURNITURE,
    Rules,
    Unit,
    blank_between,
    cut_text,
    is_open,
    read_rules,
)
from ukrcorpus.spans import WORD, each_article

_LONGEST_CREDIT = 220
_LONGEST_QUESTION = 7
_BY = re.compile(r"[*_]*(?:(?:written|posted|reported|compiled) )?by:? ", re.I)


def find_zones(docs: pd.DataFrame, *, rules: str | Path | None = None) -> pd.DataFrame:
    r"""Find what each part of an article is: its title, byline, captions, the page around it, its paragraphs.

    A row is a stretch of one label; the rows of an article are disjoint, sorted, and cover every character that is not
    white space. Whether paragraphs are set apart by blank lines or by single line breaks is decided for each article:
    where most lines that another line follows at once end like a sentence, each line is a paragraph. Lines are then
    named by form (a file of patterns), by place (a short line before the first paragraph is the title) and by what
    stands around them (a short paragraph that repeats the one above it is a caption).

    Args:
        docs: a table with `doc_id` and `text`; where `title` is given, a line that equals it is the title.
        rules: a file of zone rules in the form of the package's `data/zone_rules.toml`.

    Returns:
        Columns of a span table, `label` one of title, byline, dateline, caption, credit, navigation, contact, heading,
        paragraph, and `paragraph_id` (int64): the same number on all rows of a paragraph that something interrupts, -1
        on rows that are no paragraph.

    Raises:
        ValueError: where docs lacks a column or holds an id twice.

    Example:
        >>> article = "War enters third year\n\nBy Ann Lee\n\nA first sentence stands here, and it is a full one."
        >>> find_zones(pd.DataFrame({"doc_id": ["a"], "text": [article]})).label.tolist()
        ['title', 'byline', 'paragraph']

    """
    compiled = read_rules(rules)
    titles = dict(zip(docs["doc_id"], docs["title"], strict=True)) if "title" in docs.columns else {}
    rows: list[dict[str, Any]] = []
    for doc_id, text in each_article(docs):
        title = titles.get(doc_id)
        units = _label_units(text, title if isinstance(title, str) else "", compiled)
        for unit, paragraph_id in zip(units, _number_paragraphs(text, units, compiled), strict=True):
            rows.append(
                {
                    "doc_id": doc_id,
                    "start": unit.start,
                    "end": unit.end,
                    "surface": text[unit.start : unit.end],
                    "label": unit.label,
                    "zone": unit.label,
                    "rule": unit.rule,
                    "score": unit.score,
                    "paragraph_id": paragraph_id,
                }
            )
    return as_table(rows, "zones")


def _label_units(text: str, title: str, rules: Rules) -> list[Unit]:
    """Cut a text into units and label each one."""
    front = FRONT_MATTER.match(text)
    after = front.end() if front else 0
    units = [_by_form(text, unit, rules) for unit in cut_text(text, after, rules)]
    units = _drop_misplaced(text, units, rules)
    units = _label_contacts(text, units, rules)
    units = _label_head(text, units, title, rules)
    units = [part for unit in units for part in _split_credit(text, unit, rules)]
    units = _label_body(text, units, rules)
    units = _split_dateline(text, units, rules)
    return [Unit(0, after, "navigation", "front-matter"), *units] if front else units


def _by_form(text: str, unit: Unit, rules: Rules) -> Unit:
    """Label a unit by its form alone, where a rule knows it."""
    surface = text[unit.start : unit.end]
    if HEADING_MARK.match(surface):
        return unit._replace(label="heading", rule="heading-mark")
    if len(surface) > LONGEST_FURNITURE:
        return unit
    flat = " ".join(surface.split())
    for name, label, _, pattern in rules.lines:
        if pattern.fullmatch(flat):
            return unit._replace(label=label, rule=name)
    return unit


def _drop_misplaced(text: str, units: list[Unit], rules: Rules) -> list[Unit]:
    """Take back labels that hold only before the first or after the last paragraph."""
    where = {name: place for name, _, place, _ in rules.lines}
    body = [n for n, unit in enumerate(units) if not unit.label and _reads_as_text(text[unit.start : unit.end])]
    first, last = (body[0], body[-1]) if body else (len(units), -1)
    return [
        unit._replace(label="", rule="") if where.get(unit.rule, "any") != "any" and first < n < last else unit
        for n, unit in enumerate(units)
    ]


def _reads_as_text(surface: str) -> bool:
    """Whether a line is long enough, or ends so, that it is a paragraph rather than a title."""
    return _has_words(surface, 25) or (_has_words(surface, 8) and not is_open(surface) and surface[-1] not in "?:")


def _has_words(surface: str, number: int) -> bool:
    """Whether a line has so many words or more."""
    return _so_many_words(number).match(surface) is not None


@cache
def _so_many_words(number: int) -> re.Pattern[str]:
    """A pattern that counts words in one go, and never steps back."""
    return re.compile(rf"(?:[\W_]*+(?>{WORD.pattern})){{{number}}}")


@lru_cache(maxsize=8)
def _words(surface: str) -> list[str]:
    """The words of a line, kept for the comparison with the next one."""
    return [word.casefold() for word in WORD.findall(surface)]


def _label_contacts(text: str, units: list[Unit], rules: Rules) -> list[Unit]:
    """Label the lines that lead to an address in the next one ("To contact the … visit:"), which may be wrapped."""
    for n in [n for n, unit in enumerate(units) if unit.label == "contact"]:
        for first in range(n - 1, max(n - 4, -1), -1):
            lead = text[units[first].start : units[n - 1].end]
            if units[first].label or len(lead) > LONGEST_FURNITURE:
                break
            if rules.contact_lead.fullmatch(" ".join(lead.split())):
                units[first:n] = [u._replace(label="contact", rule="contact-lead", score=0.8) for u in units[first:n]]
                break
    return units


def _label_head(text: str, units: list[Unit], title: str, rules: Rules) -> list[Unit]:
    """Label what stands before the first paragraph: title, then byline, then other headings."""
    body = [n for n, unit in enumerate(units) if not unit.label and _reads_as_text(text[unit.start : unit.end])]
    first = body[0] if body else 0
    wanted = " ".join(title.split()).casefold()
    head = units[: first + 1]
    given = next((n for n, u in enumerate(head) if wanted and _flat(text, u).casefold().lstrip("# ") == wanted), None)
    found = given is not None
    for n, unit in enumerate(units[:first]):
        surface = text[unit.start : unit.end]
        following = text[units[n + 1].start : units[n + 1].end]
        names = _is_names(_BY.sub("", surface), text, rules)
        free = not unit.label
        if n == given:
            continue
        if (
            not found
            and not (wanted and names)
            and (free or unit.label == "heading" or (unit.rule == "byline-prefix" and not names))
        ):
            if not (following[0].islower() and _goes_on(surface, following, rules)):
                units[n], found = unit._replace(label="title", rule="title-first-line", score=0.9), True
        elif free and names:
            units[n] = unit._replace(label="byline", rule="byline-names", score=0.8)
        elif (
            free and is_open(surface) and not _goes_on(surface, following, rules) and not _credit_of(text, unit, rules)
        ):
            units[n] = unit._replace(label="heading", rule="deck", score=0.7)
    if given is not None:
        units[given] = units[given]._replace(label="title", rule="title-given", score=1.0)
    return units


def _flat(text: str, unit: Unit) -> str:
    """Give a unit's characters, white space as one blank."""
    return " ".join(text[unit.start : unit.end].split())


def _is_names(surface: str, text: str, rules: Rules) -> bool:
    """Whether a line is a list of personal names.

    Each name has two to four words with a capital; a word that the article elsewhere writes small is no name, which
    tells "Clara Weiss" from a second headline in capitals.
    """
    names = re.split(r"\s*(?:,|;|&|\band\b|\bі\b|\bта\b|\bи\b)\s*", surface.strip(" ,.*_"))
    for name in names:
        words = [word for word in name.split() if word.casefold() not in rules.name_particles]
        if not 2 <= len(words) <= 4 or not all(word[0].isupper() and not word[-1].isdigit() for word in words):
            return False
        if any(re.search(rf"\b{re.escape(word.lower())}\b", text) for word in words if len(word) > 2):
            return False
    return bool(names)


def _split_credit(text: str, unit: Unit, rules: Rules) -> list[Unit]:
    """Part a caption from the credit that ends it."""
    cut = _credit_of(text, unit, rules)
    if cut is None:
        return [unit]
    end = unit.start + len(text[unit.start : cut].rstrip())
    start = unit.end - len(text[cut : unit.end].lstrip())
    caption = Unit(unit.start, end, "caption", unit.rule or "caption-before-credit", 0.9)
    return [caption, Unit(start, unit.end, "credit", "credit-tail", 0.9)]


def _credit_of(text: str, unit: Unit, rules: Rules) -> int | None:
    """Find where the credit starts that ends a caption."""
    surface = text[unit.start : unit.end]
    if unit.label not in ("", "caption") or len(surface) > 800 or (not unit.label and _has_words(surface, 81)):
        return None
    tail = rules.credit_tail.search(surface, max(1, len(surface) - _LONGEST_CREDIT))
    return unit.start + tail.start() if tail and surface[: tail.start()].strip() else None


def _label_body(text: str, units: list[Unit], rules: Rules) -> list[Unit]:
    """Label what is left: captions that repeat, headings, paragraphs."""
    labelled: list[Unit] = []
    above: Unit | None = None
    for n, unit in enumerate(units):
        surface = text[unit.start : unit.end]
        after = units[n + 1] if n + 1 < len(units) else None
        if unit.label:
            labelled.append(unit)
        elif above is not None and labelled[-1] is above and _repeats(surface, text[above.start : above.end]):
            labelled.append(unit._replace(label="caption", rule="caption-repeats", score=0.7))
        elif _belongs_to_credit(text, units, n):
            labelled.append(unit._replace(label="caption", rule="caption-above-credit", score=0.7))
        elif _is_heading(text, unit, above, after, rules):
            labelled.append(unit._replace(label="heading", rule="heading-line", score=0.7))
        else:
            above = unit._replace(label="paragraph", rule="paragraph", score=1.0)
            labelled.append(above)
    return labelled


def _repeats(surface: str, above: str) -> bool:
    """Whether a short paragraph says again what the one above it says, as a caption does.

    Two thirds of its longer words, and four pairs of neighbouring words, stand in the paragraph above.
    """
    if len(surface) > 600:
        return False
    words = _words(surface)
    if not 8 <= len(words) <= 60 or len(words_above := _words(above)) < 1.5 * len(words):
        return False
    long = [word for word in words if len(word) > 3]
    vocabulary = set(words_above)
    pairs = set(pairwise(words_above))
    shared = sum(pair in pairs for pair in pairwise(words))
    return shared >= 4 and sum(word in vocabulary for word in long) >= 2 / 3 * len(long)


def _belongs_to_credit(text: str, units: list[Unit], n: int) -> bool:
    """Whether a short unit makes one block with the photograph's credit in the next line, apart from other lines."""
    unit, credit = units[n : n + 2] if n + 1 < len(units) else (units[n], units[n])
    return (
        credit.rule in ("credit-prefix", "credit-bracket")
        and unit.end - unit.start <= LONGEST_FURNITURE
        and not blank_between(text, unit, credit)
        and (n == 0 or blank_between(text, units[n - 1], unit))
        and (n + 2 == len(units) or blank_between(text, credit, units[n + 2]))
    )


def _is_heading(text: str, unit: Unit, above: Unit | None, after: Unit | None, rules: Rules) -> bool:
    """Whether a short line between two paragraphs is a heading: capital first, no full stop, nothing left open."""
    surface = text[unit.start : unit.end]
    if above is None or after is None or after.label not in ("", "paragraph"):
        return False
    ends = surface.rstrip(CLOSERS)[-1:]
    if (
        len(surface) > LONGEST_FURNITURE
        or not 1 <= len(WORD.findall(surface)) <= 12
        or ends in tuple(".,;:!…-–—")
        or surface[0].islower()
    ):
        return False
    if surface[0] in '"“«„' or LIST_ITEM.match(surface) or not _reads_as_text(text[after.start : after.end]):
        return False
    if ends == "?" and len(WORD.findall(surface)) > _LONGEST_QUESTION:
        return False
    return not _goes_on(text[above.start : above.end], surface, rules) and not _goes_on(
        surface, text[after.start : after.end], rules
    )


def _split_dateline(text: str, units: list[Unit], rules: Rules) -> list[Unit]:
    """Part "KYIV, Ukraine (AP) —" from the first sentence it stands before."""
    for n, unit in enumerate(units):
        if unit.label != "paragraph":
            continue
        match = rules.place_dateline.match(text, unit.start, unit.end)
        if not match:
            return units
        bare = not match["agency"] and "," not in match["more"]
        if bare and not re.search(rf"\b{re.escape(match['city'].title())}\b", text):
            return units
        end = unit.start + len(match[0].rstrip())
        dateline = Unit(unit.start, end, "dateline", "dateline-place", 0.8 if bare else 0.9)
        return [*units[:n], dateline, unit._replace(start=match.end()), *units[n + 1 :]]
    return units


def _goes_on(surface: str, following: str, rules: Rules) -> bool:
    """Whether a paragraph is left open and the following one carries it on."""
    if not is_open(surface) or len(surface.split()) < 4:
        return False
    last = surface.rstrip()
    word = last.split()[-1].casefold().strip("\"'“”‘’«»([")
    return following[0].islower() or last[-1] in ",-–—(“«„" or word in rules.open_endings


def _number_paragraphs(text: str, units: list[Unit], rules: Rules) -> list[int]:
    """Number paragraphs in reading order; one that goes on past a caption or a link keeps its number."""
    numbers: list[int] = []
    number = -1
    last: Unit | None = None
    for unit in units:
        if unit.label != "paragraph":
            numbers.append(-1)
            if unit.label in ("title", "heading"):
                last = None
            continue
        surface = text[unit.start : unit.end]
        if last is None or not _goes_on(text[last.start : last.end], surface, rules):
            number += 1
        numbers.append(number)
        last = unit
    return numbers

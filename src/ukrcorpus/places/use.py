"""Whether a place name means the place, a government or a people, or is part of another name."""

import re
from functools import cache

from ukrcorpus.places.gazetteer import Place
from ukrcorpus.places.spotting import cue_pattern

STATES = ("US", "U.S.", "USA", "UK", "U.K.")
"""Names that stand before a noun as an adjective does."""

_OTHERS = r"(?:(?:the )?[A-Z][\w.'-]*(?: [A-Z][\w.'-]*)?(?:, (?:the )?[A-Z][\w.'-]*)*,? and )?"
_LINK = r"(?:the |its |neighbou?ring |former |whole |all of |\w+ern )*"


def use_of(plain: str, start: int, end: int, place: Place) -> tuple[str, str]:
    """The use of a name that stands in a text, and the cue that tells: literal, metonymic or embedded.

    Example:
        >>> kyiv = Place("Kyiv", "city", "UA", "Kyiv", 50.45, 30.52, 703448, 6.5, "government of Ukraine", True)
        >>> use_of("Kyiv said that talks failed.", 0, 4, kyiv)
        ('metonymic', 'said')
        >>> use_of("Snow fell in Kyiv.", 13, 17, kyiv)
        ('literal', 'in')
    """
    before, after = plain[max(0, start - 90) : start], plain[end : end + 60]
    part = _part_of_name(before, after)
    if part:
        return "embedded", part
    if place.label != "country" and place.seat is None:
        return "literal", "no government"
    if place.label == "facility":
        cue = _pattern("seat_literal").search(before)
        return ("literal", cue.group(1).lower()) if cue else ("metonymic", "seat of a government")
    adjective = plain[start:end] in STATES
    for use, kind, where in (
        *((("metonymic", "regime", before),) if place.label == "city" else ()),
        *((("metonymic", "modifier_after", after),) if adjective else ()),
        ("literal", "literal_before", before),
        ("metonymic", "metonymic_after", after),
        ("literal", "owned_by_land", after),
        ("metonymic", "owned_by_state", after),
        ("metonymic", "metonymic_before", before),
        ("metonymic", "backed", after),
    ):
        cue = _pattern(kind).search(where)
        if cue and not (kind == "metonymic_before" and after.startswith("'s")):
            return use, cue.group(1).lower()
    return "literal", "no cue"


def _part_of_name(before: str, after: str) -> str | None:
    """The word that shows that a name is part of another one: "Post", "University of", a title in quotation marks."""
    for kind, where in (("organisation_after", after), ("organisation_before", before), ("named_work", before)):
        cue = _pattern(kind).search(where)
        if cue:
            return cue.group(1).lower()
    return None


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    """The pattern of a class of cues, beside a name."""
    if kind == "regime":
        return re.compile(r"(?i:\b(regime[ -]change in|change of government in)) (?:the )?$")
    words = cue_pattern(kind)
    match kind:
        case "literal_before" | "metonymic_before" | "seat_literal":
            return re.compile(rf"(?:^|(?<=[^\w-]))((?i:{words})) {_LINK}{_OTHERS}{_LINK}$")
        case "metonymic_after":
            return re.compile(rf"^(?: [A-Z][\w-]+)? (?:also |now |again |still |openly |\w+ly )?({words})(?![\w-])")
        case "owned_by_state" | "owned_by_land":
            return re.compile(rf"^(?:'s|(?<=s)') (?:\w+ (?:and )?){{0,2}}?((?i:{words}))\b")
        case "modifier_after":
            return re.compile(rf"^ ((?i:{words}))\b")
        case "backed":
            return re.compile(rf"^-({words})\b")
        case "organisation_after":
            capital = "|".join(w.title() for w in re.split(r"\|", words))
            return re.compile(rf"^ (?:[A-Z][\w-]+ )?({capital})\b")
        case "organisation_before":
            capital = "|".join(w.title() for w in re.split(r"\|", words))
            return re.compile(rf"\b({capital}) (?:[A-Z]\w+ )*(?:of|for) (?:the )?(?:[A-Z]\w+ )?$")
        case _:
            return re.compile(rf"\b({words}),? (?:the )?[\"“„'][^\"”“]{{0,60}}$")

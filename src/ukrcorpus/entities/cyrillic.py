"""Names in Ukrainian and Russian texts, in whatever case they stand."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from operator import contains

from translitua import RussianInternationalPassport, UkrainianKMU, translit

from ukrcorpus.entities.link import fold_name
from ukrcorpus.entities.table import Entity, Found
from ukrcorpus.packaged import read_rows

_TOKEN = re.compile(r"\w+(?:'(?=[Ѐ-ӿ])\w+)*|[^\w\s]|\n\s*\n")  # an empty line is one, so that no name reaches over it
_WORD = r"[А-ЯЁЄІЇҐ](?:'?[а-яёєіїґ])+"
_FULL_NAME = re.compile(rf"\b(?=({_WORD}) ((?:[А-ЯЄІЇ]\. ?|\w+(?:вич|вн)\w* )?)({_WORD}(?:-{_WORD})?))")
_FEMININE = re.compile(r".*(?:[бвгґджзклмнпрстфхцчшщьо]|[сцз]ька|ая)")

_Forms = dict[str, dict[str, None]]
_Name = tuple[tuple[int, bool], list[str], slice, tuple[Entity, ...]]  # rank, words, those that a mention has, bearers


@cache
def _declension() -> dict[tuple[str, str], list[str]]:
    """The forms of data/declension.csv by kind of word and ending of the nominative."""
    rows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for _, of, ending, forms in read_rows("declension.csv").to_numpy().tolist():
        for kind in [of] if of else ["capital", "small"]:
            rows[kind, ending] += forms.replace("-", "").split(" ")
    return dict(rows)


def decline(word: str) -> set[str]:
    """The forms that a word may take by data/declension.csv, itself among them; more than are in use."""
    kind = "capital" if word[0].isupper() else "small"
    endings = [word[-size:] for size in range(1, 6)] + [""] * (word[-1].lower() not in "аеєиіїоуюяыэёйь")
    found = ((word.removesuffix(of), _declension().get((kind, of), ())) for of in endings if len(word) > 2)
    return {word, *(stem + form for stem, forms in found for form in forms)}


def _forms_of(words: Iterable[str]) -> _Forms:
    """Each form, as it is and with a capital letter, with the words that it may be a form of."""
    forms: _Forms = defaultdict(dict)
    for word in words:
        for form in decline(word):
            forms[form][word] = forms[form[:1].upper() + form[1:]][word] = None
    return dict(forms)


def make_search(names: dict[tuple[str, str, str], tuple[Entity, ...]]) -> Callable[[str], Iterator[Found]]:
    """Make the search for names in any case: what stands before, the name, what stands after; and the bearers."""
    heads: dict[str, list[_Name]] = defaultdict(list)
    for parts, entities in names.items():
        before, name, after = (_TOKEN.findall(part.replace("ё", "е")) for part in parts)
        words = [*before, *name, *after]
        rank = len(words), words[0][0].isupper()  # in capitals a name comes before an adjective
        heads[words[0]].append((rank, words, slice(len(before), len(before + name)), entities))
    forms = _forms_of(dict.fromkeys(word for of in heads.values() for _, words, *_ in of for word in words))
    return partial(_search, forms, dict(heads))


def _search(forms: _Forms, heads: dict[str, list[_Name]], text: str) -> Iterator[Found]:
    """Yield the names of a text (already made `even`), and the surnames of those whom it names in full."""
    tokens = list(_TOKEN.finditer(text.replace("ё", "е")))
    read = [forms.get(word) or forms.get(word.capitalize() * word.isupper(), {}) for word in (of[0] for of in tokens)]
    read.append({})  # so that no name fits that the text breaks off
    surnames: dict[str, dict[Entity, None]] = defaultdict(dict)
    alone: list[tuple[int, list[Entity]]] = []
    free = 0
    for at, words in enumerate(read):
        if at < free or not words:
            continue
        names = [name for word in words if word in heads for name in heads[word]]
        found = [name for name in names if all(map(contains, read[at : at + len(name[1])], name[1]))]
        longest = max((rank for rank, *_ in found), default=(1, True))
        free = at + longest[0]
        bearers = [entity for rank, *_, entities in found if rank == longest for entity in entities]
        if longest[0] == 1:
            alone.append((at, bearers))
            continue
        part = tokens[at:free][next(part for rank, _, part, _ in found if rank == longest)]
        yield part[0].start(), part[-1].end(), tuple(dict.fromkeys(bearers))
        for word in read[free - 1]:
            surnames[word] |= dict.fromkeys(of for of in bearers if of.label == "PERSON")
    for at, bearers in alone:
        named = dict.fromkeys([*bearers, *(of for word in read[at] for of in surnames.get(word, ()))])
        if named:
            yield tokens[at].start(), tokens[at].end(), tuple(named)


@cache
def _given_names() -> _Forms:
    return _forms_of(read_rows("given_names_cyrillic.csv")["name"])


def find_persons(text: str, taken: set[int]) -> Iterator[Found]:
    """Yield whom a text (already made `even`) names by given name and surname, and their surnames in any case.

    Who is never named in the nominative has no id. No name holds a place that is `taken`.
    """
    letters = UkrainianKMU if "і" in text else RussianInternationalPassport
    sure: dict[tuple[str, str, str], tuple[Entity, ...]] = {}
    persons: dict[int, tuple[int, tuple[Entity, ...]]] = {}
    for found in _FULL_NAME.finditer(text):
        given, middle, surname = found.groups()
        of = _given_names().get(given, {})
        if [*of] == [given] or (given in of and _FEMININE.fullmatch(surname)):
            name = translit(f"{given} {surname}", letters).replace("'", "")
            bearer = Entity(f"PERSON:{fold_name(name)}", "PERSON", name)
            sure["", f"{given} {surname}", ""] = sure["", f"{given} {middle}{surname}", ""] = (bearer,)
        elif of:
            persons[found.start()] = found.end(3), (Entity(None, "PERSON", text[found.start() : found.end(3)]),)
    persons |= {start: (end, of) for start, end, of in make_search(sure)(text)}
    yield from ((start, *of) for start, of in persons.items() if taken.isdisjoint(range(start, of[0])))

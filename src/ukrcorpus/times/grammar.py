"""From characters to token classes, and from token classes to the longest rule.

A text becomes a string with one character a token, which says what the token can be; a rule is a regular expression
over that string. So a rule reads as words do ("PARTLY? MONTH"), knows nothing of spaces, and is quick to try.
"""

import re
import unicodedata
from collections import ChainMap, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from importlib.resources import files
from itertools import accumulate, chain, groupby, product
from typing import Any, NamedTuple

from ukrcorpus.packaged import read_toml

OTHER, BREAK, _FIRST_CODE = "x", "\n", "\u0100"
_NEVER = "\0"
_SHAPES = {
    "URL": r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@\S+\.\w+",
    "ISO": r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?\b",
    "NUMDATE": r"\d{1,2}(?:\.\d{1,2}\.|/\d{1,2}/)(?:\d{4}|\d\d)\b",
    "CLOCK": r"\d{1,2}:\d\d(?::\d\d)?\b",
    "DAYNUM": r"(?:0?[1-9]|[12]\d|3[01])(?![.,]?\d|\w)",
    "YEARNUM": r"(?:19|20)\d\d(?![.,]?\d|\w)",
    "OLDYEAR": r"[12]\d{3}(?![.,]?\d|\w)",
    "NUMBER": r"\d+(?:[.,]\d+)*(?!\w)",
    **{"HYPHEN": "[-–—‑−]", "APOS": "['’]", "MONEY": "[$£€₽₴]", "STOP": "[;:!?]", "COMMA": ",", "DOT": "[.]"},
    **{"SLASH": "/", "OPEN": "[(]", "CLOSE": "[)]", "QUOTE": '["“”„«»]', "PERCENT": "%", "HASH": "#"},
}
_LOOK = {"after": "(?<={})", "not_after": "(?<!{})", "before": "(?={})", "not_before": "(?!{})"}
_FORM = re.compile(r"\w+|[()|?*]")
_FOLD = str.maketrans({"’": "'", "‘": "'", "`": "'", "ʼ": "'", "ё": "е", "Ё": "Е", "\u0301": None})
_MANY = "{0,30}"
"""No list of days, months or years is longer; without an end a page of numbers would take the square of its length."""
_REACH = 14
"""Tokens on either side in which a verb may tell past from future."""

Openings = set[tuple[str, ...]]
"""Of which classes the first two tokens of a form can be, in all ways there are."""


class Tokens(NamedTuple):
    """A text as tokens: one character of `codes` a token, its characters with the space behind, where each starts."""

    codes: str
    pieces: list[str]
    starts: list[int]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """First character of a token, and one past the last character of the token before `last`."""
        return self.starts[first], self.starts[last - 1] + len(self.pieces[last - 1].rstrip())


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule, compiled: how it can begin, its pattern, the class of each group, its data, what words stand for."""

    openings: Openings
    pattern: re.Pattern[str]
    groups: list[str]
    gives: Mapping[str, Any]
    values: Mapping[str, Mapping[str, Any]]


class Match(NamedTuple):
    """A rule found: tokens first to last (exclusive), and which classes stand where, counted from the first."""

    rule: Rule
    first: int
    last: int
    places: tuple[tuple[int, str], ...]

    @property
    def gives(self) -> Mapping[str, Any]:
        """What the rule's data say."""
        return self.rule.gives


class Grammar(NamedTuple):
    """The rules of a language, ready to use; `runs` finds tokens that rules name, `matches_in` matches them."""

    lexer: re.Pattern[str]
    code_of: Callable[[str], str]
    runs: re.Pattern[str]
    matches_in: Callable[[str], tuple[Match, ...]]
    charset: Mapping[str, str]
    verb_before: re.Pattern[str]
    verb_after: re.Pattern[str]
    parting: frozenset[str]

    def tokenise(self, text: str) -> Tokens:
        """Cut a text into tokens and say of each what it can be."""
        pieces = self.lexer.findall(text)
        return Tokens("".join(map(self.code_of, pieces)), pieces, list(accumulate(map(len, pieces), initial=0)))

    def matches(self, tokens: Tokens) -> Iterator[Match]:
        """The time expressions of a text in order: at each place the longest rule, the earlier one among equals."""
        for run in self.runs.finditer(tokens.codes):
            for rule, first, last, places in self.matches_in(run[0]):
                yield Match(rule, run.start() + first, run.start() + last, places)

    def leans_ahead(self, tokens: Tokens, first: int, last: int) -> bool | None:
        """Whether "until", "since", the nearest verb or "by" puts a time after the writing; None where nothing says."""
        if first and tokens.codes[first - 1] in self.charset.get("UNTIL", ""):
            return True
        if first and tokens.codes[first - 1] in self.charset.get("SINCE", ""):
            return False
        before = self.verb_before.search(tokens.codes, max(0, first - _REACH), first)
        after = self.verb_after.match(tokens.codes, last)
        # A time stands behind its verb more often than before it; behind a comma or dash begins another clause.
        parted = after and set(tokens.codes[last : after.end()]) & self.parting
        if before and (not after or parted or first - before.start() <= 2 * (after.end() - last)):
            return before["ahead"] is not None
        if after:
            return after["ahead"] is not None
        return True if first and tokens.codes[first - 1] in self.charset.get("BY", "") else None


@cache
def languages() -> list[str]:
    """The languages that the package has rules for."""
    names = sorted(file.name for file in (files("ukrcorpus") / "data").iterdir())
    return [name[6:-5] for name in names if re.fullmatch(r"times_\w+\.toml", name)]


@cache
def load_rules(language: str = "en", kind: str = "times") -> dict[str, Any]:
    """A data file of a language: shapes, endings and words by class, sets of classes, fragments, rules."""
    return read_toml(f"{kind}_{language}.toml")


@cache
def grammar_of(language: str = "en", kind: str = "times") -> Grammar:
    """The grammar of a language, compiled once."""
    return compile_grammar(load_rules(language, kind))


def fold(word: str) -> str:
    """A word as the data files write it: marks composed, no stress, one apostrophe, е for ё."""
    plain = word.isascii() and word.isalnum()
    return word if plain else unicodedata.normalize("NFC", word).translate(_FOLD)


def words_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The words of each class; what a table lists under a number or code are the forms that stand for it."""
    return {name: dict(_forms(words)) if isinstance(words, dict) else words for name, words in data["words"].items()}


def _forms(words: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, given in words.items():
        if isinstance(given, list):
            number = float(key) if re.fullmatch(r"-?\d+([.]\d+)?", key) else key
            yield from (
                (form, int(key) if isinstance(number, float) and number.is_integer() else number) for form in given
            )
        else:
            yield key, given


def compile_grammar(data: Mapping[str, Any]) -> Grammar:
    """Compile words and rules as the data files hold them.

    Raises:
        ValueError: where a rule names a class that there is not.

    """
    shapes = {**data.get("shapes", {}), **_SHAPES}
    endings = data.get("endings", {})
    fragments = data.get("fragments", {})
    listed = words_of(data)
    forms = [*fragments.values(), *(rule[k] for rule in data["rules"] for k in ("form", *_LOOK) if k in rule)]
    parts = {part for form in forms for part in _FORM.findall(form)}
    kinds = _kinds(listed, parts)
    small_only = frozenset(data.get("small", []))
    capital = frozenset(data.get("capital", []))
    distinct = {k for kind in kinds.values() for k in (kind, kind - small_only, kind - capital)}
    distinct |= {frozenset({name}) for name in (*shapes, *endings)}
    # A token that can be several things at once ("may", "second") has a code of its own.
    codes = {kind: chr(ord(_FIRST_CODE) + number) for number, kind in enumerate(sorted(distinct, key=sorted))}
    members = {name: [name] for kind in distinct for name in kind} | data.get("sets", {})
    coded = defaultdict(str, BREAK=BREAK)
    for kind, code in codes.items():
        for name in kind:
            coded[name] += code
    charset = {name: "".join(coded[part] for part in given) for name, given in members.items()} | {"BREAK": BREAK}
    own = {name: codes[frozenset({name})] for name in (*shapes, *endings)}
    shape, ending = (
        re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in named.items())) for named in (shapes, endings)
    )
    within = f"(?:[{data['within']}]+[^\\W\\d_]+)*[\u0300-\u036f]*" if "within" in data else ""

    @lru_cache(maxsize=1 << 16)
    def code_of(piece: str) -> str:
        word = piece.strip()
        if not word:
            return BREAK if "\n" in piece else OTHER
        if found := shape.fullmatch(word):
            return own[str(found.lastgroup)]
        word = fold(word)
        small = word.lower()
        kind = small in kinds and kinds[small] - (capital if word == small else small_only)
        if kind and word in (small, word.upper(), small.capitalize()):
            return codes[kind]
        return own[str(found.lastgroup)] if endings and (found := ending.fullmatch(word)) else OTHER

    words = {name: given for name, given in listed.items() if isinstance(given, dict)}
    values = {name: dict(ChainMap(*(words.get(member, {}) for member in classes))) for name, classes in members.items()}
    classes = {name: _ranges(given) for name, given in charset.items()}
    rules = [_compile_rule(rule, classes, fragments, values) for rule in data["rules"]]
    # No rule reaches over a token that none of them names, so what lies between two such tokens is read once for all.
    named = _ranges(chain.from_iterable(charset.get(part, "") for part in parts))
    ahead, past, passive = (charset.get(name) or _NEVER for name in ("AHEAD", "BACK", "PASSIVE"))
    stops = BREAK + charset["STOP"] + charset["DOT"]
    # "Be sold", and with an adverb or hyphen between: "be quickly sold", "better-than-expected".
    between = f"[{charset.get('ADVERB', '')}{charset['HYPHEN']}]"
    led = f"(?<=[{passive}])|(?<=[{passive}]{between})"
    verb = f"(?<![{passive}])(?<![{passive}]{between})(?:(?P<ahead>[{ahead}])|[{past}])"
    return Grammar(
        lexer=re.compile(
            rf"(?:[^\W\d_]+{within}(?=[\s,])|{'|'.join(shapes.values())}|\w+{within}|[^\w\s])[^\S\n]*|\s+"
        ),
        code_of=code_of,
        runs=re.compile(f"{named}+"),
        matches_in=lru_cache(maxsize=1 << 16)(partial(_matches_in, _index(rules, charset))),
        charset=charset,
        verb_before=re.compile(f"{verb}(?:[^{ahead}{past}{stops}]|(?:{led})[^{stops}])*$"),
        verb_after=re.compile(f"[^{stops}]{{0,{_REACH - 1}}}?{verb}"),
        parting=frozenset(charset["COMMA"] + charset["HYPHEN"]),
    )


def _ranges(codes: Iterable[str]) -> str:
    """A pattern for any of some codes; with ranges, since `re` reads a class character by character."""
    steps = groupby(enumerate(sorted(set(codes))), lambda pair: ord(pair[1]) - pair[0])
    runs = [[code for _, code in step] for _, step in steps]
    inside = "".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs) or _NEVER
    return inside if len(inside) == 1 else f"[{inside}]"


def _index(rules: list[Rule], charset: Mapping[str, str]) -> Callable[[str], list[Rule]]:
    """For the codes of two tokens, the rules that may begin with them, in the order of the file."""
    classes, by_opening = defaultdict(list), defaultdict(list)
    for number, rule in enumerate(rules):
        for opening in rule.openings:
            by_opening[opening].append(number)
    for name in {name for opening in by_opening for name in opening}:
        for code in charset[name]:
            classes[code].append(name)

    @cache
    def rules_for(pair: str) -> list[Rule]:
        openings = chain(product(classes[pair[0]]), product(*(classes[code] for code in pair)))
        return [rules[number] for number in sorted({n for opening in openings for n in by_opening.get(opening, ())})]

    return rules_for


def _kinds(words: Mapping[str, Iterable[str]], parts: Iterable[str]) -> dict[str, frozenset[str]]:
    """For each word all that it can be: its classes, and itself where a form names it."""
    kinds = {part: {part} for part in parts if part.islower()}
    for name, members in words.items():
        for word in members:
            kinds.setdefault(word, set()).add(name)
    return {word: frozenset(kind) for word, kind in kinds.items()}


def _matches_in(rules_for: Callable[[str], list[Rule]], run: str) -> tuple[Match, ...]:
    """The time expressions among tokens in order: at each place the longest rule, the earlier one among equals."""
    matches, at = [], 0
    while at < len(run):
        found = [(rule, m) for rule in rules_for(run[at : at + 2]) if (m := rule.pattern.match(run, at))]
        if found:
            rule, longest = max(found, key=lambda pair: pair[1].end())
            groups = zip(longest.regs[1:], rule.groups, strict=True)
            places = tuple(sorted((start - at, name) for (start, _), name in groups if start >= 0))
            matches.append(Match(rule, at, longest.end(), places))
        at = longest.end() if found else at + 1
    return tuple(matches)


def _compile_rule(
    rule: Mapping[str, Any],
    classes: Mapping[str, str],
    fragments: Mapping[str, str],
    values: Mapping[str, Mapping[str, Any]],
) -> Rule:
    groups: list[str] = []

    def atom(name: str, named: bool) -> tuple[str, Openings]:
        if name in fragments:
            return alternatives(deque(_FORM.findall(fragments[name])), named)
        if name not in classes:
            raise ValueError(f"rule {rule['name']!r} names {name!r}, which is neither a class, a set nor a fragment")
        if not (named and name.isupper()):
            return classes[name], {(name,)}
        groups.append(name)
        return f"({classes[name]})", {(name,)}

    def alternatives(parts: deque[str], named: bool) -> tuple[str, Openings]:
        """Read up to the closing bracket."""
        pattern, before, openings = "", Openings(), Openings({()})
        while parts and (part := parts.popleft()) != ")":
            if part == "|":
                pattern, before, openings = pattern + "|", before | openings, Openings({()})
                continue
            piece, then = alternatives(parts, named) if part == "(" else atom(part, named)
            if parts and parts[0] in "?*":
                many = parts.popleft() == "*"
                piece, then = piece + (_MANY if many else "?"), then | {()}
                then = _joined(then, then) if many else then
            pattern, openings = pattern + piece, _joined(openings, then)
        return f"(?:{pattern})", before | openings

    looks = {
        k: look.format(alternatives(deque(_FORM.findall(rule[k])), False)[0]) for k, look in _LOOK.items() if k in rule
    }
    form, openings = alternatives(deque(_FORM.findall(rule["form"])), True)
    after, before = (looks.get(a, "") + looks.get(b, "") for a, b in (("after", "not_after"), ("before", "not_before")))
    return Rule(openings, re.compile(after + form + before), groups, rule, values)


def _joined(openings: Openings, then: Openings) -> Openings:
    """The openings of a form and of another behind it."""
    return {(*first, *second)[:2] for first in openings for second in (then if len(first) < 2 else [()])}

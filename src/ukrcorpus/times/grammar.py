"""From characters to token classes, and from token classes to the longest rule.

A text becomes a string with one character a token, which says what the token can be; a rule is a regular expression
over that string. So a rule reads as words do ("PARTLY? MONTH"), knows nothing of spaces, and is quick to try.
"""

import re
import unicodedata
from collections import ChainMap, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from importlib.resources import files
from itertools import accumulate, count
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
    """A rule, compiled: the codes it can begin with, its pattern, all that its data say, and what words stand for."""

    begins: frozenset[str]
    pattern: re.Pattern[str]
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
        """Whether "until", else the nearest verb, else "by", puts a time after the writing; None where nothing says."""
        if first and tokens.codes[first - 1] in self.charset.get("UNTIL", ""):
            return True
        before = self.verb_before.search(tokens.codes, max(0, first - _REACH), first)
        after = self.verb_after.match(tokens.codes, last)
        if before and (not after or first - before.start() <= after.end() - last):
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
    return unicodedata.normalize("NFC", word).translate(_FOLD)


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
    endings = {name: re.compile(ending) for name, ending in data.get("endings", {}).items()}
    fragments = data.get("fragments", {})
    listed = words_of(data)
    kinds = _kinds(listed, [*fragments.values(), *(r[k] for r in data["rules"] for k in ("form", *_LOOK) if k in r)])
    small_only = frozenset(data.get("small", []))
    capital = frozenset(data.get("capital", []))
    distinct = {k for kind in kinds.values() for k in (kind, kind - small_only, kind - capital)}
    distinct |= {frozenset({name}) for name in (*shapes, *endings)}
    # A token that can be several things at once ("may", "second") has a code of its own.
    codes = {kind: chr(ord(_FIRST_CODE) + number) for number, kind in enumerate(sorted(distinct, key=sorted))}
    members = {name: [name] for kind in distinct for name in kind} | data.get("sets", {})
    charset = {
        name: "".join(code for kind, code in codes.items() if kind & set(classes)) + BREAK * ("BREAK" in classes)
        for name, classes in members.items()
    }
    charset["BREAK"] = BREAK
    shape = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in shapes.items()))
    within = f"(?:[{data['within']}]+[^\\W\\d_]+)*[\u0300-\u036f]*" if "within" in data else ""

    @lru_cache(maxsize=1 << 16)
    def code_of(piece: str) -> str:
        word = piece.strip()
        if not word:
            return BREAK if "\n" in piece else OTHER
        if found := shape.fullmatch(word):
            return codes[frozenset({str(found.lastgroup)})]
        word = fold(word)
        small = word.lower()
        kind = kinds.get(small, frozenset()) - (capital if word == small else small_only)
        if kind and word in (small, word.upper(), small.capitalize()):
            return codes[kind]
        ending = next((name for name, pattern in endings.items() if pattern.fullmatch(word)), "")
        return codes.get(frozenset({ending}), OTHER)

    words = {name: given for name, given in listed.items() if isinstance(given, dict)}
    values = {name: dict(ChainMap(*(words.get(member, {}) for member in classes))) for name, classes in members.items()}
    rules = [_compile_rule(rule, charset, fragments, values) for rule in data["rules"]]
    # No rule reaches over a token that none of them names, so what lies between two such tokens is read once for all.
    named = "".join(sorted({c for rule in rules for c in rule.pattern.pattern if c == BREAK or c >= _FIRST_CODE}))
    ahead, past, passive = (charset.get(name) or _NEVER for name in ("AHEAD", "BACK", "PASSIVE"))
    stops = BREAK + charset["STOP"] + charset["DOT"]
    verb = f"(?<![{passive}])(?:(?P<ahead>[{ahead}])|[{past}])"
    return Grammar(
        lexer=re.compile(
            rf"(?:[^\W\d_]+{within}(?=[\s,])|{'|'.join(shapes.values())}|\w+{within}|[^\w\s])[^\S\n]*|\s+"
        ),
        code_of=code_of,
        runs=re.compile(f"[{named}]+"),
        matches_in=lru_cache(maxsize=1 << 16)(
            partial(_matches_in, {c: [r for r in rules if c in r.begins] for c in named})
        ),
        charset=charset,
        verb_before=re.compile(f"{verb}(?:[^{ahead}{past}{stops}]|(?<=[{passive}])[^{stops}])*$"),
        verb_after=re.compile(f"[^{stops}]{{0,{_REACH - 1}}}?{verb}"),
    )


def _kinds(words: Mapping[str, Iterable[str]], forms: list[str]) -> dict[str, frozenset[str]]:
    """For each word all that it can be: its classes, and itself where a form names it."""
    kinds = {part: {part} for form in forms for part in _FORM.findall(form) if part.islower()}
    for name, members in words.items():
        for word in members:
            kinds.setdefault(word, set()).add(name)
    return {word: frozenset(kind) for word, kind in kinds.items()}


def _matches_in(rules: Mapping[str, list[Rule]], run: str) -> tuple[Match, ...]:
    """The time expressions among tokens in order: at each place the longest rule, the earlier one among equals."""
    matches, at = [], 0
    while at < len(run):
        found = [(rule, m) for rule in rules.get(run[at], ()) if (m := rule.pattern.match(run, at))]
        if found:
            rule, longest = max(found, key=lambda pair: pair[1].end())
            groups = (group for group, code in longest.groupdict().items() if code)
            places = tuple(sorted((longest.start(group) - at, group.rsplit("_", 1)[0]) for group in groups))
            matches.append(Match(rule, at, longest.end(), places))
        at = longest.end() if found else at + 1
    return tuple(matches)


def _compile_rule(
    rule: Mapping[str, Any],
    charset: Mapping[str, str],
    fragments: Mapping[str, str],
    values: Mapping[str, Mapping[str, Any]],
) -> Rule:
    numbers = count()

    def atom(name: str, named: bool) -> tuple[str, frozenset[str], bool]:
        if name in fragments:
            return alternatives(deque(_FORM.findall(fragments[name])), named)
        if name not in charset:
            raise ValueError(f"rule {rule['name']!r} names {name!r}, which is neither a class, a set nor a fragment")
        group = f"?P<{name}_{next(numbers)}>" if named and name.isupper() else "?:"
        return f"({group}[{charset[name]}])", frozenset(charset[name]), False

    def alternatives(parts: deque[str], named: bool) -> tuple[str, frozenset[str], bool]:
        """Read up to the closing bracket: the pattern, what it can begin with, and whether it may be empty."""
        pattern, begins, open_now, may_be_empty = "", frozenset[str](), True, False
        while parts and (part := parts.popleft()) != ")":
            if part == "|":
                pattern, may_be_empty, open_now = pattern + "|", may_be_empty or open_now, True
                continue
            piece, first, optional = alternatives(parts, named) if part == "(" else atom(part, named)
            if parts and parts[0] in "?*":
                piece, optional = piece + {"?": "?", "*": _MANY}[parts.popleft()], True
            pattern += piece
            begins |= first if open_now else frozenset()
            open_now = open_now and optional
        return f"(?:{pattern})", begins, may_be_empty or open_now

    looks = {
        k: look.format(alternatives(deque(_FORM.findall(rule[k])), False)[0]) for k, look in _LOOK.items() if k in rule
    }
    form, begins, _ = alternatives(deque(_FORM.findall(rule["form"])), True)
    after, before = (looks.get(a, "") + looks.get(b, "") for a, b in (("after", "not_after"), ("before", "not_before")))
    return Rule(begins, re.compile(after + form + before), rule, values)

"""From characters to token classes, and from token classes to the longest rule.

A text becomes a string with one character a token, which says what the token can be; a rule is a regular expression
over that string. So a rule reads as words do ("PARTLY? MONTH"), knows nothing of spaces, and is quick to try.
"""

import re
import tomllib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate, count
from typing import Any, NamedTuple

OTHER, BREAK, NEVER = "x", "\n", "\0"
_ALONE = r"(?![.,]?\d|\w)"
_SHAPES = {
    "URL": r"(?:https?://|www\.)\S+|[\w.+-]+@\S+\.\w+",
    "ISO": r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?\b",
    "NUMDATE": r"\d{1,2}(?:\.\d{1,2}\.|/\d{1,2}/)(?:\d{4}|\d\d)\b",
    "CLOCK": r"\d{1,2}:\d\d(?::\d\d)?\b",
}
_NUMBERS = {
    "DAYNUM": rf"(?:0?[1-9]|[12]\d|3[01]){_ALONE}",
    "YEARNUM": rf"(?:19|20)\d\d{_ALONE}",
    "OLDYEAR": rf"[12]\d{{3}}{_ALONE}",
    "NUMBER": r"\d+(?:[.,]\d+)*(?!\w)",
    "HYPHEN": "[-–—‑−]",
    "APOS": "['’]",
    "MONEY": "[$£€₽₴]",
    "STOP": "[;:!?]",
    **{"COMMA": ",", "DOT": "[.]", "SLASH": "/", "OPEN": "[(]", "PERCENT": "%", "HASH": "#"},
}
_LOOK = {"after": "(?<={})", "not_after": "(?<!{})", "before": "(?={})", "not_before": "(?!{})"}
_FORM = re.compile(r"\w+|[()|?*]")
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


class Rule(NamedTuple):
    """A rule, compiled: `pattern` over codes, the codes it can begin with, the function that reads it, what else it says."""

    name: str
    pattern: re.Pattern[str]
    first: frozenset[str]
    means: str
    gives: Mapping[str, Any]


class Match(NamedTuple):
    """A rule found: tokens first to last (exclusive); for each class where its words stand and what they stand for."""

    rule: Rule
    first: int
    last: int
    found: dict[str, list[tuple[int, Any]]]


class Grammar(NamedTuple):
    """The rules of a language, ready to use; `rules` by the code that they begin with."""

    lexer: re.Pattern[str]
    code_of: Callable[[str], str]
    rules: dict[str, list[Rule]]
    starters: re.Pattern[str]
    words: Mapping[str, Mapping[str, Any]]
    members: Mapping[str, list[str]]
    verb_before: re.Pattern[str]
    verb_after: re.Pattern[str]
    tells_year: frozenset[str]

    def tokenise(self, text: str) -> Tokens:
        """Cut a text into tokens and say of each what it can be."""
        pieces = self.lexer.findall(text)
        return Tokens("".join(map(self.code_of, pieces)), pieces, list(accumulate(map(len, pieces), initial=0)))

    def matches(self, tokens: Tokens) -> Iterator[Match]:
        """The time expressions of a text in order: at each place the longest rule, the earlier one among equals."""
        codes, at = tokens.codes, 0
        for candidate in self.starters.finditer(codes):
            first = candidate.start()
            if first < at:
                continue
            last = first
            for rule in self.rules[codes[first]]:
                found = rule.pattern.match(codes, first)
                if found and found.end() > last:
                    best, best_rule, last = found, rule, found.end()
            if last > first:
                at = last
                yield Match(best_rule, first, last, self._words_of(best, tokens))

    def _words_of(self, match: re.Match[str], tokens: Tokens) -> dict[str, list[tuple[int, Any]]]:
        found: dict[str, list[tuple[int, Any]]] = {}
        for group, code in match.groupdict().items():
            if code is not None:
                name, at = group.rsplit("_", 1)[0], match.start(group)
                word = tokens.pieces[at].rstrip()
                values = (self.words.get(member, {}).get(word.lower()) for member in self.members[name])
                found.setdefault(name, []).append((at, next((v for v in values if v is not None), word)))
        return {name: sorted(values, key=lambda pair: pair[0]) for name, values in found.items()}

    def leans_ahead(self, tokens: Tokens, first: int, last: int) -> bool | None:
        """Whether the nearest verb of the sentence puts a time after the writing; None where no verb is near."""
        before = self.verb_before.search(tokens.codes, max(0, first - _REACH), first)
        after = self.verb_after.match(tokens.codes, last)
        if before and (not after or first - before.start() <= after.end() - last):
            return before["ahead"] is not None
        return after["ahead"] is not None if after else None


def languages() -> list[str]:
    """The languages that the package has rules for."""
    names = sorted(file.name for file in (files("ukrcorpus") / "data").iterdir())
    return [name[6:-5] for name in names if re.fullmatch(r"times_\w+\.toml", name)]


@cache
def load_rules(language: str = "en") -> dict[str, Any]:
    """The data file of a language: shapes and words by class, sets of classes, fragments, rules."""
    file = files("ukrcorpus") / "data" / f"times_{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def grammar_of(language: str = "en") -> Grammar:
    """The grammar of a language, compiled once."""
    return compile_grammar(load_rules(language))


def compile_grammar(data: Mapping[str, Any]) -> Grammar:
    """Compile words and rules as the data files hold them.

    Raises:
        ValueError: where a rule names a class that there is not.

    """
    shapes = {**_SHAPES, **data.get("shapes", {}), **_NUMBERS}
    endings = {name: re.compile(ending) for name, ending in data.get("endings", {}).items()}
    words: dict[str, set[str]] = {}
    for name, members in data["words"].items():
        for word in members:
            words.setdefault(word, set()).add(name)
    fragments = data.get("fragments", {})
    forms = [*fragments.values(), *(rule[key] for rule in data["rules"] for key in ("form", *_LOOK) if key in rule)]
    for word in {part for form in forms for part in _FORM.findall(form) if part.islower()}:
        words.setdefault(word, set()).add(word)
    kinds = {frozenset(kinds) for kinds in (*words.values(), *({name} for name in (*shapes, *endings)))}
    letters = {kind: chr(0x100 + number) for number, kind in enumerate(sorted(kinds, key=sorted))}
    members = {name: [name] for kind in kinds for name in kind} | data.get("sets", {})
    charset = {
        name: "".join(letter for kind, letter in letters.items() if kind & set(members[name])) for name in members
    }
    shape = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in shapes.items()))
    capital = set(data.get("capital", []))

    @lru_cache(maxsize=1 << 16)
    def code_of(piece: str) -> str:
        word = piece.strip()
        if not word:
            return BREAK if "\n" in piece else OTHER
        if found := shape.fullmatch(word):
            return letters[frozenset({str(found.lastgroup)})]
        kind = words.get(word.lower(), set())
        if kind and word in (word.upper(), word.capitalize(), *([] if kind & capital else [word.lower()])):
            return letters[frozenset(kind)]
        ending = next((name for name, ending in endings.items() if ending.fullmatch(word)), None)
        return letters[frozenset({ending})] if ending else OTHER

    rules = [_compile_rule(rule, charset, fragments) for rule in data["rules"]]
    by_first = {letter: [rule for rule in rules if letter in rule.first] for letter in letters.values()}
    starters = "".join(letter for letter in by_first if by_first[letter])
    ahead, past, passive = (charset.get(name) or NEVER for name in ("AHEAD", "BACK", "PASSIVE"))
    stops = BREAK + charset["STOP"] + charset["DOT"]
    verb = f"(?<![{passive}])(?:(?P<ahead>[{ahead}])|[{past}])"
    return Grammar(
        lexer=re.compile(rf"(?:[^\W\d_]+(?=[\s,])|{'|'.join(shapes.values())}|\w+|[^\w\s])[^\S\n]*|\s+"),
        code_of=code_of,
        rules=by_first,
        starters=re.compile(f"[{starters}]"),
        words=data["words"],
        members=members,
        verb_before=re.compile(f"{verb}(?:[^{ahead}{past}{stops}]|(?<=[{passive}])[^{stops}])*$"),
        verb_after=re.compile(f"[^{stops}]{{0,{_REACH - 1}}}?{verb}"),
        tells_year=frozenset(charset.get("TELLS_YEAR", "")),
    )


def _compile_rule(rule: Mapping[str, Any], charset: Mapping[str, str], fragments: Mapping[str, str]) -> Rule:
    numbers = count()

    def atom(name: str, named: bool) -> tuple[str, set[str], bool]:
        if name in fragments:
            return alternatives(deque(_FORM.findall(fragments[name])), named)
        if name not in charset:
            raise ValueError(f"rule {rule['name']!r} names {name!r}, which is neither a class, a set nor a fragment")
        group = f"?P<{name}_{next(numbers)}>" if named and name.isupper() else "?:"
        return f"({group}[{charset[name]}])", set(charset[name]), False

    def alternatives(parts: deque[str], named: bool) -> tuple[str, set[str], bool]:
        """Read up to the closing bracket: the pattern, what it can begin with, and whether it may be empty."""
        patterns, first, may_be_empty = [""], set(), False
        empty = True
        while parts and (part := parts.popleft()) != ")":
            if part == "|":
                patterns.append("")
                may_be_empty, empty = may_be_empty or empty, True
                continue
            pattern, begins, skipped = alternatives(parts, named) if part == "(" else atom(part, named)
            if parts and parts[0] in "?*":
                pattern, skipped = pattern + parts.popleft(), True
            patterns[-1] += pattern
            first |= begins if empty else set()
            empty = empty and skipped
        return f"(?:{'|'.join(patterns)})", first, may_be_empty or empty

    def read(key: str, named: bool = False) -> tuple[str, set[str], bool]:
        return alternatives(deque(_FORM.findall(rule[key])), named)

    form, first, _ = read("form", named=True)
    around = {key: look.format(read(key)[0]) if key in rule else "" for key, look in _LOOK.items()}
    pattern = f"{around['after']}{around['not_after']}{form}{around['before']}{around['not_before']}"
    return Rule(rule["name"], re.compile(pattern), frozenset(first), rule["means"], rule)

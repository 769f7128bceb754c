"""From characters to token classes, and from token classes to the longest rule.

A text becomes a string with one character a token, which says what the token can be; a rule is a regular expression
over that string. So a rule reads as words do ("PARTLY? MONTH"), knows nothing of spaces, and is quick to try.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate, count
from typing import Any, NamedTuple

from ukrcorpus.packaged import read_toml

OTHER, BREAK = "x", "\n"
_NEVER = "\0"
_SHAPES = {
    "URL": r"(?:https?://|www\.)\S+|[\w.+-]+@\S+\.\w+",
    "ISO": r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?\b",
    "NUMDATE": r"\d{1,2}(?:\.\d{1,2}\.|/\d{1,2}/)(?:\d{4}|\d\d)\b",
    "CLOCK": r"\d{1,2}:\d\d(?::\d\d)?\b",
    "DAYNUM": r"(?:0?[1-9]|[12]\d|3[01])(?![.,]?\d|\w)",
    "YEARNUM": r"(?:19|20)\d\d(?![.,]?\d|\w)",
    "OLDYEAR": r"[12]\d{3}(?![.,]?\d|\w)",
    "NUMBER": r"\d+(?:[.,]\d+)*(?!\w)",
    **{"HYPHEN": "[-–—‑−]", "APOS": "['’]", "MONEY": "[$£€₽₴]", "STOP": "[;:!?]", "COMMA": ",", "DOT": "[.]"},
    **{"SLASH": "/", "OPEN": "[(]", "PERCENT": "%", "HASH": "#"},
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
    """A rule, compiled: the codes it can begin with, its pattern, and all that its data say."""

    begins: frozenset[str]
    pattern: re.Pattern[str]
    gives: Mapping[str, Any]


class Match(NamedTuple):
    """A rule found: what it says, tokens first to last (exclusive), where each class stands and what it stands for."""

    gives: Mapping[str, Any]
    first: int
    last: int
    found: dict[str, list[tuple[int, Any]]]


class Grammar(NamedTuple):
    """The rules of a language, ready to use; `anywhere` finds where one of them matches."""

    lexer: re.Pattern[str]
    code_of: Callable[[str], str]
    rules: list[Rule]
    anywhere: re.Pattern[str]
    words: Mapping[str, Mapping[str, Any]]
    members: Mapping[str, list[str]]
    charset: Mapping[str, str]
    verb_before: re.Pattern[str]
    verb_after: re.Pattern[str]

    def tokenise(self, text: str) -> Tokens:
        """Cut a text into tokens and say of each what it can be."""
        pieces = self.lexer.findall(text)
        return Tokens("".join(map(self.code_of, pieces)), pieces, list(accumulate(map(len, pieces), initial=0)))

    def matches(self, tokens: Tokens) -> Iterator[Match]:
        """The time expressions of a text in order: at each place the longest rule, the earlier one among equals."""
        at = 0
        for candidate in self.anywhere.finditer(tokens.codes):
            first, code = candidate.start(), candidate[0]
            if first >= at:
                found = [(r, r.pattern.match(tokens.codes, first)) for r in self.rules if code in r.begins]
                rule, longest = max(((r, m) for r, m in found if m), key=lambda pair: pair[1].end())
                at = longest.end()
                yield Match(rule.gives, first, at, self._words_of(longest, tokens))

    def _words_of(self, match: re.Match[str], tokens: Tokens) -> dict[str, list[tuple[int, Any]]]:
        found: dict[str, list[tuple[int, Any]]] = {}
        for at, group in sorted((match.start(group), group) for group, code in match.groupdict().items() if code):
            name, word = group.rsplit("_", 1)[0], tokens.pieces[at].rstrip()
            values = (self.words.get(member, {}).get(word.lower()) for member in self.members[name])
            found.setdefault(name, []).append((at, next((value for value in values if value is not None), word)))
        return found

    def leans_ahead(self, tokens: Tokens, first: int, last: int) -> bool | None:
        """Whether the nearest verb of the sentence puts a time after the writing; None where no verb is near."""
        before = self.verb_before.search(tokens.codes, max(0, first - _REACH), first)
        after = self.verb_after.match(tokens.codes, last)
        if before and (not after or first - before.start() <= after.end() - last):
            return before["ahead"] is not None
        return after["ahead"] is not None if after else None


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


def compile_grammar(data: Mapping[str, Any]) -> Grammar:
    """Compile words and rules as the data files hold them.

    Raises:
        ValueError: where a rule names a class that there is not.

    """
    shapes = {**data.get("shapes", {}), **_SHAPES}
    endings = {name: re.compile(ending) for name, ending in data.get("endings", {}).items()}
    fragments = data.get("fragments", {})
    kinds = _kinds(
        data["words"], [*fragments.values(), *(r[k] for r in data["rules"] for k in ("form", *_LOOK) if k in r)]
    )
    distinct = {*kinds.values(), *(frozenset({name}) for name in (*shapes, *endings))}
    # A token that can be several things at once ("may", "second") has a code of its own.
    codes = {kind: chr(0x100 + number) for number, kind in enumerate(sorted(distinct, key=sorted))}
    members = {name: [name] for kind in distinct for name in kind} | data.get("sets", {})
    charset = {
        name: "".join(code for kind, code in codes.items() if kind & set(classes)) for name, classes in members.items()
    }
    charset["BREAK"] = BREAK
    shape = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in shapes.items()))
    capital = set(data.get("capital", []))

    @lru_cache(maxsize=1 << 16)
    def code_of(piece: str) -> str:
        word = piece.strip()
        if not word:
            return BREAK if "\n" in piece else OTHER
        if found := shape.fullmatch(word):
            return codes[frozenset({str(found.lastgroup)})]
        small = word.lower()
        kind = kinds.get(small, frozenset())
        if kind and (word in (word.upper(), small.capitalize()) or (word == small and not kind & capital)):
            return codes[kind]
        ending = next((name for name, pattern in endings.items() if pattern.fullmatch(word)), "")
        return codes.get(frozenset({ending}), OTHER)

    rules = [_compile_rule(rule, charset, fragments) for rule in data["rules"]]
    # What a rule can begin with, looked at first, makes most of them fail at once.
    unnamed = (re.sub("[?]P<[A-Z_0-9]+>", "?:", rule.pattern.pattern) for rule in rules)
    guarded = "|".join(f"(?=[{''.join(sorted(r.begins))}]){form}" for r, form in zip(rules, unnamed, strict=True))
    starters = "".join(sorted(frozenset().union(*(rule.begins for rule in rules))))
    ahead, past, passive = (charset.get(name) or _NEVER for name in ("AHEAD", "BACK", "PASSIVE"))
    stops = BREAK + charset["STOP"] + charset["DOT"]
    verb = f"(?<![{passive}])(?:(?P<ahead>[{ahead}])|[{past}])"
    return Grammar(
        lexer=re.compile(rf"(?:[^\W\d_]+(?=[\s,])|{'|'.join(shapes.values())}|\w+|[^\w\s])[^\S\n]*|\s+"),
        code_of=code_of,
        rules=rules,
        anywhere=re.compile(f"(?=[{starters}])(?={guarded})."),
        words={name: words for name, words in data["words"].items() if isinstance(words, dict)},
        members=members,
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


def _compile_rule(rule: Mapping[str, Any], charset: Mapping[str, str], fragments: Mapping[str, str]) -> Rule:
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
                piece, optional = piece + parts.popleft(), True
            pattern += piece
            begins |= first if open_now else frozenset()
            open_now = open_now and optional
        return f"(?:{pattern})", begins, may_be_empty or open_now

    looks = {
        k: look.format(alternatives(deque(_FORM.findall(rule[k])), False)[0]) for k, look in _LOOK.items() if k in rule
    }
    form, begins, _ = alternatives(deque(_FORM.findall(rule["form"])), True)
    after, before = (looks.get(a, "") + looks.get(b, "") for a, b in (("after", "not_after"), ("before", "not_before")))
    return Rule(begins, re.compile(after + form + before), rule)

"""From characters to token classes, and from token classes to the longest rule.

A text becomes a string with one character a token, which says what the token can be; a rule is a regular expression
over that string. So a rule reads as words do ("PARTLY? MONTH"), knows nothing of spaces, and is quick to try.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from ukrcorpus.times.words import load_rules

OTHER, BREAK = "x", "\n"
_SHAPES = (
    ("URL", r"(?:https?://|www\.)\S+|\S+@\S+\.\w+"),
    ("BREAK", r"\n"),
    ("ISO", r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?\b"),
    ("NUMDATE", r"\d{1,2}(?P<divider>[./])\d{1,2}(?P=divider)(?:\d{4}|\d\d)\b"),
    ("ALLDAYS", r"24/7\b"),
    ("CLOCK", r"\d{1,2}:\d\d(?::\d\d)?\b"),
    ("DECADE", r"\d{3}0['’]?s\b|['’]?[2-9]0s\b"),
    ("SHORTYEAR", r"['’]\d\d\b(?!['’])"),
    ("ORDNUM", r"\d{1,2}(?:st|nd|rd|th)\b"),
    ("QUARTERNUM", r"Q[1-4]\b"),
    ("MIXED", r"\d+[^\W\d_]\w*|[^\W\d_]+\d\w*"),
    ("AMPM", r"[AaPp]\. ?[Mm]\.|[AaPp][Mm]\b"),
    ("WORD", r"[^\W\d_]+"),
    ("DIGITS", r"\d+(?:[.,]\d+)*"),
    ("MARK", r"[^\w\s]"),
)
_TOKEN = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _SHAPES))
_MARKS = {
    **dict.fromkeys("-–—‑−", "HYPHEN"),
    **dict.fromkeys("'’", "APOS"),
    **dict.fromkeys("$£€₽₴", "MONEY"),
    ",": "COMMA",
    ".": "DOT",
    "/": "SLASH",
    "(": "OPEN",
    "%": "PERCENT",
    "#": "HASH",
}
_SHAPE_CLASSES = (
    *("ISO", "NUMDATE", "ALLDAYS", "CLOCK", "DECADE", "SHORTYEAR", "ORDNUM", "QUARTERNUM", "AMPM"),
    *("DAYNUM", "NUMBER", "YEARNUM", "OLDYEAR", "STOP", "BREAK"),
)
_FORM = re.compile(r"[A-Z_]+|[a-z]+|[()|?*]")


class Tokens(NamedTuple):
    """A text as tokens: one character of `codes` a token, with where it starts and ends and what it says."""

    codes: str
    starts: list[int]
    ends: list[int]
    words: list[str]


class Rule(NamedTuple):
    """A rule, compiled: `pattern` over token codes, `means` the function that reads it, `value` what it is given."""

    name: str
    pattern: re.Pattern[str]
    means: str
    value: str


class Match(NamedTuple):
    """A rule found: tokens first to last (exclusive), and for each class the words that stand for it, in order."""

    rule: Rule
    first: int
    last: int
    found: dict[str, list[Any]]
    words: list[str]


class Grammar(NamedTuple):
    """The rules of a language, ready to use."""

    codes: dict[str, str]
    shapes: dict[str, str]
    rules: list[Rule]
    trigger: re.Pattern[str]
    words: dict[str, dict[str, Any]]
    members: dict[str, str]
    charsets: dict[str, str]

    def charset(self, name: str) -> str:
        """The codes that stand for a class or set; none where the language has no such class."""
        return self.charsets.get(name, "")

    def tokenise(self, text: str) -> Tokens:
        """Cut a text into tokens and say of each what it can be."""
        codes, starts, ends, words = [], [], [], []
        word_code, shape_code = self.codes.get, self.shapes
        for found in _TOKEN.finditer(text):
            kind, word = found.lastgroup, found.group()
            if kind == "WORD":
                codes.append(word_code(word, OTHER))
            elif kind == "DIGITS":
                codes.append(shape_code[_number_class(word)])
            elif kind == "MARK":
                codes.append(shape_code.get(_MARKS.get(word, "STOP" if word in ";:!?" else ""), OTHER))
            else:
                codes.append(shape_code.get(kind or "", OTHER))
            starts.append(found.start())
            ends.append(found.end())
            words.append(word)
        return Tokens("".join(codes), starts, ends, words)

    def matches(self, tokens: Tokens) -> Iterator[Match]:
        """The time expressions of a text in order: at each place the longest rule, the earlier one among equals."""
        at = 0
        while trigger := self.trigger.search(tokens.codes, at):
            first = trigger.start()
            best, best_rule = None, None
            for rule in self.rules:
                found = rule.pattern.match(tokens.codes, first)
                if found and (best is None or found.end() > best.end()):
                    best, best_rule = found, rule
            if best is None or best_rule is None or best.end() == first:
                at = first + 1
                continue
            at = best.end()
            if best_rule.means != "nothing":
                words = [word.lower() for word in tokens.words[first:at]]
                yield Match(best_rule, first, at, self._found(best, tokens), words)

    def _found(self, match: re.Match[str], tokens: Tokens) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for group, word in match.groupdict().items():
            if word is None:
                continue
            at = match.start(group)
            name = group.rsplit("_", 1)[0]
            found.setdefault(name, []).append((at, self._value(name, tokens.words[at])))
        return {name: sorted(values, key=lambda pair: pair[0]) for name, values in found.items()}

    def _value(self, name: str, word: str) -> Any:
        for member in self.members[name].split():
            if member in self.words and word.lower() in self.words[member]:
                return self.words[member][word.lower()]
        return word


def _number_class(word: str) -> str:
    if len(word) <= 2 and word.isdigit() and 1 <= int(word) <= 31:
        return "DAYNUM"
    if len(word) == 4 and word.isdigit() and word[0] in "12":
        return "YEARNUM" if word[:2] in ("19", "20") else "OLDYEAR"
    return "NUMBER"


@cache
def grammar_of(language: str = "en") -> Grammar:
    """The grammar of a language, compiled once."""
    return compile_grammar(load_rules(language))


def compile_grammar(data: Mapping[str, Any]) -> Grammar:
    """Compile words and rules as the data files hold them.

    Raises:
        ValueError: where a rule names a class that there is not.

    """
    sets = dict(data["sets"])
    fragments: dict[str, str] = sets.pop("fragments", {})
    forms = [*fragments.values(), *(str(rule.get(key, "")) for rule in data["rules"] for key in _CONTEXT)]
    literals = {word for form in forms for word in re.findall(r"\b[a-z]+\b", form)}
    signatures = _signatures(data["words"], literals)
    letters = {signature: chr(0x100 + i) for i, signature in enumerate(sorted(set(signatures.values())))}
    shapes = {name: chr(0x3000 + i) for i, name in enumerate([*_SHAPE_CLASSES, *sorted(set(_MARKS.values()))])}
    shapes["BREAK"] = BREAK
    members = {name: name for name in [*shapes, *data["words"]]} | {k: " ".join(v) for k, v in sets.items()}
    charset = {
        name: "".join(
            [shapes[kind] for kind in kinds.split() if kind in shapes]
            + [letter for signature, letter in letters.items() if set(signature) & set(kinds.split())]
        )
        for name, kinds in members.items()
    }
    by_literal = {
        word: "".join(letter for signature, letter in letters.items() if f"={word}" in signature) for word in literals
    }
    rules = [_compile_rule(rule, fragments, charset, by_literal) for rule in data["rules"]]
    trigger = "|".join(f"(?:{_unnamed(rule.pattern.pattern)})" for rule in rules)
    return Grammar(
        codes=_word_codes(signatures, letters, set(data["capital"])),
        shapes=shapes,
        rules=rules,
        trigger=re.compile(f"(?=[^{OTHER}{BREAK}])(?:{trigger})"),
        words=data["words"],
        members=members,
        charsets=charset,
    )


_CONTEXT = ("form", "after", "not_after", "before", "not_before")


def _signatures(words: Mapping[str, Mapping[str, Any]], literals: set[str]) -> dict[str, tuple[str, ...]]:
    """For each word all that it can be: its classes, and itself where a rule names it."""
    classes: dict[str, set[str]] = {word: {f"={word}"} for word in literals}
    for name, members in words.items():
        for word in members:
            classes.setdefault(word, set()).add(name)
    return {word: tuple(sorted(kinds)) for word, kinds in classes.items()}


def _word_codes(
    signatures: Mapping[str, tuple[str, ...]], letters: Mapping[tuple[str, ...], str], capital: set[str]
) -> dict[str, str]:
    """The code of each way to write a word; small letters do not count for what needs a capital."""
    codes = {}
    for word, signature in signatures.items():
        codes[word.capitalize()] = codes[word.upper()] = letters[signature]
        if not capital & set(signature):
            codes[word] = letters[signature]
    return codes


def _compile_rule(
    rule: Mapping[str, Any], fragments: Mapping[str, str], charset: Mapping[str, str], literals: Mapping[str, str]
) -> Rule:
    count = iter(range(10_000))

    def piece(found: re.Match[str]) -> str:
        part = found[0]
        if part in "()|?*":
            return "(?:" if part == "(" else part
        if part in fragments:
            return "(?:" + _FORM.sub(piece, fragments[part]).replace(" ", "") + ")"
        if part in literals:
            return f"[{literals[part]}]"
        if part not in charset:
            raise ValueError(f"rule {rule['name']!r} names {part!r}, which is neither a class, a set nor a fragment")
        return f"(?P<{part}_{next(count)}>[{charset[part]}])"

    parts = {key: _FORM.sub(piece, str(rule[key])).replace(" ", "") for key in _CONTEXT if key in rule}
    look = {"after": "(?<={})", "not_after": "(?<!{})", "before": "(?={})", "not_before": "(?!{})"}
    around = {
        key: look[key].format(re.sub("[?]P<[A-Z_0-9]+>", "?:", part)) for key, part in parts.items() if key in look
    }
    before = around.get("after", "") + around.get("not_after", "")
    after = around.get("before", "") + around.get("not_before", "")
    pattern = f"{before}(?:{parts['form']}){after}"
    return Rule(rule["name"], re.compile(pattern), rule["means"], str(rule.get("value", "")))


def _unnamed(pattern: str) -> str:
    """A pattern without names of groups, which may stand only once in an alternation."""
    return re.sub("[?]P<[A-Z_0-9]+>", "?:", pattern)

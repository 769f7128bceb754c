"""Names that a small trained network finds, the same on every machine, since it reckons in whole numbers."""

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np

from ukrcorpus.entities.candidates import CUES, Mention
from ukrcorpus.entities.embedding import place_kind
from ukrcorpus.entities.table import even, is_loud

TAGS = ("O", *(f"{place}-{kind}" for kind in ("PER", "ORG", "LOC") for place in "BIES"))  # begin, inside, end, single
HASHED = {"prefix": 4096, "suffix": 4096, "shape": 256, "word": 16384}  # rows of the table for each kind of hashed unit
TAPS = ((-1, 0, 1), (-1, 0, 1), (-3, 0, 3))  # the neighbours that each convolution reads

_ABBREVIATED = "Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Maj|Col|Capt|Sgt|Adm|Sen|Rep|Gov|Rev|St|Mt|Jr|Sr|Corp|Inc|Ltd|Co|Bros|No|vs"
_TOKEN = re.compile(
    r"(?:[A-Z]\.)+[A-Z](?![\w.])|(?:[A-Z]\.){2,}|[A-Z]\.(?=\s?[A-Z])"
    rf"|(?:{_ABBREVIATED})\.|(?:https?://|www\.)\S+|[@#]\w+|\w[\w.-]{{0,40}}@[\w.-]+|\d+(?:[.,]\d+)*(?!\w)"
    r"|'s(?!\w)|\w+(?:'(?!s(?!\w))\w+)*|\n\s*|[^\w\s\x01\x02]"
)
_SHAPES = {c: "X" if chr(c).isupper() else "x" if chr(c).isalpha() else "d" for c in range(0x530) if chr(c).isalnum()}
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_JOINING = {word for kind in ("of", "the", "in", "particle", "who") for word in CUES[kind]} | {"and", "&", "'s"}
_BEFORE = ({"the", "The", "THE"}, {"the", "The", "THE", *CUES["title"]})
_MOST_MET = 50_000  # forms kept in memory
_EDGE = 3  # the widest tap
_PART = 14  # rows
_SLACK = 12_288  # a token with a lead of six nats stands outside, whatever is beside it
_NEVER = -(1 << 40)
_PLACES = [(tag[0], tag[2:]) for tag in TAGS]
_ENDS = [at for at, (place, _) in enumerate(_PLACES) if place in "ES"]
_FITS = np.array([[b in "OBS" if a in "OES" else b in "IE" and k == j for b, j in _PLACES] for a, k in _PLACES])
_STEP = np.where(_FITS, 0, _NEVER)


class Network(NamedTuple):
    """The weights of a file; in `met` the rows of `rows` that hold vectors and words of forms already met."""

    vocabulary: dict[str, int]
    flags: dict[str, int]
    table: np.ndarray
    layers: list[tuple[np.ndarray, np.ndarray, np.ndarray]]
    margins: list[int]
    chances: list[float]
    met: dict[str, int]
    rows: list[np.ndarray]


@lru_cache(maxsize=1)
def load_network(file: Path | None = None) -> Network:
    """Read the weights that `python -m ukrcorpus.training.names` wrote; those of the package unless told otherwise."""
    with np.load(file or Path(__file__).parent.parent / "data" / "names_model.npz", allow_pickle=False) as data:
        words, listed = (data[key].tobytes().decode().split("\n") for key in ("words", "listed"))
        layers = [tuple(data[f"{part}{n}"] for part in ("weights", "bias", "scale")) for n in range(len(TAPS) + 2)]
        layers = [(weights.astype("float32"), bias.astype("float32"), scale) for weights, bias, scale in layers]
        vocabulary, flags = dict(zip(words, range(len(words)), strict=True)), data["flags"].tolist()
        calibration = data["margins"].tolist(), data["chances"].tolist()
        return Network(vocabulary, dict(zip(listed, flags, strict=True)), data["table"], layers, *calibration, {}, [])


def find_modelled(text: str) -> list[Mention]:
    """The names that the packaged network finds in one article, in reading order, disjoint.

    Labels are PERSON, ORG, GPE, LOC and FAC; the score is the share of right names among those that the network was as
    sure of in documents that it did not learn from.

    Example:
        >>> [(mention.start, mention.end, mention.label) for mention in find_modelled("Ann Lee left Rome.")]
        [(0, 7, 'PERSON'), (13, 17, 'GPE')]
    """
    network, text = load_network(), even(text)
    starts, ends, forms = tokenize(text)
    scores = score_tags(*look_up_forms(forms, network), network)
    mentions = []
    for first, last, kind, lead in read_spans(best_tags(scores), scores):
        inside = [at for at in range(first, last + 1) if forms[at].lstrip("\x01\x02")[0].isalnum()]
        before = _BEFORE[kind == "PER"]
        while len(inside) > 1 and forms[inside[0]].lstrip("\x01\x02") in before:
            inside = inside[1:]
        start, end = (starts[inside[0]], ends[inside[-1]]) if inside else (0, 0)
        if _LATIN.search(text, start, end):
            label = {"PER": "PERSON", "ORG": "ORG"}.get(kind) or place_kind(text[start:end])
            mentions.append(Mention(start, end, label, "model", network.chances[bisect_right(network.margins, lead)]))
    return mentions


def tokenize(text: str) -> tuple[list[int], list[int], list[str]]:
    """Starts, ends and forms of a text's tokens; a mark leads forms in lines where capitals say nothing or little."""
    found = list(_TOKEN.finditer(text))
    starts, ends, forms = [t.start() for t in found], [t.end() for t in found], [t[0] for t in found]
    first = 0
    for last in [*(at for at, form in enumerate(forms) if form[0] == "\n"), len(forms)]:
        line = text[starts[first] : ends[last - 1]] if last > first else ""
        mark = "\x01" if is_loud(line) else "\x02" if _is_headline(line) else ""
        if mark:
            forms[first:last] = [mark + form for form in forms[first:last]]
        first = last + 1
    return starts, ends, forms


def _is_headline(line: str) -> bool:
    words = [word for word in line.split() if len(word) > 3 and word[0].isalpha()] if len(line) < 200 else []
    return len(words) > 3 and line[-1] not in '."' and sum(word[0].isupper() for word in words) > 0.8 * len(words)


def fold(form: str) -> str:
    """A form in lower case, without accents or mark."""
    form = form.lstrip("\x01\x02").lower()
    if form.isascii():
        return form
    return "".join(c for c in unicodedata.normalize("NFD", form) if not unicodedata.combining(c))


def read_form(form: str, vocabulary: dict[str, int], flags: dict[str, int]) -> tuple[list[int], int]:
    """The rows whose sum stands for a form, and the number of its word.

    That is -1 without capital or digit, -2 for a newline or address, -3 for a mark or small word that ends no name.
    The rows are those of the pieces of the word, of its hashed affixes, shape and self, and of the lists that hold it.
    """
    form = ("\n\n" if form.count("\n") > 1 else "\n") if form[0] == "\n" else form
    word, begin, at = fold(form), form.lstrip("\x01\x02")[0], len(vocabulary)
    found = [vocabulary[word]] if word in vocabulary else _pieces(word, vocabulary)
    parts = (word[:3], word[-3:], (form[:4] + form[-2:]).translate(_SHAPES), word)
    for part, size in zip(parts, HASHED.values(), strict=True):
        number = crc32(part.encode("utf-8", "surrogatepass"))
        found.append(at + number % size)
        at += size
    held = flags.get(word, 0)
    found.extend(at + flag for flag in range(held.bit_length()) if held >> flag & 1)
    if begin == "\n" or "@" in word or "//" in word:
        return found, -2
    if begin.isupper() or begin.isdigit():
        return found, number
    return found, -1 if begin.isalpha() and word not in _JOINING else -3


def _pieces(word: str, vocabulary: dict[str, int]) -> list[int]:
    """The longest known pieces from left to right, as WordPiece (Wu et al. 2016) cuts them; six at most."""
    found: list[int] = []
    start = 0
    while start < len(word) and len(found) < 6:
        lead = "##" if start else ""
        end = next((e for e in range(min(len(word), start + 20), start, -1) if lead + word[start:e] in vocabulary), 0)
        found.append(vocabulary[lead + word[start:end] if end else "[UNK]"])
        start = end or len(word)
    return found


def look_up_forms(forms: list[str], network: Network) -> tuple[np.ndarray, np.ndarray]:
    """For each token its vector and the number of its word."""
    met, rows = network.met, network.rows
    if len(met) + len(forms) > _MOST_MET:
        met.clear()
    new = [form for form in dict.fromkeys(forms or ["\n"]) if form not in met]
    if new:
        units, words = zip(*(read_form(form, network.vocabulary, network.flags) for form in new), strict=True)
        begins = np.cumsum([0, *map(len, units[:-1])])
        vectors = np.add.reduceat(network.table[list(chain.from_iterable(units))], begins, axis=0, dtype="int32")
        read = [np.clip(vectors, -127, 127).astype("int8"), np.array(words)]
        rows[:] = [np.concatenate(parts) for parts in zip(rows, read, strict=True)] if met else read
        met.update(zip(new, range(len(met), len(met) + len(new)), strict=True))
    at = np.fromiter(map(met.__getitem__, forms), "int64", len(forms))
    return rows[0][at], rows[1][at]


def score_tags(vectors: np.ndarray, words: np.ndarray, network: Network, *, dtype: str = "float32") -> np.ndarray:
    """A score in whole numbers for each token and tag; only tokens near a capital or digit may be in a name.

    Three convolutions; then each hidden unit is set beside its maximum over the same word in the article, so that a
    surname follows its full name. Every sum of products stays below 2**24: float32 holds it exactly, in any order.
    """

    def activated(total: np.ndarray, scale: np.ndarray) -> np.ndarray:
        scaled: np.ndarray = np.rint(total * scale)  # a power of two, which is exact; half to even
        return np.clip(scaled, 0, 255, out=scaled).astype(dtype, copy=False)

    layers = [(weights.astype(dtype, copy=False), bias.astype(dtype), scale) for weights, bias, scale in network.layers]
    near = _touched(np.flatnonzero(words >= 0), (-2, -1, 0, 1), len(words))
    rows = [near[words[near] != -2]]
    for taps in TAPS[:0:-1]:
        rows.append(_touched(rows[-1], taps, len(words)))
    state, at = vectors, np.arange(len(words))
    for taps, (blocks, bias, scale), wanted in zip(TAPS, layers, reversed(rows), strict=False):
        padded = np.zeros((len(words) + 2 * _EDGE, state.shape[1]), dtype)
        padded[at + _EDGE], at = state, wanted
        parts = (_times(padded[at + _EDGE + tap], block) for tap, block in zip(taps, blocks, strict=True))
        state = activated(sum(parts, bias), scale)
    scores = np.full((len(words), len(TAGS)), _NEVER)
    scores[:, 0] = 0
    if len(at):
        number = np.where(words[at] < 0, -1 - at, words[at])  # a word without capital stands for itself
        order = np.argsort(number, kind="stable")
        begins = np.flatnonzero(np.append(True, np.diff(number[order]) != 0))
        pooled = np.empty_like(state)
        pooled[order] = np.repeat(np.maximum.reduceat(state[order], begins), np.diff(begins, append=len(at)), axis=0)
        (middle, bias, scale), (last, last_bias, _) = layers[-2:]
        scores[at] = _times(activated(_times(np.hstack([state, pooled]), middle) + bias, scale), last) + last_bias
        scores[np.ix_(words == -3, _ENDS)] = _NEVER
    return scores


def _times(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Their product, in parts so small that BLAS starts no threads, which would cost many times what they gain."""
    parts = np.zeros((-(-len(rows) // _PART), _PART, rows.shape[1]), rows.dtype)
    parts.reshape(-1, rows.shape[1])[: len(rows)] = rows
    product: np.ndarray = parts @ weights
    return product.reshape(-1, weights.shape[1])[: len(rows)]


def _touched(rows: np.ndarray, taps: tuple[int, ...], n: int) -> np.ndarray:
    """The rows, of n, that the taps of these rows read."""
    touched = np.zeros(n + 2 * _EDGE, "bool")
    for tap in taps:
        touched[rows + _EDGE + tap] = True
    return np.flatnonzero(touched[_EDGE:-_EDGE])


def best_tags(scores: np.ndarray) -> np.ndarray:
    """The best well-formed row of tags: the best of each token, or Viterbi over the run where these do not fit."""
    tags: np.ndarray = scores.argmax(axis=1)
    outside = np.flatnonzero(scores[:, 1:].max(axis=1) + _SLACK < scores[:, 0])
    begins, ends = np.append(0, outside + 1), np.append(outside, len(tags))
    wrong = np.flatnonzero(~_FITS[np.append(0, tags), np.append(tags, 0)])
    for run in sorted(set(np.searchsorted(ends, wrong).tolist())):
        tags[begins[run] : ends[run]] = _viterbi(scores[begins[run] : ends[run]])
    return tags


def _viterbi(scores: np.ndarray) -> list[int]:
    best, back, tags = scores[0] + _STEP[0], [], [0]
    for row in [*scores[1:], _STEP[0] * 0 + [0, *[_NEVER] * (len(TAGS) - 1)]]:
        ways = best[:, None] + _STEP
        back.append(ways.argmax(axis=0))
        best = ways.max(axis=0) + row
    for origin in reversed(back):
        tags.append(int(origin[tags[-1]]))
    return tags[:0:-1]


def read_spans(tags: np.ndarray, scores: np.ndarray) -> list[tuple[int, int, str, int]]:
    """Of each name the first and last token, the kind, and the least lead of a tag of its over the rivals."""
    firsts, lasts = (
        np.flatnonzero(np.isin(tags, [at for at, (p, _) in enumerate(_PLACES) if p in of])) for of in ("BS", "ES")
    )
    ranked = np.sort(scores, axis=1)
    lead = np.take_along_axis(scores, tags[:, None], 1)[:, 0]
    lead = lead - np.where(lead == ranked[:, -1], ranked[:, -2], ranked[:, -1])
    return [
        (a, b, TAGS[tags[a]][2:], int(lead[a : b + 1].min()))
        for a, b in zip(firsts.tolist(), lasts.tolist(), strict=True)
    ]

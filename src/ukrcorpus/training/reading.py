"""What names by embedding read in open text, for `ukrcorpus.training.names` to learn from.

`python -m ukrcorpus.training.reading TEXTS OUT [--words N] [--processes N]`: TEXTS holds `*.txt`, documents parted by
an empty line, a paragraph a line; of each file the last N words at most are read. OUT gets a `*.jsonl` for each; a line
is a piece of a document: `text`, and `words`: start, end, percent of O, B-PER, I-PER, B-ORG, I-ORG, B-LOC, I-LOC.
"""

import argparse
import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from ukrcorpus.entities.embedding import WINDOW, _chances, _encode, cut_windows, load_model, read_pieces
from ukrcorpus.entities.table import even

SIZE, LEAST = 450, 30
"""Words at which a piece ends, with its line; and those that the rest of a document needs to be a piece."""
_SENTENCES = re.compile(r"(.{500,}?[.?!]) (?=[A-Z])")


def cut_pieces(text: str) -> Iterator[str]:
    """Yield pieces of the documents; long paragraphs become lines of some sentences, which fit the model's window."""
    for document in text.split("\n\n"):
        piece: list[str] = []
        for line in _SENTENCES.sub(r"\1\n", document).splitlines():
            piece.append(line)
            if sum(len(line.split()) for line in piece) >= SIZE:
                yield "\n".join(piece)
                piece = []
        if sum(len(line.split()) for line in piece) >= LEAST:
            yield "\n".join(piece)


def read_piece(text: str) -> str:
    """The line of JSON for a piece."""
    tokenizer, weights = load_model()
    reading = read_pieces(even(text), tokenizer)
    words = np.concatenate([_encode(weights, reading, window) for window in cut_windows(reading, WINDOW)])
    chances = _chances(words @ weights["head.weight"].T + weights["head.bias"], reading.lines, weights["moves"])
    rows = np.hstack([reading.spans, np.rint(100 * chances).astype("int64")]).tolist()
    return json.dumps({"text": text, "words": rows}, ensure_ascii=False, separators=(",", ":")) + "\n"


def main(texts: Path, out: Path, most: int | None, n_processes: int) -> None:
    """Read each text and write what was read."""
    out.mkdir(parents=True, exist_ok=True)
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
    with ProcessPoolExecutor(n_processes, get_context("spawn")) as processes:
        for file in sorted(texts.glob("*.txt")):
            pieces = list(cut_pieces(file.read_text(encoding="utf-8")))
            left = np.cumsum([len(piece.split()) for piece in pieces[::-1]])[::-1]  # from each piece to the end
            first = int((left > most).sum()) if most is not None else 0
            read = processes.map(read_piece, pieces[first:], chunksize=4)
            (out / f"{file.stem}.jsonl").write_text("".join(read), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--words", type=int)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args()
    main(options.texts, options.out, options.words, options.processes)

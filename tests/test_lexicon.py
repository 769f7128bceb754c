from fnmatch import fnmatchcase

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukrcorpus.lexicon import finder, fold, read_lexicon, whole_paragraphs
from ukrcorpus.spans import WORD

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

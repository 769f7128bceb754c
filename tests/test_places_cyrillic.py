"""Places in Ukrainian and Russian texts."""

import csv
import re
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import find_places
from ukrcorpus.entities.cyrillic import decline
from ukrcorpus.packaged import read_rows
from ukrcorpus.places.cyrillic import _known, bases, cyrillic_rules, is_cyrillic, spot_cyrillic
from ukrcorpus.places.gazetteer import packaged_names, same_length

CASES = Path(__file__).parent / "places"
NAMES = packaged_names()


def found(text: str) -> list[tuple[str, str, str, str | None]]:
    """Surface, name, use and spelling of each place of a text."""
    docs = pd.DataFrame({"doc_id": ["a"], "text": [text]})
    zone = {"doc_id": ["a"], "start": [0], "end": [len(text)], "label": ["paragraph"]}
    places = find_places(docs, zones=pd.DataFrame(zone), seats=True)
    spelling = places["spelling"].astype("object").where(places["spelling"].notna(), None)
    return list(zip(places["surface"], places["name"], places["use"], spelling, strict=True))


def cases() -> list[tuple[str, str, str]]:
    rows = []
    for language in ("uk", "ru"):
        with (CASES / f"{language}.csv").open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(line for line in file if not line.startswith("#"))
            rows += [(row["text"], row["names"], row["uses"]) for row in reader]
    return rows


@pytest.mark.parametrize(("marked", "names", "uses"), cases())
def test_sentences_of_both_languages(marked: str, names: str, uses: str) -> None:
    rows = found(re.sub(r"[\[\]]", "", marked))
    expected = list(zip(re.findall(r"\[(.*?)\]", marked), *(of.split(";") for of in (names, uses)), strict=False))
    assert [row[:3] for row in rows] == expected


def test_cases_are_well_formed() -> None:
    assert len(cases()) > 120
    for marked, names, uses in cases():
        count = marked.count("[")
        assert count == len([*filter(None, names.split(";"))]) == len([*filter(None, uses.split(";"))]), marked


def test_the_spelling_is_told_of_soviet_names_only() -> None:
    text = "Жители Артёмовска уехали в Киев, а семья из Днепропетровска в Одессу."
    assert [row[3] for row in found(text)] == ["Soviet-era", None, "Soviet-era", None]


def test_a_name_with_a_cue_is_one_all_through_the_article() -> None:
    assert found("Петрове горіло.") == []
    assert [row[0] for row in found("У селі Петрове стріляли. Петрове горіло.")] == ["Петрове", "Петрове"]


def test_a_person_named_in_full_is_no_place() -> None:
    assert found("Прибув Тарас Львов. Потім Львова бачили двічі.") == []


def test_names_in_capitals() -> None:
    assert [row[:2] for row in found("ВИБУХИ В ХАРКОВІ")] == [("ХАРКОВІ", "Kharkiv")]


def test_spans_limit_what_is_read() -> None:
    plain = same_length("Київ. Львів. Одеса.")
    assert [m.start for m in spot_cyrillic(plain, [(6, 12, "paragraph")], NAMES, cyrillic_rules())] == [6]
    assert spot_cyrillic("", [], NAMES, cyrillic_rules()) == []


def test_every_row_of_the_data_has_its_place() -> None:
    rows = read_rows("places_cyrillic.csv")
    known = {sense.place[:2] for senses in _known(NAMES)[0].values() for sense in senses}
    assert set(rows[["name", "kind"]].itertuples(index=False, name=None)) == known
    assert rows["source"].ne("").all()


@pytest.mark.parametrize(
    "word", ["Київ", "Харків", "Одеса", "Запоріжжя", "Суми", "Бровари", "Чернівці", "Тернопіль", "Москва", "Россия"]
)
def test_nominatives_are_found_from_every_form(word: str) -> None:
    assert all(word in bases(form) for form in decline(word) if len(form) > 2)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["Київ", "у Львові", "Орёл", "й", "заявив", ".", "\n", "«", "ДНР", "обл.", "і", "США", "-", "'"]
        ),
        max_size=14,
    )
)
def test_spans_are_sorted_and_do_not_overlap(parts: list[str]) -> None:
    text = " ".join(parts)
    mentions = spot_cyrillic(same_length(text), [(0, len(text), "paragraph")], NAMES, cyrillic_rules())
    assert all(mention.start < mention.end <= len(text) for mention in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))


def test_the_letters_tell_which_texts_are_read_so() -> None:
    assert is_cyrillic("У Києві тихо, каже BBC News.")
    assert is_cyrillic("Вона давно казала: Donald and Joan.")
    assert not is_cyrillic("The word Київ stands in this text.")

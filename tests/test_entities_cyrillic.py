"""Names in Ukrainian and Russian texts."""

import subprocess
import sys

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ukrcorpus import find_entities
from ukrcorpus.entities.cyrillic import decline, find_persons
from ukrcorpus.entities.link import fold_name
from ukrcorpus.entities.table import even, load_entities, make_matcher, match_names
from ukrcorpus.packaged import read_rows

ROWS = [
    ("ada", "PERSON", "Ada Dubenska", "Ада Дубенська@uk;Ада Дубенская@ru", ""),
    ("borys", "PERSON", "Borys Dubenskyi", "Борис Дубенський@uk;Дубенський@uk;Борис Дубенский@ru;Дубенский@ru", ""),
    ("ivan-hrab", "PERSON", "Ivan Hrab", "Іван Граб@uk;Граб@uk", ""),
    ("taras-hrab", "PERSON", "Taras Hrab", "Тарас Граб@uk", ""),
    ("kyrylo", "PERSON", "Kyrylo Sosnov", "Кирило Соснов@uk;Кирилл Соснов@ru", ""),
    ("lyubov", "PERSON", "Lyubov Orlova", "Любов Орлова@uk", ""),
    ("semyon", "PERSON", "Semyon Klenov", "Семён Клёнов@ru;Клёнов@ru", ""),
    ("kyiv", "GPE", "Kyiv", "Київ@uk;Киев@ru", "ukraine"),
    ("rih", "GPE", "Kryvyi Rih", "Кривий Ріг@uk;Кривой Рог@ru", "ukraine"),
    ("kamianets", "GPE", "Kamianets", "Кам'янець-Подільський@uk", "ukraine"),
    ("prague", "GPE", "Prague", "Прага@uk;Прага@ru", ""),
    ("sumy", "GPE", "Sumy", "Суми@uk;Сумы@ru", "ukraine"),
    ("belarus", "GPE", "Belarus", "Білорусь@uk;Беларусь@ru", "belarus"),
    ("norp-belarusian", "NORP", "Belarusian", "білорус@uk;білоруський@uk;белорус@ru", "belarus"),
    ("ukraine", "GPE", "Ukraine", "Україна@uk;Украина@ru", "ukraine"),
    ("norp-ukrainian", "NORP", "Ukrainian", "український@uk;українець@uk;украинский@ru;украинец@ru", "ukraine"),
    ("norp-russian", "NORP", "Russian", "російський@uk;росіянин@uk;российский@ru;русский@ru;россиянин@ru", "russia"),
    ("russia", "GPE", "Russia", "Росія@uk;Російська Федерація@uk;Россия@ru;Российская Федерация@ru", "russia"),
    ("ministry", "ORG", "Ministry of Defence", "Міністерство оборони@uk;Министерство обороны@ru", "ukraine"),
    ("forces", "ORG", "Armed Forces of Ukraine", "ЗСУ@uk;Збройні сили України@uk;МИД@ru", "ukraine"),
    ("pravda", "ORG", "Ukrainska Pravda", "Українська правда@uk", "ukraine"),
    ("group", "ORG", "Group", 'ПВК "Граніт"@uk', ""),
    ("west", "LOC", "the West of politics", "колективний {Захід}@uk", ""),
]
TABLE = pd.DataFrame(ROWS, columns=["entity_id", "label", "name", "aliases", "of"])
OLEH = f"PERSON:{fold_name('Oleh Yasen')}"
MATCHER = make_matcher(load_entities(table=TABLE, extend=False))


def found(text: str) -> list[tuple[str, list[str | None]]]:
    """Surface and bearers of each name of the test table in a text, in reading order."""
    rows = sorted(match_names(even(text), MATCHER))
    return [(text[start:end], [entity.entity_id for entity in of]) for start, end, of in rows]


def persons(text: str) -> list[tuple[str, str | None]]:
    return [(text[start:end], of[0].entity_id) for start, end, of in sorted(find_persons(even(text), set()))]


@pytest.mark.parametrize(
    ("text", "surface", "entity"),
    [
        ("Сказали Дубенському вчора.", "Дубенському", "borys"),
        ("Розмова з Дубенським.", "Дубенським", "borys"),
        ("Разговор с Дубенским.", "Дубенским", "borys"),
        ("Лист Ади Дубенської.", "Ади Дубенської", "ada"),
        ("Про Граба мовчать.", "Граба", "ivan-hrab"),
        ("Грабові дали.", "Грабові", "ivan-hrab"),
        ("Разом із Любов’ю Орловою.", "Любов’ю Орловою", "lyubov"),
        ("Клёнову дали.", "Клёнову", "semyon"),
        ("С Семеном Кленовым.", "Семеном Кленовым", "semyon"),
        ("У Києві тихо.", "Києві", "kyiv"),
        ("Под Киевом тихо.", "Киевом", "kyiv"),
        ("У Кривому Розі тихо.", "Кривому Розі", "rih"),
        ("До Кам’янця-Подільського.", "Кам’янця-Подільського", "kamianets"),
        ("У Празі тихо.", "Празі", "prague"),
        ("В Праге тихо.", "Праге", "prague"),
        ("У Сумах тихо.", "Сумах", "sumy"),
        ("Російської Федерації не було.", "Російської Федерації", "russia"),
        ("Российскую Федерацию звали.", "Российскую Федерацию", "russia"),
        ("Сказано Міністерством оборони.", "Міністерством оборони", "ministry"),
        ("В Министерстве обороны.", "Министерстве обороны", "ministry"),
        ("Бійці ЗСУ там.", "ЗСУ", "forces"),
        ("Збройних сил України.", "Збройних сил України", "forces"),
        ("Сообщили МИДом.", "МИДом", "forces"),
        ("За словами «Української правди».", "Української правди", "pravda"),
        ("Бійці ПВК «Граніт».", "ПВК «Граніт»", "group"),
        ("слова колективного Заходу.", "Заходу", "west"),
        ("КИЄВОМ ПРОЙШЛИ ЛЮДИ", "КИЄВОМ", "kyiv"),
        ("Українських військ.", "Українських", "norp-ukrainian"),
        ("про українців і слова", "українців", "norp-ukrainian"),
        ("среди россиян нет", "россиян", "norp-russian"),
        ("УКРАЇНСЬКІ МІСТА", "УКРАЇНСЬКІ", "norp-ukrainian"),
        ("російсько-чеський", "російсько", "norp-russian"),
        ("The minister said ЗСУ in Kyiv.", "ЗСУ", "forces"),
    ],
)
def test_names_in_any_case(text: str, surface: str, entity: str) -> None:
    assert (surface, [entity]) in found(text)
    assert sum(entity in of for _, of in found(text)) == 1


@pytest.mark.parametrize(
    "text",
    ["немає суми", "на заході сонця", "Захід сонця", "грабові алеї", "дубенська криниця", "правда",
     "Міністерство\n\nоборони", "Дубенська прийшла.", "Міністерство", "Кривий", "Київський", "Рогу немає"],
)  # fmt: skip
def test_what_is_no_name(text: str) -> None:
    assert found(text) == []


def test_mixed_scripts() -> None:
    assert found("Kyiv: Дубенський wrote “Київ” to Borys Dubenskyi") == [
        ("Kyiv", ["kyiv"]), ("Дубенський", ["borys"]), ("Київ", ["kyiv"]), ("Borys Dubenskyi", ["borys"]),
    ]  # fmt: skip


def test_in_capitals_a_name_comes_before_an_adjective() -> None:
    assert found("У Білорусі білоруси.") == [("Білорусі", ["belarus"]), ("білоруси", ["norp-belarusian"])]


def test_what_two_bear_is_said_of_both() -> None:
    table = pd.DataFrame(
        [("a", "PERSON", "A", "Гаєв@uk"), ("b", "PERSON", "B", "Гаєва@uk")],
        columns=["entity_id", "label", "name", "aliases"],
    )
    matcher = make_matcher(load_entities(table=table, extend=False))
    [(_, _, of)] = match_names("Бачили Гаєва там.", matcher)
    assert {entity.entity_id for entity in of} == {"a", "b"}
    docs = pd.DataFrame({"doc_id": ["x"], "text": ["Бачили Гаєва там."]})
    rows = find_entities(docs, table=table, extend=False)
    assert rows["surface"].tolist() == ["Гаєва"]
    assert rows["entity_id"].isna().all()
    assert (rows["score"] < 1).all()


def test_a_surname_follows_its_full_name() -> None:
    assert found("Соснова не було.") == []
    text = "Соснову писали. Кирило Соснов прийшов. Сосновим задоволені."
    assert [surface for surface, of in found(text) if of == ["kyrylo"]] == ["Соснову", "Кирило Соснов", "Сосновим"]


def test_only_of_persons_the_last_word_follows() -> None:
    assert found("Кривий Ріг. Рогу немає.") == [("Кривий Ріг", ["rih"])]


def test_a_surname_that_two_persons_of_the_article_share_is_said_of_both() -> None:
    assert found("Грабу дали.") == [("Грабу", ["ivan-hrab"])]
    assert dict(found("Тараса Граба бачили. Грабу дали."))["Грабу"] == ["ivan-hrab", "taras-hrab"]


def test_a_person_whom_no_table_knows() -> None:
    text = "Генерал Олег Ясень прийшов. З Олегом Ясенем говорили. Ясеня чули. Степана Осику бачили."
    assert persons(text) == [
        ("Олег Ясень", OLEH), ("Олегом Ясенем", OLEH), ("Ясеня", OLEH), ("Степана Осику", None),
    ]  # fmt: skip
    assert [surface for surface, _ in persons("Юрий Иванович Клёнов ушёл. Клёнова нет.")] == [
        "Юрий Иванович Клёнов", "Клёнова",
    ]  # fmt: skip
    assert persons("Олег Береза")[0][1] == f"PERSON:{fold_name('Oleh Bereza')}"
    assert persons("Валерія Дубова") == [("Валерія Дубова", None)]  # or of Валерій Дубов
    assert persons("Валерія Дубенська") == [("Валерія Дубенська", f"PERSON:{fold_name('Valeriia Dubenska')}")]


def test_no_person_where_another_name_stands() -> None:
    text = "Любов України"
    assert list(find_persons(text, set())) != []
    assert list(find_persons(text, set(range(6, 13)))) == []


def test_one_spelling_in_both_scripts() -> None:
    docs = pd.DataFrame({"doc_id": ["x"], "text": ["General Oleh Yasen spoke."]})
    assert find_entities(docs)["entity_id"].tolist() == [persons("Олег Ясень")[0][1]]


def test_cyrillic_names_leave_an_english_text_as_it_was(docs: pd.DataFrame) -> None:
    plain = TABLE.assign(aliases="")
    texts = docs["text"].where(~docs["text"].str.contains("[Ѐ-ӿ]"), "")
    assert (texts != "").any()
    without = make_matcher(load_entities(table=plain))
    withal = make_matcher(load_entities(table=TABLE))
    for text in texts:
        one, other = (list(match_names(even(text), matcher)) for matcher in (without, withal))
        assert one == other
        assert withal.heads == without.heads


@pytest.mark.slow
def test_nothing_of_it_is_loaded_for_an_english_text() -> None:
    program = (
        "import sys; from ukrcorpus.entities.table import match_names, packaged_matcher\n"
        "assert list(match_names('Putin in Kyiv', packaged_matcher()))\n"
        "print('ukrcorpus.entities.cyrillic' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


FORMS = sorted({form for *_, names, _ in ROWS for word in names.split() for form in decline(word.split("@")[0])})
TEXTS = st.lists(st.one_of(st.sampled_from(FORMS), st.text(max_size=6), st.sampled_from([" ", "\n\n", "’", "«", "-"])))


ANY_TEXT = st.one_of(st.text(), TEXTS.map(" ".join), TEXTS.map("".join))


@settings(deadline=None)
@given(ANY_TEXT)
@example("Іван")
@example("Збройні сили")
@example("ЇЇ Ї’Ї Олег Ї")
def test_any_text_gives_places_in_it(text: str) -> None:
    names = list(match_names(even(text), MATCHER))
    places = [place for start, end, _ in names for place in range(start, end)]
    assert len(places) == len(set(places))
    for rows in (names, list(find_persons(even(text), set()))):
        assert all(0 <= start < end <= len(text) and of for start, end, of in rows)
        assert all(text[start:end] == text[start:end].strip() for start, end, _ in rows)


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(ANY_TEXT)
def test_rows_are_cut_from_the_text_and_disjoint(text: str) -> None:
    spans = find_entities(pd.DataFrame({"doc_id": ["x"], "text": [text]}), table=TABLE, extend=False, model="table")
    assert [text[s:e] for s, e in zip(spans["start"], spans["end"], strict=True)] == spans["surface"].tolist()
    assert (spans["start"].to_numpy()[1:] >= spans["end"].to_numpy()[:-1]).all()


@given(st.text(min_size=1, max_size=12))
def test_a_word_is_its_own_form(word: str) -> None:
    assert word in decline(word)
    assert all(decline(word))


def test_data_files_say_nothing_twice() -> None:
    rows = read_rows("declension.csv")
    assert not rows.duplicated(["language", "of", "ending"]).any()
    assert rows["language"].isin(["uk", "ru"]).all()
    assert rows["of"].isin(["", "capital", "small"]).all()
    assert rows["ending"].str.len().max() <= 5
    for forms in rows["forms"].str.split(" "):
        assert len(forms) == len(set(forms)) and "" not in forms
    names = read_rows("given_names_cyrillic.csv")
    assert not names["name"].duplicated().any()
    assert names["name"].str.fullmatch(r"[А-ЯЁЄІЇҐ][а-яёєіїґ']+").all()

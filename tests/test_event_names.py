"""Names of clusters: their date, and what most tellings share."""

import pandas as pd
import pytest

from ukrcorpus import name_clusters

COLUMNS = [
    "doc_id",
    "start",
    "time_start",
    "time_end",
    "surface",
    "predicate",
    "entities",
    "places",
    "date_low",
    "date_high",
]


def telling(
    doc_id: str, sentence: str, time: str, days: tuple[str, str], *names: str, predicate: str = ""
) -> list[object]:
    at = sentence.index(time) + 100
    low, high = pd.Timestamp(days[0]), pd.Timestamp(days[1]) + pd.Timedelta(seconds=86399)
    return [doc_id, 100, at, at + len(time), sentence, predicate or None, list(names), [], low, high]


def named(*rows: list[object]) -> str:
    events = pd.DataFrame(rows, columns=COLUMNS).assign(cluster_id="c")
    return name_clusters(events).loc["c"]


def test_names_come_before_words_and_predicates_do_not_count() -> None:
    day = ("2022-10-01", "2022-10-01")
    rows = [
        telling("a", "On 1 October the garrison of Lyman withdrew.", "1 October", day, "Lyman", predicate="withdrew"),
        telling("b", "Lyman's garrison withdrew on 1 October.", "1 October", day, "Lyman", predicate="withdrew"),
    ]
    assert named(*rows) == "1 Oct 2022: Lyman, garrison"


def test_a_name_far_from_the_time_says_nothing_of_the_event() -> None:
    day = ("2022-10-01", "2022-10-01")
    far = " and so on" * 10
    rows = [telling(d, f"It rained on 1 October{far} in Warsaw.", "1 October", day, "Warsaw") for d in "ab"]
    assert "Warsaw" not in named(*rows) and "rained" in named(*rows)


def test_what_one_of_three_says_is_left_out() -> None:
    day = ("2022-10-01", "2022-10-01")
    sentences = ["The bridge burned on 1 October.", "The bridge fell on 1 October.", "Terrorists struck on 1 October."]
    assert (
        named(*(telling(d, s, "1 October", day) for d, s in zip("abc", sentences, strict=True))) == "1 Oct 2022: bridge"
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (("1917-01-01", "1917-12-31"), ("1917-01-01", "1917-12-31"), "1917"),
        (("1918-01-01", "1919-12-31"), ("1918-01-01", "1919-12-31"), "1918 to 1919"),
        (("2023-06-01", "2023-06-30"), ("2023-01-01", "2023-12-31"), "Jun 2023"),
        (("2024-02-01", "2024-02-29"), ("2024-02-01", "2024-02-29"), "Feb 2024"),
        (("2023-06-24", "2023-06-24"), ("2023-06-01", "2023-06-30"), "24 Jun 2023"),
        (("2023-06-23", "2023-06-24"), ("2023-06-20", "2023-06-30"), "23 Jun 2023 to 24 Jun 2023"),
        (("2023-06-23", "2023-06-23"), ("2023-06-24", "2023-06-24"), "23 Jun 2023 to 24 Jun 2023"),
    ],
)
def test_the_date_is_what_the_times_share(first: tuple[str, str], second: tuple[str, str], expected: str) -> None:
    assert named(telling("a", "Then.", "Then", first), telling("b", "Later.", "Later", second)) == expected


def test_two_clusters_never_have_one_name() -> None:
    days = ("2022-10-01", "2022-10-01")
    events = pd.DataFrame([telling("a", "Then.", "Then", days), telling("b", "Now.", "Now", days)] * 2, columns=COLUMNS)
    names = name_clusters(events.assign(cluster_id=["c", "c", "d", "d"]))
    assert names.tolist() == ["1 Oct 2022", "1 Oct 2022 (2)"]
    assert name_clusters(events.assign(cluster_id=None)).empty

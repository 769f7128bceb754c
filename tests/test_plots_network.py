"""The network and the matrix of pairs: what is drawn is what the table says."""

import itertools

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from ukrcorpus import compare_pairs, find_entities, find_pairs, load_corpus, plot_network, plot_pairs
from ukrcorpus.evidence import link_marks
from ukrcorpus.figures import to_spec
from ukrcorpus.plots.map_layout import meet, text_box
from ukrcorpus.plots.network import _along, lay_out

DOCS = load_corpus("seeds")[0]
ENTITIES = find_entities(DOCS, model="table")
PAIRS = compare_pairs(ENTITIES, DOCS)


def drawn(chart, key: str) -> list[dict]:
    """The rows of the data set of a chart that have a column."""
    return max((rows for rows in chart.to_dict()["datasets"].values() if key in rows[0]), key=len)


def test_lines_are_the_pairs_that_were_kept() -> None:
    chart = plot_network(PAIRS, ENTITIES, DOCS)
    lines = {(row["entity_id_a"], row["entity_id_b"], row["n_spans"]) for row in drawn(chart, "xa")}
    kept = PAIRS[PAIRS["kept"]]
    assert len(kept) > 5
    assert lines == set(kept[["entity_id_a", "entity_id_b", "n_spans"]].itertuples(index=False, name=None))


def test_labels_meet_neither_each_other_nor_numbers() -> None:
    chart = plot_network(PAIRS, ENTITIES, DOCS)
    named = [row for row in drawn(chart, "text_x") if row["text"]]
    assert len(named) > 10
    boxes = [text_box(row["text_x"], row["text_y"], row["text"]) for row in named]
    assert not any(meet(one, other.reshape(1, 4)).any() for one, other in itertools.combinations(boxes, 2))
    numbers = [(row["x"], row["y"]) for row in drawn(chart, "xa")]
    for left, top, right, bottom in boxes:
        assert not any(left < x < right and top < y < bottom for x, y in numbers)


def test_cells_are_sentences_that_name_both() -> None:
    cells = drawn(plot_pairs(PAIRS, ENTITIES, DOCS, top=5), "shade")
    by_pair = PAIRS.set_index(["entity_id_a", "entity_id_b"])["n_spans"]
    assert all(by_pair[row["entity_id_a"], row["entity_id_b"]] == row["n_spans"] for row in cells)
    assert len(cells) <= 10


def test_nothing_found_is_drawn_as_nothing() -> None:
    docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kyiv slept."]})
    entities = find_entities(docs, model="table")
    pairs = compare_pairs(entities, docs)
    assert plot_network(pairs, entities, docs).to_dict()["title"]
    spec = to_spec(plot_network(pairs, entities, docs), description="")
    assert link_marks(spec, find_pairs(entities, docs), docs, ["entity_id_a", "entity_id_b"], "page")[1] == []
    assert plot_pairs(pairs, entities, docs).to_dict()["title"]


@given(st.integers(2, 12).flatmap(lambda n: st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)))))
def test_points_of_a_layout_stand_apart(lines: list[tuple[int, int]]) -> None:
    n = max((max(line) for line in lines), default=1) + 1
    points = lay_out(n, [line for line in lines if line[0] != line[1]])
    assert len(points) == n
    assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) > 1e-3 for a, b in itertools.combinations(points, 2))


def test_joined_points_stand_nearer_than_others() -> None:
    near = lay_out(4, [(0, 1), (1, 2), (2, 3)])
    distance = [((near[i][0] - near[j][0]) ** 2 + (near[i][1] - near[j][1]) ** 2) ** 0.5 for i, j in ((0, 1), (0, 3))]
    assert abs(distance[0] - 1) < 0.05 and abs(distance[1] - 3) < 0.05


def test_a_number_keeps_its_place_free() -> None:
    left, top, right, bottom = _along([((0.0, 0.0), (80.0, 0.0))])[3]
    assert left < 40 < right and top < 0 < bottom

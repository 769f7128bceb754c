"""The declared columns: every table, empty or filled, has them with their dtypes."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukrcorpus import TABLES, as_table, axis_title

CELLS = {
    "str": ["a", "ї"],
    "int64": [1, 2],
    "Int64": [1, None],
    "float64": [0.5, None],
    "bool": [True, False],
    "object": [["a"], []],
    "datetime64[s]": ["2024-06-21 10:00:00", None],
}


def declared(table):
    return {name: column.dtype for name, column in TABLES[table].items()}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_empty(table):
    for rows in ([], pd.DataFrame(), pd.DataFrame({"x": []}), iter([])):
        made = as_table(rows, table)
        assert len(made) == 0
        assert made.columns.tolist()[: len(declared(table))] == list(declared(table))
        assert {name: str(made[name].dtype) for name in declared(table)} == declared(table)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_filled(table):
    rows = [{name: CELLS[dtype][n] for name, dtype in declared(table).items()} for n in (0, 1)]
    made = as_table(rows, table)
    assert {name: str(made[name].dtype) for name in declared(table)} == declared(table)
    assert len(made) == 2
    pd.testing.assert_frame_equal(as_table(made, table), made)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_what_is_missing_is_null(table):
    """Columns that can hold a null get it where nobody gave them."""
    given_columns = {n: CELLS[d][0] for n, d in declared(table).items() if d in ("int64", "bool")} or {"x": 1}
    made = as_table([given_columns], table)
    assert made[[name for name in declared(table) if name not in given_columns]].isna().all(axis=None)


def test_columns_of_the_caller_follow():
    rows = pd.DataFrame({"mine": [1], "reason": ["r"], "path": ["p"]}, index=[7])
    made = as_table(rows, "refused")
    assert made.columns.tolist() == [*TABLES["refused"], "mine"]
    assert made.index.tolist() == [0]
    assert rows.columns.tolist() == ["mine", "reason", "path"], "the input stays"


def test_every_column_says_what_it_means():
    for table, columns in TABLES.items():
        for name, column in columns.items():
            assert column.meaning, (table, name)
            assert column.dtype in CELLS
            assert axis_title(table, name).startswith(column.meaning)
            assert axis_title(table, name).endswith(f"({column.unit})" if column.unit else column.meaning)


ROWS = st.fixed_dictionaries(
    {
        "doc_id": st.text(st.characters(exclude_categories=["Cs"]), max_size=3),
        "start": st.integers(0, 9),
        "end": st.integers(0, 9),
        "paragraph_id": st.integers(-1, 3),
    }
)


@given(st.lists(ROWS, min_size=1, max_size=5))
def test_values_stay(rows):
    made = as_table(rows, "zones")
    for name in ("doc_id", "start", "end", "paragraph_id"):
        assert made[name].tolist() == [row[name] for row in rows]

"""The package's data files, each of which a caller's own file or table can stand in for."""

import tomllib
from collections.abc import Sequence
from importlib import resources
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd


def read_text(packaged: str, given: str | Path | None = None) -> str:
    """The text of the file given, else of the package's."""
    path = resources.files("ukrcorpus") / "data" / packaged if given is None else Path(given)
    return path.read_text(encoding="utf-8").removeprefix("\ufeff")


def read_toml(packaged: str, given: str | Path | None = None) -> dict[str, Any]:
    """A file of rules."""
    return tomllib.loads(read_text(packaged, given))


def read_rows(
    packaged: str, given: pd.DataFrame | str | Path | None = None, *, needed: Sequence[str] = ()
) -> pd.DataFrame:
    """A table as text, with nothing for what is missing: the one given, or of the CSV file given, or the package's.

    Lines of a file that start with # are comments.

    Raises:
        ValueError: where a column is missing that is needed.
    """
    if isinstance(given, pd.DataFrame):
        table, origin = given.astype("str").where(given.notna(), "").reset_index(drop=True), "the table"
    else:
        lines = read_text(packaged, given).splitlines(keepends=True)
        text = "".join(line for line in lines if not line.startswith("#"))
        table, origin = pd.read_csv(StringIO(text), dtype="str", keep_default_na=False), str(given or packaged)
    for column in needed:
        if column not in table.columns:
            raise ValueError(
                f"{origin} has no column {column!r}; it needs {', '.join(needed)}, as the head of the package's "
                f"data/{packaged} explains"
            )
    return table

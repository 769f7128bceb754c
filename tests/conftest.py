"""Fixtures that several test modules share."""

from pathlib import Path

import pandas as pd
import pytest

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture(scope="session")
def docs() -> pd.DataFrame:
    """The five articles as loaded; tests must not change it."""
    from ukrcorpus import load_corpus

    return load_corpus(SEEDS)[0]


@pytest.fixture(scope="session")
def published_docs(docs: pd.DataFrame) -> pd.DataFrame:
    """The five articles with inferred dates of publication."""
    from ukrcorpus import infer_published

    return infer_published(docs)[0]

"""Fixtures that several test modules share."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings

# Machines of CI are shared; how long an example takes there says nothing.
settings.register_profile("ukrcorpus", deadline=None)
settings.load_profile("ukrcorpus")

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

"""Fixtures that several test modules share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings

from browsing import find_browser

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


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    quiet = ("background-networking", "component-update", "sync", "gpu")
    flags = ["--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in quiet)]
    path = find_browser()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=flags)
        yield chromium
        chromium.close()

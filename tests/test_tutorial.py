"""The tutorial, done as it says."""

import doctest
import shutil
from pathlib import Path

import pytest

from test_docs import DOCS, ROOT, play, without_ends


@pytest.mark.slow
def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    checker = doctest.OutputChecker()
    seen = []
    for block, said, promised in play(DOCS / "tutorial.md", tmp_path):
        seen.append(block.language)
        agree = checker.check_output(without_ends(promised), without_ends(said), doctest.ELLIPSIS)
        assert agree, f"tutorial.md, line {block.line}:\n{block.text}\nsays\n{said}\nand not\n{promised}"
    assert {"sh", "python"} == set(seen)

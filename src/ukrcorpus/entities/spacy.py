"""Names found by any installed spaCy pipeline, in the package's kinds."""

import re
from functools import lru_cache
from typing import Any

from ukrcorpus.entities.candidates import Mention
from ukrcorpus.entities.table import KINDS

_KIND = {kind: kind for kind in KINDS} | {"PER": "PERSON", "WORK_OF_ART": "WORK"}
_NAME = re.compile(r"\s*(?:the\s+)?(.*?)(?:['’]s|(?<=s)['’])?\s*", re.I | re.S)


def find_with_pipeline(text: str, pipeline_name: str) -> list[Mention]:
    """The names that a spaCy pipeline finds, without "the" and a possessive 's; labels of other kinds are dropped.

    The rule is "spacy". The score is 1.0 for all and not calibrated: `doc.ents` do not say how sure they are. An
    ImportError says that spaCy is missing, a ValueError that the pipeline is.
    """
    found = [
        (_NAME.fullmatch(text, ent.start_char, ent.end_char), ent.label_)
        for ent in load_pipeline(pipeline_name)(text).ents
    ]
    return [Mention(*name.span(1), _KIND[of], "spacy", 1.0) for name, of in found if of in _KIND and name and name[1]]


@lru_cache(maxsize=2)
def load_pipeline(name: str) -> Any:
    """An installed spaCy pipeline; the last two are kept."""
    try:
        import spacy
    except ImportError as error:
        raise ImportError("spaCy is not installed; run: pip install 'ukrcorpus[spacy]'") from error
    try:
        return spacy.load(name)
    except OSError as error:
        raise ValueError(f"there is no spaCy pipeline {name!r}; run: python -m spacy download {name}") from error

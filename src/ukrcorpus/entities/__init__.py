"""Entities: who and what is named, and which names are the same."""

from ukrcorpus.entities.appearances import compare_appearances, count_appearances
from ukrcorpus.entities.find import find_entities
from ukrcorpus.entities.link import count_entities, count_forms, label_forms, label_positions, link_entities
from ukrcorpus.entities.pairs import compare_pairs, find_pairs
from ukrcorpus.entities.table import load_entities

__all__ = [
    "compare_appearances",
    "compare_pairs",
    "count_appearances",
    "count_entities",
    "count_forms",
    "find_entities",
    "find_pairs",
    "label_forms",
    "label_positions",
    "link_entities",
    "load_entities",
]

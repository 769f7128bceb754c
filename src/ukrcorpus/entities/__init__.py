"""Entities: who and what is named, and which names are the same."""

from ukrcorpus.entities.find import find_entities
from ukrcorpus.entities.link import count_entities, count_forms, label_forms, label_positions, link_entities
from ukrcorpus.entities.table import load_entities

__all__ = [
    "count_entities",
    "count_forms",
    "find_entities",
    "label_forms",
    "label_positions",
    "link_entities",
    "load_entities",
]

"""Entities: who and what is named, and which names are the same."""

"""Scores on gold that people labelled; nothing else of the package needs it."""
